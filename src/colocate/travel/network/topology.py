"""From ways to a network: where ways are cut, how nodes are numbered, which roads are dual."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

RING_M = 400.0
"""Longest ring that is taken for a roundabout without being tagged as one."""
RING_ROUND = 0.8
"""How round it must be: 4 pi area / length squared, 1 for a circle."""

DUAL_CLASSES = frozenset({"motorway", "trunk", "primary", "secondary"})
DUAL_GAP_M = 50.0
"""Largest gap between the two carriageways of a dual carriageway."""
OPPOSITE = np.cos(np.radians(45))
"""Headings less than 45 degrees from opposite count as opposite."""
DUAL_RUN_M = 500.0
"""Shortest stretch of paired carriageway that counts as dual: longer than a splitter island."""


def cuts(*, way: Ints, ref: Ints, also: Ints) -> tuple[Ints, Ints]:
    """First and last vertex of each edge: ways cut at their ends and at every shared vertex.

    Args:
        way: number of the way each vertex is of, ascending.
        ref: id of each vertex's node, in the order it is drawn.
        also: ids of nodes to cut at though one way alone has them.
    """
    _, inverse, uses = np.unique(ref, return_inverse=True, return_counts=True)
    starts = np.r_[True, np.diff(way) > 0]
    ends = np.r_[starts[1:], True]
    cut = np.flatnonzero((uses[inverse] > 1) | starts | ends | np.isin(ref, also))
    first, last = cut[:-1], cut[1:]
    same = (way[first] == way[last]) & (
        (ref[first] != ref[last]) | (last - first > 1)  # a vertex given twice is no edge
    )
    return first[same], last[same]


def rings(xy: Floats, /, *, way: Ints, ref: Ints) -> Ints:
    """Say of each way whether it is a small ring: 1 drawn clockwise, -1 anticlockwise, 0 if not.

    Args:
        xy: easting and northing of each vertex, m.
        way: number of the way each vertex is of, 0, 1, 2, …
        ref: id of each vertex's node, in the order it is drawn.
    """
    first = np.flatnonzero(np.diff(way, prepend=-1))
    last = np.r_[first[1:], len(way)] - 1
    closed = (ref[first] == ref[last]) & (last - first > 3)
    inside = closed[way]
    ring = shapely.linearrings(xy[inside], indices=np.cumsum(closed)[way[inside]] - 1)
    length = shapely.length(ring)
    small = (length <= RING_M) & (
        4 * np.pi * shapely.area(shapely.polygons(ring)) >= RING_ROUND * length**2
    )
    found = np.zeros(len(first), "int64")
    found[closed] = np.where(small, np.where(shapely.is_ccw(ring), -1, 1), 0)
    return found


def lines(xy: Floats, /, *, first: Ints, last: Ints) -> NDArray[np.object_]:
    """One line per edge through its vertices, without those that rounding put on the one before.

    Args:
        xy: easting and northing of each vertex, m.
        first: number of the first vertex of each edge.
        last: number of its last vertex.
    """
    size = last - first + 1
    edge = np.repeat(np.arange(len(first)), size)
    position = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    point = xy[np.repeat(first, size) + position]
    moved = np.r_[True, (np.diff(point, axis=0) != 0).any(axis=1)]
    keep = moved | (position == 0) | (position == size[edge] - 1)
    through: NDArray[np.object_] = shapely.linestrings(point[keep], indices=edge[keep])
    return through


def parted(ends: Ints, /, *, at: Ints) -> Ints:
    """Give every edge that ends at one of `at` an end of its own there: they do not join.

    Args:
        ends: node id at both ends of each edge.
        at: ids of nodes at which edges do not join.
    """
    apart = np.isin(ends, at)
    own = min(ends.min(initial=0), 0) - 1 - np.arange(apart.sum())
    found = ends.copy()
    found[apart] = own
    return found


def nodes(ends: Ints, /, *, points: Floats) -> tuple[pd.DataFrame, Ints]:
    """Number the end vertices along a Z-curve: near nodes get near numbers, and ties go by id.

    Args:
        ends: node id at both ends of each edge, shape (edges, 2).
        points: easting and northing at those ends, m.
    """
    refs, position, number = np.unique(ends, return_index=True, return_inverse=True)
    xy = points.reshape(-1, 2)[position]
    order = np.lexsort((refs, _z_curve(xy - xy.min(axis=0, initial=np.inf))))
    rank = np.empty(len(refs), "int64")
    rank[order] = np.arange(len(refs))
    table = pd.DataFrame(
        {"node_id": np.arange(len(refs)), "easting": xy[order, 0], "northing": xy[order, 1]}
    )
    return table, rank[number.reshape(ends.shape)]


def _z_curve(xy: Floats) -> Ints:
    """Interleave the bits of two non-negative coordinates below 2^24 (Morton order)."""
    code = np.zeros(len(xy), "int64")
    for axis in (0, 1):
        value = xy[:, axis].astype("int64")
        for bit in range(24):
            code |= ((value >> bit) & 1) << (2 * bit + axis)
    return code


def paired(edges: pd.DataFrame, /) -> NDArray[np.bool_]:
    """Find the carriageways of dual roads: one-way, with an opposite one of the same road near by.

    Both carriageways must run side by side for `DUAL_RUN_M`, so that the splitter islands at
    roundabouts do not count.

    Args:
        edges: columns of table `road_edges`, geometry included.
    """
    found = np.zeros(len(edges), "bool")
    single = edges["highway"].isin(DUAL_CLASSES) & (edges["forward"] != edges["backward"])
    single &= edges["junction"].isna()
    at = np.flatnonzero(single)
    if len(at) == 0:
        return found
    some = edges.iloc[at]
    line = some["geometry"].to_numpy()
    ends = [shapely.get_coordinates(shapely.get_point(line, end)) for end in (0, -1)]
    heading = np.where(some["forward"], 1, -1) * ((ends[1] - ends[0]) @ [1, 1j])
    middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
    one, other = shapely.STRtree(line).query(middle, predicate="dwithin", distance=DUAL_GAP_M)
    turn = heading[one] * heading[other].conj()  # its angle is that between the two headings
    opposite = turn.real < -OPPOSITE * abs(turn)
    road = some["ref"].fillna(some["highway"]).to_numpy()
    match = np.unique(one[opposite & (road[one] == road[other])])
    run = _runs(some.iloc[match])
    found[at[match[run >= DUAL_RUN_M]]] = True
    return found


def _runs(edges: pd.DataFrame) -> Floats:
    """Length of the connected stretch each edge belongs to, m."""
    ends, inverse = np.unique(edges[["from_node", "to_node"]].to_numpy(), return_inverse=True)
    pairs = inverse.reshape(-1, 2)
    links = csr_array((np.ones(len(pairs)), pairs.T), shape=(len(ends), len(ends)))
    part = connected_components(links, directed=False)[1][pairs[:, 0]]
    return np.bincount(part, weights=edges["length_m"])[part] if len(part) else np.empty(0)
