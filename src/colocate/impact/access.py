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
    batches,
    in_area,
    shift,
    soonest_after_each,
)
from colocate.impact.tolerance import change, settled
from colocate.tables.effects import ACCESS
from colocate.tables.roles import has_role
from colocate.tables.schema import conform
from colocate.travel.kernel import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    parts = batches(sorted(options["option_id"]), points=len(police.demand))
    return conform(ACCESS, [row for listed in parts for row in _rows(listed, police)])


def _rows(listed: Sequence[str], police: Desks) -> list[dict[str, Any]]:
    """Rows of table `access` of some options, all of them worked out together."""
    hosts = [police.moves.get(option_id, {}) for option_id in listed]
    moved = [shift(police.bases, host_of) for host_of in hosts]
    moves = [at for at, each in enumerate(moved) if each.known and each.gone.size]
    figures = dict(zip(moves, _each(police, hosts, moved=moved, moves=moves), strict=True))
    before, people = police.bases.now.soonest, police.demand["people"].to_numpy()
    within = before <= police.settings.limit_min.value * 60
    total = weighted.effect(within, within, weights=people).before
    mean = weighted.mean(before, weights=people, among=np.isfinite(before))
    stays = {
        "change": "none", "people_after": total, "people_gained": 0.0, "people_lost": 0.0,
        "people_lost_evidenced": 0.0, "mean_access_after_s": mean, "people_lost_outside": 0.0,
        "people_slower_outside": 0.0,
    }  # fmt: skip
    return [
        {
            "option_id": option_id,
            "desk_changes": bool(each.gone.size),
            "known": each.known,
            "people_before": total,
            "mean_access_before_s": mean,
            "basis": "recorded" if police.assumed.isdisjoint(host_of) else "assumed",
            **(figures.get(at, stays) if each.known else {}),
        }
        for at, (option_id, host_of, each) in enumerate(zip(listed, hosts, moved, strict=True))
    ]


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


def _each(
    police: Desks,
    hosts: Sequence[Mapping[str, str | None]],
    *,
    moved: Sequence[Shift],
    moves: Sequence[int],
) -> Iterator[dict[str, Any]]:
    """Yield what follows from each known move of a desk; all of them are worked out together."""
    shifts, before = [moved[at] for at in moves], police.bases.now.soonest
    later = soonest_after_each(police.bases, shifts)
    weights, limit_s = police.demand["people"].to_numpy(), police.settings.limit_min.value * 60
    reached = np.isfinite(before)
    mean = weighted.mean(before, weights=weights, among=reached)
    outside = _outside(police, [hosts[at] for at in moves], limit_s=limit_s)
    for after, people, mean_after, evidenced, beyond in zip(
        later,
        weighted.effects(before <= limit_s, later <= limit_s, weights=weights),
        weighted.means(later, weights=weights, among=reached),
        _lost_evidenced(police, shifts, limit_s=limit_s),
        outside,
        strict=True,
    ):
        yield {
            "change": change(before, after, moves=True),
            "people_after": people.after,
            "people_gained": people.gained,
            "people_lost": people.lost,
            "people_lost_evidenced": evidenced,
            "mean_access_after_s": settled(
                mean, mean_after, tolerance_s=police.tolerance.mean_s.value
            ),
            **beyond,
        }


def _outside(
    police: Desks, hosts: Sequence[Mapping[str, str | None]], *, limit_s: float
) -> list[dict[str, float]]:
    """Count who loses over the border: people put beyond the limit, and with a longer drive."""
    desks_, people = police.outside
    before = desks_.now.soonest
    later = soonest_after_each(desks_, [shift(desks_, host_of) for host_of in hosts])
    effects = weighted.effects(before <= limit_s, later <= limit_s, weights=people)
    return [
        {
            "people_lost_outside": effect.lost,
            "people_slower_outside": float(people[after > before].sum()),
        }
        for effect, after in zip(effects, later, strict=True)
    ]


def _lost_evidenced(police: Desks, shifts: Sequence[Shift], *, limit_s: float) -> list[float]:
    """Count the people lost where, besides what moves, only desks known to be open count."""
    offers = police.bases.now.offers
    number = np.cumsum(police.evidenced) - 1
    known, nobody = nearest.reach(offers[police.evidenced]), np.empty((0, offers.shape[1]))
    before, later = np.empty((2, len(shifts), offers.shape[1]))
    for at, moved in enumerate(shifts):
        leave = number[moved.gone[police.evidenced[moved.gone]]]
        others = nearest.after(known, gone=leave, arrivals=nobody)
        before[at] = np.minimum(others, nearest.soonest(offers[moved.gone]))
        later[at] = np.minimum(others, nearest.soonest(moved.arrivals(police.bases)))
    later = settled(before, later, tolerance_s=police.bases.tolerance_s)
    people = police.demand["people"].to_numpy()
    return [
        weighted.effect(was <= limit_s, is_ <= limit_s, weights=people).lost
        for was, is_ in zip(before, later, strict=True)
    ]
