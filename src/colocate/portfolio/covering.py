"""Who is covered by which sites, and what each option would take away and open.

A demand point is covered by a site whose drive takes no longer than `drive_limit_s` of table
`serving_sites`: of fire stations what the first standard leaves after call handling and turnout,
of police desks the access limit. A crew or desk that moves keeps its limit at the host. A point
covered today stays so while its soonest service gets later by no more than can be told
(`impact.tolerance`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

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
    arriving = Arriving(
        to_host[:, staked], np.where(known, at, -1), _longest(moved, given.limit_s), allowed[staked]
    )
    could = _could_be_lost(moved, covers, arriving=arriving)
    points = np.flatnonzero(staked)[could]
    found = stakes(
        given.people[points],
        sites=sites[points],
        gone=moved @ covers[:, could],
        arrives=_arrives(arriving, could),
    )
    return Found(found, points, moves & ~known)


class Arriving(NamedTuple):
    """What arrives at the hosts of options."""

    to_host: csr_array
    """Sites × points: drives, s."""
    at: np.ndarray
    """Of each option the row of its host; -1 where nobody arrives or it is not known where."""
    limit_s: np.ndarray
    """Of each option: the crew with most time left for driving may leave last and still cover."""
    allowed: np.ndarray
    """Of each point, as of `Service`."""

    def covered(self, option: int | np.integer[Any], /) -> np.ndarray:
        """Return the points that what arrives at an option's host covers.

        Args:
            option: its row.
        """
        if self.at[option] < 0:
            return np.empty(0, "int32")
        first, end = self.to_host.indptr[self.at[option] : self.at[option] + 2]
        point, time_s = self.to_host.indices[first:end], self.to_host.data[first:end]
        found: np.ndarray = point[time_s - self.limit_s[option] <= self.allowed[point]]
        return found


def _could_be_lost(moved: csr_array, covers: csr_array, *, arriving: Arriving) -> np.ndarray:
    """Say which points a set of options could lose.

    Whatever covers such a point must be able to leave for a host from where it does not.
    """
    there = covers.toarray() > 0
    leaves = np.zeros_like(there)
    for option in np.flatnonzero(np.diff(moved.indptr)):
        sites = moved.indices[moved.indptr[option] : moved.indptr[option + 1]]
        gone = there[sites]
        gone[:, arriving.covered(option)] = False
        leaves[sites] |= gone
    found: np.ndarray = (leaves | ~there).all(axis=0)
    return found


def _arrives(arriving: Arriving, which: np.ndarray) -> csr_array:
    """Options × some of the points: 1 where what arrives at the option's host covers the point."""
    place = np.cumsum(which) - 1
    found = (arriving.covered(option) for option in range(len(arriving.at)))
    kept = [place[points[which[points]]] for points in found]
    first = np.cumsum([0, *map(len, kept)])
    where = np.concatenate([np.empty(0, "int64"), *kept])
    shape = len(kept), int(which.sum())
    return csr_array((np.ones(len(where), "int64"), where, first), shape=shape)


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
