"""Workbooks of every common kind, as a person sees them: sheets, shown or hidden, and cells."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from colocate.errors import InputError, some
from colocate.io.framing import framed, letter
from colocate.io.source import inspect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd

_NO_WORKBOOK = BadZipFile, ParseError, KeyError, ValueError, TypeError, OSError
"""What openpyxl may raise on a file that is none, or a broken one, beside its own."""


class Sheet(NamedTuple):
    """One sheet of a workbook.

    Attributes:
        name: its name.
        hidden: whether a person has to unhide it first.
        records: its rows with their numbers, each as wide as the sheet, cells as text.
        merged: (first row, first column, last row, last column) of merged cells, from 0.
    """

    name: str
    hidden: bool
    records: list[tuple[int, list[str | None]]]
    merged: list[tuple[int, int, int, int]]

    @property
    def filled(self) -> list[tuple[int, list[str | None]]]:
        """The rows that hold anything."""
        return [(row, cells) for row, cells in self.records if any(c and c.strip() for c in cells)]


def sheets(path: Path, /) -> list[Sheet]:
    """Read a workbook.

    Args:
        path: a .xlsx, .xlsm, .xlsb, .xls or .ods file.

    Raises:
        InputError: it is no such workbook, or a locked one.
    """
    inspect(path)
    try:
        with closing(CalamineWorkbook.from_path(path)) as book:
            return [
                _sheet(book, meta.name, hidden=meta.visible != SheetVisibleEnum.Visible)
                for meta in book.sheets_metadata
            ]
    except (CalamineError, OSError, ValueError) as fault:
        raise InputError(f"{path}: not a readable workbook ({fault}).") from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # of the reader's own language, and unexported
            raise
        raise InputError(f"{path}: not a readable workbook ({fault}).") from None


def _sheet(book: CalamineWorkbook, name: str, *, hidden: bool) -> Sheet:
    page = book.get_sheet_by_name(name)
    rows = page.to_python(skip_empty_area=False)
    merged = [(*first, *last) for first, last in page.merged_cell_ranges or []]
    records = [(at, [text_of(cell) for cell in row]) for at, row in enumerate(rows, start=1)]
    return Sheet(name, hidden, records, merged)


def workbook(
    path: Path, /, *, sheet: str | None = None, header_rows: Sequence[int] = (),
    may_be_bare: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Read one sheet of a workbook as raw text, its rows numbered as the sheet numbers them.

    A name that is merged over several columns is the name of each. Formulas give the value last
    calculated; one without a value is refused, since its cell would read as empty.

    Args:
        path: the workbook.
        sheet: the sheet's name; None for the only one that holds anything.
        header_rows: rows that name the columns; none for the first.
        may_be_bare: whether a header without rows is accepted.

    Raises:
        InputError: no workbook, no such sheet, several and none chosen, or as `framed`.
    """
    there = sheets(path)
    page = _chosen(path, sheet, found=there)
    if bare := list(_without_values(path, page.name)):
        raise InputError(
            f"{path}: formulas without a calculated value in cells {some(bare)} of sheet "
            f"{page.name}: they would read as empty. Open the file in Excel or LibreOffice, save "
            "it, and try again."
        )
    return framed(
        path,
        spread(page),
        of=f"the sheet {page.name}",
        may_be_bare=may_be_bare,
        header_rows=header_rows,
    )


def spread(page: Sheet, /) -> list[tuple[int, list[str | None]]]:
    """Return a sheet's rows with names that are merged over several columns in each of them.

    Only merged cells of a single row are spread, and not one over the whole width: that is a title.

    Args:
        page: the sheet.
    """
    records = [(row, list(cells)) for row, cells in page.records]
    for top, left, bottom, right in page.merged:
        whole = right - left + 1 >= len(records[top][1]) if top < len(records) else True
        if top == bottom and right > left and not whole and _heads(page, top):
            cells = records[top][1]
            cells[left : right + 1] = [cells[left]] * (right - left + 1)
    return records


def _heads(page: Sheet, row: int) -> bool:
    """Whether a row, from 0, is among the first that hold anything: it may name columns."""
    return (
        row + 1 in [at for at, _ in page.filled[:4]]
        and sum(bool(cell) for cell in page.records[row][1]) > 1
    )


def _chosen(path: Path, wanted: str | None, /, *, found: Sequence[Sheet]) -> Sheet:
    """Return the sheet to read: the one asked for, or the only one that holds anything."""
    for page in found:
        if page.name == wanted:
            return page
    holding = [page for page in found if page.filled]
    if wanted is None and len(holding) == 1:
        return holding[0]
    named = ", ".join(
        f"{page.name}{' (hidden)' if page.hidden else ''}{'' if page.filled else ' (empty)'}"
        for page in found
    )
    if wanted is None and not holding:
        raise InputError(f"{path}: the sheet holds no header and no rows; found {named or 'none'}.")
    asked = f"no sheet called {wanted}" if wanted else "several sheets and none chosen"
    raise InputError(
        f"{path}: {asked}; found {named}. Set `sheet` of this register in the study file."
    )


def _without_values(path: Path, sheet: str) -> Iterator[str]:
    """Yield the cells of a sheet whose formula was never calculated."""
    if path.suffix.lower() not in {".xlsx", ".xlsm"}:
        return
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with (
            closing(load_workbook(path, read_only=True, data_only=False)) as formulas,
            closing(load_workbook(path, read_only=True, data_only=True)) as values,
        ):
            for written, shown in zip(formulas[sheet].rows, values[sheet].rows, strict=False):
                for cell, value in zip(written, shown, strict=False):
                    if cell.data_type == "f" and value.value is None:
                        yield f"{letter(cell.column - 1)}{cell.row}"
    except (InvalidFileException, *_NO_WORKBOOK) as fault:
        raise InputError(f"{path}: not a readable workbook ({fault}).") from None


def text_of(value: object, /) -> str | None:
    """Write a cell as a person would: no trailing .0, ISO dates, true and false.

    Args:
        value: of the cell.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat()
    return str(value)
