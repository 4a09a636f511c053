import csv
import datetime as dt
import io as memory

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate import io
from colocate.errors import GeocodeError, InputError, SchemaError
from colocate.study import Register
from colocate.tables import TABLES, Column, Table

HOSTILE = '</script><img src=x onerror=alert(1)> King\'s "X" & Co, =1+1\n`${x}` \u202e'


def register(file="register.csv", **settings):
    return Register(file=file, **settings)


def read(path, **settings):
    return io.read_register(path, register(path.name, **settings))


@pytest.fixture
def written(tmp_path):
    def write(content, name="register.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    def write(**sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "register.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def geopackage(tmp_path):
    def write(frame, layer="sites"):
        path = tmp_path / "register.gpkg"
        frame.to_file(path, layer=layer, driver="GPKG")
        return path

    return write


def test_a_csv_is_read_as_raw_text_with_its_rows_numbered(written):
    frame = read(written("\ufeffid, name \n001,A\n\n002,\n"))
    assert frame.columns.tolist() == ["id", "name"]
    assert frame.index.tolist() == [2, 4]
    assert frame["id"].tolist() == ["001", "002"]
    assert frame["name"].isna().tolist() == [False, True]


def test_text_that_looks_like_nothing_stays_text(written):
    assert read(written("a,b,c\nNA,null,nan\n")).iloc[0].tolist() == ["NA", "null", "nan"]


def test_hostile_text_passes_as_it_is(written):
    text = memory.StringIO()
    pd.DataFrame({"name": [HOSTILE]}).to_csv(text, index=False)
    assert read(written(text.getvalue()))["name"].tolist() == [HOSTILE]


@given(cells=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_whatever_is_written_is_read_back(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("csv") / "register.csv"
    io.write_csv(pd.DataFrame({"at": range(len(cells)), "cell": cells}), path)
    assert read(path)["cell"].tolist() == cells


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty \\(0 bytes\\)"),
        (b"\n \n", "holds a header and no rows|no header"),
        (b"id,name\n", "a header and no rows"),
        (b"id,name\n1,A\n2,Caf\xe9\n", "byte 0xe9 at offset 17, line 3"),
        (b"id;name\n1;A\n", "hold semicolons"),
        (b"PK\x03\x04rest", "ZIP archive or Excel workbook"),
        (b"id,name\n1,A,x\n2,B\n3\n", "rows 1 \\(2\\) hold another number"),
        (b"Estate list\nid,name,use\n1,A,B\n", "looks like a title .*header_row = 2"),
        (b"id,name,use\n1,A\n", "hold another number"),
        (b'id,name\n1,"A\n', "malformed CSV"),
        (b"id,name\n1," + b"x" * 200_000 + b"\n", "field larger than field limit"),
    ],
    ids=range(11),
)
def test_a_bad_csv_is_told_for_what_it_is(written, content, told):
    csv.field_size_limit(131_072)  # of the whole process: a reader in another test may raise it
    with pytest.raises(InputError, match=told):
        read(written(content))


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path)


def test_an_unknown_kind_of_file_is_told(written):
    with pytest.raises(InputError, match=r"found \.docx; expected one of"):
        read(written("x", "register.docx"))


def test_a_workbook_is_read_as_a_person_sees_it(workbook):
    path = workbook(
        Sites=[
            ["id", "area", "built", "open", "name", None],
            [1, 12.5, dt.date(1999, 12, 31), True, HOSTILE.replace("\u202e", ""), None],
            [None] * 6,
            ["002", 300.0, None, False],
        ]
    )
    frame = read(path)
    assert frame.columns.tolist() == ["id", "area", "built", "open", "name"]
    assert frame.index.tolist() == [2, 4]
    assert frame.iloc[0, :4].tolist() == ["1", "12.5", "1999-12-31", "true"]
    assert frame.loc[2, "name"] == HOSTILE.replace("\u202e", "")
    assert frame.loc[4, ["id", "area", "open"]].tolist() == ["002", "300", "false"]


def test_of_several_sheets_one_must_be_chosen(workbook):
    path = workbook(Cover=[["hello"]], Sites=[["id"], ["1"]])
    assert read(path, sheet="Sites")["id"].tolist() == ["1"]
    with pytest.raises(InputError, match="several sheets and none chosen; found Cover, Sites"):
        read(path)
    with pytest.raises(InputError, match="no sheet called Site; found Cover, Sites"):
        read(path, sheet="Site")


@pytest.mark.parametrize("content", [b"id,name\n1,A\n", b"PK\x03\x04 not a workbook"])
def test_what_is_no_workbook_is_told_so(written, content):
    with pytest.raises(InputError, match="workbook"):
        read(written(content, "register.xlsx"))


def test_points_of_a_geopackage_come_with_the_system_it_declares(geopackage):
    points = gpd.points_from_xy([-3.5, -3.25], [50.75, 50.5])
    path = geopackage(gpd.GeoDataFrame({"id": [7, 8]}, geometry=points, crs="EPSG:4326"))
    frame = read(path)
    assert frame["id"].tolist() == ["7", "8"]
    assert frame["easting"].tolist() == ["-3.5", "-3.25"]
    assert frame["coordinate_crs"].tolist() == ["EPSG:4326", "EPSG:4326"]
    assert frame.index.tolist() == [1, 2]


def test_a_feature_without_a_point_is_kept(geopackage):
    points = gpd.GeoSeries([gpd.points_from_xy([1], [2])[0], None], crs="EPSG:27700")
    frame = read(geopackage(gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=points)))
    assert frame["easting"].isna().tolist() == [False, True]


def test_lines_are_no_sites(geopackage):
    lines = gpd.GeoSeries.from_wkt(["LINESTRING (0 0, 1 1)"], crs="EPSG:27700")
    with pytest.raises(InputError, match="are no points"):
        read(geopackage(gpd.GeoDataFrame({"id": ["a"]}, geometry=lines)))


def test_a_layer_that_is_not_there_is_told(geopackage):
    points = gpd.points_from_xy([1], [2])
    path = geopackage(gpd.GeoDataFrame({"id": [1]}, geometry=points, crs="EPSG:27700"))
    with pytest.raises(InputError, match="no layer called other; found sites"):
        read(path, layer="other")


def test_what_is_no_geopackage_is_told_so(written):
    with pytest.raises(InputError, match="GeoPackage"):
        read(written(b"SQLite format 3\x00 and nothing else", "register.gpkg"))


# --- input tables -----------------------------------------------------------------------------

DEPOTS = Table(
    "depots",
    "Invented.",
    key=("depot",),
    columns=(
        Column("depot", "str", "Id."),
        Column("bays", "int", "Bays."),
        Column("staffed", "bool", "Staffed."),
        Column("opened", "date", "Date.", null=True),
        Column("geometry", "geometry", "Point."),
    ),
)
SOUND = "depot,easting,northing,bays,staffed,opened\nD1,300000,100000,2,true,2001-02-03\n"


def test_a_table_from_csv_is_typed_and_its_points_are_built(written):
    depots = io.read_table(written(SOUND), DEPOTS)
    assert depots.loc[0, ["depot", "bays", "staffed", "opened"]].tolist() == [
        "D1", 2, True, "2001-02-03",
    ]  # fmt: skip
    assert depots.crs.to_epsg() == 27700
    assert (depots.geometry[0].x, depots.geometry[0].y) == (300_000, 100_000)


def test_every_cell_that_cannot_be_read_is_told_with_its_row(written):
    path = written(SOUND + "D2,300000,,many,true,\n")
    with pytest.raises(SchemaError) as told:
        io.read_table(path, DEPOTS)
    assert "northing: rows 1 (3): empty" in str(told.value)
    assert "bays: rows 1 (3): no int: ‘many’" in str(told.value)


def test_a_table_without_a_column_is_told(written):
    with pytest.raises(SchemaError, match=r"no column named 1 \(staffed\)"):
        io.read_table(written(SOUND.replace("staffed", "stuffed")), DEPOTS)


def test_a_table_in_another_format_is_refused(written):
    with pytest.raises(InputError, match=r"found \.json; expected one of"):
        io.read_table(written("{}", "depots.json"), DEPOTS)


@pytest.mark.parametrize("field", ["bodies", "governance", "demand", "boundaries", "places"])
def test_the_embedded_study_reads(study_folder, field):
    name = "demand_points" if field == "demand" else field
    path = next(study_folder.glob(f"{field}.*"))
    assert len(io.read_table(path, TABLES[name])) > 0


# --- postcodes --------------------------------------------------------------------------------


def test_the_packaged_directory_knows_a_postcode():
    found = io.packaged_postcodes(["ex3 0nw", "EX99 9ZZ"])
    assert found["postcode"].tolist() == ["EX3 0NW"]
    # The fire service's headquarters at Clyst St George.
    assert found.loc[0, ["easting", "northing"]].tolist() == pytest.approx(
        [298000, 89000], abs=1500
    )
    assert found["terminated"].isna().all()


def test_the_packaged_directory_obeys_no_switch(monkeypatch, tmp_path):
    monkeypatch.setenv("QLAC_DISABLE_PC", "1")
    monkeypatch.setenv("QLACREF_DATA_DIR", str(tmp_path))
    assert len(io.packaged_postcodes(["EX3 0NW"])) == 1


def test_a_letter_that_is_missing_is_an_error_and_one_that_cannot_be_is_not(monkeypatch):
    assert io.packaged_postcodes(["QX1 1AA", "1"]).empty
    monkeypatch.setattr("colocate.io.postcodes._FIRST_LETTERS", frozenset("Q"))
    with pytest.raises(GeocodeError, match=r"postcodes_Q\.msgpack\.br"):
        io.packaged_postcodes(["QX1 1AA"])


CODE_POINT = (
    '"AB1 2CD",10,300001,100001,"E92000001","","","","E07000040","E05000001"\n'
    '"AB12CE",90,0,0,"E92000001","","","","E07000040","E05000001"\n'
)
ONSPD = (
    "pcd7,pcd8,pcds,dointr,doterm,oseast1m,osnrth1m,oslaua\n"
    "AB1 2CD,AB1  2CD,AB1 2CD,198001,,300001,100001,E07000040\n"
    "AB1 2CE,AB1  2CE,AB1 2CE,198001,200512,300002,100002,E07000040\n"
)


def test_code_point_open_is_read_with_0_as_no_point(written):
    found = io.read_postcodes(written(CODE_POINT, "ab.csv"), ["AB1 2CD", "AB1 2CE", "AB1 2CF"])
    assert found["postcode"].tolist() == ["AB1 2CD", "AB1 2CE"]
    assert found.loc[0, ["easting", "northing", "authority"]].tolist() == [
        300_001, 100_001, "E07000040",
    ]  # fmt: skip
    assert found["easting"].isna().tolist() == [False, True]


def test_onspd_tells_which_postcodes_have_ended(written):
    found = io.read_postcodes(written(ONSPD, "ONSPD.csv"), ["AB1 2CD", "AB1 2CE"])
    assert found["terminated"].tolist() == [False, True]


def test_a_folder_is_read_and_what_is_no_directory_passed_over(written, tmp_path):
    written("PC,PQ\nPostcode,Quality\n", "headers.csv")
    written(CODE_POINT, "ab.csv")
    assert len(io.read_postcodes(tmp_path, ["AB1 2CD"])) == 1


def test_a_file_that_is_no_directory_is_told(written, tmp_path):
    with pytest.raises(GeocodeError, match="no Code-Point Open or ONSPD CSV"):
        io.read_postcodes(written("a,b\n1,2\n"), ["AB1 2CD"])
    with pytest.raises(GeocodeError, match="no such postcode file"):
        io.read_postcodes(tmp_path / "none", ["AB1 2CD"])
