"""What the order rests on, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.scoring.ranking_basis import drive_rho
from colocate.scoring.summary import rests_on
from colocate.tables import TABLES, check
from scoring_cases import CRITERIA, ON_UNIT_SCALES, basis_of, run

LABELS = {c.id: c.label for c in CRITERIA}


def rests(raw, criteria=CRITERIA):
    found = check(TABLES["ranking_basis"], basis_of(*run(raw, criteria), criteria))
    return found.set_index("criterion")


def test_shares_of_the_spread_by_hand():
    # contributions 50, 0 and 0, 10 of scores 50, 10: (25 × 20 + 25 × 20) / 800 and less for B
    found = rests({"A": (1, 0), "B": (0, 0.2)}, ON_UNIT_SCALES)
    assert found["spread_share"].tolist() == pytest.approx([1.25, -0.25, 1])
    assert found["varies"].tolist() == [True, True, True]


def test_a_criterion_that_does_not_vary_makes_nothing_of_the_spread():
    found = rests({"A": (0, 0, 9000), "B": (0, 0, 18_000)})
    assert found.loc["fire_cover", ["varies", "n_values", "spread_share"]].tolist() == [False, 1, 0]
    assert found.loc["running_cost", "spread_share"] == pytest.approx(1)


def test_what_is_assumed_of_the_spread_is_that_of_the_options_that_lack_it():
    # savings 45,000 known, 12,000 centre, 3,000 known: 50, 13.3, 3.3 points, mean 22.2
    found = rests({"A": (0, 0, 45_000), "B": (0, 0, None), "C": (0, 0, 3000)})
    apart = [27.7778, -8.8889, -18.8889]
    share = apart[1] ** 2 / sum(each**2 for each in apart)
    assert found.loc["all", "spread_assumed"] == pytest.approx(share, abs=1e-4)
    assert found.loc["running_cost", "assumed_share"] == pytest.approx(1 / 3)
    assert found.loc["all", "assumed_share"] == pytest.approx(0.5 / 3)
    assert found.loc["all", "n_decided"] == 0


def test_an_order_of_equals_has_no_spread():
    found = rests({"A": (0, 0, 0), "B": (0, 0, 0)})
    assert found["spread_share"].isna().all()
    assert found.loc["all", ["varies", "n_values"]].tolist() == [False, 1]


def test_a_sort_by_drive_time_correlates_fully():
    drive = np.array([60.0, 120.0, 300.0, np.nan])
    assert drive_rho(np.array([3.0, 2.0, 1.0, 9.0]), drive) == 1
    assert drive_rho(np.array([1.0, 2.0, 3.0, 9.0]), drive) == -1
    assert drive_rho(np.array([1.0, 1.0]), drive[:2]) is None


def test_it_is_said_in_words():
    raw = {"A": (0, 0, 45_000), "B": (0, 0, None), "C": (0, 300, 3000)}
    said = rests_on(basis_of(*run(raw)), labels=LABELS)
    assert said.startswith("The order of these 3 options rests on running cost (")
    assert "; net fire cover is the same for all. " in said
    assert "2 neighbours in the order are told apart by more than what is not known. " in said
    assert rests_on(basis_of(*run(raw)), labels=LABELS, rank_group=3) == ""


def test_pairs_are_told_apart_where_their_ranges_do_not_meet():
    """A saves 45,000, C 3,000, and B anything; at its centre, 12,000, B is apart from both."""
    found = rests({"A": (0, 0, 45_000), "B": (0, 0, None), "C": (0, 0, 3000)})
    assert found["n_separated"].to_dict() == {
        "fire_cover": 1, "proximity": 1, "running_cost": 3, "all": 1,
    }  # fmt: skip
    assert found.loc["all", "n_different"] == 3


def test_what_would_tell_more_apart_is_said():
    raw = {"A": (0, 0, 45_000), "B": (0, 0, None), "C": (0, 0, 3000)}
    assert rests_on(basis_of(*run(raw)), labels=LABELS).endswith(
        "So told apart of all 3 pairs: 1. Were a criterion known for every option, at the centre "
        "of its range, it would be 3 with running cost."
    )


def test_one_option_is_compared_with_nothing():
    said = rests_on(basis_of(*run({"A": (0, 0, 0)})), labels=LABELS)
    assert said == "One option, so nothing is compared."


RAW = st.one_of(st.none(), st.floats(-1e5, 1e5))


@given(raw=st.dictionaries(st.sampled_from("ABCDEF"), st.tuples(RAW, RAW, RAW), min_size=1))
@settings(max_examples=20)
def test_shares_add_up_to_one(raw):
    shares = rests(raw)["spread_share"]
    assert shares.isna().all() or shares.drop("all").sum() == pytest.approx(1, abs=1e-6)
