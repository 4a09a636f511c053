"""Who would pay and gain what: the cost of options shared by seven keys, to the penny.

The cost shared is the present value of all costs of the options together; each party keeps the
benefits that fall to it and pays its share (`keys`):

    net of party p = benefits of p - share of p × cost

Rents between partners are left out: they settle between two bodies what a key settles for all.
The parties are the bodies that occupy the sites. What falls to the holder of a party's estate, the
commissioner of a force's area, falls to that party; what falls to anybody else is no part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.money.apportionment_keys import COLUMNS, Figures, Pot, lacking, shares
from colocate.money.costs import RENTS, owners
from colocate.money.funding_principles import check
from colocate.money.pence import split
from colocate.tables import each, parts
from colocate.tables.money import APPORTIONMENT, PRINCIPLES
from colocate.tables.rows import LocatedSite, Option, Partner
from colocate.tables.schema import conform
from colocate.tables.sharing import KEYS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from colocate import study

PORTFOLIO = "portfolio"
"""What a set of options is called where an option's id stands."""
RUNNING_COSTS = ("running_cost_released", "running_cost_host")


class Apportioned(NamedTuple):
    """Shares, what they are worth and how fair they are; fields are tables."""

    apportionment: pd.DataFrame
    principles: pd.DataFrame


class _Tally(NamedTuple):
    """What an option costs and brings one body, in whole pence."""

    option_id: str
    body_id: str
    cost: int
    benefit: int
    running_cost: int
    running_benefit: int


class _Books(NamedTuple):
    """All that pots are filled from."""

    members: dict[str, list[str]]
    """Sites of each option."""
    sites: dict[str, LocatedSite]
    tallies: dict[str, list[_Tally]]
    """What each option costs and brings, a row for each body, from `_tallies`."""
    partners: dict[str, Partner]
    owner: Mapping[str, str]
    names: Mapping[str, str]
    npv: dict[str, float]
    """Of the options that have one."""


def apportion(  # noqa: PLR0913 - every table it reads, by name
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    cash_flows: pd.DataFrame,
    money: pd.DataFrame,
    partners: pd.DataFrame,
    bodies: pd.DataFrame,
    as_of: dt.date,
    settings: study.Money,
    chosen: Iterable[str] = (),
) -> Apportioned:
    """Share the cost of every priced option, and of a chosen set as one, by each key.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        cash_flows: table `cash_flows`.
        money: table `money`.
        partners: table `partners`; may be empty.
        bodies: table `bodies`: names, and who holds the estate of whom.
        as_of: the study's day, on which they do.
        settings: section `money` of the study.
        chosen: options that are shared out together as `portfolio`.

    Returns:
        Tables `apportionment` and `principles`, by option (the portfolio last), key in the order
        of the contract, and body or principle. An option without a net present value, or that
        moves no money, has no rows (`money.note` says what is missing); a chosen set always has.
    """
    valued = money[money["npv_gbp"].notna()]
    books = _Books(
        members={row.option_id: parts(row.site_ids) for row in each(Option, options)},
        sites={site.site_id: site for site in each(LocatedSite, located_sites)},
        tallies=_tallies(cash_flows),
        partners={row.body_id: row for row in each(Partner, partners)},
        owner=owners(bodies, as_of=as_of),
        names=dict(zip(bodies["body_id"], bodies["short_name"], strict=True)),
        npv=dict(zip(valued["option_id"], valued["npv_gbp"], strict=True)),
    )
    priced = sorted(set(books.npv) & set(books.tallies))
    pots = [_pot(option, [option], books=books) for option in priced]
    if together := sorted(set(chosen)):
        pots.append(_pot(PORTFOLIO, together, books=books))
    rows: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for pot in pots:
        for key in KEYS:
            given = shares(key, parties=pot.parties, figures=pot.figures, hybrid=settings.hybrid)
            head = {"option_id": pot.label, "key": key}
            rows += [head | row for row in _rows(pot, key, given=given, hybrid=settings.hybrid)]
            found += [
                head | {"principle": principle, "outcome": outcome, "reason": reason}
                for principle, (outcome, reason) in check(pot, key, shares=given, settings=settings)
            ]
    return Apportioned(conform(APPORTIONMENT, rows), conform(PRINCIPLES, found))


def _tallies(cash_flows: pd.DataFrame) -> dict[str, list[_Tally]]:
    """Add up costs and benefits of each option and body in whole pence, rents left out."""
    flows = cash_flows[~cash_flows["item"].isin(RENTS)]
    present = (flows["present_gbp"] * 100).round().astype("int64")
    running = (flows["amount_gbp"] * 100).round().astype("int64")
    running = running.where(flows["item"].isin(RUNNING_COSTS), 0)
    sums = {
        "cost": -present.clip(upper=0),
        "benefit": present.clip(lower=0),
        "running_cost": -running.clip(upper=0),
        "running_benefit": running.clip(lower=0),
    }
    table = flows[["option_id", "body_id"]].assign(**sums)
    found: dict[str, list[_Tally]] = {}
    for row in each(_Tally, table.groupby(["option_id", "body_id"], as_index=False).sum()):
        found.setdefault(row.option_id, []).append(row)
    return found


def _pot(label: str, ids: Sequence[str], *, books: _Books) -> Pot:
    """Fill a pot with what the priced ones among the options cost and bring."""
    members = sorted({site for option in ids for site in books.members[option]})
    parties = sorted({books.sites[site].body_id for site in members})
    falls_to = {books.owner[party]: party for party in parties} | {p: p for p in parties}
    priced = [option for option in ids if option in books.npv]
    rows = [
        row for option in priced for row in books.tallies.get(option, []) if row.body_id in falls_to
    ]

    def gains(column: str) -> list[int]:
        return [
            sum(getattr(row, column) for row in rows if falls_to[row.body_id] == party)
            for party in parties
        ]

    return Pot(
        label=label,
        parties=parties,
        names=books.names,
        figures=_figures(parties, members, books=books),
        votes=_known(parties, "votes", books=books),
        cost=sum(row.cost for row in rows),
        benefits=gains("benefit"),
        running_cost=sum(row.running_cost for row in rows),
        running_benefits=gains("running_benefit"),
        options=len(ids),
        unknown=len(ids) - len(priced),
        losing=sum(books.npv[option] < 0 for option in priced),
    )


def _figures(parties: Sequence[str], members: Sequence[str], *, books: _Books) -> Figures:
    found = {key: _known(parties, column, books=books) for key, column in COLUMNS.items()}
    sites = [books.sites[site] for site in members]
    area = {p: [site.gia_m2 for site in sites if site.body_id == p] for p in parties}
    measured = {p: float(sum(m2)) for p, m2 in area.items() if not pd.isna(m2).any()}
    return {**found, "floor_area": measured}


def _known(parties: Sequence[str], column: str, *, books: _Books) -> dict[str, float]:
    given = [
        (party, getattr(books.partners[party], column))
        for party in parties
        if party in books.partners
    ]
    return {party: float(value) for party, value in given if pd.notna(value)}


def _rows(
    pot: Pot, key: str, *, given: list[float] | None, hybrid: study.Hybrid
) -> Iterator[dict[str, Any]]:
    costs = split(pot.cost, given) if given and pot.priced else None
    for number, party in enumerate(pot.parties):
        cost = costs[number] / 100 if costs else None
        benefit = pot.benefits[number] / 100 if pot.priced else None
        yield {
            "body_id": party,
            "share": given[number] if given else None,
            "cost_gbp": cost,
            "benefit_gbp": benefit,
            "net_gbp": round(benefit - cost, 2)
            if benefit is not None and cost is not None
            else None,
            "note": _note(pot, key, share=given[number] if given else None, hybrid=hybrid),
        }


def _note(pot: Pot, key: str, *, share: float | None, hybrid: study.Hybrid) -> str | None:
    said = []
    if share is None:
        said.append(lacking(pot, key, hybrid=hybrid))
    elif key == "hybrid":
        for word, bound in (("floor", hybrid.floor.value), ("cap", hybrid.cap.value)):
            if abs(share - bound) < 1e-9:
                said.append(f"Held at the {word} of {bound:.0%}.")
    if pot.unknown:
        said.append(f"Leaves out {pot.unknown} of {pot.options} options: their money is not known.")
    return " ".join(said) or None
