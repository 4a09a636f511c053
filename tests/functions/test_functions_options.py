"""Ways of running a function: what each would save, on sums that a pencil checks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import study
from colocate.errors import OptionError
from colocate.tables import parts
from colocate.tables.functions import WAYS
from functions_town import (
    EAST,
    FIRE,
    FLEET,
    POLICE_FLEET,
    PRIORS,
    WEST,
    figure,
    run,
    saving,
    share,
    vehicles,
    way,
)


@pytest.mark.parametrize(
    ("name", "expected", "basis"),
    [
        ("in_house", (0, 0, 0), "computed"),
        ("contracted_out", (50_000, 100_000, 150_000), "assumed"),  # 600,000 - 500,000 ± 10 %
        ("collaboration", (0, 24_000, 48_000), "assumed"),  # 0, 4, 8 % of 600,000
        ("alliance", (30_000, 72_000, 120_000), "assumed"),  # 5, 10 + 2, 15 + 4 %: 114,000
        ("contracted_in", None, "unknown"),
        ("alliance_single_leadership", None, "unknown"),
    ],
)
def test_what_a_way_saves(name, expected, basis):
    row = way(run(FLEET), "Fleet", FIRE, name)
    assert saving(row) == expected
    assert row["basis"] == basis


@pytest.mark.parametrize(
    ("name", "budget", "benchmark", "missing"),
    [
        ("contracted_out", None, 500_000.0, "budget;change_share"),
        ("contracted_out", 600_000.0, None, "benchmark;change_share"),
        ("collaboration", None, None, "budget;change_share"),
        ("contracted_in", 600_000.0, None, "income;change_share"),
        ("mutual", 600_000.0, None, "saving_share;change_share"),
        ("alliance_single_leadership", None, None, "budget;saving_share;scale_share;change_share"),
    ],
)
def test_what_is_missing_is_named_and_never_nothing(name, budget, benchmark, missing):
    row = way(run(("Fleet", FIRE, budget, benchmark)), "Fleet", FIRE, name)
    assert saving(row) is None
    assert row["missing"] == missing
    assert row["rests_on"].startswith("Not known: ")


def test_a_tender_may_cost_more_than_the_service_does():
    row = way(run(("Fleet", FIRE, 500_000.0, 500_000.0)), "Fleet", FIRE, "contracted_out")
    assert saving(row) == (-50_000, 0, 50_000)
    assert row["standing"] == "little_to_gain"


def test_a_function_at_its_benchmark_has_little_to_gain():
    row = way(run(("Fleet", FIRE, 500_000.0, 500_000.0)), "Fleet", FIRE, "alliance")
    assert saving(row) == (0, 0, 95_000)  # 19 % at most, from nothing
    assert "little to gain" in row["note"]


def test_what_is_supplied_takes_the_place_of_priors_in_prices_of_the_study():
    quoted = figure("Fleet", FIRE, "collaboration", saving_low_gbp=10_000.0, price_year=2024,
                    saving_central_gbp=20_000.0, saving_high_gbp=30_000.0)  # fmt: skip
    row = way(run(FLEET, figures=[quoted]), "Fleet", FIRE, "collaboration")
    assert saving(row) == (10_000, 22_000, 36_000)  # × 1.04, 1.1, 1.2; low held to two figures
    assert (row["basis"], row["rests_on"]) == ("recorded", "quote")
    assert row["change_central_gbp"] == 60_000  # still the prior's tenth


def test_a_loss_in_other_prices_is_a_wider_loss():
    quoted = figure("Fleet", FIRE, "collaboration", price_year=2024, saving_low_gbp=-10_000.0,
                    saving_central_gbp=0.0, saving_high_gbp=10_000.0)  # fmt: skip
    row = way(run(FLEET, figures=[quoted]), "Fleet", FIRE, "collaboration")
    assert saving(row) == (-12_000, 0, 12_000)


def test_a_budget_of_another_year_is_brought_to_the_study():
    row = way(run((*FLEET, {"price_year": 2024})), "Fleet", FIRE, "collaboration")
    assert saving(row) == (0, 26_000, 58_000)  # 600,000 × 1.1 × 0.04; × 1.2 × 0.08


def test_a_target_is_told_from_a_result():
    aim = study.WayPrior(saving_share=share(0.08, source="their plan"), is_target=True)
    tables = run(FLEET, priors=study.Functions(ways={"alliance": aim}))
    row = way(tables, "Fleet", FIRE, "alliance")
    assert row["basis"] == "target"
    assert row["rests_on"].startswith("A target of ")
    assert parts(row["missing"]) == ["scale_share", "change_share"]


def test_what_is_sold_today_is_in_place_beside_ones_own_use():
    sold = figure("Fleet", FIRE, "contracted_in", in_place=True, source="minute 7")
    tables = run(FLEET, figures=[sold])
    assert way(tables, "Fleet", FIRE, "contracted_in")["standing"] == "in_place"
    assert way(tables, "Fleet", FIRE, "in_house")["standing"] == "in_place"
    assert "minute 7" in way(tables, "Fleet", FIRE, "contracted_in")["note"]


def test_what_is_bought_today_is_not_run_in_house():
    bought = figure("Fleet", FIRE, "contracted_out", in_place=True)
    assert way(run(FLEET, figures=[bought]), "Fleet", FIRE, "in_house")["standing"] == "open"


def test_a_mutual_is_a_way_of_fire_authorities_alone():
    rows = run(FLEET, POLICE_FLEET)["function_options"]
    assert set(rows.loc[rows["way"] == "mutual", "body_id"]) == {FIRE}
    assert rows.groupby("body_id")["way"].nunique().to_dict() == {EAST: 6, FIRE: len(WAYS)}


def test_the_letter_leaves_what_prevents_fires_with_the_authority():
    tables = run(("Risk/Call Reduction", FIRE), ("Legal", FIRE))
    assert "stays responsible" in way(tables, "Risk/Call Reduction", FIRE, "mutual")["note"]
    assert "stays responsible" not in str(way(tables, "Legal", FIRE, "mutual")["note"])


def test_a_force_outside_every_alliance_still_has_the_other_ways():
    tables = run(("Fleet", WEST, 100_000.0, 90_000.0))
    assert way(tables, "Fleet", WEST, "alliance")["standing"] == "not_open"
    assert saving(way(tables, "Fleet", WEST, "alliance")) is None
    assert saving(way(tables, "Fleet", WEST, "collaboration")) == (0, 4_000, 8_000)


def test_a_way_that_is_not_in_force_is_not_open():
    ended = {"vehicle_id": "collaboration", "valid_to": "2025-12-31", "dates_note": "it ended"}
    row = way(run(FLEET, ways=[ended]), "Fleet", FIRE, "collaboration")
    assert row["standing"] == "not_open"
    assert "it ended" in row["note"]


def test_a_way_of_sharing_buildings_alone_runs_no_function():
    row = way(
        run(FLEET, ways=[{"vehicle_id": "collaboration", "serves": "building"}]),
        "Fleet", FIRE, "collaboration",
    )  # fmt: skip
    assert row["standing"] == "not_open"


@pytest.mark.parametrize(
    ("name", "body", "path"),
    [
        ("alliance", FIRE, "shirefire;eastpcc;board"),  # the authority first, then the board
        ("alliance", EAST, "shirefire;eastpcc;board"),
        ("contracted_out", FIRE, "shirefire;board"),
        ("contracted_out", EAST, "eastpcc;board"),
    ],
)
def test_who_approves_in_order(name, body, path):
    tables = run(FLEET, POLICE_FLEET, ways=[{"vehicle_id": name}])
    assert way(tables, "Fleet", body, name)["approved_by"] == path


@pytest.mark.parametrize(
    ("function", "name", "where"),
    [
        ("Fleet", "collaboration", "PT-depot-FT;PW-depot-FT"),
        ("Fleet", "alliance", "PT-depot-FT"),  # the workshop of a force outside is not theirs
        ("Fleet", "contracted_in", "PT-depot-FT;PW-depot-FT"),  # they come to the host
        ("Fleet", "contracted_out", None),  # it would have to leave its own host
        ("Fleet", "in_house", None),
        ("Fleet", "mutual", None),
        ("Legal", "collaboration", "PH-hq-FH"),
        ("Legal", "contracted_out", "PH-hq-FH"),  # which headquarters stays is open
    ],
)
def test_where_a_function_meets_the_estate(function, name, where):
    row = way(run((function, FIRE)), function, FIRE, name)
    assert (row["option_ids"] if isinstance(row["option_ids"], str) else None) == where


def test_an_option_of_the_estate_that_is_not_there_is_a_doubt():
    asked = figure("Fleet", FIRE, "collaboration", option_ids="PT-depot-FT;nowhere")
    tables = run(FLEET, figures=[asked])
    assert way(tables, "Fleet", FIRE, "collaboration")["option_ids"] == "PT-depot-FT"
    assert tables["issues"]["rule"].tolist() == ["option_not_on_the_table"]
    assert "nowhere" in tables["issues"]["message"].iloc[0]


def test_a_figure_of_a_function_nobody_entered_is_refused():
    with pytest.raises(OptionError, match="Stores/shirefire"):
        run(FLEET, figures=[figure("Stores", FIRE, "collaboration")])


def test_a_study_that_describes_no_ways_still_has_them():
    row = way(run(FLEET), "Fleet", FIRE, "contracted_out")
    assert (row["legal_form"], row["certainty"]) == ("not described in table vehicles", "unknown")
    assert vehicles().empty


@settings(max_examples=15)  # each a stage
@given(budget=st.floats(1e3, 1e9), spread=st.floats(0, 0.5), benchmark=st.floats(1e3, 1e9))
def test_ranges_are_in_order_and_scale_never_takes_away(budget, spread, benchmark):
    priors = study.Functions(
        tender_spread=study.Figure(value=spread, assumed="drawn"), ways=PRIORS.ways
    )
    tables = run(("Fleet", FIRE, budget, benchmark), priors=priors)
    for name in ("contracted_out", "collaboration", "alliance"):
        low, central, high = saving(way(tables, "Fleet", FIRE, name))
        assert low <= central <= high
