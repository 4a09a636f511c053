"""Text with delimiters: CSV and its kin, decoded and parted as the file or the study says.

Nothing is guessed at: what does not fit is told with what it seems to be (`sniffed`), so that the
study can say so.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from colocate.errors import InputError
from colocate.io.framing import framed
from colocate.io.source import inspect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

ENCODINGS = ("utf-8", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "iso-8859-15",
             "mac-roman", "cp850", "cp437")  # fmt: skip
"""Encodings that the study may name."""

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


class Sniffed(NamedTuple):
    """How a text seems to be encoded and parted."""

    encoding: str
    delimiter: str


def csv_text(
    path: Path,
    /,
    *,
    may_be_bare: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_rows: Sequence[int] = (),
) -> pd.DataFrame:
    """Read delimited text as raw text: every column `str`, an empty cell null, the index its row.

    Rows are numbered as a spreadsheet numbers them. Wholly empty rows are no records and are
    passed over.

    Args:
        path: the file.
        may_be_bare: whether a header without rows is accepted.
        encoding: one of `ENCODINGS`; None for UTF-8, or UTF-16 where the file's first bytes say so.
        delimiter: between cells; None for a comma, or a tab in a .tsv.
        header_rows: rows that name the columns; none for the first.

    Raises:
        InputError: not of that encoding, no header, no rows (unless it `may_be_bare`), rows of
            uneven length, or malformed quoting.
    """
    records = text_records(path, encoding=encoding, delimiter=delimiter)
    if delimiter is None and (likely := _parted_otherwise(path, records)):
        raise InputError(
            f"{path}: one column is named, and its cells hold {DELIMITERS[likely]}. Set "
            f"`delimiter = {_toml(likely)}` of this input in the study file."
        )
    return framed(path, records, may_be_bare=may_be_bare, header_rows=header_rows)


def csv_header(path: Path, /) -> list[str]:
    """Return the names in the first line of a CSV, whatever follows.

    Args:
        path: the file.

    Raises:
        InputError: the file is missing, empty, or no text.
    """
    inspect(path)
    with path.open("rb") as file:
        first = file.readline(100_000).decode("utf-8-sig", errors="replace")
    return [name.strip() for name in next(csv.reader([first]), [])]


def text_records(
    path: Path, /, *, encoding: str | None = None, delimiter: str | None = None
) -> list[tuple[int, list[str]]]:
    """Return the numbered rows of delimited text.

    Args:
        path: the file.
        encoding: as `csv_text` takes it.
        delimiter: as `csv_text` takes it.

    Raises:
        InputError: not of that encoding, or malformed quoting.
    """
    suffix = inspect(path)
    text = _decoded(path, path.read_bytes(), encoding=encoding)
    separator = delimiter or ("\t" if suffix in {".tsv", ".tab"} else ",")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        return list(enumerate(reader, start=1))
    except csv.Error as fault:
        raise InputError(
            f"{path}: malformed CSV at line {reader.line_num}: {fault}. Export it again."
        ) from None


def _decoded(path: Path, raw: bytes, *, encoding: str | None) -> str:
    """Return a text, without the mark that may stand before it."""
    if encoding is not None and encoding.lower() not in ENCODINGS:
        raise InputError(
            f"{path}: encoding {encoding!r} is not known; there are {', '.join(ENCODINGS)}."
        )
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    chosen = encoding or ("utf-16" if marked else "utf-8")
    try:
        text = raw.decode("utf-8-sig" if chosen.lower() == "utf-8" else chosen)
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        likely = _encoding(raw)
        raise InputError(
            f"{path}: not {chosen.upper()}: byte {raw[fault.start]:#04x} at offset {fault.start}, "
            f'line {line}. It reads as {likely}: set `encoding = "{likely}"` of this input in '
            "the study file, or save it as 'CSV UTF-8'."
        ) from None
    return text.removeprefix("\ufeff")


def sniffed(path: Path, /) -> Sniffed:
    """Say how a text seems to be encoded and parted.

    Args:
        path: the file.

    Raises:
        InputError: the file is missing, empty or no text.
    """
    inspect(path)
    raw = path.read_bytes()
    encoding = _encoding(raw)
    text = _decoded(path, raw, encoding=encoding)
    return Sniffed(encoding, _delimiter(text))


def _encoding(raw: bytes) -> str:
    """Say what bytes read as: UTF-8 where they do, else what Windows writes in Britain."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if raw[1:200:2].count(0) > 50 or (len(raw) < 200 and raw[1::2].count(0) * 4 > len(raw)):
        return "utf-16-le"
    for encoding in ("utf-8", "cp1252"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "iso-8859-1"


def _delimiter(text: str) -> str:
    """Say which delimiter parts the first rows into most cells, as many in each."""
    counts: dict[str, int] = {}
    for each in DELIMITERS:
        try:
            rows = [row for _, row in zip(range(40), csv.reader(io.StringIO(text, newline=""),
                    delimiter=each), strict=False) if any(row)]  # fmt: skip
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows)
        width, times = widths.most_common(1)[0] if widths else (1, 0)
        counts[each] = (width - 1) * times
    return max(counts, key=lambda each: counts[each], default=",") if any(counts.values()) else ","


def _parted_otherwise(path: Path, records: list[tuple[int, list[str]]]) -> str | None:
    """Return the delimiter of a text that another was taken for, if it is one."""
    rows = [cells for _, cells in records if any(cells)]
    if not rows or max(len(row) for row in rows[:20]) > 1:
        return None
    likely = sniffed(path).delimiter
    return likely if likely in rows[0][0] else None


def _toml(delimiter: str) -> str:
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'
