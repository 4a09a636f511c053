from __future__ import annotations

import datetime as dt

import pytest

from colocate.gates.case import years_after


@pytest.mark.parametrize(
    ("years", "day"),
    [
        (4, dt.date(2030, 1, 1)),
        (-0.5, dt.date(2025, 7, 3)),  # 182 whole days
        (1e9, dt.date(2026, 1, 1) + dt.timedelta(days=365_250)),
        (-1e9, dt.date(2026, 1, 1) - dt.timedelta(days=365_250)),
    ],
)
def test_a_year_has_365_and_a_quarter_days_and_nothing_lies_beyond_a_thousand(years, day):
    assert years_after(dt.date(2026, 1, 1), years) == day
