"""How the build reads its sources and writes what it derives: the same bytes every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from pyarrow.parquet import read_table

from colocate import io

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class BuildError(Exception):
    """A source is missing, is not the one expected, or holds something the build cannot read."""


def read_text(path: Path) -> pd.DataFrame:
    """Read a CSV as text throughout; an empty cell is the empty string."""
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write whole numbers without a point, truths in lower case, nothing where nothing is known."""
    io.write_csv(frame.apply(_as_text), path)


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write with fixed options; the level pays, because these files are committed."""
    path.parent.mkdir(exist_ok=True)
    frame.to_parquet(path, index=False, compression="zstd", compression_level=19)


def same(one: Path, other: Path) -> bool:
    """Same bytes; or the same table, because Parquet files name the version of their writer."""
    if io.sha256(one) == io.sha256(other):
        return True
    return one.suffix == ".parquet" and read_table(one).equals(read_table(other))


def refuse(unknown: Iterable[str], /, *, where: str, what: str) -> None:
    """Refuse words that nobody has read and decided on.

    Raises:
        BuildError: there are any.
    """
    if found := sorted(set(unknown)):
        raise BuildError(f"{where}: no {what} for {len(found)} value(s): {found[:3]}. Add them.")


def _as_text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(column):
        return column.map({True: "true", False: "false"})
    if pd.api.types.is_float_dtype(column):
        return column.map(lambda v: str(int(v)) if v.is_integer() else repr(v), na_action="ignore")
    return column
