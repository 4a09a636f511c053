"""The net present value of every option as a range, with priors for what nobody supplied.

    net present value  = all else - works × (1 - what is left of them at the end, at present value)
    all else           = running costs saved + other benefits less costs + receipts, present values
    works at most      = all else / (1 - what is left of them): there the net present value is 0
    benefit per pound  = (all else + what is left of the works) / works

Running costs: each released site c costs c_s a year until year t_s, and the host rises by 1 - k of
all that is released. With A_s the present value of £1 a year from t_s on, and A from year 1 on,

    saved = Σ_s (A_s - (1 - k) A) c_s,

which is linear in each of k, c_s and A_s, so that its least and most lie at ends of their ranges,
and a wider range of any never narrows it. Parts are added low to low and high to high, as if the
worst of all came together: no part is known to make up for another.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.money.cashflows import Case, Lines, most_released, unsold_sites
from colocate.money.costs import WITHOUT_RECEIPT
from colocate.money.prices import Span, told
from colocate.money.running_costs import Estimates, kept_share
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from colocate import study
    from colocate.tables.rows import LocatedSite

RUNNING = ("running_cost_released", "running_cost_host")
"""Without rents, which are zero in total."""
WORKS = ("capital", "optimism_bias")
NIL = Span.at(0.0)


class Priors(NamedTuple):
    """What stands in where nobody supplied a figure."""

    estimates: Estimates
    settings: study.Money
    factors: np.ndarray
    """Discount factors from year 0."""

    @property
    def last(self) -> int:
        """The last year appraised."""
        return len(self.factors) - 1

    def worth(self, first: int, last: int, /) -> float:
        """Return the present value of £1 in each year from the first to the last.

        Args:
            first: the first year; beyond the last one nothing is worth anything.
            last: the last year.
        """
        return float(self.factors[first : last + 1].sum()) if first <= last else 0.0


class Asked(NamedTuple):
    """An option whose figures are asked."""

    case: Case
    lines: Lines
    priors: Priors


class Part(NamedTuple):
    """One figure of an option."""

    span: Span | None
    """None where not even a prior tells."""
    rests_on: str
    basis: str = "assumed"

    def row(self, figure: str, unit: str = "GBP", /) -> dict[str, Any]:
        """Return the figure as a row of table `money_ranges`.

        Args:
            figure: its name.
            unit: its unit.
        """
        row = {"figure": figure, "unit": unit, "rests_on": self.rests_on}
        if self.span is None:
            return row | {"basis": "unknown"}
        ends = {
            name: end if math.isfinite(end) else None
            for name, end in told(self.span)._asdict().items()
        }
        return row | ends | {"basis": self.basis}


def ranges(asked: Asked, /) -> list[dict[str, Any]]:
    """Return what an option's net present value is made of, as rows of table `money_ranges`.

    Args:
        asked: the option.
    """
    case = asked.case
    running, other, works = (part(asked) for part in (_running, _other, _works))
    receipt, sale = _receipt(case, asked.priors)
    left = _left(case, asked.priors)
    else_ = [part.span for part in (running, other, receipt)]
    shared = case.option.existing_share == "possible"
    at_most, npv, ratio = _appraised(else_, works.span, left=left, shared=shared)
    supplied = all(part.basis == "recorded" for part in (running, other, receipt, works))
    basis = "recorded" if supplied else "assumed"
    words = " Probably shared already: then nothing is gained or spent." if shared else ""
    if shared:
        running, other, works, receipt = (
            part._replace(span=_perhaps(part.span)) for part in (running, other, works, receipt)
        )
        at_most = _perhaps(at_most)
    residual = works.span * left if works.span else None
    rows = [
        running.row("running"),
        other.row("other"),
        receipt.row("receipt"),
        sale.row("years_to_sell", "years"),
        works.row("works"),
        Part(residual, "share of a new building's life beyond the years appraised; none of a "
             "refit's").row("residual"),
        Part(at_most, f"all else, at which the value is 0.{words}", basis).row("works_at_most"),
        Part(npv, f"all else less works.{words}", basis).row("npv"),
        Part(ratio, "all else for each pound of works", basis).row("benefit_per_pound", "ratio"),
    ]  # fmt: skip
    return [{"option_id": case.option.option_id, **row} for row in rows]


def _perhaps(span: Span | None) -> Span | None:
    """Let a figure be nothing at the centre, and anything up to what it would be."""
    return None if span is None else Span(min(span.low, 0.0), 0.0, max(span.high, 0.0))


def joint(released: Sequence[tuple[Span, Span]], /, *, host: float, kept: Span) -> Span:
    """Return Σ (weight - (1 - kept) host) cost over the whole range of all three.

    Args:
        released: weight and yearly cost of each released site.
        host: weight of the host's rise.
        kept: share of the released cost that the host's rise leaves.
    """

    def total(share: float, *, most: bool) -> float:
        ends = (
            [(w - (1 - share) * host) * c for w in (weight.low, weight.high)
             for c in (cost.low, cost.high)]
            for weight, cost in released
        )  # fmt: skip
        return sum(max(each) if most else min(each) for each in ends)

    central = sum((w.central - (1 - kept.central) * host) * c.central for w, c in released)
    shares = (kept.low, kept.high)
    return Span(
        min(total(share, most=False) for share in shares),
        central,
        max(total(share, most=True) for share in shares),
    )


def net_saving(asked: Asked, /, *, year: int) -> Span:
    """Return what an option may save in one year, in pounds.

    Args:
        asked: the option.
        year: the year; what is released later costs nothing less in it.
    """
    case, lines, _ = asked
    fixed = [
        _span(row) for row in _rows(lines, RUNNING) if row["first_year"] <= year <= row["last_year"]
    ]
    released = [
        (Span.at(float(first <= year)), (case.effect.released or {})[site].gbp)
        for site, first in lines.begins.items()
    ]
    return _with_host(asked, released, host=1.0, kept=case.effect.kept or NIL).plus(*fixed)


def _span(row: Mapping[str, Any]) -> Span:
    return Span(row["least_gbp"], row["amount_gbp"], row["most_gbp"])


def _rows(lines: Lines, items: Sequence[str]) -> list[dict[str, Any]]:
    """Return the lines of some items that people supplied; priors have no ends of their own."""
    return [row for row in lines.rows if row["item"] in items and "least_gbp" in row]


def _present(asked: Asked, items: Sequence[str]) -> Span:
    """Present value of what people supplied of some items."""
    _, lines, priors = asked
    return NIL.plus(
        *(
            _span(row) * priors.worth(row["first_year"], row["last_year"])
            for row in _rows(lines, items)
        )
    )


def _running(asked: Asked) -> Part:
    """Present value of the running costs saved; rents are zero in total."""
    case, lines, priors = asked
    items = set(case.supplied["item"])
    fixed = _present(asked, RUNNING)
    if {"running_cost_released", "running_cost_host"} <= items:
        return Part(fixed, "supplied", "recorded")
    last, option = priors.last, case.option
    costs = case.effect.released
    open_ = costs is None and not parts(option.released_site_ids)
    if costs is None and "running_cost_released" not in items:
        cost = _either(case, priors) if open_ else None
        if cost is None:
            return Part(None, case.effect.note)
        released = [(Span.at(priors.worth(1, last)), cost)]
    else:
        released = [
            (_weight(case.sites[site], first, lines=lines, priors=priors), (costs or {})[site].gbp)
            for site, first in lines.begins.items()
        ]
    kept = case.effect.kept
    words = case.effect.note
    if kept is None:
        kept = Span(0.0, kept_share(priors.estimates.prices, settings=priors.settings).central, 1.0)
        words += (
            " In the range the host, or the new site, keeps anything from nothing to all of it."
        )
    saved = _with_host(asked, released, host=priors.worth(1, last), kept=kept)
    if not released and not items:
        return Part(saved, words, "recorded" if option.existing_share == "existing" else "assumed")
    return Part(saved.plus(fixed), words)


def _with_host(
    asked: Asked,
    released: Sequence[tuple[Span, Span]],
    *,
    host: float,
    kept: Span,
) -> Span:
    """Saved by what is released and not supplied, less the host's rise unless that is supplied."""
    items = set(asked.case.supplied["item"])
    if "running_cost_host" in items:
        return joint(released, host=0.0, kept=kept)
    if "running_cost_released" in items:
        gross = Span(
            *(
                most_released(asked.lines.rows, end)
                for end in ("least_gbp", "amount_gbp", "most_gbp")
            )
        )
        return joint([(NIL, gross)], host=host, kept=kept)
    return joint(released, host=host, kept=kept)


def _weight(site: LocatedSite, first: int, *, lines: Lines, priors: Priors) -> Span:
    """Present value of £1 a year from the first year on; from nothing where no lease tells it."""
    worth = priors.worth(first, priors.last)
    return Span(0.0 if site.site_id in lines.without_end else worth, worth, worth)


def _either(case: Case, priors: Priors) -> Span | None:
    """Yearly cost of whichever site would be released, where that is open."""
    found = [priors.estimates.costs[site] for site in parts(case.option.mover_site_ids)]
    costs = [cost.gbp for cost in found if cost is not None]
    if len(costs) < len(found):
        return None
    first, *rest = costs
    for cost in rest:
        first = first.hull(cost)
    return first


def _other(asked: Asked) -> Part:
    """Moves, repairs avoided and lease exits: only what people supplied."""
    items = ("transition", "backlog_avoided", "lease_exit")
    return Part(_present(asked, items), "supplied, or none", "recorded")


def _receipt(case: Case, priors: Priors) -> tuple[Part, Part]:
    """Present value of receipts, and the years until a sale."""
    known = case.supplied[case.supplied["item"] == "receipt"]
    given = NIL.plus(
        *(
            Span(row.least_gbp, row.amount_gbp, row.most_gbp)
            * priors.worth(row.first_year, row.last_year)
            for row in known.itertuples()
        )
    )
    unsold, free = unsold_sites(case), ""
    if not parts(case.option.released_site_ids):
        unsold = [case.sites[site] for site in parts(case.option.mover_site_ids)]
        unsold = [site for site in unsold if site.tenure not in WITHOUT_RECEIPT]
        free = "; which site would be sold is open: from none, or the smallest, to the largest"
    if not unsold:
        nothing = Part(None, "nothing would be sold, or its receipt is dated")
        return Part(given, "supplied" if len(known) else "nothing to sell", "recorded"), nothing
    rate, years = priors.settings.receipt_gbp_per_m2, priors.settings.years_to_sell
    each = [_sale(site, priors) for site in unsold]
    sold = [span for span in each if span is not None]
    if rate is None or years is None or len(sold) < len(each):
        least = Span(given.low, given.central, math.inf)
        why = "no receipt is supplied, and no prior or floor area tells one: none is counted"
        return Part(least, why), Part(None, "not known")
    total = NIL.plus(*sold)
    if free:
        total = Span(0.0, total.central / len(parts(case.option.mover_site_ids)),
                     max(span.high for span in sold))  # fmt: skip
    return (
        Part(given.plus(total), f"floor area × £{rate.least:,.0f} to £{rate.most:,.0f} a m² "
             f"({rate.ground}); nil at the least and the centre where no register says freehold"
             f"{free}"),
        Part(Span(years.least, years.value, years.most), years.ground),
    )  # fmt: skip


def _sale(site: LocatedSite, priors: Priors) -> Span | None:
    """Present value of what a site would bring; freehold only if a register says so."""
    rate, years = priors.settings.receipt_gbp_per_m2, priors.settings.years_to_sell
    floor = priors.estimates.floor_m2[site.site_id]
    if rate is None or years is None or floor is None:
        return None
    worth = Span(*(priors.worth(int(y), min(int(y), priors.last))
                   for y in (years.most, years.value, years.least)))  # fmt: skip
    brings = floor * priors.estimates.prices.of(rate) * worth
    return brings if site.tenure == "freehold" else Span(0.0, 0.0, brings.high)


def _works(asked: Asked) -> Part:
    """Cost of the works, optimism bias included: at least 0."""
    case, lines, priors = asked
    if "capital" not in lines.missing:
        cost = _present(asked, WORKS)
        return Part(Span(-cost.high, -cost.central, -cost.low), "supplied", "recorded")
    works, kind = priors.settings.works, case.option.kind
    prior = works.new_gbp if kind == "both_to_new" else works.refit_gbp
    if prior is None or kind == "touchdown":
        return Part(None, "no cost of such works has been published")
    return Part(
        priors.estimates.prices.of(prior), f"{prior.ground}; as built, so no optimism bias is added"
    )


def _left(case: Case, priors: Priors) -> Span:
    """Share of the works' cost that is left after the years appraised, at present value."""
    life = priors.settings.works.new_life_years
    if life is None or case.option.kind != "both_to_new":
        return NIL
    last = float(priors.factors[-1])
    return Span(*(max(0.0, 1 - priors.last / years) * last
                  for years in (life.least, life.value, life.most)))  # fmt: skip


def _appraised(
    else_: Sequence[Span | None], works: Span | None, *, left: Span, shared: bool
) -> tuple[Span | None, Span | None, Span | None]:
    """Return what works may cost at most, the net present value and the benefit per pound."""
    spans = [span for span in else_ if span is not None]
    if len(spans) < len(else_):
        return None, None, None
    total = NIL.plus(*spans)
    ends = [total.low / (1 - share) for share in (left.low, left.high)]
    tops = [total.high / (1 - share) for share in (left.low, left.high)]
    at_most = Span(min(ends), total.central / (1 - left.central), max(tops))
    if works is None:
        return at_most, None, None
    borne = Span(1 - left.high, 1 - left.central, 1 - left.low) * works
    npv = total.minus(borne)
    if shared:
        npv = Span(min(npv.low, 0.0), 0.0, max(npv.high, 0.0))
    ratio = None
    if works.high > 0 and not shared:
        ratio = Span(
            _ratio(total.low, works.high if total.low >= 0 else works.low) + left.low,
            _ratio(total.central, works.central) + left.central,
            _ratio(total.high, works.low if total.high >= 0 else works.high) + left.high,
        )
    return at_most, npv, ratio


def _ratio(benefit: float, cost: float) -> float:
    if cost > 0:
        return benefit / cost
    return math.copysign(math.inf, benefit) if benefit else 0.0
