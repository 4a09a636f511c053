"""Fields of drive times on a grid, on arrays only: exact times along the roads, averaged.

The loops run compiled where numba is installed (`compiled_fields`), else in whole-array numpy
(`array_fields`), with the same numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from colocate.travel.kernel import array_fields, loops

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from colocate.travel.kernel.roadgraph import Floats, Ints, RoadGraph

STEPS = 100
"""Steps along the side of a cell to which the place of a point is known."""


class Points(NamedTuple):
    """Points along every stretch: `first[i]` to `first[i + 1]` are those of stretch i."""

    first: Ints
    share: Floats
    """Of the stretch that lies behind the point."""
    x: Ints
    """Easting, in steps of a cell."""
    y: Ints


class Ways(NamedTuple):
    """Roads to fill fields from: links between nodes, and the stretches that have points."""

    links: csr_array
    tail: Ints
    head: Ints
    forward_ms: Ints
    backward_ms: Ints
    first: Ints
    """Where the points of each stretch begin, and the end."""
    share: Floats
    x: Ints
    """Of the points, as `Points` has them."""
    y: Ints


class Field(NamedTuple):
    """Drive times at the points of a grid, ms, and row and column of the first."""

    z: Floats
    corner: Ints


def along(xy: Floats, /, *, first: NDArray[np.integer[Any]], edge: Ints, share: Floats) -> Floats:
    """Find points at shares of the lengths of lines.

    As `shapely.line_interpolate_point`, which walks along the line for each of its points anew.

    Args:
        xy: vertices of the lines, one line after the other.
        first: where those of each line begin, and the end; no line is empty.
        edge: line of each point.
        share: of its length that lies behind the point.

    Returns:
        Easting and northing of each point.
    """
    kernel = loops.compiled("compiled_fields") or array_fields
    begin = np.array(first, "int64")  # as one kind: the loop is compiled once for each
    step = np.hypot(*np.diff(xy, axis=0).T)
    step[begin[1:-1] - 1] = 0
    walked = np.append(0.0, np.cumsum(step))
    found: Floats = kernel.along(xy, walked, step=step, first=begin, edge=edge, share=share)
    return found


def ways(graph: RoadGraph, /, *, links: csr_array, points: Points) -> Ways:
    """Lay out a network for fields.

    Args:
        graph: any graph, points in it included; for times *to* the sources the `turned` one.
        links: `roadgraph.matrix` of it.
        points: along its stretches; those without length have none.
    """
    has = np.flatnonzero(np.diff(points.first) > 0)
    ends = (graph.tail, graph.head, graph.forward_ms, graph.backward_ms)
    tail, head, forward_ms, backward_ms = (values[has].astype("int32") for values in ends)
    first = np.r_[points.first[has], points.first[-1]]
    return Ways(links, tail, head, forward_ms, backward_ms, first, *points[1:])


def field(ways: Ways, /, *, sources: Ints, origins: Ints, limit_s: float, walk: Walk) -> Field:
    """Fill the field of the drive times from the nearest of some sources.

    Args:
        ways: the roads.
        sources: nodes that trips begin at.
        origins: row and column of the cells they lie in, shape (sources, 2).
        limit_s: longest drive, included, s.
        walk: how one goes on off the road.
    """
    kernel = loops.compiled("compiled_fields") or array_fields
    limit = int(np.floor(limit_s * 1000 + 1e-6))
    at = kernel.reached(ways.links, sources, limit=limit)
    point, ms = kernel.sampled(ways, at, limit=limit)
    step = walk.cell_s * 1000
    z, corner = kernel.gridded(
        ms,
        x=ways.x[point],
        y=ways.y[point],
        origins=origins,
        parts=STEPS,
        walk=walk.cells,
        step=step,
        across=step * float(np.sqrt(2.0)),
    )
    return Field(z, corner)


class Walk(NamedTuple):
    """How one goes on off the road: how many cells, and seconds along the side of one."""

    cells: int
    cell_s: float
