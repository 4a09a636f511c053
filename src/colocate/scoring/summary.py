"""The ranking as people read it: one row an option, what it would do, and how sure its rank is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

COLUMNS = {
    "options": ("title", "kind"),
    "scores": ("rank_group", "rank", "place", "status", "score", "completeness"),
    "stability": ("word",),
    "cover": ("people_gained", "people_lost"),
    "access": ("people_gained", "people_lost"),
    "money": ("net_saving_gbp",),
}
"""Columns taken from each table; those of cover and access are named after their table."""


def ranking(tables: Mapping[str, pd.DataFrame], /) -> pd.DataFrame:
    """Join what most readers ask of an option into one frame.

    Args:
        tables: a run's tables by name: those of `COLUMNS`, and `gates`.

    Returns:
        One row per option, the first rank first and those without a rank last: `rank_group`,
        `rank` (within that group), `option_id`, `title`, `kind`, `status`, `score` (0 to 100),
        `word` (robust, contested or fragile), `completeness` (share of the weight known),
        `cover_people_gained`, `cover_people_lost`, `access_people_gained`, `access_people_lost`
        (null where unknown), `net_saving_gbp` (a year; null where unknown), `gates_failed`,
        `gates_unknown` (numbers of gates).
    """
    frame = tables["options"][["option_id"]]
    for name, wanted in COLUMNS.items():
        columns = tables[name].set_index("option_id")[[*wanted]]
        if name in {"cover", "access"}:
            columns = columns.add_prefix(f"{name}_")
        frame = frame.join(columns, on="option_id")
    gates = tables["gates"]
    for column, outcome in (("gates_failed", "fail"), ("gates_unknown", "unknown")):
        found = gates.loc[gates["outcome"] == outcome, "option_id"].value_counts()
        frame[column] = frame["option_id"].map(found).fillna(0).astype("int64")
    first = [
        "rank_group",
        "rank",
        "option_id",
        "title",
        "kind",
        "status",
        "score",
        "word",
        "completeness",
    ]
    frame = frame[[*first, *(name for name in frame.columns if name not in first)]]
    ordered = frame.sort_values(["place", "option_id"], ignore_index=True)
    return ordered.drop(columns="place")
