"""Compare two runs: what went in, what came out of it, and why the ranking moved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.pipeline import Location, manifest
from colocate.pipeline.compare_choices import chosen, differences
from colocate.pipeline.runs import open_run, settings_of
from colocate.scoring import comparison
from colocate.study import NO_CHANGE, Offer
from colocate.tables import each

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from colocate.io import Tables
    from colocate.study import Edits, Study

OUTSIDE_THE_DECISION = frozenset({"study", "scenarios", "edits"})
"""Sections of a study that decide no number by themselves."""
WORDS = (".assumed", ".source", ".question", ".whom", ".label", ".meaning", ".ground")
"""Ends of settings that are words for people, and decide no number."""
MEASURE_NOTHING = OUTSIDE_THE_DECISION | {
    "inputs", "functions", "choice", "robustness", "portfolio", "siting", "targets",
}  # fmt: skip
"""Sections that are no rule by which options are measured."""


class Compared(NamedTuple):
    """What two runs differ in."""

    summary: tuple[str, ...]
    """Lines for people: scenario, edits, inputs, settings, what two choices differ in, cover today,
    ranking, best set."""
    comparison: pd.DataFrame
    """Table `comparison`, one row an option of either run."""
    cover: pd.DataFrame
    """Today's fire cover in both: measure, value_a, value_b, unit, of those that differ."""


class _Moved(NamedTuple):
    """A row of `Compared.cover`."""

    measure: str
    value_a: float
    value_b: float
    unit: str


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
    read = tuple(manifest.read(folder) for folder in folders)
    inputs = tuple(_inputs(*read))
    choices = (
        chosen(which, tables, study=study, scenario_id=found.get("scenario", NO_CHANGE))
        for which, tables, study, found in zip(
            ("earlier", "later"), (a, b), (before, after), read, strict=True
        )
    )
    edits = tuple(_edits(before, after))
    settings = dict(_settings(before, after))
    table = comparison.compare(
        a,
        b,
        criteria=after.choice.criteria,
        measured_by=_measured_by(before, after, inputs=inputs, settings=settings),
    )
    cover = _cover(a["cover_baseline"], b["cover_baseline"])
    summary = (
        *_which(*read),
        *inputs,
        *edits,
        *(f"setting: {name} {change}" for name, change in settings.items()),
        *differences(*choices),
        *(f"cover today: {row.measure} {row.value_a:,.6g} to {row.value_b:,.6g} {row.unit}"
          for row in each(_Moved, cover)),
        *_ranking(table, top_k=after.robustness.top_k),
        *_standing(a, b),
    )  # fmt: skip
    return Compared(summary, table, cover)


def _which(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[str]:
    was, is_ = (found.get("scenario", "no-change") for found in (a, b))
    if was != is_:
        yield f"scenario: {was} to {is_}"
    if a["colocate"] != b["colocate"]:
        yield f"colocate: {a['colocate']} to {b['colocate']}"


def _inputs(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*a["inputs"], *b["inputs"]} - {"study.toml"}):
        if name not in a["inputs"] or name not in b["inputs"]:
            yield f"input: {name} only in the {'later' if name in b['inputs'] else 'earlier'} run"
        elif a["inputs"][name] != b["inputs"][name]:
            yield f"input: {name} differs"


def _edits(a: Study, b: Study) -> Iterator[str]:
    was, is_ = (list(_told(study.edits)) for study in (a, b))
    yield from (f"edit of the earlier run: {edit}" for edit in was if edit not in is_)
    yield from (f"edit of the later run: {edit}" for edit in is_ if edit not in was)


def _told(edits: Edits) -> Iterator[str]:
    """Tell what a scenario edits besides settings, which are compared one by one."""
    for site in edits.sites:
        at = "" if site.easting is None else f" at {site.easting:g}, {site.northing:g}"
        yield f"{site.what} site {site.site_id}{at}"
    for block in edits.blocks:
        yield f"close roads within {block.within_m:g} m of {block.easting:g}, {block.northing:g}"
    if edits.offer.kinds != Offer().kinds:
        yield f"options of these kinds only: {', '.join(edits.offer.kinds) or 'none'}"
    if edits.offer.inside_alliance_only:
        yield "options inside the alliance only"
    if edits.offer.without:
        yield f"without sites of: {', '.join(edits.offer.without)}"


def _measured_by(
    a: Study, b: Study, *, inputs: Iterable[str], settings: Iterable[str]
) -> comparison.MeasuredBy:
    """Say what another measurement comes from: the data, a rule, or either."""
    places = any(getattr(a.edits, name) != getattr(b.edits, name) for name in ("sites", "blocks"))
    rule = any(name.split(".")[0] not in MEASURE_NOTHING for name in settings)
    if not rule:
        return "data"
    return "data or rule" if places or any(True for _ in inputs) else "rule"


def _settings(a: Study, b: Study) -> Iterator[tuple[str, str]]:
    was, is_ = (dict(_leaves(s.model_dump(mode="json"), "")) for s in (a, b))
    for name in sorted({*was, *is_}):
        if name.split(".")[0] in OUTSIDE_THE_DECISION or name.endswith(WORDS):
            continue
        if was.get(name) != is_.get(name):
            yield name, f"{was.get(name, 'not set')} to {is_.get(name, 'not set')}"


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


def _ranking(table: pd.DataFrame, *, top_k: int) -> Iterator[str]:
    ranked = table[table["rank_a"].notna() & table["rank_b"].notna()]
    moved = ranked[ranked["rank_a"] != ranked["rank_b"]]
    yield f"ranking: {len(moved)} of the {len(ranked)} options ranked in both have another rank"
    yield from (
        f"  {len(rows)} {'option' if len(rows) == 1 else 'options'}: {why}"
        for why, rows in table.groupby("why")
    )
    first_a, first_b = table["rank_a"] <= top_k, table["rank_b"] <= top_k
    for word, which in (("left", first_a & ~first_b), ("entered", first_b & ~first_a)):
        if which.any():
            yield f"{word} the first {top_k}: {', '.join(table.loc[which, 'option_id'])}"


def _standing(a: Tables, b: Tables) -> Iterator[str]:
    """Say how statuses, the words on the ranks and the best set changed, where they did."""
    for what, table, column in (("status", "scores", "status"), ("ranks", "stability", "word")):
        was, is_ = (run[table][column].value_counts() for run in (a, b))
        told = [
            f"{word} {was.get(word, 0)} to {is_.get(word, 0)}"
            for word in sorted({*was.index, *is_.index})
            if was.get(word, 0) != is_.get(word, 0)
        ]
        if told:
            yield f"{what}: {', '.join(told)}"
    best_a, best_b = (_best(run) for run in (a, b))
    if best_a != best_b:
        yield f"best set: {best_a} to {best_b}"


def _best(run: Tables) -> str:
    best = run["portfolios"].set_index("portfolio_id").loc["best"]
    if pd.isna(best["objective_value"]):
        return f"none ({best['status']})"
    goal = best["objective"].replace("_", " ")
    return f"{best['n_options']} options, {goal} {best['objective_value']:,.0f}"
