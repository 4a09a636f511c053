"""Drives between what serves and the units: few sites, many points, and only the pairs that count.

For cover and access only these sites count: crewed stations and open desks, and the hosts that some
option would move one of them to. Of their drives to a unit those are kept that are within the
longest limit, or no longer than that of the `SOONEST`-th site soonest there today: what serves it
once any set of fewer sites has gone is among them, and so is whoever comes while as many crews are
out, but for a chance of the order of 0.2 ** 12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.tables import empty, issue_rows, parts
from colocate.tables.demand import SITE_TO_INCIDENT, SITE_TO_UNIT, UNIT_TO_SITE
from colocate.travel.kernel import hierarchy, roadgraph
from colocate.travel.od_array import OdArray
from colocate.travel.od_matrix import only, ready, weighed
from colocate.travel.ready_roads import ready_of
from colocate.travel.snapping import snap
from colocate.travel.speeds import by_vehicle

if TYPE_CHECKING:
    import geopandas as gpd

    from colocate.study import Travel
    from colocate.tables import Table
    from colocate.travel.kernel.hierarchy import Metric
    from colocate.travel.od_matrix import Ready
    from colocate.travel.roads import Roads

SOONEST = 12
"""Sites whose drives to a unit are kept whatever they take."""
AREA = "area"
"""What `shared_by` says of a demand point that has no units."""


class Serving(NamedTuple):
    """What serves in one direction."""

    today: frozenset[str]
    """Sites that serve."""
    hosts: frozenset[str]
    """Sites, new ones among them, that some option would move one of them to."""
    limit_s: float
    """Longest limit that counts in this direction."""


class Points(NamedTuple):
    """What is driven between."""

    demand_units: gpd.GeoDataFrame
    """Table of that name; rows without units keep the drives of their area."""
    incident_points: gpd.GeoDataFrame
    """Table of that name; those on points of their own are driven to."""
    snaps: pd.DataFrame
    """Table of that name, for the sites."""


class UnitDrives(NamedTuple):
    """Tables made here."""

    site_to_unit: pd.DataFrame
    unit_to_site: pd.DataFrame
    site_to_incident: pd.DataFrame
    issues: pd.DataFrame


class Coarse(NamedTuple):
    """Drives of the demand points as they are, which the rows without units take."""

    site_to_demand: pd.DataFrame
    demand_to_site: pd.DataFrame


def serving(
    options: pd.DataFrame, today: pd.Series, /, *, new_sites: pd.DataFrame, limit_s: float
) -> Serving:
    """Say which sites count in one direction.

    Args:
        options: table `options`.
        today: ids of the sites that serve.
        new_sites: table `new_sites`.
        limit_s: longest limit that counts, s.
    """
    own = frozenset(today)
    new = dict(zip(new_sites["option_id"], new_sites["site_id"], strict=True))
    rows = zip(options["option_id"], options["mover_site_ids"], options["host_site_id"],
               strict=True)  # fmt: skip
    hosts = {
        host if isinstance(host, str) else new.get(option_id)
        for option_id, movers, host in rows
        if not own.isdisjoint(parts(movers))
    }
    return Serving(own, frozenset(host for host in hosts if host), limit_s)


# long: three tables from roads that are made ready once
def unit_drives(
    points: Points,
    /,
    *,
    coarse: Coarse,
    crews: Serving,
    desks: Serving,
    roads: Roads,
    settings: Travel,
) -> UnitDrives:
    """Find the drives of crews to units and to incidents, and of people in units to desks.

    Args:
        points: units, incidents and sites.
        coarse: drives of the demand points.
        crews: crewed stations, and where they could move.
        desks: police desks, and where they could move.
        roads: the roads and their free-flow speeds.
        settings: the study's `[travel]`.

    Returns:
        Tables `site_to_unit`, `unit_to_site` and `site_to_incident`; `issues` says how many units
        and people have no road near.

    Raises:
        NetworkError: the speeds are not of these roads.
    """
    demand_units, incident_points, snaps = points
    whole = demand_units.loc[demand_units["shared_by"] == AREA, "demand_id"]
    units = demand_units[demand_units["shared_by"] != AREA]
    own = incident_points[incident_points["own_point"]]
    out = [_of_areas(coarse.site_to_demand, crews, demand=whole)]
    back = [_of_areas(coarse.demand_to_site, desks, demand=whole)]
    if units.empty and own.empty:
        return UnitDrives(
            _table(SITE_TO_UNIT, out), _table(UNIT_TO_SITE, back), empty(SITE_TO_INCIDENT),
            issue_rows([]),
        )  # fmt: skip
    placed = _placed(units, own, roads=roads, settings=settings)
    # A point's kind keeps it apart from a unit of the same name.
    sites = snaps[snaps["kind"] != "demand"]
    prepared = ready(
        pd.concat([sites, placed], ignore_index=True),
        ready_of(roads, delays=settings.delays),
        settings=settings,
    )
    incidents = []
    for directions, driven in by_vehicle(roads.edge_speeds, settings=settings):
        metric = weighed(prepared, driven)
        if "from_site" in directions:
            found = _drives(_of(prepared, crews, demand=units["demand_id"]), metric, out=True)
            out.append(_kept(found, crews))
            found = _drives(_of(prepared, crews, demand=_prefixed(own)), metric, out=True)
            incidents.append(_kept(found, crews))
        if "to_site" in directions:
            found = _drives(_of(prepared, desks, demand=units["demand_id"]), metric, out=False)
            back.append(_kept(found, desks))
    return UnitDrives(
        _table(SITE_TO_UNIT, out),
        _table(UNIT_TO_SITE, back),
        _table(SITE_TO_INCIDENT, [each.assign(demand_id=each["demand_id"].str[len(OWN):])
                                  for each in incidents]),
        _off_road(units, placed),
    )  # fmt: skip


OWN = "incident/"
"""Before the id of an incident's own point, among the points that are driven to."""


def _prefixed(own: gpd.GeoDataFrame) -> pd.Series:
    return OWN + own["point_id"]


def _placed(
    units: gpd.GeoDataFrame, own: gpd.GeoDataFrame, *, roads: Roads, settings: Travel
) -> pd.DataFrame:
    """Put units and incidents on roads: an incident on a known road lies in the middle of it."""
    sites = units.iloc[:0].assign(site_id="")
    on_road = own["edge_id"].notna()
    found = [
        snap(sites, points.assign(demand_id=ids), roads=roads, settings=settings).snaps
        for points, ids in (
            (units, units["demand_id"]), (own[~on_road], _prefixed(own[~on_road]))
        )
        if len(points)
    ]  # fmt: skip
    edge = own.loc[on_road, "edge_id"].astype("int64").to_numpy()
    length_m = roads.road_edges["length_m"].to_numpy()
    direct = pd.DataFrame(
        {
            "kind": "demand",
            "point_id": _prefixed(own[on_road]).to_numpy(),
            "edge_id": edge,
            "offset_m": np.round(length_m[edge] / 2, 1),
            "snap_distance_m": 0.0,
            "quality": "good",
        }
    )
    return pd.concat([*found, direct], ignore_index=True)


def _of(prepared: Ready, given: Serving, *, demand: pd.Series) -> Ready:
    return only(prepared, sites=given.today | given.hosts, demand=set(demand))


def _drives(prepared: Ready, metric: Metric, *, out: bool) -> OdArray:
    """Drives from sites to points, or from points to sites; infinite beyond the cut-off."""
    ends = (prepared.sites, prepared.demand) if out else (prepared.demand, prepared.sites)
    weight = hierarchy.table(metric, sources=ends[0], targets=ends[1])
    time_s, _ = roadgraph.unpacked(weight)
    found = np.where(weight <= roadgraph.packed_limit(prepared.limit_s), time_s, np.inf)
    ids = pd.Index(prepared.site_id), pd.Index(prepared.demand_id)
    return OdArray(*ids, found if out else found.T)


def _kept(found: OdArray, given: Serving) -> pd.DataFrame:
    """Keep the pairs that count, as rows."""
    time_s = found.time_s
    serves = time_s[found.site_id.isin(list(given.today))]
    if len(serves) >= SOONEST:
        least = np.partition(serves, SOONEST - 1, axis=0)[SOONEST - 1]
    else:
        least = np.full(time_s.shape[1], np.inf)
    site, point = np.nonzero(np.isfinite(time_s) & (time_s <= np.maximum(least, given.limit_s)))
    return pd.DataFrame(
        {
            "site_id": found.site_id.take(site),
            "demand_id": found.demand_id.take(point),
            "travel_time_s": time_s[site, point],
        }
    )


def _of_areas(od: pd.DataFrame, given: Serving, *, demand: pd.Series) -> pd.DataFrame:
    wanted = od["site_id"].isin(given.today | given.hosts) & od["demand_id"].isin(set(demand))
    return od.loc[wanted, SITE_TO_UNIT.names]


def _table(table: Table, frames: list[pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat(frames, ignore_index=True) if frames else empty(table)
    typed = rows.astype({column.name: column.dtype for column in table.columns})
    return typed.sort_values(list(table.key), ignore_index=True)


def _off_road(units: gpd.GeoDataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    lost = units[~units["demand_id"].isin(placed["point_id"])]
    if lost.empty:
        return issue_rows([])
    told = (
        f"{len(lost)} units, this one the first, with {lost['people'].sum():,.0f} people have no "
        "road near: nobody is taken to reach them, and they stay in every total."
    )
    first = lost["demand_id"].iloc[0]
    return issue_rows([("unit_drives", "demand_units", first, "outside_road_network", "doubt",
                        told)])  # fmt: skip
