"""The network that every engine is given: its cuts, its pairs, and the same network as OSM data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array

from colocate import bng, io
from colocate.pipeline.locate import load_study
from colocate.tables import TABLES, empty
from colocate.travel.kernel import roadgraph
from colocate.travel.network import packing
from colocate.travel.roads import Roads, plain_graph
from colocate.travel.speeds import edge_speeds

if TYPE_CHECKING:
    from networkx import MultiDiGraph
    from numpy.typing import NDArray

    from colocate.travel.kernel.roadgraph import Ints

STUDY = Path(__file__).parents[1] / "data" / "devon-somerset"
TRAVEL = load_study(STUDY / "study.toml").travel
SEED = 20160219
EXETER = (292_000, 92_500)
"""Centre of the nested cuts, easting and northing."""


class Network(NamedTuple):
    """Tables `road_nodes`, `road_edges` and `edge_speeds` of one network."""

    road_nodes: pd.DataFrame
    road_edges: gpd.GeoDataFrame
    edge_speeds: pd.DataFrame

    @property
    def roads(self) -> Roads:
        """The same as colocate takes it, where every turn is allowed."""
        turns = empty(TABLES["turns"])
        return Roads(self.road_nodes, self.road_edges, turns, edge_speeds=self.edge_speeds)


def embedded() -> Network:
    """Return the embedded study's network, its main part: every pair of nodes has a route."""
    packed = (io.read_frame(STUDY / "roads" / f"road_{n}.parquet") for n in ("nodes", "edges"))
    road_nodes, road_edges = packing.unpack(*packed)
    speeds = edge_speeds(road_nodes, road_edges, settings=TRAVEL)
    return _main(Network(road_nodes, road_edges, speeds))


def around_exeter(network: Network, count: int) -> Network:
    """Cut out the `count` nodes nearest to Exeter, and of those the main part."""
    away = np.hypot(*(network.road_nodes[["easting", "northing"]].to_numpy() - EXETER).T)
    kept = np.zeros(len(away), "bool")
    kept[np.argsort(away, kind="stable")[:count]] = True
    return _main(_cut(network, kept))


def _main(network: Network) -> Network:
    nodes, edges = network.road_nodes, network.road_edges
    kind = roadgraph.parts(plain_graph(network.roads)).kind
    kept = np.zeros(len(nodes), "bool")
    kept[edges.loc[kind == roadgraph.MAIN, ["from_node", "to_node"]].to_numpy()] = True
    return _cut(network, kept)


def _cut(network: Network, kept: NDArray[np.bool_]) -> Network:
    """Keep some nodes and the edges between them, numbered anew."""
    nodes, edges, speeds = network
    inside = kept[edges[["from_node", "to_node"]].to_numpy()].all(axis=1)
    number = np.cumsum(kept) - 1
    nodes, edges, speeds = (
        frame[rows].reset_index(drop=True)
        for frame, rows in ((nodes, kept), (edges, inside), (speeds, inside))
    )
    nodes["node_id"] = nodes.index
    edges["edge_id"] = speeds["edge_id"] = edges.index
    for end in ("from_node", "to_node"):
        edges[end] = number[edges[end]]
    return Network(nodes, edges, speeds)


def save(network: Network, folder: Path) -> None:
    """Write a network for the processes that measure."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in network._asdict().items():
        frame.to_parquet(folder / f"{name}.parquet")


def load(folder: Path) -> Network:
    """Read what `save` wrote."""
    return Network(
        pd.read_parquet(folder / "road_nodes.parquet"),
        gpd.read_parquet(folder / "road_edges.parquet"),
        pd.read_parquet(folder / "edge_speeds.parquet"),
    )


def pick(network: Network, count: int, *, draw: int) -> Ints:
    """Draw nodes without replacement; another `draw` gives others, the same one the same."""
    return np.random.default_rng([SEED, draw]).choice(
        len(network.road_nodes), size=count, replace=False
    )


def arcs(network: Network) -> pd.DataFrame:
    """Every direction that may be driven: `tail`, `head`, `seconds`; of parallel ones the best."""
    edges, speeds = network.road_edges, network.edge_speeds
    both = pd.DataFrame(
        {
            "tail": np.r_[edges["from_node"], edges["to_node"]],
            "head": np.r_[edges["to_node"], edges["from_node"]],
            "seconds": np.r_[speeds["forward_s"], speeds["backward_s"]],
        }
    )
    open_ = both[np.isfinite(both["seconds"]) & (both["tail"] != both["head"])]
    return open_.groupby(["tail", "head"], as_index=False)["seconds"].min()


def matrix(network: Network) -> csr_array:
    """Adjacency matrix in seconds, as scipy takes it."""
    table, count = arcs(network), len(network.road_nodes)
    return csr_array((table["seconds"], (table["tail"], table["head"])), shape=(count, count))


def multigraph(network: Network) -> MultiDiGraph:
    """Graph with `travel_time` on its edges, as OSMnx builds it."""
    from networkx import MultiDiGraph

    graph = MultiDiGraph()
    table = arcs(network)
    columns = (table[name].tolist() for name in ("tail", "head", "seconds"))
    graph.add_edges_from((*ends, {"travel_time": s}) for *ends, s in zip(*columns, strict=True))
    return graph


def lonlat(network: Network, nodes: Ints) -> list[tuple[float, float]]:
    """Longitude and latitude of nodes."""
    at = network.road_nodes.loc[nodes]
    east, north = bng.from_bng(at["easting"], at["northing"])
    return list(zip(east.tolist(), north.tolist(), strict=True))


def write_pbf(network: Network, path: Path) -> None:
    """Write the network as OSM data: one way an edge, with the same shape, directions and time.

    `seconds` is the drive time, for OSRM's profile; `maxspeed` the speed that gives it, for
    Valhalla, which keeps whole km/h. Minor classes become `unclassified`, because Valhalla shuns
    service roads and tracks whatever their speed.
    """
    import osmium

    edges, speeds = network.road_edges, network.edge_speeds
    xy, edge = shapely.get_coordinates(edges.geometry.to_numpy(), return_index=True)
    first = np.searchsorted(edge, np.arange(len(edges)))
    last = np.searchsorted(edge, np.arange(len(edges)), side="right") - 1
    inner = np.ones(len(xy), "bool")
    inner[first] = inner[last] = False
    ref = np.empty(len(xy), "int64")
    ref[first], ref[last] = edges["from_node"], edges["to_node"]
    ref[inner] = len(network.road_nodes) + np.arange(inner.sum())
    points = np.r_[network.road_nodes[["easting", "northing"]].to_numpy(), xy[inner]]
    time = np.fmin(speeds["forward_s"], speeds["backward_s"]).to_numpy()
    kph = np.rint(edges["length_m"].to_numpy() / time * 3.6).clip(5, 140)
    major = edges["highway"].str.match("motorway|trunk|primary|secondary|tertiary")
    highway = edges["highway"].where(major, "unclassified")
    ways = zip(
        first.tolist(),
        (last + 1).tolist(),
        np.isfinite(speeds["forward_s"]).tolist(),
        np.isfinite(speeds["backward_s"]).tolist(),
        highway.tolist(),
        kph.tolist(),
        time.tolist(),
        strict=True,
    )
    ids = (ref + 1).tolist()
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in enumerate(zip(*bng.from_bng(*points.T), strict=True), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place))
        for number, (a, b, forward, backward, kind, speed, seconds) in enumerate(ways, start=1):
            tags = {
                "highway": kind,
                "oneway": "no" if forward and backward else "yes",
                "maxspeed": f"{speed:.0f}",
                "seconds": f"{seconds:.3f}",
            }
            nodes = ids[a:b] if forward else ids[a:b][::-1]
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags))
