"""Read the study's files; locate and check the registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate import io
from colocate.pipeline.stage import Job, Made, Stage, joined
from colocate.places import input_checks
from colocate.tables import TABLES, empty

if TYPE_CHECKING:
    import pandas as pd

AREAS = ("bodies", "governance", "demand", "boundaries", "places", "objects")
"""Inputs that say where the study is and who is in it, by their names in the section `inputs`."""
SUPPLIED = ("evidence", "decisions", "costs", "partners", "functions", "benchmarks", "vehicles")
"""Tables that people who know an estate may supply; none of them need be there."""
NAMED_OTHERWISE = {"demand": "demand_points"}
"""Table behind an input that is not called as its table is."""


def _inputs(job: Job) -> Made:
    read, declared = _read(job, AREAS)
    input_checks.assert_agreed(read, head=job.study.study)
    return {**read, "issues": input_checks.conversions(declared)}


def _supplied(job: Job) -> Made:
    read, _ = _read(job, SUPPLIED)
    return {**read, "issues": empty(TABLES["issues"])}


def _read(job: Job, names: tuple[str, ...]) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Read tables, empty where the study names no file; and the CRS that files declare."""
    read, declared = {}, {}
    for name in names:
        table, file = NAMED_OTHERWISE.get(name, name), getattr(job.study.inputs, name)
        if file is None:
            read[table] = empty(TABLES[table])
            continue
        read[table] = io.read_table(job.folder / file, TABLES[table])
        if crs := io.declared_crs(job.folder / file):
            declared[table] = crs
    return read, declared


def _sites(job: Job) -> Made:
    from colocate.places.edits import edit
    from colocate.places.estate import registers_to_sites
    from colocate.places.geocode import locate

    files, tables = job.study.inputs, job.tables
    registers = [(r, io.read_register(job.folder / r.file, r)) for r in files.registers]
    estate = registers_to_sites(registers, tables["bodies"])
    edited = edit(estate.sites, job.study.edits.sites)
    wanted = edited.sites["postcode"].dropna()
    gazetteer = (
        io.read_postcodes(job.folder / files.postcodes, wanted)
        if files.postcodes
        else io.packaged_postcodes(wanted)
    )
    located = locate(
        edited.sites,
        gazetteer=gazetteer,
        boundaries=tables["boundaries"],
        objects=tables["objects"],
        settings=job.study.places,
        head=job.study.study,
    )
    input_checks.assert_any_site(located.located_sites)
    return {
        "sites": edited.sites,
        "gazetteer": gazetteer,
        "located_sites": located.located_sites,
        "issues": joined(estate.issues, edited.issues, located.issues),
    }


STAGES = (
    Stage(
        "inputs",
        "bodies, rules, demand, boundaries",
        makes=("bodies", "governance", "demand_points", "boundaries", "places", "objects"),
        run=_inputs,
        modules=("io.stored", "places.input_checks"),
        settings=("inputs.places", "inputs.objects", "study.fire_area", "study.fire_body",
                  "study.police_areas"),
        files=AREAS,
    ),
    Stage(
        "supplied",
        "evidence, decisions, costs and functions that were supplied",
        makes=SUPPLIED,
        run=_supplied,
        modules=("io.stored",),
        settings=tuple(f"inputs.{name}" for name in SUPPLIED),
        files=SUPPLIED,
    ),
    Stage(
        "sites",
        "registers, located and checked",
        makes=("sites", "gazetteer", "located_sites"),
        run=_sites,
        modules=("io.registers", "io.postcodes", "places.edits", "places.estate",
                 "places.geocode"),
        reads=("bodies", "boundaries", "objects"),
        settings=("study.fire_area", "inputs.registers", "places", "edits.sites"),
        files=("registers", "postcodes"),
    ),
)  # fmt: skip
