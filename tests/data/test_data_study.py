"""The embedded study's tables: counts, totals, and that everything named is there."""

import tomllib

import pandas as pd
import pytest

from colocate import io
from colocate.governance.approvals import OCCUPIERS, OWN_BODIES
from colocate.tables import TABLES, parts

FILES = {
    "sites": "sites.csv",
    "bodies": "bodies.csv",
    "governance": "governance.csv",
    "law": "law.csv",
    "demand_points": "demand.csv",
    "boundaries": "boundaries.parquet",
    "places": "places.csv",
    "objects": "objects.csv",
    "site_decisions": "site_decisions.csv",
}


@pytest.fixture(scope="module")
def tables(study_folder):
    return {name: io.read_table(study_folder / file, TABLES[name]) for name, file in FILES.items()}


@pytest.fixture(scope="module")
def sites(tables):
    return tables["sites"].set_index("site_id")


@pytest.fixture(scope="module")
def own(sites):
    return sites[(sites["service"] == "fire") & ~sites["over_border"]]


@pytest.fixture(scope="module")
def stations(own):
    return own[own["roles"].str.startswith("station")]


def test_all_93_fire_rows_are_there(own):
    assert own["status"].value_counts().to_dict() == {
        "open": 86, "closed": 3, "unverified": 3, "vacated": 1,
    }  # fmt: skip


def test_84_of_86_fire_stations_are_open(stations):
    assert len(stations) == 86
    assert list(stations.index[stations["status"] != "open"]) == ["F036", "F045"]


def test_69_of_the_open_stations_are_on_call(stations):
    opened = stations[stations["status"] == "open"]
    assert opened["crewing"].value_counts().to_dict() == {
        "on_call": 69, "wholetime;on_call": 9, "wholetime": 4, "volunteer": 2,
    }  # fmt: skip


def test_all_125_police_rows_are_there(sites):
    police = sites[sites["service"] == "police"]
    assert police["body_id"].value_counts().to_dict() == {"dcp": 63, "asp": 40, "dorsetp": 22}
    assert police["status"].value_counts().to_dict() == {
        "open": 115, "unverified": 6, "closed": 2, "vacated": 2,
    }  # fmt: skip


def test_every_decision_is_about_a_site_of_the_registers_and_says_where_it_is_written(tables):
    decided = tables["site_decisions"]
    assert set(decided["site_id"]) <= set(tables["sites"]["site_id"])
    assert (decided["source"].str.len() > 0).all()
    latest = decided.sort_values("date").groupby("site_id")["what"].last()
    towns = {"PAS011": "refurbished", "PDC023": "dropped", "PDC027": "kept"}
    assert latest[list(towns)].to_dict() == towns


@pytest.mark.parametrize(
    "site_id", ["F103", "F104", "F105", "PAS028", "PDC010", "PDC045", "PDC054"]
)
def test_a_weak_row_is_never_open(sites, site_id):
    assert sites.loc[site_id, "status"] == "unverified"


def test_every_status_says_what_the_source_says(sites):
    assert sites["status_note"].notna().all()
    known_from_a_map = sites["status_note"].str.startswith("present in OSM Aug 2021")
    assert known_from_a_map.sum() == 108


def test_neighbours_count_for_cover_only(sites):
    over = sites[sites["over_border"]]
    assert over["body_id"].value_counts().to_dict() == {"dwfa": 22, "avonfa": 18, "cornwall": 7}
    assert over["crewing"].isna().all()


def test_wells_is_an_existing_share(sites):
    assert list(sites.loc[["F083", "PAS034"], "share_status"]) == ["existing", "existing"]
    assert list(sites.loc[["F083", "PAS034"], "share_with"]) == ["PAS034", "F083"]


def test_shares_are_those_evidenced(sites):
    shares = sites["share_status"].dropna()
    assert sorted(shares.index[shares == "existing"]) == [
        "F083", "PAS002", "PAS034", "PAS036", "PDO006",
    ]  # fmt: skip
    assert sorted(shares.index[shares == "possible"]) == [
        "F051",
        "PAS030",
        "PDC045",
        "PDO013",
        "PDO017",
    ]


def test_shares_between_sites_name_each_other(sites):
    partners = sites["share_with"].dropna()
    partners = partners[partners.isin(sites.index)]
    assert (sites.loc[partners.array, "share_with"].array == partners.index).all()


def test_an_open_desk_is_a_role_and_a_closed_one_is_not(sites):
    opened = sites[sites["status"] == "open"]
    desk = opened["roles"].str.split(";").map(lambda roles: "front_desk" in roles)
    assert (desk == (opened["desk"] == "open").fillna(value=False)).all()


def test_nothing_is_invented(sites):
    unknown = ["tenure", "lease_end", "gia_m2", "site_area_m2", "spare_m2", "parking_spaces",
               "annual_running_cost_gbp", "listed", "flood_zone", "uprn"]  # fmt: skip
    assert sites[unknown].isna().all(axis=None)


def test_listed_stations_keep_their_published_coordinates(own):
    published = own[own["coordinate_source"] == "home_office"]
    assert len(published) == 85
    assert (published["coordinate_error_m"] == 0).all()
    assert tuple(published.loc["F001", ["easting", "northing"]]) == (255795, 133894)


def test_bodies_resolve(tables, sites):
    bodies = set(tables["bodies"]["body_id"])
    assert set(sites["body_id"]) <= bodies
    assert set(sites["share_with"].dropna()) <= bodies | set(sites.index)
    assert set(tables["governance"]["body_id"]) <= bodies | {*OWN_BODIES, *OCCUPIERS}
    named = {body for text in tables["law"]["bodies"].dropna() for body in parts(text)}
    assert named <= bodies


@pytest.mark.parametrize("kind", ["police_force", "police_commissioner", "police_panel"])
def test_every_police_area_has_a_force_a_commissioner_and_a_panel(tables, kind):
    bodies = tables["bodies"]
    areas = bodies.loc[bodies["kind"] == kind, "area"]
    assert sorted(areas) == ["Avon and Somerset", "Devon & Cornwall", "Dorset"]


@pytest.mark.parametrize("rule_set", ["as_at_2016", "current"])
def test_the_fire_authority_decides_first_and_always(tables, rule_set):
    rules = tables["governance"]
    rules = rules[(rules["rule_set"] == rule_set) & (rules["phase"] == "decision")]
    first = rules.sort_values("step", kind="stable").iloc[0]
    assert (first["condition"], first["body_id"], first["action"]) == (
        "always", "fire_authority", "approve",
    )  # fmt: skip
    assert first["certainty"] == "evidenced"


@pytest.mark.parametrize("rule_set", ["as_at_2016", "current"])
def test_the_rules_ask_for_evidence_equality_and_people_before_anybody_decides(tables, rule_set):
    rules = tables["governance"]
    rules = rules[rules["rule_set"] == rule_set]
    steps = rules.groupby("phase")["step"].agg(["min", "max"])
    assert steps.loc["before", "max"] < steps.loc["decision", "min"]
    assert steps.loc["decision", "max"] < steps.loc["after", "min"]
    before = rules[rules["phase"] == "before"].groupby("topic")["condition"].agg(set)
    assert all("always" in before[topic] for topic in ("finance", "legality", "equality"))
    assert before["consultation"] == {"fire_cover_changes", "desk_changes", "staff_move"}


def test_every_body_that_ends_before_2030_names_its_successor_and_how_sure_that_is(tables):
    bodies = tables["bodies"]
    ending = bodies[bodies["valid_to"].fillna("9999") < "2030"]
    assert {"dcp-commissioner", "asp-commissioner", "devon-council"} <= set(ending["body_id"])
    assert (
        ending[["successors", "succession_certainty", "succession_source"]].notna().all(axis=None)
    )
    assert "evidenced" not in set(ending["succession_certainty"])  # no Act was found
    listed = ending["kind"].isin(["police_commissioner", "police_panel", "council"])
    assert set(ending.loc[listed, "succession_certainty"]) == {"unverified"}


def test_every_length_rests_on_something(tables):
    rules = tables["governance"]
    assert (rules["days_earliest"] <= rules["days_usual"]).all()
    said = rules["days_source"].str.contains(
        "assumed: |DSFRA/16/5|Act |Order |Lancashire|one whole"
    )
    assert said[rules["days_usual"] > 0].all()


def test_the_alliance_board_is_stated_as_fact_in_2016_only(tables):
    rules = tables["governance"].query("body_id == 'alliance-board'").set_index("rule_set")
    assert rules["certainty"].to_dict() == {"as_at_2016": "evidenced", "current": "unknown"}
    assert set(rules["condition"]) == {"alliance_police_site"}
    members = tables["bodies"].query("kind == 'police_force' and alliance.notna()")
    assert sorted(members["body_id"]) == ["dcp", "dorsetp"]


def test_every_rule_cites_a_statute_or_the_paper(tables):
    law = r"DSFRA/16/5|Act \d{4}|UK GDPR art|Regulations \d{4}|^no law"
    cited = tables["governance"]["citation"].str.contains(law)
    assert cited.all()


def test_rules_since_2017_are_not_in_the_reading_of_2016(tables):
    early = tables["governance"].query("rule_set == 'as_at_2016'")
    assert not early["citation"].str.contains("2017|2018").any()


def test_people_and_fires_of_the_area(tables):
    points = tables["demand_points"]
    area = points[points["in_area"]]
    assert len(area) == 1068
    assert area["people"].sum() == pytest.approx(1_787_239)
    assert area["fires_per_year"].sum() == pytest.approx(1514 + 2 / 3, abs=1e-6)
    assert 0.24 < area["people_65_plus"].sum() / area["people"].sum() < 0.25


def test_demand_points_lie_in_the_area_they_name(tables):
    points, areas = tables["demand_points"], tables["boundaries"]
    fire = areas[areas["kind"] == "fire_area"].set_index("name").geometry
    for name, group in points.groupby("fire_area"):
        assert group.within(fire[name]).all(), name


def test_sites_lie_in_the_area_they_declare(tables, sites):
    areas = tables["boundaries"].set_index("name")
    for name, group in sites.groupby("declared_area"):
        kinds = areas.loc[[name]].query("kind != 'land'").geometry
        points = kinds.iloc[[0]].from_xy(group["easting"], group["northing"], crs=kinds.crs)
        assert (points.distance(kinds.union_all()) <= 25).all(), name


def test_the_places_of_the_sanity_pairs_are_there_once(tables):
    towns = tables["places"].query("kind in ['city', 'town']")["name"].value_counts()
    wanted = ["Exeter", "Plymouth", "Barnstaple", "Taunton", "Yeovil", "Minehead", "Okehampton",
              "Ilfracombe", "Tavistock", "Bridgwater", "Torquay"]  # fmt: skip
    assert (towns[wanted] == 1).all()


def test_derived_files_are_those_of_the_build(study_folder):
    hashes = tomllib.loads((study_folder / "sources.toml").read_text(encoding="utf-8"))["derived"]
    assert {name: io.sha256(study_folder / name) for name in hashes} == hashes


def test_every_input_has_a_licence_and_an_attribution(study_folder, root):
    inputs = tomllib.loads((study_folder / "sources.toml").read_text(encoding="utf-8"))["input"]
    notice = (root / "data" / "NOTICE.md").read_text(encoding="utf-8")
    assert len(inputs) == 16
    for source in inputs:
        assert source["licence"]
        assert all(line in notice for line in source["attribution"].split("; "))


def test_the_study_stays_below_20_mb(study_folder):
    assert sum(f.stat().st_size for f in study_folder.rglob("*") if f.is_file()) < 20e6


def test_tables_are_plain_text(study_folder):
    for file in study_folder.glob("*.csv"):
        data = file.read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in data
        assert not pd.read_csv(file, dtype="str").columns.str.contains("Unnamed").any()
