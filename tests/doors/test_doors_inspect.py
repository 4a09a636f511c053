"""`colocate inspect`: what it proposes is what the study then reads."""

import shutil
import tomllib

import openpyxl
import pytest

from colocate import cli, pipeline
from colocate.pipeline import inspecting
from colocate.pipeline.locate import load_study

TITLE = ["Estate register, printed 1 April 2026", None, None, None, None, None, None]
HEADER = ["Ref", "Premises", "Use", "Tenure", "Grid ref", "Duty system", "Floor area (sq ft)"]
ROWS = [
    ["E1", "Alderton Fire Station", "Fire Station", "F/H", "SV 5400 5600", "W/T & RDS", "1,200"],
    ["E2", "Brockwell Fire Station", "Fire Station", "Long lease", "SV 6600 5600", "RDS", "N/A"],
    ["E3", "Cressing Police Station", "Police Station", "Licence", "SV 6000 5800", None, "500"],
    ["Total", None, None, None, None, None, "1,700"],
]  # fmt: skip


@pytest.fixture
def register(tmp_path):
    book = openpyxl.Workbook()
    for row in (TITLE, HEADER, *ROWS):
        book.active.append(row)
    book.active.merge_cells("A1:G1")
    path = tmp_path / "estate.xlsx"
    book.save(path)
    return path


def test_the_answer_is_toml_that_says_how_to_read_the_file(register, capsys):
    assert cli.main(["inspect", str(register)]) == 0
    out, err = capsys.readouterr()
    (block,) = tomllib.loads(out)["inputs"]["registers"]
    assert block["header_row"] == 2
    assert block["columns"]["point"] == "Grid ref"
    assert block["columns"]["crewing"] == "Duty system"
    assert block["units"] == {"gia_m2": "sq ft"}
    assert block["without"] == {"Ref": "Total"}
    assert block["words"]["tenure"]["Long lease"] == "leasehold"
    assert "columns named in row 2" in err


def test_json_tells_the_same_to_a_program(register, capsys):
    assert cli.main(["inspect", str(register), "--json"]) == 0
    out = capsys.readouterr().out
    assert '"kind": "register"' in out
    assert '"taken_for": "wholetime;on_call"' in out


def test_it_goes_into_a_study_and_is_read_by_check(register, tmp_path, root):
    study = tmp_path / "mine"
    shutil.copytree(root / "data" / "example", study)
    shutil.copy2(register, study)
    assert cli.main(["inspect", str(study / "estate.xlsx"), "--into", str(study)]) == 0
    settings = load_study(study / "study.toml")
    assert [each.file for each in settings.inputs.registers] == ["sites.csv", "estate.xlsx"]
    body = settings.inputs.registers[1].defaults["body_id"]
    text = (
        (study / "study.toml")
        .read_text()
        .replace(f'body_id = "{body}"', 'body_id = "anyshire-fire"')
    )
    (study / "study.toml").write_text(text.replace('site_id = "Ref"', 'site_id = "Ref"'))
    tables = pipeline.tables_until(pipeline.locate(study), "located_sites")
    located, issues = tables["located_sites"], tables["issues"]
    mine = located[located["source"].str.startswith("estate.xlsx")].set_index("site_id")
    assert mine["crewing"].to_dict()["E2"] == "on_call"
    assert mine["gia_m2"]["E1"] == pytest.approx(1200 * 0.09290304)
    assert "rows_left_out" in set(issues["rule"])


def test_every_input_of_the_example_is_known_for_what_it_is(root):
    folder = root / "data" / "example"
    inputs = load_study(folder / "study.toml").inputs
    for name in ("demand", "bodies", "governance", "costs", "evidence", "functions", "partners",
                 "vehicles", "decisions", "site_decisions", "bus_stops", "benchmarks", "places",
                 "site_buildings"):  # fmt: skip
        file = getattr(inputs, name).file
        assert inspecting.inspected(folder / file).kind == name


def test_a_file_that_is_no_input_is_said_to_be_none(tmp_path, capsys):
    path = tmp_path / "tides.csv"
    path.write_text("hour,height\n1,2.3\n2,2.9\n")
    assert cli.main(["inspect", str(path)]) == 0
    assert "no input that colocate knows" in capsys.readouterr().err
    assert cli.main(["inspect", str(path), "--as", "tides"]) == 12


def test_schema_answers_to_what_people_say(capsys):
    assert cli.main(["schema", "demand"]) == 0
    assert "demand_points,demand_id" in capsys.readouterr().out
    assert cli.main(["schema", "bodeis"]) == 17
    assert "did you mean bodies" in capsys.readouterr().err


def test_a_secret_never_reaches_an_error(tmp_path, root, capsys):
    study = tmp_path / "mine"
    shutil.copytree(root / "data" / "example", study)
    text = (study / "study.toml").read_text()
    hidden = text.replace('file = "sites.csv"', 'file = "postgresql://me:hunter2@localhost/db"')
    (study / "study.toml").write_text(hidden)
    assert cli.main(["check", str(study)]) == 11
    out, err = capsys.readouterr()
    assert "a password stands in `file`" in err
    assert "hunter2" not in out + err
