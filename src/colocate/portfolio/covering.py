"""Who is covered by which sites, and what each option would take away and open.

A demand point is covered by a site whose drive takes no longer than `drive_limit_s` of table
`serving_sites`: of fire stations what the first standard leaves after call handling and turnout,
of police desks the access limit. A crew or desk that moves keeps its limit at the host. A point
covered today stays so while its soonest service gets later by no more than can be told
(`impact.tolerance`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from colocate.portfolio.losses import at_stake, stakes
from colocate.tables import parts
from colocate.travel.od_array import entries

if TYPE_CHECKING:
    from colocate import study
    from colocate.portfolio.losses import Stakes


class Service(NamedTuple):
    """Sites of a service in order of id, and the drives between them and the demand points."""

    sites: pd.Index
    limit_s: np.ndarray
    """Longest drive within the standard, per site."""
    demand: pd.Index
    people: np.ndarray
    drives: pd.DataFrame
    """Table of travel times in the direction of the service."""
    tolerance_s: float
    """Largest change of a point's soonest service that cannot be told."""

    def allowed(self, soonest_s: np.ndarray) -> np.ndarray:
        """Return how far beyond a limit each point may be served and not lose, s; 0 or more.

        Args:
            soonest_s: how far beyond its limit whoever comes soonest serves each point today, s;
                below 0 within it.
        """
        found: np.ndarray = np.where(soonest_s <= 0, np.maximum(soonest_s + self.tolerance_s, 0), 0)
        return found


def service(
    serving_sites: pd.DataFrame,
    drives: pd.DataFrame,
    *,
    name: str,
    direction: str,
    demand_points: pd.DataFrame,
    tolerance: study.Tolerance,
    among: pd.Series | None = None,
) -> Service:
    """Gather a service's sites and drives.

    Args:
        serving_sites: table `serving_sites`.
        drives: table `site_to_unit` or `unit_to_site`, as `direction` asks.
        name: the service.
        direction: `from_site` or `to_site`.
        demand_points: table `demand_units`; those in the area count for cover, all for access:
            a neighbour's engines cover who lives over the border, a desk that moves serves them.
        tolerance: section `tolerance` of the study.
        among: ids of the sites that count; all of the service unless given.
    """
    chosen = (
        (serving_sites["service"] == name)
        & (serving_sites["direction"] == direction)
        & serving_sites["drive_limit_s"].notna()
    )
    if among is not None:
        chosen &= serving_sites["site_id"].isin(among)
    sites = serving_sites[chosen].sort_values("site_id")
    counts = demand_points["in_area"] | (direction == "to_site")
    demand = demand_points[counts].sort_values("demand_id")
    return Service(
        sites=pd.Index(sites["site_id"]),
        limit_s=sites["drive_limit_s"].to_numpy(),
        demand=pd.Index(demand["demand_id"]),
        people=demand["people"].to_numpy(),
        drives=drives,
        tolerance_s=tolerance.time_s.value,
    )


class Found(NamedTuple):
    """What options could take from a service."""

    stakes: Stakes
    """What all together could take, and bring."""
    points: np.ndarray
    """Where its points stand among those of the service."""
    unknown: np.ndarray
    """Mask of the options whose effect is unknown: they move a site of the service, and nobody
    knows where to, or it is off the road network."""


def losses(options: pd.DataFrame, given: Service, /, *, hosts: pd.Series) -> Found:
    """Say what each option would take away from a service's demand points, and open to them.

    Args:
        options: rows of table `options`.
        given: the service.
        hosts: site where each option's movers would be, its new site among them; null where open.
    """
    moved = _moved(options, given.sites)
    moves = moved.sum(axis=1) > 0
    both = given.sites.union(pd.Index(hosts[moves].dropna().unique()), sort=False)
    drives = entries(given.drives, sites=both, demand=given.demand)
    n_sites, n_points = len(given.sites), len(given.demand)
    own = drives.site < n_sites
    site, point = drives.site[own], drives.point[own]
    beyond = drives.time_s[own] - given.limit_s[site]
    soonest = np.full(n_points, np.inf)
    np.minimum.at(soonest, point, beyond)
    allowed = given.allowed(soonest)
    within = beyond <= allowed[point]
    site, point = site[within], point[within]
    sites = np.bincount(point, minlength=n_points)
    going = np.bincount(point, weights=moved.sum(axis=0)[site], minlength=n_points)
    staked = at_stake(sites, going) & (given.people > 0)
    covers = csr_array(
        (np.ones(len(site), dtype="int64"), (site, point)), shape=(n_sites, n_points)
    )[:, staked]
    at = both.get_indexer(pd.Index(hosts))
    reached = np.append(np.bincount(drives.site, minlength=len(both)) > 0, [False])
    known = moves & reached[at]  # the last: host not known
    to_host = csr_array((drives.time_s, (drives.site, drives.point)), shape=(len(both), n_points))
    found = stakes(
        given.people[staked],
        sites=sites[staked],
        gone=moved @ covers,
        arrives=_arriving(
            to_host[:, staked],
            at=np.where(known, at, -1),
            limit_s=_longest(moved, given.limit_s),
            allowed=allowed[staked],
        ),
    )
    return Found(found, np.flatnonzero(staked), moves & ~known)


def _arriving(
    to_host: csr_array, *, at: np.ndarray, limit_s: np.ndarray, allowed: np.ndarray
) -> csr_array:
    """Options × points: 1 where what arrives at the option's host, if at all, covers the point."""
    own = np.flatnonzero(at >= 0)
    drives = to_host[at[own]].tocoo()
    # The crew with most time left for driving may leave last and still cover.
    covers = drives.data - limit_s[own][drives.row] <= allowed[drives.col]
    where = own[drives.row[covers]], drives.col[covers]
    return csr_array((np.ones(len(where[0]), "int64"), where), shape=(len(at), len(allowed)))


def _moved(options: pd.DataFrame, sites: pd.Index) -> csr_array:
    """Options × sites of the service: 1 where the option moves the site."""
    movers = [parts(ids) for ids in options["mover_site_ids"]]
    option = np.repeat(np.arange(len(options)), [len(ids) for ids in movers])
    site = sites.get_indexer(pd.Index([site for ids in movers for site in ids], dtype="str"))
    own = site >= 0
    ones = np.ones(int(own.sum()), dtype="int64")
    return csr_array((ones, (option[own], site[own])), shape=(len(options), len(sites)))


def _longest(moved: csr_array, limit_s: np.ndarray) -> np.ndarray:
    """The longest of the limits of what each option moves, s; below all where it moves nothing."""
    longest = np.full(moved.shape[0], -np.inf)
    option, site = moved.nonzero()
    np.maximum.at(longest, option, limit_s[site])
    return longest
