"""`colocate calibrate` on the invented town; the observed drives are invented too."""

from __future__ import annotations

import json
import tomllib

import pandas as pd
import pytest

import town as anytown
from colocate import cli, pipeline
from colocate.pipeline import runs
from colocate.pipeline.locate import load_study


@pytest.fixture
def trips(town_run, tmp_path):
    """A quarter longer than the study says: a factor of 0.8 in the built-up group."""
    tables = runs.open_run(town_run)
    demand = tables["demand_points"].set_index("demand_id").geometry
    drives = tables["today_site_to_demand"].query("60 < travel_time_s < 1800").iloc[::3]
    frame = pd.DataFrame(
        {
            "trip_id": [f"invented-{n}" for n in range(len(drives))],
            "from_site_id": drives["site_id"].to_numpy(),
            "to_easting": demand.x.reindex(drives["demand_id"]).to_numpy(),
            "to_northing": demand.y.reindex(drives["demand_id"]).to_numpy(),
            "seconds": (drives["travel_time_s"] * 1.25).round(1).to_numpy(),
            "time": "08:15",
        }
    )
    path = tmp_path / "invented-trips.csv"
    frame.to_csv(path, index=False)
    return path


def test_the_factors_are_told_not_applied_and_can_be_pasted(town, trips, tmp_path, capsys):
    before = (town / "study.toml").read_bytes()
    assert cli.main(["calibrate", str(trips), str(town)]) == 0
    told = capsys.readouterr()
    assert (town / "study.toml").read_bytes() == before
    assert "too_few_trips" in told.err
    assert "each trip left out" in told.err

    mine = anytown.copy(town, tmp_path / "mine")
    text = (mine / "study.toml").read_text()
    start = text.index("[travel.speed_factors.car]")
    end = text.index("[travel.speed_factors.appliance]")
    (mine / "study.toml").write_text(text[:start] + told.out + "\n" + text[end:])
    factors = load_study(mine / "study.toml").travel.speed_factors["car"]
    assert factors.built_up.value == pytest.approx(0.8, abs=0.02)
    assert "invented-trips.csv" in factors.built_up.source
    assert (factors.minor.value, factors.minor.basis) == (1, "assumed")


def test_a_calibrated_study_drives_as_observed_and_says_so(town, town_run, trips, tmp_path, capsys):
    assert cli.main(["calibrate", str(trips), str(town), "--profile", "appliance"]) == 0
    fitted = capsys.readouterr().out
    mine = anytown.copy(town, tmp_path / "mine")
    text = (mine / "study.toml").read_text()
    text = text.replace('from_site = "car"', 'from_site = "appliance"')
    start, end = (text.index(f"[travel.{s}") for s in ("speed_factors.app", "peak_factors"))
    (mine / "study.toml").write_text(text[:start] + fitted + "\n" + text[end:])
    out = pipeline.run(mine, out=tmp_path / "out").folder
    times = [
        runs.open_run(folder)[table]["travel_time_s"].mean()
        for table in ("site_to_demand", "demand_to_site")
        for folder in (out, town_run)
    ]
    assert times[0] / times[1] == pytest.approx(1.25, abs=0.02)
    assert times[2] == times[3]
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "travel.speed_factors.appliance.built_up" in report
    assert "invented-trips.csv" in report


def test_trips_left_out_are_counted_and_written(town, trips, tmp_path, capsys):
    bad = [("bad-1", "F99", "300", ""), ("bad-2", "F1", "-5", ""), ("bad-3", "F1", "", "")]
    text = trips.read_text() + "".join(
        f"{key},{site},302000.0,102000.0,{seconds},{time}\n" for key, site, seconds, time in bad
    )
    trips.write_text(text)
    out = tmp_path / "fit"
    assert cli.main(["calibrate", str(trips), str(town), "--out", str(out)]) == 0
    told = capsys.readouterr().err
    assert "unknown_site: 1 (bad-1)" in told
    assert "3 left out" in told
    used, left = (pd.read_csv(out / name) for name in ("trips.csv", "trips-left-out.csv"))
    assert len(used) + len(left) == text.count("\n") - 1
    assert set(left["key"]) == {"bad-1", "bad-2", "bad-3"}
    assert tomllib.loads((out / "speed_factors.toml").read_text())["travel"]["speed_factors"]["car"]


def test_too_few_trips_are_an_error_and_write_nothing(town, trips, tmp_path, capsys):
    trips.write_text("".join(trips.read_text().splitlines(keepends=True)[:6]))
    out = tmp_path / "fit"
    assert cli.main(["calibrate", str(trips), str(town), "--out", str(out)]) == 12
    assert "built_up 5" in capsys.readouterr().err
    assert not out.exists()


def test_calibration_as_json(town, trips, capsys):
    assert cli.main(["calibrate", str(trips), str(town), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["class_group"] for row in told["factors"]} >= {"built_up", "minor"}
    assert told["trips"][0]["observed_s"] > 0
    assert told["toml"].startswith("[travel.speed_factors.car]")


def test_help_shows_a_trip(capsys):
    assert cli.main(["calibrate", "--help"]) == 0
    assert "2025-0417,F033,292310,92875,412,appliance,2025-03-04T17:20" in capsys.readouterr().out
