from __future__ import annotations

import numpy as np
from arrays import graph_of
from hypothesis import given, settings
from hypothesis import strategies as st
from test_travel_hierarchy import MS, order_of, places
from travel_town import slow_trip

from colocate.travel.kernel import hierarchy, roadgraph

NONE, THROUGH, ENDS = 0, 1, 2


@st.composite
def networks(draw):
    """Roads of which some directions are for beginning and ending only, and points on them."""
    size = draw(st.integers(2, 7))
    node = st.integers(0, size - 1)
    road = st.tuples(node, node, MS, MS, st.integers(1, 60))
    edges = draw(st.lists(road, min_size=1, max_size=2 * size))
    ends = [(draw(st.booleans()), draw(st.booleans())) for _ in edges]
    on = st.integers(0, len(edges) - 1)
    at = [
        (e, draw(st.integers(0, edges[e][4]))) for e in draw(st.lists(on, min_size=1, max_size=5))
    ]
    return size, edges, ends, at


def parted(edges, ends):
    """The roads with through traffic, and those without, as lists of the same length."""
    through = [
        (tail, head, None if a else ahead, None if b else back, dm)
        for (tail, head, ahead, back, dm), (a, b) in zip(edges, ends, strict=True)
    ]
    only = [
        (tail, head, ahead if a else None, back if b else None, dm)
        for (tail, head, ahead, back, dm), (a, b) in zip(edges, ends, strict=True)
    ]
    return through, only


def slow(size, edges, ends, *, source, target):
    """The same by the book: three copies of the roads, to begin on, to go through, to end on."""
    through, only = parted(edges, ends)
    begin = [(tail + size, head + size, *rest) for tail, head, *rest in only]
    finish = [(tail + 2 * size, head + 2 * size, *rest) for tail, head, *rest in only]
    links = [
        (a, b, 0, None, 0)
        for v in range(size)
        for a, b in ((v + size, v), (v, v + 2 * size), (v + size, v + 2 * size))
    ]
    every = [*through, *begin, *finish, *links]
    count = len(edges)

    def choices(point, copy):
        edge, at = point
        return [point, (edge + copy * count, at)] if only[edge][2:4] != (None, None) else [point]

    found = [
        slow_trip(every, start, end) for start in choices(source, 1) for end in choices(target, 2)
    ]
    found += [slow_trip([only[source[0]]], (0, source[1]), (0, target[1]))] * (
        source[0] == target[0] and 0 not in (source[1], target[1])
        and edges[source[0]][4] not in (source[1], target[1])
    )  # fmt: skip
    best = min((cost for cost in found if cost is not None), default=None)
    return np.inf if best is None else best[0] * roadgraph.PACK + best[1]


def fast(size, edges, ends, *, seed):
    through, only = (graph_of(size, roads) for roads in parted(edges, ends))
    ready = hierarchy.prepare(graph_of(size, edges), order_of(through, seed))
    return hierarchy.customise(ready, through)._replace(ending=only)


@settings(max_examples=300)
@given(networks(), st.integers(0, 9))
def test_drives_begin_and_end_where_no_traffic_goes_through_but_never_pass(case, seed):
    size, edges, ends, at = case
    metric = fast(size, edges, ends, seed=seed)
    found = hierarchy.table(
        metric, sources=places(metric.graph, at), targets=places(metric.graph, at)
    )
    expected = [[slow(size, edges, ends, source=a, target=b) for b in at] for a in at]
    np.testing.assert_array_equal(found, expected)


def test_a_street_of_three_blocks_is_driven_along_by_who_lives_there():
    """0 --1-- 1 --1-- 2 --1-- 3, closed to through traffic, and a way round of 9 s each."""
    street = [(0, 1, 1000, 1000, 10), (1, 2, 1000, 1000, 10), (2, 3, 1000, 1000, 10)]
    round_about = [(0, 4, 9000, 9000, 10), (4, 3, 9000, 9000, 10), (1, 4, 9000, 9000, 10)]
    edges, ends = [*street, *round_about], [(True, True)] * 3 + [(False, False)] * 3
    metric = fast(5, edges, ends, seed=0)
    at = places(metric.graph, [(0, 5), (2, 5), (3, 5), (4, 5)])
    seconds = roadgraph.unpacked(hierarchy.table(metric, sources=at, targets=at))[0]
    assert seconds[0, 1] == 2.0  # from the first block to the last, along the street
    assert seconds[2, 3] == 9.0  # from way round to way round, not through the street
    assert seconds[0, 2] == 5.0  # out of the street at the near end
