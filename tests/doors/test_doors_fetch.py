"""`colocate fetch` against a server that serves, breaks off, lies and stalls."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import osmnx
import pandas as pd
import pytest

from colocate import cli
from colocate.errors import FetchError, InputError, OutputError
from colocate.io.web import Web
from colocate.pipeline import fetch
from colocate.pipeline.fetch import Source
from loopback import breaks_off, served, stalls

BODY = b"the whole file\n" * 1000
QUICK = Web(connect_s=2, read_s=0.3, tries=1)


def md5(body):
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def listed(base, **rows):
    blank = dict.fromkeys(Source._fields, "")
    kinds = [
        {**blank, "source": name, "licence": "OGL-UK-3.0", **row, "url": base + row["url"]}
        for name, row in rows.items()
    ]
    return pd.DataFrame(kinds)


def osm_of(base):
    index = {"features": [{"properties": {
        "id": "devon", "name": "Devon", "urls": {"pbf": f"{base}/devon.osm.pbf"}}}]}  # fmt: skip
    return json.dumps(index).encode()


FILE = {"kind": "file", "url": "/file.csv", "file": "file.csv"}
OSM = {"kind": "geofabrik", "url": "/index.json"}


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_extract_comes_by_name_with_its_md5(tmp_path):
    table = {"/devon.osm.pbf": BODY, "/devon.osm.pbf.md5": f"{md5(BODY)}  devon".encode()}
    with served(table) as (base, asked):
        table["/index.json"] = osm_of(base)
        done = fetch.fetch(["osm:Devon"], into=tmp_path, listed=listed(base, osm=OSM), web=QUICK)
    assert done["state"].tolist() == ["fetched"]
    assert (tmp_path / "osm-devon.osm.pbf").read_bytes() == BODY
    assert left(tmp_path) == ["fetched.json", "osm-devon.osm.pbf"]
    assert all(agent.startswith("colocate/") for _, _, agent in asked)


def test_a_name_that_the_index_lacks_is_told_with_those_near_it(tmp_path):
    told = "'devonshire' among 1 of Geofabrik; near it: devon"
    with (
        served({"/index.json": osm_of("http://127.0.0.1")}) as (base, _),
        pytest.raises(InputError, match=told),
    ):
        fetch.fetch(["osm:devonshire"], into=tmp_path, listed=listed(base, osm=OSM), web=QUICK)


@pytest.mark.parametrize(
    ("does", "told"),
    [
        (b"another file", "not what its publisher promises"),
        (breaks_off, "broke off"),
        (stalls, "no answer in time"),
        (404, "answered 404; it may have moved"),
        (503, "answered 503; the server is busy"),
    ],
)
def test_what_does_not_come_whole_and_as_promised_is_not_kept(tmp_path, does, told):
    table = {"/devon.osm.pbf.md5": f"{md5(BODY)}  devon".encode()}

    def file(handler):
        handler.answer(BODY) if handler.command == "HEAD" else table["does"](handler)

    table["does"] = does if callable(does) else lambda h: (
        h.answer(does) if isinstance(does, bytes) else h.answer(b"", status=does)
    )  # fmt: skip
    table["/devon.osm.pbf"] = file
    with served(table) as (base, _):
        table["/index.json"] = osm_of(base)
        with pytest.raises(FetchError, match=told):
            fetch.fetch(["osm:devon"], into=tmp_path, listed=listed(base, osm=OSM), web=QUICK)
    assert left(tmp_path) == []


def test_it_is_tried_again_after_a_break(tmp_path):
    calls = []

    def file(handler):
        calls.append(handler.command)
        breaks_off(handler) if calls.count("GET") == 1 and calls[-1] == "GET" else (
            handler.answer(BODY)
        )

    with served({"/file.csv": file}) as (base, _):
        again = Web(connect_s=2, read_s=2, tries=2)
        fetch.fetch(["data"], into=tmp_path, listed=listed(base, data=FILE), web=again)
    assert (tmp_path / "file.csv").read_bytes() == BODY
    assert calls.count("GET") == 2


def test_what_is_there_is_left_unless_it_was_changed(tmp_path):
    with served({"/file.csv": BODY}) as (base, asked):
        sources = listed(base, data=FILE)
        fetch.fetch(["data"], into=tmp_path, listed=sources, web=QUICK)
        before = len(asked)
        done = fetch.fetch(["data"], into=tmp_path, listed=sources, web=QUICK)
        assert done["state"].tolist() == ["there already"]
        assert len(asked) == before
        (tmp_path / "file.csv").write_bytes(b"mine")
        with pytest.raises(OutputError, match="was changed since it was fetched"):
            fetch.fetch(["data"], into=tmp_path, listed=sources, web=QUICK)
        fetch.fetch(["data"], into=tmp_path, listed=sources, web=QUICK, again=True)
    assert (tmp_path / "file.csv").read_bytes() == BODY


def test_a_file_of_the_users_own_is_never_replaced(tmp_path):
    (tmp_path / "file.csv").write_bytes(b"mine")
    with served({"/file.csv": BODY}) as (base, _), pytest.raises(OutputError, match="Move it"):
        fetch.fetch(["data"], into=tmp_path, listed=listed(base, data=FILE), web=QUICK)
    assert (tmp_path / "file.csv").read_bytes() == b"mine"


def archive(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, body in members.items():
            opened.writestr(name.replace("__", "/"), body)
    return made.getvalue()


def test_an_ordnance_survey_product_is_unpacked_by_file_name_alone(tmp_path):
    body = archive(**{"Data__points.csv": "UPRN\n1\n", "..__..__evil.csv": "x", "Doc__a.txt": ""})
    uprn = {"kind": "os", "url": "/downloads", "unpack": r"\.csv$"}
    table = {"/uprn.zip": body}
    with served(table) as (base, _):
        item = {"url": f"{base}/uprn.zip", "size": len(body), "md5": md5(body)}
        table["/downloads"] = json.dumps([item]).encode()
        done = fetch.fetch(["uprn"], into=tmp_path, listed=listed(base, uprn=uprn), web=QUICK)
    assert done["unpacked"].tolist() == ["uprn/evil.csv;uprn/points.csv"]
    assert left(tmp_path) == ["fetched.json", "uprn", "uprn.zip"]
    assert left(tmp_path / "uprn") == ["evil.csv", "points.csv"]


def layer(count, limit):
    def does(handler):
        if "returnCountOnly" in handler.path:
            return handler.answer(json.dumps({"count": count}).encode())
        start = int(handler.path.split("resultOffset=")[1].split("&")[0])
        features = [{"type": "Feature", "properties": {"n": n}, "geometry": None}
                    for n in range(start, min(count, start + limit, 5))]  # fmt: skip
        return handler.answer(json.dumps({"features": features}).encode())

    return does


LAYER = {"kind": "arcgis", "url": "/layer/query"}


def test_a_layer_comes_page_by_page_and_whole(tmp_path):
    with served({"/layer/query": layer(5, 2)}) as (base, _):
        fetch.fetch(["areas"], into=tmp_path, listed=listed(base, areas=LAYER), web=QUICK)
    whole = json.loads((tmp_path / "areas.geojson").read_text())
    assert [each["properties"]["n"] for each in whole["features"]] == [0, 1, 2, 3, 4]
    assert whole["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::27700"


def test_a_layer_that_ends_early_is_not_kept(tmp_path):
    with (
        served({"/layer/query": layer(9, 2)}) as (base, _),
        pytest.raises(FetchError, match="5 of 9 features came"),
    ):
        fetch.fetch(["areas"], into=tmp_path, listed=listed(base, areas=LAYER), web=QUICK)
    assert left(tmp_path) == []


def test_a_dry_run_tells_size_and_licence_and_brings_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with served({"/file.csv": BODY}) as (base, asked):
        listed(base, data=FILE).to_csv("list.csv", index=False)
        assert cli.main(["fetch", "data", "--dry-run", "--json", "--sources", "list.csv"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["megabytes"], told["size_from"]) == (0.0, "server, today")
    assert told["licence"] == "OGL-UK-3.0"
    assert [method for method, *_ in asked] == ["HEAD"]
    assert left(tmp_path) == ["list.csv"]


def test_offline_a_dry_run_tells_what_the_list_says_and_fetch_says_so(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with served({}) as (base, _):
        pass
    listed(base, data={**FILE, "megabytes": "12"}).to_csv("list.csv", index=False)
    assert cli.main(["fetch", "data", "--dry-run", "--json", "--sources", "list.csv"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["megabytes"], told["size_from"]) == (12, "list")
    assert "offline" in told["reached"]
    assert cli.main(["fetch", "data", "--quiet", "--sources", "list.csv"]) == 24
    said = capsys.readouterr().err
    assert "Is this computer online" in said
    assert "HTTPS_PROXY" in said
    assert left(tmp_path / "raw") == []


@pytest.mark.parametrize("name", ["onspdd", "osm", "onspd:x"])
def test_a_wrong_name_is_told(tmp_path, name):
    with pytest.raises(InputError, match="no source called"):
        fetch.fetch([name], into=tmp_path, web=QUICK)


def test_the_list_says_of_every_source_where_it_is_from_and_how_it_was_verified():
    rows = fetch.sources()
    assert rows["source"].is_unique
    for name in ("licence", "attribution", "page", "hash", "used_for", "verified", "verified_how"):
        assert (rows[name] != "").all(), name
    assert rows.loc[rows["kind"] != "overpass", "url"].str.startswith("https://").all()


def test_roads_of_a_polygon_come_through_osmnx(tmp_path, monkeypatch):
    nodes = [(1, 50.720, -3.530), (2, 50.721, -3.531), (3, 50.722, -3.533)]
    answer = {"elements": [
        *({"type": "node", "id": i, "lat": lat, "lon": lon} for i, lat, lon in nodes),
        {"type": "way", "id": 9, "nodes": [1, 2, 3],
         "tags": {"highway": "primary", "oneway": "-1", "maxspeed": "30 mph"}},
    ]}  # fmt: skip
    ring = [[-3.54, 50.71], [-3.52, 50.71], [-3.52, 50.73], [-3.54, 50.73], [-3.54, 50.71]]
    area = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {},
         "geometry": {"type": "Polygon", "coordinates": [ring]}}]}  # fmt: skip
    (tmp_path / "area.geojson").write_text(json.dumps(area))
    asked = []

    def overpass(handler):
        asked.append(handler.rfile.read(int(handler.headers["Content-Length"])).decode())
        handler.answer(json.dumps(answer).encode())

    with served({"/api/interpreter": overpass}) as (base, _):
        monkeypatch.setattr(osmnx.settings, "overpass_url", f"{base}/api")
        monkeypatch.setattr(osmnx.settings, "overpass_rate_limit", False)
        monkeypatch.chdir(tmp_path)
        lines = []
        monkeypatch.setattr(fetch.SILENT, "line", lines.append)
        fetch.fetch(["roads:area.geojson"], into=tmp_path / "raw", web=QUICK)
    from colocate.travel.network.osm import read_osm

    roads = read_osm(tmp_path / "raw" / "roads-area.osm")
    assert len(roads.road_edges) == 1
    assert roads.road_edges["forward"].tolist() != roads.road_edges["backward"].tolist()
    assert len(asked) >= 1
    assert any("without turn restrictions" in line for line in lines)
    assert left(tmp_path) == ["area.geojson", "raw"]
