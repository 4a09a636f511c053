"""Ranks under many weights and measures at once, on arrays: the rule of `ranking`, to the digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from colocate.scoring.ranking import millionths

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
        groups: its rank group.
    """
    points = millionths(scored)
    shape = scored.shape
    order = np.lexsort(
        (-points, np.broadcast_to(groups, shape), np.broadcast_to(lists, shape)), axis=-1
    )
    in_order = np.take_along_axis(points, order, axis=1)
    place = np.broadcast_to(np.arange(shape[1]), shape)
    begins = np.ones(shape, "bool")
    begins[:, 1:] = in_order[:, 1:] != in_order[:, :-1]
    for kind in (lists[order], groups[order]):
        begins[:, 1:] |= kind[:, 1:] != kind[:, :-1]
    shared = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    block = lists * (groups.max(initial=0) + 1) + groups
    before = np.searchsorted(np.sort(block), block)  # options of the blocks that come before
    rank = np.empty(shape, "int64")
    np.put_along_axis(rank, order, shared + 1 - before[order], axis=1)
    return rank
