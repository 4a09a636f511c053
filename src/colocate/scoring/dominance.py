"""Dominance: who is at least as good on every criterion, whatever these weigh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def dominating(
    values: NDArray[np.float64], /, *, lists: NDArray[np.int64], groups: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Find which options dominate which.

    One dominates another of its list and rank group if it is at least as good on every criterion
    and better on one, at the centres that are scored: no weights give a dominated option a higher
    score.

    Args:
        values: options × criteria on the study's scales.
        lists: number of the list of each option.
        groups: its rank group.

    Returns:
        Options × options: whether the option of the column dominates that of the row.
    """
    no_worse = (groups[:, np.newaxis] == groups) & (lists[:, np.newaxis] == lists)
    better = np.zeros_like(no_worse)
    for value in values.T:
        no_worse &= value >= value[:, np.newaxis]
        better |= value > value[:, np.newaxis]
    found: NDArray[np.bool_] = no_worse & better
    return found
