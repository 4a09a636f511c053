"""Memory that nobody uses goes back to the system, for the processes beside this one."""

from __future__ import annotations

import ctypes
import gc
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SELDOM = (20_000, 10, 10)
"""New objects before Python looks for circles of them that nobody reaches, and so on."""


@contextmanager
def seldom_searched() -> Iterator[None]:
    """Look for unreachable circles less often: a tenth of a run's time, and they hold next to none.

    What nobody reaches otherwise goes at once, as ever.
    """
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def give_back() -> None:
    """Give up what was freed: Arrow and the C library keep it, up to a third of what is held."""
    import pyarrow as pa  # what has changed nothing loads no library of tables

    pa.default_memory_pool().release_unused()
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    """The call of glibc that does it; other systems do it unasked, or have none."""
    try:
        trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    except TypeError:  # Windows has no library without a name
        return None
    return trim
