"""Which roads may lie near to points: seen by the boxes around them, before a shape is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_CELL_M = 100.0
"""Side of the squares that a country can be laid out in, and hundreds of roads not fill one."""


def near(
    boxes: NDArray[np.float64], at: NDArray[np.float64], /, *, within_m: float
) -> NDArray[np.bool_]:
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
    found: NDArray[np.bool_] = (
        total[east, north] + total[west, south] > total[west, north] + total[east, south]
    )
    return found
