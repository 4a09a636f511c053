"""Amounts, days and points as people write them, a cell at a time; None where it is no such thing.

What is read here is read beyond doubt: “£1,200”, “31k”, “0.537 hectares (1.33 acres)”, “31 Mar
2026”, “SX 920 930”. A range, a list of two amounts or a date that is none stays unread.
"""

from __future__ import annotations

import datetime as dt
import re

from colocate import bng
from colocate.tables.vocabulary import plain, unit

_NUMBER = r"[-+]?(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d*)?|[-+]?\.\d+"
_AMOUNT = re.compile(
    rf"(?:(?:approx(?:imately)?|about|circa|c|ca|est|~)[. ]*)?(?P<sign>-)?(?P<pound>£|gbp)? ?"
    rf"(?P<number>{_NUMBER}) ?(?P<unit>[^\d(].*?)? ?(?:\((?P<other>.*)\))?",
    re.IGNORECASE,
)
_A_YEAR = re.compile(
    r"(?:(?:\bper|\ba|\bp|/)[. ]*(?:annum|year|a|yr)|\bannually)\b\.?", re.IGNORECASE
)
_AGREE = 1.25
"""Two amounts in two units are one, given twice, where they differ by no more than a quarter:
owners round, and an acre given for a hectare differs by 2.5 times."""

_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_COUNTED = frozenset({"", "spaces", "space", "bays", "fte", "staff", "posts", "people"})
"""What may stand behind a mere number."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4}|\d{2})")
_WORDED_DATE = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[ ./-]*(?:of )?)?([a-z]{3,9})\.?,?[ ./-]*(\d{4}|\d{2})"
)
_AMERICAN = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_CLOCK = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
_EXCEL_DAYS = range(18_264, 91_311)
"""Days since 30 December 1899 that stand for 1950 to 2149 in a workbook's own count."""

_PAIR = re.compile(r"\(?\s*([-+]?\d+(?:\.\d+)?)\s*(?:[,;/|\s]|\bN\b)\s*([-+]?\d+(?:\.\d+)?)\s*\)?")
_LETTERED = re.compile(
    r"E(?:ast(?:ing)?)?s?\W*([\d.]+)\W+N(?:orth(?:ing)?)?s?\W*([\d.]+)", re.IGNORECASE
)
_THOUSANDS = re.compile(r"\b(\d{3}),(\d{3})[, ]+(\d{3}),(\d{3})\b")
_WKT = re.compile(r"POINT ?Z? ?\(([-+]?[\d.]+) ([-+]?[\d.]+)[^)]*\)", re.IGNORECASE)
_GRID = re.compile(r"[A-Z]{2}(\d{2}|\d{4}|\d{6}|\d{8}|\d{10})")
POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?) *([0-9][A-Z]{2})\b")
"""Outward and inward code of a British postcode."""


def amount(text: str, /, *, of: str = "", given: str = "") -> float | None:
    """Read an amount in a column's unit.

    Args:
        text: the cell.
        of: the column's unit; none for a mere number.
        given: the unit that the register says the column is in; one in the cell wins.
    """
    cell = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
    bracketed = re.fullmatch(r"\(£?([\d,.]+)\)", cell)
    if bracketed:  # accountants write what is below nothing in brackets
        cell = f"-{bracketed[1]}"
    read = _amount(cell, of=of, given=given)
    if read is None and "(" in cell:  # “1,161 hectares (2.87 acres)” agrees where 1,161 is 1.161
        read = _amount(_DECIMAL_COMMA.sub(".", cell), of=of, given=given)
    return read


def _amount(cell: str, *, of: str, given: str = "") -> float | None:
    found = _AMOUNT.fullmatch(cell)
    if not found:
        return None
    factor = _factor(found, of=of, given=given)
    if factor is None:
        return None
    number = float(re.sub(r"[, ]", "", found["number"])) * factor * (-1 if found["sign"] else 1)
    if found["other"]:
        second = _amount(found["other"], of=of)
        if second is None or not _alike(number, second):
            return None
    return number


def _factor(found: re.Match[str], *, of: str, given: str) -> float | None:
    """Return what an amount is multiplied with to be in the column's unit."""
    base, _, per = of.partition("/")
    told = found["unit"] or ""
    if per == "year":
        told = _A_YEAR.sub("", told)
    told = told.strip(" .")
    if found["pound"] and base != "GBP":
        return None
    if not base:
        return 1.0 if plain(told) in _COUNTED else None
    return unit(told or given, of=base) if told or given else 1.0


def _alike(one: float, other: float) -> bool:
    low, high = sorted((abs(one), abs(other)))
    return high <= low * _AGREE


def day(text: str, /) -> str | None:
    """Read a day, a month or a year as ISO 8601: British order, two figures of a year are 20xx.

    Args:
        text: the cell: `31 Mar 2026`, `31.3.26`, `March 2026`, `2026-03-31 00:00`, `46112`.
    """
    cell = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").casefold().split())
    if clock := _CLOCK.fullmatch(cell.upper()):
        return _iso(*map(int, clock[1].split("-")))
    if found := _NUMERIC_DATE.fullmatch(cell):
        return _iso(_year(found[3]), int(found[2]), int(found[1]))
    if re.fullmatch(r"\d{5}(\.\d+)?", cell) and int(float(cell)) in _EXCEL_DAYS:
        return (dt.date(1899, 12, 30) + dt.timedelta(days=int(float(cell)))).isoformat()
    return _worded(cell)


def _worded(cell: str) -> str | None:
    """Read a date with its month in words."""
    if (found := _WORDED_DATE.fullmatch(cell)) and found[2][:3] in _MONTHS:
        month = _MONTHS.index(found[2][:3]) + 1
        if found[1] is None:
            return f"{_year(found[3])}-{month:02}"
        return _iso(_year(found[3]), month, int(found[1]))
    if (found := _AMERICAN.fullmatch(cell)) and found[1][:3] in _MONTHS:
        return _iso(int(found[3]), _MONTHS.index(found[1][:3]) + 1, int(found[2]))
    return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _iso(*ymd: int) -> str | None:
    try:
        return dt.date(*ymd).isoformat()
    except ValueError:
        return None


def point(text: str, /) -> tuple[str, str] | None:
    """Part a cell that holds a whole point into its x and y, as text.

    Two numbers are easting and northing, or longitude and latitude; where the first of two can only
    be a British latitude it is one. A grid reference gives the middle of its square.

    Args:
        text: the cell: `440715,354526`, `SX 920 930`, `50.72, -3.53`, `POINT (-3.5 50.7)`.
    """
    cell = text.replace("\N{NO-BREAK SPACE}", " ").strip()
    if found := _WKT.fullmatch(cell) or _LETTERED.fullmatch(cell):
        return found[1], found[2]
    squeezed = re.sub(r"[\s,]+", "", cell).upper()
    if _GRID.fullmatch(squeezed):
        middle = bng.read_grid_reference(squeezed)
        return None if middle is None else (f"{middle[0]:g}", f"{middle[1]:g}")
    if found := _PAIR.fullmatch(_THOUSANDS.sub(r"\1\2 \3\4", cell)):
        first, second = found[1], found[2]
        latitude = 49 <= float(first) <= 61 and -9 <= float(second) <= 3
        return (second, first) if latitude else (first, second)
    return None


def postcode(text: str, /) -> str | None:
    """Return the one postcode that a cell is or holds, with its blank; None for none or several.

    Args:
        text: the cell: `ex43py`, `Exeter EX4 3PY`.
    """
    cell = text.replace("\N{NO-BREAK SPACE}", " ").upper()
    if whole := POSTCODE.fullmatch(re.sub(r"\s+", "", cell)):
        return f"{whole[1]} {whole[2]}"
    found = {f"{out} {inward}" for out, inward in POSTCODE.findall(cell)}
    return found.pop() if len(found) == 1 else None
