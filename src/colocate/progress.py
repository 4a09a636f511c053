"""How a run tells how far it is: lines, stages, and so many of so many within a long stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable

LINES_OF_A_COUNT = 5
"""How often a count is told where there are only lines."""

LEAST_COUNT = 20
"""A count of fewer is soon done: it has no lines."""


@runtime_checkable
class Progress(Protocol):
    """What a run calls while it works."""

    def line(self, text: str, /) -> None:
        """Tell something that is to stay.

        Args:
            text: the line.
        """

    def stage(self, label: str, /, *, number: int, of: int) -> None:
        """Tell that a stage begins.

        Args:
            label: what the stage does.
            number: its number from 1.
            of: how many stages there are.
        """

    def advance(self, done: int, total: int, /, *, what: str) -> None:
        """Tell how much of the present stage is done, in what it counts.

        Args:
            done: how many are done.
            total: of how many.
            what: what is counted.
        """


class Lines:
    """Progress as lines for a plain function, `print` for one."""

    def __init__(self, tell: Callable[[str], object], /) -> None:
        self._tell = tell

    def line(self, text: str, /) -> None:
        """Tell the line.

        Args:
            text: the line.
        """
        self._tell(text)

    def stage(self, label: str, /, *, number: int, of: int) -> None:
        """Tell the stage and its number.

        Args:
            label: what the stage does.
            number: its number from 1.
            of: how many stages there are.
        """
        self._tell(f"[{number}/{of}] {label} …")

    def advance(self, done: int, total: int, /, *, what: str) -> None:
        """Tell each fifth of a long count as it is reached.

        Args:
            done: how many are done.
            total: of how many.
            what: what is counted.
        """
        fifths, before = (n * LINES_OF_A_COUNT // total for n in (done, done - 1))
        if total >= LEAST_COUNT and fifths > before:
            self._tell(f"  {done} of {total} {what}")


SILENT = Lines(lambda _: None)


def progress_to(told: Progress | Callable[[str], object], /) -> Progress:
    """Return what was given where it is a Progress already, else `Lines` for it.

    Args:
        told: a Progress, or a function of one line.
    """
    return told if isinstance(told, Progress) else Lines(told)
