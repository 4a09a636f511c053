"""Progress of stages that run side by side, told as if one ran after the other.

What the first unfinished stage tells is passed on at once; what later ones tell is held until it
is their turn, so that the lines of a run do not depend on how many processes made it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from colocate.progress import Progress

Event = tuple[str, tuple[Any, ...], dict[str, Any]]
"""A call of a `Progress`: method, positional and named arguments."""


class Telling:
    """Passes calls on to a progress in the order of the stages."""

    def __init__(self, progress: Progress, /) -> None:
        self._progress = progress
        self._turn = 1
        self._held: dict[int, list[Event]] = {}
        self._over: set[int] = set()
        self._lock = threading.RLock()

    def tell(self, number: int, event: Event, /) -> None:
        """Pass a call on, or hold it.

        Args:
            number: of the stage it comes from.
            event: the call.
        """
        with self._lock:
            if number == self._turn:
                method, given, named = event
                getattr(self._progress, method)(*given, **named)
            else:
                self._held.setdefault(number, []).append(event)

    def over(self, number: int, line: str, *, last: bool) -> None:
        """Tell a stage's last line; it is then the turn of the next that is not over.

        Args:
            number: of the stage.
            line: what came of it.
            last: whether nothing is to be told after it.
        """
        with self._lock:
            self.tell(number, ("line", (line,), {}))
            if last:
                return
            self._over.add(number)
            while self._turn in self._over:
                self._turn += 1
                for event in self._held.pop(self._turn, []):
                    self.tell(self._turn, event)


class Told:
    """The progress that a stage is handed: each call becomes an event."""

    def __init__(self, tell: Any, /) -> None:  # noqa: ANN401 - a function of one event
        self._tell = tell

    def line(self, text: str, /) -> None:
        """Tell a line.

        Args:
            text: the line.
        """
        self._tell(("line", (text,), {}))

    def stage(self, label: str, /, *, number: int, of: int) -> None:
        """Tell that a stage begins.

        Args:
            label: what it does.
            number: its number from 1.
            of: how many there are.
        """
        self._tell(("stage", (label,), {"number": number, "of": of}))

    def advance(self, done: int, total: int, /, *, what: str) -> None:
        """Tell how much of it is done.

        Args:
            done: how many are done.
            total: of how many.
            what: what is counted.
        """
        self._tell(("advance", (done, total), {"what": what}))
