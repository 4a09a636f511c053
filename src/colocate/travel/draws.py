"""Travel times on networks with drawn speeds: each re-weighted, none rescaled.

Slower lanes do not only make every trip over them longer: another road may then be the fastest,
and another station the first to arrive. So every draw gives the network new weights and finds its
routes anew. What does not depend on speeds is found once for all draws: which trips decide
anything, and which part of the network they need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.progress import SILENT, Progress
from colocate.travel import access_rules
from colocate.travel.kernel import hierarchy, roadgraph, sweeps, times
from colocate.travel.kernel.places import Places
from colocate.travel.kernel.sweeps import NEVER
from colocate.travel.od_array import OdArray
from colocate.travel.speeds import vehicles

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from colocate.study import Travel
    from colocate.travel.kernel.roadgraph import Floats, Ints
    from colocate.travel.kernel.sweeps import Asked
    from colocate.travel.od_matrix import Ready

    Bools = np.ndarray


AT_ONCE = 17
"""Networks that share the work on the roads, so that fifty go in three blocks: bounds memory, some
30 MB a million roads each."""


class Trips(NamedTuple):
    """Trips of one kind: between which places, and of whom."""

    asked: Asked
    site_id: pd.Index
    demand_id: pd.Index
    sources: Places
    targets: Places


class Driver(NamedTuple):
    """A way of driving: of which drives, and the times of both directions of each edge."""

    drives: tuple[str, ...]
    seconds: Floats
    """At free flow, shape (2, edges); infinite where closed to it."""
    ending: Floats | None
    """The same on what its drives may only begin or end on, if there is any."""
    factors: Mapping[str, float]
    """On speed, by class group."""


class Prepared(NamedTuple):
    """What no draw changes."""

    ready: Ready
    drivers: list[Driver]
    groups: pd.Index
    """Class groups."""
    group: Ints
    """Number of that of each edge."""
    trips: Mapping[str, Trips]
    """By drive: from_site, to_site, between."""
    room: np.ndarray
    """For the links of networks at once: new memory takes longer to be had than to be filled."""


class Drawn(NamedTuple):
    """Travel times of the sites that matter on one drawn network, s; infinite beyond the cut-off.

    No distance is asked for, so they are arrays and no tables.
    """

    site_to_demand: OdArray
    demand_to_site: OdArray
    site_id: pd.Index
    """Rows and columns of `site_to_site`."""
    site_to_site: Floats


def prepared(
    ready: Ready,
    edge_speeds: pd.DataFrame,
    /,
    *,
    settings: Travel,
    response: Collection[str],
    access: Collection[str],
    between: Collection[str],
    demand: Collection[str],
) -> Prepared:
    """Find what no draw changes, and leave out the trips that decide nothing.

    Args:
        ready: roads and points, as `od_matrix.ready` returns them.
        edge_speeds: table `edge_speeds`.
        settings: the study's `[travel]`.
        response: sites that drive out to demand points.
        access: sites that people drive to from demand points.
        between: sites that matter to each other.
        demand: demand points that count.
    """
    group, groups = pd.factorize(edge_speeds["class_group"])
    drivers = []
    for each in vehicles(edge_speeds, settings=settings):
        own = access_rules.applied(each.rule, edge_speeds)
        ending = access_rules.ending(own)
        drivers.append(
            Driver(
                each.drives,
                _seconds(own),
                None if ending is None else _seconds(ending),
                each.factors,
            )
        )
    points = np.isin(ready.demand_id, list(demand))
    out, into, among = (
        np.isin(ready.site_id, list(sites)) for sites in (response, access, between)
    )
    return Prepared(
        ready,
        drivers,
        pd.Index(groups),
        group,
        {
            "from_site": _trips(ready, sites=out, demand=points),
            "to_site": _trips(ready, sites=into, demand=points, inwards=True),
            "between": _trips(ready, sites=among, demand=None),
        },
        np.empty(2 * len(ready.hierarchy.high) * AT_ONCE, NEVER.dtype),
    )


def _trips(ready: Ready, *, sites: Bools, demand: Bools | None, inwards: bool = False) -> Trips:
    """Ask for the trips from some sites to some demand points, or inwards; or between sites."""
    start = end = Places(*(array[sites] for array in ready.sites))
    if demand is not None:
        end = Places(*(array[demand] for array in ready.demand))
    if inwards:
        start, end = end, start
    return Trips(
        sweeps.asked(ready.hierarchy, ready.graph, sources=start, targets=end),
        pd.Index(ready.site_id[sites]),
        pd.Index([] if demand is None else ready.demand_id[demand]),
        start,
        end,
    )


def _seconds(edge_speeds: pd.DataFrame) -> Floats:
    return np.ascontiguousarray(edge_speeds[list(access_rules.TIMES)].to_numpy().T)


def times_drawn(
    prepared: Prepared, /, *, factors: Sequence[Mapping[str, float]], progress: Progress = SILENT
) -> list[Drawn]:
    """Find travel times with the speeds of every class group off by a factor.

    It says how far the free-flow speeds of the group are off, so it holds for every vehicle, on
    top of the vehicle's own factor.

    Args:
        prepared: as the function of that name returns it.
        factors: of each draw those on speed, by class group; ferries keep their time.
        progress: told the networks that are done.
    """
    blocks = np.array_split(np.arange(len(factors)), max(-(-len(factors) // AT_ONCE), 1))
    found: list[Drawn] = []
    for numbers in blocks:
        found += _drawn(prepared, [factors[number] for number in numbers])
        progress.advance(len(found), len(factors), what="networks")
    return found


def _drawn(prepared: Prepared, factors: Sequence[Mapping[str, float]]) -> list[Drawn]:
    """Find the times of some draws, which share the work on the network."""
    ready, found = prepared.ready, {}
    drawn = [_by_group(prepared.groups, each) for each in factors]
    for driver in prepared.drivers:
        own = [_by_group(prepared.groups, driver.factors)] * len(drawn)
        rates = np.stack(drawn, axis=1), np.stack(own, axis=1)
        edges_ms = times.rated(driver.seconds, group=prepared.group, factors=rates)
        metrics = times.customise(
            ready.hierarchy, ready.graph, edges_ms=edges_ms, room=prepared.room
        )
        swept = {}
        for drive in driver.drives:
            trips = prepared.trips[drive]
            if driver.ending is not None and _ends_apart(trips, driver.ending):
                ending_ms = times.rated(driver.ending, group=prepared.group, factors=rates)
                found[drive] = _exactly(trips, ready, ms=(edges_ms, ending_ms))
            else:
                swept[drive] = trips.asked, times.along(trips.asked, edges_ms)
        del edges_ms  # of all roads, and not needed beside what follows
        for drive, (asked, ms) in swept.items():
            found[drive] = times.tables(metrics, asked, ms=ms, limit_s=ready.limit_s)
    out, into, between = (prepared.trips[drive] for drive in access_rules.DRIVES)
    return [
        Drawn(
            OdArray(out.site_id, out.demand_id, response),
            OdArray(into.site_id, into.demand_id, access.T),
            between.site_id,
            sites,
        )
        for response, access, sites in zip(*(found[d] for d in access_rules.DRIVES), strict=True)
    ]


def _ends_apart(trips: Trips, ending: Floats) -> bool:
    """Whether any trip begins or ends where no traffic goes through."""
    on = np.any(np.isfinite(ending), axis=0)
    return bool(on[trips.sources.edge].any() or on[trips.targets.edge].any())


def _exactly(trips: Trips, ready: Ready, *, ms: tuple[np.ndarray, np.ndarray]) -> Floats:
    """Times of trips some of which begin or end where no traffic goes through, a draw at a time."""
    found = []
    for draw in range(ms[0].shape[2]):
        through, ending = (
            roadgraph.reweighted(ready.graph, forward_s=seconds[0], backward_s=seconds[1])
            for each in ms
            for seconds in [np.where(each[..., draw] == NEVER, np.inf, each[..., draw] / 1000)]
        )
        metric = hierarchy.customise(ready.hierarchy, through)._replace(ending=ending)
        found.append(
            hierarchy.times(
                metric, sources=trips.sources, targets=trips.targets, limit_s=ready.limit_s
            )
        )
    return np.array(found)


def _by_group(groups: pd.Index, factors: Mapping[str, float]) -> Floats:
    return np.array([{**factors, "ferry": 1.0}[group] for group in groups])
