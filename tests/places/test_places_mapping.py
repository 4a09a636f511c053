"""Inputs with other names, rows and words, mapped in the study file."""

import pandas as pd
import pytest

from colocate import io
from colocate.errors import SchemaError
from colocate.io.mapping import mapped
from colocate.places.estate import registers_to_sites
from colocate.study import Register, Source
from colocate.tables import TABLES

LSOA = """LSOA21CD,Area,FRA,PFA,X,Y,Residents,Disabled,RUC,Fires
E1,One,Anyshire,Westmark,-3.53,50.72,"1,600",200,Rural,1.5
E2,Two,Anyshire,Westmark,-3.50,50.70,1700,N/A,Urban,2
Total,,,,,,3300,200,,3.5
"""
DEMAND = Source(
    file="lsoa.csv",
    columns={
        "demand_id": "LSOA21CD", "name": "Area", "fire_area": "FRA", "police_area": "PFA",
        "easting": "X", "northing": "Y", "people": "Residents", "disabled_people": "Disabled",
        "rural": "RUC", "fires_per_year": "Fires",
    },
    defaults={"in_area": "true"},
    without={"LSOA21CD": "total"},
    words={"disabled_people": {"N/A": "180"}},
    crs="EPSG:4326",
)  # fmt: skip


def test_demand_is_read_with_its_own_headers_words_and_system(tmp_path):
    path = tmp_path / "lsoa.csv"
    path.write_text(LSOA)
    demand = io.read_table(path, TABLES["demand_points"], source=DEMAND)
    assert demand["demand_id"].tolist() == ["E1", "E2"]
    assert demand["people"].tolist() == [1600, 1700]
    assert demand["disabled_people"].tolist() == [200, 180]
    assert demand["rural"].tolist() == [True, False]
    assert demand["imd_decile"].isna().all()
    assert demand.geometry.x.between(290_000, 295_000).all()


def test_what_cannot_be_read_is_told_with_its_rows(tmp_path):
    path = tmp_path / "lsoa.csv"
    path.write_text(LSOA.replace("1700", "plenty"))
    with pytest.raises(SchemaError, match=r"people: rows 1 \(3\): no float: ‘plenty’"):
        io.read_table(path, TABLES["demand_points"], source=DEMAND)


def test_a_column_that_the_study_names_and_the_file_lacks_is_told():
    raw = pd.DataFrame({"Ref": ["A1"]}, dtype="str")
    source = Source(file="a.csv", columns={"name": "Site"}, defaults={"site_id": "{Code}-{row}"})
    with pytest.raises(SchemaError, match=r"no column named 2 \(Code, Site\); found Ref"):
        mapped(raw, source, wanted=["name"])


def test_rows_are_kept_and_left_out_by_their_words():
    raw = pd.DataFrame(
        {"Kind": ["Fire Station", "fire station ", "House", None], "Ref": list("abcd")}, dtype="str"
    )
    only = mapped(raw, Source(file="a", only={"Kind": "Fire Station"}), wanted=["Ref"])
    assert only.text["Ref"].tolist() == ["a", "b"]
    assert only.left_out == [2, 3]
    without = mapped(raw, Source(file="a", without={"Kind": ["House", ""]}), wanted=["Ref"])
    assert without.text["Ref"].tolist() == ["a", "b"]


ROW = {"Ref": "7", "No": "17", "Street": "High Street\nYate", "Place": "Exeter EX4 3PY",
       "At": "SX 920 930", "Kind": "W/T", "Size": "0.5", "Site": "N/A"}  # fmt: skip
REGISTER = Register(
    file="a.csv",
    columns={
        "point": "At", "address": ["No", "Street"], "postcode": "Place", "crewing": "Kind",
        "site_area_m2": "Size", "name": "Site",
    },
    defaults={
        "site_id": "avon-{row}", "name": "{Street}", "service": "fire", "body_id": "avon",
        "roles": "station", "status": "open", "over_border": "false", "confidence": "high",
        "source": "invented", "disclosure": "public",
    },
    units={"site_area_m2": "ha"},
)  # fmt: skip


def sites_of(*rows, register=REGISTER, **settings):
    raw = pd.DataFrame([{**ROW, **row} for row in rows], dtype="str")
    raw.index = pd.RangeIndex(2, 2 + len(rows), name="row")
    bodies = pd.DataFrame({"body_id": ["avon"]})
    return registers_to_sites([(register, raw)], bodies, **settings)


def test_composite_cells_generated_ids_and_units():
    sites, issues = sites_of({})
    site = sites.iloc[0]
    assert site["site_id"] == "avon-2"
    assert (site["easting"], site["northing"]) == (292_050, 93_050)
    assert site["address"] == "17, High Street, Yate"
    assert site["postcode"] == "EX4 3PY"
    assert site["site_area_m2"] == 5000
    assert site["crewing"] == "wholetime"
    assert site["name"] == "High Street\nYate".replace("\n", "\n")
    told = dict(zip(issues["rule"], issues["message"], strict=True))
    assert "“W/T” as wholetime (1)" in told["crewing_understood"]
    assert "“Exeter EX4 3PY” as EX4 3PY (1)" in told["postcode_understood"]


def test_a_point_that_cannot_be_read_is_told():
    sites, issues = sites_of({"At": "behind the church"})
    assert sites["easting"].isna().all()
    assert "behind the church" in issues.set_index("rule")["message"]["easting_unreadable"]


def test_words_of_the_study_win_and_are_not_told_of_again():
    words = {"crewing": {"W/T": "on_call"}}
    sites, issues = sites_of({}, vocabulary=words)
    assert sites["crewing"].tolist() == ["on_call"]
    assert "crewing_understood" not in set(issues["rule"])
    own = REGISTER.model_copy(update={"words": {"crewing": {"W/T": "volunteer"}}})
    assert sites_of({}, register=own, vocabulary=words).sites["crewing"].tolist() == ["volunteer"]
