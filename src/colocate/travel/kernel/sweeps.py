"""Sweeps, on arrays only: what a table of a hierarchy needs, found once for all of its weights.

A fastest trip climbs to ever later nodes and comes down again, so only nodes above a source or a
target matter, a small part of the network. Which they are, and by which links, depends on the
places alone; weights are laid on them metric by metric.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from colocate.travel.kernel import array_loops
from colocate.travel.kernel.loops import compiled
from colocate.travel.kernel.places import Places, end_nodes, ends, within
from colocate.travel.kernel.roadgraph import PACK, RoadGraph
from colocate.travel.kernel.sequences import distinct, runs

if TYPE_CHECKING:
    from colocate.travel.kernel.hierarchy import Hierarchy
    from colocate.travel.kernel.roadgraph import Floats, Ints

Numbers = NDArray[Any]
"""Weights: packed (float64), or ms (int32)."""
Upward = tuple["Ints", "Ints", Numbers, Any]
Over = tuple["Ints", Numbers]
Along = tuple["Ints", "Ints"]

NEVER = np.int32(2**30 - 1)
"""Milliseconds that stand for no way, 298 hours: two of them still fit into 32 bits."""


class Part(NamedTuple):
    """Nodes of a hierarchy above some places, by rank, with their links; both numbered anew."""

    passed: NDArray[np.bool_]
    """Whether each rank is above a place."""
    rank: Ints
    """Those that are, by row."""
    row: NDArray[np.int32]
    """Of each rank that is; all that is below a row comes just before it."""
    first: Ints
    """Where the links of each row begin, and the end."""
    high: Ints
    """Row of the higher end of each link."""
    link: Ints
    """Which link of the hierarchy each is."""


class Sweep(NamedTuple):
    """The parts of a hierarchy between some nodes, and where they meet."""

    above: Part
    """Of the sources."""
    below: Part
    """Of the targets."""
    shared: Ints
    """Row of `above` of each row of `below`, -1 for none."""
    begin: Ints
    """Rows of `above` over which sources are left, shape (ways, sources)."""
    finish: Ints
    """Rows of `below` over which targets are reached, shape (ways, targets)."""
    along: Along
    """Where the ends at each row of `below` begin, and which of `finish` these are."""


def never(weight: Numbers, /) -> Any:  # noqa: ANN401 - of the kind of the weights
    """Return what stands for no way among weights of this kind.

    Args:
        weight: weights.
    """
    return NEVER if weight.dtype == NEVER.dtype else np.inf


class Asked(NamedTuple):
    """A table of places, at any weights: what of network and hierarchy it needs."""

    few: Ints
    """Stretches that places lie on."""
    graph: RoadGraph
    """Those alone."""
    sources: Places
    """Along stretches of `graph`, as `targets`."""
    targets: Places
    backwards: bool
    """Whether trips are searched from targets to sources."""
    sweep: Sweep


def asked(hierarchy: Hierarchy, graph: RoadGraph, /, *, sources: Places, targets: Places) -> Asked:
    """Find what a table needs of a hierarchy.

    Args:
        hierarchy: as `hierarchy.prepare` returns it.
        graph: the network it is of.
        sources: where trips begin.
        targets: where they end.
    """
    few = distinct(np.r_[sources.edge, targets.edge])
    few = few[few >= 0]
    small = RoadGraph(graph.node_count, *(array[few] for array in graph[1:]))
    sources, targets = (
        each._replace(edge=np.searchsorted(few, each.edge)) for each in (sources, targets)
    )
    start = end_nodes(small, sources, leaving=True)
    end = end_nodes(small, targets, leaving=False)
    # A sweep takes as long as it has sources: search back from targets where these are fewer.
    backwards = len(sources.node) > len(targets.node)
    if backwards:
        start, end = end, start
    return Asked(few, small, sources, targets, backwards, _between(hierarchy, start=start, end=end))


def _between(hierarchy: Hierarchy, /, *, start: Ints, end: Ints) -> Sweep:
    """Find the parts of a hierarchy between nodes, shape (ways, sources) and (ways, targets)."""
    # As one layout of arrays, since the loops are compiled once for each.
    start, end = (np.ascontiguousarray(hierarchy.rank[nodes]) for nodes in (start, end))
    above, below = (_part(hierarchy, nodes.ravel()) for nodes in (start, end))
    shared = np.full(len(below.first) - 1, -1)
    both = np.flatnonzero(above.passed[below.rank])
    shared[both] = above.row[below.rank[both]]
    finish = below.row[end].astype("int64")
    of = np.argsort(finish, axis=None, kind="stable")
    stop = np.searchsorted(finish.ravel()[of], np.arange(len(shared) + 1))
    return Sweep(above, below, shared, above.row[start].astype("int64"), finish, (stop, of))


def _part(hierarchy: Hierarchy, nodes: Ints) -> Part:
    loops = compiled() or array_loops
    # Links of a node lead up its own chain of parents: their higher ends have rows too.
    passed = loops.chained(nodes, parent=hierarchy.parent)
    rank = np.flatnonzero(passed)
    if not hierarchy.in_trees:
        parent = hierarchy.parent[rank]
        number = loops.along_trees(np.where(parent < 0, -1, np.searchsorted(rank, parent)))
        rank = rank[np.argsort(number)]
    # Of most networks a small part: the rest of the numbers is never looked at.
    row = np.empty(len(passed), "int32")
    row[rank] = np.arange(len(rank))
    links = hierarchy.first[rank + 1] - hierarchy.first[rank]
    link = runs(hierarchy.first[rank], links)
    first, high = np.r_[0, np.cumsum(links)], row[hierarchy.high[link]].astype("int64")
    return Part(passed, rank, row, first, high, link)


def answered(asked: Asked, /, *, ms: Ints, up: Numbers, down: Numbers) -> Numbers:
    """Find the weight of the fastest trip from every source to every target at every metric.

    Args:
        asked: the places, as the function of that name returns them.
        ms: time of both directions of the stretches `asked.few`, ms, shape (metrics, 2, stretches).
        up: weight of each link of the hierarchy climbed, shape (links, metrics).
        down: the same come down.

    Returns:
        Shape (metrics, sources, targets), of the kind of `up`; `never` where there is no way.
    """
    graphs = [asked.graph._replace(forward_ms=each[0], backward_ms=each[1]) for each in ms]
    leaving, arriving = (
        _like(up, np.stack([ends(graph, places, leaving=away).weight for graph in graphs]))
        for places, away in ((asked.sources, True), (asked.targets, False))
    )
    if asked.backwards:
        found = _swept(asked.sweep, up=down, down=up, start=arriving, end=leaving)
        found = found.transpose(0, 2, 1)
    else:
        found = _swept(asked.sweep, up=up, down=down, start=leaving, end=arriving)
    # A trip inside one stretch passes no node, so the hierarchy cannot know it.
    for graph, weight in zip(graphs, found, strict=True):
        source, target, direct = within(graph, sources=asked.sources, targets=asked.targets)
        weight[source, target] = np.minimum(weight[source, target], _like(up, direct))
    return found


def _like(weight: Numbers, packed: Floats) -> Numbers:
    """Return packed weights as what they are put beside has them: these, or their times alone."""
    if weight.dtype != NEVER.dtype:
        return packed
    reached = np.isfinite(packed)
    ms = np.where(reached, packed, 0) // PACK
    return np.where(reached, np.minimum(ms, NEVER), NEVER).astype(NEVER.dtype)


def _swept(sweep: Sweep, *, up: Numbers, down: Numbers, start: Numbers, end: Numbers) -> Numbers:
    loops = compiled() or array_loops
    rise, fall = (
        (part.first, part.high, np.ascontiguousarray(weight[part.link].T), never(up))
        for part, weight in ((sweep.above, up), (sweep.below, down))
    )
    found: Numbers = loops.swept(
        rise,
        fall,
        shared=sweep.shared,
        start=(sweep.begin, np.ascontiguousarray(start)),
        end=(sweep.finish, np.ascontiguousarray(end)),
        along=sweep.along,
    )
    return found
