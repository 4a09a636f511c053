"""Answers of a stage's parts: kept beside its entries, and taken over where a part is the same.

A part that says what it rests on (`Spread.each`) has a lasting answer. It is kept with the answers
of all parts that have the rest in common: the stage's code, its settings, and the tables that it
reads whole. When the stage is made anew after one site's change, only parts that rest on something
else are done again; the others are read, which the tables that come of it do not show.

A part that does not say so is kept only until its stage is stored, and only where parts are done
elsewhere: there a stage may be broken off, since a scheduler ends or a machine is turned off.
"""

from __future__ import annotations

import itertools
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from colocate import io
from colocate.errors import InputError
from colocate.pipeline import memory, store
from colocate.spread import ALONE, NOTHING, Answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from colocate.spread import Spread

    Answers = dict[str, pd.DataFrame]

SHELF = ".parts"
"""Folder beside the entries of a stage."""
PART = "part"
"""Column that says which part a row answers."""


@contextmanager
def kept(
    spread: Spread, /, *, shelf: Path, key: str, common: str | None = None
) -> Iterator[Spread]:
    """Give what does the parts of a stage, keeps their answers, and takes over those that last.

    Args:
        spread: does the parts.
        shelf: folder of the stage's entries.
        key: of the stage.
        common: key of what its lasting parts have in common; None where it has none.
    """
    if spread is ALONE and common is None:
        yield spread
        return
    by = Kept(spread, shelf / SHELF, key=key, common=common)
    yield by
    by.end()


class Kept:
    """Does parts whose answers are frames, but for those whose answers are kept."""

    def __init__(
        self, spread: Spread, folder: Path, /, *, key: str, common: str | None = None
    ) -> None:
        """Begin, or go on where an earlier time ended.

        Args:
            spread: does what is not kept.
            folder: of the answers of this stage.
            key: of the stage.
            common: as `kept` takes it.
        """
        self._spread, self._folder = spread, folder
        self._key, self._common = key, common
        self._works = 0
        self._known: dict[str, Answers] = {}
        """By the beginning of a file's name what such files hold."""
        self._used: dict[str, Answers] = {}
        self._grown: set[str] = set()
        """Where there are new answers."""

    def each(
        self,
        function: Callable[..., Any],
        parts: Mapping[str, Any],
        /,
        *,
        given: object = NOTHING,
        of: Mapping[str, str] | None = None,
    ) -> Iterator[Answered]:
        """Give the answers that are kept, then call the function with the other parts.

        Args:
            function: of a module; it answers with a frame of at least a row.
            parts: what it is called with, by name.
            given: what it is called with besides.
            of: what their answers rest on, where they last.
        """
        self._works += 1  # a stage asks for its works in the same order every time
        stem, keys = self._key[:24], {name: f"{self._works} {name}" for name in parts}
        if of is not None and self._common is not None:
            stem, keys = f"{self._common[:24]}-{function.__name__.strip('_')}", {**of}
        known, used = self._answers(stem), self._used.setdefault(stem, {})
        used |= {keys[name]: known[keys[name]] for name in parts if keys[name] in known}
        for name in parts:
            if keys[name] in used:
                yield Answered(name, used[keys[name]], None)
        rest = {name: part for name, part in parts.items() if keys[name] not in used}
        by = self._spread if len(rest) > 1 else ALONE  # one gains nothing by being done elsewhere
        memory.give_back()  # what a stage takes to lay out what its parts share may be most of all
        for answered in by.each(function, rest, given=given):
            if answered.fault is None:
                used[keys[answered.name]] = answered.answer
                self._grown.add(stem)
                if self._spread is not ALONE:
                    self._write(stem, {keys[answered.name]: answered.answer})
            yield answered

    def end(self) -> None:
        """Leave the answers that last, each function's in one file, and no others."""
        for stem, used in self._used.items():
            files = set(self._files(stem))
            if stem != self._key[:24] and (stem in self._grown or len(files) > 1):
                files.discard(self._write(stem, used))
            elif stem != self._key[:24]:
                continue
            for file in files:
                with suppress(OSError):
                    file.unlink()
        if self._folder.is_dir():
            store.prune(self._folder, most=store.KEPT * max(len(self._used), 1))

    def _answers(self, stem: str) -> Answers:
        if stem not in self._known:
            self._known[stem] = {}
            for file in self._files(stem):
                with suppress(InputError, OSError):
                    if io.sha256(file)[:24] == file.stem.rpartition("-")[2]:
                        self._known[stem] |= _apart(io.read_frame(file))
                        os.utime(file)
        return self._known[stem]

    def _files(self, stem: str) -> list[Path]:
        return sorted(self._folder.glob(f"{stem}-*.parquet"))

    def _write(self, stem: str, answers: Answers) -> Path:
        import pandas as pd

        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f".new-{os.getpid()}.parquet"
        rows = pd.concat(answers.values(), ignore_index=True)
        rows[PART] = [part for part, answer in answers.items() for _ in range(len(answer))]
        io.write_frame(rows, aside)
        return aside.replace(self._folder / f"{stem}-{io.sha256(aside)[:24]}.parquet")


def _apart(frame: pd.DataFrame) -> Answers:
    answers, first = {}, 0
    for part, rows in itertools.groupby(frame.pop(PART).tolist()):
        end = first + sum(1 for _ in rows)
        answers[part] = frame.iloc[first:end]
        first = end
    return answers
