"""Stages of places: inputs and registers, read, located and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate import io
from colocate.places import input_checks
from colocate.stage import file, joined, setting, stage
from colocate.tables import TABLES, empty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from colocate.study import Buildings, Places, Register, SiteEdit

    Made = Mapping[str, pd.DataFrame]


@stage(
    "bodies, rules, demand, boundaries",
    makes=("bodies", "governance", "demand_points", "boundaries", "places", "objects"),
)
def inputs(
    bodies: Path | None = file("bodies"),
    governance: Path | None = file("governance"),
    demand: Path | None = file("demand"),
    boundaries: Path | None = file("boundaries"),
    places: Path | None = file("places"),
    objects: Path | None = file("objects"),
    fire_area: str = setting("study.fire_area"),
    fire_body: str = setting("study.fire_body"),
    police_areas: tuple[str, ...] = setting("study.police_areas"),
    belongings: Sequence[tuple[str, str]] = setting("belongings"),
) -> Made:
    """Read what says where the study is and who is in it, and check that it agrees."""
    files = {
        "bodies": bodies,
        "governance": governance,
        "demand_points": demand,
        "boundaries": boundaries,
        "places": places,
        "objects": objects,
    }
    read = _read(files)
    input_checks.assert_agreed(
        read,
        fire_area=fire_area,
        fire_body=fire_body,
        police_areas=police_areas,
        belongings=belongings,
    )
    declared = {name: io.declared_crs(path) for name, path in files.items() if path}
    return {**read, "issues": input_checks.conversions({n: c for n, c in declared.items() if c})}


@stage(
    "evidence, decisions, costs and functions that were supplied",
    makes=(
        "evidence",
        "decisions",
        "site_decisions",
        "bus_stops",
        "costs",
        "partners",
        "functions",
        "benchmarks",
        "deflators",
        "vehicles",
    ),
)
def supplied(
    bodies: pd.DataFrame,
    sites: pd.DataFrame,
    evidence: Path | None = file("evidence"),
    decisions: Path | None = file("decisions"),
    site_decisions: Path | None = file("site_decisions"),
    bus_stops: Path | None = file("bus_stops"),
    costs: Path | None = file("costs"),
    partners: Path | None = file("partners"),
    functions: Path | None = file("functions"),
    benchmarks: Path | None = file("benchmarks"),
    deflators: Path | None = file("deflators"),
    vehicles: Path | None = file("vehicles"),
) -> Made:
    """Read what people who know an estate may supply; none of it need be there."""
    read = _read({
        "evidence": evidence, "decisions": decisions, "site_decisions": site_decisions,
        "bus_stops": bus_stops, "costs": costs, "partners": partners, "functions": functions,
        "benchmarks": benchmarks, "deflators": deflators, "vehicles": vehicles,
    })  # fmt: skip
    figures = {name: read[name] for name in ("partners", "functions")}
    input_checks.assert_bodies_listed(figures, bodies=bodies)
    input_checks.assert_sites_listed(read["site_decisions"], sites=sites, bodies=bodies)
    return read


def _read(files: Mapping[str, Path | None]) -> dict[str, pd.DataFrame]:
    """Read tables, empty where the study names no file."""
    return {
        name: io.read_table(path, TABLES[name]) if path else empty(TABLES[name])
        for name, path in files.items()
    }


@stage(
    "registers, located and checked",
    makes=("sites", "overrides", "gazetteer", "geocode_candidates", "located_sites"),
)
def sites(
    bodies: pd.DataFrame,
    boundaries: pd.DataFrame,
    objects: pd.DataFrame,
    registers: Sequence[tuple[Register, Path]] = file("registers"),
    postcodes: Path | None = file("postcodes"),
    overrides: Path | None = file("overrides"),
    uprns: Path | None = file("uprns"),
    answers: Path | None = file("answers"),
    fire_area: str = setting("study.fire_area"),
    settings: Places = setting("places"),
    edits: Sequence[SiteEdit] = setting("edits.sites"),
) -> Made:
    """Read the registers and find where each site is."""
    from colocate.places.edits import edit
    from colocate.places.estate import registers_to_sites
    from colocate.places.geocode import locate
    from colocate.places.points import Evidence, candidates
    from colocate.places.repair import repair, wanted

    read = [(register, io.read_register(path, register)) for register, path in registers]
    estate = registers_to_sites(read, bodies)
    signed = _read({"overrides": overrides})["overrides"]
    input_checks.assert_overrides_listed(signed, sites=estate.sites)
    edited = edit(estate.sites, edits)
    asked = wanted(edited.sites)
    answered = io.read_answers(answers) if answers else None
    known = io.read_postcodes(postcodes, asked) if postcodes else io.packaged_postcodes(asked)
    if answered:
        known = joined(known, answered.postcodes).drop_duplicates("postcode")
    repaired = repair(edited.sites, gazetteer=known, boundaries=boundaries)
    moved = [each.site_id for each in edits if each.easting is not None]
    evidence = Evidence(
        repaired.gazetteer,
        signed[~signed["site_id"].isin(moved)],
        io.read_uprns(uprns, repaired.sites["uprn"].dropna()) if uprns else None,
        answered.addresses if answered else None,
    )
    points = candidates(repaired.sites, evidence=evidence, boundaries=boundaries, settings=settings)
    located = locate(
        repaired.sites,
        candidates=points,
        gazetteer=repaired.gazetteer,
        boundaries=boundaries,
        objects=objects,
        settings=settings,
        fire_area=fire_area,
    )
    input_checks.assert_any_site(located.located_sites)
    return {
        "sites": repaired.sites,
        "overrides": signed,
        "gazetteer": repaired.gazetteer,
        "geocode_candidates": points,
        "located_sites": located.located_sites,
        "issues": joined(estate.issues, edited.issues, repaired.issues, located.issues),
    }


@stage("buildings and floor areas of the sites", makes=("site_buildings", "site_areas"))
def areas(
    located_sites: pd.DataFrame,
    site_buildings: Path | None = file("site_buildings"),
    settings: Buildings | None = setting("places.buildings"),
) -> Made:
    """Find which mapped buildings are each site's own, and its floor area as a range."""
    from colocate.places.areas import site_areas

    read = _read({"site_buildings": site_buildings})
    outlines = read["site_buildings"]
    input_checks.assert_polygons(outlines, table="site_buildings", keys=outlines["building_id"])
    declared = io.declared_crs(site_buildings) if site_buildings else None
    notes = input_checks.conversions({"site_buildings": declared} if declared else {})
    found = site_areas(located_sites, buildings=outlines, settings=settings)
    return {**read, "site_areas": found.site_areas, "issues": joined(notes, found.issues)}
