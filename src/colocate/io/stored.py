"""Tables in files: typed and checked on the way in and on the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from colocate import bng, tables
from colocate.errors import InputError, OutputError, SchemaError, some
from colocate.io.features import DRIVERS, read_features
from colocate.io.source import csv_text, inspect
from colocate.io.writing import written_aside
from colocate.tables.schema import CRS
from colocate.tables.text import typed

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from colocate.tables import Column, Table


_MAY_BE_BARE = frozenset({
    "places", "objects", "evidence", "decisions", "costs", "partners", "functions", "benchmarks",
    "vehicles", "site_decisions", "site_buildings",
})  # fmt: skip


class Tables(Mapping[str, pd.DataFrame]):
    """The tables of a run by name, each read from its file when first asked for."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = dict(files)
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = load(tables.TABLES[name], self.files[name])
        return self._read[name]

    def __repr__(self) -> str:
        return f"<{len(self)} tables: {', '.join(self)}>"

    def __iter__(self) -> Iterator[str]:
        return (name for name in tables.TABLES if name in self.files or name in self._read)

    def __len__(self) -> int:
        return len(self.files.keys() | self._read.keys())

    def add(self, files: Mapping[str, Path]) -> None:
        """Add tables that lie in files.

        Args:
            files: their Parquet files by table name.
        """
        self.files.update(files)

    def keep(self, name: str, frame: pd.DataFrame) -> None:
        """Add a table that is in memory.

        Args:
            name: the table's name.
            frame: its rows.
        """
        self._read[name] = frame


def read_table(path: Path, table: Table, /) -> pd.DataFrame:
    """Read an input table from CSV or Parquet, typed and checked.

    A CSV of a table with a geometry gives points as columns `easting` and `northing`, EPSG:27700.
    Such a table may also be a GeoPackage of one layer or GeoJSON, which is converted from the
    system it declares (`declared_crs`). Labels, mapped objects and what people may supply may be a
    header without rows: an area may have none, and a register of decisions begins empty.

    Args:
        path: the file.
        table: what it must hold.

    Raises:
        CrsError: the features declare no reference system, or one that cannot be converted.
        InputError: the file is missing, empty, not UTF-8 or of no format read here.
        SchemaError: columns are missing, or values are not what the table says.
    """
    suffix = inspect(path)
    if suffix == ".parquet":
        return load(table, path)
    if suffix in DRIVERS and table.geometry:
        return tables.check(table, bng.frame_to_bng(_spatial(path)))
    if suffix != ".csv":
        raise InputError(
            f"{path}: expected a .csv or .parquet file for table {table.name}"
            + (f", or {' or '.join(DRIVERS)}." if table.geometry else ".")
        )
    columns = {c.name: c for c in table.columns if c.kind != "geometry"}
    if table.geometry:
        metres = tables.Column("", "float", "")
        columns = {"easting": metres, "northing": metres, **columns}
    frame = _typed(path, table, columns=columns)
    if table.geometry:
        points = gpd.points_from_xy(frame["easting"], frame["northing"])
        frame = gpd.GeoDataFrame(frame, geometry=points, crs=CRS)
    return tables.check(table, frame)


def declared_crs(path: Path, /) -> str | None:
    """Return the reference system that a file of features declares; None for any other file.

    Args:
        path: the file.
    """
    if path.suffix.lower() not in DRIVERS:
        return None
    crs = _spatial(path).crs
    return None if crs is None else str(crs.to_string())


def _spatial(path: Path) -> gpd.GeoDataFrame:
    features = read_features(path)
    if "geometry" not in features:
        raise InputError(f"{path}: the layer holds no geometry. Export it again with its shapes.")
    return features


def _typed(path: Path, table: Table, *, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Read columns of a CSV in their dtypes, or tell every cell that cannot be."""
    text = csv_text(path, may_be_bare=table.name in _MAY_BE_BARE)
    if missing := [name for name in columns if name not in text]:
        raise SchemaError(
            f"{path}: table {table.name}: no column named {some(missing)}; "
            f"found {', '.join(text.columns)}."
        )
    values, faults = {}, []
    for name, column in columns.items():
        values[name], wrong = typed(column, text[name])
        if wrong.any():
            first = text.loc[wrong, name].iloc[0]
            faults.append(f"  {name}: rows {some(text.index[wrong])}: no {column.kind}: ‘{first}’")
        if not column.null and (bare := text.index[values[name].isna() & ~wrong]).size:
            faults.append(f"  {name}: rows {some(bare)}: empty")
    if faults:
        raise SchemaError("\n".join([f"{path}: table {table.name}:", *faults]))
    dtypes = {name: column.dtype for name, column in columns.items()}
    return pd.DataFrame(values).astype(dtypes).reset_index(drop=True)


def save(frame: pd.DataFrame, table: Table, path: Path, /) -> None:  # noqa: PLR0917 - as load
    """Check a table and keep it as Parquet (GeoParquet with a geometry): same rows, same bytes.

    Args:
        frame: the rows.
        table: what they must be.
        path: the file to write.

    Raises:
        CrsError, SchemaError: the frame is not what the table says.
        OutputError: the file cannot be written.
    """
    checked = tables.check(table, frame).reset_index(drop=True)
    with written_aside(path) as aside:
        try:
            checked.to_parquet(aside, index=False, compression="zstd")
        except pa.ArrowInvalid as fault:
            raise OutputError(f"{path}: table {table.name} cannot be stored: {fault}.") from None


def load(table: Table, path: Path, /) -> pd.DataFrame:
    """Read a table kept by `save` and check it again.

    Args:
        table: what the file must hold.
        path: the file.

    Raises:
        InputError: the file is missing or no Parquet.
        CrsError, SchemaError: its content is not what the table says.
    """
    return tables.check(table, _parquet(path, read=gpd if table.geometry else pd))


def load_parts(table: Table, paths: Sequence[Path], /) -> pd.DataFrame:
    """Read parts of a table kept by `save`, one after the other, and check them as one.

    Args:
        table: what the files must hold together; without a geometry.
        paths: the files, one or more.

    Raises:
        InputError: a file is missing or no Parquet.
        SchemaError: their content is not what the table says.
    """
    return tables.check(table, pd.concat([read_frame(path) for path in paths], ignore_index=True))


def read_frame(path: Path, /) -> pd.DataFrame:
    """Read a Parquet file that holds no table yet, such as the packed roads, as it is.

    Args:
        path: the file.

    Raises:
        InputError: the file is missing or no Parquet.
    """
    return _parquet(path, read=pd)


def row_count(path: Path, /) -> int:
    """Return how many rows a Parquet file says it holds, without reading them.

    Args:
        path: the file.

    Raises:
        InputError: the file is missing or no Parquet.
    """
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException) as fault:
        raise InputError(f"{path}: not a readable Parquet file ({fault}).") from None


def _parquet(path: Path, *, read: ModuleType) -> pd.DataFrame:
    inspect(path)
    try:
        frame: pd.DataFrame = read.read_parquet(path)
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise InputError(f"{path}: not a readable Parquet file ({fault}).") from None
    return frame
