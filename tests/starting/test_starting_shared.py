"""From the shared raw files to a report of Cornwall, in three commands and no code."""

import pytest
import starting_scan

from colocate import cli

pytestmark = [pytest.mark.shared, pytest.mark.study]


@pytest.fixture(scope="module")
def cornwall(shared_data, tmp_path_factory):
    place = tmp_path_factory.mktemp("cornwall")
    study, out = str(place / "cornwall"), place / "out"
    assert cli.main(["init", study, "--area", "cornwall", "--pack", str(shared_data)]) == 0
    assert cli.main(["run", study, "--anyway", "--out", str(out)]) == 0
    return out


def test_no_byte_says_what_belongs_to_devon_and_somerset(cornwall):
    assert starting_scan.found(cornwall) == []


def test_all_stations_are_there_and_the_neighbours_count_for_cover_alone(cornwall):
    sites = starting_scan.frame(cornwall / "tables" / "sites.parquet").query("service == 'fire'")
    assert (~sites["over_border"]).sum() == 31
    assert set(sites.loc[sites["over_border"], "body_id"]) == {"devon-and-somerset-fire"}


def test_no_target_is_told(cornwall):
    assert starting_scan.frame(cornwall / "tables" / "target_shares.parquet").empty


def test_options_have_a_rank(cornwall):
    assert starting_scan.frame(cornwall / "tables" / "scores.parquet")["rank"].notna().any()
