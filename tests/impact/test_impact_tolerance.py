import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate import study
from colocate.impact.tolerance import change, settled
from effects_town import INTO_FIRE, affected, changed
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

TIMES = st.lists(st.floats(0, 4000) | st.just(np.inf), min_size=1, max_size=8)


def town(metres):
    """A station whose crew may move some metres away: a tenth of that in seconds for D1."""
    return sites(site("FA", 0, 0), site("PA", metres, 0, "station;front_desk"))


DEMAND = demand_points(
    ("D1", -2395, 0, 100, 1),  # FA 60 + 300 + 239.5 = 599.5 s, inside 600
    ("D2", -1000, 0, 200, 3),
)
MOVE = option("FA-into-PA", "into_other", members="FA;PA", host="PA", movers="FA")


def covered(metres, tolerance=TOLERANCE):
    frame = town(metres)
    return cover_of(
        options(MOVE), frame, participation=participation(frame),
        site_to_demand=site_to_demand(frame, DEMAND), demand_points=DEMAND, response=RESPONSE,
        tolerance=tolerance,
    ).cover.iloc[0]  # fmt: skip


def test_a_change_at_the_tolerance_is_none_and_one_beyond_is_told():
    before = np.array([100.0, 100.0, 100.0, 100.0, 100.0])
    after = np.array([90.0, 89.999, 110.0, 110.001, np.inf])
    assert settled(before, after, tolerance_s=10).tolist() == [100, 89.999, 100, 110.001, np.inf]


def test_a_hair_of_rounding_does_not_cross_the_tolerance():
    assert settled(100.0, 110.0000001, tolerance_s=10) == 100.0


def test_nobody_today_and_nobody_afterwards_is_no_change():
    assert settled(np.array([np.inf]), np.array([np.inf]), tolerance_s=10).tolist() == [np.inf]
    assert settled(np.array([np.inf]), np.array([500.0]), tolerance_s=10).tolist() == [500.0]


def test_an_unknown_figure_stays_unknown():
    assert np.isnan(settled(100.0, float("nan"), tolerance_s=10))


@given(before=TIMES, tolerance=st.floats(0, 100), data=st.data())
def test_what_is_settled_is_today_s_or_beyond_the_tolerance(before, tolerance, data):
    after = data.draw(
        st.lists(st.floats(0, 4000) | st.just(np.inf), min_size=len(before), max_size=len(before))
    )
    was, is_ = np.array(before), np.array(after)
    found = settled(was, is_, tolerance_s=tolerance)
    assert ((found == was) | (found == is_)).all()
    again = settled(was, found, tolerance_s=tolerance)
    assert np.array_equal(found, again)
    wider = settled(was, is_, tolerance_s=tolerance + 1)
    assert ((wider == was) | (wider == found)).all()


def test_nothing_moving_is_told_apart_from_too_small_a_change():
    same, other = np.array([1.0]), np.array([2.0])
    assert change(same, same, moves=False) == "none"
    assert change(same, same, moves=True) == "too_small"
    assert change(same, other, moves=True) == "told"


def test_a_move_across_the_yard_takes_nobody_out_of_the_standard():
    near = covered(100)  # D1 10 s later: 609.5 s, but at the tolerance
    assert near["fire_changes"]
    assert near["change"] == "too_small"
    assert (near["people_lost"], near["people_after"]) == (0, 300)
    assert near["mean_response_after_s"] == near["mean_response_before_s"]


def test_one_metre_more_is_told():
    far = covered(110)  # both points 11 s later: D1 610.5 s, D2 471 s
    assert far["change"] == "told"
    assert (far["people_lost"], far["people_after"]) == (100, 200)
    assert far["mean_response_after_s"] == pytest.approx((610.5 + 3 * 471) / 4)


def test_without_a_tolerance_every_change_is_told():
    assert covered(10, study.Tolerance(time_s=0, mean_s=0))["people_lost"] == 100


def test_a_mean_that_moves_by_less_than_a_second_is_today_s_while_people_are_told():
    """D1, of one fire in a hundred, waits 20 s longer: 0.2 s on the mean."""
    frame = sites(site("FA", 0, 0), site("FB", 50_000, 0), site("PA", 200, 0))
    demand = demand_points(("D1", -1000, 0, 50, 1), ("D2", 50_000, 0, 50, 99))
    found = cover_of(
        options(MOVE), frame, participation=participation(frame),
        site_to_demand=site_to_demand(frame, demand), demand_points=demand, response=RESPONSE,
        tolerance=TOLERANCE,
    ).cover.iloc[0]  # fmt: skip
    assert found["change"] == "told"
    assert found["mean_response_after_s"] == found["mean_response_before_s"]


def test_the_tables_of_effects_and_changes_agree_that_nothing_can_be_told():
    frame = town(90)
    assert changed(MOVE, frame=frame, demand=DEMAND).empty
    table = affected(MOVE, frame=frame, demand=DEMAND.assign(area_km2=1.0)).loc["FA-into-PA"]
    fire = table[table["side"] == "fire"]
    assert set(fire["change"]) == {"none", "too_small"}
    assert (fire["before"] == fire["after"]).all()
    assert fire.loc["mean_response_s", "change"] == "too_small"
    assert fire.loc["stations", "change"] == "none"


def test_a_desk_that_moves_across_the_yard_leaves_access_as_it_is():
    frame = town(100)
    found = access_of(
        options(INTO_FIRE), frame, demand_to_site=site_to_demand(frame, DEMAND),
        demand_points=DEMAND, settings=ACCESS, tolerance=TOLERANCE,
    ).iloc[0]  # fmt: skip
    assert found["change"] == "too_small"
    assert found["people_gained"] == found["people_lost"] == found["people_lost_evidenced"] == 0


def test_a_police_move_still_changes_fire_cover_by_exactly_nothing():
    frame = town(200)
    found = affected(INTO_FIRE, frame=frame, demand=DEMAND.assign(area_km2=1.0))
    fire = found[found["side"] == "fire"]
    assert set(fire["change"]) == {"none"}
    assert (fire["before"] == fire["after"]).all()
