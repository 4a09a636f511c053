"""Lines by their vertices, made into shapes where somebody asks for shapes.

Half a million roads are 30 MB of vertices and 150 MB of shapes; most of what is worked out of them
needs their vertices, or the shapes of a few.
"""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas.array import GeometryArray

from colocate.tables.schema import CRS

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]


class Lines(GeometryArray):  # type: ignore[misc]  # geopandas tells no types
    """A column of lines of which each has a shape: in a frame it is a geometry as any other.

    Shapes of some rows (`lines[rows]`) are made of these alone; those of all are kept.
    """

    def __init__(
        self, xy: NDArray[np.float64], first: NDArray[np.integer], /, *, like: Lines | None = None
    ) -> None:
        """Take vertices as they lie; nothing writes to them.

        Args:
            xy: easting and northing of the vertices, one line after the other.
            first: where those of each line begin, and the end.
            like: lines of the same vertices, to share their shapes with.
        """
        self.xy, self.first = xy, first
        self._made: list[Shapes] = like._made if like else []  # noqa: SLF001 - its own kind
        """The shapes of all, once they are made."""
        self.crs, self._sindex = CRS, None

    @property
    def _data(self) -> Shapes:
        """Shapes of all lines: what the class above works on."""
        if not self._made:
            self._made.append(self._shapes(np.arange(len(self))))
        return self._made[0]

    def _shapes(self, rows: NDArray[np.integer]) -> Shapes:
        xy, line = vertices(self, rows)
        made: Shapes = shapely.linestrings(xy, indices=line)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Hand over vertices, which are less than shapes."""
        return type(self), (self.xy, self.first)

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.first) - 1

    @property
    def nbytes(self) -> int:
        """Memory of vertices, bytes, and of pointers to shapes that are made."""
        return sum(held.nbytes for held in (self.xy, self.first, *self._made))

    def isna(self) -> NDArray[np.bool_]:
        """Say that none is missing."""
        return np.zeros(len(self), "bool")

    def __getitem__(self, idx: Any, /) -> Any:  # noqa: ANN401 - as pandas has it
        """Return one shape, or some."""
        if isinstance(idx, slice) and idx == slice(None):
            return self.copy()
        if isinstance(idx, numbers.Integral) or self._made:
            return super().__getitem__(idx)
        rows = pd.api.indexers.check_array_indexer(self, idx)
        return GeometryArray(self._shapes(np.arange(len(self))[rows]), crs=self.crs)

    def take(  # noqa: PLR0917 - as pandas has it
        self,
        indices: Any,  # noqa: ANN401
        allow_fill: bool = False,  # noqa: FBT001, FBT002
        fill_value: Any = None,  # noqa: ANN401
    ) -> GeometryArray:
        """Return some shapes, by row.

        Args:
            indices: rows.
            allow_fill: whether -1 stands for a missing one.
            fill_value: in its place.
        """
        if self._made or (allow_fill and (np.asarray(indices) < 0).any()):
            return super().take(indices, allow_fill=allow_fill, fill_value=fill_value)
        return GeometryArray(self._shapes(np.arange(len(self))[indices]), crs=self.crs)

    def copy(self) -> Lines:
        """Return one of the same vertices."""
        return type(self)(self.xy, self.first, like=self)


def starts(
    lines: gpd.GeoSeries | GeometryArray, rows: NDArray[np.integer] | None = None, /
) -> tuple[NDArray[np.float64], NDArray[np.integer]]:
    """Return the vertices of lines, one line after the other, and where those of each begin.

    Args:
        lines: a column of them.
        rows: of which; None for all.

    Returns:
        Easting and northing; the first vertex of each line, in the order of `rows`, and the end.
    """
    laid = getattr(lines, "array", lines)
    if not isinstance(laid, Lines):
        own = laid if rows is None else laid[rows]
        xy, line = shapely.get_coordinates(np.asarray(own), return_index=True)
        return xy, np.searchsorted(line, np.arange(len(own) + 1))
    if rows is None:
        return laid.xy, laid.first
    size = np.diff(laid.first)[rows]
    first = np.append(0, np.cumsum(size))
    return laid.xy[np.arange(first[-1]) + np.repeat(laid.first[rows] - first[:-1], size)], first


def vertices(
    lines: gpd.GeoSeries | GeometryArray, rows: NDArray[np.integer] | None = None, /
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the vertices of lines, and which line each is of, as `shapely.get_coordinates` does.

    Args:
        lines: a column of them.
        rows: of which; None for all.

    Returns:
        Easting and northing; the number of the line, from 0 in the order of `rows`.
    """
    xy, first = starts(lines, rows)
    return xy, np.repeat(np.arange(len(first) - 1), np.diff(first))


def boxes(lines: gpd.GeoSeries | GeometryArray, /) -> NDArray[np.float64]:
    """Return the box around each line: west, south, east, north, shape (n, 4).

    Args:
        lines: a column of them, none empty.
    """
    xy, first = starts(lines)
    if not len(xy):
        return np.empty((0, 4))
    return np.hstack([of.reduceat(xy, first[:-1]) for of in (np.minimum, np.maximum)])
