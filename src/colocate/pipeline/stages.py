"""The stages in order: what each reads, which settings and code it depends on, what it makes.

This is the flow of colocate from top to bottom. Stages know nothing of each other; they meet
here, and only in tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from colocate import io
from colocate.errors import InputError
from colocate.pipeline import agreement
from colocate.tables import TABLES, empty, issue_rows

if TYPE_CHECKING:
    from pathlib import Path

    from colocate.study import Study

Made = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Job:
    """What a stage is given: the study, the folder its inputs lie in, and the tables so far."""

    study: Study
    folder: Path
    tables: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Stage:
    """One stage: `makes` tables (and an `issues` table of its own) from what it declares."""

    name: str
    label: str
    makes: tuple[str, ...]
    run: Callable[[Job], Made]
    modules: tuple[str, ...]
    """Modules of colocate that do the work: their source, and all they import, is in the key."""
    reads: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    """Settings of the study file, by dotted name."""
    files: tuple[str, ...] = ()
    """Input files, by their name in the section `inputs`."""


def input_files(study: Study, folder: Path, *, names: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files behind names of the section `inputs`, in order; a folder gives its files.

    Raises:
        InputError: a file that the study names is not there.
    """
    for name in names:
        value = getattr(study.inputs, name)
        if value is None:
            continue
        listed = [r.file for r in value] if name == "registers" else [value]
        for item in listed:
            path = folder / item
            if not path.exists():
                raise InputError(f"{path}: no such file; inputs.{name} in the study file names it")
            yield from sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]


def _inputs(job: Job) -> Made:
    files = job.study.inputs
    named: dict[str, str | None] = {
        "bodies": files.bodies,
        "governance": files.governance,
        "demand_points": files.demand,
        "boundaries": files.boundaries,
        "places": files.places,
        "objects": files.objects,
        "evidence": files.evidence,
    }
    read = {
        name: io.read_table(job.folder / file, TABLES[name]) if file else empty(TABLES[name])
        for name, file in named.items()
    }
    agreement.assert_agreed(read, head=job.study.study)
    declared = {
        name: crs
        for name, file in named.items()
        if file and (crs := io.declared_crs(job.folder / file))
    }
    return {**read, "issues": agreement.conversions(declared)}


def _sites(job: Job) -> Made:
    from colocate.places.estate import registers_to_sites
    from colocate.places.geocode import locate

    files, tables = job.study.inputs, job.tables
    registers = [(r, io.read_register(job.folder / r.file, r)) for r in files.registers]
    estate = registers_to_sites(registers, tables["bodies"])
    wanted = estate.sites["postcode"].dropna()
    gazetteer = (
        io.read_postcodes(job.folder / files.postcodes, wanted)
        if files.postcodes
        else io.packaged_postcodes(wanted)
    )
    located = locate(
        estate.sites,
        gazetteer=gazetteer,
        boundaries=tables["boundaries"],
        objects=tables["objects"],
        settings=job.study.places,
        head=job.study.study,
    )
    agreement.assert_any_site(located.located_sites)
    return {
        "sites": estate.sites,
        "gazetteer": gazetteer,
        "located_sites": located.located_sites,
        "issues": _joined(estate.issues, located.issues),
    }


def _network(job: Job) -> Made:
    from colocate.travel import network, packing, reporting

    path, settings = job.folder / job.study.inputs.roads, job.study.travel
    if not path.is_dir():
        side = settings.turns.driving_side
        return network.read_osm(path, ferries=settings.ferries, driving_side=side)._asdict()
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
        "issues": _joined(
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
    from colocate.travel.speeds import edge_speeds

    tables = job.tables
    speeds = edge_speeds(tables["road_nodes"], tables["road_edges"], settings=job.study.travel)
    return {"edge_speeds": speeds, "issues": empty(TABLES["issues"])}


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
    agreement.assert_on_network(snapped.snaps)
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
        "issues": _joined(snapped.issues, times["from_site"].issues),
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


def _options(job: Job) -> Made:
    from colocate.options.generate import generate

    made = generate(
        job.tables["located_sites"],
        job.tables["site_to_site"],
        settings=job.study.options,
        head=job.study.study,
    )
    return made._asdict()


def _search(job: Job) -> Made:
    from colocate.travel import search

    study, tables = job.study, job.tables
    given = ("snaps", "demand_points", "site_to_demand", "demand_to_site", "road_nodes",
             "road_edges", "edge_speeds", "turns")  # fmt: skip
    areas = tables["boundaries"]
    own = (areas["kind"] == "fire_area") & (areas["name"] == study.study.fire_area)
    allowed = {rule.id: rule.threshold.value for rule in study.gates if rule.threshold}
    searched = search.areas_of_search(
        tables["options"],
        tables["serving_sites"],
        **{name: tables[name] for name in given},
        area=areas[own],
        near=search.Near(
            least_s=study.options.group_limit_min.value * 60,
            most_s=study.options.drive_tier_min.value * 60,
        ),
        allowed_loss={
            "from_site": allowed.get("fire_cover", 0.0),
            "to_site": allowed.get("police_access", 0.0),
        },
        settings=study.travel,
    )
    return searched._asdict()


def _effects(job: Job) -> Made:
    from colocate.options import access, cover, gates, governance, money

    study, tables = job.study, job.tables
    about = (tables["options"], tables["located_sites"])
    covered = cover.cover(
        *about,
        participation=tables["participation"],
        site_to_demand=tables["site_to_demand"],
        demand_points=tables["demand_points"],
        response=study.response,
    )
    reached = access.access(
        *about,
        demand_to_site=tables["demand_to_site"],
        demand_points=tables["demand_points"],
        settings=study.access,
    )
    effects = {"cover": covered.cover, "access": reached}
    gated = gates.gates(
        *about,
        **effects,
        rules=study.gates,
        as_of=study.study.as_of,
        evidence=tables["evidence"],
    )
    approvals = governance.approvals(
        *about,
        **effects,
        bodies=tables["bodies"],
        governance=tables["governance"],
        rule_set=study.rule_set,
        as_of=study.study.as_of,
    )
    return {
        "cover_baseline": covered.cover_baseline,
        **effects,
        "money": money.money(*about, settings=study.money),
        "gates": gated.gates,
        "approvals": approvals,
        "issues": gated.issues,
    }


def _choice(job: Job) -> Made:
    from colocate.choice import scoring

    tables = job.tables
    measured = scoring.measures(
        tables["options"],
        cover=tables["cover"],
        access=tables["access"],
        money=tables["money"],
        approvals=tables["approvals"],
    )
    contributions = scoring.contributions(measured, criteria=job.study.choice.criteria)
    return {
        "contributions": contributions,
        "scores": scoring.scores(contributions, tables["options"], gates=tables["gates"]),
        "issues": empty(TABLES["issues"]),
    }


def _joined(*issues: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(issues, ignore_index=True)


FILES = ("registers", "bodies", "governance", "demand", "boundaries", "places", "objects",
         "roads", "postcodes", "evidence")  # fmt: skip
"""Every name of an input file in the section `inputs`."""

STAGES = (
    Stage(
        "inputs",
        "bodies, rules, demand, boundaries",
        makes=("bodies", "governance", "demand_points", "boundaries", "places", "objects",
               "evidence"),
        run=_inputs,
        modules=("io.stored", "pipeline.agreement"),
        settings=("inputs.places", "inputs.objects", "inputs.evidence", "study.fire_area",
                  "study.fire_body", "study.police_areas"),
        files=("bodies", "governance", "demand", "boundaries", "places", "objects", "evidence"),
    ),
    Stage(
        "sites",
        "registers, located and checked",
        makes=("sites", "gazetteer", "located_sites"),
        run=_sites,
        modules=("io.registers", "io.postcodes", "places.estate", "places.geocode"),
        reads=("bodies", "boundaries", "objects"),
        settings=("study.fire_area", "inputs.registers", "places"),
        files=("registers", "postcodes"),
    ),
    Stage(
        "network",
        "road network",
        makes=("road_nodes", "road_edges", "turns", "network_report"),
        run=_network,
        modules=("travel.network", "travel.packing"),
        settings=("travel.ferries", "travel.turns.driving_side"),
        files=("roads",),
    ),
    Stage(
        "speeds",
        "British drive speeds",
        makes=("edge_speeds",),
        run=_speeds,
        modules=("travel.speeds",),
        reads=("road_nodes", "road_edges"),
        settings=("travel",),
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
    Stage(
        "options",
        "pairs, clusters and options",
        makes=("participation", "pairs", "clusters", "options"),
        run=_options,
        modules=("options.generate",),
        reads=("located_sites", "site_to_site"),
        settings=("study.fire_body", "study.fire_area", "options"),
    ),
    Stage(
        "search",
        "areas of search for new sites",
        makes=("areas_of_search",),
        run=_search,
        modules=("travel.search",),
        reads=("options", "serving_sites", "snaps", "demand_points", "site_to_demand",
               "demand_to_site", "road_nodes", "road_edges", "edge_speeds", "turns",
               "boundaries"),
        settings=("travel", "options", "gates", "study.fire_area"),
    ),
    Stage(
        "effects",
        "cover, access, money, gates, approvals",
        makes=("cover_baseline", "cover", "access", "money", "gates", "approvals"),
        run=_effects,
        modules=("options.access", "options.cover", "options.gates", "options.governance",
                 "options.money"),
        reads=("options", "located_sites", "participation", "site_to_demand", "demand_to_site",
               "demand_points", "bodies", "governance", "evidence"),
        settings=("study.as_of", "response", "access", "money", "gates", "rule_set"),
    ),
    Stage(
        "choice",
        "scores and ranks",
        makes=("contributions", "scores"),
        run=_choice,
        modules=("choice.scoring",),
        reads=("options", "cover", "access", "money", "gates", "approvals"),
        settings=("choice.criteria",),
    ),
)  # fmt: skip
