"""What a programme's tables must agree on: groups that are there, recommendations that are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.errors import StudyError, some

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def assert_whole(tables: Mapping[str, pd.DataFrame], /) -> None:
    """Check that the tables of a programme name only what they hold, and that groups form a tree.

    Args:
        tables: `programme_groups`, `recommendations` and `checklists`.

    Raises:
        StudyError: a group or a recommendation is named that is not there, or groups report to
            one another in a circle.
    """
    groups = tables["programme_groups"]
    above = dict(zip(groups["group_id"], groups["reports_to"], strict=True))
    faults = [
        f"  table programme_groups, {column}: {some(sorted(set(odd)))} is no group_id of it"
        for column in ("reports_to", "comes_before")
        if len(odd := groups[column].dropna()[lambda named: ~named.isin(above)])
    ]
    if not faults and (round_ := [group for group in above if _circles(group, above)]):
        faults.append(f"  table programme_groups: {some(round_)} report to one another in a circle")
    key = ["recommendation_id", "part"]
    known = tables["recommendations"].set_index(key).index
    items = tables["checklists"].set_index(key).index
    if lost := sorted({f"{name} part {part}" for name, part in items[~items.isin(known)]}):
        faults.append(f"  table checklists: {some(lost)} is not in table recommendations")
    if faults:
        raise StudyError("\n".join(
            ["the programme names what is not there; correct the rows or add what they name:",
             *faults]))  # fmt: skip


def _circles(group: str, above: Mapping[str, object]) -> bool:
    seen: set[object] = set()
    at: object = group
    while isinstance(at, str):
        if at in seen:
            return True
        seen.add(at)
        at = above.get(at)
    return False
