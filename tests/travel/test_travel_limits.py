from __future__ import annotations

import pytest
from osm_town import NODES, xml
from travel_town import roads, settings

from colocate.travel.limits import limit_kph, understood
from colocate.travel.network import osm
from colocate.travel.speeds import by_vehicle, edge_speeds

MPH = 1.609344


@pytest.fixture
def read(tmp_path):
    def reader(tags):
        file = tmp_path / "map.osm"
        file.write_text(xml([([1, 2], {"highway": "primary", **tags})], NODES))
        return osm.read_osm(file)

    return reader


@pytest.mark.parametrize(
    ("tag", "kph"),
    [
        ("walk", 7.0),
        ("5 knots", 9.26),
        ("5 kn", 9.26),
        ("variable", 70 * MPH),
        ("DE:walk", 7.0),
        ("DE:zone:30", 30.0),
        ("GB:20", 20 * MPH),
        ("50;30", 30.0),
        ("30 mph|walk", 7.0),
    ],
)
def test_words_and_units(tag, kph):
    assert limit_kph(tag) == pytest.approx(kph)
    assert understood(tag)


@pytest.mark.parametrize("tag", ["fast", "30 mph;fast", "", "0", "knots"])
def test_what_is_not_understood(tag):
    assert not understood(tag)


@pytest.mark.parametrize(
    ("tags", "ahead", "back"),
    [
        ({"maxspeed:forward": "18", "maxspeed:backward": "72"}, "18", "72"),
        ({"maxspeed": "50", "maxspeed:forward": "30"}, "30", "50"),
        ({"maxspeed:backward": "30 mph"}, None, "30 mph"),
        ({"maxspeed:forward": "30 mph"}, "30 mph", "none"),
        ({"maxspeed": "40", "maxspeed:forward": "fast"}, "40", None),
        ({"maxspeed:conditional": "20 @ (Mo-Su 00:00-24:00)", "maxspeed": "50"}, "20", None),
        ({"maxspeed:conditional": "20 @ (Mo-Fr 08:00-09:00)", "maxspeed": "50"}, "50", None),
        ({"zone:maxspeed": "GB:20"}, "GB:20", None),
        ({"maxspeed:backward": "30", "oneway": "yes"}, None, None),
    ],
)
def test_limits_by_direction(read, tags, ahead, back):
    edge = read(tags).road_edges.fillna({"maxspeed": "", "maxspeed_backward": ""}).iloc[0]
    assert (edge["maxspeed"], edge["maxspeed_backward"]) == (ahead or "", back or "")


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"maxspeed": "fast"}, "maxspeed=fast"),
        ({"maxspeed:backward": "fast"}, "maxspeed:backward=fast"),
        ({"maxspeed:advisory": "40"}, "maxspeed:advisory"),
        ({"maxspeed:conditional": "20 @ (Mo-Fr 08:00-09:00)"}, "maxspeed:conditional"),
        ({"maxspeed:hgv": "40"}, "maxspeed:hgv"),
        ({"maxspeed:lanes:forward": "40|50"}, "maxspeed:lanes:forward"),
    ],
)
def test_limits_that_are_not_used_are_counted_by_tag(read, tags, told):
    report = read({**tags, "maxspeed:type": "sign"}).network_report
    assert report.loc[report["rule"] == "limit_not_used", "value"].tolist() == [told]


def speeds(**edge):
    given = {"ends": "AB", "highway": "primary", **edge}
    return edge_speeds(*roads({"A": (0, 0), "B": (1000, 0)}, [given]), settings=settings())


def test_each_direction_has_its_own_speed():
    found = speeds(maxspeed="18", maxspeed_backward="72").iloc[0]
    assert (found["limit_kph"], found["limit_backward_kph"]) == (18, 72)
    assert found["forward_s"] == pytest.approx(1000 / found["speed_kph"] * 3.6)
    assert found["backward_s"] == pytest.approx(1000 / found["speed_backward_kph"] * 3.6)
    assert found["forward_s"] > 3 * found["backward_s"]


def test_the_other_speed_is_told_only_where_it_is_another():
    same = speeds(maxspeed="50")
    assert same[["limit_backward_kph", "speed_backward_kph"]].isna().all(axis=None)
    assert same["forward_s"].equals(same["backward_s"].rename("forward_s"))


def test_no_limit_the_other_way_leaves_it_to_the_class():
    found = speeds(maxspeed="30", maxspeed_backward="none").iloc[0]
    alone = speeds().iloc[0]
    assert found["limit_kph"] == 30
    assert found["limit_backward_kph"] in {alone["limit_kph"], 60 * MPH, 30 * MPH}


def test_a_vehicle_scales_both_speeds():
    free = speeds(maxspeed="18", maxspeed_backward="72")
    slower = settings(peak_factors=dict.fromkeys(
        ("motorway_trunk", "main", "minor", "built_up"), 0.5))  # fmt: skip
    ((_, driven),) = by_vehicle(free, settings=slower)
    for name in ("speed_kph", "speed_backward_kph"):
        assert driven[name].item() == pytest.approx(free[name].item() / 2)
