from __future__ import annotations

import multiprocessing
import os

import pandas as pd
import pytest

from colocate import io
from colocate.pipeline import store
from colocate.tables import TABLES, issue_rows

ISSUES = issue_rows([("places", "sites", "F1", "a_rule", "note", "said something")])


def test_a_stored_entry_is_found_under_its_key_only(tmp_path):
    store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES})
    assert store.find(tmp_path, "places", key="k" * 64) is not None
    assert store.find(tmp_path, "places", key="j" * 64) is None


def test_a_damaged_entry_is_not_used_and_is_replaced(tmp_path):
    entry = store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES})
    (entry.folder / "issues.parquet").write_bytes(b"cut short")
    assert store.find(tmp_path, "places", key="k" * 64) is None
    store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES})
    assert store.find(tmp_path, "places", key="k" * 64) is not None


def test_an_entry_whose_note_is_cut_short_is_not_used(tmp_path):
    entry = store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES})
    (entry.folder / "entry.json").write_text('{"key": "')
    assert store.find(tmp_path, "places", key="k" * 64) is None


def test_entries_are_removed_once_they_were_not_used_for_a_day(tmp_path):
    for number in range(store.KEPT + 3):
        store.put(tmp_path, "places", key=f"{number}" * 64, made={"issues": ISSUES})
    shelf = tmp_path / "places"
    assert len(list(shelf.iterdir())) == store.KEPT + 3
    (shelf / ".new-killed").mkdir()
    for folder in shelf.iterdir():
        os.utime(folder, (0, 0))
    assert store.find(tmp_path, "places", key="0" * 64) is not None  # uses it
    store.put(tmp_path, "places", key="n" * 64, made={"issues": ISSUES})
    left = {folder.name[0] for folder in shelf.iterdir()}
    assert len(left) == store.KEPT
    assert {"0", "n"} <= left


def test_a_table_that_breaks_its_schema_leaves_nothing_behind(tmp_path):
    with pytest.raises(Exception, match="severity"):
        store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES.assign(severity="loud")})
    assert list((tmp_path / "places").iterdir()) == []


def _put(folder):
    store.put(folder, "places", key="k" * 64, made={"issues": ISSUES})


def test_two_processes_may_store_the_same_entry(tmp_path):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_put, args=(tmp_path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert store.find(tmp_path, "places", key="k" * 64) is not None


def test_tables_are_read_once_and_listed_in_the_order_of_the_flow(tmp_path):
    entry = store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES})
    tables = io.Tables({"issues": entry.folder / "issues.parquet"})
    tables.keep("scores", pd.DataFrame())
    assert repr(tables) == "<2 tables: issues, scores>"
    assert list(tables) == [name for name in TABLES if name in {"issues", "scores"}]
    assert tables["issues"] is tables["issues"]
