"""Routing kernel, on arrays only: exact shortest times and their distances on a directed network.

Points are put *into* the network: `insert` cuts the stretch a point lies on in two, so that the
point is a node like any other. Trips within one stretch, one-way stretches and partly driven ones
then need no cases of their own.

Turns cost time, or are forbidden, where a junction is split into copies: each road then arrives at
a node of its own and leaves from another, and turns are stretches without length between them
(`turns.expanded`). Everywhere else the copies are one and the same node.

Times are whole milliseconds and lengths whole decimetres, packed into one number
`ms * 2^24 + dm` that a float64 holds exactly (below 2^53: 149 hours, 1,677 km). One search then
gives the fastest time and the distance of that route, and among equally fast routes the shortest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

if TYPE_CHECKING:
    from collections.abc import Iterator

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CLOSED = -1
"""Time of a direction that may not be driven."""
PACK = 2.0**24
BATCH = 32
"""Sources searched at once: bounds memory, 8 bytes a node and source."""

MAIN, TRAP, ISLAND = 0, 1, 2


class RoadGraph(NamedTuple):
    """A directed network, one entry a stretch of road from `tail` to `head`."""

    node_count: int
    tail: Ints
    """Node that the forward direction leaves from."""
    head: Ints
    """Node that the backward direction leaves from."""
    forward_ms: Ints
    """Time from tail to head; `CLOSED` where that is not allowed."""
    backward_ms: Ints
    length_dm: Ints
    edge: Ints
    """Road edge the stretch is (part of)."""
    start_dm: Ints
    """Where along that edge the stretch begins."""
    forward_to: Ints
    """Node that the forward direction arrives at: `head`, or its copy at a split junction."""
    backward_to: Ints
    """Node that the backward direction arrives at: `tail`, or its copy."""


class Trips(NamedTuple):
    """Fastest trips in long form: positions in the lists of sources and targets, time, length."""

    source: Ints
    target: Ints
    time_s: Floats
    distance_m: Floats


class Parts(NamedTuple):
    """Of each stretch: MAIN, TRAP or ISLAND, and a number for the piece it is joined to."""

    kind: Ints
    piece: Ints


def build(
    node_count: int, /, *, tail: Ints, head: Ints, forward_s: Floats, backward_s: Floats,
    length_m: Floats,
) -> RoadGraph:  # fmt: skip
    """Build a graph; a direction with infinite time is closed. Lengths are at least 0.1 m.

    Args:
        node_count: number of nodes; they are 0 to node_count - 1.
        tail: node where each edge begins.
        head: node where it ends.
        forward_s: time from tail to head, s.
        backward_s: time from head to tail, s.
        length_m: length of each edge, m.
    """
    # Whole numbers add up the same in any order: every search gives the same time to the last
    # digit. A length of none would put both ends of an edge at one place.
    forward, backward = _whole_ms(forward_s), _whole_ms(backward_s)
    length = np.maximum(np.rint(length_m * 10), 1).astype("int64")
    every = np.arange(len(tail))
    start = np.zeros_like(every)
    return RoadGraph(node_count, tail, head, forward, backward, length, every, start, head, tail)


def reweighted(graph: RoadGraph, /, *, forward_s: Floats, backward_s: Floats) -> RoadGraph:
    """Give the edges of a freshly built graph other drive times; turns keep theirs.

    Args:
        graph: as `build`, or `turns.expanded` of it, returns it.
        forward_s: time of each edge from its beginning to its end, s; infinite where closed.
        backward_s: time of each edge the other way, s.
    """
    return graph._replace(
        forward_ms=_renewed(graph.forward_ms, _whole_ms(forward_s), edge=graph.edge),
        backward_ms=_renewed(graph.backward_ms, _whole_ms(backward_s), edge=graph.edge),
    )


def _renewed(old: Ints, ms: Ints, *, edge: Ints) -> Ints:
    """Times of stretches: first the edges themselves, then turns and one-way copies of edges."""
    rest, of = old[len(ms) :], edge[len(ms) :]
    copied = (of >= 0) & (rest != CLOSED)
    renewed: Ints = np.r_[ms, np.where(copied, ms[of], rest)]
    return renewed


def _whole_ms(seconds: Floats) -> Ints:
    ms = np.rint(np.where(np.isfinite(seconds), seconds, 0) * 1000)
    return np.where(np.isfinite(seconds), ms, CLOSED).astype("int64")


def turned(graph: RoadGraph, /) -> RoadGraph:
    """Turn every direction of travel round: searches from a node become searches to it.

    Args:
        graph: any graph, points in it included.
    """
    return graph._replace(
        tail=graph.backward_to,
        head=graph.forward_to,
        forward_ms=graph.backward_ms,
        backward_ms=graph.forward_ms,
        forward_to=graph.head,
        backward_to=graph.tail,
    )


def insert(graph: RoadGraph, /, *, edge: Ints, offset_m: Floats) -> tuple[RoadGraph, Ints]:
    """Put points into a freshly built graph and return it with the node of each point.

    Args:
        graph: as `build` returns it (every stretch a whole edge).
        edge: the edge each point lies on.
        offset_m: how far along it, kept to 0.1 m; at either end the point is the end node itself,
            at a split junction 0.1 m before it.
    """
    length, at = graph.length_dm[edge], along_dm(graph, edge=edge, offset_m=offset_m)
    node = np.where(at == 0, graph.tail[edge], graph.head[edge])
    inner = (at > 0) & (at < length)
    # Points at one place share a node: between two of them no time may pass.
    cuts, number = np.unique(np.column_stack([edge, at])[inner], axis=0, return_inverse=True)
    node[inner] = graph.node_count + number
    whole = np.unique(cuts[:, 0])
    zero = np.zeros_like(whole)
    mark_edge = np.r_[whole, cuts[:, 0], whole]
    mark_at = np.r_[zero, cuts[:, 1], graph.length_dm[whole]]
    order = np.lexsort((mark_at, mark_edge))
    mark_edge, mark_at = mark_edge[order], mark_at[order]
    # Marks in order along each edge: its beginning, its points, its end. Each stretch runs from
    # one mark to the next. At split junctions the ends differ by direction, hence two lists.
    inserted = graph.node_count + np.arange(len(cuts))
    ahead = np.r_[graph.tail[whole], inserted, graph.forward_to[whole]][order]
    back = np.r_[graph.backward_to[whole], inserted, graph.head[whole]][order]
    part = np.flatnonzero(mark_edge[1:] == mark_edge[:-1])
    parts = RoadGraph(
        graph.node_count + len(cuts),
        ahead[part],
        back[part + 1],
        _shared(graph.forward_ms, graph=graph, edge=mark_edge, at=mark_at)[part],
        _shared(graph.backward_ms, graph=graph, edge=mark_edge, at=mark_at)[part],
        mark_at[part + 1] - mark_at[part],
        mark_edge[part],
        mark_at[part],
        ahead[part + 1],
        back[part],
    )
    kept = np.ones(len(graph.tail), "bool")
    kept[whole] = False
    arrays = (np.r_[old[kept], new] for old, new in zip(graph[1:], parts[1:], strict=True))
    return RoadGraph(parts.node_count, *arrays), node


def along_dm(graph: RoadGraph, /, *, edge: Ints, offset_m: Floats) -> Ints:
    """How far along their edges points lie for `insert`: 0 or the whole length at an end.

    Args:
        graph: as `build`, or `turns.expanded` of it, returns it.
        edge: the edge each point lies on.
        offset_m: how far along it in its forward direction, m; clipped to the edge.
    """
    # At a split junction a point at the very end would be one of several copies, and so skip or
    # pay a turn by chance: it is put just inside its own road.
    length = graph.length_dm[edge]
    at: Ints = np.clip(
        np.rint(offset_m * 10).astype("int64"),
        np.where(graph.tail[edge] != graph.backward_to[edge], 1, 0),
        length - np.where(graph.head[edge] != graph.forward_to[edge], 1, 0),
    )
    return at


def part_ms(ms: Ints, /, *, graph: RoadGraph, edge: Ints, at: Ints) -> Ints:
    """Time of a direction between the beginning of edges and `at` decimetres along them.

    Args:
        ms: time of one direction of each edge, ms: `forward_ms` or `backward_ms` of the graph.
        graph: as `build`, or `turns.expanded` of it, returns it.
        edge: edges asked for, repeated as often as needed.
        at: how far along each of them, dm.
    """
    part: Ints = np.rint(ms[edge] * (at / graph.length_dm[edge])).astype("int64")
    return part


def _shared(ms: Ints, *, graph: RoadGraph, edge: Ints, at: Ints) -> Ints:
    """Time from each mark to the next one on its edge; the parts add up to the whole exactly."""
    until = part_ms(ms, graph=graph, edge=edge, at=at)
    return np.where(ms[edge] == CLOSED, CLOSED, np.diff(until, append=0))


def pruned(graph: RoadGraph, /, *, nodes: Ints) -> tuple[RoadGraph, Ints]:
    """Leave out dead ends that hold none of `nodes`, and return the new number of each node.

    No fastest trip between two of `nodes` enters a dead end: it would have to come back through
    the same junction. About half of a British drive network goes.

    Args:
        graph: any graph, points in it included.
        nodes: numbers of the nodes that trips begin or end at.
    """
    # Leaves go round by round: a lane whose last branch has gone is a leaf in the next.
    kept = np.zeros(graph.node_count, "bool")
    kept[nodes] = True
    tail, head, _ = arcs(graph)
    pair = np.unique(np.sort(np.column_stack([tail, head]), axis=1), axis=0)
    pair = pair[pair[:, 0] != pair[:, 1]]
    alive = np.ones(graph.node_count, "bool")
    while True:
        degree = np.bincount(pair.ravel(), minlength=graph.node_count)
        leaf = alive & (degree <= 1) & ~kept
        if not leaf.any():
            break
        alive &= ~leaf
        pair = pair[alive[pair].all(axis=1)]
    number = np.where(alive, np.cumsum(alive) - 1, -1)
    ahead = alive[graph.tail] & alive[graph.forward_to]
    back = alive[graph.head] & alive[graph.backward_to]
    left = graph._replace(
        tail=number[graph.tail],
        head=number[graph.head],
        forward_ms=np.where(ahead, graph.forward_ms, CLOSED),
        backward_ms=np.where(back, graph.backward_ms, CLOSED),
        forward_to=number[graph.forward_to],
        backward_to=number[graph.backward_to],
    )
    stays = ahead | back
    return RoadGraph(int(alive.sum()), *(array[stays] for array in left[1:])), number[nodes]


def sweep(graph: RoadGraph, /, *, sources: Ints, limit_s: float) -> Iterator[tuple[slice, Floats]]:
    """Search from each source node outwards to `limit_s`, included.

    Args:
        graph: any graph; `pruned` is faster. For searches *to* the sources give the `turned` one.
        sources: numbers of the nodes to search from.
        limit_s: how far, s.

    Yields:
        A slice of `sources` and the packed weight of the fastest trip from each of them to every
        node, shape (sources, nodes), infinite beyond the limit. `unpacked` takes it apart.
    """
    links = matrix(graph)
    limit = packed_limit(limit_s)
    for first in range(0, len(sources), BATCH):
        batch = slice(first, first + BATCH)
        yield batch, dijkstra(links, indices=sources[batch], limit=limit)


def packed_limit(limit_s: float, /) -> float:
    """Largest packed weight of a trip that takes at most `limit_s`.

    Args:
        limit_s: seconds, included.
    """
    # Any length is within it: only the time is limited. 1e-6, for 1.001 * 1000 is less than 1001.
    return float(np.floor(limit_s * 1000 + 1e-6) * PACK + (PACK - 1))


def unpacked(weight: Floats, /) -> tuple[Floats, Floats]:
    """Time in seconds and distance in metres of packed weights; infinite stays infinite.

    Args:
        weight: packed weights, of any shape.
    """
    ms = np.floor(weight / PACK)
    reached = np.isfinite(weight)
    dm = np.where(reached, weight - np.where(reached, ms, 0) * PACK, np.inf)
    return ms / 1000, dm / 10


def trips(graph: RoadGraph, /, *, sources: Ints, targets: Ints, limit_s: float) -> Trips:
    """Find the fastest trip from every source node to every target node within `limit_s`.

    Ordered by source, then target. For trips *to* the sources give the `turned` graph.

    Args:
        graph: any graph, points in it included.
        sources: numbers of the nodes where trips begin.
        targets: numbers of the nodes where they end.
        limit_s: longest trip, s.
    """
    if not len(sources):
        return joined([])
    links, limit = matrix(graph), packed_limit(limit_s)
    # One search from all sources at once finds what any of them reaches: a trip leads nowhere else.
    near = np.flatnonzero(
        np.isfinite(dijkstra(links, indices=np.unique(sources), min_only=True, limit=limit))
    )
    number = np.full(graph.node_count, -1)
    number[near] = np.arange(len(near))
    links, start, end = links[near][:, near], number[sources], number[targets]
    target_near = np.flatnonzero(end >= 0)
    found = []
    for first in range(0, len(sources), BATCH):
        weight = dijkstra(links, indices=start[first : first + BATCH], limit=limit)
        weight = weight[:, end[target_near]]
        source, target = np.nonzero(np.isfinite(weight))
        found.append((source + first, target_near[target], *unpacked(weight[source, target])))
    return joined(found)


def joined(found: list[tuple[Ints, Ints, Floats, Floats]], /) -> Trips:
    """Trips found a batch at a time: sources, targets, times and distances.

    Args:
        found: of each batch the four columns of `Trips`.
    """
    if not found:
        return Trips(*(np.empty(0, kind) for kind in ("int64", "int64", "float64", "float64")))
    return Trips(*(np.concatenate(column) for column in zip(*found, strict=True)))


def parts(graph: RoadGraph, /) -> Parts:
    """Say of each stretch whether it is on the main network.

    The main network is the largest strongly connected part: all of it can be reached and left. A
    trap hangs on to it but can only be entered or only be left; an island does not.

    Args:
        graph: any graph.
    """
    tail, head, _ = arcs(graph)
    links = csr_array((np.ones(len(tail)), (tail, head)), shape=(graph.node_count,) * 2)
    strong = connected_components(links, directed=True, connection="strong")[1]
    weak = connected_components(links, directed=False)[1]
    main = strong == np.bincount(strong).argmax()
    piece = weak[graph.tail]
    both = main[graph.tail] & main[graph.head]
    joined = piece == weak[main.argmax()]
    kind = np.where(both, MAIN, np.where(joined, TRAP, ISLAND))
    return Parts(kind.astype("int64"), piece.astype("int64"))


def arcs(graph: RoadGraph) -> tuple[Ints, Ints, Floats]:
    """From-node, to-node and packed weight of every direction that may be driven.

    Args:
        graph: any graph.
    """
    forward, backward = graph.forward_ms != CLOSED, graph.backward_ms != CLOSED
    return (
        np.r_[graph.tail[forward], graph.head[backward]],
        np.r_[graph.forward_to[forward], graph.backward_to[backward]],
        np.r_[graph.forward_ms[forward], graph.backward_ms[backward]] * PACK
        + np.r_[graph.length_dm[forward], graph.length_dm[backward]],
    )


def matrix(graph: RoadGraph) -> csr_array:
    """Packed weight from node to node, of parallel arcs the best; in 32 bits, as searches take it.

    Args:
        graph: any graph.
    """
    tail, head, weight = arcs(graph)
    pair = tail * graph.node_count + head
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    best = np.minimum.reduceat(weight[order], first) if len(first) else weight
    tail, head = np.divmod(pair[first], max(graph.node_count, 1))
    begin = np.searchsorted(tail, np.arange(graph.node_count + 1)).astype("int32")
    shape = (graph.node_count, graph.node_count)
    return csr_array((best, head.astype("int32"), begin), shape=shape)
