"""How the build reads its sources and writes what it derives: the same bytes every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyarrow.parquet import read_table

from colocate import io
from colocate.errors import InputError, some

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class BuildError(Exception):
    """A source is missing, is not the one expected, or holds something the build cannot read."""


def same(one: Path, other: Path) -> bool:
    """Same bytes; or the same table, because Parquet files name the version of their writer."""
    if io.sha256(one) == io.sha256(other):
        return True
    return one.suffix == ".parquet" and read_table(one).equals(read_table(other))


def refuse(unknown: Iterable[str], /, *, where: str, what: str) -> None:
    """Refuse words that nobody has read and decided on.

    Args:
        unknown: the words, none if all is well.
        where: the file that decides on them.
        what: what they stand for.

    Raises:
        InputError: there are any.
    """
    if found := sorted(set(unknown)):
        raise InputError(f"{where}: no {what} for {some(found)}. Add them.")
