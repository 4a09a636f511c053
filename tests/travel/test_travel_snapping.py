from __future__ import annotations

import pytest
from travel_town import network, points, settings

from colocate.tables import check
from colocate.tables.travel import SNAPS
from colocate.travel.snapping import snap

#   A ---- B ---- C      each kilometre takes 60 s
LINE = {"A": (0, 0), "B": (1000, 0), "C": (2000, 0)}
STREETS = [{"ends": "AB"}, {"ends": "BC"}]


def snapped(nodes, edges, sites, demand, **changes):
    found = snap(
        points("site", sites),
        points("demand", demand),
        roads=network(nodes, edges),
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
