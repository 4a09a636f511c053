"""Coverage of each service: which ground and people its sites reach together, and who covers whom.

Only sites that serve count: open stations where the service drives out, open desks where people
drive in. Neighbours' sites over the border count and are flagged. People and allocations come from
travel times; polygons are for the map.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.tables import each, empty, issue_rows, parts
from colocate.tables.rows import LocatedSite
from colocate.tables.schema import conform
from colocate.tables.travel import ALLOCATION, COVERAGE, OVERLAP, SERVING_SITES
from colocate.travel.kernel import nearest
from colocate.travel.od_array import od_array

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from colocate import study
    from colocate.tables import Table
    from colocate.travel.kernel.roadgraph import Floats

WORKERS = 2
"""Threads that dissolve; their number changes no result."""


class Covered(NamedTuple):
    """Tables `coverage`, `allocation`, `overlap` and `issues`."""

    coverage: gpd.GeoDataFrame
    allocation: pd.DataFrame
    overlap: pd.DataFrame
    issues: pd.DataFrame


def serving_sites(
    located_sites: gpd.GeoDataFrame,
    snaps: pd.DataFrame,
    /,
    *,
    settings: study.Travel,
    response: study.Response,
    access: study.Access,
) -> pd.DataFrame:
    """Say which sites count for their service, in which direction, and how far they may drive.

    `from_site` (response) takes open sites with the role station; `to_site` (access) those with a
    public desk: open as evidenced, or by their role unless recorded as closed. A service has the
    directions the study gives it. Sites that are not on the road network are left out; `issues` of
    the travel times name them.

    Args:
        located_sites: table `located_sites`.
        snaps: where these sites meet the road, shaped as table `snaps`.
        settings: the study's `[travel]`: which service has which direction.
        response: the study's `[response]`: standards, call handling and turnout.
        access: the study's `[access]`: the limit, and which roles are desks.

    Returns:
        Table `serving_sites`. `drive_limit_s` is what the standard leaves for driving: of fire
        response the first standard less call handling and the first appliance's turnout, of police
        access its limit.
    """
    snapped = snaps.loc[snaps["kind"] == "site", "point_id"]
    usable = located_sites[
        (located_sites["status"] == "open") & located_sites["site_id"].isin(snapped)
    ].sort_values("site_id")
    desk_roles = {*access.desk_roles, *access.assumed_desk_roles}
    return conform(
        SERVING_SITES,
        (
            {
                "site_id": site.site_id,
                "service": site.service,
                "direction": direction,
                "over_border": site.over_border,
                "drive_limit_s": _drive_limit_s(site, direction, response=response, access=access),
            }
            for site in each(LocatedSite, usable)
            for direction in sorted(settings.directions(site.service))
            if _serves(site, direction, desk_roles=desk_roles)
        ),
    )


def _serves(site: LocatedSite, direction: str, *, desk_roles: Collection[str]) -> bool:
    roles = set(parts(site.roles))
    if direction == "from_site":
        return "station" in roles
    return site.desk == "open" or (site.desk != "closed" and not roles.isdisjoint(desk_roles))


def _drive_limit_s(
    site: LocatedSite,
    direction: str,
    *,
    response: study.Response,
    access: study.Access,
) -> float | None:
    if (site.service, direction) == ("fire", "from_site"):
        crew = (parts(site.crewing) or ["unknown"])[0]
        before = response.call_handling_s.value + response.turnout_s[crew].value
        return response.standards[0].limit_min.value * 60 - before
    if (site.service, direction) == ("police", "to_site"):
        return access.limit_min.value * 60
    return None


def coverage(
    serving_sites: pd.DataFrame,
    catchments: gpd.GeoDataFrame,
    /,
    *,
    od: Mapping[str, pd.DataFrame],
    demand_points: gpd.GeoDataFrame,
    settings: study.Travel,
) -> Covered:
    """Dissolve the catchments of each service and allocate every demand point to its nearest site.

    Limits are the study's catchment limits, included. Nearest is by drive time in the direction of
    the service; of equally near sites the one with the lowest id.

    Args:
        serving_sites: table `serving_sites`.
        catchments: table `catchments`.
        od: travel times of these sites by direction: `from_site` in the shape of table
            `site_to_demand`, `to_site` of `demand_to_site`.
        demand_points: table `demand_points`.
        settings: the study's `[travel]`: the limits.

    Returns:
        `coverage`: a row for each service, direction and limit. `allocation`: a row for each
        service, direction and demand point, without a site where none is within the cut-off.
        `overlap`: how many sites reach each demand point within each limit. `issues` counts the
        demand points that are not reached.
    """
    demand = demand_points.sort_values("demand_id", ignore_index=True)
    limits = np.array(settings.catchment_limits_min) * 60.0
    found: dict[Table, list[pd.DataFrame]] = {COVERAGE: [], ALLOCATION: [], OVERLAP: []}
    issues: list[tuple[str, str, str, str, str, str]] = []
    for (service, direction), sites in serving_sites.groupby(["service", "direction"]):
        ids = pd.Index(sites["site_id"].sort_values())
        offers = od_array(od[direction], sites=ids, demand=pd.Index(demand["demand_id"]))
        allocated = _allocation(offers, sites=ids, demand=demand)
        dissolved = _dissolved(sites, catchments, limits=limits)
        for table, rows in (
            (COVERAGE, _with_people(dissolved, allocated, demand=demand)),
            (ALLOCATION, allocated),
            (OVERLAP, _overlap(offers, demand=demand, limits=limits)),
        ):
            found[table].append(rows.assign(service=service, direction=direction)[table.names])
        issues += _unreached(allocated, demand=demand, key=f"{service}/{direction}")
    made = {
        table.name: pd.concat(frames).sort_values(list(table.key), ignore_index=True)
        if frames
        else empty(table)
        for table, frames in found.items()
    }
    return Covered(**made, issues=issue_rows(issues))


def _allocation(offers: Floats, *, sites: pd.Index, demand: pd.DataFrame) -> pd.DataFrame:
    """Nearest and second nearest site of each demand point; ties by id."""
    rows, times = nearest.ranked(offers, count=2)
    found = {"demand_id": demand["demand_id"]}
    for prefix, row, time in zip(("", "second_"), rows, times, strict=True):
        reached = row >= 0
        found[f"{prefix}site_id"] = pd.Series(np.where(reached, sites[row], None), dtype="str")
        found[f"{prefix}travel_time_s"] = np.where(reached, time, np.nan)
    return pd.DataFrame(found)


def _overlap(offers: Floats, *, demand: pd.DataFrame, limits: Floats) -> pd.DataFrame:
    """Number of sites that reach each demand point within each limit, none included."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "demand_id": demand["demand_id"],
                    "limit_s": limit,
                    "n_sites": (offers <= limit).sum(axis=0),
                }
            )
            for limit in limits
        ]
    )


def _dissolved(
    sites: pd.DataFrame, catchments: gpd.GeoDataFrame, *, limits: Floats
) -> gpd.GeoDataFrame:
    """Union of the sites' catchments in their direction, one row a limit."""
    own = catchments[
        (catchments["direction"] == sites["direction"].iloc[0])
        & catchments["site_id"].isin(sites["site_id"])
    ]
    polygons = [own.loc[own["limit_s"] == limit].geometry.to_numpy() for limit in limits]
    with ThreadPoolExecutor(WORKERS) as pool:  # geometry work leaves the interpreter lock
        areas = list(pool.map(shapely.union_all, reversed(polygons)))  # the longest first
    return gpd.GeoDataFrame(
        {
            "limit_s": limits,
            "n_sites": len(sites),
            "n_over_border": int(sites["over_border"].sum()),
        },
        geometry=areas[::-1],
        crs=catchments.crs,
    )


def _with_people(
    rows: gpd.GeoDataFrame, allocated: pd.DataFrame, *, demand: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Count the people of the study area whose nearest site is within each limit, included."""
    people = demand["people"].where(demand["in_area"], 0.0).to_numpy()
    within = allocated["travel_time_s"].to_numpy() <= rows["limit_s"].to_numpy()[:, np.newaxis]
    counted = within @ people
    share = counted / people.sum() if people.sum() else np.nan
    return rows.assign(people=counted, share_of_people=share)


def _unreached(
    allocated: pd.DataFrame, *, demand: pd.DataFrame, key: str
) -> Iterator[tuple[str, str, str, str, str, str]]:
    missing = allocated["site_id"].isna().to_numpy()
    if missing.any():
        people = demand.loc[missing & demand["in_area"], "people"].sum()
        message = (
            f"{missing.sum()} of {len(missing)} demand points, with {people:,.0f} people of the "
            "study area, have no site within the cut-off; they stay in every share."
        )
        yield "coverage", "allocation", key, "not_reached", "note", message
