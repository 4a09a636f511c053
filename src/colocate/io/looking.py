"""How a file seems to be read: its encoding and delimiter, its sheet or layer, its header row.

What is found here is a proposal that a person accepts by putting it into the study file; the
readers themselves guess at nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from colocate.errors import InputError
from colocate.io.delimited import DELIMITERS, sniffed, text_records
from colocate.io.features import DRIVERS, layers, read_features
from colocate.io.framing import likely_header
from colocate.io.source import BOOKS, TEXTS, inspect
from colocate.io.workbooks import Sheet, sheets, spread
from colocate.study import Source

if TYPE_CHECKING:
    from pathlib import Path

    from colocate.io.framing import Records


class Look(NamedTuple):
    """What a file seems to be.

    Attributes:
        source: how it would be read.
        found: what was found, a line each, for a person.
        titles: texts that stand above the header.
    """

    source: Source
    found: list[str]
    titles: list[str]


def look(path: Path, /, *, sheet: str | None = None, layer: str | None = None) -> Look:
    """Say how a file seems to be read.

    Args:
        path: the file.
        sheet: of a workbook, where it is known.
        layer: of a vector file, where it is known.

    Raises:
        InputError: the file is missing, empty, not what its name says, or of no kind read here.
    """
    suffix = inspect(path)
    if suffix in TEXTS:
        return _text(path, suffix)
    if suffix in BOOKS:
        return _book(path, sheet)
    if suffix in DRIVERS:
        return _vector(path, layer)
    return Look(Source(file=path.name), [f"a {suffix or 'nameless'} file"], [])


def look_at_database(address: str, /, *, layer: str | None = None) -> Look:
    """Say how a table of a database is read.

    Args:
        address: `postgresql://…`.
        layer: the table, with its schema.

    Raises:
        InputError: a password stands in the address.
    """
    try:
        source = Source(file=address, layer=layer)
    except ValidationError as fault:
        told = fault.errors(include_url=False, include_input=False)[0]["msg"]
        raise InputError(f"the address of the database: {told.partition(', ')[2]}.") from None
    return Look(source, [f"a table of the database {source.label}"], [])


def _text(path: Path, suffix: str) -> Look:
    encoding, delimiter = sniffed(path)
    records = text_records(path, encoding=encoding, delimiter=delimiter)
    plain = "\t" if suffix in {".tsv", ".tab"} else ","
    header, titles = _header(list(records))
    source = Source(
        file=path.name,
        encoding=None if encoding in {"utf-8", "utf-16"} else encoding,
        delimiter=None if delimiter == plain else delimiter,
        header_row=header,
    )
    marked = " with a byte order mark" if path.read_bytes()[:3] == b"\xef\xbb\xbf" else ""
    found = [f"text in {encoding}{marked}, cells parted by {DELIMITERS[delimiter]}"]
    return Look(source, found + _of_header(header, titles), titles)


def _book(path: Path, wanted: str | None) -> Look:
    there = sheets(path)
    if wanted is not None and wanted not in [page.name for page in there]:
        named = ", ".join(page.name for page in there)
        raise InputError(f"{path}: no sheet called {wanted}; found {named}.")
    shown = [page for page in there if page.filled and not page.hidden] or there
    page = next((p for p in there if p.name == wanted), max(shown, key=lambda p: len(p.filled)))
    header, titles = _header(spread(page))
    holding = [each for each in there if each.filled]
    source = Source(
        file=path.name,
        sheet=page.name if len(holding) > 1 else None,
        header_row=header,
    )
    found = [_of_sheet(each, chosen=each is page) for each in there]
    return Look(source, found + _of_header(header, titles), titles)


def _of_sheet(page: Sheet, *, chosen: bool) -> str:
    told = [f"{len(page.filled)} filled rows" if page.filled else "empty"]
    told += ["hidden"] if page.hidden else []
    told += [f"{len(page.merged)} merged ranges"] if page.merged else []
    return f"sheet {page.name}: {', '.join(told)}{' (proposed)' if chosen else ''}"


def _vector(path: Path, wanted: str | None) -> Look:
    there = layers(path)
    counts = {name: len(read_features(path, layer=name)) for name in there}
    layer = wanted or max(there, key=lambda name: counts[name], default=None)
    source = Source(file=path.name, layer=layer if len(there) > 1 else None)
    found = [f"layer {name}: {counts[name]} features{' (proposed)' if name == layer else ''}"
             for name in there]  # fmt: skip
    return Look(source, found, [])


def _header(records: Records) -> tuple[tuple[int, ...], list[str]]:
    """Return the rows that name the columns, none if it is the first filled one; and titles."""
    filled = [(row, cells) for row, cells in records if any(c and c.strip() for c in cells)]
    if not filled:
        return (), []
    header = likely_header(filled)
    titles = [" ".join(dict.fromkeys(" ".join(c.split()) for c in cells if c and c.strip()))
              for row, cells in filled if row < min(header)]  # fmt: skip
    return (() if header == (filled[0][0],) else header), titles


def _of_header(header: tuple[int, ...], titles: list[str]) -> list[str]:
    found = [f"columns named in row {' and '.join(map(str, header))}"] if header else []
    return found + [f"above them: “{title[:80]}”" for title in titles]
