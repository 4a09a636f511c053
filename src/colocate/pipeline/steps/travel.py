"""From roads to travel times, catchments, coverage and areas of search."""

from __future__ import annotations

import pandas as pd

from colocate import io
from colocate.pipeline.stage import Job, Made, Stage, joined
from colocate.places import input_checks
from colocate.tables import TABLES, empty, issue_rows


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


def _order(job: Job) -> Made:
    from colocate.travel.impedance import road_order

    tables = job.tables
    order = road_order(
        tables["road_nodes"],
        tables["road_edges"],
        turns=tables["turns"],
        settings=job.study.travel,
    )
    return {"road_order": order, "issues": empty(TABLES["issues"])}


def _travel(job: Job) -> Made:
    from colocate.travel.impedance import ready, snap, times_at
    from colocate.travel.speeds import by_vehicle

    tables, settings = job.tables, job.study.travel
    roads = {name: tables[name] for name in ("road_nodes", "road_edges")}
    speeds = tables["edge_speeds"]
    snapped = snap(
        tables["located_sites"],
        tables["demand_points"],
        **roads,
        edge_speeds=speeds,
        settings=settings,
    )
    input_checks.assert_on_network(snapped.snaps)
    prepared = ready(
        snapped.snaps,
        **roads,
        turns=tables["turns"],
        road_order=tables["road_order"],
        settings=settings,
    )
    times = {
        direction: found
        for directions, driven in by_vehicle(speeds, settings=settings)
        for found in [times_at(prepared, driven, settings=settings)]
        for direction in directions
    }
    return {
        "snaps": snapped.snaps,
        "site_to_demand": times["from_site"].site_to_demand,
        "demand_to_site": times["to_site"].demand_to_site,
        "site_to_site": times["to_site"].site_to_site,
        "issues": joined(snapped.issues, times["from_site"].issues),
    }


def _catchments(job: Job) -> Made:
    from colocate.travel.catchments import catchments
    from colocate.travel.speeds import by_vehicle

    tables, settings = job.tables, job.study.travel
    given = ("road_nodes", "road_edges", "turns", "demand_points", "site_to_demand",
             "demand_to_site", "boundaries")  # fmt: skip
    services = tables["located_sites"]["service"].unique()
    drawn = [
        catchments(
            tables["located_sites"],
            tables["snaps"],
            **{name: tables[name] for name in given},
            edge_speeds=driven,
            settings=settings.towards(directions, services=services),
        )
        for directions, driven in by_vehicle(tables["edge_speeds"], settings=settings)
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
        tables["snaps"],
        settings=study.travel,
        response=study.response,
        access=study.access,
    )
    covered = coverage.coverage(
        serving,
        tables["catchments"],
        **{name: tables[name] for name in ("site_to_demand", "demand_to_site", "demand_points")},
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
        modules=("travel.impedance",),
        reads=("road_nodes", "road_edges", "turns"),
        settings=("travel.turn_costs",),
    ),
    Stage(
        "travel",
        "travel times between sites and people",
        makes=("snaps", "site_to_demand", "demand_to_site", "site_to_site"),
        run=_travel,
        modules=("travel.impedance", "travel.speeds"),
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
        reads=("road_nodes", "road_edges", "turns", "edge_speeds", "located_sites", "snaps",
               "demand_points", "site_to_demand", "demand_to_site", "boundaries"),
        settings=("travel",),
    ),
    Stage(
        "coverage",
        "coverage, and who covers whom",
        makes=("serving_sites", "coverage", "allocation", "overlap"),
        run=_coverage,
        modules=("travel.coverage",),
        reads=("located_sites", "snaps", "catchments", "site_to_demand", "demand_to_site",
               "demand_points"),
        settings=("travel", "response", "access"),
    ),
)  # fmt: skip
