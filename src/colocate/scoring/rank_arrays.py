"""Ranks under many weights and measures at once, on arrays: the rule of `ranking`, to the digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from colocate.scoring.ranking import APART, before, millionths

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def scores(weights: Floats, values: Floats, /) -> Floats:
    """Score options under every draw, adding criteria in order as `scoring` does.

    Args:
        weights: draws × criteria; need not add up to 1.
        values: options × criteria, or draws × options × criteria where they are drawn too.

    Returns:
        Draws × options, 0 to 100.
    """
    total = np.zeros(len(weights))
    for weight in weights.T:
        total += weight
    score = np.zeros((len(weights), values.shape[-2]))
    for number, weight in enumerate(weights.T):
        score += (weight / total)[:, np.newaxis] * values[..., number] * 100
    return np.minimum(score, 100.0)


def ranks(scored: Floats, /, *, lists: Ints, groups: Ints) -> Ints:
    """Rank options from 1 within the rank groups of their lists; equal scores share a rank.

    Args:
        scored: draws × options.
        lists: number of the list of each option, the same in all draws.
        groups: its rank group, or draws × options where the draws decide it.
    """
    block = np.atleast_2d(lists * (groups.max(initial=0) + 1) + groups)
    # Whole numbers that order all blocks at once, by points within each.
    key = block * APART - millionths(scored)
    order = np.argsort(key, axis=1)  # equals share a rank, whichever comes first
    in_order = np.take_along_axis(key, order, axis=1)
    begins = np.ones(scored.shape, "bool")
    begins[:, 1:] = in_order[:, 1:] != in_order[:, :-1]
    place = np.arange(1, scored.shape[1] + 1)
    shared = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    rank = np.empty(scored.shape, "int64")
    np.put_along_axis(rank, order, shared, axis=1)
    draw = np.arange(len(block))[:, np.newaxis]
    earlier = before(block + draw * (block.max(initial=0) + 1)) - draw * block.shape[1]
    rank -= earlier
    return rank
