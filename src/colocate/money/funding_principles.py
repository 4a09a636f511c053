"""The seven principles of a funding model (DSFRA/16/5, 7.3), as checks that can fail.

The report names the principles and leaves open when they are met. Here:

    sustainable               no share moves by more than `shift_share` where the figures of one
                              party are off by `input_change_share` and all others' the other way
    equitable                 no party's share of the cost is above its share of the benefit by
                              more than `unequal_share`
    no_more_control           no party has more votes than another and pays more, too
    judged_together           the options of the set together bring at least what they cost, all
                              of them counted; a single one may lose
    encourages_participation  no party's part of the rise in running costs is above the running
                              cost it is rid of: once the works are paid for, nobody who joins
                              pays more than by staying out
    does_not_stifle           no party pays a larger share because its own use (demand, staff,
                              floor area) grows by `input_change_share`
    value_for_each            every party's benefits are worth at least its share of the cost

Outcome `unknown` where figures are missing, and for judged_together of a single option.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.money.apportionment_keys import scaled
from colocate.money.apportionment_keys import shares as key_shares
from colocate.money.pence import split
from colocate.tables.sharing import PRINCIPLES_OF_FUNDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from colocate import study
    from colocate.money.apportionment_keys import Figures, Pot

USE = ("demand", "headcount", "floor_area")
"""Keys whose figure grows with use."""
NEXT_TO_NOTHING = 1e-9
Finding = tuple[str, str]
"""Outcome and reason."""


class _Case(NamedTuple):
    pot: Pot
    key: str
    shares: list[float]
    """Of the parties, by this key."""
    settings: study.Money


def check(
    pot: Pot, key: str, /, *, shares: list[float] | None, settings: study.Money
) -> Iterator[tuple[str, Finding]]:
    """Yield every principle with its outcome and reason, in the order of the report.

    Args:
        pot: what is shared between whom.
        key: the key of apportionment.
        shares: the parties' shares by it, or None where its figures are missing.
        settings: section `money` of the study.
    """
    for principle in PRINCIPLES_OF_FUNDING:
        if principle == "judged_together":
            yield principle, _judged_together(pot)
        elif shares is None:
            yield principle, ("unknown", "The figures of this key are not supplied.")
        elif principle in _OF_MONEY and not pot.priced:
            yield principle, ("unknown", "No net present value: the money is not known.")
        else:
            yield principle, _CHECKS[principle](_Case(pot, key, shares, settings))


def _sustainable(case: _Case) -> Finding:
    pot, settings = case.pot, case.settings
    change, limit = settings.input_change_share.value, settings.shift_share.value
    moved = []
    for party in pot.parties:
        for up in (1 + change, 1 - change):
            then = _again(case, scaled(pot.figures, party, own=up, others=2 - up))
            moved += [abs(new - old) for new, old in zip(then, case.shares, strict=True)]
    most = max(moved)
    outcome = "pass" if most <= limit + NEXT_TO_NOTHING else "fail"
    return outcome, (
        f"If the figures were {change:.0%} off, a share would move by up to {100 * most:.1f} "
        f"percentage points; {100 * limit:.1f} are accepted."
    )


def _does_not_stifle(case: _Case) -> Finding:
    pot = case.pot
    growth = case.settings.input_change_share.value
    for number, party in enumerate(pot.parties):
        grown = scaled(pot.figures, party, own=1 + growth, of=USE)
        rise = _again(case, grown)[number] - case.shares[number]
        if rise > NEXT_TO_NOTHING:
            return "fail", (
                f"If {pot.names[party]} grows its use by {growth:.0%}, its share rises by "
                f"{100 * rise:.1f} percentage points: whoever tries something new pays for it."
            )
    return "pass", "No share rises because a party's own use grows."


def _again(case: _Case, figures: Figures) -> list[float]:
    """Share again by other figures."""
    hybrid = case.settings.hybrid
    return key_shares(case.key, parties=case.pot.parties, figures=figures, hybrid=hybrid) or []


def _no_more_control(case: _Case) -> Finding:
    pot, shares = case.pot, case.shares
    if without := [pot.names[party] for party in pot.parties if party not in pot.votes]:
        return "unknown", f"Votes of {', '.join(without)} are not supplied."
    sides = list(zip(pot.parties, shares, strict=True))
    for party, share in sides:
        for other, less in sides:
            if share > less + NEXT_TO_NOTHING and pot.votes[party] > pot.votes[other]:
                return "fail", (
                    f"{pot.names[party]} pays {share:.0%} and has {pot.votes[party]:g} votes, "
                    f"{pot.names[other]} pays {less:.0%} and has {pot.votes[other]:g}: more money, "
                    "more control."
                )
    return "pass", "Nobody who pays more than another has more votes."


def _equitable(case: _Case) -> Finding:
    pot, limit = case.pot, case.settings.unequal_share.value
    total = sum(pot.benefits)
    if not pot.cost:
        return "pass", "There is no cost to share."
    if not total:
        return "fail", "There is a cost to share and no benefit."
    over = [
        (share - benefit / total, party)
        for party, share, benefit in zip(pot.parties, case.shares, pot.benefits, strict=True)
    ]
    most, party = max(over)
    if most > limit + NEXT_TO_NOTHING:
        return "fail", (
            f"{pot.names[party]} would pay a share of the cost {100 * most:.1f} percentage points "
            f"above its share of the benefit; {100 * limit:.1f} are accepted."
        )
    return "pass", "No party's share of the cost is far above its share of the benefit."


def _value_for_each(case: _Case) -> Finding:
    pot = case.pot
    return _each_gains(case, cost=pot.cost, benefits=pot.benefits, what="in all, at present values")


def _encourages_participation(case: _Case) -> Finding:
    pot = case.pot
    return _each_gains(
        case,
        cost=pot.running_cost,
        benefits=pot.running_benefits,
        what="in running costs over the years",
    )


def _each_gains(case: _Case, *, cost: int, benefits: Sequence[int], what: str) -> Finding:
    parts = zip(case.pot.parties, split(cost, case.shares), benefits, strict=True)
    losses = [
        f"{case.pot.names[party]} by £{(share - benefit) / 100:,.0f}"
        for party, share, benefit in parts
        if share > benefit
    ]
    if losses:
        return "fail", f"Worse off than by staying out, {what}: {', '.join(losses)}."
    return "pass", f"No party is worse off than by staying out, {what}."


def _judged_together(pot: Pot) -> Finding:
    if pot.options == 1:
        return "unknown", "One option by itself does not tell: this is judged for a set of options."
    if pot.unknown:
        return "unknown", f"The money of {pot.unknown} of the {pot.options} options is not known."
    net = sum(pot.benefits) - pot.cost
    told = (
        f"Together they bring £{sum(pot.benefits) / 100:,.0f} for £{pot.cost / 100:,.0f}; "
        f"{pot.losing} of the {pot.options} would cost more than they bring if taken alone."
    )
    return ("pass" if net >= 0 else "fail"), told


_CHECKS: dict[str, Callable[[_Case], Finding]] = {
    "sustainable": _sustainable,
    "equitable": _equitable,
    "no_more_control": _no_more_control,
    "encourages_participation": _encourages_participation,
    "does_not_stifle": _does_not_stifle,
    "value_for_each": _value_for_each,
}
_OF_MONEY = {"equitable", "encourages_participation", "value_for_each"}
"""Principles that cannot be judged without amounts."""
