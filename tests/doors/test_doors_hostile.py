"""Register text is hostile: wherever it comes out, it is text."""

from __future__ import annotations

import csv
import io
import json
import shutil

import pyogrio
import pytest

import town as anytown
from colocate import pipeline

NAME = """</script><img src=x onerror=alert(1)> King's "X" & Co `${1}` {{ 7*7 }}"""
FORMULA = '=HYPERLINK("https://example.org","click")'


@pytest.fixture(scope="module")
def folder(town, town_work, tmp_path_factory):
    study = anytown.copy(town, tmp_path_factory.mktemp("hostile") / "study")
    shutil.copytree(town_work, study.parent / ".work" / "town")
    sites = [dict(site) for site in anytown.SITES]
    sites[0]["name"], sites[4]["name"] = NAME, FORMULA
    anytown.write_sites(study / "sites.csv", sites)
    return pipeline.run(study, out=study.parent / "out").folder


def test_the_report_holds_no_element_made_of_a_name(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "49" not in page.split("King&#39;s")[1][:60]


def test_the_report_data_gives_the_name_back_letter_by_letter(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    start = page.index('<script type="application/json"')
    data = page[page.index(">", start) + 1 : page.index("</script>", start)]
    assert NAME in json.dumps(json.loads(data), ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize("name", ["shortlist.csv", "agents/shortlist-agents.csv", "issues.csv"])
def test_no_cell_of_a_csv_begins_a_formula(folder, name):
    text = (folder / name).read_bytes().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+@\t\r")]


def test_the_geopackage_keeps_the_name(folder):
    sites = pyogrio.read_dataframe(folder / "study.gpkg", layer="sites")
    assert {NAME, FORMULA} <= set(sites["name"])
