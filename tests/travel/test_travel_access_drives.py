"""Drives of crews, visitors and staff on one network, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from travel_town import made_ready, network, points, settings, travel_times

from colocate.travel import access_rules, od_matrix
from colocate.travel.draws import prepared, times_drawn
from colocate.travel.snapping import snap

#   A --10-- B --10-- C --10-- D      a street, and the way round it by X: 40 s and 40 s
#    \------ X -------------- /
NODES = {"A": (0, 0), "B": (1000, 0), "C": (2000, 0), "D": (3000, 0), "X": (1500, 900)}
EDGES = [{"ends": ends} for ends in ("AB", "BC", "CD", "AX", "XD")]
SECONDS = [10.0, 10.0, 10.0, 40.0, 40.0]
SAME = dict.fromkeys(("motorway_trunk", "main", "minor", "built_up"), 1.0)
EVERYBODY = "crews;visitors;staff"


def roads(**columns):
    """The roads above, with `closed_to` and the like by edge."""
    made = network(NODES, EDGES, SECONDS)
    words = {
        name: pd.Series([by_edge.get(e) for e in range(len(EDGES))], dtype="str")
        for name, by_edge in columns.items()
    }
    return made._replace(edge_speeds=made.edge_speeds.assign(class_group="minor", **words))


def snapped(made, sites, homes, **changes):
    return snap(
        points("site", sites), points("demand", homes), roads=made, settings=settings(**changes)
    ).snaps


def by_pair(table, names):
    return {tuple(row[:2]): row[2] for row in table[[*names, "travel_time_s"]].to_numpy().tolist()}


WEST, EAST = (-1, 0), (3001, 0)


@pytest.mark.parametrize(
    ("closed", "out", "into"),
    [
        ({}, 30, 30),
        ({1: "visitors;staff"}, 30, 80),
        ({1: "crews"}, 80, 30),
        ({1: "crews:forward"}, 80, 30),
        ({1: "visitors:forward"}, 30, 30),
        ({1: "visitors:backward"}, 30, 80),
    ],
)
def test_each_drive_by_its_own_rule(closed, out, into):
    made = roads(closed_to=closed)
    snaps = snapped(made, {"S": WEST}, {"D": EAST})
    times = travel_times(snaps, made, settings())
    assert by_pair(times.site_to_demand, ["site_id", "demand_id"]) == {("S", "D"): out}
    assert by_pair(times.demand_to_site, ["site_id", "demand_id"]) == {("S", "D"): into}


STREET = dict.fromkeys((0, 1, 2), EVERYBODY)


def test_the_street_is_not_driven_through_but_to_and_along():
    made = roads(ends_only_for=STREET)
    snaps = snapped(made, {"S": (-1, 0), "T": (500, 0)}, {"D": (3001, 0), "E": (2500, 0)})
    times = travel_times(snaps, made, settings())
    found = by_pair(times.site_to_demand, ["site_id", "demand_id"])
    assert found == {("S", "D"): 80, ("S", "E"): 25, ("T", "D"): 25, ("T", "E"): 20}
    assert by_pair(times.site_to_site, ["from_site_id", "to_site_id"]) == {
        ("S", "T"): 5, ("T", "S"): 5,
    }  # fmt: skip


def test_draws_keep_to_it():
    made, chosen = roads(ends_only_for=STREET), settings()
    snaps = snapped(made, {"S": (-1, 0), "T": (500, 0)}, {"D": (3001, 0), "E": (2500, 0)})
    ready = od_matrix.ready(snaps, made_ready(made, chosen), settings=chosen)
    trips = prepared(
        ready, made.edge_speeds, settings=chosen, response={"S", "T"}, access={"S", "T"},
        between={"S", "T"}, demand={"D", "E"},
    )  # fmt: skip
    usual, slow = times_drawn(trips, factors=[SAME, {**SAME, "minor": 0.5}])
    assert usual.site_to_demand.time_s.tolist() == [[80, 25], [25, 20]]
    assert usual.demand_to_site.time_s.tolist() == [[80, 25], [25, 20]]
    assert usual.site_to_site.tolist() == [[0, 5], [5, 0]]
    assert slow.site_to_demand.time_s.tolist() == [[160, 50], [50, 40]]


@pytest.mark.parametrize(
    ("column", "words", "edge"),
    [
        ("closed_to", "visitors", 3),
        ("closed_to", "staff", 3),
        ("closed_to", "crews:forward", 0),
        ("ends_only_for", EVERYBODY, 0),
    ],
)
def test_a_site_snaps_to_a_road_that_all_its_drives_may_use(column, words, edge):
    made = roads(**{column: {0: words}})
    assert snapped(made, {"S": (300, 60)}, {"D": (3001, 0)}).iloc[1]["edge_id"] == edge


def test_of_equally_near_roads_one_with_through_traffic_comes_first():
    made = roads(ends_only_for={0: EVERYBODY})
    assert snapped(made, {"S": (-1, 0)}, {"D": EAST}).iloc[1]["edge_id"] == 3


def test_words_of_a_rule():
    table = pd.DataFrame({"closed_to": ["visitors;staff:forward", None, "crews:backward"]})
    for who, expected in (
        ("visitors", [[1, 1], [0, 0], [0, 0]]),
        ("staff", [[1, 0], [0, 0], [0, 0]]),
        ("crews", [[0, 0], [0, 0], [0, 1]]),
    ):
        found = access_rules.bound(table, "closed_to", who=who)
        np.testing.assert_array_equal(found, np.array(expected, "bool"))
