"""Values that can be read and cannot be so, each told with its row; sound ones stay."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest
from test_places_readiness import located, site

from colocate.places.plausible import origins, plausible, uncalculated
from colocate.places.shares import known_shares
from colocate.places.twins import twins
from colocate.study import Register
from colocate.tables import TABLES
from colocate.tables.schema import conform


def judged(**told):
    return plausible(conform(TABLES["sites"], [site("F1", **told)]), rows={"F1": "a.csv row 2"})


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        ("gia_m2", 900_000, "taken as unknown"),
        ("gia_m2", 0.12, "hectares"),
        ("site_area_m2", 0.45, "hectares"),
        ("parking_spaces", 44_000, "0 to 3,000"),
        ("annual_running_cost_gbp", 31, "thousands of pounds"),
        ("staff_fte", 123_456, "taken as unknown"),
    ],
)
def test_out_of_bounds_is_unknown_and_told_with_its_row(column, value, word):
    made = judged(**{column: value})
    assert pd.isna(made.sites[column][0])
    assert made.issues["rule"].tolist() == [f"{column}_implausible"]
    assert word in made.issues["message"][0]
    assert "a.csv row 2" in made.issues["message"][0]


def test_bounds_are_included_and_go_by_main_role():
    assert judged(gia_m2=40_000.0).issues.empty
    assert not judged(gia_m2=40_001.0).issues.empty
    assert judged(gia_m2=40_001.0, roles="headquarters;station").issues.empty


def test_no_more_is_free_than_there_is():
    made = judged(gia_m2=300.0, spare_m2=301.0)
    assert pd.isna(made.sites["spare_m2"][0])
    assert made.sites["gia_m2"][0] == 300
    assert judged(gia_m2=300.0, spare_m2=300.0).issues.empty


@pytest.mark.parametrize("text", ["1.00E+11", "1E+5", "05-Jan", "Jan-26", "2026-05-01 00:00:00"])
def test_identifiers_that_a_spreadsheet_changed(text):
    made = judged(uprn=text)
    assert pd.isna(made.sites["uprn"][0])
    assert "spreadsheet" in made.issues["message"][0]


@pytest.mark.parametrize("text", ["100041", "1E5", "FS-05", "2026"])
def test_identifiers_that_are_what_they_say(text):
    assert judged(uprn=text).issues.empty


def test_a_break_after_the_end_of_the_lease_is_told_and_both_stay():
    made = judged(lease_end="2030-03-31", break_date="2031-03-31")
    assert made.issues["rule"].tolist() == ["break_date_implausible"]
    assert made.sites["break_date"][0] == "2031-03-31"


def test_formulas_without_a_value_are_told_by_column(tmp_path):
    book = openpyxl.Workbook()
    for row in (["site_id", "gia_m2"], ["F1", "=2*60"], ["F2", 7], ["F3", "=3*60"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    told = uncalculated([(Register(file="a.xlsx"), tmp_path / "a.xlsx")])
    assert told["key"].tolist() == ["a.xlsx column B"]
    assert "2 (row 2, row 4)" in told["message"][0]


def test_where_sites_come_from():
    raw = pd.DataFrame({"Key": ["F1", "F2"]}, index=[2, 5])
    register = Register(file="a.csv", columns={"site_id": "Key"})
    assert origins([(register, raw)]) == {"F1": "a.csv row 2", "F2": "a.csv row 5"}


@pytest.mark.parametrize(
    ("given", "kept", "status"),
    [("F9", None, "possible"), ("F9;P1", "P1", "existing"), ("police_west", "police_west",
     "existing")],
)  # fmt: skip
def test_a_share_with_nobody_known_is_a_doubt(bodies, given, kept, status):
    rows = [site("F1", share_with=given, share_status="existing"), site("P1", "police")]
    made = known_shares(conform(TABLES["sites"], rows), bodies=bodies)
    row = made.sites.set_index("site_id").loc["F1"]
    assert (row["share_with"] if isinstance(row["share_with"], str) else None) == kept
    assert row["share_status"] == status
    assert len(made.issues) == (given != kept)


def test_a_spreadsheet_s_id_is_named_with_the_one_that_was_meant(bodies):
    rows = [site("F1", share_with="7"), site("007", "police")]
    made = known_shares(conform(TABLES["sites"], rows), bodies=bodies)
    assert "1 (007) may be meant" in made.issues["message"][0]


def test_sites_that_may_be_one_are_proposed_once():
    rows = [site("F1", name="High  Street"), site("F2", name="HIGH STREET"), site("P1", "police")]
    assert twins(located(rows))["key"].tolist() == ["F1; F2"]
    assert twins(located([site("F1"), site("F2", roles="office")])).empty


def test_a_hundred_sites_at_one_point_are_one_doubt():
    told = twins(located([site(f"F{n}", roles="office") for n in range(100)]))
    assert told["rule"].tolist() == ["many_at_one_point"]
    assert "100 (F0, F1, F10 and 97 more)" in told["message"][0]
