"""Which way an amount may go, and which stations are small: every member of each set."""

from __future__ import annotations

import pytest

from colocate.errors import OptionError
from money_town import FIRE, INTO, found
from options_town import site, sites

COSTS = ("capital", "optimism_bias", "transition", "rent_paid", "lease_exit")
BENEFITS = ("receipt", "backlog_avoided", "rent_received", "running_cost_released")


@pytest.mark.parametrize(
    ("item", "amount"), [*((item, 5000) for item in COSTS), *((item, -5000) for item in BENEFITS)]
)
def test_a_cost_is_below_nothing_and_a_benefit_above(item, amount):
    with pytest.raises(OptionError, match="cost above 0 or a benefit below 0"):
        found(supplied=((item, FIRE, 0, 0, amount),))


@pytest.mark.parametrize(
    ("roles", "basis"),
    [("station", "assumed"), ("station;touchdown", "assumed"), ("station;custody", "unknown"),
     ("touchdown", "unknown")],
)  # fmt: skip
def test_a_station_with_a_touchdown_desk_alone_is_a_small_one(roles, basis):
    frame = sites(site("FA", 100, 0, crewing="on_call"), site("PA", 0, 0, roles))
    assert found(INTO, frame=frame).money["basis"].tolist() == [basis]
