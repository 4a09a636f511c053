"""Drive times alone, on arrays only, of several metrics side by side in 32 bits.

Drawn networks need no distance: half the bytes, and sixteen at once go through the triangles in the
time that three take with one. Times are those of `hierarchy.table` to the millisecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.travel.kernel import array_loops, hierarchy, sweeps
from colocate.travel.kernel.loops import compiled
from colocate.travel.kernel.roadgraph import CLOSED, PACK, packed_limit
from colocate.travel.kernel.sweeps import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.travel.kernel.hierarchy import Hierarchy
    from colocate.travel.kernel.roadgraph import Floats, Ints, RoadGraph
    from colocate.travel.kernel.sweeps import Asked

    Short = NDArray[np.int32]


class Metrics(NamedTuple):
    """Times of a hierarchy's links at several metrics."""

    up: Short
    """Of each link climbed, shape (links, metrics)."""
    down: Short


def rated(seconds: Floats, /, *, group: Ints, factors: tuple[Floats, Floats]) -> Short:
    """Divide times by factors of the group of each road, one after the other.

    Args:
        seconds: of both directions of each road edge, s, shape (2, edges); infinite where closed.
        group: of each edge.
        factors: on speed, both of shape (groups, metrics); a time is divided by the first, what
            comes of that by the second.

    Returns:
        Whole ms, shape (2, edges, metrics); `sweeps.NEVER` where closed.
    """
    ms = np.empty((*seconds.shape, factors[0].shape[1]), NEVER.dtype)
    (compiled() or array_loops).rated(ms, seconds=seconds, group=group, factors=factors)
    return ms


def customise(
    hierarchy_: Hierarchy, graph: RoadGraph, /, *, edges_ms: Short, room: Short | None = None
) -> Metrics:
    """Give the links of a hierarchy the times of several metrics.

    Args:
        hierarchy_: as `hierarchy.prepare` returns it.
        graph: the network it was built of, whose turns keep their times.
        edges_ms: time of both directions of each road edge, shape (2, edges, metrics).
        room: memory for the links, of metrics that are not wanted any more: new memory takes longer
            to be had than to be filled.

    Raises:
        NetworkError: a direction is open that was not when the hierarchy was built.
    """
    own = np.stack([graph.forward_ms, graph.backward_ms])
    open_ = own != CLOSED
    road = np.flatnonzero(graph.edge >= 0)
    whole, copied = road[: edges_ms.shape[1]], road[edges_ms.shape[1] :]
    driven = np.any(edges_ms < NEVER, axis=2)
    open_[:, whole] = driven[:, graph.edge[whole]]
    open_[:, copied] &= driven[:, graph.edge[copied]]  # copies of edges are driven one way
    hierarchy.assert_open(hierarchy_, graph, open_=open_)
    own = np.where(own == CLOSED, NEVER, own).astype(NEVER.dtype)
    up, down = hierarchy.laid(hierarchy_, edge=graph.edge, edges=edges_ms, own=own, room=room)
    return Metrics(up, down)


def along(asked: Asked, /, edges_ms: Short) -> Short:
    """Return the times of the roads that trips begin or end on.

    Args:
        asked: which trips, as `sweeps.asked` returns it.
        edges_ms: as `customise` takes them.

    Returns:
        Whole ms, shape (metrics, 2, roads).
    """
    return np.moveaxis(edges_ms[:, asked.graph.edge], 2, 0)


def tables(metrics: Metrics, asked: Asked, /, *, ms: Short, limit_s: float) -> Floats:
    """Find the time of the fastest trip from every source to every target at every metric.

    Args:
        metrics: as `customise` returns them.
        asked: which trips, as `sweeps.asked` returns it.
        ms: of the roads that they begin or end on, as `along` returns them.
        limit_s: longest trip, s, included.

    Returns:
        Seconds, shape (metrics, sources, targets); infinite where there is no way within the limit.
    """
    most = min(packed_limit(limit_s) // PACK, NEVER - 1)
    driven = np.where(ms == NEVER, CLOSED, ms.astype("int64"))
    reached = sweeps.answered(asked, ms=driven, up=metrics.up, down=metrics.down)
    seconds: Floats = reached / 1000
    np.copyto(seconds, np.inf, where=reached > most)
    return seconds
