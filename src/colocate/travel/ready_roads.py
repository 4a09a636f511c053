"""One network made ready, once for all speeds, sites and vehicles, and used by whatever drives.

Splitting junctions for turns and contracting the network takes longer than most of what is driven
on it. Neither depends on speeds, closures, vehicles or points, so both are kept as tables: arrays
of whole numbers that any stage, process or machine takes as they are, mapped from the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.travel import roads as driven
from colocate.travel.kernel import hierarchy, node_order
from colocate.travel.kernel.hierarchy import Hierarchy
from colocate.travel.kernel.roadgraph import RoadGraph

if TYPE_CHECKING:
    import geopandas as gpd

    from colocate.study import TurnDelays
    from colocate.travel.kernel.roadgraph import Ints
    from colocate.travel.roads import ReadyRoads, Roads

WAYS = ("forward", "backward")


class Made(NamedTuple):
    """Tables of these names."""

    road_order: pd.DataFrame
    road_stretches: pd.DataFrame
    road_links: pd.DataFrame


def made_ready(
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    /,
    *,
    turns: pd.DataFrame,
    delays: TurnDelays | None,
    cuts: pd.DataFrame | None = None,
) -> Made:
    """Split the junctions of a network, order its nodes and contract it.

    Args:
        road_nodes: table `road_nodes`.
        road_edges: table `road_edges`.
        turns: table `turns`, the forbidden ones.
        delays: what turns take; None where they do not count, and fewer junctions are split.
        cuts: as the function of that name returns them, of an earlier time; where they are of other
            roads, they are found anew.

    Returns:
        Tables good for any speeds and points, and for roads closed later.
    """
    roads = driven.Roads(road_nodes, road_edges, turns, edge_speeds=pd.DataFrame())
    graph, at = _open(roads, delays=delays)
    rank = node_order.node_order(graph, at=at, cuts=_depth(cuts))
    built = hierarchy.along_trees(hierarchy.prepare(graph, rank))
    stretches = {
        name: getattr(graph, name)
        for name in ("tail", "head", "forward_to", "backward_to", "forward_ms", "backward_ms",
                     "length_dm", "edge")
    }  # fmt: skip
    slots = {f"{way}_slot": slot for way, slot in zip(WAYS, built.slot, strict=True)}
    return Made(
        pd.DataFrame({"graph_node": np.arange(graph.node_count), "rank": built.rank}, copy=False),
        pd.DataFrame({"stretch": np.arange(len(graph.tail)), **stretches, **slots}, copy=False),
        pd.DataFrame({"low": built.low, "high": built.high}, copy=False),
    )


def cuts(
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    /,
    *,
    turns: pd.DataFrame,
    delays: TurnDelays | None,
) -> pd.DataFrame:
    """Find the cuts of a network, which take most of the time of ordering it.

    Args:
        road_nodes: table `road_nodes`.
        road_edges: table `road_edges`.
        turns: table `turns`.
        delays: what turns take; None where they do not count.

    Returns:
        `depth` of the cut on which each node lies that is not taken out before, and `of`, the same
        in every row: the hash of the roads that were cut.
    """
    roads = driven.Roads(road_nodes, road_edges, turns, edge_speeds=pd.DataFrame())
    graph, at = _open(roads, delays=delays)
    found = node_order.cuts(graph, at=at)
    depth = pd.Series(found.depth, dtype="int16")
    return pd.DataFrame({"depth": depth, "of": pd.Series(found.of, depth.index, dtype="str")})


def _open(roads: Roads, *, delays: TurnDelays | None) -> tuple[RoadGraph, np.ndarray]:
    """Split the junctions; with the graph comes where its nodes lie."""
    graph, place = driven.open_graph(roads, delays=delays)
    return graph, roads.road_nodes[["easting", "northing"]].to_numpy("float64")[place]


def _depth(cuts: pd.DataFrame | None) -> node_order.Cuts | None:
    if cuts is None or cuts.empty:
        return None
    return node_order.Cuts(cuts["depth"].to_numpy("int64"), str(cuts["of"].iloc[0]))


def ready_roads(  # noqa: PLR0917 - the three tables of one network, in their order
    road_order: pd.DataFrame, road_stretches: pd.DataFrame, road_links: pd.DataFrame
) -> ReadyRoads:
    """Hand the tables of a network made ready to the kernel.

    Args:
        road_order: table `road_order`.
        road_stretches: table `road_stretches` of the same network.
        road_links: table `road_links` of it.
    """
    of = {name: _array(column) for name, column in road_stretches.items()}
    slot = np.stack([of.pop(f"{way}_slot") for way in WAYS])
    rank, low, high = (
        _array(column) for column in (road_order["rank"], road_links["low"], road_links["high"])
    )
    first = np.append(0, np.cumsum(np.bincount(low, minlength=len(rank))))
    del of["stretch"]
    graph = RoadGraph(len(rank), start_dm=np.zeros_like(of["edge"]), **of)
    return driven.ReadyRoads(graph, Hierarchy(rank, first, high, slot))


def _array(column: pd.Series) -> Ints:
    """Return a column as it lies in memory, or in a file that is mapped: no loop writes to it."""
    array: Ints = column.to_numpy()
    # What pandas hands out is read-only, for which numba would compile all loops again.
    try:
        array.flags.writeable = True
    except ValueError:
        return array.copy()
    return array


def ready_of(roads: Roads, /, *, delays: TurnDelays | None) -> ReadyRoads:
    """Return roads as they were made ready, or make them ready.

    Args:
        roads: the roads; their speeds are not looked at.
        delays: what turns take; None where they do not count.
    """
    if roads.ready is not None:
        return roads.ready
    return ready_roads(
        *made_ready(roads.road_nodes, roads.road_edges, turns=roads.turns, delays=delays)
    )
