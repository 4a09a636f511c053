"""The embedded study, end to end: what the README promises of it."""

from __future__ import annotations

import json

import pytest

from colocate.pipeline import runs
from colocate.tables import TABLES, check

pytestmark = pytest.mark.study


@pytest.fixture(scope="module")
def tables(study_run):
    return runs.open_run(study_run)


def test_every_table_of_the_run_keeps_its_schema(tables):
    for name, frame in tables.items():
        check(TABLES[name], frame)


@pytest.mark.parametrize(("service", "records"), [("fire", 93), ("police", 125)])
def test_every_record_is_located_or_excluded_with_a_reason(tables, service, records):
    sites = tables["sites"]
    sites = sites[(sites["service"] == service) & ~sites["over_border"]]
    issues = tables["issues"]
    excluded = set(issues.loc[issues["severity"] == "excluded", "key"])
    assert len(sites) == records
    assert set(sites["site_id"]) <= set(tables["located_sites"]["site_id"]) | excluded


def test_each_site_that_takes_no_part_has_its_reason_in_issues(tables):
    who = tables["participation"]
    out = who[~who["takes_part"] & ~who["covers"]]["site_id"]
    issues = tables["issues"]
    assert set(out) <= set(issues.loc[issues["severity"] == "excluded", "key"])


def test_wells_is_shown_as_an_existing_share_and_nothing_else(tables):
    wells = tables["options"][tables["options"]["site_ids"].str.contains("PAS034")]
    scores = tables["scores"].set_index("option_id")
    assert len(wells)
    assert set(scores.loc[wells["option_id"], "status"]) == {"existing"}


def test_nothing_is_recommended_on_unknown_mandatory_gates(tables):
    scores, gates = tables["scores"], tables["gates"]
    unknown = gates[gates["mandatory"] & (gates["outcome"] != "pass")]["option_id"]
    recommended = scores.loc[scores["status"] == "recommended", "option_id"]
    assert not set(recommended) & set(unknown)


def test_avon_and_somerset_options_take_a_path_outside_the_alliance(tables):
    options, approvals = tables["options"], tables["approvals"]
    outside = options[options["police_areas"] == "Avon and Somerset"]["option_id"]
    inside = options[options["police_areas"] == "Devon & Cornwall"]["option_id"]
    board = set(approvals.loc[approvals["body_id"] == "alliance-board", "option_id"])
    assert len(outside)
    assert not board & set(outside)
    assert set(inside) <= board


def test_every_page_and_file_says_it_is_a_demonstration(study_run):
    notice = "Demonstration on public data. Not a proposal of any authority."
    for name in ("report.html", "shortlist.csv", "agents/shortlist-agents.csv", "manifest.json"):
        assert notice in (study_run / name).read_text(encoding="utf-8"), name
    assert notice.encode() in (study_run / "study.gpkg").read_bytes()


def test_the_manifest_counts_what_the_tables_hold(study_run, tables):
    manifest = json.loads((study_run / "manifest.json").read_text(encoding="utf-8"))
    for name in ("sites", "options", "scores"):
        assert manifest["tables"][name]["rows"] == len(tables[name])
