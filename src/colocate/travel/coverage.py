"""Coverage of each service: which ground and people its sites reach together, and who covers whom.

Only sites that serve count: open stations where the service drives out, open desks where people
drive in. Neighbours' sites over the border count and are flagged. People and allocations come from
travel times; polygons are for the map. They are drawn as catchments are, of all sites at once: the
soonest drive to a road is found in one search from all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.tables import each, empty, issue_rows, parts
from colocate.tables.rows import LocatedSite
from colocate.tables.schema import conform
from colocate.tables.travel import ALLOCATION, COVERAGE, OVERLAP, SERVING_SITES
from colocate.travel import drawing
from colocate.travel.catchments import near_people
from colocate.travel.kernel import nearest
from colocate.travel.od_array import od_array

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from colocate import study
    from colocate.tables import Table
    from colocate.travel.drawing import Scene
    from colocate.travel.kernel.roadgraph import Floats


class Allocated(NamedTuple):
    """Tables `allocation`, `overlap` and `issues`."""

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
            for site, direction in _serving(
                located_sites, snaps, settings=settings, desk_roles=desk_roles
            )
        ),
    )


def _serving(
    located_sites: gpd.GeoDataFrame,
    snaps: pd.DataFrame,
    *,
    settings: study.Travel,
    desk_roles: Collection[str],
) -> Iterator[tuple[LocatedSite, str]]:
    """Each site that counts, by id, and in which direction."""
    snapped = snaps.loc[snaps["kind"] == "site", "point_id"]
    usable = located_sites[
        (located_sites["status"] == "open") & located_sites["site_id"].isin(snapped)
    ]
    for site in each(LocatedSite, usable.sort_values("site_id")):
        for direction in sorted(settings.directions(site.service)):
            if _serves(site, direction, desk_roles=desk_roles):
                yield site, direction


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
    located_sites: gpd.GeoDataFrame,
    scene: Scene,
    /,
    *,
    snaps: pd.DataFrame,
    od: Mapping[str, pd.DataFrame],
    demand_points: gpd.GeoDataFrame,
    desk_roles: Collection[str],
    settings: study.Travel,
) -> gpd.GeoDataFrame:
    """Draw the ground and count the people that the sites of each service reach together.

    Sites far from all people of the study area, which have no catchment, reach no ground.

    Args:
        located_sites: table `located_sites`.
        scene: the sites that meet the road, on the network at the speeds of who drives.
        snaps: where these sites meet the road, shaped as table `snaps`.
        od: travel times of these sites by direction: `from_site` in the shape of table
            `site_to_demand`, `to_site` of `demand_to_site`.
        demand_points: table `demand_points`; those in the study area are counted.
        desk_roles: roles that have a public desk, evidenced or assumed.
        settings: the study's `[travel]`: limits, and which service has which direction.

    Returns:
        Table `coverage`: a row for each service, direction and limit. People are those whose
        nearest site is within it, included.
    """
    serving = pd.DataFrame(
        ((site.service, direction, site.site_id, site.over_border)
         for site, direction in _serving(
             located_sites, snaps, settings=settings, desk_roles=desk_roles)),
        columns=["service", "direction", "site_id", "over_border"],
    )  # fmt: skip
    demand = demand_points.sort_values("demand_id", ignore_index=True)
    frames = []
    for (service, direction), sites in serving.groupby(["service", "direction"]):
        times = od[str(direction)]
        near = near_people(times, demand_points=demand_points, settings=settings)
        drawn = scene.places.those(scene.site_id.isin(near & {*sites["site_id"]}).to_numpy())
        offers = od_array(times, sites=pd.Index(sites["site_id"]),
                          demand=pd.Index(demand["demand_id"]))  # fmt: skip
        rows = pd.DataFrame({
            "limit_s": np.array(settings.catchment_limits_min) * 60.0,
            "n_sites": len(sites),
            "n_over_border": int(sites["over_border"].sum()),
            "geometry": drawing.drawn(
                scene, [drawn], direction=str(direction), settings=settings
            )[0] if len(drawn.node) else shapely.MultiPolygon(),
        })  # fmt: skip
        rows = _with_people(rows, nearest.soonest(offers), demand=demand)
        frames.append(rows.assign(service=service, direction=direction)[COVERAGE.names])
    return gpd.GeoDataFrame(_joined(COVERAGE, frames), geometry="geometry", crs=demand_points.crs)


def allocated(
    serving_sites: pd.DataFrame,
    /,
    *,
    od: Mapping[str, pd.DataFrame],
    demand_points: gpd.GeoDataFrame,
    settings: study.Travel,
) -> Allocated:
    """Allocate every demand point to the nearest site of each service, and count who reaches it.

    Limits are the study's catchment limits, included. Nearest is by drive time in the direction of
    the service; of equally near sites the one with the lowest id.

    Args:
        serving_sites: table `serving_sites`.
        od: travel times of these sites by direction: `from_site` in the shape of table
            `site_to_demand`, `to_site` of `demand_to_site`.
        demand_points: table `demand_points`.
        settings: the study's `[travel]`: the limits.

    Returns:
        `allocation`: a row for each service, direction and demand point, without a site where none
        is within the cut-off. `overlap`: how many sites reach each demand point within each limit.
        `issues` counts the demand points that are not reached.
    """
    demand = demand_points.sort_values("demand_id", ignore_index=True)
    limits = np.array(settings.catchment_limits_min) * 60.0
    found: dict[Table, list[pd.DataFrame]] = {ALLOCATION: [], OVERLAP: []}
    issues: list[tuple[str, str, str, str, str, str]] = []
    for (service, direction), sites in serving_sites.groupby(["service", "direction"]):
        ids = pd.Index(sites["site_id"].sort_values())
        offers = od_array(od[direction], sites=ids, demand=pd.Index(demand["demand_id"]))
        rows = _allocation(offers, sites=ids, demand=demand)
        for table, part in (
            (ALLOCATION, rows), (OVERLAP, _overlap(offers, demand=demand, limits=limits))
        ):  # fmt: skip
            found[table].append(part.assign(service=service, direction=direction)[table.names])
        issues += _unreached(rows, demand=demand, key=f"{service}/{direction}")
    made = {table.name: _joined(table, frames) for table, frames in found.items()}
    return Allocated(**made, issues=issue_rows(issues))


def _joined(table: Table, frames: list[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return empty(table)
    return pd.concat(frames).sort_values(list(table.key), ignore_index=True)


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


def _with_people(rows: pd.DataFrame, soonest: Floats, *, demand: pd.DataFrame) -> pd.DataFrame:
    """Count the people of the study area whom the nearest site is within each limit of."""
    people = demand["people"].where(demand["in_area"], 0.0).to_numpy()
    counted = (soonest <= rows["limit_s"].to_numpy()[:, np.newaxis]) @ people
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
