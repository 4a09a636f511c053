"""Walks by hand on a straight road, a junction a kilometre, at 100 m a minute."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from travel_town import network, points, settings

from colocate.study import Figure, Walking
from colocate.tables import TABLES, check, empty
from colocate.travel.snapping import snap
from colocate.travel.walking import walks

ROAD = {x: (1000 * x, 0) for x in range(5)}
ALONG = [{"ends": (x, x + 1)} for x in range(4)]
DEMAND = {"D0": (0, 0), "D2": (2000, 0)}


def figure(value):
    return Figure(value=value, assumed="test")


def walked(sites, *, edges=ALONG, limit_min=20, stops=None, stop_limit_min=4):
    roads, chosen = network(ROAD, edges), settings()
    walking = Walking(limit_min=figure(limit_min), stop_limit_min=figure(stop_limit_min),
                      m_per_min=figure(100))  # fmt: skip
    located = points("site", sites)
    snaps = snap(located, points("demand", DEMAND), roads=roads, settings=chosen).snaps
    at = empty(TABLES["bus_stops"])
    if stops:
        at = points("site", stops).rename(columns={"site_id": "stop_id"})
    found = walks(snaps, at, roads=roads, walking=walking, settings=chosen)
    check(TABLES["walk_to_site"], found.walk_to_site)
    check(TABLES["site_bus_stops"], found.site_bus_stops)
    return found


def minutes(found):
    rows = found.walk_to_site
    return {(r.demand_id, r.site_id): r.travel_time_s / 60 for r in rows.itertuples()}


def test_a_walk_by_hand_the_limit_included():
    assert minutes(walked({"S": (1500, 0)})) == {("D0", "S"): 15, ("D2", "S"): 5}
    assert minutes(walked({"S": (1500, 0)}, limit_min=5)) == {("D2", "S"): 5}


def test_one_way_streets_bind_nobody_on_foot():
    one_way = [edge | {"backward": False} for edge in ALONG]
    assert minutes(walked({"S": (500, 0)}, edges=one_way)) == {("D0", "S"): 5, ("D2", "S"): 15}


def test_nobody_walks_along_a_motorway():
    barred = [ALONG[0], ALONG[1] | {"highway": "motorway"}, *ALONG[2:]]
    assert minutes(walked({"S": (500, 0)}, edges=barred)) == {("D0", "S"): 5}


def test_stops_within_a_walk_are_counted_the_limit_included():
    stops = {"a": (900, 0), "b": (1900, 0), "c": (1901, 0)}
    found = walked({"S": (1500, 0), "T": (3500, 0)}, stops=stops)
    # 400 m from S lies b, but neither a, 600 m off, nor c, a metre further than b.
    assert found.site_bus_stops.to_dict("list") == {"site_id": ["S", "T"], "n_stops": [1, 0]}


def test_without_stops_nothing_is_known_of_them():
    found = walked({"S": (1500, 0)})
    assert found.site_bus_stops.empty
    assert found.issues["rule"].tolist() == ["no_bus_stops"]


@examples(max_examples=20)
@given(st.floats(0, 4000), st.integers(1, 20), st.integers(1, 20))
def test_a_longer_walk_reaches_no_fewer(east, shorter, longer):
    near, far = sorted((shorter, longer))
    few, many = (minutes(walked({"S": (east, 0)}, limit_min=m)) for m in (near, far))
    assert few.items() <= many.items()
    assert pd.Series(few, dtype="float64").max() <= near or not few


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_stops_changes_nothing(order):
    stops = dict(list({"a": (1400, 0), "b": (1600, 0)}.items())[::order])
    assert walked({"S": (1500, 0)}, stops=stops).site_bus_stops["n_stops"].tolist() == [2]
