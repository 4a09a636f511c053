from __future__ import annotations

import pandas as pd
import pytest
from travel_town import network, order, points, settings

from colocate.travel import od_matrix
from colocate.travel.draws import prepared, times_drawn
from colocate.travel.snapping import snap

#        M          a main road by M, 100 s; a lane straight on, 110 s
#  S - A - B - D    S at A, D at B
NODES = {"A": (0, 0), "M": (1000, 800), "B": (2000, 0)}
STREETS = [{"ends": "AM"}, {"ends": "MB"}, {"ends": "AB"}]
SECONDS = [50, 50, 110]
GROUPS = ["main", "main", "minor"]
SAME = dict.fromkeys(("motorway_trunk", "main", "minor", "built_up"), 1.0)


@pytest.fixture(scope="module")
def triangle():
    roads, chosen = network(NODES, STREETS, SECONDS), settings()
    edge_speeds = roads.edge_speeds.assign(class_group=pd.Series(GROUPS, dtype="str"))
    sites = points("site", {"S": (0, 0), "T": (2000, 0), "U": (1000, 0)})
    homes = points("demand", {"D": (2000, 0), "E": (0, 0)})
    snaps = snap(sites, homes, roads=roads, settings=chosen).snaps
    ready = od_matrix.ready(snaps, roads, road_order=order(roads, chosen), settings=chosen)
    return ready, edge_speeds


def drawn(triangle, **factors):
    trips = prepared(*triangle, response={"S"}, access={"T"}, between={"S", "T"}, demand={"D"})
    return times_drawn(trips, factors={**SAME, **factors}, settings=settings())


def test_without_a_change_the_times_are_those_of_the_run(triangle):
    times = od_matrix.times_at(*triangle)
    found = drawn(triangle)
    asked = {
        "site_to_demand": {"site_id": ["S"], "demand_id": ["D"]},
        "demand_to_site": {"site_id": ["T"], "demand_id": ["D"]},
        "site_to_site": {"from_site_id": ["S", "T"], "to_site_id": ["S", "T"]},
    }
    for name, ids in asked.items():
        whole = getattr(times, name)
        rows = whole[whole[list(ids)].isin(ids).all(axis=1)].reset_index(drop=True)
        assert len(rows)
        pd.testing.assert_frame_equal(getattr(found, name), rows)


def test_a_slower_main_road_sends_the_trip_another_way(triangle):
    """At 0.8 the main road takes 125 s: the lane is now faster, at the 110 s it always took."""
    quick, slow = drawn(triangle).site_to_demand, drawn(triangle, main=0.8).site_to_demand
    assert quick["travel_time_s"].tolist() == [100]
    assert slow["travel_time_s"].tolist() == [110]
    assert slow["distance_m"].tolist() == [2000]


def test_each_class_group_has_its_own_factor(triangle):
    found = drawn(triangle, main=0.5, minor=1.1, built_up=9.0)
    assert found.site_to_demand["travel_time_s"].tolist() == [100]
