"""Points of an OpenStreetMap extract: whether it reaches an area, and what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import osmium
import pandas as pd

from colocate import bng

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import shapely


def reaches(extract: Path, /, area: shapely.Geometry) -> bool:
    """Say whether an extract holds anything within the box around an area.

    Args:
        extract: an OSM file.
        area: EPSG:27700.
    """
    west, south, east, north = area.bounds
    lon, lat = bng.from_bng([west, east, west, east], [south, south, north, north])
    box = osmium.osm.Box(min(lon), min(lat), max(lon), max(lat))
    nodes = osmium.FileProcessor(extract, osmium.osm.NODE)
    return any(box.contains(node.location) for node in nodes)


def amenities(extract: Path, kinds: Iterable[str], /) -> pd.DataFrame:
    """Return the points of an extract that are amenities of some kinds.

    Args:
        extract: an OSM file.
        kinds: values of the tag `amenity`.

    Returns:
        Columns kind, name, lon and lat.
    """
    nodes = osmium.FileProcessor(extract, osmium.osm.NODE).with_filter(
        osmium.filter.TagFilter(*(("amenity", kind) for kind in kinds))
    )
    return pd.DataFrame(
        [(n.tags["amenity"], n.tags.get("name", ""), n.lon, n.lat) for n in nodes],
        columns=["kind", "name", "lon", "lat"],
    )
