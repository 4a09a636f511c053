"""Many-to-many travel times: one function an engine.

Each prepares its engine for a network and its points, and returns the query to be timed and a
reader that turns the engine's answer into seconds, shape (sources, targets).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from measure import Cost, once, repeated, tool
from network import TRAVEL, Network, arcs, load, lonlat, matrix, multigraph
from scipy.sparse.csgraph import dijkstra

from colocate.travel.kernel import hierarchy, roadgraph
from colocate.travel.kernel.places import along_edges
from colocate.travel.ready_roads import ready_of
from colocate.travel.roads import ReadyRoads, at_speeds, plain_graph, road_graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from colocate.study import Travel
    from colocate.travel.kernel.roadgraph import Floats, Ints, RoadGraph

PROFILE = Path(__file__).with_name("osrm.lua")
PLAIN = TRAVEL.model_copy(update={"turn_costs": False})
BATCH = 50
"""Sources that scipy searches from at once: bounds memory, 8 bytes a node and source."""


class Task(NamedTuple):
    """A network, the folder for what engines keep in files, and the nodes of the table."""

    network: Network
    folder: Path
    sources: Ints
    targets: Ints


class Query(NamedTuple):
    """What is timed, and how its answer is read."""

    run: Callable[[], Any]
    read: Callable[[Any], Floats]


class Engine(NamedTuple):
    """One way to fill the table."""

    name: str
    package: str
    prepare: Callable[[Task], Query]
    sample: int | None = None
    """Sources searched where all would take too long; times are scaled up and labelled so."""
    turns: bool = False


@dataclass(frozen=True)
class Measured:
    """What one engine took. Times of a sample are scaled up to all sources."""

    name: str
    package: str
    version: str
    prepared: Cost
    table: Cost
    sample: int | None
    turns: bool


def colocate(task: Task, *, settings: Travel | None = None) -> Query:
    """Travel times of this project, with `settings` with turn costs."""
    graph, contracted = _ready(task, settings=settings)
    metric = hierarchy.customise(contracted, graph)
    return _query(task, graph, metric=lambda: metric)


def colocate_anew(task: Task) -> Query:
    """The same when the drive times of the network have changed: a scenario's full table."""
    graph, contracted = _ready(task, settings=None)
    return _query(task, graph, metric=lambda: hierarchy.customise(contracted, graph))


def _graph(task: Task, *, settings: Travel | None) -> RoadGraph:
    roads = task.network.roads
    return plain_graph(roads) if settings is None else road_graph(roads, settings=settings)


def _ready(task: Task, *, settings: Travel | None) -> ReadyRoads:
    roads = task.network.roads
    ready = ready_of(roads, delays=(settings or PLAIN).delays)
    return ready._replace(graph=at_speeds(ready.graph, roads.edge_speeds))


def _query(task: Task, graph: RoadGraph, *, metric: Callable[[], hierarchy.Metric]) -> Query:
    """Table between nodes, each as the end of one of its roads."""
    ends = task.network.road_edges[["from_node", "to_node"]].to_numpy().ravel()
    arms = np.argsort(ends, kind="stable")
    places = {}
    for name in ("sources", "targets"):
        arm = arms[np.searchsorted(ends, getattr(task, name), sorter=arms)]
        edge, at_end = np.divmod(arm, 2)
        offset_m = task.network.road_edges["length_m"].to_numpy()[edge] * at_end
        places[name] = along_edges(graph, edge=edge, offset_m=offset_m)
    return Query(
        lambda: hierarchy.table(metric(), **places), lambda weight: roadgraph.unpacked(weight)[0]
    )


def scipy(task: Task) -> Query:
    """`scipy.sparse.csgraph.dijkstra`, the exact times that the others are compared with."""
    graph, sources = matrix(task.network), task.sources

    def run() -> Floats:
        batches = (sources[at : at + BATCH] for at in range(0, len(sources), BATCH))
        return np.concatenate([dijkstra(graph, indices=some)[:, task.targets] for some in batches])

    return Query(run, np.asarray)


def networkx(task: Task) -> Query:
    """The OSMnx way: a `MultiDiGraph`, searched from each source."""
    from networkx import single_source_dijkstra_path_length

    graph = multigraph(task.network)

    def run() -> list[list[float]]:
        found = []
        for source in task.sources.tolist():
            times = single_source_dijkstra_path_length(graph, source, weight="travel_time")
            found.append([times[target] for target in task.targets.tolist()])
        return found

    return Query(run, np.array)


def pandana(task: Task) -> Query:
    """Contraction hierarchies of `pandana`, asked pair by pair in all threads."""
    from pandana import Network as Pandana

    nodes, table = task.network.road_nodes, arcs(task.network)
    graph = Pandana(
        nodes["easting"], nodes["northing"], table["tail"], table["head"], table[["seconds"]],
        twoway=False,
    )  # fmt: skip
    shape = (len(task.sources), len(task.targets))
    starts, ends = np.repeat(task.sources, shape[1]), np.tile(task.targets, shape[0])
    return Query(lambda: graph.shortest_path_lengths(starts, ends), lambda s: np.reshape(s, shape))


def osrm(task: Task, *, turns: str = "no") -> Query:
    """OSRM's table on contraction hierarchies; points are snapped beforehand."""
    from osrm import OSRM, TableParameters

    data = osrm_data(
        task.folder / "network.osm.pbf",
        task.folder / f"turns-{turns}",
        profile=PROFILE,
        TURNS=turns,
    )
    points = lonlat(task.network, np.r_[task.sources, task.targets])
    engine = OSRM(
        storage_config=str(data), use_shared_memory=False, algorithm="CH",
        max_locations_distance_table=len(points),
    )  # fmt: skip
    snapped = engine.Table(TableParameters(coordinates=points, sources=[0], destinations=[]))
    asked = {
        "coordinates": points,
        "hints": [place["hint"] for place in snapped["destinations"]],
        "sources": list(range(len(task.sources))),
        "destinations": list(range(len(task.sources), len(points))),
        "generate_hints": False,
    }
    return Query(
        lambda: engine.Table(TableParameters(**asked)),
        lambda answer: np.array([list(row) for row in answer["durations"]], "float64"),
    )


def osrm_data(extract: Path, to: Path, *, profile: Path | None = None, **settings: str) -> Path:
    """Extract and contract an OSM file with a profile, OSRM's own for cars if none is given."""
    import osrm

    profiles = Path(osrm.__file__).parent / "share" / "profiles"
    to.mkdir(parents=True, exist_ok=True)
    data = to / "data.osrm"
    lua = profile or profiles / "car.lua"
    osrm_tool = (sys.executable, "-m", "osrm")
    tool(*osrm_tool, "extract", "-p", lua, "-o", data, extract, PROFILES=str(profiles), **settings)
    tool(*osrm_tool, "contract", data)
    return data


ENGINES = (
    Engine("colocate", "colocate", colocate),
    Engine("colocate, new speeds", "colocate", colocate_anew),
    Engine("OSRM (CH)", "osrm-bindings", osrm),
    Engine("pandana", "pandana", pandana),
    Engine("scipy", "scipy", scipy),
    Engine("NetworkX, the OSMnx way", "networkx", networkx, sample=5),
    Engine("colocate, turn costs", "colocate", partial(colocate, settings=TRAVEL), turns=True),
    Engine("OSRM (CH), turn costs", "osrm-bindings", partial(osrm, turns="yes"), turns=True),
)


def measure(name: str, folder: Path, *, sources: Ints, targets: Ints) -> tuple[Measured, Floats]:
    """Prepare an engine, run its query several times, and return the times it found."""
    engine = next(engine for engine in ENGINES if engine.name == name)
    task = Task(load(folder), folder, sources[: engine.sample], targets)
    query, prepared = once(lambda: engine.prepare(task))
    answer, cost = repeated(query.run, at_most=9)
    scale = len(sources) / len(task.sources)
    whole = replace(cost, wall_s=cost.wall_s * scale, cpu_s=cost.cpu_s * scale)
    version = metadata.version(engine.package)
    done = Measured(name, engine.package, version, prepared, whole, engine.sample, engine.turns)
    return done, query.read(answer)
