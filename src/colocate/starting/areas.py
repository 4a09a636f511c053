"""Table `boundaries` from outlines of areas, and which area a person meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from colocate import bng
from colocate.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

LAND_TOLERANCE_M = 25.0
"""Land is a backdrop; areas keep every vertex, because being in or out of them decides."""
SLIVER_SHARE = 0.001
"""Two layers of the same border overlap by slivers: an area that holds less of another, and less of
itself, is none of those it lies in."""


def key(name: str, /) -> str:
    """Return a name as two lists may both spell it: `Devon & Somerset`, `Devon and Somerset`.

    Args:
        name: of an area or a service.
    """
    return " ".join(name.casefold().replace("&", " and ").split())


def chosen(names: Iterable[str], /, wanted: str, *, where: str) -> str:
    """Return the one of some names that a person meant.

    Args:
        names: what there is.
        wanted: what the person said, in any case, with `&` or `and`.
        where: what holds the names, for the message.

    Raises:
        InputError: there is none of that name; the nearest are named.
    """
    by_key = {key(name): name for name in sorted(names)}
    if found := by_key.get(key(wanted)):
        return found
    parts = [each for each in by_key if key(wanted) and key(wanted) in each]
    parts = parts or difflib.get_close_matches(key(wanted), by_key, cutoff=0.7)
    near = [by_key[each] for each in parts]
    meant = f"Did you mean {' or '.join(repr(name) for name in near)}? " if near else ""
    raise InputError(
        f"{where}: no fire and rescue area called {wanted!r}. {meant}"
        f"There are {', '.join(by_key.values())}."
    )


def overlapping(areas: gpd.GeoDataFrame, /, area: shapely.Geometry, *, name: str) -> list[str]:
    """Name the areas that hold more than a sliver of another, or of which it holds more than one.

    Args:
        areas: polygons with their names in column `name`.
        area: the other.
        name: column that names them.
    """
    shared = areas.geometry.intersection(area).area
    much = (shared > SLIVER_SHARE * area.area) | (shared > SLIVER_SHARE * areas.geometry.area)
    return sorted(areas.loc[much, name])


def polygons(frame: gpd.GeoDataFrame, /) -> gpd.GeoDataFrame:
    """Convert to the National Grid in whole metres, polygons only.

    Args:
        frame: areas in any declared reference system.
    """
    grid = bng.frame_to_bng(frame)
    return grid.set_geometry(grid.geometry.map(_whole_metres))


def boundaries(
    *,
    fire: gpd.GeoDataFrame,
    police: gpd.GeoDataFrame,
    lsoas: gpd.GeoDataFrame,
    near: shapely.Geometry,
    land: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Return table `boundaries`; authorities only as far as demand reaches.

    Args:
        fire: fire and rescue areas, column `fra`.
        police: police force areas, column `pfa`.
        lsoas: LSOAs with `ltla24_name`; generalised, so that the authorities made of them lie
            30 m off in the median and up to 130 m in 95 % of their outline.
        near: the reach of the study's fire area.
        land: the backdrop, as `land` makes it.
    """
    authority = lsoas.dissolve("ltla24_name", as_index=False)
    kinds = {
        "fire_area": fire.rename(columns={"fra": "name"}),
        "police_area": police.rename(columns={"pfa": "name"}),
        "authority": authority[authority.intersects(near)].rename(columns={"ltla24_name": "name"}),
        "land": land,
    }
    table = pd.concat(
        [part[["name", "geometry"]].assign(kind=kind) for kind, part in kinds.items()],
        ignore_index=True,
    )
    return table[["kind", "name", "geometry"]].sort_values(["kind", "name"], ignore_index=True)


def land(
    fire: gpd.GeoDataFrame,
    /,
    *,
    name: str,
    beyond: gpd.GeoDataFrame,
    window: shapely.Geometry,
) -> gpd.GeoDataFrame:
    """Return the land in a window: that of the fire areas, and what lies beyond them.

    Args:
        fire: fire and rescue areas.
        name: what their land is called.
        beyond: other land, coarse, with its `name`.
        window: what the map shows.
    """
    own = fire.union_all()
    others = [shapely.union_all([each]) - own for each in beyond.geometry]
    shown = gpd.GeoSeries([own, *others], crs=bng.BNG)
    shown = shown.simplify(LAND_TOLERANCE_M).intersection(window).map(_whole_metres)
    table = gpd.GeoDataFrame({"name": [name, *beyond["name"]]}, geometry=shown)
    return table[~table.is_empty]


def _whole_metres(geometry: shapely.Geometry) -> shapely.Geometry:
    """Round, keep what still has an area, and put the parts in a fixed order."""
    rounded = shapely.get_parts(shapely.set_precision(shapely.make_valid(geometry), 1.0))
    return shapely.normalize(shapely.union_all(rounded[shapely.area(rounded) > 0]))
