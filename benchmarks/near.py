"""What of a country a few sites can reach: enough to draw their catchments in little memory.

To draw on roads takes a point every few metres along each of them. Of a country that is too much
for most machines, and a catchment needs the roads around its site alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.bng import BNG
from colocate.travel import drawing
from colocate.travel.kernel import array_fields, loops, roadgraph
from colocate.travel.kernel.roadgraph import CLOSED, RoadGraph

if TYPE_CHECKING:
    from colocate.study import Travel
    from colocate.travel.kernel.roadgraph import Floats, Ints

SQUARE_M = 100_000.0
"""Sites of one square of such a side are drawn together."""


class Country(NamedTuple):
    """Roads as arrays, which workers map."""

    graph: RoadGraph
    """At the speeds of who drives; every edge whole, no point put in."""
    ends: Floats
    """Easting and northing of both ends of each edge, shape (edges, 2, 2)."""
    length_m: Floats
    """Of each edge."""
    xy: Floats
    """Vertices of all edges, one edge after the other."""
    first: Ints
    """Where the vertices of each edge begin, and the end."""


def country(
    graph: RoadGraph,
    /,
    *,
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    xy: Floats,
    first: Ints,
) -> Country:
    """Lay road tables out as arrays.

    Args:
        graph: of these roads at the speeds of who drives, as `road_graph` returns it.
        nodes: table `road_nodes`.
        edges: table `road_edges`; its geometry is not looked at.
        xy: vertices of all edges, one edge after the other.
        first: where the vertices of each edge begin, and the end.
    """
    narrow = RoadGraph(graph.node_count, *(array.astype("int32") for array in graph[1:]))
    row = pd.Index(nodes["node_id"])
    ends = np.column_stack([row.get_indexer(edges[end]) for end in ("from_node", "to_node")])
    at = nodes[["easting", "northing"]].to_numpy("float64")[ends]
    return Country(narrow, at, edges["length_m"].to_numpy("float64"), xy, first.astype("int64"))


def fastest(country: Country, /) -> float:
    """Return how fast any edge brings one nearer to anywhere at most, m/s.

    Args:
        country: the roads.
    """
    count = len(country.ends)
    straight = np.hypot(*(country.ends[:, 1] - country.ends[:, 0]).T)
    ways = (ms[:count] for ms in (country.graph.forward_ms, country.graph.backward_ms))
    return (
        max(
            float(np.max(straight[way != CLOSED] / np.maximum(way[way != CLOSED], 1), initial=0.0))
            for way in ways
        )
        * 1000
    )


def blocks(at: Floats, /, *, size: int) -> list[Ints]:
    """Put sites that are near to each other into blocks.

    Args:
        at: easting and northing of each site.
        size: most sites of a block.

    Returns:
        Numbers of the sites of each block; every site is in one.
    """
    square = np.floor(at / SQUARE_M)
    turned = np.where(square[:, 1] % 2, -1, 1)  # rows to and fro: the next block begins nearby
    order = np.lexsort((at[:, 1], square[:, 0] * turned, square[:, 1]))
    return [order[start : start + size] for start in range(0, len(order), size)]


def scene(
    country: Country, snaps: pd.DataFrame, /, *, settings: Travel, m_per_s: float
) -> drawing.Scene:
    """Lay out what is driven to from some sites within the largest limit, to draw from there.

    No road leads further than the fastest goes in that time, in a straight line from its site; of
    those in the box of all that a search finds which are driven on. Points are laid out along
    other lines before them, so sums of lengths round differently: an area is some hundred m² off
    that of the whole country, not the same to the byte. The ground has no coast.

    Args:
        country: the roads.
        snaps: sites, shaped as table `snaps`.
        settings: the study's `[travel]`: limits and grid.
        m_per_s: as `fastest` returns it.
    """
    edge = snaps["edge_id"].to_numpy()
    limit_s = settings.catchment_limits_min[-1] * 60 + drawing.MARGIN_S
    reach = m_per_s * limit_s + country.length_m[edge].max()
    at = country.ends[edge].mean(axis=1)
    reach += country.length_m[edge].max()
    there = (country.ends >= at.min(axis=0) - reach) & (country.ends <= at.max(axis=0) + reach)
    ends = there[..., 0] & there[..., 1]  # numpy is slow along axes of two
    near = ends[:, 0] | ends[:, 1]
    first = np.cumsum(near) - 1
    reached = _reached(_cut(country.graph, near, number=first), first[edge], limit_s=limit_s)
    near[near] = reached
    kept, number = np.flatnonzero(near), np.cumsum(near) - 1
    roads = gpd.GeoDataFrame(
        {"length_m": country.length_m[kept]}, geometry=_lines(country, kept), crs=BNG
    )
    return drawing.laid_out(
        snaps.assign(edge_id=number[edge]),
        graph=_cut(country.graph, near, number=number),
        road_edges=roads,
        boundaries=None,
        settings=settings,
    )


def _reached(graph: RoadGraph, own: Ints, *, limit_s: float) -> np.ndarray:
    """Find the edges that are driven on from either end of some edges within a limit."""
    kernel = loops.compiled("compiled_fields") or array_fields
    ends = np.stack([graph.tail, graph.head, graph.forward_to, graph.backward_to])
    on_road = np.flatnonzero(graph.edge >= 0)
    edge, ends = graph.edge[on_road], ends[:, on_road]
    links = roadgraph.matrix(graph)
    links.indices, links.indptr = links.indices.astype("int32"), links.indptr.astype("int32")
    limit = int(limit_s * 1000) + 1
    at = kernel.reached(links, np.unique(ends[:, np.isin(edge, own)]), limit=limit)
    found = np.zeros(int(edge.max()) + 1, "bool")
    found[edge[(at[ends] <= limit).any(axis=0)]] = True
    return found


def _lines(country: Country, kept: Ints) -> np.ndarray:
    count = np.diff(country.first)[kept]
    begin = np.cumsum(count) - count
    vertex = np.arange(count.sum()) + np.repeat(country.first[kept] - begin, count)
    line = np.repeat(np.arange(len(kept)), count)
    return np.asarray(shapely.linestrings(country.xy[vertex], indices=line))


def _cut(graph: RoadGraph, near: np.ndarray, *, number: Ints) -> RoadGraph:
    """Leave of a graph some edges, and the turns from one of these into another."""
    on_road = (graph.edge >= 0) & near[graph.edge]
    ends = (graph.tail, graph.head, graph.forward_to, graph.backward_to)
    there = np.zeros(graph.node_count, "bool")
    for nodes in ends:
        there[nodes[on_road]] = True
    turns = np.logical_and.reduce([graph.edge < 0, *(there[nodes] for nodes in ends)])
    kept, node = on_road | turns, np.cumsum(there) - 1
    tail, head, forward_to, backward_to = (node[nodes[kept]] for nodes in ends)
    forward_ms, backward_ms, length_dm, edge, start_dm = (
        array[kept].astype("int64")
        for array in (graph.forward_ms, graph.backward_ms, graph.length_dm, graph.edge,
                      graph.start_dm)
    )  # fmt: skip
    edge = np.where(edge >= 0, number[edge], edge)
    return RoadGraph(int(there.sum()), tail, head, forward_ms, backward_ms, length_dm, edge,
                     start_dm, forward_to, backward_to)  # fmt: skip
