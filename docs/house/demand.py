"""Write the tables of docs/demand.md from a run of the embedded study, or of any other with units.

    python docs/house/demand.py OUT [OTHER]

OUT is a run's folder; OTHER one of the same study by areas (`points = "areas"`), whose options are
then held against it. Each table stands between `<!-- name -->` and `<!-- /name -->`.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import pandas as pd

from colocate import io
from colocate.tables import TABLES

PAGE = Path(__file__).resolve().parents[1] / "demand.md"
STEPS = 60
"""Of Weiszfeld's method: centres then move by less than a metre."""
FAR = 10
"""Places by which a rank moves that a reader would notice."""
LEAST_M = 1.0
"""A centre that falls on a unit stays a metre off: the method divides by the distance."""


def main() -> None:
    """Write the page's tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="folder of a run")
    parser.add_argument("other", type=Path, nargs="?", help="folder of the same by areas")
    given = parser.parse_args()
    made = {"points": points(given.out), "centres": centres(given.out), "mixes": mixes(given.out)}
    if given.other:
        made["options"] = options(given.out, given.other)
    text = PAGE.read_text(encoding="utf-8")
    for name, table in made.items():
        mark = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        text = re.sub(mark, lambda found, t=table: found[1] + t + found[2], text, flags=re.DOTALL)
    io.write_text(text, PAGE)


def _table(out: Path, name: str) -> pd.DataFrame:
    return io.load(TABLES[name], out / "tables" / f"{name}.parquet")


def points(out: Path) -> str:
    """Cover and access on other points."""
    words = {"study": "units, by what is near them", "equal": "units, in equal parts",
             "areas": "one point an LSOA"}  # fmt: skip
    rows = [
        (words[row.points], row.standard, f"{row.limit_s / 60:g}", f"{row.n_points:,}",
         f"{row.people_share:.1%}", f"{row.people:,.0f}", f"{row.people_more:+,.0f}",
         f"{row.people_best:,.0f}", f"{row.mean_s:.0f}")
        for row in _table(out, "cover_by_points").itertuples()
    ]  # fmt: skip
    head = ("points", "standard", "min", "with people", "share", "people", "more than on units",
            "people, every crew there", "mean, s")  # fmt: skip
    return _markdown(head, rows)


def centres(out: Path) -> str:
    """How far the middle of an area's people lies from the census's own, by how they are shared."""
    areas = _table(out, "demand_points").set_index("demand_id")
    units = _table(out, "demand_units").query("shared_by != 'area'").reset_index(drop=True)
    at = units.geometry.get_coordinates()
    area = pd.Series(units["area_id"].to_numpy())
    rural = areas["rural"]
    rows = []
    for label, weight in (
        ("by what is near them", units["people"]), ("in equal parts", pd.Series(1.0, units.index)),
    ):  # fmt: skip
        east, north = _medians(at, weight, area=area)
        centre = areas.geometry.get_coordinates().loc[east.index]
        away = np.hypot(east - centre["x"], north - centre["y"])
        for kind, among in (("rural", rural), ("urban", ~rural)):
            found = away[among.loc[away.index]]
            rows.append(
                (
                    label,
                    kind,
                    f"{len(found):,}",
                    *(f"{found.quantile(share):.0f}" for share in (0.5, 0.75, 0.9)),
                )
            )
    return _markdown(("units", "areas", "number", "median, m", "75 %, m", "90 %, m"), rows)


def _medians(
    at: pd.DataFrame, weight: pd.Series, *, area: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Median centres of areas, which is what the census's centres are."""

    def mean(values: pd.Series, by: pd.Series) -> pd.Series:
        return (values * by).groupby(area).sum() / by.groupby(area).sum()

    east, north = mean(at["x"], weight), mean(at["y"], weight)
    for _ in range(STEPS):
        away = np.hypot(at["x"] - area.map(east), at["y"] - area.map(north)).clip(lower=LEAST_M)
        pull = weight / away
        east, north = mean(at["x"], pull), mean(at["y"], pull)
    return east, north


def mixes(out: Path) -> str:
    """Parts of the mean response by kind and mix."""
    table = _table(out, "response_by_mix")
    parts = ("call_handling_s", "mean_turnout_s", "mean_drive_s", "mean_response_s")
    rows = []
    for case in ("expected", "best"):
        found = table[table["case"] == case]
        for mix in found["mix"].unique():
            of = found[found["mix"] == mix].set_index("measure")
            rows.append(
                (
                    of["name"].iloc[0],
                    case,
                    of["basis"].iloc[0],
                    *(f"{of['value'][part]:.0f}" for part in parts),
                )
            )
    rows += [
        (f"**published**, {row.name}, {row.period}", "", "",
         *(f"{row.published:.0f}" if part == row.measure else "" for part in parts))
        for row in table[table["published"].notna() & (table["case"] == "expected")].itertuples(
            index=False, name="Published")
    ]  # fmt: skip
    return _markdown(("incidents", "crews", "basis", "handling", "turnout", "drive", "response"),
                     rows)  # fmt: skip


def options(out: Path, other: Path) -> str:
    """How many options tell otherwise by areas."""
    fine, coarse = (_table(each, "scores").set_index("option_id") for each in (out, other))
    both = fine.index.intersection(coarse.index)
    fine, coarse = fine.loc[both], coarse.loc[both]
    gates = [_table(each, "gates").set_index(["option_id", "gate"])["outcome"]
             for each in (out, other)]  # fmt: skip
    rows = [("options in both", f"{len(both):,}")]
    rows += [(f"outcome of gate {gate}", f"{_differ(*gates, gate=gate):,}")
             for gate in ("fire_cover", "police_access")]  # fmt: skip
    rows += [
        (f"`{column}`", f"{(fine[column].astype('str') != coarse[column].astype('str')).sum():,}")
        for column in ("status", "rank_group", "rank")
    ]
    moved = (fine["rank"] - coarse["rank"]).abs() > FAR
    rows += [
        (f"`rank` by more than {FAR} places", f"{moved.sum():,}"),
        ("in the best set", f"{len(_best(out) ^ _best(other)):,}"),
    ]
    return _markdown(("differs", "options"), rows)


def _differ(fine: pd.Series, coarse: pd.Series, *, gate: str) -> int:
    one, two = (each.xs(gate, level="gate") for each in (fine, coarse))
    both = one.index.intersection(two.index)
    return int((one.loc[both] != two.loc[both]).sum())


def _best(out: Path) -> set[str]:
    table = _table(out, "portfolio_options")
    return set(table.loc[table["portfolio_id"] == "best", "option_id"])


def _markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
