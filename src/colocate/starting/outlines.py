"""Table `site_buildings`: outlines of the map near enough to a site's point to be its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from colocate import bng

if TYPE_CHECKING:
    import pandas as pd

NEAR_M = 40.0
"""Farther than the study's `places.buildings.near_m`, so that rivals are seen as well."""
NO_LEVEL_M = 3.7
"""Height of an outline for which the map gives no level: not one storey known."""
STOREY_M = 3.66
"""Height given to each level that the map gives."""


def outlines(found: gpd.GeoDataFrame, /, register: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return table `site_buildings`: ids are the grid reference of a point inside, to a metre.

    Args:
        found: outlines with `height_m`, EPSG:27700.
        register: sites with easting and northing.
    """
    points = register[["easting", "northing"]].dropna().astype(float)
    sites = shapely.points(points["easting"], points["northing"])
    near = np.unique(found.sindex.query(sites, predicate="dwithin", distance=NEAR_M)[1])
    kept = found.iloc[near]
    inside = shapely.get_coordinates(shapely.point_on_surface(kept.geometry.to_numpy()))
    ids = [bng.grid_reference(*point).replace(" ", "") for point in inside]
    storeys = (kept["height_m"] / STOREY_M).round().where(kept["height_m"] != NO_LEVEL_M)
    table = gpd.GeoDataFrame(
        {"building_id": ids, "storeys": storeys.to_numpy()},
        geometry=kept.geometry.to_numpy(),
        crs=27700,
    )
    return table.sort_values("building_id", ignore_index=True)
