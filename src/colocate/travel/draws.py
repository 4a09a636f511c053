"""Travel times on networks with drawn speeds: each re-weighted, none rescaled.

Slower lanes do not only make every trip over them longer: another road may then be the fastest,
and another station the first to arrive. So every draw gives the network new weights and finds its
routes anew. Trips that decide nothing are left out: those of the wanted sites only are searched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.travel import od_matrix
from colocate.travel.speeds import by_vehicle, factored

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from colocate.study import Travel
    from colocate.travel.od_matrix import Ready


class Prepared(NamedTuple):
    """Speeds, and for each kind of trip the roads with the sites and points that matter."""

    edge_speeds: pd.DataFrame
    response: Ready
    access: Ready
    between: Ready


class Drawn(NamedTuple):
    """Tables `site_to_demand`, `demand_to_site` and `site_to_site` of the sites that matter."""

    site_to_demand: pd.DataFrame
    demand_to_site: pd.DataFrame
    site_to_site: pd.DataFrame


def prepared(
    ready: Ready,
    edge_speeds: pd.DataFrame,
    /,
    *,
    response: Collection[str],
    access: Collection[str],
    between: Collection[str],
    demand: Collection[str],
) -> Prepared:
    """Leave out the trips that decide nothing.

    Args:
        ready: roads and points, as `od_matrix.ready` returns them.
        edge_speeds: table `edge_speeds`.
        response: sites that drive out to demand points.
        access: sites that people drive to from demand points.
        between: sites that matter to each other.
        demand: demand points that count.
    """
    return Prepared(
        # looked up once a draw: five groups are found faster than half a million words
        edge_speeds.astype({"class_group": "category"}),
        od_matrix.only(ready, sites=response, demand=demand),
        od_matrix.only(ready, sites=access, demand=demand),
        od_matrix.only(ready, sites=between, demand=()),
    )


def times_drawn(prepared: Prepared, /, *, factors: Mapping[str, float], settings: Travel) -> Drawn:
    """Find travel times with the speeds of every class group off by a factor.

    It says how far the free-flow speeds of the group are off, so it holds for every vehicle, on
    top of the vehicle's own factor.

    Args:
        prepared: as the function of that name returns it.
        factors: on speed, by class group.
        settings: the study's `[travel]`.
    """
    found: dict[str, pd.DataFrame] = {}
    drawn = factored(prepared.edge_speeds, factors)
    for directions, driven in by_vehicle(drawn, settings=settings):
        metric = od_matrix.weighed(prepared.between, driven)
        if "from_site" in directions:
            found["site_to_demand"] = od_matrix.site_to_demand(prepared.response, metric)
        if "to_site" in directions:
            found["demand_to_site"] = od_matrix.demand_to_site(prepared.access, metric)
            found["site_to_site"] = od_matrix.site_to_site(prepared.between, metric)
    return Drawn(**found)
