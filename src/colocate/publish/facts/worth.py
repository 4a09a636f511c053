"""How what an option is worth over the years is put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts import amounts
from colocate.publish.facts.amounts import spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate.publish.facts.records import Money

FIGURES: Mapping[str, str] = {
    "running": "Running costs saved",
    "other": "Moves, repairs and leases",
    "receipt": "Receipts, to the owner",
    "years_to_sell": "Time to sell",
    "works": "Works",
    "residual": "Left of them at the end",
}
"""What a net present value is made of (table `money_ranges`)."""


def worth(money: Money, /) -> list[tuple[str, str]]:
    """What an option is worth over the years, and what its works may cost, each with its label.

    Args:
        money: of the option.
    """
    npv = spread(money.npv_central_gbp, low=money.npv_low_gbp, high=money.npv_high_gbp)
    most = spread(
        money.works_at_most_central_gbp,
        low=money.works_at_most_low_gbp,
        high=money.works_at_most_high_gbp,
    )
    return [
        ("Net present value", npv),
        ("Works may cost at most", most),
        ("Value for money", money.value_for_money),
    ]


def saved(money: Money, /) -> str:
    """What an option would save a year, in a few words.

    Args:
        money: of the option.
    """
    net = money.net_saving_gbp
    if net is None:
        return "unknown"
    basis = saved_basis(money)
    if net == 0:
        return f"as today ({basis})"
    if net < 0:
        return f"£{-net:,.0f} a year more would be spent, net ({basis})"
    return f"£{net:,.0f} a year would be saved, net ({basis})"


def saved_basis(money: Money, /) -> str:
    """What a saving rests on, and the range it may lie in: assumed, £0 to £45,000.

    Args:
        money: of the option.
    """
    low, high = money.net_saving_low_gbp, money.net_saving_high_gbp
    if money.net_saving_gbp is None:
        return ""
    if low is None or high is None or low == high:
        return money.basis
    return f"{money.basis}, {amounts.pounds(low)} to {amounts.pounds(high)}"
