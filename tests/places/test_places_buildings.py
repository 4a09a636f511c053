"""Which outlines are a site's own, and what floor areas follow."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from colocate.places.areas import site_areas
from colocate.study import BuildingKind, Buildings, Ranged
from options_town import site, sites


def ranged(value, low, high):
    return Ranged(value=value, low=low, high=high, width="invented", assumed="invented")


STATION = BuildingKind(
    footprint_m2=ranged(400, 90, 2000),
    storeys=ranged(1.5, 1, 2),
    area_m2=ranged(300, 100, 1500),
)
SETTINGS = Buildings(
    near_m=25,
    beside_m=10,
    point_m=60,
    joined_m=0.5,
    joined_share=0.25,
    house_m2=250,
    internal_share=ranged(0.9, 0.8, 1),
    kinds={
        "default": {
            "default": STATION,
            "office": STATION.model_copy(update={"outline": "part", "area_m2": None}),
            "headquarters": STATION.model_copy(update={"outline": "grounds", "area_m2": None}),
        }
    },
)


def box(west, south, width, height, **facts):
    return {"geometry": shapely.box(west, south, west + width, south + height), **facts}


def outlines(*boxes):
    rows = [{"building_id": f"B{i}", "storeys": float("nan"), **b} for i, b in enumerate(boxes)]
    columns = ["building_id", "storeys", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=27700)


def found(boxes, *listed, chosen=SETTINGS):
    made = site_areas(sites(*(listed or [site("FA", 0, 0)])), buildings=outlines(*boxes),
                      settings=chosen)  # fmt: skip
    return made.site_areas.set_index("site_id"), made.issues


def first(boxes, *listed, **how):
    return found(boxes, *listed, **how)[0].iloc[0]


HOLDS = box(-5, -5, 20, 20)


def test_the_outline_that_holds_the_point_is_its_own():
    row = first([box(30, 0, 20, 20), HOLDS])
    assert (row["building_ids"], row["match"]) == ("B1", "contains")
    assert row["match_confidence"] == "sure"
    assert (row["footprint_m2"], row["match_distance_m"]) == (400, 0)


def test_area_is_footprint_by_storeys_within_the_walls():
    row = first([HOLDS])
    # 400 x 1 x 0.8, 400 x 1.5 x 0.9, 400 x 2 x 1
    assert row[["area_low_m2", "area_central_m2", "area_high_m2"]].to_list() == [320, 540, 800]
    assert row["area_basis"] == "computed"


def test_mapped_storeys_are_the_most_there_may_be():
    row = first([{**HOLDS, "storeys": 3.0}])
    # 1 to 3 floors, half way 2
    assert row[["area_low_m2", "area_central_m2", "area_high_m2"]].to_list() == [320, 720, 1200]


def test_a_recorded_area_stands_whatever_the_map_has():
    row = first([HOLDS], site("FA", 0, 0, gia_m2=950.0))
    assert row[["area_low_m2", "area_central_m2", "area_high_m2"]].to_list() == [950, 950, 950]
    assert (row["area_basis"], row["footprint_m2"]) == ("recorded", 400)


def test_the_nearest_that_fits_is_taken_and_a_shed_passed_over():
    row = first([box(2, 0, 4, 4), box(7, 0, 20, 20)])
    assert (row["building_ids"], row["match"], row["match_distance_m"]) == ("B1", "near", 7)
    assert row["match_confidence"] == "likely"


@pytest.mark.parametrize(
    ("boxes", "why"),
    [
        ([box(11, 0, 20, 20)], "it lies 11 m from the point"),
        ([box(6, 0, 20, 20), box(-28, 0, 20, 20)], "another outline lies about as near"),
        ([box(-2, -2, 9, 9)], "81 m² is not a size usual for its kind"),
    ],
)
def test_what_speaks_against_an_outline_makes_it_doubtful(boxes, why):
    row = first(boxes)
    assert row["match_confidence"] == "doubtful"
    assert why in row["match_note"]


def test_at_the_distance_itself_it_is_still_near():
    assert first([box(25, 0, 20, 20)])["match"] == "near"
    assert first([box(25.5, 0, 20, 20)])["match"] == "none"


def test_a_doubtful_outline_only_widens_what_is_assumed():
    row = first([box(11, 0, 40, 40)])
    # prior 100 to 1,500; the outline would give 1,280 to 3,200
    assert row[["area_low_m2", "area_central_m2", "area_high_m2"]].to_list() == [100, 300, 3200]
    assert row["area_basis"] == "assumed"


def test_without_an_outline_the_study_assumes_or_nothing_is_known():
    assert first([])[["area_low_m2", "area_basis"]].to_list() == [100, "assumed"]
    assert first([], site("PA", 0, 0, "office"))["area_basis"] == "missing"


def test_wings_are_joined_and_the_house_next_door_is_not():
    wing, house = box(15, -5, 15, 20), box(-15, -5, 10, 10)
    row = first([HOLDS, wing, house])
    # the wing meets it along 20 of its 70 m, the house along 10 of its 40 m
    assert (row["building_ids"], row["footprint_m2"]) == ("B0;B1", 700)
    assert row["match_confidence"] == "likely"
    assert "next door" in row["match_note"]


def test_an_annexe_within_a_corner_is_joined_though_it_is_small():
    corner = shapely.Polygon([(0, 0), (30, 0), (30, 20), (10, 20), (10, 10), (0, 10)])
    row = first([{"geometry": corner}, box(0, 10, 10, 10)], site("FA", 20, 10))
    assert row["buildings"] == 2


def test_pieces_too_large_together_stay_apart():
    row = first([box(-5, -5, 40, 40), box(35, -5, 40, 40)])
    assert row["buildings"] == 1


def test_two_sites_of_one_building_are_said_and_doubted():
    both, issues = found([HOLDS], site("FA", 0, 0), site("PA", 5, 0))
    assert both["claimed_with"].to_list() == ["PA", "FA"]
    assert set(both["match_confidence"]) == {"doubtful"}
    assert issues["rule"].to_list() == ["building_claimed_twice"] * 2
    assert issues["key"].to_list() == ["FA", "PA"]


def test_sites_that_share_by_the_register_each_have_a_part():
    joint = site("PA", 5, 0, share_status="existing", share_with="FA")
    both, issues = found([HOLDS], site("FA", 0, 0), joint)
    assert set(both["match_confidence"]) == {"sure"}
    # from the least such a site has (90 x 0.8) by half of 540 to all of 800
    assert both.loc["FA", ["area_low_m2", "area_central_m2", "area_high_m2"]].to_list() == [
        72, 270, 800,
    ]  # fmt: skip
    assert issues.empty


def test_of_grounds_with_several_buildings_one_outline_is_no_measure():
    row = first([HOLDS], site("FA", 0, 0, "headquarters"))
    assert (row["footprint_m2"], row["area_basis"]) == (400, "missing")


def test_a_point_known_badly_counts_only_within_an_outline_and_in_doubt():
    coarse = site("FA", 0, 0, precision_m=300.0)
    assert first([box(2, 0, 20, 20)], coarse)["match"] == "none"
    assert first([HOLDS], coarse)["match_confidence"] == "doubtful"


def test_without_settings_registers_alone_count():
    row = first([HOLDS], chosen=None)
    assert (row["match"], row["area_basis"]) == ("none", "missing")


def test_other_kinds_fall_back_to_the_default():
    assert SETTINGS.kind("ambulance", "workshop") == STATION
    assert SETTINGS.kind("fire", "office").outline == "part"


def test_a_study_without_a_default_kind_is_refused():
    with pytest.raises(ValueError, match=r"default\.default"):
        Buildings(**{**dict(SETTINGS), "kinds": {"fire": {"station": STATION}}})


BOXES = st.lists(
    st.tuples(*(st.integers(-40, 40),) * 2, *(st.integers(5, 30),) * 2), max_size=8, unique=True
)


@settings(max_examples=40)
@given(boxes=BOXES, order=st.randoms())
def test_matching_does_not_hang_on_the_order_of_rows(boxes, order):
    towns = sites(site("FA", 0, 0), site("PA", 9, 4), site("PB", -20, 7))
    shapes = outlines(*(box(*each) for each in boxes))
    shuffled = order.sample(range(len(shapes)), len(shapes))
    straight = site_areas(towns, buildings=shapes, settings=SETTINGS)
    mixed = site_areas(towns.iloc[::-1], buildings=shapes.iloc[shuffled], settings=SETTINGS)
    assert_frame_equal(straight.site_areas, mixed.site_areas)


@settings(max_examples=40)
@given(boxes=BOXES, east=st.integers(200, 900))
def test_a_building_far_away_changes_nothing(boxes, east):
    near = [box(*each) for each in boxes]
    assert_frame_equal(found(near)[0], found([*near, box(east, 0, 20, 20)])[0])
