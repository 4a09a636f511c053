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
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.errors import NetworkError, some
from colocate.travel.kernel import array_loops, array_triangles, no_through, roadgraph, sweeps
from colocate.travel.kernel.loops import compiled
from colocate.travel.kernel.places import Places
from colocate.travel.kernel.roadgraph import CLOSED, PACK, Floats, Ints, RoadGraph, Trips
from colocate.travel.kernel.sequences import distinct, runs
from colocate.travel.kernel.sweeps import never

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.travel.kernel.sweeps import Numbers

    Bools = NDArray[np.bool_]

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
    def in_trees(self) -> bool:
        """Whether all that is below a rank comes just before it, as `along_trees` numbers them."""
        number = (compiled() or array_loops).along_trees(self.parent)
        return bool((number == np.arange(len(number))).all())

    @cached_property
    def level(self) -> Ints:
        """Of each rank: above that of all lower nodes linked with it."""
        return array_loops.levels(self.first, self.high)

    @cached_property
    def triangles(self) -> array_triangles.Triangles:
        """Triangles of links, by level of the lowest node."""
        return array_triangles.triangles(self.first, self.high, level=self.level)


class Metric(NamedTuple):
    """A hierarchy with weights: of the links climbed, and come down."""

    hierarchy: Hierarchy
    graph: RoadGraph
    up: Numbers
    down: Numbers
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
    loops = compiled() or array_loops
    first, links = loops.filled(own_first, own % max(count, 1))
    # Which link a road belongs to is found once: new speeds only fill the slots anew.
    slot = np.full(used.shape, -1)
    slot[used] = loops.found(first, links, low=low[used], top=high[used])
    slot[used] += np.where(rank[start] < rank[end], 0, len(links))[used]
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


def along_trees(hierarchy: Hierarchy, /) -> Hierarchy:
    """Rank nodes anew so that all below a node come just before it: the same links, nearer by.

    Weights come through the triangles, and up and down again, in two thirds of the time.

    Args:
        hierarchy: as `prepare` returns it.
    """
    number = (compiled() or array_loops).along_trees(hierarchy.parent)
    old = np.argsort(number)
    links = np.diff(hierarchy.first)[old]
    moved = runs(hierarchy.first[old], links)
    # Links of a node lead up one chain of parents, which keeps its order.
    place = np.empty(len(moved), "int64")
    place[moved] = np.arange(len(moved))
    slot, way = hierarchy.slot.copy(), hierarchy.slot >= 0
    climbed = slot[way] < len(moved)
    slot[way] = np.where(climbed, 0, len(moved)) + place[slot[way] % max(len(moved), 1)]
    return Hierarchy(
        number[hierarchy.rank],
        np.r_[0, np.cumsum(links)],
        number[hierarchy.high[moved]],
        slot,
    )


def customise(hierarchy: Hierarchy, graph: RoadGraph, /) -> Metric:
    """Give the links of a hierarchy the weights of a network.

    Args:
        hierarchy: as `prepare` returns it.
        graph: the network it was built of; other times and closed roads are allowed.

    Raises:
        NetworkError: a direction is open that was not when the hierarchy was built.
    """
    ms = np.stack([graph.forward_ms, graph.backward_ms])
    assert_open(hierarchy, graph, open_=ms != CLOSED)
    packed = np.where(ms == CLOSED, np.inf, ms * PACK + graph.length_dm)
    # All at once as if each were a turn: what is alike at every metric, here the only one.
    up, down = laid(
        hierarchy, edge=np.full_like(graph.edge, -1), edges=np.empty((2, 0, 1)), own=packed
    )
    return Metric(hierarchy, graph, up[:, 0], down[:, 0])


def laid(
    hierarchy: Hierarchy, /, *, edge: Ints, edges: Numbers, own: Numbers,
    room: Numbers | None = None,
) -> Numbers:  # fmt: skip
    """Give the links of a hierarchy weights, several metrics side by side.

    Args:
        hierarchy: as `prepare` returns it.
        edge: road edge of each stretch; -1 where its weight is the same at every metric.
        edges: weight of both directions of each road edge, shape (2, edges, metrics).
        own: weight of both directions of each of the others, shape (2, stretches).
        room: memory for what is returned, and what stood there goes; else it is new.

    Returns:
        Weights up and down, shape (2, links, metrics); `sweeps.never` where there is no way.
    """
    loops, shape = compiled() or array_loops, (len(hierarchy.high), edges.shape[2])
    # Of parallel roads the best counts; the links that no road is on stay out of reach until a
    # triangle below them offers a way.
    size = 2 * shape[0] * shape[1]
    both = (np.empty(size, edges.dtype) if room is None else room[:size]).reshape(2, *shape)
    both.fill(never(edges))
    weight = both.reshape(2 * shape[0], shape[1])
    loops.laid(weight, slot=hierarchy.slot, edge=edge, edges=edges, own=own)
    if loops is array_loops:
        array_triangles.customised(hierarchy.triangles, up=both[0], down=both[1])
    else:
        loops.customised(hierarchy.first, hierarchy.high, up=both[0], down=both[1])
    return both


def assert_open(hierarchy: Hierarchy, graph: RoadGraph, /, *, open_: Bools) -> None:
    """Refuse directions that were closed when a hierarchy was built.

    Args:
        hierarchy: as `prepare` returns it.
        graph: the network it was built of.
        open_: whether each direction of each stretch may be driven, shape (2, stretches).

    Raises:
        NetworkError: one is open that was not.
    """
    start, end = _directions(graph)
    opened = np.unique(graph.edge[(open_ & (start != end) & (hierarchy.slot < 0)).any(axis=0)])
    if len(opened):
        raise NetworkError(
            "road edges are open in a direction that was closed when the network was prepared: "
            f"{some(opened.tolist())}. Expected the same directions or fewer; prepare it anew."
        )


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
    wanted = sweeps.asked(metric.hierarchy, metric.graph, sources=sources, targets=targets)
    weight: Floats = sweeps.answered(
        wanted,
        ms=few_ms(metric, wanted)[np.newaxis],
        up=metric.up[:, np.newaxis],
        down=metric.down[:, np.newaxis],
    )[0]
    return weight


def few_ms(metric: Metric, wanted: sweeps.Asked, /) -> Ints:
    """Return the times of the stretches that places of a table lie on, shape (2, stretches).

    Args:
        metric: the hierarchy and its weights.
        wanted: the table.
    """
    graph = metric.graph
    return np.stack([graph.forward_ms[wanted.few], graph.backward_ms[wanted.few]])


def times(metric: Metric, /, *, sources: Places, targets: Places, limit_s: float) -> Floats:
    """Time of the fastest trip from every source to every target, s; infinite beyond the limit.

    Args:
        metric: the hierarchy and its weights, as `customise` returns them.
        sources: where trips begin.
        targets: where they end.
        limit_s: longest trip, s, included.
    """
    weight = table(metric, sources=sources, targets=targets)
    return np.where(
        weight <= roadgraph.packed_limit(limit_s), roadgraph.unpacked(weight)[0], np.inf
    )


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
