"""Catchments: the area that can be driven to, or from, within each limit.

How they are drawn stands in `drawing`; here it is said of which sites, in which direction, and
whom they hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from colocate.progress import SILENT, Progress
from colocate.spread import ALONE, Spread
from colocate.tables import issue_rows
from colocate.travel import drawing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate.study import Travel
    from colocate.travel.drawing import Areas, Scene

DIRECTIONS = ("from_site", "to_site")


class Catchments(NamedTuple):
    """Tables `catchments` and `issues`."""

    catchments: gpd.GeoDataFrame
    issues: pd.DataFrame


def catchments(
    located_sites: gpd.GeoDataFrame,
    scene: Scene,
    /,
    *,
    demand_points: gpd.GeoDataFrame,
    od: Mapping[str, pd.DataFrame],
    settings: Travel,
    progress: Progress = SILENT,
    spread: Spread = ALONE,
) -> Catchments:
    """Draw the catchments of every snapped site at the study's limits, in its service's direction.

    `from_site` is where a crew gets to, `to_site` where visitors come from; the study says which
    a service has. Sites with nobody of the study area within the largest limit have none: a
    register may hold a force's whole estate. Polygons nest, contain the point where the site
    meets the road, keep holes and islands of two grid cells and more, and end at the coast
    (`boundaries` of kind `land`).

    Args:
        located_sites: table `located_sites`.
        scene: the sites that meet the road, on the network at the speeds of who drives.
        demand_points: table `demand_points`; people of those in the study area are counted.
        od: travel times of these sites by direction: `from_site` in the shape of table
            `site_to_demand`, `to_site` of `demand_to_site`.
        settings: the study's `[travel]`: limits, grid, and which service has which direction, if
            any.
        progress: told each site that is drawn.
        spread: draws sites elsewhere, or takes over what was drawn.

    Returns:
        Table `catchments` by site, direction and limit. `people` are residents of the study area
        whose own travel time is within the limit, counted from the OD tables. `issues` has a row
        for each site without a catchment that the study asks for.
    """
    service = located_sites.set_index("site_id")["service"].reindex(scene.site_id)
    frames = []
    for direction in DIRECTIONS:
        near = near_people(od[direction], demand_points=demand_points, settings=settings)
        wanted = [
            number
            for number, (site, name) in enumerate(service.items())
            if site in near and direction in settings.directions(name)
        ]
        drawn = drawing.drawn(
            scene,
            [scene.places.those([number]) for number in wanted],
            direction=direction,
            settings=settings,
            progress=progress,
            spread=spread,
            of=[scene.rests[direction][number] for number in wanted] if scene.rests else None,
        ) if wanted else []  # fmt: skip
        rows = _rows(scene.site_id[wanted], drawn, direction=direction, settings=settings)
        frames.append(_with_people(rows, times=od[direction], demand_points=demand_points))
    table = pd.concat(frames).sort_values(["site_id", "direction", "limit_s"], ignore_index=True)
    return Catchments(
        gpd.GeoDataFrame(table, geometry="geometry", crs=demand_points.crs),
        _undrawn(located_sites, table, on_road=set(scene.site_id), settings=settings),
    )


def _undrawn(
    located_sites: gpd.GeoDataFrame, drawn: pd.DataFrame, *, on_road: set[str], settings: Travel
) -> pd.DataFrame:
    """Say of every site without a catchment why it has none, where the study asks for one."""
    asked = located_sites["service"].map(settings.directions).map(bool)
    nobody = f"nobody of the study area within {settings.catchment_limits_min[-1]:g} min."
    return issue_rows(
        ("catchments", "located_sites", site, "no_catchment", "note", "No catchment is drawn: "
         + (nobody if site in on_road else "not on the road network."))
        for site in sorted(set(located_sites.loc[asked, "site_id"]) - set(drawn["site_id"]))
    )  # fmt: skip


def near_people(
    times: pd.DataFrame, *, demand_points: gpd.GeoDataFrame, settings: Travel
) -> set[str]:
    """Find the sites with anybody of the study area within the largest limit, included.

    Args:
        times: travel times of the sites, in the shape of table `site_to_demand`.
        demand_points: table `demand_points`.
        settings: the study's `[travel]`: the limits.
    """
    inside = demand_points.loc[demand_points["in_area"], "demand_id"]
    within = times["travel_time_s"] <= settings.catchment_limits_min[-1] * 60
    return set(times.loc[within & times["demand_id"].isin(inside), "site_id"].unique())


def _rows(
    site_id: pd.Series, drawn: list[Areas], *, direction: str, settings: Travel
) -> pd.DataFrame:
    limits = np.array(settings.catchment_limits_min) * 60.0
    cell = settings.catchment_grid_m.value
    return pd.DataFrame(
        {
            "site_id": site_id.repeat(len(limits)).reset_index(drop=True),
            "direction": direction,
            "limit_s": np.tile(limits, len(site_id)),
            "method": f"{cell:g} m time grid, contoured",
            "geometry": [area for areas in drawn for area in areas],
        }
    )


def _with_people(
    rows: pd.DataFrame, *, times: pd.DataFrame, demand_points: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Count the people of the study area whose travel time is within each limit, included."""
    inside = demand_points.loc[demand_points["in_area"]].set_index("demand_id")["people"]
    known = times[times["site_id"].isin(rows["site_id"])]
    people = known["demand_id"].map(inside).fillna(0.0)
    counted = {
        limit: people[known["travel_time_s"] <= limit].groupby(known["site_id"]).sum()
        for limit in rows["limit_s"].unique()
    }
    found = [
        counted[limit].get(site, 0.0)
        for site, limit in zip(rows["site_id"], rows["limit_s"], strict=True)
    ]
    rows.insert(3, "people", np.array(found, "float64"))
    return rows
