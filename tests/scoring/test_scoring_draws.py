from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from colocate.scoring import drawn_networks, draws
from colocate.scoring.dominance import dominating
from colocate.tables import TABLES, check
from colocate.travel.draws import Drawn
from colocate.travel.od_array import OdArray
from options_town import option, options
from scoring_cases import drawn


def costs(ids, *, assumed=False, spread=0.25, count=50):
    given = np.full(len(ids), assumed)
    return draws.cost_factors(ids, assumed=given, count=count, spread=spread, seed=7)


def test_weights_near_keep_the_agreed_mean_and_the_stated_spread():
    found = draws.weights_near([30, 20, 50], count=20_000, concentration=50, seed=1)
    shares = np.array([0.3, 0.2, 0.5])
    assert found.sum(axis=1) == pytest.approx(1)
    assert found.mean(axis=0) == pytest.approx(shares, abs=0.003)
    assert found.std(axis=0) == pytest.approx(np.sqrt(shares * (1 - shares) / 51), rel=0.03)


def test_a_criterion_that_weighs_nothing_is_drawn_so_near_but_not_anywhere():
    near = draws.weights_near([1, 0, 1], count=50, concentration=5, seed=1)
    assert (near[:, 1] == 0).all()
    assert (draws.weights_any(3, count=50, seed=1)[:, 1] > 0).all()


def test_weights_anywhere_are_even():
    found = draws.weights_any(4, count=20_000, seed=1)
    assert found.sum(axis=1) == pytest.approx(1)
    assert found.mean(axis=0) == pytest.approx([0.25] * 4, abs=0.005)
    assert (found > 0.5).mean(axis=0) == pytest.approx([0.5**3] * 4, abs=0.01)  # a corner's volume


def test_streams_have_names_and_seeds():
    first = draws.stream("a", seed=1).random(4)
    assert (draws.stream("a", seed=1).random(4) == first).all()
    assert not np.isin(draws.stream("b", seed=1).random(4), first).any()
    assert not np.isin(draws.stream("a", seed=2).random(4), first).any()


def test_speed_factors_are_within_the_spread_and_differ_by_class_group():
    found = draws.speed_factors(500, spread=0.15, seed=1)
    assert list(found.index[[0, -1]]) == [1, 500]
    assert found.min().min() >= 0.85
    assert found.max().max() <= 1.15
    assert abs(np.corrcoef(found.T)[~np.eye(4, dtype=bool)]).max() < 0.15


def test_a_new_option_changes_no_other_option_s_costs():
    assert (costs(["A", "B"]) == costs(["A", "Z", "B"])[:, [0, 2]]).all()


def test_recorded_costs_vary_each_for_itself_assumed_ones_in_part_alike():
    own, both = costs(["A", "B"], count=4000), costs(["A", "B"], assumed=True, count=4000)
    assert own.min() >= 0.75
    assert own.max() <= 1.25
    assert np.corrcoef(own.T)[0, 1] == pytest.approx(0, abs=0.05)
    assert np.corrcoef(both.T)[0, 1] == pytest.approx(0.5, abs=0.05)
    assert both / own == pytest.approx((both / own)[:, [0, 0]])  # the same factor on top


def test_no_spread_is_no_change():
    assert (costs(["A", "B"], assumed=True, spread=0) == 1).all()
    assert (draws.speed_factors(3, spread=0, seed=1) == 1).all(axis=None)


def test_drawn_measures_of_two_networks():
    listed = options(option("A", "into_fire", members="FA;PA"),
                     option("B", "both_to_new", members="FA;PA;PC", distance_m=9000.0),
                     option("C", "both_to_new", members="FA;PA;PB", distance_m=9000.0))  # fmt: skip
    drives = {("FA", "PA"): 20.0, ("PA", "FA"): 30.0, ("FA", "PB"): 40.0, ("PB", "FA"): 10.0,
              ("PA", "PB"): 5.0, ("FA", "PC"): 301.0, ("PC", "FA"): 300.0, ("PA", "PC"): 1.0,
              ("PC", "PA"): 1.0}  # fmt: skip
    sites = pd.Index(["FA", "PA", "PB", "PC"])
    between = np.array([[drives.get((start, end), np.inf) for end in sites] for start in sites])
    nobody = OdArray(sites[:0], sites[:0], np.empty((0, 0)))
    slow, fast = (Drawn(nobody, nobody, sites, between / factor) for factor in (1, 10))
    after = {id(slow): 90.0, id(fast): 110.0}

    def cover(times):
        return {"option_id": ["B"], "people_before": [100.0], "people_after": [after[id(times)]],
                "mean_response_before_s": [500.0], "mean_response_after_s": [503.0]}  # fmt: skip

    def access(_):
        return {"option_id": ["A"], "people_before": [50.0], "people_after": [70.0],
                "basis": ["recorded"]}  # fmt: skip

    how = draws.Measures(listed, {}, drawn_networks._driven(listed), cover, access)
    found = draws.drawn_measures(how, {3: slow, 12: fast})
    expected = {
        (draw, *key): value
        for draw, more, band in ((3, -10, 3), (12, 10, 2))
        for key, value in {
            ("A", "police_access"): 20, ("A", "proximity"): 1, ("B", "fire_cover"): more,
            ("B", "fire_response"): 3, ("B", "proximity"): band,
            ("C", "proximity"): np.nan,  # PB to PA is not known
        }.items()
    }  # fmt: skip
    pd.testing.assert_frame_equal(found, drawn(expected))
    check(TABLES["drawn_measures"], found)


def test_dominance_by_hand():
    values = np.array([[0.5, 0.5], [0.5, 0.6], [0.9, 0.0], [0.5, 0.5], *[[0.0, 0.0]] * 3])
    found = dominating(
        values, lists=np.array([0, 0, 0, 0, 0, 0, 1]), groups=np.array([0, 0, 0, 0, 1, 0, 0])
    )
    pairs = {(worse, int(better)) for worse, over in found for better in over}
    # equals do not dominate; nor does another rank group or list
    assert pairs == {(0, 1), (3, 1), *((5, better) for better in range(4))}


@pytest.mark.parametrize("seed", [0, 42, 2**32 - 1, 2**32, 2**70 + 5])
def test_a_stream_hangs_on_the_seed_and_every_letter_of_its_name(seed):
    plain = np.random.default_rng(np.random.SeedSequence([seed, *b"costs/A\xc3\xa9"]))
    assert draws.stream("costs/Aé", seed=seed).random(3).tolist() == plain.random(3).tolist()
