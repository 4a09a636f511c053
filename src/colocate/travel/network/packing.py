"""Road tables small enough to commit: whole-metre steps instead of coordinates.

`pack` and `unpack` are each other's inverse on what `network` returns. Neighbouring vertices and
neighbouring nodes differ by little, so the differences compress far better than the coordinates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from colocate.errors import NetworkError
from colocate.io.lines import Lines, vertices
from colocate.travel.by_word import spelled
from colocate.travel.network.tagging import RULES, TAGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLAGS = ("forward", "backward", "dual")


def pack(
    road_nodes: pd.DataFrame, road_edges: gpd.GeoDataFrame, /
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Code road tables as small integers, lossless for whole-metre coordinates and 0.1 m lengths.

    Args:
        road_nodes: table `road_nodes`, coordinates in whole metres.
        road_edges: table `road_edges`, lengths in whole decimetres.

    Returns:
        Packed nodes: steps from the node before, m, and `control` if any has one. Packed edges:
        step of `from_node` from the edge before, `to_node` from `from_node`, length in dm, tags
        as categories (those of `tagging.RULES` if any road has one), and the inner vertices as two
        lists of steps, each from the vertex before, the first from `from_node`.
    """
    vertex, edge = vertices(road_edges.geometry)
    xy = np.rint(vertex).astype("int32")
    size = np.bincount(edge, minlength=len(road_edges))
    end = np.cumsum(size)
    inner = np.ones(len(xy), "bool")
    inner[end - size] = inner[end - 1] = False
    cut = np.cumsum(size - 2)[:-1]
    step = np.diff(xy, axis=0, prepend=0)[inner]
    start = road_edges["from_node"].to_numpy()
    packed = pd.DataFrame(
        {
            "from_step": np.diff(start, prepend=0).astype("int32"),
            "to_step": (road_edges["to_node"].to_numpy() - start).astype("int32"),
            "length_dm": np.rint(road_edges["length_m"].to_numpy() * 10).astype("int32"),
            **{flag: road_edges[flag].to_numpy() for flag in FLAGS},
            **{tag: road_edges[tag].astype("category").array for tag in TAGS},
            **{
                rule: road_edges[rule].astype("category").array
                for rule in RULES
                if road_edges[rule].notna().any()
            },
            "east_steps": _lists(step[:, 0], cut),
            "north_steps": _lists(step[:, 1], cut),
        }
    )
    nodes = np.rint(road_nodes[["easting", "northing"]].to_numpy()).astype("int32")
    steps = np.diff(nodes, axis=0, prepend=0)
    packed_nodes = pd.DataFrame({"east_step": steps[:, 0], "north_step": steps[:, 1]})
    if road_nodes["control"].notna().any():
        packed_nodes["control"] = road_nodes["control"].astype("category").array
    return packed_nodes, packed


# long: one line for each column
def unpack(nodes: pd.DataFrame, edges: pd.DataFrame, /) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Restore `road_nodes` and `road_edges` from what `pack` returned.

    Args:
        nodes: packed nodes.
        edges: packed edges of the same build.

    Raises:
        NetworkError: an edge names a node that is not there: the two files do not belong together.
    """
    xy = nodes[["east_step", "north_step"]].to_numpy("int64").cumsum(axis=0)
    start = edges["from_step"].to_numpy("int64").cumsum()
    stop = start + edges["to_step"].to_numpy("int64")
    if len(edges) and not 0 <= min(start.min(), stop.min()) <= max(start.max(), stop.max()) < len(
        xy
    ):
        raise NetworkError(
            f"road_edges: nodes up to {max(start.max(), stop.max())}, but road_nodes has {len(xy)} "
            "rows; expected the two files of one build. Build them again with `make data`."
        )
    road_nodes = pd.DataFrame(
        {
            "node_id": np.arange(len(xy)),
            "easting": xy[:, 0].astype("float64"),
            "northing": xy[:, 1].astype("float64"),
            "control": _words(nodes, "control"),
        }
    )
    road_edges = pd.DataFrame(
        {
            "edge_id": np.arange(len(edges)),
            "from_node": start,
            "to_node": stop,
            "forward": edges["forward"].to_numpy(),
            "backward": edges["backward"].to_numpy(),
            "length_m": edges["length_dm"].to_numpy("float64") / 10,
            **{tag: _words(edges, tag) for tag in TAGS},
            "dual": edges["dual"].to_numpy(),
            **{rule: _words(edges, rule) for rule in RULES},
        }
    )
    lines = _lines(edges, start=xy[start], stop=xy[stop])
    return road_nodes, gpd.GeoDataFrame(road_edges, geometry=lines)


def _lists(values: NDArray[np.int32], cut: NDArray[np.int64]) -> pd.Series:
    """Split `values` at `cut` into one array a row."""
    return pd.Series(np.split(values, cut), dtype="object")


def _flat(lists: pd.Series) -> pa.ListArray:
    """Lay the lists of a column, one a row, end to end."""
    laid = pa.array(lists)
    return laid.combine_chunks() if isinstance(laid, pa.ChunkedArray) else laid


def _words(packed: pd.DataFrame, column: str) -> pd.Series:
    """Write out a column of categories; one that is not there holds nothing."""
    if column not in packed:
        return spelled(np.full(len(packed), -1), ())
    return spelled(packed[column].cat.codes, packed[column].cat.categories)


def _lines(edges: pd.DataFrame, *, start: NDArray[np.int64], stop: NDArray[np.int64]) -> Lines:
    """Lines from node to node through the inner vertices."""
    east, north = (_flat(edges[name]) for name in ("east_steps", "north_steps"))
    size = np.diff(east.offsets.to_numpy()) + 2
    end = np.cumsum(size)
    inner = np.ones(size.sum(), "bool")
    inner[end - size] = inner[end - 1] = False
    xy = np.empty((len(inner), 2))
    for axis, steps in enumerate((east, north)):  # one after the other: they are long
        walked = np.zeros(len(inner), "int64")
        walked[inner] = steps.flatten().to_numpy()
        np.cumsum(walked, out=walked)
        walked += np.repeat(start[:, axis] - walked[end - size], size)
        xy[:, axis] = walked
    xy[end - 1] = stop
    return Lines(xy, np.r_[0, end])
