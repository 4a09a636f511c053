"""Stages of travel: from roads to travel times, catchments and coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from colocate import io
from colocate.progress import SILENT, Progress
from colocate.spread import ALONE, Spread
from colocate.stage import file, joined, setting, stage
from colocate.tables import TABLES, empty, issue_rows
from colocate.tables.places import SERVES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from colocate.study import (
        Access,
        Block,
        Readiness,
        Response,
        Travel,
        TurnDelays,
        Walking,
    )

    Made = Mapping[str, pd.DataFrame]

CUTS = "road_cuts.parquet"
"""File that a folder of packed roads may hold: the cuts of `ready_roads.cuts`."""


@stage(
    "road network",
    makes=("road_nodes", "road_edges", "turns", "network_report", "road_extent"),
)
def network(
    roads: Path = file("roads"),
    ferries: bool = setting("travel.ferries"),  # noqa: FBT001 - handed over by name
    driving_side: Literal["left", "right"] = setting("travel.turns.driving_side"),
) -> Made:
    """Read an OpenStreetMap extract, or a folder of packed roads."""
    if not roads.is_dir():
        from colocate.travel.network import osm

        return osm.read_osm(roads, ferries=ferries, driving_side=driving_side)._asdict()
    from colocate.travel.network import packing, reporting

    nodes, edges = (io.read_frame(roads / f"road_{what}.parquet") for what in ("nodes", "edges"))
    road_nodes, road_edges = packing.unpack(nodes, edges)
    beside = {
        name: io.read_table(path, TABLES[name]) if path.is_file() else empty(TABLES[name])
        for name, path in (
            ("turns", roads / "turns.parquet"), ("network_report", roads / "network_report.csv")
        )
    }  # fmt: skip
    return {
        "road_nodes": road_nodes,
        "road_edges": road_edges,
        **beside,
        "road_extent": empty(TABLES["road_extent"]),
        "issues": joined(
            reporting.issues(beside["network_report"]),
            _no_ferries(road_edges) if ferries else empty(TABLES["issues"]),
        ),
    }


def _no_ferries(road_edges: pd.DataFrame) -> pd.DataFrame:
    """Note that packed roads without a ferry cannot give one, whatever the study asks for."""
    message = (
        "travel.ferries is on, but the roads in this folder hold no ferry: packed roads are made "
        "without. Name an OSM extract in inputs.roads to have them."
    )
    row = ("network", "road_edges", "roads", "ferries_not_in_network", "note", message)
    return issue_rows([] if (road_edges["highway"] == "ferry").any() else [row])


@stage("British drive speeds", makes=("edge_speeds",))
def speeds(
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    settings: Travel = setting("travel"),
    blocks: Sequence[Block] = setting("edits.blocks"),
) -> NamedTuple:
    """Give every edge its drive times, and close what a scenario closes."""
    from colocate.travel.closures import block
    from colocate.travel.speeds import edge_speeds

    return block(edge_speeds(road_nodes, road_edges, settings=settings), road_edges, blocks=blocks)


@stage(
    "roads made ready for many travel times", makes=("road_order", "road_stretches", "road_links")
)
def order(
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    turns: pd.DataFrame,
    roads: Path = file("roads"),
    delays: TurnDelays | None = setting("travel.delays"),
) -> NamedTuple:
    """Split junctions, order the network and contract it, once for all speeds."""
    from colocate.travel.ready_roads import made_ready

    cuts = roads / CUTS
    kept = io.read_frame(cuts) if cuts.is_file() else None
    return made_ready(road_nodes, road_edges, turns=turns, delays=delays, cuts=kept)


@stage(
    "travel times between sites and people",
    makes=("today_snaps", "today_site_to_demand", "today_demand_to_site", "today_site_to_site"),
    columns={"located_sites": ("site_id", "service", "geometry")},
)
def travel(
    located_sites: gpd.GeoDataFrame,
    demand_points: gpd.GeoDataFrame,
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    turns: pd.DataFrame,
    road_order: pd.DataFrame,
    road_stretches: pd.DataFrame,
    road_links: pd.DataFrame,
    edge_speeds: pd.DataFrame,
    settings: Travel = setting("travel"),
) -> Made:
    """Find the fastest drives, each direction with the vehicle that drives it."""
    from colocate.places.input_checks import assert_on_network
    from colocate.travel.od_matrix import travel_times
    from colocate.travel.ready_roads import ready_roads
    from colocate.travel.roads import Roads
    from colocate.travel.snapping import snap

    ready = ready_roads(road_order, road_stretches, road_links)
    roads = Roads(road_nodes, road_edges, turns, edge_speeds, ready)
    snapped = snap(located_sites, demand_points, roads=roads, settings=settings)
    assert_on_network(snapped.snaps)
    times = travel_times(snapped.snaps, roads, settings=settings)
    return {
        "today_snaps": snapped.snaps,
        "today_site_to_demand": times.site_to_demand,
        "today_demand_to_site": times.demand_to_site,
        "today_site_to_site": times.site_to_site,
        "issues": joined(snapped.issues, times.issues),
    }


@stage("whether roads, sites and people meet", makes=("readiness",),
       columns={"located_sites": ("site_id", "in_area")})  # fmt: skip
def met(
    input_readiness: pd.DataFrame,
    located_sites: gpd.GeoDataFrame,
    demand_points: gpd.GeoDataFrame,
    today_snaps: pd.DataFrame,
    least: Readiness = setting("readiness"),
) -> Made:
    """Measure how many sites and people the roads reach, beside what was understood of them."""
    from colocate.places.readiness import of_roads

    by_road = of_roads(located_sites, demand_points, snaps=today_snaps, least=least)
    return {"readiness": joined(input_readiness, by_road)}


@stage("catchments, and the ground that services cover", makes=("catchments", "coverage"),
       columns={"located_sites": (*SERVES, "geometry")},
       by_part=("located_sites", "today_snaps", "today_site_to_demand",
                "today_demand_to_site"))  # fmt: skip
def catchments(
    located_sites: gpd.GeoDataFrame,
    today_snaps: pd.DataFrame,
    demand_points: gpd.GeoDataFrame,
    today_site_to_demand: pd.DataFrame,
    today_demand_to_site: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    turns: pd.DataFrame,
    edge_speeds: pd.DataFrame,
    road_order: pd.DataFrame,
    road_stretches: pd.DataFrame,
    road_links: pd.DataFrame,
    settings: Travel = setting("travel"),
    desk_roles: Sequence[str] = setting("access.desk_roles"),
    assumed_desk_roles: Sequence[str] = setting("access.assumed_desk_roles"),
    progress: Progress = SILENT,
    spread: Spread = ALONE,
) -> Made:
    """Draw what each site reaches, or is reached from, within each limit, and what all do."""
    from colocate.travel.catchments import catchments
    from colocate.travel.coverage import coverage
    from colocate.travel.drawing import scene
    from colocate.travel.ready_roads import ready_roads
    from colocate.travel.roads import Roads
    from colocate.travel.speeds import by_vehicle

    ready = ready_roads(road_order, road_stretches, road_links)
    services = located_sites["service"].unique()
    od = {"from_site": today_site_to_demand, "to_site": today_demand_to_site}
    drawn, covered = [], []
    for directions, driven in by_vehicle(edge_speeds, settings=settings):
        roads = Roads(road_nodes, road_edges, turns, driven, ready)
        on = scene(today_snaps, roads=roads, boundaries=boundaries, settings=settings,
                   spread=spread)  # fmt: skip
        given = {"demand_points": demand_points, "od": od,
                 "settings": settings.towards(directions, services=services)}  # fmt: skip
        drawn.append(catchments(located_sites, on, **given, progress=progress, spread=spread))
        roles = {*desk_roles, *assumed_desk_roles}
        covered.append(coverage(located_sites, on, snaps=today_snaps, desk_roles=roles, **given))
    made = {"catchments": [part.catchments for part in drawn], "coverage": covered}
    return {
        name: joined(*parts).sort_values(list(TABLES[name].key), ignore_index=True)
        for name, parts in made.items()
    } | {"issues": drawn[0].issues}


@stage("who covers whom", makes=("serving_sites", "allocation", "overlap"),
       columns={"located_sites": (*SERVES, "crewing")})  # fmt: skip
def coverage(
    located_sites: gpd.GeoDataFrame,
    today_snaps: pd.DataFrame,
    today_site_to_demand: pd.DataFrame,
    today_demand_to_site: pd.DataFrame,
    demand_points: gpd.GeoDataFrame,
    settings: Travel = setting("travel"),
    response: Response = setting("response"),
    access: Access = setting("access"),
) -> Made:
    """Find which people each service reaches, and by which site first."""
    from colocate.travel import coverage

    serving = coverage.serving_sites(
        located_sites, today_snaps, settings=settings, response=response, access=access
    )
    allocated = coverage.allocated(
        serving,
        od={"from_site": today_site_to_demand, "to_site": today_demand_to_site},
        demand_points=demand_points,
        settings=settings,
    )
    return {"serving_sites": serving, **allocated._asdict()}


@stage("what lies near the edge of the roads", makes=("near_edge",),
       columns={"located_sites": ("site_id", "in_area", "geometry")},
       by_part=("located_sites", "serving_sites", "catchments"))  # fmt: skip
def edge(
    located_sites: gpd.GeoDataFrame,
    serving_sites: pd.DataFrame,
    catchments: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    road_edges: gpd.GeoDataFrame,
    road_extent: pd.DataFrame,
    fire_area: str = setting("study.fire_area"),
    spread: Spread = ALONE,
) -> NamedTuple:
    """Find the sites, and the border, near to where roads end though the land goes on."""
    from colocate.travel import edge

    return edge.near_edge(
        edge.answers(located_sites, serving_sites, catchments=catchments),
        boundaries, road_edges=road_edges, road_extent=road_extent, fire_area=fire_area,
        spread=spread,
    )  # fmt: skip


@stage(
    "walks to sites",
    makes=("walk_to_site", "site_bus_stops"),
    columns={"options": ("option_id", "site_ids"), "located_sites": ("site_id", "service")},
)
def walks(
    options: pd.DataFrame,
    located_sites: gpd.GeoDataFrame,
    snaps: pd.DataFrame,
    bus_stops: gpd.GeoDataFrame,
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    edge_speeds: pd.DataFrame,
    turns: pd.DataFrame,
    walking: Walking = setting("walking"),
    settings: Travel = setting("travel"),
) -> NamedTuple:
    """Find who reaches a site on foot, and the bus stops near it."""
    from colocate.travel.roads import Roads
    from colocate.travel.walking import walks

    roads = Roads(road_nodes, road_edges, turns, edge_speeds)
    police = located_sites.loc[located_sites["service"] == "police", "site_id"]
    asked = snaps["point_id"].isin([*police, *options["site_ids"].str.split(";").explode()])
    snaps = snaps[(snaps["kind"] != "site") | asked]
    return walks(snaps, bus_stops, roads=roads, walking=walking, settings=settings)
