"""What sets of options bring towards the targets of the bodies that set them.

    gain of a body   = Σ over the target's years of the running costs released, the rises of host's
                       costs and the rents of its cash flows
    share            = Σ over the target's bodies of their gains / the target

Its ends are the gain less, or plus, in every year what the body's saving by each option of the set
may fall short of, or exceed, its centre (`money_by_body`): as if all erred alike.

Works, receipts and other single sums are no yearly saving and do not count. What falls to anybody
else does not count either: a police station given up saves the police, and counts nothing towards
the target of a fire authority. What falls to a force's commissioner counts with the force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.money.cashflows import RUNNING
from colocate.money.costs import RENTS, counted_with
from colocate.tables.money import TARGET_SHARES
from colocate.tables.schema import conform
from colocate.tables.text import two_figures

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from colocate import study

ALL = "all"
"""Stands in body_id for all bodies of a target together."""
FIRST_YEAR = 1
COUNTED = "as if all moved at once, works and receipts left out"


class _Gain(NamedTuple):
    """Pounds over a target's years, None where not known."""

    own: float | None
    cleared: float | None
    """With the rent that clears."""
    a_year: float | None
    """Own, in a full year."""
    less: float = 0.0
    """How much less than `own` it may be over the years, a positive amount."""
    more: float = 0.0
    assumed: bool = False
    """Whether any of it rests on a prior."""


class _Books(NamedTuple):
    flows: pd.DataFrame
    """Running items with year, whole pence, and the body they count with."""
    saved: pd.DataFrame
    """Table `money_by_body`, each body that it counts with."""
    by_body: pd.DataFrame
    """Table `clearing_by_body` of sets, by set and body."""
    names: Mapping[str, str]


def target_shares(
    portfolio_options: pd.DataFrame,
    *,
    cash_flows: pd.DataFrame,
    money_by_body: pd.DataFrame,
    clearing_by_body: pd.DataFrame,
    bodies: pd.DataFrame,
    targets: Sequence[study.Target],
    as_of: dt.date,
) -> pd.DataFrame:
    """Say what each set brings towards each target.

    Args:
        portfolio_options: table `portfolio_options`.
        cash_flows: table `cash_flows`.
        money_by_body: table `money_by_body`: whose money of which option is not known.
        clearing_by_body: table `clearing_by_body`.
        bodies: table `bodies`: names, and whose estate a commissioner holds.
        targets: the study's.
        as_of: the study's day.

    Returns:
        Table `target_shares`, by set, target in the order of the study, its bodies, then `all`.
    """
    counted = counted_with(bodies, as_of=as_of)

    def folded(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(body_id=rows["body_id"].replace(counted))

    flows = folded(cash_flows[cash_flows["item"].isin(RUNNING)])
    sets = clearing_by_body[clearing_by_body["kind"] == "portfolio"]
    books = _Books(
        flows.assign(pence=(flows["amount_gbp"] * 100).round().astype("int64")),
        folded(money_by_body),
        sets.set_index(["subject_id", "body_id"]),
        dict(zip(bodies["body_id"], bodies["short_name"], strict=True)),
    )
    return conform(
        TARGET_SHARES,
        (
            row
            for portfolio, chosen in portfolio_options.groupby("portfolio_id", sort=True)
            for target in targets
            for row in _rows(str(portfolio), list(chosen["option_id"]), target=target, books=books)
        ),
    )


def _rows(
    portfolio: str, chosen: Sequence[str], *, target: study.Target, books: _Books
) -> Iterator[dict[str, Any]]:
    years = int(target.years.value)
    gains = {
        body: _gain(portfolio, chosen, body=body, years=years, books=books)
        for body in target.bodies
    }
    together = _Gain(
        _sum([gain.own for gain in gains.values()]),
        _sum([gain.cleared for gain in gains.values()]),
        _sum([gain.a_year for gain in gains.values()]),
        less=sum(gain.less for gain in gains.values()),
        more=sum(gain.more for gain in gains.values()),
        assumed=any(gain.assumed for gain in gains.values()),
    )
    named = {body: books.names[body] for body in target.bodies}
    for body, gain in {**gains, ALL: together}.items():
        who = named.get(body) or " and ".join(named.values())
        yield {
            "portfolio_id": portfolio,
            "target_id": target.id,
            "body_id": body,
            "target_gbp": target.gbp.value,
            "first_year": FIRST_YEAR,
            "last_year": years,
            "gain_gbp": gain.own,
            "gain_low_gbp": None if gain.own is None else gain.own - gain.less,
            "gain_high_gbp": None if gain.own is None else gain.own + gain.more,
            "share": _over(gain.own, target),
            "gain_after_rent_gbp": gain.cleared,
            "share_after_rent": _over(gain.cleared, target),
            "words": _words(who, gain, target=target, plural=body == ALL and len(named) > 1),
        }


def _sum(amounts: Sequence[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _over(gain: float | None, target: study.Target) -> float | None:
    return None if gain is None else gain / target.gbp.value


def _gain(portfolio: str, chosen: Sequence[str], *, body: str, years: int, books: _Books) -> _Gain:
    """Add up a body's own running items of a set over the first years."""
    saved, flows = books.saved, books.flows
    saved = saved[saved["option_id"].isin(chosen) & (saved["body_id"] == body)]
    if saved["net_saving_gbp"].isna().any():
        return _Gain(None, None, None)
    mine = flows[
        flows["option_id"].isin(chosen)
        & (flows["body_id"] == body)
        & flows["year"].between(FIRST_YEAR, years)
    ]
    if (portfolio, body) not in books.by_body.index:
        return _Gain(0.0, 0.0, 0.0)
    settled = books.by_body.loc[(portfolio, body)]
    own = mine["pence"].sum() / 100
    cleared = None
    if pd.notna(settled["after_gbp"]):
        rents = settled["after_gbp"] - settled["before_gbp"]
        bare = mine.loc[~mine["item"].isin(RENTS), "pence"].sum() / 100
        cleared = round(bare + years * rents, 2)
    a_year = settled["supplied_gbp"]
    return _Gain(
        float(own),
        cleared,
        float(a_year) if pd.notna(a_year) else None,
        less=years * float((saved["net_saving_gbp"] - saved["net_saving_low_gbp"]).sum()),
        more=years * float((saved["net_saving_high_gbp"] - saved["net_saving_gbp"]).sum()),
        assumed=bool((mine["basis"] == "assumed").any()),
    )


def _words(who: str, gain: _Gain, *, target: study.Target, plural: bool) -> str:
    years = int(target.years.value)
    aim = f"target of £{target.gbp.value:,.0f} over {years} {'year' if years == 1 else 'years'}"
    aim += _doubt(target)
    its = "their" if len(target.bodies) > 1 else "its"
    over = f"in running costs over {years} years, {COUNTED}"
    if gain.own is None:
        return f"What {who} would gain is not known, and so what counts towards {its} {aim}."
    if gain.own < 0:
        said = (
            f"{who} {'lose' if plural else 'loses'} {_pounds(-gain.own, gain)} {over}"
            f"{_between(gain)}; nothing counts towards {its} {aim}."
        )
    elif gain.own == 0:
        said = f"{who} {'gain' if plural else 'gains'} nothing towards {its} {aim}{_between(gain)}."
    else:
        said = (
            f"{who} {'gain' if plural else 'gains'} {_pounds(gain.own, gain)} {over}"
            f"{_between(gain)}: {_share(gain.own, gain, target=target)} of {its} {aim}."
        )
    return said + _with_rent(gain, target)


def _with_rent(gain: _Gain, target: study.Target) -> str:
    """Say what the gain would be with the rent that clears, where that makes a difference."""
    if gain.cleared is None or gain.own is None or abs(gain.cleared - gain.own) < 1:
        return ""
    if gain.cleared < 0:  # a lease that binds lets the rent begin before the saving
        return (
            f" With the rent that clears {_pounds(-gain.cleared, gain)} would be lost in those "
            "years."
        )
    return (
        f" With the rent that clears it would be {_pounds(gain.cleared, gain)} in those years, "
        f"{_share(gain.cleared, gain, target=target)}."
    )


def _pounds(amount: float, gain: _Gain) -> str:
    """To the pound where it is recorded, else to two figures."""
    return f"about £{two_figures(amount)}" if gain.assumed else f"£{amount:,.0f}"


def _share(amount: float, gain: _Gain, *, target: study.Target) -> str:
    share = amount / target.gbp.value
    return f"some {share:.0%}" if gain.assumed else f"{share:.1%}"


def _between(gain: _Gain) -> str:
    """Say that it is assumed, and the least and most that it may be over the years."""
    if not gain.assumed or gain.own is None:
        return ""
    least, most = (_gained(end) for end in (gain.own - gain.less, gain.own + gain.more))
    return " (assumed)" if least == most else f" (assumed; from {least} to {most})"


def _gained(amount: float) -> str:
    if abs(amount) < 1:
        return "nothing"
    return f"{'a loss of ' if amount < 0 else ''}£{two_figures(abs(amount))}"


def _doubt(target: study.Target) -> str:
    """Say which of a target's own figures is assumed, and on what."""
    guessed = [f"{word} assumed: {figure.ground.removeprefix('assumed: ')}"
               for word, figure in (("amount", target.gbp), ("years", target.years))
               if figure.basis == "assumed"]  # fmt: skip
    return f" ({'; '.join(guessed)})" if guessed else ""
