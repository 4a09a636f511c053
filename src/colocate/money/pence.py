"""Whole pence: the one place where money is rounded.

Amounts become whole pence, half to even, before anything is added up, and sums are sums of whole
pence. So what the bodies pay or gain adds up to the total to the penny, in whichever order.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HUNDRED = Decimal(100)
_WHOLE = Decimal(1)


def pence(amounts_gbp: Iterable[float], /) -> np.ndarray:
    """Round pounds to whole pence, half to even on the decimal figure as it is written.

    Args:
        amounts_gbp: finite amounts, shape (n,).

    Returns:
        int64, shape (n,).
    """
    values = np.asarray(amounts_gbp, dtype="float64")
    once, back = np.unique(values, return_inverse=True)
    rounded = [penny(float(value)) for value in once]
    return np.array(rounded, dtype="int64")[back]


def penny(amount_gbp: float, /) -> int:
    """Round one amount as `pence` does.

    Args:
        amount_gbp: pounds, finite.
    """
    exact = Decimal(repr(amount_gbp)) * _HUNDRED
    return int(exact.quantize(_WHOLE, rounding=ROUND_HALF_EVEN))


def split(total_pence: int, shares: Sequence[float], /) -> list[int]:
    """Split whole pence by shares, to the penny: the largest remainders get the odd pence.

    Hamilton's method. Equal remainders go by position, so order the shares by body. A total below
    0 is split as its opposite.

    Args:
        total_pence: what is split.
        shares: 0 or more each, not all 0; taken in proportion, so they need not add up to 1.

    Returns:
        Whole pence for each share, adding up to `total_pence`.
    """
    if total_pence < 0:
        return [-part for part in split(-total_pence, shares)]
    exact = [_exact(float(share)) for share in shares]
    whole = sum(exact)
    fair = [total_pence * share / whole for share in exact]
    parts = [int(part) for part in fair]
    odd = total_pence - sum(parts)
    by_remainder = sorted(range(len(fair)), key=lambda i: (parts[i] - fair[i], i))
    for i in by_remainder[:odd]:
        parts[i] += 1
    return parts


@lru_cache(4096)
def _exact(share: float) -> Fraction:
    """The simplest fraction near enough: 0.55 is 11/20, not the nearest binary number."""
    return Fraction(share).limit_denominator(10**12)
