"""The maps of all options' open pages, from the tables: what they show has no rank.

The ground under them is apart: it takes longest to draw, and tells no site's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts.disclosure import of_site_rows
from colocate.publish.facts.gather import outlines
from colocate.publish.sheets.localmap import Ground, Mark, Shown, edges
from colocate.publish.sheets.sheet_open import drawn_map, marked
from colocate.spread import ALONE, gathered, rests_on
from colocate.tables import each, parts
from colocate.tables.drawings import LOCAL_GROUNDS, LOCAL_MAPS
from colocate.tables.rows import LocatedSite, Option
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from colocate.spread import Spread

    Tables = Mapping[str, pd.DataFrame]


def grounds(tables: Tables, /, *, spread: Spread = ALONE) -> pd.DataFrame:
    """Draw what lies under the map of each option, once for all that show the same ground.

    Args:
        tables: a run's tables by name: options, located_sites, areas_of_search, new_sites,
            boundaries, road_edges.
        spread: takes over ground that was drawn before.

    Returns:
        Table `local_grounds`, sorted by the maps' edges.
    """
    sites = tables["located_sites"]
    marks = {
        name: Mark(name, "", "", point.x, point.y)
        for name, point in zip(sites["site_id"], sites["geometry"], strict=True)
    }
    maps = {edges(shown): shown for _, shown in _shown(tables, marks)}
    asked = {str(at): maps[at] for at in sorted(maps)}
    ground = Ground({name: tables[name] for name in ("boundaries", "road_edges")})
    of = {str(at): rests_on(*at) for at in maps}
    beneath = gathered(spread.each(_beneath, asked, given=ground, of=of), asked)
    return conform(LOCAL_GROUNDS, (
        dict(zip(LOCAL_GROUNDS.names, (*at, *found["beneath"]), strict=True))
        for at, found in zip(sorted(maps), beneath, strict=True)
    ))  # fmt: skip


def _beneath(shown: Shown, ground: Ground) -> pd.DataFrame:
    import pandas as pd  # not to be waited for where maps are drawn already

    return pd.DataFrame({"beneath": ground.beneath(shown)})


def drawn(tables: Tables, /) -> pd.DataFrame:
    """Draw the map of each option, with open public sites around its own.

    Args:
        tables: a run's tables by name: options, located_sites, site_decisions, areas_of_search,
            new_sites, places, site_areas, site_buildings, local_grounds.

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
    titles = dict(zip(tables["options"]["option_id"], tables["options"]["title"], strict=True))
    return conform(LOCAL_MAPS, (
        {"option_id": option, "svg": drawn_map(ground, shown, title=titles[option])}
        for option, shown in _shown(tables, marks)
    ))  # fmt: skip


def _shown(tables: Tables, marks: Mapping[str, Mark]) -> Iterator[tuple[str, Shown]]:
    """Yield what the map of each option is about, in order of option_id."""
    found, areas = (
        dict(zip(tables[name]["option_id"], tables[name]["geometry"], strict=True))
        for name in ("new_sites", "areas_of_search")
    )
    for option in each(Option, tables["options"].sort_values("option_id")):
        host = next((marks[site] for site in parts(option.host_site_id)), None)
        stands = host or found.get(option.option_id)
        shown = Shown(
            sites=marked([marks[site] for site in parts(option.site_ids)]),
            stands=(stands.x, stands.y) if stands else None,
            movers=frozenset(parts(option.mover_site_ids)),
            area=areas.get(option.option_id),
        )
        yield option.option_id, shown
