from __future__ import annotations

import json

import pandas as pd
import pytest

import town as anytown
from colocate import io, pipeline
from colocate.pipeline import manifest, runs, stages, standing
from colocate.tables import TABLES
from colocate.travel import stages as travel


def test_a_run_leaves_every_promised_file(town_run):
    names = {path.name for path in town_run.iterdir()}
    assert names >= {
        "report.html", "shortlist.csv", "shortlist.xlsx", "study.gpkg", "issues.csv", "agents",
        "sheets", "datapackage.json", "data-dictionary.csv", "NOTICE.md", "manifest.json", "tables",
    }  # fmt: skip


def test_a_register_may_begin_without_a_decision(tmp_path):
    file = tmp_path / "decisions.csv"
    file.write_text(",".join(TABLES["decisions"].names) + "\n")
    assert io.read_table(file, TABLES["decisions"]).empty


def test_a_second_run_repeats_nothing(study, ran):
    first = contents(ran)
    second = pipeline.run(study, out=ran)
    assert [step.stage for step in second.steps if not step.found] == []
    assert contents(ran) == first


@pytest.mark.parametrize("what", ["gone", "edited", "publishing", "incomplete"])
def test_outputs_stand_only_where_a_new_run_would_write_the_same(what, study, ran, monkeypatch):
    report, text = ran / "report.html", (ran / "manifest.json").read_text()
    if what == "gone":
        report.unlink()
    elif what == "edited":
        report.write_text("edited")
    elif what == "publishing":
        monkeypatch.setattr(standing, "publishing", lambda _: "other pages")
    else:
        missing = json.loads(text) | {"missing": {"study.gpkg": "a fault"}}
        (ran / "manifest.json").write_text(json.dumps(missing))
    second = pipeline.run(study, out=ran)
    assert [step.stage for step in second.steps if not step.found] == ["publish"]
    assert "</html>" in report.read_text()


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_changed_weight_repeats_only_the_choice(study, ran):
    settings = study / "study.toml"
    text = settings.read_text()
    assert text.count("weight = 30\n") == 1
    settings.write_text(text.replace("weight = 30\n", "weight = 31\n"))
    second = pipeline.run(study, out=ran)
    repeated = {step.stage for step in second.steps if not step.found}
    assert {"scores", "robustness", "portfolio", "publish"} <= repeated
    assert repeated <= {
        "scores", "questions", "robustness", "portfolio", "apportionment", "together", "clearing",
        "target_shares", "publish",
    }  # fmt: skip


def test_a_changed_remark_in_the_register_repeats_no_travel(study, ran):
    sites = study / "sites.csv"
    sites.write_text(sites.read_text().replace("North Fire Station", "Northern Fire Station"))
    second = pipeline.run(study, out=ran)
    repeated = {step.stage for step in second.steps if not step.found}
    assert "sites" in repeated
    assert "network" not in repeated


def test_every_site_is_located_or_excluded_with_a_reason(town_run):
    tables = runs.open_run(town_run)
    excluded = tables["issues"].query("table == 'sites' and severity == 'excluded'")
    assert len(tables["located_sites"]) + excluded["key"].nunique() == len(tables["sites"])
    assert set(tables["participation"]["site_id"]) == set(tables["located_sites"]["site_id"])


def test_every_site_takes_part_in_travel_or_is_excluded_with_a_reason(town_run):
    tables = runs.open_run(town_run)
    snapped = tables["snaps"].query("kind == 'site'")["point_id"]
    excluded = tables["issues"].query("stage == 'travel' and severity == 'excluded'")["key"]
    assert set(snapped) | set(excluded) >= set(tables["located_sites"]["site_id"])


def test_the_stages_make_each_table_once_and_read_only_what_is_made_before():
    made: list[str] = []
    for stage in stages.STAGES:
        assert set(stage.reads) <= set(made), stage.name
        assert not set(stage.makes) & set(made), stage.name
        made += stage.makes
    # Units are handed in, and read where they are made into `demand_units`.
    assert set(made) | {"issues", "units"} == set(TABLES)


def test_the_manifest_names_inputs_tables_and_outputs(town_run, town):
    written = json.loads((town_run / "manifest.json").read_text())
    assert {"sites.csv", "study.toml", "roads.osm"} <= set(written["inputs"])
    assert written["tables"]["sites"]["rows"] == len(anytown.SITES)
    assert "report.html" in written["outputs"]
    assert str(town.parent) not in (town_run / "manifest.json").read_text()


def test_registers_of_the_same_name_keep_their_places_in_the_manifest(tmp_path):
    names = ("study/study.toml", "study/sites.csv", "study/police/sites.csv", "a/sites.csv",
             "b/sites.csv")  # fmt: skip
    files = [tmp_path / name for name in names]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(file))
    hashes = manifest.input_hashes(files[0], files[1:])
    assert list(hashes) == [
        "police/sites.csv", "sites.csv", "sites.csv (2)", "sites.csv (3)", "study.toml",
    ]  # fmt: skip
    assert len(set(hashes.values())) == len(files)


def test_another_version_of_a_library_makes_every_stage_again(town, town_run, monkeypatch):
    newer = {**manifest.versions(), "scipy": "99.0"}
    monkeypatch.setattr(manifest, "versions", lambda: newer)
    found = pipeline.status(town, out=town_run)
    assert {stage["state"] for stage in found["stages"]} == {"to run"}


def test_paths_may_be_text(town, town_run):
    assert len(runs.open_run(str(town_run))["sites"]) == len(anytown.SITES)
    assert pipeline.locate(str(town), out="out/x").work.as_posix() == "out/.work/town"


def test_packed_roads_without_a_ferry_are_told_when_ferries_are_on():
    plain = pd.DataFrame({"highway": ["primary"]})
    assert list(travel._no_ferries(plain)["rule"]) == ["ferries_not_in_network"]
    assert travel._no_ferries(plain.assign(highway="ferry")).empty
