"""What the words of raw lists mean, and which area a person meant."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from colocate.errors import InputError
from colocate.starting import areas, decided, sites


@pytest.mark.parametrize(
    ("words", "status", "as_of"),
    [
        ("present in OSM Aug 2021", "open", "2021-08-01"),
        ("open since 2021-04-28", "open", "2021-04-28"),
        ("closed; replaced 28 Apr 2021", "closed", "2021-04-28"),
        ("being vacated 2020 (paper 2020-04-20)", "vacated", "2020-01-01"),
        ("front desk reopened 2023-24 (a page)", "open", "2023-01-01"),
        ("sale decided Sept 2014; later status not evidenced", "unverified", "2014-09-01"),
        ("on the 2014 closure list", "unverified", "2014-01-01"),
        ("listed", "unverified", None),
    ],
)
def test_a_status_is_open_or_closed_only_where_the_words_say_so(words, status, as_of):
    found = decided.status(pd.Series([words])).iloc[0]
    assert (found["status"], found["as_of"]) == (status, as_of)


@pytest.mark.parametrize(
    ("words", "point"),
    [
        ("OSM street midpoint Justice Lane", "street_midpoint"),
        ("Code-Point centroid", "postcode"),
        ("OSM Aug 2021 amenity=police", "osm"),
        ("a map on the wall", "approximate"),
    ],
)
def test_where_a_point_comes_from(words, point):
    assert decided.point(pd.Series([words])).tolist() == [point]


def test_an_area_is_found_however_it_is_spelt():
    assert areas.chosen(["Dorset & Wiltshire"], "dorset AND wiltshire", where="x")


def test_a_part_of_a_name_is_asked_after_and_not_taken():
    with pytest.raises(InputError, match="Did you mean 'Dorset & Wiltshire'"):
        areas.chosen(["Avon", "Dorset & Wiltshire"], "Dorset", where="x")


def test_a_sliver_along_a_border_is_no_overlap():
    frame = gpd.GeoDataFrame(
        {"pfa": ["held", "sliver", "island"]},
        geometry=[
            shapely.box(0, 0, 100, 100),
            shapely.box(99.99, 0, 200, 100),
            shapely.box(10, 10, 10.2, 10.2),
        ],
    )
    assert areas.overlapping(frame, shapely.box(0, 0, 100, 100), name="pfa") == ["held", "island"]


def test_points_are_rough_where_half_lie_far_from_the_mapped_station():
    listed = pd.DataFrame(
        {"frs": ["A", "A", "A", "B", "B"], "osm_dist_m": ["101", "150", "5000", "100", "100"]}
    )
    assert sites.rough(listed) == {"A"}
