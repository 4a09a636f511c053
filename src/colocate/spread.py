"""Many parts of one work: one after another here, or side by side through Dask.

A part is a name and what a function is called with. Whoever works on it, the answer is the same; a
part that fails says which it was, and the others are done all the same.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from colocate.errors import ColocateError, InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

NOTHING = object()
"""Stands for nothing given, since None may be."""

LOOPBACK = "127.0.0.1"
ANSWERS_WITHIN = "10s"
"""How long a scheduler may take to answer."""

MOST_DEATHS = 3
"""Workers that one part may bring down before it counts as failed (Dask's own figure)."""


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
            given: what it is called with besides, the same for every part; each worker is sent it
                once.
        """


def gathered(answers: Iterable[Answered], names: Iterable[str], /) -> list[Any]:
    """Return the answers of parts in an order, whichever came first.

    Args:
        answers: what `Spread.each` yields.
        names: the parts in the order that is wanted.

    Raises:
        ColocateError: what ended the first part, by name, that failed.
    """
    found = {each.name: each for each in answers}
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

    def __init__(self, client: Any, /) -> None:  # noqa: ANN401 - Dask carries no types we follow
        """Take a client.

        Args:
            client: `dask.distributed.Client`.
        """
        self._client = client

    def each(
        self, function: Callable[..., Any], parts: Mapping[str, Any], /, *, given: object = NOTHING
    ) -> Iterator[Answered]:
        """Call the function with every part, wherever there is room.

        A part whose worker dies is done again on another one.

        Args:
            function: of a module, so that another process finds it.
            parts: what it is called with, by name; anything that can be pickled.
            given: what it is called with besides; sent to each worker once.
        """
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        also = () if given is NOTHING else (self._client.scatter(given, broadcast=True),)
        futures = {
            self._client.submit(function, part, *also, pure=False): name
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
            except Exception as fault:
                fault.add_note(f"while working on {name}")
                raise


ALONE = Alone()
"""What a stage works with where nothing else is given."""


@contextmanager
def spread(workers: int | str | None, /) -> Iterator[Spread]:
    """Give what does the parts, and end it afterwards: nothing runs or listens on.

    Args:
        workers: how many processes of this machine, which listen on loopback alone; or the address
            of a Dask scheduler that runs already; None or 1 for this process.

    Raises:
        InputError: the extra that brings Dask is not installed, or nobody is at that address.
    """
    if workers in {None, 1}:
        yield ALONE
        return
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise InputError(
            "several workers need Dask, which is not installed. Install it with `pip install "
            "'colocate[cluster]'`, here and on every worker."
        ) from None
    if isinstance(workers, int):
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, host=LOOPBACK,
                dashboard_address=f"{LOOPBACK}:0", silence_logs=50,
            ) as local,
            Client(local, set_as_default=False) as client,
        ):  # fmt: skip
            yield OnDask(client)
        return
    try:
        client = Client(workers, timeout=ANSWERS_WITHIN, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise InputError(
            f"{workers}: no Dask scheduler answers there ({fault}). Start one with `dask "
            "scheduler`, or name another address."
        ) from None
    with client:
        yield OnDask(client)
