"""The edge of the roads: where an extract ends though the land goes on, and what lies near it.

Beyond it there are stations, desks, roads and ways round that no answer knows of. On a grid of
`CELL_M`: roads hold the ground near them; land beyond, adjoining it, is the edge. The sea is none:
ground is land where a boundary of the study covers it, or where a road of the extract runs out of
its box. What the grid cannot tell from a moor or a headland without roads is passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate import bng
from colocate.errors import some
from colocate.io.lines import vertices
from colocate.spread import ALONE, gathered, rests_on
from colocate.tables import issue_rows
from colocate.tables.extents import NEAR_EDGE
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from colocate.spread import Spread

    Mask = NDArray[np.bool_]

NEAR_M = 25_000.0
"""So near to the edge it may bear on an answer: as far as roads around a fire area are packed."""
CELL_M = 1000.0
ROADS_HOLD = 3
"""Cells around a road that it holds: nearly all of lowland Britain lies nearer to a road, and
what is twice as wide without one is no moor, down or range."""

_ANSWERS = {
    "cover": "stations and ways round beyond it are not in the cover of the area",
    "catchments": "they may be drawn too small",
    "access": "desks and ways round beyond it are not counted",
}
"""What may be wrong with each answer."""
_EDGE = {
    "header": "the box in the head of the extract",
    "roads": "where its roads end though the land goes on",
}


class NearEdge(NamedTuple):
    """Tables `near_edge` and `issues`."""

    near_edge: pd.DataFrame
    issues: pd.DataFrame


class _Grid(NamedTuple):
    """Cells from the south west; masks are rows (north) × columns (east)."""

    west: np.float64
    south: np.float64
    shape: tuple[int, int]

    @classmethod
    def around(cls, bounds: NDArray[np.float64]) -> _Grid:
        """All ground that may be near to what lies within these bounds."""
        west, south, east, north = bounds + np.array([-1, -1, 1, 1]) * (NEAR_M + 5 * CELL_M)
        return cls(
            np.floor(west / CELL_M) * CELL_M,
            np.floor(south / CELL_M) * CELL_M,
            (int((north - south) // CELL_M) + 2, int((east - west) // CELL_M) + 2),
        )

    def centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        row, column = np.indices(self.shape)
        return self.west + (column + 0.5) * CELL_M, self.south + (row + 0.5) * CELL_M

    def marked(self, xy: NDArray[np.float64]) -> Mask:
        """Cells in which any of some points lies."""
        column, row = (
            np.floor((along - least) / CELL_M).astype("int64")
            for along, least in zip(xy.T, (self.west, self.south), strict=True)
        )
        high, wide = self.shape
        inside = (row >= 0) & (row < high) & (column >= 0) & (column < wide)
        found = np.zeros(self.shape, "bool")
        found[row[inside], column[inside]] = True
        return found


def answers(
    located_sites: gpd.GeoDataFrame, serving_sites: pd.DataFrame, *, catchments: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Name the answers that sites of the study's area bear on; others' sites bear on them there.

    Args:
        located_sites: table `located_sites`.
        serving_sites: table `serving_sites`.
        catchments: table `catchments`.

    Returns:
        `site_id`, `answers` joined by ; and the point of each site that bears on any.
    """
    serves = serving_sites[serving_sites["drive_limit_s"].notna()]
    of = {
        name: set(serves.loc[(serves[["service", "direction"]] == ends).all(axis=1), "site_id"])
        for name, ends in (("cover", ["fire", "from_site"]), ("access", ["police", "to_site"]))
    } | {"catchments": set(catchments["site_id"])}
    inside = located_sites[located_sites["in_area"]]
    touched = [
        ";".join(name for name in _ANSWERS if site in of[name]) for site in inside["site_id"]
    ]
    found = inside[["site_id", "geometry"]].assign(answers=touched)
    return found[found["answers"] != ""].sort_values("site_id", ignore_index=True)


def near_edge(
    sites: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    /,
    *,
    road_edges: gpd.GeoDataFrame,
    road_extent: pd.DataFrame,
    fire_area: str,
    spread: Spread = ALONE,
) -> NearEdge:
    """Find the sites, and whether the border, lie within `NEAR_M` of the edge of the roads.

    Args:
        sites: as `answers` returns them.
        boundaries: table `boundaries`: whatever it covers is land.
        road_edges: table `road_edges`.
        road_extent: table `road_extent`; without a row the edge is where roads end.
        fire_area: name of the study's area.
        spread: takes over where the edge is, of the same ground.

    Returns:
        Table `near_edge`, and one row of `issues` for each answer that is touched and for the
        border.
    """
    own = boundaries[(boundaries["kind"] == "fire_area") & (boundaries["name"] == fire_area)]
    things = gpd.GeoDataFrame(
        {
            "subject": ["site"] * len(sites) + ["border"] * len(own),
            "key": [*sites["site_id"], *own["name"]],
            "answers": [*sites["answers"], *["cover;access"] * len(own)],
        },
        geometry=[*sites.geometry, *own.geometry],
    )
    if things.empty:
        rows = things.assign(distance_m=0.0, edge="roads")
    else:
        grid, name = _Grid.around(things.total_bounds), "edge"
        given = boundaries.geometry, road_edges, road_extent
        answers = spread.each(_edge, {name: grid}, given=given, of={name: rests_on(*grid)})
        rows = _measured(things, cells=gathered(answers, [name])[0])
    found = conform(NEAR_EDGE, rows.drop(columns="geometry").to_dict("records"))
    return NearEdge(found, issue_rows(_issues(found)))


def _edge(grid: _Grid, given: tuple[gpd.GeoSeries, gpd.GeoDataFrame, pd.DataFrame]) -> pd.DataFrame:
    """Middles of the cells of the edge, and which of them are told by the box of the extract."""
    from scipy import ndimage  # here, since it takes long to import

    boundaries, road_edges, road_extent = given
    x, y = grid.centres()
    roads = np.flatnonzero(road_edges["highway"] != "ferry")
    xy, line = vertices(road_edges.geometry, roads)
    driven = grid.marked(xy)
    land = driven.copy()
    for area in boundaries[boundaries.intersects(shapely.box(x.min(), y.min(), x.max(), y.max()))]:
        shapely.prepare(area)
        land |= shapely.contains_xy(area, x, y)
    held = ndimage.binary_fill_holes(_grown(driven, by=ROADS_HOLD))
    inside = _inside(x, y, road_extent=road_extent)
    runs_out = np.zeros(grid.shape, "bool")
    if len(road_extent):
        within = _inside(*xy.T, road_extent=road_extent)
        crossing = np.bincount(line, weights=within) % np.bincount(line) > 0
        runs_out = grid.marked(xy[crossing[line] & ~within])
        held &= inside
    beyond = ndimage.binary_opening(land & ~held, _square(ROADS_HOLD)) | (runs_out & ~inside)
    adjoins = beyond & _grown(held & land, by=ROADS_HOLD + 1)
    found = {"easting": x[adjoins], "northing": y[adjoins], "by_box": ~inside[adjoins]}
    return pd.DataFrame(found)


def _inside(x: NDArray[np.float64], y: NDArray[np.float64], *, road_extent: pd.DataFrame) -> Mask:
    """Whether points lie in any box of the extract; all do where it has none."""
    if road_extent.empty:
        return np.ones(x.shape, "bool")
    lon, lat = bng.from_bng(x.ravel(), y.ravel())
    found = np.zeros(lon.shape, "bool")
    for box in road_extent[["west", "south", "east", "north"]].to_numpy():
        found |= (lon >= box[0]) & (lon <= box[2]) & (lat >= box[1]) & (lat <= box[3])
    return found.reshape(x.shape)


def _square(radius: int) -> Mask:
    return np.ones((2 * radius + 1, 2 * radius + 1), "bool")


def _grown(mask: Mask, *, by: int) -> Mask:
    from scipy import ndimage  # as above

    found: Mask = ndimage.binary_dilation(mask, _square(by))
    return found


def _measured(things: gpd.GeoDataFrame, *, cells: pd.DataFrame) -> gpd.GeoDataFrame:
    """Those near to the edge, with how far off it is and how it was found."""
    if cells.empty:
        return things.iloc[:0].assign(distance_m=0.0, edge="roads")
    tree = shapely.STRtree(shapely.points(cells["easting"], cells["northing"]))
    by_box = cells["by_box"].to_numpy()
    (row, cell), distance = tree.query_nearest(
        things.geometry.to_numpy(), return_distance=True, all_matches=False
    )
    held = np.where(by_box[cell], 0.0, (ROADS_HOLD - 0.5) * CELL_M)  # by the last road of all
    distance = np.maximum(distance - held, 0.0)
    found = things.iloc[row].assign(
        distance_m=np.floor(distance / CELL_M) * CELL_M,
        edge=np.where(by_box[cell], "header", "roads"),
    )
    near = found[distance <= NEAR_M]
    return near.sort_values(["subject", "key"], ignore_index=True)


def _issues(found: pd.DataFrame) -> Iterator[tuple[str, str, str, str, str, str]]:
    def row(key: str, told: str) -> tuple[str, str, str, str, str, str]:
        return ("edge", "road_edges", key, "near_edge_of_roads", "doubt", told)

    of_site = found["subject"] == "site"
    for name, wrong in _ANSWERS.items():
        touched = found[of_site & found["answers"].str.split(";").map(lambda x, n=name: n in x)]
        if len(touched):
            nearest = touched.sort_values(["distance_m", "key"], kind="stable")
            listed = some(
                f"{key} at {distance / 1000:.0f} km"
                for key, distance in zip(nearest["key"], nearest["distance_m"], strict=True)
            )
            ends = " and ".join(_EDGE[edge] for edge in sorted(touched["edge"].unique()))
            yield row(
                name,
                f"{name.capitalize()}: sites within {NEAR_M / 1000:.0f} km of the edge of the "
                f"roads: {listed}. {wrong.capitalize()}. The edge is {ends}. Take more roads.",
            )
    for border in found[~of_site].itertuples():
        yield row(
            "border",
            f"The border of {border.key} comes within {border.distance_m / 1000:.0f} km of the "
            f"edge of the roads ({_EDGE[border.edge]}): cover and access there may rest on what "
            f"lies beyond. Take an extract that reaches {NEAR_M / 1000:.0f} km over the border.",
        )
