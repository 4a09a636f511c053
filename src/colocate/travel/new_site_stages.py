"""Stages of travel that are about shared sites which do not stand yet: where, and their drives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.spread import ALONE, Spread
from colocate.stage import setting, stage
from colocate.tables.options import MOVES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from colocate.study import Figure, GateRule, Travel

    Made = Mapping[str, pd.DataFrame]


@stage("areas of search for new sites", makes=("areas_of_search",),
       columns={"options": (*MOVES, "site_ids", "travel_time_s")},
       by_part=("options", "serving_sites", "today_snaps", "today_site_to_unit",
                "today_unit_to_site"))  # fmt: skip
def search(
    options: pd.DataFrame,
    serving_sites: pd.DataFrame,
    today_snaps: pd.DataFrame,
    demand_units: gpd.GeoDataFrame,
    unit_snaps: pd.DataFrame,
    today_site_to_unit: pd.DataFrame,
    today_unit_to_site: pd.DataFrame,
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    edge_speeds: pd.DataFrame,
    turns: pd.DataFrame,
    road_order: pd.DataFrame,
    road_stretches: pd.DataFrame,
    road_links: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    settings: Travel = setting("travel"),
    group_limit_min: Figure = setting("options.group_limit_min"),
    drive_tier_min: Figure = setting("options.drive_tier_min"),
    rules: Sequence[GateRule] = setting("gates"),
    tolerance_s: Figure = setting("tolerance.time_s"),
    fire_area: str = setting("study.fire_area"),
    spread: Spread = ALONE,
) -> NamedTuple:
    """Find where a new shared site could stand, for the options that need one."""
    from colocate.travel import areas_of_search, search_duties
    from colocate.travel.ready_roads import ready_roads
    from colocate.travel.roads import Roads

    ready = ready_roads(road_order, road_stretches, road_links)
    own = (boundaries["kind"] == "fire_area") & (boundaries["name"] == fire_area)
    return areas_of_search.areas_of_search(
        options,
        serving_sites,
        snaps=today_snaps,
        homes=search_duties.Homes(
            demand_units, unit_snaps,
            {"from_site": today_site_to_unit, "to_site": today_unit_to_site},
        ),
        roads=Roads(road_nodes, road_edges, turns, edge_speeds, ready),
        terms=areas_of_search.Terms(
            area=boundaries[own],
            least_s=group_limit_min.value * 60,
            most_s=drive_tier_min.value * 60,
            allowed_loss=_allowed_loss(rules),
            tolerance_s=tolerance_s.value,
        ),
        settings=settings, spread=spread,
    )  # fmt: skip


def _allowed_loss(rules: Sequence[GateRule]) -> dict[str, float]:
    """People whom the study's gates let lose a standard, by direction."""
    allowed = {rule.id: rule.threshold.value for rule in rules if rule.threshold}
    return {
        "from_site": allowed.get("fire_cover", 0.0),
        "to_site": allowed.get("police_access", 0.0),
    }


@stage(
    "travel times of new shared sites",
    makes=("new_sites", "snaps", "site_to_demand", "demand_to_site", "site_to_site"),
    columns={"options": MOVES},
)
def new_travel(
    areas_of_search: gpd.GeoDataFrame,
    options: pd.DataFrame,
    today_snaps: pd.DataFrame,
    today_site_to_demand: pd.DataFrame,
    today_demand_to_site: pd.DataFrame,
    today_site_to_site: pd.DataFrame,
    demand_points: gpd.GeoDataFrame,
    road_nodes: pd.DataFrame,
    road_edges: gpd.GeoDataFrame,
    edge_speeds: pd.DataFrame,
    turns: pd.DataFrame,
    road_order: pd.DataFrame,
    road_stretches: pd.DataFrame,
    road_links: pd.DataFrame,
    settings: Travel = setting("travel"),
) -> Made:
    """Take each new site to stand somewhere, and find the drives of all sites, new and today's."""
    from colocate.travel import new_sites
    from colocate.travel.ready_roads import ready_roads
    from colocate.travel.roads import Roads

    ready = ready_roads(road_order, road_stretches, road_links)
    found = new_sites.new_sites(areas_of_search)
    made = new_sites.new_travel(
        found,
        demand_points,
        today=new_sites.Today(
            today_snaps, today_site_to_demand, today_demand_to_site, today_site_to_site
        ),
        options=options,
        roads=Roads(road_nodes, road_edges, turns, edge_speeds, ready),
        settings=settings,
    )
    return {"new_sites": found, **made._asdict()}
