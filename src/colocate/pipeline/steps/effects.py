"""What each option would do to both services and to people."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.tables import TABLES, empty


def _new_travel(job: Job) -> Made:
    from colocate.travel import new_sites, roads

    tables = job.tables
    found = new_sites.new_sites(tables["areas_of_search"])
    made = new_sites.new_travel(
        found,
        tables["demand_points"],
        today_snaps=tables["today_snaps"],
        roads=roads.Roads(**{name: tables[name] for name in roads.Roads._fields}),
        road_order=tables["road_order"],
        settings=job.study.travel,
    )
    return {"new_sites": found, **made._asdict()}


def _effects(job: Job) -> Made:
    from colocate.impact import access, changed_points, cover, effects, relocation

    study, tables = job.study, job.tables
    about = (tables["options"], tables["located_sites"])
    given = {name: tables[name] for name in ("participation", "demand_points", "new_sites")}
    covered = cover.cover(
        *about, **given, site_to_demand=tables["site_to_demand"], response=study.response
    )
    del given["participation"]
    desks = access.access(
        *about, **given, demand_to_site=tables["demand_to_site"], settings=study.access
    )
    both = {
        name: tables[name]
        for name in ("participation", "site_to_demand", "demand_to_site", "demand_points")
    } | {"response": study.response, "access": study.access}
    who = relocation.moves(tables["options"], tables["new_sites"])
    return {
        **covered._asdict(),
        "access": desks,
        "effects": effects.effects(
            *about, **both, site_to_site=tables["site_to_site"], new_sites=tables["new_sites"]
        ),
        "changes": changed_points.changes_together(who, tables["located_sites"], **both),
        "issues": empty(TABLES["issues"]),
    }


def _equality(job: Job) -> Made:
    from colocate.impact.equality import equality

    tables = job.tables
    unknown = [
        (option_id, side)
        for side, table in (("fire", "cover"), ("police", "access"))
        for option_id in tables[table].loc[~tables[table]["known"], "option_id"]
    ]
    screened = equality(
        tables["changes"], tables["demand_points"], unknown=unknown, settings=job.study.equality
    )
    return {"equality": screened, "issues": empty(TABLES["issues"])}


STAGES = (
    Stage(
        "new_travel",
        "travel times of new shared sites",
        makes=("new_sites", "snaps", "site_to_demand", "demand_to_site", "site_to_site"),
        run=_new_travel,
        modules=("travel.new_sites",),
        reads=("areas_of_search", "today_snaps", "demand_points", "road_nodes", "road_edges",
               "edge_speeds", "turns", "road_order"),
        settings=("travel",),
    ),
    Stage(
        "effects",
        "both services before and after",
        makes=("cover_baseline", "cover", "access", "effects", "changes"),
        run=_effects,
        modules=("impact.access", "impact.changed_points", "impact.cover", "impact.effects",
                 "impact.relocation"),
        reads=("options", "located_sites", "participation", "site_to_demand", "demand_to_site",
               "site_to_site", "demand_points", "new_sites"),
        settings=("response", "access"),
    ),
    Stage(
        "equality",
        "who gains and who loses",
        makes=("equality",),
        run=_equality,
        modules=("impact.equality",),
        reads=("cover", "access", "changes", "demand_points"),
        settings=("equality",),
    ),
)  # fmt: skip
