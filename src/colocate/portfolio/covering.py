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

from colocate.portfolio.losses import Losses
from colocate.tables import parts
from colocate.travel.od_array import od_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate import study


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

    def times(self, sites: Sequence[str] | pd.Index) -> np.ndarray:
        """Return drives between some sites and all demand points, in s; infinite where none.

        Args:
            sites: ids of the sites, in the order of the rows returned.
        """
        return od_array(self.drives, sites=pd.Index(sites), demand=self.demand)

    def beyond(self) -> np.ndarray:
        """Return by how much each site's drive to each point exceeds its limit, s."""
        found: np.ndarray = self.times(self.sites) - self.limit_s[:, np.newaxis]
        return found

    def allowed(self, beyond: np.ndarray) -> np.ndarray:
        """Return how far beyond a limit each point may be served and not lose, s; 0 or more.

        Args:
            beyond: how far beyond the limit each site (a row) serves each point today, s; below 0
                within it.
        """
        soonest = beyond.min(axis=0, initial=np.inf)
        found: np.ndarray = np.where(soonest <= 0, np.maximum(soonest + self.tolerance_s, 0), 0)
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


def losses(
    options: pd.DataFrame, given: Service, /, *, hosts: pd.Series
) -> tuple[Losses, np.ndarray]:
    """Say what each option would take away from a service's demand points, and open to them.

    Args:
        options: rows of table `options`.
        given: the service.
        hosts: site where each option's movers would be, its new site among them; null where open.

    Returns:
        The losses, and a mask of the options whose effect is unknown: they move a site of the
        service, and nobody knows where to, or it is off the road network.
    """
    beyond = given.beyond()
    allowed = given.allowed(beyond)
    covers = beyond <= allowed
    moved = _moved(options, given.sites)
    moves = moved.sum(axis=1) > 0
    limit_s = _longest(moved, given.limit_s)
    known_hosts = pd.Index(hosts[moves].dropna().unique())
    to_host = given.times(known_hosts)
    reached = np.isfinite(to_host).any(axis=1)
    arrives = np.zeros((len(options), len(given.demand)), dtype=bool)
    unknown = np.zeros(len(options), dtype=bool)
    at = known_hosts.get_indexer(pd.Index(hosts))
    for row in np.flatnonzero(moves).tolist():
        if at[row] < 0 or not reached[at[row]]:
            unknown[row] = True
            continue
        # The crew with most time left for driving may leave last and still cover.
        arrives[row] = to_host[at[row]] - limit_s[row] <= allowed
    found = Losses(given.people, covers.sum(axis=0), moved @ covers.astype("int64"), arrives)
    return found, unknown


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
