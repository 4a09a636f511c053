"""Coordinates that cannot be a site's: the postcode's point is used, where there is one.

They lie on the National Grid, so that nothing else refuses them: at its origin, in kilometres, with
a figure lost, outside every area of the study, at one point for many, or far from a postcode that
lies inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Points = tuple[pd.Series | NDArray[np.float64], pd.Series | NDArray[np.float64]]

FAR_M = 10_000.0
"""Farther from its postcode no building stands: the widest postcode units are a few kilometres."""

MANY = 5
"""So many sites of different postcodes at one point to the metre share a stand-in, not a plot."""

NEAR_M = 2_000.0
"""A point this far outside the areas may be on a pier or over a generalised border."""

ABSURD: Mapping[str, str] = {
    "origin": "is the origin of the grid, or nearly, which stands for an empty cell",
    "kilometres": "looks like kilometres; metres are expected",
    "lost_digit": "looks as if a figure were lost or added",
    "outside": "lies outside every area of the study",
    "many_at_one_point": "is given to many sites with different postcodes",
    "far_from_postcode": "lies more than 10 km from the postcode, which lies in the study's areas",
}
"""What is wrong with coordinates, as a clause of which they are the subject."""


def absurd(sites: pd.DataFrame, /, *, home: shapely.Geometry) -> pd.Series:
    """Say what is wrong with coordinates that are on the grid.

    Those outside the areas and those of many sites are set aside only for a postcode that has a
    point within the areas, so that nothing is worse than it was; what can be no site's point is
    set aside always.

    Args:
        sites: rows with `easting`, `northing`, `postcode`, `postcode_basis`, `postcode_e` and
            `postcode_n`, the point of the postcode.
        home: the areas of the study, in EPSG:27700.

    Returns:
        A key of `ABSURD` for each row, empty where nothing is wrong or there are no coordinates.
    """
    east, north = (sites[name].to_numpy("float64") for name in ("easting", "northing"))
    at, by_post = (east, north), (sites["postcode_e"], sites["postcode_n"])
    out = ~_near(home, at)
    stated = ~sites["postcode_basis"].isin(["inferred", "repaired"]).to_numpy()
    sound = _near(home, by_post) & stated
    far = np.hypot(east - by_post[0], north - by_post[1]).to_numpy() > FAR_M
    return pd.Series(
        np.select(
            [
                np.isnan(east) | np.isnan(north),
                (np.abs(east) < 1) & (np.abs(north) < 1),
                _near(home, (east * 1000, north * 1000), among=out),
                _lost_digit(home, at, among=out),
                out & sound,
                sound & _many(sites),
                sound & far,
            ],
            ["", *("origin", "kilometres", "lost_digit", "outside", "many_at_one_point"),
             "far_from_postcode"],
            default="",
        ),
        index=sites.index,
        dtype="str",
    )  # fmt: skip


def _near(
    home: shapely.Geometry, points: Points, *, among: NDArray[np.bool_] | bool = True
) -> NDArray[np.bool_]:
    """Whether points, given as eastings and northings, are of those asked for and near an area."""
    east, north = (np.asarray(each, "float64") for each in points)
    near = np.zeros(len(east), dtype=bool)
    there = np.isfinite(east) & np.isfinite(north) & among
    near[there] = shapely.dwithin(home, shapely.points(east[there], north[there]), NEAR_M)
    return near


def _lost_digit(
    home: shapely.Geometry, at: Points, *, among: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether ten times, or a tenth of, one coordinate or both would lie in an area."""
    times = ((10, 1), (1, 10), (10, 10), (0.1, 1), (1, 0.1), (0.1, 0.1))
    moved = [_near(home, (at[0] * east, at[1] * north), among=among) for east, north in times]
    found: NDArray[np.bool_] = np.any(moved, axis=0)
    return found


def _many(sites: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a point is that of many sites with different postcodes."""
    at = [sites["easting"].round(), sites["northing"].round()]
    postcodes = sites.groupby(at, dropna=False)["postcode"].transform("nunique")
    many: NDArray[np.bool_] = (postcodes >= MANY).to_numpy()
    return many
