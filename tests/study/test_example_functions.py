"""The back office of the invented study, against answers worked out by hand (docs/example.md)."""

from __future__ import annotations

import pandas as pd
import pytest

from colocate.pipeline import runs
from colocate.pipeline.locate import load_study

FIRE, WEST, EAST = "anyshire-fire", "westmark-police", "eastmark-police"


@pytest.fixture(scope="module")
def tables(example_run):
    return runs.open_run(example_run)


def saving(row):
    ends = [row[f"saving_{end}_gbp"] for end in ("low", "central", "high")]
    return None if pd.isna(ends).any() else tuple(ends)


@pytest.mark.parametrize(
    ("function", "body", "way", "expected"),
    [
        ("Fleet", FIRE, "contracted_out", (50_000, 100_000, 150_000)),  # 600 - 450, 500, 550
        ("Fleet", FIRE, "collaboration", (0, 24_000, 48_000)),  # 0, 4, 8 % of 600,000
        ("Fleet", FIRE, "mutual", (0, 30_000, 60_000)),  # 0, 5, 10 %
        ("Fleet", FIRE, "alliance", (30_000, 72_000, 120_000)),  # 5, 10 + 2, 15 + 4 %
        ("Fleet", FIRE, "alliance_single_leadership", (30_000, 84_000, 150_000)),  # 5, 14, 24 %
        ("Fleet", FIRE, "contracted_in", None),  # nobody says what it would earn
        ("Fleet", WEST, "contracted_out", (-150_000, -50_000, 45_000)),  # 900 - 855, 950, 1,045
        ("Fleet", WEST, "alliance", (0, 0, 180_000)),  # competitive already: from nothing
        ("Estates", FIRE, "alliance", (0, 0, 76_000)),  # exactly at the benchmark
        ("ICT", FIRE, "contracted_in", (10_000, 20_000, 40_000)),  # supplied
        ("HR", FIRE, "collaboration", (10_000, 16_000, 22_000)),  # 10, 15, 20 in prices of 2024
        ("Legal", FIRE, "alliance", None),
        ("Fleet", EAST, "alliance", None),  # in no alliance
    ],
)
def test_what_a_way_of_running_a_function_saves(tables, function, body, way, expected):
    row = tables["function_options"].set_index(["function", "body_id", "way"])
    assert saving(row.loc[(function, body, way)]) == expected


@pytest.mark.parametrize(
    ("scenario", "body", "functions", "known", "expected"),
    [
        ("do-nothing", FIRE, 0, 0, (0, 0, 0)),
        ("do-nothing", WEST, 6, 6, (110_000, 240_000, 580_000)),
        # 50 + 10 + 7.2 + 10, 100 + 20 + 12 + 20, 150 + 30 + 16.8 + 40
        ("contract", FIRE, 4, 4, (77_000, 150_000, 240_000)),
        # HR 10,302, 15,821, 21,590; Fleet and Stores 0, 28.8, 57.6
        ("collaborate", FIRE, 4, 3, (10_000, 45_000, 80_000)),
        ("collaborate", EAST, 1, 1, (0, 18_000, 36_000)),
        # Fleet, HR, Payroll, Stores: 5, 12, 19 % of 1,080; Estates and ICT 0, 0, 19 % of 1,200
        ("alliance", FIRE, 24, 6, (54_000, 130_000, 440_000)),
        # Estates, ICT, Stores: 5, 12, 19 % of 2,360; the others 0, 0, 19 % of 1,490
        ("alliance", WEST, 6, 6, (110_000, 280_000, 740_000)),
        ("declined", FIRE, 0, 0, (0, 0, 0)),
        ("declined", WEST, 6, 6, (110_000, 240_000, 580_000)),  # 5, 10, 15 %: no scale
        ("declined-ict", FIRE, 23, 5, (54_000, 130_000, 290_000)),  # less 19 % of 800
        ("declined-ict", WEST, 6, 6, (110_000, 250_000, 680_000)),  # its ICT without scale
    ],
)
def test_what_each_choice_brings_whom(tables, scenario, body, functions, known, expected):
    row = tables["function_gains"].set_index(["scenario_id", "body_ids"]).loc[(scenario, body)]
    assert (row["functions"], row["known"]) == (functions, known)
    assert saving(row) == expected


def test_functions_meet_the_estate_where_they_are_housed(tables):
    rows = tables["function_options"].set_index(["function", "body_id", "way"])["option_ids"]
    assert rows[("Fleet", FIRE, "collaboration")] == "P6-depot-F5"
    assert rows[("Learning & Workforce Development", FIRE, "collaboration")] == "P7-training-F6"
    assert rows[("Legal", FIRE, "alliance")] == "P4-hq-F4"
    # both are of Eastmark Police, which is in no alliance
    assert pd.isna(rows[("Fleet", FIRE, "alliance")])


def test_a_mutual_and_a_contract_are_told_of_functions_and_of_no_building(tables):
    assert {"mutual", "contracted_in", "contracted_out"} <= set(tables["function_options"]["way"])
    assert not set(tables["delivery"]["vehicle_id"]) & {"mutual", "contracted_in", "contracted_out"}


def test_the_authority_approves_before_the_board_and_not_without_taking_part(tables):
    plans = tables["function_plans"].set_index(["scenario_id", "function", "body_id"])
    path = plans["approved_by"]
    assert path[("alliance", "Fleet", WEST)] == "anyshire-fire;westmark-pcc;alliance-board"
    assert path[("declined", "Fleet", WEST)] == "westmark-pcc;alliance-board"


def test_every_choice_of_the_continuum_is_there(root):
    study = load_study(root / "data" / "example" / "study.toml")
    told = {scenario.id: scenario for scenario in study.scenarios if scenario.edits.functions}
    assert list(told) == [
        "do-nothing", "contract", "collaborate", "alliance", "declined", "declined-ict",
    ]  # fmt: skip
    assert all(scenario.of == FIRE for scenario in told.values())
