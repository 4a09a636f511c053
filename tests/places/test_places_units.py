"""People shared over postcode units: finer demand adds up to the coarse one."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from colocate.errors import SchemaError
from colocate.places.units import SHARED, demand_units, of_directory
from colocate.tables.demand import UNITS
from colocate.tables.places import DEMAND_POINTS
from colocate.tables.schema import conform


def areas(*rows):
    """Rows of (id, x, people, in the area)."""
    return conform(DEMAND_POINTS, (
        {"demand_id": key, "name": key, "fire_area": "Shire" if inside else "Other",
         "police_area": "East", "in_area": inside, "people": people, "disabled_people": people / 4,
         "people_65_plus": people / 5, "imd_decile": 3, "rural": True, "area_km2": 2,
         "fires_per_year": people / 1000, "geometry": Point(x, 0)}
        for key, x, people, inside in rows
    ))  # fmt: skip


def units(*rows):
    """Rows of (id, area, weight, other buildings)."""
    return conform(UNITS, (
        {"unit_id": key, "demand_id": area, "weight": weight, "other_buildings": others,
         "geometry": Point(number, 0)}
        for number, (key, area, weight, others) in enumerate(rows)
    ))  # fmt: skip


def of(shared, column):
    return shared.demand_units.set_index("demand_id")[column].to_dict()


TWO = areas(("A", 0, 1000, True), ("B", 9000, 500, True))


def test_people_are_shared_by_weight_and_what_makes_up_a_group_likewise():
    found = demand_units(TWO, units(("A1", "A", 3, 0), ("A2", "A", 1, 0)))
    assert of(found, "people") == {"A1": 750, "A2": 250, "B": 500}
    assert of(found, "disabled_people") == {"A1": 187.5, "A2": 62.5, "B": 125}
    assert of(found, "fires_per_year") == {"A1": 0.75, "A2": 0.25, "B": 0.5}
    assert of(found, "imd_decile") == {"A1": 3, "A2": 3, "B": 3}


def test_ground_is_shared_in_equal_parts():
    found = demand_units(TWO, units(("A1", "A", 3, 0), ("A2", "A", 1, 0)))
    assert of(found, "area_km2") == {"A1": 1, "A2": 1, "B": 2}


def test_without_weights_units_have_equal_parts_and_it_is_told():
    found = demand_units(TWO, units(("A1", "A", None, None), ("A2", "A", None, None)))
    assert of(found, "people") == {"A1": 500, "A2": 500, "B": 500}
    assert of(found, "shared_by") == {"A1": "equal", "A2": "equal", "B": "area"}
    assert found.issues["rule"].to_list() == ["no_unit", "equal_shares"]


def test_a_unit_without_weight_beside_one_with_it_has_nobody():
    found = demand_units(TWO, units(("A1", "A", 3, 0), ("A2", "A", 0, 0)))
    assert of(found, "people") == {"A1": 1000, "A2": 0, "B": 500}


def test_a_unit_that_lacks_a_weight_beside_one_with_it_is_told():
    given_ = units(("A1", "A", 3, 0), ("A2", "A", None, 0), ("A3", "A", None, 0), ("B1", "B", 1, 0))
    told = demand_units(TWO, given_).issues
    assert told[["key", "rule"]].to_numpy().tolist() == [["A2", "no_weight"]]
    assert told["message"][0].startswith("2 units")


def test_other_buildings_of_an_area_are_as_many_as_its_units():
    found = demand_units(TWO, units(("A1", "A", 1, 3), ("A2", "A", 1, 1), ("B1", "B", 1, 0)))
    assert of(found, "other_buildings") == {"A1": 1.5, "A2": 0.5, "B1": 1}


def test_outside_the_area_a_demand_point_stays_one_point():
    around = areas(("A", 0, 1000, True), ("B", 9000, 500, False))
    found = demand_units(around, units(("A1", "A", 1, 0), ("B1", "B", 1, 0)))
    assert of(found, "people") == {"A1": 1000, "B": 500}
    assert found.issues.empty


def test_by_areas_nothing_is_shared():
    found = demand_units(TWO, None)
    assert of(found, "area_id") == {"A": "A", "B": "B"}
    for column in SHARED:
        assert found.demand_units[column].to_list() == TWO[column].to_list()


@pytest.mark.parametrize(
    ("row", "told"),
    [(("A1", "C", 1, 0), r"\(C\) not in table"), (("B", "A", 1, 0), r"\(B\) name a demand")],
)
def test_units_of_other_areas_or_with_ids_of_areas_are_refused(row, told):
    with pytest.raises(SchemaError, match=told):
        demand_units(TWO, units(row))


people = st.integers(0, 3000)
weights = st.lists(st.floats(0, 1, allow_subnormal=False) | st.none(), min_size=0, max_size=7)


@given(st.lists(st.tuples(people, weights), min_size=1, max_size=5))
def test_the_units_of_an_area_add_up_to_it(drawn):
    coarse = areas(*((f"A{n}", n * 1000, count, True) for n, (count, _) in enumerate(drawn)))
    rows = [
        (f"U{n}-{k}", f"A{n}", weight, None)
        for n, (_, given_) in enumerate(drawn)
        for k, weight in enumerate(given_)
    ]
    fine = demand_units(coarse, units(*rows)).demand_units
    for column in (*SHARED, "area_km2"):
        summed = fine.groupby("area_id")[column].sum()
        assert summed.to_numpy() == pytest.approx(coarse[column].to_numpy(), rel=1e-12, abs=1e-300)


def directory(*rows):
    """Rows of (postcode, x, area)."""
    return pd.DataFrame(rows, columns=["postcode", "easting", "area"]).assign(northing=0.0)


def test_a_unit_of_a_directory_is_of_the_area_it_names_or_else_of_the_nearest():
    found = of_directory(
        directory(("X1", 10.0, None), ("X2", 8000.0, None), ("X3", 10.0, "B")), demand_points=TWO
    )
    assert dict(zip(found["unit_id"], found["demand_id"], strict=True)) == {
        "X1": "A", "X2": "B", "X3": "B",
    }  # fmt: skip


def test_units_at_one_point_count_once():
    found = of_directory(
        directory(("X2", 10.0, None), ("X1", 10.0, None), ("X3", 11.0, None)), demand_points=TWO
    )
    assert found["unit_id"].to_list() == ["X1", "X3"]
    assert isinstance(found, gpd.GeoDataFrame)
    assert np.isnan(found["weight"]).all()
