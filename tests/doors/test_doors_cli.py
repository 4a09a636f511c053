from __future__ import annotations

import csv
import gc
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from colocate import cli
from colocate.cli import answer, grammar
from colocate.pipeline.locate import load_study


def test_help_imports_nothing_heavy():
    heavy = "pandas geopandas numpy folium osmnx sklearn pydantic rich networkx"
    code = (
        "import sys\nfrom colocate import cli\ncli.main(['--help'])\n"
        f"print(sorted(set({heavy.split()!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "examples:" in done.stdout


VERBS = [
    "run", "check", "inspect", "scenarios", "status", "show", "explain", "questions", "compare",
    "sheet", "case", "schema", "init", "calibrate", "backtest", "functions", "geocode", "fetch",
    "sweep", "validate",
]  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_has_help_with_an_example_and_speaks_json(verb, capsys):
    assert cli.main([verb, "--help"]) == 0
    told = capsys.readouterr().out
    assert f"example:\n    colocate {verb}" in told
    assert "--json" in told


def test_every_command_is_tried():
    assert [each.name for each in grammar.app.registered_commands] == VERBS


@pytest.mark.parametrize(
    "words", [["fly"], ["run", "--fast"], ["explain"], ["init", "x", "--like", "y"], []]
)
def test_wrong_words_are_told_as_usage(words, capsys):
    assert cli.main(words) == 2
    said = capsys.readouterr()
    assert "Usage: colocate" in said.err
    assert said.out == ""


def test_a_wrong_verb_is_told_the_nearest(capsys):
    assert cli.main(["shwo"]) == 2
    assert "Did you mean 'show'?" in capsys.readouterr().err


def test_the_version_is_said(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("colocate ")


def test_a_shell_is_given_its_completion():
    told = subprocess.run(
        [sys.executable, "-m", "colocate.cli"],
        env={**os.environ, "_COLOCATE_COMPLETE": "complete_bash", "COMP_WORDS": "colocate sc",
             "COMP_CWORD": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout.split() == ["scenarios", "schema"]


def test_show_prints_a_table_as_csv(town_run, capsys):
    assert cli.main(["show", "scores", "--run", str(town_run)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows
    assert {"option_id", "score", "rank"} <= set(rows[0])


def test_show_json(town_run, capsys):
    assert cli.main(["show", "sites", "--json", "--run", str(town_run)]) == 0
    assert "F1" in {row["site_id"] for row in json.loads(capsys.readouterr().out)}


def test_show_says_which_tables_there_are(town_run, capsys):
    assert cli.main(["show", "scoers", "--run", str(town_run)]) == 17
    assert "scores" in capsys.readouterr().err


def test_show_without_a_run_says_what_to_do(tmp_path, capsys):
    assert cli.main(["show", "scores", "--run", str(tmp_path)]) == 12
    assert "colocate run" in capsys.readouterr().err


def test_explain_tells_one_option(town_run, capsys):
    assert cli.main(["explain", "P1-into-F1", "--run", str(town_run)]) == 0
    told = capsys.readouterr().out
    assert "North Fire Station" in told
    assert "Anyshire Fire Authority" in told


def test_explain_suggests_an_option_for_a_wrong_id(town_run, capsys):
    assert cli.main(["explain", "P1-into-F11", "--run", str(town_run)]) == 17
    assert "P1-into-F1" in capsys.readouterr().err


def test_explain_as_json_suggests_too(town_run, capsys):
    assert cli.main(["explain", "P1-into-F11", "--json", "--run", str(town_run)]) == 17
    assert "P1-into-F1" in capsys.readouterr().err


def test_the_last_run_is_shown_and_named(town_run, tmp_path, monkeypatch, capsys):
    for name, finished in (("older", "2026-01-01T00:00:00+00:00"), ("newer", "2026-01-02")):
        shutil.copytree(town_run, tmp_path / "out" / name)
        path = tmp_path / "out" / name / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["clock"]["finished"] = finished
        path.write_text(json.dumps(manifest), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["show", "scores"]) == 0
    assert str(Path("out/newer")) in capsys.readouterr().err


def test_show_without_any_run_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["show", "scores"]) == 12
    assert "colocate run" in capsys.readouterr().err


@pytest.mark.filterwarnings("error")
def test_shapes_are_shown_as_text_without_a_warning(town_run, capsys):
    assert cli.main(["show", "catchments", "--run", str(town_run)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert "POLYGON" in rows[0]["geometry"]


def test_numbers_are_shown_with_six_decimals_at_most(capsys):
    table = answer.of_table(pd.DataFrame({"share": [0.1 + 0.2]}))
    assert answer.form(table, json_asked=False)() == 0
    assert capsys.readouterr().out == "share\n0.3\n"


def test_check_lists_doubts_and_writes_nothing(town, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check", str(town)]) == 0
    assert "sites located" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_status_before_and_after(town, town_run, tmp_path, capsys):
    assert cli.main(["status", str(town), "--out", str(tmp_path / "none"), "--json"]) == 0
    before = json.loads(capsys.readouterr().out)
    assert {stage["state"] for stage in before["stages"]} == {"to run"}
    assert before["last_run"] is None
    assert cli.main(["status", str(town), "--out", str(town_run), "--json"]) == 0
    after = json.loads(capsys.readouterr().out)
    assert {stage["state"] for stage in after["stages"]} == {"unchanged"}
    assert after["last_run"]["run_id"]


def test_schema_of_the_study_and_of_a_table(capsys):
    assert cli.main(["schema", "study"]) == 0
    assert "travel" in json.loads(capsys.readouterr().out)["properties"]
    assert cli.main(["schema", "sites"]) == 0
    assert "site_id" in capsys.readouterr().out


def test_init_copies_a_study_that_loads(tmp_path, capsys):
    folder = tmp_path / "mine"
    assert cli.main(["init", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [str(folder / "study.toml")]
    head = load_study(folder / "study.toml").study
    assert (head.id, head.title) == ("mine", "Devon & Somerset shared estates (copy)")
    assert (folder / "NOTICE.md").is_file()
    notebook = json.loads((folder / "notebooks" / "1-first-look.ipynb").read_text(encoding="utf-8"))
    code = "".join(line for cell in notebook["cells"] for line in cell["source"])
    assert 'STUDY = "../study.toml"' in code
    assert list((folder / "notebooks").glob("*.ipynb"))
    assert cli.main(["init", str(folder)]) == 19
    assert "exist" in capsys.readouterr().err


def test_init_may_begin_from_the_invented_study(tmp_path):
    folder = tmp_path / "small"
    assert cli.main(["init", str(folder), "--like", "example"]) == 0
    assert load_study(folder / "study.toml").study.notice.startswith("Invented example.")


def test_questions_are_told_in_order(town_run, capsys):
    assert cli.main(["questions", "--run", str(town_run), "--first", "2"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("Ask the ")
    numbered = [line.split(". ")[0] for line in told if line[0].isdigit()]
    assert sorted(numbered) == ["1", "2"]


@pytest.mark.parametrize("first", ["0", "-3", "x", "1.5"])
def test_the_first_questions_are_a_whole_number(first, capsys):
    assert cli.main(["questions", "--first", first]) == 2
    assert "whole number of 1 or more" in capsys.readouterr().err


def test_the_ranking_is_shown(town_run, capsys):
    assert cli.main(["show", "ranking", "--run", str(town_run)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0]["rank"] == "1.0"
    assert rows[0]["word"] in {"robust", "contested", "undecided", "fragile"}


def test_a_wrong_table_is_told_the_nearest(town_run, capsys):
    assert cli.main(["show", "score", "--run", str(town_run)]) == 17
    assert "nearest are scores" in capsys.readouterr().err


def test_a_fault_of_the_system_that_is_not_stdouts_is_a_bug(monkeypatch, town_run):
    def breaks(*_):
        raise OSError("no filename, and no fault of stdout")

    monkeypatch.setattr("colocate.pipeline.runs.table_of", breaks)
    with pytest.raises(OSError, match="no fault of stdout"):
        cli.main(["show", "scores", "--run", str(town_run)])


def test_errors_as_json(tmp_path, capsys):
    assert cli.main(["run", str(tmp_path / "none.toml"), "--json"]) == 11
    assert json.loads(capsys.readouterr().out)["error"] == "StudyError"


def test_progress_goes_to_stderr_and_the_report_to_stdout(study, tmp_path, capsys):
    out = tmp_path / "out"
    assert cli.main(["run", str(study), "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(out / "report.html")
    assert "done in" in said.err


def test_a_closed_pipe_is_no_fault(town_run):
    command = [sys.executable, "-m", "colocate.cli", "show", "site_to_site", "--run", str(town_run)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_a_command_that_is_called_leaves_its_caller_s_memory_as_it_was():
    before = gc.get_freeze_count()
    assert cli.main(["--version"]) == 0
    assert gc.get_freeze_count() == before
