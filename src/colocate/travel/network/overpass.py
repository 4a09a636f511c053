"""Roads of an area from Overpass, through osmnx, as an OSM file that `read_osm` reads.

osmnx fetches no relations, so such a file has no turn restrictions; an extract has them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import shapely

from colocate import bng
from colocate.errors import FetchError
from colocate.travel.network import access_tags, tagging
from colocate.travel.network.tagging import DRIVABLE, LIMIT_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TAGS = (
    "highway", "service", "name", "ref", "junction", "oneway", "area", "dual_carriageway",
    "route", *LIMIT_KEYS, *access_tags.keys(),
)  # fmt: skip
_ASKED_S = 180
"""Longest wait for one answer."""


def place(name: str, /, *, agent: str) -> shapely.Geometry:
    """Return the outline of a named place, in longitude and latitude, as Nominatim has it.

    Args:
        name: such as `Exeter, England`.
        agent: who asks.

    Raises:
        FetchError: nothing of that name has an outline, or no answer came.
    """
    import osmnx  # takes seconds to import

    with _set(agent), _told(f"the outline of {name!r}"):
        return osmnx.geocode_to_gdf(name).geometry.iloc[0]


def save_roads(area: shapely.Geometry, file: Path, /, *, agent: str) -> None:
    """Write the drivable roads and ferry lines that touch an area as an OSM file.

    Args:
        area: polygon in longitude and latitude.
        file: to write, .osm.
        agent: who asks.

    Raises:
        FetchError: there is no drivable road, or no answer came.
    """
    import osmnx

    wanted = [f'["highway"~"^({"|".join(sorted(DRIVABLE))})$"]', '["route"="ferry"]']
    with _set(agent), _told("the roads of the area"):
        graph = osmnx.graph_from_polygon(
            area, custom_filter=wanted, simplify=False, retain_all=True, truncate_by_edge=True
        )
        for _, _, tags in graph.edges(data=True):
            if tags.setdefault("oneway", tagging.implied_oneway(tags)) in {"-1", "reverse"}:
                tags["oneway"] = "yes"  # osmnx has turned the vertices round already
        osmnx.save_graph_xml(graph, file)


def lonlat(area: shapely.Geometry, /) -> shapely.Geometry:
    """Return an area of the National Grid in longitude and latitude.

    Args:
        area: polygon in EPSG:27700.
    """
    moved: shapely.Geometry = shapely.transform(area, bng.from_bng, interleaved=False)
    return moved


@contextmanager
def _set(agent: str) -> Iterator[None]:
    """Set osmnx up as the importer needs it: ways as mapped, all tags it reads, nothing cached."""
    import osmnx

    wanted = {
        "all_oneway": True,  # ways as mapped, not both directions of each
        "useful_tags_way": list(_TAGS),
        "useful_tags_node": ["highway", "barrier", "bollard", "locked", *access_tags.keys()],
        "http_user_agent": agent,
        "requests_timeout": _ASKED_S,
        "use_cache": False,  # it would lie in whatever folder the user is in
    }
    before = {name: getattr(osmnx.settings, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what osmnx and its connection raise into a word for people."""
    try:
        yield
    except (OSError, ValueError, TypeError) as fault:
        raise FetchError(
            f"OpenStreetMap gave nothing for {what} ({type(fault).__name__}: {fault}). Check the "
            "name or polygon, and that this computer is online; where a proxy is needed, set "
            "HTTPS_PROXY. An extract (colocate fetch osm:NAME) holds the same roads, with turn "
            "restrictions."
        ) from None
