"""`colocate geocode`: what is asked, what is kept, what is shown."""

from __future__ import annotations

import json
import shutil

import pytest

from colocate import cli, io
from colocate.errors import GeocodeError, StudyError
from colocate.pipeline.geocode import geocode
from colocate.pipeline.locate import embedded_study
from loopback import served

PLACE = {"lat": "50.7256", "lon": "-3.5269", "display_name": "High Street", "place_rank": 26}


@pytest.fixture
def study(tmp_path):
    """A copy of the invented study, two of whose sites have lost their points."""
    folder = tmp_path / "mine"
    shutil.copytree(embedded_study("example").parent, folder)
    return folder


def without_points(folder, **sites):
    """Take the points of some sites from the register, and put other cells in their place."""
    raw = io.csv_text(folder / "sites.csv").set_index("site_id", drop=False)
    for site, cells in sites.items():
        for name, value in {"easting": None, "northing": None, "postcode": None, **cells}.items():
            raw.loc[site, name] = value
    io.write_csv(raw, folder / "sites.csv")
    return raw


def allow(folder, base, *services):
    file = folder / "study.toml"
    text = file.read_text().replace("[inputs]\n", '[inputs]\nanswers = "answers"\n', 1)
    allowed = ", ".join(f'"{each}"' for each in services)
    file.write_text(
        f'{text}\n[places.online]\nallowed = [{allowed}]\ncontact = "estates@example.org"\n'
        f'postcodes_io_url = "{base}"\nnominatim_url = "{base}"\n'
    )


def first_two(folder):
    return io.csv_text(folder / "sites.csv")["site_id"].tolist()[:2]


def test_nothing_is_asked_unless_the_study_allows_it(study, tmp_path):
    a, _ = first_two(study)
    without_points(study, **{a: {"address": "1 High Street", "town": "Anytown"}})
    with served({}) as (_, asked):
        done = geocode(study, page=tmp_path / "points.html")
    assert asked == []
    lost = done.review[done.review["site_id"] == a]
    assert "not_located" in lost["doubts"].iloc[0]
    assert not lost["used"].any()


def test_a_lost_site_is_asked_for_once_and_the_answer_is_kept(study, tmp_path):
    a, _ = first_two(study)
    without_points(study, **{a: {"address": "1 High Street", "town": "Anytown"}})
    waits = []
    with served({"/search": json.dumps([PLACE]).encode()}) as (base, asked):
        allow(study, base, "nominatim")
        done = geocode(study, page=tmp_path / "points.html", pause=waits.append)
        again = geocode(study, page=tmp_path / "points.html", pause=waits.append)
    assert len(asked) == 1
    assert "q=1+High+Street,+Anytown" in asked[0][1]
    assert asked[0][2].startswith("colocate/")
    assert "estates@example.org" in asked[0][2]
    rows = done.review[(done.review["site_id"] == a)]
    assert rows["source"].tolist() == ["address"]
    assert again.review.equals(done.review)


def test_restricted_sites_are_never_sent(study, tmp_path):
    a, _ = first_two(study)
    without_points(study, **{a: {"address": "1 High Street", "disclosure": "restricted"}})
    with served({"/search": b"[]"}) as (base, asked):
        allow(study, base, "nominatim", "postcodes.io")
        geocode(study, page=tmp_path / "points.html")
    assert asked == []


def test_a_postcode_that_no_directory_has_is_asked_for(study, tmp_path):
    a, b = first_two(study)
    raw = io.csv_text(study / "sites.csv").set_index("site_id")
    point = {"eastings": float(raw.loc[a, "easting"]), "northings": float(raw.loc[a, "northing"])}
    found = {"status": 200, "result": {**point, "codes": {"admin_district": "E07000041"}}}
    without_points(study, **{a: {"postcode": "ZZ9 9ZZ"}, b: {"postcode": "ZZ9 9ZY"}})
    table = {"/postcodes/ZZ9 9ZZ": json.dumps(found).encode()}
    with served(table) as (base, asked):
        allow(study, base, "postcodes.io")
        done = geocode(study, page=tmp_path / "points.html")
    assert len(asked) == 2
    used = done.review[done.review["used"]].set_index("site_id")
    assert used.loc[a, ["source", "easting"]].tolist() == ["postcode", point["eastings"]]
    assert b not in used.index


def test_an_answer_that_was_changed_is_refused(study, tmp_path):
    a, _ = first_two(study)
    without_points(study, **{a: {"address": "1 High Street", "town": "Anytown"}})
    with served({"/search": json.dumps([PLACE]).encode()}) as (base, _):
        allow(study, base, "nominatim")
        geocode(study, page=tmp_path / "points.html")
    (kept,) = (study / "answers").glob("*.json")
    kept.write_text(kept.read_text().replace("-3.5269", "-3.5270"))
    with pytest.raises(GeocodeError, match=r"changed since it came.*overrides"):
        geocode(study, page=tmp_path / "points.html")


def test_services_without_a_folder_for_their_answers_are_refused(study):
    file = study / "study.toml"
    file.write_text(
        f'{file.read_text()}\n[places.online]\nallowed = ["nominatim"]\ncontact = "a@example.org"\n'
    )
    with pytest.raises(StudyError, match="add answers"):
        geocode(study)


def test_a_service_that_is_out_of_reach_is_told_with_its_exit_code(study, tmp_path, capsys):
    a, _ = first_two(study)
    without_points(study, **{a: {"address": "1 High Street", "town": "Anytown"}})
    with served({}) as (base, _):
        pass
    allow(study, base, "nominatim")
    assert cli.main(["geocode", str(study), "--page", str(tmp_path / "p.html"), "--quiet"]) == 24
    said = capsys.readouterr().err
    assert "Is this computer online" in said
    assert "HTTPS_PROXY" in said
    assert "Traceback" not in said


def test_the_page_shows_hostile_names_as_text_and_runs_no_script(study, tmp_path):
    a, b = first_two(study)
    without_points(study, **{a: {"name": "<script>alert(1)</script>"}})
    file = study / "overrides.csv"
    file.write_text(f"site_id,easting,northing,who,when,why\n{b},300000,100000,Estates,2026-01-01,"
                    '"<img src=x>"\n')  # fmt: skip
    text = (study / "study.toml").read_text()
    (study / "study.toml").write_text(
        text.replace("[inputs]\n", '[inputs]\noverrides = "overrides.csv"\n', 1)
    )
    geocode(study, page=tmp_path / "points.html")
    html = (tmp_path / "points.html").read_text()
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html


def test_json_holds_every_point(tmp_path, capsys):
    page = tmp_path / "points.html"
    assert cli.main(["geocode", "example", "--page", str(page), "--json", "--quiet"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["page"] == str(page)
    assert {"site_id", "source", "used", "distance_m", "why"} <= told["points"][0].keys()
