"""Text as people and spreadsheets write it, read as the values a table's column holds."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    from colocate.tables.schema import Column, Kind

_NUMBER = re.compile(
    r"[-+]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?"
)
_BRITISH_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def typed(column: Column, text: pd.Series, /) -> tuple[pd.Series, pd.Series]:
    """Read a column of text.

    Text loses the blanks around it; what is left empty is null. Numbers may carry thousands
    commas. Dates are ISO 8601 (a year, a month or a day) or day/month/year. Truths are true, yes
    or 1 and false, no or 0, in any case.

    Args:
        column: whose kind the values must be.
        text: the raw column.

    Returns:
        The values, null where there are none (float64 for numbers, `boolean` for truths, `str`
        otherwise), and a mask of the rows whose text could not be read as the column's kind.
    """
    stripped = text.astype("str").str.strip()
    stripped = stripped.mask(stripped == "")
    if column.kind not in _READERS:
        return stripped, pd.Series(data=False, index=text.index)
    read, dtype = reading(column)
    values = stripped.map(read, na_action="ignore").astype(dtype)
    return values, values.isna() & stripped.notna()


def reading(column: Column, /) -> tuple[Callable[[str], object], Any]:
    """Return what reads one text of a column, None where it cannot, and the dtype of what it gives.

    Args:
        column: whose kind the values must be.
    """
    return _READERS.get(column.kind, (str, "str"))


def two_figures(value: float, /) -> str:
    """Write an amount to two figures, for what is known no better.

    Args:
        value: the amount, not negative.
    """
    places = 2 - len(f"{value:.0f}")
    return f"{round(value, min(places, 0)):,.0f}"


def _number(text: str) -> float | None:
    return float(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def _whole(text: str) -> float | None:
    number = _number(text)
    return number if number is not None and number.is_integer() else None


def _truth(text: str) -> bool | None:
    return _TRUTHS.get(text.casefold())


def _date(text: str) -> str | None:
    if british := _BRITISH_DATE.fullmatch(text):
        day, month, year = british.groups()
        text = f"{year}-{int(month):02}-{int(day):02}"
    whole = text + "-01-01"[: 3 * ((10 - len(text)) // 3)] if len(text) in {4, 7} else text
    try:
        return text if dt.date.fromisoformat(whole).isoformat() == whole else None
    except ValueError:
        return None


_READERS: dict[Kind, tuple[Callable[[str], object], Any]] = {
    "float": (_number, "float64"),
    "int": (_whole, "float64"),
    "bool": (_truth, "boolean"),
    "date": (_date, "str"),
}
