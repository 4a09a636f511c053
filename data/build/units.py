"""Table `units`: postcode units of the directory, weighed by what is mapped where people live.

The directory holds units that have ended, those of offices and those of post boxes, and does not
tell them from the others. So units at one point count once, for only boxes and offices share one.
A unit counts as lived in where some house-sized building or piece of residential street of its LSOA
is nearest to it. In the country many houses stand on no residential street: there, as far as the
map lacks houses, that none is mapped near says nothing, and a unit counts in part.

People of an LSOA are then shared half equally over its units that count, a quarter by residential
street and a quarter, as far as the map has houses, by houses, each where it is nearest. Buildings
are mapped unevenly from place to place: they are only ever compared within one LSOA.
`docs/demand.md` holds the shares against the census's own centres.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import KDTree

from colocate.tables.schema import CRS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

RESIDENTIAL = ("residential", "living_street")
STREET_M = 25.0
"""Streets are taken apart into pieces of about this length."""
PERSONS = 2.3
"""People to a dwelling, about (England and Wales, Census 2021: 2.4 a household, and a few empty):
how many houses a fully mapped LSOA would have."""
CELL_M = 100.0
"""Side of the cells of `buildings`."""
APART_M = 1e7
"""Farther than any two points of the grid: lays LSOAs apart, so that the nearest is of the same."""
DIGITS = 6
EDGE_M = 200.0
"""Generalised polygons leave out some shore: a unit as near as this to one is in it."""


# long: one column after the other, each from those before it
def units(
    directory: pd.DataFrame,
    /,
    *,
    demand: pd.DataFrame,
    lsoas: gpd.GeoDataFrame,
    buildings: pd.DataFrame,
    streets: NDArray[np.object_],
) -> gpd.GeoDataFrame:
    """Return table `units` of the LSOAs inside the study's area.

    Args:
        directory: units with `postcode`, `easting` and `northing`.
        demand: table `demand_points`; those in the area get units.
        lsoas: polygons with `lsoa21_code`, EPSG:27700.
        buildings: cells of 100 m by lower left `easting` and `northing`, with `buildings` and
            `house_sized`.
        streets: lines of residential streets.

    Returns:
        In order of LSOA and unit. Weights of an LSOA add up to 1, but for rounding.
    """
    inside = demand[demand["in_area"]].set_index("demand_id")
    area = _Areas(lsoas[lsoas["lsoa21_code"].isin(inside.index)])
    found = directory.assign(
        lsoa=area.number(directory[["easting", "northing"]].to_numpy("float64"))
    )
    found = found[found["lsoa"] >= 0].sort_values(["lsoa", "postcode"], ignore_index=True)
    found = found.drop_duplicates(["lsoa", "easting", "northing"], ignore_index=True)
    near = _Nearest(found[["easting", "northing"]].to_numpy("float64"), found["lsoa"].to_numpy())
    cells = buildings[["easting", "northing"]].to_numpy("float64") + CELL_M / 2
    cell_lsoa = area.number(cells)
    houses = near.tally(cells, cell_lsoa, amount=buildings["house_sized"].to_numpy("float64"))
    beside = (buildings["buildings"] - buildings["house_sized"]).clip(lower=0)
    pieces, length_m = _pieces(streets)
    street_m = near.tally(pieces, area.number(pieces), amount=length_m)
    facts = inside.loc[area.code[found["lsoa"]]]
    expected = facts["people"].to_numpy() / PERSONS
    mapped = np.minimum(near.total(houses) / expected, 1.0)
    lived_in = np.where(
        (houses > 0) | (street_m > 0), 1.0, np.where(facts["rural"], 1.0 - mapped, 0.0)
    )
    weight = near.shares(
        2 * near.shares(lived_in) + near.shares(street_m) + mapped * near.shares(houses)
    )
    return gpd.GeoDataFrame(
        {
            "unit_id": found["postcode"],
            "demand_id": area.code[found["lsoa"]],
            "weight": weight.round(DIGITS),
            "other_buildings": near.tally(cells, cell_lsoa, amount=beside.to_numpy("float64")),
        },
        geometry=gpd.points_from_xy(found["easting"], found["northing"]),
        crs=CRS,
    )


class _Areas:
    """LSOAs by number, in order of code."""

    def __init__(self, lsoas: gpd.GeoDataFrame) -> None:
        ordered = lsoas.sort_values("lsoa21_code")
        self.code = ordered["lsoa21_code"].to_numpy("object")
        self._tree = shapely.STRtree(ordered.geometry.to_numpy())

    def number(self, points: Floats) -> Ints:
        """Return the LSOA in or at the edge of which each point lies; -1 if in none."""
        at = np.full(len(points), len(self.code))
        point, lsoa = self._tree.query_nearest(shapely.points(points), max_distance=EDGE_M)
        np.minimum.at(at, point, lsoa)
        return np.where(at == len(self.code), -1, at)


class _Nearest:
    """Units, and which of its own LSOA is nearest to anything."""

    def __init__(self, points: Floats, lsoa: Ints) -> None:
        self._lsoa, self._count = lsoa, len(points)
        self._tree = KDTree(np.column_stack([points, lsoa * APART_M]))

    def tally(self, points: Floats, lsoa: Ints, *, amount: Floats) -> Floats:
        """Add up by unit what lies nearest to it; what is in no LSOA is passed over."""
        known = lsoa >= 0
        away, at = self._tree.query(np.column_stack([points[known], lsoa[known] * APART_M]))
        same = away < APART_M / 2
        return _sums(at[same], amount[known][same], count=self._count)

    def total(self, amount: Floats) -> Floats:
        """Return the sum of each unit's LSOA."""
        return _sums(self._lsoa, amount, count=int(self._lsoa.max(initial=-1)) + 1)[self._lsoa]

    def shares(self, amount: Floats) -> Floats:
        """Return the share of its LSOA's sum that each unit has; 0 where there is none."""
        total = self.total(amount)
        return np.divide(amount, total, out=np.zeros(len(amount)), where=total > 0)


def _sums(at: Ints, amount: Floats, *, count: int) -> Floats:
    return np.bincount(at, weights=amount, minlength=count).astype("float64")


def _pieces(lines: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Middles of the pieces that lines are taken apart into, and their lengths, m."""
    length = shapely.length(lines)
    count = np.maximum(length // STREET_M, 1).astype("int64")
    line = np.repeat(np.arange(len(lines)), count)
    first = np.cumsum(count) - count
    share = (np.arange(len(line)) - first[line] + 0.5) / count[line]
    middle = shapely.line_interpolate_point(lines[line], share, normalized=True)
    return shapely.get_coordinates(middle), (length / count)[line]
