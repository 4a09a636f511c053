"""How the report and the shortlists name things and write figures for people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "police_into_fire": "Police into fire",
    "fire_into_police": "Fire into police",
    "both_to_new": "All to a new site",
    "touchdown": "Touchdown desk",
    "hq": "Headquarters",
    "depot": "Depot",
    "training": "Training",
}
STATUSES: Mapping[str, str] = {
    "recommended": "Recommended",
    "investigate": "Investigate",
    "blocked": "Blocked",
    "existing": "Existing share",
}
DISCLOSURES = ("public", "commercial", "restricted")
"""Disclosure classes, rising."""


def known(value: object, /) -> bool:
    """Whether a cell of a table holds a value."""
    return value is not None and value == value  # noqa: PLR0124 - NaN is not itself


def pounds(value: float, /) -> str:
    """Whole pounds: £12,000; -£500 with a true minus."""
    return f"{'−' if value < 0 else ''}£{abs(value):,.0f}"


def metres(value: float, /) -> str:
    """A distance: 640 m, 2.3 km."""
    return f"{round(value, -1):,.0f} m" if value < 950 else f"{value / 1000:.1f} km"


def duration(value: float, /) -> str:
    """Seconds as minutes and seconds: 611 is 10 min 11 s."""
    seconds = round(value)
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60:02} s"


def percent(share: float, /) -> str:
    """A share as a whole percentage."""
    return f"{math.floor(share * 100 + 0.5)}%"  # half up, as JavaScript rounds


def quantity(value: float, unit: str, /) -> str:
    """A figure of the study with its unit, without needless decimals."""
    if unit == "s":
        return duration(value)
    if unit in {"share", "%"}:
        return percent(value if unit == "share" else value / 100)
    number = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.1f}"
    return f"{number} {unit}".strip()
