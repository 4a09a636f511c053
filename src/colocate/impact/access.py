"""Public access to a police desk before and after each option.

People drive to the desk, so travel times run from the demand point to the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.impact import weighted
from colocate.impact.relocation import Moves, Served, bases, in_area, served, shifts
from colocate.impact.told import Values, differs
from colocate.impact.tolerance import settled
from colocate.tables.effects import ACCESS
from colocate.tables.roles import has_role
from colocate.tables.schema import conform
from colocate.travel.kernel import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from colocate import study
    from colocate.impact.told import Floats
    from colocate.travel.od_array import OdArray


class Desks(NamedTuple):
    """Police desks as arrays: rows in order of site id."""

    served: Served
    assumed: frozenset[str]
    """Sites whose desk is not evidenced but taken from their role."""
    evidenced: np.ndarray
    """Per row: whether its desk is known to be open."""
    demand: pd.DataFrame
    """Demand points of the area in order of id: the points of `served`."""
    outside: tuple[Served, np.ndarray]
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
    known = open_desks(located_sites, settings)
    # Of thousands without a way to them, in a register of more than the area, only movers count.
    movers = {mover for host_of in moves.values() for mover in host_of}
    reached = pd.Index(demand_to_site.site_id).unique().astype("str")
    known = known[known.index.isin(reached) | known.index.isin(movers)]
    ids = known.index
    around = demand_points[~demand_points["in_area"]].sort_values("demand_id", ignore_index=True)
    every, beyond = (
        bases(ids, moves=moves, od=demand_to_site, demand=pd.Index(points["demand_id"]),
              bounded=bounded)
        for points in (demand, around)
    )  # fmt: skip
    moved = shifts(every, moves)
    inside, outside = (
        served(each, moved, tolerance_s=tolerance.time_s.value)
        for each in (every, beyond._replace(hosts=every.hosts))
    )
    return Desks(
        inside, frozenset(ids[~known]), known.to_numpy(), demand,
        (outside, around["people"].to_numpy()), moves, settings, tolerance,
    )  # fmt: skip


def open_desks(located_sites: pd.DataFrame, settings: study.Access, /) -> pd.Series:
    """Return by site, in order of id, whether its open desk is evidenced; else its role has one.

    Args:
        located_sites: table `located_sites`.
        settings: section `access` of the study.
    """
    police = open_police(located_sites).set_index("site_id")
    shut = police["desk"] == "closed"
    evidenced = ~shut & (any_role(police, settings.desk_roles) | (police["desk"] == "open"))
    return evidenced[evidenced | (~shut & any_role(police, settings.assumed_desk_roles))]


def vehicles(
    police: Desks, located_sites: pd.DataFrame, /, *, site_to_demand: pd.DataFrame
) -> Served:
    """Lay out the police sites in use that are bases: the drive from each to everywhere.

    Args:
        police: the desks, to hold the same moves against the same demand points.
        located_sites: table `located_sites`.
        site_to_demand: table `site_to_demand`.
    """
    kept = open_police(located_sites)
    ids = kept.loc[any_role(kept, police.settings.base_roles), "site_id"]
    found = bases(
        pd.Index(ids), moves=police.moves, od=site_to_demand,
        demand=pd.Index(police.demand["demand_id"]),
    )  # fmt: skip
    return served(found, shifts(found, police.moves), tolerance_s=police.tolerance.time_s.value)


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
    people, limit_s = police.demand["people"].to_numpy(), police.settings.limit_min.value * 60
    today, later = figures(
        police.served, people, limit_s=limit_s, mean_s=police.tolerance.mean_s.value
    )
    later |= _beside(police, weights=people, limit_s=limit_s)
    stays = today | {
        "change": "none", "people_lost_evidenced": 0.0, "people_lost_outside": 0.0,
        "people_slower_outside": 0.0,
    }  # fmt: skip
    moved = police.served.shifts
    rows = []
    for option_id in sorted(options["option_id"]):
        shift, number = moved.get(option_id), moved.number.get(option_id)
        row = {
            "option_id": option_id,
            "desk_changes": bool(shift.gone.size),
            "known": shift.known,
            **{name: value for name, value in today.items() if "_before" in name},
            "basis": "recorded"
            if police.assumed.isdisjoint(police.moves.get(option_id, {}))
            else "assumed",
        }
        if number is not None:
            row |= {figure: values[number] for figure, values in later.items()}
        rows.append(row | stays if shift.known and number is None else row)
    return conform(ACCESS, rows)


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


def figures(
    found: Served, people: Floats, /, *, limit_s: float, mean_s: float
) -> tuple[dict[str, float], dict[str, Any]]:
    """Weigh the ways to the nearest desk today, where nothing moves, and after each shift.

    Args:
        found: the desks that count.
        people: of the demand points.
        limit_s: longest way that counts as access, s.
        mean_s: largest change of a mean that cannot be told, s.

    Returns:
        Columns of table `access`: of an option that moves nothing, and by number of the shift.
    """
    _, now, _, told, later_s = found
    times = Values(now.soonest, later_s, told)
    within = weighted.effects(
        Values(times.today <= limit_s, later_s <= limit_s, told), weights=people
    )
    mean = weighted.mean(times.today, weights=people, among=np.isfinite(times.today))
    means = weighted.means(times, weights=people)
    today = {
        "people_before": within.before,
        "people_after": within.before,
        "people_gained": 0.0,
        "people_lost": 0.0,
        "mean_access_before_s": mean,
        "mean_access_after_s": mean,
    }
    return today, {
        "people_after": within.after,
        "people_gained": within.gained,
        "people_lost": within.lost,
        "mean_access_after_s": settled(mean, means, tolerance_s=mean_s),
    }


def _beside(police: Desks, *, weights: Floats, limit_s: float) -> dict[str, Any]:
    """Say of each shift whether it tells a change, what is evidenced, and who lives outside."""
    _, now, _, told, later_s = police.served
    (_, outside, _, told_outside, later_outside_s), living = police.outside
    beyond = weighted.effects(
        Values(outside.soonest <= limit_s, later_outside_s <= limit_s, told_outside),
        weights=living,
    )
    longer = living[told_outside.at]
    slower = later_outside_s > outside.soonest[told_outside.at]
    return {
        "change": np.where(
            differs(Values(now.soonest, later_s, told)), "told", "too_small"
        ).tolist(),
        "people_lost_evidenced": _lost_evidenced(police, weights=weights, limit_s=limit_s),
        "people_lost_outside": beyond.lost,
        "people_slower_outside": [
            longer[part][slower[part]].sum() for part in told_outside.parts()
        ],
    }


def _lost_evidenced(police: Desks, *, weights: Floats, limit_s: float) -> list[float]:
    """Count the people lost where, besides what moves, only desks known to be open count.

    Only who is within the limit of a desk that moves can be.
    """
    offers, blocks = police.served.now.offers, police.served.bases.blocks
    moved = police.served.shifts.moving()
    shifts = ((drive, *shift) for drive, moving in blocks(moved) for shift in moving.each())
    # As many of each point's soonest as one more than ever move at once: one of them stays.
    most = int(np.diff(moved.first).max(initial=0))
    place, others = nearest.ranked(offers[police.evidenced], count=most + 1)
    row = np.append(np.flatnonzero(police.evidenced), -1)[place]
    lost = []
    for drive, gone, to in shifts:
        own_s = nearest.soonest(offers[gone])
        at = np.flatnonzero((own_s <= limit_s) & (weights > 0))
        others_s = nearest.soonest(np.where(np.isin(row[:, at], gone), np.inf, others[:, at]))
        before_s = np.minimum(others_s, own_s[at])
        later_s = np.minimum(others_s, nearest.soonest(drive[np.ix_(to, at)]))
        beyond = settled(before_s, later_s, tolerance_s=police.tolerance.time_s.value) > limit_s
        lost.append(float(weights[at[beyond]].sum()))
    return lost
