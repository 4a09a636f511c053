"""The business case of an option of the invented town: two parts, each told twice alike."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile

import docx
import pytest
from papers_read import AMOUNT
from publish_town import HOSTILE, RUN

from colocate.publish.facts.case_facts import case_facts, opened
from colocate.publish.facts.disclosure import WithheldError
from colocate.publish.papers import documents, option_restricted
from colocate.publish.papers.content import Grid, texts
from colocate.publish.papers.missing import CASES, TO_WRITE, of_option
from colocate.publish.papers.page import page
from colocate.publish.papers.word import word
from colocate.tables import TABLES

OPTION = "P1-into-F1"


def _parts(tables, study):
    return documents.of_option(OPTION, tables, study=study, run_id=RUN.run_id)


@pytest.fixture(scope="module")
def parts(tables, study):
    return _parts(tables, study)


def _read(data):
    return docx.Document(io.BytesIO(data))


def _said(data):
    read = _read(data)
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return [*(line.text for line in read.paragraphs), *cells]


def test_both_parts_are_written_and_have_the_five_cases(parts):
    assert set(parts) == {"open", "restricted"}
    told = texts(parts["open"])
    for number, case in enumerate(CASES, start=1):
        assert f"{number}. {case}" in told


def test_page_and_document_hold_every_text_of_the_content(parts):
    for document in parts.values():
        said = "\n".join(_said(word(document)))
        html = page(document).decode()
        for text in texts(document):
            assert text.replace("\r", "") in said
            assert re.sub(r"[&<>\"']", "", text) in re.sub(
                r"[&<>\"']|&(?:amp|lt|gt|#34|#39);", "", _unescaped(html)
            )


def _unescaped(html):
    for escaped, sign in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"),
                          ("&amp;", "&")):  # fmt: skip
        html = html.replace(escaped, sign)
    return html


def test_the_open_part_holds_no_amount_of_money(parts):
    assert not AMOUNT.search("\n".join(texts(parts["open"])))
    assert AMOUNT.search("\n".join(texts(parts["restricted"])))


def test_what_the_open_part_is_made_from_lacks_what_is_not_public(tables, study):
    cut = opened(case_facts(OPTION, tables, study=study))
    with pytest.raises(WithheldError):
        list(option_restricted.financial(cut, study))
    with pytest.raises(WithheldError):
        _ = cut.option.money.net_saving_gbp
    with pytest.raises(WithheldError):
        _ = cut.option.gates[0].reason


@pytest.mark.parametrize("disclosure", ["commercial", "restricted"])
def test_an_option_with_a_site_that_is_not_public_has_no_open_part(tables, study, disclosure):
    sites = tables["located_sites"].copy()
    sites.loc[sites["site_id"] == "F1", "disclosure"] = disclosure
    parts = _parts({**tables, "located_sites": sites}, study)
    assert set(parts) == {"restricted"}
    assert "1. Strategic case" in texts(parts["restricted"])


def test_the_same_run_gives_the_same_bytes_and_no_clock(parts, tables, study):
    again = _parts(tables, study)
    for name, document in parts.items():
        assert word(document) == word(again[name])
        assert page(document) == page(again[name])
        packed = zipfile.ZipFile(io.BytesIO(word(document)))
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = _read(word(document)).core_properties
        assert about.created.date() == about.modified.date() == study.study.as_of


def test_hostile_register_text_stays_text(parts):
    html = page(parts["open"]).decode()
    assert "<img" not in html
    assert "<script" not in html
    assert any(HOSTILE in said for said in _said(word(parts["open"])))


def test_what_xml_cannot_hold_is_replaced(parts):
    odd = parts["open"]._replace(title="a\x00b\x0bc\ud800d")
    assert any("a\ufffdb\ufffdc\ufffdd" in said for said in _said(word(odd)))


def test_every_table_fills_the_page_and_its_rows(parts):
    for document in parts.values():
        for block in document.blocks:
            if isinstance(block, Grid):
                assert 98 <= sum(block.widths) <= 100
                assert {len(row) for row in block.rows} <= {len(block.widths)}
                assert len(block.head) in {0, len(block.widths)}


def test_what_no_run_can_know_is_asked_for_in_each_case(tables, study):
    lacks = of_option(opened(case_facts(OPTION, tables, study=study)))
    for case, wanted in TO_WRITE.items():
        asked = {(each.what, each.whom) for each in lacks if each.case == case}
        assert set(wanted) <= asked


def test_the_cases_of_gates_are_those_of_the_five(study):
    from colocate.publish.papers.missing import OF_FIGURES, OF_FUNCTIONS, OF_GATES
    from colocate.tables.functions import MISSING

    assert {rule.id for rule in study.gates} <= set(OF_GATES)
    assert set(OF_FUNCTIONS) == set(MISSING)
    assert {*OF_GATES.values(), *(c for c, _ in OF_FUNCTIONS.values())} <= set(CASES)
    assert set(OF_FIGURES) <= set(TABLES["money_ranges"]["figure"].allowed)


def test_headings_and_repeated_heads_are_known_to_word_processors(parts):
    read = _read(word(parts["open"]))
    assert {"Title", "Heading 1", "Heading 2"} <= {line.style.name for line in read.paragraphs}
    assert "tblHeader" in read.element.xml
    assert parts["open"].mark in read.sections[0].header.paragraphs[0].text


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no soffice")
def test_a_word_processor_opens_the_document(parts, tmp_path):
    file = tmp_path / "case.docx"
    file.write_bytes(word(parts["open"]))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "txt:Text", "--outdir", str(tmp_path),
         str(file)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    read = (tmp_path / "case.txt").read_text(encoding="utf-8-sig")
    assert "5. Management case" in read
    assert parts["open"].title.split("<")[0].strip() in read
