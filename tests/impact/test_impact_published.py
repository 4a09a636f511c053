"""Published parts and observed changes beside ours: all of them invented."""

from __future__ import annotations

import pandas as pd
import pytest

from colocate.errors import SchemaError
from colocate.impact.published import Computed, figures_held
from colocate.tables import TABLES, empty
from colocate.tables.schema import conform

ERROR = {"rounding": 0.0, "spread_share": 0.1, "period": "2025", "source": "invented",
         "basis": "published"}  # fmt: skip
BASELINE = pd.DataFrame({
    "measure": ["call_handling_s", "mean_turnout_s", "mean_drive_s", "mean_response_s", "share"],
    "value": [60.0, 200.0, 300.0, 560.0, 0.8],
})  # fmt: skip
BY_MIX = conform(TABLES["response_by_mix"], (
    {"mix": "road", "name": "Road", "case": case, "measure": "mean_drive_s", "value": value,
     "not_reached": 0.0, "basis": "recorded", "rests_on": "test"}
    for case, value in (("best", 390.0), ("expected", 400.0), ("worst", 420.0))
))  # fmt: skip


def held(*parts, changes=(), **baselines):
    usual = {"owner": "us", "mix": "dwelling", **ERROR}
    rows = [{**usual, "part_id": str(n), **row} for n, row in enumerate(parts)]
    usual = {"owner": "us", "what": "a move", "scenario_before": "now", "scenario_after": "then",
             **ERROR}  # fmt: skip
    moved = [{**usual, "change_id": str(n), **row} for n, row in enumerate(changes)]
    return figures_held(
        conform(TABLES["published_parts"], rows),
        conform(TABLES["observed_changes"], moved),
        computed=Computed({"now": BASELINE, **baselines}, BY_MIX, "now", "us"),
    )


def test_a_part_of_the_same_service_and_incidents_is_held_with_its_noise():
    found = held({"part": "drive", "seconds": 333.0}, {"part": "drive", "seconds": 334.0})
    assert found["within"].tolist() == [True, False]  # 33.3 and 33.4 s against 33 and 34 s
    assert found["like"].all()
    assert found["said"].isna().all()


def test_half_of_the_rounding_is_allowed_and_the_bound_is_within():
    error = {"rounding": 60.0, "spread_share": 0.0}
    found = held({"part": "drive", "seconds": 330.0, **error},
                 {"part": "drive", "seconds": 331.0, **error})  # fmt: skip
    assert found["within"].tolist() == [True, False]


def test_other_incidents_are_shown_as_unlike_but_handling_is_the_same_for_all():
    found = held({"part": "total", "seconds": 600.0, "mix": "primary"},
                 {"part": "handling", "seconds": 60.0, "mix": "primary"})  # fmt: skip
    assert found["like"].tolist() == [False, True]
    assert found["computed"].tolist() == [560, 60]
    assert found["said"].iloc[0].startswith("unlike")


def test_a_mix_of_the_study_is_held_with_its_cases():
    row = held({"part": "drive", "seconds": 440.0, "mix": "road"}).iloc[0]
    assert (row["computed_best"], row["computed"], row["computed_worst"]) == (390, 400, 420)
    assert row["like"]
    assert row["within"]  # 40 s off, 44 s of noise


def test_a_figure_of_another_service_is_held_against_nothing():
    row = held({"part": "total", "seconds": 600.0, "owner": "them"}).iloc[0]
    assert not row["like"]
    assert pd.isna(row["computed"])
    assert pd.isna(row["within"])
    assert "another service" in row["said"]


def test_a_change_is_that_of_the_two_scenarios():
    later = BASELINE.assign(value=[60.0, 200.0, 320.0, 580.0, 0.7])
    change = {"measure": "mean_drive_s", "before": 310.0, "after": 328.0, "rounding": 1.0}
    row = held(changes=[change], then=later).iloc[0]
    assert (row["reference"], row["computed"]) == (18, 20)
    assert row["allowed"] == pytest.approx(2.8)  # a second for two roundings, a tenth of 18
    assert row["within"]


def test_a_change_of_what_is_not_measured_is_refused_by_name():
    with pytest.raises(SchemaError, match=r"no such measure: 1 \(mean_speed\); expected some of"):
        held(changes=[{"measure": "mean_speed", "before": 1.0, "after": 2.0}], then=BASELINE)


def test_without_references_there_is_nothing_to_hold():
    found = figures_held(
        empty(TABLES["published_parts"]),
        empty(TABLES["observed_changes"]),
        computed=Computed({}, BY_MIX, "now", "us"),
    )
    assert found.empty
