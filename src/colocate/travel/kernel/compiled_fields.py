"""The loops of `fields` that numba compiles, where extra `fast` is installed.

Twins in whole-array numpy stand in `array_fields`, with the same numbers to the last bit. All
stand in one module and call nothing outside it: numba's store of compiled code does not notice a
change of a function that is called from another file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from colocate.travel.kernel.fields import Ways
    from colocate.travel.kernel.roadgraph import Floats

    Ints = NDArray[np.signedinteger[Any]]

CLOSED = -1
UNREACHED = 2**30
NEVER = 1e12
NODE = 2**32 - 1
"""Bits of an entry that are its node; its time stands before them."""
ROUND = 2**12
"""Milliseconds that a round of a search takes in."""


@njit(cache=True, nogil=True)
def along(
    xy: Floats, walked: Floats, *, step: Floats, first: Ints, edge: Ints, share: Floats
) -> Floats:
    """Find points at shares of the lengths of lines; see `array_fields.along`.

    Args:
        xy: vertices of the lines, one line after the other.
        walked: length of all lines up to each vertex.
        step: length from each vertex to the next of its line; 0 at a line's end.
        first: where the vertices of each line begin, and the end.
        edge: line of each point.
        share: of its length that lies behind the point.
    """
    found = np.empty((len(edge), 2))
    at = 0
    for point in range(len(edge)):
        begin, last = first[edge[point]], first[edge[point] + 1] - 1
        until = walked[begin] + share[point] * (walked[last] - walked[begin])
        if at < begin or at > last or walked[at] > until:
            at = begin
        while at < last - 1 and walked[at + 1] <= until:
            at += 1
        part = 0.0
        if step[at] > 0:
            part = min(max((until - walked[at]) / step[at], 0.0), 1.0)
        for axis in range(2):
            found[point, axis] = xy[at, axis] + part * (xy[at + 1, axis] - xy[at, axis])
    return found


def reached(links: csr_array, sources: Ints, *, limit: int) -> Ints:
    """Search from all sources at once; see `array_fields.reached`.

    Args:
        links: packed weight from node to node.
        sources: nodes to search from.
        limit: longest time, ms.
    """
    at = np.full(len(links.indptr) - 1, UNREACHED, np.int32)
    _spread(links.indptr, links.indices, links.data, sources, limit, at)
    return at


def searches(links: csr_array, sources: Ints, *, limit: int) -> Iterator[tuple[Ints, Ints]]:
    """Search from each source for itself; see `array_fields.searches`.

    Args:
        links: packed weight from node to node.
        sources: nodes to search from.
        limit: longest time, ms.

    Yields:
        As there, nodes in another order.
    """
    at = np.full(len(links.indptr) - 1, UNREACHED, np.int32)
    for source in np.array(sources).reshape(-1, 1):
        nodes = _spread(links.indptr, links.indices, links.data, source, limit, at)
        yield nodes, at[nodes]
        at[nodes] = UNREACHED


@njit(cache=True, nogil=True)
def _spread(  # noqa: PLR0917 - numba passes no names between its own functions
    first: Ints, to: Ints, weight: Floats, sources: Ints, limit: int, at: Ints
) -> Ints:
    """Search in rounds of `ROUND` ms each, what is reached in one in any order.

    A node that is reached sooner is gone on from once more; what it was put in with before is
    passed over. Times go to `at`, which has `UNREACHED` everywhere. Returned are the nodes.
    """
    room = 1024 + len(sources)
    found, count = np.empty(room, np.int32), 0
    # Of each round a chain of entries, the last put in first: time and node in one number.
    entry, before = np.empty(room, np.int64), np.empty(room, np.int32)
    last, size = np.full(limit // ROUND + 1, -1, np.int32), 0
    for node in sources:
        if at[node] == UNREACHED:
            at[node] = 0
            found[size], entry[size], before[size] = node, node, last[0]
            last[0] = size
            size += 1
    count = size
    for now in range(len(last)):
        while last[now] >= 0:
            time, node = entry[last[now]] >> 32, entry[last[now]] & NODE
            last[now] = before[last[now]]
            if time > at[node]:
                continue
            while size + first[node + 1] - first[node] > len(entry):
                found, entry, before = _wider(found), _wider(entry), _wider(before)
            for link in range(first[node], first[node + 1]):
                other, then = to[link], time + np.int64(weight[link] * 2.0**-24)
                if then >= at[other] or then > limit:
                    continue
                if at[other] == UNREACHED:
                    found[count] = other
                    count += 1
                at[other] = then
                entry[size], before[size] = then << 32 | other, last[then // ROUND]
                last[then // ROUND] = size
                size += 1
    return found[:count].copy()


@njit(cache=True, nogil=True)
def _wider(held: Ints) -> Ints:
    more = np.empty(2 * len(held), held.dtype)
    more[: len(held)] = held
    return more


def sampled(ways: Ways, at: Ints, *, limit: int) -> tuple[Ints, Ints]:
    """Time at the points along roads; see `array_fields.sampled`.

    Args:
        ways: the roads.
        at: time at every node, ms.
        limit: longest time, ms.
    """
    return _sampled(
        ways.tail, ways.head, ways.forward_ms, ways.backward_ms, ways.first, ways.share, at, limit
    )


@njit(cache=True, nogil=True)
def _sampled(  # noqa: PLR0917 - as above
    tail: Ints, head: Ints, forward: Ints, backward: Ints, first: Ints, share: Floats,
    at: Ints, limit: int,
) -> tuple[Ints, Ints]:  # fmt: skip
    # Most stretches are too far away: of the others, which are few, the room is known.
    near, size, room = np.empty(len(tail), np.int32), 0, 0
    for each in range(len(tail)):
        if at[tail[each]] < UNREACHED or at[head[each]] < UNREACHED:
            near[size] = each
            size += 1
            room += first[each + 1] - first[each]
    near = near[:size]
    point, ms = np.empty(room, np.int64), np.empty(room, np.int64)
    size = 0
    for stretch in near:
        behind, before = at[tail[stretch]], at[head[stretch]]
        ahead = behind < UNREACHED and forward[stretch] != CLOSED
        back = before < UNREACHED and backward[stretch] != CLOSED
        if not (ahead or back):
            continue
        for sample in range(first[stretch], first[stretch + 1]):
            time = limit + 1
            if ahead:
                time = min(time, behind + np.int64(np.rint(share[sample] * forward[stretch])))
            if back:
                rest = 1.0 - share[sample]
                time = min(time, before + np.int64(np.rint(rest * backward[stretch])))
            if time <= limit:
                point[size], ms[size] = sample, time
                size += 1
    return point[:size], ms[:size]


@njit(cache=True, nogil=True)
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
    """Average times at the points of a grid, and walk on; see `array_fields.gridded`.

    Args:
        ms: times at points, ms.
        x: their eastings, in `parts` of a cell.
        y: their northings.
        origins: row and column of the cells where time begins, shape (origins, 2).
        parts: steps along the side of a cell.
        walk: how many cells one walks off the road.
        step: walk along the side of a cell, ms.
        across: walk across a cell, ms.
    """
    corner, rows, columns = _extent(x, y, origins, parts, walk + 1)
    # Of millions of points: one array of each is held, and times overwrite what they are made of.
    # Weights fit 32 bits up to 200,000 points about one corner.
    total, weight = np.zeros((rows, columns), np.int64), np.zeros((rows, columns), np.int32)
    for at in range(len(ms)):
        row, column = y[at] // parts, x[at] // parts
        north, east = y[at] - row * parts, x[at] - column * parts
        row, column = row - corner[0], column - corner[1]
        for i in range(2):
            for j in range(2):
                share = (east if j else parts - east) * (north if i else parts - north)
                total[row + i, column + j] += share * ms[at]
                weight[row + i, column + j] += share
    z = total.view(np.float64)
    for row in range(rows):
        for column in range(columns):
            of = weight[row, column]
            z[row, column] = total[row, column] / of if of > 0 else NEVER
    for row, column in origins - corner:
        z[row : row + 2, column : column + 2] = 0.0
    for _ in range(walk):
        _walked(z, weight, step, across)
    return z, corner


@njit(cache=True, nogil=True)
def _extent(x: Ints, y: Ints, origins: Ints, parts: int, margin: int) -> tuple[Ints, int, int]:  # noqa: PLR0917 - as above
    """Row and column of the first grid point, and how many there are, with a margin around all."""
    low, high = origins[0].copy(), origins[0].copy()
    for row, column in origins:
        low[0], low[1] = min(low[0], row), min(low[1], column)
        high[0], high[1] = max(high[0], row), max(high[1], column)
    if len(x) > 0:
        low[0], low[1] = min(low[0], y.min() // parts), min(low[1], x.min() // parts)
        high[0], high[1] = max(high[0], y.max() // parts), max(high[1], x.max() // parts)
    rows, columns = high - low + 2 * margin + 2
    return low - margin, rows, columns


@njit(cache=True, nogil=True)
def _walked(z: Floats, weight: Ints, step: float, across: float) -> None:  # noqa: PLR0917 - as above
    """Walk on by one cell where there is no road, but for the border, to which nobody gets."""
    south, own = z[0].copy(), np.empty_like(z[0])  # rows as they were
    for row in range(1, z.shape[0] - 1):
        own[:] = z[row]
        north = z[row + 1]
        for column in range(1, z.shape[1] - 1):
            if weight[row, column] > 0:
                continue
            west, east = column - 1, column + 1
            along = min(north[column], south[column], own[west], own[east])
            aslant = min(north[west], north[east], south[west], south[east])
            z[row, column] = min(own[column], along + step, aslant + across)
        south, own = own, south
