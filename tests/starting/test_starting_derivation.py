"""How raw tables become those of a study: on a few invented rows, counted by hand."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from colocate.errors import InputError
from colocate.starting import sites
from colocate.starting.demand import demand

EVERYWHERE = shapely.box(0, 0, 1000, 1000)


@pytest.fixture
def census():
    """MSOA Ham 001 of 2011 holds A (split into A and X, both in Ham 001 of 2021) and B."""
    lsoa21 = pd.DataFrame(
        {
            "lsoa21_code": ["A", "B", "C", "X"],
            "lsoa21_name": ["Ham 001A", "Ham 001B", "Ham 002A", "Ham 001C"],
            "fra24_name": ["Devon & Somerset"] * 3 + ["Devon & Somerset"],
            "pfa24_name": "Devon & Cornwall",
            "ruc21_urban_rural": ["Rural", "Urban", "Urban", "Rural"],
            "residents_2021": [100.0, 200.0, 400.0, 100.0],
            "disabled_2021": 10.0,
            "imd25_decile": 5.0,
            "pwc_easting": [100.4, 200.0, 2000.0, 110.0],
            "pwc_northing": [100.0, 200.0, 2000.0, 110.0],
        }
    )
    lsoa11 = pd.DataFrame(
        {
            "lsoa11_code": ["A", "B", "C"],
            "lsoa11_name": ["Ham 001A", "Ham 001B", "Ham 002A"],
            "age_65_plus": [40, 60, 50],
            "pop_mid2020": [200, 200, 200],
        }
    )
    lookup = pd.DataFrame({"LSOA11CD": ["A", "B", "C"], "LSOA21CD": ["A", "B", "C"]})
    fires = pd.DataFrame(
        {
            "msoa11nm": ["Ham 001", "Ham 002"],
            "fra24_name": "Devon & Somerset",
            "dwelling_fires_3yr_avg": [8.0, 3.0],
        }
    )
    squares = gpd.GeoDataFrame(
        {"lsoa21_code": ["A", "B", "C", "X"]},
        geometry=[shapely.box(0, 0, 1000, side) for side in (500, 1000, 2000, 123)],
        crs=27700,
    )
    return {
        "lsoa21": lsoa21, "lsoa11": lsoa11, "lookup": lookup, "fires": fires, "lsoas": squares,
    }  # fmt: skip


@pytest.fixture
def points(census):
    return demand(**census, near=EVERYWHERE, fire_area="Devon & Somerset").set_index("demand_id")


def test_fires_of_an_msoa_are_shared_by_people_before_points_are_left_out(points):
    assert points["fires_per_year"].to_dict() == {"A": 2.0, "B": 4.0, "X": 2.0}


def test_a_split_lsoa_that_the_lookup_lacks_has_the_share_of_its_msoa(points):
    assert points["people_65_plus"].to_dict() == {"A": 20.0, "B": 60.0, "X": 25.0}


def test_the_area_of_a_point_is_that_of_its_polygon(points):
    assert points["area_km2"].to_dict() == {"A": 0.5, "B": 1.0, "X": 0.123}


def test_points_are_in_whole_metres(points):
    assert points.loc["A", "easting"] == 100


def test_lost_fires_are_refused(census):
    census["fires"].loc[2] = ["Ham 003", "Devon & Somerset", 1.0]
    with pytest.raises(InputError, match=r"lost or gained in .*Devon & Somerset"):
        demand(**census, near=EVERYWHERE, fire_area="Devon & Somerset")


def test_the_town_is_the_place_near_by_that_the_address_ends_with():
    places = pd.DataFrame(
        {
            "name": ["Street", "Ham", "Ham"],
            "easting": [0.0, 500.0, 90_000.0],
            "northing": [0.0, 500.0, 90_000.0],
        }
    )
    rows = pd.DataFrame(
        {
            "address": ["High Street, Ham", "", "High Street, Ham"],
            "name": ["Fire Station", "Street Fire Station", "Fire Station"],
            "easting": [100.0, 100.0, 40_000.0],
            "northing": [100.0, 100.0, 40_000.0],
        }
    )
    assert sites.towns(rows, places) == ["Ham", "Street", ""]
