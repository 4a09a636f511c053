"""Many parts of one work: one after another here, or side by side through Dask.

A part is a name and what a function is called with. Whoever works on it, the answer is the same; a
part that fails says which it was, and the others are done all the same.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from colocate.errors import ColocateError, InputError, OutputError
from colocate.handed import Given, forget, passing, received
from colocate.progress import SILENT, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from colocate.handed import Passing

NOTHING = object()
"""Stands for nothing given, since None may be."""

LOOPBACK = "127.0.0.1"
ANSWERS_WITHIN = "10s"
"""How long a scheduler may take to answer."""

MOST_DEATHS = 3
"""Workers that one part may bring down before it counts as failed (Dask's own figure)."""

OF_WORKERS = {
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.pause": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": str(2**26),
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": str(2**25),
}
"""Dask watches its workers line by line and gives memory back at every call: a third of their time
where calls are short. What they keep is bounded as glibc bounds it for any process. It also counts
the pages of a mapped file as theirs, which no pause frees: one that fills four fifths of what a
worker may hold would halt it for good."""

WITHOUT_DASHBOARD: dict[str, Any] = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
"""Dask opens a port for its pages in any case; nothing is told there."""


class Workers(NamedTuple):
    """Who works, and how they are reached."""

    who: int | str | None = None
    """So many processes of this machine, the address of a Dask scheduler, or None: this process."""
    share: str | None = None
    """URL of a folder, as fsspec takes it, in which workers find what they need who do not see the
    work folder."""
    dashboard: bool = False
    """Whether to open Dask's dashboard, and say where."""


class Answered(NamedTuple):
    """What came of a part: its answer, or the fault that ended it."""

    name: str
    answer: Any
    fault: ColocateError | None


@runtime_checkable
class Spread(Protocol):
    """Does parts of a work."""

    def each(
        self,
        function: Callable[..., Any],
        parts: Mapping[str, Any],
        /,
        *,
        given: object = NOTHING,
        of: Mapping[str, str] | None = None,
    ) -> Iterator[Answered]:
        """Call a function with every part; answers come as they are ready, in no order.

        Args:
            function: of a module, so that another process finds it.
            parts: what it is called with, by name; anything that can be pickled.
            given: what it is called with besides, the same for every part; workers map it from one
                file, so its arrays are in memory once.
            of: of each part what its answer rests on, beside the code and what its stage reads
                whole (`rests_on`); all else that differs from call to call of the function in a
                stage. Such an answer lasts, and is taken over when the stage is made anew. None
                where an answer is good for this time alone.
        """


def rests_on(*values: object) -> str:
    """Digest of what the answer of a part rests on.

    Args:
        *values: numbers, words and arrays of them.

    Raises:
        TypeError: a value is none of these, so nothing would tell it from another.
    """
    import numpy as np

    told = hashlib.sha256()
    for value in values:
        array = np.asarray(value)
        if array.dtype.hasobject:
            raise TypeError(f"{type(value).__name__}: neither numbers nor words")
        told.update(f"{array.dtype.str} {array.shape} ".encode())
        told.update(np.ascontiguousarray(array).tobytes())
    return told.hexdigest()


def gathered(
    answers: Iterable[Answered],
    names: Iterable[str],
    /,
    *,
    progress: Progress = SILENT,
    what: str = "parts",
) -> list[Any]:
    """Return the answers of parts in an order, whichever came first.

    Args:
        answers: what `Spread.each` yields.
        names: the parts in the order that is wanted.
        progress: told each part that is done.
        what: what they are called there.

    Raises:
        ColocateError: what ended the first part, by name, that failed.
    """
    names, found = list(names), {}
    for each in answers:
        found[each.name] = each
        progress.advance(len(found), len(names), what=what)
    listed = [found[name] for name in names]
    for each in listed:
        if each.fault is not None:
            raise each.fault
    return [each.answer for each in listed]


class Alone:
    """One part after another, in this process."""

    def each(
        self,
        function: Callable[..., Any],
        parts: Mapping[str, Any],
        /,
        *,
        given: object = NOTHING,
        of: Mapping[str, str] | None = None,  # noqa: ARG002 - nothing is kept here
    ) -> Iterator[Answered]:
        """Call the function with every part, in their order.

        Args:
            function: any.
            parts: what it is called with, by name.
            given: what it is called with besides.
            of: what their answers rest on.
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

    def __init__(self, client: Any, /, *, passing: Passing) -> None:  # noqa: ANN401 - Dask's own
        """Take a client.

        Args:
            client: `dask.distributed.Client`.
            passing: passes on what is given to all workers.
        """
        self._client, self._passing = client, passing

    def each(
        self,
        function: Callable[..., Any],
        parts: Mapping[str, Any],
        /,
        *,
        given: object = NOTHING,
        of: Mapping[str, str] | None = None,  # noqa: ARG002 - nothing is kept here
    ) -> Iterator[Answered]:
        """Call the function with every part, wherever there is room.

        A part whose worker dies is done again on another one.

        Args:
            function: of a module, so that another process finds it.
            parts: what it is called with, by name; anything that can be pickled.
            given: what it is called with besides; mapped from a file by each worker.
            of: what their answers rest on.

        Raises:
            OutputError: the scheduler has gone.
        """
        if not parts:
            return
        if given is NOTHING:
            yield from self._each(function, parts, given=None)
            return
        handed = self._passing.give(given)
        try:
            yield from self._each(function, parts, given=handed)
        finally:
            if handed.sha256 is not None:
                with suppress(Exception):  # a copy that is left goes after a day
                    self._client.run(forget, handed)
            self._passing.take_back(handed)

    def _each(
        self, function: Callable[..., Any], parts: Mapping[str, Any], *, given: Given | None
    ) -> Iterator[Answered]:
        from distributed import CancelledError, as_completed
        from distributed.scheduler import KilledWorker

        futures = {
            self._client.submit(_called, function, part, given=given, pure=False): name
            for name, part in parts.items()
        }
        for future in as_completed(futures, loop=self._client.loop):
            name = futures[future]
            try:
                yield Answered(name, future.result(), None)
            except ColocateError as fault:
                yield Answered(name, None, fault)
            except KilledWorker:
                yield Answered(name, None, OutputError(_deadly(name, given)))
            except CancelledError:
                raise OutputError(
                    f"{name}: the Dask scheduler has gone before it was done. Run again, with one "
                    "that runs: the work folder keeps what was finished."
                ) from None
            except Exception as fault:
                fault.add_note(f"while working on {name}")
                raise


def _deadly(name: str, given: Given | None) -> str:
    """Say that a part ends whoever does it."""
    told = f"{name}: ended {MOST_DEATHS + 1} workers. Is there memory enough for it?"
    if given is None:
        return told
    return f"{told} {given.size / 1e9:.1f} GB of what each worker holds is what all parts need."


def _called(function: Callable[..., Any], part: Any, *, given: Given | None) -> Any:  # noqa: ANN401
    """Do a part where a worker is."""
    return function(part) if given is None else function(part, received(given))


ALONE = Alone()
"""What a stage works with where nothing else is given."""


@contextmanager
def spread(
    workers: int | str | Workers | None,
    /,
    *,
    folder: Path | None = None,
    memory: str = "auto",
    progress: Progress = SILENT,
) -> Iterator[Spread]:
    """Give what does the parts, and end it afterwards: nothing runs or listens on.

    Args:
        workers: how many processes of this machine, which listen on loopback alone; or the address
            of a Dask scheduler that runs already; None or 1 for this process.
        folder: where workers find what is given to all of them; the system's for passing files
            when None.
        memory: most that a worker of this machine may hold before it is ended and started anew,
            such as `2GB`, the pages of mapped files among it; by default its share of the
            machine's.
        progress: told where the dashboard is.

    Raises:
        InputError: the extra that brings Dask, or what the dashboard needs, is not installed;
            nobody is at that address; or no such folder can be shared.
        OutputError: the shared folder cannot be written.
    """
    asked = workers if isinstance(workers, Workers) else Workers(workers)
    if asked.who in {None, 1}:
        if asked.share or asked.dashboard:
            raise InputError(
                "a shared folder and a dashboard are for several workers: ask for some with "
                "`--workers` or `--cluster`."
            )
        yield ALONE
        return
    try:
        import distributed  # noqa: F401 - whether it is there
    except ImportError:
        raise InputError(
            "several workers need Dask, which is not installed. Install it with `pip install "
            "'colocate[cluster]'`, here and on every worker."
        ) from None
    found = _own(asked, memory) if isinstance(asked.who, int) else _elsewhere(str(asked.who))
    with passing(folder, share=asked.share) as ready, found as client:
        if asked.dashboard:
            progress.line(f"dashboard: {client.dashboard_link}")
        yield OnDask(client, passing=ready)


@contextmanager
def _own(asked: Workers, memory: str) -> Iterator[Any]:
    """Start processes of this machine."""
    from dask import config
    from distributed import Client, LocalCluster

    if asked.dashboard:
        try:
            import bokeh  # noqa: F401 - whether it is there
        except ImportError:
            raise InputError(
                "the dashboard needs bokeh, which is not installed. Install it with `pip install "
                "'colocate[dashboard]'`, or leave out `--dashboard`."
            ) from None
    with (
        config.set(OF_WORKERS | ({} if asked.dashboard else WITHOUT_DASHBOARD)),
        LocalCluster(
            n_workers=asked.who, threads_per_worker=1, host=LOOPBACK, memory_limit=memory,
            dashboard_address=f"{LOOPBACK}:0", silence_logs=50,
        ) as local,
        Client(local, set_as_default=False) as client,
    ):  # fmt: skip
        if not asked.dashboard:
            local.sync(_close, local.scheduler.http_server)
        yield client


async def _close(server: Any) -> None:  # noqa: ANN401 - tornado's own
    server.stop()


@contextmanager
def _elsewhere(address: str) -> Iterator[Any]:
    """Find a scheduler that runs already."""
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # faults are raised
    try:
        client = Client(address, timeout=ANSWERS_WITHIN, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise InputError(
            f"{address}: no Dask scheduler answers there ({fault}). Start one with `dask "
            "scheduler`, or name another address."
        ) from None
    with client:
        yield client
