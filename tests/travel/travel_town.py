"""Tiny road tables with round numbers, and the slow reference the kernel is compared with."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import town
from colocate import study
from colocate.pipeline.locate import load_study
from colocate.tables import TABLES, empty
from colocate.travel import od_matrix
from colocate.travel.network import tagging
from colocate.travel.ready_roads import ready_of
from colocate.travel.roads import ReadyRoads, Roads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CRS = "EPSG:27700"
STUDY = load_study(town.SETTINGS)


def settings(**changes) -> study.Travel:
    travel = STUDY.travel.model_dump()
    figures = {
        name: {"value": value, "assumed": "test"}
        for name, value in changes.items()
        if isinstance(value, int) and not isinstance(value, bool)
    }
    return study.Travel.model_validate({**travel, **changes, **figures})


def roads(
    nodes: Mapping[str, tuple[int, int]], edges: Sequence[Mapping]
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Road tables from named nodes and edges `{"ends": "AB", ...}`; straight lines."""
    number = {name: i for i, name in enumerate(nodes)}
    xy = np.array(list(nodes.values()), "float64")
    road_nodes = pd.DataFrame(
        {"node_id": range(len(nodes)), "easting": xy[:, 0], "northing": xy[:, 1], "control": None}
    ).astype({"control": "str"})
    rows = []
    for i, edge in enumerate(edges):
        tail, head = edge["ends"]
        line = shapely.LineString([nodes[tail], nodes[head]])
        given = {k: v for k, v in edge.items() if k != "ends"}
        rows.append(
            {
                "edge_id": i, "from_node": number[tail], "to_node": number[head],
                "forward": True, "backward": True, "length_m": line.length,
                "highway": "residential", "service": None, "name": None, "ref": None,
                "maxspeed": None, "junction": None, "access": None, "dual": False,
                **dict.fromkeys(tagging.RULES),
                **given, "geometry": line,
            }
        )  # fmt: skip
    text = dict.fromkeys((*tagging.TAGS, *tagging.RULES), "str")
    return road_nodes, gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS).astype(text)


def speeds(road_edges: pd.DataFrame, seconds: float | Sequence[float]) -> pd.DataFrame:
    """`edge_speeds` with the given drive time of each edge."""
    time = np.broadcast_to(np.asarray(seconds, "float64"), len(road_edges))
    return pd.DataFrame(
        {
            "edge_id": road_edges["edge_id"],
            "built_up": True,
            "speed_kph": road_edges["length_m"] / time * 3.6,
            "speed_source": "class_built_up",
            "forward_s": np.where(road_edges["forward"], time, np.inf),
            "backward_s": np.where(road_edges["backward"], time, np.inf),
        }
    )


def network(
    nodes: Mapping[str, tuple[int, int]], edges: Sequence[Mapping],
    seconds: float | Sequence[float] = 60,
) -> Roads:  # fmt: skip
    """Roads with the given drive time of each edge, where every turn is allowed."""
    road_nodes, road_edges = roads(nodes, edges)
    return Roads(road_nodes, road_edges, empty(TABLES["turns"]), speeds(road_edges, seconds))


def made_ready(roads: Roads, settings: study.Travel) -> ReadyRoads:
    return ready_of(roads, delays=settings.delays)


def travel_times(
    snaps: pd.DataFrame, roads: Roads, settings: study.Travel
) -> od_matrix.TravelTimes:
    return od_matrix.travel_times(snaps, roads, settings=settings)


def points(table: str, places: Mapping[str, tuple[float, float]], **columns) -> gpd.GeoDataFrame:
    """`located_sites` or `demand_points` with what travel reads of them."""
    key = {"site": "site_id", "demand": "demand_id"}[table]
    geometry = gpd.points_from_xy(*np.array(list(places.values()), "float64").reshape(-1, 2).T)
    frame = {key: pd.Series(list(places), dtype="str"), **columns}
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=CRS)


Edge = tuple[int, int, int | None, int | None, int]
"""(tail, head, ms forward, ms backward, dm); None where closed."""
Point = tuple[int, int]
"""(edge, dm along it)"""
Cost = tuple[int, int]
"""(ms, dm)"""


def slow_trip(edges: Sequence[Edge], source: Point, target: Point) -> Cost | None:
    """Fastest trip from a point to a point, by the book; None where there is none."""
    reached = _dijkstra(edges, _from_point(edges, source))
    answers = [
        (reached[node][0] + ms, reached[node][1] + dm)
        for node, (ms, dm) in _from_point(_reversed(edges), target)
        if node in reached
    ]
    return min([*answers, *_within_edge(edges, source, target)], default=None)


def _from_point(edges: Sequence[Edge], point: Point) -> list[tuple[int, Cost]]:
    """Nodes that a point can be left for, with what that takes."""
    edge, at = point
    tail, head, forward, backward, length = edges[edge]
    if at in (0, length):
        return [(tail if at == 0 else head, (0, 0))]
    found = []
    if forward is not None:
        found.append((head, (forward - round(forward * (at / length)), length - at)))
    if backward is not None:
        found.append((tail, (round(backward * (at / length)), at)))
    return found


def _reversed(edges: Sequence[Edge]) -> list[Edge]:
    return [(tail, head, backward, forward, dm) for tail, head, forward, backward, dm in edges]


def _within_edge(edges: Sequence[Edge], source: Point, target: Point) -> list[Cost]:
    """The trip that does not leave the edge, if there is one."""
    (edge, start), (other, end) = source, target
    _, _, forward, backward, length = edges[edge]
    ms = forward if start <= end else backward
    if edge != other or (ms is None and start != end):
        return []
    return [
        (
            abs(round((ms or 0) * (end / length)) - round((ms or 0) * (start / length))),
            abs(end - start),
        )
    ]


def _dijkstra(edges: Sequence[Edge], starts: Sequence[tuple[int, Cost]]) -> dict[int, Cost]:
    out: dict[int, list[tuple[int, int, int]]] = {}
    for tail, head, forward, backward, length in edges:
        if forward is not None:
            out.setdefault(tail, []).append((head, forward, length))
        if backward is not None:
            out.setdefault(head, []).append((tail, backward, length))
    best: dict[int, Cost] = {}
    heap = [(ms, dm, node) for node, (ms, dm) in starts]
    heapq.heapify(heap)
    while heap:
        ms, dm, node = heapq.heappop(heap)
        if node not in best:
            best[node] = (ms, dm)
            for other, more_ms, more_dm in out.get(node, ()):
                heapq.heappush(heap, (ms + more_ms, dm + more_dm, other))
    return best
