"""OD tables: the fastest drives between sites and demand points, and between sites.

What is needed once for all speeds, the contracted network and the places of the points on it, is
made `ready`; times at any speeds follow from that in a fraction of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.tables import issue_rows
from colocate.travel import access_rules
from colocate.travel.by_word import spelled
from colocate.travel.kernel import hierarchy, roadgraph
from colocate.travel.kernel.places import Places, along_edges
from colocate.travel.kernel.roadgraph import Trips
from colocate.travel.od_array import OdArray, positions
from colocate.travel.ready_roads import ready_of
from colocate.travel.roads import at_speeds
from colocate.travel.speeds import by_vehicle

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from colocate.study import Travel
    from colocate.travel.kernel.hierarchy import Hierarchy, Metric
    from colocate.travel.kernel.roadgraph import Floats, Ints, RoadGraph
    from colocate.travel.roads import ReadyRoads, Roads

    Words = NDArray[np.object_]


AT_ONCE = 512
"""Drives to new sites that are found together, with those between their other ends."""
NEW = "new_site"
"""Kind of a site that an option would build; today's are of kind site."""


class TravelTimes(NamedTuple):
    """Tables `site_to_demand`, `demand_to_site`, `site_to_site` and `issues`."""

    site_to_demand: pd.DataFrame
    demand_to_site: pd.DataFrame
    site_to_site: pd.DataFrame
    issues: pd.DataFrame


class Ready(NamedTuple):
    """Roads and points, ready for travel times at any speeds; points in order of their ids."""

    graph: RoadGraph
    hierarchy: Hierarchy
    site_id: Words
    site_kind: Words
    """Of each site: site or new_site."""
    demand_id: Words
    sites: Places
    demand: Places
    limit_s: float
    """Cut-off, included."""


def ready(snaps: pd.DataFrame, roads: ReadyRoads, /, *, settings: Travel) -> Ready:
    """Do what travel times need once for all speeds: place the points on the network.

    Args:
        snaps: table `snaps`; of sites of both kinds and of demand points.
        roads: the network made ready.
        settings: the study's `[travel]`: the cut-off.
    """
    graph = roads.graph
    snaps = snaps.sort_values("point_id", ignore_index=True)
    is_demand = snaps["kind"] == "demand"
    sites, demand = snaps[~is_demand], snaps[is_demand]
    of_sites, of_demand = (
        along_edges(graph, edge=rows["edge_id"].to_numpy(), offset_m=rows["offset_m"].to_numpy())
        for rows in (sites, demand)
    )
    return Ready(
        graph,
        roads.hierarchy,
        site_id=sites["point_id"].to_numpy(),
        site_kind=sites["kind"].to_numpy(),
        demand_id=demand["point_id"].to_numpy(),
        sites=of_sites,
        demand=of_demand,
        limit_s=settings.cutoff_min.value * 60,
    )


def travel_times(snaps: pd.DataFrame, roads: Roads, /, *, settings: Travel) -> TravelTimes:
    """Find all drives within the study's cut-off, in each direction as its vehicle drives.

    Args:
        snaps: table `snaps`; of sites of both kinds and of demand points.
        roads: the roads and their free-flow speeds.
        settings: the study's `[travel]`: cut-off, turns, vehicles and what scales their times.

    Returns:
        As `times_at` does: each of the three tables as it is driven (`access_rules.DRIVES`).

    Raises:
        NetworkError: the speeds are not of these roads.
    """
    prepared = ready(snaps, ready_of(roads, delays=settings.delays), settings=settings)
    metrics = {
        direction: metric
        for directions, driven in by_vehicle(roads.edge_speeds, settings=settings)
        for metric in [weighed(prepared, driven)]
        for direction in directions
    }
    return _times_of(prepared, metrics)


def times_at(ready: Ready, edge_speeds: pd.DataFrame, /) -> TravelTimes:
    """Find the fastest drive between every site and demand point and between sites.

    Times run from snapped point to snapped point; the way from the road to the door is not in
    them. Pairs beyond the study's cut-off have no row. One may turn round where a trip begins.

    Args:
        ready: roads and points, as the function of that name returns them.
        edge_speeds: today's, or a scenario's: other times, infinite where an open road is closed.

    Returns:
        `site_to_demand` (response), `demand_to_site` (access) and `site_to_site`, both directions
        each with its own route, ordered by their keys; `issues` names sites that reach no demand.

    Raises:
        NetworkError: `edge_speeds` is not of these roads, or opens a closed direction.
    """
    return _times_of(ready, dict.fromkeys(DRIVES, weighed(ready, edge_speeds)))


def _times_of(ready: Ready, metrics: Mapping[str, Metric]) -> TravelTimes:
    """Find the drives of each direction, as its metric has it."""
    found = {direction: find(ready, metrics[direction]) for direction, find in DRIVES.items()}
    response = found["from_site"]
    idle = ~np.isin(ready.site_id, response["site_id"].unique())
    issues = [
        ("od_matrix", "snaps", f"{kind}/{key}", "reaches_no_demand", "doubt",
         f"No demand point within {ready.limit_s / 60:g} min of driving. Check the point.")
        for kind, key in zip(ready.site_kind[idle], ready.site_id[idle], strict=True)
    ]  # fmt: skip
    return TravelTimes(response, found["to_site"], found["between"], issue_rows(issues))


def only(ready: Ready, /, *, sites: Collection[str], demand: Collection[str]) -> Ready:
    """Leave out sites and demand points whose trips are not wanted.

    Args:
        ready: roads and points, as the function of that name returns them.
        sites: ids of the sites to keep, of either kind.
        demand: ids of the demand points to keep.
    """
    # NumPy compares objects one by one with each other: of tens of thousands, billions of times.
    of, at = pd.Index(ready.site_id).isin(list(sites)), pd.Index(ready.demand_id).isin(list(demand))
    return ready._replace(
        site_id=ready.site_id[of],
        site_kind=ready.site_kind[of],
        demand_id=ready.demand_id[at],
        sites=Places(*(array[of] for array in ready.sites)),
        demand=Places(*(array[at] for array in ready.demand)),
    )


def weighed(ready: Ready, edge_speeds: pd.DataFrame, /) -> Metric:
    """Give the prepared roads the drive times of some speeds.

    Args:
        ready: roads and points, as the function of that name returns them.
        edge_speeds: table `edge_speeds`, of any vehicle, scenario or draw.

    Raises:
        NetworkError: `edge_speeds` is not of these roads, or opens a closed direction.
    """
    metric = hierarchy.customise(ready.hierarchy, at_speeds(ready.graph, edge_speeds))
    ending = access_rules.ending(edge_speeds)
    if ending is None:
        return metric
    return metric._replace(ending=at_speeds(ready.graph, ending))


def drives_out(ready: Ready, metric: Metric, /) -> OdArray:
    """Find the times of the drives out, from every site to every demand point, as an array.

    Args:
        ready: roads and points, as the function of that name returns them.
        metric: the times of those roads, as `weighed` returns them.
    """
    times = _times(metric, sources=ready.sites, targets=ready.demand, limit_s=ready.limit_s)
    return OdArray(pd.Index(ready.site_id), pd.Index(ready.demand_id), times)


def drives_in(ready: Ready, metric: Metric, /) -> OdArray:
    """Find the times of the drives in, from every demand point to every site, as an array.

    Args:
        ready: roads and points, as the function of that name returns them.
        metric: the times of those roads, as `weighed` returns them.
    """
    times = _times(metric, sources=ready.demand, targets=ready.sites, limit_s=ready.limit_s)
    return OdArray(pd.Index(ready.site_id), pd.Index(ready.demand_id), times.T)


def _times(metric: Metric, /, *, sources: Places, targets: Places, limit_s: float) -> Floats:
    weight = hierarchy.table(metric, sources=sources, targets=targets)
    time_s, _ = roadgraph.unpacked(weight)
    return np.where(weight <= roadgraph.packed_limit(limit_s), time_s, np.inf)


def site_to_demand(ready: Ready, metric: Metric, /) -> pd.DataFrame:
    """Find the drives out, from every site to every demand point (response).

    Args:
        ready: roads and points, as the function of that name returns them.
        metric: the times of those roads, as `weighed` returns them.

    Returns:
        Table `site_to_demand`, ordered by its key.
    """
    found = hierarchy.trips(
        metric, sources=ready.sites, targets=ready.demand, limit_s=ready.limit_s
    )
    return _table(
        found,
        site_id=(found.source, ready.site_id),
        demand_id=(found.target, ready.demand_id),
        site_kind=(found.source, ready.site_kind),
    )


def demand_to_site(ready: Ready, metric: Metric, /) -> pd.DataFrame:
    """Find the drives in, from every demand point to every site (access).

    Args:
        ready: roads and points, as the function of that name returns them.
        metric: the times of those roads, as `weighed` returns them.

    Returns:
        Table `demand_to_site`, ordered by its key.
    """
    found = hierarchy.trips(
        metric, sources=ready.demand, targets=ready.sites, limit_s=ready.limit_s
    )
    found = _picked(found, np.lexsort((found.source, found.target)))
    return _table(
        found,
        site_id=(found.target, ready.site_id),
        demand_id=(found.source, ready.demand_id),
        site_kind=(found.target, ready.site_kind),
    )


def site_to_site(ready: Ready, metric: Metric, /) -> pd.DataFrame:
    """Find the drives from every site to every other one, each direction by its own route.

    Two new sites stand for options that exclude each other or are weighed one by one: drives
    between them are left out.

    Args:
        ready: roads and points, as the function of that name returns them.
        metric: the times of those roads, as `weighed` returns them.

    Returns:
        Table `site_to_site`, ordered by its key.
    """
    found = hierarchy.trips(metric, sources=ready.sites, targets=ready.sites, limit_s=ready.limit_s)
    is_new = ready.site_kind == NEW
    wanted = (found.source != found.target) & ~(is_new[found.source] & is_new[found.target])
    return _between(ready, _picked(found, np.flatnonzero(wanted)))


def with_new_sites(
    today: pd.DataFrame, ready: Ready, /, *, metric: Metric, wanted: Sequence[tuple[str, str]]
) -> pd.DataFrame:
    """Put drives to new sites among those between today's.

    Args:
        today: table `site_to_site` of today's sites.
        ready: roads and points, new sites among them.
        metric: the times of those roads, as `weighed` returns them.
        wanted: the drives to find: a site of today and a new one. Near each other in this order,
            they share work.

    Returns:
        Table `site_to_site`, ordered by its key.
    """
    ids = pd.Index(ready.site_id)
    start, end = (positions(today[name], ids) for name in ("from_site_id", "to_site_id"))
    time_s, distance_m = (today[name].to_numpy() for name in ("travel_time_s", "distance_m"))
    parts = [Trips(start, end, time_s, distance_m)]
    named = pd.Series([site for pair in wanted for site in pair], dtype="str")
    pairs = positions(named, ids).reshape(-1, 2)
    pairs = pairs[(pairs >= 0).all(axis=1)]
    for begin in range(0, len(pairs), AT_ONCE):
        asked = pairs[begin : begin + AT_ONCE]
        start, end = (np.unique(column) for column in asked.T)
        sources, targets = (Places(*(each[at] for each in ready.sites)) for at in (start, end))
        found = hierarchy.trips(metric, sources=sources, targets=targets, limit_s=ready.limit_s)
        found = found._replace(source=start[found.source], target=end[found.target])
        key, of = (each[0] * len(ids) + each[1] for each in (asked.T, found))
        parts.append(_picked(found, np.flatnonzero(np.isin(of, key))))
    whole = Trips(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    return _between(ready, _picked(whole, np.argsort(whole.source * len(ids) + whole.target)))


def _between(ready: Ready, trips: Trips) -> pd.DataFrame:
    return _table(
        trips,
        from_site_id=(trips.source, ready.site_id),
        to_site_id=(trips.target, ready.site_id),
        from_site_kind=(trips.source, ready.site_kind),
        to_site_kind=(trips.target, ready.site_kind),
    )


DRIVES = {"from_site": site_to_demand, "to_site": demand_to_site, "between": site_to_site}
"""What finds the drives of each direction, of `access_rules.DRIVES`."""


def _picked(trips: Trips, rows: Ints, /) -> Trips:
    return Trips(trips.source[rows], trips.target[rows], trips.time_s[rows], trips.distance_m[rows])


def _table(trips: Trips, /, **words: tuple[Ints, Words]) -> pd.DataFrame:
    frame = pd.DataFrame({name: spelled(*each) for name, each in words.items()})
    return frame.assign(travel_time_s=trips.time_s, distance_m=trips.distance_m)
