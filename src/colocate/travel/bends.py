"""Bends: how much a road winds, and what that takes from the speed of its class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from colocate.study import Bends

GENERALISED_M = 2.0
"""Bends closer to a straight line than this are within the drawing of the map, or the lane."""


def share_lost(
    road_edges: gpd.GeoDataFrame, /, *, usual: NDArray[np.float64], settings: Bends
) -> NDArray[np.float64]:
    """Find the share of the rural speed that bends take from each edge.

    The alignment constraint of British highway design (km/h, single carriageways; TD 9/93, as in
    M. Rogers, Highway Engineering, 6.2.3) is `Ac = 12 - VISI / 60 + 2 B / 45`, with the bendiness
    B in degrees turned per km and the visibility `VISI = 10 ** (2.46 + VW / 25 - B / 400)` m for
    a verge of VW m. A class speed holds the usual bends of its class already, so an edge loses
    only what its own constraint is above that, as a share of the design speed.

    Args:
        road_edges: table `road_edges`.
        usual: bendiness up to which nothing is taken, degrees a km; infinite for never.
        settings: the study's `[travel.bends]`.
    """
    lost = np.zeros(len(road_edges))
    at = np.flatnonzero(np.isfinite(usual))
    length = np.maximum(road_edges["length_m"].to_numpy()[at], settings.over_at_least_m.value)
    own = np.minimum(
        bendiness(np.asarray(road_edges.geometry.array[at]), length_m=length),
        settings.most_deg_per_km.value,
    )

    def constraint(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        visible = 10 ** (2.46 + settings.verge_m.value / 25 - degrees / 400)
        return 12 - visible / 60 + 2 * degrees / 45

    more = np.maximum(constraint(own) - constraint(usual[at]), 0)
    lost[at] = more / settings.design_speed_kph.value
    return lost


def bendiness(
    lines: NDArray[np.object_], /, *, length_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Degrees by which each line turns, either way, a kilometre of `length_m`.

    Args:
        lines: line of each edge, m.
        length_m: length along each, m.
    """
    xy, line = shapely.get_coordinates(generalised(lines), return_index=True)
    inner = line[2:] == line[:-2]
    degrees = np.bincount(line[1:-1][inner], np.degrees(_turn(xy)[inner]), minlength=len(lines))
    per_km: NDArray[np.float64] = degrees / length_m * 1000
    return per_km


def generalised(lines: NDArray[np.object_], /) -> NDArray[np.object_]:
    """Leave out the bends that are too slight to count, as `shapely.simplify` does.

    Args:
        lines: line of each edge, m.
    """
    drawn = lines.copy()
    bent = np.flatnonzero(shapely.get_num_coordinates(lines) > 2)
    xy, line = shapely.get_coordinates(lines[bent], return_index=True)
    turned = np.bincount(line[1:-1], _turn(xy) * (line[2:] == line[:-2]), minlength=len(bent))
    # A line that turns by less than half a circle goes on and on one way: no chord of it can meet
    # another part of it, which to look for takes most of the time.
    wound = turned >= np.pi - 1e-6
    for which, meets in ((bent[~wound], False), (bent[wound], True)):
        drawn[which] = shapely.simplify(lines[which], GENERALISED_M, preserve_topology=meets)
    return drawn


def _turn(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Radians by which a way turns at each of its vertices but the first and the last."""
    heading = np.arctan2(*np.diff(xy, axis=0).T[::-1])
    turn: NDArray[np.float64] = np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi)
    return turn
