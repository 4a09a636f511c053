"""A shortlist as a spreadsheet: a table to filter, its dictionary, and what to know first.

No macros and no formulas: every text is written as text, whatever it begins with. The same bytes
for the same arguments.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import math
from typing import TYPE_CHECKING

import xlsxwriter

from colocate.publish.facts.amounts import known

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from colocate.publish.lists.fields import Field

LONGEST = 32_767
"""Characters a cell may hold; longer text is cut and ends in an ellipsis."""

FIRST_DAY = "1900-03-01"
"""Spreadsheets take 1900 for a leap year: earlier dates are written as text."""

SHEET = "Shortlist"
"""Sheet with the rows."""

HEADER_ROW = 2
"""Row of the headings, counted from 0: below the title and the notice."""

A4, A3 = 9, 8
"""Paper sizes as spreadsheets number them."""

A4_WIDTH = 200
"""Characters across above which a sheet prints on A3."""

A3_WIDTH = 280
"""Characters across above which it takes two pages side by side, the first columns on both."""

FROZEN = 4
"""At most so many columns stay in view, as long as they are narrow together."""

FROZEN_WIDTH = 60
WRAPPED_FROM = 34
"""Columns at least so wide break their lines."""

MOST_LINES = 8
LINE_HEIGHT = 15

NAVY, INK, MUTED = "#14263d", "#1b2735", "#4d5b6a"
NUMBERS = {
    "GBP": "£#,##0;[Red]-£#,##0", "GBP/year": "£#,##0;[Red]-£#,##0", "m2": '#,##0" m²"',
    "m": '#,##0" m"', "s": '#,##0" s"', "people": "#,##0", "points": "0.0", "years": "0",
}  # fmt: skip
"""Number formats by unit."""

NAMED_NUMBERS = {
    **dict.fromkeys(("rank", "rank_low", "rank_high", "place", "rank_group"), "0"),
    **dict.fromkeys(("score", "score_low", "score_high"), "0.0"),
    **dict.fromkeys(
        ("before", "promised_low", "promised", "promised_high", "actual", "difference"), "#,##0"
    ),
    "completeness": "0%",
}
"""Number formats by column."""


def workbook(
    frame: pd.DataFrame,
    fields: Sequence[Field],
    /,
    *,
    title: str,
    notice: str,
    notes: Sequence[tuple[str, str]],
    created: dt.date,
    sheet: str = SHEET,
    to_fill: Collection[str] = (),
) -> bytes:
    """Write a list as an XLSX file of three sheets: its rows, Dictionary, Notes.

    Args:
        frame: the rows, columns as in `fields`. Ids and postcodes are text; ISO dates become
            dates.
        fields: what the columns mean.
        title: heading of every sheet.
        notice: what every sheet and printed page says.
        notes: (heading, text) pairs for the sheet Notes.
        created: date in the file's properties, in place of the clock.
        sheet: name of the sheet with the rows.
        to_fill: columns that stay in sight though they are empty.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        moment = dt.datetime(created.year, created.month, created.day)  # noqa: DTZ001 - no zone in XLSX
        book.set_properties({"title": title, "comments": notice, "created": moment})
        styles = _Styles(book)
        sheets = [book.add_worksheet(name) for name in (sheet, "Dictionary", "Notes")]
        folded = [
            place
            for place, field in enumerate(fields)
            if field.detail
            or not (field.name in to_fill or any(map(known, frame[field.name].tolist())))
        ]
        _shortlist(sheets[0], frame, fields=fields, folded=folded, styles=styles)
        _dictionary(sheets[1], fields, styles=styles)
        _notes(sheets[2], notes, styles=styles)
        shown = min(set(range(len(fields))) - set(folded), default=0)
        for page, column in zip(sheets, (shown, 0, 0), strict=True):
            _head(page, column, title=title, notice=notice, styles=styles)
        width = sum(f.width for place, f in enumerate(fields) if place not in folded)
        if width > A4_WIDTH:
            sheets[0].set_paper(A3)
            sheets[0].fit_to_pages(math.ceil(width / A3_WIDTH), 0)
            sheets[0].repeat_columns(shown, shown + 1)
    return stream.getvalue()


class _Styles:
    """The formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        base = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"}
        self.text = book.add_format({**base, "indent": 1})
        self.wrapped = book.add_format({**base, "text_wrap": True, "indent": 1})
        self.date = book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"})
        self.strong = book.add_format({**base, "bold": True})
        self.title = book.add_format({**base, "bold": True, "font_size": 16, "font_color": NAVY})
        self.notice = book.add_format({**base, "italic": True, "font_color": MUTED})
        self.header = book.add_format(
            {**base, "bold": True, "font_color": "#ffffff", "bg_color": NAVY, "text_wrap": True,
             "valign": "vcenter"}
        )  # fmt: skip
        self._base = base
        self._numbers: dict[str, Format] = {}

    def number(self, field: Field) -> Format:
        """The format of a column of numbers."""
        usual = "0" if field.kind == "int" else "0.00"
        pattern = NAMED_NUMBERS.get(field.name) or NUMBERS.get(field.unit, usual)
        if pattern not in self._numbers:
            self._numbers[pattern] = self._book.add_format({**self._base, "num_format": pattern})
        return self._numbers[pattern]


def _head(sheet: Worksheet, column: int, *, title: str, notice: str, styles: _Styles) -> None:
    """Title and notice on top, from the first column in sight, and on every printed page."""
    sheet.hide_gridlines(2)
    sheet.set_row(0, 24)
    sheet.write_string(0, column, title, styles.title)
    sheet.write_string(1, column, notice, styles.notice)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L&8{_printed(notice)}&R&8&A, page &P of &N")
    sheet.repeat_rows(HEADER_ROW)
    sheet.fit_to_pages(1, 0)


def _printed(text: str) -> str:
    """Text for a footer: & is its control sign, and 255 characters are all it takes."""
    short = text if len(text) <= 150 else f"{text[:149]}…"
    return short.replace("&", "&&")


def _shortlist(
    sheet: Worksheet,
    frame: pd.DataFrame,
    *,
    fields: Sequence[Field],
    folded: Sequence[int],
    styles: _Styles,
) -> None:
    """Write the rows; columns that are empty or for a second look are folded away."""
    _table(sheet, [field.title for field in fields], rows=len(frame), name="shortlist",
           styles=styles)  # fmt: skip
    lines = [1] * len(frame)
    for place, field in enumerate(fields):
        hidden = place in folded
        outline = {"level": 1, "hidden": 1} if hidden else {}
        sheet.set_column(place, place, field.width, None, outline)
        for row, value in enumerate(frame[field.name].tolist()):
            _cell(sheet, (HEADER_ROW + 1 + row, place), value=value, field=field, styles=styles)
            if not hidden and field.width >= WRAPPED_FROM and known(value):
                lines[row] = max(lines[row], _lines(str(value), field.width))
    for row, count in enumerate(lines):
        sheet.set_row(HEADER_ROW + 1 + row, LINE_HEIGHT * count)
    sheet.freeze_panes(HEADER_ROW + 1, _frozen(fields))


def _lines(text: str, width: int) -> int:
    """Lines that text takes in a column, within reason."""
    needed = sum(-(-max(len(line), 1) // width) for line in text.split("\n"))
    return min(needed, MOST_LINES)


def _frozen(fields: Sequence[Field]) -> int:
    """How many columns stay in view."""
    widths = itertools.accumulate(field.width for field in fields[:FROZEN])
    return sum(width <= FROZEN_WIDTH for width in widths)


def _table(
    sheet: Worksheet, headings: Sequence[str], *, rows: int, name: str, styles: _Styles
) -> None:
    """Lay an Excel table with filters below the notice; an empty one keeps one empty row."""
    sheet.set_row(HEADER_ROW, 32)
    sheet.add_table(
        HEADER_ROW, 0, HEADER_ROW + max(rows, 1), len(headings) - 1,
        {"name": name, "style": "Table Style Light 1",
         "columns": [{"header": heading, "header_format": styles.header} for heading in headings]},
    )  # fmt: skip


def _cell(
    sheet: Worksheet, place: tuple[int, int], *, value: object, field: Field, styles: _Styles
) -> None:
    if not known(value):
        return
    if field.kind in {"int", "float"}:
        sheet.write_number(*place, float(str(value)) + 0.0, styles.number(field))  # no -0
    elif field.kind == "date" and _is_day(str(value)):
        sheet.write_datetime(*place, dt.datetime.fromisoformat(str(value)), styles.date)
    else:
        wrapped = field.width >= WRAPPED_FROM
        text = _fitting(str(value))
        sheet.write_string(*place, text, styles.wrapped if wrapped else styles.text)


def _is_day(text: str) -> bool:
    try:
        return text >= FIRST_DAY and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _dictionary(sheet: Worksheet, fields: Sequence[Field], *, styles: _Styles) -> None:
    headings = ("Heading", "Column in the CSV", "Type", "Unit", "Disclosure", "Meaning")
    _table(sheet, headings, rows=len(fields), name="dictionary", styles=styles)
    types = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}
    for row, field in enumerate(fields, start=HEADER_ROW + 1):
        told = (field.title, field.name, types.get(field.kind, field.kind), field.unit,
                field.disclosure, field.meaning)  # fmt: skip
        for column, text in enumerate(told):
            sheet.write_string(row, column, text, styles.wrapped)
        sheet.set_row(row, LINE_HEIGHT * _lines(field.meaning, 90))
    for column, width in enumerate((26, 30, 14, 10, 12, 90)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(HEADER_ROW + 1, 0)


def _notes(sheet: Worksheet, notes: Sequence[tuple[str, str]], *, styles: _Styles) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    for row, (heading, text) in enumerate(notes, start=HEADER_ROW):
        sheet.write_string(row, 0, heading, styles.strong)
        sheet.write_string(row, 1, _fitting(text), styles.wrapped)
        sheet.set_row(row, LINE_HEIGHT * _lines(text, 90))
