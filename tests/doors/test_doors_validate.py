"""`colocate validate` on the invented example, whose references are invented too."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from colocate import cli
from colocate.pipeline import embedded_study


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """Stages stored by the first test, found by the others."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture
def own(tmp_path, work):
    """Hold a study, the example unless another is named, into a folder of the test's own."""

    def validate(*words, study="example"):
        place = ["--out", str(tmp_path / "held"), "--work", str(work)]
        return cli.main(["validate", str(study), *place, *words])

    return validate


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(embedded_study("example").parent, folder)
    return folder


def test_page_picture_and_tables_are_written_and_agreement_told(own, tmp_path, capsys):
    assert own() == 0
    told = capsys.readouterr()
    files = {path.name for path in (tmp_path / "held").iterdir()}
    assert files == {"validation.html", "agreement.svg", "agreement.csv", "drives.csv",
                     "figures.csv"}  # fmt: skip
    assert told.out.startswith("reference_set,basis,by,group,n,r,")
    assert "timed runs: 6 drives" in told.err
    assert "usual times: 1 drive, " in told.err
    assert "assumed, so shown and judged by nobody" in told.err
    assert "off by more than it may be: timed runs 5: 6.7 min computed, 7.5 known" in told.err
    drives = pd.read_csv(tmp_path / "held" / "drives.csv", encoding="utf-8-sig")
    assert drives.iloc[0]["reference_id"] == 5  # the worst first
    picture = (tmp_path / "held" / "agreement.svg").read_text(encoding="utf-8")
    assert picture.count("<circle") == 7 + 2  # drives, and a mark for each set


def test_json_has_every_drive_and_figure(own, capsys):
    assert own("--json", "--quiet") == 0
    told = json.loads(capsys.readouterr().out)
    assert {"page", "agreement", "drives", "figures"} == told.keys()
    by_id = {row["figure_id"]: row for row in told["figures"]}
    assert by_id["anyshire-drive"]["within"] is False  # 173 s computed, 150 known
    assert by_id["anyshire-total"]["like"] is False  # of primary fires
    assert by_id["farshire-total"]["computed"] is None  # another service's
    # 23 points fewer within eight minutes than within ten; known 24, give or take 3.4
    assert by_id["two-minutes-less"]["computed"] == pytest.approx(-0.231, abs=0.001)
    assert by_id["two-minutes-less"]["within"] is True


def test_a_file_of_ones_own_is_read_beside(own, tmp_path, capsys):
    file = tmp_path / "runs.csv"
    file.write_text(
        "reference_set,reference_id,from_easting,from_northing,to_easting,to_northing,minutes,"
        "vehicle,constant_s,rounding,spread_share,owner,period,source,basis\n"
        "=1+1,<b>1</b>,154000,156000,166000,156000,10,car,0,60,0.1,me,2026,log,measured\n"
    )
    assert own("--drives", str(file), "--quiet") == 0
    assert "=1+1: 1 drive, median ratio 1.00" in capsys.readouterr().err
    page = (tmp_path / "held" / "validation.html").read_text(encoding="utf-8")
    assert "<b>" not in page
    table = (tmp_path / "held" / "agreement.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in table


def test_a_study_maps_a_file_as_any_other_input(own, copy, capsys):
    (copy / "matrix.csv").write_text("X1;Y1;X2;Y2;Mins\n154000;156000;166000;156000;10.5\n")
    text = (copy / "study.toml").read_text(encoding="utf-8")
    block = """drive_references = [{ file = "matrix.csv", delimiter = ";", columns = {
  from_easting = "X1", from_northing = "Y1", to_easting = "X2", to_northing = "Y2",
  minutes = "Mins" }, defaults = { reference_set = "router", reference_id = "{row}",
  vehicle = "car", constant_s = "30", rounding = "1", spread_share = "0.1", owner = "a router",
  period = "free flow", source = "a router", basis = "computed" } }]"""
    text = text.replace('drive_references = ["drive_references.csv"]', block.replace("\n", " "))
    (copy / "study.toml").write_text(text, encoding="utf-8")
    assert own("--quiet", study=copy) == 0
    assert "router: 1 drive, median ratio 1.00" in capsys.readouterr().err


def test_a_wrong_file_is_told_before_anything_is_run(own, tmp_path, capsys):
    file = tmp_path / "runs.csv"
    file.write_text("reference_set,reference_id,minutes\na,1,ten\n")
    assert own("--drives", str(file)) == 13
    told = capsys.readouterr().err
    assert "table drive_references: no column named" in told
    assert "[1/" not in told


def test_a_study_without_references_says_what_to_name(own, copy, capsys):
    text = (copy / "study.toml").read_text(encoding="utf-8")
    kept = [
        line
        for line in text.splitlines()
        if not line.startswith(("drive_references", "published_parts", "observed_changes"))
    ]
    (copy / "study.toml").write_text("\n".join(kept), encoding="utf-8")
    assert own(study=copy) == 12
    assert "no references: name some under inputs.drive_references" in capsys.readouterr().err


def test_check_reads_references_for_themselves(copy, capsys):
    (copy / "drive_references.csv").write_text("reference_set,minutes\na,1\n")
    (copy / "published_parts.csv").write_text("part_id\n1\n")
    assert cli.main(["check", str(copy)]) == 13
    told = capsys.readouterr().out
    assert "drive_references" in told
    assert "published_parts" in told


def test_help_shows_an_example(capsys):
    assert cli.main(["validate", "--help"]) == 0
    assert "colocate validate mine --drives timed-runs.csv" in capsys.readouterr().out
