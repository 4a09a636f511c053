from __future__ import annotations

import json
import multiprocessing
import os
import sys

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import io
from colocate.pipeline import store
from colocate.tables import TABLES, issue_rows
from colocate.tables.schema import conform

KEY = "k" * 64
ISSUES = issue_rows([("places", "sites", "F1", "a_rule", "note", "said something")])


def found(work, *, key=KEY):
    return store.find(work, "places", key=key, makes=["issues"])


def test_a_stored_entry_is_found_under_its_key_only(tmp_path):
    store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES})
    assert found(tmp_path, key="k" * 64) is not None
    assert found(tmp_path, key="j" * 64) is None


def test_a_fact_of_a_site_changes_the_digest_of_its_own_column_alone(tmp_path):
    kinds = {
        "str": "x",
        "date": "2026-01-01",
        "float": 1.0,
        "bool": True,
        "geometry": shapely.Point(0, 0),
    }
    table = TABLES["located_sites"]
    row = {column.name: (column.allowed or [kinds[column.kind]])[0] for column in table.columns}

    def digests(**changed):
        sites = conform(table, [row | changed])
        entry = store.put(tmp_path, "x", key=changed.get("name", KEY), made={table.name: sites})
        return entry.digests

    before = digests()
    after = digests(name="another")
    assert {name for name in before if after[name] != before[name]} == {
        "located_sites", "located_sites.name",
    }  # fmt: skip


def test_a_damaged_entry_is_not_used_and_is_replaced(tmp_path):
    entry = store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES})
    (entry.folder / "issues.parquet").write_bytes(b"cut short")
    assert found(tmp_path, key="k" * 64) is None
    store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES})
    assert found(tmp_path, key="k" * 64) is not None


def test_what_was_looked_over_is_hashed_once_and_again_where_it_changed(tmp_path, monkeypatch):
    hashed = []
    whole = store.io.sha256
    monkeypatch.setattr(store, "LARGE_BYTES", 0)
    monkeypatch.setattr(store.io, "sha256", lambda *a, **k: hashed.append(a) or whole(*a, **k))
    entry = store.put(tmp_path, "places", key=KEY, made={"issues": ISSUES})
    path = entry.file("issues")
    with store.looked_over(tmp_path):
        pass
    hashed.clear()
    assert found(tmp_path) is not None
    assert (path,) not in hashed
    with store.looked_over(tmp_path):
        pass
    path.write_bytes(bytes(path.stat().st_size))
    assert found(tmp_path) is None


HASH = "0" * 64
DAMAGED = {
    "cut short": '{"key": "',
    "no object": "[]",
    "nothing": "",
    "a number": "1" * 5000,
    "a tower": "[" * 200_000,
    "no hashes": json.dumps({"key": KEY}),
    "hashes in a list": json.dumps({"key": KEY, "hashes": ["issues"]}),
    "no columns": json.dumps({"key": KEY, "hashes": {"issues": HASH}}),
    "columns in a list": json.dumps({"key": KEY, "hashes": {"issues": HASH}, "columns": ["a"]}),
    "no table": json.dumps({"key": KEY, "hashes": {}, "columns": {}}),
    "a number for a hash": json.dumps({"key": KEY, "hashes": {"issues": 5}, "columns": {}}),
    "a table of another stage": json.dumps({"key": KEY, "hashes": {"scores": HASH}, "columns": {}}),
    "a path": json.dumps({"key": KEY, "hashes": {"issues": HASH, "../../x": HASH}, "columns": {}}),
    "another key": json.dumps({"key": "j" * 64, "hashes": {"issues": HASH}}),
}


@pytest.mark.parametrize("note", DAMAGED.values(), ids=DAMAGED)
def test_an_entry_whose_note_is_damaged_is_made_again(tmp_path, note):
    entry = store.put(tmp_path, "places", key=KEY, made={"issues": ISSUES})
    (entry.folder / "entry.json").write_text(note)
    assert found(tmp_path) is None
    assert store.put(tmp_path, "places", key=KEY, made={"issues": ISSUES}) == entry
    assert found(tmp_path) == entry


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("damage", ["a folder", "a pipe", "a link to nothing", "a loop"])
def test_a_note_that_is_no_file_is_made_again(tmp_path, damage):
    entry = store.put(tmp_path, "places", key=KEY, made={"issues": ISSUES})
    note = entry.folder / "entry.json"
    note.unlink()
    {
        "a folder": note.mkdir,
        "a pipe": lambda: os.mkfifo(note),
        "a link to nothing": lambda: note.symlink_to(tmp_path / "nowhere"),
        "a loop": lambda: note.symlink_to(note),
    }[damage]()
    assert found(tmp_path) is None
    assert store.put(tmp_path, "places", key=KEY, made={"issues": ISSUES}) == entry


@pytest.mark.parametrize("place", ["a file", "a link to nothing", "a link to a folder"])
def test_an_entry_whose_place_is_taken_is_made_again(tmp_path, place):
    shelf = tmp_path / "work" / "places"
    shelf.mkdir(parents=True)
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("years of work")
    taken = shelf / KEY[:24]
    if place == "a file":
        taken.write_text("mine")
    else:
        taken.symlink_to(theirs if place == "a link to a folder" else tmp_path / "nowhere")
    store.put(tmp_path / "work", "places", key=KEY, made={"issues": ISSUES})
    assert found(tmp_path / "work") is not None
    assert (theirs / "thesis.txt").read_text() == "years of work"


def test_a_note_that_lies_about_rows_changes_nothing(tmp_path):
    entry = store.put(tmp_path, "places", key=KEY, made={"issues": ISSUES})
    note = json.loads((entry.folder / "entry.json").read_text())
    lie = note | {"rows": {"issues": 1_000_000}, "stage": "scores", "folder": "/"}
    (entry.folder / "entry.json").write_text(json.dumps(lie))
    assert found(tmp_path) == entry
    assert found(tmp_path).rows("issues") == entry.rows("issues") == 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from([KEY, HASH, "issues"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["key", "hashes", "rows", "issues", "../x"]) | st.text(max_size=5), inner
    ),
    max_leaves=8,
)  # fmt: skip
_NOTES = (
    st.binary(max_size=60)
    | _JSON.map(lambda value: json.dumps(value).encode())
    | st.fixed_dictionaries(
        {"key": st.just(KEY), "hashes": _JSON}, optional={"rows": _JSON, "stage": _JSON}
    ).map(lambda value: json.dumps(value).encode())
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    work = tmp_path_factory.mktemp("work")
    return work, store.put(work, "places", key=KEY, made={"issues": ISSUES})


@given(note=_NOTES)
@settings(max_examples=200)
def test_whatever_a_note_says_the_entry_is_itself_or_made_again(kept, note):
    work, entry = kept
    (entry.folder / "entry.json").write_bytes(note)
    assert found(work) in (None, entry)


def test_entries_are_removed_once_they_were_not_used_for_a_day(tmp_path):
    for number in range(store.KEPT + 3):
        store.put(tmp_path, "places", key=f"{number}" * 64, made={"issues": ISSUES})
    shelf = tmp_path / "places"
    assert len(list(shelf.iterdir())) == store.KEPT + 3
    (shelf / ".new-killed").mkdir()
    for folder in shelf.iterdir():
        os.utime(folder, (0, 0))
    assert found(tmp_path, key="0" * 64) is not None  # uses it
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
    assert found(tmp_path, key="k" * 64) is not None


def test_tables_are_read_once_and_listed_in_the_order_of_the_flow(tmp_path):
    entry = store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES})
    tables = io.Tables({"issues": entry.folder / "issues.parquet"})
    tables.keep("scores", pd.DataFrame())
    assert repr(tables) == "<2 tables: issues, scores>"
    assert list(tables) == [name for name in TABLES if name in {"issues", "scores"}]
    assert tables["issues"] is tables["issues"]


def test_of_tables_that_wait_the_largest_are_read_again(tmp_path):
    entry = store.put(tmp_path, "places", key="k" * 64, made={"issues": ISSUES})
    tables = io.Tables({"issues": entry.folder / "issues.parquet"})
    tables.keep("scores", pd.DataFrame({"score": [1.0] * 1_000}))
    first = tables["issues"]
    tables.hold(0, beside=["issues"])
    assert tables["issues"] is first
    tables.hold(0, beside=[])
    assert tables["issues"] is not first
    assert len(tables["scores"]) == 1_000  # in no file, so it stays
