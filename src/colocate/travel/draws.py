"""Travel times on networks with drawn speeds: each re-weighted, none rescaled.

Slower lanes do not only make every trip over them longer: another road may then be the fastest,
and another station the first to arrive. So every draw gives the network new weights and finds its
routes anew. Trips that decide nothing are left out: those of the wanted sites only are searched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.travel import od_matrix
from colocate.travel.speeds import by_vehicle, factored

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from colocate.study import Travel
    from colocate.travel.kernel.roadgraph import Floats
    from colocate.travel.od_array import OdArray
    from colocate.travel.od_matrix import Ready


class Prepared(NamedTuple):
    """Speeds, and for each kind of trip the roads with the sites and points that matter."""

    edge_speeds: pd.DataFrame
    response: Ready
    access: Ready
    between: Ready


class Drawn(NamedTuple):
    """Travel times of the sites that matter on one drawn network, s; infinite beyond the cut-off.

    No distance is asked for, so they are arrays and no tables.
    """

    site_to_demand: OdArray
    demand_to_site: OdArray
    site_id: pd.Index
    """Rows and columns of `site_to_site`."""
    site_to_site: Floats


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


def times_drawn(
    prepared: Prepared, /, *, factors: Sequence[Mapping[str, float]], settings: Travel
) -> list[Drawn]:
    """Find travel times with the speeds of every class group off by a factor.

    It says how far the free-flow speeds of the group are off, so it holds for every vehicle, on
    top of the vehicle's own factor.

    Args:
        prepared: as the function of that name returns it.
        factors: of each draw those on speed, by class group. Draws that are given together share
            the work on the network, which takes memory for each.
        settings: the study's `[travel]`.
    """
    by_draw = [
        by_vehicle(factored(prepared.edge_speeds, each), settings=settings) for each in factors
    ]
    found: list[dict[str, Any]] = [{} for _ in factors]
    for vehicle in zip(*by_draw, strict=True):
        metrics = od_matrix.weighed_each(prepared.between, [driven for _, driven in vehicle])
        for draw, (directions, _), metric in zip(found, vehicle, metrics, strict=True):
            if "from_site" in directions:
                draw["site_to_demand"] = od_matrix.drives_out(prepared.response, metric)
            if "to_site" in directions:
                draw["demand_to_site"] = od_matrix.drives_in(prepared.access, metric)
            if "between" in directions:
                draw["site_to_site"] = od_matrix.drives_between(prepared.between, metric)
    return [Drawn(**draw, site_id=pd.Index(prepared.between.site_id)) for draw in found]
