"""What British registers call things: words for codes, units, unknowns and headers, as data.

Whatever is taken for something else than it says is decided per distinct word, so that a reader of
a table can tell each decision with its count. `vocabulary.toml` holds the words; a study adds its
own, which win.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate.tables.schema import Column, Table

WITHIN = frozenset({"roles", "crewing", "tenure"})
"""Columns whose words are also found inside a longer text, as in “Bath Fire Station”."""

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_DATES = re.compile(r"\b(?:\d{1,2}[./-])?\d{1,2}[./-]\d{4}\b|\b\d{4}(?:-\d{2}){0,2}\b")
"""What may stand behind a word without changing it: “open (since 2020)”, “closed 2020-12”."""

_BETWEEN = r"[;,/&+\n]|\band\b|\bwith\b"
"""What stands between the parts of a list."""


@lru_cache(maxsize=100_000)
def plain(word: str, /) -> str:
    """Return a word as it is compared: lower case, `&` as `and`, single blanks, no punctuation.

    Args:
        word: as somebody wrote it.
    """
    if word.isascii() and word.isalnum():
        return word.lower()
    text = unicodedata.normalize("NFKC", word).casefold().replace("&", " and ")
    return " ".join(re.sub(r"[^\w*+£%]|_", " ", text).split())


@lru_cache(maxsize=100_000)
def key(word: str, /) -> str:
    """Return a word without its blanks too: `on-call`, `On call` and `oncall` are one.

    Args:
        word: as somebody wrote it.
    """
    return plain(word).replace(" ", "")


def says_unknown(word: str, /) -> bool:
    """Whether a cell says that nothing is known, in words or by a dash.

    Args:
        word: the cell.
    """
    told = key(word)
    return bool(word.strip()) and (not told or told in _unknown())


def understand(
    word: str, column: Column, /, *, own: Mapping[str, str] | None = None
) -> str | None:
    """Return what a word of a column is taken for: one of its codes, or several between semicolons.

    A study's own words come first, then the column's codes as they are, then the vocabulary. For a
    column whose unit is `list` the parts are understood one by one; all of them must be.

    Args:
        word: the whole cell.
        column: of a table.
        own: what the study says of this column's words; an empty text says that it is unknown.

    Returns:
        The code or codes; None where the word is not understood.
    """
    if own is not None and (said := {key(k): v for k, v in own.items()}.get(key(word))) is not None:
        return said
    known = _words(column.name, column.allowed)
    if (whole := known.get(key(word))) is not None:
        return whole
    if column.unit == "list":
        parts = [part for part in re.split(_BETWEEN, word, flags=re.IGNORECASE) if key(part)]
        taken = [_one(part, column, known=known) for part in parts]
        if len(parts) > 1 and None not in taken:
            return _joined([code for code in taken if code])
    return _one(word, column, known=known)


def partly(
    word: str, column: Column, /, *, own: Mapping[str, str] | None = None
) -> tuple[str | None, list[str]]:
    """Return what is understood of a word, and its parts that are not, for a column of lists.

    Args:
        word: the whole cell.
        column: of a table.
        own: what the study says of this column's words.
    """
    whole = understand(word, column, own=own)
    if whole is not None or column.unit != "list":
        return whole, [] if whole is not None else [word.strip()]
    parts = [part for part in re.split(_BETWEEN, word, flags=re.IGNORECASE) if key(part)]
    taken = [(part.strip(), understand(part, column, own=own)) for part in parts]
    known = [code for _, code in taken if code]
    return _joined(known) or None, [part for part, code in taken if code is None]


def _one(word: str, column: Column, *, known: Mapping[str, str]) -> str | None:
    """Understand a word that is one, or that holds one."""
    for bare in (word, _BRACKETS.sub("", word), _DATES.sub("", _BRACKETS.sub("", word))):
        if (whole := known.get(key(bare))) is not None:
            return whole
    if column.name not in WITHIN:
        return None
    text = f" {plain(word)} "
    found: dict[int, str] = {}
    for phrase, code in _phrases(column.name):
        if (at := text.find(f" {phrase} ")) >= 0 and code in (column.allowed or (code,)):
            found[at] = code
            text = text.replace(f" {phrase} ", " " + "\N{MIDDLE DOT}" * len(phrase) + " ")
    if not found or any(f" {no} " in text for no in _denied()):
        return None
    codes = list(dict.fromkeys(found[at] for at in sorted(found)))
    if column.unit == "list":
        return _joined(codes)
    return codes[0] if len(codes) == 1 else None


def _joined(codes: list[str]) -> str:
    """Join codes, each once; a role beside which there is a better one is not told."""
    listed = list(dict.fromkeys(part for code in codes for part in code.split(";")))
    better = [code for code in listed if code != "other"]
    return ";".join(better or listed)


@cache
def words() -> dict[str, Any]:
    """Return what `vocabulary.toml` holds."""
    text = Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _unknown() -> frozenset[str]:
    return frozenset(key(word) for word in words()["unknown"]) - {""}


@cache
def _denied() -> tuple[str, ...]:
    return tuple(plain(word) for word in words()["denied"])


@cache
def _words(name: str, allowed: tuple[str, ...]) -> Mapping[str, str]:
    """Words of a column by their key: the vocabulary's, and the codes themselves."""
    listed = words()["words"].get(name, {})
    told = {key(each): code for code, said in listed.items() for each in said}
    if allowed:
        told = {each: code for each, code in told.items() if code in allowed}
    return told | {key(code): code for code in allowed}


@cache
def _phrases(name: str) -> tuple[tuple[str, str], ...]:
    """Phrases that count inside a longer text, longest first."""
    alone = {plain(word) for word in words()["alone"]}
    listed = words()["words"].get(name, {})
    pairs = {(plain(each), code) for code, said in listed.items() for each in said}
    return tuple(sorted((p for p in pairs if p[0] not in alone), key=lambda p: (-len(p[0]), p)))


@cache
def headers(table: Table, /) -> Mapping[str, str]:
    """Return what the headers of a table's columns are called: column by `key` of the header.

    Args:
        table: any; its columns' own names are among the headers.
    """
    listed = words()["names"].get(table.name, {})
    own: dict[str, list[str]] = {name: [] for name in table.names if name != table.geometry}
    said = own | listed
    return {key(each): column for column, names in said.items() for each in [column, *names]}


def unit(word: str, /, *, of: str) -> float | None:
    """Return how many of a column's own unit one of another is; None if it is no such unit.

    Args:
        word: as somebody wrote it: `ha`, `sq ft`, `£000`.
        of: the column's unit: `m2`, `km2`, `m`, `GBP`.
    """
    base = of.split("/", maxsplit=1)[0]
    for name, said in words()["units"].get(base, {}).items():
        if key(word) in {key(each) for each in [name, *said]}:
            return float(words()["factors"][base][name])
    return None
