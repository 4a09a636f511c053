"""The loops of `impact.arrivals` and of `impact.relocation` that numba compiles, with extra `fast`.

Their twins in whole-array numpy stand there, with the same numbers to the last bit: both add up in
the order of the places. All stand in one module and call nothing outside it: numba's store of
compiled code does not notice a change of a function that is called from another file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.impact.arrivals import Moving, Odds, Offers, Queue, Terms
    from colocate.impact.told import Values
    from colocate.travel.kernel.nearest import Reach

    Floats = NDArray[np.float64]
    Ints = NDArray[np.signedinteger[Any]]


@njit(cache=True, nogil=True)
def queued(offers: Offers, length: int) -> tuple[Ints, Floats]:
    """Put the crews of every point in order; see `impact.arrivals.queue`.

    Args:
        offers: of the crews.
        length: places to hold.
    """
    points = offers.drive.shape[1]
    row, time_s = np.full((length, points), -1, np.int64), np.full((length, points), np.inf)
    for point in range(points):
        size = 0
        for crew in range(len(offers.site)):
            time = offers.drive[offers.site[crew], point] + offers.start_s[crew]
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
def told(  # noqa: PLR0917 - numba passes no names between its own functions
    offers: Offers, moving: Moving, queue: Queue, now: Floats, odds: Odds, terms: Terms,
    last_s: Floats,
) -> tuple[Ints, Ints, Floats]:  # fmt: skip
    """Measure the points at which something is told; see `impact.arrivals.after`.

    Args:
        offers: of the crews.
        moving: the shifts.
        queue: today's.
        now: what the points may expect today.
        odds: of the crews.
        terms: what is asked.
        last_s: time of the last crew of each queue that counts, s.
    """
    places, points = queue.row.shape
    row, time_s, now = queue.row.T.copy(), queue.time_s.T.copy(), now.T.copy()
    begin, room = np.zeros_like(moving.first), len(moving.gone)
    crews, times = np.empty(places + room, np.int64), np.empty(places + room)
    arrive_s, work = np.empty(room), np.empty((2, places))
    at, found, size = np.empty(points, np.int64), np.empty((points, now.shape[1])), 0
    for shift in range(len(begin) - 1):
        part = slice(moving.first[shift], moving.first[shift + 1])
        gone, to = moving.gone[part], moving.to[part]
        if size + points > len(at):
            at, found = _wider(at, found, 2 * size + points)
        touched = _touched(offers, gone, to, last_s)
        for point in np.flatnonzero(touched):
            for each in range(len(gone)):
                arrive_s[each] = offers.drive[to[each], point] + offers.start_s[gone[each]]
            _merged(row[point], time_s[point], gone, arrive_s, crews, times)
            any_told = False
            for place in range(places):
                before = time_s[point, place]
                times[place] = _settled(before, times[place], terms.tolerance_s)
                any_told |= times[place] != before
            if not any_told:
                continue
            at[size] = point
            _measured(crews[:places], times[:places], odds, terms, work, found[size])
            any_other = False
            for what in range(now.shape[1]):
                least = terms.tolerance if what else terms.tolerance_s
                found[size, what] = _settled(now[point, what], found[size, what], least)
                any_other |= found[size, what] != now[point, what]
            size += any_other
        begin[shift + 1] = size
    return begin, at[:size].copy(), found[:size].T.copy()


@njit(cache=True, nogil=True)
def measured(queue: Queue, odds: Odds, terms: Terms) -> Floats:  # noqa: PLR0917 - as above
    """Measure what all points may expect; see `impact.arrivals.measured`.

    Args:
        queue: of the points.
        odds: of the crews.
        terms: what is asked.
    """
    places, points = queue.row.shape
    row, time_s = queue.row.T.copy(), queue.time_s.T.copy()
    work, found = np.empty((2, places)), np.empty((points, len(terms.limits_s) + 3))
    for point in range(points):
        _measured(row[point], time_s[point], odds, terms, work, found[point])
    return found.T.copy()


@njit(cache=True, nogil=True)
def served(  # noqa: PLR0917 - as above
    drive: Floats, now: Reach, moving: Moving, tolerance_s: float
) -> tuple[Ints, Ints, Floats]:
    """Find the soonest drive where a shift changes it; see `impact.relocation.served`.

    Args:
        drive: sites × points, s; those that serve come first.
        now: reach today.
        moving: the shifts.
        tolerance_s: largest change that cannot be told.
    """
    rows, points = now.offers.shape
    begin, leaves = np.zeros_like(moving.first), np.zeros(rows + 1, np.bool_)  # no row is row -1
    at, found, size = np.empty(points, np.int64), np.empty((points, 1)), 0
    for shift in range(len(begin) - 1):
        part = slice(moving.first[shift], moving.first[shift + 1])
        gone, to = moving.gone[part], moving.to[part]
        if size + points > len(at):
            at, found = _wider(at, found, 2 * size + points)
        leaves[gone] = True
        for point in range(points):
            today, time = now.soonest[point], np.inf
            for each in to:
                time = min(time, drive[each, point])
            if leaves[now.first[point]]:
                for row in range(rows):
                    if not leaves[row]:
                        time = min(time, drive[row, point])
            elif not time < today:
                continue
            time = _settled(today, time, tolerance_s)
            if time != today:
                at[size], found[size, 0] = point, time
                size += 1
        leaves[gone] = False
        begin[shift + 1] = size
    return begin, at[:size].copy(), found[:size, 0].copy()


@njit(cache=True, nogil=True)
def _wider(at: Ints, found: Floats, room: int) -> tuple[Ints, Floats]:  # noqa: PLR0917 - as above
    more, further = np.empty(room, np.int64), np.empty((room, found.shape[1]))
    for each in range(len(at)):
        more[each] = at[each]
        for what in range(found.shape[1]):
            further[each, what] = found[each, what]
    return more, further


@njit(cache=True, nogil=True)
def _touched(  # noqa: PLR0917 - as above
    offers: Offers, gone: Ints, to: Ints, last_s: Floats
) -> NDArray[np.bool_]:
    """Say of each point whether one that moves comes no later than the last that counts."""
    touched = np.zeros(len(last_s), np.bool_)
    for each in range(len(gone)):
        start = offers.start_s[gone[each]]
        for rows in (offers.site[gone[each]], to[each]):
            drive = offers.drive[rows]
            for point in range(len(last_s)):
                time = drive[point] + start
                touched[point] |= (time < np.inf) & (time <= last_s[point])
    return touched


@njit(cache=True, nogil=True)
def _merged(  # noqa: PLR0917 - as above
    row: Ints, time_s: Floats, gone: Ints, arrive_s: Floats, crews: Ints, times: Floats
) -> None:
    """Take out of a queue those that leave and put in those that arrive."""
    size = 0
    for place in range(len(row)):
        if row[place] < 0:
            break
        leaves = False
        for each in range(len(gone)):
            leaves |= gone[each] == row[place]
        if not leaves:
            crews[size], times[size] = row[place], time_s[place]
            size += 1
    for each in range(len(gone)):
        if not arrive_s[each] < np.inf:
            continue
        place = size
        while place > 0 and times[place - 1] > arrive_s[each]:
            crews[place], times[place] = crews[place - 1], times[place - 1]
            place -= 1
        crews[place], times[place] = gone[each], arrive_s[each]
        size += 1
    for place in range(size, len(row)):
        crews[place], times[place] = -1, np.inf


@njit(cache=True, nogil=True)
def _settled(before: float, after: float, least: float) -> float:  # noqa: PLR0917 - as above
    """`impact.tolerance.settled`."""
    if before == after:
        return before
    return before if np.rint(abs(after - before) * 1000.0) / 1000.0 <= least else after


@njit(cache=True, nogil=True)
def _measured(  # noqa: PLR0917 - as above
    crews: Ints, times: Floats, odds: Odds, terms: Terms, work: Floats, found: Floats
) -> None:
    """Find what one point may expect of its queue: the rows of `impact.arrivals.measured`."""
    first, second, nobody = work[0], work[1], 0.0
    work[:] = 0.0
    size = 0
    while size < len(crews) and crews[size] >= 0:
        size += 1
    for hour in range(len(odds.share)):
        none, one, share = 1.0, 0.0, odds.share[hour]
        for place in range(size):
            out = odds.away[hour, crews[place]]
            here = share * (1.0 - out)
            first[place] += here * none
            second[place] += here * one
            one = one * out + none * (1.0 - out)
            none *= out
        nobody += share * none
    found[:] = 0.0
    limits = len(terms.limits_s)
    for place in range(size):
        found[0] += times[place] * first[place]
        for limit in range(limits):
            if times[place] <= terms.limits_s[limit]:
                found[1 + limit] += first[place]
        if times[place] <= terms.second_s:
            found[limits + 1] += second[place]
        if terms.over[crews[place]]:
            found[limits + 2] += first[place]
    found[0] = found[0] + nobody * terms.beyond_s if size else np.inf


@njit(cache=True, nogil=True)
def totals(values: Values, begin: Ints, depth: Ints) -> Floats:  # noqa: PLR0917 - as above
    """Add up over all points after each shift; see `impact.told.totals`.

    Of the tree of sums only those leaves are added up anew in which something is told.

    Args:
        values: of points.
        begin: where the leaves begin, and the end.
        depth: of the leaves.
    """
    today, later, (first, at) = values
    found, whole = np.empty(len(first) - 1), np.empty(len(depth))
    for leaf in range(len(depth)):
        whole[leaf] = _summed(today[begin[leaf] : begin[leaf + 1]])
    own, kept, deep = np.empty(128), np.empty(len(depth)), np.empty(len(depth), np.int64)
    for shift in range(len(found)):
        place, end, height = first[shift], first[shift + 1], 0
        for leaf in range(len(depth)):
            total, start, stop = whole[leaf], begin[leaf], begin[leaf + 1]
            if place < end and at[place] < stop:
                own[: stop - start] = today[start:stop]
                while place < end and at[place] < stop:
                    own[at[place] - start] = later[place]
                    place += 1
                total = _summed(own[: stop - start])
            kept[height], deep[height] = total, depth[leaf]
            # Two halves of the same depth are a whole of the one above.
            while height and deep[height] == deep[height - 1]:
                height -= 1
                kept[height] += kept[height + 1]
                deep[height] -= 1
            height += 1
        found[shift] = kept[0]
    return found


@njit(cache=True, nogil=True)
def _summed(values: Floats) -> float:
    """Add up a leaf as numpy does: by eight, then these, then what is over."""
    eights, total = len(values) // 8 * 8, 0.0
    if eights:
        part = values[:8].copy()
        for begin in range(8, eights, 8):
            for each in range(8):
                part[each] += values[begin + each]
        total = ((part[0] + part[1]) + (part[2] + part[3])) + (
            (part[4] + part[5]) + (part[6] + part[7])
        )
    for at in range(eights, len(values)):
        total += values[at]
    return total
