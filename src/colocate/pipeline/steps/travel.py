"""From roads to travel times, catchments, coverage and areas of search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from colocate import io
from colocate.pipeline.stage import Job, Made, Stage, joined
from colocate.places import input_checks
from colocate.tables import TABLES, empty, issue_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate.travel.roads import Roads


def _network(job: Job) -> Made:
    from colocate.travel.network import osm, packing, reporting

    path, settings = job.folder / job.study.inputs.roads, job.study.travel
    if not path.is_dir():
        side = settings.turns.driving_side
        return osm.read_osm(path, ferries=settings.ferries, driving_side=side)._asdict()
    nodes, edges = (io.read_frame(path / f"road_{what}.parquet") for what in ("nodes", "edges"))
    road_nodes, road_edges = packing.unpack(nodes, edges)
    beside = {
        name: io.read_table(file, TABLES[name]) if file.is_file() else empty(TABLES[name])
        for name, file in (
            ("turns", path / "turns.parquet"), ("network_report", path / "network_report.csv")
        )
    }  # fmt: skip
    return {
        "road_nodes": road_nodes,
        "road_edges": road_edges,
        **beside,
        "issues": joined(
            reporting.issues(beside["network_report"]),
            _no_ferries(road_edges) if settings.ferries else empty(TABLES["issues"]),
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


def _speeds(job: Job) -> Made:
    from colocate.travel.closures import block
    from colocate.travel.speeds import edge_speeds

    tables = job.tables
    speeds = edge_speeds(tables["road_nodes"], tables["road_edges"], settings=job.study.travel)
    return block(speeds, tables["road_edges"], blocks=job.study.edits.blocks)._asdict()


def _roads(tables: Mapping[str, pd.DataFrame]) -> Roads:
    from colocate.travel.roads import Roads

    return Roads(**{name: tables[name] for name in Roads._fields})


def _od(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {
        "from_site": tables["today_site_to_demand"],
        "to_site": tables["today_demand_to_site"],
    }


def _order(job: Job) -> Made:
    from colocate.travel.roads import road_order

    tables = job.tables
    order = road_order(
        tables["road_nodes"],
        tables["road_edges"],
        turns=tables["turns"],
        settings=job.study.travel,
    )
    return {"road_order": order, "issues": empty(TABLES["issues"])}


def _travel(job: Job) -> Made:
    from colocate.travel.od_matrix import travel_times
    from colocate.travel.snapping import snap

    tables, settings, roads = job.tables, job.study.travel, _roads(job.tables)
    snapped = snap(tables["located_sites"], tables["demand_points"], roads=roads, settings=settings)
    input_checks.assert_on_network(snapped.snaps)
    times = travel_times(snapped.snaps, roads, road_order=tables["road_order"], settings=settings)
    return {
        "today_snaps": snapped.snaps,
        "today_site_to_demand": times.site_to_demand,
        "today_demand_to_site": times.demand_to_site,
        "today_site_to_site": times.site_to_site,
        "issues": joined(snapped.issues, times.issues),
    }


def _catchments(job: Job) -> Made:
    from colocate.travel.catchments import catchments
    from colocate.travel.speeds import by_vehicle

    tables, settings, roads = job.tables, job.study.travel, _roads(job.tables)
    services = tables["located_sites"]["service"].unique()
    drawn = [
        catchments(
            tables["located_sites"],
            tables["today_snaps"],
            roads=roads._replace(edge_speeds=driven),
            demand_points=tables["demand_points"],
            od=_od(tables),
            boundaries=tables["boundaries"],
            settings=settings.towards(directions, services=services),
        )
        for directions, driven in by_vehicle(roads.edge_speeds, settings=settings)
    ]
    table = TABLES["catchments"]
    return {
        "catchments": pd.concat([part.catchments for part in drawn]).sort_values(
            list(table.key), ignore_index=True
        ),
        "issues": drawn[0].issues,
    }


def _coverage(job: Job) -> Made:
    from colocate.travel import coverage

    study, tables = job.study, job.tables
    serving = coverage.serving_sites(
        tables["located_sites"],
        tables["today_snaps"],
        settings=study.travel,
        response=study.response,
        access=study.access,
    )
    covered = coverage.coverage(
        serving,
        tables["catchments"],
        od=_od(tables),
        demand_points=tables["demand_points"],
        settings=study.travel,
    )
    return {"serving_sites": serving, **covered._asdict()}


STAGES = (
    Stage(
        "network",
        "road network",
        makes=("road_nodes", "road_edges", "turns", "network_report"),
        run=_network,
        modules=("travel.network.osm", "travel.network.packing"),
        settings=("travel.ferries", "travel.turns.driving_side"),
        files=("roads",),
    ),
    Stage(
        "speeds",
        "British drive speeds",
        makes=("edge_speeds",),
        run=_speeds,
        modules=("travel.closures", "travel.speeds"),
        reads=("road_nodes", "road_edges"),
        settings=("travel", "edits.blocks"),
    ),
    Stage(
        "order",
        "order of the roads for many travel times",
        makes=("road_order",),
        run=_order,
        modules=("travel.roads",),
        reads=("road_nodes", "road_edges", "turns"),
        settings=("travel.turn_costs",),
    ),
    Stage(
        "travel",
        "travel times between sites and people",
        makes=("today_snaps", "today_site_to_demand", "today_demand_to_site",
               "today_site_to_site"),
        run=_travel,
        modules=("travel.od_matrix", "travel.snapping"),
        reads=("road_nodes", "road_edges", "turns", "edge_speeds", "road_order",
               "located_sites", "demand_points"),
        settings=("travel",),
    ),
    Stage(
        "catchments",
        "catchments",
        makes=("catchments",),
        run=_catchments,
        modules=("travel.catchments", "travel.speeds"),
        reads=("road_nodes", "road_edges", "turns", "edge_speeds", "located_sites",
               "today_snaps", "demand_points", "today_site_to_demand", "today_demand_to_site",
               "boundaries"),
        settings=("travel",),
    ),
    Stage(
        "coverage",
        "coverage, and who covers whom",
        makes=("serving_sites", "coverage", "allocation", "overlap"),
        run=_coverage,
        modules=("travel.coverage",),
        reads=("located_sites", "today_snaps", "catchments", "today_site_to_demand",
               "today_demand_to_site", "demand_points"),
        settings=("travel", "response", "access"),
    ),
)  # fmt: skip
