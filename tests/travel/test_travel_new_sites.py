import pandas as pd
import pytest
import shapely
from travel_town import points, roads, settings, speeds

from colocate.tables import TABLES, check
from colocate.tables.schema import conform
from colocate.travel import impedance
from colocate.travel.new_sites import new_sites, new_travel

#   A ---- B ---- C      each kilometre takes 60 s; S is at A, D at C
LINE = {"A": (0, 0), "B": (1000, 0), "C": (2000, 0)}
STREETS = [{"ends": "AB"}, {"ends": "BC"}]
DEMAND = points("demand", {"D": (2000, 0)})


def areas(**best):
    return conform(
        TABLES["areas_of_search"],
        (
            {"option_id": option_id, "limit_s": 60.0, "n_candidates": 1, "n_passing": 1,
             "best_easting": float(x), "best_northing": float(y), "people_lost_best": 0.0,
             "people_lost_most": 0.0, "geometry": shapely.box(0, 0, 100, 100)}
            for option_id, (x, y) in best.items()
        ),
    )  # fmt: skip


def travelled(**best):
    road_nodes, road_edges = roads(LINE, STREETS)
    network = {"road_nodes": road_nodes, "road_edges": road_edges, "settings": settings()}
    driven = speeds(road_edges, 60)
    sites = points("site", {"S": (0, 0)})
    snaps = impedance.snap(sites, DEMAND, edge_speeds=driven, **network).snaps
    order = impedance.road_order(road_nodes, road_edges, settings=settings())
    found = new_travel(
        new_sites(areas(**best)), DEMAND, snaps=snaps, edge_speeds=driven, road_order=order,
        **network,
    )  # fmt: skip
    for name, table in found._asdict().items():
        check(TABLES[name], table)
    return found


def times(table):
    return {tuple(row[:-2]): row[-2] for row in table.itertuples(index=False, name=None)}


def test_a_new_site_stands_at_the_best_point_under_an_id_of_its_own():
    found = new_sites(areas(b=(1500, 0), a=(500, 0)))
    check(TABLES["new_sites"], found)
    assert found["site_id"].tolist() == ["NEW-a", "NEW-b"]
    assert found.geometry.x.tolist() == [500, 1500]


def test_drives_of_a_new_site_by_hand():
    found = travelled(a=(500, 0), b=(1500, 0))
    assert times(found.new_site_to_demand) == {("NEW-a", "D"): 90, ("NEW-b", "D"): 30}
    assert times(found.demand_to_new_site) == {("NEW-a", "D"): 90, ("NEW-b", "D"): 30}
    assert found.issues.empty


def test_drives_between_sites_have_a_new_one_at_exactly_one_end():
    found = travelled(a=(500, 0), b=(1500, 0))
    assert times(found.new_site_to_site) == {
        ("NEW-a", "S"): 30, ("NEW-b", "S"): 90, ("S", "NEW-a"): 30, ("S", "NEW-b"): 90,
    }  # fmt: skip


def test_a_study_without_areas_of_search_has_no_new_site():
    found = travelled()
    assert all(table.empty for table in found)


def test_a_point_off_the_road_is_told():
    found = travelled(a=(500, 5000))
    assert found.new_snaps.empty
    assert found.issues[["stage", "table", "key", "severity"]].to_numpy().tolist() == [
        ["newsites", "new_sites", "NEW-a", "excluded"]
    ]


@pytest.mark.parametrize("best", [{"a": (0, 0)}])
def test_a_new_site_at_todays_place_has_todays_times(best):
    found = travelled(**best)
    pd.testing.assert_series_equal(
        found.new_site_to_demand["travel_time_s"], pd.Series([120.0]), check_names=False
    )
