"""What one way of running a function would save, and cost to change over, or what is missing.

    contracted out    = budget - benchmark x (1 +- tender spread)
    any other way     = budget x (saving share + scale share)
    cost of change    = budget x change share, once

Staying as today saves nothing: it is what everything else is counted against. What people supply
of a way takes the place of all this. Where the benchmark says that a function is competitive
already, a share of its budget may be nothing (DSFRA/16/5, 5.19). Amounts are brought to prices of
the study's year, and ranges rounded outward to two figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.money.prices import Span, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from colocate import study
    from colocate.money.prices import Prices
    from colocate.study import Ranged
    from colocate.tables.rows import Function, FunctionFigure

AS_TODAY = "in_house"
JOINED = ("alliance", "alliance_single_leadership")
"""Ways in which every party gains by the scale of all."""
WORDS = {
    "budget": "its budget",
    "benchmark": "what the market or peers charge for it",
    "saving_share": "what this way has saved of such budgets elsewhere",
    "scale_share": "what greater scale adds for every party",
    "income": "what it earns, less what that costs",
    "change_share": "what changing over costs",
    "area": "the floor area it takes",
}
"""What is missing, in words."""
NOTHING = Span.at(0.0)


class Outcome(NamedTuple):
    """A saving and a cost of change, None where not known, and what they rest on."""

    saving: Span | None
    change: Span | None
    basis: str
    rests_on: str
    missing: tuple[str, ...] = ()
    of_some: bool = False
    """Whether what is missing is missing of some functions among several."""

    @property
    def columns(self) -> dict[str, Any]:
        """The same as columns of a table; what is missing is named in words too."""
        ends = {
            f"{name}_{end}_gbp": value
            for name, span in (("saving", self.saving), ("change", self.change))
            if span is not None
            for end, value in told(span)._asdict().items()
        }
        what = "Not known of some" if self.of_some else "Not known"
        lacking = f" {what}: {listed(self.missing)}." if self.missing else ""
        return {
            **ends,
            "basis": self.basis,
            "rests_on": f"{self.rests_on}{lacking}".strip(),
            "missing": ";".join(self.missing) or None,
        }


STAYS = Outcome(NOTHING, NOTHING, "computed", "Stays as today: all else is counted against it.")


class Priors(NamedTuple):
    """What outcomes rest on beside what was supplied."""

    settings: study.Functions
    prices: Prices


def outcome(
    row: Function,
    way: str,
    *,
    supplied: FunctionFigure | None,
    priors: Priors,
    with_fire: bool,
) -> Outcome:
    """Return what a way of running a function brings against staying as today.

    Args:
        row: of table `functions`.
        way: one of `WAYS`.
        supplied: of table `function_figures`, if there is a row.
        priors: the study's, and its prices.
        with_fire: whether the study's fire authority takes part, so that all gain by the scale.
    """
    if way == AS_TODAY and supplied is None:
        return STAYS
    found = _saving(row, way, priors=priors, with_fire=with_fire)
    change = _part(row, _prior(priors, way).change_share, priors=priors)
    if supplied is not None:
        factor = priors.prices.factor(supplied.price_year)
        change = _given(supplied, "change", factor=factor) or change
        if (given := _given(supplied, "saving", factor=factor)) is not None:
            found = Outcome(given, None, supplied.basis, _ground(supplied))
    lacking = () if change is not None else ("change_share",)
    return found._replace(change=change, missing=(*found.missing, *lacking))


def _saving(row: Function, way: str, *, priors: Priors, with_fire: bool) -> Outcome:
    if way == "contracted_in":
        return Outcome(None, None, "unknown", "", ("income",))
    if way == "contracted_out":
        return _tender(row, priors=priors)
    return _share(row, way, priors=priors, with_fire=with_fire)


def _tender(row: Function, *, priors: Priors) -> Outcome:
    known = {"budget": row.budget_gbp, "benchmark": row.benchmark_gbp}
    if missing := tuple(name for name, value in known.items() if pd.isna(value)):
        return Outcome(None, None, "unknown", "", missing)
    spread = priors.settings.tender_spread
    by = spread.value if spread else 0.0
    tender = Span(row.benchmark_gbp * (1 - by), row.benchmark_gbp, row.benchmark_gbp * (1 + by))
    saved = scaled(Span.at(row.budget_gbp).minus(tender), by=priors.prices.factor(row.price_year))
    rests_on = "Budget less benchmark."
    if spread is None or by == 0:
        return Outcome(saved, None, "computed", rests_on)
    rests_on = f"Budget less a tender within {by:.0%} of the benchmark ({spread.ground})."
    return Outcome(saved, None, "computed" if spread.source else "assumed", rests_on)


def _share(row: Function, way: str, *, priors: Priors, with_fire: bool) -> Outcome:
    prior = _prior(priors, way)
    scaled_up = with_fire and way in JOINED
    shares, missing = share_of_budget(prior, scaled_up=scaled_up)
    rests_on = ground_of(prior, scaled_up=scaled_up)
    if pd.isna(row.budget_gbp):
        missing = ("budget", *missing)
    if shares is None or pd.isna(row.budget_gbp):
        return Outcome(None, None, "unknown", "", missing)
    if row.benchmark_gbp >= row.budget_gbp:
        shares = Span(0.0, 0.0, shares.high)
        return Outcome(
            _of_budget(row, shares, priors=priors), None, basis_of(prior),
            f"{rests_on} Competitive already: little to gain, so from nothing.", missing,
        )  # fmt: skip
    return Outcome(_of_budget(row, shares, priors=priors), None, basis_of(prior), rests_on, missing)


def share_of_budget(
    prior: study.WayPrior, /, *, scaled_up: bool
) -> tuple[Span | None, tuple[str, ...]]:
    """Return the share of a budget that a way saves, and what is missing of it.

    Args:
        prior: the study's for the way.
        scaled_up: whether scale adds to it.
    """
    missing = () if prior.saving_share else ("saving_share",)
    if scaled_up and prior.scale_share is None:
        missing = (*missing, "scale_share")
    if prior.saving_share is None:
        return None, missing
    shares = Span.of(prior.saving_share)
    if scaled_up and prior.scale_share is not None:
        shares = shares.plus(Span.of(prior.scale_share))
    return shares, missing


def basis_of(prior: study.WayPrior, /) -> str:
    """Return what a saving by a prior rests on.

    Args:
        prior: the study's for the way; its share is given.
    """
    if any(figure and figure.assumed for figure in (prior.saving_share, prior.scale_share)):
        return "assumed"
    return "target" if prior.is_target else "computed"


def ground_of(prior: study.WayPrior, /, *, scaled_up: bool) -> str:
    """Say what a saving by a prior rests on.

    Args:
        prior: the study's for the way; its share is given.
        scaled_up: whether scale adds to it.
    """
    share = prior.saving_share
    if share is None:
        return ""
    what = "A target of" if prior.is_target else "A saving of"
    scale = prior.scale_share if scaled_up else None
    more = (
        f" By scale {scale.least:.1%} to {scale.most:.1%} more ({scale.ground})." if scale else ""
    )
    ends = f"{share.least:.1%} to {share.most:.1%}"
    return f"{what} {ends} of the budget ({share.ground}).{more}"


def scaled(span: Span, /, *, by: Span) -> Span:
    """Bring a saving, which may be a loss, to other prices.

    Args:
        span: it.
        by: factor, above 0.
    """
    ends = [end * factor for end in (span.low, span.high) for factor in (by.low, by.high)]
    return Span(min(ends), span.central * by.central, max(ends))


def listed(missing: Iterable[str], /) -> str:
    """Name what is missing, in words.

    Args:
        missing: some of table column `missing`.
    """
    return ", ".join(WORDS[name] for name in missing)


def _prior(priors: Priors, way: str) -> study.WayPrior:
    from colocate.study import WayPrior

    return priors.settings.ways.get(way) or WayPrior()


def _part(row: Function, share: Ranged | None, *, priors: Priors) -> Span | None:
    if share is None or pd.isna(row.budget_gbp):
        return None
    return _of_budget(row, Span.of(share), priors=priors)


def _of_budget(row: Function, shares: Span, *, priors: Priors) -> Span:
    return shares * row.budget_gbp * priors.prices.factor(row.price_year)


def _given(row: FunctionFigure, name: str, *, factor: Span) -> Span | None:
    """A range that was supplied: an end that is not given is its centre."""
    low, central, high = (getattr(row, f"{name}_{end}_gbp") for end in ("low", "central", "high"))
    if pd.isna(central):
        return None
    ends = Span(central if pd.isna(low) else low, central, central if pd.isna(high) else high)
    return scaled(ends, by=factor)


def _ground(row: FunctionFigure) -> str:
    return row.source if row.basis == "recorded" else f"Assumed: {row.source}"
