"""What a file is, before it is read: there, not empty, and what its name says."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from colocate.errors import InputError, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CONTENTS = (
    (b"PK\x03\x04", "a ZIP archive or Excel workbook"),
    (b"SQLite format 3\x00", "an SQLite database or GeoPackage"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
    (codecs.BOM_UTF16_LE, "text in UTF-16"),
    (codecs.BOM_UTF16_BE, "text in UTF-16"),
)
_EXPECTED = {
    ".xlsx": _CONTENTS[0],
    ".gpkg": _CONTENTS[1],
    ".parquet": _CONTENTS[3],
}


def inspect(path: Path, /) -> str:
    """Return the file's suffix in lower case once its content agrees with it.

    Args:
        path: the file.

    Raises:
        InputError: no such file, a folder, 0 bytes, or a content known not to be what the suffix
            says.
    """
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file. Check the name in the study file.") from None
    except OSError as fault:
        raise InputError(f"{path}: cannot be read ({fault.strerror}).") from None
    suffix = path.suffix.lower()
    if not start:
        raise InputError(f"{path}: the file is empty (0 bytes). Export it again.")
    found = next((what for magic, what in _CONTENTS if start.startswith(magic)), "something else")
    if suffix in _EXPECTED:
        magic, expected = _EXPECTED[suffix]
        if not start.startswith(magic):
            raise InputError(f"{path}: expected {expected}, found {found}. Export it again.")
    elif suffix == ".csv" and found != "something else":
        raise InputError(f"{path}: expected CSV text in UTF-8, found {found}. Export it again.")
    return suffix


def csv_text(path: Path, /, *, may_be_bare: bool = False) -> pd.DataFrame:
    """Read a CSV as raw text: every column `str`, an empty cell null, the index its row.

    Rows are numbered as a spreadsheet numbers them: the header is row 1. Wholly empty rows are no
    records and are passed over.

    Args:
        path: the file.
        may_be_bare: whether a header without rows is accepted.

    Raises:
        InputError: not UTF-8, no header, no rows (unless it `may_be_bare`), rows of uneven
            length, or malformed quoting.
    """
    inspect(path)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise InputError(
            f"{path}: not UTF-8: byte {raw[fault.start]:#04x} at offset {fault.start}, "
            f"line {line}. Save it as 'CSV UTF-8'."
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records = list(enumerate(reader, start=1))
    except csv.Error as fault:
        raise InputError(
            f"{path}: malformed CSV at line {reader.line_num}: {fault}. Export it again."
        ) from None
    return framed(path, records, may_be_bare=may_be_bare)


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


def framed(
    path: Path,
    records: Iterable[tuple[int, Sequence[str | None]]],
    /,
    *,
    of: str = "the file",
    may_be_bare: bool = False,
) -> pd.DataFrame:
    """Build the raw frame from numbered records of text, the first of which holds the names.

    Args:
        path: the file that they come from, for messages.
        records: pairs of a row number and the row's cells.
        of: the part of the file, for messages.
        may_be_bare: whether a header without rows is accepted.

    Raises:
        InputError: no header, no rows (unless it `may_be_bare`), uneven rows, a name missing or
            given twice.
    """
    filled = [(row, cells) for row, cells in records if any(c and c.strip() for c in cells)]
    if not filled:
        raise InputError(f"{path}: {of} holds no header and no rows.")
    names = [(name or "").strip() for name in filled[0][1]]
    rows = filled[1:]
    if not rows and not may_be_bare:
        raise InputError(f"{path}: {of} holds a header and no rows.")
    if uneven := [row for row, cells in rows if len(cells) != len(names)]:
        raise InputError(
            f"{path}: {len(names)} columns named, but rows {some(uneven)} hold another number of "
            "cells. Quote cells that hold commas."
        )
    frame = pd.DataFrame(
        [[cell or None for cell in cells] for _, cells in rows],
        index=pd.Index([row for row, _ in rows], name="row"),
        columns=range(len(names)),
        dtype="str",
    )
    kept = [at for at, name in enumerate(names) if name or frame[at].notna().any()]
    named = [names[at] for at in kept]
    if "" in named:
        raise InputError(f"{path}: column {kept[named.index('')] + 1} has values but no name.")
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise InputError(f"{path}: column names given twice: {some(twice)}. Rename one of them.")
    return frame[kept].set_axis(named, axis="columns")


def carried(name: str, /) -> Path | None:
    """Return a file that colocate carries among its data; None if there is none of that name.

    Args:
        name: its path in the folder `data`.
    """
    here = Path(__file__).resolve()
    bases = (here.parents[1] / "data", here.parents[3] / "data")  # installed; checkout
    return next((base / name for base in bases if (base / name).is_file()), None)
