"""Prices of one year brought to those of another, as a range where the deflator is one.

    amount in prices of year b = amount in prices of year a × index of b / index of a

Low, central and high each follow their own path of the index, so that years whose index is
published are told apart exactly, and a year from itself by 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from colocate.errors import OptionError
from colocate.tables import each
from colocate.tables.rows import Deflator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from colocate import study


class Span(NamedTuple):
    """A figure that may lie from low to high."""

    low: float
    central: float
    high: float

    @classmethod
    def at(cls, value: float, /) -> Span:
        """A figure without width.

        Args:
            value: it.
        """
        return cls(value, value, value)

    @classmethod
    def of(cls, figure: study.Ranged, /) -> Span:
        """A figure of the study.

        Args:
            figure: it.
        """
        return cls(figure.least, figure.value, figure.most)

    def __mul__(self, other: object) -> Span:
        """Multiply by a number, or end by end by a span; none of the factors may be below 0."""
        if isinstance(other, Span):
            return Span(self.low * other.low, self.central * other.central, self.high * other.high)
        if isinstance(other, int | float):
            return Span(self.low * other, self.central * other, self.high * other)
        return NotImplemented

    def rest(self) -> Span:
        """What a share leaves of one."""
        return Span(1 - self.high, 1 - self.central, 1 - self.low)

    def __neg__(self) -> Span:
        """The same with the other sign."""
        return Span(-self.high, -self.central, -self.low)

    def plus(self, *others: Span) -> Span:
        """Add up, end by end.

        Args:
            others: what to add.
        """
        low, central, high = 0.0 + self.low, 0.0 + self.central, 0.0 + self.high
        for other in others:
            low, central, high = low + other.low, central + other.central, high + other.high
        return Span(low, central, high)

    def minus(self, other: Span, /) -> Span:
        """Subtract: low less high, and high less low.

        Args:
            other: what to take off.
        """
        return Span(self.low - other.high, self.central - other.central, self.high - other.low)

    def over(self, other: Span, /) -> Span:
        """Divide: low by high, and high by low.

        Args:
            other: what to divide by, all above 0.
        """
        return Span(self.low / other.high, self.central / other.central, self.high / other.low)

    def hull(self, other: Span, /) -> Span:
        """Span both, with the centre halfway between the two.

        Args:
            other: the other estimate of the same.
        """
        return Span(
            min(self.low, other.low),
            (self.central + other.central) / 2,
            max(self.high, other.high),
        )


class Prices(NamedTuple):
    """The deflator and the year that everything is brought to."""

    by_year: Mapping[int, Span]
    year: int

    def factor(self, price_year: float | None, /) -> Span:
        """Return by what an amount of a year is multiplied.

        Args:
            price_year: the year whose prices it is in; None or NaN: the year of the study.

        Raises:
            OptionError: the deflator lacks that year or the study's.
        """
        if price_year is None or math.isnan(price_year) or price_year == self.year:
            return Span.at(1.0)
        if lacking := {int(price_year), self.year} - set(self.by_year):
            known = f"{min(self.by_year)} to {max(self.by_year)}" if self.by_year else "no year"
            raise OptionError(
                f"table deflators: no index for {', '.join(map(str, sorted(lacking)))}; it holds "
                f"{known}. Add those years, or correct the price_year."
            )
        to, of = self.by_year[self.year], self.by_year[int(price_year)]
        return Span(*(b / a for a, b in zip(of, to, strict=True)))

    def of(self, figure: study.Ranged, /) -> Span:
        """Return a figure of the study in prices of its year.

        Args:
            figure: it, none of its ends below 0.
        """
        return Span.of(figure) * self.factor(figure.price_year)


def prices(deflators: pd.DataFrame, /, *, year: int) -> Prices:
    """Return the deflator as what brings prices to a year.

    Args:
        deflators: table `deflators`; may be empty.
        year: whose prices everything is brought to.
    """
    return Prices(
        {row.year: Span(row.low, row.central, row.high) for row in each(Deflator, deflators)}, year
    )


def told(span: Span, /) -> Span:
    """Round a range outward to two figures: no more can be told of it; what has no width stays.

    Args:
        span: low, central and high.
    """
    if span.low == span.high:
        return span
    return Span(
        two_figures(span.low, by=math.floor),
        two_figures(span.central),
        two_figures(span.high, by=math.ceil),
    )


def two_figures(value: float, /, *, by: Callable[[float], int] = round) -> float:
    """Round to two figures.

    Args:
        value: what to round.
        by: how: `round`, `math.floor` or `math.ceil`.
    """
    if value == 0 or not math.isfinite(value):
        return value
    unit = 10.0 ** max(math.floor(math.log10(abs(value))) - 1, -300)  # else it would be nothing
    return by(round(value / unit, 6)) * unit
