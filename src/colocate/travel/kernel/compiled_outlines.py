"""The loops of `outlines` that numba compiles, where extra `fast` is installed.

Twins in whole-array numpy stand in `array_outlines`, with the same numbers to the last bit. All
stand in one module and call nothing outside it: numba's store of compiled code does not notice a
change of a function that is called from another file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.travel.kernel.roadgraph import Floats

    Ints = NDArray[np.signedinteger[Any]]

STAYS = 2**62
"""Key of a vertex that is not to go."""
SCRAMBLE, MASK = 0x5851F42D4C95, 2**48 - 1
UP = np.array([1, 0, -1, 0])
ALONG = np.array([0, -1, 0, 1])
"""Rows and columns that one step north, west, south and east goes."""


@njit(cache=True, nogil=True)
def traced(z: Floats, levels: Floats, *, parts: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Trace the outlines of a field at several levels; see `array_outlines.traced`.

    Args:
        z: the field, shape (rows, columns).
        levels: what is inside is at most this.
        parts: steps of a vertex along the side of a cell.

    Returns:
        Eastings and northings of all vertices, in steps; where each ring begins, and the end;
        level of each ring; ring round a hole, -1 of an outer ring.
    """
    within, extent, size, most = _ranked(z, levels)
    x, y = np.empty(size, np.int64), np.empty(size, np.int64)
    first, level_of = np.zeros(most + 1, np.int64), np.empty(most, np.int64)
    around = np.empty(most, np.int64)
    passing = np.empty(z.shape, np.int32)
    rings = 0
    for number in range(len(levels)):
        south, north, west, east = extent[number]
        passing[south : north + 1, west - 1 : east + 1] = -1
        for row in range(south, north + 1):
            before = -1
            for column in range(west - 1, east + 1):
                inside = within[row, column] <= number
                if inside == (within[row, column + 1] <= number):
                    continue
                if inside and passing[row, column] < 0:
                    begin = first[rings]
                    end = _ring(z, levels[number], parts, row, column, passing, rings, x, y, begin)
                    level_of[rings] = number
                    around[rings] = -1
                    if _twice_area(x, y, begin, end) < 0:
                        # The line crossed last bounds the same ground, from outside or as a hole.
                        giver = passing[row, before]
                        around[rings] = giver if around[giver] < 0 else around[giver]
                    rings += 1
                    first[rings] = end
                before = column
    return x, y, first[: rings + 1].copy(), level_of[:rings].copy(), around[:rings].copy()


@njit(cache=True, nogil=True)
def _ranked(z: Floats, levels: Floats) -> tuple[Ints, Ints, int, int]:
    """Find the first level that each grid point is within, and what each level extends over.

    Returned are also how many sides of cells outlines cross, and by how many a ring may begin.
    """
    count = len(levels)
    within = np.empty(z.shape, np.int16)
    extent = np.empty((count, 4), np.int64)
    extent[:, 0], extent[:, 1], extent[:, 2], extent[:, 3] = z.shape[0], -1, z.shape[1], -1
    size, most = 0, 0
    for row in range(z.shape[0]):
        for column in range(z.shape[1]):
            rank = count
            while rank > 0 and z[row, column] <= levels[rank - 1]:
                rank -= 1
            within[row, column] = rank
            if rank < count:
                extent[rank, 0], extent[rank, 1] = min(extent[rank, 0], row), row
                extent[rank, 2] = min(extent[rank, 2], column)
                extent[rank, 3] = max(extent[rank, 3], column)
            if column > 0:
                size += abs(rank - within[row, column - 1])
                most += max(rank - within[row, column - 1], 0)
            if row > 0:
                size += abs(rank - within[row - 1, column])
    for level in range(1, count):
        for side in (0, 2):
            extent[level, side] = min(extent[level, side], extent[level - 1, side])
            extent[level, side + 1] = max(extent[level, side + 1], extent[level - 1, side + 1])
    return within, extent, size, most


@njit(cache=True, nogil=True)
def _ring(  # noqa: PLR0913, PLR0917 - numba passes no names between its own functions
    z: Floats, level: float, parts: int, row: int, column: int, passing: Ints, ring: int,
    x: Ints, y: Ints, at: int,
) -> int:  # fmt: skip
    """Follow one outline from the side where it first goes north; return where the next begins."""
    i, j, heading = row, column, 0
    while True:
        up, along = UP[heading], ALONG[heading]
        right_up, right_along = UP[(heading + 3) % 4], ALONG[(heading + 3) % 4]
        inner, outer = z[i, j], z[i + right_up, j + right_along]
        step = min(max(int(np.rint((level - inner) / (outer - inner) * parts)), 1), parts - 1)
        x[at], y[at] = j * parts + right_along * step, i * parts + right_up * step
        at += 1
        if heading == 0:
            passing[i, j] = ring
        elif heading == 2:
            passing[i, j - 1] = ring
        ahead, across = z[i + up, j + along], z[i + up + right_up, j + along + right_along]
        joined = (inner + outer + ahead + across) * 0.25 <= level
        if across <= level and (ahead <= level or joined):
            i, j, heading = i + up + right_up, j + along + right_along, (heading + 3) % 4
        elif ahead <= level:
            i, j = i + up, j + along
        else:
            heading = (heading + 1) % 4
        if heading == 0 and i == row and j == column:
            return at


@njit(cache=True, nogil=True)
def _twice_area(x: Ints, y: Ints, first: int, end: int) -> int:  # noqa: PLR0917 - as above
    """Twice the area of a ring, positive where it goes counter-clockwise."""
    area, last = 0, end - 1
    for at in range(first, end):
        area += x[last] * y[at] - x[at] * y[last]
        last = at
    return area


@njit(cache=True, nogil=True)
def thinned(
    x: Ints, y: Ints, *, first: Ints, fixed: Ints, parts: int, most: int
) -> NDArray[np.bool_]:
    """Say which vertices of rings stay; see `array_outlines.thinned`.

    Args:
        x: eastings of the vertices of all rings, in steps.
        y: northings.
        first: where each ring begins, and the end.
        fixed: points that no ring may be moved across, shape (points, 2).
        parts: steps of the side of a cell.
        most: twice the area by which a ring may be changed at one vertex.
    """
    number, east, north, count = _distinct(x, y, fixed)
    before, after, bound = _neighbours(number, first, count)
    key = np.empty(count, np.int64)
    for v in range(count):
        key[v] = _key(v, before, after, bound, east, north, most)
    corner, member, columns = _cells(east, north, parts)
    gone = np.zeros(len(east), np.bool_)
    active = np.flatnonzero(key < STAYS)
    listed = key < STAYS
    touched = np.empty(2 * len(active), np.int64)
    while len(active) > 0:
        picked = _picked(active, before, after, key, east, north)
        for place in range(len(picked)):
            v = picked[place]
            if _held(v, before[v], after[v], east, north, gone, corner, member, columns, parts):
                key[v], picked[place] = STAYS, -1
        size = 0
        for v in picked[picked >= 0]:
            _bridged(v, before, after)
            gone[v], key[v] = True, STAYS
            touched[size], touched[size + 1] = before[v], after[v]
            size += 2
        for v in touched[:size]:
            key[v] = _key(v, before, after, bound, east, north, most)
        active = _left(active, touched[:size], key, listed)
    stays = np.empty(len(x), np.bool_)
    for at in range(len(x)):
        stays[at] = not gone[number[at]]
    return stays


@njit(cache=True, nogil=True)
def _picked(  # noqa: PLR0917 - as above
    active: Ints, before: Ints, after: Ints, key: Ints, east: Ints, north: Ints
) -> Ints:
    """Vertices that go before both their neighbours."""
    picked = np.empty(len(active), np.int64)
    size = 0
    for v in active:
        if _first(v, before[v], key, east, north) and _first(v, after[v], key, east, north):
            picked[size] = v
            size += 1
    return picked[:size]


@njit(cache=True, nogil=True)
def _distinct(x: Ints, y: Ints, fixed: Ints) -> tuple[Ints, Ints, Ints, int]:  # noqa: PLR0917 - ditto
    """Number the places of vertices, and put the fixed points behind them."""
    room = 16
    while room < 2 * len(x):
        room *= 2
    slot = np.full(room, -1, np.int32)
    number = np.empty(len(x), np.int64)
    east = np.empty(len(x) + len(fixed), np.int64)
    north = np.empty(len(x) + len(fixed), np.int64)
    count = 0
    for at in range(len(x)):
        place = (x[at] * 73856093 ^ y[at] * 19349663) & (room - 1)
        while slot[place] >= 0 and (east[slot[place]] != x[at] or north[slot[place]] != y[at]):
            place = (place + 1) & (room - 1)
        if slot[place] < 0:
            slot[place] = count
            east[count], north[count] = x[at], y[at]
            count += 1
        number[at] = slot[place]
    for at in range(len(fixed)):
        east[count + at], north[count + at] = fixed[at]
    return number, east[: count + len(fixed)], north[: count + len(fixed)], count


@njit(cache=True, nogil=True)
def _neighbours(  # noqa: PLR0917 - as above
    number: Ints, first: Ints, count: int
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Find the two neighbours of each place, and the places where outlines part."""
    before, after = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    bound = np.zeros(count, np.bool_)
    for ring in range(len(first) - 1):
        begin, end = first[ring], first[ring + 1]
        last = number[end - 1]
        for at in range(begin, end):
            v, later = number[at], number[at + 1 if at + 1 < end else begin]
            if before[v] < 0:
                before[v], after[v] = last, later
            elif before[v] != last or after[v] != later:
                bound[v] |= before[v] != later or after[v] != last
            last = v
    return before, after, bound


@njit(cache=True, nogil=True, inline="always")
def _key(  # noqa: PLR0917 - as above
    v: int, before: Ints, after: Ints, bound: NDArray[np.bool_], east: Ints, north: Ints, most: int
) -> int:
    """Twice the area that goes with a vertex; `STAYS` where it may not go."""
    a, b = before[v], after[v]
    if bound[v] or a == b:
        return STAYS
    area = abs(
        (east[a] - east[v]) * (north[b] - north[v]) - (east[b] - east[v]) * (north[a] - north[v])
    )
    return area if area <= most else STAYS


@njit(cache=True, nogil=True, inline="always")
def _first(v: int, other: int, key: Ints, east: Ints, north: Ints) -> bool:  # noqa: PLR0917 - ditto
    """Whether a vertex goes before its neighbour: the less area, then the scrambled place."""
    if key[v] != key[other] or key[v] == STAYS:
        return bool(key[v] < key[other])
    return _scrambled(east[v], north[v]) < _scrambled(east[other], north[other])


@njit(cache=True, nogil=True, inline="always")
def _scrambled(x: int, y: int) -> int:
    """A number without order along a line, and of its own for each place."""
    once = ((y << 24) + x) * SCRAMBLE & MASK
    return (once ^ (once >> 24)) * SCRAMBLE & MASK


@njit(cache=True, nogil=True)
def _cells(east: Ints, north: Ints, parts: int) -> tuple[Ints, Ints, int]:  # noqa: PLR0917 - ditto
    """Sort the places by grid cell: where each cell's begin, the places, cells to a row."""
    columns, rows = 1, 1
    for at in range(len(east)):
        columns = max(columns, east[at] // parts + 1)
        rows = max(rows, north[at] // parts + 1)
    corner = np.zeros(rows * columns + 1, np.int32)
    for at in range(len(east)):
        corner[north[at] // parts * columns + east[at] // parts] += 1
    for cell in range(1, len(corner)):
        corner[cell] += corner[cell - 1]
    member = np.empty(len(east), np.int32)
    for at in range(len(east)):  # from the end of each cell to where it begins
        cell = north[at] // parts * columns + east[at] // parts
        corner[cell] -= 1
        member[corner[cell]] = at
    return corner, member, columns


@njit(cache=True, nogil=True)
def _held(  # noqa: PLR0913, PLR0917 - as above
    v: int, a: int, b: int, east: Ints, north: Ints, gone: NDArray[np.bool_], corner: Ints,
    member: Ints, columns: int, parts: int,
) -> bool:  # fmt: skip
    """Whether any other vertex lies in the triangle that would go, its sides included."""
    ax, ay, bx, by, vx, vy = east[a], north[a], east[b], north[b], east[v], north[v]
    west, right = min(ax, bx, vx), max(ax, bx, vx)
    south, top = min(ay, by, vy), max(ay, by, vy)
    for row in range(south // parts, top // parts + 1):
        begin = corner[row * columns + west // parts]
        for at in range(begin, corner[row * columns + right // parts + 1]):
            w = member[at]
            px, py = east[w], north[w]
            if gone[w] or w in (v, a, b):
                continue
            if px < west or px > right or py < south or py > top:
                continue
            one = (vx - ax) * (py - ay) - (vy - ay) * (px - ax)
            two = (bx - vx) * (py - vy) - (by - vy) * (px - vx)
            three = (ax - bx) * (py - by) - (ay - by) * (px - bx)
            if (one >= 0 and two >= 0 and three >= 0) or (one <= 0 and two <= 0 and three <= 0):
                return True
    return False


@njit(cache=True, nogil=True, inline="always")
def _bridged(v: int, before: Ints, after: Ints) -> None:  # noqa: PLR0917 - as above
    """Make the neighbours of a vertex each other's."""
    a, b = before[v], after[v]
    for w, other in ((a, b), (b, a)):
        if before[w] == v:
            before[w] = other
        elif after[w] == v:
            after[w] = other


@njit(cache=True, nogil=True)
def _left(active: Ints, touched: Ints, key: Ints, listed: NDArray[np.bool_]) -> Ints:  # noqa: PLR0917 - as above
    """Vertices that may still go, each once."""
    for v in active:
        listed[v] = False
    left = np.empty(len(active) + len(touched), np.int64)
    size = 0
    for some in (active, touched):
        for v in some:
            if key[v] < STAYS and not listed[v]:
                left[size], listed[v] = v, True
                size += 1
    return left[:size]
