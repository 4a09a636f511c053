"""The embedded study has public facts only: no figure of money in it is made up."""

import pandas as pd
import pytest

from colocate.money import prices
from colocate.money.running_costs import about

pytestmark = pytest.mark.study


def table(study_run, name):
    return pd.read_parquet(study_run / "tables" / f"{name}.parquet")


def test_no_works_no_receipt_and_no_value_is_made_up(study_run):
    money = table(study_run, "money").set_index("option_id")
    options = table(study_run, "options").set_index("option_id")
    existing = options["existing_share"] == "existing"
    assert money.loc[~existing, ["capital_gbp", "npv_gbp", "payback_years"]].isna().all(axis=None)
    assert (money.loc[existing, ["capital_gbp", "npv_gbp"]] == 0).all(axis=None)
    assert set(money["basis"]) == {"assumed", "unknown"}
    assert money.loc[money["npv_gbp"].isna(), "note"].str.contains("Not supplied: ").all()
    assert table(study_run, "switching_values").empty


def test_the_best_set_is_worth_the_same_wherever_it_is_told(study_run):
    best = table(study_run, "portfolios").set_index("portfolio_id").loc["best"]
    judged = table(study_run, "principle_ranges").query(
        "subject_id == 'best' and principle == 'judged_together'"
    )
    ends = prices.Span(*(best[f"npv_{end}_gbp"] for end in prices.Span._fields))
    assert judged["reason"].str.contains(about(ends), regex=False).all()


def test_bodies_add_up_to_each_saving(study_run):
    by_body = table(study_run, "money_by_body").groupby("option_id")["net_saving_gbp"]
    money = table(study_run, "money").set_index("option_id")["net_saving_gbp"]
    pd.testing.assert_series_equal(by_body.sum(min_count=1), money, check_exact=True)


def test_the_best_set_names_what_each_key_lacks(study_run):
    shares = table(study_run, "apportionment_ranges").query("kind == 'portfolio'")
    lacking = shares[shares["share"].isna()]
    assert set(lacking["key"]) == {"funding", "size", "headcount", "demand", "hybrid"}
    assert "funding of Cornwall Fire" in set(lacking["lacks"])
    assert (lacking["share_low"] < lacking["share_high"]).all()
    assert shares["net_low_gbp"].notna().all()


def test_every_option_with_a_value_is_shared_with_amounts(study_run):
    shares = table(study_run, "apportionment_ranges").query("kind == 'option'")
    money = table(study_run, "money").set_index("option_id")
    worth = money.index[money["npv_central_gbp"].notna()]
    told = shares[shares["subject_id"].isin(worth)]
    assert (
        told[["cost_low_gbp", "cost_high_gbp", "net_low_gbp", "net_high_gbp"]]
        .notna()
        .all(axis=None)
    )
    two = told[told["key"].isin(["equal", "funding", "size", "floor_area"])]
    two = two[two["lacks"].isna()]
    pence = (two["cost_gbp"] * 100).round().groupby([two["subject_id"], two["key"]]).sum()
    by_option = pence.groupby("subject_id")
    assert (by_option.max() == by_option.min()).all()  # alike by every key, to the penny


def test_twelve_million_are_shared_pro_rata_to_the_size_of_the_forces(study_run):
    # officers 3,068 to 1,272; the forces themselves split the cost of their merger programme 70:30
    shares = table(study_run, "apportionment_ranges").query("kind == 'target'")
    by_size = shares[shares["key"] == "size"].set_index("body_id")
    assert by_size["benefit_gbp"].to_dict() == {"dcp": 8_482_949.31, "dorsetp": 3_517_050.69}
    by_funding = shares[shares["key"] == "funding"].set_index("body_id")
    assert by_funding["share"].round(2).to_dict() == {"dcp": 0.70, "dorsetp": 0.30}


def test_the_principles_pass_fail_and_depend_on_a_named_figure(study_run):
    found = table(study_run, "principle_ranges")
    outcomes = found.groupby("principle")["outcome"].agg(set)
    assert all("depends" in one for one in outcomes)
    assert found.loc[found["outcome"] == "depends", "depends_on"].notna().all()
    best = found[(found["kind"] == "portfolio") & (found["principle"] == "judged_together")]
    assert set(best["outcome"]) == {"depends"}
    assert (best["turns_at"].between(best["low"], best["high"])).all()


def test_every_constraint_changes_some_share_by_a_figure_that_says_what_it_rests_on(study_run):
    found = table(study_run, "sharing_constraints")
    moved = found[(found["share_after"] - found["share"]).abs() > 0]
    assert set(moved["constraint"]) == {"precept", "local_control", "priorities"}
    assert found["rests_on"].str.startswith("assumed: ").all()


def test_no_function_and_no_benchmark_is_made_up(study_run):
    baseline = table(study_run, "function_baseline")
    assert baseline["function"].nunique() == 24
    assert set(baseline["state"]) == {"not supplied"}
    assert table(study_run, "running_costs")["benchmark_gbp_per_m2"].isna().all()
