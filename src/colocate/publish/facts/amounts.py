"""How amounts, dates and ranks are put into words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from colocate.tables.choice import BANDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
"""Written out here: strftime would follow the locale."""


def known(value: object, /) -> bool:
    """Whether a cell of a table holds a value.

    Args:
        value: of any type.
    """
    return value is not None and value == value  # noqa: PLR0124 - NaN is not itself


def day(date: dt.date, /) -> str:
    """A date: 1 November 2026.

    Args:
        date: the day.
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def month(date: str, /) -> str:
    """The month of an ISO date: 2018-02-01 is February 2018.

    Args:
        date: with a year and a month at least.
    """
    return f"{MONTHS[int(date[5:7]) - 1]} {date[:4]}"


def span(dates: Iterable[object], /) -> str | None:
    """First and last of some ISO dates as an interval, 2018-02-01/2021-08-01; none is known: None.

    Args:
        dates: in any order, unknown ones among them.
    """
    found = sorted({str(date)[:10] for date in dates if known(date)})
    return "/".join(dict.fromkeys([found[0], found[-1]])) if found else None


def rank(place: float, /, *, shared: bool) -> str:
    """A rank: 2, or 2= where others share it; nothing without one.

    Args:
        place: from 1; NaN without one.
        shared: whether others have the same.
    """
    return f"{place:.0f}{'=' if shared else ''}" if known(place) else ""


def band(number: float, /) -> str:
    """A band of nearness by its number: 0 is the same plot.

    Args:
        number: of the band, from 0.
    """
    return BANDS[round(number)]


def pounds(value: float | None, /) -> str:
    """Whole pounds: £12,000; -£500 with a true minus; unknown says so.

    Args:
        value: pounds; None if unknown.
    """
    if value is None:
        return "not known"
    return f"{'−' if value < 0 else ''}£{abs(value):,.0f}"


def metres(value: float, /) -> str:
    """A distance: 640 m, 2.3 km.

    Args:
        value: metres.
    """
    return f"{round(value, -1):,.0f} m" if value < 950 else f"{value / 1000:.1f} km"


def duration(value: float | None, /) -> str:
    """Seconds as minutes and seconds: 611 is 10 min 11 s; unknown says so.

    Args:
        value: seconds; None if unknown.
    """
    if value is None:
        return "unknown"
    seconds = round(value)
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60:02} s"


def percent(share: float, /) -> str:
    """A share as a whole percentage.

    Args:
        share: 0 to 1.
    """
    return f"{math.floor(share * 100 + 0.5)}%"  # half up, as JavaScript rounds


def quantity(value: float, unit: str, /) -> str:
    """A figure of the study with its unit, without needless decimals.

    Args:
        value: the figure.
        unit: its unit as the tables name it.
    """
    if unit == "s":
        return duration(value)
    if unit == "band":
        return band(value)
    if unit in {"share", "%"}:
        return percent(value if unit == "share" else value / 100)
    number = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.1f}"
    return f"{number} {unit}".strip()


def whole(value: float | None, /) -> str:
    """A count for people; unknown says so.

    Args:
        value: the count; None if unknown.
    """
    return "not known" if value is None else f"{value:,.0f}"
