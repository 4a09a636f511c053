"""Bad input: a clear error or a row of `issues`, never a traceback, never a half-written folder."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

import town as anytown
from colocate import cli


@pytest.fixture
def study(town, tmp_path):
    return anytown.copy(town, tmp_path / "study")


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


def refused(study, tmp_path, capsys, code, *words):
    """Run and expect an error that names `words`, and no output folder."""
    assert cli.main(["run", str(study), "--out", str(tmp_path / "out")]) == code
    said = capsys.readouterr().err.strip().splitlines()
    message = "\n".join(said)
    assert "Traceback" not in message
    for word in words:
        assert word in message
    assert not (tmp_path / "out").exists()


def issues(study, tmp_path):
    """Run and return the issues."""
    assert cli.main(["run", str(study), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    return pd.read_csv(tmp_path / "out" / "issues.csv", dtype=str)


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


def test_unknown_tenure_is_doubted_and_kept(study, tmp_path):
    def change(rows):
        of(rows, "F1")["tenure"] = "borrowed"
        return rows

    edit(study, change)
    found = issues(study, tmp_path)
    assert found[(found.key == "F1") & found.message.str.contains("borrowed")].shape[0] == 1


def test_swapped_easting_and_northing(study, tmp_path):
    def change(rows):
        row = of(rows, "P1")
        row["easting"], row["northing"] = row["northing"], row["easting"]
        return rows

    edit(study, change)
    found = issues(study, tmp_path)
    assert found[(found.key == "P1") & found.message.str.contains("swapped")].shape[0] == 1


def test_latitude_in_an_easting_column(study, tmp_path):
    def change(rows):
        row = of(rows, "P1")
        row["easting"], row["northing"] = "50.79", "-3.42"
        return rows

    edit(study, change)
    found = issues(study, tmp_path)
    assert found[(found.key == "P1") & found.message.str.contains("latitude")].shape[0] == 1


def test_an_output_folder_with_other_peoples_files_is_left_alone(town, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("ten years of work")
    assert cli.main(["run", str(town), "--out", str(tmp_path / "out")]) == 19
    assert "Traceback" not in capsys.readouterr().err
    assert (tmp_path / "out" / "thesis.txt").read_text() == "ten years of work"


def test_a_failed_run_leaves_the_last_good_one(study, tmp_path, capsys):
    out = tmp_path / "out"
    assert cli.main(["run", str(study), "--out", str(out), "--quiet"]) == 0
    before = (out / "report.html").read_bytes()
    (study / "sites.csv").write_bytes(b"")
    assert cli.main(["run", str(study), "--out", str(out), "--quiet"]) == 12
    capsys.readouterr()
    assert (out / "report.html").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".out")] == []
