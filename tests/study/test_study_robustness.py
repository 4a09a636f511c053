"""How sure the ranks of the embedded study are: what the documentation promises of it."""

from __future__ import annotations

import pytest

from colocate.pipeline import runs

pytestmark = pytest.mark.study


@pytest.fixture(scope="module")
def tables(study_run):
    return runs.open_run(study_run)


def test_a_thousand_weights_and_fifty_networks(tables):
    draws = tables["robustness"].groupby("varied")["n_draws"].unique()
    assert {kind: list(count) for kind, count in draws.items()} == {
        "weights_near": [1000], "weights_any": [1000], "speeds": [50], "costs": [1000],
        "ranges": [1000], "together": [1000],
    }  # fmt: skip
    assert sorted(tables["drawn_measures"]["draw"].unique()) == list(range(1, 51))


def test_every_ranked_option_has_its_word_and_its_break_evens(tables):
    ranked = set(tables["scores"].query("rank.notna()")["option_id"])
    criteria = tables["contributions"]["criterion"].nunique()
    assert set(tables["stability"]["option_id"]) == ranked
    assert len(tables["robustness"]) == 6 * len(ranked)
    assert len(tables["break_even"]) == criteria * len(ranked)


def test_networks_were_made_anew_not_rescaled(tables):
    """Rescaled times would move the mean response of all options of a draw by one factor."""
    drives = tables["drawn_measures"].query("criterion == 'fire_response'")
    table = drives.pivot_table(index="draw", columns="option_id", values="raw").dropna(axis=1)
    table = table.loc[:, table.mean().abs() > 1]
    ratio = table.div(table.mean())
    assert ratio.std(axis=1).median() > 0.005


def test_nothing_is_robust_where_what_is_not_known_decides(tables):
    assert (tables["stability"]["word"] != "robust").all()
    assert tables["scores"]["decided_from_next"].dropna().sum() <= 1  # of some 210 neighbours


def test_what_the_order_of_the_stations_rests_on(tables):
    rests = tables["ranking_basis"].query("list == 'stations' and rank_group == 0")
    share = rests.set_index("criterion")["spread_share"]
    assert share["proximity"] > share["running_cost"] > 0.2
    assert share.drop("all").sum() == pytest.approx(1)
    assert rests.set_index("criterion").loc["all", "drive_rho"] == pytest.approx(0.5, abs=0.1)


def test_the_two_headquarters_are_first_in_their_list(tables):
    scores = tables["scores"].set_index("option_id").loc["PDC019-hq-F100"]
    assert (scores["list"], scores["rank"]) == ("headquarters", 1)


def test_an_option_that_another_dominates_is_never_first(tables):
    below = tables["stability"].query("n_dominating > 0")["option_id"]
    shares = tables["robustness"].query("varied in ['weights_near', 'weights_any']")
    assert len(below)
    assert (shares[shares["option_id"].isin(below)]["share_first"] == 0).all()
