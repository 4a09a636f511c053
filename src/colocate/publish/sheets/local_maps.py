"""The maps of all options' open pages, from the tables: what they show has no rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts.disclosure import of_site_rows
from colocate.publish.facts.gather import outlines
from colocate.publish.sheets.localmap import Ground, Mark, Shown
from colocate.publish.sheets.sheet_open import drawn_map, marked
from colocate.tables import each, parts
from colocate.tables.drawings import LOCAL_MAPS
from colocate.tables.rows import LocatedSite, Option
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def drawn(tables: Mapping[str, pd.DataFrame], /) -> pd.DataFrame:
    """Draw the map of each option, with open public sites around its own.

    Args:
        tables: a run's tables by name: options, located_sites, site_decisions, areas_of_search,
            new_sites, boundaries, places, road_edges, site_areas, site_buildings.

    Returns:
        Table `local_maps`, sorted by option_id.
    """
    outline = outlines(tables["site_areas"], tables["site_buildings"])
    located = tables["located_sites"].assign(disclosure=of_site_rows(tables))
    sites = {site.site_id: site for site in each(LocatedSite, located.sort_values("site_id"))}
    marks = {
        name: Mark(name, site.name, site.service, site.geometry.x, site.geometry.y,
                   outline.get(name))
        for name, site in sites.items()
    }  # fmt: skip
    ground = Ground(tables, [
        marks[name] for name, site in sites.items()
        if site.status == "open" and not site.over_border and site.disclosure == "public"
    ])  # fmt: skip
    found, areas = (
        dict(zip(tables[name]["option_id"], tables[name]["geometry"], strict=True))
        for name in ("new_sites", "areas_of_search")
    )
    rows = []
    for option in each(Option, tables["options"].sort_values("option_id")):
        host = next((sites[site].geometry for site in parts(option.host_site_id)), None)
        stands = host or found.get(option.option_id)
        shown = Shown(
            sites=marked([marks[site] for site in parts(option.site_ids)]),
            stands=(stands.x, stands.y) if stands else None,
            movers=frozenset(parts(option.mover_site_ids)),
            area=areas.get(option.option_id),
        )
        svg = drawn_map(ground, shown, title=option.title)
        rows.append({"option_id": option.option_id, "svg": svg})
    return conform(LOCAL_MAPS, rows)
