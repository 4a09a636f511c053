"""Turns: what they cost at junctions, and the graph in which they do.

Only junctions that need it are split: where a turn is forbidden, and where main roads meet, so
that it matters whether one goes straight on, turns, or gives way. A split junction has a node for
every road that arrives and another for every road that leaves, and a stretch without length for
every turn that may be driven. All other junctions stay single nodes with a flat delay
(`speeds`), where turning round is possible. At a split junction it is not, unless there is no
other way on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from colocate.travel import turn_paths
from colocate.travel.by_word import words
from colocate.travel.kernel.roadgraph import CLOSED, Floats, Ints, RoadGraph

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from colocate.study import TurnDelays

RANK = {"motorway": 6, "trunk": 5, "primary": 4, "secondary": 3, "tertiary": 2}
"""Who has priority at a junction; every other public road has rank 1, service roads 0."""
RING_RANK = max(RANK.values()) + 1
"""Who drives round a roundabout has priority over all who enter it."""
MAIN_RANK = RANK["tertiary"]
"""A junction with a road of this rank or above has delays by turn."""
STRAIGHT_DEG = 45.0
"""Ways on that turn by less go straight on."""
HEADING_M = 20.0
"""A road's heading at a junction is that of its next metres."""


class Turns(NamedTuple):
    """Which nodes are split, and every turn that may be driven there, with what it takes.

    Arm 2 e is the start of edge e, arm 2 e + 1 its end.
    """

    split: NDArray[np.bool_]
    from_arm: Ints
    to_arm: Ints
    delay_s: Floats
    paths: tuple[turn_paths.Path, ...] = ()
    """Forbidden paths over more roads than two."""


class Expanded(NamedTuple):
    """A graph with split junctions, and the node of the graph before that each node stands for."""

    graph: RoadGraph
    place: Ints


def ranks(road_edges: pd.DataFrame, /) -> Ints:
    """Rank of each edge: 0 for service roads and ferries, which make no junction.

    Args:
        road_edges: table `road_edges`.
    """
    by_class: Ints = words(road_edges["highway"]).each(
        lambda word: {"service": 0, "ferry": 0, **RANK}.get((word or "").removesuffix("_link"), 1)
    )
    return by_class


def delayed(road_edges: pd.DataFrame, /, *, node_count: int) -> NDArray[np.bool_]:
    """Nodes with delays by turn: three or more public roads meet, one of them a main one.

    Args:
        road_edges: table `road_edges`.
        node_count: number of road nodes.
    """
    rank = ranks(road_edges)
    ends = road_edges[["from_node", "to_node"]].to_numpy()
    public = np.bincount(ends[rank > 0].ravel(), minlength=node_count)
    main = np.bincount(ends[rank >= MAIN_RANK].ravel(), minlength=node_count)
    return (public >= 3) & (main > 0)


def turns(
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    /,
    *,
    forbidden: pd.DataFrame,
    costs: TurnDelays | None,
) -> Turns:
    """Find the turns of every junction that has to be split, with their delays.

    Args:
        road_nodes: table `road_nodes`.
        road_edges: table `road_edges`.
        forbidden: table `turns`.
        costs: delays by junction and turn; without them only forbidden turns split a junction.
    """
    count = len(road_nodes)
    priced = delayed(road_edges, node_count=count) if costs else np.zeros(count, "bool")
    paths = turn_paths.paths(forbidden)
    inner = np.array([road for path in paths for road in path[:-1]], "int64")
    at = np.r_[forbidden["via_node"].to_numpy("int64"), _ends(road_edges)[inner]]
    split = priced | _on_the_way(road_edges, at, count=count)
    if paths:
        forbidden = forbidden[forbidden["via_edges"].isna()]
    start, end = _pairs(road_edges, split=split)
    banned = _arms(forbidden, "from", arrives=True) * 2**32 + _arms(forbidden, "to", arrives=False)
    may = ~np.isin(start * 2**32 + end, banned)
    may &= (start != end) | ~np.isin(start, start[may & (start != end)])
    start, end = start[may], end[may]
    delay = np.zeros(len(start))
    if costs:
        known = priced[_ends(road_edges)[start]]
        delay[known] = _delays(
            start[known], end[known], road_nodes=road_nodes, road_edges=road_edges, costs=costs
        )
        delay[start == end] = costs.u_turn_s.value
    return Turns(split, start, end, delay, tuple(paths))


def expanded(graph: RoadGraph, turns: Turns, /) -> Expanded:
    """Split the junctions of a freshly built graph that have turns.

    Copies of a junction are numbered next to each other in the order of the junctions, so that
    what was near in memory stays near.

    Args:
        graph: as `roadgraph.build` returns it.
        turns: which junctions are split and the turns that may be driven there, as the function
            `turns` finds them.
    """
    at = np.column_stack([graph.tail, graph.head]).ravel()
    ahead, back = graph.forward_ms != CLOSED, graph.backward_ms != CLOSED
    arrives, leaves = (np.column_stack(ways).ravel() for ways in ((back, ahead), (ahead, back)))
    here = turns.split[at]
    need = np.where(here, 1 + (arrives & leaves), 0)
    arriving, copies = _copies(at, need=need, node_count=graph.node_count)
    leaving = arriving + (here & arrives & leaves)
    at_split = here.reshape(-1, 2).any(axis=1)
    length = np.maximum(graph.length_dm, np.where(at_split, 2, 1))  # a point lies inside it
    start, stop = arriving[turns.from_arm], leaving[turns.to_arm]
    none, zero = np.full_like(start, -1), np.zeros_like(start)
    delay_ms = np.rint(turns.delay_s * 1000).astype("int64")
    place = np.repeat(np.arange(graph.node_count), copies)
    split = RoadGraph(
        int(copies.sum()),
        np.r_[leaving[::2], start],
        np.r_[leaving[1::2], stop],
        np.r_[graph.forward_ms, delay_ms],
        np.r_[graph.backward_ms, np.full(len(start), CLOSED)],
        np.r_[length, zero],
        np.r_[graph.edge, none],
        np.r_[graph.start_dm, zero],
        np.r_[arriving[1::2], stop],
        np.r_[arriving[::2], start],
    )
    if not turns.paths:
        return Expanded(split, place)
    # A road is arrived by at the arm of its number, and left for at the other.
    listed = zip(
        turns.from_arm.tolist(), (turns.to_arm ^ 1).tolist(), delay_ms.tolist(), strict=True
    )
    road = np.arange(len(at))
    whole, of = turn_paths.followed(
        split, [turn_paths.Turn(*each) for each in listed],
        forbidden=turns.paths, leaving=leaving[road ^ 1],
    )  # fmt: skip
    own = np.where(np.arange(len(of)) % 2, at[of], at[of ^ 1])
    return Expanded(whole, np.r_[place, own])


def _copies(at: Ints, *, need: Ints, node_count: int) -> tuple[Ints, Ints]:
    """First new node of each arm at nodes `at` that needs so many, and new nodes of each node."""
    total = np.bincount(at, weights=need, minlength=node_count).astype("int64")
    copies = np.maximum(total, 1)
    order = np.argsort(at, kind="stable")
    before = np.empty_like(need)
    before[order] = np.cumsum(need[order]) - need[order]
    within = before - (np.cumsum(total) - total)[at]
    return (np.cumsum(copies) - copies)[at] + within, copies


def _ends(road_edges: pd.DataFrame) -> Ints:
    """Node of each arm."""
    ends: Ints = road_edges[["from_node", "to_node"]].to_numpy().ravel()
    return ends


def _arms(forbidden: pd.DataFrame, side: str, *, arrives: bool) -> Ints:
    """Arm by which one comes to (or goes on from) the junction of each forbidden turn."""
    forward = forbidden[f"{side}_forward"].to_numpy("bool")
    arm: Ints = 2 * forbidden[f"{side}_edge"].to_numpy("int64") + (forward == arrives)
    return arm


def _on_the_way(road_edges: pd.DataFrame, from_nodes: Ints, *, count: int) -> NDArray[np.bool_]:
    """Junctions with a forbidden turn, and nodes between two roads only on the way to the next.

    Turning round at these, where but a tag changes, would get past the restriction.
    """
    ends = road_edges[["from_node", "to_node"]].to_numpy()
    between = np.bincount(ends.ravel(), minlength=count) == 2
    found = np.zeros(count, "bool")
    found[from_nodes] = True
    if len(from_nodes) == 0:
        return found
    some = ends[between[ends].any(axis=1)]
    while True:
        reached = np.unique(some[found[some].any(axis=1)])
        new = reached[between[reached] & ~found[reached]]
        if len(new) == 0:
            return found
        found[new] = True


def _pairs(road_edges: pd.DataFrame, *, split: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Every way through a split junction: the arm one comes by and the arm one goes on by."""
    node = _ends(road_edges)
    ahead, back = (road_edges[name].to_numpy("bool") for name in ("forward", "backward"))
    arm = np.flatnonzero(split[node])
    arm = arm[np.argsort(node[arm], kind="stable")]
    size = np.bincount(node[arm], minlength=len(split))[node[arm]]
    first = np.searchsorted(node[arm], node[arm])
    start = np.repeat(arm, size)
    skipped = np.repeat(first - np.r_[0, np.cumsum(size)[:-1]], size)
    end = arm[np.arange(len(start)) + skipped]
    arrives, leaves = (np.column_stack(ways).ravel() for ways in ((back, ahead), (ahead, back)))
    may = arrives[start] & leaves[end]
    return start[may], end[may]


def _delays(
    start: Ints, end: Ints, *, road_nodes: pd.DataFrame, road_edges: gpd.GeoDataFrame,
    costs: TurnDelays,
) -> Floats:  # fmt: skip
    """Delay of each turn: what the turn itself takes, and waiting for whom it gives way to."""
    node = _ends(road_edges)[start]
    left = _angles(start, end, road_edges=road_edges)
    far = -left if costs.driving_side == "left" else left
    near, across = far < -STRAIGHT_DEG, far > STRAIGHT_DEG
    turn = np.select([near, across], [costs.near_side_s.value, costs.far_side_s.value], 0.0)
    major = _major(start, end, left=left, road_edges=road_edges, count=len(road_nodes))
    one, other = major[start], major[end]
    wait = np.where(one, costs.priority_s.value, costs.give_way_s.value)
    ruled = np.zeros(len(road_nodes), "bool")
    ruled[node[one]] = True
    crosses = (across & ~(one & other)) | (~one & ~other & ~near & ruled[node])
    wait = wait + np.where(crosses, costs.crossing_s.value, 0.0)
    control = words(road_nodes["control"])
    round_ = road_edges["junction"].notna().to_numpy()
    ring = round_[start // 2]
    enters = round_[end // 2] & ~ring
    signals, mini = (
        control.within((kind,))[node] for kind in ("traffic_signals", "mini_roundabout")
    )
    wait = np.select(
        [signals, mini | enters, ring],
        [costs.signals_s.value, costs.roundabout_s.value, 0.0],
        wait,
    )
    delay: Floats = wait + turn
    return delay


def _angles(start: Ints, end: Ints, *, road_edges: gpd.GeoDataFrame) -> Floats:
    """By how many degrees each turn bends to the left, -180 to 180."""
    arm = _each(start, end, arms=2 * len(road_edges))
    edge, of = np.unique(arm // 2, return_inverse=True)
    line = np.asarray(road_edges.geometry.array[edge])[of]
    length = shapely.length(line)
    away = np.minimum(HEADING_M, length)
    further, tip = (
        shapely.get_coordinates(points)
        for points in (
            shapely.line_interpolate_point(line, np.where(arm % 2, length - away, away)),
            shapely.get_point(line, -(arm % 2)),
        )
    )
    heading = np.full(2 * len(road_edges), np.nan)
    heading[arm] = np.arctan2(*(further - tip).T[::-1])
    bend = heading[end] - heading[start] - np.pi
    degrees: Floats = np.degrees((bend + np.pi) % (2 * np.pi) - np.pi)
    return degrees


def _each(start: Ints, end: Ints, *, arms: int) -> Ints:
    """Return every arm that a turn comes by or goes on by, in order."""
    turned = np.zeros(arms, "bool")
    turned[start] = turned[end] = True
    return np.flatnonzero(turned)


def _major(
    start: Ints, end: Ints, *, left: Floats, road_edges: gpd.GeoDataFrame, count: int
) -> NDArray[np.bool_]:
    """Whether each arm is one of the two that have priority at its junction.

    The two of the highest rank have it, slip roads ranking below the road they serve; of equal
    pairs the one that lies most nearly in line. Where three arms or more share the highest rank
    nobody has it: there are signals, a roundabout or markings that the map does not tell of.
    """
    link = words(road_edges["highway"]).each(lambda word: (word or "").endswith("_link"))
    ring = road_edges["junction"].notna().to_numpy()
    rank = np.where(ring, 2 * RING_RANK, 2 * ranks(road_edges) - link)
    one, other = rank[start // 2], rank[end // 2]
    node = _ends(road_edges)[start]
    order = np.lexsort(
        (end, start, np.abs(left).round(), -(one + other), -np.minimum(one, other), node)
    )
    order = order[start[order] != end[order]]
    best = order[np.r_[True, np.diff(node[order]) != 0][: len(order)]]
    arm = _each(start, end, arms=2 * len(road_edges))
    at = _ends(road_edges)[arm]
    top = np.zeros(count, "int64")
    np.maximum.at(top, at, rank[arm // 2])
    equals = np.bincount(at[rank[arm // 2] == top[at]], minlength=count)
    best = best[(equals[node[best]] < 3) | ring[start[best] // 2]]
    major = np.zeros(2 * len(road_edges), "bool")
    major[start[best]] = major[end[best]] = True
    return major
