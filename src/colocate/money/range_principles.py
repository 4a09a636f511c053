"""The seven principles of a funding model (DSFRA/16/5, 7.3) on ranges: pass, fail or depends.

A principle passes, or fails, where it does so all over the ranges of what is shared and of the
figures of the key; else it depends. It is then said which figure turns it soonest, all others at
their centre, and where. The tests are those of `funding_principles`; on ranges they read

    sustainable               the largest move of a share, with the key's figures at any of their
                              ends, and a lacking one making up anything from 1 to 99 % of all
    equitable                 share of the cost less share of the benefit, both as ranges
    no_more_control           who surely pays more and has more votes; depends where votes, or who
                              pays more, are not known
    judged_together           the net benefit of the whole set, all its options counted
    encourages_participation  running cost a party is rid of less its share of the host's rise, at
                              present value, works left out
    does_not_stifle           no share rises as a party's own use grows
    value_for_each            the net benefit of every party
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.money import key_principles, range_pot
from colocate.money.prices import Span
from colocate.money.range_parts import NIL
from colocate.money.range_pot import FIGURES, at, net, net_span, only_running
from colocate.money.running_costs import about
from colocate.money.shared import NEXT_TO_NOTHING, Finding
from colocate.money.turning import SEVERAL, Turn, nearest, turn
from colocate.tables.sharing import PRINCIPLES_OF_FUNDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from colocate.money.range_pot import Pot, State
    from colocate.money.shared import Shared


def check(shared: Shared, /, *, seen: dict[object, Finding]) -> Iterator[tuple[str, Finding]]:
    """Yield every principle with what it comes to, in the order of the report.

    Args:
        shared: what is shared between whom.
        seen: findings that rest on key, figures and votes alone, by these; added to.
    """
    shares = tuple(shared.spans.items())
    for principle in PRINCIPLES_OF_FUNDING:
        if principle in _OF_MONEY and not shared.pot:
            yield principle, Finding("unknown", "Not even a prior tells the money.")
        elif principle in _OF_MONEY:  # rests on the shares, whichever key they come from
            known = shared.pot.known
            if (principle, shares) not in known:
                known[principle, shares] = _OF_MONEY[principle](shared)
            yield principle, known[principle, shares]
        else:
            basis = (principle, *shared.basis)
            if basis not in seen:
                seen[basis] = _OF_THE_KEY[principle](shared)
            yield principle, seen[basis]


def _spans_of(shared: Shared, figure: str) -> Span:
    """Return a figure over all options together: sums of pounds, and the mean of a share."""
    spans = {
        "released": [one.cost for each in shared.pot for one in each.released],
        "kept": [each.kept for each in shared.pot],
        "receipts": [span for each in shared.pot for span in each.gains(None)],
        "works": [each.works for each in shared.pot],
    }[figure]
    total = NIL.plus(*spans)
    return total * (1 / len(spans)) if figure == "kept" and spans else total


def _turns(
    shared: Shared, margin: Callable[[float, State], float], *, party: str | None
) -> list[Turn]:
    """Find the figures that turn a check by themselves.

    The margin is asked with a share of the cost and a state of the figures.
    """
    share = 1.0 if party is None else shared.share(party)
    found, centre = [], margin(share, {})
    for figure, name in FIGURES.items():
        state = turn(lambda t, figure=figure: margin(share, {figure: t}), centre=centre)  # type: ignore[misc]
        if state is not None:
            span = _spans_of(shared, figure)
            found.append(Turn(name, span, at(span, state), abs(state)))
    if party is not None:
        span = shared.spans[party]
        state = turn(lambda t: margin(at(span, t), {}), centre=centre)
        if state is not None:
            name = f"share of the cost that {shared.names[party]} pays"
            found.append(Turn(name, span, at(span, state), abs(state)))
    return found


def _judged(
    spans: Mapping[str, Span], turns: Callable[[str], list[Turn]], *, names: Mapping[str, str],
    what: str,
) -> Finding:  # fmt: skip
    """Pass where nobody's margin can be below 0, fail where somebody's must be."""
    if lost := [party for party, span in spans.items() if span.high < -NEXT_TO_NOTHING]:
        worst = min(lost, key=lambda party: spans[party].high)
        return Finding(
            "fail", f"{names[worst]} loses all over the range, {what}: {about(spans[worst])}."
        )
    doubtful = {party: span for party, span in spans.items() if span.low < -NEXT_TO_NOTHING}
    if not doubtful:
        return Finding("pass", f"Nobody loses anywhere in the range, {what}.")
    soonest = {party: nearest(turns(party)) or SEVERAL for party in doubtful}
    party = min(doubtful, key=lambda one: (spans[one].central >= 0, soonest[one].far))
    at_centre = "loses" if spans[party].central < 0 else "does not lose"
    said = f"{names[party]} {at_centre} at the centre, {what}: {about(spans[party])}."
    return Finding("depends", f"{said} {in_figures(soonest[party])}", soonest[party])


def in_figures(turned: Turn, /) -> str:
    """Say where a figure turns a check.

    Args:
        turned: the figure, or `SEVERAL`.
    """
    if turned.at is None:
        return "No one figure turns it by itself; several together do."
    low, at_, high = turned.told
    if high <= 1:
        return f"It turns where the {turned.name} is {at_:.0%}, between {low:.0%} and {high:.0%}."
    ends = f"between £{low:,.0f} and £{high:,.0f}"
    return f"It turns where the {turned.name} is about £{at_:,.0f}, {ends}."


def _value_for_each(shared: Shared) -> Finding:
    return _each_net(shared, shared.pot, what="works and receipts included")


def _encourages_participation(shared: Shared) -> Finding:
    return _each_net(shared, only_running(shared.pot), what="in running costs alone")


def _each_net(shared: Shared, pot: Pot, *, what: str) -> Finding:
    spans = {party: net_span(pot, party, share=shared.spans[party]) for party in shared.parties}

    def turns(party: str) -> list[Turn]:
        return _turns(
            shared, lambda share, state: net(pot, party, share=share, state=state), party=party
        )

    return _judged(spans, turns, names=shared.names, what=what)


def _judged_together(shared: Shared) -> Finding:
    if shared.kind == "option":
        return Finding("unknown", "One option by itself does not tell: this is judged for a set.")
    missing = shared.options - len(shared.pot)
    span = net_span(shared.pot, None, share=Span.at(1.0))

    def turns(_: str) -> list[Turn]:
        return _turns(shared, lambda share, state: net(shared.pot, None, share=share, state=state),
                      party=None)  # fmt: skip

    what = f"all its {len(shared.pot)} options counted"
    if missing:
        what += f" but {missing} whose money not even a prior tells"
    return _judged({"": span}, turns, names={"": "The whole set"}, what=what)


def _equitable(shared: Shared) -> Finding:
    """Hold each party's share of the cost against its share of the benefit."""
    limit, pot = shared.settings.unequal_share.value, shared.pot
    benefits = {party: range_pot.benefit_span(pot, party) for party in shared.parties}
    spans = {}
    for party in shared.parties:
        others = [benefits[one] for one in shared.parties if one != party]
        own = benefits[party]
        least = _part(own.low, sum(one.high for one in others))
        most = _part(own.high, sum(one.low for one in others))
        centre = _part(own.central, sum(one.central for one in others))
        share = shared.spans[party]
        spans[party] = Span(
            limit - share.high + least, limit - share.central + centre, limit - share.low + most
        )
    return _evenly(shared, spans, limit=limit)


def _evenly(shared: Shared, spans: Mapping[str, Span], *, limit: float) -> Finding:
    pot = shared.pot

    def turns(party: str) -> list[Turn]:
        def margin(share: float, state: State) -> float:
            total = range_pot.benefit(pot, None, state=state)
            own = range_pot.benefit(pot, party, state=state)
            return limit - share + _part(own, total - own)

        return _turns(shared, margin, party=party)

    names = shared.names
    if over := [party for party, span in spans.items() if span.high < -NEXT_TO_NOTHING]:
        worst = min(over, key=lambda party: spans[party].high)
        return Finding(
            "fail",
            f"{names[worst]} would pay a share of the cost at least "
            f"{100 * (limit - spans[worst].high):.0f} percentage points above its share of the "
            f"benefit, all over the range; {100 * limit:.0f} are accepted.",
        )
    doubtful = [party for party, span in spans.items() if span.low < -NEXT_TO_NOTHING]
    if not doubtful:
        return Finding("pass", "Nobody's share of the cost is far above its share of the benefit.")
    soonest = {party: nearest(turns(party)) or SEVERAL for party in doubtful}
    party = min(doubtful, key=lambda one: (spans[one].central >= 0, soonest[one].far))
    found, span = soonest[party], spans[party]
    return Finding(
        "depends",
        f"{names[party]} would pay from {100 * (limit - span.high):.0f} to "
        f"{100 * (limit - span.low):.0f} percentage points of the cost more than it has of the "
        f"benefit (below 0: less); {100 * limit:.0f} are accepted. {in_figures(found)}",
        found,
    )


def _part(own: float, others: float) -> float:
    return own / (own + others) if own + others > 0 else 0.0


_OF_MONEY: dict[str, Callable[[Shared], Finding]] = {
    "equitable": _equitable,
    "judged_together": _judged_together,
    "encourages_participation": _encourages_participation,
    "value_for_each": _value_for_each,
}
"""Principles that cannot be judged without amounts."""
_OF_THE_KEY: dict[str, Callable[[Shared], Finding]] = {
    "sustainable": key_principles.sustainable,
    "no_more_control": key_principles.no_more_control,
    "does_not_stifle": key_principles.does_not_stifle,
}
