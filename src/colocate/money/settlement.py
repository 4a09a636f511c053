"""What clears between the partners of every option and every set: tables in, tables out.

`clearing_rent` holds the rule. The yearly figures are those of an option's full year, as in table
`money`; a commissioner's money counts with its force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.money import clearing_rent, discounting
from colocate.money.appraisal import full_year
from colocate.money.clearing_principles import Settled, check
from colocate.money.clearing_rent import Group, Part
from colocate.money.costs import RENTS, counted_with
from colocate.tables.money import CLEARING_BY_BODY, CLEARING_PRINCIPLES, CLEARING_RENTS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from colocate import study

WORKS = ("capital", "optimism_bias", "transition", "lease_exit")
"""One-off costs that are split."""


class Clearing(NamedTuple):
    """What clears; fields are tables."""

    clearing_rents: pd.DataFrame
    clearing_by_body: pd.DataFrame
    clearing_principles: pd.DataFrame


class Given(NamedTuple):
    """Tables that it follows from, by name."""

    options: pd.DataFrame
    located_sites: pd.DataFrame
    bodies: pd.DataFrame
    money: pd.DataFrame
    money_by_body: pd.DataFrame
    cash_flows: pd.DataFrame
    portfolio_options: pd.DataFrame


class _Books(NamedTuple):
    """All that options bring, and how it is settled."""

    parts: dict[str, list[Part]]
    """By option."""
    supplied: dict[tuple[str, str], int]
    """Rents of table `costs` by option and body, whole pence in a full year."""
    bases: dict[str, str]
    names: Mapping[str, str]
    annuity: float
    years: int
    spread: float
    settings: study.Money


def clearing(
    given: Given, /, *, settings: study.Money, as_of: dt.date, cost_spread: float
) -> Clearing:
    """Settle every option of two bodies or more, and every set of options.

    Args:
        given: the tables.
        settings: section `money` of the study.
        as_of: the study's day: discount rates, and who holds whose estate, are seen from it.
        cost_spread: largest change of savings and costs, as a share of them.

    Returns:
        Tables `clearing_rents`, `clearing_by_body` and `clearing_principles`, options first, then
        sets, each by id.
    """
    years = int(settings.appraisal_years.value)
    factors = discounting.factors(settings.discount_rates, as_of=as_of, years=years)
    parts, supplied = _parts(given, counted_with(given.bodies, as_of=as_of))
    books = _Books(
        parts,
        supplied,
        bases=dict(zip(given.money["option_id"], given.money["basis"], strict=True)),
        names=dict(zip(given.bodies["body_id"], given.bodies["short_name"], strict=True)),
        annuity=float(factors[1:].sum()),
        years=years,
        spread=cost_spread,
        settings=settings,
    )
    settled = [_settled("option", option, options=[option], books=books)
               for option, bodies in sorted(parts.items()) if len(bodies) > 1]  # fmt: skip
    for portfolio, chosen in given.portfolio_options.groupby("portfolio_id"):
        settled.append(_settled("portfolio", str(portfolio),
                                options=list(chosen["option_id"]), books=books))  # fmt: skip
    return Clearing(
        conform(CLEARING_RENTS, (row for each in settled for row in _rents(each, books))),
        conform(CLEARING_BY_BODY, (row for each in settled for row in _bodies(each, books))),
        conform(
            CLEARING_PRINCIPLES,
            (
                _head(each) | {"principle": principle, "outcome": outcome, "reason": reason}
                for each in settled
                for principle, (outcome, reason) in check(each, settings=settings)
            ),
        ),
    )


def _parts(
    given: Given, counted: Mapping[str, str]
) -> tuple[dict[str, list[Part]], dict[tuple[str, str], int]]:
    """Return what each option brings each body, by option; and the rents supplied for it."""
    flows = given.cash_flows.assign(
        body_id=given.cash_flows["body_id"].replace(counted),
        amount=(given.cash_flows["amount_gbp"] * 100).round().astype("int64"),
        present=(given.cash_flows["present_gbp"] * 100).round().astype("int64"),
    )
    yearly = _sums(full_year(flows), "amount")
    present = _sums(flows[~flows["item"].isin(RENTS)], "present")
    worth = given.money.set_index("option_id")["npv_gbp"].notna()
    sites = given.located_sites.set_index("site_id")["body_id"].replace(counted)
    host = given.options.set_index("option_id")["host_site_id"].map(sites)
    known = given.money_by_body.assign(body_id=given.money_by_body["body_id"].replace(counted))
    found: dict[str, list[Part]] = {}
    supplied: dict[tuple[str, str], int] = {}
    pairs = known[["option_id", "body_id"]].drop_duplicates().sort_values(["option_id", "body_id"])
    for option, body in pairs.itertuples(index=False, name=None):
        year, worths = yearly.get((option, body), {}), present.get((option, body), {})
        supplied[option, body] = sum(year.get(item, 0) for item in RENTS)
        found.setdefault(option, []).append(Part(
            option,
            body,
            released=year.get("running_cost_released", 0),
            rise=year.get("running_cost_host", 0),
            present=sum(worths.values()) if worth[option] else None,
            works=-sum(worths.get(item, 0) for item in WORKS),
            hosts=host[option] == body,
        ))  # fmt: skip
    return found, supplied


def _sums(flows: pd.DataFrame, column: str) -> dict[tuple[str, str], dict[str, int]]:
    """Return sums by item, by option and body."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    sums = flows.groupby(["option_id", "body_id", "item"])[column].sum()
    for (option, body, item), amount in sums.items():
        found.setdefault((option, body), {})[item] = int(amount)
    return found


def _settled(kind: str, label: str, *, options: Sequence[str], books: _Books) -> Settled:
    parts = [part for option in options for part in books.parts[option]]
    unknown = sum(books.bases[option] == "unknown" for option in options)
    groups = clearing_rent.groups(parts, annuity=books.annuity)
    return Settled(kind, label, parts, groups, options=len(options), unknown=unknown)


def _head(settled: Settled) -> dict[str, Any]:
    return {"kind": settled.kind, "subject_id": settled.label}


def _rents(settled: Settled, books: _Books) -> Iterator[dict[str, Any]]:
    """Yield a row for each pair that would pay, with the rent or the reason why there is none."""
    bases = {books.bases[part.option_id] for part in settled.parts}
    basis = next((each for each in ("unknown", "assumed") if each in bases), "recorded")
    for group in settled.groups:
        head = _head(settled) | {"basis": basis}
        if reason := _none(settled, group, books=books):
            for payer, payee in group.pairs:
                yield head | {"payer_id": payer, "payee_id": payee, "none_reason": reason}
            continue
        works = sum(group.works.values())
        holds = clearing_rent.holds_share(settled.figures(group), spread=books.spread)
        for rent in group.rents:
            yield head | {
                "payer_id": rent.payer,
                "payee_id": rent.payee,
                "least_gbp": rent.least / 100,
                "rent_gbp": rent.amount / 100,
                "most_gbp": rent.most / 100,
                "payer_works_share": group.works[rent.payer] / works if works else None,
                "holds_share": holds,
            }


def _none(settled: Settled, group: Group, *, books: _Books) -> str | None:
    """Say why no rent clears a group; None where one does."""
    if settled.unknown:
        return (
            f"Not known: the running costs of {settled.unknown} of {settled.options} "
            f"{'option' if settled.options == 1 else 'options'} are not."
        )
    together = " and ".join(books.names[body] for body in group.bodies)
    if group.total < 0:
        return (
            f"No rent can clear it: together {together} lose £{-group.total / 100:,.2f} a year, "
            "whoever pays whom."
        )
    if group.worth is not None and group.worth < 0:
        return (
            f"No split of the works can clear it: together {together} lose "
            f"£{-group.worth / 100:,.2f} at present value over {books.years} years, whoever pays "
            "what."
        )
    return None


def _bodies(settled: Settled, books: _Books) -> Iterator[dict[str, Any]]:
    """Yield what each body gains or loses."""
    for group in settled.groups:
        works = sum(group.works.values())
        cleared = not settled.unknown and group.clears
        for body in group.bodies:
            row: dict[str, Any] = _head(settled) | {"body_id": body}
            if not settled.unknown:
                rents = sum(books.supplied[p.option_id, body]
                            for p in settled.parts if p.body_id == body)  # fmt: skip
                row |= {"before_gbp": group.before[body] / 100,
                        "supplied_gbp": (group.before[body] + rents) / 100}  # fmt: skip
            if group.worth_before is not None:
                row["npv_before_gbp"] = group.worth_before[body] / 100
            if cleared:
                row["after_gbp"] = group.after[body] / 100
            if cleared and group.works:
                row |= {"works_gbp": group.works[body] / 100,
                        "works_share": group.works[body] / works if works else None,
                        "npv_after_gbp": group.worth_after[body] / 100}  # fmt: skip
            yield row
