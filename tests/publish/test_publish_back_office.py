"""The page on the back office: static, escaped, and told as the tables have it."""

from __future__ import annotations

import re

import pytest
from publish_town import HOSTILE

from colocate import study as study_file
from colocate.publish import back_office
from colocate.publish.facts.back_office import housed
from colocate.tables import TABLES, empty
from colocate.tables.functions import FUNCTION_TOTALS
from colocate.tables.schema import conform
from functions_town import (
    BETWEEN,
    EAST,
    ESTATE,
    FIRE,
    FLEET,
    bodies,
    entered,
    figure,
    run,
    scenario,
    total,
)

CHOICE = scenario(("alliance", [FIRE, EAST], ["Fleet"]), name="joined").model_copy(
    update={
        "name": HOSTILE,
        "reasons": (study_file.Statement(text="Set aside: no partner.", source="5.3"),),
        "risks": (study_file.Statement(text="The board must agree.", source="5.13"),),
    }
)
TOTAL = total(f"{FIRE};{EAST}", "staff", 300)
BUDGETS = (FLEET, ("Fleet", EAST, None, None), ("Legal", FIRE))


@pytest.fixture(scope="module")
def page(study):
    made = run(
        *BUDGETS, scenarios=[CHOICE], totals=[TOTAL],
        ways=[{"vehicle_id": "mutual", "name": HOSTILE, "changes": HOSTILE}],
        figures=[figure("Fleet", FIRE, "contracted_in", in_place=True, source=HOSTILE)],
    )  # fmt: skip
    tables = {name: empty(table) for name, table in TABLES.items()} | made | {
        "functions": entered(*BUDGETS),
        "function_totals": conform(FUNCTION_TOTALS, [TOTAL]),
        "bodies": bodies(),
        "options": BETWEEN,
        "located_sites": ESTATE,
    }  # fmt: skip
    settings = study.model_copy(update={"scenarios": (CHOICE,)})
    return back_office.page(tables, study=settings, run_id="0123456789ab", told="restricted")


def test_it_is_static_and_lets_nothing_in(page):
    assert not re.search(r"<(script|img|link|iframe|object|form)\b", page)
    assert not re.search(r"url\(|@import", page)
    assert "default-src 'none'" in page.replace("&#39;", "'")


def test_hostile_text_stays_text(page):
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


@pytest.mark.parametrize(
    "told",
    [
        "budget £600,000",
        "about £72,000 (£30,000 to £120,000) a year, assumed (1 of 1 functions known)",
        "Not known: its budget",
        "Set aside: no partner.",
        "The board must agree.",
        "not for this body",  # a mutual, of the police
        "Disclosure: restricted",
        "PT-depot-FT",
    ],
)
def test_it_tells_what_the_tables_hold(page, told):
    assert told in page


def test_every_table_has_heads_and_can_be_scrolled_by_keyboard(page):
    assert page.count("<table>") == page.count('tabindex="0"') == 3 + 24
    assert page.count("<h1>") == 1
    assert 'lang="en-GB"' in page


def test_a_study_without_a_back_office_has_a_page_that_says_so(study, tables):
    plain = study.model_copy(update={"scenarios": ()})
    page = back_office.page(tables, study=plain, run_id="0123456789ab", told="public")
    assert "No scenario of this study says how functions would be run." in page
    assert "None is supplied." in page


def test_an_option_of_the_estate_says_which_functions_it_could_house():
    tables = run(FLEET, ("Legal", FIRE)) | {"bodies": bodies()}
    assert housed("PH-hq-FH", tables) == [
        "Could house of Shire Fire Authority: Legal. `colocate functions` has the ways to run them."
    ]
    assert housed("PT-into-FT", tables) == []
    assert housed("PT-into-FT", {}) == []
