"""Which column of a file is which of colocate's: by what its header is called and what it holds.

A header that people use for a column speaks for it; what the cells hold confirms it or speaks
against it, so that a column “Status” of RDS and W is taken for the crewing that it is. Each
assignment carries its reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.tables.interpret import interpret
from colocate.tables.quantities import amount, point, postcode
from colocate.tables.vocabulary import headers, key, plain, says_unknown, understand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from colocate.tables import Column, Table

_ENOUGH = 0.5
"""Least score at which a column is proposed: a header alone reaches it, contents alone hardly."""
_ROWS = 2000
"""Cells of a column that are looked at: what a column is shows in its first."""

_WORDS = 200
"""Distinct cells of these that are tried."""

_FEW = 3
_FEW_SHARE = 0.3
"""Contents alone speak for a column where so many cells of it, and so many of all, are filled."""

_OWN = re.compile(r" \(\d+\)$")
"""What a repeated header is numbered with."""

_PLACED = ("easting", "northing")


class Match(NamedTuple):
    """One column of a file taken for one of colocate's.

    Attributes:
        column: colocate's name.
        own: the file's names, several where they are joined.
        score: how well it fits, 0 to 1.
        why: header, contents or both, in words.
    """

    column: str
    own: tuple[str, ...]
    score: float
    why: str


def recognise(raw: pd.DataFrame, table: Table, /) -> list[Match]:
    """Say which columns of a raw text are which of a table's, best first.

    Each of the file's columns is taken once; further ones that hold parts of an address are joined.

    Args:
        raw: the text, as `io.read_raw` gives it.
        table: what it may hold.
    """
    candidates = [
        match
        for name in raw.columns
        for match in _candidates(
            name, raw[name].dropna().str.strip()[:_ROWS], table=table, rows=min(len(raw), _ROWS)
        )
    ]
    candidates.sort(key=lambda match: (-match.score, list(raw.columns).index(match.own[0])))
    taken: dict[str, Match] = {}
    used: set[str] = set()
    for match in candidates:
        if match.score < _ENOUGH or match.own[0] in used:
            continue
        if match.column == "address" and "address" in taken:
            before = taken["address"]
            own = tuple(n for n in raw.columns if n in {*before.own, *match.own})
            taken["address"] = before._replace(own=own)
        elif match.column in taken or _instead(match.column, taken):
            continue
        else:
            taken[match.column] = match
        used.add(match.own[0])
    return list(_in_order(taken).values())


def _in_order(taken: dict[str, Match]) -> dict[str, Match]:
    """Of two columns under one header “Eastings Northings”, let the first be the easting."""
    east, north = (taken.get(name) for name in _PLACED)
    if east and north and _OWN.sub("", east.own[0]) == _OWN.sub("", north.own[0]):
        first, second = sorted((east, north), key=lambda match: match.own)
        taken |= {
            "easting": first._replace(column="easting"),
            "northing": second._replace(column="northing"),
        }
    return taken


def _instead(column: str, taken: Mapping[str, Match]) -> bool:
    """Whether a point is there already in another form."""
    both = {"point", *_PLACED} & taken.keys()
    return bool(both) and column in {"point", *_PLACED} and (column == "point" or "point" in taken)


def _candidates(name: str, cells: pd.Series, *, table: Table, rows: int) -> list[Match]:
    """Score one column of a file against every column it may be."""
    known = headers(table)
    own = _OWN.sub("", name)
    by_header = _by_header(own, known)
    found = []
    for target in sorted({*by_header, *_by_contents(cells, table=table, rows=rows)}):
        said = by_header.get(target, 0.0)
        fits = fit(target, cells, table=table)
        reasons = [f"header “{own}”"] if said else []
        reasons += [f"{fits:.0%} of its cells fit"] if fits is not None else []
        score = 0.0 if cells.empty else _score(said, fits)
        found.append(Match(target, (name,), round(score, 3), " and ".join(reasons)))
    return found


def _score(said: float, fits: float | None) -> float:
    """Weigh header and contents: contents that do not fit refute any header."""
    if fits is None:
        return said
    score = 0.55 * max(said, 0.75) + 0.45 * fits if said else 0.75 * fits
    return score if fits >= 0.2 else min(score, 0.3)


def _by_header(name: str, known: Mapping[str, str]) -> dict[str, float]:
    """Score what a header may mean: the name itself, or names that it holds as whole words."""
    if (exact := known.get(key(name))) is not None:
        return {exact: 1.0}
    words = plain(name).split()
    found: dict[str, float] = {}
    for start in range(len(words)):
        for stop in range(len(words), start, -1):
            part = known.get("".join(words[start:stop]))
            if part is not None:
                share = sum(map(len, words[start:stop])) / sum(map(len, words))
                found[part] = max(found.get(part, 0.0), 0.2 + 0.75 * share)
    return found


def _by_contents(cells: pd.Series, *, table: Table, rows: int) -> set[str]:
    """Columns that contents alone may show: codes and shapes that hardly anything else has."""
    if table.name != "sites" or len(cells) < max(_FEW, rows * _FEW_SHARE):
        return set()
    listed = ("crewing", "tenure", "status", "roles", "postcode", "point")
    return {name for name in listed if (fit(name, cells, table=table) or 0) >= 0.7}


def fit(target: str, cells: pd.Series, /, *, table: Table) -> float | None:
    """Return the share of the filled cells that a column could hold; None where any text would do.

    A cell that says that nothing is known counts neither way.

    Args:
        target: colocate's name of the column, or `point`.
        cells: text, without nulls.
        table: whose column it is.
    """
    known = cells[~cells.map(says_unknown).astype(bool)] if len(cells) else cells
    if known.empty:
        return None
    words = known.value_counts()[:_WORDS]
    if holds := _HOLDS.get(target):
        return _share(words, holds)
    if target not in table.names:
        return None
    return _of_kind(words, table[target], identifies=table.key == (target,))


def _of_kind(words: pd.Series, column: Column, *, identifies: bool) -> float | None:
    """Return the share of words that are of a column's kind; None where any text is."""
    if column.allowed:
        return _share(words, lambda word: understand(word, column) is not None)
    if identifies:
        return float(1 / words.mean())
    if column.kind == "str" and column.name != "uprn":
        return None
    distinct = pd.Series(words.index, dtype="str")
    unread = interpret(column, distinct).unread.notna().to_numpy()
    return float(words[~unread].sum() / words.sum())


def _share(words: pd.Series, holds: Callable[[str], bool]) -> float:
    passed = sum(int(count) for word, count in words.items() if holds(str(word)))
    return float(passed / words.sum())


def _within(most: float) -> Callable[[str], bool]:
    """Whether a cell may be a coordinate in Britain: metres up to `most`, kilometres or degrees."""

    def holds(word: str) -> bool:
        number = amount(word)
        return number is not None and -11 < number < most

    return holds


_HOLDS: Mapping[str, Callable[[str], bool]] = {
    "point": lambda word: point(word) is not None,
    "postcode": lambda word: postcode(word) is not None,
    "easting": _within(700_000),
    "northing": _within(1_300_000),
}
