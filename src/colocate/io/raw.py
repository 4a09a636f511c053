"""Inputs as their owners keep them (text, workbooks, vector files, databases), read as raw text.

Nothing is interpreted here: no number, date or code is guessed at, so that whoever reads the text
can say of each value what was made of it. What the study says of a file (`colocate.study.Source`)
says how it is read: its sheet or layer, header row, encoding and delimiter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.errors import InputError, some
from colocate.io.delimited import csv_text
from colocate.io.features import DRIVERS, layers, read_features
from colocate.io.frames import parquet
from colocate.io.source import BOOKS, TEXTS, inspect
from colocate.io.workbooks import text_of, workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

    from colocate.study import Source

KINDS = (*TEXTS, *BOOKS, *DRIVERS, ".parquet", ".geoparquet")
"""Suffixes of the files that are read here."""


class Raw(NamedTuple):
    """An input as raw text.

    Attributes:
        text: columns `str` with the file's own names, empty cells null; the index `row` is the
            spreadsheet row (a header in row 1 comes first), the feature id, or a running number.
        shapes: the features' shapes in the system their layer declares; None where there are none.
    """

    text: pd.DataFrame
    shapes: gpd.GeoSeries | None = None


def read_raw(path: Path, source: Source, /, *, may_be_bare: bool = False) -> Raw:
    """Read one input as raw text.

    Args:
        path: the file; a database is read from `source.file`.
        source: what the study says of it.
        may_be_bare: whether a header without rows is accepted.

    Raises:
        InputError: the file is missing, empty, not what its name says, not of the encoding that
            the study names, malformed, or lacks the sheet, layer or row asked for.
    """
    if source.is_database:
        from colocate.io.databases import read_database

        return _features(source.label, read_database(source), may_be_bare=may_be_bare)
    suffix = inspect(path)
    if suffix in TEXTS:
        return Raw(
            csv_text(
                path,
                may_be_bare=may_be_bare,
                encoding=source.encoding,
                delimiter=source.delimiter,
                header_rows=source.header_row,
            )
        )
    if suffix in BOOKS:
        return Raw(
            workbook(
                path, sheet=source.sheet, header_rows=source.header_row, may_be_bare=may_be_bare
            )
        )
    if suffix in DRIVERS:
        name = _chosen(path, source.layer, found=layers(path))
        features = read_features(path, layer=name, fid_as_index=suffix != ".kml")
        return _features(f"{path}: layer {name}", features, may_be_bare=may_be_bare)
    if suffix in {".parquet", ".geoparquet"}:
        return _features(str(path), parquet(path), may_be_bare=may_be_bare)
    raise InputError(
        f"{path}: found {suffix or 'no suffix'}; expected one of {', '.join(KINDS)}, or an address "
        "postgresql://…. Save it as one of these."
    )


def _features(where: str, features: pd.DataFrame, *, may_be_bare: bool) -> Raw:
    if features.empty and not may_be_bare:
        raise InputError(f"{where} holds no rows.")
    shape = getattr(features, "_geometry_column_name", None)
    shape = shape if shape in features else None
    attributes = features.drop(columns=[shape] if shape else [])
    raw = pd.DataFrame({str(n): _texts(values) for n, values in attributes.items()})
    raw = raw.set_axis(features.index, axis="index").rename_axis(index="row")
    return Raw(raw, features[shape] if shape else None)


def read_register(path: Path, register: Source, /) -> pd.DataFrame:
    """Read one register as raw text: columns `str` with the file's own names, empty cells null.

    Points of a vector file or a database become the columns `easting`, `northing` and
    `coordinate_crs`, in the reference system the layer declares; attributes of these names give way
    to them.

    Args:
        path: the file.
        register: what the study says of it.

    Raises:
        InputError: as `read_raw`; or the features are no points, or declare no reference system.
    """
    text, shapes = read_raw(path, register)
    if shapes is None:
        return text
    where = register.label if register.is_database else str(path)
    return text.assign(**_coordinates(where, shapes))


def _coordinates(where: str, points: gpd.GeoSeries) -> dict[str, pd.Series]:
    """Return the points as text, with the reference system the layer declares."""
    if points.crs is None:
        raise InputError(f"{where}: the layer declares no reference system. Assign it and save.")
    wrong = points.index[points.notna() & (points.geom_type != "Point")]
    if len(wrong):
        raise InputError(
            f"{where}: features {some(wrong)} are no points. Save one point for each site."
        )
    return {
        "easting": _texts(points.x),
        "northing": _texts(points.y),
        "coordinate_crs": pd.Series(points.crs.to_string(), index=points.index, dtype="str"),
    }


def _chosen(path: Path, wanted: str | None, /, *, found: Sequence[str]) -> str:
    """Return the layer to read: the one asked for, or the only one."""
    if wanted is None and len(found) == 1:
        return found[0]
    if wanted in found:
        return str(wanted)
    asked = f"no layer called {wanted}" if wanted else "several layers and none chosen"
    raise InputError(
        f"{path}: {asked}; found {', '.join(found) or 'none'}. "
        "Set `layer` of this register in the study file."
    )


def _texts(values: pd.Series) -> pd.Series:
    return values.astype("object").map(text_of, na_action="ignore").astype("str")
