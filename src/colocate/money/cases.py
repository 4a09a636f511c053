"""Every option with what is known of its money, before anything is added up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.money import cashflows, discounting, running_costs
from colocate.money.cashflows import Case
from colocate.money.costs import accepted, owners
from colocate.money.prices import Span
from colocate.money.range_parts import Asked, Priors
from colocate.tables import each
from colocate.tables.rows import LocatedSite, Option

if TYPE_CHECKING:
    import datetime as dt

    from colocate import study
    from colocate.money.prices import Prices
    from colocate.money.running_costs import Estimates


class Listed(NamedTuple):
    """Every option, what stands in for what nobody supplied, and costs that were left out."""

    options: list[Asked]
    """By option_id."""
    priors: Priors
    issues: pd.DataFrame


def listed(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    costs: pd.DataFrame,
    estimates: Estimates,
    bodies: pd.DataFrame,
    settings: study.Money,
    as_of: dt.date,
) -> Listed:
    """Gather what is supplied and what stands in for the rest, option by option.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        costs: table `costs`; may be empty.
        estimates: what `running_costs.estimates` returns.
        bodies: table `bodies`.
        settings: section `money` of the study.
        as_of: the study's day: rates in force, and leases, are seen from it.

    Raises:
        OptionError: costs that cannot be right, or no discount rate in force.
    """
    sites = {site.site_id: site for site in each(LocatedSite, located_sites)}
    years = int(settings.appraisal_years.value)
    owner = owners(bodies, as_of=as_of)
    supplied, issues = accepted(costs, options=options, sites=sites, owner=owner, years=years)
    own: dict[str, list[dict[str, Any]]] = {}
    for row in _at_prices(supplied, estimates.prices).to_dict("records"):
        own.setdefault(row["option_id"], []).append({str(name): row[name] for name in row})
    factors = discounting.factors(settings.discount_rates, as_of=as_of, years=years)
    priors = Priors(estimates, settings, factors)
    found = []
    for option in each(Option, options.sort_values("option_id")):
        effect = running_costs.effect(option, sites=sites, estimates=estimates, settings=settings)
        given = own.get(option.option_id, [])
        case = Case(option, effect, given, sites=sites, owner=owner)
        found.append(Asked(case, cashflows.lines(case, as_of=as_of, settings=settings), priors))
    return Listed(found, priors, issues)


def _at_prices(supplied: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Bring supplied amounts to the study's prices, with their ends as the deflator is a range."""
    factors = [prices.factor(year) for year in supplied["price_year"]]
    amounts = supplied["amount_gbp"].to_numpy()
    by_end = pd.DataFrame(factors, columns=Span._fields, index=supplied.index, dtype="float64")
    scaled = by_end.mul(amounts, axis=0)
    return supplied.assign(
        amount_gbp=scaled["central"],
        least_gbp=scaled[["low", "high"]].min(axis=1),
        most_gbp=scaled[["low", "high"]].max(axis=1),
    )
