"""Writing: aside first, then moved into place, so that nothing is ever left half written."""

from __future__ import annotations

import csv
import glob
import hashlib
import json
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from colocate.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

MANIFEST = "manifest.json"
"""A folder holding this file, with the key `colocate` in it, is one of ours and may be replaced."""

DAY_S = 86_400
"""What a killed process left aside is swept after so many seconds; no run takes as long."""


def sha256(path: Path, /) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def written_aside(path: Path, /) -> Iterator[Path]:
    """Give a path beside `path` to write to; on success the file written there replaces it.

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
    """Write a file at once or not at all."""
    with written_aside(path) as aside:
        aside.write_bytes(data)


def write_text(text: str, path: Path, /) -> None:
    """Write UTF-8 text with the line ends it has, at once or not at all."""
    write_bytes(text.encode(), path)


def write_csv(frame: pd.DataFrame, path: Path, /, *, excel: bool = False) -> None:
    """Write a frame without its index as UTF-8 CSV.

    Args:
        frame: Any table without a geometry column.
        path: The file.
        excel: Begin with a byte-order mark and end lines with CR LF, as Excel expects.
    """
    text = frame.to_csv(index=False, lineterminator="\r\n" if excel else "\n")
    if not excel and "\r" in text:  # left unquoted where lines end in LF alone; readers break there
        text = frame.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_ALL)
    write_bytes(text.encode("utf-8-sig" if excel else "utf-8"), path)


@contextmanager
def staged_folder(final: Path, /) -> Iterator[Path]:
    """Give an empty folder beside `final` to fill; on success it takes `final`'s place.

    When the block raises, the new folder is removed and an old one stays as it was. Folders are
    swapped by renaming, which every system knows; a process killed between the two renames leaves
    the old folder whole beside its place, as `.NAME.previous`. What a killed process left of a
    new folder is removed when it is a day old.

    Raises:
        OutputError: the place cannot be written, or holds something that colocate did not write.
    """
    final = final.resolve()
    _assert_ours(final)
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        _sweep(final)
        room = Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=final.parent))
    except OSError as fault:
        raise OutputError(f"{final}: cannot be written ({fault.strerror}).") from None
    staged = room / final.name
    try:
        staged.mkdir()  # mkdtemp's own folder would be closed to other users
        yield staged
        _swap(staged, final)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _sweep(final: Path) -> None:
    """Remove the rooms of runs that were killed: a day old, and nothing but our folder in them."""
    for room in final.parent.glob(f".{glob.escape(final.name)}.????????"):
        with suppress(OSError):
            ours = [path.name for path in room.iterdir()] in ([], [final.name])
            if ours and time.time() - room.stat().st_mtime > DAY_S:
                shutil.rmtree(room)


def _swap(staged: Path, final: Path) -> None:
    previous = final.with_name(f".{final.name}.previous")
    try:
        if final.exists():
            shutil.rmtree(previous, ignore_errors=True)
            final.rename(previous)
        try:
            staged.rename(final)
        except OSError:
            if previous.exists():
                previous.rename(final)
            raise
    except OSError as fault:
        raise OutputError(
            f"{final}: cannot be replaced ({fault.strerror}). Close whatever holds its files open."
        ) from None
    shutil.rmtree(previous, ignore_errors=True)


def _assert_ours(final: Path) -> None:
    if not final.exists():
        return
    if not final.is_dir():
        raise OutputError(f"{final}: is a file; an output folder is expected. Choose another.")
    if not any(final.iterdir()):
        return
    try:
        manifest = json.loads((final / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or "colocate" not in manifest:
        raise OutputError(
            f"{final}: holds files that colocate did not write (no {MANIFEST} of a run); they "
            "would be lost. Choose another folder or empty this one."
        )
