"""What bodies share of options, as ranges: each party's benefits, and the cost shared by a key.

Of each option: c_i, what released site i costs a year; A_i, the present value of £1 a year from its
release on; A, that of £1 a year from year 1 on; k, the share of what is released that the host's
rise leaves; R_p, receipts and other single benefits of party p; W, works less what is left of them,
and other single costs.

    benefits of p  = Σ of its own sites A_i c_i + R_p
    cost           = Σ (1 - k) A c_i + W
    net of p       = benefits of p - share of p × cost

which is linear in each of its figures, so that its least and most lie at ends of their ranges. The
same cost of a site stands in what is released and in the host's rise, and both move together
(`range_parts.joint`); all else is added low to low and high to high, as if the worst came together.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar, cast

from colocate.money import range_parts
from colocate.money.prices import Span
from colocate.money.range_parts import NIL, joint
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from colocate.money.range_parts import Asked, Priors

Made = TypeVar("Made", bound="Callable[..., Any]")

FIGURES = {
    "released": "running cost of what is released",
    "kept": "share of the released cost left once the host's has risen",
    "receipts": "sum of receipts and other single benefits",
    "works": "cost of the works",
}
"""What a net benefit is made of, each moved by itself over all its range."""

SINGLE = ("transition", "backlog_avoided", "lease_exit", "receipt")
"""Supplied items that are neither running costs, rents nor works."""


class Released(NamedTuple):
    """A site that is released."""

    body_id: str
    """Party it falls to; nobody's where its release is supplied as a line of its own."""
    weight: Span
    """Present value of £1 a year from its release on."""
    cost: Span
    """A year, in pounds."""


class Terms(NamedTuple):
    """What one option brings and costs, at present value; without discounting for `a_year`."""

    released: list[Released]
    host: float
    """Weight of the host's rise: present value of £1 a year; 0 where it is supplied."""
    kept: Span
    saved: dict[str, Span]
    """Running costs saved as supplied, by party."""
    rise: Span
    """The rise of running costs as supplied: 0 or more."""
    benefits: dict[str, Span]
    """Receipts and other single benefits, by party."""
    works: Span
    """Works less what is left of them, and other single costs: 0 or more."""
    shared: bool
    """Whether the sites are probably shared already."""

    def gains(self, party: str | None, /) -> list[Span]:
        """Return what is saved as supplied, and single benefits.

        Args:
            party: whose; None: of all.
        """
        return [
            amount
            for given in (self.saved, self.benefits)
            for body, amount in given.items()
            if party is None or body == party
        ]


class Pot(tuple["Terms", ...]):  # noqa: SLOT001 - it holds what was worked out
    """Options that are shared together, with what was worked out of them: each key asks it."""

    known: dict[tuple[object, ...], Any]

    def __new__(cls, options: Iterable[Terms], /) -> Self:
        """Gather them.

        Args:
            options: what each brings and costs.
        """
        pot = super().__new__(cls, options)
        pot.known = {}
        return pot


def once(function: Made, /) -> Made:
    """Let a function of a pot be worked out once for the same further arguments.

    Args:
        function: of a pot first; of any other sequence it is worked out each time.
    """

    @wraps(function)
    def known(pot: Sequence[Terms], *given: object, **named: object) -> Any:  # noqa: ANN401
        if not isinstance(pot, Pot):
            return function(pot, *given, **named)
        key = (function, given, *named.items())
        try:
            return pot.known[key]
        except KeyError:
            found = pot.known[key] = function(pot, *given, **named)
            return found

    return cast("Made", known)


State = dict[str, float]
"""Where a figure stands: from -1, its least, over 0, its centre, to 1, its most."""


def terms(asked: Asked, /, *, falls_to: Mapping[str, str]) -> Terms | None:
    """Gather what an option brings and costs; None where not even a prior tells.

    Args:
        asked: the option.
        falls_to: party by body that money falls to; what falls to anybody else is no part of it.
    """
    case, lines, priors = asked
    items = case.items
    works, _, _ = range_parts.works(asked)
    receipts = _receipts(asked, falls_to)
    released = _released(asked, falls_to=falls_to)
    if works is None or receipts is None or released is None:
        return None
    lines_of = {
        name: range_parts.supplied(lines, tuple(items & set(names)))
        for name, names in (("running", range_parts.RUNNING), ("single", SINGLE))
    }
    gains = {
        name: _sums(rows, falls_to, priors=priors, above=True) for name, rows in lines_of.items()
    }
    pays = {
        name: NIL.plus(*_sums(rows, falls_to, priors=priors, above=False).values())
        for name, rows in lines_of.items()
    }
    borne = range_parts.left(case, priors).rest() * works
    kept, _ = range_parts.kept_at_host(asked)
    return Terms(
        released=released,
        host=0.0 if "running_cost_host" in items else priors.worth(1, priors.last),
        kept=kept,
        saved=gains["running"],
        rise=pays["running"],
        benefits={
            party: receipts.get(party, NIL).plus(gains["single"].get(party, NIL))
            for party in receipts | gains["single"]
        },
        works=borne.plus(pays["single"]),
        shared=case.option.existing_share == "possible",
    )


def _sums(
    rows: Sequence[Mapping[str, Any]], falls_to: Mapping[str, str], *, priors: Priors, above: bool
) -> dict[str, Span]:
    """Add up supplied benefits, or costs as amounts above 0, by party at present value."""
    found: dict[str, Span] = {}
    for row in rows:
        party = falls_to.get(row["body_id"])
        if party is None or (row["amount_gbp"] > 0) != above:
            continue
        amount = range_parts.spread(row) if above else -range_parts.spread(row)
        worth = priors.worth(row["first_year"], row["last_year"])
        found[party] = found.get(party, NIL).plus(amount * worth)
    return found


def _released(asked: Asked, *, falls_to: Mapping[str, str]) -> list[Released] | None:
    case, lines, priors = asked
    costs = case.effect.released
    if "running_cost_released" in case.items:
        return [Released("", NIL, range_parts.gross_supplied(lines))]
    if costs is not None:
        return [
            Released(falls_to[case.sites[site].body_id],
                     range_parts.weight(case.sites[site], first, lines=lines, priors=priors),
                     costs[site].gbp)
            for site, first in lines.begins.items()
        ]  # fmt: skip
    movers = [case.sites[site].body_id for site in parts(case.option.mover_site_ids)]
    cost = None if parts(case.option.released_site_ids) else range_parts.either(case, priors)
    if cost is None or len(set(movers)) > 1:
        return None
    return [Released(falls_to[movers[0]], Span.at(priors.worth(1, priors.last)), cost)]


def _receipts(asked: Asked, falls_to: Mapping[str, str]) -> dict[str, Span] | None:
    """Return receipts that priors tell, by party; None where none tells them."""
    case, _, priors = asked
    unsold, open_which = range_parts.unsold(case)
    found: dict[str, Span] = {}
    for site in unsold:
        brings = range_parts.sale(site, priors)
        if brings is None:
            return None
        if open_which:
            brings = Span(0.0, brings.central / len(unsold), brings.high)
        party = falls_to[site.body_id]
        found[party] = found.get(party, NIL).plus(brings)
    return found


def at(span: Span, state: float, /) -> float:
    """Return where in its range a figure stands.

    Args:
        span: its range.
        state: from -1, its least, over 0 to 1, its most.
    """
    end = span.high if state > 0 else span.low
    return span.central + abs(state) * (end - span.central)


def net(pot: Sequence[Terms], party: str | None, /, *, share: float, state: State) -> float:
    """Return the net benefit of a party with all figures standing somewhere in their ranges.

    Args:
        pot: the options.
        party: whose; None: of all parties together, whose share is then 1.
        share: its share of the cost.
        state: where the figures of `FIGURES` stand; any not named at its centre.
    """
    return benefit(pot, party, state=state) - share * cost(pot, state=state)


def benefit(pot: Sequence[Terms], party: str | None, /, *, state: State) -> float:
    """Return the benefits of a party, or of all (None), in a state of the figures.

    Args:
        pot: the options.
        party: whose.
        state: where the figures stand.
    """
    return _benefit(pot, (party, state.get("released", 0.0), state.get("receipts", 0.0)))


@once
def _benefit(pot: Sequence[Terms], asked: tuple[str | None, float, float], /) -> float:
    (party, released, receipts), total = asked, 0.0
    for each, (_, gains) in zip(pot, _brought(pot, party), strict=True):
        if each.shared:
            continue
        total += sum(
            one.weight.central * at(one.cost, released)
            for one in each.released
            if party is None or one.body_id == party
        )
        total += sum(at(amount, receipts) for amount in gains)
    return total


def cost(pot: Sequence[Terms], /, *, state: State) -> float:
    """Return the cost that is shared in a state of the figures.

    Args:
        pot: the options.
        state: where the figures stand.
    """
    asked = state.get("released", 0.0), state.get("kept", 0.0), state.get("works", 0.0)
    return _cost(pot, asked)


@once
def _cost(pot: Sequence[Terms], asked: tuple[float, float, float], /) -> float:
    released, kept, works = asked
    return sum(
        (1 - at(each.kept, kept)) * each.host * sum(at(one.cost, released) for one in each.released)
        + at(each.works, works)
        + each.rise.central
        for each in pot
        if not each.shared
    )


@once
def cost_span(pot: Sequence[Terms], /) -> Span:
    """Return the cost that is shared, as a range.

    Args:
        pot: the options.
    """
    spans = []
    for each in pot:
        gross = NIL.plus(*(one.cost for one in each.released)) * each.host
        span = (each.kept.rest() * gross).plus(each.rise, each.works)
        spans.append(Span(0.0, 0.0, span.high) if each.shared else span)
    return NIL.plus(*spans)


@once
def benefit_span(pot: Sequence[Terms], party: str, /) -> Span:
    """Return the benefits of a party as a range.

    Args:
        pot: the options.
        party: whose.
    """
    spans = []
    for each in pot:
        own = [one.weight * one.cost for one in each.released if one.body_id == party]
        span = NIL.plus(*own, *each.gains(party))
        spans.append(Span(0.0, 0.0, span.high) if each.shared else span)
    return NIL.plus(*spans)


@once
def net_span(pot: Sequence[Terms], party: str | None, /, *, share: Span) -> Span:
    """Return the net benefit of a party, or of all (None), as a range.

    Args:
        pot: the options.
        party: whose.
        share: its share of the cost, as a range.
    """
    ends = {end: _net_at(pot, party, share=end) for end in {*share}}
    central = ends[share.central].central
    return Span(
        min(span.low for span in ends.values()), central, max(span.high for span in ends.values())
    )


def _net_at(pot: Sequence[Terms], party: str | None, *, share: float) -> Span:
    spans = []
    for each, (weighed, gains) in zip(pot, _brought(pot, party), strict=True):
        running = joint(weighed, host=share * each.host, kept=each.kept)
        span = running.plus(*gains).minus(each.works.plus(each.rise) * share)
        spans.append(range_parts.perhaps(span) or NIL if each.shared else span)
    return NIL.plus(*spans)


@once
def _brought(pot: Sequence[Terms], party: str | None, /) -> list[tuple[list[Any], list[Span]]]:
    """Weights and costs of what each option releases for a party, and its other gains."""

    def weight(one: Released) -> Span:
        return one.weight if party is None or one.body_id == party else NIL

    return [([(weight(one), one.cost) for one in each.released], each.gains(party)) for each in pot]


@once
def only_running(pot: Sequence[Terms], /) -> Pot:
    """Leave out works, receipts and all else that comes once.

    Args:
        pot: the options.
    """
    return Pot(each._replace(benefits={}, works=NIL) for each in pot)


@once
def without(pot: Sequence[Terms], party: str, /, *, part: float) -> Pot:
    """Leave a part of a party's estate as it is.

    Args:
        pot: the options.
        party: whose.
        part: how much of it.
    """

    def less(amounts: Mapping[str, Span]) -> dict[str, Span]:
        return {p: span * (1 - part) if p == party else span for p, span in amounts.items()}

    return Pot(
        each._replace(
            released=[
                site._replace(cost=site.cost * (1 - part)) if site.body_id == party else site
                for site in each.released
            ],
            saved=less(each.saved),
            benefits=less(each.benefits),
        )
        for each in pot
    )
