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

from colocate.money import range_parts
from colocate.money.prices import Span, told
from colocate.money.range_parts import (
    NIL,
    RUNNING,
    Asked,
    either,
    gross_supplied,
    joint,
    kept_at_host,
    perhaps,
    present,
    spread,
    supplied,
    weight,
)
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Sequence


ADDED_UP = "npv"
"""The figure that sets add up, told to the last digit: sums of rounded ones drift."""


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
        span = self.span if figure == ADDED_UP else told(self.span)
        ends = {name: end if math.isfinite(end) else None for name, end in span._asdict().items()}
        return row | ends | {"basis": self.basis}


def ranges(asked: Asked, /) -> list[dict[str, Any]]:
    """Return what an option's net present value is made of, as rows of table `money_ranges`.

    Args:
        asked: the option.
    """
    case = asked.case
    running, other, works = _running(asked), _other(asked), Part(*range_parts.works(asked))
    receipt, sale = _receipt(asked)
    left = range_parts.left(case, asked.priors)
    else_ = [part.span for part in (running, other, receipt)]
    shared = case.option.existing_share == "possible"
    at_most, npv, ratio = _appraised(else_, works.span, left=left, shared=shared)
    supplied = all(part.basis == "recorded" for part in (running, other, receipt, works))
    basis = "recorded" if supplied else "assumed"
    words = " Probably shared already: then nothing is gained or spent." if shared else ""
    if shared:
        running, other, works, receipt = (
            part._replace(span=perhaps(part.span)) for part in (running, other, works, receipt)
        )
        at_most = perhaps(at_most)
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
        Part(npv, f"all else less works.{words}", basis).row(ADDED_UP),
        Part(ratio, "all else for each pound of works", basis).row("benefit_per_pound", "ratio"),
    ]  # fmt: skip
    return [{"option_id": case.option.option_id, **row} for row in rows]


def net_saving(asked: Asked, /, *, year: int) -> Span:
    """Return what an option may save in one year, in pounds.

    Args:
        asked: the option.
        year: the year; what is released later costs nothing less in it.
    """
    case, lines, _ = asked
    fixed = [
        spread(row)
        for row in supplied(lines, RUNNING)
        if row["first_year"] <= year <= row["last_year"]
    ]
    released = [
        (Span.at(float(first <= year)), (case.effect.released or {})[site].gbp)
        for site, first in lines.begins.items()
    ]
    return _with_host(asked, released, host=1.0, kept=case.effect.kept or NIL).plus(*fixed)


def _running(asked: Asked) -> Part:
    """Present value of the running costs saved; rents are zero in total."""
    case, lines, priors = asked
    items = case.items
    fixed = present(asked, RUNNING)
    if {"running_cost_released", "running_cost_host"} <= items:
        return Part(fixed, "supplied", "recorded")
    last, option = priors.last, case.option
    costs = case.effect.released
    open_ = costs is None and not parts(option.released_site_ids)
    if costs is None and "running_cost_released" not in items:
        cost = either(case, priors) if open_ else None
        if cost is None:
            return Part(None, case.effect.note)
        released = [(Span.at(priors.worth(1, last)), cost)]
    else:
        released = [
            (weight(case.sites[site], first, lines=lines, priors=priors), (costs or {})[site].gbp)
            for site, first in lines.begins.items()
        ]
    kept, told_by_prior = kept_at_host(asked)
    words = case.effect.note
    if not told_by_prior:
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
    items = asked.case.items
    if "running_cost_host" in items:
        return joint(released, host=0.0, kept=kept)
    if "running_cost_released" in items:
        return joint([(NIL, gross_supplied(asked.lines))], host=host, kept=kept)
    return joint(released, host=host, kept=kept)


def _other(asked: Asked) -> Part:
    """Moves, repairs avoided and lease exits: only what people supplied."""
    items = ("transition", "backlog_avoided", "lease_exit")
    return Part(present(asked, items), "supplied, or none", "recorded")


def _receipt(asked: Asked) -> tuple[Part, Part]:
    """Present value of receipts, and the years until a sale."""
    case, lines, priors = asked
    known, given = supplied(lines, ("receipt",)), present(asked, ("receipt",))
    unsold, which = range_parts.unsold(case)
    free = "; which site would be sold is open: from none, or the smallest, to the largest"
    if not unsold:
        nothing = Part(None, "nothing would be sold, or its receipt is dated")
        return Part(given, "supplied" if known else "nothing to sell", "recorded"), nothing
    rate, years = priors.settings.receipt_gbp_per_m2, priors.settings.years_to_sell
    each = [range_parts.sale(site, priors) for site in unsold]
    sold = [span for span in each if span is not None]
    if rate is None or years is None or len(sold) < len(each):
        least = Span(given.low, given.central, math.inf)
        why = "no receipt is supplied, and no prior or floor area tells one: none is counted"
        return Part(least, why), Part(None, "not known")
    total = NIL.plus(*sold)
    if which:
        total = Span(0.0, total.central / len(parts(case.option.mover_site_ids)),
                     max(span.high for span in sold))  # fmt: skip
    return (
        Part(given.plus(total), f"floor area × £{rate.least:,.0f} to £{rate.most:,.0f} a m² "
             f"({rate.ground}); nil at the least and the centre where no register says freehold"
             f"{free if which else ''}"),
        Part(Span.of(years), years.ground),
    )  # fmt: skip


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
    npv: Span | None = total.minus(left.rest() * works)
    if shared:
        npv = perhaps(npv)
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
