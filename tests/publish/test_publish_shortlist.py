from __future__ import annotations

import pandas as pd
import pytest
from publish_town import HOSTILE

from colocate.publish.facts import gather, words
from colocate.publish.lists import shortlist
from colocate.publish.lists.csvtext import csv_bytes
from colocate.publish.lists.fields import internal
from colocate.tables import TABLES, empty


def ranked(tables, *, study):
    return shortlist.rows(gather(tables, study), study=study)


@pytest.fixture(scope="module")
def tables(tables):
    """The town before anything is decided."""
    return tables | {"option_decisions": empty(TABLES["option_decisions"])}


def test_the_internal_list_holds_every_option_by_rank(tables, study):
    frame = ranked(tables, study=study)
    assert set(frame["option_id"]) == set(tables["options"]["option_id"])
    places = frame["place"].dropna().tolist()
    assert places == sorted(places)
    assert frame["rank"].isna().tolist()[-2:] == [True, True]


def test_the_columns_of_the_internal_list_are_fixed(tables, study):
    names = list(ranked(tables, study=study).columns)
    kinds = ("raw", "value", "contribution")
    tail = [f"{kind}_{c.id}" for kind in kinds for c in study.choice.criteria]
    assert names == [*shortlist.COLUMNS, *tail]


def test_contributions_in_the_list_add_up_to_the_score(tables, study):
    frame = ranked(tables, study=study)
    total = frame.filter(like="contribution_").sum(axis=1)
    assert (total - frame["score"]).abs().max() < 1e-9


def test_the_list_gives_what_was_measured_with_its_unit(tables, study):
    frame = ranked(tables, study=study).set_index("option_id")
    assert frame.loc["P1-into-F1", "raw_running_cost"] == 12_000
    units = {field.name: field.unit for field in internal(study)}
    assert units["raw_running_cost"] == "GBP/year"


def test_a_saving_bears_its_range(tables, study):
    money = tables["money"].assign(net_saving_low_gbp=0.0, net_saving_high_gbp=45_000.0)
    frame = ranked(tables | {"money": money}, study=study).set_index("option_id")
    ends = [f"net_saving{end}_gbp" for end in ("_low", "", "_high")]
    assert frame.loc["P1-into-F1", ends].tolist() == [0, 12_000, 45_000]


def test_an_inferred_postcode_is_not_the_sites_postcode(tables, study):
    frame = ranked(tables, study=study).set_index("option_id")
    assert frame.loc["P1-into-F1", "host_postcode"] == "EX1 1AA"
    assert frame["host_postcode"].isna()["F1-into-P1"]
    assert "host_postcode" in frame.loc["F1-into-P1", "data_gaps"]


def test_a_grid_reference_is_cut_to_its_hundred_metre_square(tables, study):
    frame = ranked(tables, study=study).set_index("option_id")
    assert frame.loc["F1-into-P1", "host_grid_reference"] == "ST 002 001"


def test_dates_are_those_of_the_option_s_sites(tables, study):
    sites = tables["located_sites"].copy()
    sites.loc[sites["site_id"] == "P1", "as_of"] = "2021-08-01"
    frame = ranked(tables | {"located_sites": sites}, study=study)
    dates = frame.set_index("option_id")["as_of"]
    assert dates["P1-into-F1"] == "2021-08-01/2026-01-01"
    assert dates["P2-into-F2"] == "2026-01-01"


def test_the_town_is_the_fire_site_s_then_another_s_then_the_nearest_in_the_area(tables, study):
    sites = tables["located_sites"].set_index("site_id")
    sites.loc["F1", "town"], sites.loc["P1", "town"] = "Fireton", "Policeton"
    sites.loc["F2", "town"] = None
    assert towns(tables, sites, study) == ["Easton", "Fireton"]
    sites.loc["F1", "town"] = None
    sites.loc["P2", "town"] = None
    outside = tables["places"].assign(geometry=tables["places"].geometry.translate(20_000))
    both = tables | {"places": pd.concat([tables["places"].replace("Easton", "Farton"), outside])}
    assert towns(both, sites, study) == ["Farton", "Policeton"]


def towns(tables, sites, study):
    facts = gather(tables | {"located_sites": sites.reset_index()}, study)
    return sorted({option.near for option in facts.options if option.kind == "both_to_new"})


def test_the_internal_list_says_its_class_and_licence(tables, study):
    sites = tables["located_sites"].assign(annual_running_cost_gbp=54_321.0)
    frame = ranked(tables | {"located_sites": sites}, study=study)
    assert set(frame["disclosure"]) == {"restricted"}
    assert frame["notice"].str.startswith("INTERNAL: ").all()
    assert frame["licence_notice"].str.startswith(words.ODBL).all()


def test_no_input_is_changed(tables, study):
    before = {name: frame.copy() for name, frame in tables.items()}
    ranked(tables, study=study)
    assert all(before[name].equals(frame) for name, frame in tables.items())


def test_a_hostile_name_is_one_field(tables, study):
    text = csv_bytes(ranked(tables, study=study)).decode("utf-8-sig")
    assert '"' + HOSTILE.replace('"', '""') + '"' in text


def test_without_options_the_list_has_its_header(tables, study):
    names = ("options", "scores", "contributions", "gates", "approvals", "cover", "access", "money")
    bare = tables | {name: empty(TABLES[name]) for name in names}
    frame = ranked(bare, study=study)
    assert list(frame.columns) == list(ranked(tables, study=study).columns)
    assert frame.empty
