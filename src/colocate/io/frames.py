"""Parquet files that hold no declared table, read as they are."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from colocate.errors import InputError
from colocate.io.source import inspect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pandas.api.extensions import ExtensionDtype


@contextmanager
def readable(path: Path, /, kind: str = "Parquet") -> Iterator[None]:
    """Tell faults of reading a file as ours.

    Args:
        path: the file.
        kind: of file.

    Raises:
        InputError: the file is missing or none of its kind.
    """
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise InputError(f"{path}: not a readable {kind} file ({fault}).") from None


def parquet(
    path: Path, /, *, located: bool | None = None, lists: Literal["objects", "arrow"] = "objects"
) -> pd.DataFrame:
    """Read a Parquet or GeoParquet file as it is.

    Args:
        path: the file.
        located: whether its geometry is read as one; None where the file says that it has one.
        lists: what columns of lists become where there is no geometry: an array a row, or, where
            there are hundreds of thousands, left end to end as Arrow has them.

    Raises:
        InputError: the file is missing or no Parquet.
    """
    inspect(path)
    with readable(path):
        if located is None:
            located = b"geo" in (pq.read_schema(path).metadata or {})
        if lists == "arrow":
            return pq.read_table(path).to_pandas(types_mapper=_kept)
        frame: pd.DataFrame = (gpd if located else pd).read_parquet(path)
    return frame


def whole(paths: Iterable[Path], /) -> pd.DataFrame:
    """Read Parquet files of one layout, without geometry, one below the other.

    pandas would take a millisecond more for each.

    Args:
        paths: the files.

    Raises:
        InputError: a file is missing or no Parquet.
    """
    read = []
    for path in paths:
        with readable(path), pq.ParquetFile(path) as file:
            read.append(file.read())
    joined = pa.concat_tables(read)
    frame: pd.DataFrame = joined.to_pandas(types_mapper=_text, use_threads=False)
    return frame


def _kept(kind: pa.DataType) -> ExtensionDtype | None:
    return pd.ArrowDtype(kind) if pa.types.is_list(kind) else _text(kind)


def _text(kind: pa.DataType) -> ExtensionDtype | None:
    return pd.StringDtype(na_value=np.nan) if kind in {pa.string(), pa.large_string()} else None
