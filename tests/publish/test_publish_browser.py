"""The report in headless Chromium, from a file, without a network."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from publish_decision import HOSTILE_NOTE
from publish_town import HOSTILE, OPTIONS, measured

from colocate.publish.facts import amounts
from colocate.scoring import scoring

pytestmark = pytest.mark.browser


def row(page, option):
    return page.locator("#ranked tbody tr[data-i]").filter(has_text=f"{option}:")


def ranks(page):
    """Title's option id to rank, as the list shows them."""
    return page.evaluate(
        """() => Object.fromEntries(
          [...document.querySelectorAll("#ranked tbody tr[data-i]")].map((row) => [
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


def test_the_page_is_usable_once_loaded_and_asks_for_nothing(open_page):
    page = open_page()
    page.reload()
    page.locator("#ranked tbody tr[data-i]").first.click()
    assert page.locator("#panel-title").is_visible()


def test_choosing_in_the_list_shows_the_option_everywhere(open_page):
    page = open_page()
    row(page, "P1-into-F1").locator(".pick").click()
    assert page.locator("#panel-title").inner_text().startswith("P1-into-F1:")
    assert row(page, "P1-into-F1").locator(".pick").get_attribute("aria-pressed") == "true"
    assert page.locator("path.band").count() == 5
    assert "P1-into-F1" in page.locator("#live").inner_text()


def test_choosing_on_the_map_marks_the_list(open_page):
    page = open_page()
    page.mouse.click(*pin(page, "F2+P2-new"))
    expect(page.locator("#panel-title")).to_have_text(re.compile(r"^F2\+P2-new:"))
    assert page.locator("#ranked tr.chosen .pick").inner_text().startswith("F2+P2-new:")


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


@pytest.mark.parametrize("weights", [[0, 0, 0, 100], [13, 7, 0, 22, 41, 3]])
def test_other_weights_rank_as_python_does(open_page, tables, study, weights):
    page = open_page()
    ids = [c.id for c in study.choice.criteria]
    given = dict.fromkeys(ids, 0) | dict(zip(ids, weights, strict=False))
    for place, weight in enumerate(given.values()):
        page.locator(f"#w-number-{place}").fill(str(weight))
    expected = scoring.scores(
        scoring.contributions(measured(study), criteria=study.choice.criteria, weights=given),
        tables["options"],
        gates=tables["gates"],
    ).set_index("option_id")
    said = zip(expected["rank"], expected["rank_shared"], strict=True)
    assert ranks(page) == {
        option: amounts.rank(rank, shared=shared) or "–"
        for option, (rank, shared) in zip(expected.index, said, strict=True)
    }


def test_the_list_is_headed_by_group_and_can_be_cut_down_to_one(open_page):
    page = open_page()
    headings = page.locator("#ranked .block h3")
    assert headings.first.inner_text() == "Stations · Can be acted on"
    assert "Stations · Blocked" in headings.all_inner_texts()
    assert row(page, "F1-into-P1").locator(".badge.tier-5").count() == 1
    page.locator("#f-group").select_option("3")
    assert headings.all_inner_texts() == ["Stations · Blocked"]
    assert sorted(ranks(page)) == ["F1-into-P1"]
    page.locator("[data-sort=title]").click()
    assert headings.count() == 0


def test_the_panel_says_what_the_order_rests_on(open_page):
    text = open_page().locator("#panel .basis").inner_text()
    assert "What the order rests on" in text
    assert "With the starting weights" in text


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
    page = open_page(code="#o=P1-into-F1&w=100,0,0,0,0,0&kind=into_fire")
    assert page.locator("#panel-title").inner_text().startswith("P1-into-F1:")
    assert page.locator("#exploratory").is_visible()
    page.locator(".close").click()
    page.wait_for_timeout(300)
    assert "o=" not in page.evaluate("location.hash")
    assert "w=100" in page.evaluate("location.hash")


@pytest.mark.parametrize(
    "code",
    [
        "o=F4-hq-P3",
        "o=F4-hq-P3&s=P3",
        "s=F3",
        "w=1,2.5,0,4,5,100",
        "list=sites&text=ea%20%26%20%C3%A9",
        "list=compare&c1=F4-hq-P3&c2=F1%2BP1-new",
        "list=portfolio&set=next-1",
        "area=Devon%20%26%20Cornwall&service=police&kind=into_fire&status=investigate",
        "gate=fire_cover:pass&tier=250%20m&sure=robust&known=35",
    ],
)
def test_every_piece_of_a_view_comes_back(open_page, code):
    page = open_page(code=f"#{code}")
    state = page.evaluate("colocatePage.state")
    page.wait_for_timeout(300)
    kept = page.evaluate("location.hash")
    assert kept != "#"
    assert open_page(code=kept).evaluate("colocatePage.state") == state
    assert open_page().evaluate("colocatePage.state") != state


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


@pytest.mark.parametrize("width", [390, 768, 900])
def test_the_title_has_room_in_the_heading(open_page, width):
    page = open_page(width, 900)
    assert page.locator("h1").bounding_box()["width"] >= 300
    assert page.locator(".top").bounding_box()["height"] <= 270


@pytest.mark.parametrize("size", [(768, 1024), (1280, 800), (1920, 1080)])
def test_the_key_leaves_the_map_and_its_buttons_free(open_page, size):
    page = open_page(*size, code="#list=portfolio")
    for share in (1 / 5, 1 / 2):
        key, pad, around = (page.locator(of).bounding_box() for of in (".key", ".pad", "#map"))
        assert key["y"] >= pad["y"] + pad["height"] or key["x"] + key["width"] <= pad["x"]
        assert key["width"] * key["height"] < share * around["width"] * around["height"]
        page.locator(".key summary").click()


def test_the_printed_list_has_the_whole_range_of_a_saving(open_page):
    page = open_page(718, 1000)  # the width of A4 within its margins
    page.emulate_media(media="print")
    cell = page.locator("#ranked .saving").first
    cell.evaluate("(cell) => { cell.innerHTML = '<small>assumed, £0 to £12,000,000</small>'; }")
    assert cell.evaluate("(cell) => cell.scrollWidth <= cell.clientWidth")


def test_without_scripts_the_list_and_a_map_are_there(open_page):
    page = open_page(java_script_enabled=False)
    assert page.locator("#ranked tbody tr[data-i]").count() == 7
    assert page.locator("#sites tbody tr:visible").count() == 8
    assert page.locator(".static-map svg").is_visible()
    assert page.get_by_text("scripts are turned off").is_visible()
    best = page.locator(".best-set").inner_text()
    assert "P1-into-F1" in best
    assert "£12,000 (assumed)" in best
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
    page.locator("path.cluster").dispatch_event("mouseover")
    assert page.locator(".leaflet-tooltip").inner_text() == (
        "Exampleford: 2 sites, 310 m across, at most 45 s apart by road"
    )
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


def press(page, locator):
    """Use a control from the keyboard alone."""
    locator.focus()
    page.keyboard.press("Enter")


def click(page, locator):  # noqa: ARG001 - as `press`
    locator.click()


BOTH_WAYS = pytest.mark.parametrize("use", [press, click], ids=["keyboard", "mouse"])


@BOTH_WAYS
def test_two_options_are_compared_side_by_side(open_page, use):
    page = open_page(code="#o=P1-into-F1")
    use(page, page.get_by_role("button", name="Compare with another"))
    assert page.evaluate("document.activeElement.id") == "c-second"
    other = page.locator("#c-second option", has_text="F1-into-P1:")
    page.locator("#c-second").select_option(value=other.get_attribute("value"))
    heads = page.locator("#c-table thead th").all_inner_texts()
    assert heads[0].startswith("P1-into-F1:")
    assert heads[1].startswith("F1-into-P1:")
    rows = page.locator("#c-table tbody tr:has(td)").count()
    page.locator("#c-differ").focus()
    page.keyboard.press("Space")
    fewer = page.locator("#c-table tbody tr:has(td)")
    assert 0 < fewer.count() < rows
    assert all(a != b for a, b in (cells.locator("td").all_inner_texts() for cells in fewer.all()))


def test_the_pair_that_is_compared_is_kept_in_the_address(open_page):
    page = open_page(code="#list=compare&c1=F4-hq-P3&c2=P1-into-F1")
    assert page.locator("#c-table thead th").first.inner_text().startswith("F4-hq-P3:")
    page.wait_for_timeout(300)
    assert "c1=F4-hq-P3" in page.evaluate("location.hash")


@BOTH_WAYS
def test_the_best_set_is_listed_marked_and_its_share_of_the_target_said(open_page, use):
    page = open_page()
    use(page, page.get_by_role("button", name="Portfolio", exact=True))
    text = page.locator("#portfolio").inner_text()
    assert "2 options that fit together and could release 1 building" in text
    assert "buildings alone do not reach it" in text
    assert "Example Fire loses £3,000 a year; nothing counts towards its target" in text
    assert "Example Police would pay Example Fire £9,000 a year" in text
    assert [row.inner_text().split("\t")[1:3] for row in page.locator(
        "#p-facts table.figures tbody tr:has(td:nth-child(4))").all()] == [
        ["loses £3,000", "£6,000"], ["£15,000", "£6,000"],
    ]  # fmt: skip
    assert page.locator("#p-options tbody tr").count() == 2
    marked = "[...colocatePage.map.symbols.marked].map((o) => o.id).sort()"
    assert page.evaluate(marked) == ["F4-hq-P3", "P1-into-F1"]
    use(page, page.locator("#p-options .pick").first)
    assert page.locator("#panel-title").inner_text().startswith("P1-into-F1:")
    page.locator("#p-set").select_option("next-1")
    assert page.evaluate(marked) == ["F4-hq-P3"]
    use(page, page.get_by_role("button", name="Options", exact=True))
    assert page.evaluate(marked) == []


def test_the_frontier_s_figures_stand_beside_its_chart(open_page):
    page = open_page(code="#list=portfolio")
    assert "£54,000 a year with 1,200 people" in page.locator(
        "#p-frontier [role=img]"
    ).get_attribute("aria-label")
    page.locator("#p-frontier summary").click()
    assert page.locator("#p-frontier tbody tr").count() == 4  # three points and the best set


def test_the_panel_says_how_sure_a_rank_is_and_what_would_tip_it(open_page):
    page = open_page(code="#o=P1-into-F1")
    panel = page.locator("#panel")
    assert "Robust In the top 3 in 96% of the draws." in panel.inner_text()
    assert "1 to 2" in panel.inner_text()
    page.get_by_text("What weight would tip it").click()
    assert "Police access from 15% to 62% of the weight: it leaves the top" in panel.inner_text()
    assert row(page, "P1-into-F1").locator(".sure").inner_text() == "Robust"
    assert row(page, "P2-into-F2").locator(".sure").count() == 0


def test_gains_and_losses_stand_apart_and_what_stays_is_said_to_stay(open_page):
    page = open_page(code="#o=P1-into-F1")
    text = page.locator("#panel").inner_text()
    assert "Exactly as today: 2 measures, no change." in text
    assert "+1,500 gained, −1,200 lost" in text
    assert "No longer within the standard: 1,200 people in 1 place" in text
    assert "loses more than average" in text
    assert "Fire: no change for any group." in text


def test_places_that_change_are_drawn_and_named_under_the_pointer(open_page):
    page = open_page(code="#o=P1-into-F1")
    page.wait_for_timeout(600)
    found = page.evaluate(
        """() => colocatePage.map.symbols.hits.filter((h) => h.change)
          .map((h) => [h.change.point.name, h.change.how, h.at.x, h.at.y])"""
    )
    assert {(name, how) for name, how, *_ in found} >= {
        ("Exampleford Quay", "gained"), ("Exampleford Moor", "lost")
    }  # fmt: skip
    _, _, x, y = next(hit for hit in found if hit[1] == "lost")
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + x, box["y"] + y)
    assert "18 min 20 s → 21 min 30 s" in page.locator(".tip").inner_text()


def test_money_approvals_and_questions_are_told_body_by_body(open_page):
    page = open_page(code="#o=P1-into-F1")
    text = page.locator("#panel").inner_text()
    assert "£12,000 a year (assumed)" in text
    assert "−£65,000" in text
    assert "Outside the alliance: Example Police" in text
    assert "Consultation on desk access, staff" in text
    assert "Before the decision: 1 step" in text
    assert "done by 2027-02 at the earliest, 2027-08 as usual" in text
    assert "Example Police ends on 2027-01-31 (unverified); then Example Mayor." in text
    assert "Counted by postcode where it is known, not by whole areas as above" in text
    assert "3 options wait for the answer. It would move 1.5 ranks on average, 3 at most" in text
    page = open_page(code="#o=F4-hq-P3")
    assert "Approved, 2026-10-01, Example Fire" in page.locator("#panel").inner_text()


@pytest.mark.parametrize(
    ("control", "value", "left"),
    [
        ("#f-sure", "robust", ["P1-into-F1"]),
        ("#f-service", "fire", ["F1+P1-new", "F1-into-P1", "F2+P2-new", "F4-hq-P3"]),
        ("#f-gate", "fire_cover:fail", ["F1-into-P1"]),
        ("#f-kind", "hq", ["F4-hq-P3"]),
        ("#f-tier", "250 m", None),
        ("#f-area", "Devon & Cornwall", None),
    ],
)
def test_each_filter_leaves_what_it_names(open_page, control, value, left):
    page = open_page()
    page.locator(control).select_option(value)
    assert sorted(ranks(page)) == (left or sorted(OPTIONS))


def test_notes_of_the_decision_s_tables_are_text_too(open_page):
    page = open_page(code="#o=P1-into-F1&list=portfolio")
    assert page.locator("i[onmouseover]").count() == 0
    assert HOSTILE_NOTE in page.locator("#portfolio").text_content()
    assert HOSTILE_NOTE in page.locator("#panel").text_content()


def test_one_option_prints_on_three_pages_at_most(open_page):
    page = open_page(code="#o=P1-into-F1")
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert 1 <= len(pages) <= 3


def test_the_printed_list_leaves_out_the_sites(open_page):
    page = open_page()
    page.emulate_media(media="print")
    assert page.locator("#ranked").is_visible()
    assert page.locator("#sitelist").is_hidden()


def test_other_weights_leave_unfolded_what_was_unfolded(open_page):
    page = open_page(code="#o=P1-into-F1")
    page.locator("#panel details summary").first.click()
    page.locator("#w-number-0").fill("70")
    assert page.locator("#panel details[open]").count() == 1


def test_a_filter_says_how_many_are_left(open_page):
    page = open_page()
    page.locator("#f-text").fill("easton")
    assert page.locator("#live").inner_text() == "3 of 7 options · 2 of 8 sites"


@pytest.mark.parametrize("code", ["#list=compare&c1=F1-into-P1&c2=F4-hq-P3", "#list=portfolio"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_views_fit_every_width(open_page, width, code):
    page = open_page(width, 800, code=code)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
