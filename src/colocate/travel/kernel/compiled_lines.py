"""The loop of `travel.lines_near` that numba compiles, where extra `fast` is installed.

Its twin there asks shapely, and finds the same lines: distances are worked out as GEOS does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.travel.kernel.roadgraph import Floats, Ints

    Bools = NDArray[np.bool_]

ROUNDED_M = 1e-6
"""More than what a coordinate loses when it is rounded."""


@njit(cache=True, nogil=True)
def nearest(
    xy: Floats, first: Ints, *, allowed: Bools, before: Bools, points: tuple[Floats, Floats],
    strips: tuple[int, Ints], within_m: float,
) -> Ints:  # fmt: skip
    """Find the nearest allowed line to each point; see `travel.lines_near.nearest`.

    Args:
        xy: vertices of the lines, one line after the other.
        first: where those of each line begin, and the end.
        allowed: which lines count.
        before: which of them are taken before others as near.
        points: eastings and northings, those of each strip from south to north.
        strips: number of the first, from easting 0, each `within_m` wide; where the points of each
            begin, and the end.
        within_m: how near, included.
    """
    (x, y), (corner, begin), reach = points, strips, within_m + ROUNDED_M
    found, least = np.full(len(x), -1, np.int64), np.full(len(x), within_m)
    for line in np.flatnonzero(allowed):
        own = xy[first[line] : first[line + 1]]
        west, east, south, north = own[0, 0], own[0, 0], own[0, 1], own[0, 1]
        for vertex in own:
            west, east = min(west, vertex[0]), max(east, vertex[0])
            south, north = min(south, vertex[1]), max(north, vertex[1])
        strip = max(int(np.floor((west - reach) / within_m)) - corner, 0)
        stop = min(int(np.floor((east + reach) / within_m)) - corner + 1, len(begin) - 1)
        for each in range(strip, stop):
            for point in range(
                _from(y, begin[each], begin[each + 1], south - reach), begin[each + 1]
            ):
                if y[point] > north + reach:
                    break
                gap = max(west - x[point], x[point] - east, south - y[point], y[point] - north)
                if gap > least[point] + ROUNDED_M:
                    continue
                away = _away(x[point], y[point], own)
                sooner = found[point] < 0 or (before[line] and not before[found[point]])
                if away < least[point] or (away == least[point] and sooner):
                    found[point], least[point] = line, away
    return found


@njit(cache=True, nogil=True)
def _from(values: Floats, begin: int, end: int, least: float) -> int:  # noqa: PLR0917 - numba passes no names between its own functions
    """Where among ascending values those begin that are no less."""
    while begin < end:
        middle = (begin + end) // 2
        if values[middle] < least:
            begin = middle + 1
        else:
            end = middle
    return begin


@njit(cache=True, nogil=True)
def _away(x: float, y: float, line: Floats) -> float:  # noqa: PLR0917 - as above
    """Distance of a point from a line, to the last bit that of GEOS (`pointToSegment`)."""
    least = np.inf
    for vertex in range(len(line) - 1):
        one, other = line[vertex], line[vertex + 1]
        long_x, long_y = other[0] - one[0], other[1] - one[1]
        off_x, off_y = x - one[0], y - one[1]
        square = long_x * long_x + long_y * long_y
        share = (off_x * long_x + off_y * long_y) / square if square > 0 else 0.0
        if 0 < share < 1:
            side = ((one[1] - y) * long_x - (one[0] - x) * long_y) / square
            away = abs(side) * np.sqrt(square)
        else:
            if share >= 1:
                off_x, off_y = x - other[0], y - other[1]
            away = np.sqrt(off_x * off_x + off_y * off_y)
        least = min(least, away)
    return least
