"""Files of every kind as owners keep them: what reads, what is told, and how it is proposed."""

import datetime as dt
import re
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from colocate import io
from colocate.errors import InputError
from colocate.io.looking import look
from colocate.study import Register, Source

ROWS = [["Ref", "Site", "Area"], ["A1", "Alderton", 12.5], ["B2", "Brockwell", 640814.0]]


def read(path, **settings):
    return io.read_register(path, Register(file=path.name, **settings))


def proposed(path):
    return look(path).source.model_dump(exclude_defaults=True, exclude={"file"})


@pytest.fixture
def text(tmp_path):
    def write(content, name="register.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    return write


@pytest.fixture
def book(tmp_path):
    """Write a workbook: sheets of rows; `hide` and `merge` as openpyxl has them."""

    def write(sheets, *, hide=(), merge=()):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for name, rows in sheets.items():
            page = made.create_sheet(name)
            for row in rows:
                page.append(row)
            page.sheet_state = "hidden" if name in hide else "visible"
            for cells in merge:
                page.merge_cells(cells)
        path = tmp_path / "register.xlsx"
        made.save(path)
        return path

    return write


CSV = "Ref,Site,Area\nA1,Café,12.5\nB2,Brockwell,7\n"


@pytest.mark.parametrize(
    ("name", "content", "encoding", "settings"),
    [
        ("a.csv", CSV, "utf-8-sig", {}),
        ("a.csv", CSV, "cp1252", {"encoding": "cp1252"}),
        ("a.csv", CSV, "utf-16", {}),
        ("a.csv", CSV.replace(",", ";"), "utf-8", {"delimiter": ";"}),
        ("a.csv", CSV.replace(",", "|"), "utf-8", {"delimiter": "|"}),
        ("a.tsv", CSV.replace(",", "\t"), "utf-8", {}),
        ("a.txt", CSV.replace(",", "\t"), "utf-16", {"delimiter": "\t"}),
        ("a.csv", CSV.replace("\n", "\r"), "utf-8", {}),
        ("a.csv", CSV.replace("\n", "\r\n") + "\r\n\r\n", "utf-8", {}),
        ("a.csv", CSV.replace("\n", ",,\n"), "utf-8", {}),
        ("a.csv", "Estate list\n\n" + CSV, "utf-8", {"header_row": (3,)}),
    ],
)
def test_text_is_read_as_it_is_proposed_and_as_nothing_else(
    text, name, content, encoding, settings
):
    path = text(content, name, encoding)
    assert proposed(path) == settings
    frame = read(path, **settings)
    assert frame.to_numpy().tolist() == [["A1", "Café", "12.5"], ["B2", "Brockwell", "7"]]


@pytest.mark.parametrize(
    ("content", "encoding", "told"),
    [
        (CSV, "cp1252", r'line 2\. It reads as cp1252: set `encoding = "cp1252"`'),
        (CSV.replace(",", ";"), "utf-8", r'hold semicolons\. Set `delimiter = ";"`'),
        (CSV.replace(",", "\t"), "utf-8", r'hold tabs\. Set `delimiter = "\\t"`'),
        ("Estate list\n\n" + CSV, "utf-8", r"row 1 looks like a title.*Set `header_row = 3`"),
        ("Estate list,,\n" + CSV, "utf-8", r"row 1 looks like a title.*Set `header_row = 2`"),
    ],
)
def test_what_is_not_said_is_not_guessed_at_but_told(text, content, encoding, told):
    with pytest.raises(InputError, match=re.compile(told, re.DOTALL)):
        read(text(content, encoding=encoding))


def test_a_header_row_that_is_empty_is_told(text):
    with pytest.raises(InputError, match="header_row is 1 \\(9\\)"):
        read(text(CSV), header_row=9)


def test_an_encoding_that_is_none_is_told(text):
    with pytest.raises(InputError, match="'klingon' is not known; there are utf-8, cp1252"):
        read(text(CSV), encoding="klingon")


def test_repeated_headers_are_numbered_and_nameless_columns_lettered(text):
    frame = read(text("UPRN,,UPRN\n1,x,2\n"))
    assert frame.columns.tolist() == ["UPRN (1)", "column B", "UPRN (2)"]


def test_a_note_below_the_rows_is_a_row_and_a_short_row_is_refused(text):
    frame = read(text(CSV + "Source: the owner\n"))
    assert frame.iloc[-1].tolist()[0] == "Source: the owner"
    with pytest.raises(InputError, match=r"rows 1 \(4\) hold another number"):
        read(text(CSV + "C3,Cressing\n"))


def test_headers_lose_their_line_breaks(text):
    frame = read(text('"Site\nArea ",Ref\n1,2\n'))
    assert frame.columns.tolist() == ["Site Area", "Ref"]


def test_sheets_are_chosen_by_what_they_hold(book):
    path = book({"Cover": [], "Sites": ROWS})
    assert read(path)["Area"].tolist() == ["12.5", "640814"]
    path = book({"Sites": ROWS, "Old": ROWS}, hide=["Old"])
    with pytest.raises(InputError, match=r"none chosen; found Sites, Old \(hidden\)"):
        read(path)
    assert proposed(path) == {"sheet": "Sites"}
    assert "sheet Old: 3 filled rows, hidden" in look(path).found


def test_a_title_merged_over_the_header_is_told_and_proposed(book):
    path = book({"Sites": [["Estate register, 2026", None, None], *ROWS]}, merge=["A1:C1"])
    with pytest.raises(InputError, match="row 1 looks like a title"):
        read(path)
    assert proposed(path) == {"header_row": (2,)}
    assert look(path).titles == ["Estate register, 2026"]
    assert read(path, header_row=2)["Ref"].tolist() == ["A1", "B2"]


def test_a_name_merged_over_two_columns_is_the_name_of_both(book):
    rows = [["Ref", "Eastings Northings", None], ["A1", 1, 2]]
    frame = read(book({"Sites": rows}, merge=["B1:C1"]))
    assert frame.columns.tolist() == ["Ref", "Eastings Northings (1)", "Eastings Northings (2)"]


def test_two_header_rows_are_joined(book):
    rows = [["", "Tenure", None, "Area", None], ["Ref", "Type", "End", "Type", "m2"],
            ["A1", "F/H", None, "GIA", 10]]  # fmt: skip
    path = book({"Sites": rows}, merge=["B1:C1", "D1:E1"])
    assert proposed(path) == {"header_row": (1, 2)}
    frame = read(path, header_row=[1, 2])
    assert frame.columns.tolist() == ["Ref", "Tenure Type", "Tenure End", "Area Type", "Area m2"]


def test_a_formula_that_was_never_calculated_is_refused(book):
    path = book({"Sites": [["Ref", "Area"], ["A1", "=1+1"]]})
    with pytest.raises(InputError, match=r"without a calculated value in cells 1 \(B2\)"):
        read(path)


def test_dates_and_truths_of_a_workbook_are_written_as_people_write_them(book):
    frame = read(book({"Sites": [["End", "Open"], [dt.datetime(2031, 3, 31), True]]}))  # noqa: DTZ001
    assert frame.iloc[0].tolist() == ["2031-03-31", "true"]


def test_an_old_workbook_is_read(tmp_path):
    made = xlwt.Workbook()
    page = made.add_sheet("Sites")
    for at, row in enumerate(ROWS):
        for column, value in enumerate(row):
            page.write(at, column, value)
    path = tmp_path / "register.xls"
    made.save(str(path))
    assert read(path).to_numpy().tolist() == [["A1", "Alderton", "12.5"],
                                              ["B2", "Brockwell", "640814"]]  # fmt: skip


def test_an_open_document_is_read(tmp_path):
    made = OpenDocumentSpreadsheet()
    page = Table(name="Sites")
    for row in ROWS:
        line = TableRow()
        for value in row:
            number = not isinstance(value, str)
            cell = TableCell(valuetype="float", value=value) if number else TableCell(
                valuetype="string")  # fmt: skip
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        page.addElement(line)
    made.spreadsheet.addElement(page)
    path = tmp_path / "register.ods"
    made.save(str(path))
    assert read(path)["Area"].tolist() == ["12.5", "640814"]


@pytest.mark.parametrize("suffix", [".xls", ".xlsb", ".ods", ".xlsx"])
def test_what_is_no_workbook_is_told(tmp_path, suffix):
    path = tmp_path / f"register{suffix}"
    path.write_bytes(b"PK\x03\x04 no more" if suffix != ".xls" else b"\xd0\xcf\x11\xe0 no more")
    with pytest.raises(InputError, match="not a readable workbook"):
        read(path)
    path.write_text("<html><table>")
    with pytest.raises(InputError, match="expected a"):
        read(path)


POINTS = gpd.GeoDataFrame(
    {"Ref": ["A1", "B2"]},
    geometry=[shapely.Point(-3.53, 50.72), shapely.Point(-3.5, 50.7)],
    crs="EPSG:4326",
)


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".geojson", ".kml", ".parquet"])
def test_points_come_with_their_system_from_every_vector_file(tmp_path, suffix):
    path = tmp_path / f"sites{suffix}"
    if suffix == ".parquet":
        POINTS.to_parquet(path)
    else:
        POINTS.rename(columns={"Ref": "Name"} if suffix == ".kml" else {}).to_file(
            path, driver={".kml": "LIBKML"}.get(suffix)
        )
    frame = read(path)
    name = "name" if suffix == ".kml" else "Ref"
    assert frame[name].tolist() == ["A1", "B2"]
    assert frame["easting"].tolist() == ["-3.53", "-3.5"]
    assert set(frame["coordinate_crs"]) == {"EPSG:4326"}


def test_a_shapefile_that_lacks_its_companions_is_told(tmp_path):
    path = tmp_path / "sites.shp"
    POINTS.to_file(path)
    path.with_suffix(".dbf").unlink()
    with pytest.raises(InputError, match=r"1 \(\.dbf\) of this one are not here"):
        read(path)


KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}<Placemark><name>A</name>
<ExtendedData><Data name="use"><value>Station</value></Data></ExtendedData>
<Point><coordinates>-3.5,50.7,0</coordinates></Point></Placemark></Document></kml>"""


def test_a_kml_follows_nothing(text):
    link = "<NetworkLink><Link><href>http://127.0.0.1:1/x.kml</href></Link></NetworkLink>"
    frame = read(text(KML.format(link), "a.kml"))
    assert frame[["name", "use", "easting"]].to_numpy().tolist() == [["A", "Station", "-3.5"]]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>" + KML.format(""), "declares a document type"),
        ("<OGRVRTDataSource/>", "expected KML, found <OGRVRTDataSource>"),
        ("<kml/>", "holds no placemark"),
        ("<kml>", "not readable as KML"),
        (KML.format("").replace("-3.5,50.7,0", "here"), "a shape cannot be read"),
    ],
)
def test_a_kml_that_is_none_is_told(text, content, told):
    with pytest.raises(InputError, match=told):
        read(text(content, "a.kml"))


def test_a_source_is_named_by_its_file_alone_or_whole():
    assert Source(file="a.csv", columns={"name": "Site"}).columns == {"name": ("Site",)}
    assert Source(file="a.xlsx", header_row=2).header_row == (2,)
    assert Path(Source(file="a.csv").label) == Path("a.csv")
