"""Outlines of a field on a grid at rising levels, on arrays only: nested, and thinned together.

Vertices are whole steps along the sides of the grid's cells, so that every test of where they lie
is exact. The loops run compiled where numba is installed (`compiled_outlines`), else in whole-array
numpy (`array_outlines`), with the same numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.travel.kernel import array_outlines, loops
from colocate.travel.kernel.sequences import runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.travel.kernel.roadgraph import Floats, Ints

STEPS = 100
"""Steps along the side of a cell that a vertex may stand on: 1 m of a cell of 100 m."""
LEAST_CELLS = 2
"""Rings that bound less ground than so many cells go, unless they hold an origin."""


class Rings(NamedTuple):
    """Closed rings, whose first vertex is not told again."""

    xy: Ints
    """Eastings and northings from the first grid point, in `STEPS` of a cell."""
    first: Ints
    """Where in `xy` each ring begins, and the end."""
    level: Ints
    around: Ints
    """Of a hole the ring round it, -1 of an outer ring."""


def outlines(z: Floats, /, *, levels: Floats, origins: Ints, tolerance: float) -> Rings:
    """Draw the ground on which a field is within each level: `thinned` of what is `traced`.

    Args:
        z: as `traced` takes it.
        levels: likewise.
        origins: as both take it.
        tolerance: as `thinned` takes it.
    """
    return thinned(traced(z, levels=levels, origins=origins), origins=origins, tolerance=tolerance)


def traced(z: Floats, /, *, levels: Floats, origins: Ints) -> tuple[Ints, ...]:
    """Trace the ground on which a field is within each level.

    Args:
        z: the field, shape (rows, columns); above all levels along the border.
        levels: rising; what equals a level is within it.
        origins: row and column of cells that are within all levels, shape (origins, 2).

    Returns:
        Eastings and northings of all vertices, in steps, and of rings the rest, as `Rings` has it.
    """
    kernel = loops.compiled("compiled_outlines") or array_outlines
    return _large(kernel.traced(z, levels, parts=STEPS), origins)


def thinned(rings: tuple[Ints, ...], /, *, origins: Ints, tolerance: float) -> Rings:
    """Leave out vertices of rings of all levels together.

    Args:
        rings: as `traced` returns them.
        origins: row and column of cells that are within all levels, shape (origins, 2); they stay
            inside.
        tolerance: vertices go whose triangle with their neighbours is no larger than a square of
            this side, in cells.

    Returns:
        Rings of all levels. Each level covers those before it, and no ring crosses another.
    """
    kernel = loops.compiled("compiled_outlines") or array_outlines
    x, y, first, level, around = rings
    corner = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
    fixed = (origins[:, np.newaxis] + corner).reshape(-1, 2)[:, ::-1] * STEPS
    most = int(2 * (tolerance * STEPS) ** 2)
    stays = kernel.thinned(
        x, y, first=first, fixed=np.ascontiguousarray(fixed), parts=STEPS, most=most
    )
    count = np.add.reduceat(stays, first[:-1], dtype="int64") if len(level) else first[:0]
    x, y, first, level, around = _chosen(
        (x[stays], y[stays], np.r_[0, np.cumsum(count)], level, around), count > 2
    )
    return Rings(np.column_stack([x, y]), first, level, around)


def _large(rings: tuple[Ints, ...], origins: Ints) -> tuple[Ints, ...]:
    """Leave out small rings that hold no origin.

    What lies in a ring that goes is smaller still: it goes too.
    """
    x, y, first, level, _ = rings
    if not len(level):
        return rings
    large = abs(array_outlines.twice_area(x, y, first=first)) >= 2 * LEAST_CELLS * STEPS**2
    points = origins[:, ::-1] * STEPS
    near = _near(x, y, first=first, points=points)
    for ring in near[~large[near]].tolist():
        around = slice(first[ring], first[ring + 1])
        large[ring] = _hold(x[around], y[around], points=points)
    return _chosen(rings, large)


def _near(x: Ints, y: Ints, *, first: Ints, points: Ints) -> Ints:
    """Rings with any of the points in their bounding box."""
    near = np.ones((len(points), len(first) - 1), "bool")
    for values, of in ((x, points[:, :1]), (y, points[:, 1:])):
        near &= np.minimum.reduceat(values, first[:-1]) <= of
        near &= np.maximum.reduceat(values, first[:-1]) >= of
    return np.flatnonzero(near.any(axis=0))


def _hold(x: Ints, y: Ints, *, points: Ints) -> bool:
    """Whether any of the points, none of which lies on the ring, is in it."""
    near = (points >= (x.min(), y.min())).all(axis=1) & (points <= (x.max(), y.max())).all(axis=1)
    for px, py in points[near]:
        dx, dy = np.roll(x, -1) - x, np.roll(y, -1) - y
        passes = (y > py) != (np.roll(y, -1) > py)
        east = (dx * (py - y) - dy * (px - x)) * np.sign(dy) > 0
        if (passes & east).sum() % 2:
            return True
    return False


def _chosen(rings: tuple[Ints, ...], kept: NDArray[np.bool_]) -> tuple[Ints, ...]:
    """Some of the rings, without holes whose outer ring is not among them."""
    x, y, first, level, around = rings
    kept = kept & ((around < 0) | kept[around])
    count = np.diff(first)[kept]
    vertex = runs(first[:-1][kept], count)
    number = np.cumsum(kept) - 1
    renamed = np.where(around[kept] < 0, -1, number[around[kept]])
    return x[vertex], y[vertex], np.r_[0, np.cumsum(count)], level[kept], renamed
