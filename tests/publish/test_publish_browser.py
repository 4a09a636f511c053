"""The report in headless Chromium, from a file, without a network."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from publish_town import HOSTILE, measured

from colocate.choice import scoring

pytestmark = pytest.mark.browser


def row(page, option):
    return page.locator("#ranked tbody tr").filter(has_text=f"{option}:")


def ranks(page):
    """Title's option id to rank, as the list shows them."""
    return page.evaluate(
        """() => Object.fromEntries(
          [...document.querySelectorAll("#ranked tbody tr")].map((row) => [
            row.querySelector(".pick").textContent.split(":")[0],
            row.querySelector(".badge").textContent,
          ]))"""
    )


def pin(page, option):
    """Where an option's pin lies on the screen: a little above its place."""
    return page.evaluate(
        """(id) => {
          const { map, model } = colocatePage;
          const p = map.map.latLngToContainerPoint(model.options.find((o) => o.id === id).at);
          const box = document.getElementById("map").getBoundingClientRect();
          return [box.x + p.x, box.y + p.y - 16];
        }""",
        option,
    )


def test_the_page_is_usable_in_two_seconds_and_asks_for_nothing(open_page):
    page = open_page()
    begun = time.perf_counter()
    page.reload()
    page.locator("#ranked tbody tr").first.click()
    assert page.locator("#panel-title").is_visible()
    assert time.perf_counter() - begun < 2


def test_choosing_in_the_list_shows_the_option_everywhere(open_page):
    page = open_page()
    row(page, "P1-into-F1").locator(".pick").click()
    assert page.locator("#panel-title").inner_text().startswith("P1-into-F1:")
    assert row(page, "P1-into-F1").locator(".pick").get_attribute("aria-pressed") == "true"
    assert page.locator("path.band").count() == 5
    assert "P1-into-F1" in page.locator("#live").inner_text()


def test_choosing_on_the_map_marks_the_list(open_page):
    page = open_page()
    page.mouse.click(*pin(page, "F4-hq-P3"))
    assert page.locator("#panel-title").inner_text().startswith("F4-hq-P3:")
    assert page.locator("#ranked tr.chosen .pick").inner_text().startswith("F4-hq-P3:")


def test_choosing_a_site_in_the_panel_shows_its_catchments(open_page):
    page = open_page(code="#o=F4-hq-P3")
    second = page.locator("#panel .segments button").nth(1)
    second.click()
    assert second.get_attribute("aria-pressed") == "true"
    assert "can drive to it" in page.locator(".reach caption").inner_text()
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"


def test_hostile_text_is_shown_and_does_nothing(open_page):
    page = open_page()
    row(page, "P1-into-F1").locator(".pick").click()
    assert HOSTILE in page.locator("#panel-title").inner_text()
    assert page.locator("img").count() == 0
    assert "<b>Second</b>" in page.locator(".leaflet-control-attribution").inner_text()
    assert page.locator("script").count() == 4


@pytest.mark.parametrize("weights", [[0, 0, 0, 100, 0, 0], [13, 7, 0, 22, 41, 3]])
def test_other_weights_rank_as_python_does(open_page, tables, study, weights):
    page = open_page()
    for place, weight in enumerate(weights):
        page.locator(f"#w-number-{place}").fill(str(weight))
    given = dict(zip((c.id for c in study.choice.criteria), weights, strict=True))
    expected = scoring.scores(
        scoring.contributions(measured(study), criteria=study.choice.criteria, weights=given),
        tables["options"],
        gates=tables["gates"],
    ).set_index("option_id")["rank"]
    assert ranks(page) == {o: "–" if pd.isna(r) else f"{r:.0f}" for o, r in expected.items()}


def test_exploratory_weights_say_so_until_they_are_undone(open_page):
    page = open_page()
    banner = page.locator("#exploratory")
    assert banner.is_hidden()
    page.locator("#w-range-0").focus()
    page.keyboard.press("Home")
    assert "not the starting ranking" in banner.inner_text()
    assert page.locator("#w-share-0").inner_text() == "Off"
    banner.locator("button").click()
    assert banner.is_hidden()
    assert page.locator("#w-number-0").input_value() == "30"


def test_a_preset_sets_its_weights(open_page, study):
    page = open_page()
    name, weights = next(iter(study.choice.presets.items()))
    page.get_by_role("button", name=name).click()
    first = study.choice.criteria[0].id
    assert float(page.locator("#w-number-0").input_value()) == weights[first]
    assert page.locator("#exploratory").is_visible()


def test_weights_of_nothing_leave_the_ranking_and_say_so(open_page):
    page = open_page()
    before = ranks(page)
    for box in page.locator(".weight [type=number]").all():
        box.fill("0")
    assert page.locator("#no-weight").is_visible()
    assert set(ranks(page)) == set(before)


def test_filters_narrow_the_list_and_clear(open_page):
    page = open_page()
    page.locator("#f-text").fill("easton")
    assert sorted(ranks(page)) == ["F2+P2-new", "P2-into-F2", "P2-touchdown-F2"]
    page.locator("#f-status").select_option("existing")
    assert sorted(ranks(page)) == ["P2-into-F2"]
    assert page.locator("#shown").inner_text() == "1 of 7 options · 2 of 8 sites"
    page.locator("#clear").click()
    assert len(ranks(page)) == 7


def test_a_view_is_kept_in_the_address(open_page):
    page = open_page(code="#o=P1-into-F1&w=100,0,0,0,0,0&kind=police_into_fire")
    assert page.locator("#panel-title").inner_text().startswith("P1-into-F1:")
    assert page.locator("#exploratory").is_visible()
    page.locator(".close").click()
    page.wait_for_timeout(300)
    assert "o=" not in page.evaluate("location.hash")
    assert "w=100" in page.evaluate("location.hash")


def test_a_view_code_can_be_pasted(open_page):
    page = open_page()
    page.locator(".controls summary").nth(2).click()
    page.locator("#paste").fill("o=F4-hq-P3")
    page.locator("#paste").press("Enter")
    assert page.locator("#panel-title").inner_text().startswith("F4-hq-P3:")


def test_the_csv_holds_the_current_ranking_and_its_weights(open_page):
    page = open_page(code="#w=100,0,0,0,0,0")
    with page.expect_download() as waiting:
        page.locator("#csv").click()
    data = open(waiting.value.path(), "rb").read()  # noqa: PTH123, SIM115 - the browser's own path
    text = data.decode("utf-8-sig")
    assert data.startswith(b"\xef\xbb\xbf")
    assert text.count("\r\n") == 8
    assert "exploratory,fire_cover=100.0%" in text


def test_everything_works_from_the_keyboard(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the ranked list"
    page.keyboard.press("Enter")
    row(page, "F4-hq-P3").locator(".pick").focus()
    page.keyboard.press("Enter")
    assert page.locator("#panel-title").inner_text().startswith("F4-hq-P3:")
    page.locator(".close").focus()
    page.keyboard.press("Enter")
    assert page.locator("#panel-title").inner_text() == "The area at a glance"
    assert page.evaluate("document.activeElement.id") == "panel-title"
    page.locator('[data-sort="title"]').focus()
    page.keyboard.press("Enter")
    assert page.locator('th[aria-sort="ascending"]').inner_text().startswith("Option")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_width_scrolls_sideways(open_page, width):
    page = open_page(width, 700)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    row(page, "P1-into-F1").locator(".pick").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_list_and_a_map_are_there(open_page):
    page = open_page(java_script_enabled=False)
    assert page.locator("#ranked tbody tr").count() == 7
    assert page.locator("#sites tbody tr:visible").count() == 8
    assert page.locator(".static-map svg").is_visible()
    assert page.get_by_text("scripts are turned off").is_visible()
    assert page.locator(".controls").is_hidden()


def test_printing_puts_every_row_and_a_map_on_paper(open_page):
    page = open_page()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#paper svg .s-pin").count() >= 1
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#paper svg").count() == 0


def test_forced_colours_bring_no_trouble(open_page):
    page = open_page(forced_colors="active", reduced_motion="reduce")
    row(page, "P1-into-F1").locator(".pick").click()
    assert page.locator("path.band").count() == 5


def test_layers_and_layouts_can_be_switched(open_page):
    page = open_page()
    page.locator(".key summary").click()
    page.locator('[data-layer="cluster"]').check()
    assert page.locator("path.cluster").count() == 1
    page.get_by_role("button", name="List", exact=True).click()
    assert page.locator("html").get_attribute("data-layout") == "list"
    assert page.locator("#map").is_hidden()


def test_a_site_without_an_option_is_found_by_its_postcode_without_blank(open_page):
    page = open_page()
    page.locator("#f-text").fill("ex11aa")
    assert "1 of 8 sites" in page.locator("#shown").inner_text()
    page.locator("#f-text").fill("old fire")
    page.get_by_role("button", name="Sites", exact=True).click()
    assert page.locator("#sites tbody tr:visible").count() == 1
    page.locator("#sites tbody tr:visible .pick").click()
    assert page.locator("#panel-title").inner_text() == "Old Fire Station"


@pytest.mark.parametrize("code", ["rubbish", "o=nothing", "kind=nothing", "w=1,2"])
def test_a_code_that_is_no_view_says_so_and_changes_nothing(open_page, code):
    page = open_page(code="#o=F1+P1-new")
    page.locator(".controls summary").nth(2).click()
    page.locator("#paste").fill(code)
    page.locator("#paste").press("Enter")
    assert page.locator("#said").inner_text() == "No such view"
    assert page.locator("#panel-title").inner_text().startswith("F1+P1-new:")
    page = open_page(code=f"#{code}")
    assert page.locator("#panel-title").inner_text() == "The area at a glance"


def test_where_a_new_site_could_stand_is_drawn_and_said(open_page):
    page = open_page(code="#o=F1+P1-new")
    assert page.locator("path.search").count() == 1
    assert "about 0.12 km²" in page.locator("#panel").inner_text()
    page.locator(".close").click()
    assert page.locator("path.search").count() == 0
