"""Tables that processes map: they come back as they were, and nobody's writing reaches the file."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from colocate import io
from colocate.errors import InputError
from colocate.io.mapped import KINDS
from colocate.tables import TABLES
from colocate.tables.network import ROAD_LINKS
from colocate.tables.schema import Column, Table

EACH = Table(
    "each",
    "One column of each kind.",
    key=("number",),
    columns=(
        Column("number", "int", "A number."),
        Column("share", "float", "A share.", null=True),
        Column("open", "bool", "A truth."),
        Column("word", "str", "A word.", null=True),
        Column("line", "geometry", "A line."),
    ),
    mapped=True,
)
METRE = st.floats(-1e6, 1e6)
ROW = st.tuples(
    st.floats(),
    st.booleans(),
    st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.lists(st.tuples(METRE, METRE), min_size=2, max_size=4),
)


def frame(rows):
    share, open_, word, line = zip(*rows, strict=True) if rows else ((),) * 4
    columns = {
        "number": np.arange(len(rows)),
        "share": np.array(share, "float64"),
        "open": np.array(open_, "bool"),
        "word": pd.Series(list(word), dtype="str"),
    }
    lines = np.array([shapely.LineString(each) for each in line], dtype=object)
    columns["line"] = gpd.GeoSeries(lines, crs=27700)
    return gpd.GeoDataFrame(columns, geometry="line")


@given(st.lists(ROW, max_size=5))
def test_a_table_comes_back_as_it_was(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("mapped") / EACH.file
    kept = frame(rows)
    io.save(kept, EACH, path)
    found = io.load(EACH, path)
    pd.testing.assert_frame_equal(
        pd.DataFrame(found.drop(columns="line")), pd.DataFrame(kept.drop(columns="line"))
    )
    assert (found["line"].to_wkb() == kept["line"].to_wkb()).all()
    assert found.crs == kept.crs
    assert io.row_count(path) == len(rows)


def links(path, low=(0, 0, 1)):
    io.save(pd.DataFrame({"low": np.array(low), "high": np.arange(1, 4)}), ROAD_LINKS, path)
    return path


def test_the_same_rows_make_the_same_bytes(tmp_path):
    one, two = (links(tmp_path / name) for name in ("one.arrow", "two.arrow"))
    assert one.read_bytes() == two.read_bytes()


def test_numbers_lie_in_the_file_and_writing_to_them_does_not_reach_it(tmp_path):
    path = links(tmp_path / ROAD_LINKS.file)
    before = path.read_bytes()
    array = io.load(ROAD_LINKS, path)["low"].to_numpy()
    array.flags.writeable = True
    array[0] = 99
    assert path.read_bytes() == before
    assert io.load(ROAD_LINKS, path)["low"].tolist() == [0, 0, 1]


def test_two_columns_that_hold_no_word_are_written_to_apart(tmp_path):
    words = tuple(Column(name, "str", "A word.", null=True) for name in ("one", "other"))
    table = Table("blank", "No word.", ("number",), (EACH["number"], *words), mapped=True)
    none = pd.Series([None, None], dtype="str")
    path = tmp_path / table.file
    io.save(pd.DataFrame({"number": [0, 1], "one": none, "other": none}), table, path)
    found = io.load(table, path)
    found.loc[0, "one"] = "said"
    assert found["one"].fillna("").tolist() == ["said", ""]
    assert found["other"].isna().all()
    assert io.load(table, path)["one"].isna().all()


def test_a_broken_file_is_told(tmp_path):
    path = tmp_path / ROAD_LINKS.file
    for content in (b"", b"ARROW1 and then nothing"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="not a readable Arrow file"):
            io.load(ROAD_LINKS, path)


def test_a_file_of_another_table_is_told(tmp_path):
    path = links(tmp_path / "road_order.arrow")
    with pytest.raises(InputError, match=r"holds low, high; expected table road_order"):
        io.load(TABLES["road_order"], path)


def test_every_table_that_is_mapped_can_be():
    mapped = [table for table in TABLES.values() if table.mapped]
    assert mapped
    assert {column.kind for table in mapped for column in table.columns} <= KINDS
