"""Stages of portfolio: which options together, and where stations would be sited anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.stage import setting, stage
from colocate.tables.options import MOVES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from colocate.study import BenefitRule, Figure, GateRule, Portfolio, Response, Siting, Tolerance


@stage(
    "who could lose by options together",
    makes=("points_at_stake", "stakes", "unknown_stakes"),
    columns={"options": MOVES},
)
def at_stake(
    options: pd.DataFrame,
    participation: pd.DataFrame,
    serving_sites: pd.DataFrame,
    demand_units: pd.DataFrame,
    new_sites: pd.DataFrame,
    site_to_unit: pd.DataFrame,
    unit_to_site: pd.DataFrame,
    tolerance: Tolerance = setting("tolerance"),
) -> NamedTuple:
    """Find whose cover and desk access options could take together, whatever is asked of a set."""
    from colocate.portfolio.at_stake import Given, at_stake

    given = Given(
        options=options,
        participation=participation,
        serving_sites=serving_sites,
        demand_units=demand_units,
        new_sites=new_sites,
        site_to_unit=site_to_unit,
        unit_to_site=unit_to_site,
    )
    return at_stake(given, tolerance=tolerance)


@stage(
    "options together",
    makes=("portfolios", "portfolio_options"),
    columns={
        "options": (*MOVES, "released_site_ids", "weak_site_ids"),
        "located_sites": ("site_id", "spare_m2", "gia_m2"),
        "gates": ("option_id", "gate", "outcome"),
        "money": (
            "option_id",
            "net_saving_gbp",
            "net_saving_low_gbp",
            "net_saving_high_gbp",
            "npv_gbp",
            "npv_low_gbp",
            "npv_central_gbp",
            "npv_high_gbp",
            "capital_gbp",
        ),
        "money_ranges": ("option_id", "figure", "low", "central", "high"),
    },
)
def portfolio(
    options: pd.DataFrame,
    scores: pd.DataFrame,
    gates: pd.DataFrame,
    space: pd.DataFrame,
    money: pd.DataFrame,
    money_ranges: pd.DataFrame,
    money_by_body: pd.DataFrame,
    located_sites: pd.DataFrame,
    new_sites: pd.DataFrame,
    points_at_stake: pd.DataFrame,
    stakes: pd.DataFrame,
    unknown_stakes: pd.DataFrame,
    settings: Portfolio = setting("portfolio"),
    rules: Sequence[GateRule] = setting("gates"),
) -> NamedTuple:
    """Choose the best set, the next best, and the frontier."""
    from colocate.portfolio.portfolio import portfolios
    from colocate.portfolio.problem import Given

    given = Given(
        options=options,
        scores=scores,
        gates=gates,
        space=space,
        money=money,
        money_ranges=money_ranges,
        money_by_body=money_by_body,
        located_sites=located_sites,
        new_sites=new_sites,
        points_at_stake=points_at_stake,
        stakes=stakes,
        unknown_stakes=unknown_stakes,
    )
    return portfolios(given, settings=settings, gates=rules)


@stage("stations sited anew", makes=("siting",), columns={"options": MOVES})
def siting(
    serving_sites: pd.DataFrame,
    participation: pd.DataFrame,
    site_to_demand: pd.DataFrame,
    demand_points: pd.DataFrame,
    options: pd.DataFrame,
    new_sites: pd.DataFrame,
    settings: Siting = setting("siting"),
    response: Response = setting("response"),
    cutoff_min: Figure = setting("travel.cutoff_min"),
) -> Mapping[str, pd.DataFrame]:
    """Ask the classical models of siting of the study's own stations."""
    from colocate.portfolio.siting import Given, siting

    given = Given(
        serving_sites,
        participation,
        site_to_demand=site_to_demand,
        demand_points=demand_points,
        options=options,
        new_sites=new_sites,
    )
    sited = siting(given, response=response, settings=settings, cutoff_s=cutoff_min.value * 60)
    return {"siting": sited}


@stage(
    "what is promised, and what came of it",
    makes=("benefits",),
    columns={
        "options": ("option_id", "title", "site_ids"),
        "located_sites": ("site_id", "service", "body_id"),
    },
)
def benefits(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    bodies: pd.DataFrame,
    money_by_body: pd.DataFrame,
    money_ranges: pd.DataFrame,
    cover: pd.DataFrame,
    access: pd.DataFrame,
    portfolio_options: pd.DataFrame,
    option_decisions: pd.DataFrame,
    benefits_handed_in: pd.DataFrame,
    rules: Sequence[BenefitRule] = setting("benefits"),
    fire_body: str = setting("study.fire_body"),
    as_of: dt.date = setting("study.as_of"),
) -> Mapping[str, pd.DataFrame]:
    """Write the benefits table, with what was measured where one was handed in."""
    from colocate.portfolio.benefits import Given, benefits

    given = Given(
        options,
        located_sites,
        bodies=bodies,
        money_by_body=money_by_body,
        money_ranges=money_ranges,
        cover=cover,
        access=access,
        portfolio_options=portfolio_options,
        option_decisions=option_decisions,
    )
    made = benefits(
        given, benefits_handed_in, rules=rules, fire_body=fire_body, price_year=as_of.year
    )
    return {"benefits": made}
