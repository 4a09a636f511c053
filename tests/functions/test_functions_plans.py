"""What scenarios bring each body: sums over functions, and published totals where none is known."""

import pytest

from colocate import study
from colocate.errors import StudyError
from colocate.tables.functions import FUNCTIONS_OF_FOCUS
from functions_town import (
    EAST,
    FIRE,
    FLEET,
    POLICE_FLEET,
    PRIORS,
    figure,
    run,
    saving,
    scenario,
    share,
    total,
)

STORES = ("Stores", FIRE, 100_000.0, 80_000.0)
LEGAL = ("Legal", FIRE)
ALL_EMPTY = [(name, body) for name in FUNCTIONS_OF_FOCUS for body in (FIRE, EAST)]


def gains(*rows, scenarios, **facts):
    """Rows of table `function_gains` by scenario and bodies."""
    tables = run(*rows, scenarios=scenarios, **facts)
    return tables["function_gains"].set_index(["scenario_id", "body_ids"])


def test_what_is_known_adds_up_and_what_is_not_counts_for_nothing():
    chosen = scenario(("collaboration", [FIRE]))
    row = gains(FLEET, STORES, LEGAL, scenarios=[chosen]).loc[("chosen", FIRE)]
    assert (row["functions"], row["known"]) == (3, 2)
    assert saving(row) == (0, 28_000, 56_000)  # 4 and 8 % of 700,000
    assert row["change_central_gbp"] == 70_000  # a tenth of it
    assert row["missing"] == "budget;change_share"


def test_only_the_functions_and_bodies_named_change():
    chosen = scenario(("collaboration", [FIRE], ["Fleet"]))
    plan = run(FLEET, STORES, POLICE_FLEET, scenarios=[chosen])["function_plans"]
    changed = plan[plan["changes"]]
    assert changed[["function", "body_id"]].to_numpy().tolist() == [["Fleet", FIRE]]
    assert set(plan.loc[~plan["changes"], "way"]) == {"in_house"}


def test_of_two_arrangements_that_meet_the_later_counts():
    chosen = scenario(("alliance", [FIRE, EAST]), ("in_house", [FIRE], ["Fleet"]))
    plan = run(FLEET, STORES, scenarios=[chosen])["function_plans"].set_index("function")
    assert plan["way"].to_dict() == {"Fleet": "in_house", "Stores": "alliance"}


def test_scale_is_for_all_and_only_where_the_authority_takes_part():
    told = gains(
        FLEET, POLICE_FLEET,
        scenarios=[scenario(("alliance", [FIRE, EAST])),
                   scenario(("alliance", [EAST]), name="declined")],
    )  # fmt: skip
    assert saving(told.loc[("chosen", EAST)]) == (50_000, 120_000, 190_000)  # 5, 12, 19 %
    assert saving(told.loc[("declined", EAST)]) == (50_000, 100_000, 150_000)  # 5, 10, 15 %
    assert saving(told.loc[("chosen", FIRE)]) == (30_000, 72_000, 120_000)
    assert told.loc[("declined", FIRE), "functions"] == 0
    assert told.loc[("declined", FIRE), "saving_high_gbp"] == 0


def test_where_scale_has_no_figure_that_is_said_of_every_party():
    priors = study.Functions(ways={"alliance": study.WayPrior(saving_share=share(0.1))})
    told = gains(
        FLEET, POLICE_FLEET, priors=priors,
        scenarios=[scenario(("alliance", [FIRE, EAST])),
                   scenario(("alliance", [EAST]), name="declined")],
    )["missing"]  # fmt: skip
    assert told[("chosen", EAST)] == told[("chosen", FIRE)] == "scale_share;change_share"
    assert told[("declined", EAST)] == "change_share"
    assert not isinstance(told[("declined", FIRE)], str)


def test_without_the_authority_it_neither_approves_nor_houses():
    ways = [{"vehicle_id": "alliance"}]
    alone = scenario(("alliance", [EAST]))
    plan = run(POLICE_FLEET, scenarios=[alone], ways=ways)["function_plans"].iloc[0]
    assert plan["approved_by"] == "eastpcc;board"
    assert not isinstance(plan["option_ids"], str)  # every option has a site of the authority


def test_published_totals_stand_in_where_no_function_is_known():
    priors = study.Functions(
        ways=PRIORS.ways, in_scope_share={FIRE: share(0.2, 0.1, 0.3, assumed="by heads")}
    )
    told = gains(
        *ALL_EMPTY, priors=priors,
        scenarios=[scenario(("alliance", [FIRE, EAST]))],
        totals=[total(FIRE, "budget", 10_000_000), total(EAST, "budget_in_scope", 5_000_000)],
    )  # fmt: skip
    fire, east = told.loc[("chosen", FIRE)], told.loc[("chosen", EAST)]
    assert saving(fire) == (50_000, 240_000, 570_000)  # 10 m × (0.1, 0.2, 0.3) × (5, 12, 19 %)
    assert saving(east) == (250_000, 600_000, 950_000)
    assert "10% to 30% of £10,000,000" in fire["rests_on"]
    assert fire["known"] == 0


def test_a_total_of_several_bodies_is_told_of_them_together():
    both = [(name, body) for name in FUNCTIONS_OF_FOCUS for body in (EAST, "westpolice")]
    together = f"{EAST};westpolice"
    told = gains(
        *both, scenarios=[scenario(("alliance", [EAST, "westpolice"]))],
        totals=[total(together, "budget_in_scope", 1_000_000)],
    )  # fmt: skip
    assert told.index.tolist() == [("chosen", together)]
    assert told["functions"].tolist() == [24]
    assert saving(told.iloc[0]) == (50_000, 100_000, 150_000)


def test_of_totals_of_several_years_the_latest_stands_in():
    told = gains(
        *ALL_EMPTY, scenarios=[scenario(("alliance", [FIRE]))],
        totals=[
            total(FIRE, "budget_in_scope", 1_000_000),
            total(FIRE, "budget_in_scope", 3_000_000, year=2019),
        ],
    )  # fmt: skip
    assert saving(told.loc[("chosen", FIRE)]) == (50_000, 120_000, 190_000)


def test_no_total_stands_in_for_some_functions_only():
    told = gains(
        *ALL_EMPTY, scenarios=[scenario(("alliance", [FIRE], ["Fleet"]))],
        totals=[total(FIRE, "budget_in_scope", 1_000_000)],
    )  # fmt: skip
    assert saving(told.loc[("chosen", FIRE)]) is None


def test_what_is_in_place_already_is_no_change():
    sold = figure("Fleet", FIRE, "contracted_in", in_place=True)
    chosen = scenario(("contracted_in", [FIRE]))
    plan = run(FLEET, figures=[sold], scenarios=[chosen])["function_plans"].iloc[0]
    assert (plan["way"], plan["changes"], saving(plan)) == ("contracted_in", False, (0, 0, 0))


def test_a_scenario_that_says_nothing_of_functions_has_no_plan():
    plain = study.Scenario(id="plain", name="Plain", meaning="invented")
    assert run(FLEET, scenarios=[plain])["function_plans"].empty


def test_a_body_without_functions_is_refused():
    with pytest.raises(StudyError, match=r"chosen: nobody\) not in table bodies"):
        run(FLEET, scenarios=[scenario(("alliance", ["nobody"]))])
