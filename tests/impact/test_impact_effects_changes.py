import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.tables import TABLES, check
from effects_town import DEMAND, INTO_FIRE, INTO_POLICE, NEW, OPEN, TOUCH, TOWN, changed, new_site
from options_town import TOLERANCE, demand_points, option, site, sites

COLUMNS = ["demand_id", "before_s", "after_s", "chance_before", "chance_after", "worst"]


def rows(table):
    return [tuple(row) for row in table[COLUMNS].fillna(0).to_numpy()]


def test_the_table_keeps_its_contract_and_its_order():
    table = changed(INTO_POLICE, INTO_FIRE, NEW, new=new_site("FA+PA-new", 500, 500))
    check(TABLES["changes"], table)
    key = list(TABLES["changes"].key)
    pd.testing.assert_frame_equal(table, table.sort_values(key, ignore_index=True))


def test_points_that_change_are_listed_with_both_times_worst_first():
    table = changed(INTO_POLICE)  # D1 600 to 700 s, D2 601 to 701 s; D3 and D4 keep theirs
    assert set(table["side"]) == {"fire"}
    assert rows(table) == [("D1", 600, 700, 1, 0, 1), ("D2", 601, 701, 0, 0, 2)]
    assert table["people"].tolist() == [100, 200]


def test_the_five_points_that_lose_most_are_marked():
    west = demand_points(*((f"D{n}", -1000 * n, 0, 10, 1) for n in range(1, 7)))
    table = changed(INTO_POLICE, demand=west.assign(area_km2=1.0))
    fire = table[table["side"] == "fire"]
    assert fire["worst"].dropna().tolist() == [1, 2, 3, 4, 5]  # all six wait 100 s longer
    assert len(fire) == 6


def test_a_desk_that_comes_nearer_has_no_worst():
    table = changed(INTO_FIRE)
    assert set(table["side"]) == {"police"}
    assert rows(table) == [("D1", 340, 240, 1, 1, 0), ("D2", 341, 241, 1, 1, 0)]


@pytest.mark.parametrize("idle", [TOUCH, OPEN, NEW])
def test_nothing_moves_nothing_known_no_row(idle):
    table = changed(idle)
    check(TABLES["changes"], table)
    assert table.empty


def test_a_new_site_at_the_movers_own_place_has_no_row_for_it():
    table = changed(NEW, new=new_site("FA+PA-new", 0, 0))
    assert set(table["side"]) == {"police"}


def test_a_point_that_falls_out_of_reach_has_no_time_afterwards_and_is_the_worst():
    frame = sites(site("FA", 0, 0), site("PA", 1000, 0))
    demand = demand_points(("D1", -2400, 0, 100, 1), ("D2", -1900, 0, 1, 1))
    table = changed(INTO_POLICE, frame=frame, demand=demand, cutoff=300).set_index("demand_id")
    assert np.isnan(table.loc["D1", "after_s"])
    assert table.loc["D1", "worst"] == 1
    assert table.loc["D2", "after_s"] == 650


def test_a_set_of_options_moves_all_at_once():
    second = option("FB-into-PB", "into_other", members="FB;PB", host="PB", movers="FB")
    together = changed(INTO_POLICE, second, subject="portfolio").set_index("demand_id")
    assert set(together["option_id"]) == {"portfolio"}
    assert together["after_s"].to_dict() == {"D1": 700, "D2": 701, "D3": 550, "D4": 250}


def test_options_that_close_each_others_fallback_differ_together():
    demand = demand_points(("D", 0, 0, 10, 1))
    frame = sites(
        site("FA", 1000, 0), site("FB", 1200, 0), site("PA", 5000, 0), site("PB", 6000, 0)
    )
    a, b = (
        option(f"F{x}-into-P{x}", "into_other", members=f"F{x};P{x}", host=f"P{x}",
               movers=f"F{x}")
        for x in "AB"
    )  # fmt: skip
    alone = changed(a, b, frame=frame, demand=demand)
    together = changed(a, b, frame=frame, demand=demand, subject="portfolio")
    assert alone[["option_id", "after_s"]].to_numpy().tolist() == [["FA-into-PA", 480.0]]
    assert together["after_s"].tolist() == [860]


@given(x=st.integers(-50, 50), y=st.integers(-50, 50))
@settings(max_examples=25)
def test_changes_are_exactly_the_points_whose_time_differs_beyond_the_tolerance(x, y):
    frame = pd.concat([TOWN, sites(site("PN", x * 200, y * 200, "office"))], ignore_index=True)
    move = option("FB-into-PN", "into_other", members="FB;PN", host="PN", movers="FB")
    table = changed(move, frame=frame).set_index("demand_id")
    drive = {  # FA is on call, FB's first crew is wholetime
        point.demand_id: (
            np.hypot(point.geometry.x, point.geometry.y) / 10 + 360,
            np.hypot(point.geometry.x - 10_000, point.geometry.y) / 10 + 150,
            np.hypot(point.geometry.x - x * 200, point.geometry.y - y * 200) / 10 + 150,
        )
        for point in DEMAND.itertuples()
    }
    for demand_id, (stays, before, after) in drive.items():
        was, is_ = min(stays, before), min(stays, after)
        told = round(abs(is_ - was), 3) > TOLERANCE.time_s.value
        assert (demand_id in table.index) == told
        if told:
            found = table.loc[demand_id]
            assert (found["before_s"], found["after_s"]) == (
                pytest.approx(was), pytest.approx(is_),
            )  # fmt: skip
            assert np.isfinite(found["worst"]) == (is_ > was)
