"""The nearest-facility kernel beside a slow reference: one point at a time, by sorting."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.travel.kernel import nearest
from colocate.travel.od_array import OdArray, layout, od_array

POINTS = 5
ROW = st.lists(
    st.sampled_from([0.0, 10.0, 20.0, 20.5, 600.0, np.inf]), min_size=POINTS, max_size=POINTS
)
NOBODY = (np.inf, -1)


def offers(*, least=0):
    rows = st.lists(ROW, min_size=least, max_size=6)
    return rows.map(lambda rows: np.array(rows).reshape(-1, POINTS))


@st.composite
def moves(draw):
    """Offers, rows that go, and what arrives."""
    now = draw(offers(least=1))
    gone = sorted(draw(st.sets(st.integers(0, len(now) - 1))))
    return now, np.array(gone, "int64"), draw(offers())


def in_order(rows, point):
    """Time and row of every site that reaches a point, the soonest first; then nobody."""
    reaching = sorted((row[point], number) for number, row in enumerate(rows.tolist()))
    return [pair for pair in reaching if pair[0] < np.inf] + [NOBODY, NOBODY]


def at_place(rows, place):
    return [in_order(rows, point)[place][0] for point in range(POINTS)]


def moved(now, gone, arrivals):
    return np.vstack([np.delete(now, gone, axis=0), arrivals])


@settings(max_examples=100)
@given(offers())
def test_the_first_equals_the_slow_reference(rows):
    now = nearest.reach(rows)
    assert now.soonest.tolist() == nearest.soonest(rows).tolist() == at_place(rows, 0)
    reached = np.isfinite(now.soonest)
    who = np.array([in_order(rows, point)[0][1] for point in range(POINTS)])
    assert now.first[reached].tolist() == who[reached].tolist()


@settings(max_examples=100)
@given(offers(), st.integers(1, 3))
def test_ranked_sites_equal_the_slow_reference(rows, count):
    who, times = nearest.ranked(rows, count=count)
    for point in range(POINTS):
        expected = [*in_order(rows, point), NOBODY][:count]
        assert list(zip(times[:, point], who[:, point], strict=True)) == expected


@settings(max_examples=100)
@given(moves())
def test_after_a_move_all_is_as_if_found_afresh(case):
    now, gone, arrivals = case
    reach, afresh = nearest.reach(now), moved(*case)
    at, times = nearest.after(reach, gone=gone, arrivals=arrivals)
    later = reach.soonest.copy()
    later[at] = times
    assert later.tolist() == at_place(afresh, 0)


@settings(max_examples=50)
@given(offers(least=1))
def test_a_move_to_ones_own_place_changes_nothing(now):
    reach, row = nearest.reach(now), np.array([0])
    at, times = nearest.after(reach, gone=row, arrivals=now[:1])
    assert times.tolist() == reach.soonest[at].tolist()


def test_of_equals_the_first_row_counts_and_who_cannot_come_is_not_near():
    rows = np.array([[60.0, np.inf], [60.0, np.inf], [30.0, 90.0]])
    who, times = nearest.ranked(rows, count=2)
    assert who.tolist() == [[2, 2], [0, -1]]
    assert times.tolist() == [[30, 90], [60, np.inf]]
    assert nearest.reach(rows[:2]).first.tolist() == [0, 0]


def test_an_od_table_is_spread_over_the_asked_sites_and_points():
    od = pd.DataFrame(
        [("F1", "A", 60.0), ("F2", "B", 90.0), ("F9", "A", 1.0), ("F1", "Z", 1.0)],
        columns=["site_id", "demand_id", "travel_time_s"],
    )
    found = od_array(od, sites=pd.Index(["F2", "F1"]), demand=pd.Index(["A", "B"]))
    assert found.tolist() == [[np.inf, 90], [60, np.inf]]


def test_drives_are_laid_out_the_same_from_a_table_and_from_an_array():
    times = pd.DataFrame(
        [("F1", "A", 60.0), ("F2", "B", 90.0), ("F2", "A", 5.0)],
        columns=["site_id", "demand_id", "travel_time_s"],
    )
    sites, demand = pd.Index(["F2", "F3", "F1"]), pd.Index(["B", "A"])
    for asked in (sites, sites[[0, 2]], sites[:0]):
        for points in (demand, demand[::-1], demand[:1]):
            array = OdArray(sites, demand, od_array(times, sites=sites, demand=demand))
            laid = [np.empty((len(asked), len(points))) for _ in range(2)]
            found = [layout(od, sites=asked, demand=points) for od in (times, array)]
            for each, into in zip(found, laid, strict=True):
                each.of(np.arange(len(asked)), into)
            assert laid[0].tolist() == laid[1].tolist()
            assert found[0].reached.tolist() == found[1].reached.tolist()
