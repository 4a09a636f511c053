"""Formulas of a workbook without the value they had: written by a program, never calculated."""

from __future__ import annotations

from contextlib import closing
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def without_value(path: Path, /, *, sheet: str | None) -> dict[str, list[int]]:
    """Return the rows whose cell holds a formula and no value, by letter of the column.

    Readers see such cells empty.

    Args:
        path: a workbook that can be read; any other file has no formulas.
        sheet: the sheet; the first where None.
    """
    found: dict[str, list[int]] = {}
    if path.suffix.lower() != ".xlsx":
        return found
    from openpyxl.utils import get_column_letter

    for row, (formulas, values) in enumerate(_both(path, sheet), start=1):
        for column, (formula, value) in enumerate(zip_longest(formulas, values), start=1):
            if value is None and isinstance(formula, str) and formula.startswith("="):
                found.setdefault(get_column_letter(column), []).append(row)
    return found


def _both(path: Path, sheet: str | None) -> Iterator[tuple[tuple[object, ...], ...]]:
    """Yield the rows of a sheet as formulas and as values."""
    from openpyxl import load_workbook

    with (
        closing(load_workbook(path, read_only=True)) as told,
        closing(load_workbook(path, read_only=True, data_only=True)) as known,
    ):
        pages = [book[sheet] if sheet else book.worksheets[0] for book in (told, known)]
        for page in pages:
            page.reset_dimensions()
        yield from zip(*(page.iter_rows(values_only=True) for page in pages), strict=False)
