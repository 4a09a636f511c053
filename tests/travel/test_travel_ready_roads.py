"""The network made ready: through its tables and back, and with cuts that were kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from travel_town import network, settings

from colocate.tables import TABLES, check
from colocate.travel.ready_roads import cuts, made_ready, ready_roads
from colocate.travel.roads import at_speeds, road_graph

SIDE = 5


@pytest.fixture(scope="module")
def town():
    nodes = {f"{x},{y}": (1000 * x, 1000 * y) for x in range(SIDE) for y in range(SIDE)}
    edges = [
        {"from": f"{x},{y}", "to": f"{x + a},{y + b}", "ends": (f"{x},{y}", f"{x + a},{y + b}")}
        for x in range(SIDE) for y in range(SIDE) for a, b in ((0, 1), (1, 0))
        if x + a < SIDE and y + b < SIDE
    ]  # fmt: skip
    return network(nodes, [{"ends": edge["ends"]} for edge in edges])


def tables(town, **kept):
    delays = settings().delays
    return made_ready(town.road_nodes, town.road_edges, turns=town.turns, delays=delays, **kept)


def test_tables_are_as_declared_and_give_the_network_back(town):
    made = tables(town)
    for name, table in made._asdict().items():
        check(TABLES[name], table)
    ready = ready_roads(*made)
    ours = at_speeds(ready.graph, town.edge_speeds)
    for one, other in zip(ours, road_graph(town, settings=settings()), strict=True):
        np.testing.assert_array_equal(one, other)
    low, high = made.road_links["low"], made.road_links["high"]
    assert (low < high).all()
    assert low.is_monotonic_increasing


def test_kept_cuts_give_the_order_that_cutting_gives(town):
    delays = settings().delays
    kept = cuts(town.road_nodes, town.road_edges, turns=town.turns, delays=delays)
    pd.testing.assert_frame_equal(tables(town, cuts=kept).road_order, tables(town).road_order)


def test_cuts_of_other_roads_are_not_used(town):
    delays = settings().delays
    kept = cuts(town.road_nodes, town.road_edges, turns=town.turns, delays=delays)
    other = kept.assign(of="other", depth=0)
    pd.testing.assert_frame_equal(tables(town, cuts=other).road_order, tables(town).road_order)
