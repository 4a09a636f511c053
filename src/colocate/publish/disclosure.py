"""Disclosure classes of what a run tells: from the class of each row and of the columns it fills.

Columns count whether or not a view prints them itself: gates, money and scores repeat them. What
is worked out is never above what it was worked out from: a register of public facts makes public
scores, whatever class a score may have elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from colocate.tables import TABLES, parts

CLASSES = ("public", "commercial", "restricted")
"""Disclosure classes, rising."""

OPTION_TABLES = (
    "options", "scores", "contributions", "money", "money_by_body", "gates", "approvals", "cover",
    "access", "effects",
)  # fmt: skip
"""Tables about options that views tell from."""

SUPPLIED = ("evidence", "costs", "partners", "functions", "benchmarks")
"""Tables that people fill beside the registers."""

Tables = Mapping[str, pd.DataFrame]


def of_run(tables: Tables, /) -> str:
    """Return the highest class of a run's located sites and options."""
    return CLASSES[_highest_given(tables)]


def of_options(tables: Tables, /) -> pd.Series:
    """Return each option's class by option_id: the highest of its sites and its own rows."""
    sites = _levels(tables, "located_sites").set_axis(tables["located_sites"]["site_id"])
    options = tables["options"].set_index("option_id")["site_ids"]
    level = pd.Series(
        [max((sites[site] for site in parts(ids)), default=0) for ids in options],
        index=options.index, dtype="int64",
    )  # fmt: skip
    for name in OPTION_TABLES:
        own = _levels(tables, name).groupby(tables[name]["option_id"].to_numpy()).max()
        level = level.combine(own.reindex(level.index, fill_value=0), max)
    return level.clip(upper=_highest_given(tables)).map(CLASSES.__getitem__).astype("str")


def _highest_given(tables: Tables) -> int:
    """Return the highest class, as its place in CLASSES, of what people put in."""
    given = [0]
    for name in ("located_sites", *SUPPLIED):
        given += _levels(tables, name).tolist()
    manual = CLASSES.index("commercial") if len(tables["evidence"]) else 0
    return max(*given, manual)


def _levels(tables: Tables, name: str) -> pd.Series:
    """Return the place in CLASSES of each row of a table."""
    frame = tables[name]
    level = pd.Series(0, index=frame.index)
    if "disclosure" in frame:
        level = frame["disclosure"].map(CLASSES.index).astype("int64")
    for column in TABLES[name].columns:
        if column.disclosure != "public":
            filled = frame[column.name].notna() * CLASSES.index(column.disclosure)
            level = level.where(level >= filled, filled)
    return level
