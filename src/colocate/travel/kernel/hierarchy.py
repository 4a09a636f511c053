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

An example, two-way roads with their minutes, and the order A C D F B E:

    A --1-- B --2-- C
    |       |       |
    4       1       1
    |       |       |
    D --1-- E --3-- F

`prepare`. A is taken first. Whoever drove D A B must still be able to: D and B, the later
neighbours of A, are joined. C likewise joins F and B. D has B and E above it, and F too: those
are joined already. A and C have nothing below them (level 0), D and F stand above them (1), then
B (2) and E (3). The links are the seven roads, and D-B and F-B.

`customise`. The triangle below A gives the link D-B 4 + 1 = 5 minutes, that below C gives F-B
1 + 2 = 3. Then the one below D offers B-E 5 + 1, that below F 3 + 3: the road's own 1 is better.

`table`, from D to C. Up from D: B after 5, E after 1. Down from E: B after min(5, 1 + 1) = 2,
from B and E: F after min(2 + 3, 1 + 3) = 4, and from B and F: C after min(2 + 2, 4 + 1) = 4
minutes, which is the way D E B C. A is not looked at: nothing above D or C leads there.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.errors import NetworkError, some
from colocate.travel.kernel import roadgraph
from colocate.travel.kernel.places import Places, ends, within
from colocate.travel.kernel.roadgraph import CLOSED, PACK, Floats, Ints, RoadGraph, Trips
from colocate.travel.kernel.sequences import distinct, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from colocate.travel.kernel.places import Ends

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


def prepare(graph: RoadGraph, rank: Ints, /) -> Hierarchy:
    """Build the hierarchy of a network's open directions.

    Args:
        graph: the network, without points in it.
        rank: in which order to take its nodes (`node_order.node_order`). Any order gives the same
            answers, a good one gives them fast.
    """
    start, end = _directions(graph)
    used = _open(graph) & (start != end)
    low, high = np.sort(rank[np.stack([start, end])], axis=0)
    key, level = _filled(low[used] * len(rank) + high[used], count=len(rank))
    # Which link a road belongs to is found once: new speeds only fill the slots anew.
    slot = np.full(used.shape, -1)
    slot[used] = np.searchsorted(key, low[used] * len(rank) + high[used])
    slot[used] += np.where(rank[start] < rank[end], 0, len(key))[used]
    low, high = np.divmod(key, max(len(rank), 1))
    # All later neighbours of a node are joined, so the lowest of them is linked with the others:
    # a climb from the node passes no node but the chain of parents.
    parent = np.full(len(rank), -1)
    first = np.flatnonzero(np.diff(low, prepend=-1))
    parent[low[first]] = high[first]
    # By the level of its lowest node a triangle comes after all that its lower two links rest on.
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
        # Who is nobody's later neighbour any more can go, and all such nodes at once: they are
        # not linked with each other, or one of them would be the other's.
        low, high = np.divmod(key, count)
        ready = level < 0
        ready[high] = False
        level[ready] = level.max() + 1
        ours = ready[low]
        # Several lower nodes may have handed on the same link.
        final = distinct(key[ours])
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
    first, second = np.repeat(link, later), runs(link + 1, later)
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
    # Of parallel roads the best counts; the links that no road is on stay infinite until a
    # triangle below them offers a way.
    packed = np.stack([graph.forward_ms, graph.backward_ms]) * PACK + graph.length_dm
    weight = np.full(2 * len(hierarchy.low), np.inf)
    np.minimum.at(weight, hierarchy.slot[used], packed[used])
    up, down = weight.reshape(2, -1)
    for begin, stop in pairwise(hierarchy.rise.tolist()):
        # Down to the lowest node by one link and up by the other: both are final, for all that
        # could better them lies on lower levels, which are done.
        middle, top, between = hierarchy.triangle[:, begin:stop]
        np.minimum.at(up, between, down[middle] + up[top])
        np.minimum.at(down, between, down[top] + up[middle])
    return Metric(hierarchy, graph, up, down)


def table(metric: Metric, /, *, sources: Places, targets: Places) -> Floats:
    """Packed weight of the fastest trip from every source to every target.

    Args:
        metric: the hierarchy and its weights, as `customise` returns them.
        sources: where trips begin.
        targets: where they end; each trip is driven from source to target.

    Returns:
        Shape (sources, targets), infinite where there is no way. `roadgraph.unpacked` takes it
        apart into times and distances.
    """
    leaving = ends(metric.graph, sources, leaving=True)
    arriving = ends(metric.graph, targets, leaving=False)
    if len(sources.node) <= len(targets.node):
        weight = _between(metric, start=leaving, end=arriving)
    else:  # a sweep takes as long as it has sources: search back from the fewer targets
        back = metric._replace(up=metric.down, down=metric.up)
        weight = _between(back, start=arriving, end=leaving).T
    # A trip inside one stretch passes no node, so the hierarchy cannot know it.
    source, target, direct = within(metric.graph, sources=sources, targets=targets)
    weight[source, target] = np.minimum(weight[source, target], direct)
    return weight


def trips(metric: Metric, /, *, sources: Places, targets: Places, limit_s: float) -> Trips:
    """Find the fastest trip from every source to every target within `limit_s`, included.

    The same trips in the same order as `roadgraph.trips` finds.

    Args:
        metric: the hierarchy and its weights, as `customise` returns them.
        sources: where trips begin.
        targets: where they end; each trip is driven from source to target.
        limit_s: longest trip, s.
    """
    found = []
    # A whole table of sites × demand points may not fit in memory; what is beyond the limit goes
    # before the next block is made.
    rows = max(BLOCK // max(len(targets.node), 1), 1)
    for first in range(0, len(sources.node), rows):
        some = Places(*(array[first : first + rows] for array in sources))
        weight = table(metric, sources=some, targets=targets)
        source, target = np.nonzero(weight <= roadgraph.packed_limit(limit_s))
        found.append((source + first, target, *roadgraph.unpacked(weight[source, target])))
    return roadgraph.joined(found)


class _Step(NamedTuple):
    """Nodes of one level with as many links each, and over which links what reaches them."""

    node: Ints
    giver: Ints
    weight: Floats


def _between(metric: Metric, /, *, start: Ends, end: Ends) -> Floats:
    """Packed weight of the fastest trip from every start to every end, over nodes."""
    hierarchy = metric.hierarchy
    # A fastest trip climbs to ever later nodes and comes down again, so only nodes above a source
    # or a target are swept, a small part of the network.
    begin, finish = hierarchy.rank[start.node], hierarchy.rank[end.node]
    above, below = (_ancestors(nodes, parent=hierarchy.parent) for nodes in (begin, finish))
    swept = np.flatnonzero(above | below)
    number = np.cumsum(above | below) - 1
    climb, descend = (
        np.flatnonzero(part[hierarchy.low] & np.isfinite(weight))
        for part, weight in ((above, metric.up), (below, metric.down))
    )
    low, high, level = number[hierarchy.low], number[hierarchy.high], hierarchy.level[swept]
    # Up first, lowest levels first, then down, highest first: every node is final before another
    # takes from it.
    steps = [
        *_steps(node=high[climb], giver=low[climb], weight=metric.up[climb], turn=level),
        *_steps(node=low[descend], giver=high[descend], weight=metric.down[descend], turn=-level),
    ]
    # As many sources at once as fit in memory: a step costs little more for many than for one.
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
    front = distinct(nodes.ravel())
    while len(front):
        passed[front] = True
        front = distinct(parent[front])
        front = front[(front >= 0) & ~passed[front]]
    return passed


def _steps(*, node: Ints, giver: Ints, weight: Floats, turn: Ints) -> Iterator[_Step]:
    """Put links into steps of equal turn, and equal number of links to a node: whole arrays."""
    # Nodes with equally many links make a rectangle, which numpy takes in one operation.
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
