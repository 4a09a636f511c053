"""Roads without through traffic, on arrays only: exact drives that begin or end on them.

Of such roads a drive may use a first stretch and a last one, and none in between. So the network
of a metric is the open roads alone. A place on a closed stretch is left over the nodes that can be
reached from it along closed stretches, each as far as it is away, and arrived at over those that
lead to it; a table between these nodes, and the drives that never leave the closed stretches, give
the fastest drive there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from colocate.travel.kernel import roadgraph
from colocate.travel.kernel.places import Ends, Places, ends, within
from colocate.travel.kernel.roadgraph import CLOSED, Floats, Ints, RoadGraph

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

BATCH = 256
"""Places searched from at once: bounds memory, 8 bytes a node of the closed stretches."""


class _Zone(NamedTuple):
    """The closed stretches alone, with the turns between them; nodes numbered anew."""

    node: Ints
    """Of the network, ascending."""
    tail: Ints
    head: Ints
    weight: Floats


class _Over(NamedTuple):
    """Nodes over which places are left or arrived at, long; packed weights."""

    place: Ints
    node: Ints
    weight: Floats


def table(
    between: Callable[[Places, Places], Floats],
    graph: RoadGraph,
    /,
    *,
    ending: RoadGraph,
    sources: Places,
    targets: Places,
) -> Floats:
    """Packed weight of the fastest drive from every source to every target.

    Args:
        between: gives the same of the open roads alone.
        graph: the network with its open roads.
        ending: the same network with the stretches alone that drives may only begin or end on.
        sources: where drives begin.
        targets: where they end.

    Returns:
        Shape (sources, targets), infinite where there is no way.
    """
    zone = _zone(ending)
    if len(zone.node) == 0:
        return between(sources, targets)
    leaving = _over(sources, zone=zone, ending=ending, leaving=True)
    arriving = _over(targets, zone=zone, ending=ending, leaving=False)
    start = _where(leaving, _onward(graph, targets, leaving=True))
    end = _where(arriving, _onward(graph, sources, leaving=False))
    weight = between(_with(sources, start.node), _with(targets, end.node))
    weight[len(sources.node) :] += start.weight[:, None]
    weight[:, len(targets.node) :] += end.weight
    whole = weight[:, : len(targets.node)].copy()
    np.minimum.at(whole.T, end.place, weight[:, len(targets.node) :].T)
    found = whole[: len(sources.node)].copy()
    np.minimum.at(found, start.place, whole[len(sources.node) :])
    _stay(found, leaving=leaving, arriving=_ways(ending, targets, leaving=False))
    source, target, direct = within(ending, sources=sources, targets=targets)
    found[source, target] = np.minimum(found[source, target], direct)
    return found


def _where(over: _Over, useful: Bools) -> _Over:
    kept = useful[over.node]
    return _Over(over.place[kept], over.node[kept], over.weight[kept])


def _open(graph: RoadGraph) -> tuple[Ints, Ints]:
    """Stretches of road that are open forwards, and those open backwards; turns are none."""
    road = graph.edge >= 0
    return (
        np.flatnonzero(road & (graph.forward_ms != CLOSED)),
        np.flatnonzero(road & (graph.backward_ms != CLOSED)),
    )


def _nodes(ending: RoadGraph) -> Ints:
    ahead, back = _open(ending)
    return np.unique(
        np.r_[
            ending.tail[ahead], ending.forward_to[ahead], ending.head[back],
            ending.backward_to[back],
        ]
    )  # fmt: skip


def _zone(ending: RoadGraph) -> _Zone:
    node = _nodes(ending)
    tail, head, weight = roadgraph.arcs(ending)
    at_zone = np.zeros(ending.node_count, "bool")
    at_zone[node] = True
    kept = at_zone[tail] & at_zone[head]
    number = np.cumsum(at_zone) - 1
    return _Zone(node, number[tail[kept]], number[head[kept]], weight[kept])


def _with(places: Places, node: Ints) -> Places:
    """Places, and after them nodes."""
    none = np.full_like(node, 0)
    return Places(np.r_[places.node, node], np.r_[places.edge, none], np.r_[places.at_dm, none])


def _onward(graph: RoadGraph, others: Places, *, leaving: bool) -> Bools:
    """Nodes that others are at, or open roads leave (or arrive at), at once or after a turn."""
    ahead, back = _open(graph)
    tails = (graph.tail[ahead], graph.head[back])
    heads = (graph.forward_to[ahead], graph.backward_to[back])
    found = np.zeros(graph.node_count, "bool")
    found[np.concatenate(tails if leaving else heads)] = True
    found[others.node[others.node >= 0]] = True
    turn = np.flatnonzero((graph.edge < 0) & (graph.forward_ms != CLOSED))
    here, there = graph.tail[turn], graph.forward_to[turn]
    if not leaving:
        here, there = there, here
    after = found.copy()
    after[here[found[there]]] = True
    return after


def _over(places: Places, *, zone: _Zone, ending: RoadGraph, leaving: bool) -> _Over:
    """Nodes to which closed stretches lead from places, or from which they lead to them."""
    way = _ways(ending, places, leaving=leaving)
    number = np.searchsorted(zone.node, way.node).clip(max=len(zone.node) - 1)
    known = (zone.node[number] == way.node) & np.isfinite(way.weight)
    start = np.unique(number[known])
    nothing = np.empty(0, "int64")
    if len(start) == 0:
        return _Over(nothing, nothing, np.empty(0))
    tail, head = (zone.tail, zone.head) if leaving else (zone.head, zone.tail)
    matrix = _least(zone._replace(tail=tail, head=head))
    step, place = np.nonzero(known)
    row = np.searchsorted(start, number[step, place])
    found = []
    for first in range(0, len(start), BATCH):
        reach = dijkstra(matrix, indices=start[first : first + BATCH])
        here = np.flatnonzero((row >= first) & (row < first + BATCH))
        weight = reach[row[here] - first] + way.weight[step[here], place[here], None]
        one, node = np.nonzero(np.isfinite(weight))
        found.append((place[here][one], node, weight[one, node]))
    at, node, weight = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((weight, node, at))
    at, node, weight = at[order], node[order], weight[order]
    least = np.r_[True, (np.diff(at) != 0) | (np.diff(node) != 0)]
    return _Over(at[least], zone.node[node[least]], weight[least])


def _ways(ending: RoadGraph, places: Places, *, leaving: bool) -> Ends:
    """Ways to leave places over closed stretches, or to arrive; infinite for those on none.

    A place at a junction is on the stretch that it was put on: it may be on an open one.
    """
    way = ends(ending, places, leaving=leaving)
    return way._replace(weight=np.where(on(ending)[places.edge], way.weight, np.inf))


def on(ending: RoadGraph, /) -> Bools:
    """Say of each road edge whether drives may only begin or end on it, in some direction.

    Args:
        ending: the network with those stretches alone, without points in it.
    """
    found = np.zeros(ending.edge.max(initial=-1) + 1, "bool")
    found[ending.edge[np.concatenate(_open(ending))]] = True
    return found


def _least(zone: _Zone) -> csr_array:
    """Adjacency matrix with the best of parallel arcs."""
    _, tail, head, weight = zone
    order = np.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    first = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)][: len(tail)]
    return csr_array((weight[first], (tail[first], head[first])), shape=(len(zone.node),) * 2)


def _stay(found: Floats, *, leaving: _Over, arriving: Ends) -> None:
    """Lower `found` to the drives that never leave the closed stretches, in place."""
    node, weight = arriving
    step, target = np.nonzero(np.isfinite(weight))
    order = np.argsort(node[step, target], kind="stable")
    step, target = step[order], target[order]
    over = node[step, target]
    first, last = (np.searchsorted(over, leaving.node, side=side) for side in ("left", "right"))
    count = last - first
    row = np.repeat(np.arange(len(count)), count)
    hit = np.arange(count.sum()) + np.repeat(first - np.r_[0, np.cumsum(count)[:-1]], count)
    total = leaving.weight[row] + weight[step[hit], target[hit]]
    np.minimum.at(found, (leaving.place[row], target[hit]), total)
