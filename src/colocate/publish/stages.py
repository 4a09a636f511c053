"""The stages of publish: what is drawn once, since neither weights nor ranks change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.spread import ALONE, Spread
from colocate.stage import setting, stage
from colocate.tables.options import MOVES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd


@stage(
    "what the report draws",
    makes=("drawings",),
    columns={"located_sites": ("site_id", "service", "over_border", "geometry")},
    by_part=("located_sites", "catchments", "areas_of_search", "site_areas", "site_buildings"),
)
def drawings(
    located_sites: gpd.GeoDataFrame,
    catchments: gpd.GeoDataFrame,
    areas_of_search: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    road_edges: gpd.GeoDataFrame,
    site_areas: pd.DataFrame,
    site_buildings: gpd.GeoDataFrame,
    fire_area: str = setting("study.fire_area"),
    spread: Spread = ALONE,
) -> Mapping[str, pd.DataFrame]:
    """Generalise catchments, ground and labels for the report's map, and encode them."""
    from colocate.publish.report.layers import drawings as drawn

    read = {
        "located_sites": located_sites, "catchments": catchments,
        "areas_of_search": areas_of_search, "boundaries": boundaries, "places": places,
        "road_edges": road_edges, "site_areas": site_areas, "site_buildings": site_buildings,
    }  # fmt: skip
    return {"drawings": drawn(read, fire_area=fire_area, spread=spread)}


@stage(
    "the ground of the options' maps",
    makes=("local_grounds",),
    columns={
        "options": (*MOVES, "site_ids"),
        "located_sites": ("site_id", "geometry"),
    },
    by_part=("options", "located_sites", "areas_of_search", "new_sites"),
)
def local_grounds(
    options: pd.DataFrame,
    located_sites: gpd.GeoDataFrame,
    areas_of_search: gpd.GeoDataFrame,
    new_sites: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    road_edges: gpd.GeoDataFrame,
    spread: Spread = ALONE,
) -> Mapping[str, pd.DataFrame]:
    """Draw land and roads around each option's sites, which no name changes."""
    from colocate.publish.sheets.local_maps import grounds

    read = {
        "options": options, "located_sites": located_sites, "areas_of_search": areas_of_search,
        "new_sites": new_sites, "boundaries": boundaries, "road_edges": road_edges,
    }  # fmt: skip
    return {"local_grounds": grounds(read, spread=spread)}


@stage(
    "maps of the options",
    makes=("local_maps",),
    columns={
        "options": (*MOVES, "title", "site_ids"),
        "located_sites": (
            "site_id",
            "name",
            "service",
            "status",
            "over_border",
            "disclosure",
            "geometry",
        ),
    },
)
def local_maps(
    options: pd.DataFrame,
    located_sites: gpd.GeoDataFrame,
    site_decisions: pd.DataFrame,
    areas_of_search: gpd.GeoDataFrame,
    new_sites: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    site_areas: pd.DataFrame,
    site_buildings: gpd.GeoDataFrame,
    local_grounds: pd.DataFrame,
) -> Mapping[str, pd.DataFrame]:
    """Draw each option's sites on their ground for its open page."""
    from colocate.publish.sheets.local_maps import drawn

    read = {
        "options": options, "located_sites": located_sites, "site_decisions": site_decisions,
        "areas_of_search": areas_of_search, "new_sites": new_sites, "places": places,
        "site_areas": site_areas, "site_buildings": site_buildings,
        "local_grounds": local_grounds,
    }  # fmt: skip
    return {"local_maps": drawn(read)}
