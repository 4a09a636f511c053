"""What a document holds, whatever it is written as: headings, paragraphs, lists, tables, drawings.

Each kind of block is said once here; `papers.page` and `papers.word` write all of them, and nothing
else, so that the page and the document cannot drift apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import datetime as dt


class Heading(NamedTuple):
    """A heading: level 1 is a chapter."""

    text: str
    level: Literal[1, 2] = 1


class Paragraph(NamedTuple):
    """Running text: `lead` stands out, a `note` stands back."""

    text: str
    style: Literal["body", "lead", "note"] = "body"


class Items(NamedTuple):
    """A list of points."""

    texts: tuple[str, ...]
    numbered: bool = False


class Grid(NamedTuple):
    """A table; its first column names the row."""

    head: tuple[str, ...]
    """Empty: a table without headings, each row a label and what it says."""
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    """Of the columns, in hundredths of the page's."""
    numbers: tuple[int, ...] = ()
    """Columns of figures, by place from 0: set to the right."""


class Drawn(NamedTuple):
    """A drawing; where none can be shown, what it tells in words."""

    svg: str
    told: str


Block: TypeAlias = Heading | Paragraph | Items | Grid | Drawn


class Document(NamedTuple):
    """A document, whole."""

    title: str
    subtitle: str
    mark: str
    """For whom it is, in a few words: stands on every page."""
    told: str
    """The same in a sentence or two: stands at its head."""
    blocks: tuple[Block, ...]
    foot: str
    """Notice, study and run: stands on every page."""
    closing: str
    """Licences and attribution: stands at its end."""
    as_of: dt.date
    """The study's day: the document's own date, in place of the clock."""


def facts(*rows: tuple[str, str | None]) -> Grid:
    """Return a table of labels and what they say, rows without anything left out.

    Args:
        *rows: label and text.
    """
    told = tuple((label, text) for label, text in rows if text)
    return Grid((), told, (30, 70))


def texts(document: Document, /) -> tuple[str, ...]:
    """Return every text of a document's blocks in the order in which it is read.

    Args:
        document: the document.
    """
    found: list[str] = []
    for block in document.blocks:
        if isinstance(block, Items):
            found += block.texts
        elif isinstance(block, Grid):
            found += block.head
            found += [cell for row in block.rows for cell in row]
        elif isinstance(block, Drawn):
            found.append(block.told)
        else:
            found.append(block.text)
    return tuple(found)
