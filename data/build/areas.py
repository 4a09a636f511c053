"""`boundaries.parquet`: fire areas, police force areas, authorities and land."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
from reach import reach

from colocate import bng

LAND_TOLERANCE_M = 25.0
"""Land is a backdrop; areas keep every vertex, because being in or out of them decides."""


def polygons(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Convert to the National Grid in whole metres, polygons only."""
    grid = bng.frame_to_bng(frame)
    return grid.set_geometry(grid.geometry.map(_whole_metres))


def boundaries(
    *,
    fire: gpd.GeoDataFrame,
    police: gpd.GeoDataFrame,
    lsoas: gpd.GeoDataFrame,
    countries: gpd.GeoDataFrame,
    study_area: shapely.Geometry,
) -> gpd.GeoDataFrame:
    """Return table `boundaries`; authorities only as far as demand reaches.

    Args:
        fire: fire and rescue areas, column `fra`.
        police: police force areas, column `pfa`.
        lsoas: LSOAs with `ltla24_name`; generalised, so that the authorities made of them lie
            30 m off in the median and up to 130 m in 95 % of their outline.
        countries: countries of the United Kingdom, coarse; only Wales is taken from it.
        study_area: the study's fire area.
    """
    near = reach(study_area)
    authority = lsoas.dissolve("ltla24_name", as_index=False)
    kinds = {
        "fire_area": fire.rename(columns={"fra": "name"}),
        "police_area": police.rename(columns={"pfa": "name"}),
        "authority": authority[authority.intersects(near)].rename(columns={"ltla24_name": "name"}),
        "land": _land(fire, countries, window=shapely.box(*fire.total_bounds)),
    }
    table = pd.concat(
        [part[["name", "geometry"]].assign(kind=kind) for kind, part in kinds.items()],
        ignore_index=True,
    )
    return table[["kind", "name", "geometry"]].sort_values(["kind", "name"], ignore_index=True)


def _land(
    fire: gpd.GeoDataFrame, countries: gpd.GeoDataFrame, *, window: shapely.Geometry
) -> gpd.GeoDataFrame:
    south_west = fire.union_all()
    wales = countries.loc[countries["country20_name"] == "Wales"].union_all() - south_west
    shown = gpd.GeoSeries([south_west, wales], crs=bng.BNG)
    shown = shown.simplify(LAND_TOLERANCE_M).intersection(window).map(_whole_metres)
    return gpd.GeoDataFrame({"name": ["South West England", "Wales"]}, geometry=shown)


def _whole_metres(geometry: shapely.Geometry) -> shapely.Geometry:
    """Round, keep what still has an area, and put the parts in a fixed order."""
    rounded = shapely.get_parts(shapely.set_precision(shapely.make_valid(geometry), 1.0))
    return shapely.normalize(shapely.union_all(rounded[shapely.area(rounded) > 0]))
