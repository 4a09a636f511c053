from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from colocate.scoring.bands import banded, list_of
from colocate.scoring.ranking import millionths
from colocate.scoring.scoring import on_scale
from colocate.scoring.summary import _guessed
from scoring_cases import ON_UNIT_SCALES


def options(kind, **measures):
    return pd.DataFrame({"kind": [kind], "straight_m": 9000.0, "distance_m": 9000.0, **measures})


@pytest.mark.parametrize(
    ("kind", "name"),
    [("into_fire", "stations"), ("touchdown", "stations"), ("hq", "headquarters"),
     ("depot", "depots"), ("training", "training")],
)  # fmt: skip
def test_each_kind_is_ranked_in_its_list(kind, name):
    assert list_of(options(kind)).tolist() == [name]


@pytest.mark.parametrize("kind", ["hq", "depot", "training"])
@pytest.mark.parametrize(("drive_s", "band"), [(900, 2), (901, 3)])
def test_offices_depots_and_training_are_a_short_drive_apart_up_to_a_quarter_of_an_hour(
    kind, drive_s, band
):
    found = banded(options(kind, travel_time_s=[float(drive_s)]), nearness={})
    assert found["band"].tolist() == [band]


def test_scores_are_told_apart_to_a_millionth_half_up():
    assert millionths(np.array([2.0000005, 2.0000004])).tolist() == [2_000_001, 2_000_000]


def test_values_have_six_decimals():
    found = on_scale(
        np.array([0.1234567, 2, -1]), lists=["stations"] * 3, criterion=ON_UNIT_SCALES[0]
    )
    assert found.tolist() == [0.123457, 1, 0]


@pytest.mark.parametrize(("share", "against"), [(-0.004, False), (-0.006, True)])
def test_what_rounds_to_nothing_works_against_nothing(share, against):
    assert ("works against it" in _guessed(share)) is against
