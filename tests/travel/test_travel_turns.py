from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st
from travel_town import network, roads, settings, speeds
from turn_reference import slow_trips

from colocate.tables import TABLES
from colocate.tables.schema import conform
from colocate.travel import drawing, turns
from colocate.travel import speeds as speeds_of
from colocate.travel.kernel import roadgraph
from colocate.travel.network import osm
from colocate.travel.roads import Roads, plain_graph, road_graph

HOUR = 3600.0


@st.composite
def networks(draw):
    """A random network with one-ways and split nodes, some of whose turns are forbidden."""
    size = draw(st.integers(1, 5))
    node = st.integers(0, size - 1)
    ms = st.one_of(st.none(), st.integers(0, 9000))
    edges = draw(
        st.lists(st.tuples(node, node, ms, ms, st.integers(2, 60)), min_size=1, max_size=9)
    )
    split = draw(st.sets(node))
    delay = st.one_of(st.none(), st.just(0), st.integers(0, 9000))
    ways: dict = {}
    arms = [(e, end) for e in range(len(edges)) for end in (0, 1)]
    for by in arms:
        for to in arms:
            (one, at), (other, on) = by, to
            open_ = edges[one][3 - at] is not None and edges[other][2 + on] is not None
            if open_ and edges[one][at] == edges[other][on] and edges[one][at] in split:
                taken = draw(delay)
                if taken is not None:
                    ways.setdefault(by, {})[to] = taken
    at = [
        (edge, draw(st.integers(1, edges[edge][4] - 1)))
        for edge in draw(st.lists(st.integers(0, len(edges) - 1), min_size=3, max_size=3))
    ]
    return size, edges, split, ways, at


def graph_of(size, edges, split, ways):
    tail, head, forward, backward, dm = zip(*edges, strict=True)
    seconds = [[np.inf if v is None else v / 1000 for v in times] for times in (forward, backward)]
    graph = roadgraph.build(
        size,
        tail=np.array(tail),
        head=np.array(head),
        forward_s=np.array(seconds[0]),
        backward_s=np.array(seconds[1]),
        length_m=np.array(dm) / 10,
    )
    turning = [
        (2 * by[0] + by[1], 2 * to[0] + to[1], ms / 1000)
        for by, onward in ways.items()
        for to, ms in onward.items()
    ]
    start, end, delay = np.array(turning).reshape(-1, 3).T
    marked = np.isin(np.arange(size), list(split))
    return turns.expanded(
        graph, turns.Turns(marked, start.astype("int64"), end.astype("int64"), delay)
    )


def times(graph, at, *, turned=False):
    graph, node = roadgraph.insert(
        graph,
        edge=np.array([edge for edge, _ in at]),
        offset_m=np.array([dm / 10 for _, dm in at]),
    )
    graph = roadgraph.turned(graph) if turned else graph
    found = roadgraph.trips(graph, sources=node, targets=node, limit_s=HOUR)
    return {(a, b): (round(s * 1000), round(m * 10)) for a, b, s, m in zip(*found, strict=True)}


@law(max_examples=300)
@given(networks())
def test_kernel_with_turns_equals_the_slow_reference_exactly(case):
    size, edges, split, ways, at = case
    expected = slow_trips(edges, at, split=split, turns=ways)
    assert times(graph_of(size, edges, split, ways).graph, at) == expected


@law(max_examples=100)
@given(networks())
def test_turned_graph_gives_the_way_back(case):
    *network_of, at = case
    graph = graph_of(*network_of).graph
    back = times(graph, at, turned=True)
    assert times(graph, at) == {(b, a): cost for (a, b), cost in back.items()}


@law(max_examples=100)
@given(networks())
def test_free_turns_cost_nothing(case):
    size, edges, split, _, at = case
    free = {}
    for e, (tail, head, forward, backward, _) in enumerate(edges):
        for by, node, arrives in (((e, 0), tail, backward), ((e, 1), head, forward)):
            if arrives is not None and node in split:
                free[by] = {
                    (o, end): 0
                    for o, other in enumerate(edges)
                    for end in (0, 1)
                    if other[end] == node and other[2 + end] is not None
                }
    with_turns = graph_of(size, edges, split, free).graph
    assert times(with_turns, at) == times(graph_of(size, edges, set(), {}).graph, at)


@law(max_examples=100)
@given(networks())
def test_every_node_stands_for_one_of_the_network(case):
    graph, place = graph_of(*case[:-1])
    assert len(place) == graph.node_count
    tail, head, *_ = zip(*case[1], strict=True)
    assert (place[graph.tail[: len(tail)]] == tail).all()
    assert (place[graph.head[: len(head)]] == head).all()
    turn = graph.edge < 0
    assert (place[graph.tail[turn]] == place[graph.head[turn]]).all()


#            N
#            |
#     W ---- X ---- E     the main road runs from west to east
#            |
#            S
PLACES = {"X": (0, 0), "W": (-500, 0), "E": (500, 0), "N": (0, 500), "S": (0, -500)}
MAIN = [{"ends": "WX", "highway": "primary"}, {"ends": "XE", "highway": "primary"}]
SIDE = [{"ends": "NX"}, {"ends": "XS"}]
COSTS = settings().turns
NEAR, FAR, PRIORITY, GIVE_WAY, CROSSING = (
    figure.value
    for figure in (
        COSTS.near_side_s, COSTS.far_side_s, COSTS.priority_s, COSTS.give_way_s, COSTS.crossing_s
    )
)  # fmt: skip
NONE = conform(TABLES["turns"], [])


def delays(edges, *, forbidden=NONE, costs=COSTS, control=None):
    """Delay of each turn at X, by the places one comes from and goes to, e.g. `WE`."""
    road_nodes, road_edges = roads(PLACES, edges)
    road_nodes.loc[0, "control"] = control
    found = turns.turns(road_nodes, road_edges, forbidden=forbidden, costs=costs)
    other = [edge["ends"][1 - end] for edge in edges for end in (0, 1)]
    return {
        other[a] + other[b]: pytest.approx(s)
        for a, b, s in zip(found.from_arm, found.to_arm, found.delay_s, strict=True)
    }


def test_crossroads_by_hand():
    assert delays(MAIN + SIDE) == {
        "WE": PRIORITY, "EW": PRIORITY,
        "WN": PRIORITY + NEAR, "ES": PRIORITY + NEAR,
        "WS": PRIORITY + FAR + CROSSING, "EN": PRIORITY + FAR + CROSSING,
        "NE": GIVE_WAY + NEAR, "SW": GIVE_WAY + NEAR,
        "NW": GIVE_WAY + FAR + CROSSING, "SE": GIVE_WAY + FAR + CROSSING,
        "NS": GIVE_WAY + CROSSING, "SN": GIVE_WAY + CROSSING,
    }  # fmt: skip


@pytest.mark.parametrize(("degrees", "turn"), [(40, 0), (50, NEAR)])
def test_a_way_on_that_turns_by_less_than_45_degrees_goes_straight_on(degrees, turn):
    road_nodes, road_edges = roads(PLACES, MAIN + SIDE)
    end = 100 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    assert ahead(road_nodes, road_edges, east=[(0, 0), end]) == pytest.approx(PRIORITY + turn)


def test_a_road_heads_where_its_first_twenty_metres_go():
    road_nodes, road_edges = roads(PLACES, MAIN + SIDE)
    # Where it bends after 10.5 m it is 20 m on at 42 degrees, after 9.5 m at 48.
    straight, bent = [(0, 0), (10.5, 0), (10.5, 900)], [(0, 0), (9.5, 0), (9.5, 900)]
    assert ahead(road_nodes, road_edges, east=straight) == pytest.approx(PRIORITY)
    assert ahead(road_nodes, road_edges, east=bent) == pytest.approx(PRIORITY + NEAR)


def ahead(road_nodes, road_edges, *, east):
    """Delay from W to E where the road from X to E is drawn along `east`, in metres from X."""
    lines = road_edges.geometry.to_list()
    x, y = lines[1].coords[0]
    lines[1] = shapely.LineString([(x + i, y + j) for i, j in east])
    found = turns.turns(road_nodes, road_edges.set_geometry(lines, crs=road_edges.crs),
                        forbidden=NONE, costs=COSTS)  # fmt: skip
    ((delay,),) = found.delay_s[(found.from_arm == 1) & (found.to_arm == 2)].reshape(1, -1)
    return delay


def test_on_the_right_the_sides_change_places():
    mirrored = COSTS.model_copy(update={"driving_side": "right"})
    found = delays(MAIN + SIDE, costs=mirrored)
    assert found["WS"] == PRIORITY + NEAR
    assert found["WN"] == PRIORITY + FAR + CROSSING


CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified")


@pytest.mark.parametrize(("over", "under"), list(pairwise(CLASSES)))
def test_each_class_has_priority_over_the_next(over, under):
    roads_by = [{**edge, "highway": over} for edge in MAIN]
    found = delays([*roads_by, *({**edge, "highway": under} for edge in SIDE)])
    assert (found["WE"], found["NS"]) == (PRIORITY, GIVE_WAY + CROSSING)


@pytest.mark.parametrize(("highway", "by_turn"), [("tertiary", True), ("unclassified", False)])
def test_delays_go_by_turn_where_a_tertiary_road_or_better_meets(highway, by_turn):
    assert bool(delays([{**MAIN[0], "highway": highway}, *SIDE])) is by_turn


def test_equal_roads_all_give_way():
    equal = [{**edge, "highway": "primary"} for edge in MAIN + SIDE]
    found = delays(equal)
    assert found["WE"] == found["NS"] == GIVE_WAY
    assert found["WS"] == GIVE_WAY + FAR + CROSSING


def test_a_slip_road_does_not_take_priority_from_its_road():
    slip = {"ends": "NX", "highway": "primary_link", "backward": False}
    found = delays([*MAIN, slip])
    assert found["WE"] == PRIORITY
    assert found["NE"] == GIVE_WAY + NEAR


def test_the_main_road_keeps_priority_round_a_bend():
    bend = [{"ends": "WX", "highway": "primary"}, {"ends": "XN", "highway": "primary"}]
    found = delays([*bend, {"ends": "XE"}])
    assert found["WN"] == PRIORITY + NEAR
    assert found["EW"] == GIVE_WAY
    assert found["WE"] == PRIORITY


def test_signals_and_mini_roundabouts_take_the_place_of_priority():
    signals = delays(MAIN + SIDE, control="traffic_signals")
    assert signals["WE"] == signals["NS"] == COSTS.signals_s.value
    assert signals["WS"] == COSTS.signals_s.value + FAR
    mini = delays(MAIN + SIDE, control="mini_roundabout")
    assert mini["WE"] == COSTS.roundabout_s.value


def test_entering_a_roundabout_costs_and_driving_round_does_not():
    round_ = [
        {"ends": "WX", "highway": "primary", "junction": "roundabout", "backward": False},
        {"ends": "XE", "highway": "primary", "junction": "roundabout", "backward": False},
        {"ends": "SX", "highway": "primary"},
    ]
    found = delays(round_)
    assert found["WE"] == 0
    assert found["WS"] == FAR
    assert found["SE"] == COSTS.roundabout_s.value + FAR


@pytest.mark.parametrize("highway", ["residential", "unclassified", "service"])
def test_where_no_main_road_goes_nothing_is_split(highway):
    assert delays([{**edge, "highway": highway} for edge in MAIN + SIDE]) == {}


def test_service_roads_make_no_junction():
    assert delays([*MAIN, {"ends": "XN", "highway": "service"}]) == {}


def test_junctions_with_delays_by_turn_have_no_flat_one():
    def drive_times(edges, **changes):
        found = speeds_of.edge_speeds(*roads(PLACES, edges), settings=settings(**changes))
        return found["forward_s"]

    main, minor = MAIN + SIDE, [{**edge, "highway": "residential"} for edge in MAIN + SIDE]
    assert (drive_times(main) < drive_times(main, turn_costs=False)).all()
    assert drive_times(minor).equals(drive_times(minor, turn_costs=False))


def forbid(start, end, edges):
    """Table `turns` of one forbidden turn at X."""

    def driven(place, *, arrives):
        (found,) = (i for i, edge in enumerate(edges) if place in edge["ends"])
        return found, edges[found]["ends"].endswith("X") == arrives

    (one, by), (other, on) = driven(start, arrives=True), driven(end, arrives=False)
    row = {"via_node": 0, "from_edge": one, "from_forward": by, "to_edge": other, "to_forward": on}
    return conform(TABLES["turns"], [{**row, "restriction": "no_left_turn"}])


def test_forbidden_turns_are_left_out_with_and_without_costs():
    edges = MAIN + SIDE
    for costs in (COSTS, None):
        found = delays(edges, forbidden=forbid("W", "N", edges), costs=costs)
        assert len(found) == 11
        assert "WN" not in found


def test_turning_round_only_where_there_is_no_other_way_on():
    trap = [{"ends": "WX"}, {"ends": "NX", "backward": False}]
    assert delays(trap, forbidden=forbid("N", "W", trap)) == {"WW": COSTS.u_turn_s.value}
    banned = forbid("W", "W", trap)
    assert delays(trap, forbidden=banned) == {"NW": 0}


def times_to(target, edges, forbidden=NONE, **changes):
    """Drive time from 100 m west of X to `target` (edge, m along it), at 1 s for 10 m."""
    there = network(PLACES, edges)
    driven = speeds(there.road_edges, there.road_edges["length_m"] / 10)
    there = there._replace(turns=forbidden, edge_speeds=driven)
    graph = road_graph(there, settings=settings(**changes))
    at = [(0, 4000), (target[0], 10 * target[1])]
    return times(graph, at)[0, 1][0] / 1000


def test_drive_times_know_turns():
    edges = MAIN + SIDE
    assert times_to((2, 400), edges) == pytest.approx(20 + PRIORITY + NEAR)
    assert times_to((2, 400), edges, turn_costs=False) == pytest.approx(20)


def test_a_forbidden_turn_is_driven_round():
    edges = MAIN + SIDE
    no_left = forbid("W", "N", edges)
    # Straight on to the end of the road, round there, and back to turn right: 2 x 500 m more.
    expected = 20 + 100 + PRIORITY + PRIORITY + FAR + CROSSING
    assert times_to((2, 400), edges, no_left) == pytest.approx(expected)
    assert times_to((2, 400), edges, no_left, turn_costs=False) == pytest.approx(120)


def test_where_a_tag_changes_nobody_turns_round_to_get_past_a_restriction():
    places = {**PLACES, "T": (10, 0)}
    edges = [{"ends": "WX"}, {"ends": "XT"}, {"ends": "TE"}, *SIDE]
    road_nodes, road_edges = roads(places, edges)
    found = turns.turns(road_nodes, road_edges, forbidden=forbid("W", "N", edges), costs=None)
    assert np.flatnonzero(found.split).tolist() == [0, 5]


def test_a_point_at_the_end_of_a_split_road_lies_before_the_junction():
    edges = MAIN + SIDE
    assert times_to((0, 500), edges) == pytest.approx(10 - 0.01)


def test_catchments_have_no_samples_on_turns():
    there = network(PLACES, MAIN + SIDE, 50)
    graph = road_graph(there, settings=settings())
    lines = there.road_edges.geometry.to_numpy()
    samples = drawing.samples(graph, lines=lines, length=graph.length_dm, every_m=100, cell=200)
    assert np.diff(samples.first).tolist() == [6] * 4 + [0] * 12
    assert np.isfinite(samples.share).all()


@pytest.mark.shared
def test_helsinki_with_its_restrictions_equals_the_slow_reference(shared_data):
    found = osm.read_osm(
        shared_data / "roads" / "Helsinki.osm.pbf", crs="EPSG:3067", driving_side="right"
    )
    nodes, edges = found.road_nodes, found.road_edges
    given = settings()
    given = given.model_copy(
        update={"turns": given.turns.model_copy(update={"driving_side": "right"})}
    )
    edge_speeds = speeds_of.edge_speeds(nodes, edges, settings=given)
    there = Roads(nodes, edges, found.turns, edge_speeds)
    plain, split = plain_graph(there), road_graph(there, settings=given)
    ways = turns.turns(nodes, edges, forbidden=found.turns, costs=given.turns)
    slow_turns: dict = {}
    for a, b, s in zip(*(column.tolist() for column in ways[1:4]), strict=True):
        slow_turns.setdefault(divmod(a, 2), {})[divmod(b, 2)] = round(s * 1000)
    length = split.length_dm[: len(edges)]
    columns = (plain.tail, plain.head, plain.forward_ms, plain.backward_ms, length)
    listed = [
        (t, h, None if f < 0 else f, None if b < 0 else b, d)
        for t, h, f, b, d in zip(*(column.tolist() for column in columns), strict=True)
    ]
    rng = np.random.default_rng(20160219)
    long = np.flatnonzero(length > 100)
    at = [(int(e), int(length[e]) // 2) for e in rng.choice(long, 12, replace=False)]
    expected = slow_trips(
        listed, at, split=set(np.flatnonzero(ways.split).tolist()), turns=slow_turns
    )
    assert times(split, at) == expected
    assert len(expected) > 100
    assert times(plain, at) != expected
