"""Rows of cells to a frame of raw text: which row names the columns, and what each is called."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pandas as pd

from colocate.errors import InputError, some

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Cells = Sequence[str | None]
    Records = Sequence[tuple[int, Cells]]


def framed(
    path: Path,
    records: Records,
    /,
    *,
    of: str = "the file",
    may_be_bare: bool = False,
    header_rows: Sequence[int] = (),
) -> pd.DataFrame:
    """Build the raw frame from numbered records of text.

    A column without a name that holds values is called by its letter (`column K`); names that
    several columns have are numbered, `UPRN (1)` and `UPRN (2)`, so that none is meant unawares.

    Args:
        path: the file that they come from, for messages.
        records: pairs of a row number and the row's cells.
        of: the part of the file, for messages.
        may_be_bare: whether a header without rows is accepted.
        header_rows: the rows that hold the names, several being joined; none: the first.

    Raises:
        InputError: no header, one that looks like a title, no rows (unless it `may_be_bare`), or
            uneven rows.
    """
    filled = [(row, cells) for row, cells in records if any(c and c.strip() for c in cells)]
    if not filled:
        raise InputError(f"{path}: {of} holds no header and no rows.")
    if header_rows:
        heads = [cells for row, cells in filled if row in header_rows]
        if len(heads) < len(set(header_rows)):
            there = some(row for row, _ in filled)
            raise InputError(
                f"{path}: header_row is {some(header_rows)}, but {of} holds filled rows {there}. "
                "Set `header_row` to the row that names the columns."
            )
    else:
        _assert_no_title(path, filled)
        heads, header_rows = [filled[0][1]], [filled[0][0]]
    rows = [(row, cells) for row, cells in filled if row > max(header_rows)]
    if not rows and not may_be_bare:
        raise InputError(f"{path}: {of} holds a header and no rows.")
    even = _even(path, rows, width=max(map(len, heads)))
    return _frame(even, names=_joined(heads))


def likely_header(filled: Records, /) -> tuple[int, ...]:
    """Return the rows that look like the header, of a table that may stand below titles.

    It is the first row that fills at least half of the widest of the rows near the top, all of
    text; where it names groups of neighbouring columns, the row below belongs to it.

    Args:
        filled: the rows that hold anything, with their numbers.
    """
    near = filled[:20]
    widest = max((_width(cells) for _, cells in near), default=0)
    for at, (row, cells) in enumerate(near):
        if _width(cells) * 2 >= widest and _all_text(cells):
            grouped = any(one and one == other for one, other in itertools.pairwise(cells))
            below = near[at + 1] if at + 1 < len(near) else None
            return (row, below[0]) if grouped and below and _all_text(below[1]) else (row,)
    return (filled[0][0],) if filled else ()


def _all_text(cells: Cells) -> bool:
    return not any(cell and _number(cell.strip()) for cell in cells)


def _assert_no_title(path: Path, filled: Records) -> None:
    """Refuse to take a title for the names of the columns."""
    first, likely = filled[0], likely_header(filled)
    if (
        likely
        and first[0] not in likely
        and _width(first[1]) * 2 < _width(dict(filled)[likely[-1]])
    ):
        names = [cell for cell in dict(filled)[likely[-1]] if cell]
        raise InputError(
            f"{path}: row {first[0]} looks like a title (“{next(c for c in first[1] if c)[:60]}”); "
            f"the columns seem to be named in row {likely[-1]}: {some(names)}. Set `header_row = "
            f"{likely[-1]}` of this input in the study file."
        )


def _width(cells: Cells) -> int:
    return sum(bool(cell and cell.strip()) for cell in cells)


def _number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()


def _even(path: Path, rows: Records, *, width: int) -> Records:
    """Bring rows to one width where nothing can be shifted by it.

    Raises:
        InputError: a row holds more cells than are named, or fewer and more than one.
    """
    even: list[tuple[int, Cells]] = []
    uneven = []
    for row, cells in rows:
        kept = list(cells)
        while len(kept) > width and not (kept[-1] and kept[-1].strip()):
            kept.pop()
        if len(kept) > width or 1 < len(kept) < width:
            uneven.append(row)
        even.append((row, [*kept, *[None] * (width - len(kept))]))
    if uneven:
        raise InputError(
            f"{path}: {width} columns named, but rows {some(uneven)} hold another number of "
            "cells. Quote cells that hold the delimiter; if the columns are named in another row, "
            "set `header_row` of this input."
        )
    return even


def _joined(heads: Sequence[Cells]) -> list[str]:
    """Return the names of the columns, those of several rows joined."""
    width = max(map(len, heads))
    names = []
    for at in range(width):
        parts = [" ".join((cells[at] or "").split()) for cells in heads if at < len(cells)]
        names.append(" ".join(dict.fromkeys(part for part in parts if part)))
    return names


def _frame(rows: Records, *, names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [[cell or None for cell in cells] for _, cells in rows],
        index=pd.Index([row for row, _ in rows], name="row"),
        columns=range(len(names)),
        dtype="str",
    )
    kept = [at for at, name in enumerate(names) if name or frame[at].notna().any()]
    named = [names[at] or f"column {letter(at)}" for at in kept]
    seen: dict[str, int] = {}
    told = []
    for name in named:
        seen[name] = seen.get(name, 0) + 1
        told.append(f"{name} ({seen[name]})" if named.count(name) > 1 else name)
    return frame[kept].set_axis(told, axis="columns")


def letter(at: int, /) -> str:
    """Return a column's letter as spreadsheets write it: A for 0, AA for 26.

    Args:
        at: the column, from 0.
    """
    text, at = "", at + 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text
