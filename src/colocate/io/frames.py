"""Parquet files that hold no declared table, read as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from colocate.errors import InputError
from colocate.io.source import inspect

if TYPE_CHECKING:
    from pathlib import Path


def parquet(path: Path, /, *, located: bool | None = None) -> pd.DataFrame:
    """Read a Parquet or GeoParquet file as it is.

    Args:
        path: the file.
        located: whether its geometry is read as one; None where the file says that it has one.

    Raises:
        InputError: the file is missing or no Parquet.
    """
    inspect(path)
    try:
        if located is None:
            located = b"geo" in (pq.read_schema(path).metadata or {})
        frame: pd.DataFrame = (gpd if located else pd).read_parquet(path)
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise InputError(f"{path}: not a readable Parquet file ({fault}).") from None
    return frame
