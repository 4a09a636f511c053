"""Stages of money: what each option costs and saves, and who would pay and gain what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.stage import setting, stage

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd

    from colocate.study import Money


@stage(
    "money",
    makes=("running_costs", "money", "cash_flows", "money_by_body", "switching_values",
           "function_baseline"),
)  # fmt: skip
def money(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    bodies: pd.DataFrame,
    costs: pd.DataFrame,
    benchmarks: pd.DataFrame,
    functions: pd.DataFrame,
    settings: Money = setting("money"),
    as_of: dt.date = setting("study.as_of"),
) -> Mapping[str, pd.DataFrame]:
    """Appraise every option, and gather what sites and functions cost today."""
    from colocate.money.appraisal import money
    from colocate.money.function_baseline import baseline
    from colocate.money.running_costs import running_costs

    appraised = money(
        options, located_sites, costs=costs, bodies=bodies, settings=settings, as_of=as_of
    )
    return {
        **appraised._asdict(),
        "running_costs": running_costs(located_sites, benchmarks=benchmarks, settings=settings),
        "function_baseline": baseline(functions, bodies=bodies),
    }


@stage("who would pay and gain what", makes=("apportionment", "principles"))
def apportionment(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    bodies: pd.DataFrame,
    cash_flows: pd.DataFrame,
    money: pd.DataFrame,
    partners: pd.DataFrame,
    portfolio_options: pd.DataFrame,
    settings: Money = setting("money"),
    as_of: dt.date = setting("study.as_of"),
) -> NamedTuple:
    """Share out each option and the chosen set; after the portfolio, which is shared as one."""
    from colocate.money.apportionment import apportion

    best = portfolio_options["portfolio_id"] == "best"
    return apportion(
        options,
        located_sites,
        cash_flows=cash_flows,
        money=money,
        partners=partners,
        bodies=bodies,
        as_of=as_of,
        settings=settings,
        chosen=portfolio_options.loc[best, "option_id"],
    )
