"""Where a new site may stand: places along roads laid out once, and searches that reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from colocate.io.lines import starts
from colocate.travel.kernel import array_fields, fields, roadgraph
from colocate.travel.kernel.loops import compiled
from colocate.travel.kernel.roadgraph import CLOSED, Floats, Ints, RoadGraph
from colocate.travel.kernel.sequences import distinct, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geopandas.array import GeometryArray
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

SAMPLES_PER_CELL = 2
"""Points along a road are at most this part of a grid cell apart."""


class Field(NamedTuple):
    """A network and, by source, the nodes that a search on it reached and their times, ms."""

    graph: RoadGraph
    found: Mapping[str, tuple[Ints, Ints]]


class Ground(NamedTuple):
    """Where a new site may stand: stretches of road, with the lines they are parts of."""

    stretch: Ints
    lines: GeometryArray
    length_dm: Ints
    area: shapely.Geometry
    """Prepared; a new site must lie in it."""
    cell: float


class Places(NamedTuple):
    """Points along roads: the share of the stretch each lies at, and easting and northing."""

    stretch: Ints
    share: Floats
    xy: Floats
    farthest_s: Floats
    """Longest drive from or to a member."""


class Layout(NamedTuple):
    """Points along stretches, in order of stretch and share."""

    stretch: Ints
    """Ascending."""
    first: Ints
    """Where the points of each stretch begin, and the end."""
    points: Places
    number: Ints
    """Of each point: equal where points are at one place, and in the order of place."""
    inside: NDArray[np.bool_]
    """Whether it lies where a new site must."""


def reached(links: csr_array, /, *, sources: Ints, limit_s: float) -> Iterator[tuple[Ints, Ints]]:
    """Search from each source node outwards to `limit_s`, included.

    Args:
        links: `roadgraph.matrix` of the network.
        sources: numbers of the nodes to search from.
        limit_s: how far, s.

    Returns:
        For each source the nodes reached, and their times, ms.
    """
    limit = int(roadgraph.packed_limit(limit_s) // roadgraph.PACK)
    kernel = compiled("compiled_fields") or array_fields
    found: Iterator[tuple[Ints, Ints]] = kernel.searches(links, sources, limit=limit)
    return found


def near(
    ground: Ground, field: Field, /, *, within: Mapping[str, tuple[str, float]]
) -> dict[str, Ints]:
    """Find the stretches of the ground that a search reaches at either end within a limit.

    Args:
        ground: where a new site may stand.
        field: searches out of sites.
        within: by option one of its sites, and the limit from there, s.

    Returns:
        By option the stretches, ascending.
    """
    graph = field.graph
    ends = np.r_[graph.tail[ground.stretch], graph.head[ground.stretch]]
    order = np.argsort(ends, kind="stable")
    first = np.searchsorted(ends[order], np.arange(graph.node_count + 1))
    of = np.r_[ground.stretch, ground.stretch][order]
    found = {}
    for option_id, (site, limit_s) in within.items():
        nodes, ms = field.found[site]
        nodes = nodes[ms / 1000 <= limit_s]
        found[option_id] = distinct(of[runs(first[nodes], (first[1:] - first[:-1])[nodes])])
    return found


def laid_out(ground: Ground, graph: RoadGraph, /, *, stretch: Ints) -> Layout:
    """Spread points evenly along stretches, both ends included.

    Args:
        ground: where a new site may stand.
        graph: the network.
        stretch: stretches of it, ascending.
    """
    every_m = ground.cell / SAMPLES_PER_CELL
    count = np.ceil(graph.length_dm[stretch] / 10 / every_m).astype("int64") + 1
    first = np.r_[0, np.cumsum(count)]
    step = np.arange(first[-1]) - np.repeat(first[:-1], count)
    on, share = np.repeat(stretch, count), step / np.repeat(count - 1, count)
    edge = graph.edge[on]
    along = (graph.start_dm[on] + share * graph.length_dm[on]) / ground.length_dm[edge]
    xy = np.round(_points(ground.lines, edge, along=along), 1)
    inside: NDArray[np.bool_] = shapely.intersects_xy(ground.area, xy)
    order = np.lexsort((xy[:, 1], xy[:, 0]))
    new = np.any(np.diff(xy[order], axis=0, prepend=np.nan) != 0, axis=1)
    number = np.empty(len(xy), "int64")
    number[order] = np.cumsum(new)
    return Layout(stretch, first, Places(on, share, xy, np.zeros(len(xy))), number, inside)


def _points(lines: GeometryArray, edge: Ints, *, along: Floats) -> Floats:
    """Points at shares of lines."""
    used = distinct(edge)
    xy, first = starts(lines, used)
    return fields.along(xy, first=first, edge=np.searchsorted(used, edge), share=along)


def chosen(layout: Layout, /, *, stretch: Ints) -> Places:
    """Return the points along some stretches; of equal places the first, in order of place.

    Args:
        layout: points along these and others.
        stretch: stretches of it, ascending.
    """
    at = np.searchsorted(layout.stretch, stretch)
    point = runs(layout.first[at], layout.first[at + 1] - layout.first[at])
    _, kept = np.unique(layout.number[point], return_index=True)
    point = point[kept]
    return picked(layout.points, point[layout.inside[point]])


def picked(places: Places, rows: NDArray[np.generic], /) -> Places:
    """Return some of the places.

    Args:
        places: points along roads.
        rows: which, by number or mask.
    """
    return Places(*(column[rows] for column in places))


def times(field: Field, sources: Sequence[str], /, *, places: Places) -> Iterator[Floats]:
    """Times of searches at places; a place at a junction that is not split is the junction.

    Args:
        field: the searches.
        sources: which.
        places: points along roads.

    Yields:
        For each source the times at all places, s; infinite where it did not get.
    """
    graph, (stretch, share, *_) = field.graph, places
    tail, head = graph.tail[stretch], graph.head[stretch]
    at_tail = (share == 0) & (tail == graph.backward_to[stretch])
    at_head = (share == 1) & (head == graph.forward_to[stretch])
    ahead, back = (
        np.where(at_end, 0.0, np.where(ms == CLOSED, np.inf, part * ms / 1000))
        for at_end, part, ms in (
            (at_tail, share, graph.forward_ms[stretch]),
            (at_head, 1 - share, graph.backward_ms[stretch]),
        )
    )
    at = np.full(graph.node_count, np.inf)
    for source in sources:
        nodes, ms = field.found[source]
        at[nodes] = ms / 1000
        yield np.minimum(at[tail] + ahead, at[head] + back)
        at[nodes] = np.inf
