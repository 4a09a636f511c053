"""An input's own columns to colocate's: one way for registers and for every other table.

The study says which column is which, which rows count and what stands in for empty cells
(`colocate.study.Source`); here that is done to the raw text, and what was left out is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.errors import SchemaError, some
from colocate.tables.quantities import point
from colocate.tables.vocabulary import key, says_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from colocate.study import Source

POINT = ("easting", "northing")
_BRACED = re.compile(r"\{([^{}]+)\}")
_LINES = re.compile(r"\s*[\r\n]\s*")


class Mapped(NamedTuple):
    """An input's text under colocate's names.

    Attributes:
        text: columns `str`, one for each name wanted that the input gives or a default fills.
        used: the input's own columns that were used.
        left_out: rows that the study leaves out.
    """

    text: pd.DataFrame
    used: frozenset[str]
    left_out: list[object]


def mapped(raw: pd.DataFrame, source: Source, /, *, wanted: Iterable[str]) -> Mapped:
    """Return the columns wanted, by colocate's names, of the rows that count.

    A column that is not mapped is looked for under colocate's own name; one that is neither there
    nor filled by a default is absent from the text.

    Args:
        raw: the input as raw text.
        source: what the study says of it.
        wanted: colocate's names.

    Raises:
        SchemaError: the study names a column that the input has not.
    """
    _assert_named(raw, source)
    rows = kept(raw, source)
    text: dict[str, pd.Series] = {}
    used: set[str] = set()
    for name in wanted:
        own = source.columns.get(name, (name,) if name in rows else ())
        cells = _cells(rows, own, name=name)
        used.update(own)
        if (default := source.defaults.get(name)) is not None:
            fill = _filled(rows, default)
            used.update(_BRACED.findall(default))
            cells = fill if cells is None else cells.where(_says(cells, default), fill)
        if cells is not None:
            text[name] = cells
    if whole := source.columns.get("point"):
        used.update(whole)
        text |= _parted(_cells(rows, whole, name="point"), beside=text)
    frame = pd.DataFrame(text, index=rows.index).astype("str")
    return Mapped(frame, frozenset(used), list(raw.index.difference(rows.index, sort=False)))


def _says(cells: pd.Series, default: str) -> pd.Series:
    """Whether a cell stands before a default: “N/A” does not before what the row itself says."""
    if not _BRACED.search(default):
        return cells.notna()
    return cells.notna() & ~cells.map(says_unknown, na_action="ignore").eq(other=True)


def _assert_named(raw: pd.DataFrame, source: Source) -> None:
    named = [name for own in source.columns.values() for name in own]
    named += [*source.only, *source.without]
    named += [n for text in source.defaults.values() for n in _BRACED.findall(text) if n != "row"]
    if absent := sorted({name for name in named if name not in raw}):
        raise SchemaError(
            f"{source.label}: no column named {some(absent)}; found {', '.join(raw.columns)}. "
            "Correct `columns`, `defaults`, `only` or `without` of this input."
        )


def kept(raw: pd.DataFrame, source: Source, /) -> pd.DataFrame:
    """Return the rows that the study's filters leave.

    Args:
        raw: the input as raw text.
        source: what the study says of it.
    """
    stays = pd.Series(data=True, index=raw.index)
    for filters, keeps in ((source.only, True), (source.without, False)):
        for name, said in filters.items():
            listed = {key(word) for word in said}
            stays &= raw[name].map(lambda cell: _key(cell) in listed) == keeps  # noqa: B023
    return raw[stays]


def _key(cell: object) -> str:
    return key(cell) if isinstance(cell, str) else ""


def _cells(rows: pd.DataFrame, own: Sequence[str], *, name: str) -> pd.Series | None:
    """Return the cells of one column, or those of several joined; empty ones null."""
    if not own:
        return None
    stripped = [rows[each].str.strip() for each in own]
    if name in {"address", "name"}:  # one line on every page and file
        between = ", " if name == "address" else " "
        stripped = [cells.str.replace(_LINES, between, regex=True) for cells in stripped]
    filled = [cells.where(cells != "") for cells in stripped]
    if len(filled) == 1:
        return filled[0]
    between = {"address": ", ", "roles": ";", "crewing": ";"}.get(name, " ")
    parts = zip(*(cells.tolist() for cells in filled), strict=True)
    joined = [between.join(dict.fromkeys(p for p in row if isinstance(p, str))) for row in parts]
    return pd.Series([text or None for text in joined], index=rows.index, dtype="str")


def _filled(rows: pd.DataFrame, template: str) -> pd.Series:
    """Return a default for each row, with what the row holds in the places of `{Name}`."""
    if not _BRACED.search(template):
        return pd.Series(template, index=rows.index, dtype="str")

    def of(at: object, row: Mapping[str, object]) -> str | None:
        held = {"row": str(at), **{n: c.strip() for n, c in row.items() if isinstance(c, str)}}
        text = _BRACED.sub(lambda found: held.get(found[1], ""), template).strip(" ,-")
        return text or None

    told = [of(at, row) for at, row in zip(rows.index, rows.to_dict("records"), strict=True)]
    return pd.Series(told, index=rows.index, dtype="str")


def _parted(cells: pd.Series | None, *, beside: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    """Part cells that hold a whole point; one that cannot be parted is left in the easting."""
    if cells is None:
        return {}
    pairs = [point(cell) if isinstance(cell, str) else None for cell in cells]
    whole = zip(cells, pairs, strict=True)
    east = [pair[0] if pair else cell for cell, pair in whole]
    north = [pair[1] if pair else None for pair in pairs]
    made = {
        name: pd.Series(values, index=cells.index, dtype="str")
        for name, values in zip(POINT, (east, north), strict=True)
    }
    return {
        n: beside[n].where(beside[n].notna(), made[n]) if n in beside else made[n] for n in POINT
    }
