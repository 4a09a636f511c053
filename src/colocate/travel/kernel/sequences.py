"""Whole numbers in arrays: each once, and runs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from colocate.travel.kernel.roadgraph import Ints


def distinct(values: Ints, /) -> Ints:
    """Sort whole numbers, each kept once; many times as fast as `np.unique`.

    Args:
        values: whole numbers, in any order.
    """
    # Most come nearly in order, which this way of sorting makes use of.
    ordered = np.sort(values, kind="stable")
    once: Ints = ordered[np.diff(ordered, prepend=ordered[:1] - 1) != 0]
    return once


def runs(first: Ints, length: Ints, /) -> Ints:
    """Count up several runs, one after the other.

    Args:
        first: first number of each run.
        length: how many numbers it has; may be 0.

    Returns:
        first, first + 1, … of the first run, then those of the next.
    """
    begin = np.cumsum(length) - length
    numbers: Ints = np.repeat(first - begin, length)
    numbers += np.arange(len(numbers))
    return numbers
