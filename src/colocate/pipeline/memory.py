"""Memory of a process: kept from one large array to the next, given back after every stage."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from typing import Any

KEPT_BYTES = 2**24
"""Memory of an array up to this size is used anew once it is free, and so much may lie unused; by
itself glibc has the system clear its pages every time, a sixth of the processor time of a run.
Eight times as much was no sooner, and holds more in each process."""
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""What glibc's `mallopt` calls the two."""


def keep() -> None:
    """Use freed memory again in this process, and in those it starts that call this too.

    Arrow takes its memory where numpy does, unless it is told otherwise or has begun.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if library := _glibc():
        library.mallopt(MMAP_THRESHOLD, KEPT_BYTES)
        library.mallopt(TRIM_THRESHOLD, KEPT_BYTES)


def give_back() -> None:
    """Give up what was freed, for the processes beside this one: up to a third of what is held."""
    if library := _glibc():
        library.malloc_trim(0)


@cache
def _glibc() -> Any:  # noqa: ANN401 - functions are found by name
    """The C library where it is glibc; others give memory back unasked, or cannot."""
    try:
        library = ctypes.CDLL(None)
    except TypeError:  # Windows has no library without a name
        return None
    return library if hasattr(library, "malloc_trim") else None
