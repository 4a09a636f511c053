"""Read a written paper back, as a person with a browser or a word processor would."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import docx

if TYPE_CHECKING:
    from pathlib import Path

Rows = list[list[str]]
AMOUNT = re.compile(r"£\d(?:[\d,]*\d)?")


class _Page(HTMLParser):
    """Collects texts by element, and tables by row and cell."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tables: list[Rows] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as the parser's
        if tag in {"p", "li", "th", "td", "h1", "h2", "h3"}:
            self._open.append("")
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "li", "th", "td", "h1", "h2", "h3"}:
            text = self._open.pop()
            self.texts.append(text)
            if tag in {"th", "td"}:
                self.tables[-1][-1].append(text)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1] += data


def page(path: Path) -> tuple[list[str], list[Rows]]:
    """Texts and tables of a page, in order."""
    read = _Page()
    read.feed(path.read_text(encoding="utf-8"))
    return read.texts, read.tables


def word(path: Path) -> tuple[list[str], list[Rows]]:
    """Texts and tables of a document, in order; the box at its head left out."""
    read = docx.Document(str(path))
    tables = [[[cell.text for cell in row.cells] for row in t.rows] for t in read.tables[1:]]
    texts = [line.text for line in read.paragraphs]
    return texts, tables


def cell(tables: list[Rows], row: str, column: str) -> str:
    """The cell of the first table that has both a row and a column of these names."""
    for table in tables:
        if column not in table[0]:
            continue
        for line in table[1:]:
            if line[0] == row:
                return line[table[0].index(column)]
    raise AssertionError(f"no table with row {row!r} and column {column!r}")


def amounts(texts: list[str], tables: list[Rows]) -> set[str]:
    """Every amount of money that is said."""
    said = [*texts, *(c for table in tables for line in table for c in line)]
    return {found for text in said for found in AMOUNT.findall(text)}
