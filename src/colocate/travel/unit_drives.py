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

from colocate.spread import ALONE, gathered, rests_on
from colocate.tables import empty, issue_rows, parts
from colocate.tables.demand import SITE_TO_INCIDENT, SITE_TO_UNIT, UNIT_SNAPS, UNIT_TO_SITE
from colocate.travel.by_word import coded
from colocate.travel.kernel import whole_ms
from colocate.travel.kernel.places import along_edges
from colocate.travel.kernel.sweeps import NEVER
from colocate.travel.kernel.whole_ms import most_ms
from colocate.travel.od_array import entries
from colocate.travel.od_matrix import only, ready, weighed
from colocate.travel.ready_roads import ready_of
from colocate.travel.snapping import on_roads
from colocate.travel.speeds import by_vehicle

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    from numpy.typing import NDArray

    from colocate.spread import Spread
    from colocate.study import Travel
    from colocate.tables import Table
    from colocate.travel.kernel.hierarchy import Metric
    from colocate.travel.kernel.roadgraph import Floats, Ints
    from colocate.travel.kernel.whole_ms import Short
    from colocate.travel.od_matrix import Ready
    from colocate.travel.roads import Roads

    Bools = NDArray[np.bool_]

SOONEST = 12
"""Sites whose drives to a unit are kept whatever they take."""
BLOCK = 2**22
"""Times held at once, 4 bytes each."""
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
    new: frozenset[str] = frozenset()
    """Those of the hosts that do not stand yet."""

    @property
    def ids(self) -> pd.Index:
        """Of all of them, in order."""
        return pd.Index(sorted(self.today | self.hosts), dtype="str")


class Points(NamedTuple):
    """What is driven between."""

    demand_units: gpd.GeoDataFrame
    """Table of that name; rows without units keep the drives of their area."""
    unit_snaps: pd.DataFrame
    """Table of that name."""
    incident_points: gpd.GeoDataFrame
    """Table of that name; those on points of their own are driven to."""
    snaps: pd.DataFrame
    """Table of that name, for the sites."""


class UnitDrives(NamedTuple):
    """Tables made here."""

    site_to_unit: pd.DataFrame
    unit_to_site: pd.DataFrame
    site_to_incident: pd.DataFrame


class Found(NamedTuple):
    """Drives of today's sites, as `unit_drives` found them: only those of new sites are wanted."""

    site_to_unit: pd.DataFrame
    unit_to_site: pd.DataFrame


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
    there = frozenset(host for host in hosts if host)
    return Serving(own, there, limit_s, there.intersection(new.values()))


def unit_snaps(
    demand_units: gpd.GeoDataFrame,
    snaps: pd.DataFrame,
    /,
    *,
    roads: Roads,
    settings: Travel,
    spread: Spread = ALONE,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put units on roads; rows without units lie where their area's point does.

    Args:
        demand_units: table of that name.
        snaps: where demand points meet the road, shaped as table `snaps`.
        roads: the roads and their speeds.
        settings: the study's `[travel]`.
        spread: takes over where the same units lie on the same roads.

    Returns:
        Table `unit_snaps`, and issues: how many units and people have no road near.
    """
    units = demand_units[demand_units["shared_by"] != AREA]
    found = _found_on_roads(units, roads=roads, settings=settings, spread=spread)
    near = (found["edge_id"] >= 0).to_numpy()
    own = found[near].assign(demand_id=units["demand_id"].to_numpy()[near])
    whole = demand_units.loc[demand_units["shared_by"] == AREA, "demand_id"]
    areas = snaps[(snaps["kind"] == "demand") & snaps["point_id"].isin(whole)]
    areas = areas.rename(columns={"point_id": "demand_id"})[UNIT_SNAPS.names]
    placed = pd.concat([own[UNIT_SNAPS.names], areas]).sort_values("demand_id", ignore_index=True)
    typed = placed.astype({column.name: column.dtype for column in UNIT_SNAPS.columns})
    return typed, _off_road(units[~near])


def _found_on_roads(
    points: gpd.GeoDataFrame, *, roads: Roads, settings: Travel, spread: Spread
) -> pd.DataFrame:
    """Take over the road of each point, and how far along it it lies, or find it."""
    answers = spread.each(
        _on_roads, {"points": points}, given=(roads, settings), of={"points": rests_on()}
    )
    (found,) = gathered(answers, ["points"])
    return found


def _on_roads(points: gpd.GeoDataFrame, given: tuple[Roads, Travel]) -> pd.DataFrame:
    roads, settings = given
    found = on_roads(points.geometry.to_numpy(), roads=roads, settings=settings)
    return pd.DataFrame({"edge_id": found.edge, "offset_m": found.offset_m})


class _Placed(NamedTuple):
    """Points with a road near, and where along it they lie."""

    number: Ints
    """Of each among all points, in order of id."""
    edge: Ints
    offset_m: Floats


class _Drives(NamedTuple):
    """Drives that count, long; sites and points by their numbers in order of id, in 32 bits."""

    site: Short
    point: Short
    ms: Short


class _Way(NamedTuple):
    """Drives that are asked for."""

    given: Serving
    points: pd.Index
    """In order."""
    known: _Drives | None
    """Those of all sites but new ones, where they are known."""

    @property
    def wanted(self) -> Collection[str]:
        """Sites whose drives have to be found."""
        return list(self.given.ids) if self.known is None else self.given.new


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
    today: Found | None = None,
    spread: Spread = ALONE,
) -> UnitDrives:
    """Find the drives of crews to units and to incidents, and of people in units to desks.

    Args:
        points: units, incidents and sites.
        coarse: drives of the demand points.
        crews: crewed stations, and where they could move.
        desks: police desks, and where they could move.
        roads: the roads and their free-flow speeds.
        settings: the study's `[travel]`.
        today: the drives to and from units but those of new sites, where they are known.
        spread: takes over where the same incidents lie on the same roads.

    Returns:
        Tables `site_to_unit`, `unit_to_site` and `site_to_incident`.

    Raises:
        NetworkError: the speeds are not of these roads.
    """
    units = points.demand_units.sort_values("demand_id", ignore_index=True)
    own = points.incident_points[points.incident_points["own_point"]]
    own = own.sort_values("point_id", ignore_index=True)
    ids, own_ids = pd.Index(units["demand_id"]), pd.Index(own["point_id"])
    whole = (units["shared_by"] == AREA).to_numpy()
    out = _Way(crews, ids, _known(today and today.site_to_unit, crews, ids=ids))
    back = _Way(desks, ids, _known(today and today.unit_to_site, desks, ids=ids))
    to_own = _Way(crews, own_ids, None)
    to_units = [_of_areas(coarse.site_to_demand, out, whole=whole)]
    from_units = [_of_areas(coarse.demand_to_site, back, whole=whole)]
    to_incidents = []
    if len(own) or not whole.all():
        unit = _units(points.unit_snaps, ids=ids, whole=whole)
        incident = _incidents(own, roads=roads, settings=settings, spread=spread)
        prepared = ready(
            points.snaps[points.snaps["kind"] != "demand"],
            ready_of(roads, delays=settings.delays),
            settings=settings,
        )
        for directions, driven in by_vehicle(roads.edge_speeds, settings=settings):
            metric = whole_ms.timed(weighed(prepared, driven))
            if "from_site" in directions:
                to_units += _driven(metric, out, among=prepared, points=unit, out=True)
                to_incidents += _driven(metric, to_own, among=prepared, points=incident, out=True)
            if "to_site" in directions:
                from_units += _driven(metric, back, among=prepared, points=unit, out=False)
    return UnitDrives(
        _table(SITE_TO_UNIT, to_units, way=out),
        _table(UNIT_TO_SITE, from_units, way=back),
        _table(SITE_TO_INCIDENT, to_incidents, way=to_own),
    )


def _units(unit_snaps: pd.DataFrame, *, ids: pd.Index, whole: Bools) -> _Placed:
    number = ids.get_indexer(unit_snaps["demand_id"])
    own = (number >= 0) & ~whole[number]
    at = unit_snaps[own]
    return _Placed(number[own], at["edge_id"].to_numpy(), at["offset_m"].to_numpy())


def _incidents(own: gpd.GeoDataFrame, *, roads: Roads, settings: Travel, spread: Spread) -> _Placed:
    """Put incidents on roads: one on a known road lies in the middle of it."""
    edge = own["edge_id"].fillna(-1).to_numpy("int64")
    offset_m = np.round(roads.road_edges["length_m"].to_numpy()[edge] / 2, 1)
    unknown = edge < 0
    if unknown.any():
        found = _found_on_roads(own[unknown], roads=roads, settings=settings, spread=spread)
        edge[unknown], offset_m[unknown] = found["edge_id"], found["offset_m"]
    by_road = np.flatnonzero(edge >= 0)
    return _Placed(by_road, edge[by_road], offset_m[by_road])


def _known(drives: pd.DataFrame | None, given: Serving, *, ids: pd.Index) -> _Drives | None:
    if drives is None:
        return None
    rows = entries(drives, sites=given.ids, demand=ids)
    ms = np.rint(rows.time_s * 1000)
    return _Drives(_short(rows.site), _short(rows.point), _short(ms))


def _driven(
    metric: Metric, way: _Way, *, among: Ready, points: _Placed, out: bool
) -> list[_Drives]:
    """Find the drives that count between sites and points, out to them or in from them."""
    sites = only(among, sites=way.wanted, demand=())
    least = None if way.known is None else _least(way.known, way.given, count=len(way.points))
    found, size = [], max(BLOCK // max(len(sites.site_id), 1), 1)
    for first in range(0, len(points.number), size):
        part = slice(first, first + size)
        at = along_edges(metric.graph, edge=points.edge[part], offset_m=points.offset_m[part])
        source, target = (sites.sites, at) if out else (at, sites.sites)
        ms, number = whole_ms.table(metric, sources=source, targets=target), points.number[part]
        found.append(
            _kept(
                ms if out else ms.T, way.given, sites=sites, point=number,
                least=None if least is None else least[number],
            )
        )  # fmt: skip
    return found


def _least(known: _Drives, given: Serving, *, count: int) -> Short:
    """Time of the `SOONEST`-th site soonest to each point today, where it is beyond the limit.

    Then no later one was kept. Within the limit it decides nothing, and any kept will do.
    """
    serves = given.ids.isin(given.today)[known.site]
    point = known.point[serves]
    least = np.zeros(count, "int32")
    np.maximum.at(least, point, known.ms[serves])
    least[np.bincount(point, minlength=count) < SOONEST] = NEVER
    return least


def _kept(
    ms: Short, given: Serving, *, sites: Ready, point: Ints, least: Short | None = None
) -> _Drives:
    """Keep the pairs that count, of sites × points."""
    number = given.ids.get_indexer(sites.site_id)
    if least is None:
        serves = ms[given.ids.isin(given.today)[number]]
        least = np.full(ms.shape[1], NEVER)
        if len(serves) >= SOONEST:
            least = np.partition(serves, SOONEST - 1, axis=0)[SOONEST - 1]
    most = np.maximum(least, most_ms(given.limit_s))
    site, column = np.nonzero(ms <= np.minimum(most, most_ms(sites.limit_s)))
    return _Drives(_short(number)[site], _short(point)[column], ms[site, column])


def _short(numbers: Ints) -> Short:
    return numbers.astype("int32")


def _of_areas(od: pd.DataFrame, way: _Way, *, whole: Bools) -> _Drives:
    """Take the drives of areas that have no units."""
    ids = way.given.ids
    rows = od[od["demand_id"].isin(way.points[whole])] if whole.any() else od[:0]
    rows = rows[rows["site_id"].isin(way.wanted)]
    return _Drives(
        _short(ids.get_indexer(rows["site_id"])),
        _short(way.points.get_indexer(rows["demand_id"])),
        _short(np.rint(rows["travel_time_s"].to_numpy() * 1000)),
    )


def _table(table: Table, found: list[_Drives], *, way: _Way) -> pd.DataFrame:
    found = found if way.known is None else [way.known, *found]
    if not found:
        return empty(table)
    site, point, ms = (np.concatenate(column) for column in zip(*found, strict=True))
    # Each part is in order: a sort that notices does little.
    order = np.argsort(site.astype("int64") * len(way.points) + point, kind="stable")
    columns = (coded(site[order], way.given.ids), coded(point[order], way.points), ms[order] / 1000)
    return pd.DataFrame(dict(zip(table.names, columns, strict=True)), copy=False)


def _off_road(lost: gpd.GeoDataFrame) -> pd.DataFrame:
    if lost.empty:
        return issue_rows([])
    told = (
        f"{len(lost)} units, this one the first, with {lost['people'].sum():,.0f} people have no "
        "road near: nobody is taken to reach them, and they stay in every total."
    )
    first = lost["demand_id"].iloc[0]
    return issue_rows([("unit_drives", "demand_units", first, "outside_road_network", "doubt",
                        told)])  # fmt: skip
