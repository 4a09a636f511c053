"""Tables `places` and `objects`: names for the map, and OSM objects to check points against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from colocate import bng
from colocate.starting.reach import within
from colocate.tables import TABLES
from colocate.travel.network.nodes import amenities

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import shapely

SETTLEMENTS = TABLES["places"]["kind"].allowed
OBJECTS = TABLES["objects"]["kind"].allowed


def settlements(named: pd.DataFrame, /) -> pd.DataFrame:
    """Return name, kind, easting and northing; farms, localities and the nameless are left out.

    Args:
        named: place names (name, cls, lon, lat), as text.
    """
    kept = named[named["cls"].isin(SETTLEMENTS) & (named["name"] != "")]
    found = kept.rename(columns={"cls": "kind"}).pipe(_on_grid)
    return found.drop_duplicates().sort_values([*found.columns], ignore_index=True)


def places(settled: pd.DataFrame, /, *, near: shapely.Geometry) -> pd.DataFrame:
    """Return the settlements in the study's window; ids are name and kilometre square.

    Args:
        settled: what `settlements` returns.
        near: the reach of the study's fire area; the window is the box around it.
    """
    kept = settled[_in_box(settled, near.bounds)]
    slug = kept["name"].str.lower().str.replace(r"[^a-z0-9]+", "-", regex=True).str.strip("-")
    square = (kept[["easting", "northing"]] // 1000).astype("int64").astype("str")
    ids = slug + "-" + square["easting"] + "-" + square["northing"]
    again = ids.groupby(ids).cumcount()
    kept = kept.assign(place_id=ids + ("-" + (again + 1).astype("str")).where(again > 0, ""))
    return kept[["place_id", "name", "kind", "easting", "northing"]].sort_values("place_id")


def _in_box(points: pd.DataFrame, box: tuple[float, float, float, float]) -> pd.Series:
    west, south, east, north = box
    return points["easting"].between(west, east) & points["northing"].between(south, north)


def objects(extract: Path, /, *, near: shapely.Geometry | None = None) -> pd.DataFrame:
    """Return the fire stations and police premises of an OSM extract, numbered.

    Args:
        extract: an OSM file.
        near: keep those within it; all of them by default.
    """
    found = amenities(extract, OBJECTS).pipe(_on_grid)
    if near is not None:
        found = found[within(near, east=found["easting"], north=found["northing"])]
    found = found.sort_values(["kind", "easting", "northing", "name"], ignore_index=True)
    found.insert(0, "object_id", [f"O{number:03d}" for number in range(1, len(found) + 1)])
    return found


def _on_grid(points: pd.DataFrame) -> pd.DataFrame:
    """Columns kind, name, easting and northing, whole metres, from longitude and latitude."""
    east, north = bng.to_bng(points["lon"].astype(float), points["lat"].astype(float))
    return points[["kind", "name"]].assign(easting=np.round(east), northing=np.round(north))
