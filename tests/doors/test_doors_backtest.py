"""`colocate backtest` on the invented town, whose cases are invented too."""

from __future__ import annotations

import json

import pytest

from colocate import cli
from colocate.errors import InputError, SchemaError
from colocate.pipeline import backtest, runs
from colocate.tables.gates import EVIDENCE
from colocate.tables.schema import conform

HEAD = "site,body,partner_site,outcome,decided,source,source_kind\n"
CASES = (
    HEAD + "P1,apol,F1,happened,2025-06-01,Invented notice,notice\n"
    "East Police Station,Anyshire Police,,kept,2024,Invented minute,paper\n"
    "P9,apol,,announced,2024,Invented minute,paper\n"
)


@pytest.fixture
def cases(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(CASES)
    return path


def test_cases_are_told_as_csv_json_and_a_file(town_run, cases, tmp_path, capsys):
    words = ["backtest", str(cases), "--run", str(town_run)]
    assert cli.main([*words, "--out", str(tmp_path / "told.csv")]) == 0
    told = capsys.readouterr()
    assert (tmp_path / "told.csv").read_text() == told.out
    assert "P9 (announced 2024): no standing: in no register of the run" in told.err
    assert "too few: 1 of what happened or was announced" in told.err
    assert cli.main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["site_id"] for row in found["cases"]] == ["P1", "P2", None]
    assert {row["method"] for row in found["summary"]} == {
        "ranking", "straight_distance", "drive_time", "town_size",
    }  # fmt: skip


def test_standings_are_those_worked_out_by_hand(town_run, cases):
    """P1 is 200 m from F1, P2 900 m from F2, P3 1,414 m from F4; P4, in F2, has nothing to rank."""
    held = backtest.backtest(town_run, cases=cases).cases.set_index("site_id")
    one = held.loc["P1"]
    assert (one["best_option"], one["with_partner"]) == ("P1-into-F1", True)
    assert (one["n_others"], one["ranking"]) == (3, 1)
    assert one["straight_distance"] == pytest.approx(2 / 3)  # behind P4
    assert held.loc["P2", "straight_distance"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("date", "left_out", "option"),
    [
        ("2025-05-31", 0, "P1-into-F4"),
        ("2025-06-01", 1, "P1-into-F1"),
        ("2025-05", 0, "P1-into-F4"),
        ("2025", 1, "P1-into-F1"),
    ],
)
def test_the_known_decision_does_not_answer_the_question(town_run, date, left_out, option):
    """What stands on the case's own day, or may be later, fails no gate of its ranking."""
    tables = dict(runs.open_run(town_run))
    told = {"gate": "space", "outcome": "fail", "reason": "Invented", "author": "surveyor"}
    tables["evidence"] = conform(EVIDENCE, [told | {"site_id": "F1", "date": date}])
    then = backtest._ranked_before(
        backtest.first_day("2025-06-01"), tables=tables, settings=runs.settings_of(town_run)
    )
    best = then.best.set_index("site_id").loc["P1", "option_id"]
    assert (then.left_out, best) == (left_out, option)


def test_a_later_row_of_a_register_is_named(town_run, cases):
    held = backtest.backtest(town_run, cases=cases).cases.set_index("site_id")
    assert "roads (no date stated)" in held.loc["P1", "later_inputs"]


def test_a_case_without_a_source_is_refused(town_run, tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text(HEAD + "P1,,,kept,2024,,\n")
    with pytest.raises(SchemaError, match=r"1 \(P1\) have no source"):
        backtest.backtest(town_run, cases=path)


def test_one_site_named_twice_is_refused(town_run, tmp_path):
    path = tmp_path / "twice.csv"
    path.write_text(HEAD + "P1,,,kept,2024,I,\nNorth Police Station,,,dropped,2025,I,\n")
    with pytest.raises(SchemaError, match="are one site"):
        backtest.backtest(town_run, cases=path)


def test_a_study_of_ones_own_names_its_cases(town_run):
    with pytest.raises(InputError, match="no cases are carried for study 'town'"):
        backtest.backtest(town_run)
