"""Points of an analyst's own, as frames or geometries, put on the National Grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from colocate import bng
from colocate.errors import SchemaError, some

if TYPE_CHECKING:
    from collections.abc import Sequence

IDS = ("id", "site_id", "demand_id", "point_id")
"""Columns that may hold ids, the first of them that is there; else the index does."""
PAIRS = (("easting", "northing"), ("lon", "lat"), ("longitude", "latitude"))
"""Columns that may hold coordinates."""


def points(frame: pd.DataFrame, /, *, name: str) -> gpd.GeoDataFrame:
    """Return points on the National Grid with their ids as text.

    Args:
        frame: a GeoDataFrame of points, or a frame with easting and northing (EPSG:27700, m) or
            lon and lat (WGS84, degrees); ids in one of `IDS`, or in its index.
        name: what to call the frame in errors.

    Returns:
        Columns `id` (as given), `key` (as text, unique), `geometry` (EPSG:27700), with the index
        0, 1, 2, …

    Raises:
        SchemaError: there is no row, no coordinates, or an id or coordinate is missing or twice.
        CrsError: the points lie outside Great Britain, or their system is not known.
    """
    if frame.empty:
        raise SchemaError(f"{name}: no row; expected at least one point.")
    column = next((each for each in IDS if each in frame.columns), None)
    ids = pd.Series(frame.index if column is None else frame[column].array)
    key = ids.astype("str")
    if ids.isna().any() or key.duplicated().any():
        wrong = key[ids.isna() | key.duplicated()]
        raise SchemaError(
            f"{name}: ids in {column or 'the index'} missing or more than once: {some(wrong)}. "
            "Give every point an id of its own."
        )
    found = gpd.GeoDataFrame({"id": ids, "key": key}, geometry=_placed(frame, name=name).to_numpy())
    empty = found.geometry.isna() | found.geometry.is_empty
    if empty.any() or (found.geom_type != "Point").any():
        wrong = key[empty | (found.geom_type != "Point")]
        raise SchemaError(
            f"{name}: no single point for {some(wrong)}. Leave them out, or say where."
        )
    return found.set_crs(bng.BNG)


def _placed(frame: pd.DataFrame, *, name: str) -> gpd.GeoSeries:
    if isinstance(frame, gpd.GeoDataFrame):
        return bng.frame_to_bng(frame[[frame.geometry.name]], where=name).geometry
    east, north = next((pair for pair in PAIRS if {*pair} <= {*frame.columns}), (None, None))
    if east is None:
        raise SchemaError(
            f"{name}: columns {_listed(frame.columns)}; expected easting and northing, lon and "
            "lat, or a GeoDataFrame of points."
        )
    x, y = (
        pd.to_numeric(frame[each], errors="coerce").to_numpy("float64") for each in (east, north)
    )
    unknown = ~(np.isfinite(x) & np.isfinite(y))
    if unknown.any():
        raise SchemaError(
            f"{name}: {east} or {north} is no number in rows {some(np.flatnonzero(unknown))}, "
            "counted from 0. Leave them out, or say where."
        )
    degrees = east != "easting"
    bng.assert_plausible(
        (x.min(), y.min(), x.max(), y.max()), crs=bng.WGS84 if degrees else bng.BNG, where=name
    )
    return gpd.GeoSeries.from_xy(*(bng.to_bng(x, y) if degrees else (x, y)))


def _listed(columns: Sequence[object] | pd.Index) -> str:
    return ", ".join(map(str, list(columns)[:8])) or "none"
