"""Break-even weights: at which share of the weight an option would enter or leave the top k.

With share t for one criterion and all others in proportion, the score of option i is a line:

    score_i(t) = 100 (t v_ic + (1 - t) A_i),   A_i = sum over the others j of s_j v_ij / (1 - s_c)

Two options of a list and rank group change places where their lines cross, and nowhere else;
others never do. So how many options stand before i is a count that changes by one at each
crossing with line i, and the break-even is the crossing nearest to today's share at which the
count passes the k-th place. That is exact; nothing is sampled. An option that k rivals are ahead of
at both ends of the shares is never let in, and most need not be looked at.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from colocate.scoring.dominance import peers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PARALLEL = 1e-9
"""Lines that differ by less, in slope or where they cross, are taken as one: values have six
decimals, so real differences are larger than what adding up in floating point leaves."""

CLEAR = 1e-6
"""Lines this far apart never meet, nor share a rank: 100 times the millionth that scores have."""

NEVER = 2.0
"""Beyond all shares."""

AT_ONCE = 10_000
"""Pairs of options looked at once: what is held does not grow with the square of the options."""


def break_evens(
    values: Floats, /, *, shares: Floats, lists: Ints, groups: Ints, rank: Ints, top_k: int
) -> Floats:
    """Find the break-even share of every option and criterion.

    Crossings at a share of 0 or 1 do not count: there options tie that differ only in what weighs
    nothing, and they share a rank.

    Args:
        values: options × criteria, in order of option_id.
        shares: weight of each criterion, adding up to 1.
        lists: number of the list of each option.
        groups: its rank group.
        rank: its rank under these weights, from 1 in its list.
        top_k: how many places of each list count.

    Returns:
        Options × criteria; NaN where no share of that criterion changes sides.
    """
    found = np.full(values.shape, np.nan)
    for criterion, share in enumerate(shares):
        if share >= 1:  # the others have no proportion to keep
            continue
        rest = (values @ shares - values[:, criterion] * share) / (1 - share)
        slope = values[:, criterion] - rest
        at_share = rest + slope * share
        for own in peers(lists, groups):
            behind = _always_behind(rest[own], values[own, criterion], places=top_k)
            asked, block = own[~behind], max(1, AT_ONCE // len(own))
            for some in np.split(asked, range(block, len(asked), block)):
                found[some, criterion] = _nearest(
                    at_share[own] - at_share[some, np.newaxis],
                    slope[own] - slope[some, np.newaxis],
                    ahead=rank[own] < rank[some, np.newaxis],
                    share=share,
                    places=top_k,
                )
    return found


def _always_behind(without: Floats, alone: Floats, *, places: int) -> NDArray[np.bool_]:
    """Say which options have so many rivals clearly ahead at every share that none lets them in.

    A line that is above another at both ends is so all the way: of the rivals that are above at a
    share of 0, taken from the highest down, as many as there are places with the most at a share
    of 1 tell.

    Args:
        without: score of each option at a share of 0, from 0 to 1.
        alone: its score at a share of 1.
        places: places in the top k that there are.
    """
    behind = np.zeros(len(without), dtype=bool)
    order = np.argsort(-without, kind="stable")
    best: list[float] = []  # the most at a share of 1, so many as there are places: a heap
    above = 0
    for option in order.tolist():
        while without[order[above]] > without[option] + CLEAR:
            heappush(best, alone[order[above]])
            if len(best) > places:
                heappop(best)
            above += 1
        behind[option] = len(best) == places and best[0] > alone[option] + CLEAR
    return behind


def _nearest(
    lead: Floats, gain: Floats, /, *, ahead: NDArray[np.bool_], share: float, places: int
) -> Floats:
    """Find the share nearest to today's at which each option changes sides; NaN for none.

    Args:
        lead: options × rivals, themselves among them: by how much the rival's score is above today.
        gain: by how much that grows as the share goes up by 1.
        ahead: whether the rival ranks before it today.
        share: today's share.
        places: places in the top k that there are.
    """
    before = ahead.sum(axis=1, keepdims=True)
    turning = np.abs(gain) > PARALLEL
    cross = share - np.divide(lead, gain, out=np.full(lead.shape, np.nan), where=turning)
    here = np.abs(cross - share) <= PARALLEL
    nearest = np.full(len(lead), np.nan)
    for way in (-1, 1):  # towards less weight, and towards more
        met = ((cross - share) * way > 0) & (cross > PARALLEL) & (cross < 1 - PARALLEL)
        beyond = np.where(here, share + way * PARALLEL > 0, met)
        after = gain * way > 0  # the rival is ahead once past the crossing
        met_at = np.where(beyond, np.where(here, share, cross) * way, NEVER)
        order = np.argsort(met_at, axis=1, kind="stable")[:, : beyond.sum(axis=1).max(initial=0)]
        at = np.take_along_axis(met_at, order, axis=1)
        change = np.take_along_axis(after.astype("int64") - ahead, order, axis=1)
        inside = before + np.cumsum(change, axis=1) < places
        settled = np.ones(at.shape, dtype=bool)  # all that cross there have
        settled[:, :-1] = at[:, 1:] - at[:, :-1] > PARALLEL
        flips = settled & (at < NEVER) & (inside != (before < places))
        first = np.where(flips, at, NEVER).min(axis=1, initial=NEVER) * way
        nearer = flips.any(axis=1) & ~(np.abs(first - share) >= np.abs(nearest - share))
        nearest[nearer] = first[nearer]
    return nearest
