"""Catchments: the area that can be driven to, or from, within each limit.

Exact times are taken every few metres along every road, partly driven ones included, averaged on
a grid and contoured. Off the roads a walk is allowed until the grid meets no road any more. The
contours of one site are cut into one set of faces that share their edges, so that the catchments
of rising limits nest exactly.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import contourpy
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.progress import SILENT, Progress
from colocate.tables import issue_rows
from colocate.travel.kernel import roadgraph
from colocate.travel.kernel.roadgraph import CLOSED, Floats, Ints, RoadGraph
from colocate.travel.roads import road_graph
from colocate.travel.shore import shore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from colocate.study import Travel
    from colocate.travel.roads import Roads
    from colocate.travel.shore import Shore

DIRECTIONS = ("from_site", "to_site")
WALK_M_PER_S = 1.4
"""Walking speed off the road: 5 km/h."""
WALK_CELLS = 2
"""How far off the road the grid is filled, in cells."""
MARGIN_S = 180.0
"""How far past the largest limit times are needed to draw its contour."""
SAMPLES_PER_CELL = 2
SIMPLIFY_M = 20.0
"""Tolerance of the outline: a fifth of the usual cell."""
COAST_M = 10.0
"""Coastline this near to an outline is noded with it: rounding may make them meet."""
WORKERS = 2
"""Threads that draw; their number changes no result."""

NEVER = 1e9
"""Seconds to what is not reached; finite, because 0 * infinity is no number."""


class Catchments(NamedTuple):
    """Tables `catchments` and `issues`."""

    catchments: gpd.GeoDataFrame
    issues: pd.DataFrame


class _Samples(NamedTuple):
    """Points along every stretch: `first[i]` to `first[i + 1]` are those of stretch i."""

    first: Ints
    share: Floats
    xy: Floats


class _Scene(NamedTuple):
    """What catchments are drawn on: the network with the sites in it, points along it, shore."""

    graph: RoadGraph
    samples: _Samples
    shore: Shore | None

    def turned(self) -> _Scene:
        """Turn every direction of travel round: from where one gets to the sites."""
        return self._replace(graph=roadgraph.turned(self.graph))


class _Grid(NamedTuple):
    """Times at the points of a grid, s; `z[row, column]` is at `y[row]`, `x[column]`."""

    x: Floats
    y: Floats
    z: Floats


def catchments(
    located_sites: gpd.GeoDataFrame,
    snaps: pd.DataFrame,
    /,
    *,
    roads: Roads,
    demand_points: gpd.GeoDataFrame,
    od: Mapping[str, pd.DataFrame],
    boundaries: gpd.GeoDataFrame,
    settings: Travel,
    progress: Progress = SILENT,
) -> Catchments:
    """Draw the catchments of every snapped site at the study's limits, in its service's direction.

    `from_site` is where a crew gets to, `to_site` where visitors come from; the study says which
    a service has. Sites with nobody of the study area within the largest limit have none: a
    register may hold a force's whole estate. Polygons nest, contain the point where the site
    meets the road, keep holes and islands of two grid cells and more, and end at the coast
    (`boundaries` of kind `land`).

    Args:
        located_sites: table `located_sites`.
        snaps: where these sites meet the road, shaped as table `snaps`.
        roads: the roads at the speeds of the vehicle that drives.
        demand_points: table `demand_points`; people of those in the study area are counted.
        od: travel times of these sites by direction: `from_site` in the shape of table
            `site_to_demand`, `to_site` of `demand_to_site`.
        boundaries: table `boundaries`.
        settings: the study's `[travel]`: limits, grid, and which service has which direction, if
            any.
        progress: told each site that is drawn.

    Returns:
        Table `catchments` by site, direction and limit. `people` are residents of the study area
        whose own travel time is within the limit, counted from the OD tables. `issues` has a row
        for each site without a catchment that the study asks for.
    """
    at = snaps[snaps["kind"] == "site"].sort_values("point_id", ignore_index=True)
    service = located_sites.set_index("site_id")["service"].reindex(at["point_id"])
    scene, node = _scene(at, roads, boundaries=boundaries, settings=settings)
    origin = _origins(at, road_edges=roads.road_edges)
    frames = []
    for direction in DIRECTIONS:
        near = _near_people(od[direction], demand_points=demand_points, settings=settings)
        wanted = [
            site in near and direction in settings.directions(name)
            for site, name in service.items()
        ]
        drawn = _draw(
            scene if direction == "from_site" else scene.turned(),
            sources=node[wanted],
            origin=origin[wanted],
            settings=settings,
            progress=progress,
        )
        rows = _rows(at.loc[wanted, "point_id"], drawn, direction=direction, settings=settings)
        frames.append(_with_people(rows, times=od[direction], demand_points=demand_points))
    table = pd.concat(frames).sort_values(["site_id", "direction", "limit_s"], ignore_index=True)
    return Catchments(
        gpd.GeoDataFrame(table, geometry="geometry", crs=roads.road_edges.crs),
        _undrawn(located_sites, table, on_road=set(at["point_id"]), settings=settings),
    )


def _scene(
    at: pd.DataFrame, roads: Roads, *, boundaries: gpd.GeoDataFrame, settings: Travel
) -> tuple[_Scene, Ints]:
    """Put the sites into the network; return what to draw on and the node of each site."""
    whole = road_graph(roads, settings=settings)
    graph, node = roadgraph.insert(
        whole, edge=at["edge_id"].to_numpy(), offset_m=at["offset_m"].to_numpy()
    )
    lines = roads.road_edges.geometry.to_numpy()
    every_m = settings.catchment_grid_m.value / SAMPLES_PER_CELL
    samples = _samples(graph, lines=lines, length=whole.length_dm, every_m=every_m)
    return _Scene(graph, samples, shore(boundaries, lines=lines)), node


def _undrawn(
    located_sites: gpd.GeoDataFrame, drawn: pd.DataFrame, *, on_road: set[str], settings: Travel
) -> pd.DataFrame:
    """Say of every site without a catchment why it has none, where the study asks for one."""
    asked = located_sites["service"].map(settings.directions).map(bool)
    nobody = f"nobody of the study area within {settings.catchment_limits_min[-1]:g} min."
    return issue_rows(
        ("catchments", "located_sites", site, "no_catchment", "note", "No catchment is drawn: "
         + (nobody if site in on_road else "not on the road network."))
        for site in sorted(set(located_sites.loc[asked, "site_id"]) - set(drawn["site_id"]))
    )  # fmt: skip


def _near_people(
    times: pd.DataFrame, *, demand_points: gpd.GeoDataFrame, settings: Travel
) -> set[str]:
    """Sites with anybody of the study area within the largest limit, included."""
    inside = demand_points.loc[demand_points["in_area"], "demand_id"]
    within = times["travel_time_s"] <= settings.catchment_limits_min[-1] * 60
    return set(times.loc[within & times["demand_id"].isin(inside), "site_id"])


def _origins(snaps: pd.DataFrame, *, road_edges: gpd.GeoDataFrame) -> Floats:
    """Where each snapped point meets the road: easting and northing."""
    edge = snaps["edge_id"].to_numpy()
    length = np.maximum(road_edges["length_m"].to_numpy()[edge], 0.1)
    share = snaps["offset_m"].to_numpy() / length
    line = road_edges.geometry.to_numpy()[edge]
    points = shapely.line_interpolate_point(line, share, normalized=True)
    xy: Floats = shapely.get_coordinates(points)
    return xy


def _samples(
    graph: RoadGraph, *, lines: NDArray[np.object_], length: Ints, every_m: float
) -> _Samples:
    """Spread points evenly along every stretch, both ends included, at most `every_m` apart.

    Turns, which have no length, have none.
    """
    count = np.ceil(graph.length_dm / 10 / every_m).astype("int64") + (graph.length_dm > 0)
    first = np.r_[0, np.cumsum(count)]
    stretch = np.repeat(np.arange(len(count)), count)
    share = (np.arange(first[-1]) - first[stretch]) / (count - 1)[stretch]
    along = (graph.start_dm[stretch] + share * graph.length_dm[stretch]) / length[
        graph.edge[stretch]
    ]
    points = shapely.line_interpolate_point(lines[graph.edge[stretch]], along, normalized=True)
    return _Samples(first, share, shapely.get_coordinates(points))


def _draw(
    scene: _Scene,
    *,
    sources: Ints,
    origin: Floats,
    settings: Travel,
    progress: Progress,
) -> list[list[shapely.Geometry]]:
    """Polygons of each source, one a limit."""
    limits = np.array(settings.catchment_limits_min) * 60
    cell = settings.catchment_grid_m.value
    reach = limits[-1] + MARGIN_S

    def one(weight: Floats, xy: Floats) -> list[shapely.Geometry]:
        time, where = _times(scene.graph, weight, samples=scene.samples, limit_s=reach)
        grid = _grid(time, where, cell=cell, origin=xy)
        rough = [_contour(grid, limit, origin=xy) for limit in limits]
        return _nested(rough, shore=scene.shore, origin=shapely.Point(xy))

    drawn: list[list[shapely.Geometry]] = []
    with ThreadPoolExecutor(WORKERS) as pool:  # geometry work leaves the interpreter lock
        for batch, weights in roadgraph.sweep(scene.graph, sources=sources, limit_s=reach):
            for areas in pool.map(one, weights, origin[batch]):
                drawn.append(areas)
                progress.advance(len(drawn), len(sources), what="catchments")
    return drawn


def _times(
    graph: RoadGraph, weight: Floats, *, samples: _Samples, limit_s: float
) -> tuple[Floats, Floats]:
    """Exact times at the sample points reached within the limit, and where they are."""
    at_node = roadgraph.unpacked(weight)[0]
    at_node[np.isinf(at_node)] = NEVER
    stretch = np.flatnonzero(np.minimum(at_node[graph.tail], at_node[graph.head]) < NEVER)
    count = np.diff(samples.first)[stretch]
    skipped = samples.first[stretch] - np.r_[0, np.cumsum(count)[:-1]]
    point = np.arange(count.sum()) + np.repeat(skipped, count)
    stretch = np.repeat(stretch, count)
    share = samples.share[point]
    forward, backward = graph.forward_ms[stretch], graph.backward_ms[stretch]
    ahead = at_node[graph.tail[stretch]] + share * forward / 1000
    back = at_node[graph.head[stretch]] + (1 - share) * backward / 1000
    time = np.minimum(
        np.where(forward == CLOSED, NEVER, ahead), np.where(backward == CLOSED, NEVER, back)
    )
    reached = time <= limit_s
    return time[reached], samples.xy[point[reached]]


def _grid(time: Floats, xy: Floats, *, cell: float, origin: Floats) -> _Grid:
    """Average times at the points of a grid, each sample shared by the four points around it.

    Grid points away from roads take the least time of a neighbour plus the walk from it. The four
    points around the origin are at zero, so that it lies inside whatever the limit.
    """
    low = np.floor(xy / cell).astype("int64")
    part = xy / cell - low
    corner = low.min(axis=0) - WALK_CELLS - 1
    columns, rows = low.max(axis=0) + WALK_CELLS + 3 - corner
    total, weight = np.zeros(rows * columns), np.zeros(rows * columns)
    for east in (0, 1):
        for north in (0, 1):
            share = abs(1 - east - part[:, 0]) * abs(1 - north - part[:, 1])
            column, row = (low + np.array([east, north]) - corner).T
            index = row * columns + column
            total += np.bincount(index, weights=share * time, minlength=len(total))
            weight += np.bincount(index, weights=share, minlength=len(total))
    road = weight > 0
    z = np.divide(total, weight, out=np.full(len(total), NEVER), where=road)
    z, road = z.reshape(rows, columns), road.reshape(rows, columns)
    column, row = np.floor(origin / cell).astype("int64") - corner
    z[row : row + 2, column : column + 2] = 0.0
    for _ in range(WALK_CELLS):
        z = np.where(road, z, np.minimum(z, _from_neighbours(z, step_s=cell / WALK_M_PER_S)))
    x, y = (corner[0] + np.arange(columns)) * cell, (corner[1] + np.arange(rows)) * cell
    return _Grid(x, y, z)


def _from_neighbours(z: Floats, *, step_s: float) -> Floats:
    """Least time of the eight neighbours plus the walk from them."""
    wide = np.pad(z, 1, constant_values=NEVER)
    rows, columns = z.shape
    steps = [(i, j) for i in (0, 1, 2) for j in (0, 1, 2) if (i, j) != (1, 1)]
    least: Floats = np.minimum.reduce(
        [wide[i : i + rows, j : j + columns] + step_s * np.hypot(i - 1, j - 1) for i, j in steps]
    )
    return least


def _contour(grid: _Grid, limit: float, *, origin: Floats) -> shapely.Geometry:
    """Area within the limit, without rings smaller than two cells that do not hold the origin."""
    least = 2 * (grid.x[1] - grid.x[0]) ** 2
    drawer = contourpy.contour_generator(grid.x, grid.y, grid.z, fill_type="OuterOffset")
    points, offsets = drawer.filled(-1.0, limit)
    polygons = []
    for xy, cuts in zip(points, offsets, strict=True):
        outer, *holes = (shapely.linearrings(xy[a:b]) for a, b in pairwise(cuts))
        shell = shapely.Polygon(outer)
        if shell.area >= least or shell.covers(shapely.Point(origin)):
            large = [hole for hole in holes if shapely.Polygon(hole).area >= least]
            polygons.append(shapely.Polygon(outer, large))
    return shapely.MultiPolygon(polygons)


def _nested(
    rough: list[shapely.Geometry], *, shore: Shore | None, origin: shapely.Point
) -> list[shapely.Geometry]:
    """Clip rising areas to the shore so that each covers the one before, to the last digit.

    All outlines are noded together and cut the plane into faces; each face goes to the smallest
    area that holds it, and an area is the union of the faces up to its own. Faces are simplified
    as a coverage: shared edges stay shared.
    """
    outlines = [shapely.boundary(area) for area in rough]
    if shore is not None:
        near = shore.outline.query(rough[-1], predicate="dwithin", distance=COAST_M)
        outlines.extend(shore.outline.geometries[near])
    noded = shapely.union_all(outlines)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inside = shapely.point_on_surface(faces)
    level = np.full(len(faces), len(rough))
    for number in reversed(range(len(rough))):
        shapely.prepare(rough[number])
        level[shapely.covers(rough[number], inside)] = number
    if shore is not None:
        level[~shapely.covers(shore.ground, inside)] = len(rough)
    simple = shapely.coverage_simplify(faces, SIMPLIFY_M)
    areas = [shapely.coverage_union_all(simple[level <= k]) for k in range(len(rough))]
    if not areas[0].covers(origin):
        areas = [shapely.coverage_union_all(faces[level <= k]) for k in range(len(rough))]
    return areas


def _rows(
    site_id: pd.Series, drawn: list[list[shapely.Geometry]], *, direction: str, settings: Travel
) -> pd.DataFrame:
    limits = np.array(settings.catchment_limits_min) * 60.0
    cell = settings.catchment_grid_m.value
    return pd.DataFrame(
        {
            "site_id": site_id.repeat(len(limits)).reset_index(drop=True),
            "direction": direction,
            "limit_s": np.tile(limits, len(site_id)),
            "method": f"{cell:g} m time grid, contoured",
            "geometry": [area for areas in drawn for area in areas],
        }
    )


def _with_people(
    rows: pd.DataFrame, *, times: pd.DataFrame, demand_points: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Count the people of the study area whose travel time is within each limit, included."""
    inside = demand_points.loc[demand_points["in_area"]].set_index("demand_id")["people"]
    known = times[times["site_id"].isin(rows["site_id"])]
    people = known["demand_id"].map(inside).fillna(0.0)
    counted = {
        limit: people[known["travel_time_s"] <= limit].groupby(known["site_id"]).sum()
        for limit in rows["limit_s"].unique()
    }
    found = [
        counted[limit].get(site, 0.0)
        for site, limit in zip(rows["site_id"], rows["limit_s"], strict=True)
    ]
    rows.insert(3, "people", np.array(found, "float64"))
    return rows
