"""The stages of a run as a graph: each is made once what it reads is there, several side by side.

The board knows what is made, what can be made, and what waits. The run's own process takes stages
from it one after another; so does a thread for each process beside it, which hands the stage over
and waits. A stage for which many others wait is begun before one that nobody waits for; of two
processes that wait, the one takes it that is readier. What comes of a run is the same however many
there are: entries, issues and lines stand in the order of `STAGES`, and of several faults the first
stage's is raised.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from colocate import io
from colocate.pipeline import child, code, keys, memory, store
from colocate.pipeline.stages import STAGES
from colocate.pipeline.telling import Telling
from colocate.pipeline.worker import AHEAD, GoneError, Task, Worker, make
from colocate.spread import ALONE
from colocate.tables.readiness import assert_ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from colocate.pipeline.locate import Place
    from colocate.pipeline.telling import Event
    from colocate.progress import Progress
    from colocate.spread import Spread

READY = frozenset({"input_readiness", "readiness"})
"""Tables that may end a run, before it makes anything from them."""

KEPT_BYTES = 1_000_000
"""A table whose file is smaller stays in memory for the outputs; of the larger ones they read few,
and those stay for which a stage waits."""
LARGE_BYTES = 20_000_000
"""A table whose file is larger stays only while several stages wait for it: the last may be made
elsewhere, and by itself reads it again."""

AFTER = {"draws": "effects"}
"""Stages that wait for one they do not read: both hold the most memory, and compile the same loops
where nobody has, which each would do for itself."""


@cache
def _precedence(number: int) -> tuple[bool, int, int]:
    """What a stage that can be made comes before others by.

    Those that read inputs alone come first, since they soonest say what is wrong with these; then
    those with the longest chain of stages that wait for them.
    """
    return bool(STAGES[number - 1].reads), -_chain(number), number


@cache
def _chain(number: int) -> int:
    makes = {*STAGES[number - 1].makes}
    heirs = (at for at, stage in enumerate(STAGES, start=1) if not makes.isdisjoint(stage.reads))
    return 1 + max(map(_chain, heirs), default=0)


class StoppedError(Exception):
    """Another stage has failed; what this one would make is not wanted any more."""


class Done(NamedTuple):
    """What became of a stage."""

    entry: store.Entry
    found: bool
    seconds: float


class Board:
    """What is made, what can be made, and what waits."""

    def __init__(self, place: Place, *, progress: Progress, anyway: bool) -> None:
        """Begin with nothing made.

        Args:
            place: the study and its scenario.
            progress: told of every stage, in order.
            anyway: whether a study that is not ready goes on.
        """
        self.place, self.anyway = place, anyway
        self.telling = Telling(progress)
        self.done: dict[int, Done] = {}
        self.workers: list[Worker] = []
        """Processes beside the run's own; idle once all stages are made."""
        self.tables = io.Tables({})
        self._bytes: dict[str, int] = {}
        self._unasked: dict[str, int] = {}
        self._waiting = list(range(1, len(STAGES) + 1))
        self._at_work: set[int] = set()
        self._idle = {True: 0, False: 0}
        """How many processes have asked for a stage and wait: the run's own, and others."""
        self._faults: dict[int, Exception] = {}
        self._stopped = False
        self._turn = threading.Condition()

    def take(self, *, own: bool, wait: bool = True) -> Task | Literal["later"] | None:
        """Return a stage to make as soon as there is one; None when there will be none.

        Stages that are found stored are done by the way.

        Args:
            own: whether the run's own process asks.
            wait: whether to wait for one; "later" is the answer if not, and there is none yet.
        """
        with self._turn:
            while not self._over():
                number = self._next(own=own)
                if number is None and not wait:
                    return "later"
                if number is None:
                    self._idle[own] += 1
                    self._turn.wait(1.0)  # a time, or Windows hears no interrupt
                    self._idle[own] -= 1
                    continue
                self._waiting.remove(number)
                self._at_work.add(number)
                task = self._looked_up(number)
                if task is not None:
                    return task
            return None

    def waiting(self) -> list[str]:
        """Return the names of the stages that nobody has begun."""
        with self._turn:
            return [STAGES[number - 1].name for number in self._waiting]

    def stop(self) -> None:
        """Begin no stage any more."""
        with self._turn:
            self._stopped = True
            self._turn.notify_all()

    def _over(self) -> bool:
        if self._stopped:
            return True
        first = min(self._faults, default=len(STAGES) + 1)
        return not any(number < first for number in (*self._waiting, *self._at_work))

    def _next(self, *, own: bool) -> int | None:
        """Of the stages that wait for nothing the first in turn, unless an earlier one failed.

        While the run's own process and another both wait, each leaves to the other what that is
        readier for.
        """
        first = min(self._faults, default=len(STAGES) + 1)
        there = self._digests()
        ready = [
            number
            for number in self._waiting
            if number < first and all(name in there for name in STAGES[number - 1].reads)
        ]
        unmade = {STAGES[number - 1].name for number in (*self._waiting, *self._at_work)}
        ready = [n for n in ready if AFTER.get(STAGES[n - 1].name) not in unmade]
        fit = [number for number in ready if (STAGES[number - 1].name in AHEAD) != own]
        alone = not self._idle[not own] or len(ready) > 1
        return min(fit or (ready if alone else ()), key=_precedence, default=None)

    def _digests(self) -> Mapping[str, str]:
        made = [each.entry.digests for each in self.done.values()]
        return {name: found for digests in made for name, found in digests.items()}

    def _looked_up(self, number: int) -> Task | None:
        """Return what is to be made; None where it is stored, or cannot be looked up."""
        clock = time.perf_counter()
        stage = STAGES[number - 1]
        try:
            digests = self._digests()
            key = keys.key(stage, self.place, digests=digests)
            entry = store.find(self.place.work, stage.name, key=key, makes=(*stage.makes, "issues"))
            if entry is not None:
                self.made(number, Done(entry, found=True, seconds=time.perf_counter() - clock))
                return None
        except Exception as fault:  # noqa: BLE001 - raised by the run, if it is the first
            self.failed(number, fault)
            return None
        if self._ends():
            self.given_back(number)
            return None
        common = None
        if stage.by_part:
            common = keys.key(stage, self.place, digests=digests, without=stage.by_part)
        files = {name: self.tables.files[name] for name in stage.reads}
        return Task(number, key, common, files, self._kept())

    def _kept(self) -> set[str]:
        asked = Counter(name for each in self._waiting for name in STAGES[each - 1].reads)
        return {
            name
            for name, size in self._bytes.items()
            if size < KEPT_BYTES or asked[name] > (size > LARGE_BYTES)
        }

    def made(self, number: int, done: Done, /) -> None:
        """Note what became of a stage.

        Args:
            number: of the stage.
            done: what became of it.
        """
        stage = STAGES[number - 1]
        head = f"[{number}/{len(STAGES) + 1}] {stage.label}"
        with self._turn:
            files = done.entry.files
            self.tables.add(files)
            self._bytes |= {name: file.stat().st_size for name, file in files.items()}
            self.done[number] = done
            self._at_work.discard(number)
            took = "unchanged" if done.found else f"{done.seconds:.1f} s"
            self._unasked |= dict.fromkeys(READY.intersection(stage.makes), number)
            ends = not done.found and self._ends()
            self.telling.over(number, f"{head}: {took}", last=ends)
            self._turn.notify_all()

    def _ends(self) -> bool:
        """Whether what was found of the readiness ends the run."""
        faults = len(self._faults)
        while self._unasked:
            name, number = self._unasked.popitem()
            try:
                assert_ready(self.tables[name], anyway=self.anyway)
            except Exception as fault:  # noqa: BLE001 - raised by the run, if it is the first
                self._faults[number] = fault
        return len(self._faults) > faults

    def failed(self, number: int, fault: Exception, /) -> None:
        """Note why a stage could not be made: none after it is begun any more.

        Args:
            number: of the stage.
            fault: what it raised.
        """
        with self._turn:
            self._at_work.discard(number)
            self._faults[number] = fault
            self._turn.notify_all()

    def given_back(self, number: int, /) -> None:
        """Let another make a stage, since the process that was to make it has ended.

        Args:
            number: of the stage.
        """
        with self._turn:
            self._at_work.discard(number)
            self._waiting = sorted([*self._waiting, number])
            self._turn.notify_all()

    def work(
        self,
        by: Callable[[Task, Callable[[Event], None]], store.Entry],
        /,
        *,
        own: bool = False,
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        """Make stages until there are none to make, or who makes them has ended.

        Args:
            by: makes one, telling its progress.
            own: whether it does so in the run's own process.
            meanwhile: done once, when there is first nothing to make.
        """
        while (task := self.take(own=own, wait=meanwhile is None)) is not None:
            if task == "later":
                if meanwhile:
                    meanwhile()
                meanwhile = None
                continue
            clock = time.perf_counter()
            try:
                entry = by(task, partial(self._told, task.number))
                done = Done(entry, found=False, seconds=time.perf_counter() - clock)
                self.made(task.number, done)
            except GoneError:
                self.given_back(task.number)
                return
            except Exception as fault:  # noqa: BLE001 - raised by the run, if it is the first
                self.failed(task.number, fault)

    def _told(self, number: int, event: Event) -> None:
        if any(fault < number for fault in self._faults):
            raise StoppedError
        self.telling.tell(number, event)

    def assert_made(self) -> None:
        """Raise what the first stage that failed raised."""
        if self._faults:
            raise self._faults[min(self._faults)]

    def assert_ready(self) -> None:
        """Raise what ends a run that would go on from here.

        What is found stored is not read for it before.

        Raises:
            ReadinessError: too little of the inputs is understood.
        """
        self._ends()
        self.assert_made()


@contextmanager
def filled(
    place: Place,
    *,
    progress: Progress,
    anyway: bool,
    processes: int,
    spread: Spread = ALONE,
    changed: bool = False,
) -> Iterator[Board]:
    """Make every stage that is not stored; the board's processes last as long as the context.

    Args:
        place: the study and its scenario.
        progress: told of every stage, in order.
        anyway: whether a study that is not ready goes on.
        processes: how many make stages, the run's own among them.
        spread: does the parts of stages that can be parted; then one process makes all stages.
        changed: whether some stage will surely be made: the processes are then begun at once.

    Raises:
        Exception: what a stage raised; of several, the first stage's.
    """
    board = Board(place, progress=progress, anyway=anyway)
    beside = _Beside(board, processes - 1 if spread is ALONE else 0)

    def here(task: Task, tell: Callable[[Event], None]) -> store.Entry:
        beside.start()
        entry, frames = make(task, place, tables=board.tables, tell=tell, spread=spread)
        for name, frame in frames.items():
            board.tables.keep(name, frame)
        return entry

    memory.keep()
    code.keep(place.work)
    try:
        if changed:
            beside.begin()
        board.work(here, own=True, meanwhile=_ahead)
        board.assert_made()
        yield board
    finally:
        beside.end()


def _ahead() -> None:
    """Make ready what publishing will need of this process, while it would only wait."""
    from colocate.publish import output_folder  # noqa: F401 - what writes files


class _Beside:
    """The processes beside the run's own, each with its thread; none until there is work."""

    def __init__(self, board: Board, number: int) -> None:
        self._board, self._number = board, number
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        place, workers = self._board.place, self._board.workers
        if len(workers) == self._number:
            return
        if copied := child.can_be_copied():
            with store.looked_over(place.work):
                from colocate.io import stored  # noqa: F401 - half a second that both need
        while len(workers) < self._number:
            workers.append(Worker(place, copied=copied))

    def start(self) -> None:
        self.begin()
        for worker in self._board.workers[len(self._threads) :]:
            worker.ahead(self._board.waiting())
            thread = threading.Thread(target=self._board.work, args=(worker.make,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def end(self) -> None:
        self._board.stop()
        for worker in self._board.workers:
            worker.end()
        for thread in self._threads:
            thread.join()
