import json
import os
import sys

import geopandas as gpd
import pandas as pd
import pytest

from colocate import io, tables
from colocate.errors import InputError, OutputError, SchemaError
from colocate.tables import TABLES
from colocate.tables.schema import conform

OBJECTS = TABLES["objects"]


def objects(*names):
    points = gpd.points_from_xy(range(300_000, 300_000 + len(names)), [100_000] * len(names))
    return conform(
        OBJECTS,
        [
            {"object_id": f"O{at}", "kind": "police", "name": name, "geometry": point}
            for at, (name, point) in enumerate(zip(names, points, strict=True))
        ],
    )


def test_a_table_comes_back_as_it_was_kept(tmp_path):
    kept = objects("A", None, "</script> \x00 ☃")
    io.save(kept, OBJECTS, tmp_path / "objects.parquet")
    back = io.load(OBJECTS, tmp_path / "objects.parquet")
    pd.testing.assert_frame_equal(pd.DataFrame(back), pd.DataFrame(kept))
    assert back.crs == kept.crs


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_an_empty_table_comes_back_with_its_dtypes(tmp_path, table):
    io.save(tables.empty(table), table, tmp_path / "t.parquet")
    back = io.load(table, tmp_path / "t.parquet")
    assert back.dtypes.astype("str").tolist() == tables.empty(table).dtypes.astype("str").tolist()


def test_the_same_rows_give_the_same_bytes_whatever_their_index(tmp_path):
    frame = objects("A", "B")
    io.save(frame, OBJECTS, tmp_path / "one.parquet")
    io.save(frame.set_index(pd.Index([7, 9])), OBJECTS, tmp_path / "two.parquet")
    assert io.sha256(tmp_path / "one.parquet") == io.sha256(tmp_path / "two.parquet")


def test_a_wrong_table_is_never_kept(tmp_path):
    with pytest.raises(SchemaError):
        io.save(objects("A").assign(kind="zoo"), OBJECTS, tmp_path / "objects.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_broken_file_is_told(tmp_path):
    path = tmp_path / "objects.parquet"
    path.write_bytes(b"PAR1 and then nothing")
    for read in (io.read_frame, lambda path: io.load(OBJECTS, path)):
        with pytest.raises(InputError, match="not a readable Parquet file"):
            read(path)


def test_a_frame_that_is_no_table_is_read_as_it_is(tmp_path):
    frame = pd.DataFrame({"anything": [1, 2]})
    frame.to_parquet(tmp_path / "frame.parquet")
    pd.testing.assert_frame_equal(io.read_frame(tmp_path / "frame.parquet"), frame)


def test_a_csv_is_plain_or_for_excel(tmp_path):
    frame = pd.DataFrame({"name": ["A, B", None], "share": [0.1, 2.0]})
    io.write_csv(frame, tmp_path / "plain.csv")
    io.write_csv(frame, tmp_path / "excel.csv", excel=True)
    assert (tmp_path / "plain.csv").read_bytes() == b'name,share\n"A, B",0.1\n,2.0\n'
    assert (
        tmp_path / "excel.csv"
    ).read_bytes() == b'\xef\xbb\xbfname,share\r\n"A, B",0.1\r\n,2.0\r\n'


def test_text_keeps_its_line_ends(tmp_path):
    io.write_text("a\r\nb\n£", tmp_path / "t.txt")
    assert (tmp_path / "t.txt").read_bytes() == b"a\r\nb\n\xc2\xa3"


def test_nothing_is_left_where_nothing_can_be_written(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        io.write_text("a", tmp_path / "taken")
    with pytest.raises(OutputError, match="cannot be written"):
        io.write_text("a", tmp_path / "no" / "such" / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


# --- output folders ---------------------------------------------------------------------------


def run(final, **files):
    """Write an output folder as a run does."""
    with io.staged_folder(final) as folder:
        for name, text in files.items():
            (folder / name).write_text(text)
        (folder / io.MANIFEST).write_text(json.dumps({"colocate": "1"}))


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir() if path.name != io.MANIFEST}


def test_a_run_replaces_the_one_before_and_leaves_nothing_beside_it(tmp_path):
    run(tmp_path / "deep" / "out", old="1")
    run(tmp_path / "deep" / "out", new="2")
    assert contents(tmp_path / "deep" / "out") == {"new": "2"}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_the_old_folder_and_nothing_beside_it(tmp_path, fault):
    def fail():
        with io.staged_folder(tmp_path / "out") as folder:
            (folder / "half").write_text("")
            raise fault

    run(tmp_path / "out", old="1")
    with pytest.raises(fault):
        fail()
    assert contents(tmp_path / "out") == {"old": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_first_run_that_fails_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="x"), io.staged_folder(tmp_path / "out"):
        raise ValueError("x")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_may_be_used(tmp_path):
    (tmp_path / "out").mkdir()
    run(tmp_path / "out", new="1")
    assert contents(tmp_path / "out") == {"new": "1"}


@pytest.mark.parametrize("manifest", [None, "{}", "[]", "not json"])
def test_a_folder_of_somebody_elses_is_never_touched(tmp_path, manifest):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("years of work")
    if manifest is not None:
        (tmp_path / "out" / io.MANIFEST).write_text(manifest)
    with pytest.raises(OutputError, match="colocate did not write"):
        run(tmp_path / "out")
    assert contents(tmp_path / "out") == {"thesis.docx": "years of work"}


def test_a_file_is_no_place_for_a_folder(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        run(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_when_the_swap_fails_the_old_folder_comes_back(tmp_path, monkeypatch):
    run(tmp_path / "out", old="1")
    path_type = type(tmp_path)
    rename = path_type.rename

    def held_open(self, target):
        if self.name == "out" and self.parent != tmp_path:
            raise PermissionError(13, "in use")
        return rename(self, target)

    monkeypatch.setattr(path_type, "rename", held_open)
    with pytest.raises(OutputError, match="Close whatever holds its files open"):
        run(tmp_path / "out", new="2")
    assert contents(tmp_path / "out") == {"old": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permission bits")
def test_others_may_read_what_was_written(tmp_path):
    (tmp_path / "plain").mkdir()
    run(tmp_path / "out", new="1")
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_a_killed_run_left_aside_is_swept_after_a_day(tmp_path):
    for name, holds in (("old", "out"), ("new", "out"), ("theirs", "thesis.txt")):
        room = tmp_path / f".out.{name:_<8}"
        (room / holds).mkdir(parents=True)
        if name != "new":
            os.utime(room, (0, 0))
    with io.staged_folder(tmp_path / "out") as staged:
        (staged / "manifest.json").write_text("{}")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".out.new_____", ".out.theirs__", "out",
    ]  # fmt: skip


def test_features_of_a_table_may_be_a_geopackage(tmp_path):
    kept = objects("A", "B")
    kept.to_file(tmp_path / "objects.gpkg")
    back = io.read_table(tmp_path / "objects.gpkg", OBJECTS)
    assert list(back["name"]) == ["A", "B"]
    kept.to_crs(4326).to_file(tmp_path / "degrees.geojson")
    assert io.declared_crs(tmp_path / "degrees.geojson") == "EPSG:4326"
    back = io.read_table(tmp_path / "degrees.geojson", OBJECTS)
    assert back.geometry.distance(kept.geometry).max() < 10


def test_labels_and_objects_may_be_a_header_alone_and_nothing_else_may(tmp_path):
    header = "object_id,kind,name,easting,northing\n"
    (tmp_path / "objects.csv").write_text(header)
    assert io.read_table(tmp_path / "objects.csv", OBJECTS).empty
    (tmp_path / "demand.csv").write_text(header)
    with pytest.raises(InputError, match="no rows"):
        io.read_table(tmp_path / "demand.csv", TABLES["demand_points"])
