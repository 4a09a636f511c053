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


def test_a_csv_is_plain(tmp_path):
    frame = pd.DataFrame({"name": ["A, B", None], "share": [0.1, 2.0]})
    io.write_csv(frame, tmp_path / "plain.csv")
    assert (tmp_path / "plain.csv").read_bytes() == b'name,share\n"A, B",0.1\n,2.0\n'


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
