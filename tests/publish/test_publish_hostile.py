"""Hostile text in every free text of every table, in everything that a run publishes.

Registers come from strangers: what they say must show as text, or not at all, and do nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pandas as pd
import pyogrio
import pytest
from publish_town import OPTIONS, RUN, page_of, stored

from colocate.publish.output_folder import publish
from colocate.tables import TABLES

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "</style><style>*{display:none}</style>",
    "--><svg/onload=alert(3)>]]>",
    "\" onmouseover=alert(4) ' ` ${alert(5)}",
    "{{ 7*7 }}{% for x in y %}{# #}",
    "javascript:alert(6)",
    '=HYPERLINK("http://example.invalid")',
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "+44",
    "-1",
    "🚒 مركز \u202eabc\u2066\u2028\u2029",
    "a\x00b\x01c\x08d\x1be\x7ff\uffff",
    "__proto__",
    "constructor",
    "x" * 10_000,
    "Ω" * 10_000,
)
FREE = {
    "name", "address", "postcode", "notes", "source", "status_note", "title", "what_happens",
    "reason", "note", "share_with", "town", "evidence", "question", "citation", "body", "whom",
    "about_name", "label", "group", "condition", "epc", "published_source", "short_name",
}  # fmt: skip
"""Columns that hold what somebody wrote. Names of boundaries stay: the study refers to them."""

FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


class Tags(HTMLParser):
    """Elements of a page, and attributes that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, int] = {}
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] = self.seen.get(tag, 0) + 1
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def tags(text: str) -> Tags:
    found = Tags()
    found.feed(text)
    return found


@pytest.fixture(scope="module")
def planted(tables: dict[str, Any]) -> dict[str, Any]:
    """The town with hostile text wherever somebody may have written something."""
    held = {}
    for place, (name, frame) in enumerate(tables.items()):
        held[name] = frame.copy()
        for column in TABLES[name].columns:
            if column.name not in FREE or column.allowed or name == "boundaries":
                continue
            texts = [HOSTILE[(place + row) % len(HOSTILE)] for row in range(len(frame))]
            held[name][column.name] = pd.Series(texts, index=frame.index, dtype="str")
    held["located_sites"]["name"] = [*HOSTILE[:8]]
    held["options"]["title"] = [HOSTILE[at] for at in (0, 1, 5, 17, 18, 19, 21)]
    return held


@pytest.fixture(scope="module")
def folder(planted: Any, study: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    where = tmp_path_factory.mktemp("hostile")
    publish(stored(planted), where, study=study, run_id=RUN.run_id, version=RUN.version)
    return where


def test_pages_have_the_elements_they_have_without_it(folder, published):
    for path in sorted(folder.rglob("*.html")):
        hostile = tags(path.read_text(encoding="utf-8"))
        plain = tags((published / path.relative_to(folder)).read_text(encoding="utf-8"))
        assert hostile.handlers == [], path.name
        for risky in ("script", "style", "img", "svg", "iframe", "object", "link"):
            assert hostile.seen.get(risky) == plain.seen.get(risky), (path.name, risky)


def test_no_cell_of_a_csv_file_is_a_formula(folder):
    files = sorted(folder.rglob("*.csv"))
    assert {path.name for path in files} >= {"shortlist.csv", "issues.csv", "target_shares.csv"}
    for path in files:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len({len(row) for row in rows}) == 1, path.name
        numbers = re.compile(r"-?\d+(\.\d+)?")
        assert not [cell for row in rows for cell in row
                    if FORMULA.match(cell) and not numbers.fullmatch(cell)], path.name  # fmt: skip


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(folder):
    for path in sorted(folder.rglob("*.xlsx")):
        for sheet in openpyxl.load_workbook(path):
            cells = [cell for row in sheet.iter_rows() for cell in row]
            assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_spatial_files_and_descriptions_still_read(folder):
    for path in sorted(folder.rglob("*.gpkg")):
        for layer, _ in pyogrio.list_layers(path):
            pyogrio.read_dataframe(path, layer=layer)
    for path in sorted(folder.rglob("*.json")):
        json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.browser
def test_nothing_runs_in_any_view(planted, study, chromium, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(page_of(planted, study), encoding="utf-8")
    page = chromium.new_context(offline=True).new_page()
    troubles: list[str] = []
    page.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda fault: troubles.append(str(fault)))
    views = [*(f"o={option}" for option in OPTIONS), "list=sites", "list=portfolio",
             *(f"s=F{number}" for number in (1, 2, 3)),
             "list=compare&c1=P1-into-F1&c2=F1+P1-new"]  # fmt: skip
    page.goto(path.as_uri())
    for view in views:
        assert page.evaluate("(view) => colocatePage.open(view)", view), view
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        page.mouse.move(640, 300)
        assert page.locator("img, iframe, object, [onerror], [onload], [onmouseover]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
    page.pdf()
    assert troubles == []
