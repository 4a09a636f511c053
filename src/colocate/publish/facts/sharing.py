"""Who would pay and gain what of an option or of the best set, by each key, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts.amounts import known, pounds
from colocate.publish.facts.settlement import short_names
from colocate.tables import each
from colocate.tables.rows import ApportionmentRange, PrincipleRange

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    Tables = Mapping[str, pd.DataFrame]

KEYS_IN_WORDS = {
    "equal": "alike",
    "funding": "by budget",
    "size": "by the size of the bodies",
    "headcount": "by staff in scope",
    "floor_area": "by floor area",
    "demand": "by demand",
    "hybrid": "by the study's mix of keys",
}
PRINCIPLES_IN_WORDS = {
    "sustainable": "sustainable and stable",
    "equitable": "appropriate and equitable to all",
    "no_more_control": "more money, no more control",
    "judged_together": "value judged over all together",
    "encourages_participation": "encourages participation",
    "does_not_stifle": "does not stifle innovation",
    "value_for_each": "value for money to each",
}


def shared_out(tables: Tables, subject_id: str, /) -> list[str]:
    """Say what each body would pay and gain, a line a key; keys that lack figures in one line.

    Args:
        tables: the run's tables by name.
        subject_id: an option, or `best`.
    """
    if not {"apportionment_ranges", "principle_ranges"} <= set(tables):
        return []
    rows = tables["apportionment_ranges"]
    own = rows[(rows["subject_id"] == subject_id) & (rows["kind"] != "target")]
    if own.empty or not own["cost_high_gbp"].notna().any():
        return []
    names, said, lacking = short_names(tables), [], []
    for key, of_key in own.groupby("key", sort=False):
        listed = list(each(ApportionmentRange, of_key))
        if known(listed[0].lacks):
            lacking.append(f"{KEYS_IN_WORDS[str(key)]} ({listed[0].lacks})")
            continue
        told = "; ".join(_party(row, names) for row in listed)
        said.append(f"Costs shared {KEYS_IN_WORDS[str(key)]}: {told}.")
    if lacking:
        said.append(f"Open, for figures that nobody supplied: {'; '.join(lacking)}.")
    return [*said, *_principles(tables, subject_id)]


def _party(row: ApportionmentRange, names: Mapping[str, str]) -> str:
    ends = (row.net_low_gbp, row.net_high_gbp)
    width = "" if ends[0] == ends[1] else f", {pounds(ends[0])} to {pounds(ends[1])}"
    return (
        f"{names[row.body_id]} pays {row.share:.0%} and is left with {pounds(row.net_gbp)}{width}"
    )


def _principles(tables: Tables, subject_id: str) -> list[str]:
    """Say what the seven principles come to where all pay alike, the key that lacks nothing."""
    rows = tables["principle_ranges"]
    own = rows[(rows["subject_id"] == subject_id) & (rows["key"] == "equal")]
    return [
        f"{PRINCIPLES_IN_WORDS[row.principle]}, costs shared alike: {row.outcome}. {row.reason}"
        for row in each(PrincipleRange, own)
    ]
