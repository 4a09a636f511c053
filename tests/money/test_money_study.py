"""The embedded study has public facts only: no figure of money in it is made up."""

import pandas as pd
import pytest

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


def test_bodies_add_up_to_each_saving(study_run):
    by_body = table(study_run, "money_by_body").groupby("option_id")["net_saving_gbp"]
    money = table(study_run, "money").set_index("option_id")["net_saving_gbp"]
    pd.testing.assert_series_equal(by_body.sum(min_count=1), money, check_exact=True)


def test_the_best_set_names_what_each_key_lacks(study_run):
    shares = table(study_run, "apportionment")
    assert set(shares["option_id"]) == {"portfolio"}
    lacking = shares[shares["key"] != "equal"]
    assert lacking["share"].isna().all()
    assert lacking["note"].str.startswith("Not supplied: ").all()
    principles = table(study_run, "principles")
    assert len(principles) == 6 * 7
    assert principles.loc[principles["outcome"] == "unknown", "reason"].str.len().min() > 0


def test_no_function_and_no_benchmark_is_made_up(study_run):
    baseline = table(study_run, "function_baseline")
    assert baseline["function"].nunique() == 24
    assert set(baseline["state"]) == {"not supplied"}
    assert table(study_run, "running_costs")["benchmark_gbp_per_m2"].isna().all()
