"""The roads of a study in one bundle, and the graphs that routes are searched on.

A graph has one node a junction, or its junctions are split for what turning takes and for the
forbidden turns (`turns`). Split is what travel times, catchments and areas of search are driven
on; whether a road can be reached and left at all is asked of the plain one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.errors import NetworkError
from colocate.travel import access_rules
from colocate.travel import turns as turning
from colocate.travel.kernel import roadgraph

if TYPE_CHECKING:
    import geopandas as gpd

    from colocate.study import Travel, TurnDelays
    from colocate.travel.kernel.hierarchy import Hierarchy
    from colocate.travel.kernel.roadgraph import RoadGraph
    from colocate.travel.turns import Expanded


class ReadyRoads(NamedTuple):
    """A network at no speed in particular: what `ready_roads` keeps as tables."""

    graph: RoadGraph
    """Junctions split as they may be driven; drives take no time, turns theirs."""
    hierarchy: Hierarchy


class Roads(NamedTuple):
    """The road network as it is driven: tables of these names, and what was made ready of them.

    Of a scenario, a vehicle or a draw only the speeds differ: `roads._replace(edge_speeds=...)`.
    """

    road_nodes: pd.DataFrame
    road_edges: gpd.GeoDataFrame
    turns: pd.DataFrame
    """Those that are forbidden."""
    edge_speeds: pd.DataFrame
    """One row an edge in the order of `road_edges`; infinite times where a direction is closed."""
    ready: ReadyRoads | None = None
    """At the study's delays; where there is none, junctions are split when a graph is asked for."""


ROAD_TABLES = ("road_nodes", "road_edges", "turns", "edge_speeds")
"""Tables that `Roads` is made of, in its order."""


def plain_graph(roads: Roads, /) -> RoadGraph:
    """Hand the road tables to the kernel with one node a junction, where any turn is free.

    Args:
        roads: the roads and their speeds.

    Raises:
        NetworkError: the speeds are not of these roads.
    """
    assert_speeds(roads.edge_speeds, edges=len(roads.road_edges))
    return roadgraph.build(
        len(roads.road_nodes),
        tail=roads.road_edges["from_node"].to_numpy(),
        head=roads.road_edges["to_node"].to_numpy(),
        forward_s=roads.edge_speeds["forward_s"].to_numpy(),
        backward_s=roads.edge_speeds["backward_s"].to_numpy(),
        length_m=roads.road_edges["length_m"].to_numpy(),
    )


def road_graph(roads: Roads, /, *, settings: Travel) -> RoadGraph:
    """Hand the road tables to the kernel, junctions split for costly and forbidden turns.

    One search cannot tell the end of a drive from its middle, so roads that drives may only begin
    or end on are open here; `od_matrix` holds drives to it.

    Args:
        roads: the roads and their speeds.
        settings: the study's `[travel]`: what turns take, and whether they count.

    Raises:
        NetworkError: the speeds are not of these roads.
    """
    roads = roads._replace(edge_speeds=access_rules.opened(roads.edge_speeds))
    if roads.ready is None:
        return _split(plain_graph(roads), roads, delays=settings.delays).graph
    return at_speeds(roads.ready.graph, roads.edge_speeds)


def at_speeds(graph: RoadGraph, edge_speeds: pd.DataFrame, /) -> RoadGraph:
    """Give the edges of a network made ready their drive times.

    Args:
        graph: of `ready_roads`; what was closed there stays closed.
        edge_speeds: table `edge_speeds`, of any vehicle or scenario.

    Raises:
        NetworkError: the speeds are not of these roads.
    """
    assert_speeds(edge_speeds, edges=int(graph.edge.max(initial=-1)) + 1)
    return roadgraph.reweighted(
        graph,
        forward_s=edge_speeds["forward_s"].to_numpy(),
        backward_s=edge_speeds["backward_s"].to_numpy(),
    )


def open_graph(roads: Roads, /, *, delays: TurnDelays | None) -> Expanded:
    """Split the junctions of the roads as they may be driven, at no speed in particular.

    What is closed in a scenario is open here: what is prepared on this graph holds for every speed
    and every closure.

    Args:
        roads: the roads; their speeds are not looked at.
        delays: what turns take; None where they do not count.

    Returns:
        The graph, drives taking no time, and the row of `road_nodes` that each of its nodes is of.
    """
    allowed = {
        name: roads.road_edges[name.removesuffix("_s")] for name in ("forward_s", "backward_s")
    }
    instant = pd.DataFrame({name: np.where(open_, 0.0, np.inf) for name, open_ in allowed.items()})
    return _split(plain_graph(roads._replace(edge_speeds=instant)), roads, delays=delays)


def assert_speeds(edge_speeds: pd.DataFrame, /, *, edges: int) -> None:
    """Refuse speeds that are of another network.

    Args:
        edge_speeds: table `edge_speeds`.
        edges: number of road edges.

    Raises:
        NetworkError: there are not as many rows as edges.
    """
    if len(edge_speeds) != edges:
        raise NetworkError(
            f"edge_speeds has {len(edge_speeds)} rows and road_edges {edges}; expected one row an "
            "edge. Compute the speeds of this network first."
        )


def _split(graph: RoadGraph, roads: Roads, /, *, delays: TurnDelays | None) -> Expanded:
    ways = turning.turns(
        roads.road_nodes,
        roads.road_edges,
        forbidden=roads.turns,
        costs=delays,
    )
    return turning.expanded(graph, ways)


def brief(graph: RoadGraph, /) -> RoadGraph:
    """Hold a graph in 32 bits: half the memory, but weights that pack two numbers do not fit.

    Args:
        graph: any graph.
    """
    return roadgraph.RoadGraph(graph.node_count, *(each.astype("int32") for each in graph[1:]))
