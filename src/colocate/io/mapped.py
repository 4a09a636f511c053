"""Large tables as they lie in memory: written once, and mapped by every process that reads them.

The files are Arrow's (IPC, of one batch) and not compressed: columns of numbers, and the vertices
of lines, are the file's own pages, shared by all processes that map them, and a page that is
written to becomes the writer's own. Words are held once each.
"""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from colocate.errors import InputError
from colocate.io import coding
from colocate.io.frames import readable
from colocate.io.lines import Lines, starts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from colocate.tables import Column, Table

KINDS = frozenset({"int", "float", "bool", "str", "geometry"})
"""Kinds of columns that can be kept so; a geometry is a line, and only of numbers and words may
one be missing."""


def write(frame: pd.DataFrame, path: Path, /, *, table: Table) -> None:
    """Write a checked table: same rows, same bytes.

    Args:
        frame: the rows.
        path: the file.
        table: what they are.

    Raises:
        OSError: the file cannot be written.
    """
    columns = [_laid(frame[column.name], column) for column in table.columns]
    batch = pa.record_batch(columns, names=table.names)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, batch.schema) as to:
        to.write_batch(batch)


def _laid(values: pd.Series, column: Column) -> pa.Array:
    if column.coded:
        return coding.laid(values)
    if column.kind == "geometry":
        xy, first = starts(values)
        return pa.ListArray.from_arrays(
            first.astype("int32"), pa.FixedSizeListArray.from_arrays(xy.ravel(), 2)
        )
    if column.kind == "str":
        words = pa.array(values.array)
        whole = words.combine_chunks() if isinstance(words, pa.ChunkedArray) else words
        return whole.dictionary_encode()
    return pa.array(values.to_numpy(), from_pandas=False)


def read(path: Path, /, *, table: Table) -> pd.DataFrame:
    """Map a table that `write` has written; it was checked then.

    Args:
        path: the file.
        table: what it must hold.

    Raises:
        InputError: the file is missing, or holds something else.
    """
    held, batch = _opened(path)
    if batch.schema.names != table.names:
        raise InputError(
            f"{path}: holds {', '.join(batch.schema.names)}; expected table {table.name}, "
            f"{', '.join(table.names)}. Delete the folder it is in: it is made again."
        )
    blank = pa.nulls(batch.num_rows, pa.large_string())  # shared: many columns hold no word
    columns: Mapping[str, Any] = {
        column.name: _column(array, held, column=column, blank=blank)
        for column, array in zip(table.columns, batch.columns, strict=True)
    }
    frame = pd.DataFrame(columns, copy=False)
    return frame if table.geometry is None else gpd.GeoDataFrame(frame, geometry=table.geometry)


def rows(path: Path, /) -> int:
    """Return how many rows a file holds.

    Args:
        path: the file.

    Raises:
        InputError: the file is missing, or no table of this kind.
    """
    return int(_opened(path)[1].num_rows)


def _opened(path: Path) -> tuple[mmap.mmap, pa.RecordBatch]:
    with readable(path, "Arrow"):
        with path.open("rb") as file:
            held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        return held, pa.ipc.open_file(pa.py_buffer(held)).get_batch(0)


def _column(array: pa.Array, held: mmap.mmap, *, column: Column, blank: pa.Array) -> Any:  # noqa: ANN401 - any array
    if column.coded:
        return coding.read(array)
    if column.kind == "geometry":
        xy = _numbers(array.values.flatten(), held)  # noqa: PD011 - Arrow's
        return Lines(xy.reshape(-1, 2), array.offsets.to_numpy())
    if column.kind == "str":
        return pd.array(array.dictionary_decode() if len(array.dictionary) else blank, dtype="str")
    if column.kind == "bool":
        return array.to_numpy(zero_copy_only=False)
    return _numbers(array, held)


def _numbers(array: pa.Array, held: mmap.mmap) -> NDArray[Any]:
    """Numbers as they lie in the file, where who reads them may write to them."""
    at = array.buffers()[1].address - pa.py_buffer(held).address
    if not 0 <= at < len(held):  # of a compressed file
        return np.asarray(array)
    return np.frombuffer(held, array.type.to_pandas_dtype(), count=len(array), offset=at)
