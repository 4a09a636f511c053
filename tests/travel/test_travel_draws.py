from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from travel_town import made_ready, network, points, settings

from colocate.travel import od_matrix
from colocate.travel.draws import prepared, times_drawn
from colocate.travel.od_array import od_array
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
    ready = od_matrix.ready(snaps, made_ready(roads, chosen), settings=chosen)
    return ready, edge_speeds


def drawn(triangle, *factors):
    trips = prepared(
        *triangle, settings=settings(), response={"S"}, access={"T"}, between={"S", "T"},
        demand={"D"},
    )  # fmt: skip
    return times_drawn(trips, factors=[{**SAME, **each} for each in factors])


def test_without_a_change_the_times_are_those_of_the_run(triangle):
    times = od_matrix.times_at(*triangle)
    (found,) = drawn(triangle, {})
    for name in ("site_to_demand", "demand_to_site"):
        ours, run = getattr(found, name), getattr(times, name)
        expected = od_array(run, sites=ours.site_id, demand=ours.demand_id)
        assert np.isfinite(expected).all()
        np.testing.assert_array_equal(ours.time_s, expected)
    run = times.site_to_site.pivot_table(
        index="from_site_id", columns="to_site_id", values="travel_time_s"
    )
    expected = run.reindex(index=found.site_id, columns=found.site_id).fillna(0)
    np.testing.assert_array_equal(found.site_to_site, expected)


def test_a_slower_main_road_sends_the_trip_another_way(triangle):
    """At 0.8 the main road takes 125 s: the lane is now faster, at the 110 s it always took."""
    quick, slow = drawn(triangle, {}, {"main": 0.8})
    assert quick.site_to_demand.time_s.tolist() == [[100]]
    assert slow.site_to_demand.time_s.tolist() == [[110]]


def test_each_class_group_has_its_own_factor(triangle):
    (found,) = drawn(triangle, {"main": 0.5, "minor": 1.1, "built_up": 9.0})
    assert found.site_to_demand.time_s.tolist() == [[100]]
