"""Progress on a terminal: a line for what is done, a bar for the stages, one for a long stage."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from colocate.cli.answer import harmless
from colocate.progress import SILENT, Lines, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich import progress as bars
    from rich.console import Console


@contextmanager
def told_on_stderr(*, quiet: bool) -> Iterator[Progress]:
    """Give a Progress: bars on a terminal, lines elsewhere, nothing where quiet is asked for.

    Args:
        quiet: whether nothing is to be told.
    """
    if quiet:
        yield SILENT
    elif sys.stderr.isatty():
        from rich.console import Console, Group
        from rich.live import Live

        shown = Bars(Console(stderr=True, highlight=False))
        with Live(Group(shown.stages, shown.work), console=shown.console, transient=True):
            yield shown
    else:
        yield Lines(say)


def say(*lines: str) -> None:
    """Print lines on stderr.

    Args:
        lines: without their line ends.
    """
    for line in lines:
        print(harmless(line), file=sys.stderr, flush=True)


class Bars:
    """Progress as bars, for a console."""

    def __init__(self, console: Console, /) -> None:
        from rich import progress as bars

        self.console = console
        name = bars.TextColumn("{task.description}", markup=False)
        count = bars.MofNCompleteColumn()
        self.stages = bars.Progress(
            bars.SpinnerColumn(), name, bars.BarColumn(), count, bars.TimeElapsedColumn(),
            console=console,
        )  # fmt: skip
        self.work = bars.Progress(
            bars.TextColumn(" "), name, bars.BarColumn(), count, bars.TimeRemainingColumn(),
            console=console,
        )  # fmt: skip
        self._stage: bars.TaskID | None = None
        self._work: bars.TaskID | None = None

    def line(self, text: str, /) -> None:
        """Print the line above the bars; it ends what was counted.

        Args:
            text: the line.
        """
        self.console.print(harmless(text), markup=False, soft_wrap=True)
        if self._work is not None:
            self.work.remove_task(self._work)
            self._work = None

    def stage(self, label: str, /, *, number: int, of: int) -> None:
        """Move the bar of the stages on.

        Args:
            label: what the stage does.
            number: its number from 1.
            of: how many stages there are.
        """
        if self._stage is None:
            self._stage = self.stages.add_task(label, total=of)
        self.stages.update(self._stage, description=label, completed=number - 1)

    def advance(self, done: int, total: int, /, *, what: str) -> None:
        """Move the bar of the present stage on.

        Args:
            done: how many are done.
            total: of how many.
            what: what is counted.
        """
        if self._work is None:
            self._work = self.work.add_task(what, total=total)
        self.work.update(self._work, completed=done)
