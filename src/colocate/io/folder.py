"""Output folders: made aside, swapped in whole, and what people put into them is never lost.

A run replaces the folder of the run before. Only what that run wrote, and is still as it wrote it,
goes: the manifest's `outputs` says which files those are. Everything else is carried into the new
folder before the swap: files of other people in their place, and into `kept` those whose place a
new file takes, with our own that were edited since. Links are carried as links, never followed.
"""

from __future__ import annotations

import glob
import itertools
import json
import os
import shutil
import stat
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from colocate.errors import OutputError, some
from colocate.io.writing import hashes, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MANIFEST = "manifest.json"
"""A folder holding this file, with the key `colocate` in it, is one of ours and may be replaced."""

KEPT = "kept"
"""Folder within an output folder for what cannot stay in its place; `kept-2` and so on when what
is there already has the same name."""

REMOVED_AT_ONCE = 4
"""Files of a folder that nobody needs: each takes a moment of waiting for the disk."""
DAY_S = 86_400
"""What a killed process left aside is swept after so many seconds; no run takes as long."""


@contextmanager
def staged_folder(
    final: Path, /, *, tell: Callable[[str], None] = lambda _: None
) -> Iterator[Path]:
    """Give an empty folder beside `final` to fill; on success it takes `final`'s place.

    Left empty, it takes nobody's place.

    When the block raises, the new folder is removed and an old one stays as it was. Folders are
    swapped by renaming, which every system knows; a process killed between the two renames leaves
    the old folder whole beside its place, as `.NAME.previous`, and the next call puts it back.
    What a killed process left of a new folder is removed when it is a day old.

    Args:
        final: the folder to make or to replace.
        tell: called with a line for what was found in the old folder and kept.

    Raises:
        OutputError: the place cannot be written, or holds something that colocate did not write
            and that cannot be kept.
    """
    final = final.resolve()
    previous = final.parent / f".{final.name}.previous"
    _put_back(previous, final)
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
        if not any(staged.iterdir()):
            return  # nothing was made anew: what stands there stays
        told = [line for old in (final, previous) for line in _carry(old, staged, final=final)]
        _swap(staged, final, previous=previous)
        for line in told:
            tell(line)
    finally:
        _remove(room)


def _remove(room: Path) -> None:
    """Remove a folder and what is in it."""
    with ThreadPoolExecutor(REMOVED_AT_ONCE) as threads, suppress(OSError):
        for path in _entries(room):
            threads.submit(path.unlink)
    shutil.rmtree(room, ignore_errors=True)


def _put_back(previous: Path, final: Path) -> None:
    """Put an old folder back that a killed process had moved aside.

    Raises:
        OutputError: what stands in its name is not ours, or cannot be moved.
    """
    if not os.path.lexists(previous):
        return
    if _recorded(previous) is None:
        raise OutputError(
            f"{previous}: stands where the run before is moved while {final.name} is replaced, and "
            "is no run of colocate. Move it elsewhere."
        )
    if not os.path.lexists(final):
        try:
            previous.rename(final)
        except OSError as fault:
            raise OutputError(f"{previous}: cannot be put back ({fault.strerror}).") from None


def _sweep(final: Path) -> None:
    """Remove the rooms of runs that were killed: a day old, and nothing but our folder in them."""
    for room in final.parent.glob(f".{glob.escape(final.name)}.????????"):
        with suppress(OSError):
            ours = {path.name for path in room.iterdir()} <= {final.name, f".{final.name}.previous"}
            if ours and time.time() - room.stat().st_mtime > DAY_S:
                shutil.rmtree(room)


def _swap(staged: Path, final: Path, *, previous: Path) -> None:
    """Put the new folder in the old one's place; what was in the way goes with the room."""
    room = staged.parent
    try:
        if os.path.lexists(previous):  # of a killed run; what was to keep of it has been carried
            previous.rename(room / previous.name)
        if final.exists():
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
    with suppress(OSError):  # it stays whole then, and the next run removes it
        previous.rename(room / final.name)


def _assert_ours(final: Path) -> None:
    if not final.exists():
        return
    if not final.is_dir():
        raise OutputError(f"{final}: is a file; an output folder is expected. Choose another.")
    if not os.access(final, os.W_OK):
        raise OutputError(f"{final}: is read-only. Choose another folder, or open it for writing.")
    if any(final.iterdir()) and _recorded(final) is None:
        raise OutputError(
            f"{final}: holds files that colocate did not write (no {MANIFEST} of a run); they "
            "would be lost. Choose another folder or empty this one."
        )


def _recorded(folder: Path) -> Mapping[str, str] | None:
    """Return what a run's manifest says was written, with hashes; None if there is no run."""
    path = folder / MANIFEST
    try:
        plain = stat.S_ISREG(path.lstat().st_mode)
        manifest = json.loads(path.read_text(encoding="utf-8")) if plain else None
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(manifest, dict) or "colocate" not in manifest:
        return None
    outputs = manifest.get("outputs")
    return outputs if isinstance(outputs, dict) else {}


def _carry(old: Path, staged: Path, *, final: Path) -> Iterator[str]:
    """Carry into the new folder whatever of an old one is not ours; say what that was.

    Raises:
        OutputError: something cannot be carried.
    """
    recorded = _recorded(old) or {}
    foreign: list[Path] = []
    edited: list[Path] = []
    try:
        entries = {path: path.relative_to(old) for path in _entries(old)}
        ours = [path for path, name in entries.items() if name.as_posix() in recorded]
        found = hashes([path for path in ours if _is_plain(path)])
        for path, name in entries.items():
            written = recorded.get(name.as_posix())
            if name.as_posix() == MANIFEST or (written is not None and found.get(path) == written):
                continue
            (foreign if written is None else edited).append(name)
        apart = [name for name in foreign if not _placed(old, name, to=staged)]
        aside = [*edited, *apart]
        for name in aside:
            folders = (KEPT if n == 1 else f"{KEPT}-{n}" for n in itertools.count(1))
            next(folder for folder in folders if _placed(old, name, to=staged / folder))
    except OSError as fault:
        raise OutputError(
            f"{fault.filename or old}: was not written by colocate and cannot be kept "
            f"({fault.strerror or fault}). Move it out of {final}."
        ) from None
    if stayed := [name.as_posix() for name in foreign if name not in apart]:
        yield f"kept in {final}, not written by colocate: {some(stayed)}"
    if moved := [name.as_posix() for name in aside]:
        yield f"set aside in {final / KEPT}, edited or in the way: {some(moved)}"


def _entries(folder: Path) -> Iterator[Path]:
    """Yield every file, link and empty folder below a folder, in order; follow no link."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as listing:
        found = sorted(listing, key=lambda entry: entry.name)
    for entry in found:
        path = folder / entry.name
        within = list(_entries(path)) if entry.is_dir(follow_symlinks=False) else []
        yield from within or [path]


def _hash(path: Path) -> str | None:
    """Return the SHA-256 of a file; None for a link, a folder or a device."""
    return sha256(path) if _is_plain(path) else None


def _is_plain(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def _placed(old: Path, name: Path, *, to: Path) -> bool:
    """Carry `old / name` to `to / name` unless something else stands there; say if it is there."""
    source, target = old / name, to / name
    folders = [to, *(to / parent for parent in reversed(name.parents[:-1]))]
    if any(os.path.lexists(each) and not _is_folder(each) for each in folders):
        return False
    if os.path.lexists(target):
        return _same(source, target)
    to.mkdir(exist_ok=True)
    for parent in reversed(name.parents[:-1]):
        _like(old / parent, to / parent)
    if source.is_symlink():
        target.symlink_to(source.readlink(), target_is_directory=source.is_dir())
    elif source.is_dir():
        _like(source, target)
    else:
        _link(source, target)
    return True


def _like(source: Path, target: Path) -> None:
    """Make a folder that is open to the same people, and to us."""
    if not target.exists():
        target.mkdir()
        target.chmod(stat.S_IMODE(source.stat().st_mode) | stat.S_IRWXU)


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system knows no such thing."""
    try:
        target.hardlink_to(source)
    except OSError:
        if not source.is_file():
            raise
        shutil.copy2(source, target)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _same(one: Path, other: Path) -> bool:
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    if one.is_dir() or other.is_dir():
        return one.is_dir() and other.is_dir()
    return _hash(one) is not None and _hash(one) == _hash(other)
