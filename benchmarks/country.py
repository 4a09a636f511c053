"""A country for rehearsals: real road networks laid side by side and joined along their seams."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.travel.kernel.roadgraph import Floats, Ints

BAND_M = 5_000.0
"""One road crosses a seam in every band of so many metres along it,"""
NEAR_M = 1_000.0
"""which is this long where the two tiles come nearest to each other,"""
FAR_M = 30_000.0
"""and at most so long; where they are further apart there is sea."""


def tiled(
    nodes: pd.DataFrame, edges: gpd.GeoDataFrame, /, *, count: int
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Lay copies of a network out in rows, and join each with its neighbours east and north.

    Args:
        nodes: table `road_nodes`.
        edges: table `road_edges`.
        count: number of copies.

    Returns:
        Both tables of the whole.
    """
    at = nodes[["easting", "northing"]].to_numpy()
    shift = [_shift(at, axis) for axis in (0, 1)]
    wide = int(np.ceil(np.sqrt(count)))
    places = list(product(range(-(-count // wide)), range(wide)))[:count]
    copies = [
        _moved(nodes, edges, by=(column * shift[0], row * shift[1]), number=number)
        for number, (row, column) in enumerate(places)
    ]
    pairs = [
        seam + np.array([number, places.index(next_to)]) * len(nodes)
        for axis, seam in enumerate(_seam(at, axis, by=shift[axis]) for axis in (0, 1))
        for number, (row, column) in enumerate(places)
        if (next_to := (row + axis, column + 1 - axis)) in places
    ]
    whole = pd.concat([copy for copy, _ in copies], ignore_index=True)
    joining = _joining(edges, whole, pairs=np.concatenate(pairs)) if pairs else edges[:0]
    roads = pd.concat([*(copy for _, copy in copies), joining], ignore_index=True)
    roads["edge_id"] = np.arange(len(roads))
    return whole, gpd.GeoDataFrame(roads, geometry="geometry", crs=edges.crs)


def _outer(at: Floats, axis: int) -> tuple[pd.Series, pd.Series]:
    """Nodes first and last along an axis, by band."""
    along = pd.Series(at[:, axis]).groupby(np.floor(at[:, 1 - axis] / BAND_M))
    return along.idxmin(), along.idxmax()


def _shift(at: Floats, axis: int) -> float:
    """How far the next tile is away, so that the two nearly touch."""
    first, last = _outer(at, axis)
    return float(np.max(at[last, axis] - at[first, axis]) + NEAR_M)


def _seam(at: Floats, axis: int, *, by: float) -> Ints:
    """Pairs of nodes that a road over the seam joins: of this tile, and of the next."""
    first, last = _outer(at, axis)
    near = at[first, axis] + by - at[last, axis] <= FAR_M
    return np.column_stack([last[near], first[near]])


def _moved(
    nodes: pd.DataFrame, edges: gpd.GeoDataFrame, *, by: tuple[float, float], number: int
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    own = number * len(nodes)
    lines: NDArray[np.object_] = shapely.transform(edges.geometry.to_numpy(), lambda xy: xy + by)
    return (
        nodes.assign(
            node_id=nodes["node_id"] + own,
            easting=nodes["easting"] + by[0],
            northing=nodes["northing"] + by[1],
        ),
        edges.assign(
            from_node=edges["from_node"] + own, to_node=edges["to_node"] + own, geometry=lines
        ),
    )


def _joining(edges: gpd.GeoDataFrame, nodes: pd.DataFrame, *, pairs: Ints) -> gpd.GeoDataFrame:
    """Straight primary roads, both ways open."""
    ends = nodes[["easting", "northing"]].to_numpy()[pairs]
    like = edges[(edges["highway"] == "primary") & edges["forward"] & edges["backward"]]
    return like.iloc[np.zeros(len(pairs), "int64")].assign(
        from_node=pairs[:, 0],
        to_node=pairs[:, 1],
        length_m=np.hypot(*(ends[:, 1] - ends[:, 0]).T).round(1),
        geometry=shapely.linestrings(ends),
    )
