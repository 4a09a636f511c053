"""What the appointed agents get: what can be acted on by name, and what a decision opens."""

from __future__ import annotations

import io
import re

import pandas as pd
import pytest

from colocate.publish.facts import AGENTS, WithheldError, cut, gather
from colocate.publish.facts.words import LISTS
from colocate.publish.lists import fields, pack_fields, packs
from colocate.publish.lists.csvtext import csv_bytes
from colocate.study import Disclosure
from colocate.tables import TABLES, empty
from colocate.tables.schema import conform

RELEASE = {"option_id": "P1-into-F1", "decision_id": "D1", "status": "approved",
           "date": "2026-10-01", "decided_by": "fire", "reversible": True,
           "release": "agents"}  # fmt: skip
LEASE = {"tenure": "leasehold", "break_date": "2027-03-25", "lease_end": "2031-03-25"}


def decided(tables, *rows):
    listed = [RELEASE | row for row in rows]
    return tables | {"option_decisions": conform(TABLES["option_decisions"], listed)}


def with_site(tables, site, **values):
    sites = tables["located_sites"].set_index("site_id", drop=False)
    sites.index.name = None
    for column, value in values.items():
        sites.loc[site, column] = value
    return tables | {"located_sites": sites.reset_index(drop=True)}


def packed(tables, study):
    return packs.pack(gather(tables, study), packs.agents(study), study=study)


def row_of(tables, study, option="P1-into-F1"):
    rows = packed(tables, study).rows
    return rows[rows["option_ref"] == option].iloc[0]


def references(tables, study):
    return packed(tables, study).rows["option_ref"].tolist()


def test_agents_get_what_can_be_acted_on_by_rank_with_its_sites_named(tables, study):
    rows = packed(tables, study).rows
    assert rows["list"].tolist() == sorted(rows["list"], key=list(LISTS).index)
    assert rows.groupby("list")["rank"].agg(lambda each: each.is_monotonic_increasing).all()
    assert set(rows["option_ref"]) == {"F2+P2-new", "F4-hq-P3", "P1-into-F1"}
    assert rows["sites"].notna().all()


def test_a_row_names_host_and_surplus_site(tables, study):
    row = row_of(tables, study)
    assert row["host_site"] == "Exampleford Fire Station"
    assert row["surplus_sites"] == tables["located_sites"].set_index("site_id")["name"]["P1"]
    assert (row["decision"], row["decision_date"]) == (
        "No decision on this option in the register",
        None,
    )
    assert row["release"] == "agents"


def test_rows_that_would_free_the_same_site_name_each_other(tables, study):
    options = tables["options"].copy()
    hq = options["option_id"] == "F4-hq-P3"
    options.loc[hq, ["mover_site_ids", "released_site_ids"]] = "P1"
    rows = packed(tables | {"options": options}, study).rows.set_index("option_ref")
    told = rows["alternatives"].to_dict()
    assert (told["P1-into-F1"], told["F4-hq-P3"]) == ("F4-hq-P3", "P1-into-F1")
    assert rows["alternatives"].isna().any()


def test_doubts_of_a_share_and_earlier_decisions_are_told_to_agents_but_not_to_the_market(
    tables, study
):
    options = tables["options"].copy()
    options.loc[options["option_id"] == "P1-into-F1", "share_reason"] = "one postcode"
    assert row_of(tables | {"options": options}, study)["share_reason"] == "one postcode"
    doubts = {"alternatives", "share_reason", "already_decided"}
    assert doubts <= set(fields.names(pack_fields.AGENTS))
    assert not doubts & set(fields.names(pack_fields.MARKET))


def test_a_rank_bears_its_interval(tables, study):
    scores = tables["scores"].assign(rank_low=1.0, rank_high=4.0)
    row = row_of(tables | {"scores": scores}, study)
    assert (row["rank"], row["rank_low"], row["rank_high"]) == (1, 1, 4)


def test_what_moves_a_crew_or_is_blocked_is_in_only_if_a_decision_releases_it(tables, study):
    scores = tables["scores"].assign(
        rank_group=tables["scores"]["rank_group"].where(
            tables["scores"]["option_id"] != "F2+P2-new", 1
        )
    )
    held = tables | {"scores": scores}
    assert not {"F2+P2-new", "F1-into-P1"} & set(references(held, study))
    for option in ("F2+P2-new", "F1-into-P1"):
        assert option in references(decided(held, {"option_id": option}), study)


@pytest.mark.parametrize(
    "change",
    [{"release": "internal"}, {"date": None}, {"decided_by": None}, {"status": "declined"},
     {"status": "withdrawn"}],
    ids=str,
)  # fmt: skip
def test_a_decision_in_force_keeps_an_option_back(tables, study, change):
    assert "P1-into-F1" in references(tables, study)
    assert "P1-into-F1" not in references(decided(tables, change), study)


def test_what_is_released_to_the_market_is_marked_so(tables, study):
    row = row_of(decided(tables, {"release": "market"}), study)
    assert row["release"] == "market"
    assert (row["decision"], row["decided_by"]) == ("Approved", "Example Fire Authority")


def test_no_decision_opens_a_restricted_site(tables, study):
    closed = with_site(decided(tables, {}), "P1", disclosure="restricted")
    assert "P1-into-F1" not in references(closed, study)


def test_of_a_released_option_agents_read_no_restricted_field(tables, study):
    option = cut(gather(decided(tables, {}), study), AGENTS).options[-1]
    assert option.site_ids == "F1;P1"
    assert option.sites[0].tenure is None
    for read in (
        lambda: option.score.score,
        lambda: option.money.net_saving_gbp,
        lambda: option.contributions[0].value,
        lambda: option.sites[0].annual_running_cost_gbp,
        lambda: option.money_by_body[0].npv_gbp,
    ):
        with pytest.raises(WithheldError, match="not for this audience"):
            read()


def test_each_surplus_site_has_a_row_with_its_own_facts(tables, study):
    both = decided(tables, {"option_id": "F2+P2-new"})
    both = with_site(with_site(both, "F2", gia_m2=450.0, tenure="freehold"), "P2", **LEASE)
    rows = packed(both, study).rows.set_index("surplus_sites")
    fire, police = rows.loc["Easton Fire Station"], rows.loc["Easton Police Station"]
    assert (fire["gia_m2"], fire["area_basis"]) == (450.0, packs.AREA_BASIS)
    assert (police["tenure"], police["lease_end"]) == ("leasehold", "2031-03-25")
    assert police["gia_m2"] is None


def test_every_empty_cell_is_named_with_its_reason(tables, study):
    rows = packed(tables, study).rows
    for _, row in rows.iterrows():
        empty = {name for name in rows.columns if row[name] is None}
        named = re.findall(r"\w+(?=[,;]|$)", row["data_gaps"])
        assert set(named) == empty
    row = row_of(tables, study)
    assert "does not apply: area_of_search" in row["data_gaps"]
    assert "not decided: earliest_release, decision_date, decided_by" in row["data_gaps"]


def test_unknown_is_empty_and_never_nought(tables, study):
    row = row_of(tables, study)
    assert row["gia_m2"] is None
    assert not (packed(tables, study).rows == 0).to_numpy().any()


def test_a_released_share_without_a_rank_is_told(tables, study):
    row = row_of(decided(tables, {"option_id": "P2-touchdown-F2"}), study, "P2-touchdown-F2")
    assert row["host_site"] == "Easton Fire Station"
    assert row["data_gaps"].startswith("does not apply: rank, ")


def test_an_inferred_postcode_gives_its_district_a_stated_one_itself(tables, study):
    row = row_of(tables, study)
    assert (row["postcode"], row["postcode_district"]) == (None, "EX1")
    stated = row_of(with_site(tables, "P1", postcode_basis="stated"), study)
    assert (stated["postcode"], stated["postcode_district"]) == ("EX1 1AB", None)


def test_who_has_decided_is_no_longer_outstanding(tables, study):
    approved = row_of(decided(tables, {}), study)["approvals_outstanding"]
    proposed = row_of(decided(tables, {"status": "proposed"}), study)
    assert approved == "Example Police (agree, not verified)"
    assert proposed["approvals_outstanding"].startswith("Example Fire Authority (approve); ")


def test_agents_are_not_told_whom_to_consult(tables, study):
    consult = tables["approvals"].assign(action="consult")
    rows = packed(tables | {"approvals": consult}, study).rows
    assert rows["approvals_outstanding"].isna().all()


@pytest.mark.parametrize(
    ("sites", "expected"),
    [
        ({"F2": (400.0, 100.0), "P2": (250.0, 50.0)}, (300.0, 650.0)),
        ({"F2": (400.0, None), "P2": (250.0, 50.0)}, (None, 650.0)),
        ({"F2": (None, 100.0), "P2": (250.0, 50.0)}, (None, None)),
    ],
)
def test_the_size_sought_is_from_the_largest_in_use_to_all_that_moves(
    tables, study, sites, expected
):
    for site, (area, spare) in sites.items():
        tables = with_site(tables, site, gia_m2=area, spare_m2=spare)
    row = row_of(tables, study, "F2+P2-new")
    assert (row["sought_low_m2"], row["sought_high_m2"]) == expected
    assert (row["sought_basis"] is None) == (expected[1] is None)


def test_a_size_that_the_map_or_a_prior_tells_says_which(tables, study):
    space = {"option_id": "P1-into-F1", "need_low_m2": 78.0, "need_high_m2": 4_512.0,
             "need_basis": "assumed", "share_low": 0, "share_high": 1, "fit": "open"}  # fmt: skip
    row = row_of(tables | {"space": conform(TABLES["space"], [space])}, study)
    assert (row["sought_low_m2"], row["sought_high_m2"]) == (78, 4500)
    assert row["sought_basis"].startswith("assumed: ")


def test_what_is_sought_says_for_whom_and_where(tables, study):
    row = row_of(tables, study)
    assert (row["sought_use"], row["sought_location"]) == ("Police", "at Exampleford Fire Station")
    row = row_of(tables, study, "F2+P2-new")
    assert row["sought_use"] == "Fire and police"
    assert row["sought_location"] == "in or near Easton, one site for all"


def test_costs_are_left_out_by_their_class_unless_the_study_lets_agents_see_them(tables, study):
    assert not [f.name for f in packs.agents(study).columns if f.unit.startswith("GBP")]
    open_study = study.model_copy(update={"disclosure": Disclosure(agents_see_costs=True)})
    assert row_of(tables, open_study)["net_saving_gbp"] == 12_000
    others = {f.name for f in packs.agents(open_study).columns} - set(fields.names(
        packs.agents(study).columns))  # fmt: skip
    assert others == {"annual_running_cost_gbp", "net_saving_gbp", "capital_gbp", "receipt_gbp"}
    assert not [f.name for f in packs.market(study).columns if f.unit.startswith("GBP")]


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        (LEASE, "2027-03-25"),
        (LEASE | {"break_date": "2026-09-30"}, "2031-03-25"),  # that break is missed
        (LEASE | {"break_date": "2026-10-01"}, "2026-10-01"),  # on the day counts
        (LEASE | {"break_date": None, "lease_end": None}, None),
        (LEASE | {"tenure": "freehold"}, "2026-10-01"),
        (LEASE | {"tenure": "pfi"}, None),
        (LEASE | {"tenure": None}, None),
    ],
)
def test_earliest_release_follows_tenure(site, expected):
    dates = (site.get("break_date"), site.get("lease_end"))
    assert packs.earliest_release("2026-10-01", tenure=site["tenure"], dates=dates) == expected


def test_without_an_approval_no_release_is_told(tables, study):
    proposed = with_site(decided(tables, {"status": "proposed"}), "P1", **LEASE)
    approved = with_site(decided(tables, {}), "P1", **LEASE)
    assert row_of(proposed, study)["earliest_release"] is None
    assert row_of(approved, study)["earliest_release"] == "2027-03-25"


def test_a_released_new_site_brings_its_own_area(tables, study):
    given = decided(tables, {"option_id": "F1+P1-new"})
    areas = packed(given, study).areas.set_index("option_ref")
    assert areas.geometry["F1+P1-new"].equals(tables["areas_of_search"].geometry.iloc[0])
    row = row_of(given, study, "F1+P1-new")
    assert row["area_of_search"] == "shortlist-agents.gpkg, layer areas_of_search"


def test_points_of_sites_are_the_middle_of_their_square(tables, study):
    sites = packed(tables, study).sites
    sites = sites[sites["option_ref"] == "P1-into-F1"]
    points = dict(zip(sites["part"], sites.geometry, strict=True))
    assert points["host"].coords[0] == (300_050, 100_050)
    assert points["surplus"].coords[0] == (300_250, 100_150)


def test_the_mailbox_of_the_study_is_the_contact(tables, study):
    head = study.study.model_copy(update={"contact": "estates@example.invalid"})
    rows = packed(tables, study.model_copy(update={"study": head})).rows
    assert set(rows["contact"]) == {"estates@example.invalid"}
    assert not rows["data_gaps"].str.contains("contact").any()


def test_the_town_is_the_surplus_site_s_else_the_option_s_else_the_nearest(tables, study):
    assert row_of(with_site(tables, "P1", town="Policeton"), study)["town"] == "Policeton"
    assert row_of(with_site(tables, "P1", town=None), study)["town"] == "Exampleford"


def test_the_pack_does_not_change_with_what_was_given(tables, study):
    opened = decided(tables, {})
    before = {name: frame.copy() for name, frame in opened.items()}
    first, second = (packed(opened, study) for _ in range(2))
    pd.testing.assert_frame_equal(first.rows, second.rows)
    assert all(before[name].equals(frame) for name, frame in opened.items())


def test_without_options_the_list_has_its_header(tables, study):
    names = ("options", "scores", "contributions", "gates", "approvals", "cover", "access", "money")
    rows = packed(tables | {name: empty(TABLES[name]) for name in names}, study).rows
    assert list(rows.columns) == list(fields.names(packs.agents(study).columns))
    assert rows.empty


def test_an_agent_opens_the_list_sorts_and_filters_it(tables, study):
    data = csv_bytes(packed(with_site(tables, "P1", gia_m2=320.0), study).rows)
    rows = pd.read_csv(io.BytesIO(data), encoding="utf-8-sig")
    stations = rows[rows["list"] == "stations"]
    assert stations["rank"].is_monotonic_increasing
    assert rows[rows["town"] == "Exampleford"].sort_values("gia_m2", ascending=False)[
        "option_ref"
    ].iloc[0] == "P1-into-F1"  # fmt: skip
    assert rows["rank"].notna().all()
    assert rows["host_site"].notna().sum() == 1
