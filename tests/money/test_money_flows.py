"""Cash flows, net present values and who has them, by hand and by law."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.errors import OptionError
from colocate.money.appraisal import money
from colocate.money.cases import listed
from colocate.tables import TABLES, check
from money_town import FIRE, INTO, PCC, POLICE, SCHEME, costs, estimated, found
from options_town import HEAD, MONEY, bodies, option, options, site, sites

PENNY = 0.005


def pennies(amounts):
    return (amounts * 100).round().astype("int64")


def one(made):
    return made.money.iloc[0]


def test_every_table_is_what_its_contract_says():
    for name, table in found(supplied=SCHEME)._asdict().items():
        check(TABLES[name], table)


def test_a_scheme_by_hand():
    row = one(found(supplied=SCHEME))
    assert row["capital_gbp"] == 124_000  # with 24 % optimism bias
    assert row["receipt_gbp"] == 50_000
    assert row["net_saving_gbp"] == 12_000  # the rent is a transfer
    expected = -124_000 + 50_000 / 1.035 + 12_000 * 18.39204541
    assert row["npv_gbp"] == pytest.approx(expected, abs=60 * PENNY)
    # 124,000 - 48,309.18 = 75,690.82 is 6.3076 times 12,000; £1 a year is worth 6.1145 after 7
    # years and 6.8740 after 8.
    assert row["payback_years"] == 8


def test_each_body_has_its_own():
    table = found(supplied=SCHEME).money_by_body.set_index("body_id")
    assert table["capital_gbp"].to_dict() == {POLICE: 0, PCC: 0, FIRE: 124_000}
    assert table["receipt_gbp"].to_dict() == {POLICE: 0, PCC: 50_000, FIRE: 0}
    # 31,000 released less 5,000 rent; 5,000 rent less 19,000 more to run.
    assert table["net_saving_gbp"].to_dict() == {POLICE: 26_000, PCC: 0, FIRE: -14_000}


def test_what_the_commissioner_holds_the_commissioner_sells():
    flows = found(supplied=SCHEME).cash_flows
    assert flows.loc[flows["item"] == "receipt", "body_id"].tolist() == [PCC]


def test_without_any_figure_for_the_works_nothing_is_made_up():
    made = found()
    row = one(made)
    assert np.isnan(
        row[["capital_gbp", "receipt_gbp", "npv_gbp", "payback_years"]].astype(float)
    ).all()
    assert row["net_saving_gbp"] == 12_000
    assert "Not supplied: the cost of the works; the receipt for Site PA" in row["note"]
    # 12,000 times 18.392045 is 220,705: what the works may cost at most, before any receipt.
    assert row["works_at_most_central_gbp"] == 220_000
    assert np.isnan(row[["npv_central_gbp", "works_at_most_high_gbp"]].astype(float)).all()
    assert row["value_for_money"] == "unknown"
    assert made.switching_values.empty
    assert set(made.cash_flows["item"]) == {"running_cost_released", "running_cost_host"}


@pytest.mark.parametrize("tenure", ["leasehold", "licence", "pfi"])
def test_what_is_not_owned_brings_no_receipt(tenure):
    made = found(supplied=SCHEME, tenure=tenure, lease_end="2020-01-01")
    assert one(made)["receipt_gbp"] == 0
    assert made.issues["rule"].tolist() == ["nothing_to_sell"]
    assert made.issues["severity"].tolist() == ["excluded"]


def test_two_receipts_for_one_leasehold_are_two_issues():
    twice = (("receipt", POLICE, 1, 1, 50_000), ("receipt", PCC, 1, 1, 50_000))
    made = found(supplied=twice, tenure="leasehold", lease_end="2020-01-01")
    check(TABLES["issues"], made.issues)
    assert len(made.issues) == 2


def test_an_owned_site_has_no_value_until_somebody_names_it():
    row = one(found(supplied=SCHEME[:1], tenure="freehold"))
    assert np.isnan(row["receipt_gbp"])
    assert np.isnan(row["npv_gbp"])


@pytest.mark.parametrize(
    ("dates", "first"),
    [({"lease_end": "2026-01-01"}, 1),  # the study's day is 1 January 2026
     ({"lease_end": "2026-01-02"}, 2), ({"lease_end": "2027-01-01"}, 2),
     ({"lease_end": "2040-06-30", "break_date": "2029-03-31"}, 5),
     ({"lease_end": "2028-06-30", "break_date": "2024-03-31"}, 4),
     ({"lease_end": "2028"}, 4), ({"lease_end": "2019-01-01"}, 1)],
)  # fmt: skip
def test_a_leasehold_is_paid_for_until_it_lets_go(dates, first):
    flows = found(supplied=SCHEME[:1], tenure="leasehold", **dates).cash_flows
    assert flows.loc[flows["item"] == "running_cost_released", "year"].min() == first
    assert flows.loc[flows["item"] == "running_cost_host", "year"].min() == 1


def test_a_lease_that_outlasts_the_appraisal_saves_nothing_in_it():
    row = one(found(supplied=SCHEME[:1], tenure="leasehold", lease_end="2099-01-01"))
    assert (row["gross_saving_gbp"], row["net_saving_gbp"]) == (0, -19_000)
    assert "nothing is saved there" in row["note"]


def test_a_lease_nobody_knows_leaves_the_value_unknown():
    row = one(found(supplied=SCHEME[:1], tenure="leasehold"))
    assert np.isnan(row["npv_gbp"])
    assert "lease end or break of Site PA" in row["note"]


def test_what_is_supplied_wins_item_by_item():
    made = found(supplied=(("running_cost_released", POLICE, 1, 30, 62_000),))
    row = one(made)
    assert row["gross_saving_gbp"] == 62_000
    assert row["host_increase_gbp"] == pytest.approx(38_000)  # still the prior's share
    both = one(found(supplied=(("running_cost_released", POLICE, 1, 30, 62_000),
                               ("running_cost_host", FIRE, 1, 30, -1_000))))  # fmt: skip
    assert both["net_saving_gbp"] == 61_000
    assert both["basis"] == "recorded"
    assert "above any published" in both["review"]


def test_supplied_figures_price_what_no_prior_does():
    frame = sites(site("FA", 0, 0), site("PA", 1, 0, "headquarters"))
    moved = option("NEW", "both_to_new", members="FA;PA", movers="FA;PA")
    new = [
        ("capital", FIRE, 0, 1, -2_000_000, "NEW"),
        ("receipt", FIRE, 2, 2, 300_000, "NEW"),
        ("receipt", POLICE, 2, 2, 900_000, "NEW"),
        ("running_cost_released", POLICE, 2, 30, 150_000, "NEW"),
        ("running_cost_host", FIRE, 2, 30, -60_000, "NEW"),
    ]
    row = one(found(moved, supplied=tuple(new), frame=frame))
    assert row["capital_gbp"] == 4_960_000
    assert row["net_saving_gbp"] == 90_000
    assert row["npv_gbp"] < 0
    assert np.isnan(row["payback_years"])


def test_each_owner_names_its_own_receipt():
    moved = option("NEW", "both_to_new", members="FA;PA", movers="FA;PA")
    given = (("capital", FIRE, 0, 0, -1, "NEW"), ("running_cost_host", FIRE, 1, 30, -1, "NEW"),
             ("receipt", FIRE, 2, 2, 300_000, "NEW"))  # fmt: skip
    row = one(found(moved, supplied=given))
    assert np.isnan(row["npv_gbp"])
    assert "Not supplied: the receipt for Site PA." in row["note"]


def test_own_optimism_bias_replaces_the_study_s():
    scheme = (*SCHEME, ("optimism_bias", FIRE, 0, 0, -3_000))
    assert one(found(supplied=scheme))["capital_gbp"] == 103_000


def test_a_quick_payback_is_flagged():
    row = one(found(supplied=(("capital", FIRE, 0, 0, -1_000), *SCHEME[1:])))
    assert row["payback_years"] == 0 or row["payback_years"] < 3
    assert "under 3 years" in row["review"]


def test_what_is_paid_back_and_spent_again_is_not_paid_back_yet():
    relief = ("backlog_avoided", FIRE, 0, 0, 90_000)
    assert one(found(supplied=(*SCHEME, relief)))["payback_years"] == 1
    # 114,108 gathered by year 10 less 141,784 for the lease are 27,676, which is 12,000 a year
    # (worth 8.3166 by year 10) only when £1 is worth 10.62: after 13 years 10.30, after 14 10.92.
    exit_cost = ("lease_exit", FIRE, 10, 10, -200_000)
    assert one(found(supplied=(*SCHEME, relief, exit_cost)))["payback_years"] == 14


def test_an_existing_share_moves_no_money():
    shared = option("SHARE", "into_fire", members="FA;PA", host="FA",
                    existing_share="existing")  # fmt: skip
    row = one(found(shared))
    assert (row["capital_gbp"], row["net_saving_gbp"], row["npv_gbp"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("row", "told"),
    [(("capital", FIRE, 0, 0, 5_000), "cost above 0"),
     (("receipt", FIRE, 0, 0, -5_000), "cost above 0 or a benefit below 0"),
     (("capital", "nobody", 0, 0, -5_000), "not in table bodies"),
     (("transition", FIRE, 5, 4, -5_000), "last_year before its first_year"),
     (("rent_paid", POLICE, 1, 2, -5_000), "not zero in total")],
)  # fmt: skip
def test_costs_that_cannot_be_right_are_refused(row, told):
    with pytest.raises(OptionError, match=told):
        found(supplied=(row,))


def test_costs_of_other_options_and_later_years_are_left_out_and_named():
    strange = (("capital", FIRE, 0, 0, -1, "GONE"), ("transition", FIRE, 31, 40, -1))
    made = found(supplied=strange)
    assert sorted(made.issues["rule"]) == ["beyond_appraisal", "no_such_option"]
    assert one(made).equals(one(found()))


def test_a_rent_moves_between_bodies_and_not_in_total():
    flows = found(supplied=SCHEME).cash_flows
    rents = flows[flows["item"].isin(["rent_paid", "rent_received"])]
    assert len(rents) == 60
    assert (rents.groupby("year")["amount_gbp"].sum() == 0).all()
    without = one(found(supplied=SCHEME[:2]))["npv_gbp"]
    assert one(found(supplied=SCHEME))["npv_gbp"] == without


AMOUNT = st.integers(1, 10**9).map(lambda pence: pence / 100)
YEARS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)
SIGNS = {"capital": -1, "transition": -1, "lease_exit": -1, "running_cost_host": -1,
         "running_cost_released": 1, "receipt": 1, "backlog_avoided": 1}  # fmt: skip


@st.composite
def schemes(draw):
    """Every item, by whichever body, so that no prior counts."""
    rows = []
    for item, sign in SIGNS.items():
        body = draw(st.sampled_from([FIRE, POLICE])) if item != "receipt" else POLICE
        rows.append((item, body, *draw(YEARS), sign * draw(AMOUNT)))
    return tuple(rows)


LAW = settings(max_examples=10)


@LAW
@given(schemes())
def test_bodies_add_up_to_the_total_to_the_penny(scheme):
    made = found(supplied=scheme)
    for name in ("capital_gbp", "receipt_gbp", "net_saving_gbp", "npv_gbp"):
        assert pennies(made.money_by_body[name]).sum() == pennies(made.money[name]).sum(), name
    assert pennies(made.cash_flows["present_gbp"]).sum() == pennies(made.money["npv_gbp"]).sum()


def side_by_side(scheme, changed):
    """Net present values of a scheme and of a changed one, and how many flows made them."""
    both = tuple((*row, name) for name, rows in (("A", scheme), ("B", changed)) for row in rows)
    made = found(INTO | {"option_id": "A"}, INTO | {"option_id": "B"}, supplied=both)
    return *made.money["npv_gbp"], len(made.cash_flows)


@LAW
@given(schemes(), st.floats(0.1, 9))
def test_twice_the_money_is_worth_twice_as_much(scheme, factor):
    scaled = tuple((*row[:4], row[4] * factor) for row in scheme)
    value, other, flows = side_by_side(scheme, scaled)
    assert other == pytest.approx(factor * value, abs=PENNY * (1 + factor) * flows)


@LAW
@given(schemes())
def test_at_the_switching_factor_the_value_is_nil(scheme):
    """What is supplied for the works moves; the study's optimism bias on them moves along."""
    made = found(supplied=scheme)
    known = made.switching_values.dropna(subset="factor")
    moved = [
        (*row[:4], row[4] * (factor if row[0] == item else 1), item)
        for item, factor in zip(known["item"], known["factor"], strict=True)
        for row in scheme
    ]
    values = found(*(INTO | {"option_id": item} for item in known["item"]), supplied=tuple(moved))
    slack = 2 * PENNY * len(made.cash_flows) * (1 + known["factor"].max())
    assert values.money["npv_gbp"].abs().max() <= slack


@LAW
@given(schemes(), AMOUNT)
def test_a_higher_saving_never_lowers_the_value(scheme, more):
    higher = tuple(
        (*row[:4], row[4] + more) if row[0] == "running_cost_released" else row for row in scheme
    )
    value, other, _ = side_by_side(scheme, higher)
    assert other >= value


def test_the_order_of_rows_changes_nothing():
    listed = [INTO, option("TOUCH", "touchdown", members="FA;PA", host="FA")]
    expected = found(*listed, supplied=SCHEME)
    frame = sites(site("PA", 1, 0), site("FA", 0, 0))
    for order in itertools.islice(itertools.permutations(SCHEME), 1, 24, 5):
        made = found(*listed[::-1], supplied=order, frame=frame)
        for one_table, other in zip(made, expected, strict=True):
            assert one_table.reset_index(drop=True).equals(other.reset_index(drop=True))


def test_a_study_without_options_has_no_money():
    frame = sites(site("FA", 0, 0))
    made = money(listed(
        options(), frame, costs=costs(), estimates=estimated(frame), bodies=bodies(),
        settings=MONEY, as_of=HEAD.as_of,
    ))  # fmt: skip
    for name, table in made._asdict().items():
        assert check(TABLES[name], table).empty


def test_no_costs_and_an_empty_file_are_the_same():
    assert found().money.equals(found(supplied=costs()).money)


def test_a_longer_appraisal_takes_the_lower_rate_after_30_years():
    longer = MONEY.model_copy(update={"appraisal_years": MONEY.appraisal_years.model_copy(
        update={"value": 60.0})})  # fmt: skip
    row = one(found(supplied=SCHEME[:2], settings=longer))
    expected = -124_000 + 50_000 / 1.035 + 12_000 * 25.37526
    assert row["npv_gbp"] == pytest.approx(expected, abs=1)
