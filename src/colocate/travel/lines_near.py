"""Which roads lie near to points, and which may: told by vertices and boxes, before shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from geopandas.array import from_shapely

from colocate.io.lines import boxes, starts
from colocate.travel.kernel.loops import compiled

if TYPE_CHECKING:
    from geopandas.array import GeometryArray
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEAST_CELL_M = 100.0
"""Side of the squares that a country can be laid out in, and hundreds of roads not fill one."""


def nearest(
    lines: GeometryArray, at: Floats, /, *, allowed: Bools, before: Bools, within_m: float
) -> Ints:
    """Find the number of the nearest allowed line to each point; -1 if too far.

    Of equals one of `before` is taken first, then the lowest number.

    Args:
        lines: the roads, none empty.
        at: easting and northing of the points, shape (m, 2).
        allowed: which lines count.
        before: which are taken before others.
        within_m: how near, included.
    """
    found = np.full(len(at), -1)
    if not len(at) or not allowed.any():
        return found
    if loops := compiled("compiled_lines"):
        xy, first = starts(lines)
        strip = np.floor(at[:, 0] / within_m).astype("int64")
        order, corner = np.lexsort((at[:, 1], strip)), int(strip.min())
        begin = np.searchsorted(strip[order], np.arange(corner, strip.max() + 2))
        x, y = np.ascontiguousarray(at[order].T)
        found[order] = loops.nearest(
            xy, np.array(first, "int64"), allowed=allowed, before=before, points=(x, y),
            strips=(corner, begin), within_m=within_m,
        )  # fmt: skip
        return found
    by = np.flatnonzero(allowed & near(boxes(lines), at, within_m=within_m))
    tree = shapely.STRtree(np.asarray(lines[by]), node_capacity=4)
    reach = np.nextafter(within_m, np.inf)
    point, line = tree.query_nearest(shapely.points(at), max_distance=reach)
    order = np.lexsort((by[line], ~before[by[line]], point))
    which, best = np.unique(point[order], return_index=True)
    found[which] = by[line][order][best]
    return found


def near(boxes: Floats, at: Floats, /, *, within_m: float) -> Bools:
    """Say of each box whether it may come near to a point: all that do, and some that do not.

    Args:
        boxes: west, south, east, north, shape (n, 4), as `colocate.io.lines.boxes` gives them.
        at: easting and northing of the points, shape (m, 2).
        within_m: how near, included.
    """
    if not len(boxes) or not len(at):
        return np.zeros(len(boxes), "bool")
    cell = max(within_m * 1.01, LEAST_CELL_M)  # more than the distance, whatever is rounded
    corner = np.floor(boxes[:, :2].min(axis=0) / cell).astype("int64") - 1
    least, most = (np.floor(side / cell).astype("int64") - corner for side in np.hsplit(boxes, 2))
    shape = most.max(axis=0) + 2
    point = np.floor(at / cell).astype("int64") - corner
    column, row = point[((point >= 0) & (point < shape)).all(axis=1)].T
    marked = np.zeros(shape, "bool")
    for east in (-1, 0, 1):
        for north in (-1, 0, 1):
            x, y = column + east, row + north
            held = (x >= 0) & (x < shape[0]) & (y >= 0) & (y < shape[1])
            marked[x[held], y[held]] = True
    # Marked squares west and south of each: four of these numbers tell of any block of squares.
    total = np.zeros(shape + 1, "int32")
    total[1:, 1:] = marked.cumsum(axis=0, dtype="int32").cumsum(axis=1, dtype="int32")
    (west, south), (east, north) = least.T, most.T + 1
    found: Bools = total[east, north] + total[west, south] > total[west, north] + total[east, south]
    return found


def warm() -> None:
    """Compile the loop once: numba keeps what it compiled beside the code, for later runs."""
    road = shapely.linestrings([[(0.0, 0.0), (1.0, 0.0)]])
    yes = np.ones(1, "bool")
    nearest(from_shapely(road), np.zeros((1, 2)), allowed=yes, before=yes, within_m=1.0)
