"""What sites cost to run: recorded, or the study's prior for small stations, or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.tables import each, parts
from colocate.tables.money import RUNNING_COSTS
from colocate.tables.rows import Benchmark, LocatedSite
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


class Effect(NamedTuple):
    """What an option does to running costs, as far as registers and priors tell."""

    released: dict[str, float] | None
    """Running cost a year of each released site; None where one of them is unknown."""
    rise_share: float | None
    """Rise of the host's running cost as a share of the released; None where no prior tells."""
    note: str


def running_costs(
    located_sites: pd.DataFrame,
    /,
    *,
    benchmarks: pd.DataFrame,
    settings: study.Money,
) -> pd.DataFrame:
    """Set the running cost of every site in use beside what others pay for its main role.

    Args:
        located_sites: table `located_sites`.
        benchmarks: table `benchmarks`, £ a year for each m² by role; may be empty.
        settings: section `money` of the study.

    Returns:
        Table `running_costs`, sorted by site_id: the open sites of the study's own bodies, none
        over the border.
    """
    others = {row.role: row for row in each(Benchmark, benchmarks)}
    used = (located_sites["status"] == "open") & ~located_sites["over_border"]
    costs = site_costs(located_sites, settings=settings)
    rows = []
    for site in each(LocatedSite, located_sites[used].sort_values("site_id")):
        cost, area = costs[site.site_id], site.gia_m2
        other = others.get(parts(site.roles)[0])
        rows.append(
            {
                "site_id": site.site_id,
                "role": parts(site.roles)[0],
                "running_cost_gbp": cost,
                "basis": "unknown"
                if cost is None
                else "recorded"
                if pd.notna(site.annual_running_cost_gbp)
                else "assumed",
                "gbp_per_m2": cost / area if cost is not None and area > 0 else None,
                "benchmark_gbp_per_m2": other.gbp_per_m2 if other else None,
                "benchmark_source": other.source if other else None,
            }
        )
    return conform(RUNNING_COSTS, rows)


def site_costs(located_sites: pd.DataFrame, /, *, settings: study.Money) -> dict[str, float | None]:
    """Return each site's yearly running cost: recorded, else the small-station prior, else None.

    The prior stands for a station with no other role than touchdown: no fire station with a crew
    on duty there, and no other within 3 km of one.

    Args:
        located_sites: table `located_sites`.
        settings: section `money` of the study.
    """
    sites = list(each(LocatedSite, located_sites))
    crewed = [
        site
        for site in sites
        if site.status == "open" and LARGE_CREWING.intersection(parts(site.crewing))
    ]
    prior = settings.station_running_cost_gbp.value
    return {
        site.site_id: float(site.annual_running_cost_gbp)
        if pd.notna(site.annual_running_cost_gbp)
        else prior
        if _small(site, crewed)
        else None
        for site in sites
    }


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
    costs: Mapping[str, float | None],
    settings: study.Money,
) -> Effect:
    """Tell what an option releases and by how much its host rises.

    The host rises by the share of the released cost that the study's two priors imply: 1 - net
    over gross. A touchdown and an existing share release nothing and save nothing. What a new
    site, or a host that takes in appliances, costs to run is unknown.

    Args:
        option: a row of table `options`.
        sites: rows of table `located_sites` by site_id.
        costs: what `site_costs` returns, GBP a year.
        settings: section `money` of the study.
    """
    released = [sites[site] for site in parts(option.released_site_ids)]
    if not released:
        if parts(option.mover_site_ids):
            return Effect(None, None, "Which site would be released is open.")
        return Effect(
            {}, 0.0,
            "Nothing is released, so nothing is saved; the cost of a shared desk is taken as nil.",
        )  # fmt: skip
    share, rise = _rise(option, released, settings=settings)
    unpriced = sorted(site.name for site in released if costs[site.site_id] is None)
    if unpriced:
        return Effect(
            None, share,
            f"No running cost is recorded for {', '.join(unpriced)}, and the prior is for small "
            "stations only: without desk or cells, and with no crew on duty near by.",
        )  # fmt: skip
    known = {site.site_id: costs[site.site_id] or 0.0 for site in released}
    return Effect(known, share, f"{_grounds(released, settings)} {rise}")


def _rise(
    option: Option,
    released: Sequence[LocatedSite],
    *,
    settings: study.Money,
) -> tuple[float | None, str]:
    if pd.isna(option.host_site_id):
        return None, "What the new site costs to build and to run is unknown."
    if any(site.service == "fire" and "station" in parts(site.roles) for site in released):
        return None, (
            "The prior for the host's rise is for desks and lockers; what appliance bays would "
            "add at the host is unknown."
        )
    gross, net = settings.station_running_cost_gbp, settings.station_net_saving_gbp
    share = 1 - net.value / gross.value
    return share, (
        f"The host's running cost rises by {share:.0%} of that "
        f"(£{net.value:,.0f} net of £{gross.value:,.0f}; {net.ground})."
    )


def _grounds(released: Sequence[LocatedSite], settings: study.Money) -> str:
    assumed = [site.name for site in released if pd.isna(site.annual_running_cost_gbp)]
    recorded = [site.name for site in released if pd.notna(site.annual_running_cost_gbp)]
    said = []
    if recorded:
        said.append(f"Running cost of {', '.join(recorded)}: from the register.")
    if assumed:
        prior = settings.station_running_cost_gbp
        said.append(
            f"Running cost of {', '.join(assumed)}: £{prior.value:,.0f} a year"
            f"{' each' if len(assumed) > 1 else ''} ({prior.ground})."
        )
    return " ".join(said)
