"""Read the study's files; locate and check the registers."""

from __future__ import annotations

from colocate import io
from colocate.pipeline import agreement
from colocate.pipeline.stage import Job, Made, Stage, joined
from colocate.tables import TABLES, empty


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
        "issues": joined(estate.issues, located.issues),
    }


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
)  # fmt: skip
