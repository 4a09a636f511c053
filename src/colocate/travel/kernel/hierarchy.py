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

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.errors import NetworkError, some
from colocate.travel.kernel import array_loops, no_through, roadgraph
from colocate.travel.kernel.loops import compiled
from colocate.travel.kernel.places import Places, ends, within
from colocate.travel.kernel.roadgraph import CLOSED, PACK, Floats, Ints, RoadGraph, Trips
from colocate.travel.kernel.sequences import distinct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from colocate.travel.kernel.places import Ends

    Bools = NDArray[np.bool_]

CELLS = 2**23
"""Weights held by one sweep: bounds memory, 8 bytes each."""
WIDTH = (16, 256)
"""Fewest and most sources swept at once."""
BLOCK = 2**24
"""Weights of the table that `trips` holds at once."""


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Links of a network in contraction order; nodes are named by their rank. No weights."""

    rank: Ints
    """Rank of each node of the network."""
    first: Ints
    """Where the links of each node begin, by its rank, and the end."""
    high: Ints
    """Higher end of each link, a node's in order."""
    slot: Ints
    """Which link each direction of each stretch is a way of, shape (2, stretches): l to climb link
    l, l + links to come down; -1 for closed directions and loops."""

    @cached_property
    def low(self) -> Ints:
        """Lower end of each link."""
        return np.repeat(np.arange(len(self.rank)), np.diff(self.first))

    @cached_property
    def parent(self) -> Ints:
        """Of each rank: the lowest higher node linked with it, -1 if there is none."""
        # All later neighbours of a node are joined, so the lowest of them is linked with the
        # others: a climb from the node passes no node but the chain of parents.
        linked = np.diff(self.first) > 0
        parent = np.full(len(self.rank), -1)
        parent[linked] = self.high[self.first[:-1][linked]]
        return parent

    @cached_property
    def level(self) -> Ints:
        """Of each rank: above that of all lower nodes linked with it."""
        return array_loops.levels(self.first, self.high)

    @cached_property
    def triangles(self) -> array_loops.Triangles:
        """Triangles of links, by level of the lowest node."""
        return array_loops.triangles(self.first, self.high, level=self.level)


class Metric(NamedTuple):
    """A hierarchy with weights: of the links climbed, and come down."""

    hierarchy: Hierarchy
    graph: RoadGraph
    up: Floats
    down: Floats
    ending: RoadGraph | None = None
    """The network with the roads alone that drives may only begin or end on, if there are any."""


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
    count = len(rank)
    own = distinct(low[used] * count + high[used])
    own_first = np.searchsorted(own, np.arange(count + 1) * count)
    first, links = (compiled() or array_loops).filled(own_first, own % max(count, 1))
    # Which link a road belongs to is found once: new speeds only fill the slots anew.
    key = np.repeat(np.arange(count), np.diff(first)) * count + links
    slot = np.full(used.shape, -1)
    slot[used] = np.searchsorted(key, low[used] * count + high[used])
    slot[used] += np.where(rank[start] < rank[end], 0, len(key))[used]
    return Hierarchy(rank, first, links, slot)


def _directions(graph: RoadGraph) -> tuple[Ints, Ints]:
    """From-node and to-node of both directions of each stretch, shape (2, stretches)."""
    return (
        np.stack([graph.tail, graph.head]),
        np.stack([graph.forward_to, graph.backward_to]),
    )


def _open(graph: RoadGraph) -> Bools:
    open_: Bools = np.stack([graph.forward_ms, graph.backward_ms]) != CLOSED
    return open_


def customise(hierarchy: Hierarchy, graph: RoadGraph, /) -> Metric:
    """Give the links of a hierarchy the weights of a network.

    Args:
        hierarchy: as `prepare` returns it.
        graph: the network it was built of; other times and closed roads are allowed.

    Raises:
        NetworkError: a direction is open that was not when the hierarchy was built.
    """
    return customise_each(hierarchy, [graph])[0]


def customise_each(hierarchy: Hierarchy, graphs: Sequence[RoadGraph], /) -> list[Metric]:
    """Give a hierarchy the weights of several networks at once, faster than one by one.

    Args:
        hierarchy: as `prepare` returns it.
        graphs: the network it was built of, each time with other times or roads closed.

    Returns:
        One metric a network, in their order.

    Raises:
        NetworkError: a direction is open that was not when the hierarchy was built.
    """
    # Of each link one way up and one down, the metrics side by side.
    weight = np.stack([_of_roads(hierarchy, graph) for graph in graphs], axis=1)
    up, down = weight.reshape(2, -1, len(graphs))
    if fast := compiled():
        fast.customised(hierarchy.first, hierarchy.high, up=up, down=down)
    else:
        array_loops.customised(hierarchy.triangles, up=up, down=down)
    alone = zip(graphs, np.ascontiguousarray(up.T), np.ascontiguousarray(down.T), strict=True)
    return [Metric(hierarchy, graph, *weights) for graph, *weights in alone]


def _of_roads(hierarchy: Hierarchy, graph: RoadGraph) -> Floats:
    """Packed weights of the links up, then down, of the roads alone."""
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
    weight = np.full(2 * len(hierarchy.high), np.inf)
    np.minimum.at(weight, hierarchy.slot[used], packed[used])
    return weight


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
    if metric.ending is not None:
        through = metric._replace(ending=None)
        return no_through.table(
            lambda start, end: table(through, sources=start, targets=end),
            metric.graph, ending=metric.ending, sources=sources, targets=targets,
        )  # fmt: skip
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


def _between(metric: Metric, /, *, start: Ends, end: Ends) -> Floats:
    """Packed weight of the fastest trip from every start to every end, over nodes."""
    hierarchy = metric.hierarchy
    # A fastest trip climbs to ever later nodes and comes down again, so only nodes above a source
    # or a target are swept, a small part of the network.
    begin, finish = hierarchy.rank[start.node], hierarchy.rank[end.node]
    above, below = (_ancestors(nodes, parent=hierarchy.parent) for nodes in (begin, finish))
    swept = np.flatnonzero(above | below)
    number = np.cumsum(above | below) - 1
    sweep = _sweep(metric, swept, above=above, below=below)
    # As many sources at once as fit in memory: a step costs little more for many than for one.
    table = np.empty((begin.shape[1], finish.shape[1]))
    width = int(np.clip(CELLS // max(len(swept), 1), *WIDTH))
    for first in range(0, len(table), width):
        batch = slice(first, first + width)
        weight = np.full((len(swept), len(table[batch])), np.inf)
        column = np.arange(weight.shape[1])
        for node, beyond in zip(number[begin[:, batch]], start.weight[:, batch], strict=True):
            weight[node, column] = np.minimum(weight[node, column], beyond)
        sweep(weight)
        table[batch] = np.min(
            [
                weight[node] + beyond[:, None]
                for node, beyond in zip(number[finish], end.weight, strict=True)
            ],
            axis=0,
        ).T
    return table


def _sweep(metric: Metric, swept: Ints, *, above: Bools, below: Bools) -> Callable[[Floats], None]:
    """Return what carries weights, shape (swept nodes, sources), up and down again, in place."""
    hierarchy = metric.hierarchy
    number = np.full(len(hierarchy.rank), -1)
    number[swept] = np.arange(len(swept))
    if fast := compiled():
        links = {"first": hierarchy.first, "high": hierarchy.high}
        rising, falling = swept[above[swept]], swept[below[swept]][::-1].copy()

        def both_ways(weight: Floats) -> None:
            fast.climbed(weight, number, node=rising, beyond=metric.up, **links)
            fast.descended(weight, number, node=falling, beyond=metric.down, **links)

        return both_ways
    low, high, level = number[hierarchy.low], number[hierarchy.high], hierarchy.level[swept]
    climb, descend = (
        np.flatnonzero(part[hierarchy.low] & np.isfinite(weight))
        for part, weight in ((above, metric.up), (below, metric.down))
    )
    up = array_loops.steps(node=high[climb], giver=low[climb], weight=metric.up[climb], turn=level)
    down = array_loops.steps(
        node=low[descend], giver=high[descend], weight=metric.down[descend], turn=-level
    )
    return partial(array_loops.swept, steps=[*up, *down])


def _ancestors(nodes: Ints, *, parent: Ints) -> Bools:
    """Which nodes a climb from `nodes` can pass: the chains of their parents."""
    passed = np.zeros(len(parent), "bool")
    front = distinct(nodes.ravel())
    while len(front):
        passed[front] = True
        front = distinct(parent[front])
        front = front[(front >= 0) & ~passed[front]]
    return passed
