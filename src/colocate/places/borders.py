"""Borders that do not meet: neighbours that overlap, leave slivers or have vertices of their own.

Borders of two sources seldom agree to the metre. What is no wider than the study's tolerance is put
right here, told, and the same for everything that follows; what is wider is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from colocate import bng
from colocate.errors import SchemaError, some
from colocate.tables import issue_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

MEETING = ("fire_area", "police_area")
"""Kinds of areas that part the land among them and decide whose a place is."""

UNSEEN_M2 = 1.0
"""Areas changed by less are told no more of: coordinates to the centimetre differ by as much."""


class Mended(NamedTuple):
    """Tables `boundaries` and `issues`."""

    boundaries: gpd.GeoDataFrame
    issues: pd.DataFrame


def mend(
    boundaries: gpd.GeoDataFrame, people: gpd.GeoDataFrame, /, *, tolerance_m: float
) -> Mended:
    """Make the areas of each kind meet along the same borders.

    Overlaps and slivers no wider than the tolerance go to the neighbour with the longest common
    border. A kind whose areas meet already stays as it is, to the last vertex.

    Args:
        boundaries: table `boundaries`, valid polygons.
        people: rows of table `demand_points` that the study counts: each must lie in an area.
        tolerance_m: widest overlap or sliver that is put right, in metres.

    Raises:
        SchemaError: two areas of a kind overlap by more, or leave a gap between them in which
            people live.
    """
    shapes = boundaries.geometry.to_numpy().copy()
    notes, faults = [], []
    for kind in MEETING:
        rows = np.flatnonzero(boundaries["kind"] == kind)
        areas, names = shapes[rows], boundaries["name"].to_numpy()[rows]
        meet = shapely.coverage_is_valid(areas)
        ground = (shapely.coverage_union_all if meet else shapely.union_all)(areas)
        faults += [f"  {kind}: {gap}" for gap in _gaps(ground, people)]
        closed = _strips(areas, ground=ground, tolerance_m=tolerance_m)
        if shapely.coverage_is_valid(closed, gap_width=tolerance_m) and closed is areas:
            continue
        if wide := list(_overlaps(areas, names, tolerance_m=tolerance_m)):
            faults.append(f"  {kind}: overlap: {some(wide)}")
            continue
        shapes[rows] = mended = _cleaned(closed, tolerance_m)
        if told := _note(kind, names, before=areas, after=mended, tolerance_m=tolerance_m):
            notes.append(told)
    if faults:
        listed = "\n".join(faults)
        raise SchemaError(
            f"table boundaries: areas of one kind do not meet, by more than {tolerance_m:g} m "
            f"(places.border_m):\n{listed}\nA place lies in one area of a kind: cut one of two "
            "back (in QGIS: Difference), or give the area that is missing."
        )
    return Mended(boundaries.set_geometry(shapes, crs=bng.BNG), issue_rows(notes))


def _gaps(ground: shapely.Geometry, people: gpd.GeoDataFrame) -> Iterator[str]:
    """Name the holes in the ground of all areas in which people live whom the study counts."""
    rings = [ring for each in shapely.get_parts(ground) for ring in each.interiors]
    holes = shapely.polygons(rings) if rings else np.array([], dtype=object)
    hole, within = shapely.STRtree(people.geometry.to_numpy()).query(holes, predicate="contains")
    for number in np.unique(hole):
        there = people.iloc[within[hole == number]]
        at = shapely.point_on_surface(holes[number])
        lived = f"{there['people'].sum():,.0f} people live whom the study counts"
        yield (
            f"gap of {shapely.area(holes[number]) / 1e6:,.3g} km2 at "
            f"{bng.grid_reference(at.x, at.y, digits=3)}, where {lived}: "
            f"{some(there['demand_id'])}"
        )


def _near(areas: Shapes, tolerance_m: float) -> Iterator[tuple[int, int]]:
    """Yield the pairs of areas that meet, overlap or nearly so."""
    tree = shapely.STRtree(areas)
    first, second = tree.query(areas, predicate="dwithin", distance=tolerance_m)
    yield from sorted((int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b)


def _strips(areas: Shapes, *, ground: shapely.Geometry, tolerance_m: float) -> Shapes:
    """Give narrow strips between two areas, open at an end, to the first; no hole is one.

    Whole ones up to half the tolerance wide: of wider ones a sliver stays on either side.

    A part no larger than the tolerance squared is where a border reaches the coast.
    """
    closed = areas
    filled: list[shapely.Geometry] = []
    for a, b in _near(areas, tolerance_m):
        one, other = shapely.buffer(_facing(areas[[a, b]], tolerance_m), tolerance_m / 2,
                                    quad_segs=2)  # fmt: skip
        both = shapely.intersection(one, other)
        there = [part for part in filled if shapely.intersects(part, both)]  # seldom any
        between = shapely.difference(both, shapely.union_all([ground, *there]) if there else ground)
        parts = shapely.get_parts(between)
        parts = parts[shapely.area(parts) > tolerance_m**2]
        if len(parts):
            closed = closed.copy()
            closed[a] = shapely.union_all([closed[a], *parts])
            filled += [*parts]
    return closed


def _facing(pair: Shapes, tolerance_m: float) -> Shapes:
    """Cut two areas down to where both may lie near: all else of long coasts is far from both."""
    bounds = shapely.bounds(pair)
    west, south = bounds[:, :2].max(axis=0) - 2 * tolerance_m
    east, north = bounds[:, 2:].min(axis=0) + 2 * tolerance_m
    found: Shapes = shapely.clip_by_rect(pair, west, south, east, north)
    return found


def _overlaps(areas: Shapes, names: Shapes, *, tolerance_m: float) -> Iterator[str]:
    """Name the pairs of areas that overlap by more than the tolerance, in the widest place."""
    for a, b in _near(areas, 0.0):
        shared = shapely.intersection(areas[a], areas[b])
        wide = shapely.buffer(shared, -tolerance_m / 2, quad_segs=2)
        if not shapely.is_empty(wide):
            at = shapely.point_on_surface(wide)
            yield (
                f"{names[a]} and {names[b]} by {shapely.area(shared) / 1e6:,.3g} km2 at "
                f"{bng.grid_reference(at.x, at.y, digits=3)}"
            )


def _cleaned(areas: Shapes, tolerance_m: float) -> Shapes:
    """Make areas meet; gaps are touched only where there are slivers among them."""
    found: Shapes = shapely.coverage_clean(areas, gap_width=0)
    if not shapely.coverage_is_valid(found, gap_width=tolerance_m):
        found = shapely.coverage_clean(areas, gap_width=tolerance_m)
    return found


def _note(
    kind: str, names: Shapes, *, before: Shapes, after: Shapes, tolerance_m: float
) -> tuple[str, str, str, str, str, str] | None:
    """Tell by how much areas of a kind were changed; None where nobody could see it."""
    changed = shapely.area(shapely.symmetric_difference(before, after))
    vertices = ~shapely.equals_exact(shapely.normalize(before), shapely.normalize(after), 1e-3)
    if not vertices.any():
        return None
    moved = changed[changed > UNSEEN_M2].sum()
    told = f"{moved:,.0f} m2 changed hands" if moved else "no ground changed hands"
    message = (
        f"Borders of {kind} did not meet: {some(names[vertices])} were given one common border; "
        f"{told}, nowhere wider than {tolerance_m:g} m (places.border_m)."
    )
    return ("inputs", "boundaries", kind, "borders_mended", "note", message)
