"""Table kernel, on arrays only: many exact trips at once by a customisable contraction hierarchy.

A hierarchy takes the nodes of a network in a given order and joins the later neighbours of each by
links, which stand for the ways through it (J. Dibbelt, B. Strasser, D. Wagner, 2016: Customizable
contraction hierarchies). Which links there are depends on the roads alone, so new weights are a
matter of going through the triangles of links once. A fastest trip then climbs to ever later
nodes and comes down again. A table is two sweeps over the few nodes above its sources and its
targets, all sources at once, level by level: nodes of a level are not linked with each other.

Weights are the packed times and lengths of `roadgraph`, so times and distances of all trips are
the very ones that its search gives. Places between nodes are reached over the two ends of their
stretch and are not put into the network: one hierarchy serves every set of points.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.errors import NetworkError, some
from colocate.travel.kernel import roadgraph
from colocate.travel.kernel.roadgraph import CLOSED, PACK, Floats, Ints, RoadGraph, Trips

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

CELLS = 2**23
"""Weights held by one sweep: bounds memory, 8 bytes each."""
WIDTH = (16, 256)
"""Fewest and most sources swept at once."""
BLOCK = 2**24
"""Weights of the table that `trips` holds at once."""


class Hierarchy(NamedTuple):
    """Links of a network in contraction order; nodes are named by their rank. No weights."""

    rank: Ints
    """Rank of each node of the network."""
    level: Ints
    """Of each rank: above that of all lower nodes linked with it."""
    parent: Ints
    """Of each rank: the lowest higher node linked with it, -1 if there is none."""
    low: Ints
    """Lower end of each link; links are ordered by it."""
    high: Ints
    slot: Ints
    """Which link each direction of each stretch is a way of, shape (2, stretches): l to climb link
    l, l + links to come down; -1 for closed directions and loops."""
    triangle: Ints
    """Links from the lowest node of a triangle to its middle and its top one and the link between
    those, shape (3, triangles), by level of the lowest."""
    rise: Ints
    """Where in `triangle` each level begins, and the end."""


class Metric(NamedTuple):
    """A hierarchy with weights: of the links climbed, and come down."""

    hierarchy: Hierarchy
    graph: RoadGraph
    up: Floats
    down: Floats


class Places(NamedTuple):
    """Where trips begin or end: at a node, or (`node` is -1) along a stretch of road."""

    node: Ints
    edge: Ints
    at_dm: Ints


class _Ends(NamedTuple):
    """Nodes over which places are left or reached and the weight of that, shape (ways, places)."""

    node: Ints
    weight: Floats


def prepare(graph: RoadGraph, rank: Ints, /) -> Hierarchy:
    """Build the hierarchy of a network's open directions.

    Args:
        graph: the network, without points in it.
        rank: in which order to take its nodes (`dissection.node_order`). Any order gives the same
            answers, a good one gives them fast.
    """
    start, end = _directions(graph)
    used = _open(graph) & (start != end)
    low, high = np.sort(rank[np.stack([start, end])], axis=0)
    key, level = _filled(low[used] * len(rank) + high[used], count=len(rank))
    slot = np.full(used.shape, -1)
    slot[used] = np.searchsorted(key, low[used] * len(rank) + high[used])
    slot[used] += np.where(rank[start] < rank[end], 0, len(key))[used]
    low, high = np.divmod(key, max(len(rank), 1))
    parent = np.full(len(rank), -1)
    first = np.flatnonzero(np.diff(low, prepend=-1))
    parent[low[first]] = high[first]
    triangle = _triangles(key, low=low, high=high, level=level)
    rise = np.searchsorted(level[low[triangle[0]]], np.arange(level.max(initial=0) + 2))
    return Hierarchy(rank, level, parent, low, high, slot, triangle, rise)


def _directions(graph: RoadGraph) -> tuple[Ints, Ints]:
    """From-node and to-node of both directions of each stretch, shape (2, stretches)."""
    return (
        np.stack([graph.tail, graph.head]),
        np.stack([graph.forward_to, graph.backward_to]),
    )


def _open(graph: RoadGraph) -> Bools:
    open_: Bools = np.stack([graph.forward_ms, graph.backward_ms]) != CLOSED
    return open_


def _filled(key: Ints, *, count: int) -> tuple[Ints, Ints]:
    """Join the higher neighbours of every node, the lowest first.

    Nodes without lower neighbours among those left are taken together. It is enough to hand the
    higher neighbours of a node to the lowest of them: that one hands them on.

    Args:
        key: links between nodes, `low * count + high`.
        count: number of nodes.

    Returns:
        All links, ordered, and the level of each node.
    """
    level, done = np.full(count, -1), []
    while (level < 0).any():
        low, high = np.divmod(key, count)
        ready = level < 0
        ready[high] = False
        level[ready] = level.max() + 1
        ours = ready[low]
        final = roadgraph.distinct(key[ours])
        done.append(final)
        low, high = np.divmod(final, count)
        first = np.diff(low, prepend=-1) != 0
        heir = high[first][np.cumsum(first) - 1]
        key = np.r_[key[~ours], (heir * count + high)[~first]]
    return np.sort(np.concatenate([*done, key])), level


def _triangles(key: Ints, *, low: Ints, high: Ints, level: Ints) -> Ints:
    """Pair the links that rise from the same node, and find the link between their upper ends."""
    link = np.arange(len(low))
    later = np.searchsorted(low, low, side="right") - link - 1
    first, second = np.repeat(link, later), _runs(link + 1, later)
    third = np.searchsorted(key, high[first] * len(level) + high[second])
    order = np.argsort(level[low[first]], kind="stable")
    return np.stack([first, second, third])[:, order]


def customise(hierarchy: Hierarchy, graph: RoadGraph, /) -> Metric:
    """Give the links of a hierarchy the weights of a network.

    Args:
        hierarchy: as `prepare` returns it.
        graph: the network it was built of; other times and closed roads are allowed.

    Raises:
        NetworkError: a direction is open that was not when the hierarchy was built.
    """
    start, end = _directions(graph)
    used = _open(graph) & (start != end)
    opened = np.unique(graph.edge[(used & (hierarchy.slot < 0)).any(axis=0)])
    if len(opened):
        raise NetworkError(
            "road edges are open in a direction that was closed when the network was prepared: "
            f"{some(opened.tolist())}. Expected the same directions or fewer; prepare it anew."
        )
    packed = np.stack([graph.forward_ms, graph.backward_ms]) * PACK + graph.length_dm
    weight = np.full(2 * len(hierarchy.low), np.inf)
    np.minimum.at(weight, hierarchy.slot[used], packed[used])
    up, down = weight.reshape(2, -1)
    for begin, stop in pairwise(hierarchy.rise.tolist()):
        middle, top, between = hierarchy.triangle[:, begin:stop]
        np.minimum.at(up, between, down[middle] + up[top])
        np.minimum.at(down, between, down[top] + up[middle])
    return Metric(hierarchy, graph, up, down)


def at_nodes(nodes: Ints, /) -> Places:
    """Places at nodes of the network."""
    return Places(nodes, np.full_like(nodes, -1), np.zeros_like(nodes))


def along_edges(graph: RoadGraph, /, *, edge: Ints, offset_m: Floats) -> Places:
    """Places along edges, by the rule of `roadgraph.insert`; the graph has no points in it."""
    at = roadgraph.along_dm(graph, edge=edge, offset_m=offset_m)
    node = np.where(
        at == 0, graph.tail[edge], np.where(at == graph.length_dm[edge], graph.head[edge], -1)
    )
    return Places(node, edge, at)


def table(metric: Metric, /, *, sources: Places, targets: Places) -> Floats:
    """Packed weight of the fastest trip from every source to every target.

    Returns:
        Shape (sources, targets), infinite where there is no way. `roadgraph.unpacked` takes it
        apart into times and distances.
    """
    leaving = _ends(metric.graph, sources, leaving=True)
    arriving = _ends(metric.graph, targets, leaving=False)
    if len(sources.node) <= len(targets.node):
        weight = _between(metric, start=leaving, end=arriving)
    else:  # a sweep takes as long as it has sources: search back from the fewer targets
        back = metric._replace(up=metric.down, down=metric.up)
        weight = _between(back, start=arriving, end=leaving).T
    source, target, direct = _within(metric.graph, sources=sources, targets=targets)
    weight[source, target] = np.minimum(weight[source, target], direct)
    return weight


def trips(metric: Metric, /, *, sources: Places, targets: Places, limit_s: float) -> Trips:
    """Find the fastest trip from every source to every target within `limit_s`, included.

    The same trips in the same order as `roadgraph.trips` finds.
    """
    found = []
    rows = max(BLOCK // max(len(targets.node), 1), 1)
    for first in range(0, len(sources.node), rows):
        some = Places(*(array[first : first + rows] for array in sources))
        weight = table(metric, sources=some, targets=targets)
        source, target = np.nonzero(weight <= roadgraph.packed_limit(limit_s))
        found.append((source + first, target, *roadgraph.unpacked(weight[source, target])))
    return roadgraph.joined(found)


def _ends(graph: RoadGraph, places: Places, *, leaving: bool) -> _Ends:
    """Ways to leave places, or to arrive at them: forwards and backwards along the stretch."""
    if (places.node >= 0).all():
        return _Ends(places.node[None], np.zeros((1, len(places.node))))
    node, edge, at = places
    length = graph.length_dm[edge]
    whole = np.stack([graph.forward_ms, graph.backward_ms])[:, edge]
    before, after = _parts(graph, edge=edge, at=at)
    if leaving:
        over = np.stack([graph.forward_to, graph.backward_to])[:, edge]
        ms, dm = np.stack([whole[0] - before, after]), np.stack([length - at, at])
    else:
        over = np.stack([graph.tail, graph.head])[:, edge]
        ms, dm = np.stack([before, whole[1] - after]), np.stack([at, length - at])
    weight = np.where(whole == CLOSED, np.inf, ms * PACK + dm)
    return _Ends(np.where(node >= 0, node, over), np.where(node >= 0, 0, weight))


def _parts(graph: RoadGraph, *, edge: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Times between the beginning of edges and places on them: forwards to, backwards from."""
    forward, backward = (
        roadgraph.part_ms(ms, graph=graph, edge=edge, at=at)
        for ms in (graph.forward_ms, graph.backward_ms)
    )
    return forward, backward


def _within(graph: RoadGraph, /, *, sources: Places, targets: Places) -> tuple[Ints, Ints, Floats]:
    """Pairs of a source and a target inside the same stretch, and the trip that does not leave it.

    Returns:
        Positions of the source and the target and packed weight, one entry a pair.
    """
    inner = np.flatnonzero(sources.node < 0)
    ends = np.flatnonzero(targets.node < 0)
    ends = ends[np.argsort(targets.edge[ends], kind="stable")]
    first, last = (
        np.searchsorted(targets.edge[ends], sources.edge[inner], side=side)
        for side in ("left", "right")
    )
    source = np.repeat(inner, last - first)
    target = ends[_runs(first, last - first)]
    edge, start, end = sources.edge[source], sources.at_dm[source], targets.at_dm[target]
    (ahead, back), (ahead_end, back_end) = (_parts(graph, edge=edge, at=at) for at in (start, end))
    ms = np.where(start <= end, ahead_end - ahead, back - back_end)
    whole = np.where(start <= end, graph.forward_ms[edge], graph.backward_ms[edge])
    weight = np.where(whole == CLOSED, np.inf, ms * PACK + abs(end - start))
    return source, target, np.where(start == end, 0, weight)


def _runs(first: Ints, length: Ints) -> Ints:
    """The numbers first, first + 1, … of several runs, one run after the other."""
    begin = np.cumsum(length) - length
    numbers: Ints = np.arange(length.sum()) + np.repeat(first - begin, length)
    return numbers


class _Step(NamedTuple):
    """Nodes of one level with as many links each, and over which links what reaches them."""

    node: Ints
    giver: Ints
    weight: Floats


def _between(metric: Metric, /, *, start: _Ends, end: _Ends) -> Floats:
    """Packed weight of the fastest trip from every start to every end, over nodes."""
    hierarchy = metric.hierarchy
    begin, finish = hierarchy.rank[start.node], hierarchy.rank[end.node]
    above, below = (_ancestors(nodes, parent=hierarchy.parent) for nodes in (begin, finish))
    swept = np.flatnonzero(above | below)
    number = np.cumsum(above | below) - 1
    climb, descend = (
        np.flatnonzero(part[hierarchy.low] & np.isfinite(weight))
        for part, weight in ((above, metric.up), (below, metric.down))
    )
    low, high, level = number[hierarchy.low], number[hierarchy.high], hierarchy.level[swept]
    steps = [
        *_steps(node=high[climb], giver=low[climb], weight=metric.up[climb], turn=level),
        *_steps(node=low[descend], giver=high[descend], weight=metric.down[descend], turn=-level),
    ]
    table = np.empty((begin.shape[1], finish.shape[1]))
    width = int(np.clip(CELLS // max(len(swept), 1), *WIDTH))
    for first in range(0, len(table), width):
        batch = slice(first, first + width)
        weight = np.full((len(swept), len(table[batch])), np.inf)
        column = np.arange(weight.shape[1])
        for node, beyond in zip(number[begin[:, batch]], start.weight[:, batch], strict=True):
            weight[node, column] = np.minimum(weight[node, column], beyond)
        _sweep(weight, steps)
        table[batch] = np.min(
            [
                weight[node] + beyond[:, None]
                for node, beyond in zip(number[finish], end.weight, strict=True)
            ],
            axis=0,
        ).T
    return table


def _ancestors(nodes: Ints, *, parent: Ints) -> Bools:
    """Which nodes a climb from `nodes` can pass: the chains of their parents."""
    passed = np.zeros(len(parent), "bool")
    front = roadgraph.distinct(nodes.ravel())
    while len(front):
        passed[front] = True
        front = roadgraph.distinct(parent[front])
        front = front[(front >= 0) & ~passed[front]]
    return passed


def _steps(*, node: Ints, giver: Ints, weight: Floats, turn: Ints) -> Iterator[_Step]:
    """Put links into steps of equal turn, and equal number of links to a node: whole arrays."""
    links = np.bincount(node, minlength=len(turn))[node]
    order = np.lexsort((node, links, turn[node]))
    node, giver, weight, links = node[order], giver[order], weight[order], links[order]
    new = (np.diff(turn[node], prepend=0) != 0) | (np.diff(links, prepend=0) != 0)
    bounds = [*np.flatnonzero(new).tolist(), len(node)]
    for first, last in pairwise(bounds):
        shape = (-1, int(links[first]))
        yield _Step(
            node[first : last : shape[1]],
            giver[first:last].reshape(shape),
            weight[first:last].reshape(*shape, 1),
        )


def _sweep(weight: Floats, steps: list[_Step]) -> None:
    """Carry weights, shape (nodes, sources), over the links of every step in turn, in place."""
    for node, giver, beyond in steps:
        reached = weight[giver]
        reached += beyond
        weight[node] = np.minimum(weight[node], reached.min(axis=1))
