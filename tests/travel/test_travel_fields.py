"""Fields of drive times against a slow reference, and the twin in numpy."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from arrays import graph_of
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.travel.kernel import array_fields, fields, loops, roadgraph
from colocate.travel.kernel.array_fields import UNREACHED
from colocate.travel.kernel.fields import Points, Walk

SIZE = 12
TIME = st.one_of(st.none(), st.integers(0, 9_000))
EDGES = st.lists(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1), TIME, TIME, st.integers(1, 900)),
    min_size=1, max_size=40,
)  # fmt: skip
SOURCES = st.lists(st.integers(0, SIZE - 1), min_size=1, max_size=4)
WALK = Walk(2, 1.5)


def laid_out(edges, seed):
    """A network with some points anywhere along each stretch."""
    graph = graph_of(SIZE, edges)
    rng = np.random.default_rng(seed)
    first = np.r_[0, np.cumsum(rng.integers(0, 4, len(edges)))]
    x, y = rng.integers(-500, 900, (2, first[-1]))
    points = Points(first, rng.random(first[-1]), x, y)
    return graph, points, fields.ways(graph, links=roadgraph.matrix(graph), points=points)


def slowly(graph, sources, limit):
    """Dijkstra's algorithm on lists."""
    ways = [[] for _ in range(graph.node_count)]
    for tail, head, weight in zip(*roadgraph.arcs(graph), strict=True):
        ways[tail].append((head, int(weight // roadgraph.PACK)))
    at, queue = {}, [(0, int(source)) for source in sources]
    heapq.heapify(queue)
    while queue:
        time, node = heapq.heappop(queue)
        if node not in at and time <= limit:
            at[node] = time
            for other, ms in ways[node]:
                heapq.heappush(queue, (time + ms, other))
    return [at.get(node, UNREACHED) for node in range(graph.node_count)]


def kernels():
    return [kernel for kernel in (array_fields, loops.compiled("compiled_fields")) if kernel]


@settings(max_examples=60)
@given(EDGES, SOURCES, st.integers(0, 20_000), st.integers(0, 9))
def test_times_are_those_of_the_slow_reference(edges, sources, limit, seed):
    graph, points, ways = laid_out(edges, seed)
    slow = slowly(graph, sources, limit)
    wanted = {}
    for stretch, (tail, head, forward, backward, _) in enumerate(edges):
        for point in range(points.first[stretch], points.first[stretch + 1]):
            share = points.share[point]
            times = [slow[tail] + round(share * forward)] if forward is not None else []
            times += [slow[head] + round((1 - share) * backward)] if backward is not None else []
            if min(times, default=UNREACHED) <= limit:
                wanted[point] = min(times)
    for kernel in kernels():
        at = kernel.reached(ways.links, np.array(sources), limit=limit)
        assert at.tolist() == slow
        point, ms = kernel.sampled(ways, at, limit=limit)
        assert dict(zip(point.tolist(), ms.tolist(), strict=True)) == wanted


@settings(max_examples=60)
@given(EDGES, SOURCES, st.integers(0, 20), st.integers(0, 9))
def test_the_same_field_without_numba(edges, sources, limit_s, seed):
    _, _, ways = laid_out(edges, seed)
    origins = np.random.default_rng(seed).integers(-6, 10, (len(sources), 2))
    given = {"sources": np.array(sources), "origins": origins, "limit_s": limit_s, "walk": WALK}
    found = fields.field(ways, **given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "compiled", lambda _: None)
        twin = fields.field(ways, **given)
    np.testing.assert_array_equal(found.z, twin.z)
    np.testing.assert_array_equal(found.corner, twin.corner)
    border = np.concatenate([found.z[[0, -1]].ravel(), found.z[:, [0, -1]].ravel()])
    assert (border == array_fields.NEVER).all()


def test_times_are_shared_by_the_four_points_around_and_walked_on_from():
    # Half a cell east of (1, 1): it and (1, 2) have the time; origin far away, no walk across.
    (z, corner) = array_fields.gridded(
        np.array([4_000, 2_000]), x=np.array([150, 150]), y=np.array([100, 100]),
        origins=np.array([[9, 9]]), parts=100, walk=1, step=10.0, across=14.0,
    )  # fmt: skip
    assert corner.tolist() == [-1, -1]
    assert z[2, 2:4].tolist() == [3_000.0, 3_000.0]
    assert (z[2, 1], z[3, 2], z[1, 1]) == (3_010.0, 3_010.0, 3_014.0)
    assert z[10:12, 10:12].tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert z[5, 5] == array_fields.NEVER
