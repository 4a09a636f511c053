"""Tables in files: typed and checked on the way in and on the way out."""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from colocate import bng, tables
from colocate.errors import OutputError, SchemaError, some
from colocate.io import coding, mapped
from colocate.io.frames import parquet, readable, whole
from colocate.io.mapping import POINT
from colocate.io.mapping import mapped as with_columns
from colocate.io.raw import read_raw
from colocate.io.source import BOOKS, TEXTS, inspect
from colocate.io.writing import written_aside
from colocate.study import Source
from colocate.tables.interpret import interpret
from colocate.tables.schema import CRS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from colocate.tables import Column, Table


ARROW = ".arrow"
"""Ending of files that are mapped."""

_PACKED: Mapping[str, Any] = {
    "compression": "zstd", "use_dictionary": False, "write_statistics": False,
}  # fmt: skip
"""How Parquet is written: zstd packs words that are told again as well as numbering them does, and
nobody reads a part of a table."""

_MAY_BE_BARE = frozenset({
    "places", "objects", "evidence", "decisions", "costs", "partners", "functions", "benchmarks",
    "function_totals", "function_figures", "vehicles", "site_decisions", "site_buildings",
    "programme_groups", "recommendations", "checklists", "benefits_handed_in", "overrides",
    "published_parts", "observed_changes",
})  # fmt: skip


def read_table(
    path: Path,
    table: Table,
    /,
    *,
    source: Source | None = None,
    vocabulary: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> pd.DataFrame:
    """Read an input table from a file of any kind that `read_raw` reads, typed and checked.

    A table with a geometry may come as features, which are converted from the system they declare
    (`declared_crs`), or as points in columns `easting` and `northing`, in the system that the
    source names. A Parquet file that holds the table is read as it is. Labels, mapped objects and
    what people may supply may be a header without rows: an area may have none, and a register of
    decisions begins empty.

    Args:
        path: the file.
        table: what it must hold.
        source: what the study says of it: how it is read, and which column is which.
        vocabulary: what the study says of words, by column.

    Raises:
        CrsError: the features declare no reference system, or one that cannot be converted.
        InputError: the file is missing, empty, not UTF-8 or of no format read here.
        SchemaError: columns are missing, or values are not what the table says.
    """
    given = source or Source(file=path.name)
    if not given.is_database and inspect(path) == ".parquet" and not given.columns:
        return load(table, path)
    text, shapes = read_raw(path, given, may_be_bare=table.name in _MAY_BE_BARE)
    if shapes is not None and not table.geometry:
        shapes = None
    columns = {c.name: c for c in table.columns if c.kind != "geometry"}
    if table.geometry and shapes is None:
        columns = {**dict.fromkeys(POINT, tables.Column("", "float", "")), **columns}
    part = with_columns(text, given, wanted=columns)
    where = given.label if given.is_database else str(path)
    frame = _typed(
        where,
        part.text,
        table=table,
        found=list(text.columns),
        columns=columns,
        source=given,
        vocabulary=vocabulary,
    )
    if shapes is not None:
        kept = _areal(shapes.loc[part.text.index])
        located = gpd.GeoDataFrame(frame, geometry=kept.to_numpy(), crs=kept.crs)
        return tables.check(table, bng.frame_to_bng(located).reset_index(drop=True))
    if table.geometry:
        easting, northing = bng.to_bng(frame["easting"], frame["northing"], crs=given.crs)
        points = gpd.points_from_xy(easting, northing)
        frame = gpd.GeoDataFrame(frame, geometry=points, crs=CRS)
    return tables.check(table, frame.reset_index(drop=True))


def _areal(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return collections of nothing but polygons as the many polygons that they are."""
    shapes = shapes.copy()
    for at in shapes.index[shapes.geom_type == "GeometryCollection"]:
        parts = shapely.get_parts(shapes[at])
        if len(parts) and {part.geom_type for part in parts} <= {"Polygon", "MultiPolygon"}:
            shapes[at] = shapely.MultiPolygon(list(shapely.get_parts(parts)))
    return shapes


def declared_crs(path: Path, /, *, source: Source | None = None) -> str | None:
    """Return the reference system that a file of features declares; None for any other file.

    Args:
        path: the file.
        source: what the study says of it.
    """
    given = source or Source(file=path.name)
    if not given.is_database and inspect(path) in {".parquet", *TEXTS, *BOOKS}:
        return None
    _, shapes = read_raw(path, given, may_be_bare=True)
    return None if shapes is None or shapes.crs is None else str(shapes.crs.to_string())


def _typed(
    where: str,
    text: pd.DataFrame,
    /,
    *,
    table: Table,
    found: Sequence[str],
    columns: Mapping[str, Column],
    source: Source,
    vocabulary: Mapping[str, Mapping[str, str]],
) -> pd.DataFrame:
    """Read columns of text in their dtypes, or tell every cell that cannot be."""
    if missing := [name for name, c in columns.items() if name not in text and not c.null]:
        raise SchemaError(
            f"{where}: table {table.name}: no column named {some(missing)}; "
            f"found {', '.join(found)}. Name it, or map it under `columns` of this input."
        )
    text = text.reindex(columns=list(columns)).astype("str")
    values, faults = {}, []
    for name, column in columns.items():
        own = {**vocabulary.get(name, {}), **source.words.get(name, {})}
        read = interpret(column, text[name], own=own, unit=source.units.get(name, ""))
        values[name], wrong = read.cells, read.unread.notna()
        if wrong.any():
            first = text.loc[wrong, name].iloc[0]
            faults.append(f"  {name}: rows {some(text.index[wrong])}: {_none_of(column, first)}")
        if not column.null and (bare := text.index[values[name].isna() & ~wrong]).size:
            faults.append(f"  {name}: rows {some(bare)}: empty")
    if faults:
        raise SchemaError("\n".join([f"{where}: table {table.name}:", *faults]))
    dtypes = {name: column.dtype for name, column in columns.items()}
    return pd.DataFrame(values).astype(dtypes)


def _none_of(column: Column, text: str) -> str:
    if not column.allowed:
        return f"no {column.kind}: ‘{text}’"
    said = f"‘{text}’ is not one of {', '.join(column.allowed)}"
    return f"{said}\n    {column.otherwise}" if column.otherwise else said


def save(frame: pd.DataFrame, table: Table, path: Path, /) -> None:  # noqa: PLR0917 - as load
    """Check a table and keep it as Parquet (GeoParquet with a geometry): same rows, same bytes.

    Args:
        frame: the rows.
        table: what they must be.
        path: the file to write; `.arrow` for one to be mapped.

    Raises:
        CrsError, SchemaError: the frame is not what the table says.
        OutputError: the file cannot be written.
    """
    checked = tables.check(table, frame)
    with written_aside(path) as aside:
        try:
            if path.suffix == ARROW:
                mapped.write(checked, aside, table=table)
            elif any(column.coded for column in table.columns):
                coding.write(checked, aside, table=table)
            elif table.geometry:
                checked.to_parquet(aside, index=False, **_PACKED)
            else:  # pandas would look for tables of its own, and for threads
                rows = pa.Table.from_pandas(checked, preserve_index=False, nthreads=1)
                pq.write_table(rows, aside, **_PACKED)
        except pa.ArrowInvalid as fault:
            raise OutputError(f"{path}: table {table.name} cannot be stored: {fault}.") from None


def load(table: Table, path: Path, /) -> pd.DataFrame:
    """Read a table kept by `save` and check it again, unless it is mapped.

    Args:
        table: what the file must hold.
        path: the file.

    Raises:
        InputError: the file is missing or no Parquet.
        CrsError, SchemaError: its content is not what the table says.
    """
    if path.suffix == ARROW:
        return mapped.read(path, table=table)
    return tables.check(table, _unchecked(table, path))


def _unchecked(table: Table, path: Path) -> pd.DataFrame:
    if not any(column.coded for column in table.columns):
        return parquet(path, located=bool(table.geometry))
    with readable(path):
        return coding.parquet(path, table=table)


def load_kept(table: Table, paths: Sequence[Path], /) -> pd.DataFrame:
    """Read a table kept by `save` from files that are as `save` left them: it was checked then.

    Args:
        table: what the files hold together; several only without a geometry.
        paths: the files, which go one below the other; one alone of a table with coded columns.

    Raises:
        InputError: a file is missing or no Parquet.
    """
    if paths[0].suffix == ARROW:
        return mapped.read(paths[0], table=table)
    if table.geometry or any(column.coded for column in table.columns):
        return _unchecked(table, paths[0])
    return whole(paths)


def read_frame(path: Path, /) -> pd.DataFrame:
    """Read a Parquet file that holds no table yet, such as the packed roads, as it is.

    Columns of lists stay Arrow's.

    Args:
        path: the file.

    Raises:
        InputError: the file is missing or no Parquet.
    """
    return parquet(path, located=False, lists="arrow")


def column_hashes(path: Path, /) -> dict[str, str]:
    """Return the SHA-256 of what each column of a Parquet file kept by `save` holds.

    Args:
        path: the file.
    """
    found = {}
    whole = pq.read_table(path).replace_schema_metadata(None).combine_chunks()
    for name in whole.column_names:
        column, held = whole.select([name]), pa.BufferOutputStream()
        with pa.ipc.new_stream(held, column.schema) as to:
            to.write_table(column)
        found[name] = hashlib.sha256(held.getvalue()).hexdigest()
    return found


def row_count(path: Path, /) -> int:
    """Return how many rows a file kept by `save` says it holds, without reading them.

    Args:
        path: the file.

    Raises:
        InputError: the file is missing or no Parquet.
    """
    if path.suffix == ARROW:
        return mapped.rows(path)
    with readable(path):
        return int(pq.read_metadata(path).num_rows)
