"""A study of another area from raw files: whole, honest, and without a word of Devon & Somerset."""

import shutil

import pytest
import starting_pack
import starting_scan

from colocate import cli, pipeline
from colocate.errors import StudyError
from colocate.pipeline.locate import load_study


@pytest.fixture(scope="module")
def pack(root, tmp_path_factory):
    return starting_pack.write(tmp_path_factory.mktemp("raw"), root)


@pytest.fixture(scope="module")
def begun(pack, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "mine"
    assert cli.main(["init", str(folder), "--area", "anyshire", "--pack", str(pack)]) == 0
    return folder


@pytest.fixture(scope="module")
def run(begun, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "mine"
    return pipeline.run(begun, out=out, anyway=True)


def column(run, table, *, key, value):
    return dict(zip(run.tables[table][key], run.tables[table][value], strict=True))


def test_stations_of_the_area_are_its_own_and_others_over_the_border(run):
    border = column(run, "located_sites", key="site_id", value="over_border")
    fire = {site: over for site, over in border.items() if site[0] in "FX"}
    assert fire == {"F-ALDERTON": False, "F-BROCKWELL": False, "XFA-FARCLIFF": True}


def test_what_a_list_calls_shared_is_an_existing_share(run):
    with_ = column(run, "located_sites", key="site_id", value="share_with")
    assert with_["P2"] == "F-BROCKWELL"


def test_what_the_words_leave_open_is_unverified(run):
    assert column(run, "located_sites", key="site_id", value="status")["P3"] == "unverified"


def test_a_kind_of_premises_that_nobody_decided_on_is_left_out(run):
    partners = run.located_sites.query("service not in ['fire', 'police']")
    assert list(partners["name"]) == ["Alderton Library"]


def test_forces_and_neighbours_are_bodies_named_by_their_areas(run):
    assert {"anyshire-fire", "farshire-fire", "westmark-police", "eastmark-commissioner"} <= set(
        run.bodies["body_id"]
    )


def test_too_little_is_understood_to_go_on_without_being_told_to(begun, tmp_path, capsys):
    assert cli.main(["run", str(begun), "--out", str(tmp_path / "out")]) == 21
    assert "Crewing, fire: 0 of 2" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_nobody_is_outside_an_alliance_that_nobody_named(run):
    assert run.routes["outside_alliance"].isna().all()


def test_there_is_no_target_and_no_published_measure(begun):
    settings = load_study(begun / "study.toml")
    assert (settings.targets, settings.incidents.published, settings.scenarios) == ((), (), ())


def test_what_is_to_be_supplied_is_an_issue_that_says_whether_something_stands_in(run):
    asked = run.issues.query("rule == 'figure_to_supply'").set_index("key")["severity"]
    assert asked["targets"] == "note"
    assert asked["response.standards"] == "doubt"


def test_no_byte_of_a_run_says_anything_of_devon_and_somerset(run, begun):
    assert starting_scan.found(run.folder) == []
    assert starting_scan.found(run.folder, starting_scan.STUDY) == []
    assert starting_scan.found(begun, starting_scan.STUDY) == []


def test_the_scan_finds_what_is_hidden_in_a_workbook_and_a_table(run, tmp_path):
    copy = shutil.copytree(run.folder, tmp_path / "copy")
    names = " ".join(where for where, _ in starting_scan.texts(copy))
    assert "shortlist.xlsx:xl/" in names
    assert "study.gpkg:rows" in names
    assert starting_scan.found(copy, starting_scan.re.compile("F-ALDERTON"))


def test_an_area_that_is_not_there_names_the_nearest(pack, tmp_path, capsys):
    words = ["init", str(tmp_path / "x"), "--area", "Anyshyre", "--pack", str(pack)]
    assert cli.main(words) == 12
    assert "Did you mean 'Anyshire'?" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_missing_kind_of_file_is_named_by_its_columns(pack, tmp_path, capsys):
    less = shutil.copytree(pack, tmp_path / "less")
    (less / "somewhere" / "e.csv").unlink()
    words = ["init", str(tmp_path / "x"), "--area", "Anyshire", "--pack", str(less)]
    assert cli.main(words) == 12
    assert "a file with columns LSOA11CD, LSOA21CD" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [less]


def test_two_files_of_a_kind_are_refused(pack, tmp_path, capsys):
    more = shutil.copytree(pack, tmp_path / "more")
    shutil.copy(more / "somewhere" / "e.csv", more / "somewhere" / "e2.csv")
    words = ["init", str(tmp_path / "x"), "--area", "Anyshire", "--pack", str(more)]
    assert cli.main(words) == 12
    assert "somewhere/e.csv, somewhere/e2.csv; keep one" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["--area", "Kent"], ["--pack", "."], ["--area", "A", "--pack", ".", "--like", "example"]],
)
def test_words_that_do_not_go_together_are_refused(words, tmp_path):
    assert cli.main(["init", str(tmp_path / "x"), *words]) == 12


def test_a_place_to_supply_that_no_study_has_is_refused(begun, tmp_path):
    text = (begun / "study.toml").read_text(encoding="utf-8")
    file = tmp_path / "study.toml"
    file.write_text(text.replace('"targets" = "savings', '"tragets" = "savings'), encoding="utf-8")
    with pytest.raises(StudyError, match="no setting 'tragets'"):
        load_study(file)
