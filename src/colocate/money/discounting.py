"""Present values in the form of HM Treasury's Green Book.

Real prices. Year 0 is the year of the works and is not discounted; what happens in year t counts
at its end:

    factor_0 = 1        factor_t = factor_(t-1) / (1 + rate_t)

so that a rate which falls after year 30 leaves the first thirty factors as they are (The Green
Book, 2022, annex 6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from colocate.errors import OptionError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from colocate import study


def factors(rates: Sequence[study.DiscountRate], /, *, as_of: dt.date, years: int) -> np.ndarray:
    """Return the discount factor of every year.

    Args:
        rates: dated rates of the study; of those in force, the latest date counts.
        as_of: the study's day.
        years: last year of the appraisal.

    Returns:
        Factors, shape (years + 1,), the first of them 1.

    Raises:
        OptionError: no rate is in force on that day.
    """
    begun = [rate.valid_from for rate in rates if rate.valid_from <= as_of]
    if not begun:
        raise OptionError(
            f"money.discount_rates: none in force on {as_of}; expected one that begins on or "
            "before the study's as_of. Add the rates of that time."
        )
    yearly = np.zeros(years)
    in_force = [rate for rate in rates if rate.valid_from == max(begun)]
    for rate in sorted(in_force, key=lambda rate: rate.from_year):
        yearly[rate.from_year - 1 :] = rate.rate.value
    return np.concatenate([[1.0], np.cumprod(1 / (1 + yearly))])
