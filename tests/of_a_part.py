"""What workers are given to do in tests of `spread`: a module that they load in no time."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import Any

import psutil

from colocate.errors import OptionError


def doubled(number: int) -> int:
    if number == 13:
        raise OptionError("thirteen")
    if number == 14:
        raise ZeroDivisionError
    return number * 2


def added(number: int, given: dict[str, int]) -> int:
    return number + given["offset"]


def held(_: int) -> int:
    """Return what this worker holds, in bytes."""
    return int(psutil.Process().memory_info().rss)


def touched(number: int, given: Any) -> int:
    """Touch every page of what is given, and let Dask see that it is held."""
    found = number + sum(given[::4096])
    time.sleep(0.5)
    return found


def dies_once(marker: str) -> str:
    """End the worker the first time, answer the second."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def dies(_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
