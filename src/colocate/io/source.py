"""What a file is, before it is read: there, not empty, and what its name says."""

from __future__ import annotations

import codecs
import glob
from pathlib import Path

from colocate.errors import InputError

TEXTS = (".csv", ".tsv", ".tab", ".txt")
BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""Suffixes of text with delimiters, and of workbooks."""

_CONTENTS = (
    (b"PK\x03\x04", "a ZIP archive or Excel workbook"),
    (b"SQLite format 3\x00", "an SQLite database or GeoPackage"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"PAR1", "a Parquet file"),
    (b"\x00\x00\x27\x0a" + b"\x00" * 12, "a shapefile"),
    (b"%PDF", "a PDF"),
    (codecs.BOM_UTF16_LE, "text in UTF-16"),
    (codecs.BOM_UTF16_BE, "text in UTF-16"),
)
_EXPECTED = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".ods"), _CONTENTS[0]),
    ".gpkg": _CONTENTS[1],
    ".xls": _CONTENTS[2],
    ".parquet": _CONTENTS[3],
    ".shp": _CONTENTS[4],
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
    elif suffix in TEXTS and found not in {"something else", "text in UTF-16"}:
        raise InputError(
            f"{path}: expected {suffix[1:].upper()} text, found {found}. Export it again."
        )
    return suffix


def files_of(path: Path, /) -> list[Path]:
    """Return the files that one is made of: those of a shapefile, else itself.

    Args:
        path: the file.
    """
    if path.suffix.lower() != ".shp":
        return [path]
    parts = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    beside = path.parent.glob(f"{glob.escape(path.stem)}.*")
    return sorted(each for each in beside if each.suffix.lower() in parts)


def carried(name: str, /) -> Path | None:
    """Return a file that colocate carries among its data; None if there is none of that name.

    Args:
        name: its path in the folder `data`.
    """
    here = Path(__file__).resolve()
    bases = (here.parents[1] / "data", here.parents[3] / "data")  # installed; checkout
    return next((base / name for base in bases if (base / name).is_file()), None)
