from __future__ import annotations

import numpy as np
import pytest
from travel_town import points, roads, settings, speeds

from colocate.errors import NetworkError
from colocate.tables import check
from colocate.tables.travel import DEMAND_TO_SITE, ROAD_ORDER, SITE_TO_DEMAND, SITE_TO_SITE, SNAPS
from colocate.travel import impedance

#   A ---- B ---- C      each kilometre takes 60 s
LINE = {"A": (0, 0), "B": (1000, 0), "C": (2000, 0)}
STREETS = [{"ends": "AB"}, {"ends": "BC"}]


def snapped(nodes, edges, sites, demand, **changes):
    road_nodes, road_edges = roads(nodes, edges)
    found = impedance.snap(
        points("site", sites),
        points("demand", demand),
        road_nodes=road_nodes,
        road_edges=road_edges,
        edge_speeds=speeds(road_edges, 60),
        settings=settings(**changes),
    )
    check(SNAPS, found.snaps)
    return found


def one_site(place, edges=STREETS, nodes=LINE, **changes):
    """The snap of a single site, or None; demand lies on the first edge."""
    found = snapped(nodes, edges, {"S": place}, {"D": nodes["A"]}, **changes)
    rows = found.snaps[found.snaps["kind"] == "site"]
    return (next(rows.itertuples()) if len(rows) else None), found.issues


def test_snap_by_hand():
    row, issues = one_site((1250, 40))
    assert (row.edge_id, row.offset_m, row.snap_distance_m) == (1, 250.0, 40.0)
    assert row.quality == "good"
    assert issues.empty


def test_nearest_edge_not_nearest_node():
    nodes = {**LINE, "X": (500, 200), "Y": (500, 900)}
    edges = [*STREETS, {"ends": "XY"}, {"ends": "XB"}]
    assert one_site((500, 50), edges, nodes)[0].edge_id == 0


def test_of_equally_near_edges_the_lowest_id_counts():
    assert one_site((1000, 30))[0].edge_id == 0


@pytest.mark.parametrize(
    ("metres", "quality"), [(250, "good"), (251, "doubtful"), (1000, "doubtful"), (1001, None)]
)
def test_limits_are_included(metres, quality):
    row, issues = one_site((500, metres), snap_doubtful_m=250, snap_refused_m=1000)
    assert (row and row.quality) == quality
    severity = {"good": [], "doubtful": ["doubt"], None: ["excluded"]}[quality]
    assert issues["severity"].tolist() == severity


def test_motorways_and_ferries_are_passed_over():
    nodes = {**LINE, "X": (0, 20), "Y": (1000, 20)}
    edges = [*STREETS, {"ends": "XY", "highway": "motorway"}, {"ends": "XA"}, {"ends": "YB"}]
    assert one_site((500, 18), edges, nodes)[0].edge_id == 0


ISLAND = {**LINE, "X": (0, 300), "Y": (1000, 300)}
ISLAND_EDGES = [*STREETS, {"ends": "XY"}]


def test_main_network_is_preferred_to_a_nearer_island():
    assert one_site((500, 290), ISLAND_EDGES, ISLAND)[0].edge_id == 0


def test_island_where_no_one_lives_is_outside_the_network():
    row, issues = one_site((500, 290), ISLAND_EDGES, ISLAND, snap_refused_m=100)
    assert row is None
    assert issues["rule"].tolist() == ["outside_road_network"]


def test_island_where_someone_lives_is_used_and_doubted():
    found = snapped(ISLAND, ISLAND_EDGES, {"S": (500, 290)}, {"D": (700, 305)}, snap_refused_m=100)
    assert found.snaps["edge_id"].tolist() == [2, 2]
    assert set(found.issues["rule"]) == {"off_main_network"}


def test_every_point_is_snapped_or_excluded():
    found = snapped(LINE, STREETS, {"S": (0, 9), "T": (0, 9999)}, {"D": (5, 5), "E": (9999, 0)})
    excluded = found.issues[found.issues["severity"] == "excluded"]
    assert len(found.snaps) + len(excluded) == 4
    assert set(excluded["key"]) == {"T", "E"}


def timed(edges, sites, demand, *, seconds=60, **changes):
    road_nodes, road_edges = roads(LINE, edges)
    given = {"road_nodes": road_nodes, "road_edges": road_edges, "settings": settings(**changes)}
    edge_speeds = speeds(road_edges, seconds)
    snaps = impedance.snap(
        points("site", sites), points("demand", demand), edge_speeds=edge_speeds, **given
    ).snaps
    found = impedance.travel_times(snaps, edge_speeds, **given)
    check(SITE_TO_DEMAND, found.site_to_demand)
    check(DEMAND_TO_SITE, found.demand_to_site)
    check(SITE_TO_SITE, found.site_to_site)
    return found


def test_times_and_distances_by_hand():
    found = timed(STREETS, {"S": (500, 0), "T": (1500, 0)}, {"D": (2000, 0)})
    (first, second) = found.site_to_demand.itertuples(index=False, name=None)
    assert first == ("S", "D", 90.0, 1500.0)
    assert second == ("T", "D", 30.0, 500.0)
    assert found.site_to_site.itertuples(index=False, name=None).__next__() == (
        "S",
        "T",
        60.0,
        1000.0,
    )
    assert len(found.site_to_site) == 2


def test_each_direction_has_its_own_route():
    # From A to C along the one-way AB, BC; back only along CA, which is slow.
    edges = [{"ends": "AB", "backward": False}, {"ends": "BC", "backward": False}, {"ends": "CA"}]
    found = timed(edges, {"S": (0, 0)}, {"D": (2000, 0)}, seconds=[60, 60, 600])
    assert found.site_to_demand["travel_time_s"].tolist() == [120.0]
    assert found.demand_to_site["travel_time_s"].tolist() == [600.0]


@pytest.mark.parametrize(("cutoff", "rows"), [(2, 1), (1, 0)])
def test_cut_off_is_included_and_silence_is_an_issue(cutoff, rows):
    found = timed(STREETS, {"S": (0, 0)}, {"D": (2000, 0)}, cutoff_min=cutoff)
    assert len(found.site_to_demand) == rows
    assert len(found.issues) == 1 - rows


def test_order_of_the_rows_does_not_depend_on_the_order_of_the_points():
    one = timed(STREETS, {"S": (500, 0), "T": (1500, 0)}, {"D": (0, 0), "E": (2000, 0)})
    other = timed(STREETS, {"T": (1500, 0), "S": (500, 0)}, {"E": (2000, 0), "D": (0, 0)})
    assert all(a.equals(b) for a, b in zip(one, other, strict=True))


def test_speeds_of_another_network_are_refused():
    road_nodes, road_edges = roads(LINE, STREETS)
    with pytest.raises(NetworkError, match="1 rows and road_edges 2"):
        impedance.road_graph(road_nodes, road_edges, edge_speeds=speeds(road_edges, 60).head(1))


def test_new_speeds_and_a_closed_road_need_no_new_order():
    nodes = {**LINE, "X": (1000, 500)}
    edges = [*STREETS, {"ends": "AX"}, {"ends": "XC"}]
    road_nodes, road_edges = roads(nodes, edges)
    given = {"road_nodes": road_nodes, "road_edges": road_edges, "settings": settings()}
    today = speeds(road_edges, [60, 60, 90, 90])
    snaps = impedance.snap(
        points("site", {"S": (0, 0)}),
        points("demand", {"D": (2000, 0)}),
        edge_speeds=today,
        **given,
    ).snaps
    order = impedance.road_order(road_nodes, road_edges, settings=settings())
    check(ROAD_ORDER, order)
    ready = impedance.ready(snaps, road_order=order, **given)
    for times, expected in (([60, 60, 90, 90], 120), ([np.inf, 60, 90, 90], 180)):
        scenario = speeds(road_edges, times)
        found = impedance.times_at(ready, scenario, settings=settings())
        assert found.site_to_demand["travel_time_s"].tolist() == [expected]
        anew = impedance.travel_times(snaps, scenario, **given)
        assert all(a.equals(b) for a, b in zip(found, anew, strict=True))


def test_order_of_another_network_is_refused():
    road_nodes, road_edges = roads(LINE, STREETS)
    given = {"road_nodes": road_nodes, "road_edges": road_edges, "settings": settings()}
    order = impedance.road_order(road_nodes, road_edges, settings=settings())
    today = speeds(road_edges, 60)
    snaps = impedance.snap(
        points("site", {"S": (0, 0)}), points("demand", {"D": (9, 0)}), edge_speeds=today, **given
    ).snaps
    with pytest.raises(NetworkError, match="2 rows; expected 3"):
        impedance.ready(snaps, road_order=order.head(2), **given)
