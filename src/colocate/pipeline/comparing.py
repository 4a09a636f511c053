"""Compare two runs: what went in, what came out of it, and why the ranking moved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.choice import comparison
from colocate.pipeline import Location, manifest
from colocate.pipeline.runs import open_run, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from colocate.study import Study

OUTSIDE_THE_DECISION = frozenset({"study", "scenarios", "edits"})
"""Sections of a study that decide no number by themselves."""


class Compared(NamedTuple):
    """What two runs differ in."""

    summary: tuple[str, ...]
    """Lines for people: scenario, inputs, settings, cover today, ranking."""
    comparison: pd.DataFrame
    """Table `comparison`, one row an option of either run."""
    cover: pd.DataFrame
    """Today's fire cover in both: measure, value_a, value_b, unit, of those that differ."""


def compare(earlier: Location, later: Location, /) -> Compared:
    """Say what changed between two runs, in rank and why: data, weight or rule.

    Args:
        earlier: output folder of a run.
        later: output folder of another, of the same study or of a copy of it.

    Raises:
        InputError: a folder is not the output of a run.
    """
    folders = Path(earlier), Path(later)
    a, b = (open_run(folder) for folder in folders)
    before, after = (settings_of(folder) for folder in folders)
    table = comparison.compare(a, b, criteria=after.choice.criteria)
    cover = _cover(a["cover_baseline"], b["cover_baseline"])
    summary = (
        *_went_in(*(manifest.read(folder) for folder in folders)),
        *_settings(before, after),
        *(f"cover today: {row.measure} {row.value_a:,.6g} to {row.value_b:,.6g} {row.unit}"
          for row in cover.itertuples()),
        *_ranking(table),
    )  # fmt: skip
    return Compared(summary, table, cover)


def _went_in(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[str]:
    was, is_ = (found.get("scenario", "no-change") for found in (a, b))
    if was != is_:
        yield f"scenario: {was} to {is_}"
    for name in sorted({*a["inputs"], *b["inputs"]} - {"study.toml"}):
        if name not in a["inputs"] or name not in b["inputs"]:
            yield f"input: {name} only in the {'later' if name in b['inputs'] else 'earlier'} run"
        elif a["inputs"][name] != b["inputs"][name]:
            yield f"input: {name} differs"
    if a["colocate"] != b["colocate"]:
        yield f"colocate: {a['colocate']} to {b['colocate']}"


def _settings(a: Study, b: Study) -> Iterator[str]:
    was, is_ = (dict(_leaves(s.model_dump(mode="json"), "")) for s in (a, b))
    for name in sorted({*was, *is_}):
        if name.split(".")[0] in OUTSIDE_THE_DECISION or name.endswith((".assumed", ".source")):
            continue
        if was.get(name) != is_.get(name):
            yield f"setting: {name} {was.get(name, 'not set')} to {is_.get(name, 'not set')}"


def _leaves(value: object, name: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            key = (item.get("id") or item.get("name")) if isinstance(item, dict) else None
            yield from _leaves(item, f"{name}.{key or number}")
    else:
        yield name.removesuffix(".value"), value


def _cover(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    both = a.merge(b[["measure", "value"]], on="measure", suffixes=("_a", "_b"))
    differs = (both["value_a"] - both["value_b"]).abs() > comparison.SMALLEST
    return both.loc[differs, ["measure", "value_a", "value_b", "unit"]].reset_index(drop=True)


def _ranking(table: pd.DataFrame) -> Iterator[str]:
    moved = table[(table["rank_a"] != table["rank_b"]) & table["rank_a"].notna()]
    moved = moved[moved["rank_b"].notna()]
    yield f"ranking: {len(moved)} of {len(table)} options have another rank"
    for why, rows in table.groupby("why"):
        yield f"  {len(rows)} options: {why}"
