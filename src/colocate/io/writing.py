"""Writing: aside first, then moved into place, so that nothing is ever left half written."""

from __future__ import annotations

import csv
import hashlib
import mmap
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from colocate.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    import pandas as pd


def sha256(path: Path, /, *, at_once: bool = False) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    Args:
        path: the file.
        at_once: whether to map it and hash it whole, for a thread beside one that would seldom let
            it have the next piece; a file that is not empty.
    """
    with path.open("rb") as file:
        if at_once:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
                return hashlib.sha256(whole).hexdigest()
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(paths: Collection[Path], /) -> dict[Path, str]:
    """Return the SHA-256 of each of many files.

    Args:
        paths: the files.
    """
    return {path: sha256(path) for path in paths}


@contextmanager
def written_aside(path: Path, /) -> Iterator[Path]:
    """Give a path beside `path` to write to; on success the file written there replaces it.

    Args:
        path: the file that is to be there in the end.

    Raises:
        OutputError: the folder or the file cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield aside
        aside.replace(path)
    except OSError as fault:
        raise OutputError(f"{path}: cannot be written ({fault.strerror or fault}).") from None
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def write_bytes(data: bytes, path: Path, /) -> None:
    """Write a file at once or not at all.

    Args:
        data: its whole content.
        path: the file; one that is there is replaced.
    """
    with written_aside(path) as aside:
        aside.write_bytes(data)


def write_staged(data: bytes, path: Path, /) -> None:
    """Write a file of a folder that nobody reads before it is moved into its place.

    Args:
        data: its whole content.
        path: the file.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.write_bytes(data)
    except OSError as fault:
        raise OutputError(f"{path}: cannot be written ({fault.strerror or fault}).") from None


def write_text(text: str, path: Path, /) -> None:
    """Write UTF-8 text with the line ends it has, at once or not at all.

    Args:
        text: its whole content.
        path: the file; one that is there is replaced.
    """
    write_bytes(text.encode(), path)


def write_frame(frame: pd.DataFrame, path: Path, /) -> None:
    """Write a frame that is no declared table as Parquet, without its index.

    Args:
        frame: any that Parquet holds.
        path: the file; one that is there is replaced.
    """
    with written_aside(path) as aside:
        frame.to_parquet(aside, index=False)


def write_csv(frame: pd.DataFrame, path: Path, /) -> None:
    """Write a frame without its index as UTF-8 CSV.

    Args:
        frame: Any table without a geometry column.
        path: The file.
    """
    text = frame.to_csv(index=False, lineterminator="\n")
    if "\r" in text:  # left unquoted where lines end in LF alone; readers break there
        text = frame.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_ALL)
    write_bytes(text.encode(), path)
