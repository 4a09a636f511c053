"""What check and run say of a study that is not ready, and of many faults at once."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pandas as pd
import pytest
from test_doors_bad_input import amend, edit, of

import colocate as cl
from colocate import cli
from colocate.pipeline.audit import audit
from colocate.pipeline.runs import settings_of

GAP = "crewing, fire 0%"


@pytest.fixture
def uncrewed(study):
    edit(study, lambda rows: [{**row, "crewing": ""} for row in rows])
    return study


def found(study):
    """Return what `check` tells, a dictionary a row."""
    return audit(study).findings.to_dict("records")


def told(findings, kind):
    return [row for row in findings if row["kind"] == kind]


def test_check_and_run_stop_where_no_crewing_is_known(uncrewed, tmp_path, capsys):
    assert cli.main(["check", str(uncrewed)]) == 21
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["column"] for row in rows if row["severity"] == "stops"] == ["crewing"]
    out = tmp_path / "out"
    assert cli.main(["run", str(uncrewed), "--out", str(out), "--quiet"]) == 21
    assert "0 of 2 (0%) open fire stations" in capsys.readouterr().err
    assert not out.exists()
    assert cli.main(["check", str(uncrewed), "--anyway"]) == 0


def test_every_output_says_that_it_was_run_all_the_same(uncrewed, tmp_path):
    run = cl.run(uncrewed, out=tmp_path / "out", anyway=True)
    manifest = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["in_spite_of"] == [GAP]
    mute = []
    for path in sorted(each for each in run.folder.rglob("*") if each.is_file()):
        data = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                data = b"".join(book.read(name) for name in book.namelist())
        own = path.name == "study.toml" or path.suffix == ".parquet"
        if not own and b"NOT READY" not in data:
            mute.append(path.name)
    assert mute == []
    assert GAP in settings_of(run.folder).study.notice  # what is written of it later
    assert "robust" not in set(run.ranking["word"].dropna())
    report = run.report.read_text(encoding="utf-8")
    assert 'id="lacks"' in report
    assert "0 of 2 (0%) open fire stations" in report


def test_a_study_that_is_ready_says_nothing_of_it(town_run):
    manifest = json.loads((town_run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["in_spite_of"] == []
    assert "NOT READY" not in (town_run / "report.html").read_text(encoding="utf-8")


def test_no_option_is_said_loudly(study, tmp_path, capsys):
    edit(study, lambda rows: [r for r in rows if r["site_id"] in {"F1", "F2", "P3"}])
    words = ["--out", str(tmp_path / "out"), "--quiet"]
    amend(study / "study.toml", "straight_tiers_m = [", "straight_tiers_m = [1, 2, 3] #")
    amend(study / "study.toml", "drive_tier_min = ", "drive_tier_min = 0.01 #")
    assert cli.main(["run", str(study), *words]) == 0
    said = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "NO OPTION, so nothing is ranked: sites that take part: 2 of fire, 1 of police" in said
    capsys.readouterr()


def test_faults_of_all_files_are_told_in_one_call(study):
    amend(study / "bodies.csv", "fire_authority", "fire_auth")
    amend(study / "demand.csv", ",1000,", ",many,")
    edit(study, lambda rows: [{k: v for k, v in row.items() if k != "roles"} for row in rows])
    checked = audit(study)
    faults = checked.findings[checked.findings["severity"] == "fault"]
    assert set(faults["file"]) == {"bodies.csv", "demand.csv", "sites.csv"}
    many = faults.set_index("file").loc["demand.csv"]
    assert (many["column"], many["word"], many["count"]) == ("people", "many", 25)
    assert "and 2 more" in str(checked.fault)


def test_three_hundred_rows_of_one_kind_are_one_line(study):
    def many(rows):
        more = [{**of(rows, "P1"), "site_id": f"Q{n}", "name": f"Q{n}"} for n in range(300)]
        return [*rows, *({**row, "tenure": "squatted"} for row in more)]

    edit(study, many)
    lines = told(found(study), "tenure_unreadable")
    assert [(row["word"], row["count"], row["file"]) for row in lines] == [
        ("squatted", 300, "sites.csv")
    ]
    assert lines[0]["where"].endswith("and 297 more")


def test_the_worst_comes_first_and_then_the_commonest(study):
    edit(study, lambda rows: [{**row, "epc": "Z", "crewing": "WT"} for row in rows])
    severities = [row["severity"] for row in found(study)]
    assert severities == sorted(severities, key=["fault", "stops", "excluded", "doubt", "warns",
                                                 "note", "ready"].index)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "file", "column", "severity"),
    [
        ({"site_id": "P99"}, "evidence.csv", "site_id", "doubt"),
        ({"option_id": "P99-into-F1"}, "evidence.csv", "option_id", "doubt"),
        ({"body_id": "nobody"}, "evidence.csv", "body_id", "doubt"),
        ({"site_id": "P1", "gate": "secruity"}, "evidence.csv", "gate", "doubt"),
    ],
)
def test_what_evidence_names_must_be_there(study, change, file, column, severity):
    row = {"gate": "security", "outcome": "pass", "reason": "x", "author": "y",
           "date": "2026-01-01"} | change  # fmt: skip
    names = ["option_id", "site_id", "body_id", "gate", "outcome", "reason", "author", "date"]
    pd.DataFrame([row], columns=names).to_csv(study / "evidence.csv", index=False)
    path = study / "study.toml"
    text = path.read_text(encoding="utf-8")
    if "evidence = " not in text:
        path.write_text(text.replace("[inputs]", '[inputs]\nevidence = "evidence.csv"', 1))
    lines = told(found(study), "reference")
    assert [(r["file"], r["column"], r["severity"], r["where"]) for r in lines] == [
        (file, column, severity, "row 2")
    ]


def test_scenarios_must_name_what_is_there(study):
    edits = 'edits = { sites = [{ site_id = "p1", what = "close" }] }'
    with (study / "study.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[scenarios]]\nid = "x"\nname = "X"\nmeaning = "y"\n{edits}\n')
    (line,) = told(found(study), "reference")
    assert (line["column"], line["severity"], line["word"]) == ("scenario x", "fault", "p1")
    assert "Perhaps P1 is meant" in line["message"]


def test_neighbours_that_say_nothing_of_each_other_are_proposed_as_a_share(study):
    edit(study, lambda rows: [{**row, "share_with": "", "share_status": ""} for row in rows])
    pairs = [row["where"] for row in told(found(study), "likely_share")]
    assert "F2 and P4" in pairs  # ten metres apart


def test_a_dangling_share_is_a_doubt_and_loses_no_option(study, tmp_path):
    edit(study, lambda rows: [{**r, "share_with": r["share_with"] and "F99"} for r in rows])
    run = cl.run(study, out=tmp_path / "out")
    assert "P4-into-F2" in set(run.options["option_id"])
    assert run.issues.query("rule == 'share_with_unknown'")["key"].tolist() == ["P4"]
