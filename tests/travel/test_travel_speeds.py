from __future__ import annotations

import math

import numpy as np
import pytest
from travel_town import roads, settings

from colocate.tables import check
from colocate.tables.travel import EDGE_SPEEDS
from colocate.travel.speeds import edge_speeds, limit_kph

MPH = 1.609344
FAR = {"A": (0, 0), "B": (10_000, 0), "C": (20_000, 0), "D": (10_000, 10_000)}


@pytest.mark.parametrize(
    ("tag", "mph"),
    [
        ("30 mph", 30), ("30mph", 30), ("20.5 mph", 20.5), ("GB:nsl_single", 60),
        ("GB:nsl_dual", 70), ("UK:nsl_dual", 70), ("GB_nsl:single", 60), ("gb:motorway", 70),
        ("GB:nsl_restricted", 30), ("signals", 70), ("40 mph;30 mph", 30), ("60 mph|signals", 60),
    ],
)  # fmt: skip
def test_british_limits(tag, mph):
    assert limit_kph(tag) == pytest.approx(mph * MPH)


@pytest.mark.parametrize(("tag", "kph"), [("50", 50), ("80 km/h", 80), ("30;50", 30)])
def test_metric_limits(tag, kph):
    assert limit_kph(tag) == kph


@pytest.mark.parametrize("tag", ["national", "none", "walk", "", "gb:national", "0"])
def test_what_names_no_speed_is_left_to_the_class(tag):
    assert math.isnan(limit_kph(tag))


def speeds_of(*edges, nodes=FAR, **changes):
    tables = roads(nodes, edges)
    found = edge_speeds(*tables, settings=settings(**changes))
    check(EDGE_SPEEDS, found)
    return found


def test_rural_class_speed_by_hand():
    (row,) = speeds_of({"ends": "AB", "highway": "primary"}).itertuples()
    assert (row.speed_kph, row.speed_source) == (pytest.approx(68), "class_rural")
    assert row.forward_s == row.backward_s == pytest.approx(10 / 68 * 3600)


def test_street_in_a_town_is_built_up():
    # Streets 100 m apart fill a square kilometre: 200 m of street per hectare.
    nodes = {f"{k}{side}": (100 * k, y) for k in range(11) for side, y in (("s", 0), ("n", 1000))}
    edges = [{"ends": (f"{k}s", f"{k}n")} for k in range(11)]
    (speed,) = speeds_of(*edges, nodes=nodes)["speed_kph"].round(6).unique()
    assert speed == 30


def test_lanes_do_not_make_a_town():
    nodes = {f"{k}{side}": (100 * k, y) for k in range(11) for side, y in (("s", 0), ("n", 1000))}
    edges = [{"ends": (f"{k}s", f"{k}n"), "highway": "unclassified"} for k in range(11)]
    assert not speeds_of(*edges, nodes=nodes)["built_up"].any()


def test_tag_caps_the_speed_of_the_class():
    (row,) = speeds_of({"ends": "AB", "highway": "trunk", "maxspeed": "40 mph"}).itertuples()
    assert row.speed_kph == pytest.approx(40 * MPH * 0.95)
    assert row.speed_source == "maxspeed_tag"


def test_national_limit_does_not_make_a_lane_fast():
    (row,) = speeds_of(
        {"ends": "AB", "highway": "unclassified", "maxspeed": "GB:nsl_single"}
    ).itertuples()
    assert row.speed_kph == pytest.approx(38)


def test_limit_of_30_says_built_up():
    (row,) = speeds_of({"ends": "AB", "highway": "tertiary", "maxspeed": "30 mph"}).itertuples()
    assert row.built_up
    assert row.speed_kph == pytest.approx(37)


def test_dual_carriageway_is_faster():
    single, dual = (
        speeds_of({"ends": "AB", "highway": "trunk", "dual": dual})["speed_kph"].item()
        for dual in (False, True)
    )
    assert (single, dual) == (pytest.approx(76), pytest.approx(104))


@pytest.mark.parametrize(
    ("tags", "kph"),
    [
        ({"highway": "primary_link"}, 68),
        ({"highway": "motorway_link"}, 70),
        ({"highway": "service"}, 15),
        ({"highway": "service", "service": "driveway"}, 12),
        ({"highway": "road"}, 35),
        ({"highway": "ferry"}, 12),
    ],
)
def test_speed_is_looked_up_by_service_class_and_link(tags, kph):
    assert speeds_of({"ends": "AB", **tags})["speed_kph"].item() == pytest.approx(kph)


def test_closed_direction_takes_for_ever():
    (row,) = speeds_of({"ends": "AB", "backward": False}).itertuples()
    assert np.isfinite(row.forward_s)
    assert np.isinf(row.backward_s)


def delays(*edges, nodes=FAR):
    """What the junctions add to each edge, s."""
    with_delay = speeds_of(*edges, nodes=nodes, junction_delay_rural_s=8)
    without = speeds_of(*edges, nodes=nodes, junction_delay_rural_s=0)
    return (with_delay["forward_s"] - without["forward_s"]).round(6).tolist()


def test_three_equal_roads_each_pay_half_the_delay_at_their_end():
    road = {"highway": "tertiary"}
    assert delays({"ends": "AB", **road}, {"ends": "BC", **road}, {"ends": "BD", **road}) == [
        4,
        4,
        4,
    ]


def test_road_with_priority_pays_its_share_and_the_side_road_all():
    main = {"highway": "primary"}
    side = {"ends": "BD", "highway": "unclassified"}
    assert delays({"ends": "AB", **main}, {"ends": "BC", **main}, side) == [1, 1, 4]


def test_two_roads_or_a_driveway_make_no_junction():
    drive = {"ends": "BD", "highway": "service"}
    road = {"highway": "tertiary"}
    assert delays({"ends": "AB", **road}, {"ends": "BC", **road}, drive) == [0, 0, 0]


@pytest.mark.shared
def test_built_up_inference_agrees_with_the_signs_of_rutland(shared_data):
    from colocate.travel import network

    nodes, edges, _ = network.read_osm(shared_data / "roads" / "rutland-2018-02-27.osm.pbf")
    limit = edges["maxspeed"].map(limit_kph, na_action="ignore").astype("float64")
    inferred = edge_speeds(nodes, edges.assign(maxspeed=None).astype({"maxspeed": "str"}),
                           settings=settings())["built_up"]  # fmt: skip
    main_road = ~edges["highway"].isin(["residential", "living_street", "service"])
    weight = edges["length_m"]

    def share(rows):
        return np.average(inferred[rows], weights=weight[rows])

    assert share(main_road & (limit <= 30 * MPH)) > 0.7
    assert share(main_road & (limit >= 50 * MPH)) < 0.15
