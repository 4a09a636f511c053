from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from travel_town import roads, settings

from colocate.tables import check
from colocate.tables.travel import EDGE_SPEEDS
from colocate.travel.bends import bendiness
from colocate.travel.speeds import by_vehicle, edge_speeds, factored, limit_kph

MPH = 1.609344
FAR = {"A": (0, 0), "B": (10_000, 0), "C": (20_000, 0), "D": (10_000, 10_000)}


@pytest.mark.parametrize(
    ("tag", "mph"),
    [
        ("30 mph", 30), ("30mph", 30), ("20.5 mph", 20.5), ("GB:nsl_single", 60),
        ("GB:nsl_dual", 70), ("UK:nsl_dual", 70), ("GB_nsl:single", 60), ("gb:motorway", 70),
        ("GB:nsl_restricted", 30), ("signals", 70), ("40 mph;30 mph", 30), ("60 mph|signals", 60),
        ("GB:zone20", 20), ("gb:zone:20", 20), ("GB:30", 30), ("20 MPH", 20),
    ],
)  # fmt: skip
def test_british_limits(tag, mph):
    assert limit_kph(tag) == pytest.approx(mph * MPH)


@pytest.mark.parametrize(("tag", "kph"), [("50", 50), ("80 km/h", 80), ("30;50", 30)])
def test_metric_limits(tag, kph):
    assert limit_kph(tag) == kph


@pytest.mark.parametrize("tag", ["national", "none", "", "gb:national", "0", "fast"])
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


def test_a_class_faster_than_the_national_limit_is_held_to_it():
    fast = {"rural": 120, "built_up": 60}
    speeds = {**settings().model_dump()["speeds_kph"], "primary": fast, "residential": fast}
    rural, street = speeds_of(
        {"ends": "AB", "highway": "primary"},
        {"ends": "BC", "highway": "residential", "maxspeed": "national"},
        speeds_kph=speeds,
    ).itertuples()
    assert rural.speed_source == street.speed_source == "national_limit"
    assert (rural.limit_kph, rural.speed_kph) == (
        pytest.approx(60 * MPH), pytest.approx(60 * MPH * 0.95)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tags", "mph"),
    [
        ({"highway": "motorway"}, 70),
        ({"highway": "trunk"}, 60),
        ({"highway": "trunk", "dual": True}, 70),
        ({"highway": "unclassified"}, 60),
        ({"highway": "unclassified", "maxspeed": "20 mph"}, 20),
    ],
)
def test_limit_of_the_tag_else_of_the_class_and_carriageway(tags, mph):
    (row,) = speeds_of({"ends": "AB", **tags}).itertuples()
    assert row.limit_kph == pytest.approx(mph * MPH)


def test_streets_of_a_town_have_the_limit_of_street_lights_but_not_its_bypass():
    nodes = {f"{k}{side}": (100 * k, y) for k in range(11) for side, y in (("s", 0), ("n", 1000))}
    edges = [{"ends": (f"{k}s", f"{k}n")} for k in range(11)]
    edges[5]["highway"] = "trunk"
    limits = speeds_of(*edges, nodes=nodes)["limit_kph"].to_numpy() / MPH
    assert limits[[4, 5]].tolist() == pytest.approx([30, 60])


def test_class_that_is_slower_than_the_tag_is_the_source():
    (row,) = speeds_of({"ends": "AB", "highway": "tertiary", "maxspeed": "60 mph"}).itertuples()
    assert (row.limit_kph, row.speed_source) == (pytest.approx(60 * MPH), "class_rural")


@pytest.mark.parametrize(
    ("threshold", "built_up"),
    [(4, [True, True]), (5, [True, False]), (9, [True, False]), (10, [False, False])],
)
def test_a_street_counts_a_quarter_in_its_own_cell_and_an_eighth_in_the_next(threshold, built_up):
    # 150 m of street in a cell of 4 ha: 9.4 m/ha there, 4.7 m/ha in the cell beside it.
    nodes = {"A": (20, 100), "B": (170, 100), "C": (240, 100), "D": (390, 100)}
    found = speeds_of({"ends": "AB"}, {"ends": "CD", "highway": "unclassified"}, nodes=nodes,
                      built_up_street_m_per_ha=threshold)  # fmt: skip
    assert found["built_up"].tolist() == built_up


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


def test_bendiness_by_hand():
    # A zigzag of eight right angles over 900 m: 720 degrees in 0.9 km.
    zigzag = shapely.LineString(
        [(0, 0), (100, 0), (100, 100), (200, 100), (200, 200), (300, 200), (300, 300), (400, 300),
         (400, 400), (500, 400)]
    )  # fmt: skip
    straight = shapely.LineString([(0, 0), (100, 0), (900, 0)])
    lines = np.array([zigzag, straight])
    assert bendiness(lines, length_m=shapely.length(lines)).tolist() == pytest.approx([800, 0])


def test_a_bend_lies_more_than_two_metres_off_the_straight_line():
    lines = np.array([shapely.LineString([(0, 0), (50, off), (100, 0)]) for off in (1.9, 2.1)])
    by_hand = 2 * math.degrees(math.atan(2.1 / 50)) * 10
    assert bendiness(lines, length_m=np.array([100, 100])).tolist() == [0, pytest.approx(by_hand)]


def test_wobbles_of_the_drawing_are_no_bends():
    wobble = shapely.LineString([(x, x // 10 % 2) for x in range(0, 1000, 10)])
    assert bendiness(np.array([wobble]), length_m=np.array([1000.0])).item() == 0


def wound(degrees_per_km, **tags):
    """A kilometre of road with two equal bends, and its speed."""
    turn = np.radians(degrees_per_km / 2)
    heading = np.cumsum([0, turn, -turn])
    xy = np.cumsum(
        [(0, 0), *np.column_stack([np.cos(heading), np.sin(heading)]) * 1000 / 3], axis=0
    )
    tables = roads({"A": (0, 0), "B": (10_000, 0)}, [{"ends": "AB", "length_m": 1000.0, **tags}])
    tables[1].geometry = [shapely.LineString(xy)]
    (row,) = edge_speeds(*tables, settings=settings()).itertuples()
    return row


def test_bends_beyond_the_usual_slow_a_lane_by_hand():
    # Ac(300) = 12 - 10^(2.46 + 0.06 - 0.75) / 60 + 13.333 = 24.352; Ac(160) = 16.913: 7.439 km/h
    # of 85 are 8.75 %.
    row = wound(300, highway="unclassified")
    assert row.speed_kph == pytest.approx(38 * (1 - 0.0875), abs=0.01)
    assert row.speed_source == "bends"


def test_usual_bends_take_nothing_more():
    row = wound(159, highway="unclassified")
    assert (row.speed_kph, row.speed_source) == (pytest.approx(38), "class_rural")


@pytest.mark.parametrize(
    "tags",
    [{"dual": True}, {"junction": "roundabout"}, {"maxspeed": "30 mph"}, {"highway": "motorway"}],
)
def test_bends_slow_neither_dual_carriageways_nor_roundabouts_nor_towns(tags):
    winding, straight = (wound(bends, **{"highway": "primary", **tags}) for bends in (340, 0))
    assert (winding.speed_kph, winding.speed_source) == (straight.speed_kph, straight.speed_source)


@given(st.floats(0, 350), st.floats(0, 350))
def test_a_road_that_bends_more_is_no_faster(one, other):
    less, more = sorted([one, other])
    speed = [wound(bends, highway="secondary").speed_kph for bends in (less, more)]
    assert speed[1] <= speed[0] + 1e-9


@pytest.mark.parametrize(
    ("tags", "group"),
    [
        ({"highway": "motorway"}, "motorway_trunk"),
        ({"highway": "motorway_link", "maxspeed": "30 mph"}, "motorway_trunk"),
        ({"highway": "trunk"}, "motorway_trunk"),
        ({"highway": "trunk", "maxspeed": "30 mph"}, "built_up"),
        ({"highway": "secondary_link"}, "main"),
        ({"highway": "tertiary"}, "minor"),
        ({"highway": "service"}, "minor"),
        ({"highway": "residential", "maxspeed": "20 mph"}, "built_up"),
        ({"highway": "ferry"}, "ferry"),
    ],
)
def test_class_groups(tags, group):
    assert speeds_of({"ends": "AB", **tags})["class_group"].item() == group


FACTORS = {"motorway_trunk": 0.9, "main": 0.8, "minor": 0.5, "built_up": 1.0}


def test_factors_change_times_and_speeds_and_nothing_else():
    free = speeds_of(
        {"ends": "AB", "highway": "primary", "backward": False},
        {"ends": "BC", "highway": "unclassified"},
        {"ends": "BD", "highway": "ferry"},
    )
    found = factored(free, FACTORS)
    assert (free["forward_s"] / found["forward_s"]).tolist() == pytest.approx([0.8, 0.5, 1])
    assert (found["speed_kph"] / free["speed_kph"]).tolist() == pytest.approx([0.8, 0.5, 1])
    assert np.isinf(found["backward_s"][0])
    same = [name for name in free if name not in {"forward_s", "backward_s", "speed_kph"}]
    assert found[same].equals(free[same])


def test_one_vehicle_in_both_directions_is_computed_once():
    free = speeds_of({"ends": "AB"})
    ((directions, driven),) = by_vehicle(free, settings=settings())
    assert directions == ("from_site", "to_site", "between")
    assert driven is free


def test_an_appliance_responds_and_a_car_visits():
    free = speeds_of({"ends": "AB", "highway": "primary"})
    chosen = settings(
        profiles={"from_site": "appliance", "to_site": "car"},
        speed_factors={"car": dict.fromkeys(FACTORS, 1), "appliance": FACTORS},
    )
    (response, slow), (access, usual) = by_vehicle(free, settings=chosen)
    assert (response, access) == (("from_site",), ("to_site", "between"))
    assert slow["speed_kph"].item() == pytest.approx(0.8 * 68)
    assert usual["speed_kph"].item() == pytest.approx(68)


def test_the_peak_slows_every_vehicle():
    free = speeds_of({"ends": "AB", "highway": "primary"})
    ((_, driven),) = by_vehicle(free, settings=settings(peak_factors=FACTORS))
    assert driven["speed_kph"].item() == pytest.approx(0.8 * 68)


def delays(*edges, nodes=FAR):
    """What the junctions add to each edge, s."""
    with_delay, without = (
        speeds_of(*edges, nodes=nodes, junction_delay_rural_s=delay, turn_costs=False)
        for delay in (8, 0)
    )
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
def test_every_speed_limit_tagged_in_rutland_is_read(shared_data):
    """397 ways carry one: in mph, or as a national limit."""
    from colocate.travel.network import osm

    _, edges, *_ = osm.read_osm(shared_data / "roads" / "rutland-2018-02-27.osm.pbf")
    tags = edges["maxspeed"].dropna().unique()
    unread = [tag for tag in tags if math.isnan(limit_kph(tag))]
    assert len(tags) >= 7
    assert unread == []


@pytest.mark.shared
def test_built_up_inference_agrees_with_the_signs_of_rutland(shared_data):
    from colocate.travel.network import osm

    nodes, edges, *_ = osm.read_osm(shared_data / "roads" / "rutland-2018-02-27.osm.pbf")
    limit = edges["maxspeed"].map(limit_kph, na_action="ignore").astype("float64")
    inferred = edge_speeds(nodes, edges.assign(maxspeed=None).astype({"maxspeed": "str"}),
                           settings=settings())["built_up"]  # fmt: skip
    main_road = ~edges["highway"].isin(["residential", "living_street", "service"])
    weight = edges["length_m"]

    def share(rows):
        return np.average(inferred[rows], weights=weight[rows])

    assert share(main_road & (limit <= 30 * MPH)) > 0.7
    assert share(main_road & (limit >= 50 * MPH)) < 0.15
