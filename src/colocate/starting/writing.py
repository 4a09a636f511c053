"""How what is derived is written: the same bytes every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from colocate import io

if TYPE_CHECKING:
    from pathlib import Path


def write_csv(frame: pd.DataFrame, path: Path, /) -> None:
    """Write whole numbers without a point, truths in lower case, nothing where nothing is known.

    Args:
        frame: a table without a geometry.
        path: the file.
    """
    io.write_csv(frame.apply(_as_text), path)


def write_parquet(frame: pd.DataFrame, path: Path, /) -> None:
    """Write with fixed options; the level pays, because these files are kept and passed on.

    Args:
        frame: a table.
        path: the file.
    """
    path.parent.mkdir(exist_ok=True)
    frame.to_parquet(path, index=False, compression="zstd", compression_level=19)


def _as_text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(column):
        return column.map({True: "true", False: "false"})
    if pd.api.types.is_float_dtype(column):
        return column.map(lambda v: str(int(v)) if v.is_integer() else repr(v), na_action="ignore")
    return column
