"""Public access to a police desk before and after each option.

People drive to the desk, so travel times run from the demand point to the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.options import reach
from colocate.options.roles import has_role
from colocate.tables import parts
from colocate.tables.effects import ACCESS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from colocate import study


class _Desks(NamedTuple):
    """Access to desks as arrays: desks in order of site id, demand points in order of id."""

    desks: pd.Index
    evidenced: np.ndarray
    """Per desk: known to be open to the public, not only assumed from its role."""
    now: reach.Reach
    people: np.ndarray


def access(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    demand_to_site: pd.DataFrame,
    demand_points: pd.DataFrame,
    settings: study.Access,
) -> pd.DataFrame:
    """Compute access to police desks today and after each option.

    A desk that moves is open at the host afterwards. Every option that moves none leaves access
    exactly as it is; where the host is still to be found the effect is unknown. All open police
    sites with a desk count, whether they take part or not; a desk recorded as closed does not,
    whatever its site's role.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        demand_to_site: table `demand_to_site`, the access direction.
        demand_points: table `demand_points`; those in the study's area count.
        settings: section `access` of the study: the limit, and which roles are desks.

    Returns:
        Table `access`, sorted by option_id.
    """
    demand = demand_points[demand_points["in_area"]].sort_values("demand_id")
    counted = pd.Index(demand["demand_id"])
    police = located_sites[
        (located_sites["service"] == "police") & (located_sites["status"] == "open")
    ].sort_values("site_id")
    shut = police["desk"] == "closed"
    evidenced = ~shut & (_any_role(police, settings.desk_roles) | (police["desk"] == "open"))
    desk = evidenced | (~shut & _any_role(police, settings.assumed_desk_roles))
    ids = pd.Index(police.loc[desk, "site_id"])
    state = _Desks(
        desks=ids,
        evidenced=evidenced[desk].to_numpy(),
        now=_nearest(reach.matrix(demand_to_site, sites=ids, demand=counted)),
        people=demand["people"].to_numpy(),
    )
    hosts = pd.Index(options["host_site_id"].dropna().unique())
    to_host = reach.matrix(demand_to_site, sites=hosts, demand=counted)
    return conform(
        ACCESS,
        (
            _option(option, state, hosts=hosts, to_host=to_host, settings=settings)
            for option in options.sort_values("option_id").itertuples()
        ),
    )


def _any_role(sites: pd.DataFrame, roles: tuple[str, ...]) -> pd.Series:
    found = pd.Series(data=False, index=sites.index)
    for role in roles:
        found |= has_role(sites, role)
    return found


def _nearest(drive: np.ndarray) -> reach.Reach:
    """Reach today; without any desk nobody reaches one."""
    if len(drive):
        return reach.reach(drive)
    nowhere = np.full(drive.shape[1], np.inf)
    return reach.Reach(drive, nowhere, np.full(drive.shape[1], -1))


def _option(
    option: Any,  # noqa: ANN401 - a row of table options
    state: _Desks,
    *,
    hosts: pd.Index,
    to_host: np.ndarray,
    settings: study.Access,
) -> dict[str, Any]:
    gone = state.desks.get_indexer(parts(option.mover_site_ids))
    gone = gone[gone >= 0]
    drive = reach.of_host(to_host, hosts=hosts, host_id=option.host_site_id)
    known = not gone.size or drive is not None
    soonest = state.now.soonest
    if gone.size and drive is not None:
        soonest = reach.after(state.now, gone=gone, arrivals=drive[np.newaxis])
    limit_s = settings.limit_min.value * 60
    people = reach.effect(state.now.soonest, soonest, weights=state.people, limit_s=limit_s)
    reached = np.isfinite(state.now.soonest)
    row = {
        "option_id": option.option_id,
        "desk_changes": bool(gone.size),
        "known": known,
        "people_before": people.before,
        "mean_access_before_s": reach.mean(state.now.soonest, weights=state.people, among=reached),
        "basis": "recorded" if state.evidenced[gone].all() else "assumed",
    }
    if known:
        row |= {
            "people_after": people.after,
            "people_gained": people.gained,
            "people_lost": people.lost,
            "mean_access_after_s": reach.mean(soonest, weights=state.people, among=reached),
        }
    return row
