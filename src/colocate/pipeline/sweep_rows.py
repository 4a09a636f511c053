"""What a sweep asks: a table of scenarios, one a row, read against a study.

    scenario,name,from,preset,close,move,gates.fire_cover.threshold
    eight,Eight minutes,eight-minutes,,,,
    loose,Half a village may lose cover,,,,,250
    east,East closed and north moved,,Savings first,F2,F1 301500 107000,

A column is one of `WORDS` or a setting by its dotted name, as in a scenario's `edits.settings`; an
empty cell leaves it as it is.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from pydantic import ValidationError

from colocate import io
from colocate.errors import InputError, StudyError
from colocate.study import NO_CHANGE, Edits, Scenario, Study, under

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

WORDS = ("scenario", "name", "from", "preset", "close", "open", "move", "block")
"""Columns that are no setting: id and name of the scenario, one of the study's to begin from,
weights by name, sites to close, open and move, and roads to close."""

ANY = "sweep"
"""What every scenario is called while it is worked out: what two of them set alike is alike to the
letter, and made once."""

POINTS = {"move": ("site_id", "easting", "northing"), "block": ("easting", "northing", "within_m")}
"""What stands in a cell that names points: parts of a thing by spaces, things by semicolons."""


class Asked(NamedTuple):
    """One scenario of a sweep."""

    scenario: str
    name: str
    told: str
    """What it edits, for people."""
    study: Study


def read(path: Path, study: Study, /) -> list[Asked]:
    """Read the scenarios of a sweep; all wrong rows are named at once.

    Args:
        path: a CSV, one scenario a row.
        study: the study as its file says it.

    Raises:
        InputError: no such file, no column `scenario`, an id twice, or a column that is neither a
            word nor a setting.
        StudyError: rows say what cannot be.
    """
    rows = io.csv_text(path)
    if "scenario" not in rows.columns:
        raise InputError(
            f"{path}: no column scenario; found {', '.join(map(str, rows.columns))}. "
            "Give each row a short id in a column of that name."
        )
    ids = rows["scenario"]
    wrong = [f"row {row}: no id" for row in ids.index[ids.isna()]]
    wrong += [f"row {row}: {each!r} stands twice" for row, each in ids[ids.duplicated()].items()]
    if wrong:
        raise InputError(f"{path}: ids of scenarios: {'; '.join(wrong)}. Expected one id a row.")
    asked, faults = [], []
    for number, cells in rows.iterrows():
        said = {str(column): str(cell) for column, cell in cells.items() if pd.notna(cell)}
        try:
            asked.append(_asked(said, study))
        except StudyError as fault:
            faults.append(f"row {number}: {fault}")
    if faults:
        told = "\n".join(faults)
        raise StudyError(f"{path}: {len(faults)} of {len(rows)} scenario(s) cannot be:\n{told}")
    return asked


def _asked(said: Mapping[str, str], study: Study) -> Asked:
    """Read one row."""
    start = said.get("from", NO_CHANGE)
    known = {each.id: each.edits for each in study.all_scenarios}
    if start not in known:
        raise StudyError(f"from: no scenario {start!r} in this study; there are {', '.join(known)}")
    own = dict(_edits(said))
    kept = known[start].model_dump(exclude_unset=True)
    edits = kept | {name: value for name, value in own.items() if name == "preset"}
    for name in ("sites", "blocks"):
        edits[name] = (*kept.get(name, ()), *own.get(name, ()))
    edits["settings"] = kept.get("settings", {}) | own["settings"]
    name = said.get("name", said["scenario"])
    try:
        scenario = Scenario(
            id=said["scenario"], name=name, meaning=name, edits=Edits.model_validate(edits)
        )
    except ValidationError as wrong:
        raise StudyError("; ".join(_words(each) for each in wrong.errors())) from None
    worked = scenario.model_copy(update={"id": ANY})
    whole = study.model_copy(update={"scenarios": (worked,)})
    told = "; ".join(f"{column} = {cell}" for column, cell in said.items()
                     if column not in {"scenario", "name"})  # fmt: skip
    return Asked(scenario.id, name, told, under(whole, ANY))


def _words(fault: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {re.sub('^Value error, ', '', fault['msg'])}; found {fault['input']!r}"


def _edits(said: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Yield the edits of a row by their names in a scenario."""
    sites = [
        {"site_id": each, "what": what}
        for what in ("close", "open")
        for each in _things(said.get(what, ""))
    ]
    sites += [{**each, "what": "move"} for each in _points("move", said)]
    yield "sites", sites
    yield "blocks", list(_points("block", said))
    if "preset" in said:
        yield "preset", said["preset"]
    yield "settings", {column: _value(cell) for column, cell in said.items() if column not in WORDS}


def _things(cell: str) -> list[str]:
    return [each.strip() for each in cell.split(";") if each.strip()]


def _points(word: str, said: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    names = POINTS[word]
    for thing in _things(said.get(word, "")):
        parts = thing.split()
        if len(parts) != len(names):
            raise StudyError(f"{word}: expected {' '.join(names)}, several by `;`; found {thing!r}")
        yield dict(zip(names, (_value(part) for part in parts), strict=True)) | (
            {"site_id": parts[0]} if word == "move" else {}
        )


def _value(cell: str) -> Any:  # noqa: ANN401 - a setting may be anything
    """Read a cell as JSON has it (numbers, true, lists), else as text."""
    try:
        return json.loads(cell)
    except ValueError:
        return cell
