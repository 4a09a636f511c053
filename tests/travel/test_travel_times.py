"""Times alone, several metrics side by side: those of the table, and of the twins in numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_travel_compiled import neighbours

from colocate.errors import NetworkError
from colocate.travel.kernel import array_loops, hierarchy, roadgraph, sweeps, times
from colocate.travel.kernel.places import along_edges
from colocate.travel.kernel.sweeps import NEVER


@st.composite
def parents(draw):
    """Of each node a later one, or none."""
    count = draw(st.integers(0, 30))
    later = [draw(st.integers(node, count - 1)) for node in range(count)]
    return np.array([-1 if p == node else p for node, p in enumerate(later)], "int64")


@given(parents())
def test_all_below_a_node_come_just_before_it(parent):
    number = array_loops.along_trees(parent)
    assert sorted(number) == list(range(len(parent)))
    below = [{node} for node in range(len(parent))]
    for node, above in enumerate(parent):
        if above >= 0:
            below[above] |= below[node]
    for node, tree in enumerate(below):
        numbers = {int(number[each]) for each in tree}
        assert numbers == set(range(number[node] - len(tree) + 1, number[node] + 1))


@given(parents(), st.data())
def test_compiled_trees_and_chains_are_those_of_numpy(parent, data):
    compiled = pytest.importorskip("colocate.travel.kernel.compiled")
    np.testing.assert_array_equal(compiled.along_trees(parent), array_loops.along_trees(parent))
    some = st.integers(0, max(len(parent) - 1, 0))
    nodes = np.array(data.draw(st.lists(some, max_size=4 if len(parent) else 0)), "int64")
    np.testing.assert_array_equal(
        compiled.chained(nodes, parent=parent), array_loops.chained(nodes, parent=parent)
    )


def test_times_are_divided_by_one_factor_after_the_other():
    """36 s at 0.8 and then at 0.9 of the speed take 50 s; the other road is closed one way."""
    seconds = np.array([[36.0, 10.0], [36.0, np.inf]])
    one, other = np.array([[0.8, 1.0], [2.0, 1.0]]), np.array([[0.9, 1.0], [1.0, 1.0]])
    ms = times.rated(seconds, group=np.array([0, 1]), factors=(one, other))
    assert ms.tolist() == [[[50_000, 36_000], [5_000, 10_000]], [[50_000, 36_000], [NEVER] * 2]]


@st.composite
def towns(draw):
    """A network with one-ways, points on it, and times of its roads at some metrics."""
    first, head = draw(neighbours().filter(lambda own: len(own[1])))
    tail = np.repeat(np.arange(len(first) - 1), np.diff(first))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    closed = rng.random((2, len(tail))) < 0.25
    seconds = np.where(closed, np.inf, rng.integers(1, 99, (2, len(tail))).astype("float64"))
    graph = roadgraph.build(
        len(first) - 1, tail=tail, head=head, forward_s=seconds[0], backward_s=seconds[1],
        length_m=np.full(len(tail), 9.0),
    )  # fmt: skip
    spots = [
        along_edges(graph, edge=rng.integers(0, len(tail), n), offset_m=rng.uniform(0, 9, n))
        for n in (draw(st.integers(0, 6)), draw(st.integers(0, 6)))
    ]
    factors = rng.uniform(0.5, 2, (3, draw(st.integers(1, 4))))
    return graph, seconds, spots, rng.integers(0, 3, len(tail)), factors


def found(town, limit_s=np.inf):
    graph, seconds, (sources, targets), group, factors = town
    built = hierarchy.along_trees(hierarchy.prepare(graph, np.arange(graph.node_count)))
    ms = times.rated(seconds, group=group, factors=(factors, np.ones_like(factors)))
    asked = sweeps.asked(built, graph, sources=sources, targets=targets)
    metrics = times.customise(built, graph, edges_ms=ms)
    return times.tables(metrics, asked, ms=times.along(asked, ms), limit_s=limit_s)


@settings(max_examples=60)
@given(towns(), st.floats(0, 200))
def test_times_are_those_of_the_table_metric_by_metric(town, limit_s):
    graph, seconds, (sources, targets), group, factors = town
    for metric, ours in enumerate(found(town, limit_s=limit_s)):
        driven = seconds / factors[group, metric]
        own = roadgraph.reweighted(graph, forward_s=driven[0], backward_s=driven[1])
        plain = hierarchy.prepare(graph, np.arange(graph.node_count))
        weight = hierarchy.table(hierarchy.customise(plain, own), sources=sources, targets=targets)
        within = weight <= roadgraph.packed_limit(limit_s)
        expected = np.where(within, roadgraph.unpacked(weight)[0], np.inf)
        np.testing.assert_array_equal(ours, expected)


@settings(max_examples=40)
@given(towns())
def test_times_are_the_same_without_numba(town):
    with pytest.MonkeyPatch.context() as patch:
        for module in (hierarchy, sweeps, times):
            patch.setattr(module, "compiled", lambda: None)
        twin = found(town)
    np.testing.assert_array_equal(found(town), twin)


def test_a_road_opened_by_a_metric_is_refused():
    one = np.ones(2)
    graph = roadgraph.build(
        3, tail=np.array([0, 1]), head=np.array([1, 2]), forward_s=one,
        backward_s=np.array([1.0, np.inf]), length_m=one,
    )  # fmt: skip
    built = hierarchy.prepare(graph, np.arange(3))
    with pytest.raises(NetworkError, match="open in a direction that was closed"):
        times.customise(built, graph, edges_ms=np.ones((2, 2, 1), "int32"))
