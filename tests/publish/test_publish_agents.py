"""What agents get of an option once the decision register releases it, and not before."""

from __future__ import annotations

import pandas as pd
import pytest

from colocate.publish.facts import AGENTS, WithheldError, cut, gather
from colocate.publish.lists import agents
from colocate.tables import TABLES
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


def named(tables, study):
    rows = agents.pack(gather(tables, study), study=study).rows
    return rows[rows["rank"].notna()]


def test_a_released_option_names_host_and_surplus_site(tables, study):
    row = named(decided(tables, {}), study).iloc[0]
    assert row["option_ref"] == "P1-into-F1"
    assert row["host_site"] == "Exampleford Fire Station"
    assert row["surplus_sites"] == tables["located_sites"].set_index("site_id")["name"]["P1"]
    assert row["what_happens"].endswith(" Decision: approved, 2026-10-01.")


@pytest.mark.parametrize(
    "change",
    [{"release": "internal"}, {"date": None}, {"decided_by": None}, {"status": "declined"},
     {"status": "withdrawn"}],
    ids=str,
)  # fmt: skip
def test_without_a_full_decision_for_it_nothing_is_named(tables, study, change):
    assert cut(gather(decided(tables, change), study), AGENTS).options == ()
    assert named(decided(tables, change), study).empty


def test_no_decision_opens_a_restricted_site(tables, study):
    closed = with_site(decided(tables, {}), "P1", disclosure="restricted")
    assert named(closed, study).empty


def test_of_a_released_option_agents_read_no_restricted_field(tables, study):
    (option,) = cut(gather(decided(tables, {}), study), AGENTS).options
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
    rows = named(both, study).set_index("surplus_sites")
    fire, police = rows.loc["Easton Fire Station"], rows.loc["Easton Police Station"]
    assert (fire["gia_m2"], fire["area_basis"]) == (450.0, agents.AREA_BASIS)
    assert (police["tenure"], police["lease_end"]) == ("leasehold", "2031-03-25")
    assert police["gia_m2"] is None


def test_what_is_empty_in_a_named_row_is_named_too(tables, study):
    row = named(decided(tables, {}), study).iloc[0]
    empty = [name for name in agents.COLUMNS if row[name] is None]
    assert "does not apply: area_of_search" in row["data_gaps"]
    assert "gia_m2" in row["data_gaps"]
    assert all(name in row["data_gaps"] for name in empty)


def test_a_released_share_without_a_rank_withholds_nothing(tables, study):
    rows = agents.pack(
        gather(decided(tables, {"option_id": "P2-touchdown-F2"}), study), study=study
    ).rows
    row = rows.set_index("option_ref").loc["P2-touchdown-F2"]
    assert row["host_site"] == "Easton Fire Station"
    assert "withheld" not in row["data_gaps"]
    assert row["data_gaps"].startswith("does not apply: surplus_sites, ")


def test_an_inferred_postcode_is_not_given_a_stated_one_is(tables, study):
    row = named(decided(tables, {}), study).iloc[0]
    assert row["postcode"] is None  # P1's was inferred from its point
    stated = with_site(decided(tables, {}), "P1", postcode_basis="stated")
    assert named(stated, study).iloc[0]["postcode"] == "EX1 1AB"


def test_who_has_decided_is_no_longer_outstanding(tables, study):
    approved = named(decided(tables, {}), study).iloc[0]["approvals_outstanding"]
    proposed = named(decided(tables, {"status": "proposed"}), study).iloc[0]
    assert approved == "Example Police (agree, not verified)"
    assert proposed["approvals_outstanding"].startswith("Example Fire Authority (approve); ")


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
    assert agents.earliest_release("2026-10-01", tenure=site["tenure"], dates=dates) == expected


def test_without_an_approval_no_release_is_told(tables, study):
    proposed = with_site(decided(tables, {"status": "proposed"}), "P1", **LEASE)
    approved = with_site(decided(tables, {}), "P1", **LEASE)
    assert named(proposed, study).iloc[0]["earliest_release"] is None
    assert named(approved, study).iloc[0]["earliest_release"] == "2027-03-25"


def test_a_released_new_site_leaves_its_town_s_row_and_brings_its_own_area(tables, study):
    pack = agents.pack(gather(decided(tables, {"option_id": "F1+P1-new"}), study), study=study)
    assert pack.rows[pack.rows["rank"].isna()]["town"].tolist() == ["Easton"]
    area = pack.areas.set_index("option_ref")
    assert area.loc["F1+P1-new", "released"]
    assert area.geometry["F1+P1-new"].equals(tables["areas_of_search"].geometry.iloc[0])
    assert (
        pack.rows.set_index("option_ref")["area_of_search"]["F1+P1-new"]
        .iloc[0]
        .startswith(agents.AREAS)
    )


def test_points_of_released_sites_are_the_middle_of_their_square(tables, study):
    pack = agents.pack(gather(decided(tables, {}), study), study=study)
    points = dict(zip(pack.sites["part"], pack.sites.geometry, strict=True))
    assert points["host"].coords[0] == (300_050, 100_050)
    assert points["surplus"].coords[0] == (300_250, 100_150)


def test_the_mailbox_of_the_study_is_the_contact(tables, study):
    head = study.study.model_copy(update={"contact": "estates@example.invalid"})
    written = study.model_copy(update={"study": head})
    rows = agents.pack(gather(tables, written), study=written).rows
    assert set(rows["contact"]) == {"estates@example.invalid"}
    assert not rows["data_gaps"].str.contains("contact").any()


def test_the_pack_does_not_change_with_what_was_given(tables, study):
    opened = decided(tables, {})
    before = {name: frame.copy() for name, frame in opened.items()}
    first, second = (agents.pack(gather(opened, study), study=study) for _ in range(2))
    pd.testing.assert_frame_equal(first.rows, second.rows)
    assert all(before[name].equals(frame) for name, frame in opened.items())
