"""Drive times and catchments between points of one's own."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from colocate import bng
from colocate.errors import NetworkError, SchemaError, some
from colocate.library.ground import ground
from colocate.library.points import points as placed
from colocate.travel import catchments as drawing
from colocate.travel import od_matrix
from colocate.travel.drawing import scene
from colocate.travel.od_array import od_array
from colocate.travel.ready_roads import ready_of
from colocate.travel.snapping import snap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate.library.ground import Drive, Ground
    from colocate.pipeline.locate import Location, OpenStudy
    from colocate.study import Travel


def times(
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    /,
    *,
    roads: Location | OpenStudy | None = None,
    study: Location | OpenStudy | None = None,
    drive: Drive = "response",
    cutoff_min: float | None = None,
    wide: bool = False,
) -> pd.DataFrame:
    """Find the fastest drives from every origin to every destination.

    Times run at free flow from where the origin meets its road to where the destination meets
    its own; call handling, turnout and the way from the road to the door are not in them. What
    the study says of speeds, turns and ferries holds. The first question to some roads reads and
    orders them; the next ones do not.

    Example:
        >>> drives = cl.times(stations, places)  # one row a drive, on the embedded roads
        >>> matrix = cl.times(stations, places, wide=True, roads="map.osm.pbf")

    Args:
        origins: where drives begin. A GeoDataFrame of points, or a frame with easting and
            northing (EPSG:27700) or lon and lat; ids in `id`, `site_id`, `demand_id` or
            `point_id`, or in the index.
        destinations: where they end, likewise.
        roads: a folder of packed roads, an OSM extract, or a study: opened, its file or folder,
            or the name of an embedded one. By default the embedded study.
        study: whose speeds to drive at, where `roads` is no study; by default the embedded one's.
        drive: `response` with the vehicle that the study sends to people, `access` with the one
            that people come in. Either way from origin to destination.
        cutoff_min: longest drive searched, min, included; by default the study's.
        wide: return an array of times in place of rows.

    Returns:
        `origin_id`, `destination_id`, `travel_time_s` and `distance_m` (of that drive), by ids; a
        pair beyond the cut-off or without a road has no row. Wide: `travel_time_s`, a row an
        origin and a column a destination in the order given, infinite where there is no drive.
        Points further from any road than the study's `snap_refused_m` are warned of.

    Raises:
        SchemaError: a frame lacks ids or coordinates, or an argument is out of range.
        CrsError: points outside Great Britain.
        InputError: there are no such roads.
        NetworkError: no origin, or no destination, is on a road.
    """
    start, end = placed(origins, name="origins"), placed(destinations, name="destinations")
    on = ground(roads, study=study)
    settings = _within(on.travel, cutoff_min)
    driven = on.driven(drive)
    snaps = _snaps(start, end, on=on, settings=settings)
    found = _drives(snaps, on=on, driven=driven, settings=settings, towards=False)
    if wide:
        sites, demand = pd.Index(start["key"]), pd.Index(end["key"])
        return pd.DataFrame(
            od_array(found, sites=sites, demand=demand),
            index=pd.Index(start["id"], name="origin_id"),
            columns=pd.Index(end["id"], name="destination_id"),
        )
    return pd.DataFrame(
        {
            "origin_id": found["site_id"].map(start.set_index("key")["id"]),
            "destination_id": found["demand_id"].map(end.set_index("key")["id"]),
            "travel_time_s": found["travel_time_s"],
            "distance_m": found["distance_m"],
        }
    )


def catchments(
    points: pd.DataFrame,
    /,
    *,
    limits_min: Sequence[float],
    towards: bool = False,
    people: pd.DataFrame | None = None,
    land: gpd.GeoDataFrame | None = None,
    roads: Location | OpenStudy | None = None,
    study: Location | OpenStudy | None = None,
    drive: Drive | None = None,
) -> gpd.GeoDataFrame:
    """Draw the ground that can be driven to from each point within each limit, or from where.

    Polygons of rising limits nest, hold the point where the road is met, and are drawn on the
    study's grid (`travel.catchment_grid_m`).

    Example:
        >>> areas = cl.catchments(stations, limits_min=[5, 10], people=census)

    Args:
        points: as the origins of `times`.
        limits_min: longest drives, min, included, rising.
        towards: draw from where one gets to the point within the limit; by default what is
            reached from it. One-way streets tell them apart.
        people: points with a column `people`, to be counted by their own drive time.
        land: polygons that areas end at; without them they may reach over water a little.
        roads: as in `times`.
        study: as in `times`.
        drive: who drives, as in `times`; by default `access` towards, else `response`.

    Returns:
        `id`, `limit_min`, `geometry` (EPSG:27700), and `people` where they are given, by id in
        the order given and limit.

    Raises:
        SchemaError: a frame lacks ids, coordinates or people, or limits are not positive and
            rising.
        CrsError: points outside Great Britain.
        InputError: there are no such roads.
        NetworkError: no point is on a road.
    """
    limits = _rising(limits_min)
    at = placed(points, name="points")
    direction = "to_site" if towards else "from_site"
    on = ground(roads, study=study)
    driven = on.driven(drive or ("access" if towards else "response"))
    settings = _within(on.travel, max(limits[-1], on.travel.cutoff_min.value)).model_copy(
        update={"catchment_limits_min": limits, "catchment_directions": {"point": (direction,)}}
    )
    everybody = _everybody(at, people)
    snaps = _snaps(at, everybody, on=on, settings=settings)
    drives = _drives(snaps, on=on, driven=driven, settings=settings, towards=towards)
    where = scene(
        snaps, roads=on.roads._replace(edge_speeds=driven), boundaries=_land(land),
        settings=settings,
    )  # fmt: skip
    drawn = drawing.catchments(
        at.assign(site_id=at["key"], service="point"),
        where,
        demand_points=everybody.assign(demand_id=everybody["key"], in_area=True),
        od=dict.fromkeys(drawing.DIRECTIONS, drives),
        settings=settings,
    ).catchments
    drawn["rank"] = drawn["site_id"].map(pd.Series(at.index, index=at["key"]))
    drawn = drawn.sort_values(["rank", "limit_s"], ignore_index=True)
    drawn = drawn.assign(id=at["id"].loc[drawn["rank"]].array, limit_min=drawn["limit_s"] / 60)
    return drawn[["id", "limit_min", *(["people"] if people is not None else []), "geometry"]]


def _everybody(at: gpd.GeoDataFrame, people: pd.DataFrame | None) -> gpd.GeoDataFrame:
    """People, and each point as somebody at its own door: it is drawn whoever lives near."""
    own = at.assign(people=0.0, key="points/" + at["key"])
    if people is None:
        return own
    living = _counted(people)
    return pd.concat([own, living.assign(key="people/" + living["key"])])


def _counted(people: pd.DataFrame) -> gpd.GeoDataFrame:
    if "people" not in people.columns:
        raise SchemaError("people: no column people; expected how many live at each point.")
    counts = pd.to_numeric(people["people"], errors="coerce").to_numpy("float64")
    if not (counts >= 0).all():
        wrong = some(np.flatnonzero(~(counts >= 0)))
        raise SchemaError(f"people: not a number of 0 or more in rows {wrong}, counted from 0.")
    return placed(people, name="people").assign(people=counts)


def _land(land: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    if land is None:
        shapes = gpd.GeoSeries([], crs=bng.BNG)
    else:
        shapes = bng.frame_to_bng(land, where="land").geometry
    return gpd.GeoDataFrame({"kind": "land", "name": "land"}, index=shapes.index, geometry=shapes)


def _rising(limits_min: Sequence[float]) -> tuple[float, ...]:
    limits = tuple(float(each) for each in limits_min)
    if not limits or limits[0] <= 0 or any(b <= a for a, b in pairwise(limits)):
        raise SchemaError(f"limits_min={list(limits_min)}; expected minutes above 0, rising.")
    return limits


def _within(settings: Travel, cutoff_min: float | None) -> Travel:
    if cutoff_min is None:
        return settings
    if not 0 < cutoff_min < np.inf:
        raise SchemaError(f"cutoff_min={cutoff_min}; expected minutes above 0.")
    cutoff = settings.cutoff_min.model_copy(update={"value": float(cutoff_min)})
    return settings.model_copy(update={"cutoff_min": cutoff})


def _snaps(
    start: gpd.GeoDataFrame, end: gpd.GeoDataFrame, *, on: Ground, settings: Travel
) -> pd.DataFrame:
    snaps = snap(
        start[["geometry"]].assign(site_id=start["key"]),
        end[["geometry"]].assign(demand_id=end["key"]),
        roads=on.roads,
        settings=settings,
    ).snaps
    for kind, frame in (("site", start), ("demand", end)):
        off = sorted(set(frame["key"]) - set(snaps.loc[snaps["kind"] == kind, "point_id"]))
        far = f"no road within {settings.snap_refused_m.value:g} m"
        if len(off) == len(frame):
            raise NetworkError(f"{far} of any of {some(off)}. Are they where these roads are?")
        if off:
            warnings.warn(f"{far} of {some(off)}: no drive to or from them", stacklevel=4)
    return snaps


def _drives(
    snaps: pd.DataFrame, *, on: Ground, driven: pd.DataFrame, settings: Travel, towards: bool
) -> pd.DataFrame:
    ready = ready_of(on.roads, delays=on.travel.delays)
    prepared = od_matrix.ready(snaps, ready, settings=settings)
    metric = od_matrix.weighed(prepared, driven)
    drives = od_matrix.demand_to_site if towards else od_matrix.site_to_demand
    return drives(prepared, metric)
