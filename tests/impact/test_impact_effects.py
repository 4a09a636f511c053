import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import study
from colocate.impact import weighted
from colocate.tables import TABLES, check
from effects_town import (
    DEMAND,
    FIRE,
    INTO_FIRE,
    INTO_POLICE,
    NEW,
    OPEN,
    POLICE,
    TOUCH,
    TOWN,
    affected,
    new_site,
)
from options_town import demand_points, option, site, sites

THERE = {
    "wholetime": 1, "day_crewed": 1, "on_call": 0.88, "volunteer": 0.88, "unknown": 0.88,
}  # fmt: skip
AWAY = FIRE.model_copy(
    update={"availability": {kind: study.Ranged(value=share, assumed="test")
                             for kind, share in THERE.items()}}
)  # fmt: skip


def figures(table, option_id, *measures):
    """Figures before, after, gained and lost, a tuple a measure."""
    rows = table.loc[option_id].loc[list(measures), ["before", "after", "gained", "lost"]]
    return [tuple(row) for row in rows.to_numpy()]


def test_the_table_keeps_its_contract_and_every_row_has_a_unit_and_a_basis():
    table = affected(INTO_FIRE, INTO_POLICE, NEW, TOUCH, OPEN).reset_index()
    check(TABLES["effects"], table)
    assert table["unit"].ne("").all()
    assert (table.groupby("option_id")["measure"].nunique() > 20).all()


def test_people_fires_and_area_within_the_standard_before_and_after():
    table = affected(INTO_POLICE)  # D1 600 s, at the standard exactly, becomes 700 s
    assert figures(
        table, "FA-into-PA", "people_within_dwelling_fire", "fires_within_dwelling_fire",
        "area_within_dwelling_fire", "people_within_collision",
    ) == [(900, 800, 0, 100), (5, 4, 0, 1), (9, 8, 0, 1), (1500, 1500, 0, 0)]  # fmt: skip


def test_mean_and_percentiles_are_weighted():
    table = affected(INTO_POLICE).loc["FA-into-PA"]  # 600, 601, 650, 150 become 700, 701, 650, 150
    people, fires = DEMAND["people"], DEMAND["fires_per_year"]
    for name, weights in (("", fires), ("_by_people", people)):
        row = table.loc[f"mean_response{name}_s"]
        assert row["before"] == pytest.approx(np.average([600, 601, 650, 150], weights=weights))
        assert row["after"] == pytest.approx(np.average([700, 701, 650, 150], weights=weights))
    assert tuple(table.loc["p50_response_s", ["before", "after"]]) == (600, 650)
    assert tuple(table.loc["p90_response_s", ["before", "after"]]) == (650, 701)
    assert tuple(table.loc["p50_response_by_people_s", ["before", "after"]]) == (150, 150)


def test_the_second_appliance_may_be_the_second_crew_of_the_first_station():
    table = affected(INTO_POLICE)  # 1390, 1391, 860, 360; D3's becomes 760; the limit is 780 s
    assert figures(table, "FA-into-PA", "people_second_appliance") == [(800, 1200, 400, 0)]
    assert figures(table, "FA-into-PA", "fires_second_appliance") == [(4, 7, 3, 0)]


def test_a_later_crew_never_turns_out_before_the_first_of_its_station():
    frame = TOWN.assign(crewing=["on_call", "on_call;wholetime", None, None]).astype(
        {"crewing": "str"}
    )
    table = affected(INTO_FIRE, frame=frame)  # D4: both crews of FB at 360 s
    assert figures(table, "PA-into-FA", "people_second_appliance")[0][0] == 800
    assert table.loc[("PA-into-FA", "mean_response_s"), "before"] == pytest.approx(
        np.average([600, 601, 860, 360], weights=[1, 2, 3, 4])
    )


def test_people_within_the_standard_are_expected_over_crews_that_may_be_out():
    within = "people_within_dwelling_fire"
    table = affected(INTO_FIRE, INTO_POLICE, response=AWAY)
    # D1 hangs on FA's on-call crew, D4 has a wholetime one: 0.88 * 100 + 800
    assert figures(table, "PA-into-FA", within) == [(pytest.approx(888), pytest.approx(888), 0, 0)]
    assert figures(table, "FA-into-PA", within) == [(pytest.approx(888), 800, 0, 88)]
    two = demand_points(("D", 5000, 0, 1000, 1))
    near = sites(site("FA", 4000, 0), site("FB", 6000, 0, crewing="on_call"), site("PA", 0, 0))
    both = affected(INTO_FIRE, frame=near, demand=two, response=AWAY)
    assert both.loc[("PA-into-FA", within), "before"] == pytest.approx(1000 * (1 - 0.12**2))


@pytest.mark.parametrize(
    ("crewing", "there"),
    [("wholetime", 1), ("day_crewed", 1), ("on_call", 0.88), ("volunteer", 0.88), (None, 0.88)],
)
def test_a_crew_is_there_as_often_as_its_crewing(crewing, there):
    frame = sites(site("FA", 0, 0, crewing=crewing), site("PA", 100, 0))
    demand = demand_points(("D", 1000, 0, 1000, 1))
    table = affected(INTO_FIRE, frame=frame, demand=demand, response=AWAY)
    expected = table.loc[("PA-into-FA", "people_within_dwelling_fire"), "before"]
    assert expected == pytest.approx(1000 * there)


def test_best_and_worst_case_stand_beside_the_expected_one():
    table = affected(INTO_POLICE, response=AWAY)
    names = ("people_within_dwelling_fire_best", "people_within_dwelling_fire_worst")
    assert figures(table, "FA-into-PA", *names) == [
        (900, 800, 0, 100), (pytest.approx(888), 800, 0, 88),
    ]  # fmt: skip


def test_first_appliances_from_over_the_border_are_counted():
    frame = sites(site("FA", 0, 0), site("PA", 9000, 0),
                  site("FX", -4000, 0, over_border=True, crewing=None))  # fmt: skip
    table = affected(INTO_POLICE, frame=frame)  # PA: FX is sooner for D1 and D2 only, as it is now
    over = figures(table, "FA-into-PA", "people_first_over_border", "fires_first_over_border")
    assert over == [(300, 300, 0, 0), (3, 3, 0, 0)]
    between = demand_points(("D", 2000, 0, 50, 5))  # FA 2 km, FX 6 km, PA 7 km
    table = affected(INTO_POLICE, frame=frame, demand=between)
    assert figures(table, "FA-into-PA", "people_first_over_border") == [(0, 50, 50, 0)]


def test_stations_and_appliances_are_counted_where_they_are_based():
    away = TOWN.assign(in_area=[True, True, False, True])
    inside, outside = affected(INTO_POLICE), affected(INTO_POLICE, frame=away)
    assert [row[:2] for row in figures(inside, "FA-into-PA", "stations", "appliances")] == [
        (2, 2), (3, 3),
    ]  # fmt: skip
    assert [row[:2] for row in figures(outside, "FA-into-PA", "stations", "appliances")] == [
        (2, 1), (3, 2),
    ]  # fmt: skip


@pytest.mark.parametrize("unchanged", [INTO_FIRE, TOUCH])
def test_what_moves_no_crew_changes_no_fire_measure_at_all(unchanged):
    table = affected(unchanged)
    fire = table[table["side"] == "fire"]
    assert (fire["after"] == fire["before"]).all()
    assert fire[["gained", "lost"]].fillna(0).eq(0).all(axis=None)


def test_a_touchdown_is_the_baseline():
    table = affected(TOUCH)
    assert (table["after"] == table["before"]).all()
    assert table["basis"].isin(["computed", "recorded", "assumed"]).all()


def test_desks_bases_custody_and_staff_move_with_their_site():
    table = affected(INTO_FIRE).loc["PA-into-FA"]  # police drive from 240 … 1000 m on
    assert tuple(table.loc["mean_access_s", ["before", "after"]]) == (
        pytest.approx(np.average([340, 341, 400, 100], weights=DEMAND["people"])),
        pytest.approx(np.average([240, 241, 400, 100], weights=DEMAND["people"])),
    )
    assert tuple(table.loc["p90_base_s", ["before", "after"]]) == (400, 400)
    assert tuple(table.loc["custody_sites", ["before", "after"]]) == (1, 0)
    assert tuple(table.loc["staff_travel_PA_s", ["before", "after"]]) == (0, 100)


def test_who_walks_to_a_desk_before_and_after():
    # D1 is 3,400 m from PA and 2,400 m, 30 minutes to the second, from FA; D4 1,000 m from PB.
    table = affected(INTO_FIRE)
    assert figures(table, "PA-into-FA", "people_within_walk") == [(800, 900, 100, 0)]
    away = option("PB-into-FA", "into_fire", members="FA;PB", host="FA", movers="PB")
    assert figures(affected(away), "PB-into-FA", "people_within_walk") == [(800, 100, 100, 800)]


def test_a_host_that_nobody_walks_to_takes_the_desk_away_from_those_who_did():
    frame = sites(site("FA", 5000, 4000), site("PB", 9000, 0))
    away = option("PB-into-FA", "into_fire", members="FA;PB", host="FA", movers="PB")
    found = affected(away, frame=frame)
    assert figures(found, "PB-into-FA", "people_within_walk") == [(800, 0, 0, 800)]


def test_bus_stops_are_counted_at_both_ends_where_a_study_brings_them():
    table = affected(INTO_FIRE, stops={"PA": 3, "FA": 1})
    assert tuple(table.loc[("PA-into-FA", "bus_stops_PA"), ["before", "after"]]) == (3, 1)
    assert not affected(INTO_FIRE).index.isin([("PA-into-FA", "bus_stops_PA")]).any()


def test_a_desk_taken_from_its_role_makes_access_assumed():
    moves = option("PB-into-FB", "into_fire", members="FB;PB", host="FB", movers="PB")
    table = affected(INTO_FIRE, moves)
    assert table.loc[("PA-into-FA", "people_within_desk"), "basis"] == "computed"
    assert table.loc[("PB-into-FB", "people_within_desk"), "basis"] == "assumed"


def test_a_new_site_is_evaluated_at_its_point_and_says_so():
    table = affected(NEW, new=new_site("FA+PA-new", -2400, 0))  # D1 360, D2 361 s
    assert figures(table, "FA+PA-new", "people_within_dwelling_fire") == [(900, 1100, 200, 0)]
    assert table.loc[("FA+PA-new", "mean_access_s"), "after"] == pytest.approx(
        np.average([0, 1, 400, 100], weights=DEMAND["people"])
    )
    assert "best point" in table.loc[("FA+PA-new", "people_within_dwelling_fire"), "note"]
    assert table.loc[("FA+PA-new", "staff_travel_PA_s"), "after"] == 340


def test_a_new_site_at_a_movers_own_place_changes_nothing_for_it():
    table = affected(NEW, new=new_site("FA+PA-new", 0, 0))
    fire = table[(table["side"] == "fire")]
    assert (fire["after"] == fire["before"]).all()


@pytest.mark.parametrize(
    ("row", "frame", "told"),
    [
        (NEW, TOWN, "No area of search"),
        (OPEN, TOWN, "Which of the sites"),
        (INTO_POLICE, sites(site("FA", 0, 0), site("PA", 90_000, 0)), "No road leads"),
    ],
)
def test_what_cannot_be_known_says_why(row, frame, told):
    found = affected(row, frame=frame).loc[(row["option_id"], "people_within_dwelling_fire")]
    assert found["basis"] == "unknown"
    assert found["before"] > 0
    assert found[["after", "gained", "lost"]].isna().all()
    assert told in found["note"]


def test_areas_that_are_not_given_are_unknown_not_nothing():
    table = affected(INTO_POLICE, demand=DEMAND.assign(area_km2=[1.0, np.nan, 4.0, 8.0]))
    row = table.loc[("FA-into-PA", "area_within_dwelling_fire")]
    assert row["basis"] == "unknown"
    assert row[["before", "after"]].isna().all()


def test_measures_the_study_sets_no_figure_for_are_left_out():
    bare = FIRE.model_copy(update={"second_limit_min": None})
    table = affected(
        INTO_POLICE, response=bare, access=POLICE.model_copy(update={"base_roles": ()})
    )
    measures = table.index.get_level_values("measure")
    assert not measures.str.contains("second").any()


def test_gains_and_losses_add_up():
    table = affected(INTO_FIRE, INTO_POLICE, NEW, new=new_site("FA+PA-new", 3000, 500))
    counted = table.dropna(subset=["gained"])
    assert len(counted) > 30
    assert (counted["before"] + counted["gained"] - counted["lost"]).to_numpy() == pytest.approx(
        counted["after"].to_numpy(), abs=1e-9
    )


def test_moving_back_restores():
    there = TOWN.assign(geometry=TOWN.geometry.where(TOWN["site_id"] != "FA", TOWN.geometry[2]))
    back = option("FA-into-PX", "into_other", members="FA;PX", host="PX", movers="FA")
    home = sites(site("PX", 0, 0, "office"))
    moved = affected(INTO_POLICE).loc["FA-into-PA"]
    returned = affected(back, frame=pd.concat([there, home], ignore_index=True)).loc["FA-into-PX"]
    fire = moved.index[(moved["side"] == "fire") & (moved["unit"] != "s")]
    pd.testing.assert_series_equal(
        returned.loc[fire, "after"], moved.loc[fire, "before"], check_names=False
    )
    pd.testing.assert_series_equal(
        returned.loc[fire, "lost"], moved.loc[fire, "gained"], check_names=False
    )


TIMES = st.sampled_from([0.0, 10.0, 20.0, 20.5, 600.0, np.inf])


@given(
    rows=st.lists(st.tuples(TIMES, st.integers(0, 9)), min_size=1, max_size=9),
    share=st.floats(0.01, 1),
)
@settings(max_examples=100)
def test_a_percentile_is_the_least_time_that_reaches_its_share(rows, share):
    times, weights = (np.array(column, "float64") for column in zip(*rows, strict=True))
    found = weighted.percentile(times, weights=weights, share=share)
    total = weights.sum()
    if np.isnan(found):
        assert weights[np.isfinite(times)].sum() < share * total or not total
    else:
        assert weights[times <= found].sum() >= share * total
        assert weights[times < found].sum() < share * total
