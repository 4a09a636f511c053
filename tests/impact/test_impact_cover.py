import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import study
from colocate.errors import OptionError
from colocate.tables import TABLES, check
from options_town import (
    ACCESS,
    RESPONSE,
    TOLERANCE,
    access_of,
    cover_of,
    demand_points,
    option,
    options,
    participation,
    site,
    site_to_demand,
    sites,
)  # fmt: skip

TOWN = sites(
    site("FA", 0, 0),
    site("FB", 10_000, 0, crewing="wholetime;on_call"),
    site("PA", 1000, 0, "station;front_desk"),
    site("PB", 9000, 0),
)
# On-call FA responds in 60 + 300 + drive, wholetime FB in 60 + 90 + drive; the limit is 600 s.
DEMAND = demand_points(
    ("D1", -2400, 0, 100, 1),  # FA 600 s: exactly at the standard
    ("D2", -2410, 0, 200, 2),  # FA 601 s
    ("D3", 5000, 0, 400, 3),  # FA 860 s, FB 650 s
    ("D4", 10_000, 0, 800, 4),  # FB 150 s
)
INTO_POLICE = option("FA-into-PA", "into_other", members="FA;PA", host="PA", movers="FA")
INTO_FIRE = option("PA-into-FA", "into_fire", members="FA;PA", host="FA", movers="PA")
NEW = option("FA+PA-new", "both_to_new", members="FA;PA", movers="FA;PA")
TOUCH = option("PA-touchdown-FA", "touchdown", members="FA;PA", host="FA")


def covered(*rows, frame=TOWN, demand=DEMAND, response=RESPONSE, **how):
    return cover_of(
        options(*rows), frame, participation=participation(frame),
        site_to_demand=site_to_demand(frame, demand, **how), demand_points=demand,
        response=response, tolerance=TOLERANCE,
    )  # fmt: skip


def row(*rows, **how):
    return covered(*rows, **how).cover.iloc[0]


def accessed(*rows, frame=TOWN, demand=DEMAND, settings_=ACCESS, **how):
    return access_of(
        options(*rows), frame, demand_to_site=site_to_demand(frame, demand, **how),
        demand_points=demand, settings=settings_, tolerance=TOLERANCE,
    )  # fmt: skip


def baseline(**how):
    return covered(INTO_FIRE, **how).cover_baseline.set_index("measure")["value"]


def test_tables_keep_their_contracts():
    result = covered(INTO_FIRE, INTO_POLICE, NEW, TOUCH)
    check(TABLES["cover"], result.cover)
    check(TABLES["cover_baseline"], result.cover_baseline)
    check(TABLES["access"], accessed(INTO_FIRE, INTO_POLICE, NEW, TOUCH))


def test_the_standard_runs_from_the_answered_call_and_includes_its_limit():
    assert row(INTO_FIRE)["people_before"] == 100 + 800
    assert row(INTO_FIRE)["fires_before"] == 1 + 4


def test_the_first_appliance_is_the_one_with_the_least_response_not_the_nearest():
    near_on_call = demand_points(("D", 4500, 0, 1, 1))  # FA 60+300+450 = 810, FB 60+90+550 = 700
    assert baseline(demand=near_on_call)["mean_response_s"] == 700
    assert baseline(demand=near_on_call)["mean_drive_s"] == 550
    assert baseline(demand=near_on_call)["mean_turnout_s"] == 90


def test_baseline_means_are_weighted_by_fires_and_by_people():
    found = baseline()
    response, fires, people = [600, 601, 650, 150], [1, 2, 3, 4], [100, 200, 400, 800]
    assert found["mean_response_s"] == pytest.approx(np.average(response, weights=fires))
    assert found["mean_response_by_people_s"] == pytest.approx(np.average(response, weights=people))
    assert found["mean_response_s"] == pytest.approx(
        found["call_handling_s"] + found["mean_turnout_s"] + found["mean_drive_s"]
    )
    assert found["fires_share_dwelling_fire"] == pytest.approx(5 / 10)
    assert found["people_share_dwelling_fire"] == pytest.approx(900 / 1500)
    assert found["people_share_collision"] == 1


def test_unreachable_demand_stays_in_the_denominator():
    found = baseline(cutoff=300)  # leaves D3 (500 s) without a route
    assert found["people_share_collision"] == pytest.approx(1100 / 1500)
    assert found["people_not_reached"] == 400
    assert found["mean_drive_s"] == pytest.approx((240 + 2 * 241 + 0) / 7)


def test_a_station_that_moves_takes_its_crew_along():
    moved = row(INTO_POLICE)  # D1 340 s and D2 341 s from PA: lost; D3 400 s: FB stays sooner
    assert moved["fire_changes"]
    assert moved["known"]
    assert (moved["people_lost"], moved["people_gained"]) == (100, 0)
    assert moved["people_after"] == 800
    assert moved["mean_response_after_s"] == pytest.approx((700 + 2 * 701 + 3 * 650 + 4 * 150) / 10)


def test_a_move_can_gain_cover():
    closer = row(option("FB-into-PB", "into_other", members="FB;PB", host="PB", movers="FB"))
    assert closer["people_gained"] == 400  # D3: 60 + 90 + 400
    assert closer["people_lost"] == 0


@pytest.mark.parametrize("unchanged", [INTO_FIRE, TOUCH])
def test_what_moves_no_crew_changes_cover_by_exactly_nothing(unchanged):
    same = row(unchanged)
    assert not same["fire_changes"]
    assert same["people_after"] - same["people_before"] == 0
    assert same["fires_after"] == same["fires_before"]
    assert same["mean_response_after_s"] == same["mean_response_before_s"]
    assert (same["people_gained"], same["people_lost"]) == (0, 0)


def test_a_site_still_to_be_found_leaves_the_effect_unknown():
    new = row(NEW)
    assert new["fire_changes"]
    assert not new["known"]
    assert np.isnan(new["people_after"])


def test_a_new_site_gives_an_option_its_host():
    places = sites(site("FN", -2400, 0))  # D1: 360 s for the crew, nothing for the desk
    new = pd.DataFrame({"option_id": ["FA+PA-new"], "site_id": ["FN"]})
    everywhere = pd.concat([TOWN, places], ignore_index=True)
    od = site_to_demand(everywhere, DEMAND)
    found = cover_of(
        options(NEW), TOWN, participation=participation(TOWN), site_to_demand=od,
        demand_points=DEMAND, response=RESPONSE, new_sites=new, tolerance=TOLERANCE,
    ).cover.iloc[0]  # fmt: skip
    assert found[["fire_changes", "known"]].all()
    assert found[["people_gained", "people_lost"]].tolist() == [200, 0]
    desk = access_of(
        options(NEW),
        TOWN,
        demand_to_site=od,
        demand_points=DEMAND,
        settings=ACCESS,
        new_sites=new,
        tolerance=TOLERANCE,
    ).iloc[0]
    assert desk["known"]
    assert desk["mean_access_after_s"] == pytest.approx((200 * 1 + 400 * 400 + 800 * 100) / 1500)


def test_a_mean_without_points_that_fall_out_of_reach_is_unknown():
    demand = demand_points(("D1", -2400, 0, 100, 1), ("D5", 500, 0, 50, 1))  # PA is 340 s from D1
    lost = row(INTO_POLICE, frame=TOWN[TOWN["site_id"] != "FB"], demand=demand, cutoff=300)
    assert lost["people_lost"] == 100
    assert np.isnan(lost["mean_response_after_s"])


def test_a_host_off_the_roads_leaves_the_effect_unknown():
    far = sites(site("FA", 0, 0), site("PA", 90_000, 0))
    assert not row(INTO_POLICE, frame=far)["known"]


def test_neighbours_cover_with_the_assumed_turnout_of_unknown_crews():
    over = sites(site("FX", 0, 0, over_border=True, crewing=None))
    found = baseline(frame=over, demand=demand_points(("D", 100, 0, 1, 1)))
    assert found["mean_turnout_s"] == 300


def test_cover_without_stations_is_an_error():
    with pytest.raises(OptionError, match="at least one of each"):
        covered(INTO_FIRE, frame=TOWN[TOWN["service"] == "police"])


@given(order=st.permutations(range(4)))
@settings(max_examples=10)
def test_the_order_of_rows_changes_nothing(order):
    rows = (INTO_FIRE, INTO_POLICE, NEW, TOUCH)
    again = covered(*(rows[i] for i in order), frame=TOWN.iloc[order], demand=DEMAND.iloc[order])
    pd.testing.assert_frame_equal(again.cover, covered(*rows).cover)
    pd.testing.assert_frame_equal(
        accessed(*(rows[i] for i in order), frame=TOWN.iloc[order], demand=DEMAND.iloc[order]),
        accessed(*rows),
    )


def test_access_counts_people_within_the_limit_of_a_desk():
    found = accessed(INTO_FIRE).iloc[0]  # desks PA and (assumed) PB; limit 600 s
    assert found["people_before"] == 1500
    assert found["mean_access_before_s"] == pytest.approx(
        (100 * 340 + 200 * 341 + 400 * 400 + 800 * 100) / 1500
    )


def test_a_desk_moves_with_its_site():
    strict = ACCESS.model_copy(update={"limit_min": study.Figure(value=4, assumed="test")})
    found = accessed(INTO_FIRE, settings_=strict).iloc[0]
    assert found["desk_changes"]
    assert found["people_before"] == 800
    assert found["people_gained"] == 100  # D1 is exactly 240 s from FA
    assert found["people_lost"] == 0


def test_a_fire_move_changes_access_by_exactly_nothing():
    found = accessed(INTO_POLICE).iloc[0]
    assert not found["desk_changes"]
    assert found["people_after"] == found["people_before"]
    assert found["mean_access_after_s"] == found["mean_access_before_s"]


def test_who_lives_over_the_border_loses_apart_and_is_in_no_percentage():
    # D3, 400 people, is 400 s from PB today and 500 s from FA, where PA moves and PB with it.
    moves = option("PA+PB-into-FA", "into_fire", members="FA;PA;PB", host="FA", movers="PA;PB")
    seven = ACCESS.model_copy(update={"limit_min": study.Figure(value=7, assumed="test")})
    inside = accessed(moves, settings_=seven).iloc[0]
    over = DEMAND.assign(in_area=DEMAND["demand_id"] != "D3")
    outside = accessed(moves, settings_=seven, demand=over).iloc[0]
    assert inside["people_lost"] - outside["people_lost"] == 400
    assert (inside["people_lost_outside"], outside["people_lost_outside"]) == (0, 400)
    assert (inside["people_slower_outside"], outside["people_slower_outside"]) == (0, 400)
    assert outside["people_before"] == inside["people_before"] - 400


def test_desks_are_evidenced_or_assumed_and_a_closed_one_is_none():
    moves = option("PB-into-FB", "into_fire", members="FB;PB", host="FB", movers="PB")
    assert accessed(moves).iloc[0]["basis"] == "assumed"
    assert accessed(INTO_FIRE).iloc[0]["basis"] == "recorded"
    shut = TOWN.assign(desk=pd.Series([None, None, None, "closed"], dtype="str"))
    assert not accessed(moves, frame=shut).iloc[0]["desk_changes"]
    known = TOWN.assign(desk=pd.Series([None, None, None, "open"], dtype="str"))
    assert accessed(moves, frame=known).iloc[0]["basis"] == "recorded"


def test_a_loss_that_only_an_assumed_desk_makes_good_is_told_apart():
    seven = ACCESS.model_copy(update={"limit_min": study.Figure(value=7, assumed="test")})
    found = accessed(INTO_FIRE, settings_=seven).iloc[0]  # D3 is 400 s from PB, 500 s from FA
    assert found[["people_lost", "people_lost_evidenced"]].tolist() == [0, 400]
    known = TOWN.assign(desk=pd.Series([None, None, None, "open"], dtype="str"))
    assert accessed(INTO_FIRE, settings_=seven, frame=known).iloc[0]["people_lost_evidenced"] == 0
    assert accessed(INTO_POLICE, settings_=seven).iloc[0]["people_lost_evidenced"] == 0


def test_an_estate_without_desks_has_no_access_to_lose():
    offices = TOWN.assign(roles="office")
    found = accessed(INTO_FIRE, frame=offices).iloc[0]
    assert found["people_before"] == 0
    assert np.isnan(found["mean_access_before_s"])
    assert not found["desk_changes"]
