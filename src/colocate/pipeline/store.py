"""The work folder: each stage's tables, kept under a key of everything they were made from.

A stage is skipped when a folder with its key is there and whole. The key is made of the stage's
own code, the settings and input files it reads, the versions of the libraries that make answers,
and the *contents* of the tables it reads, so a change that makes no difference upstream costs
nothing downstream. Tables lie in Parquet, the largest in files that any process maps. The folder is
safe to delete between runs, to copy, and to share between processes: entries are written aside and
moved into place, and none is removed that was used within the last day.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from colocate import io
from colocate.errors import OutputError
from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from colocate.tables import Table

KEPT = 4
"""Entries kept per stage, newest first: enough to go back and forth between settings. Beyond them
only those go that were not used for a day, since another run may still read one."""
LARGE_BYTES = 1_000_000
"""What is smaller is hashed as soon as a thread has had its turn to."""
_LOOKED_OVER: dict[tuple[Path, int, int], str] = {}
"""Hashes by path, time and size, until they are asked for."""


@dataclass(frozen=True)
class Entry:
    """A stage's stored tables: where they lie and the SHA-256 of each file."""

    folder: Path
    hashes: Mapping[str, str]
    columns: Mapping[str, str]
    """SHA-256 of what each column holds, as `table.column`, of tables that are read by column."""
    counts: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Rows of each table, where its note tells them."""

    def rows(self, table: str, /) -> int:
        """Return how many rows one of its tables has, as its note or else the file says.

        Args:
            table: its name.
        """
        found = self.counts.get(table)
        return io.row_count(self.file(table)) if found is None else found

    def file(self, table: str, /) -> Path:
        """Return where one of its tables lies.

        Args:
            table: its name.
        """
        return self.folder / _file(table)

    @property
    def digests(self) -> dict[str, str]:
        """What a key may rest on: the hash of each table, and of each column that has one."""
        return {**self.hashes, **self.columns}

    @property
    def files(self) -> dict[str, Path]:
        """Where its tables lie, but for `issues`, of which every entry has its own."""
        return {table: self.file(table) for table in self.hashes if table != "issues"}


def digest(*parts: object) -> str:
    """SHA-256 of the parts' canonical JSON.

    Args:
        *parts: anything that JSON can hold; else its text counts.
    """
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def find(work: Path, stage: str, *, key: str, makes: Iterable[str]) -> Entry | None:
    """Return the stored entry if it is there and whole.

    A note is believed only where the files bear it out: it names the tables `makes` and no other,
    and each file has the hash it gives.

    Args:
        work: the work folder.
        stage: name of the stage.
        key: what the entry was made from.
        makes: names of the tables that the stage makes, `issues` among them.
    """
    folder = work / stage / key[:24]
    noted = _noted(folder, key=key)
    if noted is None or noted.hashes.keys() != set(makes):
        return None
    for table, expected in noted.hashes.items():
        path = noted.file(table)
        try:
            if not path.is_file() or _sha256(path) != expected:
                return None
        except OSError:
            return None
    with suppress(OSError):  # a read-only folder still serves
        os.utime(folder)
    return noted


@contextmanager
def looked_over(work: Path) -> Iterator[None]:
    """Hash the large files of the newest entries in a thread; `find` then need not hash these.

    Args:
        work: the work folder.
    """

    def look() -> None:
        for shelf in work.glob("[!.]*"):
            with suppress(OSError, ValueError):  # as `find` will see
                newest = max(shelf.glob("[!.]*"), key=lambda entry: entry.stat().st_mtime)
                for path in newest.iterdir():
                    if path.stat().st_size > LARGE_BYTES:
                        _LOOKED_OVER[_as_it_is(path)] = io.sha256(path, at_once=True)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _sha256(path: Path) -> str:
    """The hash of a file; one that was looked over, and is as it was, is hashed once."""
    return _LOOKED_OVER.pop(_as_it_is(path), None) or io.sha256(path)


def _as_it_is(path: Path) -> tuple[Path, int, int]:
    found = path.stat()
    return path, found.st_mtime_ns, found.st_size


def _file(table: str) -> str:
    return TABLES[table].file if table in TABLES else f"{table}.parquet"


def _noted(folder: Path, *, key: str) -> Entry | None:
    """Return the entry as its note tells it; None if it is no note of this key."""
    path = folder / "entry.json"
    try:
        note = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(note, dict) or note.get("key") != key:
        return None
    hashes, columns = note.get("hashes"), note.get("columns")
    if not isinstance(hashes, dict) or not isinstance(columns, dict):
        return None
    counts = note.get("rows")
    if not isinstance(counts, dict) or note.get("check") != digest(hashes, counts):
        counts = {}
    return Entry(folder, hashes, columns, counts)


def put(
    work: Path,
    stage: str,
    *,
    key: str,
    made: Mapping[str, pd.DataFrame],
    tables: Mapping[str, Table] = TABLES,
) -> Entry:
    """Store a stage's tables; if another process was first, its entry stands.

    Args:
        work: the work folder.
        stage: the stage's name.
        key: hash of all that its result depends on.
        made: its tables by name, `issues` among them.
        tables: what they must hold.

    Raises:
        OutputError: the work folder cannot be written.
    """
    shelf = work / stage
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".new-", dir=shelf))
    except OSError as fault:
        raise _unwritable(work, fault) from None
    try:
        hashes, columns = _saved(made, aside, tables=tables)
        counts = {name: len(frame) for name, frame in made.items()}
        note = {
            "key": key, "stage": stage, "hashes": hashes, "columns": columns, "rows": counts,
            "check": digest(hashes, counts),
        }  # fmt: skip
        (aside / "entry.json").write_text(json.dumps(note, indent=1), encoding="utf-8")
        folder = shelf / key[:24]
        if find(work, stage, key=key, makes=made) is None:
            _remove(folder)  # a broken entry under the same key
            aside.rename(folder)
    except OSError as fault:
        if find(work, stage, key=key, makes=made) is None:
            raise _unwritable(work, fault) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    prune(shelf)
    return Entry(folder, hashes, columns, counts)


def _saved(
    made: Mapping[str, pd.DataFrame], folder: Path, *, tables: Mapping[str, Table]
) -> tuple[dict[str, str], dict[str, str]]:
    """Write tables into a folder; return the hash of each, and of columns that are told apart."""
    hashes = {}
    for name, frame in made.items():
        path = folder / _file(name)
        io.save(frame, tables[name], path)
        hashes[name] = io.sha256(path)
    columns = {
        f"{name}.{column}": found
        for name in made
        if tables[name].by_column
        for column, found in io.column_hashes(folder / _file(name)).items()
    }
    return hashes, columns


def _remove(path: Path) -> None:
    """Remove what stands in an entry's place, whatever it is."""
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def _unwritable(work: Path, fault: OSError) -> OutputError:
    return OutputError(
        f"{work}: stages cannot be stored ({fault.strerror or fault}). Name a folder that can be "
        "written with `--work`."
    )


def prune(shelf: Path, /, *, most: int = KEPT) -> None:
    """Remove what was not used for a day, but for the newest.

    Args:
        shelf: the folder; what in it begins with a dot stays, unless an entry was left unfinished.
        most: how many stay however old they are.
    """
    used = {}
    for folder in shelf.iterdir():
        with suppress(OSError):  # another process may have removed it
            used[folder] = folder.stat().st_mtime
    entries = sorted(
        (folder for folder in used if not folder.name.startswith(".")),
        key=lambda folder: (-used[folder], folder.name),
    )
    unfinished = [folder for folder in used if folder.name.startswith(".new-")]
    for old in [*entries[most:], *unfinished]:
        if time.time() - used[old] > io.DAY_S:
            with suppress(OSError):
                _remove(old)
