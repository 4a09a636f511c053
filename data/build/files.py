"""How the build reads its sources and writes what it derives: the same bytes every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyarrow.parquet import read_table

from colocate import io

if TYPE_CHECKING:
    from pathlib import Path


class BuildError(Exception):
    """A source is missing, is not the one expected, or holds something the build cannot read."""


def same(one: Path, other: Path) -> bool:
    """Same bytes; or the same table, because Parquet files name the version of their writer."""
    if io.sha256(one) == io.sha256(other):
        return True
    return one.suffix == ".parquet" and read_table(one).equals(read_table(other))
