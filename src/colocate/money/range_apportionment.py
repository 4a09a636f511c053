"""Who would pay and gain what, as ranges: every option, the best set and each joint target.

The parties of an option are the bodies that occupy its sites, as in `apportionment`; what falls to
the holder of a party's estate falls to that party. A target of several bodies is shared as what it
is, a saving without a cost (DSFRA/16/5, 3.5: savings apportioned pro rata to the size of the
forces).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.money import range_pot
from colocate.money.apportionment_keys import COLUMNS
from colocate.money.costs import owners
from colocate.money.pence import penny, split
from colocate.money.prices import Span
from colocate.money.range_constraints import constraints
from colocate.money.range_keys import OF_A_BODY, key_spans
from colocate.money.range_pot import Pot
from colocate.money.range_principles import check
from colocate.money.shared import Shared, basis_of, held
from colocate.spread import ALONE, gathered, rests_on
from colocate.tables import each, parts
from colocate.tables.rows import Partner
from colocate.tables.schema import of_columns
from colocate.tables.sharing import (
    APPORTIONMENT_RANGES,
    KEYS,
    PRINCIPLE_RANGES,
    SHARING_CONSTRAINTS,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from colocate import study
    from colocate.money.range_keys import SpanFigures
    from colocate.money.range_parts import Asked
    from colocate.money.shared import Finding
    from colocate.spread import Spread

BEST = "best"
TABLES = (APPORTIONMENT_RANGES, PRINCIPLE_RANGES, SHARING_CONSTRAINTS)
ENDS = {"funding": ("funding_low_gbp", "funding_high_gbp"), "size": ("size_low", "size_high")}
"""Columns of table `partners` that hold the ends of a figure, where it may be a range."""


class Ranged(NamedTuple):
    """Shares as ranges, how fair they are and what may hold the parties back: tables."""

    apportionment_ranges: pd.DataFrame
    principle_ranges: pd.DataFrame
    sharing_constraints: pd.DataFrame


class _Subject(NamedTuple):
    """What is shared."""

    kind: str
    label: str
    parties: list[str]
    sites: list[str]
    pot: Pot
    options: int
    gbp: float | None = None
    """What a target comes to."""


@dataclass
class _Given:
    """What all subjects have in common, and what was worked out for several of them."""

    names: dict[str, str]
    partners: pd.DataFrame
    settings: study.Money
    seen: dict[object, Finding] = field(default_factory=dict)
    known: dict[object, tuple[dict[str, Span], list[float] | None]] = field(default_factory=dict)

    @cached_property
    def by_body(self) -> dict[str, Partner]:
        """Rows of the partners; of a class made on the way: asked for once all is handed over."""
        return _by_body(self.partners)


def _by_body(partners: pd.DataFrame) -> dict[str, Partner]:
    return {row.body_id: row for row in each(Partner, partners)}


def apportion(
    listed: Sequence[Asked],
    /,
    *,
    partners: pd.DataFrame,
    bodies: pd.DataFrame,
    chosen: Sequence[str],
    targets: Sequence[study.Target],
    as_of: dt.date,
    settings: study.Money,
    spread: Spread = ALONE,
) -> Ranged:
    """Share every option, the best set and each joint target by each key.

    Args:
        listed: the options, from `cases.listed`.
        partners: table `partners`; may be empty.
        bodies: table `bodies`: names, and who holds the estate of whom.
        chosen: options of the best set.
        targets: the study's; those of one body are its own and not shared.
        as_of: the study's day.
        settings: section `money` of the study.
        spread: takes over the shares of what is as it was.

    Returns:
        Tables `apportionment_ranges`, `principle_ranges` and `sharing_constraints`: options by id,
        the set, then targets, each by key in the order of `KEYS`.
    """
    given = _Given(
        dict(zip(bodies["body_id"], bodies["short_name"], strict=True)), partners, settings
    )
    owner, by_body = owners(bodies, as_of=as_of), _by_body(partners)
    asked = {
        f"{subject.kind} {subject.label}": (subject, _figures(subject, by_body, listed=listed))
        for subject in _subjects(listed, owner=owner, chosen=chosen, targets=targets)
    }
    answers = spread.each(
        _shared_out, asked, given=given, of={name: rests_on(repr(on)) for name, on in asked.items()}
    )
    columns = [json.loads(one["columns"].iloc[0]) for one in gathered(answers, asked)]
    return Ranged(
        *(
            of_columns(table, {name: [value for found in columns for value in found[number][at]]
                               for at, name in enumerate(table.names)})
            for number, table in enumerate(TABLES)
        )
    )  # fmt: skip


def _shared_out(asked: tuple[_Subject, SpanFigures], given: _Given) -> pd.DataFrame:
    """Share one subject by each key: columns of the three tables, as they can be kept."""
    subject, figures = asked
    by_body = given.by_body
    votes = {body: float(row.votes) for body, row in by_body.items() if pd.notna(row.votes)}
    shares: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    held: list[dict[str, Any]] = []
    for key in KEYS:
        spans, centre = _spans(
            key, subject, figures=figures, settings=given.settings, known=given.known
        )
        shared = Shared(
            subject.kind, key, subject.parties, given.names, subject.pot, subject.options,
            spans, centre, figures, votes, given.settings,
        )  # fmt: skip
        head = {"kind": subject.kind, "subject_id": subject.label, "key": key}
        shares += [head | row for row in _rows(subject, shared)]
        if subject.kind != "target":
            found += [head | row for row in _checked(shared, given.seen)]
            held += [head | row for row in constraints(shared, partners=by_body)]
    columns = [
        [[row.get(name) for row in rows] for name in table.names]
        for table, rows in zip(TABLES, (shares, found, held), strict=True)
    ]
    return pd.DataFrame({"columns": [json.dumps(columns)]})


def _spans(
    key: str,
    subject: _Subject,
    *,
    figures: SpanFigures,
    settings: study.Money,
    known: dict[object, tuple[dict[str, Span], list[float] | None]],
) -> tuple[dict[str, Span], list[float] | None]:
    """Share by a key, once for the same figures; `known` is added to."""
    asked: dict[str, Any] = {
        "parties": subject.parties, "figures": figures, "hybrid": settings.hybrid,
    }  # fmt: skip
    basis = basis_of(key, **asked)
    if basis not in known:
        known[basis] = key_spans(key, **asked)
    return known[basis]


def _subjects(
    listed: Sequence[Asked],
    *,
    owner: Mapping[str, str],
    chosen: Sequence[str],
    targets: Sequence[study.Target],
) -> Iterator[_Subject]:
    by_id = {asked.case.option.option_id: asked for asked in listed}
    for label, asked in by_id.items():
        yield _subject([asked], kind="option", label=label, owner=owner)
    if set_of := [by_id[option] for option in sorted(set(chosen)) if option in by_id]:
        yield _subject(set_of, kind="portfolio", label=BEST, owner=owner)
    for target in targets:
        if len(target.bodies) > 1:
            parties = sorted(target.bodies)
            yield _Subject("target", target.id, parties, [], Pot(()), 0, target.gbp.value)


def _subject(
    options: Sequence[Asked], *, kind: str, label: str, owner: Mapping[str, str]
) -> _Subject:
    sites = sorted({site for one in options for site in parts(one.case.option.site_ids)})
    parties = sorted({options[0].case.sites[site].body_id for site in sites})
    falls_to = {owner[party]: party for party in parties} | {one: one for one in parties}
    pot = [range_pot.terms(one, falls_to=falls_to) for one in options]
    known = Pot(one for one in pot if one is not None)
    return _Subject(kind, label, parties, sites, known, len(options))


def _figures(
    subject: _Subject, given: Mapping[str, Partner], *, listed: Sequence[Asked]
) -> SpanFigures:
    """Gather the figures of every key; floor areas are those of the sites concerned."""
    figures: SpanFigures = {
        key: {
            party: _span(given[party], key)
            for party in subject.parties
            if party in given and pd.notna(getattr(given[party], COLUMNS[key]))
        }
        for key in OF_A_BODY
    }
    areas: dict[str, list[Span | None]] = {party: [] for party in subject.parties}
    for site in subject.sites:
        priors, sites = listed[0].priors, listed[0].case.sites
        areas[sites[site].body_id].append(priors.estimates.floor_m2[site])
    figures["floor_area"] = {
        party: Span(0.0, 0.0, 0.0).plus(*(span for span in spans if span is not None))
        for party, spans in areas.items()
        if spans and all(span is not None for span in spans)
    }
    return figures


def _span(partner: Partner, key: str) -> Span:
    value = float(getattr(partner, COLUMNS[key]))
    low, high = (
        float(getattr(partner, name)) if pd.notna(getattr(partner, name)) else value
        for name in ENDS.get(key, (COLUMNS[key], COLUMNS[key]))
    )
    return Span(min(low, value), value, max(high, value))


def _rows(subject: _Subject, shared: Shared) -> Iterator[dict[str, Any]]:
    """Yield a row for each party; costs at the centre add up to the penny."""
    lacks = shared.lacks or None
    amounts = _amounts(subject, shared)
    for number, party in enumerate(shared.parties):
        span = shared.spans[party]
        yield {
            "body_id": party,
            "share_low": span.low,
            "share": shared.centre[number] if shared.centre else None,
            "share_high": span.high,
            "lacks": lacks,
            "note": _note(subject),
        } | amounts[number]


def _note(subject: _Subject) -> str | None:
    if missing := subject.options - len(subject.pot):
        return f"Leaves out {missing} of {subject.options}: not even a prior tells their money."
    return None


def _amounts(subject: _Subject, shared: Shared) -> list[dict[str, Any]]:
    if subject.gbp is not None:
        return _of_target(subject.gbp, shared)
    if not subject.pot:
        return [{} for _ in shared.parties]
    whole = held(range_pot.cost_span(subject.pot))
    central = _to_the_penny(whole.central, shared)
    found = []
    for number, party in enumerate(shared.parties):
        share = shared.spans[party]
        cost = held(Span(whole.low * share.low, whole.central, whole.high * share.high))
        gains = held(range_pot.benefit_span(subject.pot, party))
        net = held(range_pot.net_span(subject.pot, party, share=share))
        found.append(
            {
                "cost_low_gbp": cost.low,
                "cost_gbp": central[number],
                "cost_high_gbp": cost.high,
                "benefit_low_gbp": gains.low,
                "benefit_gbp": gains.central,
                "benefit_high_gbp": gains.high,
                "net_low_gbp": net.low,
                "net_gbp": net.central if shared.centre else None,
                "net_high_gbp": net.high,
            }
        )
    return found


def _of_target(gbp: float, shared: Shared) -> list[dict[str, Any]]:
    central = _to_the_penny(gbp, shared)
    return [
        {
            "benefit_low_gbp": held(span * gbp).low,
            "benefit_gbp": central[number],
            "benefit_high_gbp": held(span * gbp).high,
        }
        for number, span in enumerate(shared.spans[party] for party in shared.parties)
    ]


def _to_the_penny(gbp: float, shared: Shared) -> list[float | None]:
    if shared.centre is None:
        return [None] * len(shared.parties)
    return [part / 100 for part in split(penny(float(gbp)), shared.centre)]


def _checked(shared: Shared, seen: dict[object, Finding]) -> Iterator[dict[str, Any]]:
    for principle, finding in check(shared, seen=seen):
        row: dict[str, Any] = {
            "principle": principle,
            "outcome": finding.outcome,
            "reason": finding.reason,
        }
        if finding.turn is not None:
            row["depends_on"] = finding.turn.name
            if finding.turn.at is not None:
                span = finding.turn.told
                row |= {"low": span.low, "turns_at": span.central, "high": span.high}
        yield row
