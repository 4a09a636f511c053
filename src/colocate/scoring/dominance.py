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
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Find which options dominate which.

    One dominates another of its list and rank group if it is at least as good on every criterion
    and better on one, at the centres that are scored: no weights give a dominated option a higher
    score.

    Args:
        values: options × criteria on the study's scales.
        lists: number of the list of each option.
        groups: its rank group.

    Returns:
        The number of each option, list by list and group by group, with the numbers of those that
        dominate it, in order.
    """
    # Alike in all they are not better; one number an option tells that at once.
    _, alike = np.unique(values, axis=0, return_inverse=True)
    for own in peers(lists, groups):
        block = max(1, AT_ONCE // len(own))
        for some in np.split(own, range(block, len(own), block)):
            no_worse = alike[some, np.newaxis] != alike[own]
            for value in values.T:
                no_worse &= value[own] >= value[some, np.newaxis]
            for option, over in zip(some.tolist(), no_worse, strict=True):
                yield option, own[over]


def peers(lists: NDArray[np.int64], groups: NDArray[np.int64], /) -> list[NDArray[np.int64]]:
    """Part the options by list and rank group, each part in order.

    Args:
        lists: number of the list of each option.
        groups: its rank group.
    """
    block = lists * (groups.max(initial=0) + 1) + groups
    order = np.argsort(block, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(block[order])) + 1)
    return [part for part in parts if len(part)]
