"""OS Open UPRN: only the numbers asked for, whatever their zeros."""

import pytest

from colocate import io
from colocate.errors import GeocodeError

HEADER = "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n"


@pytest.fixture
def file(tmp_path):
    rows = "".join(f"{n},{300_000 + n}.5,{100_000 + n},50.7,-3.5\n" for n in range(1, 5001))
    path = tmp_path / "osopenuprn.csv"
    path.write_text("\ufeff" + HEADER + rows, encoding="utf-8")
    return path


def test_those_asked_for_are_found_with_or_without_leading_zeros(file):
    found = io.read_uprns(file, ["000000000017", " 4000 ", "9999", "AP3J7Y", "1e5"])
    assert found.to_numpy().tolist() == [["17", 300_017.5, 100_017], ["4000", 304_000.5, 104_000]]


def test_none_asked_for_gives_none(file):
    assert io.read_uprns(file, []).empty


@pytest.mark.parametrize("text", ["", "UPRN,EAST\n1,2\n", HEADER + "1,west,2,3,4\n"])
def test_another_file_is_refused_with_where_to_get_it(tmp_path, text):
    path = tmp_path / "points.csv"
    path.write_text(text)
    with pytest.raises(GeocodeError, match=r"OS Open UPRN.*fetch os-open-uprn"):
        io.read_uprns(path, ["1"])


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(GeocodeError, match=r"gone\.csv"):
        io.read_uprns(tmp_path / "gone.csv", ["1"])
