from __future__ import annotations

import numpy as np
import pytest
from arrays import graph_of
from hypothesis import given, settings
from hypothesis import strategies as st
from travel_town import settings as study_settings
from travel_town import slow_trip

from colocate.tables import TABLES, empty
from colocate.travel import speeds
from colocate.travel.kernel import roadgraph
from colocate.travel.network import osm
from colocate.travel.roads import Roads, plain_graph

HOUR = 3600.0


@st.composite
def networks(draw, *, points=3):
    """A random directed network with one-ways, loops and parallel roads, and points on it."""
    size = draw(st.integers(2, 7))
    node = st.integers(0, size - 1)
    ms = st.one_of(st.none(), st.integers(0, 9000))
    edges = draw(
        st.lists(st.tuples(node, node, ms, ms, st.integers(1, 60)), min_size=1, max_size=14)
    )
    at = [
        (edge, draw(st.integers(0, edges[edge][4])))
        for edge in draw(st.lists(st.integers(0, len(edges) - 1), min_size=points, max_size=points))
    ]
    return size, edges, at


def test_times_and_lengths_are_those_nearest_in_milliseconds_and_decimetres():
    end = np.array([0])
    graph = roadgraph.build(2, tail=end, head=end + 1, forward_s=np.array([1.0006]),
                            backward_s=np.array([1.0014]), length_m=np.array([10.06]))  # fmt: skip
    assert (graph.forward_ms[0], graph.backward_ms[0], graph.length_dm[0]) == (1001, 1001, 101)


def times(size, edges, at, *, limit_s=HOUR, turned=False):
    graph, node = roadgraph.insert(
        graph_of(size, edges),
        edge=np.array([edge for edge, _ in at]),
        offset_m=np.array([dm / 10 for _, dm in at]),
    )
    graph = roadgraph.turned(graph) if turned else graph
    found = roadgraph.trips(graph, sources=node, targets=node, limit_s=limit_s)
    return {(a, b): (round(s * 1000), round(m * 10)) for a, b, s, m in zip(*found, strict=True)}


@settings(max_examples=300)
@given(networks())
def test_kernel_equals_the_slow_reference_exactly(case):
    size, edges, at = case
    found = times(size, edges, at)
    for i, source in enumerate(at):
        for j, target in enumerate(at):
            assert found.get((i, j)) == slow_trip(edges, source, target)


@settings(max_examples=60)
@given(networks())
def test_turned_graph_gives_the_way_back(case):
    size, edges, at = case
    there, back = times(size, edges, at), times(size, edges, at, turned=True)
    assert there == {(b, a): cost for (a, b), cost in back.items()}


@settings(max_examples=60)
@given(networks())
def test_no_detour_is_faster(case):
    found = times(*case)
    for (a, b), (ab, _) in found.items():
        for c in range(3):
            if (b, c) in found:
                assert found[a, c][0] <= ab + found[b, c][0]


@settings(max_examples=60)
@given(networks(), st.data())
def test_closing_a_road_never_shortens_a_trip(case, data):
    size, edges, at = case
    closed = data.draw(st.integers(0, len(edges) - 1))
    tail, head, _, _, dm = edges[closed]
    fewer = [*edges[:closed], (tail, head, None, None, dm), *edges[closed + 1 :]]
    before, after = times(size, edges, at), times(size, fewer, at)
    assert set(after) <= set(before)
    assert all(after[pair] >= before[pair] for pair in after)


ROAD = [(0, 1, 10_000, 20_000, 1000)]  # 100 m, 10 s along, 20 s back


def test_trip_within_one_edge_in_both_directions():
    found = times(2, ROAD, [(0, 200), (0, 700)])
    assert found[0, 1] == (5000, 500)
    assert found[1, 0] == (10_000, 500)


def test_trip_back_along_a_one_way_edge_goes_round():
    ring = [(0, 1, 10_000, None, 1000), (1, 0, 30_000, None, 3000)]
    found = times(2, ring, [(0, 200), (0, 700)])
    assert found[0, 1] == (5000, 500)
    assert found[1, 0] == (3000 + 30_000 + 2000, 300 + 3000 + 200)


def test_points_at_the_same_place_are_no_time_apart():
    assert times(2, ROAD, [(0, 300), (0, 300)])[0, 1] == (0, 0)


def test_point_at_an_end_is_the_junction_itself():
    two = [(0, 1, 10_000, None, 1000), (1, 2, 10_000, None, 1000)]
    assert times(3, two, [(0, 1000), (1, 500)])[0, 1] == (5000, 500)


def test_of_equally_fast_ways_the_shortest_counts():
    parallel = [(0, 1, 10_000, None, 900), (0, 1, 10_000, None, 700), (1, 2, 1000, None, 10)]
    assert times(3, parallel, [(0, 0), (2, 10)])[0, 1] == (11_000, 710)


@pytest.mark.parametrize(("limit_s", "reached"), [(10.0, True), (9.999, False)])
def test_the_limit_is_included(limit_s, reached):
    found = times(2, ROAD, [(0, 0), (0, 1000)], limit_s=limit_s)
    assert ((0, 1) in found) is reached


def test_dead_ends_without_points_are_left_out():
    #    0 - 1 - 2, with a tail 1 - 3 - 4
    edges = [(0, 1, 1, 1, 1), (1, 2, 1, 1, 1), (1, 3, 1, 1, 1), (3, 4, 1, 1, 1)]
    small, node = roadgraph.pruned(graph_of(5, edges), nodes=np.array([0, 2]))
    assert small.node_count == 3
    assert node.tolist() == [0, 2]


def test_parts_tell_main_trap_and_island():
    edges = [
        (0, 1, 1, 1, 1), (1, 2, 1, 1, 1),  # main: open both ways
        (2, 3, 1, None, 1),  # can be entered, never left
        (4, 5, 1, 1, 1),  # somewhere else
    ]  # fmt: skip
    kind, piece = roadgraph.parts(graph_of(6, edges))
    assert kind.tolist() == [roadgraph.MAIN, roadgraph.MAIN, roadgraph.TRAP, roadgraph.ISLAND]
    assert piece[0] == piece[1] == piece[2] != piece[3]


@pytest.mark.shared
def test_kernel_equals_the_slow_reference_on_exeter(shared_data):
    nodes, edges, *_ = osm.read_osm(shared_data / "roads" / "exeter-drive-2021.osm.pbf")
    driven = speeds.edge_speeds(nodes, edges, settings=study_settings())
    graph = plain_graph(Roads(nodes, edges, empty(TABLES["turns"]), driven))
    columns = (graph.tail, graph.head, graph.forward_ms, graph.backward_ms, graph.length_dm)
    plain = [
        (t, h, None if f < 0 else f, None if b < 0 else b, d)
        for t, h, f, b, d in zip(*(column.tolist() for column in columns), strict=True)
    ]
    rng = np.random.default_rng(20160219)
    edge = rng.choice(len(plain), 8, replace=False)
    dm = np.array([rng.integers(0, plain[e][4] + 1) for e in edge])
    inserted, node = roadgraph.insert(graph, edge=edge, offset_m=dm / 10)
    found = roadgraph.trips(inserted, sources=node[:2], targets=node, limit_s=10 * HOUR)
    exact = {(a, b): (round(s * 1000), round(m * 10)) for a, b, s, m in zip(*found, strict=True)}
    at = list(zip(edge.tolist(), dm.tolist(), strict=True))
    slow = {(i, j): slow_trip(plain, at[i], at[j]) for i in range(2) for j in range(len(at))}
    assert exact == {pair: cost for pair, cost in slow.items() if cost is not None}
    assert len(exact) > 10
