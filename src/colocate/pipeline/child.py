"""How a process beside a run's own is begun: as a copy of it, or as a Python of its own.

A copy needs no start and shares what both have imported. Linux alone makes one safely, and only of
a process that nothing else goes on in: one that has just begun, as the command line's has. Any
other system, a notebook, and a program that has read tables before, begin a new one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import warnings
from contextlib import suppress
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    Serve = Callable[[IO[bytes], IO[bytes]], None]
    """Does what it is sent and answers, until there is no more of it."""


class Copy:
    """A copy of this process, that serves it over two pipes: nothing listens anywhere.

    Attributes:
        to: what it is sent.
        answers: what it answers.
    """

    def __init__(self, serve: Serve) -> None:
        """Make it.

        Args:
            serve: what it does; it ends with it.
        """
        tasks, to = os.pipe()
        answers, out = os.pipe()
        with warnings.catch_warnings():
            # Python counts threads of libraries that stand still, and sees to copies themselves.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._pid = os.fork()
        if not self._pid:
            try:
                os.close(to)
                os.close(answers)
                serve(os.fdopen(tasks, "rb"), _apart(out))
            finally:  # not as what was copied would end
                os._exit(0)
        os.close(tasks)
        os.close(out)
        self.to, self.answers = os.fdopen(to, "wb"), os.fdopen(answers, "rb")

    def kill(self) -> None:
        """End it, whatever it is doing."""
        os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> None:
        """Wait until it has ended."""
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


class New:
    """A Python of its own, of this one's path, that does not run the user's script.

    Attributes:
        to: as of a copy.
        answers: as of a copy.
    """

    def __init__(self, serve: Serve) -> None:
        """Start it.

        Args:
            serve: what it does, found there by name.
        """
        code = f"from {serve.__module__} import {serve.__name__} as serve\n{_STARTED}"
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
        )
        self.to = cast("IO[bytes]", self._process.stdin)
        self.answers = cast("IO[bytes]", self._process.stdout)

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.wait()


_STARTED = f"from {__name__} import started; started(serve)"


def can_be_copied() -> bool:
    """Whether this process has just begun, and may import what both need and be copied."""
    return (
        sys.platform == "linux" and "pyarrow" not in sys.modules and threading.active_count() == 1
    )


def started(serve: Serve, /) -> None:
    """Serve over standard input and output.

    Args:
        serve: what to do.
    """
    serve(sys.stdin.buffer, _apart(os.dup(1)))


def _apart(out: int) -> IO[bytes]:
    """Open where to answer; what a library prints goes to stderr, not between the answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run hears it, and ends its processes
    os.dup2(2, 1)
    return os.fdopen(out, "wb")
