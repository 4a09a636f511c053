"""The shore: ground that areas may be drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from colocate.io.lines import boxes, starts
from colocate.spread import ALONE, gathered, rests_on
from colocate.travel.lines_near import LEAST_CELL_M, near

if TYPE_CHECKING:
    import geopandas as gpd
    from geopandas.array import GeometryArray
    from numpy.typing import NDArray

    from colocate.spread import Spread

    Shapes = NDArray[np.object_]

ROAD_WIDTH_M = 50.0
"""Ground kept on either side of a road that leaves the coastline (bridges, coarse coasts)."""


def shore(
    boundaries: gpd.GeoDataFrame,
    /,
    *,
    lines: GeometryArray,
    places: NDArray[np.object_],
    tolerance_m: float,
    spread: Spread = ALONE,
) -> shapely.Geometry | None:
    """Find the land, and a strip along the roads that leave it, simplified.

    Args:
        boundaries: table `boundaries`; land is of that kind.
        lines: the roads.
        places: points on them that stay on the ground.
        tolerance_m: side of the square that is the most a vertex may take or give.
        spread: takes over what was found of the same land and roads.

    Returns:
        None where no land is given.
    """
    land = shapely.get_parts(boundaries.loc[boundaries["kind"] == "land"].geometry.to_numpy())
    land = land[shapely.get_dimensions(land) == 2]  # a coastline may hold stray lines and points
    if len(land) == 0:
        return None
    answers = spread.each(
        _grounds, {"land": tolerance_m}, given=(land, lines), of={"land": rests_on(tolerance_m)}
    )
    (found,) = gathered(answers, ["land"])
    ground, simple = shapely.from_wkb(found["area"].to_numpy())
    shapely.prepare(simple)
    around = shapely.buffer(places, tolerance_m)  # what rounds vertices later takes less than that
    lost = ~shapely.covers(simple, around)
    answers = spread.each(
        _with_places, {"shore": (places[lost], around[lost])}, given=(ground, simple),
        of={"shore": rests_on(tolerance_m, shapely.get_coordinates(places[lost]))},
    )  # fmt: skip
    (found,) = gathered(answers, ["shore"])
    return shapely.from_wkb(found["area"].iloc[0])


def _with_places(lost: tuple[Shapes, Shapes], given: tuple[Any, Any]) -> pd.DataFrame:
    """Add the ground of places that it lost when it was simplified: few, and seldom others."""
    (places, around), (ground, simple) = lost, given
    near = shapely.intersection(ground, shapely.buffer(places, ROAD_WIDTH_M))
    whole = shapely.union_all([simple, *near, *around])
    return pd.DataFrame({"area": [shapely.to_wkb(whole)]})


def _grounds(tolerance_m: float, given: tuple[Shapes, GeometryArray]) -> pd.DataFrame:
    """Find the ground that no place changes, as it is and simplified."""
    land, lines = given
    ground = shapely.union_all(land)
    shapely.prepare(ground)
    leaves = ~shapely.intersects_xy(ground, *_begins(lines).T)
    along = shapely.get_coordinates(shapely.segmentize(shapely.boundary(ground), LEAST_CELL_M))
    by = np.flatnonzero(near(boxes(lines), along, within_m=LEAST_CELL_M))
    tree = shapely.STRtree(_segments(ground))
    leaves[by[tree.query(np.asarray(lines[by]), predicate="intersects")[0]]] = True
    roads = shapely.buffer(np.asarray(lines[leaves]), ROAD_WIDTH_M, quad_segs=2)
    ground = shapely.union_all([ground, *roads])
    simple = shapely.coverage_simplify([ground], tolerance_m)[0]
    return pd.DataFrame({"area": shapely.to_wkb(np.array([ground, simple], dtype=object))})


def _begins(lines: GeometryArray) -> NDArray[np.float64]:
    """First points of lines, shape (n, 2)."""
    xy, first = starts(lines)
    begin: NDArray[np.float64] = xy[first[:-1]]
    return begin


def _segments(area: shapely.Geometry) -> Shapes:
    """Outline of an area as two-point lines."""
    xy, ring = shapely.get_coordinates(shapely.get_parts(shapely.boundary(area)), return_index=True)
    along = ring[1:] == ring[:-1]
    lines: Shapes = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[along])
    return lines
