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

DUAL_CLASSES = frozenset({"motorway", "trunk", "primary", "secondary"})
DUAL_GAP_M = 50.0
"""Largest gap between the two carriageways of a dual carriageway."""
OPPOSITE = np.cos(np.radians(45))
"""Headings less than 45 degrees from opposite count as opposite."""
DUAL_RUN_M = 500.0
"""Shortest stretch of paired carriageway that counts as dual: longer than a splitter island."""


def cuts(*, way: Ints, ref: Ints) -> tuple[Ints, Ints]:
    """First and last vertex of each edge: ways cut at their ends and at every shared vertex."""
    _, inverse, uses = np.unique(ref, return_inverse=True, return_counts=True)
    starts = np.r_[True, np.diff(way) > 0]
    ends = np.r_[starts[1:], True]
    cut = np.flatnonzero((uses[inverse] > 1) | starts | ends)
    first, last = cut[:-1], cut[1:]
    same = (way[first] == way[last]) & (
        (ref[first] != ref[last]) | (last - first > 1)  # a vertex given twice is no edge
    )
    return first[same], last[same]


def lines(xy: Floats, /, *, first: Ints, last: Ints) -> NDArray[np.object_]:
    """One line per edge through its vertices, without those that rounding put on the one before."""
    size = last - first + 1
    edge = np.repeat(np.arange(len(first)), size)
    position = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    point = xy[np.repeat(first, size) + position]
    moved = np.r_[True, (np.diff(point, axis=0) != 0).any(axis=1)]
    keep = moved | (position == 0) | (position == size[edge] - 1)
    through: NDArray[np.object_] = shapely.linestrings(point[keep], indices=edge[keep])
    return through


def nodes(ends: Ints, /, *, points: Floats) -> tuple[pd.DataFrame, Ints]:
    """Number the end vertices along a Z-curve: near nodes get near numbers, and ties go by id."""
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
