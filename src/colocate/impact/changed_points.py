"""Demand points whose service an option, or a set of options together, would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.impact.relocation import Bases, shift, soonest_after
from colocate.tables.effects import CHANGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate.impact.access import Desks
    from colocate.impact.cover import Crews

WORST = 5
"""How many of the demand points that lose most time are marked."""


class _Side(NamedTuple):
    """One side's service: what serves, whom, and the limit that counts."""

    side: str
    bases: Bases
    demand: pd.DataFrame
    limit_s: float


def changes_together(fire: Crews, police: Desks, /) -> pd.DataFrame:
    """Find the demand points whose first appliance or nearest desk takes another time.

    All moves of a subject happen at once: an option is one subject, a portfolio is one too. Points
    whose time changes by no more than the tolerance have no row, nor has a side on which a host is
    open.

    Args:
        fire: every crew that counts, and what could move where; the first standard is the limit.
        police: every desk that counts, with the same moves.

    Returns:
        Table `changes`, sorted by its key; `option_id` is the subject.
    """
    sides = (
        _Side("fire", fire.bases, fire.demand, fire.response.standards[0].limit_min.value * 60),
        _Side("police", police.bases, police.demand, police.settings.limit_min.value * 60),
    )
    found = [
        _changed(subject, side, host_of=host_of)
        for subject, host_of in sorted(fire.moves.items())
        for side in sides
    ]
    columns = zip(*[rows for rows in found if rows], strict=True)
    values = [np.concatenate(parts) for parts in columns] or [np.empty(0)] * len(CHANGES.names)
    frame = pd.DataFrame(dict(zip(CHANGES.names, values, strict=True)))
    return frame.astype({column.name: column.dtype for column in CHANGES.columns})


def _changed(
    subject: str, side: _Side, *, host_of: Mapping[str, str | None]
) -> tuple[np.ndarray, ...] | None:
    """Columns of table `changes`, in order, for one subject and side; None where it has no row."""
    moved = shift(side.bases, host_of)
    if not moved.gone.size or not moved.known:
        return None
    before, later = side.bases.now.soonest, soonest_after(side.bases, moved)
    at = np.flatnonzero(before != later)
    was, is_ = before[at], later[at]
    longer = np.flatnonzero(is_ > was)
    worst = np.full(len(at), np.nan)
    order = longer[np.argsort(was[longer] - is_[longer], kind="stable")][:WORST]
    worst[order] = np.arange(1, len(order) + 1)
    return (
        np.full(len(at), subject, dtype="object"),
        np.full(len(at), side.side, dtype="object"),
        side.demand["demand_id"].to_numpy("object")[at],
        np.where(np.isfinite(was), was, np.nan),
        np.where(np.isfinite(is_), is_, np.nan),
        was <= side.limit_s,
        is_ <= side.limit_s,
        side.demand["people"].to_numpy()[at],
        worst,
    )
