"""Stages of travel that are about units and incidents: points finer than areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.spread import ALONE, Spread
from colocate.stage import setting, stage
from colocate.tables.options import MOVES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from colocate.study import Access, Incidents, Response, Travel
    from colocate.travel.unit_drives import Serving

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
    "drives to and from units",
    makes=("unit_snaps", "today_site_to_unit", "today_unit_to_site"),
    columns={"options": MOVES},
    by_part=("options", "participation", "serving_sites", "today_snaps", "today_site_to_demand",
             "today_demand_to_site"),
)  # fmt: skip
def unit_travel(
    demand_units: gpd.GeoDataFrame,
    options: pd.DataFrame,
    participation: pd.DataFrame,
    serving_sites: pd.DataFrame,
    today_snaps: pd.DataFrame,
    today_site_to_demand: pd.DataFrame,
    today_demand_to_site: pd.DataFrame,
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
    spread: Spread = ALONE,
) -> Made:
    """Find the drives of today's sites that cover and access rest on, from and to where people are.

    `issues` says how many units have no road near.
    """
    from colocate.tables import empty
    from colocate.tables.demand import INCIDENT_POINTS
    from colocate.tables.effects import NEW_SITES
    from colocate.travel.ready_roads import ready_roads
    from colocate.travel.roads import Roads
    from colocate.travel.unit_drives import Coarse, Points, unit_drives, unit_snaps

    ready = ready_roads(road_order, road_stretches, road_links)
    roads = Roads(road_nodes, road_edges, turns, edge_speeds, ready)
    placed, issues = unit_snaps(
        demand_units, today_snaps, roads=roads, settings=settings, spread=spread
    )
    crews, desks = _serving(
        options, participation, serving_sites,
        new_sites=empty(NEW_SITES), response=response, access=access,
    )  # fmt: skip
    found = unit_drives(
        Points(demand_units, placed, empty(INCIDENT_POINTS), today_snaps),
        coarse=Coarse(today_site_to_demand, today_demand_to_site),
        crews=crews, desks=desks, roads=roads, settings=settings,
    )  # fmt: skip
    return {
        "unit_snaps": placed,
        "today_site_to_unit": found.site_to_unit,
        "today_unit_to_site": found.unit_to_site,
        "issues": issues,
    }


@stage(
    "drives of new sites to and from units, and of all to incidents",
    makes=("site_to_unit", "unit_to_site", "site_to_incident"),
    columns={"options": MOVES},
    by_part=("unit_snaps", "options", "new_sites", "participation", "serving_sites", "snaps",
             "site_to_demand", "demand_to_site", "today_site_to_unit", "today_unit_to_site"),
)  # fmt: skip
def new_unit_travel(
    demand_units: gpd.GeoDataFrame,
    unit_snaps: pd.DataFrame,
    incident_points: gpd.GeoDataFrame,
    options: pd.DataFrame,
    new_sites: gpd.GeoDataFrame,
    participation: pd.DataFrame,
    serving_sites: pd.DataFrame,
    snaps: pd.DataFrame,
    site_to_demand: pd.DataFrame,
    demand_to_site: pd.DataFrame,
    today_site_to_unit: pd.DataFrame,
    today_unit_to_site: pd.DataFrame,
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
    spread: Spread = ALONE,
) -> NamedTuple:
    """Find the drives that cover and access rest on once new sites stand, and those to incidents.

    Which of a unit's drives are kept depends on today's sites alone, so theirs stay as they are.
    """
    from colocate.travel.ready_roads import ready_roads
    from colocate.travel.roads import Roads
    from colocate.travel.unit_drives import Coarse, Found, Points, unit_drives

    ready = ready_roads(road_order, road_stretches, road_links)
    crews, desks = _serving(
        options, participation, serving_sites,
        new_sites=new_sites, response=response, access=access,
    )  # fmt: skip
    return unit_drives(
        Points(demand_units, unit_snaps, incident_points, snaps),
        coarse=Coarse(site_to_demand, demand_to_site),
        crews=crews,
        desks=desks,
        roads=Roads(road_nodes, road_edges, turns, edge_speeds, ready),
        settings=settings,
        today=Found(today_site_to_unit, today_unit_to_site),
        spread=spread,
    )


def _serving(
    options: pd.DataFrame, participation: pd.DataFrame, serving_sites: pd.DataFrame, /, *,
    new_sites: pd.DataFrame, response: Response, access: Access,
) -> tuple[Serving, Serving]:  # fmt: skip
    """Crewed stations and police desks, and where they could move."""
    from colocate.travel.unit_drives import serving

    police = (serving_sites["service"] == "police") & (serving_sites["direction"] == "to_site")
    longest = [each.limit_min.value for each in response.standards]
    longest += [response.second_limit_min.value] if response.second_limit_min else []
    return (
        serving(
            options, participation.loc[participation["covers"], "site_id"], new_sites=new_sites,
            limit_s=max(longest) * 60,
        ),
        serving(
            options, serving_sites.loc[police, "site_id"], new_sites=new_sites,
            limit_s=access.limit_min.value * 60,
        ),
    )  # fmt: skip
