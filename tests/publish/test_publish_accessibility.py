"""The report under axe-core, in every state: no violation, and no contrast left undecided.

With the map's canvas on the page axe decides no contrast at all, so the map's panes are hidden for
the pass; its buttons stay.
"""

from __future__ import annotations

from importlib import resources

import pytest

pytestmark = pytest.mark.browser

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  for (const pane of document.querySelectorAll(".leaflet-pane")) pane.style.display = "none";
  const { violations, incomplete } = await axe.run(document, { resultTypes: ["violations"] });
  const told = (found) => found.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.any[0]?.message ?? ""}`));
  return {
    violations: told(violations),
    undecided: told(incomplete.filter((rule) => rule.id.startsWith("color-contrast"))),
  };
}"""


def faults(page):
    """What axe finds wrong, or cannot decide of contrasts."""
    page.evaluate(AXE)
    return page.evaluate(RUN)


def unfold(page, folds):
    page.evaluate(
        "(folds) => { for (const f of document.querySelectorAll(folds)) f.open = true; }", folds
    )


NONE = {"violations": [], "undecided": []}

STATES = {
    "start": "",
    "option": "#o=P1-into-F1",
    "option that fails a gate": "#o=F1-into-P1",
    "site": "#s=F3",
    "sites": "#list=sites",
    "compare": "#list=compare&c1=P1-into-F1&c2=F1-into-P1",
    "portfolio": "#list=portfolio",
    "filtered to nothing": "#text=nowhere",
    "exploratory": "#w=100,0,0,0,0,0&o=F4-hq-P3",
    "exploratory list": "#w=0,0,0,100,0,0",
    "new site": "#o=F1+P1-new",
    "another set": "#list=portfolio&set=next-1",
    "filtered": "#text=easton&kind=touchdown&known=20",
}


@pytest.mark.parametrize("width", [1280, 320])
def test_no_state_of_the_page_has_a_fault(open_page, width):
    page, found = open_page(width, 900), {}
    for state, code in STATES.items():
        page.evaluate("(code) => colocatePage.open(code)", code)
        unfold(page, "#panel details")
        found[state] = faults(page)
    assert {state: told for state, told in found.items() if told != NONE} == {}


@pytest.mark.parametrize("width", [1280, 320])
def test_what_unfolds_has_no_fault(open_page, width):
    page = open_page(width, 900)
    for fold in (".method", ".key details"):
        unfold(page, fold)
        assert faults(page) == NONE, fold


def test_what_is_said_of_wrong_entries_has_no_fault(open_page):
    page = open_page(1280, 1800)  # nothing scrolled: axe cannot decide what is half covered
    for box in page.locator(".weight [type=number]").all():
        box.fill("0")
    page.locator(".controls summary").nth(2).click()
    page.locator("#paste").fill("rubbish")
    page.locator("#paste").press("Enter")
    assert page.locator("#no-weight").is_visible()
    assert page.locator("#said").inner_text() == "No such view"
    assert faults(page) == NONE


@pytest.mark.parametrize("layout", ["Map", "List"])
def test_either_layout_has_no_fault(open_page, layout):
    page = open_page(1280, 900, code="#o=P1-into-F1")
    page.get_by_role("button", name=layout, exact=True).click()
    assert faults(page) == NONE


@pytest.mark.parametrize("part", ["open", "internal"])
def test_a_site_sheet_has_no_fault(published, chromium, part):
    page = chromium.new_page(bypass_csp=True, offline=True)
    page.goto((published / "sheets" / part / "P1-into-F1.html").as_uri())
    page.evaluate("for (const e of document.querySelectorAll('svg, .f, .p, .o')) e.remove()")
    assert faults(page) == NONE
    page.close()


def test_the_page_without_scripts_has_no_fault(open_page, page_file):
    page = open_page()
    html, _ = page_file.read_text(encoding="utf-8").split('<script type="application/json"')
    page.set_content(html)
    assert page.locator(".plain-only.strip").is_visible()
    page.evaluate("document.querySelector('.static-map svg').style.display = 'none'")
    assert faults(page) == NONE
