"""Speed limits as OpenStreetMap tags them."""

from __future__ import annotations

import re
from functools import cache

KPH_PER_MPH = 1.609344
KPH_PER_KNOT = 1.852
WALK_KPH = 7.0
"""`walk`: walking pace, for which courts have taken 4 to 10 km/h; the middle (assumed)."""

NATIONAL_KPH = {
    "nsl_restricted": 30 * KPH_PER_MPH,
    "nsl_single": 60 * KPH_PER_MPH,
    "nsl_dual": 70 * KPH_PER_MPH,
    "motorway": 70 * KPH_PER_MPH,
}
"""National limits for cars (Highway Code, rule 124); `restricted` is a street-lit road."""

UNLIMITED = frozenset({"national", "none", "default", "implicit"})
"""Values that leave the limit to the class."""

_UNITS = {"mph": KPH_PER_MPH, "knots": KPH_PER_KNOT, "knot": KPH_PER_KNOT, "kn": KPH_PER_KNOT}
_NAMES = {
    **NATIONAL_KPH,
    "signals": NATIONAL_KPH["motorway"],
    "variable": NATIONAL_KPH["motorway"],
    "walk": WALK_KPH,
    "living_street": WALK_KPH,
}


@cache
def limit_kph(tag: str, /) -> float:
    """Read a `maxspeed` value in any British form; NaN if it names no speed.

    Of a list the lowest counts. `signals` and `variable` are a limit below the national one of a
    motorway, which is what they are taken for; `national` and `none` leave the limit to the class.

    Args:
        tag: the value as tagged.

    >>> limit_kph("30 mph"), limit_kph("50"), limit_kph("GB:nsl_dual"), limit_kph("5 knots")
    (48.28032, 50.0, 112.65408, 9.26)
    """
    found = [_one_limit(part.strip().lower()) for part in re.split(r"[;|,]", tag)]
    known = [kph for kph in found if kph == kph]  # noqa: PLR0124 - NaN
    return min(known, default=float("nan"))


def usable(tag: str, /) -> bool:
    """Say whether a `maxspeed` value names a speed, or that there is none.

    Args:
        tag: the value as tagged.
    """
    return limit_kph(tag) > 0 or tag.strip().lower() in UNLIMITED


def understood(tag: str, /) -> bool:
    """Say whether every part of a `maxspeed` value is usable.

    Args:
        tag: the value as tagged.
    """
    return all(usable(part) for part in re.split(r"[;|,]", tag))


def _one_limit(text: str) -> float:
    if number := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph|knots?|kn)?", text):
        return float(number[1]) * _UNITS.get(number[2], 1.0) or float("nan")
    if zone := re.fullmatch(r"([a-z]{2}):(?:zone:?)?(\d+)", text):
        return float(zone[2]) * (KPH_PER_MPH if zone[1] in {"gb", "uk"} else 1.0)
    name = text.replace("gb_nsl:", "nsl_").split(":")[-1]
    return _NAMES.get(name, float("nan"))
