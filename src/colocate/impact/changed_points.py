"""Demand points whose service an option, or a set of options together, would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.impact.access import desks
from colocate.impact.cover import crews
from colocate.impact.relocation import Bases, by_subject, shift, soonest_after
from colocate.tables.effects import CHANGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate import study

WORST = 5
"""How many of the demand points that lose most time are marked."""


class _Side(NamedTuple):
    """One side's service: what serves, whom, and the limit that counts."""

    side: str
    bases: Bases
    demand: pd.DataFrame
    limit_s: float


# long: its arguments are the tables it puts together, one a line
def changes_together(  # noqa: PLR0913 - every table it reads, by name
    moves: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    participation: pd.DataFrame,
    site_to_demand: pd.DataFrame,
    demand_to_site: pd.DataFrame,
    demand_points: pd.DataFrame,
    response: study.Response,
    access: study.Access,
    tolerance: study.Tolerance,
) -> pd.DataFrame:
    """Find the demand points whose first appliance or nearest desk takes another time.

    All moves of a subject happen at once: an option is one subject, a portfolio is one too. Points
    whose time changes by no more than the tolerance have no row, nor has a side on which a host is
    open.

    Args:
        moves: frame as `relocation.moves` returns it; each site moves at most once a subject.
        located_sites: table `located_sites`.
        participation: table `participation`.
        site_to_demand: table `site_to_demand`, the response direction.
        demand_to_site: table `demand_to_site`, the access direction.
        demand_points: table `demand_points`; those in the study's area count.
        response: section `response` of the study; its first standard counts.
        access: section `access` of the study.
        tolerance: section `tolerance` of the study.

    Returns:
        Table `changes`, sorted by its key; `option_id` is the subject.
    """
    fire = crews(
        moves["host_site_id"],
        located_sites,
        participation=participation,
        site_to_demand=site_to_demand,
        demand_points=demand_points,
        response=response,
        tolerance=tolerance,
    )
    police = desks(
        moves["host_site_id"],
        located_sites,
        demand_to_site=demand_to_site,
        demand_points=demand_points,
        settings=access,
        tolerance=tolerance,
    )
    sides = (
        _Side("fire", fire.bases, fire.demand, response.standards[0].limit_min.value * 60),
        _Side("police", police.bases, police.demand, access.limit_min.value * 60),
    )
    found = [
        _changed(subject, side, host_of=host_of)
        for subject, host_of in sorted(by_subject(moves).items())
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
