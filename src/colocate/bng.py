"""British National Grid (EPSG:27700): the only place where coordinates change system.

The conversion is fixed: PROJ's network is off and operations that need a grid file are passed
over, so the same input gives the same output on every machine. For WGS 84 that leaves the
seven-parameter Helmert transformation EPSG:1314, within 5 m of Ordnance Survey's exact OSTN15 at
the test points tried: little beside the precision of a building's point. Published eastings and
northings are preferred wherever there are any.

Source: Ordnance Survey, A guide to coordinate systems in Great Britain.
"""

from __future__ import annotations

import re
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pyproj
import pyproj.network
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from colocate.errors import CrsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

BNG = "EPSG:27700"
WGS84 = "EPSG:4326"

_GREAT_BRITAIN = AreaOfInterest(-9.0, 49.75, 2.01, 61.01)
_EAST_M, _NORTH_M = 700_000, 1_300_000
_ABROAD_M = 300_000
"""Farthest beyond the Grid that areas reach into the sea, or Ireland and France into a map."""
_USUAL = (BNG, WGS84, "EPSG:3857")
"""What coordinates are in whose reference system was lost or set wrongly, as a rule."""
_FALSE_ORIGIN_SQUARES = (10, 19)  # column and row of square SV in the 25 by 25 lettered squares
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # no I
_REFERENCE = re.compile(r"([A-HJ-Z])([A-HJ-Z])((?:[0-9]{2}){2,5})")
"""Two letters and four to ten figures: fewer name a square of ten kilometres or more."""

pyproj.network.set_network_enabled(active=False)


_Pair: TypeAlias = "tuple[NDArray[np.float64], NDArray[np.float64]]"


class Transformation(NamedTuple):
    """The operation used for a conversion, as PROJ names it, and the accuracy it states."""

    name: str
    accuracy_m: float


def transformation(crs: str, /) -> Transformation:
    """Return the operation that converts `crs` to the National Grid; 0 m if it is the Grid.

    Args:
        crs: a reference system, such as `EPSG:4326`.
    """
    operation = _operation(crs)
    return Transformation(operation.description, max(operation.accuracy, 0.0))


def to_bng(x: ArrayLike, y: ArrayLike, /, *, crs: str = WGS84) -> _Pair:
    """Convert coordinates to eastings and northings in metres.

    Args:
        x: Longitudes in degrees, or eastings in the units of `crs`.
        y: Latitudes in degrees, or northings.
        crs: The reference system they are in.

    Raises:
        CrsError: `crs` is unknown, or no operation without a grid file leads to the Grid.
    """
    return _transformed(x, y, crs=crs, direction="FORWARD")


def from_bng(easting: ArrayLike, northing: ArrayLike, /, *, crs: str = WGS84) -> _Pair:
    """Convert eastings and northings in metres to `crs`: longitudes and latitudes by default.

    Args:
        easting: metres.
        northing: metres.
        crs: the system to convert to.
    """
    return _transformed(easting, northing, crs=crs, direction="INVERSE")


def frame_to_bng(frame: gpd.GeoDataFrame, /, *, where: str = "The frame") -> gpd.GeoDataFrame:
    """Convert a frame's geometry to the National Grid from the system it declares.

    Args:
        frame: declares its reference system.
        where: what it was read from, for messages.

    Raises:
        CrsError: the frame declares none, one that cannot be converted, or one that its
            coordinates are plainly not in.
    """
    if frame.crs is None:
        raise CrsError(f"{where}: declares no reference system; set the one its source states.")
    declared = frame.crs.to_string()
    if len(frame):
        middle = np.nanmedian(frame.bounds.to_numpy(), axis=0)  # one lost point accuses no file
        assert_plausible(middle, crs=declared, where=where)
    moved = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: np.column_stack(to_bng(*xy.T, crs=declared))
    )
    return frame.set_geometry(type(frame.geometry)(moved, index=frame.index, crs=BNG))


def assert_plausible(bounds: Sequence[float], /, *, crs: str, where: str) -> None:
    """Refuse coordinates that are plainly not in the reference system they are declared in.

    Args:
        bounds: least and greatest of them, or those of most: west, south, east, north; NaN where
            there are none.
        crs: the system declared.
        where: what they were read from, for the message.

    Raises:
        CrsError: they are the other way round, in another system, or nowhere in Great Britain.
    """
    west, south, east, north = bounds
    if np.isnan(west) or _of_great_britain(*bounds, crs=crs):
        return
    said = "nowhere in Great Britain"
    if _of_great_britain(south, west, north, east, crs=crs):
        said = (
            "the other way round: the axes look swapped, with latitude or northing first. Swap them"
        )
    elif guess := next((c for c in _USUAL if _of_great_britain(*bounds, crs=c)), None):
        said = f"in {guess} by their looks. Set that as the reference system"
    elif _of_great_britain(south, west, north, east, crs=WGS84):
        said = f"in {WGS84} by their looks, with latitude first. Swap them, and set that system"
    raise CrsError(
        f"{where}: declared in {crs}, but coordinates from ({west:.6g}, {south:.6g}) to "
        f"({east:.6g}, {north:.6g}) are {said}."
    )


def _of_great_britain(*bounds: float, crs: str) -> bool:
    """Whether every corner of some bounds lies in Great Britain or a little off it."""
    west, south, east, north = bounds
    if _is_degrees(crs) != (max(map(abs, bounds)) <= 180):
        return False
    if crs == BNG:
        x, y = np.array([west, east]), np.array([south, north])
    else:
        x, y = to_bng([west, east], [south, north], crs=crs)
    inside = (x > -_ABROAD_M) & (x < _EAST_M + _ABROAD_M)
    return bool(inside.all() and ((y > -_ABROAD_M) & (y < _NORTH_M + _ABROAD_M)).all())


@cache
def _is_degrees(crs: str) -> bool:
    """Whether a reference system counts in degrees."""
    return bool(pyproj.CRS.from_user_input(crs).is_geographic)


@cache
def _operation(crs: str) -> Any:  # noqa: ANN401 - pyproj carries no types we follow
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # "best transformation is not available"
            group = TransformerGroup(
                crs, BNG, always_xy=True, area_of_interest=_GREAT_BRITAIN, allow_ballpark=False
            )
    except CRSError as fault:
        raise CrsError(f"{crs!r} is no reference system ({fault}); give one as EPSG:….") from None
    for operation in group.transformers:
        if "grids=" not in operation.definition:
            return operation
    raise CrsError(
        f"No conversion without a grid file leads from {crs} to {BNG}. "
        f"Convert the data to {BNG} or {WGS84} first."
    )


def _transformed(x: ArrayLike, y: ArrayLike, *, crs: str, direction: str) -> _Pair:
    xs, ys = np.atleast_1d(np.asarray(x, float)), np.atleast_1d(np.asarray(y, float))
    east, north = _operation(crs).transform(xs, ys, direction=direction)
    return np.asarray(east), np.asarray(north)


def grid_reference(easting: float, northing: float, /, *, digits: int = 5) -> str:
    """Return the National Grid reference of the square a point lies in, e.g. `SX 92345 12345`.

    A reference names the south-west corner of a square of 10^(5-digits) metres, so figures are
    cut off and never rounded.

    Args:
        easting: metres.
        northing: metres.
        digits: figures of each coordinate, 0 to 5: 5 is a square of a metre.

    Raises:
        CrsError: the point lies off the National Grid.
    """
    if not (0 <= easting < _EAST_M and 0 <= northing < _NORTH_M):
        raise CrsError(f"({easting}, {northing}) lies off the National Grid.")
    column = int(easting // 100_000) + _FALSE_ORIGIN_SQUARES[0]
    row = _FALSE_ORIGIN_SQUARES[1] - int(northing // 100_000)
    letters = _LETTERS[row // 5 * 5 + column // 5] + _LETTERS[row % 5 * 5 + column % 5]
    parts = (f"{int(metres % 100_000):05d}"[:digits] for metres in (easting, northing))
    return " ".join((letters, *parts)).rstrip()


class Square(NamedTuple):
    """The square that a grid reference names: its middle and its side, in metres."""

    easting: float
    northing: float
    side_m: float


def read_grid_reference(text: str, /) -> Square | None:
    """Read a National Grid reference in any spelling: `SX 920 930`, `sx920930`, `SX 92000 93000`.

    Args:
        text: two letters and four to ten figures, an even number of them.

    Returns:
        The square, whose middle is the best guess of the point; None where the text is no
        reference, or its square lies off the Grid.
    """
    found = _REFERENCE.fullmatch(re.sub(r"[\s,./-]+", "", text).upper())
    if found is None:
        return None
    first, second = (_LETTERS.index(letter) for letter in found.group(1, 2))
    column = first % 5 * 5 + second % 5 - _FALSE_ORIGIN_SQUARES[0]
    row = _FALSE_ORIGIN_SQUARES[1] - (first // 5 * 5 + second // 5)
    half = len(found[3]) // 2
    side = 10.0 ** (5 - half)
    east, north = (
        100_000 * square + (int(figures) + 0.5) * side
        for square, figures in ((column, found[3][:half]), (row, found[3][half:]))
    )
    on_grid = 0 <= east < _EAST_M and 0 <= north < _NORTH_M
    return Square(east, north, side) if on_grid else None


def diagnose(
    easting: ArrayLike, northing: ArrayLike, /, *, home: shapely.Geometry
) -> NDArray[np.str_]:
    """Say of each pair of coordinates what it looks like, without changing it.

    Args:
        easting: Values given as eastings; NaN where there is none.
        northing: Values given as northings.
        home: Area in EPSG:27700 the points are expected in, to tell swapped coordinates.

    Returns:
        For each pair: an empty string (a point on the National Grid), `missing` (one or both),
        `degrees` (latitude and longitude in either order), `swapped` (easting and northing
        exchanged: outside `home` as given, inside it the other way round) or `off_grid`.
    """
    east, north = (np.atleast_1d(np.asarray(v, float)) for v in (easting, northing))
    on_grid = (east >= 0) & (east < _EAST_M) & (north >= 0) & (north < _NORTH_M)
    swapped = (north >= 0) & (north < _EAST_M) & (east >= 0) & (east < _NORTH_M) & ~on_grid
    shapely.prepare(home)
    swapped |= shapely.intersects_xy(home, north, east) & ~shapely.intersects_xy(home, east, north)
    degrees = _degrees(east, north) | _degrees(north, east)
    return np.select(
        [np.isnan(east) | np.isnan(north), degrees, swapped, ~on_grid],
        ["missing", "degrees", "swapped", "off_grid"],
        default="",
    )


def _degrees(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the values are degrees on or near the British Isles."""
    return (latitude > 49) & (latitude < 62) & (longitude > -11) & (longitude < 3)
