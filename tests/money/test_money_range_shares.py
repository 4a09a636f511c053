"""Shares as ranges, by hand: what a lacking figure leaves open, and that nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import study
from colocate.money.cases import listed
from colocate.money.prices import Span
from colocate.money.range_apportionment import apportion
from colocate.money.range_keys import key_spans
from colocate.tables import TABLES, check
from colocate.tables.schema import conform
from colocate.tables.sharing import KEYS, PARTNERS
from money_town import FIRE, INTO, POLICE, SCHEME, costs, estimated, found
from options_town import HEAD, MONEY, bodies, option, options, site, sites

CONSTRAINED = MONEY.model_copy(
    update={
        "constraints": study.Constraints(precept_share=0.1, kept_share=0.1, demand_share=0.1),
        "works": study.Works(
            refit_gbp=study.Ranged(
                value=200_000, low=100_000, high=300_000, width="invented", assumed="invented"
            )
        ),
    }
)
TARGET = study.Target(id="joint", gbp=12e6, years=4, bodies=("eastpolice", "westpolice"))
KNOWN = {
    FIRE: {"funding_gbp": 60e6, "size": 300, "headcount": 300, "demand": 1000, "votes": 1,
           "precept_share": 0.5},
    POLICE: {"funding_gbp": 20e6, "size": 900, "headcount": 900, "demand": 3000, "votes": 1},
}  # fmt: skip


def partners(given):
    return conform(
        PARTNERS, ({"body_id": body, "source": "invented", **row} for body, row in given.items())
    )


def shared(*moved, supplied=SCHEME, given=KNOWN, chosen=(), targets=(), setting=CONSTRAINED):
    moved = moved or (INTO,)
    frame = sites(site("FA", 0, 0), site("PA", 1, 0, tenure="leasehold", lease_end="2020-01-01"))
    asked = listed(
        options(*moved), frame, costs=costs(*supplied), bodies=bodies(), settings=setting,
        estimates=estimated(frame, settings=setting), as_of=HEAD.as_of,
    )  # fmt: skip
    made = apportion(
        asked.options, partners=partners(given), bodies=bodies(), chosen=list(chosen),
        targets=targets, as_of=HEAD.as_of, settings=setting,
    )  # fmt: skip
    for name in made._fields:
        check(TABLES[name], getattr(made, name))
    return made


def rows(made, key, *, subject="INTO"):
    table = made.apportionment_ranges
    return table[(table["key"] == key) & (table["subject_id"] == subject)].set_index("body_id")


def of_constraint(made, name, *, key, body):
    table = made.sharing_constraints.set_index(["key", "constraint", "body_id"])
    return table.loc[(key, name, body)]


ANNUITY = 18.39204541
"""£1 a year for 30 years at 3.5 %."""


def test_a_works_prior_makes_costs_a_range_and_benefits_stay_where_they_fall():
    made = shared(supplied=())
    # 31,000 released a year; the host rises by all of it, 19,000 or nothing; works 100 to 300,000
    half = rows(made, "equal")
    assert half.loc[POLICE, "benefit_gbp"] == pytest.approx(31_000 * ANNUITY, abs=0.01)
    assert half.loc[FIRE, "benefit_gbp"] == 0
    assert half.loc[FIRE, "cost_low_gbp"] == 50_000  # no rise, least works, half of it
    assert half.loc[FIRE, "cost_high_gbp"] == 440_000  # (570,153 + 300,000) / 2, outward
    assert half["cost_gbp"].sum() == 550_000  # 349,449 + 200,000 to two figures
    assert half.loc[FIRE, "net_low_gbp"] == -440_000
    assert half.loc[FIRE, "net_high_gbp"] == -50_000
    # the same cost in what is released and in the rise: 570,153 / 2 - 150,000 at the least
    assert half.loc[POLICE, "net_low_gbp"] == 130_000


def test_without_width_all_is_to_the_penny_and_adds_up_to_the_net_present_value():
    half = rows(shared(supplied=(*SCHEME, ("running_cost_host", FIRE, 1, 30, -19_000))), "equal")
    npv = -124_000 - 19_000 * ANNUITY + 31_000 * ANNUITY  # a leasehold brings no receipt
    assert half["net_gbp"].sum() == pytest.approx(npv, abs=0.05)
    assert (half["net_low_gbp"] == half["net_high_gbp"]).all()


def test_a_lacking_figure_leaves_shares_open_and_is_named():
    made = shared(given={FIRE: KNOWN[FIRE]})
    found_rows = rows(made, "funding")
    assert found_rows[["share_low", "share_high"]].to_numpy().tolist() == [[0, 1], [0, 1]]
    assert found_rows["share"].isna().all()
    assert found_rows["cost_gbp"].isna().all()
    assert found_rows["cost_high_gbp"].notna().all()
    assert set(found_rows["lacks"]) == {"funding of East Police"}


def test_a_lacking_figure_caps_the_shares_of_those_that_are_known():
    spans, centre = key_spans(
        "funding", parties=["a", "b", "c"], hybrid=MONEY.hybrid,
        figures={"funding": {"a": Span.at(30.0), "b": Span.at(10.0)}, "demand": {}},
    )  # fmt: skip
    assert centre is None
    assert (spans["a"].low, spans["a"].high) == (0, 0.75)
    assert (spans["c"].low, spans["c"].high) == (0, 1)


def test_a_figure_that_is_a_range_makes_the_share_one():
    spans, centre = key_spans(
        "size", parties=["a", "b"], hybrid=MONEY.hybrid,
        figures={"size": {"a": Span(100.0, 200.0, 300.0), "b": Span.at(600.0)}},
    )  # fmt: skip
    assert centre == [0.25, 0.75]
    assert spans["a"] == pytest.approx((1 / 7, 0.25, 1 / 3))


def test_a_joint_target_is_shared_pro_rata_to_the_size_of_the_forces():
    # as Devon & Cornwall and Dorset shared the cost of their merger programme, 70 to 30
    made = shared(
        targets=[TARGET],
        given={"eastpolice": {"size": 3068}, "westpolice": {"size": 1272}},
    )
    by_size = rows(made, "size", subject="joint")["benefit_gbp"]
    assert by_size.to_dict() == {"eastpolice": 8_482_949.31, "westpolice": 3_517_050.69}
    assert by_size.sum() == 12e6
    assert rows(made, "funding", subject="joint")["benefit_gbp"].isna().all()


FIGURE = st.floats(1, 1e6).flatmap(
    lambda low: st.tuples(st.just(low), st.floats(1, 3), st.floats(1, 3))
)


@given(st.lists(FIGURE, min_size=2, max_size=4), st.sampled_from(["funding", "hybrid"]))
def test_shares_at_the_centre_add_up_and_lie_within_their_ends(drawn, key):
    parties = [f"p{number}" for number in range(len(drawn))]
    figures = {
        party: Span(low, low * first, low * first * more)
        for party, (low, first, more) in zip(parties, drawn, strict=True)
    }
    spans, centre = key_spans(
        key, parties=parties, hybrid=MONEY.hybrid, figures={"funding": figures, "demand": figures}
    )
    assert sum(centre) == pytest.approx(1)
    for party, share in zip(parties, centre, strict=True):
        assert spans[party].low <= share <= spans[party].high


@settings(max_examples=10)
@given(st.floats(1e3, 1e7), st.floats(1e6, 1e9), st.floats(1e6, 1e9))
def test_costs_at_the_centre_add_up_to_the_penny_by_every_key(works, fire, police):
    made = shared(
        supplied=(("capital", FIRE, 0, 0, -works), ("receipt", POLICE, 1, 1, 50_000)),
        given={FIRE: KNOWN[FIRE] | {"funding_gbp": fire},
               POLICE: KNOWN[POLICE] | {"funding_gbp": police}},
    )  # fmt: skip
    table = made.apportionment_ranges
    pence = (table["cost_gbp"].dropna() * 100).round().groupby(table["key"]).sum()
    assert pence.nunique() == 1
    assert set(pence.index) == set(KEYS) - {"floor_area"}


def test_a_higher_precept_moves_the_share_by_funding_and_no_other():
    made = shared()
    # half of £60m comes from council tax: 10 % more of it is £63m of £83m
    row = of_constraint(made, "precept", key="funding", body=FIRE)
    assert row["share_after"] == pytest.approx(63 / 83)
    assert row["net_change_gbp"] < 0
    assert row["others_change_gbp"] > 0
    lacking = of_constraint(made, "precept", key="funding", body=POLICE)
    assert lacking["lacks"] == "part of its budget that council tax raises of East Police"
    assert of_constraint(made, "precept", key="equal", body=FIRE)["net_change_gbp"] == 0


def test_what_a_party_keeps_out_it_neither_gains_nor_pays_for():
    made = shared(supplied=(*SCHEME, ("running_cost_host", FIRE, 1, 30, -19_000)))
    row = of_constraint(made, "local_control", key="equal", body=POLICE)
    # a tenth of what is released; the host's rise as supplied stays
    lost = 0.1 * 31_000 * ANNUITY
    assert row["net_change_gbp"] == pytest.approx(-lost, abs=0.05)
    assert row["others_change_gbp"] == 0
    by_demand = of_constraint(made, "local_control", key="demand", body=POLICE)
    assert by_demand["share_after"] == pytest.approx(2700 / 3700)


def test_more_demand_means_a_larger_share_by_demand_and_none_by_funding():
    made = shared()
    row = of_constraint(made, "priorities", key="demand", body=POLICE)
    assert row["share_after"] == pytest.approx(3300 / 4300)
    assert row["net_change_low_gbp"] <= row["net_change_gbp"] <= row["net_change_high_gbp"] < 0
    assert of_constraint(made, "priorities", key="funding", body=POLICE)["net_change_gbp"] == 0


def test_the_set_counts_the_options_that_not_even_a_prior_tells():
    desk = option("DESK", "touchdown", members="FA;PA", host="FA", movers="PA")
    made = shared(INTO, desk, supplied=(), chosen=("INTO", "DESK"))
    told = rows(made, "equal", subject="best")
    assert set(told["note"]) == {"Leaves out 1 of 2: not even a prior tells their money."}
    assert told["cost_gbp"].notna().all()
    assert rows(made, "equal", subject="DESK")["cost_gbp"].isna().all()


def test_a_study_without_constraints_has_none():
    assert shared(setting=MONEY).sharing_constraints.empty


def test_what_is_shared_is_what_the_ranges_of_the_option_hold():
    made = shared(supplied=())
    ranges = found(settings=CONSTRAINED, tenure="leasehold", lease_end="2020-01-01").money_ranges
    npv = ranges.set_index("figure").loc["npv"]
    nets = rows(made, "equal")[["net_low_gbp", "net_gbp", "net_high_gbp"]].sum()
    assert nets["net_gbp"] == pytest.approx(npv["central"], abs=10_000)  # each to two figures
    assert nets["net_low_gbp"] <= npv["low"]
    assert nets["net_high_gbp"] >= npv["high"]
