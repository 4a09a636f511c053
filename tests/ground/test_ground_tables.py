import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate import tables
from colocate.errors import CrsError, SchemaError
from colocate.tables import TABLES, Column, Table
from colocate.tables.schema import conform
from colocate.tables.text import typed

STATIONS = Table(
    "stations",
    "Invented.",
    key=("station",),
    columns=(
        Column("station", "str", "Id."),
        Column("crews", "int", "Crews.", at_least=0, at_most=5),
        Column("kind", "str", "Kind.", allowed=("a", "b"), null=True),
        Column("uses", "str", "Uses.", unit="list", allowed=("x", "y"), null=True),
    ),
)
POINTS = Table(
    "points",
    "Invented.",
    key=("point",),
    columns=(Column("point", "str", "Id."), Column("geometry", "geometry", "Point.")),
)


def stations(**changed):
    columns = {
        "station": ["S1", "S2"],
        "crews": [1, 2],
        "kind": ["a", None],
        "uses": ["x;y", "y"],
        **changed,
    }
    return pd.DataFrame(columns).astype({"kind": "str", "uses": "str"})


def test_a_sound_frame_passes_with_its_columns_in_order():
    frame = stations()[["uses", "kind", "crews", "station"]].assign(spare=1)
    assert list(tables.check(STATIONS, frame)) == STATIONS.names


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"station": ["S1", "S1"]}, r"key station: given twice: 2 \(S1, S1\)"),
        ({"station": ["S1", None]}, r"station: empty, in rows 1"),
        ({"crews": [1, 6]}, r"crews: ‘6’ is not 5 or less, in rows 1 \(S2\)"),
        ({"crews": [-1, -2]}, r"crews: ‘-1’ is not 0 or more, in rows 2 \(S1, S2\)"),
        ({"crews": ["1", "2"]}, r"crews: expected int64, found str"),
        ({"kind": ["c", None]}, r"kind: ‘c’ is not one of a, b, in rows 1 \(S1\)"),
        ({"uses": ["x;z", None]}, r"uses: ‘x;z’ is not made of x, y, in rows 1 \(S1\)"),
    ],
)
def test_what_is_wrong_is_told_with_the_rows_it_is_in(changed, told):
    with pytest.raises(SchemaError, match=told):
        tables.check(STATIONS, stations(**changed))


def test_every_fault_is_told_at_once():
    frame = stations(station=["S1", "S1"], crews=[9, 1], kind=["c", "a"])
    with pytest.raises(SchemaError) as told:
        tables.check(STATIONS, frame)
    assert len(str(told.value).splitlines()) == 4


def test_a_missing_column_is_named():
    with pytest.raises(SchemaError, match=r"no column named 2 \(crews, uses\)"):
        tables.check(STATIONS, stations().drop(columns=["crews", "uses"]))


@pytest.mark.parametrize("crs", ["EPSG:4326", None])
def test_another_reference_system_is_refused_and_never_converted(crs):
    points = gpd.GeoDataFrame({"point": ["A"]}, geometry=gpd.points_from_xy([1], [2]), crs=crs)
    with pytest.raises(CrsError, match="expected EPSG:27700"):
        tables.check(POINTS, points)


@pytest.mark.parametrize(
    ("name", "unit"),
    [("drive_s", "s"), ("gia_m2", "m2"), ("npv_gbp", "GBP"), ("northing", "m"), ("status", "")],
)
def test_a_column_is_in_the_unit_that_its_name_ends_with_unless_it_says_another(name, unit):
    assert Column(name, "float", "Invented.").unit == unit
    assert Column(name, "float", "Invented.", unit="people").unit == "people"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_an_empty_table_has_the_dtypes_of_a_full_one(table):
    empty = tables.check(table, tables.empty(table))
    assert len(empty) == 0
    plain = [c for c in table.columns if c.kind != "geometry"]
    assert {c.name: str(empty[c.name].dtype) for c in plain} == {c.name: c.dtype for c in plain}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_is_keyed_by_columns_it_has(table):
    assert table.key
    assert set(table.key) <= set(table.names)
    assert len(set(table.names)) == len(table.names)


def test_rows_become_a_frame_with_the_columns_of_the_table():
    frame = conform(STATIONS, [{"station": "S1", "crews": 1}])
    assert frame.loc[0, "crews"] == 1
    assert pd.isna(frame.loc[0, "kind"])


def test_the_data_dictionary_has_a_row_for_every_column():
    assert len(tables.dictionary([STATIONS, POINTS])) == 6


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("float", " 1,234.5 ", 1234.5),
        ("float", "-3e2", -300),
        ("float", ".5", 0.5),
        ("int", "7.0", 7),
        ("bool", "Yes", True),
        ("bool", "0", False),
        ("date", "31/3/2026", "2026-03-31"),
        ("date", "2026-03", "2026-03"),
        ("date", "2026", "2026"),
        ("str", "  'quoted' ", "'quoted'"),
    ],
)
def test_text_is_read_as_people_write_it(kind, text, value):
    values, wrong = typed(Column("c", kind, ""), pd.Series([text]))
    assert values[0] == value
    assert not wrong.any()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("float", "twelve"),
        ("float", "1,23"),
        ("float", "nan"),
        ("float", "inf"),
        ("float", "e5"),
        ("float", "£5"),
        ("int", "7.5"),
        ("bool", "perhaps"),
        ("date", "31/02/2026"),
        ("date", "soon"),
        ("date", "20260331"),
        ("date", "2026-13"),
    ],
)
def test_text_of_another_kind_is_null_and_marked_wrong(kind, text):
    values, wrong = typed(Column("c", kind, ""), pd.Series([text, " "]))
    assert values.isna().all()
    assert wrong.tolist() == [True, False]


@given(st.floats(-1e12, 1e12).map(lambda number: round(number, 3)))
def test_a_number_survives_being_written_and_read(number):
    values, _ = typed(Column("c", "float", ""), pd.Series([repr(number)]))
    assert values[0] == number
