"""Ranges: running cost by area, prices of another year, net present values."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import study
from colocate.errors import OptionError
from colocate.money.prices import Span, prices, told
from colocate.money.range_parts import joint
from colocate.money.value_for_money import value_for_money
from colocate.pipeline.locate import load_study
from money_town import INTO, SCHEME, deflators, estimated, found
from options_town import MONEY, option, site, sites

RATE = study.Ranged(value=100, low=80, high=120, width="invented", assumed="invented")
RECEIPT = study.Ranged(value=500, low=300, high=1000, width="invented", assumed="invented")
YEARS = study.Ranged(value=2, low=1, high=3, width="invented", assumed="invented")
WORKS = study.Works(
    refit_gbp=study.Ranged(
        value=200e3, low=100e3, high=300e3, width="invented", assumed="invented"
    ),
    new_gbp=study.Ranged(value=1e6, low=5e5, high=2e6, width="invented", assumed="invented"),
)
PRICED = MONEY.model_copy(
    update={"running_cost_gbp_per_m2": RATE, "receipt_gbp_per_m2": RECEIPT,
            "years_to_sell": YEARS, "works": WORKS}
)  # fmt: skip
ENDS = ("low", "central", "high")


def npv(**given_):
    row = found(settings=PRICED, **given_).money.iloc[0]
    return Span(*(row[f"npv_{end}_gbp"] for end in ENDS))


def cost_of(floor, *, roles="station", **facts):
    frame = sites(site("PA", 0, 0, roles, **facts))
    return estimated(frame, settings=PRICED, floor={"PA": floor}).costs["PA"]


def test_a_station_that_is_no_small_one_costs_what_its_floor_says():
    cost = cost_of((100, 200, 300), roles="station;front_desk")
    assert cost.gbp == pytest.approx((8_000, 20_000, 36_000))
    assert cost.basis == "computed"


def test_prior_and_floor_of_a_small_station_are_two_estimates_of_one_cost():
    # prior 31,000; by floor 20,000 (8,000 to 36,000): halfway, and never the sum
    assert cost_of((100, 200, 300)).gbp == pytest.approx((8_000, 26_000, 36_000))


def test_a_recorded_cost_needs_no_floor():
    cost = cost_of((100, 200, 300), annual_running_cost_gbp=50_123.0)
    assert cost.gbp == (50_123, 50_123, 50_123)
    assert cost.basis == "recorded"


def test_without_floor_or_prior_a_cost_stays_unknown():
    frame = sites(site("PA", 0, 0, "headquarters"))
    assert estimated(frame, settings=PRICED).costs["PA"] is None


def test_a_figure_is_brought_to_the_study_s_year():
    # prices of 2026 are 1.2 to 1.5 times those of 2016; £100 a m² then is £120 to £150 now
    index = ((2016, 100, 100, 100), (2026, 120, 130, 150))
    rated = PRICED.model_copy(
        update={"running_cost_gbp_per_m2": study.Ranged(value=100, price_year=2016, assumed="a")}
    )
    frame = sites(site("PA", 0, 0, "office"))
    cost = estimated(frame, settings=rated, floor={"PA": (200, 200, 200)}, index=index).costs["PA"]
    assert cost.gbp == pytest.approx((24_000, 26_000, 30_000))


def test_supplied_costs_are_brought_to_the_study_s_year():
    from money_town import costs

    index = ((2016, 100, 100, 100), (2026, 120, 130, 150))
    supplied = costs(*SCHEME).assign(price_year=2016.0)
    row = found(supplied=supplied, index=index).money.iloc[0]
    assert row["capital_gbp"] == pytest.approx(100_000 * 1.3 * 1.24)
    assert row["receipt_gbp"] == pytest.approx(50_000 * 1.3)


def test_a_year_without_an_index_is_refused():
    with pytest.raises(OptionError, match="no index for 1999; it holds 2016 to 2026"):
        prices(deflators((2016, 1, 1, 1), (2026, 1, 1, 1)), year=2026).factor(1999)


@given(st.floats(1, 1e3), st.floats(0.5, 1), st.floats(1, 2), st.integers(1950, 2050))
def test_the_deflator_at_the_same_year_changes_nothing(central, low, high, year):
    same = prices(deflators((year, central * low, central, central * high)), year=year)
    assert same.factor(year) == (1, 1, 1)
    assert same.factor(None) == (1, 1, 1)
    figure = study.Ranged(value=100, price_year=year, assumed="a")
    assert same.of(figure) == (100, 100, 100)


@given(st.lists(st.floats(-1e7, 1e7), min_size=3, max_size=3).map(sorted))
def test_rounding_never_narrows_a_range_and_keeps_its_centre_inside(ends):
    span = Span(*ends)
    wide = told(span)
    slack = 1e-9 + 1e-6 * max(map(abs, ends))
    assert wide.low <= span.low + slack
    assert wide.high >= span.high - slack
    assert wide.low - slack <= wide.central <= wide.high + slack


RANGES = st.lists(st.floats(0, 1e5), min_size=3, max_size=3).map(lambda v: Span(*sorted(v)))
SHARES = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(lambda v: Span(*sorted(v)))


@given(st.lists(st.tuples(RANGES, RANGES), max_size=3), st.floats(0, 20), SHARES, st.randoms())
def test_what_is_saved_lies_in_its_range_for_any_values_within_theirs(released, host, kept, rng):
    span = joint(released, host=host, kept=kept)
    pick = lambda each: rng.uniform(each.low, each.high)  # noqa: E731 - a draw
    share = pick(kept)
    total = sum((pick(weight) - (1 - share) * host) * pick(cost) for weight, cost in released)
    slack = 1e-6 * (1 + abs(total))
    assert span.low - slack <= total <= span.high + slack
    assert span.low - slack <= span.central <= span.high + slack


AREA = st.lists(st.integers(20, 2000), min_size=5, max_size=5).map(sorted)


@settings(max_examples=10)  # each works a whole study's money out twice
@given(AREA, st.sampled_from([{}, {"tenure": "freehold"}]))
def test_a_wider_range_of_area_never_narrows_that_of_the_net_present_value(areas, facts):
    least, low, central, high, most = areas
    narrow = npv(floor={"PA": (low, central, high)}, **facts)
    wide = npv(floor={"PA": (least, central, most)}, **facts)
    assert wide.low <= narrow.low
    assert wide.high >= narrow.high


@settings(max_examples=5)
@given(AREA)
def test_an_area_within_its_range_gives_a_value_within_its_own(areas):
    _, low, central, high, _ = areas
    wide = npv(floor={"PA": (low, central, high)})
    for area in (low, central, high):
        exact = npv(floor={"PA": (area,) * 3})
        assert wide.low <= exact.low
        assert exact.high <= wide.high
        assert wide.low <= exact.central <= wide.high


def test_the_range_holds_what_people_supply_within_the_priors():
    wide = npv(floor={"PA": (200, 200, 200)}, tenure="freehold")
    known = found(
        supplied=(("capital", "shirefire", 0, 0, -200_000), ("optimism_bias", "shirefire", 0, 0, 0),
                  ("receipt", "eastpolice", 2, 2, 100_000)),
        settings=PRICED, floor={"PA": (200, 200, 200)}, tenure="freehold",
    ).money.iloc[0]  # fmt: skip
    assert wide.low <= known["npv_gbp"] <= wide.high


def test_what_is_known_to_the_penny_has_no_width():
    running = (("running_cost_released", "eastpolice", 1, 30, 31_000),
               ("running_cost_host", "shirefire", 1, 30, -19_000))  # fmt: skip
    row = found(supplied=(*SCHEME, *running)).money.iloc[0]
    assert [row[f"npv_{end}_gbp"] for end in ENDS] == [row["npv_gbp"]] * 3


def test_a_receipt_counts_at_the_centre_only_where_a_register_says_freehold():
    made = found(settings=PRICED, floor={"PA": (100, 200, 300)}).money_ranges
    receipt = made.set_index("figure").loc["receipt"]
    assert receipt[["low", "central"]].tolist() == [0, 0]
    assert receipt["high"] == pytest.approx(told(Span(0, 0, 300 * 1000 / 1.035)).high)


def test_a_leasehold_brings_no_receipt():
    made = found(settings=PRICED, floor={"PA": (100, 200, 300)}, tenure="leasehold",
                 lease_end="2020-01-01").money_ranges  # fmt: skip
    assert made.set_index("figure").loc["receipt", list(ENDS)].tolist() == [0, 0, 0]


def test_a_probable_share_may_gain_nothing():
    moved = option("INTO", "into_fire", members="FA;PA", host="FA", movers="PA")
    moved["existing_share"] = "possible"
    made = found(moved, settings=PRICED, floor={"PA": (100, 200, 300)}).money.iloc[0]
    assert made["npv_central_gbp"] == 0
    assert made["npv_low_gbp"] <= 0 <= made["npv_high_gbp"]


def test_works_of_a_move_and_of_a_new_building_have_priors_of_their_own():
    new = option("NEW", "both_to_new", members="FA;PA", movers="FA;PA")
    floor = {"PA": (100, 200, 300), "FA": (100, 200, 300)}
    works = found(INTO, new, settings=PRICED, floor=floor).money_ranges.query("figure == 'works'")
    assert works.set_index("option_id")["central"].to_dict() == {"INTO": 200e3, "NEW": 1e6}


@pytest.mark.parametrize(
    ("ends", "words"),
    [((4, 4, 4), "very high"), ((2, 2, 3.9), "high"), ((1.5, 1.6, 1.9), "medium"),
     ((1, 1.2, 1.4), "low"), ((0.1, 0.5, 0.9), "poor"), ((-1, 0, 0), "very poor"),
     ((-1, 1.1, 5), "very poor to very high; at the centre low"),
     ((0.5, 0.6, math.nan), "poor to very high; at the centre poor"),
     ((math.nan, math.nan, math.nan), "unknown")],
)  # fmt: skip
def test_categories_begin_at_their_boundaries(ends, words):
    assert value_for_money(Span(*ends)) == words


def test_every_figure_of_a_range_says_what_it_rests_on():
    made = found(settings=PRICED, floor={"PA": (100, 200, 300)}).money_ranges
    assert made["rests_on"].str.len().gt(0).all()
    assert not np.isinf(made[list(ENDS)].to_numpy(dtype="float64")).any()


def test_an_assumed_area_tells_nothing_of_a_small_station_that_the_prior_does_not():
    # 31,000 at £80, £100, £120 a m² is 258, 310 and 388 m²
    from colocate.money.running_costs import estimates
    from money_town import areas
    from options_town import HEAD

    assumed = areas(PA=(50, 500, 5000)).assign(area_basis="assumed")
    made = estimates(
        sites(site("PA", 0, 0)), areas=assumed, settings=PRICED,
        prices=prices(deflators(), year=HEAD.as_of.year),
    )  # fmt: skip
    assert made.costs["PA"].gbp == (31_000, 31_000, 31_000)
    assert made.floor_m2["PA"] == pytest.approx((31_000 / 120, 310, 31_000 / 80))


@pytest.mark.parametrize("name", ["example", "devon-somerset"])
def test_every_prior_of_the_embedded_studies_says_of_which_year_its_prices_are(root, name):
    money = load_study(root / "data" / name / "study.toml").money
    priors = [
        money.station_running_cost_gbp, money.station_net_saving_gbp,
        money.running_cost_gbp_per_m2, money.receipt_gbp_per_m2, money.works.refit_gbp,
        money.works.new_gbp,
    ]  # fmt: skip
    assert all(prior.price_year for prior in priors)


def test_a_net_present_value_is_rounded_for_its_option_and_not_for_what_adds_it_up():
    made = found(settings=PRICED, floor={"PA": (101, 203, 307)})
    row = made.money_ranges.set_index("figure").loc["npv"]
    money = made.money.iloc[0]
    assert tuple(money[f"npv_{end}_gbp"] for end in ENDS) == told(Span(*row[list(ENDS)]))
    assert money["npv_central_gbp"] != row["central"]
