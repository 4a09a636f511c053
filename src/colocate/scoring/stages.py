"""Stages of scoring: scores and ranks, and how sure they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.progress import SILENT, Progress
from colocate.scoring.criteria import tables_read
from colocate.spread import ALONE, Spread
from colocate.stage import also_reads, setting, stage
from colocate.tables.options import MOVES
from colocate.tables.places import CREWED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from colocate.study import (
        Access,
        Criterion,
        Figure,
        Nearness,
        Response,
        Robustness,
        Tolerance,
        Travel,
    )

    Made = Mapping[str, pd.DataFrame]

MEASURED = (*MOVES, "site_ids", "existing_share", "travel_time_s", "straight_m", "distance_m")
"""What criteria read of `options`."""


@stage("what options measure", makes=("measures",), columns={"options": MEASURED})
@also_reads(*tables_read())
def measures(
    options: pd.DataFrame,
    criteria: Sequence[Criterion] = setting("choice.scales"),
    nearness: Mapping[str, Nearness] = setting("choice.nearness"),
    **measured_on: pd.DataFrame,
) -> Made:
    """Measure the options on every criterion, and say what each measure rests on."""
    from colocate.scoring.measures import measures

    tables = {"options": options, **measured_on}
    return {"measures": measures(tables, criteria=criteria, nearness=nearness)}


@stage(
    "scores and ranks",
    makes=("contributions", "scores", "ranking_basis"),
    columns={
        "measures": ("option_id", "criterion", "list", "unit", "low", "central", "high", "basis"),
        "options": (*MEASURED, "weak_site_ids"),
        "gates": ("option_id", "gate", "outcome", "mandatory"),
        "located_sites": ("site_id", "town"),
    },
)
def scores(
    measures: pd.DataFrame,
    options: pd.DataFrame,
    gates: pd.DataFrame,
    located_sites: pd.DataFrame,
    criteria: Sequence[Criterion] = setting("choice.criteria"),
) -> Made:
    """Score and rank the options, and say what the order rests on."""
    from colocate.scoring import scoring
    from colocate.scoring.ranking_basis import ranking_basis

    contributions = scoring.contributions(measures, criteria=criteria)
    towns = located_sites.set_index("site_id")["town"].dropna().to_dict()
    scored = scoring.scores(contributions, options, gates=gates, towns=towns)
    return {
        "contributions": contributions,
        "scores": scored,
        "ranking_basis": ranking_basis(contributions, scored, options=options, criteria=criteria),
    }


@stage(
    "what to find out",
    makes=("questions",),
    columns={
        "options": ("option_id", "title", "site_ids", "mover_site_ids", "weak_site_ids"),
        "located_sites": ("site_id", "name", "body_id"),
    },
)
def questions(
    gates: pd.DataFrame,
    scores: pd.DataFrame,
    contributions: pd.DataFrame,
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    bodies: pd.DataFrame,
    criteria: Sequence[Criterion] = setting("choice.criteria"),
) -> Made:
    """List what is unknown, by what each answer is worth."""
    from colocate.scoring.questions import questions

    asked = questions(
        gates,
        scores,
        contributions=contributions,
        options=options,
        located_sites=located_sites,
        bodies=bodies,
        criteria=criteria,
    )
    return {"questions": asked}


@stage(
    "the options on networks with drawn speeds",
    makes=("drawn_measures",),
    columns={"options": MEASURED, "located_sites": CREWED},
)
def draws(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    participation: pd.DataFrame,
    demand_points: pd.DataFrame,
    snaps: pd.DataFrame,
    new_sites: pd.DataFrame,
    crew_hours: pd.DataFrame,
    road_order: pd.DataFrame,
    road_stretches: pd.DataFrame,
    road_links: pd.DataFrame,
    edge_speeds: pd.DataFrame,
    seed: int = setting("study.seed"),
    travel: Travel = setting("travel"),
    response: Response = setting("response"),
    reach: Access = setting("access"),
    tolerance: Tolerance = setting("tolerance"),
    speed_draws: int = setting("robustness.speed_draws"),
    speed_spread: Figure = setting("robustness.speed_spread"),
    nearness: Mapping[str, Nearness] = setting("choice.nearness"),
    progress: Progress = SILENT,
    spread: Spread = ALONE,
) -> Made:
    """Measure the options on as many networks as the study draws."""
    from colocate.scoring.drawn_networks import Drawn, Given, on_networks
    from colocate.scoring.draws import speed_factors
    from colocate.travel.ready_roads import ready_roads

    given = Drawn(
        options=options,
        located_sites=located_sites,
        participation=participation,
        demand_points=demand_points,
        snaps=snaps,
        new_sites=new_sites,
        crew_hours=crew_hours,
        roads=ready_roads(road_order, road_stretches, road_links),
        edge_speeds=edge_speeds,
    )
    factors = speed_factors(speed_draws, spread=speed_spread.value, seed=seed)
    terms = Given(travel, response, reach, tolerance, nearness)
    drawn = on_networks(factors, given, terms=terms, progress=progress, spread=spread)
    return {"drawn_measures": drawn}


@stage("how sure the ranks are", makes=("robustness", "stability", "break_even"))
def robustness(
    contributions: pd.DataFrame,
    scores: pd.DataFrame,
    ranking_basis: pd.DataFrame,
    drawn_measures: pd.DataFrame,
    readiness: pd.DataFrame,
    seed: int = setting("study.seed"),
    criteria: Sequence[Criterion] = setting("choice.criteria"),
    settings: Robustness = setting("robustness"),
) -> NamedTuple:
    """Rank anew under drawn weights, speeds and costs."""
    from colocate.scoring.robustness import robustness
    from colocate.tables.readiness import unfounded

    return robustness(
        contributions,
        scores,
        ranking_basis=ranking_basis,
        drawn_measures=drawn_measures,
        criteria=criteria,
        settings=settings,
        seed=seed,
        unready="; ".join(unfounded(readiness)),
    )
