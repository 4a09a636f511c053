"""Units of a directory, weighed by what is mapped near them."""

import importlib.util
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString

_SPEC = importlib.util.spec_from_file_location(
    "units_of_the_build", Path(__file__).parents[2] / "data" / "build" / "units.py"
)
_BUILD = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_BUILD)
PERSONS, units = _BUILD.PERSONS, _BUILD.units

LSOAS = gpd.GeoDataFrame(
    {"lsoa21_code": ["E1", "E2"]},
    geometry=[shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)],
    crs=27700,
)
NO_STREET = np.empty(0, "object")


def demand(*, rural=False, people=PERSONS * 10, inside=(True, True)):
    return pd.DataFrame(
        {"demand_id": ["E1", "E2"], "in_area": inside, "people": people, "rural": rural}
    )


def directory(*rows):
    return pd.DataFrame(rows, columns=["postcode", "easting", "northing"])


def cells(*rows):
    """Rows of (easting and northing of the middle, buildings, house-sized ones)."""
    frame = pd.DataFrame(rows, columns=["easting", "northing", "buildings", "house_sized"])
    return frame.assign(easting=frame["easting"] - 50, northing=frame["northing"] - 50)


def weighed(*rows, buildings=(), streets=NO_STREET, **facts):
    table = units(
        directory(*rows), demand=demand(**facts), lsoas=LSOAS, buildings=cells(*buildings),
        streets=np.array(streets, dtype="object"),
    )  # fmt: skip
    return table.set_index("unit_id")


PAIR = (("A1", 100.0, 500.0), ("A2", 900.0, 500.0))


def test_a_unit_is_of_the_area_it_lies_in_and_one_far_from_any_of_none():
    found = weighed(*PAIR, ("B1", 1500.0, 500.0), ("C1", 2201.0, 500.0), ("B2", 2199.0, 500.0))
    assert found["demand_id"].to_dict() == {"A1": "E1", "A2": "E1", "B1": "E2", "B2": "E2"}


def test_only_the_first_unit_at_a_point_counts():
    assert list(weighed(("A2", 1.0, 1.0), ("A1", 1.0, 1.0)).index) == ["A1"]


def test_without_houses_or_streets_in_a_town_no_unit_has_weight():
    assert weighed(*PAIR)["weight"].to_list() == [0, 0]


def test_in_the_country_without_any_mapped_house_all_have_the_same():
    assert weighed(*PAIR, rural=True)["weight"].to_list() == [0.5, 0.5]


def test_where_all_houses_are_mapped_people_are_where_they_are():
    """Ten houses by A1 of ten expected: lived in alone, so it has everybody."""
    found = weighed(*PAIR, buildings=[(100, 500, 12, 10)], rural=True)
    assert found["weight"].to_list() == [1, 0]
    assert found["other_buildings"].to_list() == [2, 0]


def test_streets_and_houses_share_the_half_that_is_not_equal():
    """Both are lived in (2 each of 4); street 1:3, and houses 5:5 of 20 expected count by half."""
    street = [LineString([(0, 500), (100, 500)]), LineString([(600, 500), (900, 500)])]
    buildings = [(100, 500, 5, 5), (900, 500, 5, 5)]
    found = weighed(*PAIR, buildings=buildings, streets=street, people=PERSONS * 20)
    first = (1 + 0.25 + 0.5 * 0.5) / (2 + 1 + 0.5)
    assert found["weight"].to_list() == pytest.approx([first, 1 - first], abs=1e-6)


def test_a_house_counts_for_the_nearest_unit_of_its_own_area():
    """The house at 990 is nearer to B1 at 1010, which is of the other area."""
    found = weighed(
        ("A1", 100.0, 500.0), ("A2", 300.0, 500.0), ("B1", 1010.0, 500.0),
        buildings=[(950, 500, 10, 10)],
    )  # fmt: skip
    assert found["weight"].to_dict() == {"A1": 0, "A2": 1, "B1": 0}


def test_areas_outside_the_study_have_no_units():
    assert list(weighed(*PAIR, ("B1", 1500.0, 500.0), inside=(True, False)).index) == ["A1", "A2"]


def test_fewer_house_sized_buildings_than_none_are_none():
    found = weighed(*PAIR, buildings=[(100, 500, 1, 3)])
    assert found["other_buildings"].to_list() == [0, 0]
