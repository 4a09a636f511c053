"""A study's fire area, and how far beyond it neighbours, demand and roads take part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

BUFFER_M = 25_000.0
"""Farther than a first appliance comes within any standard in use."""


def reach(area: shapely.Geometry, /) -> shapely.Geometry:
    """Return the area and everything within the buffer of it (arcs at most 2 m short).

    Args:
        area: a fire area, EPSG:27700.
    """
    return shapely.buffer(area, BUFFER_M, quad_segs=64)


def within(area: shapely.Geometry, /, *, east: ArrayLike, north: ArrayLike) -> np.ndarray:
    """Say of each point whether it lies in the area or on its edge.

    Args:
        area: a polygon.
        east: eastings, m.
        north: northings, m.
    """
    shapely.prepare(area)
    inside: np.ndarray = shapely.intersects_xy(area, east, north)
    return inside
