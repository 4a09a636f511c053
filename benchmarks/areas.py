"""Catchments of five limits a site: one function an engine, and how true their polygons are.

Each prepares its engine for a network and its sites (nodes), and returns the call to be timed and
a reader that turns the engine's answer into polygons on the British National Grid, one list a
site, one polygon a limit.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from measure import Cost, once, repeated, tool
from network import SEED, TRAVEL, Network, load, lonlat, matrix, multigraph
from scipy.sparse.csgraph import dijkstra

from colocate import bng
from colocate.tables import TABLES, empty
from colocate.travel.drawing import drawn, scene
from colocate.travel.kernel.loops import SWITCH

if TYPE_CHECKING:
    from collections.abc import Callable

    from colocate.travel.kernel.roadgraph import Floats, Ints

LIMITS_MIN = (5, 10, 15, 20, 30)
EVERY_M = 25.0
"""Distance between the road points that fidelity is judged on."""
JUDGED = 1_500
"""Road points judged for each polygon, drawn from those that are in it or nearly reached."""
NEARLY = 1.5
"""Points up to this many times the limit are nearly reached."""

Polygons = list[list[shapely.Geometry]]


class Task(NamedTuple):
    """A network, the folder for what engines keep in files, and the nodes where the sites are."""

    network: Network
    folder: Path
    sites: Ints


class Drawing(NamedTuple):
    """What is timed, how its answer is read, and the engine's own travel times if it has any.

    `times` takes a site's number and points on roads (eastings and northings).
    """

    run: Callable[[], Any]
    read: Callable[[Any], Polygons]
    times: Callable[[int, Floats], Floats] | None = None


class Engine(NamedTuple):
    """One way to draw catchments."""

    name: str
    package: str
    prepare: Callable[[Task], Drawing]
    sample: int | None = None
    """Sites drawn where all would take too long."""


@dataclass(frozen=True)
class Measured:
    """What one engine took for a site with all its limits, and its fidelity at each limit."""

    name: str
    version: str
    prepared: Cost
    site: Cost
    sites: int
    fidelity: tuple[float, ...]


def colocate(task: Task) -> Drawing:
    """Catchments of this project, the way a crew drives, without a coastline to clip to."""
    settings = TRAVEL.model_copy(
        update={"catchment_limits_min": LIMITS_MIN, "turn_costs": False}
    )  # no turns, as in the network the others get
    snaps = _on_edges(task.network, task.sites).assign(
        kind="site", point_id=[f"{number:04}" for number in range(len(task.sites))]
    )
    no_coast = empty(TABLES["boundaries"])
    on = scene(snaps, roads=task.network.roads, boundaries=no_coast, settings=settings)
    sites = [on.places.those([number]) for number in range(len(task.sites))]
    given: dict[str, Any] = {"direction": "from_site", "settings": settings}
    drawn(on, sites[:1], **given)  # lays out the ways, compiles and loads: once for all sites
    return Drawing(lambda: drawn(on, sites, **given), lambda areas: [list(a) for a in areas])


def without_numba(task: Task) -> Drawing:
    """The same in whole-array numpy."""
    os.environ[SWITCH] = "off"
    return colocate(task)


def _on_edges(network: Network, nodes: Ints) -> pd.DataFrame:
    """For each node an edge that it ends, and the offset of that end."""
    edges = network.road_edges
    ends = pd.DataFrame(
        {
            "node": np.r_[edges["from_node"], edges["to_node"]],
            "edge_id": np.tile(edges["edge_id"], 2),
            "offset_m": np.r_[np.zeros(len(edges)), edges["length_m"]],
        }
    )
    return ends.drop_duplicates("node").set_index("node").loc[nodes].reset_index(drop=True)


def valhalla(task: Task) -> Drawing:
    """Valhalla's `/isochrone`, one request a site, no penalties besides its turn times."""
    from valhalla import Actor

    actor = Actor(_tiles(task.folder))
    no_penalty = {"maneuver_penalty": 0, "service_penalty": 0, "use_highways": 1}
    common = {"costing": "auto", "costing_options": {"auto": no_penalty}}
    places = [{"lon": lon, "lat": lat} for lon, lat in lonlat(task.network, task.sites)]
    contours = [{"time": minutes} for minutes in LIMITS_MIN]

    def run() -> list[dict[str, Any]]:
        return [
            actor.isochrone({**common, "locations": [at], "contours": contours, "polygons": True})
            for at in places
        ]

    def read(answers: list[dict[str, Any]]) -> Polygons:
        return [_polygons(answer["features"]) for answer in answers]

    def times(site: int, points: Floats) -> Floats:
        asked = zip(*bng.from_bng(*points.T), strict=True)
        answer = actor.matrix(
            {
                **common,
                "sources": [places[site]],
                "targets": [{"lon": lon, "lat": lat} for lon, lat in asked],
                "verbose": False,
            }
        )
        found = answer["sources_to_targets"]["durations"][0]
        return np.array([np.inf if s is None else s for s in found], "float64")

    return Drawing(run, read, times)


def _tiles(folder: Path) -> dict[str, Any]:
    """Build Valhalla's tiles of the network and return the configuration that reads them."""
    import valhalla
    from valhalla.config import get_config

    tiles = folder / "valhalla"
    tiles.mkdir(exist_ok=True)
    config = get_config(tile_extract="", tile_dir=tiles)
    config["service_limits"]["isochrone"]["max_contours"] = len(LIMITS_MIN)
    config["service_limits"]["auto"]["max_matrix_location_pairs"] = JUDGED
    config["thor"]["source_to_target_algorithm"] = "timedistancematrix"
    config["mjolnir"]["logging"] = {"type": ""}
    settings = tiles / "config.json"
    settings.write_text(json.dumps(config))
    builder = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    tool(builder, "-c", settings, folder / "network.osm.pbf")
    return config


def _polygons(features: list[dict[str, Any]]) -> list[shapely.Geometry]:
    """GeoJSON features as polygons on the National Grid, by limit."""
    ordered = sorted(features, key=lambda feature: feature["properties"]["contour"])
    areas = [shapely.geometry.shape(feature["geometry"]) for feature in ordered]
    return [
        shapely.make_valid(shapely.transform(area, lambda xy: np.column_stack(bng.to_bng(*xy.T))))
        for area in areas
    ]


def osmnx(task: Task) -> Drawing:
    """The OSMnx way: the ego graph of each limit, its edges and nodes buffered and merged.

    As in OSMnx's example of isochrones: edges by 25 m, nodes by 50 m, holes filled, and only
    edges both of whose ends are reached.
    """
    from networkx import ego_graph

    graph = multigraph(task.network)
    points = shapely.points(task.network.road_nodes[["easting", "northing"]].to_numpy())
    ends = task.network.road_edges[["from_node", "to_node"]].to_numpy()
    lines = task.network.road_edges.geometry.to_numpy()

    def one(site: int, minutes: float) -> shapely.Geometry:
        reached = ego_graph(graph, site, radius=minutes * 60, distance="travel_time")
        inside = np.zeros(len(points), "bool")
        inside[list(reached)] = True
        near = (shapely.buffer(points[inside], 50), shapely.buffer(lines[inside[ends].all(1)], 25))
        return shapely.Polygon(shapely.union_all(np.concatenate(near)).exterior)

    sites = task.sites.tolist()
    return Drawing(lambda: [[one(site, minutes) for minutes in LIMITS_MIN] for site in sites], list)


ENGINES = (
    Engine("colocate", "colocate", colocate),
    Engine("colocate, without numba", "colocate", without_numba),
    Engine("Valhalla", "pyvalhalla", valhalla),
    Engine("NetworkX, the OSMnx way", "networkx", osmnx, sample=2),
)


def measure(name: str, folder: Path, *, sites: Ints) -> Measured:
    """Prepare an engine, draw its catchments several times, and judge the polygons."""
    engine = next(engine for engine in ENGINES if engine.name == name)
    task = Task(load(folder), folder, sites[: engine.sample])
    drawing, prepared = once(lambda: engine.prepare(task))
    answer, cost = repeated(drawing.run, at_most=5)
    count = len(task.sites)
    site = replace(cost, wall_s=cost.wall_s / count, cpu_s=cost.cpu_s / count)
    fidelity = _fidelity(task, drawing.read(answer), own_times=drawing.times)
    return Measured(name, metadata.version(engine.package), prepared, site, count, fidelity)


def _fidelity(
    task: Task, polygons: Polygons, *, own_times: Callable[[int, Floats], Floats] | None
) -> tuple[float, ...]:
    """Intersection over union of area and truth on road points, the mean of all sites by limit.

    The truth is the exact time to each point on this network or, where an engine gives its edges
    other times, what it says itself.
    """
    graph = matrix(task.network)
    points, edge, share = _road_points(task.network)
    scores = np.zeros((len(task.sites), len(LIMITS_MIN)))
    draw = np.random.default_rng(SEED)
    for number, site in enumerate(task.sites):
        exact = _at_points(task.network, dijkstra(graph, indices=site), edge=edge, share=share)
        for band, (area, minutes) in enumerate(zip(polygons[number], LIMITS_MIN, strict=True)):
            shapely.prepare(area)
            inside = shapely.contains_xy(area, points)
            pool = np.flatnonzero(inside | (exact <= NEARLY * minutes * 60))
            judged = draw.choice(pool, size=min(JUDGED, len(pool)), replace=False)
            times = exact[judged] if own_times is None else own_times(number, points[judged])
            within = times <= minutes * 60
            both = (inside[judged] & within).sum()
            scores[number, band] = both / (inside[judged] | within).sum()
    return tuple(scores.mean(axis=0).tolist())


def _road_points(network: Network) -> tuple[Floats, Ints, Floats]:
    """Points along every edge: where they are, the edge, and the share of it that lies behind."""
    edges = network.road_edges
    count = np.ceil(edges["length_m"].to_numpy() / EVERY_M).astype("int64").clip(1)
    edge = np.repeat(np.arange(len(edges)), count)
    share = (np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / count[edge]
    lines = edges.geometry.to_numpy()[edge]
    points = shapely.line_interpolate_point(lines, share, normalized=True)
    return shapely.get_coordinates(points), edge, share


def _at_points(network: Network, at_node: Floats, *, edge: Ints, share: Floats) -> Floats:
    """Time to each road point by the better end of its edge."""
    edges, speeds = network.road_edges, network.edge_speeds
    ahead = at_node[edges["from_node"]][edge] + share * speeds["forward_s"].to_numpy()[edge]
    back = at_node[edges["to_node"]][edge] + (1 - share) * speeds["backward_s"].to_numpy()[edge]
    return np.minimum(ahead, back)
