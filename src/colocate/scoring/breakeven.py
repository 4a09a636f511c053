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
            for number in np.flatnonzero(~behind).tolist():
                option, rivals = own[number], np.delete(own, number)
                found[option, criterion] = _nearest(
                    at_share[rivals] - at_share[option],
                    slope[rivals] - slope[option],
                    ahead=rank[rivals] < rank[option],
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
) -> float:
    """Find the share nearest to today's at which an option changes sides.

    Args:
        lead: by how much each rival's score is above the option's today.
        gain: by how much that grows as the share goes up by 1.
        ahead: whether the rival ranks before it today.
        share: today's share.
        places: places in the top k that are there are.
    """
    before = ahead.sum()
    inside = before < places
    turning = np.abs(gain) > PARALLEL
    lead, gain, first = lead[turning], gain[turning], ahead[turning]
    cross = share - lead / gain
    here = np.abs(cross - share) <= PARALLEL
    nearest = np.nan
    for way in (-1, 1):  # towards less weight, and towards more
        met = ((cross - share) * way > 0) & (cross > PARALLEL) & (cross < 1 - PARALLEL)
        beyond = np.where(here, share + way * PARALLEL > 0, met)
        after = gain * way > 0  # the rival is ahead once past the crossing
        at = np.where(here, share, cross)[beyond]
        change = after[beyond].astype("int64") - first[beyond]
        order = np.argsort(at * way, kind="stable")
        at, count = at[order], before + np.cumsum(change[order])
        settled = np.ones(len(at), dtype=bool)  # all that cross there have
        settled[:-1] = (at[1:] - at[:-1]) * way > PARALLEL
        flips = at[settled & ((count < places) != inside)]
        if len(flips) and not abs(flips[0] - share) >= abs(nearest - share):
            nearest = float(flips[0])
    return nearest
