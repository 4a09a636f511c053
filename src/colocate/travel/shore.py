"""The shore: ground that areas may be drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

ROAD_WIDTH_M = 50.0
"""Ground kept on either side of a road that leaves the coastline (bridges, coarse coasts)."""


class Shore(NamedTuple):
    """Ground that may be drawn on (prepared) and its outline as an index of short lines."""

    ground: shapely.Geometry
    outline: shapely.STRtree


def shore(boundaries: gpd.GeoDataFrame, /, *, lines: NDArray[np.object_]) -> Shore | None:
    """Find the land, and a strip along the roads that leave it.

    Args:
        boundaries: table `boundaries`; land is of that kind.
        lines: the roads.

    Returns:
        None where no land is given.
    """
    land = shapely.get_parts(boundaries.loc[boundaries["kind"] == "land"].geometry.to_numpy())
    land = land[shapely.get_dimensions(land) == 2]  # a coastline may hold stray lines and points
    if len(land) == 0:
        return None
    ground = shapely.union_all(land)
    shapely.prepare(ground)
    leaves = ~shapely.covers(ground, shapely.get_point(lines, 0))
    leaves[shapely.STRtree(_segments(ground)).query(lines, predicate="intersects")[0]] = True
    ground = shapely.union_all([ground, *shapely.buffer(lines[leaves], ROAD_WIDTH_M, quad_segs=2)])
    shapely.prepare(ground)
    return Shore(ground, shapely.STRtree(_segments(ground)))


def _segments(area: shapely.Geometry) -> NDArray[np.object_]:
    """Outline of an area as two-point lines."""
    xy, ring = shapely.get_coordinates(shapely.get_parts(shapely.boundary(area)), return_index=True)
    along = ring[1:] == ring[:-1]
    lines: NDArray[np.object_] = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[along])
    return lines


def clipped(
    areas: NDArray[np.object_], /, *, shore: Shore | None, places: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Clip rising areas to the shore so that each covers the one before, to the last digit.

    Outlines and shore are noded together and cut the plane into faces; each face goes to the
    smallest area that holds it, and an area is the union of the faces up to its own.

    Args:
        areas: each covers the one before.
        shore: ground that may be drawn on; None for all.
        places: points on the ground that all areas hold.
    """
    if shore is None or shore.ground.covers(areas[-1]):
        return areas
    near = shore.outline.query(areas[-1], predicate="intersects")
    noded = shapely.union_all([*shapely.boundary(areas), *shore.outline.geometries[near]])
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inside = shapely.point_on_surface(faces)
    level = np.full(len(faces), len(areas))
    for number in reversed(range(len(areas))):
        shapely.prepare(areas[number])
        level[shapely.covers(areas[number], inside)] = number
    level[~shapely.covers(shore.ground, inside)] = len(areas)
    ground = [shapely.coverage_union_all(faces[level <= number]) for number in range(len(areas))]
    return np.array(ground, dtype=object)
