"""Speed factors by class group, fitted to observed drive times.

A trip's time is the sum over class groups of its free-flow time there divided by the factor of
the group. The factors are those for which the logarithms of fitted and observed times differ
least under the soft L1 loss `2 (sqrt(1 + (r / FAR)^2) - 1)`: about least squares for residuals
below FAR, about absolute ones beyond, so that a crew that stopped on the way does not decide.
Which way a trip went is not observed: it is taken as the fastest under the factors so far, and
ways and factors are found in turn until they settle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from colocate.errors import InputError
from colocate.tables import issue_rows
from colocate.travel.kernel import roadgraph
from colocate.travel.roads import road_graph
from colocate.travel.snapping import snap
from colocate.travel.speeds import factored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from colocate.study import Profile, Travel
    from colocate.travel.kernel.roadgraph import Floats, Ints, RoadGraph
    from colocate.travel.roads import Roads

FAR = 0.1
"""Residual, as a logarithm (about a share of the time), beyond which a trip counts less."""
SHARE = 0.2
"""A trip speaks for a class group if it spends this share of its drive there."""
LEAST_TRIPS = 10
"""Trips that must speak for a group before its factor is fitted."""
LARGEST_ERROR = 0.1
"""Standard error, as a share of the factor, beyond which it is not used."""
TIMING = 0.02
"""Least spread allowed for: a record does not tell a drive better than that."""
ROUNDS = 10
"""Times that ways and factors are found in turn at most."""
SETTLED = 0.002
"""Ways have settled when no factor changes by a larger share."""


class Calibration(NamedTuple):
    """What observed trips say of the speeds.

    Attributes:
        factors: by class_group: the factor `before` and `factor` (the same where not fitted), its
            `standard_error` (a share of it; null where not fitted), how many `trips` speak for
            it, and the `outcome`: fitted, too_few_trips or too_uncertain.
        trips: by trip_id: period, `observed_s`, `before_s`, `fitted_s`, and `left_out_s`, what
            all the other trips predict for it.
        issues: every trip that was not used, with the reason.
    """

    factors: pd.DataFrame
    trips: pd.DataFrame
    issues: pd.DataFrame


class Fit(NamedTuple):
    """By class group: factor, standard error as a share (NaN where kept), trips, outcome."""

    factor: Floats
    error: Floats
    trips: Ints
    outcome: NDArray[np.str_]


def calibrate(
    trips: pd.DataFrame, /, *, roads: Roads, settings: Travel, profile: Profile
) -> Calibration:
    """Fit the speed factors of a profile to trips.

    Args:
        trips: as `travel.observed_trips.observed_trips` returns them; trips of another profile
            are left out, trips without one are taken as of this one.
        roads: the roads and their free-flow speeds.
        settings: the study's `[travel]`; its factors for the profile are where the search starts.
        profile: whose factors.

    Raises:
        InputError: no trip can be used.
    """
    limit_s = settings.cutoff_min.value * 60
    usable, other = _of_profile(trips, profile=profile, limit_s=limit_s)
    at, far = _snapped(usable, roads=roads, settings=settings)
    usable = usable[usable["trip_id"].isin(at["trip_id"])].reset_index(drop=True)
    groups, before = zip(*settings.speed_factors[profile].by_group.items(), strict=True)
    start = np.array(before)
    graph = road_graph(roads, settings=settings)
    ways = ways_of(graph, at, edge_speeds=roads.edge_speeds, groups=groups)
    spent = ways(start, limit_s)
    kept = spent.any(axis=1)
    issues = pd.concat([other, far, _lost(usable[~kept], limit_s=limit_s)], ignore_index=True)
    if not kept.any():
        told = ", ".join(f"{n} {rule}" for rule, n in issues["rule"].value_counts().items())
        raise InputError(f"trips: none of {len(trips)} can be used: {told or 'there are none'}.")
    used = usable.loc[kept, ["trip_id", "period", "observed_s"]].reset_index(drop=True)
    drive, observed = predicted(spent[kept], start), used["observed_s"].to_numpy()

    def searched(factor: Floats) -> Floats:
        # No trip takes longer than on its first way; 1 % is for whole milliseconds.
        slower = max((start / factor).max(), 1.0)
        return ways(factor, drive.max() * slower * 1.01)[kept]

    spent, found = _settled(spent[kept], observed, before=start, searched=searched)
    used = used.assign(
        before_s=drive,
        fitted_s=predicted(spent, found.factor),
        left_out_s=left_out(spent, observed, before=start, fitted=found),
    )
    factors = pd.DataFrame(
        {"class_group": groups, "before": start, "factor": found.factor,
         "standard_error": found.error, "trips": found.trips, "outcome": found.outcome}
    )  # fmt: skip
    return Calibration(factors, used, issues)


def _settled(
    spent: Floats, observed: Floats, *, before: Floats, searched: Callable[[Floats], Floats]
) -> tuple[Floats, Fit]:
    """Fit factors and search ways by them, in turn, until the factors hardly change."""
    found = fit(spent, observed, before=before)
    for _ in range(ROUNDS):
        spent = searched(found.factor)
        last, found = found, fit(spent, observed, before=before)
        if np.abs(np.log(found.factor / last.factor)).max() < SETTLED:
            break
    return spent, found


def ways_of(
    graph: RoadGraph, at: pd.DataFrame, /, *, edge_speeds: pd.DataFrame, groups: Sequence[str]
) -> Callable[[Floats, float], Floats]:
    """Give the function of factors and a limit, s, that finds the fastest way of each trip.

    It returns the free-flow seconds of each trip in each class group and in none (ferries and
    turns), shape (trips, groups + 1).

    Args:
        graph: the road graph.
        at: edge_id and offset_m of where all trips begin, then of where they end.
        edge_speeds: table `edge_speeds`, free flow.
        groups: the class groups.
    """
    number = edge_speeds["class_group"].map({name: n for n, name in enumerate(groups)})
    group = np.append(number.fillna(len(groups)), len(groups)).astype("int64")

    def ways(factor: Floats, limit_s: float) -> Floats:
        driven = factored(edge_speeds, dict(zip(groups, factor, strict=True)))
        weighed = roadgraph.reweighted(
            graph,
            forward_s=driven["forward_s"].to_numpy(),
            backward_s=driven["backward_s"].to_numpy(),
        )
        ready, node = roadgraph.insert(
            weighed, edge=at["edge_id"].to_numpy(), offset_m=at["offset_m"].to_numpy()
        )
        source, target = node.reshape(2, -1)
        spent = time_by_group(
            ready, source=source, target=target, group=group, groups=len(groups) + 1,
            limit_s=limit_s,
        )  # fmt: skip
        unscaled: Floats = spent * np.r_[factor, 1]
        return unscaled

    return ways


def time_by_group(
    graph: RoadGraph, /, *, source: Ints, target: Ints, group: Ints, groups: int, limit_s: float
) -> Floats:
    """Time that the fastest way from each source node to its target spends in each class group.

    Args:
        graph: any graph; a stretch is of the group of its edge.
        source: node where each trip begins.
        target: node where it ends.
        group: class group of each edge as a number, and last that of turns, which have no edge.
        groups: how many class groups there are.
        limit_s: how far to search.

    Returns:
        Seconds, shape (trips, groups); all 0 where no way leads to the target within the limit.
    """
    small, nodes = roadgraph.pruned(graph, nodes=np.r_[source, target])
    tail, head, weight, stretch = _best_arcs(small)
    arc_key = tail * small.node_count + head
    matrix = csr_array((weight, (tail, head)), shape=(small.node_count,) * 2)
    begins, ends = nodes.reshape(2, -1)
    origins, row = np.unique(begins, return_inverse=True)
    spent = np.zeros((len(source), groups))
    for first in range(0, len(origins), roadgraph.BATCH):
        batch = slice(first, first + roadgraph.BATCH)
        _, towards = dijkstra(
            matrix, indices=origins[batch], return_predecessors=True, limit=limit_s * 1000
        )
        trip = np.flatnonzero((row >= batch.start) & (row < batch.stop))
        at = ends[trip]
        while len(trip):
            came_from = towards[row[trip] - first, at].astype("int64")
            going = came_from >= 0  # the origin has no predecessor
            trip, at, came_from = trip[going], at[going], came_from[going]
            arc = np.searchsorted(arc_key, came_from * small.node_count + at)
            np.add.at(spent, (trip, group[small.edge[stretch[arc]]]), weight[arc])
            at = came_from
    return spent / 1000


def fit(spent: Floats, observed: Floats, /, *, before: Floats) -> Fit:
    """Fit the factor of every class group that enough trips speak for, surely enough.

    Of factors more uncertain than allowed the worst is given up first: what two groups cannot be
    told apart by, one of them may still show.

    Args:
        spent: free-flow seconds of each trip in each class group and in none, as
            `time_by_group` gives them at factors of 1, shape (trips, groups + 1).
        observed: seconds of each trip.
        before: factor of each group where it is not fitted.
    """
    times = spent[:, :-1] / before
    speaking = (times >= SHARE * predicted(spent, before)[:, None]).sum(axis=0)
    outcome = np.where(speaking >= LEAST_TRIPS, "fitted", "too_few_trips").astype("<U13")
    while True:
        free = outcome == "fitted"
        factor, error = _least(spent, observed, start=before, free=free)
        if not free.any() or np.nanmax(error) <= LARGEST_ERROR:
            return Fit(factor, error, speaking, outcome)
        outcome[np.nanargmax(error)] = "too_uncertain"


def predicted(spent: Floats, factor: Floats, /) -> Floats:
    """Drive time of each trip under the factors, s.

    Args:
        spent: free-flow seconds of each trip in each class group and in none, shape (trips,
            groups + 1).
        factor: on speed, of each group.
    """
    seconds: Floats = spent @ (1 / np.r_[factor, 1])
    return seconds


def left_out(spent: Floats, observed: Floats, /, *, before: Floats, fitted: Fit) -> Floats:
    """Predict each trip from factors fitted to all the others, on the ways of the whole fit, s.

    Args:
        spent: free-flow seconds of each trip in each class group and in none, shape (trips,
            groups + 1).
        observed: seconds of each trip.
        before: factor of each group where it is not fitted.
        fitted: what `fit` makes of all the trips; its groups alone are fitted again.
    """
    free = fitted.outcome == "fitted"
    start = np.where(free, fitted.factor, before)
    seconds = np.empty(len(observed))
    for trip in range(len(observed)):
        others = np.arange(len(observed)) != trip
        factor, _ = _least(spent[others], observed[others], start=start, free=free)
        seconds[trip] = predicted(spent[trip : trip + 1], factor)[0]
    return seconds


def _least(
    spent: Floats, observed: Floats, *, start: Floats, free: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Factors of least loss and their standard errors; those not `free` stay as they start."""
    factor, error = start.copy(), np.full(len(start), np.nan)
    if not free.any():
        return factor, error

    def with_(slowness: Floats) -> Floats:
        found = start.copy()
        found[free] = np.exp(-slowness)
        return found

    def residuals(slowness: Floats) -> Floats:
        return np.log(predicted(spent, with_(slowness)) / observed)

    def slopes(slowness: Floats) -> Floats:
        now = with_(slowness)
        return (spent[:, :-1] / now)[:, free] / predicted(spent, now)[:, None]

    best = least_squares(residuals, -np.log(start[free]), jac=slopes, loss="soft_l1", f_scale=FAR)
    left, slope = residuals(best.x), slopes(best.x)
    weight = 1 / np.sqrt(1 + (left / FAR) ** 2)
    spread = max((weight * left**2).sum() / max(len(left) - len(best.x), 1), TIMING**2)
    information = (slope * weight[:, None]).T @ slope
    error[free] = np.sqrt(spread * np.diag(np.linalg.inv(information + 1e-9 * np.eye(len(best.x)))))
    return with_(best.x), error


def _of_profile(
    trips: pd.DataFrame, *, profile: Profile, limit_s: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Trips of the profile that are not longer than any travel time of the study."""
    other = trips["profile"].notna() & (trips["profile"] != profile)
    long = ~other & (trips["observed_s"] > limit_s)
    told = f"Longer than the cut-off, {limit_s / 60:g} min. Check that seconds is the drive alone."
    issues = [
        _excluded(
            trips.loc[other, "trip_id"], rule="other_profile", told=f"Not a trip of a {profile}."
        ),
        _excluded(trips.loc[long, "trip_id"], rule="beyond_cutoff", told=told),
    ]
    return trips[~other & ~long].reset_index(drop=True), pd.concat(issues, ignore_index=True)


def _snapped(
    trips: pd.DataFrame, *, roads: Roads, settings: Travel
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Where the two ends of each trip lie on the network; all origins, then all destinations.

    Trips with an end that no road, or only a doubtful one, is near to are left out: the drive
    observed would not be the one computed.
    """
    ends = [
        gpd.GeoDataFrame(
            {key: trips["trip_id"]},
            geometry=gpd.points_from_xy(trips[f"{end}_easting"], trips[f"{end}_northing"]),
            crs=roads.road_edges.crs,
        )
        for key, end in (("site_id", "from"), ("demand_id", "to"))
    ]
    snaps = snap(*ends, roads=roads, settings=settings).snaps
    good = snaps[snaps["quality"] == "good"]
    both = good["point_id"].value_counts() == 2
    kept = trips.loc[trips["trip_id"].isin(both.index[both]), "trip_id"]
    lost = trips.loc[~trips["trip_id"].isin(kept), "trip_id"]
    told = (
        f"An end is further than {settings.snap_doubtful_m.value:g} m from any road of the main "
        "network. Check the point."
    )
    at = pd.concat(
        [good[good["kind"] == kind].set_index("point_id").loc[kept] for kind in ("site", "demand")]
    )
    at = at.rename_axis("trip_id").reset_index()
    return at, _excluded(lost, rule="far_from_road", told=told)


def _lost(trips: pd.DataFrame, *, limit_s: float) -> pd.DataFrame:
    told = (
        "Both ends are at one place of the network, or no road leads from one to the other within "
        f"the cut-off, {limit_s / 60:g} min. Check the points."
    )
    return _excluded(trips["trip_id"], rule="no_way", told=told)


def _excluded(keys: Iterable[str], /, *, rule: str, told: str) -> pd.DataFrame:
    return issue_rows(("calibration", "trips", key, rule, "excluded", told) for key in keys)


def _best_arcs(graph: RoadGraph) -> tuple[Ints, Ints, Floats, Ints]:
    """Tail, head, ms and stretch of the fastest arc between any two nodes, in that order."""
    every = np.arange(len(graph.tail))
    there, back = graph.forward_ms != roadgraph.CLOSED, graph.backward_ms != roadgraph.CLOSED
    tail = np.r_[graph.tail[there], graph.head[back]]
    head = np.r_[graph.forward_to[there], graph.backward_to[back]]
    weight = np.maximum(np.r_[graph.forward_ms[there], graph.backward_ms[back]], 1.0)
    stretch = np.r_[every[there], every[back]]
    order = np.lexsort((stretch, weight, head, tail))
    tail, head, weight, stretch = (array[order] for array in (tail, head, weight, stretch))
    best = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)][: len(tail)]
    return tail[best], head[best], weight[best], stretch[best]
