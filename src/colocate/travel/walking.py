"""Walks along the roads: who reaches a site without a car, and how many bus stops lie near it.

People walk both ways along any road but a motorway, at one pace. Footpaths are on no road network,
so a walk may be shorter than told; and it begins at a point that stands for hundreds of people, so
what is counted within a walk is a rough share of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.tables import TABLES, empty, issue_rows
from colocate.travel.kernel import roadgraph
from colocate.travel.roads import plain_graph
from colocate.travel.snapping import NO_STOPPING, on_roads

if TYPE_CHECKING:
    import geopandas as gpd

    from colocate.study import Travel, Walking
    from colocate.travel.kernel.roadgraph import RoadGraph, Trips
    from colocate.travel.roads import Roads


NO_STOPS = (
    "walking", "bus_stops", "bus_stops", "no_bus_stops", "note",
    ("The study brings no bus stops, so how near they are to sites is not told. Name a file of "
     "them in inputs.bus_stops."),
)  # fmt: skip
"""The issue of a study without stops."""


class Walks(NamedTuple):
    """Tables `walk_to_site`, `site_bus_stops` and `issues`."""

    walk_to_site: pd.DataFrame
    site_bus_stops: pd.DataFrame
    issues: pd.DataFrame


def walks(
    snaps: pd.DataFrame,
    stops: gpd.GeoDataFrame,
    /,
    *,
    roads: Roads,
    walking: Walking,
    settings: Travel,
) -> Walks:
    """Find the walks from demand points to sites, and count the bus stops within one.

    Args:
        snaps: table `snaps`; of sites of both kinds and of demand points.
        stops: `stop_id` and a point of each bus stop, EPSG:27700; may be empty.
        roads: the roads; their speeds are not looked at.
        walking: section `walking` of the study: the pace and how far people walk.
        settings: section `travel` of the study: how far a stop may lie from a road.

    Returns:
        `walk_to_site` in the shape of `demand_to_site`, and `site_bus_stops`, a row a site, of none
        where there are no stops: nothing is known of them then, and `issues` says so.
    """
    pace = walking.m_per_min.value
    graph = _on_foot(roads, m_per_min=pace)
    sites = snaps[snaps["kind"] != "demand"].sort_values("point_id", ignore_index=True)
    demand = snaps[snaps["kind"] == "demand"].sort_values("point_id", ignore_index=True)
    found = _trips(graph, starts=demand, ends=sites, limit_s=walking.limit_min.value * 60)
    walk_to_site = pd.DataFrame(
        {
            "site_id": sites["point_id"].array[found.target],
            "demand_id": demand["point_id"].array[found.source],
            "site_kind": sites["kind"].array[found.target],
            "travel_time_s": found.time_s,
            "distance_m": found.distance_m,
        }
    ).sort_values(["site_id", "demand_id"], ignore_index=True)
    if stops.empty:
        return Walks(walk_to_site, empty(TABLES["site_bus_stops"]), issue_rows([NO_STOPS]))
    at = on_roads(stops.geometry.to_numpy(), roads=roads, settings=settings)
    # Nobody lives on a road that leads nowhere: a stop there is none of theirs.
    used = (at.edge >= 0) & at.main
    placed = pd.DataFrame({"edge_id": at.edge[used], "offset_m": at.offset_m[used]})
    near = _trips(graph, starts=placed, ends=sites, limit_s=walking.stop_limit_min.value * 60)
    count = np.bincount(near.target, minlength=len(sites))
    near_by = pd.DataFrame({"site_id": sites["point_id"], "n_stops": count})
    return Walks(walk_to_site, near_by, issue_rows([]))


def _on_foot(roads: Roads, *, m_per_min: float) -> RoadGraph:
    """Return the roads at a walking pace, open both ways to all but motorways and ferries."""
    walked = ~roads.road_edges["highway"].isin(NO_STOPPING).to_numpy()
    seconds = np.where(walked, roads.road_edges["length_m"].to_numpy() / m_per_min * 60, np.inf)
    speeds = roads.edge_speeds.assign(forward_s=seconds, backward_s=seconds)
    return plain_graph(roads._replace(edge_speeds=speeds))


def _trips(graph: RoadGraph, *, starts: pd.DataFrame, ends: pd.DataFrame, limit_s: float) -> Trips:
    both = pd.concat([starts, ends])
    inserted, node = roadgraph.insert(
        graph, edge=both["edge_id"].to_numpy(), offset_m=both["offset_m"].to_numpy()
    )
    # Walks are the same both ways, so the fewer sites are searched from.
    found = roadgraph.trips(
        inserted, sources=node[len(starts) :], targets=node[: len(starts)], limit_s=limit_s
    )
    return found._replace(source=found.target, target=found.source)
