"""What the embedded study publishes, as its run left it."""

from __future__ import annotations

import re

import pandas as pd
import pytest

pytestmark = pytest.mark.study

LAID = """(sheets) => sheets.map((sheet) => {
  document.open();
  document.write(sheet);
  document.close();
  const cut = [...document.querySelectorAll(".l2, .l3, .l4, .l12")]
    .filter((text) => text.scrollHeight > text.clientHeight + 1);
  return [cut.map((text) => text.textContent), document.body.scrollHeight];
})"""
"""Of each sheet: texts that end in an ellipsis for want of lines, and its height. To open each by
its address takes ten times as long."""


@pytest.fixture(scope="module")
def laid(study_run, chromium):
    """Every sheet as it is laid out for paper: file to cut texts and height in pixels."""
    page = chromium.new_page(bypass_csp=True, viewport={"width": 688, "height": 1040})
    page.emulate_media(media="print")
    files = sorted((study_run / "sheets").rglob("*.html"))
    found = page.evaluate(LAID, [file.read_text(encoding="utf-8") for file in files])
    page.close()
    return dict(zip(files, found, strict=True))


def test_the_report_stays_under_five_megabytes(study_run):
    assert (study_run / "report.html").stat().st_size < 5_000_000


RERANK = """(code) => {
  colocatePage.open(code);
  const box = document.getElementById("w-number-0");
  const times = Array.from({ length: 31 }, (_, i) => {
    box.value = 10 + i;
    const begun = performance.now();
    box.dispatchEvent(new Event("input"));
    colocatePage.map.symbols.draw();
    document.body.offsetHeight; // lays the page out
    return performance.now() - begun;
  });
  return times.sort((a, b) => a - b)[15];
}"""


@pytest.mark.browser
def test_the_page_opens_and_reranks_offline_without_a_word_on_the_console(study_run, chromium):
    page = chromium.new_context(offline=True).new_page()
    troubles = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda fault: troubles.append(str(fault)))
    page.goto((study_run / "report.html").as_uri())
    assert page.locator("#panel-title").inner_text() == "The area at a glance"
    first = page.locator("#ranked .pick").first
    first.click()
    page.wait_for_timeout(400)  # then the address holds the choice
    for code in ("", page.evaluate("location.hash")):
        assert page.evaluate(RERANK, code) > 0  # milliseconds; how many is no matter of a test
    assert troubles == []


def test_agents_open_a_ranked_list_of_what_can_be_acted_on(study_run):
    rows = pd.read_csv(study_run / "agents" / "shortlist-agents.csv")
    scores = pd.read_parquet(study_run / "tables" / "scores.parquet")
    first = scores[(scores["rank_group"] == 0) & scores["rank"].notna()].sort_values("place")
    assert rows["option_ref"].unique().tolist() == first["option_id"].tolist()
    assert (rows["rank_low"] <= rows["rank"]).all()
    assert (rows["rank"] <= rows["rank_high"]).all()
    assert rows[["sites", "what_happens", "town", "confidence"]].notna().all(axis=None)
    assert not [name for name in rows if name.endswith("_gbp")]


def test_no_agent_is_given_an_inferred_postcode(study_run):
    rows = pd.read_csv(study_run / "agents" / "shortlist-agents.csv")
    sites = pd.read_parquet(study_run / "tables" / "located_sites.parquet").set_index("name")
    given = rows.dropna(subset="postcode")
    assert (sites.loc[given["surplus_sites"], "postcode_basis"] == "stated").all()
    inferred = rows[rows["postcode"].isna() & rows["surplus_sites"].notna()]
    assert inferred["postcode_district"].notna().all()


def test_nothing_is_released_to_the_market(study_run):
    assert not (study_run / "market").exists()
    assert "no market pack: " in (study_run / "NOTICE.md").read_text(encoding="utf-8")


def test_the_notice_of_the_embedded_data_is_told_of_the_study_it_belongs_to(study_run):
    notice = (study_run / "NOTICE.md").read_text(encoding="utf-8")
    assert "# Licences and attribution of the embedded data" in notice


def test_every_output_says_it_is_a_demonstration(study_run):
    notice = "Demonstration on public data. Not a proposal of any authority."
    for name in ("report.html", "shortlist.csv", "agents/shortlist-agents.csv", "study.gpkg"):
        assert notice.encode() in (study_run / name).read_bytes()


@pytest.mark.browser
@pytest.mark.parametrize(("part", "most"), [("open", 1), ("internal", 2)])
def test_an_open_page_prints_on_one_paper_an_internal_one_on_two_at_most(
    laid, chromium, part, most
):
    """The five tallest of them are printed."""
    heights = {path: height for path, (_, height) in laid.items() if path.parent.name == part}
    assert len(heights) > 200
    page = chromium.new_page()
    printed = {}
    for path in sorted(heights, key=heights.get)[-5:]:
        page.goto(path.as_uri())
        paper = page.pdf(prefer_css_page_size=True)
        printed[path.name] = len(re.findall(rb"/Type\s*/Page\b", paper))
    page.close()
    assert {name for name, papers in printed.items() if papers > most} == set()


@pytest.mark.browser
def test_no_text_of_the_study_is_cut_by_the_lines_it_has(laid):
    assert {path.name: cut for path, (cut, _) in laid.items() if cut} == {}


def test_the_sheets_stay_small(study_run):
    sizes = [path.stat().st_size for path in (study_run / "sheets").rglob("*.html")]
    assert max(sizes) < 40_000
    assert sum(sizes) < 9_000_000
