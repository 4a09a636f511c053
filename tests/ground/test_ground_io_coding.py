"""Columns that hold numbers of their words, in memory and in files."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

from colocate import io
from colocate.errors import SchemaError
from colocate.io import coding
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


@pytest.mark.parametrize("rows", [2, 2**20])
def test_parquet_holds_the_words_themselves_whatever_their_numbers(tmp_path, monkeypatch, rows):
    monkeypatch.setattr(coding, "ROWS", rows)
    plain = drives().astype({"site_id": "str", "demand_id": "str"})
    plain.to_parquet(
        tmp_path / "plain.parquet", index=False, compression="zstd", row_group_size=rows
    )
    io.save(drives(), TABLE, tmp_path / "coded.parquet")
    assert (tmp_path / "coded.parquet").read_bytes() == (tmp_path / "plain.parquet").read_bytes()
    assert "string" in str(pq.read_schema(tmp_path / "coded.parquet").field("site_id").type)


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
