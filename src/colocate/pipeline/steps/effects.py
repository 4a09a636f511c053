"""What each option would do to fire cover and to desk access."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.tables import TABLES, empty


def _effects(job: Job) -> Made:
    from colocate.options import access, cover

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
    return {
        "cover_baseline": covered.cover_baseline,
        "cover": covered.cover,
        "access": reached,
        "issues": empty(TABLES["issues"]),
    }


STAGES = (
    Stage(
        "effects",
        "cover and access before and after",
        makes=("cover_baseline", "cover", "access"),
        run=_effects,
        modules=("options.access", "options.cover"),
        reads=("options", "located_sites", "participation", "site_to_demand", "demand_to_site",
               "demand_points"),
        settings=("response", "access"),
    ),
)  # fmt: skip
