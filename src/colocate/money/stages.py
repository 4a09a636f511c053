"""Stages of money: what each option costs and saves, and who would pay and gain what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.spread import ALONE, Spread
from colocate.stage import setting, stage
from colocate.tables.options import MOVES
from colocate.tables.places import SERVES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from colocate.study import Figure, Money, Target


RELEASES = (*MOVES, "site_ids", "released_site_ids", "existing_share")
"""What tells which sites an option changes, of `options`."""
PRICED = (
    *SERVES, "name", "body_id", "crewing", "tenure", "lease_end", "break_date", "gia_m2",
    "annual_running_cost_gbp", "geometry",
)  # fmt: skip
"""What a site's running cost and its release rest on, of `located_sites`."""


@stage(
    "money",
    makes=(
        "running_costs",
        "money",
        "money_ranges",
        "cash_flows",
        "money_by_body",
        "switching_values",
    ),
    columns={"options": RELEASES, "located_sites": PRICED},
)
def money(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    bodies: pd.DataFrame,
    costs: pd.DataFrame,
    benchmarks: pd.DataFrame,
    site_areas: pd.DataFrame,
    deflators: pd.DataFrame,
    settings: Money = setting("money"),
    as_of: dt.date = setting("study.as_of"),
) -> Mapping[str, pd.DataFrame]:
    """Appraise every option, and gather what sites cost today."""
    from colocate.money.appraisal import money
    from colocate.money.cases import listed
    from colocate.money.prices import prices
    from colocate.money.running_costs import estimates, running_costs

    known = estimates(
        located_sites,
        areas=site_areas,
        prices=prices(deflators, year=as_of.year),
        settings=settings,
    )
    asked = listed(
        options,
        located_sites,
        costs=costs,
        estimates=known,
        bodies=bodies,
        settings=settings,
        as_of=as_of,
    )
    return {
        **money(asked)._asdict(),
        "running_costs": running_costs(located_sites, benchmarks=benchmarks, estimates=known),
    }


@stage(
    "who would pay and gain what",
    makes=("apportionment", "principles"),
    columns={
        "money": ("option_id", "npv_gbp"),
        "options": ("option_id", "site_ids"),
        "located_sites": ("site_id", "body_id", "gia_m2"),
    },
)
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


@stage(
    "who would pay and gain what, as ranges",
    makes=("apportionment_ranges", "principle_ranges", "sharing_constraints"),
    columns={
        "options": RELEASES,
        "located_sites": tuple(name for name in PRICED if name != "name"),
    },
    by_part=("options", "located_sites", "costs", "site_areas", "deflators", "portfolio_options"),
)
def sharing(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    bodies: pd.DataFrame,
    costs: pd.DataFrame,
    site_areas: pd.DataFrame,
    deflators: pd.DataFrame,
    partners: pd.DataFrame,
    portfolio_options: pd.DataFrame,
    settings: Money = setting("money"),
    targets: Sequence[Target] = setting("targets"),
    as_of: dt.date = setting("study.as_of"),
    spread: Spread = ALONE,
) -> NamedTuple:
    """Share out each option, the best set and each joint target, priors standing for the rest."""
    from colocate.money.cases import listed
    from colocate.money.prices import prices
    from colocate.money.range_apportionment import apportion
    from colocate.money.running_costs import estimates

    known = estimates(
        located_sites,
        areas=site_areas,
        prices=prices(deflators, year=as_of.year),
        settings=settings,
    )
    asked = listed(
        options,
        located_sites.assign(name=located_sites["site_id"]),  # ranges tell no site's name
        costs=costs,
        estimates=known,
        bodies=bodies,
        settings=settings,
        as_of=as_of,
    )
    best = portfolio_options["portfolio_id"] == "best"
    return apportion(
        asked.options,
        partners=partners,
        bodies=bodies,
        chosen=list(portfolio_options.loc[best, "option_id"]),
        targets=targets,
        as_of=as_of,
        settings=settings,
        spread=spread,
    )


@stage(
    "the rent that clears",
    makes=("clearing_rents", "clearing_by_body", "clearing_principles"),
    columns={
        "money": ("option_id", "npv_gbp", "basis"),
        "options": (*MOVES, "site_ids"),
        "located_sites": ("site_id", "body_id"),
    },
)
def clearing(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    bodies: pd.DataFrame,
    money: pd.DataFrame,
    money_by_body: pd.DataFrame,
    cash_flows: pd.DataFrame,
    portfolio_options: pd.DataFrame,
    settings: Money = setting("money"),
    as_of: dt.date = setting("study.as_of"),
    cost_spread: Figure = setting("robustness.cost_spread"),
) -> NamedTuple:
    """Find what partners would pay each other so that nobody loses; after the portfolio."""
    from colocate.money.settlement import Given, clearing

    given = Given(
        options=options,
        located_sites=located_sites,
        bodies=bodies,
        money=money,
        money_by_body=money_by_body,
        cash_flows=cash_flows,
        portfolio_options=portfolio_options,
    )
    return clearing(given, settings=settings, as_of=as_of, cost_spread=cost_spread.value)


@stage("what counts towards each target", makes=("target_shares",))
def target_shares(
    portfolio_options: pd.DataFrame,
    bodies: pd.DataFrame,
    money_by_body: pd.DataFrame,
    cash_flows: pd.DataFrame,
    clearing_by_body: pd.DataFrame,
    targets: Sequence[Target] = setting("targets"),
    as_of: dt.date = setting("study.as_of"),
) -> Mapping[str, pd.DataFrame]:
    """Hold what falls to each body against the target that is its own."""
    from colocate.money.target_shares import target_shares

    shares = target_shares(
        portfolio_options,
        cash_flows=cash_flows,
        money_by_body=money_by_body,
        clearing_by_body=clearing_by_body,
        bodies=bodies,
        targets=targets,
        as_of=as_of,
    )
    return {"target_shares": shares}
