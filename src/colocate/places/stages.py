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

    from colocate.study import Buildings, Places, Register, SiteEdit, Source

    Input = tuple[Source, Path]
    Made = Mapping[str, pd.DataFrame]


@stage(
    "bodies, rules, demand, boundaries",
    makes=("bodies", "governance", "demand_points", "boundaries", "places", "objects"),
)
def inputs(
    bodies: Input | None = file("bodies"),
    governance: Input | None = file("governance"),
    demand: Input | None = file("demand"),
    boundaries: Input | None = file("boundaries"),
    places: Input | None = file("places"),
    objects: Input | None = file("objects"),
    fire_area: str = setting("study.fire_area"),
    fire_body: str = setting("study.fire_body"),
    police_areas: tuple[str, ...] = setting("study.police_areas"),
    belongings: Sequence[tuple[str, str]] = setting("belongings"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
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
    read = _read(files, words)
    input_checks.assert_agreed(
        read,
        fire_area=fire_area,
        fire_body=fire_body,
        police_areas=police_areas,
        belongings=belongings,
    )
    declared = _declared(files)
    return {**read, "issues": input_checks.conversions(declared)}


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
    evidence: Input | None = file("evidence"),
    decisions: Input | None = file("decisions"),
    site_decisions: Input | None = file("site_decisions"),
    bus_stops: Input | None = file("bus_stops"),
    costs: Input | None = file("costs"),
    partners: Input | None = file("partners"),
    functions: Input | None = file("functions"),
    benchmarks: Input | None = file("benchmarks"),
    deflators: Input | None = file("deflators"),
    vehicles: Input | None = file("vehicles"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
) -> Made:
    """Read what people who know an estate may supply; none of it need be there."""
    read = _read({
        "evidence": evidence, "decisions": decisions, "site_decisions": site_decisions,
        "bus_stops": bus_stops, "costs": costs, "partners": partners, "functions": functions,
        "benchmarks": benchmarks, "deflators": deflators, "vehicles": vehicles,
    }, words)  # fmt: skip
    figures = {name: read[name] for name in ("partners", "functions")}
    input_checks.assert_bodies_listed(figures, bodies=bodies)
    input_checks.assert_sites_listed(read["site_decisions"], sites=sites, bodies=bodies)
    return read


def _read(
    files: Mapping[str, Input | None], words: Mapping[str, Mapping[str, str]]
) -> dict[str, pd.DataFrame]:
    """Read tables, empty where the study names no file."""
    return {
        name: io.read_table(given[1], TABLES[name], source=given[0], vocabulary=words)
        if given
        else empty(TABLES[name])
        for name, given in files.items()
    }


def _declared(files: Mapping[str, Input | None]) -> dict[str, str]:
    """Return the reference systems that files of features declare, by table."""
    found = {name: io.declared_crs(given[1], source=given[0]) for name, given in files.items()
             if given}  # fmt: skip
    return {name: crs for name, crs in found.items() if crs}


@stage("registers, located and checked", makes=("sites", "gazetteer", "located_sites"))
def sites(
    bodies: pd.DataFrame,
    boundaries: pd.DataFrame,
    objects: pd.DataFrame,
    registers: Sequence[tuple[Register, Path]] = file("registers"),
    postcodes: Path | None = file("postcodes"),
    fire_area: str = setting("study.fire_area"),
    settings: Places = setting("places"),
    edits: Sequence[SiteEdit] = setting("edits.sites"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
) -> Made:
    """Read the registers and find where each site is."""
    from colocate.places.edits import edit
    from colocate.places.estate import registers_to_sites
    from colocate.places.geocode import locate

    read = [(register, io.read_register(path, register)) for register, path in registers]
    estate = registers_to_sites(read, bodies, vocabulary=words)
    edited = edit(estate.sites, edits)
    wanted = edited.sites["postcode"].dropna()
    gazetteer = io.read_postcodes(postcodes, wanted) if postcodes else io.packaged_postcodes(wanted)
    located = locate(
        edited.sites,
        gazetteer=gazetteer,
        boundaries=boundaries,
        objects=objects,
        settings=settings,
        fire_area=fire_area,
    )
    input_checks.assert_any_site(located.located_sites)
    return {
        "sites": edited.sites,
        "gazetteer": gazetteer,
        "located_sites": located.located_sites,
        "issues": joined(estate.issues, edited.issues, located.issues),
    }


@stage("buildings and floor areas of the sites", makes=("site_buildings", "site_areas"))
def areas(
    located_sites: pd.DataFrame,
    site_buildings: Input | None = file("site_buildings"),
    settings: Buildings | None = setting("places.buildings"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
) -> Made:
    """Find which mapped buildings are each site's own, and its floor area as a range."""
    from colocate.places.areas import site_areas

    read = _read({"site_buildings": site_buildings}, words)
    outlines = read["site_buildings"]
    input_checks.assert_polygons(outlines, table="site_buildings", keys=outlines["building_id"])
    notes = input_checks.conversions(_declared({"site_buildings": site_buildings}))
    found = site_areas(located_sites, buildings=outlines, settings=settings)
    return {**read, "site_areas": found.site_areas, "issues": joined(notes, found.issues)}
