"""The loops of `fields` in whole-array numpy, for where numba is not installed.

The numbers are those of `compiled_fields` to the last bit: sums are of whole numbers, which come
out the same in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import dijkstra

from colocate.travel.kernel import roadgraph
from colocate.travel.kernel.roadgraph import CLOSED, PACK
from colocate.travel.kernel.sequences import runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array

    from colocate.travel.kernel.fields import Ways
    from colocate.travel.kernel.roadgraph import Floats, Ints

UNREACHED = 2**30
"""Time at a node that is not reached, ms."""
NEVER = 1e12
"""Time at a grid point that is not reached, ms; finite, because 0 * infinity is no number."""


def along(
    xy: Floats, walked: Floats, *, step: Floats, first: Ints, edge: Ints, share: Floats
) -> Floats:
    """Find points at shares of the lengths of lines.

    Args:
        xy: vertices of the lines, one line after the other.
        walked: length of all lines up to each vertex.
        step: length from each vertex to the next of its line; 0 at a line's end.
        first: where the vertices of each line begin, and the end.
        edge: line of each point.
        share: of its length that lies behind the point.
    """
    last = first[1:] - 1
    begin = walked[first[:-1]][edge]
    until = begin + share * (walked[last][edge] - begin)
    behind = np.searchsorted(walked, until, side="right") - 1
    behind = np.clip(behind, first[edge], np.maximum(last[edge] - 1, first[edge]))
    long = step[behind] > 0
    part = np.divide(until - walked[behind], step[behind], out=np.zeros(len(edge)), where=long)
    found: Floats = xy[behind] + part.clip(0, 1)[:, np.newaxis] * (xy[behind + 1] - xy[behind])
    return found


def reached(links: csr_array, sources: Ints, *, limit: int) -> Ints:
    """Search from all sources at once.

    Args:
        links: packed weight from node to node.
        sources: nodes to search from.
        limit: longest time, included, ms.

    Returns:
        Time from the nearest source to every node, ms; `UNREACHED` beyond the limit.
    """
    longest = roadgraph.packed_limit(limit / 1000)
    weight = dijkstra(links, indices=np.unique(sources), limit=longest, min_only=True)
    found = np.full(len(weight), UNREACHED, "int32")
    nodes = np.flatnonzero(np.isfinite(weight))
    found[nodes] = weight[nodes] // PACK
    return found


def searches(links: csr_array, sources: Ints, *, limit: int) -> Iterator[tuple[Ints, Ints]]:
    """Search from each source for itself.

    Args:
        links: packed weight from node to node.
        sources: nodes to search from.
        limit: longest time, included, ms.

    Yields:
        For each source the nodes reached, and their times, ms.
    """
    for source in sources:
        at = reached(links, np.array([source]), limit=limit)
        nodes = np.flatnonzero(at < UNREACHED).astype("int32")
        yield nodes, at[nodes]


def sampled(ways: Ways, at: Ints, *, limit: int) -> tuple[Ints, Ints]:
    """Find the time at the points along roads, coming from either end.

    Args:
        ways: the roads.
        at: time at every node, ms.
        limit: longest time, included, ms.

    Returns:
        Numbers of the points within the limit, and the time at each, ms.
    """
    known = at < UNREACHED
    stretch = np.flatnonzero(known.take(ways.tail) | known.take(ways.head))
    first = ways.first[stretch]
    count = ways.first[stretch + 1] - first
    point, stretch = runs(first, count), np.repeat(stretch, count)
    share, time = ways.share[point], np.full(len(point), limit + 1)
    for end, ms, part in (
        (ways.tail, ways.forward_ms, share), (ways.head, ways.backward_ms, 1.0 - share)
    ):  # fmt: skip
        open_ = known[end[stretch]] & (ms[stretch] != CLOSED)
        found = at[end[stretch]] + np.rint(part * ms[stretch]).astype("int64")
        time = np.where(open_, np.minimum(time, found), time)
    within = time <= limit
    return point[within], time[within]


def gridded(
    ms: Ints,
    *,
    x: Ints,
    y: Ints,
    origins: Ints,
    parts: int,
    walk: int,
    step: float,
    across: float,
) -> tuple[Floats, Ints]:
    """Average times at the points of a grid, each shared by the four points around it.

    Grid points away from roads take the least time of a neighbour plus the walk from it. The four
    points around an origin are at zero, so that it lies inside whatever the limit.

    Args:
        ms: times at points, ms.
        x: their eastings, in `parts` of a cell.
        y: their northings.
        origins: row and column of the cells where time begins, shape (origins, 2).
        parts: steps along the side of a cell.
        walk: how many cells one walks off the road.
        step: walk along the side of a cell, ms.
        across: walk across a cell, ms.

    Returns:
        Times, ms, shape (rows, columns), `NEVER` where none is and along the border; row and
        column of the first of them.
    """
    row, column = (np.r_[own, at // parts] for own, at in zip(origins.T, (y, x), strict=True))
    corner = np.array([row.min(), column.min()]) - (walk + 1)
    rows, columns = np.array([row.max(), column.max()]) - corner + walk + 3
    row, column = row[len(origins) :], column[len(origins) :]
    north, east = (y - row * parts).astype("float64"), (x - column * parts).astype("float64")
    first = (row - corner[0]) * columns + (column - corner[1])
    total, weight = np.zeros(rows * columns), np.zeros(rows * columns)
    for i in (0, 1):
        for j in (0, 1):
            share = (east if j else parts - east) * (north if i else parts - north)
            index = first + (i * columns + j)
            weight += np.bincount(index, weights=share, minlength=len(total))
            share *= ms
            total += np.bincount(index, weights=share, minlength=len(total))
    road = weight > 0
    z = np.divide(total, weight, out=np.full(len(total), NEVER), where=road)
    z, road = z.reshape(rows, columns), road.reshape(rows, columns)
    for top, left in origins - corner:
        z[top : top + 2, left : left + 2] = 0.0
    for _ in range(walk):
        near = _neighbours(z, step=step, across=across)
        np.copyto(z, np.minimum(z, near, out=near), where=~road)
    return z, corner


def _neighbours(z: Floats, *, step: float, across: float) -> Floats:
    """Least time of the eight neighbours plus the walk from them."""
    wide = np.pad(z, 1, constant_values=NEVER)
    beside = np.minimum(wide[:, :-2], wide[:, 2:])
    over = np.minimum(wide[:-2, 1:-1], wide[2:, 1:-1])
    along = np.minimum(beside[1:-1], over)
    aslant = np.minimum(beside[:-2], beside[2:])
    along += step
    aslant += across
    least: Floats = np.minimum(along, aslant, out=along)
    return least
