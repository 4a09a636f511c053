"""Snap sites and demand points to the road network and find the drive times between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from colocate.errors import NetworkError
from colocate.tables import TABLES, empty, issue_rows
from colocate.travel import turns as turning
from colocate.travel.kernel import hierarchy, node_order, roadgraph
from colocate.travel.kernel.roadgraph import Trips

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    from numpy.typing import NDArray

    from colocate.study import Travel
    from colocate.travel.kernel.hierarchy import Hierarchy, Metric, Places
    from colocate.travel.kernel.roadgraph import Ints, RoadGraph
    from colocate.travel.turns import Expanded

NO_STOPPING = ("motorway", "motorway_link", "ferry")
"""Classes that no building opens on to."""


class Snapped(NamedTuple):
    """Tables `snaps` and `issues`."""

    snaps: pd.DataFrame
    issues: pd.DataFrame


class TravelTimes(NamedTuple):
    """Tables `site_to_demand`, `demand_to_site`, `site_to_site` and `issues`."""

    site_to_demand: pd.DataFrame
    demand_to_site: pd.DataFrame
    site_to_site: pd.DataFrame
    issues: pd.DataFrame


class Ready(NamedTuple):
    """Roads and points, ready for travel times at any speeds."""

    graph: RoadGraph
    hierarchy: Hierarchy
    site_id: NDArray[np.object_]
    demand_id: NDArray[np.object_]
    sites: Places
    demand: Places


def road_graph(
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    /,
    *,
    edge_speeds: pd.DataFrame,
    turns: pd.DataFrame | None = None,
    settings: Travel | None = None,
) -> RoadGraph:
    """Hand the road tables to the kernel.

    With `settings` junctions are split for what turning takes and for the forbidden `turns`;
    without, the graph has one node a junction and knows no turns.

    Raises:
        NetworkError: `edge_speeds` is not of these `road_edges`.
    """
    _assert_speeds(edge_speeds, edges=len(road_edges))
    graph = roadgraph.build(
        len(road_nodes),
        tail=road_edges["from_node"].to_numpy(),
        head=road_edges["to_node"].to_numpy(),
        forward_s=edge_speeds["forward_s"].to_numpy(),
        backward_s=edge_speeds["backward_s"].to_numpy(),
        length_m=road_edges["length_m"].to_numpy(),
    )
    if settings is None:
        return graph
    return _split(graph, road_nodes, road_edges=road_edges, turns=turns, settings=settings).graph


def _assert_speeds(edge_speeds: pd.DataFrame, /, *, edges: int) -> None:
    if len(edge_speeds) != edges:
        raise NetworkError(
            f"edge_speeds has {len(edge_speeds)} rows and road_edges {edges}; expected one row an "
            "edge. Compute the speeds of this network first."
        )


def _split(
    graph: RoadGraph, road_nodes: pd.DataFrame, /, *, road_edges: gpd.GeoDataFrame,
    turns: pd.DataFrame | None, settings: Travel,
) -> Expanded:  # fmt: skip
    ways = turning.turns(
        road_nodes,
        road_edges,
        forbidden=empty(TABLES["turns"]) if turns is None else turns,
        costs=settings.turns if settings.turn_costs else None,
    )
    return turning.expanded(graph, ways)


def _at_any_speeds(
    road_nodes: pd.DataFrame, road_edges: gpd.GeoDataFrame, /, *, turns: pd.DataFrame | None,
    settings: Travel,
) -> Expanded:  # fmt: skip
    """Split the junctions of the roads as they may be driven, whatever is closed in a scenario."""
    allowed = {"forward_s": road_edges["forward"], "backward_s": road_edges["backward"]}
    instant = pd.DataFrame({name: np.where(open_, 0.0, np.inf) for name, open_ in allowed.items()})
    graph = road_graph(road_nodes, road_edges, edge_speeds=instant)
    return _split(graph, road_nodes, road_edges=road_edges, turns=turns, settings=settings)


def road_order(
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    /,
    *,
    turns: pd.DataFrame | None = None,
    settings: Travel,
) -> pd.DataFrame:
    """Find the order in which `ready` contracts the network.

    Returns:
        Table `road_order`; good for any speeds and points, and for roads closed later.
    """
    graph, place = _at_any_speeds(road_nodes, road_edges, turns=turns, settings=settings)
    at = road_nodes[["easting", "northing"]].to_numpy("float64")[place]
    rank = node_order.node_order(graph, at=at)
    return pd.DataFrame({"graph_node": np.arange(len(rank)), "rank": rank})


def snap(
    located_sites: gpd.GeoDataFrame,
    demand_points: gpd.GeoDataFrame,
    /,
    *,
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    edge_speeds: pd.DataFrame,
    settings: Travel,
) -> Snapped:
    """Move each point to the nearest road edge it can use, and say how far along it lies.

    The main network is tried first: only where none of it lies within `snap_refused_m` does a
    point take an edge of an island or one-way trap, as doubtful, and a site only of one that some
    demand point lies on too. Motorways and ferries are passed over. Of edges equally near the one
    with the lowest id is taken.

    Returns:
        Table `snaps`, by kind and id. `issues` names the doubtful (further than `snap_doubtful_m`
        or off the main network) and excludes what has no road within `snap_refused_m`, included.
    """
    graph = road_graph(road_nodes, road_edges, edge_speeds=edge_speeds)
    usable = ~road_edges["highway"].isin(NO_STOPPING).to_numpy()
    kind, piece = roadgraph.parts(graph)
    main = kind == roadgraph.MAIN
    points = pd.concat(
        [
            pd.DataFrame({"kind": kind, "point_id": frame[key], "geometry": frame.geometry.array})
            for kind, key, frame in (
                ("site", "site_id", located_sites), ("demand", "demand_id", demand_points)
            )
        ]
    ).sort_values(["kind", "point_id"], ignore_index=True)  # fmt: skip
    at = np.asarray(points["geometry"].array, dtype="object")
    lines = road_edges.geometry.to_numpy()
    reach = settings.snap_refused_m.value
    edge = _nearest(at, lines=lines, allowed=usable & main, within_m=reach)
    missing = edge < 0
    edge[missing] = _nearest(at[missing], lines=lines, allowed=usable & ~main, within_m=reach)
    is_site = (points["kind"] == "site").to_numpy()
    lived_on = np.unique(piece[edge[(edge >= 0) & ~is_site]])
    found = (edge >= 0) & (~is_site | main[edge] | np.isin(piece[edge], lived_on))
    edge, line = edge[found], lines[edge[found]]
    share = shapely.line_locate_point(line, at[found], normalized=True)
    distance = shapely.distance(line, at[found])
    doubtful = (distance > settings.snap_doubtful_m.value) | ~main[edge]
    snaps = points.loc[found, ["kind", "point_id"]].reset_index(drop=True)
    snaps["edge_id"] = edge
    snaps["offset_m"] = np.round(share * road_edges["length_m"].to_numpy()[edge], 1)
    snaps["snap_distance_m"] = distance
    snaps["quality"] = pd.Series(np.where(doubtful, "doubtful", "good"), dtype="str")
    refused = points.loc[~found, ["kind", "point_id"]]
    return Snapped(snaps, _snap_issues(snaps, refused=refused, main=main, settings=settings))


def _nearest(
    points: NDArray[np.object_], *, lines: NDArray[np.object_], allowed: NDArray[np.bool_],
    within_m: float,
) -> NDArray[np.int64]:  # fmt: skip
    """Number of the nearest allowed line to each point, the lowest of equals; -1 if too far."""
    candidates = np.flatnonzero(allowed)
    nearest = np.full(len(points), len(lines))
    if len(points) and len(candidates):
        point, line = shapely.STRtree(lines[candidates]).query_nearest(
            points, max_distance=np.nextafter(within_m, np.inf)
        )
        np.minimum.at(nearest, point, candidates[line])
    return np.where(nearest == len(lines), -1, nearest)


def _snap_issues(
    snaps: pd.DataFrame, *, refused: pd.DataFrame, main: NDArray[np.bool_], settings: Travel
) -> pd.DataFrame:
    table = {"site": "located_sites", "demand": "demand_points"}
    reach, doubtful = settings.snap_refused_m.value, settings.snap_doubtful_m.value
    outside = (
        f"Outside road network: no road within {reach:.0f} m that leads to any demand point. "
        "Check the point, or take it that it cannot be driven to."
    )
    rows = [
        ("impedance", table[kind], key, "outside_road_network", "excluded", outside)
        for kind, key in zip(refused["kind"], refused["point_id"], strict=True)
    ]
    unsure = snaps[snaps["quality"] == "doubtful"]
    columns = ("kind", "point_id", "edge_id", "snap_distance_m")
    for kind, key, edge, distance in zip(*(unsure[name] for name in columns), strict=True):
        rule, what = "far_from_road", f"expected at most {doubtful:.0f} m"
        if not main[edge]:
            rule, what = "off_main_network", "it cannot be both reached and left"
        told = f"The nearest usable road is {distance:.0f} m away; {what}. Check the point."
        rows.append(("impedance", table[kind], key, rule, "doubt", told))
    return issue_rows(rows)


def ready(
    snaps: pd.DataFrame,
    /,
    *,
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    turns: pd.DataFrame | None = None,
    road_order: pd.DataFrame,
    settings: Travel,
) -> Ready:
    """Do what travel times need once for all speeds: contract the network, place the points.

    Raises:
        NetworkError: `road_order` is not of these roads.
    """
    graph = _at_any_speeds(road_nodes, road_edges, turns=turns, settings=settings).graph
    if len(road_order) != graph.node_count:
        raise NetworkError(
            f"road_order has {len(road_order)} rows; expected {graph.node_count}, one a node of "
            "these roads with their turns. Order this network first."
        )
    snaps = snaps.sort_values(["kind", "point_id"], ignore_index=True)
    ids, places = {}, {}
    for kind in ("site", "demand"):
        rows = snaps[snaps["kind"] == kind]
        edge, offset_m = rows["edge_id"].to_numpy(), rows["offset_m"].to_numpy()
        ids[kind] = rows["point_id"].to_numpy()
        places[kind] = hierarchy.along_edges(graph, edge=edge, offset_m=offset_m)
    contracted = hierarchy.prepare(graph, road_order["rank"].to_numpy())
    return Ready(graph, contracted, ids["site"], ids["demand"], places["site"], places["demand"])


def travel_times(
    snaps: pd.DataFrame,
    edge_speeds: pd.DataFrame,
    /,
    *,
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    turns: pd.DataFrame | None = None,
    settings: Travel,
) -> TravelTimes:
    """Find the travel times of one set of speeds: `times_at` of `ready`, and nothing kept."""
    prepared = ready(
        snaps,
        road_nodes=road_nodes,
        road_edges=road_edges,
        turns=turns,
        road_order=road_order(road_nodes, road_edges, turns=turns, settings=settings),
        settings=settings,
    )
    return times_at(prepared, edge_speeds, settings=settings)


def times_at(ready: Ready, edge_speeds: pd.DataFrame, /, *, settings: Travel) -> TravelTimes:
    """Find the fastest drive between every site and demand point and between sites.

    Times run from snapped point to snapped point; the way from the road to the door is not in
    them. Pairs beyond the study's cut-off have no row. One may turn round where a trip begins.

    Args:
        ready: roads and points, as the function of that name returns them.
        edge_speeds: today's, or a scenario's: other times, infinite where an open road is closed.
        settings: the study's `[travel]`.

    Returns:
        `site_to_demand` (response), `demand_to_site` (access) and `site_to_site`, both directions
        each with its own route, ordered by their keys; `issues` names sites that reach no demand.

    Raises:
        NetworkError: `edge_speeds` is not of these roads, or opens a closed direction.
    """
    metric = weighed(ready, edge_speeds)
    response = site_to_demand(ready, metric, settings=settings)
    idle = ready.site_id[~np.isin(ready.site_id, response["site_id"].unique())]
    issues = [
        ("impedance", "snaps", f"site/{key}", "reaches_no_demand", "doubt",
         f"No demand point within {settings.cutoff_min.value:g} min of driving. Check the point.")
        for key in idle
    ]  # fmt: skip
    return TravelTimes(
        response,
        demand_to_site(ready, metric, settings=settings),
        site_to_site(ready, metric, settings=settings),
        issue_rows(issues),
    )


def only(
    ready: Ready, /, *, sites: Collection[str] | None = None, demand: Collection[str] | None = None
) -> Ready:
    """Keep some of the sites or demand points, by id; None keeps all."""
    kept = ready
    if sites is not None:
        there = np.isin(ready.site_id, list(sites))
        places = hierarchy.Places(*(array[there] for array in ready.sites))
        kept = kept._replace(site_id=ready.site_id[there], sites=places)
    if demand is not None:
        there = np.isin(ready.demand_id, list(demand))
        places = hierarchy.Places(*(array[there] for array in ready.demand))
        kept = kept._replace(demand_id=ready.demand_id[there], demand=places)
    return kept


def weighed(ready: Ready, edge_speeds: pd.DataFrame, /) -> Metric:
    """Give the prepared roads the drive times of some speeds.

    Raises:
        NetworkError: `edge_speeds` is not of these roads, or opens a closed direction.
    """
    _assert_speeds(edge_speeds, edges=int((ready.graph.edge >= 0).sum()))
    graph = roadgraph.reweighted(
        ready.graph,
        forward_s=edge_speeds["forward_s"].to_numpy(),
        backward_s=edge_speeds["backward_s"].to_numpy(),
    )
    return hierarchy.customise(ready.hierarchy, graph)


def site_to_demand(ready: Ready, metric: Metric, /, *, settings: Travel) -> pd.DataFrame:
    """Find table `site_to_demand`: response, within the study's cut-off."""
    found = _trips(metric, sources=ready.sites, targets=ready.demand, settings=settings)
    return _table(
        found, site_id=ready.site_id[found.source], demand_id=ready.demand_id[found.target]
    )


def demand_to_site(ready: Ready, metric: Metric, /, *, settings: Travel) -> pd.DataFrame:
    """Find table `demand_to_site`: access, within the study's cut-off."""
    found = _trips(metric, sources=ready.demand, targets=ready.sites, settings=settings)
    found = _picked(found, np.lexsort((found.source, found.target)))
    return _table(
        found, site_id=ready.site_id[found.target], demand_id=ready.demand_id[found.source]
    )


def site_to_site(ready: Ready, metric: Metric, /, *, settings: Travel) -> pd.DataFrame:
    """Find table `site_to_site`: both directions between sites, within the study's cut-off."""
    found = _trips(metric, sources=ready.sites, targets=ready.sites, settings=settings)
    found = _picked(found, np.flatnonzero(found.source != found.target))
    return _table(
        found, from_site_id=ready.site_id[found.source], to_site_id=ready.site_id[found.target]
    )


def _trips(metric: Metric, /, *, sources: Places, targets: Places, settings: Travel) -> Trips:
    limit = settings.cutoff_min.value * 60
    return hierarchy.trips(metric, sources=sources, targets=targets, limit_s=limit)


def _picked(trips: Trips, rows: Ints, /) -> Trips:
    return Trips(trips.source[rows], trips.target[rows], trips.time_s[rows], trips.distance_m[rows])


def _table(trips: Trips, /, **keys: NDArray[np.object_]) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(ids, dtype="str") for name, ids in keys.items()})
    return frame.assign(travel_time_s=trips.time_s, distance_m=trips.distance_m)
