"""New shared sites: where each is taken to stand, and the drives to and from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import pandas as pd

from colocate.tables import issue_rows
from colocate.tables.schema import CRS
from colocate.travel.impedance import ready, snap, times_at
from colocate.travel.speeds import by_vehicle

if TYPE_CHECKING:
    from colocate.study import Travel

PREFIX = "NEW-"
"""What the id of a new site has before the id of its option."""


class NewTravel(NamedTuple):
    """Tables as their siblings of today's sites, and `issues`."""

    new_snaps: pd.DataFrame
    new_site_to_demand: pd.DataFrame
    demand_to_new_site: pd.DataFrame
    new_site_to_site: pd.DataFrame
    issues: pd.DataFrame


def new_sites(areas_of_search: gpd.GeoDataFrame, /) -> gpd.GeoDataFrame:
    """Take each new shared site to stand at the best point of its area of search.

    Args:
        areas_of_search: table `areas_of_search`; an option without an area has no row in it.

    Returns:
        Table `new_sites`, sorted by option_id.
    """
    areas = areas_of_search.sort_values("option_id", ignore_index=True)
    east, north = areas["best_easting"], areas["best_northing"]
    return gpd.GeoDataFrame(
        {
            "option_id": areas["option_id"],
            "site_id": (PREFIX + areas["option_id"]).astype("str"),
            "easting": east,
            "northing": north,
        },
        geometry=gpd.points_from_xy(east, north),
        crs=CRS,
    )


def new_travel(  # noqa: PLR0913 - every table it reads, by name
    new_sites: gpd.GeoDataFrame,
    demand_points: gpd.GeoDataFrame,
    /,
    *,
    snaps: pd.DataFrame,
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    edge_speeds: pd.DataFrame,
    turns: pd.DataFrame | None = None,
    road_order: pd.DataFrame,
    settings: Travel,
) -> NewTravel:
    """Find the drives between new sites and demand points, and new sites and today's.

    Args:
        new_sites: table `new_sites`.
        demand_points: table `demand_points`.
        snaps: table `snaps` of today's sites and of the demand points.
        road_nodes: table `road_nodes`.
        road_edges: table `road_edges`.
        edge_speeds: table `edge_speeds`.
        turns: table `turns`.
        road_order: table `road_order`.
        settings: section `travel` of the study.

    Returns:
        `new_snaps`, `new_site_to_demand` (response), `demand_to_new_site` (access) and
        `new_site_to_site`, in which each row has a new site at exactly one end; driven as
        `site_to_site` is. `issues` names new sites off the road.
    """
    roads = {"road_nodes": road_nodes, "road_edges": road_edges}
    snapped = snap(new_sites, demand_points, **roads, edge_speeds=edge_speeds, settings=settings)
    added = snapped.snaps[snapped.snaps["kind"] == "site"].reset_index(drop=True)
    prepared = ready(
        pd.concat([snaps, added], ignore_index=True),
        **roads,
        turns=turns,
        road_order=road_order,
        settings=settings,
    )
    times = {
        direction: found
        for directions, driven in by_vehicle(edge_speeds, settings=settings)
        for found in [times_at(prepared, driven, settings=settings)]
        for direction in directions
    }
    ids = added["point_id"]
    response, access = times["from_site"].site_to_demand, times["to_site"].demand_to_site
    between = times["to_site"].site_to_site
    from_new, to_new = (between[f"{end}_site_id"].isin(ids) for end in ("from", "to"))
    issues = snapped.issues[snapped.issues["table"] == "located_sites"]
    return NewTravel(
        added,
        response[response["site_id"].isin(ids)].reset_index(drop=True),
        access[access["site_id"].isin(ids)].reset_index(drop=True),
        between[from_new ^ to_new].reset_index(drop=True),
        issue_rows(issues.assign(stage="newsites", table="new_sites").itertuples(index=False)),
    )
