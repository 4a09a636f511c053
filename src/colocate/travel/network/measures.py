"""Sizes of vehicles that roads and barriers let through, as OpenStreetMap tags them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = {
    "maxheight": "height_m",
    "maxheight:physical": "height_m",
    "maxwidth": "width_m",
    "maxwidth:physical": "width_m",
    "maxlength": "length_m",
    "maxweight": "weight_t",
    "maxweightrating": "weight_t",
    "maxaxleload": "axle_load_t",
}
"""Tags of a limit, and the size of a vehicle that it limits."""

WORDS = frozenset({"default", "no", "no_indications", "no_sign", "none", "unlimited", "unsigned"})
"""Values that say there is no limit, or none that is signed."""

_UNITS = {
    "m": {"": 1.0, "m": 1.0, "metres": 1.0, "cm": 0.01, "ft": 0.3048, "feet": 0.3048, "'": 0.3048,
          "in": 0.0254, '"': 0.0254},
    "t": {"": 1.0, "t": 1.0, "tonnes": 1.0, "mt": 1.0, "kg": 0.001, "lbs": 0.000_453_592_37,
          "lb": 0.000_453_592_37, "st": 0.907_184_74, "lt": 1.016_046_908_8,
          "cwt": 0.050_802_345_44},
}  # fmt: skip
"""Metres and tonnes in each unit; the long ton is Britain's, the short one America's."""
_FEET = re.compile(r"(\d+(?:\.\d+)?)\s*(?:'|ft|feet)\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|''|in)?)?")


def measure(text: str, name: str, /) -> float | None:
    r"""Read a limit in metres or tonnes: 0 for a word that sets none, None if it is not understood.

    Args:
        text: value as tagged.
        name: what it limits, such as `height_m`.

    >>> measure("3.5", "height_m"), round(measure("11'6\\"", "height_m"), 2)
    (3.5, 3.51)
    """
    text = text.strip().lower()
    if text in WORDS:
        return 0.0
    unit = name.rsplit("_", 1)[1]
    if unit == "m" and (feet := _FEET.fullmatch(text)):
        return float(feet[1]) * 0.3048 + float(feet[2] or 0) * 0.0254
    number = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*([a-z'\"]*)", text)
    if number is None or number[2] not in _UNITS[unit]:
        return None
    return float(number[1].replace(",", ".")) * _UNITS[unit][number[2]] or None


def limits(tags: Mapping[str, str], /) -> dict[str, float]:
    """Return the sizes that tags limit, the lowest of each.

    Args:
        tags: tags of a way or node.
    """
    found: dict[str, float] = {}
    for key, name in NAMES.items():
        limit = measure(tags[key], name) if key in tags else None
        if limit:
            found[name] = min(limit, found.get(name, limit))
    return found
