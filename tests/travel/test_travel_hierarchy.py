from __future__ import annotations

import numpy as np
import pytest
from arrays import graph_of
from hypothesis import given, settings
from hypothesis import strategies as st
from travel_town import slow_trip

from colocate.errors import NetworkError
from colocate.travel import turns
from colocate.travel.kernel import array_loops, hierarchy, node_order, roadgraph
from colocate.travel.kernel.places import Places, along_edges

MS = st.one_of(st.none(), st.integers(0, 9000))
"""Time of a direction; None is closed."""


@st.composite
def networks(draw, *, most_nodes=9):
    """A random network with one-ways, loops, parallel and instant roads, and points on it."""
    size = draw(st.integers(2, most_nodes))
    node = st.integers(0, size - 1)
    edge = st.tuples(node, node, MS, MS, st.integers(1, 60))
    edges = draw(st.lists(edge, min_size=1, max_size=2 * size))
    on = st.integers(0, len(edges) - 1)
    count = draw(st.integers(1, 5))
    at = [
        (number, draw(st.integers(0, edges[number][4])))
        for number in draw(st.lists(on, min_size=count, max_size=count))
    ]
    return size, edges, at


def order_of(graph, seed):
    at = np.random.default_rng(seed).integers(0, 4, (graph.node_count, 2)).astype("float64")
    return node_order.node_order(graph, at=at)


def ready(graph, *, seed=0):
    return hierarchy.customise(hierarchy.prepare(graph, order_of(graph, seed)), graph)


def places(graph, at):
    edge, dm = np.array(at, "int64").reshape(-1, 2).T
    return along_edges(graph, edge=edge, offset_m=dm / 10)


def slow_table(edges, sources, targets):
    found = [[slow_trip(edges, source, target) for target in targets] for source in sources]
    weights = [
        [np.inf if c is None else c[0] * roadgraph.PACK + c[1] for c in row] for row in found
    ]
    return np.array(weights, "float64").reshape(len(sources), len(targets))


@settings(max_examples=200)
@given(networks(), st.integers(0, 9), st.data())
def test_table_equals_the_slow_reference_exactly(case, seed, data):
    size, edges, at = case
    graph = graph_of(size, edges)
    some = data.draw(st.lists(st.sampled_from(at), max_size=8))
    for sources, targets in ((at, at), (at, some), (some, at)):
        found = hierarchy.table(
            ready(graph, seed=seed), sources=places(graph, sources), targets=places(graph, targets)
        )
        np.testing.assert_array_equal(found, slow_table(edges, sources, targets))


@settings(max_examples=60)
@given(networks(), st.floats(0, 30))
def test_trips_are_those_of_the_search_on_the_network_with_the_points_in_it(case, limit_s):
    size, edges, at = case
    graph = graph_of(size, edges)
    edge, dm = np.array(at).T
    inserted, node = roadgraph.insert(graph, edge=edge, offset_m=dm / 10)
    expected = roadgraph.trips(inserted, sources=node, targets=node, limit_s=limit_s)
    spots = places(graph, at)
    found = hierarchy.trips(ready(graph), sources=spots, targets=spots, limit_s=limit_s)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@settings(max_examples=60)
@given(networks(), st.data())
def test_split_junctions_and_no_turning_round_at_other_points(case, data):
    size, edges, at = case
    arms = [end for edge in edges for end in edge[:2]]
    split = data.draw(st.sets(st.integers(0, size - 1)))
    pairs = [
        (a, b)
        for a, node in enumerate(arms)
        for b, other in enumerate(arms)
        if node == other and node in split
    ]
    allowed = sorted(data.draw(st.sets(st.sampled_from(pairs))) if pairs else [])
    start, end = np.array(allowed, "int64").reshape(-1, 2).T
    marked = np.isin(np.arange(size), list(split))
    ways = turns.Turns(marked, start, end, np.arange(len(allowed)) / 10)
    plain = graph_of(size, edges)
    graph = turns.expanded(plain, ways).graph
    table = hierarchy.table(ready(graph), sources=places(graph, at), targets=places(graph, at))
    for pair in np.ndindex(table.shape):  # with other points in it one could turn round at them
        edge, dm = np.array([at[i] for i in pair]).T
        inserted, node = roadgraph.insert(graph, edge=edge, offset_m=dm / 10)
        _, weight = next(roadgraph.sweep(inserted, sources=node[:1], limit_s=np.inf))
        assert table[pair] == weight[0, node[1]]


@settings(max_examples=60)
@given(networks(), st.data())
def test_new_weights_are_as_good_as_a_new_hierarchy(case, data):
    size, edges, at = case
    first = graph_of(size, edges)
    closed_or = [
        (t, h, *(data.draw(MS) if v is not None else None for v in (f, b)), dm)
        for t, h, f, b, dm in edges
    ]
    second = graph_of(size, closed_or)
    kept = hierarchy.customise(ready(first).hierarchy, second)
    spots = places(second, at)
    np.testing.assert_array_equal(
        hierarchy.table(kept, sources=spots, targets=spots),
        hierarchy.table(ready(second), sources=spots, targets=spots),
    )


@settings(max_examples=60)
@given(networks(most_nodes=40), st.integers(0, 99))
def test_order_takes_every_node_once_and_does_not_change_the_answer(case, seed):
    size, edges, at = case
    graph = graph_of(size, edges)
    assert sorted(order_of(graph, seed)) == list(range(size))
    spots = places(graph, at)
    plain = hierarchy.customise(hierarchy.prepare(graph, np.arange(size)), graph)
    np.testing.assert_array_equal(
        hierarchy.table(ready(graph, seed=seed), sources=spots, targets=spots),
        hierarchy.table(plain, sources=spots, targets=spots),
    )


def grid(width):
    """Square town of two-way streets, a second for 10 m, nodes row by row."""
    node = np.arange(width * width).reshape(width, width)
    tail = np.r_[node[:, :-1].ravel(), node[:-1].ravel()]
    head = np.r_[node[:, 1:].ravel(), node[1:].ravel()]
    second = np.ones(len(tail))
    graph = roadgraph.build(
        node.size, tail=tail, head=head, forward_s=second, backward_s=second, length_m=second * 10
    )
    return graph, np.column_stack(np.divmod(node.ravel(), width)).astype("float64")


def test_grid_is_cut_again_and_again():
    graph, at = grid(16)
    rank = node_order.node_order(graph, at=at)
    assert hierarchy.prepare(graph, np.arange(256)).level.max() == 255  # row by row
    assert hierarchy.prepare(graph, rank).level.max() < 64
    assert np.ptp(at[np.argsort(rank)[-8:]], axis=0).min() <= 4  # the last nodes lie along a line


def at_nodes(nodes):
    return Places(nodes, np.full_like(nodes, -1), np.zeros_like(nodes))


def test_table_of_nodes_by_hand():
    graph, at = grid(5)
    metric = hierarchy.customise(
        hierarchy.prepare(graph, node_order.node_order(graph, at=at)), graph
    )
    corner, every = at_nodes(np.array([0])), at_nodes(np.arange(25))
    seconds, metres = roadgraph.unpacked(hierarchy.table(metric, sources=corner, targets=every))
    assert seconds[0].tolist() == at.sum(axis=1).tolist()
    assert metres[0].tolist() == (at.sum(axis=1) * 10).tolist()


def test_more_sources_than_one_sweep_holds():
    graph, at = grid(20)
    metric = hierarchy.customise(
        hierarchy.prepare(graph, node_order.node_order(graph, at=at)), graph
    )
    every = at_nodes(np.arange(400))
    seconds, _ = roadgraph.unpacked(hierarchy.table(metric, sources=every, targets=every))
    away = abs(at[:, None] - at[None]).sum(axis=2)
    np.testing.assert_array_equal(seconds, away)


ROAD = [(0, 1, 10_000, 10_000, 1000), (1, 2, 10_000, None, 1000)]


def test_road_opened_later_is_refused():
    graph = graph_of(3, ROAD)
    opened = graph._replace(backward_ms=graph.forward_ms)
    with pytest.raises(NetworkError, match=r"1 \(1\)\. Expected"):
        hierarchy.customise(ready(graph).hierarchy, opened)


def test_order_and_table_are_the_same_every_time():
    graph, at = grid(12)
    one, other = (node_order.node_order(graph, at=at) for _ in range(2))
    assert one.tobytes() == other.tobytes()


def test_the_example_of_six_nodes_in_the_module_s_docstring():
    a, b, c, d, e, f = range(6)
    minutes = {(a, b): 1, (b, c): 2, (a, d): 4, (b, e): 1, (c, f): 1, (d, e): 1, (e, f): 3}
    roads = [(*ends, 60_000 * time, 60_000 * time, 10) for ends, time in minutes.items()]
    graph = graph_of(6, roads)
    order = [a, c, d, f, b, e]
    built = hierarchy.prepare(graph, np.argsort(order))

    links = [
        frozenset((order[low], order[high]))
        for low, high in zip(built.low, built.high, strict=True)
    ]
    assert set(links) == {frozenset(ends) for ends in minutes} | {
        frozenset((d, b)),
        frozenset((f, b)),
    }
    assert dict(zip(order, built.level, strict=True)) == {a: 0, c: 0, d: 1, f: 1, b: 2, e: 3}

    metric = hierarchy.customise(built, graph)
    climbed, come_down = (
        dict(zip(links, roadgraph.unpacked(way)[0] / 60, strict=True))
        for way in (metric.up, metric.down)
    )
    assert climbed == come_down
    assert climbed[frozenset((d, b))] == 5
    assert climbed[frozenset((f, b))] == 3
    assert climbed[frozenset((b, e))] == 1

    start, end = (at_nodes(np.array([node])) for node in (d, c))
    found = hierarchy.table(metric, sources=start, targets=end)
    assert roadgraph.unpacked(found)[0].tolist() == [[4 * 60]]
    seen = built.rank[[d, c]]
    above = np.flatnonzero(array_loops.chained(seen, parent=built.parent))
    assert {order[rank] for rank in above} == {d, c, f, b, e}
