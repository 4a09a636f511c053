"""Standings of known cases, worked out by hand on invented sites."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate.scoring import backtest
from colocate.tables.backtest import METHODS

KEYS = pd.Series({"A": 0.0, "B": 1.0, "C": 1.0, "D": np.inf, "E": np.inf})


@pytest.mark.parametrize(
    ("site", "behind"),
    [("A", 4 / 4), ("B", (2 + 1 / 2) / 4), ("C", (2 + 1 / 2) / 4), ("E", (0 + 1 / 2) / 4)],
)
def test_a_standing_is_the_share_behind_with_level_ones_counted_half(site, behind):
    assert backtest.standing(KEYS, site) == behind


def test_a_site_alone_has_no_standing():
    assert backtest.standing(KEYS[["A"]], "A") is None


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, np.inf]), min_size=2, max_size=9))
def test_chance_gives_one_half(keys):
    order = pd.Series(keys, index=[f"S{n}" for n in range(len(keys))])
    assert np.mean([backtest.standing(order, s) for s in order.index]) == pytest.approx(0.5)


def test_sites_are_ordered_by_their_best_option_and_those_without_stand_last():
    rows = [
        # option, list, rank_group, rank, place, sites
        ("one", "stations", 0, 1, 1, "F1;P1"),
        ("two", "stations", 0, 1, 2, "F2;P2"),
        ("crew", "stations", 2, 1, 3, "F1;P3"),
        ("later", "stations", 2, 2, 4, "F2;P1"),
        ("offices", "headquarters", 0, 1, 5, "F4;P4"),
        ("in place", "stations", 0, np.nan, np.nan, "F5;P5"),
    ]
    columns = ["option_id", "list", "rank_group", "rank", "place", "site_ids"]
    frame = pd.DataFrame(rows, columns=columns)
    best = backtest.best_options(frame[["option_id", "site_ids"]], frame.drop(columns="site_ids"))
    assert best.set_index("site_id")["option_id"].to_dict() == {
        "F1": "one", "P1": "one", "F2": "two", "P2": "two", "P3": "crew", "F4": "offices",
        "P4": "offices",
    }  # fmt: skip
    order = backtest.by_ranking(best, of=["P1", "P2", "P3", "P4", "P5"], list_name="stations")
    assert order.to_dict() == {"P1": 0, "P2": 0, "P3": 1, "P5": np.inf}


def test_baselines_are_nearest_of_another_service_and_fewest_people():
    sites = gpd.GeoDataFrame(
        {"site_id": ["F1", "P1", "P2"], "service": ["fire", "police", "police"]},
        geometry=gpd.points_from_xy([0, 300, 5000], [0, 400, 0]),
        crs=27700,
    )
    people = gpd.GeoDataFrame(
        {"people": [1000, 200]}, geometry=gpd.points_from_xy([0, 7000], [0, 0]), crs=27700
    )
    drives = pd.DataFrame(
        [("F1", "P1", 60.0), ("F1", "P2", np.nan), ("P1", "P2", 5.0)],
        columns=["site_a", "site_b", "travel_time_s"],
    )
    found = backtest.baselines(sites, drives=drives, demand_points=people)
    assert found.loc["P1"].to_list() == [500, 60, 1000]
    assert found.loc["P2"].to_list() == [5000, np.inf, 200]  # 200 people at 2,000 m: included


def _held(standings, outcome="happened"):
    sites = [f"S{n}" for n in range(len(standings))]
    held = pd.DataFrame({"site": sites, "outcome": outcome})
    return held.assign(**dict.fromkeys(METHODS, standings))


def test_averages_are_those_of_the_cases_with_a_standing():
    held = pd.concat([_held([1.0, 0.5, None]), _held([0.25], "kept").assign(site="K")])
    rest = held.set_index("site")[[*METHODS]]
    found = backtest.summary(held, against_rest=rest).set_index(["cases", "method"])
    happened = found.loc[("happened or announced", "ranking")]
    assert (happened["n"], happened["mean"]) == (2, 0.75)
    assert (happened["n_top_quarter"], happened["top_quarter"]) == (1, 0.5)
    assert found.loc[("dropped or kept", "ranking"), "mean"] == 0.25
    assert found["auc"].isna().all()
    said = " ".join(backtest.in_words(found.reset_index()))
    assert "too few: 2 of what happened or was announced" in said


def test_the_area_under_the_curve_comes_with_its_interval_from_ten_cases_on():
    """Mean 0.75; standard error 0.2635 / √10 = 0.0833; Student's t for 9 is 2.262."""
    nine, ten = (_held(([0.5, 1.0] * 5)[:n]) for n in (9, 10))
    rows = [
        backtest.summary(held, against_rest=held.set_index("site")[[*METHODS]]).iloc[0]
        for held in (nine, ten)
    ]
    assert pd.isna(rows[0]["auc"])
    assert rows[1]["auc"] == 0.75
    assert rows[1]["auc_low"] == pytest.approx(0.75 - 2.262 * 0.0833, abs=1e-3)
    assert rows[1]["auc_high"] == pytest.approx(0.75 + 2.262 * 0.0833, abs=1e-3)
    said = list(backtest.in_words(backtest.summary(ten, against_rest=ten.set_index("site"))))
    assert not any("too few" in line for line in said)
    assert "AUC 0.75 (0.56 to 0.94)" in said[1]
