"""Snap sites and demand points to the road they are reached from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from colocate.tables import issue_rows
from colocate.travel import access_rules, turn_paths
from colocate.travel.kernel import roadgraph
from colocate.travel.lines_near import nearest
from colocate.travel.network import barriers
from colocate.travel.roads import plain_graph

if TYPE_CHECKING:
    import geopandas as gpd
    from geopandas.array import GeometryArray
    from numpy.typing import NDArray

    from colocate.study import Travel
    from colocate.travel.roads import Roads

NO_STOPPING = ("motorway", "motorway_link", "ferry")
"""Classes that no building opens on to."""


NOWHERE = np.empty(0, "int64")
"""No road edges."""


class Snapped(NamedTuple):
    """Tables `snaps` and `issues`."""

    snaps: pd.DataFrame
    issues: pd.DataFrame


def snap(
    located_sites: gpd.GeoDataFrame,
    demand_points: gpd.GeoDataFrame,
    /,
    *,
    roads: Roads,
    settings: Travel,
    lived_on: NDArray[np.int64] = NOWHERE,
) -> Snapped:
    """Move each point to the nearest road edge it can use, and say how far along it lies.

    The main network is tried first: only where none of it lies within `snap_refused_m` does a
    point take an edge of an island or one-way trap, as doubtful, and a site only of one that some
    demand point lies on too. Motorways, ferries, barriers and roads closed to any of the drives
    are passed over. Of edges equally near one with through traffic is taken before one without,
    then the one with the lowest id.

    Args:
        located_sites: `site_id` and a point, EPSG:27700, of each site.
        demand_points: `demand_id` and a point of each demand point.
        roads: the roads and their speeds: what is closed in both directions is no road.
        settings: the study's `[travel]`: how far a snap may be, m.
        lived_on: road edges of further demand points, whose place is known.

    Returns:
        Table `snaps`, by kind and id. `issues` names the doubtful (further than `snap_doubtful_m`
        or off the main network) and excludes what has no road within `snap_refused_m`, included.
    """
    points = _points(located_sites, demand_points)
    placed = on_roads(np.asarray(points["geometry"].array), roads=roads, settings=settings)
    is_site = (points["kind"] == "site").to_numpy()
    near = placed.edge >= 0
    piece = placed.pieces[placed.edge]
    lived_in = {*piece[near & ~is_site], *placed.pieces[lived_on]}
    found = near & (~is_site | placed.main | np.isin(piece, [*lived_in]))
    edge, main = placed.edge[found], placed.main[found]
    distance_m = placed.distance_m[found]
    doubtful = (distance_m > settings.snap_doubtful_m.value) | ~main
    snaps = points.loc[found, ["kind", "point_id"]].reset_index(drop=True)
    snaps["edge_id"] = edge
    snaps["offset_m"] = placed.offset_m[found]
    snaps["snap_distance_m"] = distance_m
    snaps["quality"] = pd.Series(np.where(doubtful, "doubtful", "good"), dtype="str")
    refused = points.loc[~found, ["kind", "point_id"]]
    return Snapped(snaps, _snap_issues(snaps, refused=refused, main=main, settings=settings))


class OnRoads(NamedTuple):
    """Of each point the road it is reached from."""

    edge: NDArray[np.int64]
    """-1 where none is near enough; the others then mean nothing."""
    offset_m: NDArray[np.float64]
    """How far along the edge, to 0.1 m."""
    distance_m: NDArray[np.float64]
    """From the point to the edge."""
    main: NDArray[np.bool_]
    """Whether that is on the main network."""
    pieces: NDArray[np.int64]
    """Of each road edge the number of the piece of the network that it is joined to."""


def on_roads(points: NDArray[np.object_], /, *, roads: Roads, settings: Travel) -> OnRoads:
    """Find the road edge of each point by the rules of `snap`, whatever the point stands for.

    Args:
        points: EPSG:27700.
        roads: the roads and their speeds.
        settings: the study's `[travel]`.
    """
    lines = roads.road_edges.geometry.array
    parts = roadgraph.parts(plain_graph(roads))
    main, open_, through = _for_all(roads, parts.kind)
    usable = opens_on_to(roads.road_edges) & open_
    # On a way between two turns that are forbidden together it is not known by which one came.
    usable[turn_paths.between(roads.turns)] = False
    reach = settings.snap_refused_m.value
    by = partial(_nearest, lines, first=through, within_m=reach)
    at = shapely.get_coordinates(points)
    edge = by(at, allowed=usable & main)
    missing = edge < 0
    edge[missing] = by(at[missing], allowed=usable & ~main)
    if not len(lines):
        nothing = np.zeros(len(points))
        return OnRoads(edge, nothing, nothing, nothing > 0, np.zeros(1, "int64"))
    line: NDArray[np.object_] = np.asarray(lines[edge])
    line[edge < 0] = None
    share = shapely.line_locate_point(line, points, normalized=True)
    return OnRoads(
        edge,
        np.round(share * roads.road_edges["length_m"].to_numpy()[edge], 1),
        shapely.distance(line, points),
        main[edge],
        parts.piece,
    )


def _points(located_sites: gpd.GeoDataFrame, demand_points: gpd.GeoDataFrame) -> pd.DataFrame:
    """Kind, id and point of all there is to snap, in order of kind and id."""
    return pd.concat(
        [
            pd.DataFrame({"kind": kind, "point_id": frame[key], "geometry": frame.geometry.array})
            for kind, key, frame in (
                ("site", "site_id", located_sites), ("demand", "demand_id", demand_points)
            )
        ]
    ).sort_values(["kind", "point_id"], ignore_index=True)  # fmt: skip


def opens_on_to(road_edges: pd.DataFrame, /) -> NDArray[np.bool_]:
    """Say of each edge whether a building may open on to it.

    Args:
        road_edges: table `road_edges`.
    """
    may: NDArray[np.bool_] = ~road_edges["highway"].isin(NO_STOPPING).to_numpy()
    return may & ~barriers.is_passage(road_edges)


class _Open(NamedTuple):
    """Of each edge: on the main network of every drive, open to every drive, to through traffic."""

    main: NDArray[np.bool_]
    open: NDArray[np.bool_]
    through: NDArray[np.bool_]


def _for_all(roads: Roads, kind: NDArray[np.int64]) -> _Open:
    """Find what every drive of the study may use; what nobody may use is not told apart.

    `kind` says of each edge which part of the network it is on where nothing is closed to a drive.
    """
    speeds = roads.edge_speeds
    anybody = _directions(speeds)
    rules = [access_rules.rule(speeds, drive=drive) for drive in access_rules.DRIVES]
    found = _Open(*(np.ones(len(speeds), "bool") for _ in range(3)))
    for closed, ends in {rule.key: rule for rule in rules}.values():
        part = kind
        if closed is not None:
            driven = access_rules.applied(access_rules.Rule(closed, None), speeds)
            part = roadgraph.parts(plain_graph(roads._replace(edge_speeds=driven))).kind
            found.open[:] &= _directions(driven) | ~anybody
        found.main[:] &= part == roadgraph.MAIN
        if ends is not None:
            found.through[:] &= ~ends.any(axis=1)
    return found


def _directions(edge_speeds: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each edge may be driven in any direction."""
    found: NDArray[np.bool_] = np.isfinite(edge_speeds[list(access_rules.TIMES)].to_numpy()).any(
        axis=1
    )
    return found


def _nearest(
    lines: GeometryArray, at: NDArray[np.float64], /, *, allowed: NDArray[np.bool_],
    first: NDArray[np.bool_], within_m: float,
) -> NDArray[np.int64]:  # fmt: skip
    """Find the nearest allowed line to each point, as `lines_near.nearest` does."""
    found = np.full(len(at), -1)
    # Most points lie by a road, and a short reach is searched in half the time.
    for reach in (within_m / 10, within_m):
        left = found < 0
        found[left] = nearest(lines, at[left], allowed=allowed, before=first, within_m=reach)
    return found


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
        ("snapping", table[kind], key, "outside_road_network", "excluded", outside)
        for kind, key in zip(refused["kind"], refused["point_id"], strict=True)
    ]
    unsure = snaps[snaps["quality"] == "doubtful"]
    columns = ("kind", "point_id", "snap_distance_m")
    on_main = main[unsure.index]
    for kind, key, distance, good in zip(*(unsure[name] for name in columns), on_main, strict=True):
        rule, what = "far_from_road", f"expected at most {doubtful:.0f} m"
        if not good:
            rule, what = "off_main_network", "it cannot be both reached and left"
        told = f"The nearest usable road is {distance:.0f} m away; {what}. Check the point."
        rows.append(("snapping", table[kind], key, rule, "doubt", told))
    return issue_rows(rows)
