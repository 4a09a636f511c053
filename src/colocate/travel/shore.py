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


COAST_M = 10.0
"""Coastline this near to an outline is noded with it: rounding may make them meet."""


class Shore(NamedTuple):
    """Ground that may be drawn on (prepared) and its outline as an index of short lines."""

    ground: shapely.Geometry
    outline: shapely.STRtree


def shore(
    boundaries: gpd.GeoDataFrame,
    /,
    *,
    lines: NDArray[np.object_],
    places: NDArray[np.object_],
    tolerance_m: float,
) -> Shore | None:
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
    near = shapely.buffer(places[~shapely.covers(simple, places)], ROAD_WIDTH_M)
    simple = shapely.union_all([simple, *shapely.intersection(ground, near)])
    shapely.prepare(simple)
    return Shore(simple, shapely.STRtree(_segments(simple)))


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


def clipped(
    areas: NDArray[np.object_], /, *, shore: Shore | None, nested: bool
) -> NDArray[np.object_]:
    """Clip rising areas to the shore.

    To keep them nested, outlines and shore are noded together and cut the plane into faces; each
    face goes to the smallest area that holds it, and an area is the union of the faces up to its
    own.

    Args:
        areas: each covers the one before.
        shore: ground that may be drawn on; None for all.
        nested: let each cover the one before to the last digit, not but for rounding; this takes
            three times as long.
    """
    if shore is None or shore.ground.covers(areas[-1]):
        return areas
    if not nested:
        near_by = shapely.buffer(shapely.box(*areas[-1].bounds), COAST_M, join_style="mitre").bounds
        clipped: NDArray[np.object_] = shapely.intersection(
            areas, shapely.clip_by_rect(shore.ground, *near_by)
        )
        return clipped
    near = shore.outline.query(areas[-1], predicate="dwithin", distance=COAST_M)
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
