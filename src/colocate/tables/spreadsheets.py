"""Ids as spreadsheets change them: 007 to 7, 1E5 to 100000, 1-5 to a date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE]\+?\d{1,2})?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(
    rf"(?:(?P<day>\d{{1,2}})[- ])?(?P<month>{'|'.join(_MONTHS)})[a-z]*(?:[- ](?P<then>\d{{1,4}}))?",
    re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-(\d{2})-(\d{2})(?:[ T]00:00:00)?")
_PAIR = re.compile(r"(\d{1,2})[-/](\d{1,2})(?:[-/]\d{2,4})?")


def plain(word: str, /) -> str:
    """Return what a spreadsheet could have made of several ids alike: the same for all of them.

    Args:
        word: an id as it stands in a file.
    """
    text = word.strip()
    if _NUMBER.fullmatch(text):
        return f"{float(text):.0f}" if float(text).is_integer() else f"{float(text):g}"
    if named := _NAMED.fullmatch(text):
        month = str(_MONTHS.index(named["month"][:3].casefold()) + 1)
        return "-".join(sorted((month, str(int(named["day"] or named["then"] or 0)))))
    pair = _ISO.fullmatch(text) or _PAIR.fullmatch(text)
    return "-".join(sorted(str(int(part)) for part in pair.groups())) if pair else text.casefold()


def meant(word: str, known: Iterable[str], /) -> str | None:
    """Return the one known id that a word was before a spreadsheet changed it, or its case.

    Args:
        word: an id that is not known.
        known: the ids there are.

    Returns:
        None where there is none or more than one.
    """
    alike = [each for each in known if plain(each) == plain(word)]
    return alike[0] if len(alike) == 1 else None
