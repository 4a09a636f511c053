"""Discounting and whole pence, against published figures and their laws."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate import study
from colocate.errors import OptionError
from colocate.money.discounting import factors
from colocate.money.pence import pence, split
from options_town import HEAD, MONEY


@pytest.mark.parametrize(("years", "worth"), [(30, "18.392045"), (60, "25.375260")])
def test_the_green_book_annuities_to_the_digit(years, worth):
    found = factors(MONEY.discount_rates, as_of=HEAD.as_of, years=years)
    assert f"{found[1:].sum():.6f}" == worth


def test_year_0_is_not_discounted_and_year_1_counts_at_its_end():
    found = factors(MONEY.discount_rates, as_of=HEAD.as_of, years=2)
    np.testing.assert_allclose(found, [1, 1 / 1.035, 1 / 1.035**2], rtol=1e-15)


def test_the_latest_rates_in_force_count():
    later = study.DiscountRate(valid_from=dt.date(2026, 1, 1), from_year=1, rate=0.02)
    rates = (*MONEY.discount_rates, later)
    assert factors(rates, as_of=dt.date(2025, 12, 31), years=1)[1] == 1 / 1.035
    assert factors(rates, as_of=dt.date(2026, 1, 1), years=40)[40] == pytest.approx(1.02**-40)


def test_no_rate_in_force_is_refused():
    with pytest.raises(OptionError, match="none in force on 2000-01-01"):
        factors(MONEY.discount_rates, as_of=dt.date(2000, 1, 1), years=1)


@pytest.mark.parametrize(
    ("pounds", "rounded"),
    [(0.125, 12), (0.135, 14), (1.015, 102), (1.005, 100), (-0.125, -12), (31000.0, 3_100_000)],
)
def test_half_a_penny_goes_to_the_even_one(pounds, rounded):
    assert pence([pounds]).tolist() == [rounded]


@pytest.mark.parametrize(
    ("pounds", "shares", "each"),
    [(122_540, (0.5, 0.5), (61_270, 61_270)), (1_161_000, (0.55, 0.45), (638_550, 522_450)),
     (100, (1, 1, 1), (33.34, 33.33, 33.33)), (-100, (1, 1, 1), (-33.34, -33.33, -33.33))],
)  # fmt: skip
def test_published_splits_to_the_penny(pounds, shares, each):
    assert [part / 100 for part in split(pounds * 100, shares)] == list(each)


def test_the_odd_penny_goes_to_the_largest_remainder():
    assert split(101, (0.2, 0.8)) == [20, 81]


def test_nothing_is_split_into_nothing():
    assert split(0, (0.2, 0.8)) == [0, 0]


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=8).filter(
        lambda shares: sum(shares) > 1e-3
    ),
)
def test_parts_add_up_to_the_penny_and_are_fair_to_the_penny(total, shares):
    parts = split(total, shares)
    assert sum(parts) == total
    fair = np.array(shares) / sum(shares) * total
    assert np.all(np.abs(np.array(parts) - fair) < 1 + 1e-3 + 1e-9 * abs(total))
