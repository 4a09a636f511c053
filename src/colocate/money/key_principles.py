"""Principles of a funding model that rest on the key and the votes, not on amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.money.apportionment_keys import scaled
from colocate.money.funding_principles import USE
from colocate.money.prices import Span
from colocate.money.range_keys import scenarios
from colocate.money.shared import NEXT_TO_NOTHING, Finding
from colocate.money.turning import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from colocate.money.apportionment_keys import Figures
    from colocate.money.shared import Shared


def _by_scenarios(
    shared: Shared, margin: Callable[[Figures], float | None], *, passed: str, failed: str
) -> Finding:
    """Judge a check of the key's figures alone, in every state of them."""
    found = [
        (value, part)
        for figures, part in scenarios(
            shared.key,
            parties=shared.parties,
            figures=shared.figures,
            hybrid=shared.settings.hybrid,
        )
        if (value := margin(figures)) is not None
    ]
    outcomes = {value >= -NEXT_TO_NOTHING for value, _ in found}
    if not found:
        return Finding("unknown", "The key has no figures at all.")
    if len(outcomes) == 1:
        whatever = ", whatever the lacking figures are" if found[0][1] is not None else ""
        if True in outcomes:
            return Finding("pass", f"{passed}{whatever}.")
        return Finding("fail", f"{failed}{whatever}.")
    lacks = shared.lacks
    first = found[0][0] >= -NEXT_TO_NOTHING
    part = next(part for value, part in found if (value >= -NEXT_TO_NOTHING) != first)
    if part is None:
        turned = Turn(f"figures of the key {shared.key}", Span.at(0.0), None, 1.0)
        some = "At some ends of the key's figures only:"
        return Finding("depends", f"{some} {passed[0].lower()}{passed[1:]}.", turned)
    return Finding(
        "depends",
        f"The key lacks {lacks}. It {'passes' if first else 'fails'} until that makes up "
        f"{part:.0%} of all, and {'fails' if first else 'passes'} from there.",
        Turn(f"{lacks}, as a part of all", Span(0.0, 0.5, 1.0), part, part),
    )


def sustainable(shared: Shared, /) -> Finding:
    """Ask how far a share moves where one figure is off one way and all others the other.

    Args:
        shared: what is shared between whom.
    """
    change = shared.settings.input_change_share.value
    limit = shared.settings.shift_share.value

    def margin(figures: Figures) -> float | None:
        before = shared.again(figures)
        if before is None:
            return None
        moved = [0.0]
        for party in shared.parties:
            for up in (1 + change, 1 - change):
                off = scaled(figures, party, own=up, others=2 - up)
                then = shared.again(off) or before
                moved += [abs(a - b) for a, b in zip(then, before, strict=True)]
        return limit - max(moved)

    off = f"where figures are {change:.0%} off"
    points = f"{100 * limit:.1f} percentage points"
    return _by_scenarios(
        shared,
        margin,
        passed=f"No share moves by more than {points} {off}",
        failed=f"A share moves by more than {points} {off}",
    )


def does_not_stifle(shared: Shared, /) -> Finding:
    """Ask whether a share rises because a party's own use grows.

    Args:
        shared: what is shared between whom.
    """
    growth = shared.settings.input_change_share.value

    def margin(figures: Figures) -> float | None:
        before = shared.again(figures)
        if before is None:
            return None
        rises = [0.0]
        for number, party in enumerate(shared.parties):
            grown = scaled(figures, party, own=1 + growth, of=USE)
            rises.append((shared.again(grown) or before)[number] - before[number])
        return -max(rises)

    return _by_scenarios(
        shared,
        margin,
        passed="No share rises because a party's own use grows",
        failed=f"A party whose use grows by {growth:.0%} pays a larger share",
    )


def no_more_control(shared: Shared, /) -> Finding:
    """Ask whether who pays more than another has more votes, too.

    Args:
        shared: what is shared between whom.
    """
    if shared.key == "equal":
        return Finding("pass", "All pay the same, so nobody who pays more has more votes.")
    open_: list[tuple[str, str]] = []
    for party, other in _pairs(shared.parties):
        surely = shared.spans[party].low > shared.spans[other].high + NEXT_TO_NOTHING
        maybe = shared.spans[party].high > shared.spans[other].low + NEXT_TO_NOTHING
        known = party in shared.votes and other in shared.votes
        more = known and shared.votes[party] > shared.votes[other]
        if surely and more:
            return Finding(
                "fail",
                f"{shared.names[party]} pays more than {shared.names[other]} and has "
                f"{shared.votes[party]:g} votes against {shared.votes[other]:g}: more money, more "
                "control.",
            )
        if maybe and (more or not known):
            open_.append((party, other))
    if not open_:
        return Finding("pass", "Nobody who pays more than another has more votes.")
    party, other = open_[0]
    without = [shared.names[one] for one in shared.parties if one not in shared.votes]
    if without:
        return Finding(
            "depends",
            f"The votes of {', '.join(without)} are not known. It fails where whoever pays more "
            f"has more of them than another, as {shared.names[party]} may than "
            f"{shared.names[other]}.",
            Turn(f"votes of {', '.join(without)}", Span.at(0.0), None, 1.0),
        )
    span = shared.spans[party]
    return Finding(
        "depends",
        f"{shared.names[party]} has more votes than {shared.names[other]}; it fails where it "
        "pays more, too.",
        Turn(f"share of {shared.names[party]}", span, 1 / len(shared.parties), 1.0),
    )


def _pairs(parties: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((one, other) for one in parties for other in parties if one != other)
