"""Stages of places: inputs and registers, read, located and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate import io
from colocate.places import input_checks
from colocate.spread import ALONE, Spread
from colocate.stage import file, joined, setting, stage
from colocate.tables import TABLES, check, empty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from colocate import study
    from colocate.study import Buildings, Figure, Places, Register, SiteEdit, Source, Waiting

    Input = tuple[Source, Path]
    Made = Mapping[str, pd.DataFrame]

READ = (
    "site_id", "service", "status", "roles", "over_border", "body_id", "crewing", "tenure",
)  # fmt: skip
"""What a register is asked of each site."""


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
    waiting: Sequence[Waiting] = setting("waiting"),
    border: Figure = setting("places.border_m"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
) -> Made:
    """Read what says where the study is and who is in it, and check that it agrees."""
    from colocate.places.borders import mend

    files = {
        "bodies": bodies,
        "governance": governance,
        "demand_points": demand,
        "boundaries": boundaries,
        "places": places,
        "objects": objects,
    }
    read = read_tables(files, words)
    input_checks.assert_agreed(
        read,
        fire_area=fire_area,
        fire_body=fire_body,
        police_areas=police_areas,
        belongings=belongings,
    )
    counted = read["demand_points"][read["demand_points"]["in_area"]]
    mended = mend(read["boundaries"], counted, tolerance_m=border.value)
    converted = input_checks.conversions(_declared(files))
    issues = joined(input_checks.to_supply(waiting), converted, mended.issues)
    return {**read, "boundaries": mended.boundaries, "issues": issues}


@stage("people at postcode units", makes=("demand_units",))
def people(
    demand_points: gpd.GeoDataFrame,
    units: Input | None = file("units"),
    postcodes: Path | None = file("postcodes"),
    points: str = setting("demand.points"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
) -> NamedTuple:
    """Share the people of each area out over its postcode units, where the study asks for it."""
    from colocate.places.units import demand_units, of_directory, window

    if points == "areas":
        return demand_units(demand_points, None)
    if units and not postcodes:
        return demand_units(demand_points, read_tables({"units": units}, words)["units"])
    within = window(demand_points)
    listed = io.read_units(postcodes, within) if postcodes else io.packaged_units(within)
    return demand_units(demand_points, of_directory(listed, demand_points=demand_points))


@stage(
    "evidence, decisions, costs and functions that were supplied",
    makes=(
        "evidence",
        "decisions",
        "site_decisions",
        "bus_stops",
        "crew_hours",
        "incidents",
        "costs",
        "partners",
        "functions",
        "function_totals",
        "function_figures",
        "benchmarks",
        "deflators",
        "vehicles",
        "law",
    ),
    columns={"sites": ("site_id",)},
)
def supplied(
    bodies: pd.DataFrame,
    sites: pd.DataFrame,
    evidence: Input | None = file("evidence"),
    decisions: Input | None = file("decisions"),
    site_decisions: Input | None = file("site_decisions"),
    bus_stops: Input | None = file("bus_stops"),
    crew_hours: Input | None = file("crew_hours"),
    incidents: Input | None = file("incidents"),
    costs: Input | None = file("costs"),
    partners: Input | None = file("partners"),
    functions: Input | None = file("functions"),
    function_totals: Input | None = file("function_totals"),
    function_figures: Input | None = file("function_figures"),
    benchmarks: Input | None = file("benchmarks"),
    deflators: Input | None = file("deflators"),
    vehicles: Input | None = file("vehicles"),
    law: Input | None = file("law"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
) -> Made:
    """Read what people who know an estate may supply; none of it need be there."""
    read = read_tables({
        "evidence": evidence, "decisions": decisions, "site_decisions": site_decisions,
        "bus_stops": bus_stops, "crew_hours": crew_hours, "incidents": incidents, "costs": costs,
        "partners": partners, "functions": functions, "function_totals": function_totals,
        "function_figures": function_figures, "benchmarks": benchmarks, "deflators": deflators,
        "vehicles": vehicles, "law": law,
    }, words)  # fmt: skip
    figures = {name: read[name] for name in ("partners", "functions", "function_figures")}
    changed = read["law"].assign(body_id=read["law"]["bodies"].str.split(";"))
    figures["law"] = changed.explode("body_id").dropna(subset="body_id")
    totals = read["function_totals"]["body_ids"].str.split(";").explode()
    figures["function_totals"] = totals.to_frame("body_id")
    input_checks.assert_bodies_listed(figures, bodies=bodies)
    input_checks.assert_sites_listed(read["site_decisions"], sites=sites, bodies=bodies)
    input_checks.assert_whole_days(read["crew_hours"], sites=sites)
    return read


@stage(
    "the programme and the benefits table that were supplied",
    makes=("programme_groups", "recommendations", "checklists", "benefits_handed_in"),
)
def programme(
    programme_groups: Input | None = file("programme_groups"),
    recommendations: Input | None = file("recommendations"),
    checklists: Input | None = file("checklists"),
    benefits: Input | None = file("benefits"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
) -> Made:
    """Read who meets, what was recommended, what people have to settle, and what was measured."""
    from colocate.places.programme import assert_whole

    read = read_tables({
        "programme_groups": programme_groups, "recommendations": recommendations,
        "checklists": checklists, "benefits_handed_in": benefits,
    }, words)  # fmt: skip
    assert_whole(read)
    return read


@stage(
    "times known from elsewhere, to hold ours against",
    makes=("drive_references", "published_parts", "observed_changes"),
)
def references(
    drive_references: Sequence[Input] = file("drive_references"),
    published_parts: Input | None = file("published_parts"),
    observed_changes: Input | None = file("observed_changes"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
) -> Made:
    """Read drive times, published parts of the response and observed changes."""
    read = read_tables(
        {"published_parts": published_parts, "observed_changes": observed_changes}, words
    )
    return {**read, "drive_references": read_drives(drive_references, words)}


def read_drives(files: Sequence[Input], words: Mapping[str, Mapping[str, str]], /) -> pd.DataFrame:
    """Read files of drive times known from elsewhere into one table.

    Args:
        files: what stands behind each.
        words: what words of a column are taken for, the study's own.

    Returns:
        Table `drive_references`.

    Raises:
        SchemaError: two files have a pair of one set and id.
    """
    table = TABLES["drive_references"]
    read = [io.read_table(path, table, source=given, vocabulary=words) for given, path in files]
    return check(table, joined(empty(table), *read)) if read else empty(table)


def read_tables(
    files: Mapping[str, Input | None], words: Mapping[str, Mapping[str, str]], /
) -> dict[str, pd.DataFrame]:
    """Read tables, empty where the study names no file.

    Args:
        files: what stands behind each, by table.
        words: what words of a column are taken for, the study's own.
    """
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


@stage(
    "registers, read and checked",
    makes=("sites", "overrides", "gazetteer"),
    by_part=("bodies", "boundaries", "registers", "overrides", "answers"),
)
def sites(
    bodies: pd.DataFrame,
    boundaries: pd.DataFrame,
    registers: Sequence[tuple[Register, Path]] = file("registers"),
    postcodes: Path | None = file("postcodes"),
    overrides: Input | None = file("overrides"),
    answers: Path | None = file("answers"),
    edits: Sequence[SiteEdit] = setting("edits.sites"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
    spread: Spread = ALONE,
) -> Made:
    """Read the registers, what was signed of their points, and the postcodes they name."""
    from colocate.places.edits import edit, moved
    from colocate.places.estate import registers_to_sites
    from colocate.places.plausible import origins, plausible, uncalculated
    from colocate.places.repair import repair, wanted
    from colocate.places.shares import known_shares

    read = [(register, io.read_register(path, register)) for register, path in registers]
    estate = registers_to_sites(read, bodies, vocabulary=words)
    likely = plausible(estate.sites, rows=origins(read))
    shared = known_shares(likely.sites, bodies=bodies)
    edited = edit(shared.sites, edits)
    signed = read_tables({"overrides": overrides}, words)["overrides"]
    input_checks.assert_overrides_listed(signed, sites=estate.sites)
    asked = wanted(edited.sites)
    known = (
        io.read_postcodes(postcodes, asked)
        if postcodes
        else io.packaged_postcodes(asked, spread=spread)
    )
    if answers:
        known = joined(known, io.read_answers(answers).postcodes).drop_duplicates("postcode")
    repaired = repair(edited.sites, gazetteer=known, boundaries=boundaries)
    issues = (
        uncalculated(registers), estate.issues, likely.issues, shared.issues, edited.issues,
        repaired.issues,
    )  # fmt: skip
    return {
        "sites": repaired.sites,
        "overrides": signed[~signed["site_id"].isin(moved(edits))],
        "gazetteer": repaired.gazetteer,
        "issues": joined(*issues),
    }


@stage("sites, located and checked", makes=("geocode_candidates", "located_sites"))
def locations(
    sites: pd.DataFrame,
    overrides: pd.DataFrame,
    gazetteer: pd.DataFrame,
    boundaries: pd.DataFrame,
    objects: pd.DataFrame,
    uprns: Path | None = file("uprns"),
    answers: Path | None = file("answers"),
    fire_area: str = setting("study.fire_area"),
    settings: Places = setting("places"),
) -> Made:
    """Find where each site is: of all that says so, the first without a fault."""
    from colocate.places.geocode import locate
    from colocate.places.points import Evidence, candidates
    from colocate.places.twins import twins

    evidence = Evidence(
        gazetteer=gazetteer,
        overrides=overrides,
        uprns=io.read_uprns(uprns, sites["uprn"].dropna()) if uprns else None,
        answers=io.read_answers(answers).addresses if answers else None,
    )
    points = candidates(sites, evidence=evidence, boundaries=boundaries, settings=settings)
    located = locate(
        sites,
        candidates=points,
        gazetteer=gazetteer,
        boundaries=boundaries,
        objects=objects,
        settings=settings,
        fire_area=fire_area,
    )
    input_checks.assert_any_site(located.located_sites, issues=located.issues)
    return {
        "geocode_candidates": points,
        "located_sites": located.located_sites,
        "issues": joined(located.issues, twins(located.located_sites)),
    }


@stage(
    "what was understood of it",
    makes=("input_readiness",),
    columns={
        "sites": READ,
        "located_sites": (*READ, "geocode_method", "fire_area", "police_area"),
    },
)
def understood(
    sites: pd.DataFrame,
    located_sites: pd.DataFrame,
    bodies: pd.DataFrame,
    boundaries: pd.DataFrame,
    demand_points: pd.DataFrame,
    places: pd.DataFrame,
    fire_area: str = setting("study.fire_area"),
    fire_body: str = setting("study.fire_body"),
    police_areas: tuple[str, ...] = setting("study.police_areas"),
    partners: tuple[str, ...] = setting("options.partner_hosts.services"),
    least: study.Readiness = setting("readiness"),
) -> Made:
    """Measure what share of registers, people and areas was understood."""
    from colocate.places.readiness import Subject, of_inputs

    measured = of_inputs(
        sites,
        located_sites,
        bodies=bodies,
        boundaries=boundaries,
        demand_points=demand_points,
        places=places,
        subject=Subject(fire_area, fire_body, police_areas, partners),
        least=least,
    )
    return {"input_readiness": measured}


@stage(
    "buildings and floor areas of the sites",
    makes=("site_buildings", "site_areas"),
    columns={
        "located_sites": ("site_id", "service", "roles", "body_id", "share_status", "share_with",
                          "gia_m2", "precision_m", "geometry"),
    },
)  # fmt: skip
def areas(
    located_sites: pd.DataFrame,
    site_buildings: Input | None = file("site_buildings"),
    settings: Buildings | None = setting("places.buildings"),
    words: Mapping[str, Mapping[str, str]] = setting("vocabulary"),
) -> Made:
    """Find which mapped buildings are each site's own, and its floor area as a range."""
    from colocate.places.areas import site_areas

    read = read_tables({"site_buildings": site_buildings}, words)
    outlines = read["site_buildings"]
    input_checks.assert_polygons(outlines, table="site_buildings", keys=outlines["building_id"])
    notes = input_checks.conversions(_declared({"site_buildings": site_buildings}))
    found = site_areas(located_sites, buildings=outlines, settings=settings)
    return {**read, "site_areas": found.site_areas, "issues": joined(notes, found.issues)}
