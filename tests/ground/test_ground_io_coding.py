"""Columns that hold numbers of their words, in memory and in files."""

import pandas as pd
import pytest

from colocate import io
from colocate.errors import SchemaError
from colocate.tables import TABLES, check
from colocate.travel.by_word import coded
from colocate.travel.od_array import positions

TABLE = TABLES["site_to_unit"]
MAPPED = TABLES["today_site_to_unit"]
WORDS = pd.Index(["EX1", "EX2", "TA1"])


def drives(sites=(0, 0, 1), units=(0, 2, 1)):
    return pd.DataFrame({
        "site_id": coded(sites, pd.Index(["F1", "F2"])), "demand_id": coded(units, WORDS),
        "travel_time_s": [1.0, 2.0, 3.0],
    })  # fmt: skip


def told(frame):
    return frame.astype({"site_id": "str", "demand_id": "str"}).to_numpy().tolist()


@pytest.mark.parametrize("table", [TABLE, MAPPED])
def test_a_file_gives_back_the_words(tmp_path, table):
    io.save(drives(), table, tmp_path / table.file)
    found = io.load(table, tmp_path / table.file)
    assert told(found) == [["F1", "EX1", 1.0], ["F1", "TA1", 2.0], ["F2", "EX2", 3.0]]
    assert [str(each) for each in found.dtypes] == ["category", "category", "float64"]


def test_whoever_reads_the_parquet_finds_words(tmp_path):
    io.save(drives(), TABLE, tmp_path / "coded.parquet")
    plain = drives().astype({"site_id": "str", "demand_id": "str"})
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "coded.parquet"), plain)


@pytest.mark.parametrize("table", [TABLE, MAPPED])
def test_the_same_words_are_the_same_bytes_whatever_their_numbers(tmp_path, table):
    other = drives().assign(demand_id=coded([3, 0, 2], pd.Index(["TA1", "EX0", "EX2", "EX1"])))
    found = []
    for name, frame in (("one", drives()), ("other", other)):
        (tmp_path / name).mkdir()
        io.save(frame, table, tmp_path / name / table.file)
        found.append((tmp_path / name / table.file).read_bytes())
    assert found[0] == found[1]


def test_words_are_in_order_once_read(tmp_path):
    late = coded([0, 1, 1], pd.Index(["TA1", "EX1"]))
    io.save(drives().assign(demand_id=late), TABLE, tmp_path / "late.parquet")
    found = io.load(TABLE, tmp_path / "late.parquet")
    assert found["demand_id"].cat.categories.tolist() == ["EX1", "TA1"]
    assert found["demand_id"].tolist() == ["TA1", "EX1", "EX1"]


def test_a_key_given_twice_is_found_by_its_numbers():
    with pytest.raises(SchemaError, match="given twice"):
        check(TABLE, drives(units=(2, 2, 1)))


def test_numbered_words_are_looked_up_as_words_are():
    among = pd.Index(["TA1", "EX1"])
    ids = drives()["demand_id"]
    assert positions(ids, among).tolist() == positions(ids.astype("str"), among).tolist()
    assert positions(ids, among).tolist() == [1, 0, -1]
