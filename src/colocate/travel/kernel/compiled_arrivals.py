"""The loops of `impact.arrivals` that numba compiles, where extra `fast` is installed.

Twins in whole-array numpy stand there, with the same numbers to the last bit: both add up in the
order of the places. All stand in one module and call nothing outside it: numba's store of compiled
code does not notice a change of a function that is called from another file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.signedinteger[Any]]
    Bools = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def queued(drive: Floats, site: Ints, start_s: Floats, length: int) -> tuple[Ints, Floats]:  # noqa: PLR0917 - numba passes no names between its own functions
    """Put the crews of every point in order; see `impact.arrivals.queue`."""
    points = drive.shape[1]
    row, time_s = np.full((length, points), -1, np.int64), np.full((length, points), np.inf)
    for point in range(points):
        size = 0
        for crew in range(len(site)):
            time = drive[site[crew], point] + start_s[crew]
            if not time < np.inf or (size == length and time >= time_s[length - 1, point]):
                continue
            place = min(size, length - 1)
            while place > 0 and time_s[place - 1, point] > time:
                row[place, point] = row[place - 1, point]
                time_s[place, point] = time_s[place - 1, point]
                place -= 1
            row[place, point], time_s[place, point] = crew, time
            size = min(size + 1, length)
    return row, time_s


@njit(cache=True, nogil=True)
def told(  # noqa: PLR0917, C901 - as above; one pass over all points of all shifts
    drive: Floats, site: Ints, start_s: Floats, first: Ints, gone: Ints, to: Ints, row: Ints,
    time_s: Floats, now: Floats, away: Floats, share: Floats, over: Bools, limits_s: Floats,
    second_s: float, beyond_s: float, tolerance_s: float, tolerance: float,
) -> tuple[Ints, Ints, Floats]:  # fmt: skip
    """Measure the points at which something is told; see `impact.arrivals.after`."""
    places, points = row.shape
    room, most = 0, 0
    for shift in range(len(first) - 1):
        most = max(most, first[shift + 1] - first[shift])
        for point in range(points):
            room += _touched(
                drive, site, start_s, gone, to, first[shift], first[shift + 1], point,
                time_s[places - 1, point],
            )  # fmt: skip
    begin, at = np.zeros(len(first), np.int64), np.empty(room, np.int64)
    found = np.empty((len(now), room))
    crews, times = np.empty(places + most, np.int64), np.empty(places + most)
    size = 0
    for shift in range(len(first) - 1):
        for point in range(points):
            if not _touched(
                drive, site, start_s, gone, to, first[shift], first[shift + 1], point,
                time_s[places - 1, point],
            ):  # fmt: skip
                continue
            _merged(
                row, time_s, point, drive, start_s, gone, to, first[shift], first[shift + 1],
                crews, times,
            )  # fmt: skip
            any_told = False
            for place in range(places):
                times[place] = _settled(time_s[place, point], times[place], tolerance_s)
                any_told |= times[place] != time_s[place, point]
            if not any_told:
                continue
            at[size] = point
            _measured(
                crews, times, places, away, share, over, limits_s, second_s, beyond_s,
                found[:, size],
            )  # fmt: skip
            for what in range(len(now)):
                found[what, size] = _settled(
                    now[what, point], found[what, size], tolerance if what else tolerance_s
                )
            size += 1
        begin[shift + 1] = size
    return begin, at[:size].copy(), found[:, :size].copy()


@njit(cache=True, nogil=True)
def _touched(  # noqa: PLR0917 - as above
    drive: Floats, site: Ints, start_s: Floats, gone: Ints, to: Ints, begin: int, end: int,
    point: int, last_s: float,
) -> bool:  # fmt: skip
    for at in range(begin, end):
        start = start_s[gone[at]]
        leaves, arrives = drive[site[gone[at]], point] + start, drive[to[at], point] + start
        if min(leaves, arrives) < np.inf and min(leaves, arrives) <= last_s:
            return True
    return False


@njit(cache=True, nogil=True)
def _merged(  # noqa: PLR0917 - as above
    row: Ints, time_s: Floats, point: int, drive: Floats, start_s: Floats, gone: Ints, to: Ints,
    begin: int, end: int, crews: Ints, times: Floats,
) -> None:  # fmt: skip
    """Take out of a queue those that leave and put in those that arrive."""
    size = 0
    for place in range(len(row)):
        crew = row[place, point]
        if crew < 0:
            break
        leaves = False
        for at in range(begin, end):
            leaves |= gone[at] == crew
        if not leaves:
            crews[size], times[size] = crew, time_s[place, point]
            size += 1
    for at in range(begin, end):
        time = drive[to[at], point] + start_s[gone[at]]
        if not time < np.inf:
            continue
        place = size
        while place > 0 and times[place - 1] > time:
            crews[place], times[place] = crews[place - 1], times[place - 1]
            place -= 1
        crews[place], times[place] = gone[at], time
        size += 1
    crews[size:], times[size:] = -1, np.inf


@njit(cache=True, nogil=True)
def _settled(before: float, after: float, tolerance: float) -> float:
    """`impact.tolerance.settled`."""
    return before if np.rint(abs(after - before) * 1000.0) / 1000.0 <= tolerance else after


@njit(cache=True, nogil=True)
def _measured(  # noqa: PLR0917 - as above
    crews: Ints, times: Floats, places: int, away: Floats, share: Floats, over: Bools,
    limits_s: Floats, second_s: float, beyond_s: float, found: Floats,
) -> None:  # fmt: skip
    """Find what one point may expect of its queue: the rows of `impact.arrivals.measured`."""
    first, second = np.zeros(places), np.zeros(places)
    nobody = 0.0
    for hour in range(len(share)):
        none, one = 1.0, 0.0
        for place in range(places):
            out = away[hour, crews[place]] if crews[place] >= 0 else 1.0
            here = share[hour] * (1.0 - out)
            first[place] += here * none
            second[place] += here * one
            one = one * out + none * (1.0 - out)
            none *= out
        nobody += share[hour] * none
    found[:] = 0.0
    for place in range(places):
        there = crews[place] >= 0
        found[0] += (times[place] if there else 0.0) * first[place]
        for limit in range(len(limits_s)):
            if times[place] <= limits_s[limit]:
                found[1 + limit] += first[place]
        if times[place] <= second_s:
            found[len(limits_s) + 1] += second[place]
        if there and over[crews[place]]:
            found[len(limits_s) + 2] += first[place]
    found[0] = found[0] + nobody * beyond_s if crews[0] >= 0 else np.inf


def warm() -> None:
    """Compile all loops once."""
    one, row = np.ones(1), np.zeros(1, "int64")
    drive = np.array([[1.0], [2.0]])
    queue = queued(drive, row, one, 1)
    told(
        drive, row, one, np.arange(2), row, row + 1, *queue, np.ones((4, 1)), np.ones((1, 1)), one,
        np.zeros(1, "bool"), one, 9.0, 9.0, 0.0, 0.0,
    )  # fmt: skip
