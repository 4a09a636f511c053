from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from travel_town import CRS, network, points, roads, settings, travel_times

from colocate.spread import Alone
from colocate.tables import TABLES, check, empty
from colocate.tables.travel import CATCHMENTS
from colocate.travel import catchments, clipping, drawing, shore
from colocate.travel.kernel import loops, outlines
from colocate.travel.snapping import snap

SIDE = 10  # streets every kilometre, 60 s each, from (0, 0) to (10 000, 10 000)
NODES = {(x, y): (1000 * x, 1000 * y) for x in range(SIDE + 1) for y in range(SIDE + 1)}
GRID = [
    {"ends": ((x, y), (x + i, y + j))}
    for x, y in NODES
    for i, j in ((1, 0), (0, 1))
    if (x + i, y + j) in NODES
]
OCEAN = {"kind": "land", "name": "nowhere near", "geometry": shapely.box(-9e5, -9e5, -8e5, -8e5)}


def drawn(sites, *, edges=GRID, land=None, demand=None, service="fire", **changes):
    chosen = settings(**{"catchment_limits_min": (2, 4, 6), **changes})
    given = {"roads": network(NODES, edges), "settings": chosen}
    places = demand or {"D": (5000, 5000)}
    located = points("site", sites, service=service)
    demand_points = points("demand", places, people=100.0, in_area=True)
    snaps = snap(located, demand_points, **given).snaps
    times = travel_times(snaps, given["roads"], chosen)
    boundaries = gpd.GeoDataFrame(
        {"kind": ["land"] if land else [], "name": ["Land"] if land else []},
        geometry=[land] if land else [], crs=CRS,
    )  # fmt: skip
    found = catchments.catchments(
        located, drawing.scene(snaps, boundaries=boundaries, **given),
        demand_points=demand_points, settings=chosen,
        od={"from_site": times.site_to_demand, "to_site": times.demand_to_site},
    )  # fmt: skip
    check(CATCHMENTS, found.catchments)
    return found


def areas(found, site="S"):
    rows = found.catchments[found.catchments["site_id"] == site].sort_values("limit_s")
    return rows.geometry.to_list()


def test_a_grid_of_streets_is_reached_as_a_diamond():
    two, four, six = areas(drawn({"S": (5000, 5000)}))
    for area, km in ((two, 2), (four, 4), (six, 6)):
        tips = [(5 + (km - 0.15) * i, 5 + (km - 0.15) * j) for i, j in ((1, 0), (0, 1), (-1, 0))]
        beyond = [(5 + (km + 0.15) * i, 5 + (km + 0.15) * j) for i, j in ((1, 0), (0, 1))]
        on_map = [(x * 1000, y * 1000) for x, y in tips if 0 <= x <= SIDE and 0 <= y <= SIDE]
        assert all(area.covers(shapely.Point(p)) for p in on_map)
        assert not any(area.covers(shapely.Point(x * 1000, y * 1000)) for x, y in beyond)


def test_the_largest_limit_is_drawn_as_if_there_were_a_larger_one():
    # A contour needs the times on both its sides.
    alone = areas(drawn({"S": (4321, 5033)}, catchment_limits_min=(2, 4)))
    assert alone[1].equals(areas(drawn({"S": (4321, 5033)}))[1])


def test_off_the_road_one_walks_and_not_far():
    # After 30 s to (5500, 5000): 90 s at 1.4 m/s are 126 m; the grid is filled 200 m off the road.
    two, four, _ = areas(drawn({"S": (5000, 5000)}))
    off_road = [shapely.Point(5500, 5000 + metres) for metres in (100, 150, 180, 250)]
    assert [two.covers(point) for point in off_road] == [True, False, False, False]
    assert [four.covers(point) for point in off_road] == [True, True, True, False]


def test_blocks_without_roads_are_holes():
    four = areas(drawn({"S": (5000, 5000)}))[1]
    assert not four.covers(shapely.Point(5500, 5500))
    assert four.covers(shapely.Point(5500, 5000))


def test_times_along_partly_driven_roads_count():
    # 2 minutes are 2 km: half way between the second and the third crossing is out of reach.
    two = areas(drawn({"S": (4500, 5000)}))[0]
    assert two.covers(shapely.Point(6350, 5000))
    assert not two.covers(shapely.Point(6650, 5000))


def test_rising_limits_nest_and_hold_the_origin():
    found = areas(drawn({"S": (4321, 5033)}))
    assert all(large.covers(small) for small, large in itertools.pairwise(found))
    assert found[0].covers(shapely.Point(4321, 5000))


def test_clipped_to_the_land_and_still_nested():
    coast = shapely.Polygon([(-500, -500), (-500, 9000), (5210, 9000), (7333, 4021), (4000, -500)])
    found = areas(drawn({"S": (4000, 5000)}, land=coast))
    assert all(large.covers(small) for small, large in itertools.pairwise(found))
    roads_beyond = shapely.union_all(roads(NODES, GRID)[1].geometry.to_numpy())
    ground = coast.union(roads_beyond.buffer(shore.ROAD_WIDTH_M))
    assert ground.buffer(2 * drawing.SIMPLIFY_M).covers(found[-1])
    free = areas(drawn({"S": (4000, 5000)}))
    assert found[-1].area < free[-1].area


def test_roads_beyond_the_coastline_keep_a_strip_of_ground():
    found = areas(drawn({"S": (5000, 5000)}, land=OCEAN["geometry"]))
    assert found[-1].covers(shapely.Point(7000, 5000))
    beside = shapely.Point(7500, 5080)
    assert not found[-1].covers(beside)
    assert areas(drawn({"S": (5000, 5000)}))[-1].covers(beside)


ONE_WAY = [{**edge, "backward": edge["ends"][0][1] != edge["ends"][1][1]} for edge in GRID]


def test_direction_follows_the_one_way_streets():
    # Streets along x lead east only: a crew gets east, visitors come from the west.
    east, west = shapely.Point(6800, 5000), shapely.Point(3200, 5000)
    response = areas(drawn({"S": (5000, 5000)}, edges=ONE_WAY, service="fire"))[0]
    access = areas(drawn({"S": (5000, 5000)}, edges=ONE_WAY, service="police"))[0]
    assert (response.covers(east), response.covers(west)) == (True, False)
    assert (access.covers(east), access.covers(west)) == (False, True)


def test_a_service_the_study_does_not_name_has_both_directions():
    rows = drawn({"S": (5000, 5000)}, service="ambulance").catchments
    assert rows["direction"].unique().tolist() == ["from_site", "to_site"]
    assert len(rows) == 6


def test_people_are_counted_from_times_with_the_limit_included():
    demand = {"near": (6000, 5000), "at": (7000, 5000), "past": (7002, 5000), "off": (5500, 5400)}
    rows = drawn({"S": (5000, 5000)}, demand=demand).catchments
    # "off" lies in a block without roads but is driven to: 400 m off its street, 30 s away.
    assert rows["people"].tolist() == [300.0, 400.0, 400.0]


def test_people_outside_the_study_area_do_not_count():
    demand = points("demand", {"D": (5000, 5000)}, people=100.0, in_area=False)
    times = pd.DataFrame({"site_id": ["S"], "demand_id": ["D"], "travel_time_s": [0.0]})
    rows = pd.DataFrame({"site_id": ["S"], "direction": ["from_site"], "limit_s": [120.0]})
    counted = catchments._with_people(rows, times=times, demand_points=demand)
    assert counted["people"].tolist() == [0.0]


def test_site_off_the_network_has_no_catchment_and_an_issue():
    found = drawn({"S": (5000, 5000), "T": (5000, 90_000)})
    assert found.issues[["key", "rule"]].to_numpy().tolist() == [["T", "no_catchment"]]
    assert set(found.catchments["site_id"]) == {"S"}


def test_the_order_of_sites_does_not_change_the_result():
    sites = {"S": (5000, 5000), "T": (1200, 3000), "U": (8000, 7700)}
    one = drawn(sites).catchments
    two = drawn(dict(reversed(sites.items()))).catchments
    assert (one.geometry.to_wkb() == two.geometry.to_wkb()).all()


LEVELS = np.array([60.0, 120.0, 180.0, 300.0])


@examples(max_examples=40)
@given(
    hnp.arrays("float64", (9, 11), elements=st.integers(0, 400).map(float)),
    st.lists(st.tuples(st.integers(-300, 1300), st.integers(-300, 1100)), min_size=3, max_size=8),
)
def test_nesting_is_exact_for_any_field_and_coast(z, coast):
    z[4:6, 5:7] = 0.0
    z[[0, -1]] = z[:, [0, -1]] = 1e9
    origin = shapely.Point(540, 450)
    land = shapely.convex_hull(shapely.MultiPoint(coast)).buffer(30)
    land = land.union(origin.buffer(60))  # a road is always on the ground
    ground = clipping.ground(land, step_m=1.0)
    rings = outlines.outlines(z, levels=LEVELS, origins=np.array([[4, 5]]), tolerance=0.2)
    free = drawing.polygons(rings, step_m=1.0, count=4)
    nested = drawing.polygons(clipping.clipped(rings, ground=ground), step_m=1.0, count=4)
    assert all(area.is_valid for area in nested)
    for small, large in itertools.pairwise(nested):
        assert large.covers(small)
    assert nested[0].covers(origin)
    for area, whole in zip(nested, free, strict=True):  # GEOS cuts one by one, without nesting
        assert area.area == pytest.approx(whole.intersection(ground.area).area, abs=1e-6)
        assert land.buffer(0.2).covers(area)


@examples(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(-9000, 9000), st.integers(-9000, 9000)), min_size=3, max_size=6),
    st.lists(st.tuples(*[st.integers(-9500, 9500)] * 2, *[st.integers(0, 4000)] * 2), min_size=9),
)
def test_no_box_with_a_side_of_the_shore_in_it_is_passed_over(coast, boxes):
    land = shapely.convex_hull(shapely.MultiPoint(coast)).buffer(30)
    ground = clipping.ground(land, step_m=1.0)
    low, size = np.array(boxes)[:, :2], np.array(boxes)[:, 2:]
    met = ground.sides.query(shapely.box(*low.T, *(low + size).T), predicate="intersects")[0]
    assert ground.near(low, low + size)[met].all()


@pytest.mark.parametrize("limit", [1 / 60, 1])
def test_origin_is_inside_whatever_the_limit(limit):
    area = areas(drawn({"S": (4321, 5033)}, catchment_limits_min=(limit, 2)))[0]
    assert area.covers(shapely.Point(4321, 5000))


def test_a_site_no_road_leads_from_has_the_cell_it_stands_in():
    # A closed road, as in a scenario; somebody lives there.
    edges = [{**edge, "forward": False, "backward": False} for edge in GRID]
    given = {"roads": network(NODES, edges), "settings": settings(catchment_limits_min=(2,))}
    snaps = pd.DataFrame({"kind": ["site"], "point_id": ["S"], "edge_id": [0], "offset_m": [500.0]})
    scene = drawing.scene(snaps, boundaries=empty(TABLES["boundaries"]), **given)
    (found,) = drawing.drawn(
        scene, [scene.places], direction="from_site", settings=given["settings"]
    )
    assert found[0].covers(shapely.Point(scene.places.xy[0]))


def laid(sites):
    """A scene in which it is told what each site's drawing rests on, and its drawings."""
    given = {"roads": network(NODES, ONE_WAY), "settings": settings(catchment_limits_min=(1, 2))}
    snaps = snap(
        points("site", sites, service="fire"),
        points("demand", {"D": (5000, 5000)}, people=1.0, in_area=True), **given,
    ).snaps  # fmt: skip
    nowhere = empty(TABLES["boundaries"])
    scene = drawing.scene(snaps, boundaries=nowhere, spread=Alone(), **given)
    found = {}
    for direction, rests in scene.rests.items():
        groups = [scene.places.those([number]) for number in range(len(rests))]
        areas = drawing.drawn(scene, groups, direction=direction, settings=given["settings"])
        for site, on, area in zip(scene.site_id, rests, areas, strict=True):
            found[direction, site] = on, shapely.to_wkb(area).tolist()
    return found


PLACES = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000))


@examples(max_examples=20)
@given(st.lists(PLACES, min_size=3, max_size=8), PLACES)
def test_what_rests_on_the_same_is_drawn_the_same(places, to):
    sites = {f"S{number}": place for number, place in enumerate([*places, places[0]])}
    known = {}
    for found in (laid(sites), laid({**sites, "S0": to})):
        for on, areas_ in found.values():
            assert known.setdefault(on, areas_) == areas_


def test_a_site_far_from_what_moved_rests_on_the_same():
    sites = {"A": (1000, 1500), "B": (2000, 2500), "far": (9000, 9500)}
    before, after = laid(sites), laid({**sites, "A": (1000, 3500)})
    same = {key for key in before if before[key][0] == after[key][0]}
    assert same == {
        ("from_site", "far"),
        ("to_site", "far"),
        ("from_site", "B"),
    }  # streets lead east


def test_the_same_bytes_without_numba(monkeypatch):
    sites = {"S": (4321, 5033), "T": (1200, 3000)}
    coast = shapely.Polygon([(-500, -500), (-500, 9000), (5210, 9000), (7333, 4021), (4000, -500)])
    with_numba = drawn(sites, land=coast, edges=ONE_WAY).catchments
    monkeypatch.setattr(loops, "compiled", lambda _: None)
    without = drawn(sites, land=coast, edges=ONE_WAY).catchments
    assert (with_numba.geometry.to_wkb() == without.geometry.to_wkb()).all()
