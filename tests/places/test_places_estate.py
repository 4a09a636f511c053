import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.errors import SchemaError
from colocate.places.estate import registers_to_sites
from colocate.study import Register
from colocate.tables.places import SITES, STATUSES, TENURES

ROW = {
    "site_id": "F1",
    "name": "Anyborough",
    "service": "fire",
    "body_id": "fire_west",
    "roles": "station",
    "status": "open",
    "over_border": "false",
    "confidence": "high",
    "source": "invented",
    "as_of": "2026-01-01",
    "disclosure": "public",
}
BODIES = pd.DataFrame({"body_id": ["fire_west", "police_west"]})
REGISTER = Register(file="sites.csv")


def raw(*rows):
    """Return a register's raw text, numbered as in a spreadsheet."""
    index = pd.RangeIndex(2, 2 + len(rows), name="row")
    return pd.DataFrame([{**ROW, **row} for row in rows], index=index).astype("str")


def read(*rows, register=REGISTER):
    return registers_to_sites([(register, raw(*rows))], BODIES)


def read_one(**row):
    sites, issues = read(row)
    assert len(sites) == 1
    return sites.iloc[0], dict(zip(issues["rule"], issues["message"], strict=True))


def test_a_plain_row_becomes_a_site_without_an_issue():
    site, issues = read_one(gia_m2="1,250", lease_end="31/3/2030", postcode="ab12cd", tenure="PFI")
    assert site["gia_m2"] == 1250
    assert site["lease_end"] == "2030-03-31"
    assert site["postcode"] == "AB1 2CD"
    assert site["tenure"] == "pfi"
    assert not site["over_border"]
    assert pd.isna(site["easting"])
    assert issues == {}


def test_columns_are_mapped_and_defaults_fill_what_is_empty():
    register = Register(
        file="estate.xlsx",
        sheet="2026",
        columns={"site_id": "Ref", "name": "Premises"},
        defaults={"service": "fire", "status": "open"},
    )
    text = raw({"status": ""}, {"status": "closed", "site_id": "F2"})
    text = text.drop(columns="service").rename(columns={"site_id": "Ref", "name": "Premises"})
    sites, issues = registers_to_sites([(register, text.assign(Keys="hook"))], BODIES)
    assert sites["site_id"].tolist() == ["F1", "F2"]
    assert sites["status"].tolist() == ["open", "closed"]
    assert sites["service"].tolist() == ["fire", "fire"]
    assert issues[["key", "rule", "severity"]].to_numpy().tolist() == [
        ["estate.xlsx [2026]", "columns_unused", "note"]
    ]
    assert "Keys" in issues["message"][0]


def test_registers_are_joined_into_one_table():
    police = {"site_id": "P1", "service": "police", "body_id": "police_west"}
    sites, _ = registers_to_sites(
        [(REGISTER, raw({})), (Register(file="police.csv"), raw(police))], BODIES
    )
    assert sites["site_id"].tolist() == ["F1", "P1"]


def test_no_registers_make_an_empty_table():
    sites, issues = registers_to_sites([], BODIES)
    assert sites.columns.tolist() == SITES.names
    assert len(sites) == len(issues) == 0


def test_a_missing_required_column_is_told_with_what_was_found():
    text = raw({}).drop(columns=["roles", "source"])
    with pytest.raises(SchemaError, match=r"sites\.csv: no column named 2 \(roles, source\)"):
        registers_to_sites([(REGISTER, text)], BODIES)


def test_a_mapped_column_that_is_not_there_is_told():
    with pytest.raises(SchemaError, match=r"no column named 1 \(Floor area\)"):
        read({}, register=Register(file="sites.csv", columns={"gia_m2": "Floor area"}))


def test_an_id_given_twice_is_told_with_its_rows():
    with pytest.raises(SchemaError, match=r"F1 in sites\.csv row 2, F1 in sites\.csv row 4"):
        read({}, {"site_id": "F2"}, {})


def test_an_id_given_in_two_registers_is_told():
    with pytest.raises(SchemaError, match=r"F1 in sites\.csv row 2, F1 in other\.csv row 2"):
        registers_to_sites([(REGISTER, raw({})), (Register(file="other.csv"), raw({}))], BODIES)


def test_what_no_site_can_do_without_is_told_at_once():
    with pytest.raises(SchemaError) as told:
        read({"site_id": ""}, {"over_border": "perhaps", "body_id": "navy"})
    story = str(told.value)
    assert "site_id: empty or not readable as str in 1 (sites.csv row 2)" in story
    assert "over_border: empty or not readable as bool in 1 (sites.csv row 3)" in story
    assert "body_id: not in table bodies: 1 (navy)" in story


@pytest.mark.parametrize(
    ("column", "text", "taken"),
    [
        ("tenure", "borrowed", None),
        ("gia_m2", "large", None),
        ("gia_m2", "-5", None),
        ("easting", "30 0000", None),
        ("lease_end", "31/02/2030", None),
        ("as_of", "soon", None),
        ("status", "haunted", "unverified"),
        ("status", "", "unverified"),
        ("confidence", "quite", "low"),
        ("disclosure", "secret", "restricted"),
        ("roles", "lighthouse", "other"),
        ("roles", "station; lighthouse", "station"),
    ],
)
def test_a_value_that_cannot_be_read_is_doubted_and_taken_cautiously(column, text, taken):
    site, issues = read_one(**{column: text})
    assert site[column] == taken if taken else pd.isna(site[column])
    assert list(issues) == [f"{column}_unreadable"]
    told = {"": "(empty)", "station; lighthouse": "lighthouse"}.get(text, text)
    assert f"“{told}”" in issues[f"{column}_unreadable"]


@pytest.mark.parametrize(
    "written", ["On-call;wholetime", "on call, Wholetime", "ON_CALL; WHOLETIME ;"]
)
def test_codes_are_read_however_they_are_written(written):
    site, issues = read_one(crewing=written)
    assert site["crewing"] == "on_call;wholetime"
    assert issues == {}


def test_hostile_text_is_data():
    name = '</script><img src=x onerror=alert(1)> King\'s "X" & Co {site_id} %s'
    site, issues = read_one(name=name, notes="=1+1", tenure="{0.__class__}")
    assert site["name"] == name
    assert site["notes"] == "=1+1"
    assert "{0.__class__}" in issues["tenure_unreadable"]


def test_coordinates_in_another_system_are_converted_and_said_to_be():
    # 50.7 N, 3.5 W is SY 94164 90002 by the Helmert transformation EPSG:1314.
    text = {"easting": "-3.5", "northing": "50.7"}
    sites, issues = read(text, register=Register(file="sites.csv", crs="EPSG:4326"))
    assert sites.loc[0, ["easting", "northing"]].tolist() == pytest.approx([294164, 90002], abs=1)
    assert sites.loc[0, "coordinate_error_m"] == 2
    assert issues["rule"].tolist() == ["coordinates_converted"]
    assert "OSGB36 to WGS 84 (6)" in issues["message"][0]


def test_a_register_that_states_its_own_system_is_believed():
    text = raw({"easting": "-3.5", "northing": "50.7", "coordinate_crs": "EPSG:4326"})
    sites, _ = registers_to_sites([(REGISTER, text)], BODIES)
    assert sites.loc[0, "easting"] == pytest.approx(294164, abs=1)


def test_coordinates_that_cannot_be_are_kept_as_registered():
    site, issues = read_one(easting="50.7", northing="-3.5")
    assert (site["easting"], site["northing"]) == (50.7, -3.5)
    assert issues == {}


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
rows = st.fixed_dictionaries(
    {
        "status": st.sampled_from([*STATUSES, ""]) | words,
        "tenure": st.sampled_from([*TENURES, ""]) | words,
        "gia_m2": st.integers(-5, 5000).map(str) | words,
        "postcode": st.sampled_from(["AB1 2CD", "ab12cd", ""]) | words,
    }
)


@settings(max_examples=15)
@given(st.lists(rows, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_rows_in_are_rows_out_and_their_order_means_nothing(given_rows, random):
    numbered = [{**row, "site_id": f"S{at}"} for at, row in enumerate(given_rows)]
    sites, issues = read(*numbered)
    assert sites["site_id"].tolist() == sorted(row["site_id"] for row in numbered)
    random.shuffle(numbered)
    again = read(*numbered)
    pd.testing.assert_frame_equal(again.sites, sites)
    pd.testing.assert_frame_equal(again.issues, issues)
