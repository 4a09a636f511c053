"""Snap sites and demand points to the road network and find the drive times between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from colocate.errors import NetworkError
from colocate.tables import issue_rows
from colocate.travel import roadgraph

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from colocate.study import Travel
    from colocate.travel.roadgraph import RoadGraph, Trips

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


def road_graph(
    road_nodes: pd.DataFrame, road_edges: pd.DataFrame, /, *, edge_speeds: pd.DataFrame
) -> RoadGraph:
    """Hand the road tables to the kernel.

    Raises:
        NetworkError: `edge_speeds` is not of these `road_edges`.
    """
    if len(edge_speeds) != len(road_edges):
        raise NetworkError(
            f"edge_speeds has {len(edge_speeds)} rows and road_edges {len(road_edges)}; expected "
            "one row an edge. Compute the speeds of this network first."
        )
    return roadgraph.build(
        len(road_nodes),
        tail=road_edges["from_node"].to_numpy(),
        head=road_edges["to_node"].to_numpy(),
        forward_s=edge_speeds["forward_s"].to_numpy(),
        backward_s=edge_speeds["backward_s"].to_numpy(),
        length_m=road_edges["length_m"].to_numpy(),
    )


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


def travel_times(
    snaps: pd.DataFrame, edge_speeds: pd.DataFrame, /, *, road_nodes: pd.DataFrame,
    road_edges: pd.DataFrame, settings: Travel,
) -> TravelTimes:  # fmt: skip
    """Find the fastest drive between every site and demand point and between sites.

    Times run from snapped point to snapped point; the way from the road to the door is not in
    them. Pairs beyond the study's cut-off have no row.

    Returns:
        `site_to_demand` (response), `demand_to_site` (access) and `site_to_site`, both directions
        each with its own route, ordered by their keys; `issues` names sites that reach no demand.
    """
    graph = road_graph(road_nodes, road_edges, edge_speeds=edge_speeds)
    graph, node = roadgraph.insert(
        graph, edge=snaps["edge_id"].to_numpy(), offset_m=snaps["offset_m"].to_numpy()
    )
    is_site = (snaps["kind"] == "site").to_numpy()
    site_id, demand_id = (snaps.loc[rows, "point_id"].to_numpy() for rows in (is_site, ~is_site))
    sites, every = node[is_site], np.r_[node[~is_site], node[is_site]]
    limit = settings.cutoff_min.value * 60
    outward = roadgraph.trips(graph, sources=sites, targets=every, limit_s=limit)
    inward = roadgraph.trips(
        roadgraph.turned(graph), sources=sites, targets=node[~is_site], limit_s=limit
    )
    to_demand = outward.target < len(demand_id)
    other = outward.target - len(demand_id)
    to_site = ~to_demand & (other != outward.source)
    response = _table(outward, to_demand, site_id=site_id[outward.source[to_demand]],
                      demand_id=demand_id[outward.target[to_demand]])  # fmt: skip
    access = _table(inward, slice(None), site_id=site_id[inward.source],
                    demand_id=demand_id[inward.target])  # fmt: skip
    between = _table(outward, to_site, from_site_id=site_id[outward.source[to_site]],
                     to_site_id=site_id[other[to_site]])  # fmt: skip
    idle = sorted(set(site_id) - set(response["site_id"]))
    issues = [
        ("impedance", "snaps", f"site/{key}", "reaches_no_demand", "doubt",
         f"No demand point within {settings.cutoff_min.value:g} min of driving. Check the point.")
        for key in idle
    ]  # fmt: skip
    return TravelTimes(response, access, between, issue_rows(issues))


def _table(
    trips: Trips, rows: NDArray[np.bool_] | slice, **keys: NDArray[np.object_]
) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(ids, dtype="str") for name, ids in keys.items()})
    frame["travel_time_s"] = trips.time_s[rows]
    frame["distance_m"] = trips.distance_m[rows]
    return frame.sort_values(list(keys), ignore_index=True)
