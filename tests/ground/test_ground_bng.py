import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from colocate import bng
from colocate.errors import CrsError

# Ordnance Survey's OSTN15 test points: longitude, latitude (ETRS89), easting, northing.
OS_TEST_POINTS = [
    (-6.29977752014, 49.92226393730, 91492.146, 11318.804),
    (-5.20304609998, 49.96006137820, 170370.718, 11572.405),
    (-4.10864563561, 50.43885825610, 250359.811, 62016.569),
]


def test_projection_matches_the_worked_example_of_ordnance_survey():
    # Caister water tower in OSGB36 latitude and longitude: the projection alone, to the millimetre.
    longitude, latitude = 1 + 43 / 60 + 4.5177 / 3600, 52 + 39 / 60 + 27.2531 / 3600
    easting, northing = bng.to_bng(longitude, latitude, crs="EPSG:4277")
    assert (easting[0], northing[0]) == pytest.approx((651409.903, 313177.270), abs=0.001)


@pytest.mark.parametrize(("longitude", "latitude", "easting", "northing"), OS_TEST_POINTS)
def test_helmert_stays_within_five_metres_of_the_exact_transformation(
    longitude, latitude, easting, northing
):
    found = np.concatenate(bng.to_bng(longitude, latitude))
    assert np.hypot(*(found - [easting, northing])) <= 5


def test_the_conversion_is_the_one_that_needs_no_grid_file():
    operation = bng.transformation("EPSG:4326")
    assert "OSGB36 to WGS 84 (6)" in operation.name
    assert operation.accuracy_m == 2


def test_the_grid_itself_is_not_converted():
    assert bng.transformation("EPSG:27700").accuracy_m == 0


@given(st.floats(0, 699_999), st.floats(0, 1_299_999))
def test_there_and_back_is_the_same_place(easting, northing):
    back = np.concatenate(bng.to_bng(*bng.from_bng(easting, northing)))
    assert np.hypot(*(back - [easting, northing])) < 0.01


def test_a_frame_goes_to_the_grid():
    frame = gpd.GeoDataFrame(
        {"name": ["line", "none"]},
        geometry=[shapely.LineString([(-3.5, 50.7), (-3.4, 50.8)]), None],
        crs="EPSG:4326",
        index=[7, 9],
    )
    grid = bng.frame_to_bng(frame)
    assert grid.crs.to_epsg() == 27700
    assert grid.geometry[7].coords[0] == pytest.approx((294164, 90002), abs=1)
    assert grid.geometry[9] is None
    assert frame.crs.to_epsg() == 4326


def test_a_frame_without_a_declared_system_is_refused():
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)])
    with pytest.raises(CrsError, match="declares no reference system"):
        bng.frame_to_bng(frame)


def test_an_unknown_system_is_refused():
    with pytest.raises(CrsError, match="EPSG:999999"):
        bng.to_bng(0, 0, crs="EPSG:999999")


@pytest.mark.parametrize(
    ("easting", "northing", "digits", "reference"),
    [
        (651409.903, 313177.270, 5, "TG 51409 13177"),  # Caister water tower
        (216650, 771250, 3, "NN 166 712"),  # Ben Nevis
        (292345.999, 92345.999, 5, "SX 92345 92345"),
        (299999.9, 99999.9, 4, "SX 9999 9999"),
        (0, 0, 5, "SV 00000 00000"),
        (250000, 50000, 0, "SX"),
    ],
)
def test_grid_references_are_cut_off_and_never_rounded(easting, northing, digits, reference):
    assert bng.grid_reference(easting, northing, digits=digits) == reference


@pytest.mark.parametrize("point", [(-1, 0), (700_000, 0), (0, 1_300_000), (float("nan"), 0)])
def test_no_grid_reference_off_the_grid(point):
    with pytest.raises(CrsError, match="off the National Grid"):
        bng.grid_reference(*point)


@pytest.mark.parametrize(
    ("easting", "northing", "looks"),
    [
        (292345, 92345, ""),
        (133000, 256000, "swapped"),  # Barnstaple; the other way round it is in Pembrokeshire
        (50.7, -3.5, "degrees"),
        (-3.5, 50.7, "degrees"),
        (-389000, 6570000, "off_grid"),  # web Mercator
        (200000, 800000, ""),  # Scotland: outside home either way
        (1_200_000, 400_000, "swapped"),
        (float("nan"), 92345, "missing"),
    ],
)
def test_coordinates_are_told_for_what_they_look_like(easting, northing, looks):
    home = shapely.box(200_000, 20_000, 380_000, 150_000)
    assert bng.diagnose(easting, northing, home=home) == [looks]
