from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from colocate import study
from colocate.errors import ScoringError
from colocate.pipeline import embedded_study
from colocate.pipeline.locate import load_study
from colocate.scoring import criteria
from colocate.scoring.criteria import REGISTRY, Measured
from colocate.scoring.measures import measures
from colocate.tables import TABLES, check
from colocate.tables.choice import MEASURES
from colocate.tables.effects import ACCESS, COVER
from colocate.tables.gates import APPROVALS
from colocate.tables.money import MONEY
from colocate.tables.schema import conform
from options_town import option, options

if TYPE_CHECKING:
    import pandas as pd

A, B = (option(id_, "into_fire", members="FA;PA", travel_time_s=20.0) for id_ in "AB")


@pytest.fixture
def tenths(monkeypatch):
    """A criterion of its own, with a range: register it, and forget it afterwards."""
    monkeypatch.setattr(criteria, "REGISTRY", dict(REGISTRY))

    @criteria.criterion("tenths", label="Tenths", meaning="A tenth of the drive", unit="ds",
                        source="invented", scale=study.Scale(
                            worst=study.Figure(value=60, assumed="invented"),
                            best=study.Figure(value=0, assumed="invented")))  # fmt: skip
    def measure(options: pd.DataFrame) -> Measured:
        drive = options.set_index("option_id")["travel_time_s"].drop("B") / 10
        return Measured(drive, basis="assumed", low=drive - 1, high=drive + 2)

    return measure


def measured(tables, *ids, nearness=None):
    """`measures` on registered criteria."""
    listed = [
        study.Criterion.model_validate({**criteria.defaults()[id_], "id": id_, "weight": 1})
        for id_ in ids
    ]
    return check(MEASURES, measures(tables, criteria=listed, nearness=nearness or {}))


@pytest.mark.parametrize("each", REGISTRY.values(), ids=list(REGISTRY))
def test_a_criterion_is_described_and_reads_tables_there_are(each):
    assert all((each.label, each.meaning, each.unit, each.source))
    assert set(each.reads) <= set(TABLES)
    assert all(s.worst.value != s.best.value for s in (each.scale, *each.lists.values()))


def test_what_moves_with_speeds_reads_only_what_is_made_on_each_network():
    assert set(criteria.tables_read(varied="speeds")) <= {"options", "cover", "access"}


@pytest.mark.usefixtures("tenths")
def test_a_new_criterion_is_one_function():
    """Registered, it is measured, with its range; an option it says nothing of is missing."""
    found = measured({"options": options(A, B)}, "tenths")
    assert found.loc[0, ["low", "central", "high"]].tolist() == [1, 2, 4]
    assert found.loc[1, ["low", "central", "high"]].tolist() == [0, 30, 60]
    assert found["basis"].tolist() == ["assumed", "missing"]
    assert found["rests_on"].tolist() == [
        "invented",
        "Not known: its centre is taken as all such have it, assumed: the middle of the scale.",
    ]
    assert found["unit"].tolist() == ["ds", "ds"]


@pytest.mark.usefixtures("tenths")
def test_a_study_may_leave_to_the_registry_what_it_does_not_say(tmp_path):
    file = tmp_path / "study.toml"
    text = embedded_study("example").read_text(encoding="utf-8")
    entry = '[[choice.criteria]]\nid = "tenths"\nweight = 5\nworst = 30\n\n'
    file.write_text(text.replace("[[choice.criteria]]", f"{entry}[[choice.criteria]]", 1), "utf-8")
    read = load_study(file).choice.criteria[0]
    assert (read.label, read.meaning, read.unit) == ("Tenths", "A tenth of the drive", "ds")
    assert (read.worst.value, read.best.value) == (30, 0)
    assert read.best.ground == "assumed: invented"


def test_an_entry_of_no_known_criterion_must_say_everything(tmp_path):
    file = tmp_path / "study.toml"
    text = embedded_study("example").read_text(encoding="utf-8")
    file.write_text(re.sub('id = "proximity"\nlabel.*', 'id = "beauty"', text, count=1), "utf-8")
    with pytest.raises(study.StudyError, match=r"criteria\.\d\.label: missing setting"):
        load_study(file)


def test_a_criterion_nobody_registered_is_an_error():
    with pytest.raises(ScoringError, match="no measure for 1 \\(beauty\\)"):
        criteria.registered(["beauty"])


def test_measures_come_from_the_tables_of_the_options():
    listed = options(option("A", "into_fire", members="FA;PA", travel_time_s=20.0))
    cover = conform(COVER, [{"option_id": "A", "fire_changes": True, "known": True,
        "people_before": 100.0, "people_after": 90.0, "fires_before": 1.0,
        "mean_response_before_s": 500.0, "mean_response_after_s": 503.0}])  # fmt: skip
    access = conform(ACCESS, [{"option_id": "A", "desk_changes": True, "known": True,
        "people_before": 50.0, "people_after": 70.0, "basis": "assumed"}])  # fmt: skip
    money = conform(
        MONEY,
        [
            {
                "option_id": "A",
                "basis": "unknown",
                "value_for_money": "unknown",
                "price_year": 2026,
                "note": "Nobody says.",
            }
        ],
    )
    path = [("a", "approve"), ("a", "consult"), ("b", "agree"), ("c", "notify"),
            ("unverified", "approve")]  # fmt: skip
    approvals = conform(
        APPROVALS,
        ({"option_id": "A", "step": i, "body_id": b, "body": b, "action": a, "citation": "c",
          "certainty": "unknown" if b == "unverified" else "evidenced", "rule_id": "r",
          "days_earliest": 1, "days_usual": 1}
         for i, (b, a) in enumerate(path, start=1)),
    )  # fmt: skip
    tables = {"options": listed, "cover": cover, "access": access, "money": money,
              "approvals": approvals}  # fmt: skip
    expected = {
        "fire_cover": (-10, "computed"), "fire_response": (3, "computed"),
        "police_access": (20, "assumed"), "proximity": (1, "computed"),
        "deliverability": (2, "computed"), "running_cost": (12_000, "missing"),
    }  # fmt: skip
    found = measured(tables, *expected)
    assert {row.criterion: (row.central, row.basis) for row in found.itertuples()} == expected
    ends = {row.criterion: (row.low, row.high) for row in found.itertuples()}
    assert ends["police_access"] == (0, 20)  # without a desk nothing changes
    assert ends["deliverability"] == (2, 3)  # one body may no longer sit
    assert ends["running_cost"] == (0, 45_000)  # nobody priced it: the whole scale
    said = found.set_index("criterion").loc["running_cost", "rests_on"]
    assert said.startswith("Nobody says. Not known: its centre is taken as all such have it")


def saving(**facts):
    money = {"option_id": "A", "net_saving_gbp": 12_000.0, "net_saving_low_gbp": 0.0,
             "net_saving_high_gbp": 31_000.0, "basis": "assumed", "value_for_money": "unknown",
             "price_year": 2026, "note": "n"}  # fmt: skip
    tables = {"options": options(A | facts), "money": conform(MONEY, [money])}
    return measured(tables, "running_cost").loc[0]


def test_a_saving_has_the_range_of_its_prior():
    assert saving()[["low", "central", "high"]].tolist() == [0, 12_000, 31_000]


def test_what_is_probably_shared_already_saves_between_nothing_and_the_prior():
    found = saving(existing_share="possible")
    assert found[["low", "central", "high"]].tolist() == [0, 0, 31_000]
    assert found["rests_on"].startswith("Probably shared already")


def band(nearness=None, **facts):
    tables = {"options": options(A | facts)}
    return measured(tables, "proximity", nearness=nearness).loc[0, "central"]


@pytest.mark.parametrize(
    ("straight_m", "distance_m", "travel_time_s", "expected"),
    [(60, 900, 400, 0), (61, 800, 400, 1), (61, 801, 300, 2), (61, 801, 301, 3)],
)
def test_nearness_counts_in_bands_their_limits_included(
    straight_m, distance_m, travel_time_s, expected
):
    facts = {"straight_m": straight_m, "distance_m": distance_m, "travel_time_s": travel_time_s}
    assert band(**facts) == expected


def test_headquarters_have_bands_and_scales_of_their_own():
    apart = {"kind": "hq", "straight_m": 4000.0, "distance_m": 5000.0, "travel_time_s": 420.0}
    assert band(**apart) == 2
    assert band(**apart | {"kind": "into_fire"}) == 3
    near = {"headquarters": study.Nearness(drive_min=study.Figure(value=6, assumed="invented"))}
    assert band(near, **apart) == 3
    cost = study.Criterion.model_validate(
        {**criteria.defaults()["running_cost"], "id": "running_cost", "weight": 1}
    )
    assert (cost.scale("stations").best.value, cost.scale("headquarters").best.value) == (
        45_000, 1_000_000,
    )  # fmt: skip


def test_where_no_drive_is_known_and_no_nearer_band_holds_nearness_is_not_known():
    unknown = {"straight_m": 900.0, "distance_m": None, "travel_time_s": None}
    assert band(**unknown) == 1.5
