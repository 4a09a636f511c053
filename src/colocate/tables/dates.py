"""Dates as registers give them, ISO 8601: a day, or only its month or its year."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np
import pandas as pd

DECEMBER = 12


def first_day(date: str, /) -> dt.date:
    """Return the first day that a date may mean.

    Args:
        date: ISO 8601: a year, a month or a day.
    """
    year, month, day = _parts(date)
    return dt.date(year, month or 1, day or 1)


def last_day(date: str, /) -> dt.date:
    """Return the last day that a date may mean.

    Args:
        date: ISO 8601: a year, a month or a day.
    """
    year, month, day = _parts(date)
    month = month or DECEMBER
    return dt.date(year, month, day or calendar.monthrange(year, month)[1])


def in_force(rows: pd.DataFrame, day: str, /) -> pd.DataFrame:
    """Return the rows with `valid_from` and `valid_to` around a day, both ends included.

    Args:
        rows: has `valid_from` and `valid_to`.
        day: ISO 8601.
    """
    begun = rows["valid_from"].isna() | (rows["valid_from"] <= day)
    lasting = [pd.isna(end) or last_day(end).isoformat() >= day for end in rows["valid_to"]]
    return rows[begun & np.array(lasting, dtype="bool")]


def _parts(date: str) -> tuple[int, int, int]:
    """Year, month and day, 0 for what is left open."""
    year, month, day = (*map(int, date.split("-")), 0, 0)[:3]
    return year, month, day
