"""Scenarios run through every door: command line, folders, comparison."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

import town as anytown
from colocate import cli, pipeline
from colocate.pipeline import compare, manifest, runs

SCENARIOS = """
[[scenarios]]
id = "east-closed"
name = "East closed"
meaning = "East Fire Station closed."
edits = { sites = [{ site_id = "F2", what = "close" }] }

[[scenarios]]
id = "desks-only"
name = "Desks only"
meaning = "Nothing but touchdown desks."
edits = { offer = { kinds = ["touchdown"] } }

[[scenarios]]
id = "cover-first"
name = "Cover first"
meaning = "Other weights."
edits = { preset = "Cover first" }

[[scenarios]]
id = "seven-minutes"
name = "Seven minutes"
meaning = "Another standard."
edits = { settings = { "response.standards.Dwelling fire.limit_min" = 7 } }

[[scenarios]]
id = "road-closed"
name = "Road closed"
meaning = "The street east of North Fire Station closed."
edits = { blocks = [{ easting = 301500, northing = 107000, within_m = 100 }] }
"""


@pytest.fixture(scope="module")
def study(town, tmp_path_factory):
    folder = anytown.copy(town, tmp_path_factory.mktemp("scenarios") / "study")
    file = folder / "study.toml"
    text = file.read_text()
    file.write_text(text[: text.index("[[scenarios]]")] + SCENARIOS)
    return folder


@pytest.fixture(scope="module")
def out(town_work, tmp_path_factory):
    """Where runs go, beside the stored stages of the town: scenarios share a study's."""
    folder = tmp_path_factory.mktemp("scenario-runs")
    shutil.copytree(town_work, folder / ".work" / "town")
    return folder


@pytest.fixture(scope="module")
def plain(study, out):
    return pipeline.run(study, out=out / "town")


def under(study, out, scenario):
    return pipeline.run(study, out=out / f"town--{scenario}", scenario=scenario)


@pytest.mark.usefixtures("plain")
def test_a_scenario_repeats_only_what_it_changes(study, out):
    repeated = [s.stage for s in under(study, out, "cover-first").steps if not s.found]
    assert "travel" not in repeated
    assert "scores" in repeated


def test_the_manifest_and_the_title_name_the_scenario(study, out, plain):
    folder = under(study, out, "cover-first").folder
    assert manifest.read(folder)["scenario"] == "cover-first"
    assert manifest.read(folder)["title"] == "Anyborough shared estates: Cover first"
    assert runs.settings_of(folder).choice.criteria[0].weight.value == 45
    assert manifest.read(plain.folder)["scenario"] == "no-change"


def test_a_closed_station_lowers_cover_and_leaves_its_options(study, out, plain):
    closed = under(study, out, "east-closed")
    was, is_ = (
        run.cover_baseline.set_index("measure").loc["people_share_dwelling_fire", "value"]
        for run in (plain, closed)
    )
    assert is_ < was
    assert not closed.options["site_ids"].str.split(";").map(lambda ids: "F2" in ids).any()
    assert closed.sites.set_index("site_id").loc["F2", "status"] == "closed"


def test_options_off_the_table_are_named_with_the_reason(study, out, plain):
    run = under(study, out, "desks-only")
    in_place = run.options["existing_share"] == "existing"
    assert set(run.options.loc[~in_place, "kind"]) <= {"touchdown"}
    told = run.issues.query("rule == 'not_on_the_table'")["key"]
    assert set(told) == set(plain.options["option_id"]) - set(run.options["option_id"])
    assert run.scores["rank"].isna().all()


def test_what_is_shared_today_stays_under_every_scenario(study, out, plain):
    run = under(study, out, "desks-only")
    today = plain.options.query("existing_share == 'existing'")
    assert len(today.query("kind != 'touchdown'"))
    assert set(today["option_id"]) <= set(run.options["option_id"])


def test_a_closed_road_lengthens_some_drive_and_shortens_none(study, out, plain):
    keys = ["from_site_id", "to_site_id"]
    blocked = under(study, out, "road-closed").site_to_site.set_index(keys)["travel_time_s"]
    open_ = plain.site_to_site.set_index(keys)["travel_time_s"]
    longer = (blocked - open_.reindex(blocked.index)).dropna()
    assert (longer >= -1e-6).all()
    assert longer.max() > 1


def test_compare_says_what_went_in_and_why_ranks_moved(study, out, plain, capsys):
    folder = under(study, out, "cover-first").folder
    assert cli.main(["compare", str(plain.folder), str(folder)]) == 0
    printed = capsys.readouterr()
    assert "scenario: no-change to cover-first" in printed.err
    assert "setting: choice.criteria.fire_cover.weight 30.0 to 45.0" in printed.err
    table = compare.compare(plain.folder, folder).comparison
    assert set(table["why"]) <= {"weight", "others moved", "no change"}
    assert printed.out.startswith("option_id,title,rank_a,rank_b,")


def test_compare_sees_cover_change_with_the_data(study, out, plain):
    found = compare.compare(plain.folder, under(study, out, "east-closed").folder)
    assert "edit of the later run: close site F2" in found.summary
    assert not found.comparison["why"].str.contains("rule").any()
    assert "people_share_dwelling_fire" in set(found.cover["measure"])
    assert (found.comparison["why"] == "only in the earlier run").any()


def test_another_standard_is_a_rule_and_no_other_data(study, out, plain):
    found = compare.compare(plain.folder, under(study, out, "seven-minutes").folder)
    moved = found.comparison["why"].str.split(", ").explode()
    assert "rule" in set(moved)
    assert set(moved) <= {"rule", "gate", "others moved", "no change"}
    cover = found.comparison["criteria_changed"].str.split(";").explode().dropna()
    assert set(cover) <= {"fire_cover", "fire_response"}


def test_compare_says_what_is_off_the_table(study, out, plain):
    told = compare.compare(plain.folder, under(study, out, "desks-only").folder).summary
    assert "edit of the later run: options of these kinds only: touchdown" in told
    assert "ranking: 0 of the 0 options ranked in both have another rank" in told
    assert any(line.startswith("status: ") for line in told)
    assert any(line.startswith("ranks: ") and line.endswith(" to 0") for line in told)


def test_a_run_beside_itself_is_unchanged(plain):
    found = compare.compare(plain.folder, plain.folder)
    assert found.cover.empty
    assert set(found.comparison["why"]) == {"no change"}
    pd.testing.assert_series_equal(
        found.comparison["rank_a"], found.comparison["rank_b"], check_names=False
    )


def test_the_scenarios_of_a_study_are_listed_no_change_first(study, capsys):
    assert cli.main(["scenarios", str(study), "--json"]) == 0
    listed = [each["scenario"] for each in json.loads(capsys.readouterr().out)]
    assert listed == [
        "no-change",
        "east-closed",
        "desks-only",
        "cover-first",
        "seven-minutes",
        "road-closed",
    ]


def test_an_unknown_scenario_is_a_fault_of_the_study(study, out):
    assert cli.main(["run", str(study), "--out", str(out / "x"), "--scenario", "merger"]) == 11
    assert not (out / "x").exists()
