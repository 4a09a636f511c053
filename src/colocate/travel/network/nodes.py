"""Points of an OpenStreetMap extract: whether it reaches an area, and what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import osmium
import pandas as pd

from colocate import bng
from colocate.travel.network.extracts import things

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
    low, high = (min(lon), min(lat)), (max(lon), max(lat))
    return any(
        low[0] <= at[0] <= high[0] and low[1] <= at[1] <= high[1]
        for thing in things(extract, kinds=osmium.osm.NODE | osmium.osm.WAY)
        if not thing.gone
        for at in thing.places.values()
    )


def amenities(extract: Path, kinds: Iterable[str], /) -> pd.DataFrame:
    """Return the points of an extract that are amenities of some kinds.

    Args:
        extract: an OSM file.
        kinds: values of the tag `amenity`.

    Returns:
        Columns kind, name, lon and lat.
    """
    wanted = set(kinds)
    found = [
        (thing.tags["amenity"], thing.tags.get("name", ""), *thing.places[thing.id])
        for thing in things(extract, kinds=osmium.osm.NODE, tagged=("amenity",))
        if thing.kind == "n"
        and thing.tags.get("amenity") in wanted
        and thing.places
        and not thing.gone
    ]
    return pd.DataFrame(found, columns=["kind", "name", "lon", "lat"])
