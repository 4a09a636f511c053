"""From which change of a time on somebody is at risk, or benefits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate import study
from colocate.impact.equality import equality
from colocate.study import Figure
from colocate.tables import TABLES, check
from options_town import demand_points

SCREEN = study.Equality(
    material_s={side: Figure(value=60, assumed="round") for side in ("fire", "police")}
)
DEMAND = demand_points(("D1", 0, 0, 1000, 1), ("D2", 0, 0, 1000, 1)).assign(
    people_65_plus=[400.0, 100.0],
    disabled_people=[200.0, 200.0],
    imd_decile=[1.0, 2.0],
    rural=[True, False],
)


def screened(before, after, *, limit=600, screen=SCREEN):
    """The row of those in rural places, where all of D1 live, after a change at D1 alone."""
    changes = pd.DataFrame({
        "option_id": ["A"], "side": ["police"], "demand_id": ["D1"], "before_s": [before],
        "after_s": [after], "chance_before": [float(before <= limit)],
        "chance_after": [float(after <= limit)],
        "people": [1000.0], "worst": [np.nan],
    })  # fmt: skip
    table = equality(changes, DEMAND, settings=screen)
    check(TABLES["equality"], table)
    return table.set_index("group").loc["rural"]


def test_seconds_below_the_floor_are_no_risk_but_stay_counted():
    row = screened(94, 116)
    assert row[["slower", "slower_most_s", "risk", "benefit"]].tolist() == [1000, 22, False, False]
    assert row["finding"] == "slowed more than average"


def test_the_floor_itself_is_material():
    assert screened(100, 160)["risk"]
    assert not screened(100, 159)["risk"]
    assert screened(160, 100)["benefit"]


def test_who_loses_or_gains_the_standard_is_a_finding_however_little_changes():
    assert screened(595, 605)["risk"]
    assert screened(605, 595)["benefit"]


def test_a_time_beyond_the_cut_off_is_a_risk_without_a_length():
    row = screened(500, np.nan)
    assert row["risk"]
    assert np.isnan(row["slower_most_s"])


def test_nothing_is_said_of_too_few_people():
    least = SCREEN.model_copy(update={"smallest_count": Figure(value=5000, assumed="round")})
    row = screened(100, 400, screen=least)
    assert row["finding"] == "too few to say"
    assert pd.isna(row["risk"])
    assert np.isnan(row["slower_most_s"])


def test_a_study_says_the_floor_for_both_sides():
    with pytest.raises(ValueError, match="fire and police"):
        study.Equality(material_s={"fire": Figure(value=10, assumed="round")})


@given(st.floats(1, 500), st.floats(11, 400))
def test_a_lower_floor_never_makes_fewer_findings(floor, more):
    lower = SCREEN.model_copy(
        update={"material_s": {s: Figure(value=floor / 2, assumed="x") for s in ("fire", "police")}}
    )
    higher = SCREEN.model_copy(
        update={"material_s": {s: Figure(value=floor, assumed="x") for s in ("fire", "police")}}
    )
    assert screened(100, 100 + more, screen=lower)["risk"] >= screened(
        100, 100 + more, screen=higher
    )["risk"]  # fmt: skip
