"""Borders that do not meet: put right within the tolerance, else refused; sound ones stay."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from colocate.errors import SchemaError
from colocate.places.borders import mend
from colocate.tables import TABLES
from colocate.tables.schema import conform

WEST = shapely.box(300_000, 100_000, 310_000, 110_000)
EAST = shapely.box(310_000, 100_000, 320_000, 110_000)
PEOPLE = conform(TABLES["demand_points"], [
    {"demand_id": "D1", "name": "w", "fire_area": "A", "police_area": "A", "in_area": True,
     "people": 70, "disabled_people": 0, "rural": False, "fires_per_year": 0,
     "geometry": shapely.Point(315_000, 105_000)},
])  # fmt: skip


def areas(west, east):
    return conform(TABLES["boundaries"], [
        {"kind": "police_area", "name": name, "geometry": shape}
        for name, shape in (("West", west), ("East", east))
    ])  # fmt: skip


def test_borders_that_meet_stay_to_the_last_byte():
    given_ = areas(WEST, EAST)
    made = mend(given_, PEOPLE, tolerance_m=20)
    assert made.issues.empty
    assert (made.boundaries.to_wkb() == given_.to_wkb()).all(axis=None)


def test_a_vertex_of_one_side_alone_is_given_to_both():
    east = shapely.segmentize(EAST, 5_000)
    made = mend(areas(WEST, east), PEOPLE, tolerance_m=20)
    assert shapely.coverage_is_valid(made.boundaries.geometry.to_numpy())
    assert made.issues["rule"].tolist() == ["borders_mended"]
    assert "no ground changed hands" in made.issues["message"][0]


@given(st.floats(-9, 19).filter(lambda by: abs(by) > 0.01))  # a strip of 9 m, an overlap of 19
def test_overlaps_and_strips_within_the_tolerance_are_closed(by):
    east = shapely.box(310_000 - by, 100_000, 320_000, 110_000)
    mended = mend(areas(WEST, east), PEOPLE, tolerance_m=20).boundaries.geometry
    assert mended.union_all().area == pytest.approx(20_000 * 10_000, abs=2 * 20**2)
    assert mended.iloc[0].intersection(mended.iloc[1]).area == pytest.approx(0, abs=1e-3)


def test_a_wider_overlap_is_refused_with_the_pair_and_the_place():
    east = shapely.box(309_900, 100_000, 320_000, 110_000)
    with pytest.raises(SchemaError, match=r"West and East by 1 km2 at ST 0"):
        mend(areas(WEST, east), PEOPLE, tolerance_m=20)


def test_a_gap_in_which_people_live_is_refused():
    east = EAST.difference(shapely.Point(315_000, 105_000).buffer(500))
    with pytest.raises(SchemaError, match=r"gap of 0\.78. km2 .* 70 people .*D1"):
        mend(areas(WEST, east), PEOPLE, tolerance_m=20)


def test_a_gap_without_people_is_an_estuary_and_stays():
    east = EAST.difference(shapely.Point(312_000, 102_000).buffer(500))
    assert mend(areas(WEST, east), PEOPLE, tolerance_m=20).issues.empty
