"""The shared registers, read to the end with the block that `inspect` proposes for each."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from colocate import io
from colocate.pipeline import inspecting
from colocate.places.estate import registers_to_sites
from colocate.study import Register

pytestmark = pytest.mark.shared

AVON = "stations-avon.xlsx"
DERBYSHIRE = "stations-derbyshire.xlsx"
CHELTENHAM = "cheltenham_council_land_and_assets_2021.geojson"
AUTHORITY = "local_authority_land_and_assets_2021.csv"
DEVON = "stations-devon-and-somerset.tsv"


def taken_in(path: Path):
    """Return sites and issues of a register, read with its proposed block and nothing else."""
    block = inspecting.block(inspecting.inspected(path))
    (settings,) = tomllib.loads(block)["inputs"]["registers"]
    register = Register.model_validate(settings)
    bodies = {register.defaults.get("body_id"), *register.words.get("body_id", {}).values()}
    listed = pd.DataFrame({"body_id": sorted(bodies - {None})})
    return registers_to_sites([(register, io.read_register(path, register))], listed)


def test_the_page_tells_what_was_understood(shared_data, root):
    page = root / "docs" / "registers.md"
    words = ["docs/house/registers.py", str(shared_data / "registers"), "--check"]
    done = subprocess.run([sys.executable, *words], cwd=root, check=False, capture_output=True)
    assert done.returncode == 0, f"{page} is out of date: python {' '.join(words[:2])}"


@pytest.mark.parametrize(
    ("name", "rows"),
    [(AVON, 28), (DERBYSHIRE, 56), (CHELTENHAM, 497), (AUTHORITY, 498), (DEVON, 85)],
)
def test_no_row_of_a_register_is_lost(shared_data, name, rows):
    sites, _ = taken_in(shared_data / "registers" / name)
    assert len(sites) == rows


def test_avon_has_its_coordinates_hectares_and_tenure(shared_data):
    sites, issues = taken_in(shared_data / "registers" / AVON)
    bath = sites[sites["name"] == "Bath Fire Station"].iloc[0]
    assert (bath["easting"], bath["northing"]) == (375405, 165595)
    assert bath["site_area_m2"] == pytest.approx(10140)
    assert bath["gia_m2"] == 1286
    assert sites["tenure"].value_counts().to_dict() == {"freehold": 26}
    assert sites["roles"].value_counts()["station"] == 21
    assert sites["postcode"].notna().all()
    unread = issues[issues["rule"] == "roles_unreadable"]["message"].tolist()
    assert len(unread) == 1
    assert "For Sale" in unread[0]


def test_derbyshire_has_its_points_crewing_and_hectares(shared_data):
    sites, issues = taken_in(shared_data / "registers" / DERBYSHIRE)
    first = sites[sites["name"] == "Alfreton Community Fire Station"].iloc[0]
    assert (first["easting"], first["northing"]) == (440715, 354526)
    assert first["site_area_m2"] == pytest.approx(5370)
    crewing = sites["crewing"].value_counts().to_dict()
    assert crewing == {"on_call": 19, "wholetime": 10, "day_crewed": 2}
    assert sites["as_of"].unique().tolist() == ["2016-07"]
    assert sites["site_area_m2"].notna().sum() == 32  # of 56; the rest say N/A
    assert 19_090 in set(sites["site_area_m2"])  # “1,909 hectares (4,72 acres)”
    told = issues[issues["rule"] == "crewing_unreadable"]["message"]
    assert told.str.contains("“HQ”").all()


def test_devon_and_somerset_has_its_crewing_and_numbers(shared_data):
    sites, _ = taken_in(shared_data / "registers" / DEVON)
    crewing = sites["crewing"].value_counts().to_dict()
    assert crewing == {"on_call": 70, "wholetime;on_call": 9, "wholetime": 4, "volunteer": 2}
    assert "03" in set(sites["site_id"])
    assert sites["postcode"].notna().all()


def test_the_council_is_the_same_as_text_and_as_features(shared_data):
    text, _ = taken_in(shared_data / "registers" / AUTHORITY)
    features, _ = taken_in(shared_data / "registers" / CHELTENHAM)
    assert text["tenure"].value_counts().to_dict() == {"freehold": 490, "leasehold": 8}
    assert features["tenure"].value_counts().to_dict() == {"freehold": 489, "leasehold": 8}
    assert text["postcode"].notna().sum() == 171
    assert text["uprn"].str.fullmatch("[1-9][0-9]{5,11}").all()
    one = text[text["uprn"] == "100121228178"].iloc[0]
    other = features[features["uprn"] == "100121228178"].iloc[0]
    assert one["easting"] == pytest.approx(other["easting"], abs=5)
    assert one["northing"] == pytest.approx(other["northing"], abs=5)
