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
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEGLIGIBLE = 1e-12
"""Chance that no time is known of."""


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


def queue(offers: Floats, /, *, length: int) -> Queue:
    """Put the crews of every point in order.

    Args:
        offers: crews × points, s; infinite beyond the cut-off.
        length: places to hold, see `places`.
    """
    if length < len(offers):
        row = np.sort(np.argpartition(offers, length - 1, axis=0)[:length], axis=0)
    else:
        row = np.broadcast_to(np.arange(len(offers))[:, np.newaxis], offers.shape)
    return _ordered(row, np.take_along_axis(offers, row, axis=0))


def changed(now: Queue, /, *, gone: Ints, arrivals: Floats) -> tuple[Ints, Queue]:
    """Put the crews in order once some have left for elsewhere.

    Args:
        now: as long as `places` says for as many that leave.
        gone: rows of the crews that move.
        arrivals: what these offer afterwards, s, shape (gone, points).

    Returns:
        The points at which a crew of the queue leaves or arrives, and their queues afterwards.
    """
    leaving = np.zeros(max(now.row.max(initial=0), gone.max(initial=0)) + 2, "bool")
    leaving[gone] = True  # a place without a crew has row -1, which never is one
    left = leaving[now.row]
    sooner = np.isfinite(arrivals) & (arrivals <= now.time_s[-1])
    at = np.flatnonzero(left.any(axis=0) | sooner.any(axis=0))
    kept = np.where(left[:, at], np.inf, now.time_s[:, at])
    row = np.vstack([now.row[:, at], np.broadcast_to(gone[:, np.newaxis], (len(gone), len(at)))])
    later = _ordered(row, np.vstack([kept, arrivals[:, at]]))
    length = len(now.row)
    return at, Queue(later.row[:length], later.time_s[:length])


def _ordered(row: Ints, time_s: Floats) -> Queue:
    order = np.argsort(time_s, axis=0, kind="stable")
    time_s = np.take_along_axis(time_s, order, axis=0)
    row = np.take_along_axis(row, order, axis=0)
    return Queue(np.where(np.isfinite(time_s), row, -1), time_s)


def first(row: Ints, odds: Odds, /) -> Chances:
    """Find with what chance each place of a queue comes first.

    Args:
        row: of a queue.
        odds: of the crews.
    """
    place, nobody = np.zeros(row.shape), np.zeros(row.shape[1])
    for away, share in zip(odds.away, odds.share, strict=True):
        out = np.append(away, 1.0)[row]
        still = np.cumprod(out, axis=0)  # nobody up to this place
        place[0] += share * (1 - out[0])
        place[1:] += share * (1 - out[1:]) * still[:-1]
        nobody += share * still[-1]
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
    found: Floats = np.where(time_s <= limit_s, chances.place, 0.0).sum(axis=0)
    return found


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
    found: Floats = (counted * chances.place).sum(axis=0) + chances.nobody * beyond
    return np.where(row[0] >= 0, found, np.inf)
