"""The invented study's files: as built, labelled, small, and with every case it shows."""

import csv
import subprocess
import sys

import geopandas as gpd
import pytest

from colocate import study
from colocate.pipeline.locate import load_study
from colocate.tables.functions import FUNCTIONS_OF_FOCUS
from colocate.tables.gates import DECISIONS
from colocate.tables.money import ITEMS
from colocate.tables.places import CONDITIONS, TENURES

NOTICE = "Invented example. No real site, body or figure."


@pytest.fixture
def folder(root):
    return root / "data" / "example"


@pytest.fixture
def rows(folder):
    def read(name):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


def test_the_build_makes_what_is_committed(root):
    script = root / "data" / "build" / "example.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_file_that_was_changed_by_hand_is_found(root, folder, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "data" / "build"))
    import example

    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "study.toml").open("a") as file:
        file.write("# changed\n")
    monkeypatch.setattr(example, "EXAMPLE", tmp_path)
    assert example.main(["--check"]) == 1


def test_every_file_says_that_it_is_invented(folder):
    for path in folder.iterdir():
        if path.suffix == ".parquet":
            assert (
                gpd.read_parquet(path)["name"]
                .isin(["Anyshire", "Farshire", "Westmark", "Eastmark", "Invented island"])
                .all()
            )
        else:
            assert "invented" in path.read_text(encoding="utf-8").casefold(), path.name


def test_every_row_of_every_table_says_so_too(folder, rows):
    for path in sorted(folder.glob("*.csv")):
        for row in rows(path.stem):
            assert "invented" in " ".join(row.values()).casefold(), (path.name, row)


def test_the_notice_title_and_attribution_say_so(folder):
    head = load_study(folder / "study.toml").study
    assert head.notice == NOTICE
    assert "invented" in head.title
    assert head.attribution == (NOTICE,)


def test_nothing_of_the_other_study_is_left_in_the_settings(folder):
    lines = (folder / "study.toml").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    assert not [name for name in ("Devon", "Somerset", "dsf", "DSF", "Topsham") if name in text]


def test_every_scenario_holds_and_edits_sites_that_are_there(folder, rows):
    settings = load_study(folder / "study.toml")
    known = {site["site_id"] for site in rows("sites")}
    assert {"do-nothing", "contract", "collaborate", "alliance"} <= {
        scenario.id for scenario in settings.scenarios
    }
    for scenario in settings.scenarios:
        edited = study.under(settings, scenario.id).edits.sites
        assert {site.site_id for site in edited} <= known


def test_it_is_small_enough_to_read(folder):
    assert sum(path.stat().st_size for path in folder.iterdir()) < 300_000


def test_every_tenure_a_lease_break_and_a_lease_without_one_occur(rows):
    sites = rows("sites")
    assert {site["tenure"] for site in sites} >= set(TENURES)
    leases = [site for site in sites if site["tenure"] == "leasehold"]
    assert {bool(site["break_date"]) for site in leases} == {True, False}
    assert all(site["lease_end"] for site in leases)


def test_four_services_a_closed_site_a_share_and_a_station_over_the_border_occur(rows):
    sites = rows("sites")
    assert {site["service"] for site in sites} == {"ambulance", "fire", "library", "police"}
    assert [site["site_id"] for site in sites if site["status"] == "closed"] == ["F7"]
    assert [site["site_id"] for site in sites if site["over_border"] == "true"] == ["X1"]
    assert [site["site_id"] for site in sites if site["share_status"] == "existing"] == ["P5"]


def test_every_kind_of_cost_and_benefit_is_supplied(rows):
    assert {row["item"] for row in rows("costs")} == set(ITEMS)


def test_all_areas_of_focus_are_there_and_some_have_figures(rows):
    functions = rows("functions")
    assert {row["function"] for row in functions} == set(FUNCTIONS_OF_FOCUS)
    assert {bool(row["budget_gbp"]) for row in functions} == {True, False}
    over = [float(row["budget_gbp"]) - float(row["benchmark_gbp"])
            for row in functions if row["budget_gbp"] and row["benchmark_gbp"]]  # fmt: skip
    assert min(over) <= 0 < max(over)


@pytest.mark.parametrize("rule_set", ["as_at_2016", "current"])
def test_every_condition_of_governance_has_a_rule(rows, rule_set):
    assert {
        row["condition"] for row in rows("governance") if row["rule_set"] == rule_set
    } == set(CONDITIONS)  # fmt: skip


def test_one_force_is_inside_the_alliance_and_one_outside(rows):
    forces = {
        row["body_id"]: row["alliance"] for row in rows("bodies") if row["kind"] == "police_force"
    }
    assert forces == {"westmark-police": "Island Alliance", "eastmark-police": ""}


def test_every_way_of_working_together_is_there(root, rows):
    vehicles = rows("vehicles")
    assert {row["continuum_step"] for row in vehicles} == set("123456")
    with (root / "data" / "devon-somerset" / "vehicles.csv").open(encoding="utf-8") as file:
        known = {row["vehicle_id"] for row in csv.DictReader(file)}
    assert {row["vehicle_id"] for row in vehicles} == known


def test_decisions_of_most_kinds_occur_one_superseded_one_released(rows):
    decisions = {row["decision_id"]: row for row in rows("decisions")}
    known = set(next(c.allowed for c in DECISIONS.columns if c.name == "status"))
    assert {row["status"] for row in decisions.values()} == known
    assert [row["decision_id"] for row in decisions.values() if row["superseded_by"]] == ["D1"]
    released = {row["decision_id"]: row["release"] for row in decisions.values()}
    assert {name for name, each in released.items() if each == "agents"} == {"D2"}
    assert {name for name, each in released.items() if each == "market"} == {"D6"}
