"""How what all parts of a work need reaches whoever works: one file, which every process maps.

Workers that see the folder it lies in map it there. Others fetch it once a machine from a folder
with a URL, hold it against its hash, and map their own copy.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import pickle
import shutil
import tempfile
import time
import uuid
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol
from urllib.parse import urlsplit

from colocate.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

ALIGNED = 64
"""Arrays in a mapped file begin at multiples of so many bytes."""
CHUNK = 2**24
"""Bytes that are read, written or hashed at once."""
LEFT = ".given-"
"""Begins the name of a folder of mapped files; what a killed run leaves goes after a day."""
DAY_S = 86_400


class Given(NamedTuple):
    """Where a mapped file is, and what it has to be."""

    where: str
    size: int
    sha256: str | None
    """None where the file itself is mapped, under this name."""


class Passing(Protocol):
    """Passes mapped files on."""

    def give(self, value: object, /) -> Given:
        """Write a value where workers find it.

        Args:
            value: anything that can be pickled.
        """

    def take_back(self, given: Given, /) -> None:
        """Remove what was written.

        Args:
            given: as `give` returned it.
        """


class InFolder(NamedTuple):
    """Passes files on in a folder that workers see under the same name."""

    folder: Path

    def give(self, value: object, /) -> Given:
        """Write a value.

        Args:
            value: anything that can be pickled.
        """
        file = self.folder / f"{time.time_ns()}.mapped"
        return Given(str(file), write_mapped(value, file), None)

    def take_back(self, given: Given, /) -> None:
        """Remove what was written.

        Args:
            given: as `give` returned it.
        """
        with suppress(OSError):  # Windows keeps what is still mapped
            Path(given.where).unlink(missing_ok=True)


class OnShare(NamedTuple):
    """Passes files on in a folder with a URL."""

    system: Any
    """`fsspec.AbstractFileSystem`."""
    folder: str
    """As the system names it."""

    def give(self, value: object, /) -> Given:
        """Write a value.

        Args:
            value: anything that can be pickled.

        Raises:
            OutputError: it cannot be written.
        """
        path = f"{self.folder}/{time.time_ns()}.mapped"
        try:
            with self.system.open(path, "wb") as to:
                hashed = _Hashed(to)
                _write(value, hashed)
        except Exception as fault:  # noqa: BLE001 - every file system raises its own
            told = f"--share: {_said(fault)}, while writing what workers need. Is there room?"
            raise OutputError(told) from None
        return Given(self.system.unstrip_protocol(path), hashed.size, hashed.sha.hexdigest())

    def take_back(self, given: Given, /) -> None:
        """Remove what was written.

        Args:
            given: as `give` returned it.
        """
        with suppress(Exception):  # it goes after a day
            self.system.rm(self.system._strip_protocol(given.where))  # noqa: SLF001 - fsspec's way


class _Hashed:
    """Writes on, in pieces, and knows the hash of what it wrote."""

    def __init__(self, to: BinaryIO, /) -> None:
        self._to, self.size, self.sha = to, 0, hashlib.sha256()

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - whatever has bytes
        view = memoryview(data).cast("B")
        for first in range(0, len(view), CHUNK):
            piece = view[first : first + CHUNK]
            self.sha.update(piece)
            self._to.write(piece)
        self.size += len(view)
        return len(view)

    def tell(self) -> int:
        return self.size


def write_mapped(value: object, file: Path, /) -> int:
    """Write what many processes are to read, so that they hold its arrays in memory once.

    Args:
        value: anything that can be pickled; its arrays are written as they lie in memory.
        file: where to.

    Returns:
        The bytes written.
    """
    with file.open("wb") as to:
        return _write(value, to)


def _write(value: object, to: Any) -> int:  # noqa: ANN401 - a file, or what writes like one
    arrays: list[pickle.PickleBuffer] = []
    body = pickle.dumps(value, protocol=5, buffer_callback=arrays.append)
    to.write(pickle.dumps((body, [each.raw().nbytes for each in arrays])))
    for each in arrays:
        to.write(bytes(-to.tell() % ALIGNED))
        to.write(each.raw())
    return int(to.tell())


@lru_cache(maxsize=1)
def read_mapped(file: Path, /) -> Any:  # noqa: ANN401 - whatever was given
    """Return what was written, its arrays mapped: pages that nobody changes are everyone's.

    Args:
        file: as `write_mapped` wrote it, in this run.

    Raises:
        InputError: it is not here.
    """
    try:
        with file.open("rb") as source:
            body, sizes = pickle.load(source)  # noqa: S301 - of this run, in a folder of its own
            begin = source.tell()
            whole = memoryview(mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_COPY))
    except OSError:
        raise InputError(
            f"{file}: a worker does not find it. Workers of a cluster need to see the work folder "
            "under the same name (name one that they share with `--work`), or a folder with a URL "
            "that they reach (name it with `--share`)."
        ) from None
    arrays = []
    for size in sizes:
        begin += -begin % ALIGNED
        arrays.append(whole[begin : begin + size])
        begin += size
    return pickle.loads(body, buffers=arrays)  # noqa: S301 - the same


@lru_cache(maxsize=1)
def received(given: Given, /) -> Any:  # noqa: ANN401 - whatever was given
    """Return what was given, where a worker is.

    Args:
        given: as a `Passing` gave it.

    Raises:
        InputError: it is not here, cannot be fetched, or is not what was given.
    """
    return read_mapped(Path(given.where) if given.sha256 is None else _fetched(given))


def forget(given: Given, /) -> None:
    """Remove this machine's copy, where a worker is.

    Args:
        given: as a `Passing` gave it.
    """
    received.cache_clear()
    read_mapped.cache_clear()
    if given.sha256 is not None:
        for file in _cache().glob(f"{_own_name(given)}*"):
            with suppress(OSError):
                file.unlink()


def _fetched(given: Given) -> Path:
    """Find the machine's copy, or bring it; one process does, the others wait."""
    from locket import lock_file

    cache = _cache()
    _remove_old(cache)
    file = cache / f"{_own_name(given)}.mapped"
    with lock_file(str(file.with_suffix(".lock"))):
        if not file.is_file() or _sha256(file) != given.sha256:
            _bring(given, file.with_suffix(".part"))
            file.with_suffix(".part").replace(file)
    return file


def _bring(given: Given, to: Path) -> None:
    import fsspec

    try:
        with fsspec.open(given.where, "rb") as source, to.open("wb") as copy:
            shutil.copyfileobj(source, copy, CHUNK)
    except Exception as fault:  # noqa: BLE001 - every file system raises its own
        raise InputError(
            f"--share: a worker cannot fetch what it needs ({_said(fault)}). Workers need the "
            "package of the URL's protocol, and the right to read there in their environment."
        ) from None
    if _sha256(to) != given.sha256:
        to.unlink()
        raise InputError("--share: what a worker fetched is not what was written. Run again.")


def _own_name(given: Given) -> str:
    return hashlib.sha256(given.where.encode()).hexdigest()[:32]


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _cache() -> Path:
    """The folder of this machine's copies, which only this user may write: they are unpickled."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    folder = Path(tempfile.gettempdir()) / f"colocate-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if hasattr(os, "getuid") and (found.st_uid != user or found.st_mode & 0o077):
        raise InputError(f"{folder}: others may write there. Remove it, or set TMPDIR to another.")
    return folder


@contextmanager
def passing(folder: Path | None, /, *, share: str | None = None) -> Iterator[Passing]:
    """Give what passes mapped files on; afterwards they are gone, with what others left.

    Args:
        folder: that workers see under the same name; the system's for passing files when None.
        share: URL of a folder that workers reach instead.

    Raises:
        InputError: the URL says a secret, or its protocol is unknown or lacks its package.
        OutputError: nobody answers there, or it may not be written.
    """
    if share is not None:
        with _on_share(share) as ready:
            yield ready
        return
    place = Path(tempfile.gettempdir()) if folder is None else folder
    place.mkdir(parents=True, exist_ok=True)
    _remove_old(place, like=f"{LEFT}*")
    own = Path(tempfile.mkdtemp(prefix=LEFT, dir=place)).resolve()
    try:
        yield InFolder(own)
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _remove_old(place: Path, *, like: str = "*") -> None:
    for left in place.glob(like):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > DAY_S:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


@contextmanager
def _on_share(url: str) -> Iterator[OnShare]:
    """Make a folder in one that has a URL, which shows whether it may be written."""
    from fsspec.core import url_to_fs

    parts = urlsplit(url)
    if parts.password or parts.query:
        raise InputError(
            "--share: the URL may not say a password or a key: name the folder alone, and leave "
            "secrets to the environment, as fsspec finds them (AWS_PROFILE, FSSPEC_SFTP_PASSWORD "
            "and so on)."
        )
    try:
        system, root = url_to_fs(url)
    except (ImportError, ValueError) as fault:
        raise InputError(
            f"{url}: {_said(fault)}. Name a folder by a path or a URL that fsspec knows (s3://, "
            "gs://, sftp://, file://), with its package installed here and on every worker."
        ) from None
    except Exception as fault:  # noqa: BLE001 - every file system raises its own
        raise _unwritable(url, fault) from None
    own = f"{root.rstrip('/')}/{LEFT}{int(time.time())}-{uuid.uuid4().hex[:12]}"
    try:
        system.mkdir(own, create_parents=False)
        system.pipe_file(f"{own}/begun", b"colocate\n")
    except Exception as fault:  # noqa: BLE001 - every file system raises its own
        raise _unwritable(url, fault) from None
    _remove_old_shares(system, root)
    try:
        yield OnShare(system, own)
    finally:
        with suppress(Exception):  # it goes after a day
            system.rm(own, recursive=True)


def _unwritable(url: str, fault: Exception) -> OutputError:
    return OutputError(
        f"{url}: cannot be written ({_said(fault)}). Name a folder that exists, that this machine "
        "and every worker reach, and that this user may write."
    )


def _remove_old_shares(system: Any, root: str) -> None:  # noqa: ANN401 - fsspec's own
    """Remove what killed runs left a day ago: its name says when it began."""
    with suppress(Exception):  # it is no use to this run
        for path in system.ls(root, detail=False):
            begun = path.rstrip("/").rpartition("/")[2].removeprefix(LEFT).partition("-")[0]
            if f"/{LEFT}" in f"/{path}" and begun.isdigit() and time.time() - int(begun) > DAY_S:
                system.rm(path, recursive=True)


def _said(fault: Exception) -> str:
    """What a file system says, in one line."""
    first = (str(fault).strip() or "no reason given").splitlines()[0]
    return f"{type(fault).__name__}: {first}"
