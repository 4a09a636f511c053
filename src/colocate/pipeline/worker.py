"""A process beside the run's own that makes stages: handed one at a time, and its answer read.

It is handed where tables lie, reads them, makes the stage, stores it, and says what the entry is.
It ends when there is nobody to hand it more, so it does not outlive the run.
"""

from __future__ import annotations

import pickle
import traceback
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from colocate import io
from colocate.circles import seldom_searched
from colocate.pipeline import child, memory, parts, store
from colocate.pipeline.stages import STAGES, inputs
from colocate.pipeline.telling import Told
from colocate.spread import ALONE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    import pandas as pd

    from colocate.pipeline.locate import Place
    from colocate.pipeline.telling import Event
    from colocate.spread import Spread


HELD_BYTES = 2**26
"""Memory of tables that a stage does not read and a later one will: beyond it they are read again
from their files."""
AHEAD = frozenset({"travel", "options", "portfolio"})
"""Stages whose libraries take long to import: such a process has done so before it is asked."""


class GoneError(Exception):
    """The process has ended by itself or was ended: for want of memory, most likely."""


class Task(NamedTuple):
    """A stage to make."""

    number: int
    """Of the stage in `STAGES`, from 1."""
    key: str
    common: str | None
    """Key of what all its lasting parts have in common; None where it has none."""
    files: Mapping[str, Path]
    """Where the tables lie that it reads."""
    kept: Collection[str]
    """Tables that stay in memory, if they are; others go once the stage has read them."""

    def do(self, place: Place, *, tables: io.Tables, tell: Callable[[Event], Any]) -> store.Entry:
        """Make the stage, store it, and keep its tables in memory.

        Args:
            place: as `make` takes it.
            tables: as `make` takes it.
            tell: as `make` takes it.
        """
        entry, made = make(self, place, tables=tables, tell=tell)
        for name, frame in made.items():
            tables.keep(name, frame)
        return entry


def make(
    task: Task,
    place: Place,
    *,
    tables: io.Tables,
    tell: Callable[[Event], Any],
    spread: Spread = ALONE,
) -> tuple[store.Entry, dict[str, pd.DataFrame]]:
    """Make a stage and store it.

    Args:
        task: which, and from what.
        place: the study and its scenario.
        tables: those in memory; it is handed to each task of a process in turn.
        tell: called with each event of its progress.
        spread: does the parts of a stage that can be parted.

    Returns:
        The stored entry, and the tables that it holds.
    """
    stage = STAGES[task.number - 1]
    progress = Told(tell)
    progress.stage(stage.label, number=task.number, of=len(STAGES) + 1)
    tables.forget(set(tables) - {*task.kept, *task.files})
    tables.hold(HELD_BYTES, beside=task.files)
    memory.give_back()
    tables.add(task.files)
    given = inputs(place.study, place.file.parent)
    shelf = place.work / stage.name
    with parts.kept(spread, shelf=shelf, key=task.key, common=task.common) as by:
        made = stage.run(tables, study=place.study, inputs=given, progress=progress, spread=by)
        tables.forget(set(tables) - set(task.kept))
        memory.give_back()
        entry = store.put(place.work, stage.name, key=task.key, made=made)
    memory.give_back()
    return entry, {name: made[name] for name in stage.makes}


class Worker:
    """The run's end of a process."""

    def __init__(self, place: Place, /, *, copied: bool = False) -> None:
        """Start it.

        Args:
            place: the study and its scenario.
            copied: whether it is to be a copy of this process, which must be one that can be.
        """
        self._child = child.Copy(serve) if copied else child.New(serve)
        self._place = place

    def ahead(self, soon: Collection[str], /) -> None:
        """Say what it may be asked for, before anything is asked of it.

        Args:
            soon: names of stages.
        """
        self._send([*soon])

    def make(self, task: Task, tell: Callable[[Event], Any]) -> store.Entry:
        """Let it make a stage and wait for it.

        Args:
            task: which, and from what.
            tell: called with each event of its progress.

        Raises:
            Exception: what the stage raised.
            GoneError: the process has ended.
        """
        return cast("store.Entry", self.hand(task, self._place, tell=tell)())

    def hand(
        self,
        task: Any,  # noqa: ANN401 - this module need not know them all
        place: Place,
        *,
        tell: Callable[[Event], Any] = lambda _: None,
    ) -> Callable[[], Any]:
        """Hand it a task; return what waits until it is done and returns what came of it.

        Args:
            task: has `do` as `Task` has it.
            place: the study and its scenario.
            tell: called with each event of its progress, while somebody waits.

        Raises:
            Exception: the task raised it.
            GoneError: the process has ended.
        """
        self._send((task, place))

        def answer() -> Any:  # noqa: ANN401 - what the task returns
            while True:
                try:
                    kind, said = pickle.load(self._child.answers)  # noqa: S301 - our own process
                except (EOFError, OSError, pickle.UnpicklingError):
                    raise GoneError from None
                if kind == "event":
                    tell(said)
                elif kind == "made":
                    return said
                else:
                    raise said

        return answer

    def _send(self, what: object) -> None:
        with suppress(OSError):  # it has ended, as the answer says
            pickle.dump(what, self._child.to)
            self._child.to.flush()

    def end(self) -> None:
        """End it, whatever it is doing: what it was storing is not there, or whole."""
        with suppress(OSError):
            self._child.kill()
        for stream in (self._child.to, self._child.answers):
            with suppress(OSError):
                stream.close()
        self._child.wait()


@seldom_searched()
def serve(handed: IO[bytes], answers: IO[bytes], /) -> None:
    """Do tasks as they are handed in, until there are no more.

    Args:
        handed: what may be asked for soon, then tasks.
        answers: where to tell what goes on, and what came of each.
    """

    def answer(kind: str, said: object) -> None:
        pickle.dump((kind, said), answers)
        answers.flush()

    memory.keep()
    soon = _ahead(handed)
    tables = io.Tables({})
    while True:
        try:
            task, place = pickle.load(handed)  # noqa: S301 - the run's own
            done = task.do(place, tables=tables, tell=lambda event: answer("event", event))
        except (EOFError, BrokenPipeError):
            return
        except Exception as fault:  # noqa: BLE001 - raised again where the run is
            answer("raised", portable(fault))
            continue
        answer("made", done)
        if "network" not in soon:
            _ahead_of_the_report()


def _ahead(handed: IO[bytes]) -> Collection[str]:
    """Import what takes a second, while a run looks its stages up and makes the first of them.

    What a portfolio needs comes first: after a change of weights the run waits for that. Where
    roads have to be read the process begins with these, and most other stages wait for them.

    Returns:
        Names of the stages that it may be asked for.
    """
    from colocate.io import stored  # noqa: F401 - geopandas
    from colocate.portfolio import portfolio  # noqa: F401 - with scipy and HiGHS

    try:
        soon: list[str] = pickle.load(handed)  # noqa: S301 - the run's own
    except EOFError:  # it has ended
        soon = []
    if "network" in soon:
        return soon
    if "travel" in soon:
        from colocate.travel import od_matrix  # noqa: F401 - with scipy's graphs
        from colocate.travel.kernel import loops

        loops.compiled()  # with numba
    if "options" in soon:
        from colocate.candidates import generate  # noqa: F401 - with networkx
    from colocate.publish import output_folder  # noqa: F401 - what writes files

    return soon


def _ahead_of_the_report() -> None:
    """Import folium, a fifth of a second, once the run need not wait for it."""
    from colocate.publish.report import estate_map, report  # noqa: F401 - the library


def portable(fault: Exception, /) -> Exception:
    """Return an exception that can be handed over, with where it arose.

    Args:
        fault: the exception.
    """
    told = "".join(traceback.format_exception(fault))
    fault.__cause__ = fault.__context__ = None
    fault.add_note(told)
    try:
        pickle.loads(pickle.dumps(fault))  # noqa: S301 - just made
    except Exception:  # noqa: BLE001 - whatever its own way of being rebuilt raises
        return RuntimeError(told)
    return fault
