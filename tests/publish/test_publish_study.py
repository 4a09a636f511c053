"""What the embedded study publishes, as its run left it."""

from __future__ import annotations

import re
import shutil

import pandas as pd
import pytest

from colocate.pipeline import pdf

pytestmark = pytest.mark.study

SECTION = re.compile(r"<section.*</section>", re.DOTALL)


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


def test_every_output_says_it_is_a_demonstration(study_run):
    notice = "Demonstration on public data. Not a proposal of any authority."
    for name in ("report.html", "shortlist.csv", "agents/shortlist-agents.csv", "study.gpkg"):
        assert notice.encode() in (study_run / name).read_bytes()


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on the path")
def test_a_sheet_prints_on_two_pages_or_three(study_run, tmp_path):
    pages = [path.read_text(encoding="utf-8") for path in sorted((study_run / "sheets").iterdir())]
    body = "".join(SECTION.search(page).group() for page in pages)
    together = tmp_path / "all.html"
    together.write_text(SECTION.sub(lambda _: body, pages[0], count=1), encoding="utf-8")
    printed = pdf.print_pdf(together, tmp_path / "all.pdf").read_bytes()
    assert len(pages) > 200
    printed_pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 2 * len(pages) <= printed_pages <= 3 * len(pages)


def test_the_sheets_stay_small(study_run):
    sizes = [path.stat().st_size for path in (study_run / "sheets").iterdir()]
    assert max(sizes) < 40_000
    assert sum(sizes) < 8_000_000
