"""What a set of options does together, on the embedded study: two ways that must agree."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from colocate.impact import relocation
from colocate.impact.access import access, desks
from colocate.impact.cover import cover
from colocate.impact.crews import Terms, crews, roster
from colocate.pipeline.locate import load_study
from colocate.portfolio import problem
from colocate.portfolio.losses import people_lost
from colocate.tables import TABLES, parts

pytestmark = pytest.mark.study


@pytest.fixture(scope="module")
def tables(study_run):
    def read(name):
        file = study_run / "tables" / f"{name}.parquet"
        return (gpd if TABLES[name].geometry else pd).read_parquet(file)

    names = {*problem.Given._fields, "participation", "demand_units", "site_to_unit",
             "unit_to_site", "portfolios", "portfolio_options", "portfolio_changes",
             "target_shares", "clearing_by_body"}  # fmt: skip
    return {name: read(name) for name in sorted(names)}


def lost(changed):
    """People who lose, of fire cover and of desk access."""
    less = (changed["chance_before"] - changed["chance_after"]).clip(lower=0) * changed["people"]
    return [less[changed["side"] == side].sum() for side in ("fire", "police")]


def test_the_best_set_loses_what_its_effects_say(tables):
    best = tables["portfolios"].set_index("portfolio_id").loc["best"]
    changed = tables["portfolio_changes"].groupby("side")["people_lost"].sum()
    assert changed.get("fire", 0.0) == pytest.approx(best["people_losing_cover"])
    assert changed.get("police", 0.0) == pytest.approx(best["people_losing_access"])
    assert best["status"] == "optimal"


def test_what_saves_the_police_counts_nothing_towards_the_fire_authority_s_target(tables):
    """Only the bodies' own money counts: what a force saves is the authority's loss here."""
    options = tables["portfolio_options"].query("portfolio_id == 'best'")["option_id"]
    shares = tables["target_shares"].query("portfolio_id == 'best' and body_id == 'all'")
    fire, forces = shares["gain_gbp"]
    saved = tables["money_by_body"]
    saved = saved[saved["option_id"].isin(options)].groupby("body_id")["net_saving_gbp"].sum()
    assert (fire, forces) == (4 * saved["dsfra"], 4 * saved["dcp"])
    assert shares["share"].iloc[0] < 0 < shares["share"].iloc[1] < 1


def test_the_rent_that_clears_leaves_nobody_of_the_best_set_worse_off(tables):
    gains = tables["clearing_by_body"].query("kind == 'portfolio' and subject_id == 'best'")
    assert (gains["after_gbp"] >= 0).all()
    assert gains["after_gbp"].sum() == gains["before_gbp"].sum()
    assert gains["before_gbp"].min() < 0


def some_set(options, draw, size):
    """Options that fit together, drawn one after the other."""
    moving, hosting, chosen = set(), set(), []
    for row in draw.permutation(len(options)).tolist():
        option = options.iloc[row]
        movers = set(parts(option["mover_site_ids"]))
        host = {option["host_site_id"]} - {None, np.nan}
        if movers & (moving | hosting) or host & moving or len(chosen) == size:
            continue
        moving, hosting, chosen = moving | movers, hosting | host, [*chosen, row]
    return chosen


@pytest.mark.parametrize("size", [5, 15, 30, 45])
def test_the_covering_sets_agree_with_the_effects(tables, study_folder, size):
    """Crews, every one there, and desks together: the same people lose, to the last one."""
    settings = load_study(study_folder / "study.toml")
    given = problem.Given(**{name: tables[name] for name in problem.Given._fields})
    rules = settings.portfolio.model_copy(update={"objective": "score"})
    wide = problem.case(
        given,
        settings=rules,
        gates=settings.gates,
        letting_in="cover",
    )
    chosen = some_set(wide.options, np.random.default_rng(size), size)
    who = relocation.moves(wide.options.iloc[chosen], given.new_sites)
    who = relocation.as_one(who, "portfolio")
    points = {"demand_points": tables["demand_units"], "tolerance": settings.tolerance}
    terms = Terms(settings.response, settings.tolerance, settings.travel.cutoff_min.value * 60)
    listed = roster(
        who, given.located_sites, participation=tables["participation"],
        demand_points=tables["demand_units"], terms=terms,
    )  # fmt: skip
    fire = crews(listed, tables["site_to_unit"])
    police = desks(
        who, given.located_sites, demand_to_site=tables["unit_to_site"], settings=settings.access,
        **points,
    )  # fmt: skip
    whole = pd.DataFrame({"option_id": ["portfolio"]})
    of_crews, of_desks = cover(whole, fire).iloc[0], access(whole, police).iloc[0]
    counted = [people_lost(side, chosen) for side in (wide.problem.cover, wide.problem.access)]
    assert counted == pytest.approx([
        of_crews["people_lost_best"], of_desks["people_lost"] + of_desks["people_lost_outside"]
    ])  # fmt: skip
    assert size < 15 or counted[0] > 0
