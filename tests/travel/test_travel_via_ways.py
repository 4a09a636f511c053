from __future__ import annotations

import heapq
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osm_town import xml
from travel_town import network
from travel_town import settings as travel

from colocate.tables import TABLES, check
from colocate.tables.schema import conform
from colocate.travel import roads as roads_of
from colocate.travel import turn_paths
from colocate.travel.kernel import roadgraph
from colocate.travel.network import osm

# Two carriageways a - b - c eastwards and d - e - f westwards, joined by a cross road b - e.
NODES = {1: (0, 0), 2: (500, 0), 3: (1000, 0), 4: (0, 30), 5: (500, 30), 6: (1000, 30)}
EAST = {"highway": "primary", "oneway": "yes"}
WAYS = (
    ([1, 2], EAST),
    ([2, 3], EAST),
    ([6, 5], EAST),
    ([5, 4], EAST),
    ([2, 5], {"highway": "service"}),
    ([3, 6], {"highway": "primary"}),
    ([4, 1], {"highway": "primary"}),
)
NO_U_TURN = (
    [("from", "w", 1), ("via", "w", 5), ("to", "w", 4)],
    {"type": "restriction", "restriction": "no_u_turn"},
)


def read(tmp_path, *relations, ways=WAYS):
    file = tmp_path / "map.osm"
    file.write_text(xml(ways, NODES, relations=relations))
    return osm.read_osm(file)


def named(roads):
    """Turns as the ends of the ways driven, in metres from the corner."""
    west = roads.road_nodes["easting"].min(), roads.road_nodes["northing"].min()
    at = {
        row.node_id: (round(row.easting - west[0], -1), round(row.northing - west[1], -1))
        for row in roads.road_nodes.itertuples()
    }
    ends = roads.road_edges[["from_node", "to_node"]].to_numpy()

    def drive(road):
        tail, head = ends[road // 2]
        return at[head if road % 2 else tail]

    return {tuple(map(drive, path)) for path in turn_paths.paths(roads.turns)}


def test_a_no_over_a_way_forbids_the_path(tmp_path):
    roads = read(tmp_path, NO_U_TURN)
    check(TABLES["turns"], roads.turns)
    assert named(roads) == {((500, 0), (500, 30), (0, 30))}
    assert roads.network_report.set_index("rule")["count"]["restriction_used"] == 1


def test_an_only_over_a_way_forbids_to_leave_the_path(tmp_path):
    members, _ = NO_U_TURN
    only = (members, {"type": "restriction", "restriction": "only_u_turn"})
    roads = read(tmp_path, only)
    plain = roads.turns[roads.turns["via_edges"].isna()]
    assert len(plain) == 1  # on past the cross road
    assert named(roads) == {((500, 0), (500, 30), (500, 0))}  # or back along it


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("from", "w", 4), ("via", "w", 5), ("to", "w", 1)], "not_open_to_cars"),
        ([("from", "w", 1), ("via", "w", 99), ("to", "w", 4)], "not_open_to_cars"),
        ([("from", "w", 1), ("via", "w", 5), ("via", "n", 5), ("to", "w", 4)], "members_missing"),
    ],
)
def test_what_cannot_be_driven_is_counted(tmp_path, members, reason):
    roads = read(tmp_path, (members, NO_U_TURN[1]))
    assert roads.turns.empty
    assert reason in set(roads.issues["key"])


@pytest.mark.parametrize(
    ("tags", "used"),
    [
        ({"restriction:conditional": "no_u_turn @ (Mo-Su 00:00-24:00)"}, True),
        ({"restriction:conditional": "no_u_turn @ (Mo-Fr 07:00-09:00)"}, False),
        ({"restriction": "no_u_turn", "hour_on": "07:00", "hour_off": "09:00"}, False),
        ({"restriction": "no_u_turn", "except": "emergency;bus"}, True),
    ],
)
def test_times_and_exceptions(tmp_path, tags, used):
    roads = read(tmp_path, (NO_U_TURN[0], {"type": "restriction", **tags}))
    assert bool(named(roads)) is used
    if not used:
        assert "conditional" in set(roads.issues["key"])


def test_nothing_opens_on_to_the_way_between(tmp_path):
    roads = read(tmp_path, NO_U_TURN)
    assert roads.road_edges.loc[turn_paths.between(roads.turns), "highway"].tolist() == ["service"]


SQUARE = {"A": (0, 0), "B": (100, 0), "C": (100, 100), "D": (0, 100), "E": (200, 0)}
LINES = ["AB", "BC", "CD", "DA", "BE", "AC"]


def table(paths):
    return conform(
        TABLES["turns"],
        (
            {
                "via_node": 0, "from_edge": path[0] // 2, "from_forward": bool(path[0] % 2),
                "via_edges": ";".join(f"{r // 2}{'-+'[r % 2]}" for r in path[1:-1]),
                "to_edge": path[-1] // 2, "to_forward": bool(path[-1] % 2),
                "restriction": "no_left_turn",
            }
            for path in paths
        ),
    )  # fmt: skip


def ends_of(road):
    tail, head = LINES[road // 2]
    return (tail, head) if road % 2 else (head, tail)


def drivable(path):
    """Whether roads follow one another without turning round."""
    return all(
        ends_of(a)[1] == ends_of(b)[0] and a // 2 != b // 2 for a, b in itertools.pairwise(path)
    )


ALL = [
    path
    for n in (3, 4)
    for path in itertools.product(range(2 * len(LINES)), repeat=n)
    if drivable(path)
]


def slow(start, end, *, seconds, banned):
    """Least time over whole roads from one to another, by what the last three roads allow.

    One turns round at E alone, where there is no other way on.
    """
    heap, done = [(0.0, (start,))], set()
    while heap:
        time, last = heapq.heappop(heap)
        if last[-1] == end:
            return time
        if last in done:
            continue
        done.add(last)
        for road in range(2 * len(LINES)):
            longer = (*last, road)
            held = any(longer[-n:] in banned for n in (3, 4) if n <= len(longer))
            at = ends_of(road)[0]
            follows = at == ends_of(last[-1])[1] and (road // 2 != last[-1] // 2 or at == "E")
            if follows and not held:
                heapq.heappush(heap, (time + seconds[road // 2], longer[-3:]))
    return np.inf


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(ALL), min_size=1, max_size=5, unique=True),
    st.lists(st.integers(1, 9), min_size=len(LINES), max_size=len(LINES)),
    st.sampled_from([path for path in ALL if len(path) == 3]),
)
def test_overlapping_paths_all_hold(banned, seconds, trip):
    roads = network(SQUARE, [{"ends": ends} for ends in LINES], [float(s) for s in seconds])
    # One that costs nothing at every node: then all are split, and nobody turns round.
    everywhere = table([*banned])
    roads = roads._replace(turns=everywhere)
    open_ = roads_of.open_graph(roads, delays=None).graph
    graph = roadgraph.reweighted(
        open_,
        forward_s=roads.edge_speeds["forward_s"].to_numpy(),
        backward_s=roads.edge_speeds["backward_s"].to_numpy(),
    )
    direct = roads_of.road_graph(roads, settings=travel(turn_costs=False))
    for one, other in zip(graph, direct, strict=True):
        np.testing.assert_array_equal(one, other)
    start, end = trip[0], trip[-1]
    if not all(split_at(graph, node) for node in range(len(SQUARE) - 1)):
        return
    leave = graph.tail[start // 2] if start % 2 else graph.head[start // 2]
    weights = next(roadgraph.sweep(graph, sources=np.array([leave]), limit_s=1e4))[1][0]
    to, ms = (
        (graph.forward_to, graph.forward_ms) if end % 2 else (graph.backward_to, graph.backward_ms)
    )
    arrivals = to[(graph.edge == end // 2) & (ms != roadgraph.CLOSED)]
    found = roadgraph.unpacked(weights)[0][arrivals].min()
    expected = slow(start, end, seconds=seconds, banned=set(banned)) + seconds[start // 2]
    assert found == expected


def split_at(graph, node):
    """Whether no road passes a node over one copy: it is split."""
    edges = pd.Series(LINES).str.contains(list(SQUARE)[node]).to_numpy()
    own = [
        (graph.tail[e], graph.backward_to[e]) if LINES[e][0] == list(SQUARE)[node]
        else (graph.head[e], graph.forward_to[e])
        for e in np.flatnonzero(edges)
    ]  # fmt: skip
    return all(a != b for a, b in own)
