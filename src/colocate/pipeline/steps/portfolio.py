"""Which options together, and where the classical models would site stations."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.tables import TABLES, empty


def _portfolio(job: Job) -> Made:
    from colocate.portfolio import portfolio, problem

    tables = {name: job.tables[name] for name in problem.Given._fields}
    made = portfolio.portfolios(
        problem.Given(**tables), settings=job.study.portfolio, gates=job.study.gates
    )
    return {**made._asdict(), "issues": empty(TABLES["issues"])}


def _together(job: Job) -> Made:
    from colocate.impact import changed_points, equality, relocation

    study, tables = job.study, job.tables
    chosen = tables["portfolio_options"]
    best = chosen.loc[chosen["portfolio_id"] == "best", "option_id"]
    options = tables["options"]
    who = relocation.moves(options[options["option_id"].isin(best)], tables["new_sites"])
    changed = changed_points.changes_together(
        who.assign(subject_id="portfolio"),
        tables["located_sites"],
        participation=tables["participation"],
        site_to_demand=tables["site_to_demand"],
        demand_to_site=tables["demand_to_site"],
        demand_points=tables["demand_points"],
        response=study.response,
        access=study.access,
    )
    screened = equality.equality(changed, tables["demand_points"], settings=study.equality)
    return {
        "portfolio_changes": changed,
        "portfolio_equality": screened,
        "issues": empty(TABLES["issues"]),
    }


def _siting(job: Job) -> Made:
    from colocate.portfolio import siting

    study, tables = job.study, job.tables
    given = siting.Given(
        tables["serving_sites"],
        tables["participation"],
        site_to_demand=tables["site_to_demand"],
        demand_points=tables["demand_points"],
        options=tables["options"],
        new_sites=tables["new_sites"],
    )
    sited = siting.siting(
        given,
        response=study.response,
        settings=study.siting,
        cutoff_s=study.travel.cutoff_min.value * 60,
    )
    return {"siting": sited, "issues": empty(TABLES["issues"])}


_GIVEN = ("options", "scores", "gates", "money", "located_sites", "participation",
          "serving_sites", "demand_points", "site_to_demand", "demand_to_site",
          "new_sites")  # fmt: skip

STAGES = (
    Stage(
        "portfolio",
        "options together",
        makes=("portfolios", "portfolio_options"),
        run=_portfolio,
        modules=("portfolio.problem", "portfolio.portfolio"),
        reads=_GIVEN,
        settings=("portfolio", "gates"),
    ),
    Stage(
        "together",
        "the best set before and after",
        makes=("portfolio_changes", "portfolio_equality"),
        run=_together,
        modules=("impact.changed_points", "impact.equality", "impact.relocation"),
        reads=("portfolio_options", "options", "new_sites", "located_sites", "participation",
               "site_to_demand", "demand_to_site",
               "demand_points"),
        settings=("response", "access", "equality"),
    ),
    Stage(
        "siting",
        "stations sited anew",
        makes=("siting",),
        run=_siting,
        modules=("portfolio.siting",),
        reads=("serving_sites", "participation", "site_to_demand",
               "demand_points", "options", "new_sites"),
        settings=("siting", "response", "travel.cutoff_min"),
    ),
)  # fmt: skip
