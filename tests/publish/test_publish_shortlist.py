from __future__ import annotations

import pandas as pd
import pytest
from publish_town import HOSTILE, SITES

from colocate.publish.facts import SOUGHT, WithheldError, cut, gather, words
from colocate.publish.gis import geopackage
from colocate.publish.lists import agents, shortlist
from colocate.publish.lists.csvtext import csv_bytes
from colocate.publish.lists.fields import internal
from colocate.tables import TABLES, empty


def listed(tables, *, study):
    return agents.pack(gather(tables, study), study=study).rows


def ranked(tables, *, study):
    return shortlist.rows(gather(tables, study), study=study)


def areas(tables, *, study):
    return agents.pack(gather(tables, study), study=study).areas


@pytest.fixture(scope="module")
def tables(tables):
    """The town before anything is decided."""
    return tables | {"option_decisions": empty(TABLES["option_decisions"])}


def marked(tables):
    """The town with a marker in every value about one site, or not for the market."""
    planted = dict(tables)
    for name, frame in tables.items():
        changed = frame.copy()
        for column in TABLES[name].columns:
            if column.disclosure != "public" and column.kind == "float":
                changed[column.name] = 987654.0
            elif column.disclosure != "public" and not column.allowed:
                changed[column.name] = "MARKER"
        planted[name] = changed
    sites = planted["located_sites"]
    for column in ("name", "address", "postcode", "uprn", "notes", "source"):
        sites[column] = "MARKER"
    sites["tenure"] = "pfi"
    return planted


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


def test_an_inferred_postcode_is_not_the_sites_postcode(tables, study):
    frame = ranked(tables, study=study).set_index("option_id")
    assert frame.loc["P1-into-F1", "host_postcode"] == "EX1 1AA"
    assert frame["host_postcode"].isna()["F1-into-P1"]
    assert "host_postcode" in frame.loc["F1-into-P1", "data_gaps"]


def test_a_grid_reference_is_cut_to_its_hundred_metre_square(tables, study):
    frame = ranked(tables, study=study).set_index("option_id")
    assert frame.loc["F1-into-P1", "host_grid_reference"] == "ST 002 001"


def test_agents_see_no_restricted_value_and_no_site(tables, study):
    text = csv_bytes(listed(marked(tables), study=study)).decode("utf-8-sig")
    assert "MARKER" not in text
    assert "987654" not in text
    assert "pfi" not in text
    for site, given in SITES.items():
        assert given["name"] not in text
        assert f"{site}-" not in text
        assert f"{site}+" not in text
    assert not any(option in text for option in tables["options"]["option_id"])


def test_of_what_is_sought_agents_read_no_field_above_public(tables, study):
    for option in cut(gather(marked(tables), study), SOUGHT).options:
        for read in (lambda o: o.gates[0].reason, lambda o: o.sites[0].tenure):
            with pytest.raises(WithheldError):
                read(option)


def test_agents_see_what_is_sought_once_a_town(tables, study):
    frame = listed(tables, study=study)
    assert frame["town"].tolist() == ["Easton", "Exampleford"]
    assert frame["rank"].tolist() == [None, None]
    assert list(frame.columns) == list(agents.COLUMNS)


def test_agents_get_the_area_of_search_in_whole_kilometre_squares(tables, study):
    rows = listed(tables, study=study).set_index("town")
    drawn = areas(tables, study=study)
    assert drawn["option_ref"].tolist() == [rows.loc["Exampleford", "option_ref"]]
    # 400 m across a kilometre line, touching another from above: two squares, not four.
    assert drawn.geometry[0].bounds == (299_000, 100_000, 301_000, 101_000)
    assert drawn.geometry[0].area == 2e6
    assert rows.loc["Exampleford", "area_of_search"].endswith(
        "; areas-of-search-agents.gpkg, layer areas_of_search"
    )
    assert rows.loc["Easton", "area_of_search"] == "in or near Easton (Devon & Cornwall)"


def test_a_restricted_site_keeps_its_options_from_agents(tables, study):
    sites = tables["located_sites"].copy()
    sites.loc[sites["site_id"] == "P1", "disclosure"] = "restricted"
    frame = listed(tables | {"located_sites": sites}, study=study)
    assert frame["town"].tolist() == ["Easton"]
    assert areas(tables | {"located_sites": sites}, study=study).empty


def test_what_is_empty_for_agents_is_named(tables, study):
    row = listed(tables, study=study).iloc[0]
    empty = [name for name in agents.COLUMNS if row[name] is None]
    assert empty
    assert all(name in row["data_gaps"] for name in empty)


def test_agents_get_the_notice(tables, study):
    frame = listed(tables, study=study)
    assert frame["licence_notice"].str.startswith(study.study.notice).all()


def test_unverified_approvals_say_so(tables, study):
    assert (
        "Example Police (agree, not verified)"
        in (listed(tables, study=study)["approvals_outstanding"].iloc[0])
    )


def test_agents_are_not_told_whom_to_consult(tables, study):
    consult = tables["approvals"].assign(action="consult")
    frame = listed(tables | {"approvals": consult}, study=study)
    assert frame["approvals_outstanding"].isna().all()


def test_nothing_reads_as_sought(tables, study):
    told = listed(tables, study=study)["what_happens"]
    assert told.str.startswith("Screening only:").all()
    assert told.str.endswith("nothing is sought yet").all()


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
    return listed(tables | {"located_sites": sites.reset_index()}, study=study)["town"].tolist()


def test_dates_are_those_of_the_sites_and_coarse_for_agents(tables, study):
    sites = tables["located_sites"].copy()
    sites.loc[sites["site_id"] == "P1", "as_of"] = "2021-08-01"
    changed = tables | {"located_sites": sites}
    inside = ranked(changed, study=study).set_index("option_id")["as_of"]
    assert inside["P1-into-F1"] == "2021-08-01/2026-01-01"
    assert inside["P2-into-F2"] == "2026-01-01"
    outside = listed(changed, study=study).set_index("town")["as_of"]
    assert outside.to_dict() == {"Easton": "2026", "Exampleford": "2021/2026"}


def test_the_internal_list_says_its_class_and_licence(tables, study):
    sites = tables["located_sites"].assign(annual_running_cost_gbp=54_321.0)
    frame = ranked(tables | {"located_sites": sites}, study=study)
    assert set(frame["disclosure"]) == {"restricted"}
    assert frame["notice"].str.startswith("INTERNAL: ").all()
    assert frame["licence_notice"].str.startswith(words.ODBL).all()


def test_no_marker_reaches_the_agents_files(tables, study, tmp_path):
    """In every column above public, and in all text of a sensitive row."""
    planted = marked(tables)
    sites = planted["located_sites"].copy()
    hidden = sites["site_id"] == "P1"
    sites.loc[hidden, "disclosure"] = "restricted"
    sites.loc[hidden, ["town", "police_area"]] = "MARKER"
    planted["located_sites"] = sites
    area = planted["areas_of_search"].assign(option_id="F2+P2-new")
    planted["areas_of_search"] = pd.concat([planted["areas_of_search"], area], ignore_index=True)
    path = tmp_path / "areas.gpkg"
    pack = agents.pack(gather(planted, study), study=study)
    geopackage.write_agents(pack, path, study=study, told="public")
    written = path.read_bytes() + csv_bytes(listed(planted, study=study))
    assert b"Easton" in written
    for told in (b"MARKER", b"987654", b"pfi", b"Exampleford", b"F1+P1", b"F2+P2"):
        assert told not in written


@pytest.mark.parametrize("rows", [ranked, listed])
def test_no_input_is_changed(tables, study, rows):
    before = {name: frame.copy() for name, frame in tables.items()}
    rows(tables, study=study)
    assert all(before[name].equals(frame) for name, frame in tables.items())


def test_a_hostile_name_is_one_field(tables, study):
    text = csv_bytes(ranked(tables, study=study)).decode("utf-8-sig")
    assert '"' + HOSTILE.replace('"', '""') + '"' in text


@pytest.mark.parametrize("rows", [ranked, listed])
def test_without_options_the_lists_have_their_header(tables, study, rows):
    names = ("options", "scores", "contributions", "gates", "approvals", "cover", "access", "money")
    bare = tables | {name: empty(TABLES[name]) for name in names}
    frame = rows(bare, study=study)
    assert list(frame.columns) == list(rows(tables, study=study).columns)
    assert frame.empty
