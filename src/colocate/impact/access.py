"""Public access to a police desk before and after each option.

People drive to the desk, so travel times run from the demand point to the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.impact import weighted
from colocate.impact.relocation import (
    Bases,
    Moves,
    Shift,
    bases,
    in_area,
    shift,
    soonest_after,
)
from colocate.impact.tolerance import change, settled
from colocate.tables.effects import ACCESS
from colocate.tables.roles import has_role
from colocate.tables.schema import conform
from colocate.travel.kernel import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from colocate import study
    from colocate.travel.od_array import OdArray


class Desks(NamedTuple):
    """Police desks as arrays: rows in order of site id."""

    bases: Bases
    assumed: frozenset[str]
    """Sites whose desk is not evidenced but taken from their role."""
    evidenced: np.ndarray
    """Per row: whether its desk is known to be open."""
    demand: pd.DataFrame
    """Demand points of the area in order of id: the columns of `bases`."""
    outside: tuple[Bases, np.ndarray]
    """The same for the points around the area, and their people: who lives over the border may
    use a desk that moves, and is in no percentage."""
    moves: Moves
    """What could move where."""
    settings: study.Access
    tolerance: study.Tolerance


def open_police(located_sites: pd.DataFrame, /) -> pd.DataFrame:
    """Return the police sites in use, whether they take part or not, in order of id.

    Args:
        located_sites: table `located_sites`.
    """
    open_ = (located_sites["service"] == "police") & (located_sites["status"] == "open")
    return located_sites[open_].sort_values("site_id")


def desks(
    moves: Moves,
    located_sites: pd.DataFrame,
    /,
    *,
    demand_to_site: pd.DataFrame | OdArray,
    demand_points: pd.DataFrame,
    settings: study.Access,
    tolerance: study.Tolerance,
    bounded: bool = False,
) -> Desks:
    """Lay out every police desk that is open to the public: the way to it from everywhere.

    All open police sites with a desk count, whether they take part or not; a desk recorded as
    closed does not, whatever its site's role.

    Args:
        moves: what could move where.
        located_sites: table `located_sites`.
        demand_to_site: table `demand_to_site`, the access direction.
        demand_points: table `demand_points`; those in the study's area count, those around it
            apart.
        settings: section `access` of the study: the limit, and which roles are desks.
        tolerance: section `tolerance` of the study.
        bounded: whether the ways end at the longest that counts, as walks do.
    """
    demand = in_area(demand_points)
    known = _open_desks(located_sites, settings)
    ids = known.index
    around = demand_points[~demand_points["in_area"]].sort_values("demand_id", ignore_index=True)
    found, outside = (
        bases(
            ids,
            np.zeros(len(ids)),
            moves=moves,
            od=demand_to_site,
            demand=points,
            tolerance=tolerance,
            bounded=bounded or points is around,
        )
        for points in (demand, around)
    )
    assumed, over = frozenset(ids[~known]), (outside, around["people"].to_numpy())
    return Desks(found, assumed, known.to_numpy(), demand, over, moves, settings, tolerance)


def _open_desks(located_sites: pd.DataFrame, settings: study.Access) -> pd.Series:
    """Return by site, in order of id, whether its open desk is evidenced; else its role has one."""
    police = open_police(located_sites).set_index("site_id")
    shut = police["desk"] == "closed"
    evidenced = ~shut & (any_role(police, settings.desk_roles) | (police["desk"] == "open"))
    return evidenced[evidenced | (~shut & any_role(police, settings.assumed_desk_roles))]


def vehicles(
    police: Desks, located_sites: pd.DataFrame, /, *, site_to_demand: pd.DataFrame
) -> Bases:
    """Lay out the police sites in use that are bases: the drive from each to everywhere.

    Args:
        police: the desks, to hold the same moves against the same demand points.
        located_sites: table `located_sites`.
        site_to_demand: table `site_to_demand`.
    """
    kept = open_police(located_sites)
    ids = kept.loc[any_role(kept, police.settings.base_roles), "site_id"]
    return bases(
        pd.Index(ids),
        np.zeros(len(ids)),
        moves=police.moves,
        od=site_to_demand,
        demand=police.demand,
        tolerance=police.tolerance,
    )


def access(options: pd.DataFrame, police: Desks, /) -> pd.DataFrame:
    """Compute access to police desks today and after each option.

    A desk that moves is open at the host afterwards. Every option that moves none leaves access
    exactly as it is; where the host is open, the effect is unknown. What cannot be told stays as it
    is today.

    Args:
        options: table `options`.
        police: every desk that counts, and the options' moves.

    Returns:
        Table `access`, sorted by option_id.
    """
    return conform(ACCESS, (_option(each, police) for each in sorted(options["option_id"])))


def any_role(sites: pd.DataFrame, roles: Iterable[str], /) -> pd.Series:
    """Whether each site has one of some roles (bool series on the index of `sites`).

    Args:
        sites: has the column `roles`.
        roles: names of roles.
    """
    found = pd.Series(data=False, index=sites.index)
    for role in roles:
        found |= has_role(sites, role)
    return found


def _option(option_id: str, police: Desks) -> dict[str, Any]:
    host_of = police.moves.get(option_id, {})
    moved = shift(police.bases, host_of)
    before = police.bases.now.soonest
    later = soonest_after(police.bases, moved) if moved.known else before
    weights = police.demand["people"].to_numpy()
    limit_s = police.settings.limit_min.value * 60
    people = weighted.effect(before <= limit_s, later <= limit_s, weights=weights)
    mean = weighted.mean(before, weights=weights, among=(reached := np.isfinite(before)))
    row = {
        "option_id": option_id,
        "desk_changes": bool(moved.gone.size),
        "known": moved.known,
        "people_before": people.before,
        "mean_access_before_s": mean,
        "basis": "recorded" if police.assumed.isdisjoint(host_of) else "assumed",
    }
    if moved.known:
        mean_after = weighted.mean(later, weights=weights, among=reached)
        row |= {
            "change": change(before, later, moves=bool(moved.gone.size)),
            "people_after": people.after,
            "people_gained": people.gained,
            "people_lost": people.lost,
            "people_lost_evidenced": _lost_evidenced(police, moved, limit_s=limit_s),
            "mean_access_after_s": settled(
                mean, mean_after, tolerance_s=police.tolerance.mean_s.value
            ),
            **_outside(police, host_of, limit_s=limit_s),
        }
    return row


def _outside(
    police: Desks, host_of: Mapping[str, str | None], *, limit_s: float
) -> dict[str, float]:
    """Count who loses over the border: people put beyond the limit, and with a longer drive."""
    desks_, people = police.outside
    before, later = desks_.now.soonest, soonest_after(desks_, shift(desks_, host_of))
    return {
        "people_lost_outside": weighted.effect(
            before <= limit_s, later <= limit_s, weights=people
        ).lost,
        "people_slower_outside": float(people[later > before].sum()),
    }


def _lost_evidenced(police: Desks, moved: Shift, *, limit_s: float) -> float:
    """Count the people lost where, besides what moves, only desks known to be open count."""
    offers, gone = police.bases.now.offers, moved.gone
    staying = np.setdiff1d(np.flatnonzero(police.evidenced), gone)
    # Only whom a desk that moves serves within the limit today can lose it.
    theirs = nearest.soonest(offers[gone])
    at = np.flatnonzero(theirs <= limit_s)
    others = nearest.soonest(offers[np.ix_(staying, at)])
    before = np.minimum(others, theirs[at])
    later = np.minimum(others, nearest.soonest(moved.arrivals(police.bases)[:, at]))
    later = settled(before, later, tolerance_s=police.bases.tolerance_s)
    people = police.demand["people"].to_numpy()[at]
    return weighted.effect(before <= limit_s, later <= limit_s, weights=people).lost
