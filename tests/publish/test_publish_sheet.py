from __future__ import annotations

import os
import re
import shutil
from html.parser import HTMLParser

import pytest
from publish_town import HOSTILE, RUN, SITES

from colocate.errors import InputError, OptionError, OutputError
from colocate.pipeline import pdf
from colocate.publish.facts import AGENTS, MARKET, gather
from colocate.publish.sheets import sheet
from colocate.publish.sheets.localmap import Ground, Mark, Shown

browser = pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on the path")


class Elements(HTMLParser):
    """The names and attributes of a page's elements, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def sheets(tables, study):
    return dict(sheet.internal(gather(tables, study), tables, study=study, run_id=RUN.run_id))


def text_of(page):
    return " ".join(" ".join(Elements(page).text).split())


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


def test_every_ranked_option_has_a_sheet(sheets, tables):
    ranked = tables["scores"].dropna(subset="rank")["option_id"]
    assert sorted(sheets) == sorted(f"{option}.html" for option in ranked)


def test_a_sheet_is_small_and_static(sheets):
    for page in sheets.values():
        assert len(page.encode()) < 25_000
        names = {tag for tag, _ in Elements(page).found}
        assert names.isdisjoint({"script", "img", "link", "iframe", "object", "form", "a"})
        assert not re.search(r"url\(|@import|https?://(?!opendatacommons)", page)


def test_the_policy_allows_its_own_style_and_nothing_else(sheets):
    elements = Elements(sheets["P1-into-F1.html"]).found
    policy = next(a["content"] for tag, a in elements if tag == "meta" and "http-equiv" in a)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not [a for _, a in elements if any(name.startswith("on") for name in a)]
    assert not [a for _, a in elements if "style" in a]


def test_the_sheet_tells_what_where_who_and_how_much(sheets):
    told = text_of(sheets["P1-into-F1.html"])
    for said in ("Rank 2 of 5", "Exampleford Fire Station", "stays", "moves, comes free",
                 "60,000", "60,300", "no crewed station moves", "Example Fire Authority (approve)",
                 "Example Police (agree, not verified)",
                 "£12,000", "? open", "Robust"):  # fmt: skip
        assert said in told, said


def test_notice_run_and_class_stand_on_both_pages(sheets, study):
    for page in sheets.values():
        told = text_of(page)
        assert told.count(f"{study.study.notice} Screening only.") == 2
        assert told.count(f"run {RUN.run_id}") == 2
        assert told.count(study.study.attribution[0]) == 2
        assert "Internal part. Disclosure: restricted." in told or (
            "Internal part. Disclosure: public." in told
        )


def test_hostile_names_are_text(sheets):
    page = sheets["P1-into-F1.html"]
    assert "<img" not in page
    assert "onerror=alert(1)" in text_of(page)
    assert "{{7*7}}" in text_of(page)


def released(tables, study, audience=AGENTS):
    facts = gather(tables, study)
    return sheet.released(facts, tables, audience=audience, study=study, run_id=RUN.run_id)


def test_the_market_s_open_part_says_nothing_of_rank(tables, study):
    decisions = tables["option_decisions"]
    opened = decisions.assign(release=decisions["release"].replace("agents", "market"))
    given = tables | {"option_decisions": opened}
    (page,) = dict(released(given, study, MARKET)).values()
    assert "Rank" not in text_of(page)
    assert re.search(r"Rank \d of 5", text_of(dict(released(given, study))["F4-hq-P3.html"]))


def test_agents_get_the_open_part_of_what_is_released_alone(tables, study):
    pages = dict(released(tables, study))
    assert list(pages) == ["F4-hq-P3.html"]
    told = text_of(pages["F4-hq-P3.html"])
    assert "Released by decision" in told
    assert "Approved 2026-10-01" in told
    assert "Internal part" not in told
    assert "£" not in told
    assert not [s for s, given in SITES.items() if s not in {"F4", "P3"} and given["name"] in told]


def test_the_open_part_is_the_same_for_agents_and_inside(tables, study, sheets):
    outside = text_of(dict(released(tables, study))["F4-hq-P3.html"])
    start, end = outside.index("What would happen"), outside.index("Contact:")
    assert outside[start:end] in text_of(sheets["F4-hq-P3.html"])


def test_file_names_suit_every_file_system():
    names = sheet.file_names(["A-into-b", "a-into-B", "x/../y", "con:aux", "z" * 300])
    assert names["A-into-b"] == "A-into-b.html"
    assert names["a-into-B"] == "a-into-B~2.html"
    assert names["x/../y"] == "x____y.html"
    assert len({name.casefold() for name in names.values()}) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9+_~-]{1,90}\.html", name) for name in names.values())


def test_sites_at_one_point_are_drawn_side_by_side(tables):
    pair = [
        Mark("F1", "One", "fire", 300_000, 100_000),
        Mark("F9", "Two", "fire", 300_000, 100_000),
    ]
    drawn = Ground(tables).draw(Shown(pair), label="Two at one place")
    centres = re.findall(r'class="fire m-own" cx="(\d+)" cy="(\d+)"', drawn)
    assert len(set(centres)) == 2


def test_the_scale_bar_is_true(tables):
    drawn = Ground(tables).draw(Shown([Mark("F1", "One", "fire", 300_000, 100_000)]), label="Scale")
    left, right = re.search(r'm-scale" d="M(\d+) \d+v5H(\d+)', drawn).groups()
    assert "2 km" in drawn
    assert (int(right) - int(left)) * 12_000 / 720 == pytest.approx(2000, abs=20)


@browser
@pytest.mark.browser
def test_a_sheet_prints_on_two_a4_pages_and_the_agents_on_one(published, tmp_path):
    for path, pages in ((published / "sheets" / "P1-into-F1.html", 2),
                        (published / "agents" / "sheets" / "F4-hq-P3.html", 1)):  # fmt: skip
        out = pdf.print_pdf(path, tmp_path / "sheet.pdf")
        assert pages_of(out) == pages
        assert re.search(rb"/MediaBox\s*\[0 0 59[45]\.\d+ 84[12]", out.read_bytes())


@browser
@pytest.mark.browser
def test_long_names_and_long_paths_stay_on_their_pages(tables, study, tmp_path):
    long = "Ω" * 10_000
    sites = tables["located_sites"].assign(name=long, town=long, source=long)
    options = tables["options"].assign(title=long, what_happens=long)
    gates = tables["gates"].assign(reason=long, question=long)
    steps = tables["approvals"].assign(body=long)
    given = tables | {"located_sites": sites, "options": options, "gates": gates}
    given |= {"approvals": steps}
    facts = gather(given, study)
    pages = dict(sheet.internal(facts, given, study=study, run_id=RUN.run_id))
    path = tmp_path / "long.html"
    path.write_text(pages["P1-into-F1.html"], encoding="utf-8")
    assert path.stat().st_size < 40_000
    assert pages_of(pdf.print_pdf(path, tmp_path / "long.pdf")) == 2


def test_the_sheet_of_an_option_is_found_in_its_run(town_run):
    found = sorted((town_run / "sheets").glob("*.html"))
    assert pdf.find(town_run, found[0].stem) == found[0]


def test_a_sheet_is_written_where_somebody_wants_it(town_run, tmp_path):
    found = min((town_run / "sheets").glob("*.html"))
    out = tmp_path / "mine.html"
    assert pdf.sheet(town_run, found.stem, out=out) == out
    assert out.read_bytes() == found.read_bytes()


@browser
@pytest.mark.browser
def test_a_pdf_is_written_beside_the_reader(town_run, tmp_path, monkeypatch):
    found = min((town_run / "sheets").glob("*.html"))
    monkeypatch.chdir(tmp_path)
    written = pdf.sheet(town_run, found.stem, pdf=True)
    assert (tmp_path / f"{found.stem}.pdf").samefile(written)
    assert written.read_bytes().startswith(b"%PDF")


def test_an_option_that_is_not_there_is_named(town_run, tmp_path):
    with pytest.raises(OptionError, match="no option NOT-HERE among"):
        pdf.find(town_run, "NOT-HERE")
    with pytest.raises(InputError, match="no run here"):
        pdf.find(tmp_path, "NOT-HERE")


def test_without_a_browser_the_message_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in pdf.WINDOWS_FOLDERS:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(OutputError, match="no browser to print with"):
        pdf.find_browser()


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for the browser")
def test_a_browser_that_prints_nothing_is_an_error(monkeypatch, tmp_path):
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(OutputError, match="did not print it; it said: broken"):
        pdf.print_pdf(tmp_path / "page.html", tmp_path / "page.pdf")


def test_hostile_text_reaches_the_map_as_text(sheets):
    page = sheets["P1-into-F1.html"]
    labels = re.findall(r'<text class="m-site"[^>]*>([^<]*)</text>', page)
    assert any(label.startswith("&lt;/script&gt;") for label in labels)
    assert HOSTILE not in page
