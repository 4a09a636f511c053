"""Agreement with drives known from elsewhere: all of them invented, on a town of round numbers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from travel_town import CRS, roads, settings

from colocate import bng
from colocate.progress import Lines
from colocate.tables import TABLES, empty
from colocate.tables.references import AGREEMENT, DRIVE_REFERENCES
from colocate.tables.schema import check, conform
from colocate.travel import agreement
from colocate.travel.roads import Roads
from colocate.travel.speeds import edge_speeds

STRAIGHT = settings(
    turn_costs=False, junction_delay_s=0, junction_delay_rural_s=0, maxspeed_factor=1
)
"""A drive is length over the tagged limit."""


@pytest.fixture(scope="module")
def town():
    """Two crossing roads at 54 km/h, 15 m/s, and a one-way street at 27 that closes a triangle.

    C lies 20 km east of A and B 10 km; D 10 km north of B. From D one may drive to C along the
    street, not back.
    """
    nodes = {"A": (0, 0), "B": (10_000, 0), "C": (20_000, 0), "D": (10_000, 10_000),
             "E": (90_000, 90_000), "F": (91_000, 90_000)}  # fmt: skip
    fast = {"highway": "primary", "maxspeed": "54"}
    edges = [
        {"ends": "AB", **fast}, {"ends": "BC", **fast}, {"ends": "BD", **fast},
        {"ends": "DC", "highway": "residential", "maxspeed": "27", "backward": False},
        {"ends": "EF", **fast},
    ]  # fmt: skip
    road_nodes, road_edges = roads(nodes, edges)
    driven = edge_speeds(road_nodes, road_edges, settings=STRAIGHT)
    return {
        "roads": Roads(road_nodes, road_edges, empty(TABLES["turns"]), driven),
        "settings": STRAIGHT,
        "around": agreement.Around(
            _points({"S1": (0, 0)}, key="site_id"),
            _points({"U": (0, 0), "R": (20_000, 0)}, key="demand_id", rural=[False, True]),
            gpd.GeoDataFrame(
                {"kind": ["authority", "land"], "name": ["West", "All of it"]},
                geometry=[shapely.box(-1, -1, 5000, 5000), shapely.box(-1, -1, 1e5, 1e5)],
                crs=CRS,
            ),
        ),
    }


def _points(at, *, key, **more):
    points = gpd.points_from_xy(*zip(*at.values(), strict=True))
    return gpd.GeoDataFrame({key: list(at), **more}, geometry=points, crs=CRS)


def references(*rows):
    """References with the error of none, unless a row says otherwise."""
    usual = {"reference_set": "invented", "vehicle": "car", "constant_s": 0.0, "rounding": 0.0,
             "spread_share": 0.0, "owner": "nobody", "period": "never", "source": "invented",
             "basis": "measured"}  # fmt: skip
    full = [{**usual, "reference_id": str(n), **row} for n, row in enumerate(rows)]
    return check(DRIVE_REFERENCES, conform(DRIVE_REFERENCES, full))


def way(from_, to, minutes, **more):
    (a, b), (c, d) = from_, to
    return {"from_easting": a, "from_northing": b, "to_easting": c, "to_northing": d,
            "minutes": minutes, **more}  # fmt: skip


def test_a_drive_is_held_with_what_it_is_like(town):
    given_ = references(way((1000, 0), (19_000, 0), 21.0))
    found = agreement.held(given_, **town)
    row = found.drives.iloc[0]
    assert row["computed_s"] == pytest.approx(18_000 / 15)
    assert row["reference_s"] == 1260
    assert row["ratio"] == pytest.approx(1200 / 1260)
    assert (row["class_of_road"], row["distance"], row["rural"]) == (
        "main", "10 to 20 km", "urban to rural",
    )  # fmt: skip
    assert (row["direction"], row["area"], row["straight_km"]) == ("eastward", "West", 18)
    assert found.agreement["by"].tolist() == list(AGREEMENT["by"].allowed)
    assert (found.agreement["n"] == 1).all()
    assert found.agreement["r"].isna().all()


def test_what_is_no_drive_is_taken_off_and_a_bound_is_within(town):
    # 1,200 s of driving; 21.5 min less 60 s are 1,230
    rows = [
        way((1000, 0), (19_000, 0), 21.5, constant_s=60.0, rounding=60.0),
        way((1000, 0), (19_000, 0), 21.5, constant_s=60.0, rounding=59.0),
        way((1000, 0), (19_000, 0), 20.0),
        way((1000, 0), (19_000, 0), 25.0, spread_share=0.2),
    ]
    drives = agreement.held(references(*rows), **town).drives
    assert drives["within"].tolist() == [True, False, True, True]
    assert drives["allowed_s"].tolist() == [30, 29.5, 0, 300]


def test_a_figure_for_both_ways_is_held_against_the_mean_of_the_two(town):
    # 6,000 m along the street at 7.5 m/s; back by C, B and D: 2,000 m of it and 20,000 m of road
    along = 6000 / np.sqrt(2)
    ends = (19_999 - along, along), (19_999, 0)
    there = references(way(*ends, 20.0), way(*ends[::-1], 20.0), way(*ends, 20.0, both_ways=True))
    drives = agreement.held(there, **town).drives
    one, other, both = drives["computed_s"]
    assert one == pytest.approx(800, abs=2)
    assert other == pytest.approx(20_000 / 15 + (14_142 - 6000) / 7.5, abs=2)
    assert both == pytest.approx((one + other) / 2)
    assert drives["direction"].tolist()[2] == "both ways"


def test_what_cannot_be_compared_says_why_and_takes_no_part(town):
    rows = [
        way((1000, 0), (19_000, 0), 20.0),
        {**way((1000, 0), (19_000, 0), 20.0), "from_easting": None, "from_site_id": "S9"},
        {**way((1000, 0), (19_000, 0), 20.0), "to_northing": None},
        way((1000, 5000), (19_000, 0), 20.0),
        way((1000, 0), (90_500, 90_000), 20.0),
        way((1000, 0), (19_000, 0), 0.5, constant_s=30.0),
        {**way((0, 0), (19_000, 0), 20.0), "from_easting": None, "from_site_id": "S1"},
    ]
    found = agreement.held(references(*rows), **town)
    assert found.drives["why_not"].fillna("").tolist() == [
        "",
        "from_site_id is no located site of the study",
        "its to end has no place",
        "an end is near no road of the main network",
        "an end is near no road of the main network",  # an island that leads nowhere
        "no time is left beside constant_s",
        "",
    ]
    assert found.agreement.iloc[0]["n"] == 2
    assert found.drives["computed_s"].notna().sum() == 2


def test_latitude_and_longitude_do_as_well(town):
    lon, lat = bng.from_bng([1000.0], [0.0])
    row = {**way((0, 0), (19_000, 0), 20.0), "from_lat": lat[0], "from_lon": lon[0]}
    row |= {"from_easting": None, "from_northing": None}
    found = agreement.held(references(row), **town).drives
    assert found["computed_s"].tolist() == [pytest.approx(1200, abs=0.5)]


@pytest.mark.parametrize(
    ("km", "band"), [(4.999, "under 5 km"), (5, "5 to 10 km"), (10, "10 to 20 km")]
)
def test_a_band_begins_with_its_bound(town, km, band):
    given_ = references(way((0, 0), (km * 1000, 0), 10.0))
    assert agreement.held(given_, **town).drives["distance"].tolist() == [band]


@tried(max_examples=15)
@given(st.floats(0.5, 2.0), st.integers(3, 12))
def test_references_all_slower_by_a_share_have_that_ratio_and_all_of_the_correlation(
    town, share, count
):
    ends = [((500 * n, 0), (19_500 - 500 * n, 0)) for n in range(count)]
    seconds = [(19_500 - 1000 * n) / 15 for n in range(count)]
    rows = [way(*end, s * share / 60) for end, s in zip(ends, seconds, strict=True)]
    whole = agreement.held(references(*rows), **town).agreement.iloc[0]
    assert whole["ratio_median"] == pytest.approx(1 / share, rel=1e-3)
    assert whole["r"] == pytest.approx(1, abs=1e-6)


def test_classes_off_in_opposite_directions_are_told_apart_where_the_whole_agrees(town):
    """Roads a tenth slow, streets a tenth fast: the whole has a ratio near 1, the classes not."""
    street = ((10_000, 9999), (19_999, 0))
    rng = np.random.default_rng(3)
    rows = []
    for n in range(40):
        a, b = np.sort(rng.uniform(0, 20_000, 2))
        if b - a < 2000:
            continue
        rows.append(way((a, 0), (b, 0), (b - a) / 15 / 1.1 / 60, reference_id=f"road {n}"))
    for n in range(40):
        a, b = np.sort(rng.uniform(0.05, 0.95, 2))
        if b - a < 0.2:
            continue
        (x, y), (u, v) = street
        ends = [(x + (u - x) * s, y + (v - y) * s) for s in (a, b)]
        along = np.hypot(u - x, v - y) * (b - a)
        rows.append(way(*ends, along / 7.5 / 0.9 / 60, reference_id=f"street {n}"))
    found = agreement.held(references(*rows), **town).agreement
    classes = found[found["by"] == "class_of_road"].set_index("group")
    assert classes.loc["main", "speed_factor"] == pytest.approx(1.1, abs=0.02)
    assert classes.loc["main", "ratio_median"] == pytest.approx(1.1, abs=0.02)
    assert classes.loc["built_up", "speed_factor"] == pytest.approx(0.9, abs=0.05)


def test_nothing_is_said_of_factors_where_the_references_are_assumed(town):
    rows = [way((500 * n, 0), (19_500, 0), 20.0, basis="assumed") for n in range(20)]
    found = agreement.held(references(*rows), **town).agreement
    assert found["speed_factor"].isna().all()


def test_an_appliance_drives_with_its_own_factors(town):
    given_ = references(way((1000, 0), (19_000, 0), 20.0, vehicle="appliance"))
    factor = STRAIGHT.speed_factors["appliance"].main.value
    found = agreement.held(given_, **town).drives["computed_s"]
    assert found.tolist() == [pytest.approx(1200 / factor)]


def test_misses_come_worst_first(town):
    rows = [way((1000, 0), (19_000, 0), minutes) for minutes in (20.0, 19.0, 40.0, 21.5)]
    drives = agreement.held(references(*rows), **town).drives
    assert agreement.misses(drives)["reference_s"].tolist() == [2400, 1290, 1140]


def test_no_reference_is_no_row_and_progress_is_told(town):
    none = agreement.held(references(), **town)
    assert (len(none.drives), len(none.agreement)) == (0, 0)
    lines: list[str] = []
    rows = [way((10 * n, 0), (19_000, 0), 16.0) for n in range(60)]
    agreement.held(references(*rows), **town, progress=Lines(lines.append))
    assert any("60 of 60 drives" in line for line in lines)


def test_the_order_of_references_changes_nothing(town):
    rows = [way((700 * n, 0), (19_000, 0), 16.0, reference_id=str(n)) for n in range(9)]
    one = agreement.held(references(*rows), **town).agreement
    other = agreement.held(references(*rows[::-1]), **town).agreement
    pd.testing.assert_frame_equal(one, other)
