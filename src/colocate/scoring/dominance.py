"""Dominance: who is at least as good on every criterion, whatever these weigh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

AT_ONCE = 10_000_000
"""Pairs of options compared at once: what is held does not grow with the square of the options."""


def dominating(
    values: NDArray[np.float64], /, *, lists: NDArray[np.int64], groups: NDArray[np.int64]
) -> Iterator[NDArray[np.int64]]:
    """Find which options dominate which.

    One dominates another of its list and rank group if it is at least as good on every criterion
    and better on one, at the centres that are scored: no weights give a dominated option a higher
    score.

    Args:
        values: options × criteria on the study's scales.
        lists: number of the list of each option.
        groups: its rank group.

    Returns:
        For each option in turn, the numbers of those that dominate it, in order.
    """
    count = len(values)
    block = max(1, AT_ONCE // max(count, 1))
    for first in range(0, count, block):
        own = slice(first, min(first + block, count))
        no_worse = (groups[own, np.newaxis] == groups) & (lists[own, np.newaxis] == lists)
        better = np.zeros_like(no_worse)
        for value in values.T:
            no_worse &= value >= value[own, np.newaxis]
            better |= value > value[own, np.newaxis]
        yield from map(np.flatnonzero, no_worse & better)
