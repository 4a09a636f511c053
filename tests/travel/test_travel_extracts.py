from __future__ import annotations

import bz2
import gzip
import re

import osmium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osm_town import NODES, xml

from colocate.errors import InputError, NetworkError
from colocate.io.osm_xml import Thing, is_xml
from colocate.travel.network import extracts, osm

WAYS = (
    ([1, 2, 3], {"highway": "primary"}),
    ([5, 2, 4], {"highway": "residential"}),
    ([4, 6], {"highway": "tertiary"}),
)
MARKS = {5: {"barrier": "bollard"}, 2: {"highway": "traffic_signals"}}
TOWN = xml(WAYS, marks=MARKS)


def objects(text):
    """The objects of a file, each as its own text."""
    found = re.findall(r"<(?:node|way|relation) .*?</(?:node|way|relation)>", text)
    return [each for each in found if each]


def osm_file(path, *lines, head=""):
    path.write_text("\n".join(["<osm version='0.6'>", head, *lines, "</osm>"]))
    return path


def written(path, source, form):
    with osmium.SimpleWriter(osmium.io.File(str(path), form)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return path


def same(one, other):
    return all(
        getattr(one, table).equals(getattr(other, table))
        for table in ("road_nodes", "road_edges", "turns", "network_report")
    )


@pytest.fixture
def plain(tmp_path):
    (tmp_path / "plain.osm").write_text(TOWN)
    return osm.read_osm(tmp_path / "plain.osm")


def negated(text):
    return re.sub(r"(id|ref)='(\d+)'", r"\1='-\2'", text)


@pytest.mark.parametrize("form", ["osm", "pbf"])
@pytest.mark.parametrize(
    "changed",
    [
        lambda lines: [*lines[len(NODES):], *lines[: len(NODES)]],  # ways first
        lambda lines: lines[::-1],
        lambda lines: [negated(line) for line in lines],
        lambda lines: [*lines, *lines],  # two overlapping extracts, put behind each other
    ],
    ids=["ways first", "backwards", "negative ids", "twice"],
)  # fmt: skip
def test_the_order_numbers_and_copies_of_objects_change_no_road(tmp_path, plain, changed, form):
    file = osm_file(tmp_path / "map.osm", *changed(objects(TOWN)))
    if form == "pbf":
        file = written(tmp_path / "map.osm.pbf", file, "pbf")
    assert same(osm.read_osm(file), plain)


@settings(max_examples=20)
@given(st.permutations(objects(TOWN)))
def test_any_order_of_objects_gives_the_same_roads(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("order")
    (folder / "plain.osm").write_text(TOWN)
    file = osm_file(folder / "map.osm", *lines)
    assert same(osm.read_osm(file), osm.read_osm(folder / "plain.osm"))


@pytest.mark.parametrize(
    ("change", "unusual"),
    [
        (lambda lines: lines, False),
        (lambda lines: [*lines[len(NODES):], *lines[: len(NODES)]], True),
        (lambda lines: [negated(line) for line in lines], True),
        (lambda lines: [*lines, lines[-1]], True),
    ],
)  # fmt: skip
def test_a_large_file_is_read_fast_until_it_proves_unusual(tmp_path, monkeypatch, change, unusual):
    source = osm_file(tmp_path / "map.osm", *change(objects(TOWN)))
    file = written(tmp_path / "map.osm.pbf", source, "pbf")
    by_whole = osm.read_osm(file)
    monkeypatch.setattr(extracts, "QUICK_FROM_BYTES", 0)
    read_whole = []
    slow = extracts.whole
    monkeypatch.setattr(extracts, "whole", lambda path: read_whole.append(path) or slow(path))
    assert same(osm.read_osm(file), by_whole)
    assert bool(read_whole) == unusual


def test_both_ways_to_read_cut_a_way_at_a_missing_vertex_alike(tmp_path, monkeypatch):
    lines = [each for each in objects(TOWN) if not each.startswith("<node id='4'")]
    file = written(tmp_path / "map.osm.pbf", osm_file(tmp_path / "map.osm", *lines), "pbf")
    by_whole = osm.read_osm(file)
    monkeypatch.setattr(extracts, "QUICK_FROM_BYTES", 0)
    monkeypatch.delattr(extracts, "whole")
    assert same(osm.read_osm(file), by_whole)


def test_locations_on_ways_stand_for_nodes_that_are_not_there(tmp_path, plain):
    (tmp_path / "plain.osm").write_text(TOWN)
    nodes = osmium.FileProcessor(str(tmp_path / "plain.osm")).with_locations()
    form = osmium.io.File(str(tmp_path / "map.osm.pbf"), "pbf,locations_on_ways=true")
    with osmium.SimpleWriter(form) as writer:
        for thing in nodes:
            if not thing.is_node() or thing.tags:
                writer.add(thing)
    assert same(osm.read_osm(tmp_path / "map.osm.pbf"), plain)


def test_overpass_out_geom_is_read(tmp_path, plain):
    at = dict(re.findall(r"<node id='(\d+)' version='1' (lat='[^']*' lon='[^']*')", TOWN))
    box = "<bounds minlat='1' minlon='1' maxlat='2' maxlon='2'/><center lat='1' lon='1'/>"
    lines = [
        re.sub(r"<nd ref='(\d+)'/>", lambda m: f"<nd ref='{m[1]}' {at[m[1]]}/>", each).replace(
            "<nd", box + "<nd", 1
        )
        for each in objects(TOWN)
        if each.startswith("<way") or "<tag" in each
    ]
    head = f"<note>from Overpass</note><meta osm_base='2026-01-01T00:00:00Z'/>{box}"
    assert same(osm.read_osm(osm_file(tmp_path / "map.osm", *lines, head=head)), plain)


def test_tags_and_skeleton_of_an_object_are_put_together(tmp_path, plain):
    unversioned = [each.replace(" version='1'", "") for each in objects(TOWN)]
    skeletons = [re.sub(r"<tag[^>]*/>", "", each) for each in unversioned]
    tagged = [re.sub(r"<nd[^>]*/>", "", each) for each in unversioned if "<way" in each]
    marks = [each for each in unversioned if "<node" in each and "<tag" in each]
    for lines in ([*marks, *tagged, *skeletons], [*skeletons, *tagged, *marks]):
        assert same(osm.read_osm(osm_file(tmp_path / "map.osm", *lines)), plain)


@pytest.mark.parametrize("said", ["action='delete'", "visible='false'"])
def test_a_deleted_way_is_not_driven_and_is_counted(tmp_path, said):
    text = TOWN.replace("<way id='3'", f"<way {said} id='3'")
    file = tmp_path / "map.osm"
    file.write_text(text)
    roads = osm.read_osm(file)
    assert "tertiary" not in set(roads.road_edges["highway"])
    assert roads.network_report.set_index("rule")["count"].to_dict()["deleted"] == 1


def test_a_modified_way_is_driven(tmp_path, plain):
    file = tmp_path / "map.osm"
    file.write_text(TOWN.replace("<way id", "<way action='modify' visible='true' id"))
    assert same(osm.read_osm(file), plain)


def test_a_deleted_barrier_closes_nothing(tmp_path):
    ways = [([1, 2, 3], {"highway": "primary"})]
    text = xml(ways, marks={2: {"barrier": "bollard"}})
    file = tmp_path / "map.osm"
    file.write_text(text)
    assert len(osm.read_osm(file).road_edges) == 2
    old, new = "<node id='2' version='1'", "<node id='2' version='2'"
    newer = re.sub(r"<tag[^>]*/>", "", next(x for x in objects(text) if old in x))
    file.write_text(text.replace("</osm>", newer.replace(old, new) + "</osm>"))
    assert len(osm.read_osm(file).road_edges) == 1


HISTORY = [
    "<node id='1' version='1' lat='50.7' lon='-3.50'/>",
    "<node id='2' version='1' lat='50.7' lon='-3.49'/>",
    "<node id='2' version='2' lat='50.7' lon='-3.48'/>",
    "<node id='3' version='1' lat='50.7' lon='-3.47'/>",
    "<way id='1' version='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='track'/></way>",
    "<way id='1' version='2'><nd ref='1'/><nd ref='2'/><tag k='highway' v='primary'/></way>",
    "<way id='2' version='1'><nd ref='2'/><nd ref='3'/><tag k='highway' v='primary'/></way>",
    "<way id='2' version='2' visible='false'/>",
    "<way id='3' version='1'><nd ref='1'/><nd ref='3'/><tag k='highway' v='primary'/></way>",
    "<way id='3' version='2'><nd ref='1'/><nd ref='3'/><tag k='highway' v='track'/></way>",
]


@pytest.mark.parametrize("name", ["map.osm", "map.osh", "map.osh.gz", "map.osh.pbf"])
@pytest.mark.parametrize("order", [1, -1])
def test_of_a_history_the_newest_version_counts(tmp_path, name, order):
    file = osm_file(tmp_path / "source.osh", *HISTORY[::order])
    if name.endswith("pbf"):
        file = written(tmp_path / name, file, "osh.pbf")
    elif name.endswith("gz"):
        (tmp_path / name).write_bytes(gzip.compress(file.read_bytes()))
        file = tmp_path / name
    roads = osm.read_osm(file)
    (edge,) = roads.road_edges.itertuples()
    assert edge.length_m == pytest.approx(1413, abs=3)  # 0.02 degrees of longitude at 50.7 north
    assert roads.network_report.set_index("rule")["count"].to_dict() == {
        "class_not_drivable": 1, "deleted": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("gone", "lengths", "lost_km"),
    [
        ((), [4000], None),
        ((3,), [1000, 1000], 2.0),
        ((1,), [3000], None),
        ((2, 4), [], 4.0),
        ((2,), [2000], 2.0),  # the vertex before stands alone
    ],
)
def test_a_way_is_cut_at_missing_vertices_and_both_sides_stay(tmp_path, gone, lengths, lost_km):
    nodes = {number + 1: (1000 * number, 0) for number in range(5)} | {8: (0, 900), 9: (500, 900)}
    text = xml(
        [([1, 2, 3, 4, 5], {"highway": "primary"}), ([8, 9], {"highway": "road"})], nodes=nodes
    )
    kept = [each for each in objects(text)
            if not any(each.startswith(f"<node id='{ref}'") for ref in gone)]  # fmt: skip
    roads = osm.read_osm(osm_file(tmp_path / "map.osm", *kept))
    primary = roads.road_edges[roads.road_edges["highway"] == "primary"]
    assert sorted(primary["length_m"].round(0)) == pytest.approx(lengths, abs=1)
    told = roads.network_report.set_index("rule")
    rule = "way_cut" if lengths else "vertices_missing"
    assert (rule in told.index) == bool(gone)
    if lost_km:
        assert told.loc[rule, "length_km"] == pytest.approx(lost_km, abs=0.05)


def test_a_turn_restriction_holds_beside_a_gap(tmp_path):
    ways = [([1, 2], {"highway": "primary"}), ([2, 4], {"highway": "road"}),
            ([2, 3, 9], {"highway": "primary"})]  # fmt: skip
    members = [("from", "way", 1), ("via", "node", 2), ("to", "way", 2)]
    told = {"type": "restriction", "restriction": "no_left_turn"}
    file = tmp_path / "map.osm"
    file.write_text(xml(ways, relations=[(members, told)]))
    roads = osm.read_osm(file)
    assert len(roads.turns) == 1
    assert "way_cut" in set(roads.network_report["rule"])


@pytest.mark.parametrize(
    ("root", "message"),
    [
        ("<osmChange version='0.6'><modify/></osmChange>", "a change file"),
        ("<osmAugmentedDiff version='0.6'/>", "an augmented diff"),
        ("<html><body>504</body></html>", "a web page"),
        ("<gpx/>", "no OSM data"),
        ("<osm><remark>runtime error: Query timed out</remark></osm>", "Overpass broke off"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><osm/>", "declares entities"),
        (TOWN[: len(TOWN) // 2], "cannot be read as OSM data"),
        ("<osm><node id='1' lat='95' lon='0'/></osm>", "latitude 95"),
        ("", "cannot be read as OSM data"),
        ('{"elements": []}', "cannot be read as OSM data"),
    ],
)
@pytest.mark.parametrize("name", ["map.osm", "map.osc", "map.osm.gz"])
def test_what_is_no_extract_is_refused_with_what_to_do(tmp_path, root, message, name):
    file = tmp_path / name
    file.write_bytes(gzip.compress(root.encode()) if name.endswith("gz") else root.encode())
    with pytest.raises(InputError, match=message):
        osm.read_osm(file)


@pytest.mark.parametrize("name", ["map.osm.gz", "map.osm.bz2", "map.osm.pbf"])
def test_a_file_cut_short_says_so(tmp_path, name):
    (tmp_path / "plain.osm").write_text(TOWN)
    if name.endswith("pbf"):
        data = written(tmp_path / "whole.osm.pbf", tmp_path / "plain.osm", "pbf").read_bytes()
    else:
        data = (gzip if name.endswith("gz") else bz2).compress(TOWN.encode())
    file = tmp_path / name
    file.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(InputError, match="cut short"):
        osm.read_osm(file)


def test_several_boxes_and_broken_ones_do_no_harm(tmp_path, plain):
    boxes = (
        "<bounds minlat='50' minlon='-4' maxlat='51' maxlon='-3' origin='here'/>"
        "<bounds minlat='51' minlon='-4' maxlat='50' maxlon='-3'/><bounds minlat='x'/>"
        "<bounds minlat='50.5' minlon='-3.6' maxlat='50.9' maxlon='-3.4'/>"
    )
    file = osm_file(tmp_path / "map.osm", *objects(TOWN), head=boxes)
    assert same(osm.read_osm(file), plain)
    assert extracts.whole(file)[1] == [(-4, 50, -3, 51), (-3.6, 50.5, -3.4, 50.9)]


def test_a_file_in_which_everything_is_deleted_has_no_road(tmp_path):
    file = tmp_path / "map.osm"
    file.write_text(TOWN.replace("<way id", "<way action='delete' id"))
    with pytest.raises(NetworkError, match="no drivable way"):
        osm.read_osm(file)


@pytest.mark.parametrize("ending", extracts.ENDINGS)
def test_every_extract_is_read_by_xml_or_by_osmium(tmp_path, ending):
    assert is_xml(tmp_path / f"Map{ending.upper()}") != ending.endswith("pbf")


versions = st.lists(
    st.builds(
        lambda version, gone, name: Thing(
            "w", 7, version, gone, {} if gone else {"highway": "road", "name": name}, [1, 2], {}, []
        ),
        st.integers(1, 9), st.booleans(), st.sampled_from("abc"),
    ),
    min_size=1, unique_by=lambda thing: thing.version,
)  # fmt: skip


@given(versions)
def test_the_newest_version_wins_in_whatever_order(things):
    kept = extracts._Kept()
    for thing in things:
        kept.take(thing)
    newest = max(things, key=lambda thing: thing.version)
    found = kept.newest()
    if newest.gone:
        assert all(isinstance(each, extracts.Gone) for each in found)
    else:
        (way,) = found
        assert way.tags == newest.tags
