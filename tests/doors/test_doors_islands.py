"""Stations, desks and people on roads that lead to no other site, and the cases of others."""

from __future__ import annotations

import csv
import shutil

import osmium
import pandas as pd
import pytest

import colocate as cl
from colocate import bng, pipeline
from colocate.travel.network import osm

SOUTH = 151_200
ISLETS = {"F9": 171_000, "P9": 173_000, None: 169_000}
"""Each islet's site, and where its road of 400 m begins; people live at its end."""


def grown(path, *, like, rows):
    """Add rows to a CSV, each as one that is there but for what is said of it."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names, there = reader.fieldnames, list(reader)
    model = next(row for row in there if row[names[0]] == like)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows([*there, *({**model, **row} for row in rows)])


def roads(path):
    lines = []
    for number, west in enumerate(ISLETS.values()):
        refs = []
        for end, east in enumerate((west, west + 400)):
            lon, lat = bng.from_bng([east], [SOUTH])
            refs.append(9000 + 10 * number + end)
            lines.append(
                f'<node id="{refs[-1]}" version="1" lat="{lat[0]:.7f}" lon="{lon[0]:.7f}"/>'
            )
        nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        tags = '<tag k="highway" v="secondary"/><tag k="maxspeed" v="36"/>'
        lines.append(f'<way id="{900 + number}" version="1">{nodes}{tags}</way>')
    path.write_text(path.read_text().replace("</osm>", "\n".join([*lines, "</osm>"])))


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("islands") / "study"
    cl.init(folder, like="example")
    at = {site: {"easting": west, "northing": SOUTH} for site, west in ISLETS.items()}
    alone = {"share_status": "", "share_with": "", "over_border": ""}
    grown(
        folder / "sites.csv", like="F2",
        rows=[{"site_id": "F9", "name": "Islet Fire Station", "crewing": "wholetime", **alone,
               **at["F9"]}],
    )  # fmt: skip
    grown(
        folder / "sites.csv", like="P2",
        rows=[{"site_id": "P9", "name": "Islet Police Station", **alone, **at["P9"]}],
    )  # fmt: skip
    grown(
        folder / "demand.csv", like="D01",
        rows=[{"demand_id": f"D{site or 'N'}", "people": 500, "fires_per_year": 1,
               "in_area": "true", "easting": west + 400, "northing": SOUTH}
              for site, west in ISLETS.items()],
    )  # fmt: skip
    roads(folder / "roads.osm")
    return pipeline.tables_until(pipeline.locate(folder / "study.toml"), "cover_baseline")


@pytest.fixture(scope="module")
def plain():
    return pipeline.tables_until(pipeline.locate("example"), "cover_baseline")


def baseline(tables):
    return tables["cover_baseline"].set_index("measure")["value"]


def test_a_station_covers_who_lives_on_its_own_roads(tables, plain):
    who = tables["participation"].set_index("site_id").loc["F9"]
    assert (who["takes_part"], who["covers"]) == (False, True)
    now, before = baseline(tables), baseline(plain)
    assert now["people_total"] == before["people_total"] + 1500
    # 60 s handling + 90 s turnout + 40 s drive are within ten minutes.
    standard = "people_share_dwelling_fire"
    covered, was = (each[standard] * each["people_total"] for each in (now, before))
    assert covered == pytest.approx(was + 500)


def test_people_whom_no_station_reaches_stay_in_every_share(tables, plain):
    now, before = baseline(tables), baseline(plain)
    assert now["people_not_reached"] == before["people_not_reached"] + 1000


def test_a_desk_serves_who_lives_on_its_own_roads(tables):
    served = tables["allocation"].query("service == 'police' and direction == 'to_site'")
    by = served.set_index("demand_id")
    assert by.loc["DP9", ["site_id", "travel_time_s"]].tolist() == ["P9", pytest.approx(40, abs=1)]
    assert by.loc[["DF9", "DN"], "site_id"].isna().all()
    assert not tables["participation"].set_index("site_id").loc["P9", "takes_part"]


def test_a_station_on_its_own_hosts_nobody_and_goes_nowhere(tables):
    options = tables["options"]
    assert not options["site_ids"].str.split(";").map({"F9", "P9"}.intersection).any()


@pytest.fixture(scope="module")
def cases(shared_data):
    folder = shared_data.parent / "cases"
    if not folder.is_dir():
        pytest.skip("no cases here")
    return folder


@pytest.mark.shared
def test_the_islet_of_the_shared_case(cases, tmp_path):
    folder = tmp_path / "study"
    cl.init(folder, like="example")
    for name in ("roads.osm", "sites.csv", "demand.csv"):
        shutil.copyfile(cases / "island-station" / name, folder / name)
    tables = pipeline.tables_until(pipeline.locate(folder / "study.toml"), "cover_baseline")
    drive = tables["site_to_demand"].set_index(["site_id", "demand_id"])["travel_time_s"]
    assert drive[("F9", "D20")] == 60
    now = baseline(tables)
    assert (now["people_total"], now["people_not_reached"]) == (34_700, 100)


def as_pbf(source, target):
    with osmium.SimpleWriter(str(target)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return target


@pytest.mark.shared
@pytest.mark.parametrize(
    ("case", "form", "drive_s"),
    [
        *((f"osm-{case}", form, 100)
          for case in ("ways-first", "negative-ids", "missing-vertex") for form in ("xml", "pbf")),
        ("osm-deleted", "xml", 600),  # `action` stands in XML alone
    ],
)  # fmt: skip
def test_the_extracts_of_the_shared_cases(cases, tmp_path, case, form, drive_s):
    file = cases / case / "roads.osm"
    if form == "pbf":
        file = as_pbf(file, tmp_path / "roads.osm.pbf")
    example = cl.embedded_study("example").parent
    sites = pd.read_csv(example / "sites.csv")
    drives = cl.times(sites, sites, roads=file, study="example", wide=True)
    assert drives.loc["P2", "F2"] == drive_s
    told = osm.read_osm(file).network_report
    if case == "osm-missing-vertex":
        assert "way_cut" in set(told["rule"])
    elif drive_s == 100:
        pd.testing.assert_frame_equal(told, osm.read_osm(example / "roads.osm").network_report)
