"""What an option's money is made of, each part as a range.

`ranges` adds the parts up for all bodies together, `range_pot` body by body.

What people supplied stands as they supplied it, the deflator being a range; priors stand for the
rest: the cost of what is released, the share of it that the host's rise leaves, what works of the
kind have cost elsewhere, what a square metre of a freehold has brought.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.money.cashflows import most_released, unsold_sites
from colocate.money.costs import WITHOUT_RECEIPT
from colocate.money.prices import Span
from colocate.money.running_costs import kept_share
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from colocate import study
    from colocate.money.cashflows import Case, Lines
    from colocate.money.running_costs import Estimates
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


def joint(released: Sequence[tuple[Span, Span]], /, *, host: float, kept: Span) -> Span:
    """Return Σ (weight - (1 - kept) host) cost over the whole range of all three.

    Args:
        released: weight and yearly cost of each released site.
        host: weight of the host's rise.
        kept: share of the released cost that the host's rise leaves.
    """
    ends = []
    for share in (kept.low, kept.high):
        rest, least, most = (1 - share) * host, 0.0, 0.0
        for w, c in released:
            low, high = w.low - rest, w.high - rest
            corners = (low * c.low, low * c.high, high * c.low, high * c.high)
            least += min(corners)
            most += max(corners)
        ends.append((least, most))
    central = sum((w.central - (1 - kept.central) * host) * c.central for w, c in released)
    return Span(min(least for least, _ in ends), central, max(most for _, most in ends))


def perhaps(span: Span | None, /) -> Span | None:
    """Let a figure be nothing at the centre, and anything up to what it would be.

    Args:
        span: the figure.
    """
    return None if span is None else Span(min(span.low, 0.0), 0.0, max(span.high, 0.0))


def spread(row: Mapping[str, Any], /) -> Span:
    """Return the amount of a supplied line, as the deflator is a range.

    Args:
        row: the line.
    """
    return Span(row["least_gbp"], row["amount_gbp"], row["most_gbp"])


def supplied(lines: Lines, items: Sequence[str], /) -> list[dict[str, Any]]:
    """Return the lines of some items that people supplied; priors have no ends of their own.

    Args:
        lines: those of an option.
        items: names of items.
    """
    return [row for row in lines.rows if row["item"] in items and "least_gbp" in row]


def gross_supplied(lines: Lines, /) -> Span:
    """Return the running cost released in a year as people supplied it.

    Args:
        lines: those of an option.
    """
    return Span(*(most_released(lines.rows, end)
                  for end in ("least_gbp", "amount_gbp", "most_gbp")))  # fmt: skip


def present(asked: Asked, items: Sequence[str], /) -> Span:
    """Return the present value of what people supplied of some items.

    Args:
        asked: the option.
        items: names of items.
    """
    _, lines, priors = asked
    return NIL.plus(
        *(
            spread(row) * priors.worth(row["first_year"], row["last_year"])
            for row in supplied(lines, items)
        )
    )


def kept_at_host(asked: Asked, /) -> tuple[Span, bool]:
    """Return the share of the released cost that the host's rise leaves, and if a prior tells it.

    Args:
        asked: the option.
    """
    case, _, priors = asked
    if case.effect.kept is not None:
        return case.effect.kept, True
    usual = kept_share(priors.estimates.prices, settings=priors.settings).central
    return Span(0.0, usual, 1.0), False


def weight(site: LocatedSite, first: int, /, *, lines: Lines, priors: Priors) -> Span:
    """Return the present value of £1 a year from a year on; from nothing where no lease tells it.

    Args:
        site: what is released.
        first: the year from which it costs nothing.
        lines: those of the option.
        priors: discount factors.
    """
    worth = priors.worth(first, priors.last)
    return Span(0.0 if site.site_id in lines.without_end else worth, worth, worth)


def either(case: Case, priors: Priors, /) -> Span | None:
    """Return the yearly cost of whichever site would be released, where that is open.

    Args:
        case: the option.
        priors: what sites cost.
    """
    found = [priors.estimates.costs[site] for site in parts(case.option.mover_site_ids)]
    costs = [cost.gbp for cost in found if cost is not None]
    if len(costs) < len(found):
        return None
    first, *rest = costs
    for cost in rest:
        first = first.hull(cost)
    return first


def unsold(case: Case, /) -> tuple[list[LocatedSite], bool]:
    """Return the sites that may be sold and have no receipt supplied, and if it is open which.

    Args:
        case: the option.
    """
    if parts(case.option.released_site_ids):
        return unsold_sites(case), False
    movers = [case.sites[site] for site in parts(case.option.mover_site_ids)]
    return [site for site in movers if site.tenure not in WITHOUT_RECEIPT], True


def sale(site: LocatedSite, priors: Priors, /) -> Span | None:
    """Return the present value of what a site would bring; freehold only if a register says so.

    Args:
        site: what would be sold.
        priors: floor areas, and what a square metre brings.
    """
    rate, years = priors.settings.receipt_gbp_per_m2, priors.settings.years_to_sell
    floor = priors.estimates.floor_m2[site.site_id]
    if rate is None or years is None or floor is None:
        return None
    worth = Span(*(priors.worth(int(y), min(int(y), priors.last))
                   for y in (years.most, years.value, years.least)))  # fmt: skip
    brings = floor * priors.estimates.prices.of(rate) * worth
    return brings if site.tenure == "freehold" else Span(0.0, 0.0, brings.high)


def works(asked: Asked, /) -> tuple[Span | None, str, str]:
    """Return the cost of the works, optimism bias included: at least 0; what it rests on; basis.

    Args:
        asked: the option.
    """
    case, lines, priors = asked
    if "capital" not in lines.missing:
        return -present(asked, WORKS), "supplied", "recorded"
    costs, kind = priors.settings.works, case.option.kind
    prior = costs.new_gbp if kind == "both_to_new" else costs.refit_gbp
    if prior is None or kind == "touchdown":
        return None, "no cost of such works has been published", "assumed"
    why = f"{prior.ground}; as built, so no optimism bias is added"
    return priors.estimates.prices.of(prior), why, "assumed"


def left(case: Case, priors: Priors, /) -> Span:
    """Return the share of the works' cost left after the years appraised, at present value.

    Args:
        case: the option.
        priors: how long a new building lasts.
    """
    life = priors.settings.works.new_life_years
    if life is None or case.option.kind != "both_to_new":
        return NIL
    last = float(priors.factors[-1])
    return Span(*(max(0.0, 1 - priors.last / years) * last
                  for years in (life.least, life.value, life.most)))  # fmt: skip
