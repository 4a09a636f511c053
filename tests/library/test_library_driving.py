"""Drive times and catchments by the library's door, on roads whose answers are known by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from osm_town import X0, Y0, xml

import colocate as cl
from colocate import bng
from colocate.errors import CrsError, InputError, NetworkError, SchemaError
from colocate.library import ground
from colocate.travel.network import osm, packing

STREET = {"highway": "secondary", "maxspeed": "36"}  # 10 m/s in the example's speeds
AHEAD = {**STREET, "oneway": "yes"}
WAYS = (([1, 2], STREET), ([2, 3], AHEAD), ([3, 4], AHEAD), ([4, 2], AHEAD))
NODES = {1: (0, 0), 2: (1000, 0), 3: (2000, 0), 4: (2000, 1000)}


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    file = tmp_path_factory.mktemp("roads") / "map.osm"
    file.write_text(xml(WAYS, NODES))
    return file


@pytest.fixture(autouse=True)
def _forget():
    ground._read.clear()


def at(**where):
    ids = list(where)
    xy = np.array(list(where.values()), "float64") + np.array([X0, Y0])
    return pd.DataFrame({"id": ids, "easting": xy[:, 0], "northing": xy[:, 1]})


ENDS = at(west=(0, 0), east=(2000, 0))


def drives(extract, origins=ENDS, destinations=ENDS, **options):
    return cl.times(origins, destinations, roads=extract, study="example", **options)


def test_each_direction_has_a_drive_of_its_own(extract):
    found = drives(extract).set_index(["origin_id", "destination_id"])
    assert list(found.columns) == ["travel_time_s", "distance_m"]
    assert found.loc[("west", "east")].tolist() == pytest.approx([200, 2000], abs=1)
    # Round by the north, as the street eastwards is one way: 1000 + 1414 + 1000 m.
    assert found.loc[("east", "west")].tolist() == pytest.approx([341, 3414], abs=2)
    assert found.loc[("east", "east")].tolist() == [0, 0]


def test_a_wide_matrix_has_the_order_and_the_ids_that_were_given(extract):
    far = pd.concat([at(near=(990, 0)), ENDS])
    with pytest.warns(UserWarning, match=r"1 \(moon\)"):
        wide = drives(extract, far.iloc[::-1], pd.concat([ENDS, at(moon=(9000, 9000))]), wide=True)
    assert wide.index.tolist() == ["east", "west", "near"]
    assert wide.columns.tolist() == ["west", "east", "moon"]
    assert np.isinf(wide["moon"]).all()
    assert wide.loc["near", "west"] == pytest.approx(99, abs=1)


def test_a_drive_beyond_the_cut_off_has_no_row(extract):
    found = drives(extract, cutoff_min=4)
    assert ("east", "west") not in set(
        zip(found["origin_id"], found["destination_id"], strict=True)
    )
    assert len(found) == 3


def test_numbers_of_points_stay_numbers(extract):
    numbered = ENDS.drop(columns="id").set_axis([7, 3])
    assert set(drives(extract, numbered, numbered)["origin_id"]) == {3, 7}


@pytest.mark.parametrize("kind", ["lon and lat", "geometry in degrees", "geometry on the Grid"])
def test_points_may_be_given_in_any_system(extract, kind):
    points = ENDS
    geometry = gpd.GeoSeries.from_xy(points["easting"], points["northing"], crs=bng.BNG)
    lon, lat = bng.from_bng(points["easting"], points["northing"])
    if kind == "lon and lat":
        points = pd.DataFrame({"site_id": points["id"], "lon": lon, "lat": lat})
    elif kind == "geometry in degrees":
        degrees = gpd.GeoSeries.from_xy(lon, lat, crs="EPSG:4326")
        points = gpd.GeoDataFrame({"id": points["id"]}, geometry=degrees)
    else:
        points = gpd.GeoDataFrame({"id": points["id"]}, geometry=geometry)
    given = drives(extract, points, points).set_index(["origin_id", "destination_id"])
    assert given.loc[("west", "east"), "travel_time_s"] == pytest.approx(200, abs=1)


def test_a_folder_of_packed_roads_drives_like_its_extract(extract, tmp_path):
    roads = osm.read_osm(extract)
    nodes, edges = packing.pack(roads.road_nodes, roads.road_edges)
    nodes.to_parquet(tmp_path / "road_nodes.parquet")
    edges.to_parquet(tmp_path / "road_edges.parquet")
    pd.testing.assert_frame_equal(drives(extract), drives(tmp_path))


def test_roads_are_read_once_and_again_when_the_file_changes(extract, tmp_path, monkeypatch):
    file = tmp_path / "map.osm"
    file.write_bytes(extract.read_bytes())
    read = []
    made = ground._made
    monkeypatch.setattr(ground, "_made", lambda *given: read.append(given) or made(*given))
    drives(file)
    drives(file, cutoff_min=5)
    assert len(read) == 1
    file.write_text(xml(WAYS[:1], NODES))
    assert len(drives(file, at(west=(0, 0)), at(mid=(1000, 0)))) == 1
    assert len(read) == 2


def test_an_embedded_study_brings_its_roads_and_speeds():
    """Alderton police station to its fire station over Long Road: 2 km at 72 km/h."""
    sites = pd.read_csv(cl.embedded_study("example").parent / "sites.csv")
    found = cl.times(sites, sites, roads="example", wide=True, drive="access")
    assert found.loc["P2", "F2"] == 100
    opened = cl.times(sites, sites, roads=cl.open("example"), wide=True, drive="access")
    pd.testing.assert_frame_equal(found, opened)


def areas(extract, **options):
    return cl.catchments(at(west=(0, 0)), roads=extract, study="example", **options)


def test_catchments_nest_and_count_people_by_their_own_drive(extract):
    people = at(near=(1000, 0), far=(2000, 0)).assign(people=[10, 5])
    found = areas(extract, limits_min=[2, 4], people=people)
    assert found.columns.tolist() == ["id", "limit_min", "people", "geometry"]
    assert found["people"].tolist() == [10, 15]
    assert found.crs.to_epsg() == 27700
    small, large = found.geometry
    assert large.covers(small)
    assert large.area > small.area


def test_where_one_gets_to_and_where_one_comes_from_differ(extract):
    people = at(far=(2000, 0)).assign(people=[5])
    away = areas(extract, limits_min=[4], people=people)
    home = areas(extract, limits_min=[4], people=people, towards=True)
    assert (away["people"].item(), home["people"].item()) == (5, 0)
    assert "people" not in areas(extract, limits_min=[4]).columns


def test_catchments_end_at_the_land_that_is_given(extract):
    land = gpd.GeoDataFrame(geometry=gpd.GeoSeries.from_xy([X0], [Y0], crs=bng.BNG).buffer(600))
    whole, cut = (
        areas(extract, limits_min=[2], **options).geometry.item()
        for options in ({}, {"land": land})
    )
    assert cut.area < whole.area


NO_COLUMNS = pd.DataFrame({"a": [1]})


@pytest.mark.parametrize(
    ("points", "error", "message"),
    [
        (ENDS.iloc[:0], SchemaError, "origins: no row"),
        (NO_COLUMNS, SchemaError, "origins: columns a; expected easting"),
        (ENDS.assign(id="a"), SchemaError, r"more than once: 1 \(a\)"),
        (ENDS.assign(northing=["here", 5.0]), SchemaError, r"no number in rows 1 \(0\)"),
        (ENDS.assign(easting=-3.5, northing=50.7), CrsError, "origins"),
        (at(moon=(9000, 9000)), NetworkError, r"any of 1 \(moon\)"),
    ],
)
def test_points_that_are_none_say_so(extract, points, error, message):
    with pytest.raises(error, match=message):
        drives(extract, points)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"drive": "walk"}, SchemaError, "expected response or access"),
        ({"cutoff_min": 0}, SchemaError, "expected minutes above 0"),
        ({"roads": "gone.osm.pbf"}, InputError, "no such file"),
        ({"roads": "example", "study": "example"}, SchemaError, "brings speeds of its own"),
        ({"roads": "nowhere"}, Exception, "nowhere"),
    ],
)
def test_what_cannot_be_asked_says_why(extract, options, error, message):
    with pytest.raises(error, match=message):
        cl.times(ENDS, ENDS, **{"roads": extract, **options})


@pytest.mark.parametrize("limits", [[], [0], [4, 4], [5, 2]])
def test_limits_rise_from_above_nothing(extract, limits):
    with pytest.raises(SchemaError, match="rising"):
        areas(extract, limits_min=limits)


@pytest.mark.parametrize("people", [ENDS, ENDS.assign(people=[-1, 2]), ENDS.assign(people="x")])
def test_people_are_numbers(extract, people):
    with pytest.raises(SchemaError, match="people"):
        areas(extract, limits_min=[4], people=people)
