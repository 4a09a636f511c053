"""Finished parts of a stage: kept in the work folder until the stage itself is stored.

A stage whose parts are done elsewhere may be broken off: its scheduler ends, its machine is turned
off. The key of a stage stands for all that it reads and for its code, so a part done under the same
key need not be done again.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from colocate import io
from colocate.errors import InputError
from colocate.pipeline import store
from colocate.spread import ALONE, NOTHING, Answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from colocate.spread import Spread

SHELF = ".parts"
"""Folder of the work folder with one folder a stage that is being made."""


@contextmanager
def kept(spread: Spread, /, *, work: Path, key: str) -> Iterator[Spread]:
    """Give what does the parts of a stage and keeps them; they go when the stage is stored.

    Args:
        spread: does the parts; in one process they are not kept, since the stage soon is.
        work: the work folder.
        key: of the stage.
    """
    if spread is ALONE:
        yield spread
        return
    folder = work / SHELF / key[:24]
    folder.mkdir(parents=True, exist_ok=True)
    yield Kept(spread, folder)
    shutil.rmtree(folder, ignore_errors=True)
    for left in folder.parent.iterdir():  # of studies that have changed since
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > io.DAY_S:
                shutil.rmtree(left, ignore_errors=True)


class Kept:
    """Does parts whose answers are frames, and keeps every answer as it comes."""

    def __init__(self, spread: Spread, folder: Path, /) -> None:
        """Begin, or go on where an earlier time ended.

        Args:
            spread: does what is not kept.
            folder: of the stage; another stage, or the same of other inputs, has another.
        """
        self._spread, self._folder, self._works = spread, folder, 0

    def each(
        self, function: Callable[..., Any], parts: Mapping[str, Any], /, *, given: object = NOTHING
    ) -> Iterator[Answered]:
        """Give the answers that are kept, then call the function with the other parts.

        Args:
            function: of a module; it answers with a frame.
            parts: what it is called with, by name.
            given: what it is called with besides.
        """
        self._works += 1  # a stage asks for its works in the same order every time
        keys = {name: store.digest(self._works, name)[:24] for name in parts}
        found = {name: answer for name, key in keys.items()
                 if (answer := self._found(key)) is not None}  # fmt: skip
        for name, answer in found.items():
            yield Answered(name, answer, None)
        rest = {name: part for name, part in parts.items() if name not in found}
        for answered in self._spread.each(function, rest, given=given):
            if answered.fault is None:
                self._keep(answered.answer, key=keys[answered.name])
            yield answered

    def _found(self, key: str) -> pd.DataFrame | None:
        for file in self._folder.glob(f"{key}-*.parquet"):
            with suppress(InputError, OSError):
                if io.sha256(file)[:24] == file.stem.removeprefix(f"{key}-"):
                    return io.read_frame(file)
        return None

    def _keep(self, answer: pd.DataFrame, *, key: str) -> None:
        file = self._folder / f"{key}.parquet"
        io.write_frame(answer, file)
        file.replace(self._folder / f"{key}-{io.sha256(file)[:24]}.parquet")
