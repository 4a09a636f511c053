"""Conditions of OpenStreetMap's tags `*:conditional`: whether they hold all week, or by size.

Nobody knows at which hour a drive of a study is driven. So a value that holds at every hour counts
like a plain one, a value for vehicles above a size is a limit, and all others are counted.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from colocate.travel.network import measures

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
DAY_MIN = 24 * 60
_VALUE = re.compile(r"\s*([^;@]+?)\s*@\s*(\([^()]*(?:\([^()]*\)[^()]*)*\)|[^;()]+)\s*(?:;|$)")
"""One `value @ (condition)` of a list."""
_HOLIDAYS = re.compile(r",?\s*\b[ps]h\b\s*,?")
"""Public and school holidays: days of the week as well, whatever is said of them."""
_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*-\s*(\d{1,2})[:.](\d{2})")
_SIZE = re.compile(r"(?:max)?(weight|height|width|length|axleload)\s*>=?\s*(.+)")


@cache
def always(text: str, /) -> str | None:
    """Return the value of a conditional tag that holds at every hour of the week; None if none.

    Of values whose hours overlap the last one counts, as OpenStreetMap has it.

    Args:
        text: the tag, `value @ (condition); value @ (condition)`.

    >>> always("no @ (Mo-Fr 00:00-24:00; Sa-Su 00:00-24:00)"), always("no @ (07:00-19:00)")
    ('no', None)
    """
    held = np.full(7 * DAY_MIN, "", dtype=object)
    found = _VALUE.findall(text)
    for value, condition in found:
        minutes = _minutes(condition)
        if minutes is None:
            return None
        held[minutes] = value
    values = set(held.tolist())
    return values.pop().strip().lower() or None if len(values) == 1 else None


@cache
def largest(text: str, /) -> dict[str, float] | None:
    """Return the sizes above which a conditional tag says `no`; None if it says anything else.

    Args:
        text: the tag.

    >>> largest("no @ (weight>7.5)")
    {'weight_t': 7.5}
    """
    limits: dict[str, float] = {}
    found = _VALUE.findall(text)
    for value, condition in found:
        size = _SIZE.fullmatch(condition.strip(" ()").lower())
        if value.strip().lower() != "no" or size is None:
            return None
        name = measures.NAMES[f"max{size[1]}"]
        limit = measures.measure(size[2], name)
        if not limit:
            return None
        limits[name] = min(limit, limits.get(name, limit))
    return limits or None


def _minutes(condition: str) -> np.ndarray | None:
    """Minutes of the week in which a condition of days and hours holds; None of any other."""
    text = condition.strip().lower()
    if text.startswith("("):
        text = text[1:-1]
    week = np.zeros((7, DAY_MIN), "bool")
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        if rule in {"24/7", "always", "jan-dec"}:
            week[:] = True
            continue
        days, hours = _split(_HOLIDAYS.sub(" ", rule).strip())
        chosen = _days(days)
        spans = _spans(hours)
        if chosen is None or spans is None:
            return None
        for day in chosen:
            for first, last in spans:
                week.reshape(-1)[
                    np.arange(day * DAY_MIN + first, day * DAY_MIN + last) % week.size
                ] = True
    return week.reshape(-1)


def _split(rule: str) -> tuple[str, str]:
    """Days and hours of a rule, either of which may be left out."""
    at = re.search(r"\d", rule)
    return (rule[: at.start()].strip(" :"), rule[at.start() :]) if at else (rule, "")


def _days(text: str) -> list[int] | None:
    if not text:
        return list(range(7))
    found: list[int] = []
    for part in text.split(","):
        ends = [DAYS.index(day) if day in DAYS else -1 for day in part.strip().split("-")]
        if -1 in ends or len(ends) > 2:
            return None
        length = (ends[-1] - ends[0]) % 7 + 1
        found.extend((ends[0] + i) % 7 for i in range(length))
    return found


def _spans(text: str) -> list[tuple[int, int]] | None:
    if not text:
        return [(0, DAY_MIN)]
    found = []
    for part in text.split(","):
        span = _SPAN.fullmatch(part.strip())
        if span is None:
            return None
        first, last = (int(span[i]) * 60 + int(span[i + 1]) for i in (1, 3))
        if last == DAY_MIN - 1:
            last = DAY_MIN  # 23:59 is how many write the end of the day
        found.append((first, last if last > first else last + DAY_MIN))
    return found
