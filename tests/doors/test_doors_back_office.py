"""The back office through its doors: the command, and what two choices of a study differ in."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from colocate import cli, study
from colocate.errors import OptionError
from colocate.pipeline import back_office, compare_choices, runs
from colocate.pipeline.compare_choices import Chosen
from colocate.tables import TABLES, empty
from colocate.tables.money import TARGET_SHARES
from colocate.tables.schema import conform
from functions_town import (
    BETWEEN,
    EAST,
    ESTATE,
    FIRE,
    FLEET,
    POLICE_FLEET,
    bodies,
    entered,
    run,
    scenario,
)
from options_town import options

ALONE = scenario(("alliance", [EAST]), name="alone").model_copy(
    update={
        "answers": "5.1",
        "reasons": (study.Statement(text="Set aside: no partner.", source="5.3"),),
    }
)
JOINED = scenario(("alliance", [FIRE, EAST]), name="joined").model_copy(
    update={"risks": (study.Statement(text="The board must agree.", source="5.13"),)}
)


@pytest.fixture(scope="module")
def tables():
    made = run(
        FLEET, POLICE_FLEET, ("Legal", FIRE), scenarios=[ALONE, JOINED],
        ways=[{"vehicle_id": "alliance"}],
    )  # fmt: skip
    return {name: empty(table) for name, table in TABLES.items()} | made | {
        "functions": entered(FLEET, POLICE_FLEET, ("Legal", FIRE)),
        "bodies": bodies(),
        "options": BETWEEN,
        "located_sites": ESTATE,
    }  # fmt: skip


def told(tables, **changes):
    """What the two choices differ in, told as lines; `changes` are other tables of the later."""
    a = Chosen("earlier", tables | {"options": options()}, ALONE)
    return list(compare_choices.differences(a, Chosen("later", tables | changes, JOINED)))


@pytest.mark.parametrize(
    "line",
    [
        "earlier run, alone [5.1]: invented",
        "  reason: Set aside: no partner. [5.3]",
        "  risk: The board must agree. [5.13]",
        "functions: 2 of Shire Fire Authority, stays as it is to strategic alliance: Fleet, Legal",
        "sites: options on the table, depot 0 to 2, hq 0 to 1, into_fire 0 to 1",
        (
            "money of Shire Fire Authority: by functions, nothing, as today to about £72,000 "
            "(£30,000 to £120,000) a year, assumed (1 of 2 functions known)"
        ),
        (
            "money of East Police: by functions, about £100,000 (£50,000 to £150,000) a year, "
            "assumed (1 of 1 functions known) to about £120,000 (£50,000 to £190,000) a year, "
            "assumed (1 of 1 functions known)"
        ),
        "approves in the later run alone: Shire Fire Authority",
        (
            "  approvals of functions in the later run alone: Shire Fire Authority then East "
            "Commissioner then Alliance Board"
        ),
    ],
)
def test_two_choices_say_what_they_differ_in(tables, line):
    assert line in told(tables)


def test_what_nothing_tells_apart_is_said_with_the_figure_that_would(tables):
    lines = [line for line in told(tables) if line.startswith("not told apart")]
    assert lines[0].startswith("not told apart for certain, functions of East Police: the ranges ")
    assert "what changing over costs" in lines[0]
    assert lines[-1].startswith("not told apart, buildings: the best set is the same")


def test_whose_money_the_buildings_bring_is_told(tables):
    row = {"portfolio_id": "best", "target_id": "own", "body_id": FIRE, "target_gbp": 1e6,
           "first_year": 1, "last_year": 4, "gain_low_gbp": 0.0, "gain_high_gbp": 9000.0,
           "words": "invented"}  # fmt: skip
    lines = told(tables, target_shares=conform(TARGET_SHARES, [row]))
    assert (
        "money of Shire Fire Authority: by buildings, nothing to £0 to £9,000 in 4 years towards "
        "own"
    ) in lines


def test_two_runs_under_one_scenario_differ_in_no_choice(tables):
    assert not list(
        compare_choices.differences(
            Chosen("earlier", tables, JOINED), Chosen("later", tables, JOINED)
        )
    )


@pytest.fixture
def opened(tables, monkeypatch, tmp_path):
    monkeypatch.setattr(runs, "open_run", lambda _: tables)
    return str(tmp_path)


def test_the_command_pipes_one_row_a_function_body_and_way(opened, capsys):
    assert cli.main(["functions", "--run", opened, "--function", "fleet"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("function,body_id,way,name,")
    assert len(lines) == 1 + 7 + 6  # no mutual for the police
    assert "joined: Shire Fire Authority saves about £72,000" in err


def test_the_command_as_json_holds_all_its_tables(opened, capsys):
    assert cli.main(["functions", "--run", opened, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["functions", "function_totals", "function_baseline",
                           "function_options", "function_plans", "function_gains"]  # fmt: skip
    assert len(found["function_options"]) == 7 + 6 + 7


def test_operational_staff_are_no_area_of_focus(tables):
    with pytest.raises(OptionError, match="Operational staff are out of scope"):
        back_office.of_function(tables["function_options"], "Firefighters")


def test_a_terminal_shows_a_row_a_function_and_body(tables):
    shown = back_office.summary(tables, None).set_index(["function", "body"])
    fleet = shown.loc[("Fleet", "Shire Fire Authority")]
    assert fleet["state"] == "above benchmark"
    assert fleet["saving_known_for"] == "contracted_out, collaboration, alliance"
    assert pd.isna(shown.loc[("Legal", "Shire Fire Authority"), "saving_known_for"])


def test_a_terminal_shows_each_way_of_one_function(tables):
    shown = back_office.summary(tables, "Fleet")
    first = shown[(shown["body"] == "Shire Fire Authority") & (shown["way"] == "collaboration")]
    assert first["saves"].tolist() == ["about £24,000 (£0 to £48,000) a year, assumed"]
    assert first["costs"].tolist() == ["£60,000 once"]
