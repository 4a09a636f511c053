"""Columns of text as numbers of their words: in memory, and on the way to files and from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

    from colocate.tables import Table


def laid(values: pd.Series, /) -> pa.DictionaryArray:
    """Lay out a column as Arrow has it: the words it holds in order, whatever their numbers were.

    Args:
        values: of dtype category, with no value missing.
    """
    number, words = values.cat.codes.to_numpy(), values.cat.categories.astype("str")
    held = np.flatnonzero(np.bincount(number, minlength=len(words)))
    held = held[words[held].argsort()]
    if not np.array_equal(held, np.arange(len(words))):
        place = np.empty(len(words), np.min_scalar_type(~len(held)))
        place[held] = np.arange(len(held))
        number, words = place[number], words[held]
    return pa.DictionaryArray.from_arrays(number, pa.array(words.array, pa.large_string()))


def read(array: pa.DictionaryArray | pa.ChunkedArray, /) -> pd.Series:
    """Take a column that Arrow has numbered, its words put in order.

    Args:
        array: with no value missing.
    """
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    # Each group of rows has the words of all where `write` wrote the file.
    if not all(chunk.dictionary.equals(chunks[0].dictionary) for chunk in chunks[1:]):
        chunks = array.unify_dictionaries().chunks
    words = chunks[0].dictionary if chunks else pa.array([], "str")
    number = np.concatenate(
        [chunk.indices.to_numpy() for chunk in chunks] or [np.empty(0, "int32")]
    )
    order = pc.sort_indices(words).to_numpy()
    if (order != np.arange(len(order))).any():
        place = np.empty(len(order), "int32")
        place[order] = np.arange(len(order))
        words, number = words.take(pa.array(order)), place[number]
    text = pd.array(words.cast(pa.large_string()), dtype="str")
    return pd.Series(pd.Categorical.from_codes(number, categories=pd.Index(text)))


def write(frame: pd.DataFrame, path: Path, /, *, table: Table) -> None:
    """Write a table with coded columns, without a geometry, to Parquet, which numbers words too.

    Whoever reads the file finds text there. Of words the range says nothing; of what is no word
    numbering saves nothing.

    Args:
        frame: the rows.
        path: the file.
        table: what they are.

    Raises:
        pyarrow.ArrowException, OSError: the file cannot be written.
    """
    columns = {
        column.name: laid(frame[column.name]) if column.coded else pa.array(frame[column.name])
        for column in table.columns
    }
    coded = {column.name for column in table.columns if column.coded}
    pq.write_table(
        pa.table(columns), path, compression="zstd", store_schema=False,
        use_dictionary=[*coded], write_statistics=[name for name in columns if name not in coded],
    )  # fmt: skip


def parquet(path: Path, /, *, table: Table) -> pd.DataFrame:
    """Read a table with coded columns, without a geometry, from Parquet.

    Args:
        path: the file.
        table: what it holds.

    Raises:
        pyarrow.ArrowException, OSError, ValueError: the file is missing or no Parquet.
    """
    names = [column.name for column in table.columns if column.coded]
    rows = pq.read_table(path, read_dictionary=names)
    words = [name for name in names if name in rows.column_names]
    columns = rows.drop_columns(words).to_pandas()
    for name in words:
        columns[name] = read(rows[name])
    return columns
