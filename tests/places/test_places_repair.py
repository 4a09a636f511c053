"""Postcodes are repaired where only one reading is left, and that is told."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate.places.repair import CONFUSED, readings, repair, wanted
from colocate.tables.places import GAZETTEER, SITES
from colocate.tables.schema import conform

SITE = {
    "site_id": "S1", "name": "Anyborough", "service": "fire", "body_id": "fire_west",
    "roles": "station", "status": "open", "over_border": False, "confidence": "high",
    "source": "invented", "disclosure": "public",
}  # fmt: skip
KNOWN = conform(
    GAZETTEER,
    [
        {"postcode": postcode, "easting": east, "northing": 110_000, "terminated": ended}
        for postcode, east, ended in (
            ("EX4 3PY", 310_000, False), ("SO1 5AB", 310_000, False), ("TA10 1AB", 330_000, None),
            ("TA1 0AB", 900_000, None), ("EX15 2AB", 310_000, False), ("EX1S 2AB", 311_000, False),
            ("OX5 1AB", 310_000, True),
        )
    ],
)  # fmt: skip


@pytest.fixture
def mend(boundaries):
    def of(**site):
        sites = conform(SITES, [{**SITE, **site}])
        return repair(sites, gazetteer=KNOWN, boundaries=boundaries)

    return of


@pytest.mark.parametrize(
    ("given_text", "postcode"), [("EX4-3PY", "EX4 3PY"), ("50I SAB", "SO1 5AB")]
)
def test_a_postcode_with_one_reading_is_repaired_and_told(mend, given_text, postcode):
    sites, gazetteer, issues = mend(postcode_given=given_text)
    row = sites.iloc[0]
    assert row[["postcode", "postcode_basis", "postcode_given"]].tolist() == [
        postcode, "repaired", given_text
    ]  # fmt: skip
    assert gazetteer["postcode"].tolist() == [postcode]
    assert issues[["rule", "severity"]].to_numpy().tolist() == [["postcode_repaired", "doubt"]]


def test_a_well_formed_postcode_that_nobody_knows_is_repaired_too(mend):
    sites, _, issues = mend(postcode="TA1O 1AB")
    assert sites["postcode"].tolist() == ["TA10 1AB"]
    assert sites["postcode_given"].tolist() == ["TA1O 1AB"]
    assert issues["rule"].tolist() == ["postcode_repaired"]


@pytest.mark.parametrize(
    "given_text",
    [
        "EXI5 2AB",  # two live readings: EX15 and EX1S
        "0X5 1AB",  # ended
        "TAI OAB",  # outside every area
        "EX4 3PZ",  # nothing confused
        "somewhere",
        "EX4 3PY, Exeter",
    ],
)
def test_anything_else_stays_unknown_and_is_told(mend, given_text):
    sites, gazetteer, issues = mend(postcode_given=given_text)
    assert pd.isna(sites["postcode"].iloc[0])
    assert gazetteer.empty
    assert issues["rule"].tolist() == ["postcode_unreadable"]


def test_the_declared_area_decides_where_the_postcode_must_lie(mend):
    sites, *_ = mend(postcode_given="TAIO 1AB", declared_area="East")
    assert sites["postcode"].tolist() == ["TA10 1AB"]
    sites, *_ = mend(postcode_given="TAIO 1AB", declared_area="West and Moor")
    assert pd.isna(sites["postcode"].iloc[0])


def test_a_known_postcode_is_left_alone(mend):
    sites, _, issues = mend(postcode="EX4 3PY", postcode_basis="stated")
    assert sites[["postcode", "postcode_basis"]].to_numpy().tolist() == [["EX4 3PY", "stated"]]
    assert issues.empty


def test_what_is_looked_up_holds_every_reading():
    sites = conform(SITES, [{**SITE, "postcode": "EX4 3PY"}])
    sites = pd.concat([sites, conform(SITES, [{**SITE, "postcode_given": "TAIO 1AB"}])])
    assert wanted(sites) == ["EX4 3PY", "TA10 1AB", "TA1O 1AB"]


@given(st.from_regex(r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}", fullmatch=True), st.data())
def test_the_true_postcode_is_among_the_readings_of_any_confusion(postcode, data):
    written = "".join(
        data.draw(st.sampled_from([c, CONFUSED[c]])) if c in CONFUSED else c for c in postcode
    )
    assert postcode in readings(written)
    assert postcode in readings(written.replace(" ", "").lower())
