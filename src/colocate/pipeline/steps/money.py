"""What each option would cost and save, and who would pay and gain what."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.tables import TABLES, empty


def _money(job: Job) -> Made:
    from colocate.money import appraisal, function_baseline, running_costs

    study, tables = job.study, job.tables
    found = appraisal.money(
        tables["options"],
        tables["located_sites"],
        costs=tables["costs"],
        bodies=tables["bodies"],
        settings=study.money,
        as_of=study.study.as_of,
    )
    return {
        **found._asdict(),
        "running_costs": running_costs.running_costs(
            tables["located_sites"], benchmarks=tables["benchmarks"], settings=study.money
        ),
        "function_baseline": function_baseline.baseline(
            tables["functions"], bodies=tables["bodies"]
        ),
    }


def _apportionment(job: Job) -> Made:
    from colocate.money import apportionment

    tables = job.tables
    chosen = tables["portfolio_options"]
    shared = apportionment.apportion(
        tables["options"],
        tables["located_sites"],
        cash_flows=tables["cash_flows"],
        money=tables["money"],
        partners=tables["partners"],
        bodies=tables["bodies"],
        as_of=job.study.study.as_of,
        settings=job.study.money,
        chosen=chosen.loc[chosen["portfolio_id"] == "best", "option_id"],
    )
    return {**shared._asdict(), "issues": empty(TABLES["issues"])}


STAGES = (
    Stage(
        "money",
        "money",
        makes=("running_costs", "money", "cash_flows", "money_by_body", "switching_values",
               "function_baseline"),
        run=_money,
        modules=("money.appraisal", "money.running_costs", "money.function_baseline"),
        reads=("options", "located_sites", "bodies", "costs", "benchmarks", "functions"),
        settings=("money", "study.as_of"),
    ),
)  # fmt: skip

SHARED = (
    Stage(
        "apportionment",
        "who would pay and gain what",
        makes=("apportionment", "principles"),
        run=_apportionment,
        modules=("money.apportionment",),
        reads=("options", "located_sites", "bodies", "cash_flows", "money", "partners",
               "portfolio_options"),
        settings=("money", "study.as_of"),
    ),
)  # fmt: skip
"""Comes after the portfolio: the chosen set is shared out as one."""
