"""Running-cost effect of each option, and what every figure rests on.

net saving = running cost of what is released - rise of the host's running cost
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.tables import parts
from colocate.tables.money import MONEY
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from colocate import study

SMALL_STATION_ROLES = {"station", "touchdown"}
"""A station with any other role (front desk, custody, headquarters, …) is not a small one."""
LARGE_CREWING = {"wholetime", "day_crewed"}
LARGE_TOWN_M = 3000.0
"""A station this close to a fire station with a crew on duty stands in no small town."""


def money(
    options: pd.DataFrame, located_sites: pd.DataFrame, *, settings: study.Money
) -> pd.DataFrame:
    """Estimate the yearly running cost that each option saves.

    A released site counts with its recorded running cost, or else, if it is a small station, with
    the study's prior: no other role than touchdown, and no fire station with a crew on duty there
    or within 3 km. For any other site no figure is made up and the effect is unknown. The host
    rises by the share of the released cost that the study's two priors imply. A touchdown and an
    existing share release nothing and save nothing. What a new site, or a host that takes in
    appliances, costs to run is unknown.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        settings: section `money` of the study.

    Returns:
        Table `money`, sorted by option_id.
    """
    sites = {site.site_id: site for site in located_sites.itertuples()}
    costs = {
        site: running_cost(row, sites=sites.values(), settings=settings)
        for site, row in sites.items()
    }
    rows = []
    for option in options.sort_values("option_id").itertuples():
        released = [sites[site] for site in parts(option.released_site_ids)]
        if released:
            effect = _release(released, option, costs=costs, settings=settings)
        elif parts(option.mover_site_ids):
            effect = {"basis": "unknown", "note": "Which site would be released is open."}
        else:
            effect = _nothing_released()
        rows.append({"option_id": option.option_id} | effect)
    return conform(MONEY, rows)


def _nothing_released() -> dict[str, Any]:
    return {
        "gross_saving_gbp": 0.0,
        "host_increase_gbp": 0.0,
        "net_saving_gbp": 0.0,
        "basis": "assumed",
        "note": "Nothing is released, so nothing is saved; the cost of a shared desk is taken as "
        "nil.",
    }


def _release(
    released: Sequence[Any],
    option: Any,  # noqa: ANN401 - a row of table options
    *,
    costs: Mapping[str, float | None],
    settings: study.Money,
) -> dict[str, Any]:
    unpriced = sorted(site.site_id for site in released if costs[site.site_id] is None)
    if unpriced:
        return {
            "basis": "unknown",
            "note": f"No running cost is recorded for {', '.join(unpriced)}, and the prior is for "
            "small stations only: without desk or cells, and with no crew on duty near by.",
        }
    gross = sum(costs[site.site_id] or 0.0 for site in released)
    rests = _grounds(released, settings)
    if pd.isna(option.host_site_id):
        return {
            "gross_saving_gbp": gross,
            "basis": "unknown",
            "note": f"{rests} What the new site costs to build and to run is unknown.",
        }
    if any(site.service == "fire" and "station" in parts(site.roles) for site in released):
        return {
            "gross_saving_gbp": gross,
            "basis": "unknown",
            "note": f"{rests} The prior for the host's rise is for desks and lockers; what "
            "appliance bays would add at the host is unknown.",
        }
    prior = settings.station_running_cost_gbp
    net_prior = settings.station_net_saving_gbp
    share = 1 - net_prior.value / prior.value
    rise = gross * share
    return {
        "gross_saving_gbp": gross,
        "host_increase_gbp": rise,
        "net_saving_gbp": gross - rise,
        "basis": "assumed",
        "review": _review(gross - rise, settings),
        "note": f"{rests} The host rises by {share:.0%} of it "
        f"(£{net_prior.value:,.0f} net of £{prior.value:,.0f}; {net_prior.ground}).",
    }


def running_cost(
    site: Any,  # noqa: ANN401 - a row of located_sites
    /,
    *,
    sites: Iterable[Any],
    settings: study.Money,
) -> float | None:
    """Return a site's yearly running cost: recorded, else the small-station prior, else None."""
    if pd.notna(site.annual_running_cost_gbp):
        return float(site.annual_running_cost_gbp)
    roles = set(parts(site.roles))
    if "station" not in roles or not roles <= SMALL_STATION_ROLES:
        return None
    near = LARGE_TOWN_M if site.service != "fire" else 0.0
    large = any(
        LARGE_CREWING.intersection(parts(other.crewing))
        and other.status == "open"
        and site.geometry.distance(other.geometry) <= near
        for other in sites
    )
    return None if large else settings.station_running_cost_gbp.value


def _grounds(released: Sequence[Any], settings: study.Money) -> str:
    assumed = [site.site_id for site in released if pd.isna(site.annual_running_cost_gbp)]
    recorded = [site.site_id for site in released if pd.notna(site.annual_running_cost_gbp)]
    said = []
    if recorded:
        said.append(f"Running cost of {', '.join(recorded)} from the register.")
    if assumed:
        prior = settings.station_running_cost_gbp
        said.append(
            f"Running cost of {', '.join(assumed)} £{prior.value:,.0f} a year ({prior.ground})."
        )
    return " ".join(said)


def _review(net_gbp: float, settings: study.Money) -> str | None:
    limit = settings.review_saving_gbp
    if net_gbp <= limit.value:
        return None
    return f"Saving above £{limit.value:,.0f} a year: {limit.ground}."
