"""The loops that numba compiles give what their twins in numpy give, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.travel.kernel import (
    array_loops,
    array_triangles,
    hierarchy,
    loops,
    roadgraph,
    sweeps,
)
from colocate.travel.kernel.places import along_edges

compiled = pytest.importorskip("colocate.travel.kernel.compiled")


@st.composite
def neighbours(draw):
    """Higher neighbours of some nodes: where each node's begin, and their numbers."""
    count = draw(st.integers(1, 40))
    pair = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    links = sorted({(min(p), max(p)) for p in draw(st.lists(pair, max_size=90)) if p[0] != p[1]})
    low, high = np.array(links, "int64").reshape(-1, 2).T
    return np.searchsorted(low, np.arange(count + 1)), high.copy()


@settings(max_examples=150)
@given(neighbours())
def test_the_same_links_are_filled_in(own):
    for ours, twin in zip(compiled.filled(*own), array_loops.filled(*own), strict=True):
        np.testing.assert_array_equal(ours, twin)


@given(neighbours())
def test_the_same_links_are_found(own):
    first, high = array_loops.filled(*own)
    low = np.repeat(np.arange(len(first) - 1), np.diff(first))
    for loops_ in (compiled, array_loops):
        found = loops_.found(first, high, low=low[::-1].copy(), top=high[::-1].copy())
        np.testing.assert_array_equal(found, np.arange(len(high))[::-1])


@settings(max_examples=100)
@given(neighbours(), st.integers(1, 3), st.integers(0, 99))
def test_the_same_weights_come_through_the_triangles(own, metrics, seed):
    first, high = array_loops.filled(*own)
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 99, (2, len(high), metrics)).astype("float64")
    weights[rng.random(weights.shape) < 0.3] = np.inf
    up, down = weights.copy()
    compiled.customised(first, high, up=up, down=down)
    level = array_loops.levels(first, high)
    twin_up, twin_down = weights.copy()
    triangles = array_triangles.triangles(first, high, level=level)
    array_triangles.customised(triangles, up=twin_up, down=twin_down)
    np.testing.assert_array_equal(up, twin_up)
    np.testing.assert_array_equal(down, twin_down)


@settings(max_examples=60)
@given(neighbours(), st.integers(0, 99))
def test_the_same_table_without_numba(own, seed):
    first, head = own
    tail = np.repeat(np.arange(len(first) - 1), np.diff(first))
    if not len(tail):
        return
    rng = np.random.default_rng(seed)
    forward, backward = rng.integers(1, 99, (2, len(tail))).astype("float64")
    graph = roadgraph.build(
        len(first) - 1, tail=tail, head=head, forward_s=forward,
        backward_s=np.where(backward < 30, np.inf, backward), length_m=np.full(len(tail), 9.0),
    )  # fmt: skip
    edge = rng.integers(0, len(tail), 7)
    spots = along_edges(graph, edge=edge, offset_m=rng.uniform(0, 9, 7))
    metric = hierarchy.customise(hierarchy.prepare(graph, np.arange(len(first) - 1)), graph)
    found = hierarchy.table(metric, sources=spots, targets=spots)
    with pytest.MonkeyPatch.context() as patch:
        for module in (hierarchy, sweeps):
            patch.setattr(module, "compiled", lambda: None)
        metric = hierarchy.customise(hierarchy.prepare(graph, np.arange(len(first) - 1)), graph)
        twin = hierarchy.table(metric, sources=spots, targets=spots)
    np.testing.assert_array_equal(found, twin)


@pytest.mark.parametrize(("said", "runs"), [("off", False), ("OFF", False), ("", True)])
def test_an_environment_variable_keeps_to_numpy(said, runs, monkeypatch):
    monkeypatch.setenv(loops.SWITCH, said)
    assert (loops.compiled.__wrapped__() is compiled) == runs
