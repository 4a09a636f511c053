"""Places of trips, on arrays only: at a node, or along a stretch of road.

A place along a stretch is left over the two ends of the stretch and arrived at over them, so
places need not be put into the network: one hierarchy serves every set of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.travel.kernel import roadgraph
from colocate.travel.kernel.roadgraph import CLOSED, PACK, Floats, Ints
from colocate.travel.kernel.sequences import runs

if TYPE_CHECKING:
    from colocate.travel.kernel.roadgraph import RoadGraph


class Places(NamedTuple):
    """Where trips begin or end: at a node, or (`node` is -1) along a stretch of road."""

    node: Ints
    edge: Ints
    at_dm: Ints


class Ends(NamedTuple):
    """Nodes over which places are left or reached and the weight of that, shape (ways, places)."""

    node: Ints
    weight: Floats


def along_edges(graph: RoadGraph, /, *, edge: Ints, offset_m: Floats) -> Places:
    """Places along edges, by the rule of `roadgraph.insert`; the graph has no points in it.

    Args:
        graph: the network, without points in it.
        edge: the edge each place lies on.
        offset_m: how far along it in its forward direction, kept to 0.1 m.
    """
    at = roadgraph.along_dm(graph, edge=edge, offset_m=offset_m)
    node = np.where(
        at == 0, graph.tail[edge], np.where(at == graph.length_dm[edge], graph.head[edge], -1)
    )
    return Places(node, edge, at)


def ends(graph: RoadGraph, places: Places, /, *, leaving: bool) -> Ends:
    """Ways to leave places, or to arrive at them: forwards and backwards along the stretch.

    Args:
        graph: the network, without points in it.
        places: places in it.
        leaving: whether one drives away from them; else one drives to them.

    Returns:
        Nodes and packed weights, shape (2, places): 0 at a node, infinite against a one-way;
        shape (1, places) where all are nodes.
    """
    over = end_nodes(graph, places, leaving=leaving)
    if len(over) == 1:
        return Ends(over, np.zeros((1, len(places.node))))
    node, edge, at = places
    length = graph.length_dm[edge]
    whole = np.stack([graph.forward_ms[edge], graph.backward_ms[edge]])
    before, after = _parts(graph, edge=edge, at=at)
    if leaving:
        ms, dm = np.stack([whole[0] - before, after]), np.stack([length - at, at])
    else:
        ms, dm = np.stack([before, whole[1] - after]), np.stack([at, length - at])
    weight = np.where(whole == CLOSED, np.inf, ms * PACK + dm)
    return Ends(over, np.where(node >= 0, 0, weight))


def end_nodes(graph: RoadGraph, places: Places, /, *, leaving: bool) -> Ints:
    """Nodes alone of `ends`.

    Args:
        graph: the network, without points in it.
        places: places in it.
        leaving: whether one drives away from them; else one drives to them.
    """
    if (places.node >= 0).all():
        return places.node[None]
    over = (graph.forward_to, graph.backward_to) if leaving else (graph.tail, graph.head)
    return np.where(places.node >= 0, places.node, np.stack([to[places.edge] for to in over]))


def _parts(graph: RoadGraph, *, edge: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Times between the beginning of edges and places on them: forwards to, backwards from."""
    forward, backward = (
        roadgraph.part_ms(ms, graph=graph, edge=edge, at=at)
        for ms in (graph.forward_ms, graph.backward_ms)
    )
    return forward, backward


def within(graph: RoadGraph, /, *, sources: Places, targets: Places) -> tuple[Ints, Ints, Floats]:
    """Pairs of a source and a target inside the same stretch, and the trip that does not leave it.

    Args:
        graph: the network, without points in it.
        sources: where trips begin.
        targets: where they end.

    Returns:
        Positions of the source and the target and packed weight, one entry a pair.
    """
    inner = np.flatnonzero(sources.node < 0)
    other = np.flatnonzero(targets.node < 0)
    other = other[np.argsort(targets.edge[other], kind="stable")]
    first, last = (
        np.searchsorted(targets.edge[other], sources.edge[inner], side=side)
        for side in ("left", "right")
    )
    source = np.repeat(inner, last - first)
    target = other[runs(first, last - first)]
    edge, start, end = sources.edge[source], sources.at_dm[source], targets.at_dm[target]
    (ahead, back), (ahead_end, back_end) = (_parts(graph, edge=edge, at=at) for at in (start, end))
    ms = np.where(start <= end, ahead_end - ahead, back - back_end)
    whole = np.where(start <= end, graph.forward_ms[edge], graph.backward_ms[edge])
    weight = np.where(whole == CLOSED, np.inf, ms * PACK + abs(end - start))
    return source, target, np.where(start == end, 0, weight)
