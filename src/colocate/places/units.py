"""People at postcode units: each demand point of the area shared out over its units.

    people of a unit = people of its area x weight of the unit / weights of the area's units

and so with disabled and older residents and with fires; deprivation and rural class are the area's
own. Shares are fractions: a unit's people are an estimate and no count, and whole people would
put three roundings of one estimate beside each other. The units of an area add up to it, but for
the last digit that a computer holds.
"""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from colocate.errors import SchemaError, some
from colocate.tables import issue_rows
from colocate.tables.demand import DEMAND_UNITS, UNITS
from colocate.tables.schema import CRS, check

SHARED = ("people", "disabled_people", "people_65_plus", "fires_per_year")
"""What is shared by weight."""
KEPT = ("in_area", "imd_decile", "rural")
"""What a unit has of its area."""
AROUND_M = 30_000.0
"""How far around the demand points of the area units are looked for: no area is wider."""

Window = tuple[float, float, float, float]


class Shared(NamedTuple):
    """Tables `demand_units` and `issues`."""

    demand_units: gpd.GeoDataFrame
    issues: pd.DataFrame


def window(demand_points: gpd.GeoDataFrame, /) -> Window:
    """Return the rectangle in which units of the area's demand points may lie.

    Args:
        demand_points: table `demand_points`.

    Returns:
        West, south, east and north, m.
    """
    west, south, east, north = demand_points[demand_points["in_area"]].total_bounds
    return west - AROUND_M, south - AROUND_M, east + AROUND_M, north + AROUND_M


def of_directory(directory: pd.DataFrame, /, *, demand_points: gpd.GeoDataFrame) -> pd.DataFrame:
    """Make table `units` of a postcode directory: units in equal parts, those at one point once.

    Only post boxes and offices share a point with others. A unit is of the demand point that the
    directory names, else of the nearest.

    Args:
        directory: units with `postcode`, `easting`, `northing`, and `area` where it is known.
        demand_points: table `demand_points`; those of the area keep their units.

    Returns:
        Table `units`, without weights.
    """
    from scipy.spatial import KDTree  # here, since a study that names its units needs none

    points = demand_points.sort_values("demand_id", ignore_index=True)
    directory = directory.sort_values("postcode", ignore_index=True)
    at = directory[["easting", "northing"]].to_numpy("float64")
    _, nearest = KDTree(points.geometry.get_coordinates().to_numpy()).query(at)
    named = pd.Index(points["demand_id"]).get_indexer(directory["area"].astype("object"))
    row = np.where(named >= 0, named, nearest)
    found = directory.assign(
        unit_id=directory["postcode"],
        demand_id=points["demand_id"].to_numpy()[row],
        weight=np.nan,
        other_buildings=np.nan,
        geometry=gpd.points_from_xy(at[:, 0], at[:, 1]),
    )[points["in_area"].to_numpy()[row]]
    alone = found.drop_duplicates(["demand_id", "easting", "northing"], ignore_index=True)
    return check(UNITS, gpd.GeoDataFrame(alone[UNITS.names], geometry="geometry", crs=CRS))


def demand_units(demand_points: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None, /) -> Shared:
    """Share the people of each demand point out over its units.

    A demand point without units, or outside the area, stays one point.

    Args:
        demand_points: table `demand_points`.
        units: table `units`; None where the study counts by areas.

    Returns:
        Table `demand_units` in order of id; `issues` names demand points of the area that have no
        unit, those whose units have no weights, and units that lack one where others have it.

    Raises:
        SchemaError: a unit is of no demand point, or bears the id of one.
    """
    areas = demand_points.sort_values("demand_id", ignore_index=True)
    every = np.arange(len(areas))
    whole = _rows(areas, area=every, share=np.ones(len(areas)), by="area").assign(
        demand_id=areas["demand_id"].to_numpy(), geometry=areas.geometry.to_numpy()
    )
    if units is None:
        return Shared(_table(whole), issue_rows([]))
    inside = _of_the_area(units, areas)
    row = pd.Index(areas["demand_id"]).get_indexer(inside["demand_id"])
    weight, weighed = _weights(inside, row, count=len(areas))
    by = np.where(weighed, "weights", "equal")
    parts = _rows(areas, area=row, share=weight, by=by).assign(
        demand_id=inside["unit_id"].to_numpy(),
        other_buildings=_other_buildings(inside, row, count=len(areas)),
        geometry=inside.geometry.to_numpy(),
    )
    alone = ~np.isin(every, row)
    missing = areas.loc[alone & areas["in_area"], "demand_id"]
    equal = areas.loc[np.unique(row[~weighed]), "demand_id"]
    bare = inside.loc[weighed & inside["weight"].isna().to_numpy(), "unit_id"]
    return Shared(_table(pd.concat([whole[alone], parts])), _issues(missing, equal, bare=bare))


def _of_the_area(units: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Units of demand points in the area, in order of id."""
    named = units["demand_id"]
    if unknown := sorted(named[~named.isin(areas["demand_id"])].dropna().unique()):
        raise SchemaError(
            f"table units, demand_id: {some(unknown)} not in table demand_points; expected ids of "
            "demand points. Take the units of the study's own areas, of the same year."
        )
    clash = units.loc[units["unit_id"].isin(areas["demand_id"]), "unit_id"]
    if len(clash):
        raise SchemaError(
            f"table units, unit_id: {some(sorted(clash.unique()))} name a demand point too; "
            "expected ids of their own, such as postcodes."
        )
    own = areas.loc[areas["in_area"], "demand_id"]
    return units[named.isin(own)].sort_values("unit_id", ignore_index=True)


def _weights(
    units: gpd.GeoDataFrame, row: np.ndarray, *, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return each unit's share of its area, and whether it follows from weights."""
    given = units["weight"].fillna(0.0).to_numpy()
    total = np.bincount(row, weights=given, minlength=count)[row]
    number = np.bincount(row, minlength=count)[row]
    weighed = total > 0
    return np.where(weighed, given / np.where(weighed, total, 1.0), 1.0 / number), weighed


def _other_buildings(units: gpd.GeoDataFrame, row: np.ndarray, *, count: int) -> np.ndarray:
    """Share the units of each area, one each, by the other buildings mapped near them."""
    mapped = units["other_buildings"].fillna(0.0).to_numpy()
    total = np.bincount(row, weights=mapped, minlength=count)[row]
    number = np.bincount(row, minlength=count)[row]
    return np.where(total > 0, number * mapped / np.where(total > 0, total, 1.0), 1.0)


def _rows(
    areas: gpd.GeoDataFrame, *, area: np.ndarray, share: np.ndarray, by: str | np.ndarray
) -> pd.DataFrame:
    """Parts of areas, by row of `areas`."""
    number = np.bincount(area, minlength=len(areas))[area]
    found = {name: areas[name].to_numpy()[area] for name in KEPT}
    found |= {name: areas[name].to_numpy()[area] * share for name in SHARED}
    found["area_km2"] = areas["area_km2"].to_numpy()[area] / number
    return pd.DataFrame(
        {"area_id": areas["demand_id"].to_numpy()[area], **found, "other_buildings": 0.0,
         "shared_by": by}
    )  # fmt: skip


def _table(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    ordered = rows.sort_values("demand_id", ignore_index=True)[DEMAND_UNITS.names]
    typed = ordered.astype({c.name: c.dtype for c in DEMAND_UNITS.columns if c.kind != "geometry"})
    return check(DEMAND_UNITS, gpd.GeoDataFrame(typed, geometry="geometry", crs=CRS))


def _issues(missing: pd.Series, equal: pd.Series, *, bare: pd.Series) -> pd.DataFrame:
    rows = [
        (
            "units",
            "demand_points",
            key,
            "no_unit",
            "doubt",
            "No postcode unit lies in this area: its people count at one point.",
        )
        for key in missing
    ]
    if len(equal):
        told = (
            f"{len(equal)} areas, this one the first, have units without weights: nothing tells "
            "where their people live, so each of their units has an equal part."
        )
        rows.append(("units", "demand_points", equal.iloc[0], "equal_shares", "doubt", told))
    if len(bare):
        told = (
            f"{len(bare)} units, this one the first, have no weight, and others of their area "
            "have: nobody is taken to live there. Give them a weight, be it 0."
        )
        rows.append(("units", "units", bare.iloc[0], "no_weight", "doubt", told))
    return issue_rows(rows)
