"""Order kernel, on arrays only: which nodes of a network a contraction hierarchy takes first.

Nodes with few neighbours go first. What remains is cut in two along as few roads as can be, the
halves are cut again, and so on; the nodes on a cut go after those on either side of it (nested
dissection: A. George, 1973). A cut is a minimum cut between the outer thirds of a cell in one of
four directions (inertial flow: A. Schild and C. Sommer, 2015). All cells of one depth are cut by a
single search for a maximum flow.

The order depends on which roads meet and where, not on weights, and any order gives right answers:
it can be kept and used for every speed, closure and set of points.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import (
    breadth_first_order,
    maximum_bipartite_matching,
    maximum_flow,
)

from colocate.travel.kernel import roadgraph
from colocate.travel.kernel.sequences import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.travel.kernel.roadgraph import Floats, Ints, RoadGraph

    Bools = NDArray[np.bool_]

FEW = 3
"""Taking out a node of at most three neighbours adds no more links than it removes."""
SLOW = 1000
"""Stop taking out such nodes when a round finds less than one in a thousand."""
OUTER = 0.3
"""Share of a cell's nodes that surely lie on either side of its cut."""
DIRECTIONS = ((1, 0), (0, 1), (1, 1), (1, -1))


class Links(NamedTuple):
    """Pairs of joined nodes, each once."""

    a: Ints
    b: Ints


class Cuts(NamedTuple):
    """The cuts of a network, which may be kept."""

    depth: Ints
    """Of the cut on which each node of the core lies."""
    of: str
    """Hash of the core: which nodes are joined, and where they lie."""


class _Core(NamedTuple):
    """What remains once nodes of few neighbours are taken out."""

    turn: Ints
    """Of each node of the network: the round in which it goes, -1 if it stays."""
    links: Links
    """Between those that stay, numbered anew."""
    at: Floats

    @property
    def of(self) -> str:
        """Hash of it; equal cores have equal cuts."""
        arrays = (*self.links, self.at.astype("float64"))
        return hashlib.sha256(b"|".join(array.tobytes() for array in arrays)).hexdigest()


def node_order(graph: RoadGraph, /, *, at: Floats, cuts: Cuts | None = None) -> Ints:
    """Rank the nodes of a network from the first to be contracted to the last.

    Args:
        graph: the network, without points in it.
        at: where its nodes lie, shape (nodes, 2); copies of a split junction at the same spot.
        cuts: as the function of that name found them; of another network they are found anew.

    Returns:
        The rank of each node, 0 to n - 1.
    """
    core = _core(graph, at=at)
    kept = cuts is not None and cuts.of == core.of
    depth = cuts.depth if cuts is not None and kept else _dissected(core.links, at=core.at)
    # Deeper cuts first: whatever is left goes before the cut that parted it from the rest, so that
    # a climb meets one cut after the other and never more than those above it.
    turn = core.turn
    turn[turn < 0] = turn.max(initial=0) + 1 + depth.max(initial=0) - depth
    rank = np.empty(graph.node_count, "int64")
    rank[np.argsort(turn, kind="stable")] = np.arange(graph.node_count)
    return rank


def cuts(graph: RoadGraph, /, *, at: Floats) -> Cuts:
    """Cut a network again and again: nine tenths of the work of ordering it.

    Args:
        graph: the network, without points in it.
        at: where its nodes lie, shape (nodes, 2).
    """
    core = _core(graph, at=at)
    return Cuts(_dissected(core.links, at=core.at), core.of)


def _core(graph: RoadGraph, *, at: Floats) -> _Core:
    start, end = roadgraph.arcs(graph)[:2]
    # One-way or not does not matter: a link of the hierarchy has both directions.
    links = _unique(start, end, node_count=graph.node_count)
    turn, links = _thinned(links, node_count=graph.node_count)
    number = np.cumsum(turn < 0) - 1
    return _Core(turn, Links(number[links.a], number[links.b]), at[turn < 0])


def _unique(a: Ints, b: Ints, *, node_count: int) -> Links:
    """Links between different nodes, each pair once."""
    key = distinct(np.minimum(a, b) * node_count + np.maximum(a, b))
    a, b = np.divmod(key, max(node_count, 1))
    return Links(a[a != b], b[a != b])


def _thinned(links: Links, *, node_count: int) -> tuple[Ints, Links]:
    """Take out nodes of few neighbours, in rounds; neighbours of one taken out become joined.

    Returns:
        The round in which each node goes, -1 if it stays, and the links between those that stay.
    """
    turn = np.full(node_count, -1)
    # Scrambled, so that of a chain of equals about a third go in each round, not one end.
    lot = np.empty(node_count, "int64")
    lot[np.argsort(np.arange(node_count) * 2_654_435_761 % 2**32, kind="stable")] = np.arange(
        node_count
    )
    never = np.iinfo("int64").max
    while True:
        degree = np.bincount(np.r_[links.a, links.b], minlength=node_count)
        call = np.where((turn < 0) & (degree <= FEW), degree * node_count + lot, never)
        least = np.full(node_count, never)
        np.minimum.at(least, links.a, call[links.b])
        np.minimum.at(least, links.b, call[links.a])
        # Only the least among its neighbours goes: two joined nodes taken at once could not be
        # joined over each other. Fewest neighbours first, for these add the fewest links.
        goes = call < least
        if goes.sum() * SLOW <= node_count:
            return turn, links
        turn[goes] = turn.max() + 1
        links = _without(links, goes)


def _without(links: Links, goes: Bools) -> Links:
    """Take out nodes no two of which are joined, and join the neighbours of each."""
    a, b = links
    from_a, from_b = goes[a], goes[b]
    gone, neighbour = np.r_[a[from_a], b[from_b]], np.r_[b[from_a], a[from_b]]
    order = np.argsort(gone, kind="stable")
    gone, neighbour = gone[order], neighbour[order]
    stays = ~(from_a | from_b)
    pairs = [(a[stays], b[stays])]
    # Sorted by the node that goes, its up to three neighbours lie next to each other: pairs are
    # one apart, or two.
    for apart in range(1, FEW):
        same = gone[apart:] == gone[:-apart]
        pairs.append((neighbour[:-apart][same], neighbour[apart:][same]))
    joined = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    return _unique(*joined, node_count=len(goes))


def _dissected(links: Links, *, at: Floats) -> Ints:
    """Depth of the cut that each node lies on: 0 for the first, of the whole network.

    Nodes at the same spot, the copies of a split junction, stay on one side of a cut; what is cut
    is the roads between spots, and of these the cut needs one end each.
    """
    depth = np.full(len(at), -1)
    node, cell = np.arange(len(at)), np.zeros(len(at), "int64")
    where, spot = np.unique(at, axis=0, return_inverse=True)
    while len(node):
        # Copies of a junction count as one spot: cut between spots, they stay together.
        first, of = np.unique(spot[node], return_index=True, return_inverse=True)[1:]
        cell_of = cell[first]
        between = _unique(of[links.a], of[links.b], node_count=len(first))
        beyond = _halves(between, cell=cell_of, at=where[spot[node[first]]])[of]
        # A cell of one node has nothing to cut: the node is taken out with this depth.
        on_cut = _cover(links, beyond=beyond) | (np.bincount(cell_of) == 1)[cell]
        depth[node[on_cut]] = depth.max() + 1
        a, b = links
        number = np.cumsum(~on_cut) - 1
        stays = ~(on_cut[a] | on_cut[b])
        links = Links(number[a[stays]], number[b[stays]])
        node = node[~on_cut]
        cell = np.unique((cell * 2 + beyond)[~on_cut], return_inverse=True)[1]
    return depth


def _halves(links: Links, *, cell: Ints, at: Floats) -> Bools:
    """Cut every cell in two and say which nodes lie beyond its cut.

    Of the cuts in each direction the one with the fewest links for the size of its smaller half.
    """
    size = np.bincount(cell)
    best, beyond = np.full(len(size), np.inf), np.zeros(len(cell), "bool")
    for direction in DIRECTIONS:
        order = np.lexsort((at @ direction, cell))
        place = np.empty(len(cell), "int64")
        place[order] = np.arange(len(cell)) - np.repeat(np.cumsum(size) - size, size)
        outer = np.maximum(OUTER * size, 1).astype("int64")[cell]
        side = _minimum_cut(
            links, first=place < outer, last=(place >= size[cell] - outer) & (place >= outer)
        )
        cut = cell[links.a[side[links.a] != side[links.b]]]
        half = np.bincount(cell, weights=side)
        smaller = np.maximum(np.minimum(half, size - half), 1) / size
        # Few links against an even split. Half a link more, so that cells in several pieces, which
        # nothing need be cut for, are still parted evenly.
        score = (np.bincount(cut, minlength=len(size)) + 0.5) / smaller
        beyond = np.where((score < best)[cell], side, beyond)
        best = np.minimum(score, best)
    return beyond


def _minimum_cut(links: Links, *, first: Bools, last: Bools) -> Bools:
    """Part `first` from `last` by the fewest links; true for what is not on the side of `first`."""
    count = len(first)
    # The outer thirds shrink to one source and one sink. Cells are not linked with each other, so
    # one search for a maximum flow cuts all of them.
    number = np.where(first, count, np.where(last, count + 1, np.arange(count)))
    a, b = np.r_[number[links.a], number[links.b]], np.r_[number[links.b], number[links.a]]
    shape = (count + 2, count + 2)
    capacity = csr_array(((a != b).astype("int32"), (a, b)), shape=shape)
    # What the source still reaches once the flow is taken off is its side of a minimum cut.
    left = capacity - maximum_flow(capacity, count, count + 1).flow
    left.eliminate_zeros()
    reached = np.zeros(count + 2, "bool")
    reached[breadth_first_order(left, count, return_predecessors=False)] = True
    return ~reached[number]


def _cover(links: Links, *, beyond: Bools) -> Bools:
    """Fewest nodes that every link across a cut ends at (by König's theorem)."""
    a, b = links
    across = beyond[a] != beyond[b]
    near = np.where(beyond[a], b, a)[across]
    far = np.where(beyond[a], a, b)[across]
    shape = (len(beyond), len(beyond))
    partner = maximum_bipartite_matching(
        csr_array((np.ones(len(near), "int8"), (near, far)), shape=shape), perm_type="column"
    )
    is_near = np.zeros(len(beyond), "bool")
    is_near[near] = True
    matched = np.flatnonzero(partner >= 0)
    # What can be reached from unmatched near nodes, over any link and back over matched ones.
    reached = is_near & (partner < 0)
    while True:
        before = reached.sum()
        reached[far[reached[near]]] = True
        reached[matched[reached[partner[matched]]]] = True
        if reached.sum() == before:
            break
    on_cut: Bools = (is_near & ~reached) | (~is_near & reached)
    return on_cut
