"""Where incidents are taken to lie."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point

from colocate import study
from colocate.tables import empty
from colocate.tables.demand import DEMAND_UNITS, INCIDENTS
from colocate.tables.schema import conform
from colocate.travel.incident_points import incident_points

AREA = shapely.box(0, 0, 3000, 2000)
MIX = study.Mix(
    id="all", name="All",
    per_year={"dwelling": 4, "other_building": 3, "road_vehicle": 2, "outdoor": 1},
)  # fmt: skip
UNITS = conform(DEMAND_UNITS, (
    {"demand_id": key, "area_id": "A", "in_area": inside, "people": people, "disabled_people": 0,
     "people_65_plus": 0, "rural": False, "fires_per_year": fires, "other_buildings": others,
     "shared_by": "weights", "geometry": Point(500, 500)}
    for key, inside, people, fires, others in (
        ("U1", True, 10, 3, 0), ("U2", True, 30, 1, 2), ("U3", False, 99, 9, 9))
))  # fmt: skip
ROADS = gpd.GeoDataFrame(
    {
        "edge_id": range(5),
        "highway": ["trunk", "residential", "trunk_link", "track", "trunk"],
        "length_m": [100.0, 600.0, 200.0, 900.0, 500.0],
    },
    geometry=[
        LineString([(100, 100), (200, 100)]), LineString([(100, 200), (700, 200)]),
        LineString([(1100, 100), (1300, 100)]), LineString([(2100, 100), (2999, 100)]),
        LineString([(5000, 100), (5500, 100)]),
    ],
    crs=27700,
)  # fmt: skip


def points(*mixes, incidents=None, units=UNITS):
    traffic = {"trunk": 10, "residential": 1}
    found = incident_points(
        units, ROADS, incidents=empty(INCIDENTS) if incidents is None else incidents, area=AREA,
        settings=study.Incidents(mixes=mixes or (MIX,), traffic=traffic),
    )  # fmt: skip
    return {
        kind: dict(zip(rows["point_id"], rows["weight"], strict=True))
        for kind, rows in found.groupby("kind")
    }


def test_dwelling_fires_lie_at_units_of_the_area_by_their_fires():
    assert points()["dwelling"] == {"U1": 0.75, "U2": 0.25}


def test_other_buildings_lie_at_units_by_what_is_mapped_near_them():
    assert points()["other_building"] == {"U2": 1}


def test_without_any_mapped_they_lie_where_people_live():
    bare = UNITS.assign(other_buildings=0.0)
    assert points(units=bare)["other_building"] == {"U1": 0.25, "U2": 0.75}


def test_vehicles_lie_by_traffic_one_point_a_square_links_as_their_road():
    # Square 0,0: 100 m x 10 + 600 m x 1; square 1,0: 200 m of a trunk link x 10.
    assert points()["road_vehicle"] == pytest.approx({"R0-0": 1600 / 3600, "R1-0": 2000 / 3600})


def test_a_squares_vehicles_lie_on_its_busiest_stretch():
    found = incident_points(
        UNITS, ROADS, incidents=empty(INCIDENTS), area=AREA,
        settings=study.Incidents(mixes=(MIX,), traffic={"trunk": 10, "residential": 1}),
    )  # fmt: skip
    on_road = found[found["kind"] == "road_vehicle"]
    assert on_road["edge_id"].to_list() == [0, 2]
    assert np.all(on_road.geometry.x == [150, 1200])


def test_outdoor_fires_lie_by_ground():
    assert points()["outdoor"] == pytest.approx(
        {f"G{east}-{north}": 1 / 6 for east in range(3) for north in range(2)}
    )


def test_incidents_of_the_study_win_for_their_kind():
    own = conform(INCIDENTS, [
        {"incident_id": "I1", "kind": "outdoor", "per_year": 3, "geometry": Point(1, 1)},
        {"incident_id": "I2", "kind": "outdoor", "per_year": 1, "geometry": Point(2, 2)},
    ])  # fmt: skip
    found = points(incidents=own)
    assert found["outdoor"] == {"I1": 0.75, "I2": 0.25}
    assert found["dwelling"] == {"U1": 0.75, "U2": 0.25}


def test_only_kinds_of_some_mix_are_laid():
    assert set(points(study.Mix(id="homes", name="Homes", per_year={"dwelling": 1}))) == {
        "dwelling"
    }
