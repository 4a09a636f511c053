"""A column of raw text read as what its table holds, with every word that was taken for another.

`typed` reads what is written as tables are; this reads what people write, through the vocabulary,
and says so: no cell is changed without a line that tells what it was taken for, and how often.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.tables import quantities
from colocate.tables.text import reading
from colocate.tables.vocabulary import key, partly, says_unknown, understand, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from colocate.tables.schema import Column

FREE = frozenset({"status_note", "desk_evidence", "custody_evidence", "source", "notes"})
"""Columns of a register in which “pending” or “n/a” is what somebody meant to say."""

UNKNOWN = "unknown"
"""What a stated unknown is taken for, in words."""


_TYPED = frozenset({"float", "int", "date", "bool"})
"""Kinds that `typed` reads where they are written as tables write them."""


class Interpreted(NamedTuple):
    """A column as it was understood.

    Attributes:
        cells: as `typed` gives them; null where the cell is empty, unknown or unread.
        unread: the text of the cells that could not be read, or the parts of them; null elsewhere.
        taken: by word, what it was taken for: only words that say something else themselves.
    """

    cells: pd.Series
    unread: pd.Series
    taken: Mapping[str, str]

    def counted(self, text: pd.Series, /) -> dict[str, tuple[str, int]]:
        """Return with each word what it was taken for and in how many cells, commonest first.

        Args:
            text: the raw column.
        """
        if not self.taken:
            return {}
        cells = text.str.strip().value_counts()
        told = {word: (value, int(cells.get(word, 0))) for word, value in self.taken.items()}
        return dict(sorted(told.items(), key=lambda item: (-item[1][1], item[0])))


def interpret(
    column: Column,
    text: pd.Series,
    /,
    *,
    own: Mapping[str, str] | None = None,
    unit: str = "",
) -> Interpreted:
    """Read a column of raw text, word by word.

    Args:
        column: what the values must be.
        text: the raw column.
        own: what the study says of words of this column, which wins.
        unit: the unit that the column is in where a cell does not name one; none for its own.
    """
    # Whatever a cell is read as rests on its word alone, and most words stand in many cells.
    number, given = pd.factorize(text.astype("str"), use_na_sentinel=False)
    # Arrow gives up texts one by one unless asked for all at once.
    cells = [cell.strip() if isinstance(cell, str) else "" for cell in given.to_numpy("object")]
    said = own or {}
    listed = {key(word): value for word, value in said.items()}
    reader, dtype = reading(column)
    plainly = column.kind in _TYPED and not unit
    values: dict[str, object] = {"": None}
    unread: dict[str, str] = {}
    taken: dict[str, str] = {}
    for word in dict.fromkeys(cells):
        if not word:
            continue
        ruled = bool(listed) and key(word) in listed
        if plainly and not ruled and (value := reader(word)) is not None:
            values[word] = value
            continue
        told, lost = _understood(word, column, listed=listed, own=said, unit=unit)
        values[word] = reader(told.strip()) if told and told.strip() else None
        if lost is not None or told is None:
            unread[word] = word if lost is None else lost
        elif told.strip() and values[word] is None:
            unread[word] = word
        if told is not None and not _says_itself(word, told, column=column) and not (
            unit and quantities.amount(word) is not None  # the study says the unit itself
        ):
            taken[word] = told or UNKNOWN

    made = _told([values[cell] for cell in cells], number, like=text, dtype=dtype)
    lacking = _told([unread.get(cell) for cell in cells], number, like=text, dtype="str")
    return Interpreted(made, lacking, taken)


def _told(read: list[object], number: np.ndarray, *, like: pd.Series, dtype: object) -> pd.Series:
    """Put what words were read as into the cells that hold them, by the number of the word."""
    found = pd.Series(read, dtype=dtype).array.take(number)
    return pd.Series(found, index=like.index, name=like.name)


def _understood(
    word: str, column: Column, *, listed: Mapping[str, str], own: Mapping[str, str], unit: str
) -> tuple[str | None, str | None]:
    """Return a word in the words of its column, and what of it was not understood, if not all."""
    if listed and key(word) in listed:
        return listed[key(word)], None
    if column.name not in FREE and says_unknown(word):
        return understand(word, column) or "", None  # `none` is a grade of listing
    if column.allowed:
        told, unknown = partly(word, column, own=own)
        return told, "; ".join(unknown) if unknown else None
    return _word(word, column, unit=unit), None


def _says_itself(word: str, value: str, *, column: Column) -> bool:
    """Whether a word is what it is taken for, but for case, blanks and hyphens."""
    if not value:
        return False
    if column.allowed:
        split = (frozenset(re.split(r"[;,]", each)) for each in (word, value))
        one, other = (frozenset(key(part) for part in parts if key(part)) for parts in split)
        return other <= one
    coded = column.name in {"postcode", "service"}
    return word == value or (coded and key(word) == key(value))


def _word(word: str, column: Column, *, unit: str) -> str | None:
    """Return a cell in the words of its column, which `typed` reads; None where it is none."""
    if column.name in words()["words"]:
        return understand(word, column) or word.lower()
    if reader := _BY_NAME.get(column.name):
        return reader(word)
    if column.kind in {"float", "int"}:
        number = quantities.amount(word, of=_unit(column), given=unit)
        return None if number is None else repr(number)
    if column.kind == "date":
        return quantities.day(word)
    if column.kind == "bool":
        truths = {key(each): t for t, said in words()["words"]["truth"].items() for each in said}
        return truths.get(key(word))
    return word


def _unit(column: Column) -> str:
    """The column's unit, where it is one that people write in others."""
    base = column.unit.split("/")[0]
    return column.unit if base in words()["units"] else ""


def _uprn(word: str) -> str | None:
    """Read a UPRN: up to twelve figures, whole; zeros in front and `.0` behind do not count."""
    found = re.fullmatch(r"0*([1-9]\d{0,11})(?:\.0+)?", word.replace(" ", "").replace(",", ""))
    return found[1] if found else None


_BY_NAME: Mapping[str, Callable[[str], str | None]] = {
    "postcode": quantities.postcode,
    "uprn": _uprn,
}
