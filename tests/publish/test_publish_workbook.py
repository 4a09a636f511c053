from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest
from publish_town import FORMULA, HOSTILE

from colocate.publish.facts import gather
from colocate.publish.lists import fields, shortlist
from colocate.publish.lists.fields import Field
from colocate.publish.lists.workbook import FIRST_DAY, LONGEST, workbook

FIELDS = (
    Field("ref", "Reference", "An id."),
    Field("name", "Name", "A name.", width=40),
    Field("area", "Area", "An area.", "float", "m2"),
    Field("end", "Lease end", "A day.", "date"),
    Field("extra", "Extra", "For a second look.", detail=True),
    Field("nothing", "Nothing", "Always empty."),
)
HEADER = 3
"""Row of the headings; the first two hold title and notice."""

HOSTILE_TEXTS = (
    HOSTILE, FORMULA, "＝1+1", "@SUM(A1)", "+44 1392", "-1", "\tx", "🚒 مركز \u202eabc", "_x0041_",
    "{=1+1}", "https://example.invalid", "internal:Notes!A1", "x" * 10_000, "a\nb\x00c",
)  # fmt: skip


def written(rows):
    frame = pd.DataFrame(rows, columns=[field.name for field in FIELDS]).astype("object")
    return workbook(
        frame,
        FIELDS,
        title="Title",
        notice="Only an example & nothing else.",
        notes=[("How", "Read it."), ("Sources", "One\nTwo")],
        created=dt.date(2026, 11, 1),
    )


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


ROW = {"ref": "007", "name": "Station", "area": 450.0, "end": "2031-03-25", "extra": "y",
       "nothing": None}  # fmt: skip


def test_three_sheets_with_title_and_notice_on_each():
    book = opened(written([ROW]))
    assert book.sheetnames == ["Shortlist", "Dictionary", "Notes"]
    for sheet in book:
        assert sheet["A1"].value == "Title"
        assert sheet["A2"].value == "Only an example & nothing else."
        assert "example && nothing" in sheet.oddFooter.left.text


def test_ids_are_text_numbers_are_numbers_days_are_days_and_unknown_is_empty():
    sheet = opened(written([ROW]))["Shortlist"]
    row = [cell.value for cell in sheet[HEADER + 1]]
    assert row == ["007", "Station", 450, dt.datetime(2031, 3, 25), "y", None]  # noqa: DTZ001


@pytest.mark.parametrize("day", ["1899-12-31", "2031-02-30", "2031", "next year"])
def test_a_day_that_a_spreadsheet_cannot_hold_stays_text(day):
    sheet = opened(written([ROW | {"end": day}]))["Shortlist"]
    assert sheet.cell(HEADER + 1, 4).value == day
    assert day < FIRST_DAY or day > "2031"[:4] or day == "2031"


def test_a_table_with_filters_and_a_frozen_header():
    sheet = opened(written([ROW, ROW]))["Shortlist"]
    table = sheet.tables["shortlist"]
    assert table.ref == "A3:F5"
    assert table.autoFilter is not None
    assert [cell.value for cell in sheet[HEADER]] == [field.title for field in FIELDS]
    assert sheet.freeze_panes == "C4"


def test_empty_and_second_look_columns_are_folded_not_lost():
    sheet = opened(written([ROW]))["Shortlist"]
    folded = sheet.column_dimensions["E"]
    assert (folded.hidden, folded.min, folded.max) == (True, 5, 6)
    assert not sheet.column_dimensions["A"].hidden


def test_without_rows_the_table_keeps_its_header():
    sheet = opened(written([]))["Shortlist"]
    assert sheet.tables["shortlist"].ref == "A3:F4"


def test_the_same_bytes_again():
    assert written([ROW]) == written([ROW])


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: repr(text[:12]))
def test_hostile_text_is_text(text):
    data = written([ROW | {"name": text}])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = b"".join(archive.read(n) for n in archive.namelist() if "worksheets/sheet" in n)
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
        assert not [name for name in archive.namelist() if "externalLink" in name]
    assert b"<f>" not in sheets
    assert b"<hyperlink" not in sheets
    cell = opened(data)["Shortlist"].cell(HEADER + 1, 2)
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    if "\x00" not in text and "_x" not in text:
        assert cell.value == text


def test_text_too_long_for_a_cell_is_cut_and_says_so():
    value = opened(written([ROW | {"name": "x" * 40_000}]))["Shortlist"].cell(HEADER + 1, 2).value
    assert len(value) == LONGEST
    assert value.endswith("…")


def test_the_dictionary_explains_every_column(published, study):
    book = openpyxl.load_workbook(published / "shortlist.xlsx", read_only=True)
    rows = list(book["Dictionary"].iter_rows(min_row=HEADER + 1, values_only=True))
    names = [field.name for field in fields.internal(study)]
    assert [row[1] for row in rows] == names
    assert all(row[5] for row in rows)


def test_the_workbook_says_what_the_csv_says(published, tables, study):
    book = openpyxl.load_workbook(published / "shortlist.xlsx", read_only=True)
    rows = list(book["Shortlist"].iter_rows(min_row=HEADER + 1, values_only=True))
    frame = shortlist.rows(gather(tables, study), study=study)
    place = list(frame.columns).index("option_id")
    assert [row[place] for row in rows] == frame["option_id"].tolist()


def test_the_notes_carry_attribution_disclosure_and_how_to_read(published, study):
    for name in ("shortlist.xlsx", "agents/shortlist-agents.xlsx"):
        book = openpyxl.load_workbook(published / name, read_only=True)
        notes = dict(book["Notes"].iter_rows(min_row=HEADER, max_col=2, values_only=True))
        assert notes["Notice"].endswith(study.study.notice)
        assert all(line in notes["Attribution"] for line in study.study.attribution)
        assert {"Disclosure", "How to read the ranking", "Empty cells"} <= set(notes)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no soffice on the path")
def test_libreoffice_reads_the_rows_as_they_are(tmp_path):
    texts = [text for text in HOSTILE_TEXTS if "\x00" not in text and "\n" not in text]
    (tmp_path / "given.xlsx").write_bytes(written([ROW | {"name": text} for text in texts]))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "again",
         tmp_path / "given.xlsx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    sheet = openpyxl.load_workbook(tmp_path / "again" / "given.xlsx")["Shortlist"]
    rows = list(sheet.iter_rows(min_row=HEADER + 1, values_only=True))
    assert [row[1] for row in rows] == texts
    assert {row[0] for row in rows} == {"007"}
    assert {row[3] for row in rows} == {dt.datetime(2031, 3, 25)}  # noqa: DTZ001
