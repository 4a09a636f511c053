from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from colocate.scoring.bands import banded, list_of
from colocate.scoring.ranking import millionths


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
