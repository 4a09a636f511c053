"""Vector files are opened with the driver their suffix names, and nothing is fetched for them."""

from __future__ import annotations

import http.server
import json
import re
import sqlite3
import sys
import threading
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import colocate
from colocate import io
from colocate.errors import ColocateError, InputError, SchemaError
from colocate.io import features
from colocate.tables import TABLES

POINT = {"type": "Point", "coordinates": [-3.5, 50.7]}
FEATURE = {"type": "Feature", "properties": {"name": "A"}, "geometry": POINT}
COLLECTION = {"type": "FeatureCollection", "features": [FEATURE]}
SITES = gpd.GeoDataFrame(
    {"name": ["A"]}, geometry=[shapely.Point(290_000, 92_000)], crs="EPSG:27700"
)


class _Counter(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_POST = do_GET  # noqa: N815 - the names http.server looks for

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    """A server on this machine alone that answers nothing and remembers who asked."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Counter) as server:
        server.asked = []
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(timeout=5)


@pytest.fixture
def asked(server):
    """What was asked of the server in this test."""
    server.asked.clear()
    return server.asked


def virtual(url):
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{url}/a.geojson'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )


def linked(url, kind, *, name="href"):
    return {"type": kind, "properties": {name: f"{url}/crs"}}


HOSTILE = {
    "a virtual dataset": virtual,
    "a service description": lambda url: (
        f"<OGRWFSDataSource><URL>{url}/wfs</URL></OGRWFSDataSource>"
    ),
    "a pipeline": lambda url: json.dumps({
        "type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {url}/x ! write",
    }),
    "an address": lambda url: f"{url}/x.geojson",
    "a system by link": lambda url: json.dumps(COLLECTION | {"crs": linked(url, "link")}),
    "a system by URL": lambda url: json.dumps(COLLECTION | {"crs": linked(url, "URL", name="url")}),
    "a system by link in a shape": lambda url: json.dumps(
        FEATURE | {"geometry": POINT | {"crs": linked(url, "link")}}
    ),
    "a link in disguise": lambda url: json.dumps(COLLECTION | {"CRS": linked(url, "Link")}).replace(
        "CRS", r"\u0063rs"
    ),
    "a link under another": lambda url: json.dumps(COLLECTION)[:-1]
    + f', "crs": {{"type": "link", "type": "url", "properties": {{"href": "{url}/crs"}}}}}}',
    "ESRI's JSON": lambda _: json.dumps({
        "geometryType": "esriGeometryPoint", "spatialReference": {"wkid": 4326}, "fields": [],
        "features": [{"geometry": {"x": 1, "y": 2}, "attributes": {}}],
    }),
    "TopoJSON": lambda _: json.dumps({"type": "Topology", "objects": {}, "arcs": []}),
    "JSON-FG": lambda url: json.dumps(COLLECTION | {
        "conformsTo": ["[ogc-json-fg-1-0.1:core]"], "coordRefSys": f"{url}/crs",
    }),
    "a call": lambda _: f"loadGeoJSON({json.dumps(COLLECTION)})",
    "a list": lambda _: json.dumps([FEATURE]),
    "a number": lambda _: "1" * 10_000,
    "a tower of lists": lambda _: '{"type": ' + "[" * 200_000,
    "half a file": lambda _: json.dumps(COLLECTION)[:-3],
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
@pytest.mark.parametrize("what", HOSTILE)
def test_what_a_name_hides_is_refused_and_nothing_is_fetched(tmp_path, server, asked, what, suffix):
    path = tmp_path / f"hostile{suffix}"
    path.write_text(HOSTILE[what](server.url), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(str(path))):
        io.read_table(path, TABLES["objects"])
    assert asked == []


@pytest.mark.parametrize(
    "extra",
    [
        {"links": [{"rel": "next", "type": "application/geo+json", "href": "{url}/next"}]},
        {"_links": {"_next": "{url}/next"}},
        {"note": "{virtual}"},
        {"crs": {"type": "name", "properties": {"name": "{url}/crs"}}},
        {"assets": {"a": {"type": "link", "href": "{url}/a.tif"}}},
    ],
    ids=lambda extra: next(iter(extra)),
)
def test_links_beside_the_features_are_not_followed(tmp_path, server, asked, extra):
    path = tmp_path / "linked.geojson"
    text = json.dumps(extra | COLLECTION)
    text = text.replace("{virtual}", virtual(server.url).replace('"', "'"))
    path.write_text(text.replace("{url}", server.url), encoding="utf-8")
    assert list(features.read_features(path)["name"]) == ["A"]
    assert asked == []


def test_the_counting_server_counts(tmp_path, server, asked):
    (tmp_path / "a.vrt").write_text(virtual(server.url))
    with pytest.raises(RuntimeError):
        pyogrio.read_dataframe(tmp_path / "a.vrt")
    assert asked


# --- GeoPackages ------------------------------------------------------------------------------


def package(path, *statements):
    SITES.to_file(path, layer="sites", driver="GPKG")
    with sqlite3.connect(path) as base:
        for statement in statements:
            base.execute(statement)
    base.close()
    return path


def view(expression):
    return (
        f"CREATE VIEW seen AS SELECT fid AS OGC_FID, geom, {expression} AS name FROM sites",  # noqa: S608 - a test's own
        "UPDATE gpkg_contents SET table_name = 'seen', identifier = 'seen'",
        "UPDATE gpkg_geometry_columns SET table_name = 'seen'",
    )


def test_a_view_is_read_as_a_layer(tmp_path):
    path = package(tmp_path / "view.gpkg", *view("upper('b')"))
    assert "seen" in features.layers(path)
    assert list(features.read_features(path, layer="seen")["name"]) == ["B"]


@pytest.mark.parametrize(
    "expression",
    [
        "ogr_geocode('a', 'geometry', 'QUERY_TEMPLATE={url}/g?q=%s', 'USE_CACHE=NO')",
        "ogr_datasource_load_layers('/vsicurl/{url}/a.geojson')",
        "load_extension('/nowhere.so')",
    ],
)
def test_sql_that_reaches_outside_is_refused(tmp_path, server, asked, expression):
    path = package(tmp_path / "sly.gpkg", *view(expression.replace("{url}", server.url)))
    with pytest.raises(InputError, match="not a readable GeoPackage"):
        features.read_features(path, layer="seen")
    assert asked == []


def test_a_trigger_of_a_package_is_not_run(tmp_path):
    path = package(
        tmp_path / "trigger.gpkg",
        "CREATE TRIGGER gone AFTER UPDATE ON sites BEGIN DELETE FROM sites; END",
    )
    before = path.read_bytes()
    assert len(features.read_features(path)) == 1
    assert path.read_bytes() == before


def test_a_database_that_is_no_geopackage_is_refused(tmp_path):
    path = tmp_path / "plain.gpkg"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE sites (name TEXT)")
    base.close()
    with pytest.raises(InputError, match="not a readable GeoPackage"):
        features.read_features(path)


def test_another_kind_of_sqlite_under_the_name_is_refused(tmp_path):
    path = tmp_path / "tiles.gpkg"
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA application_id = 0x4d504258")  # MPBX: MBTiles
        base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        base.execute("INSERT INTO metadata VALUES ('format', 'pbf')")
        base.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
    base.close()
    with pytest.raises(InputError, match=re.escape(str(path))):
        features.read_features(path)


def test_a_layer_without_shapes_is_told(tmp_path):
    path = tmp_path / "bare.gpkg"
    pyogrio.write_dataframe(SITES[["name"]], path, layer="bare", driver="GPKG")
    with pytest.raises(SchemaError, match=r"no column named 4 \(easting, northing"):
        io.read_table(path, TABLES["objects"])


def test_gdal_is_left_as_it_was(tmp_path):
    before = [pyogrio.get_gdal_config_option(name) for name in features.WALL]
    features.read_features(package(tmp_path / "sites.gpkg"))
    assert [pyogrio.get_gdal_config_option(name) for name in features.WALL] == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such names")
@pytest.mark.parametrize(
    "name", ["http:", "a b#c?d%20!e", "ünï", "-f", "zip+x", "GeoJSON:x", 'a\\b"c']
)
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_any_name_of_a_file_is_its_name(tmp_path, asked, name, suffix, monkeypatch):
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    path = Path(name) / f"{name}{suffix}"
    SITES.to_file(tmp_path / f"plain{suffix}")
    (tmp_path / f"plain{suffix}").rename(path)
    assert list(features.read_features(path)["name"]) == ["A"]
    assert asked == []


@given(
    content=st.binary(min_size=1, max_size=400),
    start=st.sampled_from([b"", b"{", b"SQLite format 3\x00"]),
)
@settings(max_examples=60)
def test_any_bytes_are_read_or_refused(tmp_path_factory, content, start):
    folder = tmp_path_factory.mktemp("bytes")
    for suffix in features.DRIVERS:
        path = folder / f"any{suffix}"
        path.write_bytes(start + content)
        with pytest.raises(ColocateError):
            io.read_table(path, TABLES["objects"])


def test_no_other_module_reads_with_gdal():
    source = Path(colocate.__file__).parent
    readers = re.compile(
        r"pyogrio\.(read|list_layers|open|raw)|(gpd|geopandas)\.read_file|import fiona"
    )
    found = [
        path.relative_to(source).as_posix()
        for path in sorted(source.rglob("*.py"))
        if readers.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["io/features.py"]
