"""What the words of raw lists mean, where somebody has read them; the rest stays unverified."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from colocate.starting.reading import raw_text

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = Path(__file__).parent / "words.csv"
"""Words of raw lists of premises, by field, and what they mean."""
_STATUS: Mapping[str, str] = {
    r"(?:being )?vacated|sold": "vacated",
    r"closed": "closed",
    r"open|operational|present in|.*\breopened\b": "open",
}
"""How the words for a status that say so begin; whatever else is said of a site is unverified."""
_POINT: Mapping[str, str] = {
    r"street": "street_midpoint",
    r"postcode|code-point|onspd": "postcode",
    r"approximate|naptan|general knowledge": "approximate",
    r"\bosm\b|openstreetmap": "osm",
}
"""What the words for where a point comes from hold, the first that does."""
_SHARE: Mapping[str, str] = {
    r"possible existing share|shared_with_fire\?": "possible",
    r"existing share|shared_with_fire": "existing",
}
"""What the words for a site hold that is, or may be, shared already."""
_DATE = re.compile(
    r"(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"
    r"|(?:(?P<d2>\d{1,2}) )?(?P<m2>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* "
    r"(?P<y2>(?:19|20)\d\d)"
    r"|\b(?P<y3>(?:19|20)\d\d)\b"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def meaning(field: str, /, words: pd.Series, *, otherwise: str) -> pd.Series:
    """Translate words of one field.

    Args:
        field: type or confidence.
        words: of a raw list.
        otherwise: what a word means that nobody has read.
    """
    listed = raw_text(WORDS)
    known = listed[listed["field"] == field].set_index("verbatim")["value"]
    return words.map(known).fillna(otherwise)


def status(words: pd.Series, /) -> pd.DataFrame:
    """Say whether sites are in use, with the source's words and the day they speak of.

    Args:
        words: of a raw list.

    Returns:
        Columns status, status_note and as_of: first day of a month or year, null if none is said.
    """
    return pd.DataFrame(
        {
            "status": [_first(_STATUS, text, start=True, otherwise="unverified") for text in words],
            "status_note": words,
            "as_of": [_day(text) for text in words],
        },
        index=words.index,
    )


def point(words: pd.Series, /) -> pd.Series:
    """Say where points come from; what nobody recognises is approximate.

    Args:
        words: of a raw list.
    """
    return words.map(lambda text: _first(_POINT, text, start=False, otherwise="approximate"))


def share(rows: pd.DataFrame, /) -> pd.Series:
    """Say whether sites are shared already: existing, possible, or null.

    Args:
        rows: of a raw list of police premises (type, notes).
    """
    told = rows["type"] + "; " + rows["notes"]
    return told.map(lambda text: _first(_SHARE, text, start=False, otherwise="") or None)


def _first(rules: Mapping[str, str], text: str, *, start: bool, otherwise: str) -> str:
    seek = re.match if start else re.search
    return next((v for rule, v in rules.items() if seek(rule, text, re.IGNORECASE)), otherwise)


def _day(text: str) -> str | None:
    """Return the first day that a text names."""
    found = _DATE.search(text)
    if not found:
        return None
    year = found["y"] or found["y2"] or found["y3"]
    month = found["m"] or (f"{_MONTHS.index(found['m2']) + 1:02d}" if found["m2"] else "01")
    return f"{year}-{month}-{int(found['d'] or found['d2'] or 1):02d}"
