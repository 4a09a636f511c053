"""Bad input: a clear error or a row of `issues`, never a traceback, never a half-written folder."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import town as anytown
from colocate import cli


def edit(study, change):
    """Rewrite the register, each row changed (or dropped) by `change`."""
    path = study / "sites.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [dict(row) for row in csv.DictReader(file)]
    changed = change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(changed[0]))
        writer.writeheader()
        writer.writerows(changed)


def of(rows, site_id):
    return next(row for row in rows if row["site_id"] == site_id)


def amend(path, before, after):
    """Replace a part of a file that is there once or more, everywhere."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def refused(study, tmp_path, capsys, code, *words):
    """Run and expect an error that names `words`, and no output folder."""
    assert cli.main(["run", str(study), "--out", str(tmp_path / "out")]) == code
    said = capsys.readouterr().err.strip().splitlines()
    message = "\n".join(said)
    assert "Traceback" not in message
    for word in words:
        assert word in message
    assert not (tmp_path / "out").exists()


def issues(study, folder):
    """Run, ready or not (one site of four is more than a fifth), and return the issues."""
    words = ["run", str(study), "--out", str(folder / "out"), "--quiet", "--anyway"]
    assert cli.main(words) == 0
    return pd.read_csv(folder / "out" / "issues.csv", dtype=str)


def test_missing_column(study, tmp_path, capsys):
    edit(study, lambda rows: [{k: v for k, v in r.items() if k != "roles"} for r in rows])
    refused(study, tmp_path, capsys, 13, "sites.csv", "roles")


def test_duplicate_id(study, tmp_path, capsys):
    edit(study, lambda rows: [*rows, of(rows, "F1")])
    refused(study, tmp_path, capsys, 13, "F1")


def test_empty_file(study, tmp_path, capsys):
    (study / "sites.csv").write_bytes(b"")
    refused(study, tmp_path, capsys, 12, "sites.csv", "empty")


def test_not_utf8(study, tmp_path, capsys):
    text = (study / "sites.csv").read_bytes().replace(b"North Fire", b"N\xf6rth Fire")
    (study / "sites.csv").write_bytes(text)
    refused(study, tmp_path, capsys, 12, "sites.csv", "UTF-8")


def test_missing_file(study, tmp_path, capsys):
    (study / "sites.csv").unlink()
    refused(study, tmp_path, capsys, 12, "sites.csv")


def test_unknown_setting(study, tmp_path, capsys):
    text = (study / "study.toml").read_text()
    (study / "study.toml").write_text(text.replace("cutoff_min", "cutof_min"))
    refused(study, tmp_path, capsys, 11, "travel.cutof_min", "travel.cutoff_min")


def test_roads_that_are_no_roads(study, tmp_path, capsys):
    (study / "roads.osm").write_text("not a map")
    refused(study, tmp_path, capsys, 12, "roads.osm")


@pytest.fixture(scope="module")
def doubted(town, town_work, tmp_path_factory):
    """The issues of a register in which four sites each have a fault of their own."""
    folder = tmp_path_factory.mktemp("doubted")
    shutil.copytree(town_work, folder / ".work" / "town")
    study = anytown.copy(town, folder / "study")

    def change(rows):
        of(rows, "F1")["tenure"] = "borrowed"
        of(rows, "F3").update(easting="", northing="")
        row = of(rows, "P1")
        row["easting"], row["northing"] = row["northing"], row["easting"]
        of(rows, "P3").update(easting="50.79", northing="-3.42")
        return rows

    edit(study, change)
    return issues(study, folder)


@pytest.mark.parametrize(
    ("site", "word"),
    [("F1", "borrowed"), ("P1", "swapped"), ("P3", "latitude")],
    ids=["unknown tenure", "swapped easting and northing", "latitude in an easting column"],
)
def test_a_doubtful_site_is_told_once(doubted, site, word):
    assert doubted[(doubted.key == site) & doubted.message.str.contains(word)].shape[0] == 1


def test_a_site_without_a_postcode_is_told_so(doubted):
    found = doubted.query("key == 'F3' and rule == 'not_located'")
    assert "no postcode given" in found["message"].item()


def test_an_output_folder_with_other_peoples_files_is_left_alone(town, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("ten years of work")
    assert cli.main(["run", str(town), "--out", str(tmp_path / "out")]) == 19
    assert "Traceback" not in capsys.readouterr().err
    assert (tmp_path / "out" / "thesis.txt").read_text() == "ten years of work"


def test_a_study_inside_its_output_folder_is_refused(study, ran, capsys):
    out = ran
    shutil.copytree(study, out / "study")
    inside = sorted(path.name for path in (out / "study").iterdir())
    assert cli.main(["run", str(out / "study"), "--out", str(out)]) == 19
    assert "lies inside the output folder" in capsys.readouterr().err
    assert (
        cli.main(["run", str(out / "study.toml"), "--out", str(out)]) == 12
    )  # inputs are not there
    assert sorted(path.name for path in (out / "study").iterdir()) == inside
    amend(study / "study.toml", "sites.csv", str(out / "study" / "sites.csv"))
    assert cli.main(["run", str(study), "--out", str(out)]) == 19
    assert str(out / "study" / "sites.csv") in capsys.readouterr().err


def test_a_work_folder_inside_the_output_folder_is_refused(town, tmp_path, capsys):
    out = tmp_path / "out"
    assert cli.main(["run", str(town), "--out", str(out), "--work", str(out / ".work")]) == 19
    assert ".work" in capsys.readouterr().err
    assert not out.exists()


def test_a_document_beside_the_report_is_there_after_the_next_run(study, ran, capsys):
    (ran / "minutes.docx").write_text("theirs")
    (ran / "shortlist.csv").write_text("sorted by hand")
    assert cli.main(["run", str(study), "--out", str(ran)]) == 0
    said = capsys.readouterr().err
    assert "not written by colocate: 1 (minutes.docx)" in said
    assert "edited or in the way: 1 (shortlist.csv)" in said
    assert (ran / "minutes.docx").read_text() == "theirs"
    assert (ran / "kept" / "shortlist.csv").read_text() == "sorted by hand"


def test_a_failed_run_leaves_the_last_good_one(study, ran, tmp_path, capsys):
    before = (ran / "report.html").read_bytes()
    (study / "sites.csv").write_bytes(b"")
    assert cli.main(["run", str(study), "--out", str(ran), "--quiet"]) == 12
    capsys.readouterr()
    assert (ran / "report.html").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".out")] == []


@pytest.mark.parametrize(
    ("file", "before", "after", "code", "words"),
    [
        (
            "study.toml",
            'fire_body = "afrs"',
            'fire_body = "xfrs"',
            11,
            ("response", "of 'afrs'", "fire_body", "xfrs"),
        ),
        ("study.toml", '["Anyshire"]', '["Nowhere"]', 11, ("police_areas", "Nowhere", "Anyshire")),
        ("study.toml", 'fire_area = "Anyshire"', 'fire_area = "Any"', 11, ("fire_area", "Any")),
        ("demand.csv", ",true,", ",false,", 13, ("demand_points", "in_area", "D00")),
        ("sites.csv", "F1,", "F1;2,", 13, ("F1;2", "row 2", "semicolon")),
        ("sites.csv", "F1,", '"F1\n2",', 13, (r"F1\n2", "row 2", "line break")),
    ],
)
def test_what_does_not_fit_together_is_told_before_the_run(
    study, tmp_path, capsys, file, before, after, code, words
):
    amend(study / file, before, after)
    refused(study, tmp_path, capsys, code, *words)


@pytest.mark.parametrize(
    ("shape", "word"),
    [
        (shapely.Point(300_000, 100_000), "no polygon"),
        (shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]), "Self-intersection"),
        (shapely.Polygon(), "empty"),
    ],
)
def test_boundaries_that_are_no_valid_polygons(study, tmp_path, capsys, shape, word):
    areas = gpd.read_parquet(study / "boundaries.parquet")
    areas.loc[0, "geometry"] = shape
    areas.to_parquet(study / "boundaries.parquet")
    refused(study, tmp_path, capsys, 13, "boundaries", "fire_area/Anyshire", word)


def test_no_site_that_can_be_located(study, tmp_path, capsys):
    edit(study, lambda rows: [{**row, "easting": "", "northing": ""} for row in rows])
    refused(study, tmp_path, capsys, 15, "no site", "postcodes")


def test_roads_of_another_country(study, tmp_path, capsys):
    amend(study / "roads.osm", 'lat="50.', 'lat="51.')
    refused(study, tmp_path, capsys, 16, "no site", "inputs.roads")


def test_a_run_without_options_says_so(study, tmp_path, capsys):
    edit(study, lambda rows: [of(rows, "F1"), of(rows, "P2")])
    assert cli.main(["run", str(study), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().err
    assert "warning: NO OPTION" in said
    assert "issues: " in said


def test_boundaries_as_geojson_and_no_labels_or_objects(study, tmp_path):
    areas = gpd.read_parquet(study / "boundaries.parquet")
    areas.to_crs(4326).to_file(study / "boundaries.geojson")
    amend(study / "study.toml", "boundaries.parquet", "boundaries.geojson")
    amend(study / "study.toml", 'objects = "objects.csv"\n', "")
    labels = study / "places.csv"
    labels.write_text(labels.read_text().splitlines()[0] + "\n")
    found = issues(study, tmp_path).query("rule == 'coordinates_converted'")
    assert found["table"].tolist() == ["boundaries"]


@pytest.mark.parametrize("there", ["file", "closed"])
def test_a_work_folder_that_cannot_be_written(town, tmp_path, capsys, there):
    work = tmp_path / "work"
    work.write_text("a file")
    named = work if there == "file" else work / "below"
    out = tmp_path / "out"
    assert cli.main(["run", str(town), "--out", str(out), "--work", str(named)]) == 19
    assert "--work" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_behind_stdout():
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [sys.executable, "-m", "colocate.cli", "schema"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=os.environ,
        )  # fmt: skip
    assert done.returncode == 19
    assert done.stderr.startswith("colocate: stdout cannot be written")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("manifest", ["{", "[]", '{"name": "a web page"}', '{"colocate": "1"}'])
@pytest.mark.parametrize("words", [["show", "scores"], ["explain", "P1-into-F1", "--json"]])
def test_a_foreign_manifest_is_no_run(tmp_path, capsys, manifest, words):
    (tmp_path / "manifest.json").write_text(manifest)
    assert cli.main([*words, "--run", str(tmp_path)]) == 12
    assert "not the output of a run" in capsys.readouterr().err


def test_status_beside_a_foreign_manifest(town, tmp_path, capsys):
    (tmp_path / "manifest.json").write_text(json.dumps({"name": "a web page"}))
    assert cli.main(["status", str(town), "--out", str(tmp_path)]) == 12
    assert "not the output of a run" in capsys.readouterr().err


def test_a_run_that_lacks_a_table(town_run, tmp_path, capsys):
    folder = anytown.copy(town_run, tmp_path / "run")
    (folder / "tables" / "gates.parquet").unlink()
    assert cli.main(["explain", "P1-into-F1", "--run", str(folder)]) == 12
    assert "gates" in capsys.readouterr().err
