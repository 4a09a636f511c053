"""References that the embedded study carries: whose they are, and where their points are from."""

from __future__ import annotations

import pandas as pd

from colocate.pipeline.locate import load_study


def test_the_ends_of_usual_times_are_the_places_of_that_name(study_folder):
    drives = pd.read_csv(study_folder / "drive_references.csv")
    places = pd.read_csv(study_folder / "places.csv")
    towns = places[places["kind"].isin(["city", "town"])].set_index("name")
    for end in ("from", "to"):
        at = drives[[f"{end}_easting", f"{end}_northing"]].to_numpy()
        there = towns.loc[drives[f"{end}_name"], ["easting", "northing"]].to_numpy()
        assert (at == there).all()


def test_usual_times_are_assumed_within_fifteen_per_cent(study_folder):
    drives = pd.read_csv(study_folder / "drive_references.csv")
    assert set(drives["basis"]) == {"assumed"}
    assert set(drives["spread_share"]) == {0.15}
    assert len(drives) == 10


def test_the_parts_of_one_period_add_up(study_folder):
    parts = pd.read_csv(study_folder / "published_parts.csv")
    year = parts[parts["period"] == "year to September 2021"].set_index("part")["seconds"]
    assert year["handling"] + year["turnout"] + year["drive"] == year["total"] == 611


def test_published_parts_are_of_mixes_that_the_study_has(study_folder):
    study = load_study(study_folder / "study.toml")
    parts = pd.read_csv(study_folder / "published_parts.csv")
    assert set(parts["mix"]) <= {mix.id for mix in study.incidents.mixes}
    own = parts[parts["owner"] == study.study.fire_body]
    assert set(own["part"]) == {"handling", "turnout", "drive", "total"}
