"""Ranks under many weights and measures at once, on arrays: the rule of `scoring`, to the digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def scores(weights: Floats, values: Floats, /) -> Floats:
    """Score options under every draw, adding criteria in order as `scoring` does.

    Args:
        weights: draws × criteria; need not add up to 1.
        values: options × criteria, or draws × options × criteria where they are drawn too; NaN
            where missing, which contributes nothing.

    Returns:
        Draws × options, 0 to 100.
    """
    total = np.zeros(len(weights))
    for weight in weights.T:
        total += weight
    score = np.zeros((len(weights), values.shape[-2]))
    for number, weight in enumerate(weights.T):
        contribution = (weight / total)[:, np.newaxis] * values[..., number] * 100
        score += np.where(np.isnan(contribution), 0.0, contribution)
    return np.minimum(score, 100.0)


def ranks(scored: Floats, /, *, groups: Ints) -> Ints:
    """Rank options from 1 within each rank group in every draw: by score, then place in the list.

    Args:
        scored: draws × options, the options in order of option_id.
        groups: rank group of each option, the same in all draws.
    """
    order = np.lexsort((-scored, np.broadcast_to(groups, scored.shape)))
    rank = np.empty(scored.shape, "int64")
    np.put_along_axis(rank, order, np.arange(1, scored.shape[1] + 1)[np.newaxis], axis=1)
    before = np.searchsorted(np.sort(groups), groups)  # options of the groups ahead
    return rank - before
