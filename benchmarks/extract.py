"""From an OSM extract to a graph that answers queries: colocate and OSRM on the same file."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from measure import Cost, once, peak_mb
from network import TRAVEL
from tables import osrm_data

from colocate.travel.kernel import hierarchy
from colocate.travel.network.osm import read_osm
from colocate.travel.ready_roads import ready_of
from colocate.travel.roads import Roads, at_speeds
from colocate.travel.speeds import edge_speeds

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Imported:
    """What it took one engine to be ready for queries."""

    name: str
    version: str
    cost: Cost
    peak_mb: float


def colocate(extract: Path, _work: Path) -> None:
    """Read, give speeds, build the graph with its turns and contract it."""
    roads = read_osm(extract)
    nodes, edges = roads.road_nodes, roads.road_edges
    speeds = edge_speeds(nodes, edges, settings=TRAVEL)
    ready = ready_of(Roads(nodes, edges, roads.turns, speeds), delays=TRAVEL.delays)
    hierarchy.customise(ready.hierarchy, at_speeds(ready.graph, speeds))


def osrm(extract: Path, work: Path) -> None:
    """`osrm-extract` with OSRM's car profile, then `osrm-contract`."""
    osrm_data(extract, work / "extract")


ENGINES = {"colocate": ("colocate", colocate), "OSRM (CH)": ("osrm-bindings", osrm)}


def measure(name: str, extract: Path, *, work: Path) -> Imported:
    """Time an engine's import, once."""
    package, run = ENGINES[name]
    _, cost = once(lambda: run(extract, work))
    return Imported(name, metadata.version(package), cost, peak_mb())
