"""Many parts of one work: one after another here, or side by side through Dask.

A part is a name and what a function is called with. Whoever works on it, the answer is the same; a
part that fails says which it was, and the others are done all the same.
"""

from __future__ import annotations

import logging
import mmap
import pickle
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from colocate.errors import ColocateError, InputError, OutputError
from colocate.progress import SILENT, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

NOTHING = object()
"""Stands for nothing given, since None may be."""

LOOPBACK = "127.0.0.1"
ANSWERS_WITHIN = "10s"
"""How long a scheduler may take to answer."""

MOST_DEATHS = 3
"""Workers that one part may bring down before it counts as failed (Dask's own figure)."""

OF_WORKERS = {
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": str(2**26),
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": str(2**25),
}
"""Dask watches its workers line by line and gives memory back at every call: a third of their time
where calls are short. What they keep is bounded as glibc bounds it for any process."""

ALIGNED = 64
"""Arrays in a mapped file begin at multiples of so many bytes."""
LEFT = ".given-"
"""Begins the name of a folder of mapped files; what a killed run leaves goes after a day."""
DAY_S = 86_400


class Answered(NamedTuple):
    """What came of a part: its answer, or the fault that ended it."""

    name: str
    answer: Any
    fault: ColocateError | None


@runtime_checkable
class Spread(Protocol):
    """Does parts of a work."""

    def each(
        self, function: Callable[..., Any], parts: Mapping[str, Any], /, *, given: object = NOTHING
    ) -> Iterator[Answered]:
        """Call a function with every part; answers come as they are ready, in no order.

        Args:
            function: of a module, so that another process finds it.
            parts: what it is called with, by name; anything that can be pickled.
            given: what it is called with besides, the same for every part; workers map it from one
                file, so its arrays are in memory once.
        """


def gathered(
    answers: Iterable[Answered], names: Iterable[str], /, *, progress: Progress = SILENT
) -> list[Any]:
    """Return the answers of parts in an order, whichever came first.

    Args:
        answers: what `Spread.each` yields.
        names: the parts in the order that is wanted.
        progress: told each part that is done.

    Raises:
        ColocateError: what ended the first part, by name, that failed.
    """
    names, found = list(names), {}
    for each in answers:
        found[each.name] = each
        progress.advance(len(found), len(names), what="parts")
    listed = [found[name] for name in names]
    for each in listed:
        if each.fault is not None:
            raise each.fault
    return [each.answer for each in listed]


class Alone:
    """One part after another, in this process."""

    def each(
        self, function: Callable[..., Any], parts: Mapping[str, Any], /, *, given: object = NOTHING
    ) -> Iterator[Answered]:
        """Call the function with every part, in their order.

        Args:
            function: any.
            parts: what it is called with, by name.
            given: what it is called with besides.
        """
        also = () if given is NOTHING else (given,)
        for name, part in parts.items():
            try:
                yield Answered(name, function(part, *also), None)
            except ColocateError as fault:
                yield Answered(name, None, fault)
            except Exception as fault:
                fault.add_note(f"while working on {name}")
                raise


class OnDask:
    """Parts side by side, on the workers of a Dask scheduler."""

    def __init__(self, client: Any, /, *, folder: Path) -> None:  # noqa: ANN401 - Dask's own
        """Take a client.

        Args:
            client: `dask.distributed.Client`.
            folder: where workers find what is given to all of them, under the same name as here.
        """
        self._client, self._folder = client, folder

    def each(
        self, function: Callable[..., Any], parts: Mapping[str, Any], /, *, given: object = NOTHING
    ) -> Iterator[Answered]:
        """Call the function with every part, wherever there is room.

        A part whose worker dies is done again on another one.

        Args:
            function: of a module, so that another process finds it.
            parts: what it is called with, by name; anything that can be pickled.
            given: what it is called with besides; mapped from a file by each worker.

        Raises:
            OutputError: the scheduler has gone.
        """
        if not parts:
            return
        file = None if given is NOTHING else self._folder / f"{time.time_ns()}.mapped"
        if file is not None:
            write_mapped(given, file)
        try:
            yield from self._each(function, parts, file=file)
        finally:
            if file is not None:
                with suppress(OSError):  # Windows keeps what is still mapped
                    file.unlink(missing_ok=True)

    def _each(
        self, function: Callable[..., Any], parts: Mapping[str, Any], *, file: Path | None
    ) -> Iterator[Answered]:
        from distributed import CancelledError, as_completed
        from distributed.scheduler import KilledWorker

        futures = {
            self._client.submit(_called, function, part, file=file, pure=False): name
            for name, part in parts.items()
        }
        for future in as_completed(futures, loop=self._client.loop):
            name = futures[future]
            try:
                yield Answered(name, future.result(), None)
            except ColocateError as fault:
                yield Answered(name, None, fault)
            except KilledWorker:
                told = f"{name}: ended {MOST_DEATHS + 1} workers. Is there memory enough for it?"
                yield Answered(name, None, OutputError(told))
            except CancelledError:
                raise OutputError(
                    f"{name}: the Dask scheduler has gone before it was done. Run again, with one "
                    "that runs: the work folder keeps what was finished."
                ) from None
            except Exception as fault:
                fault.add_note(f"while working on {name}")
                raise


def _called(function: Callable[..., Any], part: Any, *, file: Path | None) -> Any:  # noqa: ANN401
    """Do a part where a worker is."""
    return function(part) if file is None else function(part, read_mapped(file))


def write_mapped(value: object, file: Path, /) -> int:
    """Write what many processes are to read, so that they hold its arrays in memory once.

    Args:
        value: anything that can be pickled; its arrays are written as they lie in memory.
        file: where to.

    Returns:
        The bytes written.
    """
    arrays: list[pickle.PickleBuffer] = []
    body = pickle.dumps(value, protocol=5, buffer_callback=arrays.append)
    with file.open("wb") as to:
        pickle.dump((body, [each.raw().nbytes for each in arrays]), to)
        for each in arrays:
            to.write(bytes(-to.tell() % ALIGNED))
            to.write(each.raw())
        return to.tell()


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
    except FileNotFoundError:
        raise InputError(
            f"{file}: a worker does not find it. Workers of a cluster need to see the work folder "
            "under the same name; name one that they share with `--work`."
        ) from None
    arrays = []
    for size in sizes:
        begin += -begin % ALIGNED
        arrays.append(whole[begin : begin + size])
        begin += size
    return pickle.loads(body, buffers=arrays)  # noqa: S301 - the same


ALONE = Alone()
"""What a stage works with where nothing else is given."""


@contextmanager
def spread(
    workers: int | str | None, /, *, folder: Path | None = None, memory: str = "auto"
) -> Iterator[Spread]:
    """Give what does the parts, and end it afterwards: nothing runs or listens on.

    Args:
        workers: how many processes of this machine, which listen on loopback alone; or the address
            of a Dask scheduler that runs already; None or 1 for this process.
        folder: where workers find what is given to all of them; the system's for passing files
            when None.
        memory: most that a worker of this machine may hold before it is ended and started anew,
            such as `2GB`; by default its share of the machine's.

    Raises:
        InputError: the extra that brings Dask is not installed, or nobody is at that address.
    """
    if workers in {None, 1}:
        yield ALONE
        return
    try:
        from dask import config
        from distributed import Client, LocalCluster
    except ImportError:
        raise InputError(
            "several workers need Dask, which is not installed. Install it with `pip install "
            "'colocate[cluster]'`, here and on every worker."
        ) from None
    with _passing(folder) as own:
        if isinstance(workers, int):
            with (
                config.set(OF_WORKERS),
                LocalCluster(
                    n_workers=workers, threads_per_worker=1, host=LOOPBACK, memory_limit=memory,
                    dashboard_address=f"{LOOPBACK}:0", silence_logs=50,
                ) as local,
                Client(local, set_as_default=False) as client,
            ):  # fmt: skip
                yield OnDask(client, folder=own)
            return
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # faults are raised
        try:
            client = Client(workers, timeout=ANSWERS_WITHIN, set_as_default=False)
        except (OSError, ValueError) as fault:
            raise InputError(
                f"{workers}: no Dask scheduler answers there ({fault}). Start one with `dask "
                "scheduler`, or name another address."
            ) from None
        with client:
            yield OnDask(client, folder=own)


@contextmanager
def _passing(folder: Path | None) -> Iterator[Path]:
    """Make a folder that only this user may read, and remove it and what others left."""
    place = Path(tempfile.gettempdir()) if folder is None else folder
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(f"{LEFT}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > DAY_S:
                shutil.rmtree(left, ignore_errors=True)
    own = Path(tempfile.mkdtemp(prefix=LEFT, dir=place)).resolve()
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
