"""Registers as their owners keep them (CSV, XLSX, GeoPackage), read as raw text.

Nothing is interpreted here: no number, date or code is guessed at, so that `places.estate` can
say of each value what it made of it.
"""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import pandas as pd
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from colocate.errors import InputError, some
from colocate.io.features import layers, read_features
from colocate.io.source import csv_text, framed, inspect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

    from colocate.study import Register

_NO_WORKBOOK = (
    BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, OSError
)  # fmt: skip
"""What openpyxl may raise on a file that is none, or a broken one."""


def read_register(path: Path, register: Register, /) -> pd.DataFrame:
    """Read one register as raw text: columns `str` with the file's own names, empty cells null.

    The index `row` is the spreadsheet row (the header is row 1) or, in a GeoPackage, the feature
    id. Points of a GeoPackage become the columns `easting`, `northing` and `coordinate_crs`, in
    the reference system the layer declares; attributes of these names give way to them. Formulas
    of a workbook give the value last calculated.

    Args:
        path: the file.
        register: what the study says of it: its sheet or layer.

    Raises:
        InputError: the file is missing, empty, not what its name says, not UTF-8, malformed, or
            lacks the sheet or layer asked for.
    """
    suffix = inspect(path)
    if suffix == ".csv":
        return csv_text(path)
    if suffix == ".xlsx":
        return _workbook(path, register.sheet)
    if suffix == ".gpkg":
        return _geopackage(path, register.layer)
    raise InputError(
        f"{path}: a register is a .csv, .xlsx or .gpkg file, found {suffix or 'no suffix'}."
    )


def _workbook(path: Path, sheet: str | None) -> pd.DataFrame:
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            titles = [page.title for page in book.worksheets]
            page = book[_chosen(path, sheet, kind="sheet", found=titles)]
            page.reset_dimensions()  # some programs write a wrong extent
            cells = [[_text(value) for value in row] for row in page.iter_rows(values_only=True)]
    except _NO_WORKBOOK as fault:
        raise InputError(f"{path}: not a readable Excel workbook ({fault}).") from None
    width = max((len(row) for row in cells), default=0)
    even = ([*row, *[None] * (width - len(row))] for row in cells)
    return framed(path, enumerate(even, start=1), of="the sheet")


def _geopackage(path: Path, layer: str | None) -> pd.DataFrame:
    name = _chosen(path, layer, kind="layer", found=layers(path))
    features = read_features(path, layer=name, fid_as_index=True)
    if features.empty:
        raise InputError(f"{path}: layer {name} holds no rows.")
    attributes = features.drop(columns="geometry", errors="ignore")
    raw = pd.DataFrame({name: _texts(values) for name, values in attributes.items()})
    if "geometry" in features:
        raw = raw.assign(**_coordinates(path, features))
    return raw.rename_axis(index="row")


def _coordinates(path: Path, features: gpd.GeoDataFrame) -> dict[str, pd.Series]:
    """Return the points as text, with the reference system the layer declares."""
    points = features.geometry
    if points.crs is None:
        raise InputError(f"{path}: the layer declares no reference system. Assign it and save.")
    wrong = points.index[points.notna() & (points.geom_type != "Point")]
    if len(wrong):
        raise InputError(
            f"{path}: features {some(wrong)} are no points. Save one point for each site."
        )
    return {
        "easting": _texts(points.x),
        "northing": _texts(points.y),
        "coordinate_crs": pd.Series(points.crs.to_string(), index=points.index, dtype="str"),
    }


def _chosen(path: Path, wanted: str | None, /, *, kind: str, found: Sequence[str]) -> str:
    """Return the sheet or layer to read: the one asked for, or the only one."""
    if wanted is None and len(found) == 1:
        return found[0]
    if wanted in found:
        return str(wanted)
    asked = f"no {kind} called {wanted}" if wanted else f"several {kind}s and none chosen"
    raise InputError(
        f"{path}: {asked}; found {', '.join(found) or 'none'}. "
        f"Set `{kind}` of this register in the study file."
    )


def _texts(values: pd.Series) -> pd.Series:
    return values.astype("object").map(_text, na_action="ignore").astype("str")


def _text(value: object) -> str | None:
    """Write a cell as a person would: no trailing .0, ISO dates, true and false."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat()
    return str(value)
