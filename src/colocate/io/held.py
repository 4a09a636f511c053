"""The tables of a run: where they lie, and those in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    import pandas as pd


class Tables(Mapping[str, "pd.DataFrame"]):
    """The tables of a run by name, each read from its file when first asked for.

    They are not checked again: the work folder holds what was checked, under the hash of its bytes.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = dict(files)
        self.parts: dict[str, Sequence[Path]] = {}
        """Files of tables that lie in several, one below the other."""
        self._read: dict[str, pd.DataFrame] = {}
        self._size: dict[str, int] = {}
        """Memory of those read, bytes, once somebody has asked: to find it takes pandas long."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            from colocate.io.stored import load_kept

            files = self.parts.get(name) or [self.files[name]]
            self._read[name] = load_kept(TABLES[name], files)
        return self._read[name]

    def __repr__(self) -> str:
        return f"<{len(self)} tables: {', '.join(self)}>"

    def __iter__(self) -> Iterator[str]:
        there = self._names()
        return (name for name in TABLES if name in there)

    def __len__(self) -> int:
        return len(self._names())

    def _names(self) -> set[str]:
        return {*self.files, *self.parts, *self._read}

    def add(self, files: Mapping[str, Path]) -> None:
        """Add tables that lie in files.

        Args:
            files: theirs, by table name.
        """
        self.files.update(files)

    def forget(self, names: Iterable[str]) -> None:
        """Give up the memory of tables; one whose file is known is read again when asked for.

        Args:
            names: the tables' names.
        """
        for name in names:
            self._read.pop(name, None)
            self._size.pop(name, None)

    def hold(self, most: int, /, *, beside: Collection[str]) -> None:
        """Give up tables that lie in files, the largest first, until the others take no more.

        Args:
            most: memory that may be held, bytes.
            beside: names of tables that stay, and do not count.
        """
        size = {
            name: self._bytes(name)
            for name in {*self._read}.intersection(self.files).difference(beside)
        }
        total = sum(size.values())
        for name in sorted(size, key=lambda name: (-size[name], name)):
            if total <= most:
                return
            total -= size[name]
            self.forget([name])

    def keep(self, name: str, frame: pd.DataFrame) -> None:
        """Add a table that is in memory.

        Args:
            name: the table's name.
            frame: its rows.
        """
        self._read[name] = frame
        self._size.pop(name, None)

    def _bytes(self, name: str) -> int:
        if name not in self._size:
            self._size[name] = int(self._read[name].memory_usage(index=False).sum())
        return self._size[name]
