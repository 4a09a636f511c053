"""Categories of value for money, by what an option brings for each pound of works.

Department for Transport, Value for Money Framework, made for proposals of central government. Poor
below 1, low from 1, medium from 1.5 and high from 2 are in its published guidance; very high from 4
and very poor at 0 or less are not verified.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from colocate.money.prices import Span

CATEGORIES = ((4.0, "very high"), (2.0, "high"), (1.5, "medium"), (1.0, "low"))
"""Benefit per pound from which on each holds; below them poor, at 0 or less very poor."""


def value_for_money(ratio: Span, /) -> str:
    """Return the category; where the range spans more than one, from least to most, and the centre.

    Args:
        ratio: benefit per pound of works; NaN at its centre where that is not known, at an end
            where there is none.
    """
    if math.isnan(ratio.central):
        return "unknown"
    ends = (-math.inf, ratio.central, math.inf)
    low, central, high = (
        _category(end if math.isnan(given) else given)
        for given, end in zip(ratio, ends, strict=True)
    )
    return central if low == high else f"{low} to {high}; at the centre {central}"


def _category(ratio: float) -> str:
    found = next((name for least, name in CATEGORIES if ratio >= least), None)
    return found or ("poor" if ratio > 0 else "very poor")
