"""Ways with vertices that the extract does not hold: cut there, both sides kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EARTH_M = 6_371_000.0
"""Mean radius of the earth."""


class Pieces(NamedTuple):
    """Ways as the stretches of them of which every vertex is there."""

    vertex: Ints
    """Rows of the vertices that are in a piece."""
    piece: Ints
    """Number of the piece that each of them is of, 0, 1, 2, …"""
    way: Ints
    """Way that each piece is of."""
    hurt: Ints
    """Ways with a vertex missing."""
    lost_m: Floats
    """Of each of those the straight length across its gaps, m: what is lost at an end cannot be
    told."""


def pieces(way: Ints, lonlat: Floats, /) -> Pieces:
    """Cut ways where a vertex is missing. A vertex alone between two gaps is no piece.

    Args:
        way: number of the way each vertex is of, ascending.
        lonlat: longitude and latitude of each vertex, not a number where it is missing.
    """
    there = ~np.isnan(lonlat[:, 0])
    row = np.flatnonzero(there)
    same = way[row][1:] == way[row][:-1]
    joined = same & (np.diff(row) == 1)
    hurt = np.unique(way[~there])
    one, other = row[:-1][same & ~joined], row[1:][same & ~joined]
    lost = np.zeros(len(hurt))
    np.add.at(lost, np.searchsorted(hurt, way[one]), along_m(lonlat[one], lonlat[other]))
    number = np.cumsum(np.r_[True, ~joined][: len(row)]) - 1
    row, number = (each[np.bincount(number)[number] > 1] for each in (row, number))
    _, first, piece = np.unique(number, return_index=True, return_inverse=True)
    return Pieces(row, piece, way[row[first]], hurt, lost)


def along_m(one: Floats, other: Floats, /) -> Floats:
    """Return great-circle distances between points in degrees, m (haversine formula).

    Args:
        one: longitude and latitude of each start.
        other: of each end.
    """
    one, other = np.radians(one), np.radians(other)
    east, north = np.sin((other - one) / 2).T ** 2
    found: Floats = (
        2 * EARTH_M * np.arcsin(np.sqrt(north + np.cos(one[:, 1]) * np.cos(other[:, 1]) * east))
    )
    return found
