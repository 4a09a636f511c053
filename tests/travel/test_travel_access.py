"""Who may drive where: from the tags of OpenStreetMap to the closed edges of each drive."""

from __future__ import annotations

import numpy as np
import osmium
import pytest
from osm_town import NODES, xml
from travel_town import settings

from colocate.study.travel import VehicleSize
from colocate.tables import check
from colocate.tables.travel import EDGE_SPEEDS, NETWORK_REPORT, ROAD_EDGES
from colocate.travel.network import conditions, measures, osm
from colocate.travel.network.packing import pack, unpack
from colocate.travel.speeds import by_vehicle, edge_speeds

OPEN = ([1, 2], {"highway": "primary"})
FAR = ([3, 4], {"highway": "residential"})
ALL = {"from_site": (1, 1), "to_site": (1, 1), "between": (1, 1)}
NOBODY = dict.fromkeys(ALL, (0, 0))
CREWS = {**NOBODY, "from_site": (1, 1)}


@pytest.fixture
def read(tmp_path):
    def reader(*ways, marks=None):
        file = tmp_path / "map.osm"
        file.write_text(xml(ways, NODES, marks=marks))
        roads = osm.read_osm(file)
        check(ROAD_EDGES, roads.road_edges)
        check(NETWORK_REPORT, roads.network_report)
        pbf = tmp_path / "map.osm.pbf"
        pbf.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(pbf)) as writer:
            for thing in osmium.FileProcessor(str(file)):
                writer.add(thing)
        same = osm.read_osm(pbf)
        assert same.road_edges.equals(roads.road_edges)
        assert same.network_report.equals(roads.network_report)
        unpacked = unpack(*pack(roads.road_nodes, roads.road_edges))[1]
        assert unpacked.drop(columns="geometry").equals(roads.road_edges.drop(columns="geometry"))
        return roads

    return reader


def driven(roads, **size):
    """Of each drive, table `edge_speeds`; crews drive the appliance."""
    profiles = {"from_site": "appliance", "to_site": "car"}
    sizes = {"appliance": VehicleSize.model_validate(size)} if size else {}
    chosen = settings(profiles=profiles, sizes=sizes)
    free = edge_speeds(roads.road_nodes, roads.road_edges, settings=chosen)
    check(EDGE_SPEEDS, free)
    return {drive: table for drives, table in by_vehicle(free, settings=chosen) for drive in drives}


def open_to(roads, *, highway="service", name="", **size):
    """Of each drive, whether the one road of a class is open forwards and backwards."""
    at = np.flatnonzero(roads.road_edges["highway"] == highway)
    if len(at) == 0:
        return NOBODY
    found = {}
    for drive, table in driven(roads, **size).items():
        columns = [f"{name}{way}" for way in ("forward_s", "backward_s")]
        if columns[0] in table:
            found[drive] = tuple(np.isfinite(table.loc[at[0], columns].to_numpy("float64")) * 1)
        else:
            found[drive] = (0, 0)
    return found


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"access": "no"}, NOBODY),
        ({"access": "no", "emergency": "yes"}, CREWS),
        ({"access": "private", "emergency": "designated"}, CREWS),
        ({"motor_vehicle": "no", "emergency": "yes"}, CREWS),
        ({"motor_vehicle": "emergency"}, CREWS),
        ({"emergency": "no"}, {**ALL, "from_site": (0, 0)}),
        ({"access": "no", "vehicle": "yes"}, ALL),
        ({"vehicle": "no", "motor_vehicle": "permissive"}, ALL),
        ({"motor_vehicle": "yes", "motorcar": "no"}, NOBODY),
        ({"access": "no", "bicycle": "yes", "bus": "yes"}, NOBODY),
        ({"motor_vehicle": "agricultural;forestry"}, NOBODY),
        ({"motor_vehicle": "agricultural;permissive"}, ALL),
        ({"access": "delivery"}, NOBODY),
        ({"access": "no", "motor_vehicle": "mystery"}, NOBODY),
        ({"motor_vehicle": "mystery"}, ALL),
        ({"service": "emergency_access"}, NOBODY),
        ({"service": "emergency_access", "emergency": "yes", "access": "private"}, CREWS),
        ({"service": "bus", "emergency": "yes"}, CREWS),
    ],
)
def test_the_hierarchy_of_access(read, tags, expected):
    assert open_to(read(OPEN, ([2, 3], {"highway": "service", **tags}), FAR)) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"motor_vehicle:forward": "no"}, dict.fromkeys(ALL, (0, 1))),
        ({"motor_vehicle:backward": "no"}, dict.fromkeys(ALL, (1, 0))),
        ({"access": "no", "motor_vehicle:forward": "yes"}, dict.fromkeys(ALL, (1, 0))),
        ({"motor_vehicle:backward": "no", "motorcar": "yes"}, ALL),
        ({"access:backward": "no", "emergency": "yes"}, {**dict.fromkeys(ALL, (1, 0)),
                                                         "from_site": (1, 1)}),
        ({"oneway": "yes", "oneway:emergency": "no"}, {**dict.fromkeys(ALL, (1, 0)),
                                                       "from_site": (1, 1)}),
        ({"oneway": "yes", "oneway:bicycle": "no"}, dict.fromkeys(ALL, (1, 0))),
        ({"oneway:motor_vehicle": "-1"}, dict.fromkeys(ALL, (0, 1))),
    ],
)  # fmt: skip
def test_access_by_direction(read, tags, expected):
    assert open_to(read(OPEN, ([2, 3], {"highway": "service", **tags}), FAR)) == expected


@pytest.mark.parametrize(
    ("tags", "ends"),
    [
        ({"motor_vehicle": "destination"}, ALL),
        ({"access": "customers"}, ALL),
        ({"motor_vehicle:forward": "destination"}, dict.fromkeys(ALL, (1, 0))),
        ({"motor_vehicle": "destination", "emergency": "yes"}, {**ALL, "from_site": (0, 0)}),
        ({"access": "residents"}, {**ALL, "between": (0, 0)}),
        ({"access": "permit"}, {**NOBODY, "between": (1, 1)}),
        ({"motor_vehicle:conditional": "destination @ (Mo-Su)"}, ALL),
        ({"access": "destination", "motor_vehicle": "yes"}, NOBODY),
    ],
)
def test_no_through_traffic(read, tags, ends):
    """Without two ways in, the road lies apart from nothing: drives may end on it."""
    ways = (OPEN, ([2, 3], {"highway": "service", **tags}), ([1, 3], {"highway": "primary"}))
    assert open_to(read(*ways), name="ending_") == ends


def test_what_lies_behind_is_for_ending_too(read):
    roads = read(
        ([1, 2], {"highway": "primary"}),
        ([2, 3], {"highway": "service", "access": "destination"}),
        ([3, 6], {"highway": "residential"}),
    )
    assert open_to(roads, highway="residential", name="ending_") == ALL
    assert open_to(roads, highway="residential") == NOBODY
    assert open_to(roads, highway="primary") == ALL


@pytest.mark.parametrize(
    ("value", "always"),
    [
        ("no @ (Mo-Su 00:00-24:00)", "no"),
        ("no @ 24/7", "no"),
        ("no @ (24/7)", "no"),
        ("no @ (00:00-24:00)", "no"),
        ("no @ (00:00-23:59)", "no"),
        ("no @ (Mo-Su,PH 00:00-24:00)", "no"),
        ("no @ (Mo-Fr; Sa,Su)", "no"),
        ("no @ (18:00-06:00); no @ (06:00-18:00)", "no"),
        ("no @ (22:00-06:00)", None),
        ("no @ (Mo-Fr 00:00-24:00)", None),
        ("no @ (Mo-Su 00:00-24:00); yes @ (Su)", None),
        ("no @ (Apr-Sep)", None),
        ("no @ (wet)", None),
        ("no @ (weight>7.5)", None),
        ("no", None),
        ("", None),
    ],
)
def test_conditions_that_hold_all_week(value, always):
    assert conditions.always(value) == always


@pytest.mark.parametrize(
    ("tags", "expected", "told"),
    [
        ({"motor_vehicle:conditional": "no @ (Mo-Su 00:00-24:00)"}, NOBODY, None),
        ({"access": "no", "access:conditional": "yes @ (Mo-Su 00:00-24:00)"}, ALL, None),
        ({"motor_vehicle:conditional": "no @ (10:00-16:00)"}, ALL, "motor_vehicle:conditional"),
        ({"access": "no", "access:conditional": "yes @ (10:00-16:00)"}, NOBODY,
         "access:conditional"),
        ({"motor_vehicle:backward:conditional": "no @ (07:00-09:00)"}, ALL,
         "motor_vehicle:backward:conditional"),
    ],
)  # fmt: skip
def test_conditional_access_closes_all_week_and_is_counted_else(read, tags, expected, told):
    roads = read(OPEN, ([2, 3], {"highway": "service", **tags}), FAR)
    assert open_to(roads) == expected
    counted = roads.issues.loc[roads.issues["rule"] == "access_not_used", "key"].tolist()
    assert counted == ([told] if told else [])


@pytest.mark.parametrize(
    ("tags", "rule", "told"),
    [
        ({"access": "mystery"}, "access_not_used", "access=mystery"),
        ({"motor_vehicle:lanes": "yes|no"}, "access_not_used", "motor_vehicle:lanes"),
        ({"oneway:conditional": "yes @ (07:00-09:00)"}, "access_not_used", "oneway:conditional"),
        ({"maxheight": "low"}, "limit_not_used", "maxheight=low"),
        ({"maxheight": "below_default"}, "limit_not_used", "maxheight=below_default"),
        ({"maxweight:hgv": "7.5"}, "limit_not_used", "maxweight:hgv"),
        ({"maxweight:conditional": "none @ destination"}, "limit_not_used",
         "maxweight:conditional"),
        ({"maxbogieweight": "10"}, "limit_not_used", "maxbogieweight"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_counted_by_tag(read, tags, rule, told):
    report = read(OPEN, ([2, 3], {"highway": "service", **tags})).network_report
    assert report.loc[report["rule"] == rule, "value"].tolist() == [told]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("3.5", "height_m", 3.5),
        ("3.5 m", "height_m", 3.5),
        ("350 cm", "height_m", 3.5),
        ("10'", "height_m", 3.048),
        ("11'6\"", "height_m", 3.5052),
        ("11 ft 6 in", "height_m", 3.5052),
        ("7.5", "weight_t", 7.5),
        ("7500 kg", "weight_t", 7.5),
        ("7,5 t", "weight_t", 7.5),
        ("1 lt", "weight_t", 1.016),
        ("none", "weight_t", 0.0),
        ("low", "height_m", None),
        ("0", "height_m", None),
        ("3 t", "height_m", None),
    ],
)
def test_measures(text, name, expected):
    found = measures.measure(text, name)
    assert found is None if expected is None else found == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(
    ("tags", "size", "passes"),
    [
        ({"maxheight": "3.2"}, {"height_m": 3.2}, True),
        ({"maxheight": "3.2"}, {"height_m": 3.3}, False),
        ({"maxheight": "3.2"}, {"width_m": 3.3}, True),
        ({"maxheight": "3.2"}, {}, True),
        ({"maxwidth:physical": "2.3"}, {"width_m": 2.5}, False),
        ({"maxweight": "7.5"}, {"weight_t": 13}, False),
        ({"maxweightrating": "7.5"}, {"weight_t": 13}, False),
        ({"maxlength": "8"}, {"length_m": 8.5}, False),
        ({"maxaxleload": "6"}, {"axle_load_t": 7}, False),
        ({"motor_vehicle:conditional": "no @ (weight>7.5)"}, {"weight_t": 13}, False),
        ({"motor_vehicle:conditional": "no @ (weight>7.5)"}, {"weight_t": 7.5}, True),
        ({"hgv": "no"}, {"weight_t": 13}, False),
        ({"hgv": "no"}, {"weight_t": 3.5}, True),
        ({"hgv": "no"}, {}, True),
        ({"hgv": "no", "emergency": "yes"}, {"weight_t": 13}, True),
        ({"motor_vehicle": "no", "hgv": "yes"}, {"weight_t": 13}, True),
    ],
)
def test_an_appliance_of_a_size(read, tags, size, passes):
    found = open_to(read(OPEN, ([2, 3], {"highway": "service", **tags}), FAR), **size)
    assert found["from_site"] == (passes, passes)
    cars = tags.get("motor_vehicle") != "no"
    assert found["to_site"] == (cars, cars)


BARRIER = ([1, 2, 3], {"highway": "tertiary"})
ROUND = ([1, 4, 3], {"highway": "primary"})


@pytest.mark.parametrize(
    ("tags", "size", "expected"),
    [
        ({"barrier": "gate", "access": "private", "emergency": "yes"}, {}, CREWS),
        ({"barrier": "bollard", "emergency": "yes"}, {}, CREWS),
        ({"barrier": "gate", "emergency": "no"}, {}, {**ALL, "from_site": (0, 0)}),
        ({"barrier": "bollard", "maxwidth": "2.2"}, {"width_m": 2.5}, {**ALL, "from_site": (0, 0)}),
        ({"barrier": "bollard", "maxwidth": "2.2"}, {}, ALL),
        ({"barrier": "height_restrictor", "maxheight": "2.1"}, {"height_m": 3.2},
         {**ALL, "from_site": (0, 0)}),
        ({"maxheight": "2.1"}, {"height_m": 3.2}, {**ALL, "from_site": (0, 0)}),
        ({"barrier": "gate", "access": "permit"}, {}, {**NOBODY, "between": (1, 1)}),
    ],
)  # fmt: skip
def test_a_barrier_that_some_pass(read, tags, size, expected):
    roads = read(BARRIER, ROUND, marks={2: tags})
    passage = (roads.road_edges["service"] == "barrier").to_numpy()
    assert passage.sum() == 1
    assert roads.road_edges.loc[passage, "length_m"].item() == 0
    found = {
        drive: tuple(np.isfinite(table.loc[passage, ["forward_s", "backward_s"]].to_numpy()[0]) * 1)
        for drive, table in driven(roads, **size).items()
    }
    assert found == expected


@pytest.mark.parametrize(
    ("tags", "shut"),
    [
        ({"barrier": "bollard", "maxwidth": "1.5"}, True),
        ({"barrier": "gate", "locked": "yes"}, True),
        ({"barrier": "bus_trap"}, True),
        ({"barrier": "gate", "access": "no"}, True),
        ({"barrier": "gate", "motor_vehicle": "destination"}, False),
        ({"barrier": "mystery"}, False),
    ],
)
def test_a_barrier_that_nobody_or_everybody_passes(read, tags, shut):
    roads = read(BARRIER, ROUND, marks={2: tags})
    assert (len(roads.road_nodes) == 4) is shut
    assert not (roads.road_edges["service"] == "barrier").any()
    told = set(roads.issues["rule"])
    assert told == ({"barrier"} if shut else {"barrier_not_used"})


def test_a_barrier_where_three_roads_meet_parts_them_for_those_it_stops(read):
    tags = {"barrier": "bollard", "emergency": "yes"}
    roads = read(BARRIER, ([2, 4], {"highway": "residential"}), marks={2: tags})
    assert (roads.road_edges["service"] == "barrier").sum() == 2
    assert (
        roads.road_edges.loc[roads.road_edges["service"] == "barrier", "closed_to"].tolist()
        == ["visitors;staff"] * 2
    )


@pytest.mark.parametrize("highway", ["footway", "track", "pedestrian", "busway"])
def test_a_path_opened_to_crews(read, highway):
    way = ([2, 3], {"highway": highway, "emergency": "yes", "motor_vehicle": "private"})
    assert open_to(read(OPEN, way, FAR), highway=highway) == CREWS
