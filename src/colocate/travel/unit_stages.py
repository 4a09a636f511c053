"""Stages of travel that are about units and incidents: points finer than areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.stage import setting, stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from colocate.study import Access, Incidents, Response, Travel

    Made = Mapping[str, pd.DataFrame]


@stage("where incidents of each kind lie", makes=("incident_points",))
def incident_places(
    demand_units: gpd.GeoDataFrame,
    incidents: gpd.GeoDataFrame,
    road_edges: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    fire_area: str = setting("study.fire_area"),
    settings: Incidents = setting("incidents"),
) -> Made:
    """Lay each kind of incident on units, on roads or on open ground."""
    from colocate.travel.incident_points import incident_points

    own = (boundaries["kind"] == "fire_area") & (boundaries["name"] == fire_area)
    area = boundaries.loc[own, "geometry"].union_all()
    found = incident_points(
        demand_units, road_edges, incidents=incidents, area=area, settings=settings
    )
    return {"incident_points": found}


@stage(
    "drives to and from units and incidents",
    makes=("site_to_unit", "unit_to_site", "site_to_incident"),
)
def unit_travel(
    demand_units: gpd.GeoDataFrame,
    incident_points: gpd.GeoDataFrame,
    options: pd.DataFrame,
    new_sites: gpd.GeoDataFrame,
    participation: pd.DataFrame,
    serving_sites: pd.DataFrame,
    snaps: pd.DataFrame,
    site_to_demand: pd.DataFrame,
    demand_to_site: pd.DataFrame,
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    turns: pd.DataFrame,
    road_order: pd.DataFrame,
    road_stretches: pd.DataFrame,
    road_links: pd.DataFrame,
    edge_speeds: pd.DataFrame,
    settings: Travel = setting("travel"),
    response: Response = setting("response"),
    access: Access = setting("access"),
) -> NamedTuple:
    """Find the drives that cover and access rest on, from and to where people live."""
    from colocate.travel.ready_roads import ready_roads
    from colocate.travel.roads import Roads
    from colocate.travel.unit_drives import Coarse, Points, serving, unit_drives

    police = (serving_sites["service"] == "police") & (serving_sites["direction"] == "to_site")
    longest = [each.limit_min.value for each in response.standards]
    longest += [response.second_limit_min.value] if response.second_limit_min else []
    return unit_drives(
        Points(demand_units, incident_points, snaps),
        coarse=Coarse(site_to_demand, demand_to_site),
        crews=serving(
            options, participation.loc[participation["covers"], "site_id"], new_sites=new_sites,
            limit_s=max(longest) * 60,
        ),
        desks=serving(
            options, serving_sites.loc[police, "site_id"], new_sites=new_sites,
            limit_s=access.limit_min.value * 60,
        ),
        roads=Roads(
            road_nodes, road_edges, turns, edge_speeds,
            ready_roads(road_order, road_stretches, road_links),
        ),
        settings=settings,
    )  # fmt: skip
