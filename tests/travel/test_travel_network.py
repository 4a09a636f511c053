from __future__ import annotations

import bz2
import gzip
import math

import osmium
import osmnx
import pandas as pd
import pytest
import shapely
from osm_town import NODES, X0, Y0, xml

from colocate.errors import CrsError, InputError, NetworkError
from colocate.tables import check
from colocate.tables.travel import NETWORK_REPORT, ROAD_EDGES, ROAD_NODES, TURNS
from colocate.travel.network import osm, overpass


@pytest.fixture
def read(tmp_path):
    def reader(*ways, nodes=NODES, marks=None, relations=(), **options):
        file = tmp_path / "map.osm"
        file.write_text(xml(ways, nodes, marks=marks, relations=relations))
        return osm.read_osm(file, **options)

    return reader


def only(roads):
    """The one edge there is."""
    (edge,) = roads.road_edges.itertuples()
    return edge


def test_ways_are_cut_where_they_share_a_vertex(read):
    roads = read(([1, 2, 3], {"highway": "primary"}), ([5, 2, 4], {"highway": "residential"}))
    assert sorted(roads.road_edges["length_m"]) == pytest.approx([1000] * 4, abs=0.2)
    assert len(roads.road_nodes) == 5
    assert roads.road_edges["highway"].value_counts().to_dict() == {"primary": 2, "residential": 2}
    check(ROAD_NODES, roads.road_nodes)
    check(ROAD_EDGES, roads.road_edges)


def test_vertex_of_one_way_only_is_geometry_not_a_node(read):
    edge = only(read(([1, 2, 4], {"highway": "tertiary"})))
    assert edge.length_m == pytest.approx(2000, abs=0.2)
    assert shapely.get_num_points(edge.geometry) == 3


def test_geometry_runs_from_from_node_to_to_node(read):
    roads = read(([3, 2, 1], {"highway": "tertiary"}))
    edge = only(roads)
    for node, xy in (
        (edge.from_node, edge.geometry.coords[0]),
        (edge.to_node, edge.geometry.coords[-1]),
    ):
        assert tuple(roads.road_nodes.loc[node, ["easting", "northing"]]) == xy


def test_length_is_measured_before_coordinates_are_rounded(tmp_path):
    file = tmp_path / "map.osm"
    file.write_text(xml([([1, 2], {"highway": "road"})], nodes={1: (0.4, 0), 2: (100.6, 0)}))
    edge = only(osm.read_osm(file))
    assert edge.length_m == pytest.approx(100.2, abs=0.05)
    assert all(float(v).is_integer() for v in shapely.get_coordinates(edge.geometry).ravel())


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({}, True, True),
        ({"oneway": "yes"}, True, False),
        ({"oneway": "1"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "no"}, True, True),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "circular"}, True, False),
        ({"junction": "roundabout", "oneway": "no"}, True, True),
        ({"highway": "motorway"}, True, False),
        ({"highway": "motorway", "oneway": "no"}, True, True),
        ({"oneway": "reversible"}, True, True),
    ],
)
def test_directions(read, tags, forward, backward):
    edge = only(read(([1, 2], {"highway": "primary", **tags})))
    assert (edge.forward, edge.backward) == (forward, backward)


def test_unclear_oneway_is_an_issue(read):
    issues = read(([1, 2], {"highway": "primary", "oneway": "reversible"})).issues
    assert issues.loc[issues["rule"] == "oneway_unclear", "key"].tolist() == ["reversible"]


OPEN = ([1, 2], {"highway": "primary"})


@pytest.mark.parametrize(
    ("tags", "kept"),
    [
        ({"access": "private"}, False),
        ({"access": "no"}, False),
        ({"motor_vehicle": "no"}, False),
        ({"access": "no", "motor_vehicle": "yes"}, True),
        ({"access": "yes", "motorcar": "private"}, False),
        ({"access": "destination"}, True),
        ({"access": "permissive"}, True),
        ({"area": "yes"}, False),
        ({"service": "emergency_access"}, False),
        ({"service": "driveway"}, True),
    ],
)
def test_access(read, tags, kept):
    roads = read(OPEN, ([2, 3], {"highway": "service", **tags}))
    assert len(roads.road_edges) == 1 + kept
    excluded = roads.issues[roads.issues["severity"] == "excluded"]
    assert len(excluded) == (not kept)


@pytest.mark.parametrize("highway", ["footway", "track", "cycleway", "construction", "steps"])
def test_what_no_car_uses_is_no_road(read, highway):
    assert len(read(OPEN, ([2, 3], {"highway": highway})).road_edges) == 1


def test_ferries_by_switch(read):
    ferry = ([2, 3], {"route": "ferry"})
    off, on = read(OPEN, ferry), read(OPEN, ferry, ferries=True)
    assert off.road_edges["highway"].tolist() == ["primary"]
    assert (off.issues["rule"] == "ferry").sum() == 1
    assert sorted(on.road_edges["highway"]) == ["ferry", "primary"]


def test_national_limit_in_another_tag_counts(read):
    edge = only(read(([1, 2], {"highway": "trunk", "maxspeed:type": "GB:nsl_dual"})))
    assert edge.maxspeed == "GB:nsl_dual"
    edge = only(read(([1, 2], {"highway": "trunk", "source:maxspeed": "survey"})))
    assert pd.isna(edge.maxspeed)


def test_ways_with_vertices_missing_are_counted(read):
    roads = read(OPEN, ([2, 99], {"highway": "residential"}))
    assert len(roads.road_edges) == 1
    assert (roads.issues["rule"] == "vertices_missing").sum() == 1


def test_islands_and_traps_are_kept_and_reported(read):
    roads = read(
        ([1, 2], {"highway": "primary"}),
        ([2, 5], {"highway": "residential", "oneway": "yes"}),
        ([4, 6], {"highway": "residential"}),
    )
    assert len(roads.road_edges) == 3
    assert {"one_way_trap", "island"} <= set(roads.issues["rule"])


def test_area_keeps_the_edges_that_touch_it(read):
    area = shapely.box(X0 + 900, Y0 - 100, X0 + 1100, Y0 + 100)
    roads = read(
        ([1, 2, 3], {"highway": "primary"}), ([4, 6], {"highway": "residential"}), area=area
    )
    assert roads.road_edges["highway"].tolist() == ["primary"]


def test_two_carriageways_of_one_road_are_dual_but_splitter_islands_are_not(tmp_path):
    nodes = {1: (0, 0), 2: (800, 0), 3: (800, 20), 4: (0, 20), 5: (3000, 0), 6: (3080, 10)}
    file = tmp_path / "map.osm"
    a30 = {"highway": "trunk", "ref": "A30", "oneway": "yes"}
    b1 = {"highway": "secondary", "ref": "B1", "oneway": "yes"}
    file.write_text(xml([([1, 2], a30), ([3, 4], a30), ([5, 6], b1), ([6, 5], b1)], nodes=nodes))
    edges = osm.read_osm(file).road_edges
    assert edges.groupby("ref")["dual"].all().to_dict() == {"A30": True, "B1": False}


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf"])
def test_formats_give_the_same_roads(tmp_path, suffix):
    text = xml([([1, 2, 3], {"highway": "primary"}), ([5, 2, 4], {"highway": "residential"})])
    plain, file = tmp_path / "plain.osm", tmp_path / f"map{suffix}"
    plain.write_text(text)
    if suffix == ".osm.pbf":
        with osmium.SimpleWriter(str(file)) as writer:
            for thing in osmium.FileProcessor(str(plain)):
                writer.add(thing)
    else:
        opener = {".gz": gzip.open, ".bz2": bz2.open}.get(file.suffix, open)
        with opener(file, "wt") as out:
            out.write(text)
    expected, got = osm.read_osm(plain), osm.read_osm(file)
    assert got.road_edges.equals(expected.road_edges)
    assert got.road_nodes.equals(expected.road_nodes)


def driven(roads):
    """Every direction that may be driven: class, limit, from where to where."""
    ways = set()
    for edge in roads.road_edges.itertuples():
        ends = edge.geometry.coords[0], edge.geometry.coords[-1]
        for allowed, (start, end) in ((edge.forward, ends), (edge.backward, ends[::-1])):
            if allowed:
                ways.add((edge.highway, str(edge.maxspeed), edge.length_m, start, end))
    return ways


def test_overpass_gives_what_the_extract_gives(tmp_path, monkeypatch):
    file = tmp_path / "map.osm"
    file.write_text(
        xml(
            [
                ([1, 2, 3], {"highway": "primary", "oneway": "-1", "maxspeed": "40 mph"}),
                ([5, 2, 4], {"highway": "residential"}),
                ([4, 6], {"highway": "tertiary", "junction": "roundabout"}),
            ]
        )
    )
    asked = {}

    def answer(polygon, **options):
        asked.update(options, polygon=polygon)
        return osmnx.graph_from_xml(file, simplify=False, retain_all=True)

    monkeypatch.setattr(osmnx, "graph_from_polygon", answer)
    area = shapely.box(X0 - 100, Y0 - 1100, X0 + 2100, Y0 + 1100)
    before = osmnx.settings.all_oneway, osmnx.settings.use_cache
    overpass.save_roads(overpass.lonlat(area), tmp_path / "roads.osm", agent="tests")
    got, expected = osm.read_osm(tmp_path / "roads.osm", area=area), osm.read_osm(file, area=area)
    assert (osmnx.settings.all_oneway, osmnx.settings.use_cache) == before
    assert asked["polygon"].bounds == pytest.approx((-3.56, 50.70, -3.52, 50.73), abs=0.02)

    assert driven(got) == driven(expected)
    assert len(got.road_nodes) == len(expected.road_nodes)


def test_another_country_in_its_own_system(tmp_path):
    file = tmp_path / "map.osm"
    helsinki = (385_000, 6_671_000)
    file.write_text(xml([OPEN], crs="EPSG:3067", at=helsinki))
    roads = osm.read_osm(file, crs="EPSG:3067")
    assert roads.road_edges.crs.to_epsg() == 3067
    assert only(roads).length_m == pytest.approx(1000, abs=0.1)
    assert roads.road_nodes["easting"].min() == helsinki[0]


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        osm.read_osm(tmp_path / "gone.osm.pbf")


@pytest.mark.parametrize(
    "node",
    ['<node id="1" version="1" lat="50.7O" lon="-3.5"/>',
     '<node id="1." version="1" lat="50.7" lon="-3.5"/>'],
)  # fmt: skip
def test_a_damaged_coordinate_or_id_is_an_error_of_the_file(tmp_path, node):
    file = tmp_path / "map.osm"
    file.write_text(f'<?xml version="1.0"?>\n<osm version="0.6">{node}</osm>\n')
    with pytest.raises(InputError, match="cannot be read as OSM data"):
        osm.read_osm(file)


@pytest.mark.parametrize("name", ["map.osm", "map.osm.pbf"])
def test_file_that_is_no_osm_data(tmp_path, name):
    file = tmp_path / name
    file.write_text("easting,northing\n1,2\n")
    with pytest.raises(InputError, match="cannot be read as OSM data"):
        osm.read_osm(file)


def test_no_road_at_all(read):
    with pytest.raises(NetworkError, match="no drivable way"):
        read(([1, 2], {"highway": "footway"}))


@pytest.mark.parametrize("corner", [(500_000, 500_000), (X0 + 100, Y0 + 100)])
def test_area_without_roads(read, corner):
    area = shapely.box(*corner, corner[0] + 50, corner[1] + 50)
    with pytest.raises(NetworkError, match="no drivable way touches the area"):
        read(([1, 2, 4], {"highway": "primary"}), area=area)


CROSS = (
    ([1, 2], {"highway": "primary"}),  # way 1 comes from the west
    ([2, 3], {"highway": "primary"}),  # way 2 goes on to the east
    ([2, 4], {"highway": "residential"}),  # way 3 to the north
    ([5, 2], {"highway": "residential"}),  # way 4 from the south
)


def restriction(kind, start=1, end=3, *, via=("n", 2), **tags):
    members = [("from", "w", start), ("via", *via), ("to", "w", end)]
    return members, {"type": "restriction", "restriction": kind, **tags}


def forbidden(roads):
    """Forbidden turns as the ways one comes from and may not go on to."""
    way = {(0, 1): 1, (1, 2): 2, (1, 3): 3, (1, 4): 4}
    place = {(0, 0): 0, (1000, 0): 1, (2000, 0): 2, (1000, 1000): 3, (1000, -1000): 4}
    ends = [
        tuple(sorted(place[round(x - X0), round(y - Y0)] for x, y in line.coords))
        for line in roads.road_edges.geometry
    ]
    return {(way[ends[t.from_edge]], way[ends[t.to_edge]]) for t in roads.turns.itertuples()}


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        (restriction("no_left_turn"), {(1, 3)}),
        (restriction("no_right_turn", 1, 4), {(1, 4)}),
        (restriction("no_straight_on", 1, 2), {(1, 2)}),
        (restriction("no_u_turn", 1, 1), {(1, 1)}),
        (restriction("only_straight_on", 1, 2), {(1, 1), (1, 3), (1, 4)}),
        (restriction("only_left_turn", 4, 1), {(4, 2), (4, 3), (4, 4)}),
        (restriction("no_left_turn", **{"except": "bus;taxi"}), {(1, 3)}),
        (restriction("no_left_turn", **{"except": "psv;motorcar"}), set()),
        (restriction("give_way"), set()),
        (restriction("no_left_turn", 1, 9), set()),
        (restriction("no_left_turn", via=("w", 2)), set()),
        (restriction("no_left_turn", via=("n", 99)), set()),
        (([("from", "w", 1), ("to", "w", 3)], restriction("no_left_turn")[1]), set()),
    ],
)
def test_restrictions(read, relation, expected):
    roads = read(*CROSS, relations=[relation])
    check(TURNS, roads.turns)
    check(NETWORK_REPORT, roads.network_report)
    assert forbidden(roads) == expected
    rule = "restriction_used" if expected else "restriction_ignored"
    told = roads.network_report.set_index("rule")["count"]
    assert told[told.index.str.startswith("restriction")].to_dict() == {rule: 1}


@pytest.mark.parametrize(
    ("tags", "expected", "value"),
    [
        ({"restriction:motorcar": "no_left_turn"}, {(1, 3)}, "no_left_turn"),
        ({"restriction:hgv": "no_left_turn"}, set(), "other_vehicles"),
        ({"restriction:conditional": "no_left_turn @ (07:00-09:00)"}, set(), "conditional"),
    ],
)
def test_restrictions_of_some_vehicles_or_times(read, tags, expected, value):
    members, _ = restriction("")
    roads = read(*CROSS, relations=[(members, {"type": "restriction", **tags})])
    assert forbidden(roads) == expected
    assert value in set(roads.network_report["value"])


def test_restriction_on_a_way_that_runs_on_past_the_node_is_passed_over(read):
    through = ([1, 2, 3], {"highway": "primary"})
    roads = read(through, CROSS[2], relations=[restriction("no_left_turn", 1, 2)])
    assert roads.turns.empty
    assert "ambiguous" in set(roads.issues["key"])


def test_restriction_from_a_road_one_cannot_come_by_changes_nothing(read):
    away = ([2, 1], {"highway": "primary", "oneway": "yes"})
    roads = read(away, *CROSS[1:], relations=[restriction("no_left_turn")])
    assert roads.turns.empty
    assert "not_open_to_cars" in set(roads.issues["key"])


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "bollard": "rising"}, False),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "private", "motorcar": "yes"}, False),
        ({"barrier": "lift_gate", "access": "no"}, True),
        ({"barrier": "cattle_grid"}, False),
        ({"highway": "crossing"}, False),
    ],
)
def test_a_barrier_ends_the_road_on_either_side(read, tags, closed):
    roads = read(([1, 2, 3], {"highway": "tertiary"}), marks={2: tags})
    assert len(roads.road_edges) == 1 + closed
    assert roads.road_edges["length_m"].sum() == pytest.approx(2000, abs=0.2)
    assert len(roads.road_nodes) == 2 + 2 * closed
    report = roads.network_report.set_index("rule")["count"]
    assert report.get("barrier", 0) == closed


def test_a_barrier_at_a_junction_parts_all_its_roads(read):
    assert len(read(*CROSS, marks={2: {"barrier": "block"}}).road_nodes) == 8


def test_signals_at_the_stop_line_rule_the_junction(read):
    signals = {"highway": "traffic_signals"}
    nodes = {**NODES, 7: (980, 0), 8: (500, 0)}
    ways = (([1, 8, 7, 2], {"highway": "primary"}), *CROSS[1:])
    for ref, ruled in ((2, True), (7, True), (8, False)):
        roads = read(*ways, nodes=nodes, marks={ref: signals})
        check(ROAD_NODES, roads.road_nodes)
        assert roads.road_nodes["control"].notna().sum() == ruled


@pytest.mark.parametrize(("away", "ruled"), [(29.9, True), (30.1, False)])
def test_signals_rule_a_junction_up_to_thirty_metres_away(read, away, ruled):
    nodes = {**NODES, 7: (1000 - away, 0)}
    ways = (([1, 7, 2], {"highway": "primary"}), *CROSS[1:])
    found = read(*ways, nodes=nodes, marks={7: {"highway": "traffic_signals"}}).road_nodes
    assert found["control"].notna().any() == ruled


def ring(radius, clockwise):
    """Nodes of a ring of twelve round (1000, 0), and its way."""
    turn = -1 if clockwise else 1
    nodes = {
        20 + i: (
            1000 + radius * math.cos(turn * i * math.pi / 6),
            radius * math.sin(turn * i * math.pi / 6),
        )
        for i in range(12)
    }
    return nodes, [*nodes, 20]


@pytest.mark.parametrize(
    ("radius", "clockwise", "highway", "side", "taken"),
    [
        (20, True, "primary", "left", True),
        (20, False, "primary", "left", False),
        (20, False, "primary", "right", True),
        (20, True, "residential", "left", False),
        (80, True, "primary", "left", False),
    ],
)
def test_small_rings_of_main_roads_are_roundabouts(read, radius, clockwise, highway, side, taken):
    nodes, refs = ring(radius, clockwise)
    roads = read((refs, {"highway": highway}), nodes=nodes, driving_side=side)
    edge = only(roads)
    assert (edge.junction == "roundabout") is taken
    assert edge.backward is not taken
    assert ("roundabout" in set(roads.issues["rule"])) is taken


def test_what_is_left_out_is_measured(read):
    closed = ([2, 4], {"highway": "service", "access": "no"})
    roads = read(OPEN, ([2, 3], {"highway": "footway"}), closed)
    report = roads.network_report.set_index("rule")
    assert report.loc["class_not_drivable", "length_km"] == pytest.approx(1.0)
    assert report.loc["access_not_public", "length_km"] == pytest.approx(1.0)
    assert report.loc["access_not_public", "message"] == (
        "1 way(s) of the extract left out: access closed to the public (1.0 km)."
    )
    assert set(roads.issues["rule"]) == {"access_not_public"}


@pytest.mark.parametrize(
    ("crs", "match"),
    [
        ("EPSG:4326", "projected system in metres"),
        ("EPSG:2277", "projected system in metres"),
        ("EPSG:3067", "meant for Finland"),
        ("nonsense", "no reference system"),
    ],
)
def test_reference_systems_that_do_not_suit(read, crs, match):
    with pytest.raises(CrsError, match=match):
        read(OPEN, crs=crs)


@pytest.mark.shared
def test_rutland(shared_data):
    file = shared_data / "roads" / "rutland-2018-02-27.osm.pbf"
    tagged = [
        dict(way.tags)
        for way in osmium.FileProcessor(str(file), osmium.osm.WAY).with_filter(
            osmium.filter.KeyFilter("maxspeed")
        )
    ]
    assert len(tagged) == 397  # of which 24 are railways
    assert sum("highway" in tags for tags in tagged) == 373
    roads = osm.read_osm(file)
    assert set(roads.road_edges["maxspeed"].dropna()) >= {
        f"{mph} mph" for mph in (20, 30, 40, 50, 60, 70)
    }
    rings = roads.road_edges[roads.road_edges["junction"] == "roundabout"]
    assert len(rings) > 14
    assert not (rings["forward"] & rings["backward"]).any()
    closed = roads.issues[roads.issues["rule"] == "access_not_public"]
    assert set(closed["key"]) >= {"no", "private"}
    assert roads.road_edges["dual"].sum() > 0


@pytest.mark.shared
def test_helsinki_in_its_own_system(shared_data):
    file = shared_data / "roads" / "Helsinki.osm.pbf"
    with pytest.raises(CrsError, match=r"around longitude 24\.95, latitude 60\.17"):
        osm.read_osm(file)
    roads = osm.read_osm(file, crs="EPSG:3067", driving_side="right")
    west, south, east, north = roads.road_edges.total_bounds
    assert 380_000 < west < east < 400_000
    assert 6_660_000 < south < north < 6_680_000
    assert roads.road_edges["maxspeed"].notna().sum() > 400


@pytest.mark.shared
def test_helsinki_turn_restrictions(shared_data):
    file = shared_data / "roads" / "Helsinki.osm.pbf"
    relations = osmium.FileProcessor(str(file), osmium.osm.RELATION).with_filter(
        osmium.filter.TagFilter(("type", "restriction"))
    )
    assert sum(1 for _ in relations) == 45
    roads = osm.read_osm(file, crs="EPSG:3067", driving_side="right")
    counts = roads.network_report.groupby("rule")["count"].sum()
    assert counts["restriction_used"] == 37
    told = roads.network_report.set_index(["rule", "value"])["count"]["restriction_ignored"]
    # Of each of these a way is closed to all, or lies across the edge of the extract; one is in
    # force in some hours only.
    assert told.to_dict() == {"no_road_at_via": 3, "not_open_to_cars": 4, "conditional": 1}
    assert counts["barrier"] == 8
    assert (roads.road_nodes["control"] == "traffic_signals").sum() > 100
