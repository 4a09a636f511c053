"""What must hold of the embedded Devon & Somerset study."""

import pandas as pd
import pytest

pytestmark = pytest.mark.study


@pytest.fixture(scope="module")
def table(study_run):
    def read(name):
        return pd.read_parquet(study_run / "tables" / f"{name}.parquet")

    return read


def test_mean_drive_and_mean_response_are_near_the_published_ones(table):
    found = table("response_by_mix").query("mix == 'primary' and case == 'expected'")
    found = found.set_index("measure")
    assert 5 * 60 <= found.loc["mean_drive_s", "value"] <= 8 * 60
    assert 9 * 60 <= found.loc["mean_response_s", "value"] <= 12 * 60
    assert abs(found["ratio"] - 1).max() <= 0.2


def test_the_two_headquarters_are_about_three_miles_apart(table):
    pair = table("pairs").set_index("pair_id").loc["F100+PDC019"]
    assert 2.3 <= pair["straight_m"] / 1609.344 <= 3.4
    assert 1.1 <= pair["distance_m"] / pair["straight_m"] <= 1.9


def test_wells_is_an_existing_share_and_nothing_else(table):
    options = table("options").merge(table("scores"), on="option_id")
    wells = options[options["site_ids"].str.split(";").map(lambda ids: "PAS034" in ids)]
    assert wells["option_id"].tolist() == ["PAS034-into-F083"]
    assert wells["status"].tolist() == ["existing"]
    assert wells["rank"].isna().all()


def test_sites_that_are_not_open_are_in_no_option(table):
    named = set(";".join(table("options")["site_ids"]).split(";"))
    sites = table("located_sites").set_index("site_id")
    assert set(sites.loc[sorted(named), "status"]) == {"open"}
    over_border = sites.loc[sorted(named), "over_border"]
    assert list(over_border.index[over_border]) == ["XCO-SALTASH"]


def test_saltash_stays_on_its_side_of_the_tamar(table):
    options = table("options").set_index("option_id")
    saltash = options[options["site_ids"].str.contains("PDC049")]
    assert list(saltash.index) == ["PDC049-into-XCO-SALTASH"]
    path = table("approvals").query("option_id == 'PDC049-into-XCO-SALTASH'")
    assert "cornwall" in set(path["body_id"])
    assert "dsfra" not in set(path["body_id"])


def test_partners_are_offered_to_those_without_a_fire_station_near_and_stay_behind(table):
    options = table("options").set_index("option_id")
    partner = options[options["kind"] == "into_partner"]
    assert set(partner["mover_site_ids"]) == {"PDC014", "PDC020", "PDC023"}
    assert (partner["travel_time_s"] <= 300).all()
    assert partner["weak_site_ids"].notna().all()
    scores = table("scores").set_index("option_id").loc[partner.index]
    assert (scores["rank_group"] >= 1).all()
    assert not table("portfolio_options")["option_id"].isin(partner.index).any()


def test_a_police_move_changes_fire_cover_by_exactly_nothing(table):
    moves = table("options").query("kind == 'into_fire'")["option_id"]
    cover = table("cover").set_index("option_id").loc[moves]
    assert len(cover) > 50
    assert (cover["people_after"] - cover["people_before"]).eq(0).all()
    assert (cover["mean_response_after_s"] - cover["mean_response_before_s"]).eq(0).all()


def test_avon_and_somerset_stands_outside_the_alliance(table):
    sites = table("located_sites").set_index("site_id")["body_id"]
    involved = table("options")["site_ids"].str.split(";").map(lambda ids: set(sites[ids]))
    alone = involved.map(lambda bodies: "asp" in bodies and not bodies & {"dcp", "dorsetp"})
    options = table("options").loc[alone, "option_id"]
    path = table("approvals").groupby("option_id")["body_id"].agg(set)[options]
    assert len(path) > 50
    assert path.map(lambda bodies: "asp" in bodies and "alliance-board" not in bodies).all()


def test_no_crew_moves_before_what_the_services_decide_together(table):
    ranked = table("scores").dropna(subset="rank").set_index("option_id").sort_values("place")
    assert ranked.groupby("list")["rank_group"].agg(lambda each: each.is_monotonic_increasing).all()
    crews = table("cover").query("fire_changes")["option_id"]
    assert len(ranked) > 50
    assert (ranked.loc[ranked.index.intersection(crews), "rank_group"] >= 2).all()
    assert ranked["rank_group"].iloc[0] == 0


def test_the_tamar_parts_torpoint_from_camels_head(table):
    who = table("participation").set_index("site_id").loc["PDC058"]
    assert not who["takes_part"]
    assert "beyond its tiers" in who["reason"]
    assert not table("pairs")["pair_id"].str.contains("PDC058").any()


def test_lundy_counts_for_nothing(table):
    lundy = table("participation").set_index("site_id").loc["F085"]
    assert not lundy[["takes_part", "covers"]].any()


def test_a_campus_gives_each_option_once(table):
    named = set(table("pairs")["first_site_id"])
    assert named & {"F060", "F100", "F101"} == {"F100", "F101"}
    assert named & {"F047", "F102"} == {"F047"}
    of_headquarters = table("options")["site_ids"].str.contains("F100")
    assert table("options").loc[of_headquarters, "option_id"].tolist() == ["PDC019-hq-F100"]
