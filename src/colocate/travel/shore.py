"""The shore: ground that areas may be drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

ROAD_WIDTH_M = 50.0
"""Ground kept on either side of a road that leaves the coastline (bridges, coarse coasts)."""


def shore(
    boundaries: gpd.GeoDataFrame,
    /,
    *,
    lines: NDArray[np.object_],
    places: NDArray[np.object_],
    tolerance_m: float,
) -> shapely.Geometry | None:
    """Find the land, and a strip along the roads that leave it, simplified.

    Args:
        boundaries: table `boundaries`; land is of that kind.
        lines: the roads.
        places: points on them that stay on the ground.
        tolerance_m: side of the square that is the most a vertex may take or give.

    Returns:
        None where no land is given.
    """
    land = shapely.get_parts(boundaries.loc[boundaries["kind"] == "land"].geometry.to_numpy())
    land = land[shapely.get_dimensions(land) == 2]  # a coastline may hold stray lines and points
    if len(land) == 0:
        return None
    ground = shapely.union_all(land)
    shapely.prepare(ground)
    leaves = ~shapely.intersects_xy(ground, *_begins(lines).T)
    leaves[shapely.STRtree(_segments(ground)).query(lines, predicate="intersects")[0]] = True
    ground = shapely.union_all([ground, *shapely.buffer(lines[leaves], ROAD_WIDTH_M, quad_segs=2)])
    simple = shapely.coverage_simplify([ground], tolerance_m)[0]
    shapely.prepare(simple)
    around = shapely.buffer(places, tolerance_m)  # what rounds vertices later takes less than that
    lost = ~shapely.covers(simple, around)
    near = shapely.intersection(ground, shapely.buffer(places[lost], ROAD_WIDTH_M))
    return shapely.union_all([simple, *near, *around[lost]])


def _begins(lines: NDArray[np.object_]) -> NDArray[np.float64]:
    """First points of lines, shape (n, 2)."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    first: NDArray[np.float64] = xy[np.searchsorted(line, np.arange(len(lines)))]
    return first


def _segments(area: shapely.Geometry) -> NDArray[np.object_]:
    """Outline of an area as two-point lines."""
    xy, ring = shapely.get_coordinates(shapely.get_parts(shapely.boundary(area)), return_index=True)
    along = ring[1:] == ring[:-1]
    lines: NDArray[np.object_] = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[along])
    return lines
