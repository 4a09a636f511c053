"""Who comes first, and when, where any crew may be out: exact, on arrays of crews and points.

Crews are away independently of each other, those of one station too. Of a point's crews in order of
arrival the k-th comes first where it is there and all before it are out:

    P(first = k) = (1 - away_k) * away_1 * ... * away_(k-1)

A queue holds as many crews as it takes until the chance that fewer than two of them are there is at
most `NEGLIGIBLE`, or all. Chances are then wrong by no more than that. Hours with other chances are
worked out apart and weighted by how many there are.

Where nobody is there within the cut-off, help comes from beyond it: it counts at `beyond_s`, no
sooner than any crew within it. A mean without those times would fall as crews go missing. Where no
crew at all has a way within the cut-off, there is no time.

The loops run compiled where numba is installed (`compiled_arrivals`), else in the whole-array numpy
of this module, with the same numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from colocate.impact.told import Told, Values, totals
from colocate.impact.tolerance import DECIMALS, settled
from colocate.travel.kernel import nearest
from colocate.travel.kernel.loops import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEGLIGIBLE = 1e-12
"""Chance that no time is known of."""
BLOCK = 4096
"""Points whose crews numpy puts in order again at once: bounds memory."""


class Offers(NamedTuple):
    """How soon crews can be at points, from where they are and from where they could move to."""

    drive: Floats
    """Sites × points, s; infinite beyond the cut-off."""
    site: Ints
    """Of each crew its row in `drive`."""
    start_s: Floats
    """Of each crew the time before the drive, s."""


class Moving(NamedTuple):
    """Crews that move in each of many shifts, one shift after the other."""

    first: Ints
    """Where those of each shift begin, and at the end how many there are."""
    gone: Ints
    """Crews."""
    to: Ints
    """Where each moves to: a row of `Offers.drive`."""

    def each(self) -> Iterator[tuple[Ints, Ints]]:
        """Go through the shifts: who moves, and where to."""
        for part in map(slice, self.first[:-1], self.first[1:]):
            yield self.gone[part], self.to[part]


class Terms(NamedTuple):
    """What is asked of whoever comes."""

    over: NDArray[np.bool_]
    """Crews that are based over the border."""
    limits_s: Floats
    """For the first, included."""
    second_s: float
    """For the second, included."""
    beyond_s: float
    """When help comes where nobody is there."""
    tolerance_s: float
    """Largest change of a time that cannot be told."""
    tolerance: float
    """Likewise of a chance."""


class Odds(NamedTuple):
    """How often each crew is out."""

    away: Floats
    """Kinds of hour × crews: chance that the crew is out."""
    share: Floats
    """Of all hours, those of each kind; they add up to 1."""


class Queue(NamedTuple):
    """The crews of each point in order of arrival, the soonest first, of equals the first row."""

    row: Ints
    """Places × points; -1 where there are no more."""
    time_s: Floats
    """Places × points, s; infinite there."""


class Chances(NamedTuple):
    """Who comes first."""

    place: Floats
    """Places × points: the chance that the crew in this place comes first."""
    nobody: Floats
    """Points: the chance that none of them is there."""


def places(odds: Odds, /, *, leaving: int = 0) -> int:
    """Return how many crews a queue must hold, all others together deciding nothing.

    However long the queue, no more than the crews most often out stand in it: fewer than two of
    k crews are there with a chance of at most k times the product of the k - 1 largest.

    Args:
        odds: of the crews.
        leaving: the most that are taken out of a queue at once.
    """
    count = int(odds.away.shape[1])
    most = -np.sort(-odds.away, axis=1)
    bound = np.arange(2, count + 1) * np.cumprod(most, axis=1)[:, : count - 1]
    enough = np.flatnonzero((bound <= NEGLIGIBLE).all(axis=0))
    return min(count, (int(enough[0]) + 2 if len(enough) else count) + leaving)


def _compiled() -> Any:  # noqa: ANN401 - numba carries no types we follow
    return compiled("compiled_arrivals", room="colocate.impact")


def queue(offers: Offers, /, *, length: int) -> Queue:
    """Put the crews of every point in order.

    Args:
        offers: of the crews.
        length: places to hold, see `places`.
    """
    if loops := _compiled():
        return Queue(*loops.queued(offers, length))
    # Most points are beyond the cut-off of most crews: the others of each are put together first.
    near = [np.flatnonzero(np.isfinite(drive)) for drive in offers.drive]
    count = np.zeros(offers.drive.shape[1], "int64")
    for site in offers.site:
        count[near[site]] += 1
    row = np.full((max(length, count.max(initial=0)), len(count)), -1)
    time_s, count[:] = np.full(row.shape, np.inf), 0
    for crew, (site, start_s) in enumerate(zip(offers.site, offers.start_s, strict=True)):
        at = near[site]
        place = count[at]
        row[place, at], time_s[place, at] = crew, offers.drive[site, at] + start_s
        count[at] += 1
    order = np.argsort(time_s, axis=0, kind="stable")[:length]
    return Queue(np.take_along_axis(row, order, 0), np.take_along_axis(time_s, order, 0))


def after(
    now: Floats, /, *, queue: Queue, moving: Moving, offers: Offers, odds: Odds, terms: Terms
) -> tuple[Told, Floats]:
    """Find what points may expect after each of many shifts, where something is told from today's.

    The first, the second, … crew's time is kept as it is today where it changes by no more than can
    be told; where all are, everything is. So is then each of the values.

    Args:
        now: what the points may expect today, as of `measured`.
        queue: today's, as long as `places` says for as many that leave.
        moving: the shifts, each from as it is today.
        offers: of the crews.
        odds: likewise.
        terms: what is asked.

    Returns:
        Where something is told, and what is then expected there.
    """
    last_s = _deciding(queue, odds, terms=terms)
    used = (queue.row >= 0).any(axis=1).sum() + np.diff(moving.first).max(initial=0)
    queue = Queue(queue.row[:used], queue.time_s[:used])
    if loops := _compiled():
        first, at, found = loops.told(offers, moving, queue, now, odds, terms, last_s)
        return Told(first, at), found
    found, shift_of = [(now[:, :0], np.empty(0, "int64"))], [np.empty(0, "int64")]
    for shift, point, gone, arrive_s in _touched(moving, last_s=last_s, offers=offers):
        later = changed(queue, point, gone=gone, arrivals=arrive_s)
        before_s = queue.time_s.take(point, axis=1)
        told_s = settled(before_s, later.time_s, tolerance_s=terms.tolerance_s)
        told = np.flatnonzero((told_s != before_s).any(axis=0))
        today = now[:, point[told]]
        later = Queue(later.row.take(told, axis=1), told_s.take(told, axis=1))
        values = measured(later, odds, terms=terms)
        values[0] = settled(today[0], values[0], tolerance_s=terms.tolerance_s)
        values[1:] = settled(today[1:], values[1:], tolerance_s=terms.tolerance)
        other = (values != today).any(axis=0)  # most queues that change change nothing told
        found.append((values[:, other], point[told[other]]))
        shift_of.append(shift[told[other]])
    values, at = (np.concatenate(each, axis=-1) for each in zip(*found, strict=True))
    first = np.searchsorted(np.concatenate(shift_of), np.arange(len(moving.first)))
    return Told(first, at), values


def _deciding(queue: Queue, odds: Odds, *, terms: Terms) -> Floats:
    """Find the time of the last crew of each queue that counts, s.

    Whoever comes later is needed so seldom that no change of that can be told.
    """
    # What is told is rounded first.
    least_s, least = (each - 10.0**-DECIMALS for each in (terms.tolerance_s, terms.tolerance))
    away = np.append(odds.away, np.ones((len(odds.away), 1)), axis=1)
    last_s: Floats = queue.time_s[-1].copy()
    none = np.ones((len(away), len(last_s)))
    one = np.zeros_like(none)
    for row, time_s in zip(*queue, strict=True):
        out = away[:, row]
        none, one = none * out, one * out + none * (1 - out)
        nobody, no_second = odds.share @ none, odds.share @ (none + one)
        decided = (nobody * terms.beyond_s <= least_s) & (no_second <= least)
        np.minimum(last_s, time_s, out=last_s, where=decided)
    return last_s


def _touched(
    moving: Moving, *, last_s: Floats, offers: Offers
) -> Iterator[tuple[Ints, Ints, Ints, Floats]]:
    """Find where shifts touch a queue up to its last crew that counts, many shifts at a time.

    Yields:
        Of each shift and point the numbers of both, who moves, shape (moving, these), -2 for none,
        and how soon each can be there from where it moves to.
    """
    drive, site, start_s = offers
    count = np.diff(moving.first)
    mover = np.arange(len(moving.gone)) - np.repeat(moving.first[:-1], count)
    gone, to = np.full((2, count.max(initial=0), len(count)), -2)
    for each, own in ((gone, moving.gone), (to, moving.to)):
        each[mover, np.repeat(np.arange(len(count)), count)] = own
    points, shifts, held = [], [], 0
    for shift, (own, host) in enumerate(moving.each()):
        sooner = (drive[np.append(site[own], host)] + np.tile(start_s[own], 2)[:, None]).min(axis=0)
        points.append(np.flatnonzero(np.isfinite(sooner) & (sooner <= last_s)))
        shifts.append(np.full(len(points[-1]), shift))
        held += len(points[-1])
        if held > BLOCK or shift == len(count) - 1:
            at, of = np.concatenate(points), np.concatenate(shifts)
            who = gone[:, of]
            yield of, at, who, np.where(who < 0, np.inf, drive[to[:, of], at] + start_s[who])
            points, shifts, held = [], [], 0


def changed(now: Queue, at: Ints, /, *, gone: Ints, arrivals: Floats) -> Queue:
    """Put the crews of some points in order once some have left for elsewhere.

    Args:
        now: as long as `places` says for as many that leave.
        at: the points.
        gone: the crews that move, shape (moving, at).
        arrivals: what these offer there afterwards, s, likewise.
    """
    row, time_s = now.row.take(at, axis=1), now.time_s.take(at, axis=1)
    places = np.arange(len(row))[:, np.newaxis]
    for each in gone:
        left, point = np.nonzero(row == each)
        last = np.full(len(at), len(row))
        last[point] = left
        behind = places >= last
        for values, none in ((row, -1), (time_s, np.inf)):
            np.copyto(values[:-1], values[1:], where=behind[:-1])
            values[-1, behind[-1]] = none
    for each, arrive_s in zip(gone, arrivals, strict=True):
        behind = time_s > arrive_s
        for values, own in ((row, each), (time_s, arrive_s)):
            np.copyto(values[1:], values[:-1], where=behind[:-1])
            np.copyto(values, own, where=np.diff(behind, axis=0, prepend=False))
    return Queue(row, time_s)


def measured(queue: Queue, odds: Odds, /, *, terms: Terms) -> Floats:
    """Measure what points may expect.

    Args:
        queue: of the points.
        odds: of the crews.
        terms: what is asked.

    Returns:
        Values × points: the time of the first, the chance that it comes within each limit, the
        chance that a second comes within its own, and that the first comes from over the border.
    """
    if loops := _compiled():
        found: Floats = loops.measured(queue, odds, terms)
        return found
    row, time_s = queue
    chances = first(row, odds)
    return np.stack(
        [
            expected(time_s, chances, row=row, beyond=terms.beyond_s),
            *(within(time_s, chances, limit_s=limit) for limit in terms.limits_s),
            within(time_s, second(row, odds), limit_s=terms.second_s),
            added(np.append(terms.over, False)[row] * chances.place),
        ]
    )


def added(values: Floats, /) -> Floats:
    """Add up over places, in their order however many points there are.

    Args:
        values: places × points.
    """
    total = np.zeros(values.shape[1])
    for each in values:
        total += each
    return total


def first(row: Ints, odds: Odds, /) -> Chances:
    """Find with what chance each place of a queue comes first.

    Args:
        row: of a queue.
        odds: of the crews.
    """
    place, nobody = np.zeros(row.shape), np.zeros(row.shape[1])
    for away, share in zip(odds.away, odds.share, strict=True):
        still = np.ones(row.shape[1])  # nobody up to this place
        for at, crews in enumerate(row):
            out = np.append(away, 1.0)[crews]
            place[at] += share * (1 - out) * still
            still *= out
        nobody += share * still
    return Chances(place, nobody)


def second(row: Ints, odds: Odds, /) -> Chances:
    """Find with what chance each place comes second; `nobody` is the chance that no second does.

    Args:
        row: of a queue.
        odds: of the crews.
    """
    place, nobody = np.zeros(row.shape), np.zeros(row.shape[1])
    for away, share in zip(odds.away, odds.share, strict=True):
        out = np.append(away, 1.0)[row]
        none, one = np.ones(row.shape[1]), np.zeros(row.shape[1])
        for at, absent in enumerate(out):
            place[at] += share * (1 - absent) * one
            none, one = none * absent, one * absent + none * (1 - absent)
        nobody += share * (none + one)
    return Chances(place, nobody)


def within(time_s: Floats, chances: Chances, /, *, limit_s: float) -> Floats:
    """Return the chance that somebody comes within a limit, itself included.

    Args:
        time_s: of a queue.
        chances: of its places.
        limit_s: the limit.
    """
    return added(np.where(time_s <= limit_s, chances.place, 0.0))


def expected(values: Floats, chances: Chances, /, *, row: Ints, beyond: float) -> Floats:
    """Return what is expected of whoever comes: the time, or a part of it.

    Args:
        values: places × points; anything where there is nobody.
        chances: of the places.
        row: of the queue.
        beyond: the value where nobody is there.

    Returns:
        Per point; infinite where no crew has a way.
    """
    counted = np.where(row >= 0, values, 0.0)
    found = added(counted * chances.place) + chances.nobody * beyond
    return np.where(row[0] >= 0, found, np.inf)


def warm() -> None:
    """Compile all loops once: numba keeps what it compiled beside the code, for later runs."""
    row, one = np.zeros(1, "int64"), np.ones(1)
    offers, odds = Offers(np.ones((2, 1)), row, one), Odds(np.zeros((1, 1)), one)
    terms = Terms(np.zeros(1, "bool"), one, 9.0, 9.0, 0.0, 0.0)
    found = queue(offers, length=1)
    moving = Moving(np.arange(2), row, row + 1)
    told, values = after(measured(found, odds, terms=terms), queue=found, moving=moving,
                         offers=offers, odds=odds, terms=terms)  # fmt: skip
    if loops := _compiled():
        loops.served(offers.drive, nearest.reach(offers.drive[:1]), moving, 0.0)
        totals(Values(one, values[0], told))
