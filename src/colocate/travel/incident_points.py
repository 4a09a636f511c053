"""Where incidents of each kind are taken to lie: on units, on roads, on open ground.

Dwelling fires lie where the fires of table `demand_points` do. Of the other kinds no places are
published, so they are assumed: other buildings by the postcode units and what is mapped near them,
vehicles by the traffic of roads, outdoor fires by ground. A study's own incidents win.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.io.lines import boxes
from colocate.tables import empty
from colocate.tables.demand import INCIDENT_KINDS, INCIDENT_POINTS
from colocate.tables.schema import CRS, check

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.study import Incidents

    Words = NDArray[np.object_]
    Floats = NDArray[np.float64]

RECORDED = "a file of incidents of the study"
DWELLING = "dwelling fires a year of each area, shared over its units as its people are"
OTHER_BUILDING = (
    "assumed: as many to a postcode unit, shared within an area by mapped buildings that are not "
    "house-sized"
)
ROAD_VEHICLE = "assumed: in proportion to the length of roads and a rough traffic of their class"
OUTDOOR = "assumed: as many to a square kilometre, wherever it lies"


class _Lain(NamedTuple):
    """Points of one kind: weights are in proportion, edges -1 where the road is not known."""

    point_id: Words
    weight: Floats
    place: Floats
    """Points × easting and northing."""
    rests_on: str
    edge: Floats | None = None


def incident_points(
    demand_units: gpd.GeoDataFrame,
    road_edges: gpd.GeoDataFrame,
    /,
    *,
    incidents: gpd.GeoDataFrame,
    area: shapely.Geometry,
    settings: Incidents,
) -> gpd.GeoDataFrame:
    """Lay the kinds of incidents that the study's mixes hold on points.

    Args:
        demand_units: table `demand_units`.
        road_edges: table `road_edges`.
        incidents: table `incidents`: kinds that it holds lie there and nowhere else.
        area: the study's fire area, EPSG:27700.
        settings: section `incidents` of the study.

    Returns:
        Table `incident_points`, in order of kind and point; without rows if there is no mix.
    """
    wanted = {k for mix in settings.mixes for k, figure in mix.per_year.items() if figure.value}
    inside = demand_units[demand_units["in_area"]]
    frames = []
    for kind in (each for each in INCIDENT_KINDS if each in wanted):
        own = incidents[incidents["kind"] == kind]
        if len(own):
            lain = _recorded(own)
        elif kind in {"dwelling", "other_building"}:
            lain = _at_units(inside, kind=kind)
        elif kind == "road_vehicle":
            lain = _on_roads(road_edges, area=area, settings=settings)
        else:
            lain = _on_ground(area, cell_m=settings.cell_m.value)
        at_unit = not len(own) and kind in {"dwelling", "other_building"}
        frames.append(_rows(kind, lain, own_point=not at_unit))
    if not frames:
        return empty(INCIDENT_POINTS)
    found = pd.concat(frames).sort_values(["kind", "point_id"], ignore_index=True)
    points = gpd.points_from_xy(found["easting"], found["northing"])
    return check(
        INCIDENT_POINTS,
        gpd.GeoDataFrame(found.drop(columns=["easting", "northing"]), geometry=points, crs=CRS),
    )


def _rows(kind: str, lain: _Lain, *, own_point: bool) -> pd.DataFrame:
    kept = lain.weight > 0
    frame = pd.DataFrame(
        {
            "kind": kind,
            "point_id": lain.point_id,
            "weight": lain.weight / max(lain.weight.sum(), np.finfo("float64").tiny),
            "own_point": own_point,
            "basis": "assumed" if lain.rests_on.startswith("assumed") else "recorded",
            "rests_on": lain.rests_on,
            "edge_id": np.nan if lain.edge is None else lain.edge,
            "easting": lain.place[:, 0],
            "northing": lain.place[:, 1],
        }
    )[kept]
    words = ("kind", "point_id", "basis", "rests_on")
    return frame.astype(dict.fromkeys(words, "str") | {"edge_id": "float64"})


def _recorded(own: gpd.GeoDataFrame) -> _Lain:
    ids, at = own["incident_id"].to_numpy("object"), own.geometry.get_coordinates().to_numpy()
    return _Lain(ids, own["per_year"].to_numpy("float64"), at, RECORDED)


def _at_units(units: gpd.GeoDataFrame, *, kind: str) -> _Lain:
    if kind == "dwelling":
        weight, ground = units["fires_per_year"], DWELLING
    else:
        # Where a study has no units there is nothing better than where people are.
        beside = units["other_buildings"]
        weight, ground = (beside if beside.any() else units["people"]), OTHER_BUILDING
    at = units.geometry.get_coordinates().to_numpy()
    return _Lain(units["demand_id"].to_numpy("object"), weight.to_numpy("float64"), at, ground)


def _on_roads(
    road_edges: gpd.GeoDataFrame, *, area: shapely.Geometry, settings: Incidents
) -> _Lain:
    """One point a square: the middle of the stretch with most traffic in it."""
    rate = {name: figure.value for name, figure in settings.traffic.items()}
    number, classes = pd.factorize(road_edges["highway"])
    of_class = np.array([rate.get(name.removesuffix("_link"), 0.0) for name in classes])
    traffic = of_class[number] * road_edges["length_m"].to_numpy()
    busy = np.flatnonzero(traffic > 0)
    shapely.prepare(area)
    # A middle is dear: only of roads that come near the area.
    west, south, east, north = area.bounds
    bounds = boxes(road_edges.geometry)[busy]
    near = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
    near &= (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    busy = busy[near]
    lines = np.asarray(road_edges.geometry.array[busy])
    middle = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    inside = shapely.intersects_xy(area, *middle.T)
    busy, middle = busy[inside], middle[inside]
    cell = np.floor(middle / settings.cell_m.value).astype("int64")
    # The busiest stretch of each square first, of equals the first edge.
    order = np.lexsort((busy, -traffic[busy], cell[:, 1], cell[:, 0]))
    _, first, square = np.unique(cell[order], axis=0, return_index=True, return_inverse=True)
    weight = np.bincount(square.ravel(), weights=traffic[busy[order]]).astype("float64")
    best = order[first]
    of_edge = road_edges["edge_id"].to_numpy("float64")[busy[best]]
    return _Lain(_named("R", cell[best]), weight, middle[best], ROAD_VEHICLE, of_edge)


def _on_ground(area: shapely.Geometry, *, cell_m: float) -> _Lain:
    """Squares whose middle lies in the area."""
    west, south, east, north = np.floor(np.array(area.bounds) / cell_m).astype("int64")
    columns, rows = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    cell = np.column_stack([columns.ravel(), rows.ravel()])
    middle = (cell + 0.5) * cell_m
    shapely.prepare(area)
    inside = shapely.intersects_xy(area, *middle.T)
    cell, middle = cell[inside], middle[inside]
    return _Lain(_named("G", cell), np.ones(len(cell)), middle, OUTDOOR)


def _named(letter: str, cell: NDArray[np.int64]) -> Words:
    return np.array([f"{letter}{east}-{north}" for east, north in cell.tolist()], dtype="object")
