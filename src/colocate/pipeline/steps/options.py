"""What could be looked into, and where a new shared site could stand."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage, joined


def _options(job: Job) -> Made:
    from colocate.candidates.generate import generate
    from colocate.candidates.scenario_filter import offered

    made = generate(
        job.tables["located_sites"],
        job.tables["today_site_to_site"],
        settings=job.study.options,
        head=job.study.study,
    )
    offer = offered(
        made.options,
        job.tables["located_sites"],
        bodies=job.tables["bodies"],
        offer=job.study.edits.offer,
    )
    issues = joined(made.issues, offer.issues)
    return {**made._asdict(), "options": offer.options, "issues": issues}


def _search(job: Job) -> Made:
    from colocate.travel import areas_of_search, roads

    study, tables = job.study, job.tables
    areas = tables["boundaries"]
    own = (areas["kind"] == "fire_area") & (areas["name"] == study.study.fire_area)
    allowed = {rule.id: rule.threshold.value for rule in study.gates if rule.threshold}
    searched = areas_of_search.areas_of_search(
        tables["options"],
        tables["serving_sites"],
        snaps=tables["today_snaps"],
        demand_points=tables["demand_points"],
        od={
            "from_site": tables["today_site_to_demand"],
            "to_site": tables["today_demand_to_site"],
        },
        roads=roads.Roads(**{name: tables[name] for name in roads.Roads._fields}),
        terms=areas_of_search.Terms(
            area=areas[own],
            least_s=study.options.group_limit_min.value * 60,
            most_s=study.options.drive_tier_min.value * 60,
            allowed_loss={
                "from_site": allowed.get("fire_cover", 0.0),
                "to_site": allowed.get("police_access", 0.0),
            },
        ),
        settings=study.travel,
    )
    return searched._asdict()


STAGES = (
    Stage(
        "options",
        "pairs, clusters and options",
        makes=("participation", "pairs", "clusters", "options"),
        run=_options,
        modules=("candidates.generate", "candidates.scenario_filter"),
        reads=("located_sites", "today_site_to_site", "bodies"),
        settings=("study.fire_body", "study.fire_area", "options", "edits.offer"),
    ),
    Stage(
        "search",
        "areas of search for new sites",
        makes=("areas_of_search",),
        run=_search,
        modules=("travel.areas_of_search",),
        reads=("options", "serving_sites", "today_snaps", "demand_points",
               "today_site_to_demand", "today_demand_to_site", "road_nodes",
               "road_edges", "edge_speeds", "turns", "boundaries"),
        settings=("travel", "options", "gates", "study.fire_area"),
    ),
)  # fmt: skip
