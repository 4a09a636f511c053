"""What the method can tell from no change: one rule for every time and every figure of one.

A point of a register is known to some 25 to 50 m, a road is met somewhere near it, and times are
rounded. So a person's time that changes by at most `tolerance.time_s` is kept as it is today, and
with it whether that person is within a standard; an area's mean time that then changes by at most
`tolerance.mean_s` is kept too. Gains and losses beyond the rule are never netted.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

Times = TypeVar("Times", float, np.ndarray)

DECIMALS = 3
"""Of a difference, before it is compared: travel times are known to the millisecond at best."""


def settled(before: float | np.ndarray, after: Times, /, *, tolerance_s: float) -> Times:
    """Return the times afterwards, those of today wherever the change is too small to tell.

    Args:
        before: times today, s, infinite where nobody comes; an array or one figure, which may be
            NaN where it is not known.
        after: the same afterwards.
        tolerance_s: largest change, either way, that cannot be told; included.

    Returns:
        Of the form of what was given, s.
    """
    with np.errstate(invalid="ignore"):  # nobody today, nobody afterwards: infinite less infinite
        small = np.round(np.abs(after - before), DECIMALS) <= tolerance_s
    found = np.where(small, before, after)
    return found if isinstance(after, np.ndarray) else float(found)


def change(before: np.ndarray, after: np.ndarray, /, *, moves: bool) -> str:
    """Say whether settled times, or a settled figure, tell a change.

    Args:
        before: today.
        after: afterwards, as `settled` returns it.
        moves: whether anything that serves moves at all.

    Returns:
        A value of `tables.effects.CHANGE_TOLD`.
    """
    if not moves:
        return "none"
    same = np.array_equal(before, after, equal_nan=True)
    return "too_small" if same else "told"
