"""Values that can be read and cannot be so: in another unit, too small or large, or contradictory.

What is out of its bounds is taken as unknown, and told with its row and what it may be. Bounds are
wide: they tell square feet from hectares, not a large station from a small one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate import tables
from colocate.errors import some
from colocate.io.formulas import without_value
from colocate.io.mapping import mapped
from colocate.tables import issue_rows
from colocate.tables.places import ISSUES, SITES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from colocate.study import Register

Issue = tuple[str, str, str, str, str, str]
Row = dict[str, Any]
Why = Callable[[Row], str]


class Bounds(NamedTuple):
    """Least and most that a column may hold."""

    least: float
    most: float


ANY = "any"

BOUNDS: Mapping[str, Mapping[str, Bounds]] = {
    "gia_m2": {
        "headquarters": Bounds(50, 150_000),
        "training": Bounds(20, 150_000),
        "touchdown": Bounds(1, 20_000),
        "front_desk": Bounds(1, 20_000),
        "station": Bounds(15, 40_000),
        ANY: Bounds(2, 200_000),
    },
    "site_area_m2": {"training": Bounds(50, 5_000_000), ANY: Bounds(20, 1_000_000)},
    "spare_m2": {ANY: Bounds(0, 100_000)},
    "parking_spaces": {ANY: Bounds(0, 3_000)},
    "staff_fte": {ANY: Bounds(0, 10_000)},
    "availability": {ANY: Bounds(0, 1)},
    "annual_running_cost_gbp": {ANY: Bounds(100, 30_000_000)},
}
"""By column and main role, in the column's unit. Assumed: the smallest and the largest British
police and fire buildings lie well inside, one bay or a desk to a headquarters with a college."""

HINTS: Mapping[str, tuple[tuple[float, str], ...]] = {
    "gia_m2": ((0.092903, "square feet"), (10_000, "hectares")),
    "availability": ((0.01, "per cent"),),
    "site_area_m2": ((10_000, "hectares"), (4_046.86, "acres"), (0.092903, "square feet"),
                     (1_000_000, "square kilometres")),
    "annual_running_cost_gbp": ((1_000, "thousands of pounds"), (1_000_000, "millions of pounds"),
                                (0.01, "pence")),
}  # fmt: skip
"""What a value times the factor would be in the column's unit, in order of how common it is."""

CHANGED = re.compile(
    r"\d(?:\.\d+)?E\+\d+"
    r"|(?:\d{1,2}[- ])?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
    r"(?:[- ]\d{1,4})?"
    r"|\d{4}-\d{2}-\d{2}(?:[ T]00:00:00)?",
    re.IGNORECASE,
)
"""What a spreadsheet makes of ids such as 1E5 and 1-5."""

SPREADSHEET = "looks as if a spreadsheet had taken it for a number or a date"
EMPTY_FORMULAS = (
    "Formulas without a value in {}, read as empty. Open the workbook, let it calculate, save it."
)
AS_TEXT = "Format the column as text, and enter it again."


MOST_FLOORS = 25
"""Floor area above so many times its plot is no building of a fire service or police force."""

CORRECT = "Correct the one that is wrong in the register."


class Plausible(NamedTuple):
    """Tables `sites` and `issues`."""

    sites: pd.DataFrame
    issues: pd.DataFrame


def plausible(sites: pd.DataFrame, /, *, rows: Mapping[str, str]) -> Plausible:
    """Set aside values that cannot be so, and tell each with its row.

    Args:
        sites: table `sites`.
        rows: by site_id, where each comes from, such as `sites.csv row 12`.

    Returns:
        Table `sites` with null where a value was set aside, and `issues`: a doubt for each. What
        contradicts another value without saying which is wrong is told and stays.
    """
    sites = sites.copy()
    issues: list[Issue] = []
    for rule in _rules():
        wrong = rule.wrong(sites)
        issues += _issues(sites[wrong], rule.column, why=rule.why, rows=rows)
        if not rule.kept:
            sites[rule.column] = sites[rule.column].mask(wrong)
    return Plausible(tables.check(SITES, sites), tables.check(ISSUES, issue_rows(sorted(issues))))


class _Rule(NamedTuple):
    """What cannot be so of a column, and why."""

    column: str
    wrong: Callable[[pd.DataFrame], pd.Series]
    why: Why
    kept: bool = False
    """Whether the value stays: another may be the wrong one."""


def _rules() -> Iterator[_Rule]:
    """Yield the rules in order: what one sets aside contradicts nothing for the next."""
    for column in BOUNDS:
        yield _Rule(column, partial(_out_of_bounds, column), partial(_expected, column))
    yield _Rule(
        "spare_m2",
        lambda sites: sites["spare_m2"] > sites["gia_m2"],
        lambda row: (
            f"more is free than there is, {row['gia_m2']:,.10g} m2; taken as unknown. {CORRECT}"
        ),
    )
    yield _Rule(
        "gia_m2",
        lambda sites: sites["gia_m2"] > MOST_FLOORS * sites["site_area_m2"],
        lambda row: f"far too much for its plot of {row['site_area_m2']:,.10g} m2. {CORRECT}",
        kept=True,
    )
    yield _Rule(
        "break_date",
        lambda sites: sites["break_date"] > sites["lease_end"],
        lambda row: f"the lease ends before it, on {row['lease_end']}. {CORRECT}",
        kept=True,
    )
    for column, kept in (("uprn", False), ("site_id", True)):
        told = f"{SPREADSHEET}; {'kept as it is' if kept else 'taken as unknown'}. {AS_TEXT}"
        yield _Rule(column, partial(_changed, column), partial(_said, told), kept=kept)


def _said(told: str, _row: Row) -> str:
    return told


def origins(registers: Sequence[tuple[Register, pd.DataFrame]], /) -> dict[str, str]:
    """Return by site_id the register and row that each site comes from.

    Args:
        registers: each register's settings and its raw text, as `io.read_register` gives it.
    """
    found: dict[str, str] = {}
    for register, raw in registers:
        text = mapped(raw, register, wanted=["site_id"]).text
        if "site_id" in text:
            ids = text["site_id"].dropna().str.strip()
            found |= {site: f"{register.file} row {row}" for row, site in ids.items()}
    return found


def uncalculated(registers: Sequence[tuple[Register, Path]], /) -> pd.DataFrame:
    """Tell of formulas in registers that hold no value, so that their cells are read as empty.

    Args:
        registers: each register's settings and its file.

    Returns:
        `issues`: a doubt for each column of such cells.
    """
    return issue_rows(
        ("estate", "sites", f"{register.file} column {column}", "formula_without_value", "doubt",
         EMPTY_FORMULAS.format(some(f"row {row}" for row in rows)))
        for register, path in registers
        for column, rows in without_value(path, sheet=register.sheet).items()
    )  # fmt: skip


def _changed(column: str, sites: pd.DataFrame) -> pd.Series:
    """Whether ids look as a spreadsheet writes what it took for a number or a date."""
    ids = sites[column]
    return ids.map(lambda text: bool(CHANGED.fullmatch(text)), na_action="ignore").eq(other=True)


def _of(column: str, roles: object) -> Bounds:
    of_role = BOUNDS[column]
    return of_role.get(str(roles).partition(";")[0], of_role[ANY])


def _out_of_bounds(column: str, sites: pd.DataFrame) -> pd.Series:
    bounds = pd.DataFrame(
        [_of(column, roles) for roles in sites["roles"]],
        index=sites.index, columns=Bounds._fields, dtype="float64",
    )  # fmt: skip
    return (sites[column] < bounds["least"]) | (sites[column] > bounds["most"])


def _issues(
    wrong: pd.DataFrame, column: str, *, why: Why, rows: Mapping[str, str]
) -> Iterator[Issue]:
    for row in wrong.to_dict("records") if len(wrong) else ():
        site, value = str(row["site_id"]), row[column]
        shown = f"{value:,.10g}" if isinstance(value, float) else str(value)
        message = f"{column} reads “{shown}” ({rows.get(site, site)}): {why(row)}"
        yield "estate", "sites", site, f"{column}_implausible", "doubt", message


def _expected(column: str, row: Row) -> str:
    """Say what was expected, and the unit the value would fit in."""
    bounds, value = _of(column, row["roles"]), row[column]
    fitting = (
        unit
        for factor, unit in HINTS.get(column, ())
        if bounds.least <= value * factor <= bounds.most
    )
    unit = next(fitting, None)
    hint = f" It may be in {unit}: say so under `units` of the register." if unit else ""
    expected = f"{bounds.least:,.10g} to {bounds.most:,.10g}"
    return f"{expected} is expected of such a site; taken as unknown.{hint}"
