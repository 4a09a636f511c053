"""What sites cost to run: recorded, or worked out from floor area and the prior for small stations.

    by area           = floor area × £ a m² a year, low × low to high × high
    a small station   = by its prior; where its area is recorded or measured, a range over prior
                        and area, its centre halfway: two estimates of one cost, never added
    any other site    = by area; unknown where no area is

An area that is only assumed for a role tells nothing of a small station that the prior does not;
there the prior tells the area: prior ÷ £ a m².

All in prices of the study's year (`prices`), and held to two figures where it is no record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.money.prices import Prices, Span, told
from colocate.tables import each, parts
from colocate.tables.money import RUNNING_COSTS
from colocate.tables.rows import Benchmark, LocatedSite, SiteArea
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from colocate import study
    from colocate.tables.rows import Option

SMALL_STATION_ROLES = {"station", "touchdown"}
"""A station with any other role (front desk, custody, headquarters, …) is not a small one."""
LARGE_CREWING = {"wholetime", "day_crewed"}
LARGE_TOWN_M = 3000.0
"""A station this close to a fire station with a crew on duty stands in no small town."""


MEASURED = {"recorded", "computed"}
"""Bases of a floor area that tell of the site itself."""


class SiteCost(NamedTuple):
    """What a site costs to run."""

    gbp: Span
    """A year, in prices of the study's year."""
    basis: str
    """recorded; computed from a floor area that is recorded or measured; or assumed."""
    ground: str
    """What it rests on, in a few words."""


class Estimates(NamedTuple):
    """What is known of the money of sites before any option is looked at."""

    costs: Mapping[str, SiteCost | None]
    """Yearly running cost by site; None where not even a prior tells."""
    floor_m2: Mapping[str, Span | None]
    """Floor area by site; None where nothing tells."""
    prices: Prices


class Effect(NamedTuple):
    """What an option does to running costs, as far as registers, areas and priors tell."""

    released: dict[str, SiteCost] | None
    """Running cost a year of each released site; None where one of them is unknown."""
    kept: Span | None
    """Share of it that is saved once the host's cost has risen; None where no prior tells."""
    note: str


def running_costs(
    located_sites: pd.DataFrame,
    /,
    *,
    benchmarks: pd.DataFrame,
    estimates: Estimates,
) -> pd.DataFrame:
    """Set the running cost of every site in use beside what others pay for its main role.

    Args:
        located_sites: table `located_sites`.
        benchmarks: table `benchmarks`, £ a year for each m² by role; may be empty.
        estimates: what `estimates` returns.

    Returns:
        Table `running_costs`, sorted by site_id: the open sites of the study's own bodies, none
        over the border.
    """
    costs, _, prices = estimates
    others = {row.role: row for row in each(Benchmark, benchmarks)}
    used = (located_sites["status"] == "open") & ~located_sites["over_border"]
    rows = []
    for site in each(LocatedSite, located_sites[used].sort_values("site_id")):
        cost, area = costs[site.site_id], site.gia_m2
        other = others.get(parts(site.roles)[0])
        span = told(cost.gbp) if cost else None
        rows.append(
            {
                "site_id": site.site_id,
                "role": parts(site.roles)[0],
                "running_cost_low_gbp": span.low if span else None,
                "running_cost_gbp": cost.gbp.central if cost else None,
                "running_cost_high_gbp": span.high if span else None,
                "basis": cost.basis if cost else "unknown",
                "rests_on": cost.ground if cost else None,
                "price_year": prices.year,
                "gbp_per_m2": cost.gbp.central / area if cost and area > 0 else None,
                "benchmark_gbp_per_m2": other.gbp_per_m2 * prices.factor(other.price_year).central
                if other
                else None,
                "benchmark_source": other.source if other else None,
            }
        )
    return conform(RUNNING_COSTS, rows)


def estimates(
    located_sites: pd.DataFrame,
    /,
    *,
    areas: pd.DataFrame,
    prices: Prices,
    settings: study.Money,
) -> Estimates:
    """Estimate each site's yearly running cost and its floor area.

    The cost is that of the register, else by prior and area, else unknown. The prior stands for a
    station with no other role than touchdown: no fire station with a crew on duty there, and no
    other within 3 km of one.

    Args:
        located_sites: table `located_sites`.
        areas: table `site_areas`; may be empty.
        prices: the deflator.
        settings: section `money` of the study.
    """
    sites = list(each(LocatedSite, located_sites))
    areas_by_site = {area.site_id: area for area in each(SiteArea, areas)}
    crewed = [
        site
        for site in sites
        if site.status == "open" and LARGE_CREWING.intersection(parts(site.crewing))
    ]
    prior = told(prices.of(settings.station_running_cost_gbp))
    small = SiteCost(prior, "assumed", "average of small stations")
    rate = settings.running_cost_gbp_per_m2
    recorded = prices.factor(settings.recorded_price_year)
    found: dict[str, SiteCost | None] = {}
    floors: dict[str, Span | None] = {}
    for site in sites:
        area = areas_by_site.get(site.site_id)
        is_small = _small(site, crewed)
        if rate and is_small and area is not None and area.area_basis not in MEASURED:
            area, floors[site.site_id] = None, prior.over(prices.of(rate))
        else:
            floors[site.site_id] = _floor_m2(area)
        by_area = _by_area(area, prices=prices, rate=rate)
        found[site.site_id] = _both(small, by_area) if is_small else by_area
        if pd.notna(site.annual_running_cost_gbp):
            cost = recorded * site.annual_running_cost_gbp
            found[site.site_id] = SiteCost(cost, "recorded", "from the register")
    return Estimates(found, floors, prices)


def _by_area(
    area: SiteArea | None, *, prices: Prices, rate: study.Ranged | None
) -> SiteCost | None:
    floor = _floor_m2(area)
    if rate is None or area is None or floor is None:
        return None
    basis = "computed" if area.area_basis in MEASURED else "assumed"
    wide = told(floor)
    words = f"{wide.low:,.0f}" + (f" to {wide.high:,.0f}" if wide.low < wide.high else "")
    ground = f"floor area of {words} m² ({area.area_basis})"
    return SiteCost(told(floor * prices.of(rate)), basis, ground)


def _floor_m2(area: SiteArea | None) -> Span | None:
    if area is None or pd.isna(area.area_central_m2):
        return None
    return Span(area.area_low_m2, area.area_central_m2, area.area_high_m2)


def _both(prior: SiteCost, by_area: SiteCost | None) -> SiteCost:
    """Let two estimates of one cost stand together: a range over both, the centre halfway."""
    if by_area is None:
        return prior
    return SiteCost(
        told(prior.gbp.hull(by_area.gbp)), by_area.basis, f"{prior.ground}, and {by_area.ground}"
    )


def _small(site: LocatedSite, crewed: Iterable[LocatedSite], /) -> bool:
    roles = set(parts(site.roles))
    if "station" not in roles or not roles <= SMALL_STATION_ROLES:
        return False
    near = LARGE_TOWN_M if site.service != "fire" else 0.0
    return not any(site.geometry.distance(other.geometry) <= near for other in crewed)


def effect(
    option: Option,
    /,
    *,
    sites: Mapping[str, LocatedSite],
    estimates: Estimates,
    settings: study.Money,
) -> Effect:
    """Tell what an option releases and how much of it is kept once its host's cost has risen.

    What is kept is the share that the study's two priors imply: net over gross. A touchdown and
    an existing share release nothing and save nothing. What a new site, or a host that takes in
    appliances, costs to run is unknown.

    Args:
        option: a row of table `options`.
        sites: rows of table `located_sites` by site_id.
        estimates: what `estimates` returns.
        settings: section `money` of the study.
    """
    costs, _, prices = estimates
    released = [sites[site] for site in parts(option.released_site_ids)]
    if not released:
        if parts(option.mover_site_ids):
            return Effect(None, None, "Which site would be released is open.")
        return Effect(
            {}, Span.at(1.0),
            "Nothing is released, so nothing is saved; the cost of a shared desk is taken as nil.",
        )  # fmt: skip
    kept, rise = _rise(option, released, prices=prices, settings=settings)
    if unpriced := sorted(site.name for site in released if costs[site.site_id] is None):
        return Effect(
            None, kept,
            f"No running cost is recorded for {', '.join(unpriced)}, no floor area is known, and "
            "the prior is for small stations only: without desk or cells, and with no crew on "
            "duty near by.",
        )  # fmt: skip
    known = {site.site_id: cost for site in released if (cost := costs[site.site_id])}
    return Effect(known, kept, f"{_grounds(released, known, settings=settings)} {rise}")


def kept_share(prices: Prices, /, *, settings: study.Money) -> Span:
    """Return the share of a released running cost that is left once the host's has risen.

    Args:
        prices: the deflator.
        settings: section `money` of the study.
    """
    gross = prices.of(settings.station_running_cost_gbp).central
    net = prices.of(settings.station_net_saving_gbp)
    return Span(*(min(end / gross, 1.0) for end in net))


def _rise(
    option: Option,
    released: Sequence[LocatedSite],
    *,
    prices: Prices,
    settings: study.Money,
) -> tuple[Span | None, str]:
    if pd.isna(option.host_site_id):
        return None, "What the new site costs to run is unknown."
    if any(site.service == "fire" and "station" in parts(site.roles) for site in released):
        return None, (
            "The prior for the host's rise is for desks and lockers; what appliance bays would "
            "add at the host is unknown."
        )
    kept = kept_share(prices, settings=settings)
    gross, net = settings.station_running_cost_gbp, settings.station_net_saving_gbp
    return kept, (
        f"The host's running cost rises by {1 - kept.central:.0%} of that "
        f"(£{net.value:,.0f}{_year(net)} net of £{gross.value:,.0f}{_year(gross)}; {net.ground})."
    )


def _grounds(
    released: Sequence[LocatedSite], costs: Mapping[str, SiteCost], *, settings: study.Money
) -> str:
    """Say what the running costs rest on: the register, or which priors and areas."""
    recorded = [site.name for site in released if costs[site.site_id].basis == "recorded"]
    said = [f"Running cost of {', '.join(recorded)}: from the register."] if recorded else []
    grounds = set()
    for site in released:
        cost = costs[site.site_id]
        if cost.basis != "recorded":
            said.append(f"Running cost of {site.name}: {about(cost.gbp)} a year ({cost.ground}).")
            grounds |= {word for word in ("small", "floor") if word in cost.ground}
    prior, rate = settings.station_running_cost_gbp, settings.running_cost_gbp_per_m2
    if "small" in grounds:
        said.append(f"Small stations: £{prior.value:,.0f} a year{_year(prior)} ({prior.ground}).")
    if "floor" in grounds and rate:
        said.append(
            f"Floor: £{rate.least:,.0f} to £{rate.most:,.0f} a m² a year{_year(rate)} "
            f"({rate.basis}: figure money.running_cost_gbp_per_m2 of the study)."
        )
    return " ".join(said)


def _year(figure: study.Figure) -> str:
    return f" in {figure.price_year} prices" if figure.price_year else ""


def about(span: Span, /) -> str:
    """Write an amount of pounds as far as it is known: £44,000, or £27,000 to £62,000.

    Args:
        span: the amount.
    """
    low, central, high = (f"{'−' * (end < 0)}£{abs(end):,.0f}" for end in told(span))
    return central if low == high else f"about {central}, {low} to {high}"
