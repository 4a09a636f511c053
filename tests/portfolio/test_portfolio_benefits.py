"""What is promised, who measures it, and what came of it: worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from colocate.portfolio.benefits import Given, _came_to, benefits
from colocate.study import BenefitRule, Figure
from colocate.tables import TABLES, check, empty
from colocate.tables.programme import MEASURES

RULES = tuple(
    BenefitRule(
        measure=measure, label=measure, measured_by=by,
        months_after=Figure(value=12, assumed="a year"), how="counted",
    )
    for measure, by in (("net_saving", "owner"), ("works", "owner"), ("desk_access", "force"),
                        ("desk_time", "force"), ("fire_cover", "authority"))
)  # fmt: skip


def rows(name, *given):
    """Rows of a table; what a row leaves out is null."""
    table = TABLES[name]
    return pd.DataFrame([{**dict.fromkeys(table.names), **row} for row in given])


@pytest.fixture
def given_tables():
    def site(site_id, body, service):
        return {"site_id": site_id, "body_id": body, "service": service}

    def option(option_id):
        return {"option_id": option_id, "title": f"Title {option_id}", "site_ids": "F;P"}

    def saved(option_id, body, *saving):
        ends = ("net_saving_low_gbp", "net_saving_gbp", "net_saving_high_gbp")
        return {"option_id": option_id, "body_id": body, "basis": "assumed",
                **dict(zip(ends, saving, strict=True))}  # fmt: skip

    return Given(
        options=rows("options", option("A"), option("B"), option("C")),
        located_sites=rows("located_sites", site("F", "fire", "fire"), site("P", "pol", "police")),
        bodies=rows("bodies", {"body_id": "fire", "name": "Fire Authority"},
                    {"body_id": "pol", "name": "Police"}),
        money_by_body=rows("money_by_body", saved("A", "pol", 10.0, 20.0, 30.0),
                           saved("A", "fire", 0.0, 0.0, 0.0), saved("B", "pol", 1.0, 2.0, 3.0),
                           saved("C", "pol", 1.0, 2.0, 3.0)),
        money_ranges=rows("money_ranges",
                          {"option_id": "A", "figure": "works", "low": 100.0, "central": 200.0,
                           "high": 400.0, "basis": "assumed"},
                          {"option_id": "A", "figure": "npv", "low": 1.0, "central": 2.0,
                           "high": 3.0, "basis": "assumed"}),
        cover=rows("cover", {"option_id": "A", "fire_changes": False}),
        access=rows("access",
                    {"option_id": "A", "desk_changes": True, "people_before": 1000.0,
                     "people_after": 900.0, "mean_access_before_s": 100.0,
                     "mean_access_after_s": 110.0}),
        portfolio_options=rows("portfolio_options", {"portfolio_id": "best", "option_id": "A"},
                               {"portfolio_id": "next-1", "option_id": "C"}),
        option_decisions=rows("option_decisions", {"option_id": "B", "status": "approved"},
                              {"option_id": "C", "status": "deferred"}),
    )  # fmt: skip


def made(given_tables, handed_in=None):
    handed_in = empty(TABLES["benefits_handed_in"]) if handed_in is None else handed_in
    table = benefits(given_tables, handed_in, rules=RULES, fire_body="fire", price_year=2026)
    check(TABLES["benefits"], table)
    return table


def test_the_approved_and_the_best_set_promise_and_nothing_else(given_tables):
    table = made(given_tables)
    assert table[["option_id", "measure", "body_id"]].to_numpy().tolist() == [
        ["A", "net_saving", "pol"], ["A", "works", "all"], ["A", "desk_access", "all"],
        ["A", "desk_time", "all"], ["B", "net_saving", "pol"],
    ]  # fmt: skip
    assert set(table["outcome"]) == {"not measured"}


def test_each_row_says_who_measures_what_was_promised_and_what_it_is_today(given_tables):
    table = made(given_tables).set_index(["option_id", "measure"])
    saving, desk = table.loc[("A", "net_saving")], table.loc[("A", "desk_access")]
    assert saving[["promised_low", "promised", "promised_high"]].tolist() == [10, 20, 30]
    assert saving["measured_by"] == desk["measured_by"] == "Police"
    assert desk[["before", "promised"]].tolist() == [1000, 900]
    assert table.loc[("A", "works"), "unit"] == "GBP"


def test_a_desk_that_is_assumed_promises_a_range_from_nothing(given_tables):
    access = given_tables.access
    assert made(given_tables).set_index("measure").loc["desk_access", "basis"] == "computed"
    table = made(given_tables._replace(access=access.assign(basis="assumed"))).set_index("measure")
    ends = ["promised_low", "promised", "promised_high", "basis"]
    assert table.loc["desk_access", ends].tolist() == [900, 900, 1000, "assumed"]
    assert table.loc["desk_time", ends].tolist() == [100, 110, 110, "assumed"]


def test_pounds_say_their_year_and_people_none(given_tables):
    table = made(given_tables)
    pounds = table["unit"].str.startswith("GBP")
    assert (table.loc[pounds, "price_year"] == 2026).all()
    assert table.loc[~pounds, "price_year"].isna().all()
    older = table[list(TABLES["benefits_handed_in"].names)].assign(price_year=2020.0)
    assert set(made(given_tables, older)["price_year"]) == {2020.0}


def test_a_table_filled_in_is_kept_and_held_against_what_was_promised(given_tables):
    filled = made(given_tables)[list(TABLES["benefits_handed_in"].names)]
    filled.loc[filled["measure"] == "works", "actual"] = 450.0
    filled.loc[filled["measure"] == "desk_time", "actual"] = 105.0
    filled.loc[filled["option_id"] == "B", "actual"] = 3.0
    gone = filled.iloc[[0]].assign(option_id="Z", actual=5.0)
    table = made(given_tables, pd.concat([filled, gone], ignore_index=True))
    told = table.set_index(["option_id", "measure"])
    assert told.loc[("A", "works"), ["difference", "outcome"]].tolist() == [
        250, "worse than promised",
    ]  # fmt: skip
    assert told.loc[("A", "desk_time"), "outcome"] == "better than promised"
    assert told.loc[("B", "net_saving"), "outcome"] == "as promised"
    assert told.loc[("Z", "net_saving"), "outcome"] == "worse than promised"


def test_what_was_promised_stays_though_the_run_has_other_figures(given_tables):
    filled = made(given_tables)[list(TABLES["benefits_handed_in"].names)]
    filled["promised"] = 7.0
    assert set(made(given_tables, filled)["promised"]) == {7.0}


@drawn(st.sampled_from(MEASURES), st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(-1e6, 1e6))
def test_what_lies_within_the_promise_is_as_promised_ends_included(measure, low, width, actual):
    row = pd.DataFrame({"measure": [measure], "promised_low": [low], "promised": [low],
                        "promised_high": [low + width], "actual": [actual]})  # fmt: skip
    outcome = _came_to(row)["outcome"][0]
    assert (outcome == "as promised") == (low <= actual <= low + width)


def test_nothing_promised_is_neither_kept_nor_broken():
    row = pd.DataFrame({"measure": ["works"], "promised_low": [np.nan], "promised": [np.nan],
                        "promised_high": [np.nan], "actual": [1.0]})  # fmt: skip
    assert _came_to(row)["outcome"][0] == "nothing promised"
