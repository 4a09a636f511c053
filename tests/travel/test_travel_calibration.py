"""Calibration on invented trips: every drive time here is made up, by known factors and noise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from travel_town import points, roads, settings

from colocate.errors import InputError
from colocate.study import SpeedFactors
from colocate.tables import TABLES, empty
from colocate.travel import calibration
from colocate.travel.kernel import roadgraph
from colocate.travel.roads import Roads, road_graph
from colocate.travel.snapping import snap
from colocate.travel.speeds import edge_speeds, factored

GROUPS = ["motorway_trunk", "main", "minor", "built_up"]
TRUTH = {"motorway_trunk": 0.9, "main": 0.8, "minor": 0.7, "built_up": 1.1}
KINDS = ("trunk", "primary", "unclassified", "residential")
SIDE = 8


@pytest.fixture(scope="module")
def town():
    """Streets every 1.5 km, their classes in turn; 30 mph signs make the residential built up."""
    nodes = {(x, y): (1500 * x, 1500 * y) for x in range(SIDE) for y in range(SIDE)}
    edges = []
    for x in range(SIDE):
        for y in range(SIDE):
            for dx, dy, k in ((1, 0, y), (0, 1, x + 1)):
                if (x + dx, y + dy) in nodes:
                    kind = KINDS[k % 4]
                    limit = "30 mph" if kind == "residential" else None
                    edges.append({"ends": ((x, y), (x + dx, y + dy)), "highway": kind,
                                  "maxspeed": limit})  # fmt: skip
    road_nodes, road_edges = roads(nodes, edges)
    given = settings()
    driven = edge_speeds(road_nodes, road_edges, settings=given)
    return {
        "roads": Roads(road_nodes, road_edges, empty(TABLES["turns"]), driven),
        "settings": given,
    }


def driven(town, count, *, factors=TRUTH):
    """Invented trips between places on the roads, each as long as the factors say."""
    rng = np.random.default_rng(7)
    at = rng.uniform(0, 1500 * (SIDE - 1), (2, count, 2))
    on_street = rng.integers(0, 2, (2, count, 1)) == np.arange(2)
    at = np.where(on_street, np.round(at / 1500) * 1500, at).round()
    names = [f"T{n:03}" for n in range(count)]
    ends = [
        points(kind, dict(zip(names, xy, strict=True)))
        for kind, xy in zip(("site", "demand"), at, strict=True)
    ]
    weights = factored(town["roads"].edge_speeds, factors)
    given = {"roads": town["roads"]._replace(edge_speeds=weights), "settings": town["settings"]}
    snaps = snap(*ends, **given).snaps
    at_road = snaps.sort_values(["kind", "point_id"], ascending=[False, True])
    graph, node = roadgraph.insert(
        road_graph(given["roads"], settings=given["settings"]),
        edge=at_road["edge_id"].to_numpy(),
        offset_m=at_road["offset_m"].to_numpy(),
    )
    sources, targets = node.reshape(2, -1)
    drive = roadgraph.trips(graph, sources=sources, targets=targets, limit_s=7200)
    own = drive.source == drive.target
    assert drive.source[own].tolist() == list(range(count))
    return pd.DataFrame(
        {
            "trip_id": names,
            "from_easting": at[0, :, 0], "from_northing": at[0, :, 1],
            "to_easting": at[1, :, 0], "to_northing": at[1, :, 1],
            "observed_s": drive.time_s[own],
            "profile": pd.Series(None, index=range(count), dtype="str"),
            "period": "unknown",
        }
    )  # fmt: skip


def calibrate(town, trips, profile="car"):
    return calibration.calibrate(trips, **town, profile=profile)


def test_known_factors_are_found_again(town):
    found = calibrate(town, driven(town, 120)).factors
    assert found["class_group"].tolist() == GROUPS
    assert (found["outcome"] == "fitted").all()
    assert found["factor"].tolist() == pytest.approx(list(TRUTH.values()), rel=0.005)


def test_noise_and_stops_on_the_way_hardly_move_the_factors(town):
    # 8 % noise on some 40 trips a group is 1.3 %; one trip in twelve with a stop of half to twice
    # its time pulls each factor down by about 0.08 * FAR = 0.8 % under the soft L1 loss. 5 % is
    # the sum and three standard errors.
    trips = driven(town, 200)
    rng = np.random.default_rng(11)
    trips["observed_s"] *= rng.lognormal(0, 0.08, 200)
    trips.loc[::12, "observed_s"] *= rng.uniform(1.5, 3, len(trips.loc[::12]))
    found = calibrate(town, trips)
    assert found.factors["factor"].tolist() == pytest.approx(list(TRUTH.values()), rel=0.05)
    assert (found.factors["standard_error"] < 0.05).all()
    assert len(found.trips) == 200


def test_a_factor_is_refused_on_too_few_trips(town):
    trips = driven(town, 9)
    found = calibrate(town, trips).factors
    assert set(found["outcome"]) == {"too_few_trips"}
    assert (found["factor"] == found["before"]).all()
    assert found["standard_error"].isna().all()


def test_groups_that_cannot_be_told_apart_are_not_both_fitted():
    spent = np.tile([100.0, 100, 0, 0, 0], (20, 1))
    observed = np.where(np.arange(20) % 2, 220.0, 230.0)
    found = calibration.fit(spent, observed, before=np.ones(4))
    assert sorted(found.outcome[:2]) == ["fitted", "too_uncertain"]
    assert calibration.predicted(spent, found.factor)[0] == pytest.approx(225, abs=1)


def test_leave_one_out_by_hand():
    # One group: each of two drives of 100 free-flow seconds is predicted by the other alone.
    spent = np.array([[100.0, 0], [100, 0]])
    observed = np.array([100.0, 121])
    both = calibration.Fit(np.array([1.0]), np.array([0.1]), np.array([2]), np.array(["fitted"]))
    told = calibration.left_out(spent, observed, before=np.ones(1), fitted=both)
    assert told.tolist() == pytest.approx([121, 100], rel=1e-4)


def test_unscaled_time_is_not_put_on_the_factor():
    # 100 s on the road at factor 0.5 and 30 s of turns: 230 s.
    spent = np.tile([100.0, 0, 0, 0, 30], (12, 1))
    found = calibration.fit(spent, np.full(12, 230.0), before=np.ones(4))
    assert found.factor[0] == pytest.approx(0.5, rel=1e-4)


def alone(observed):
    """Fit one group on drives of 100 free-flow seconds."""
    return calibration.fit(
        np.tile([100.0, 0], (len(observed), 1)), np.array(observed), before=np.ones(1)
    )


def test_ten_trips_are_enough_and_nine_are_not():
    assert alone([100.0] * 10).outcome == ["fitted"]
    assert alone([100.0] * 9).outcome == ["too_few_trips"]


@pytest.mark.parametrize(("seconds", "trips"), [(20, 10), (19, 0)])
def test_a_trip_speaks_for_what_takes_a_fifth_of_it(seconds, trips):
    spent = np.tile([seconds, 100.0 - seconds, 0], (10, 1))
    assert calibration.fit(spent, np.full(10, 100.0), before=np.ones(2)).trips.tolist() == [
        trips,
        10,
    ]


def test_no_drive_is_known_better_than_to_two_hundredths():
    assert alone([100.0] * 16).error.tolist() == pytest.approx([0.02 / 4])


@pytest.mark.parametrize(("spread", "outcome"), [(0.29, "fitted"), (0.31, "too_uncertain")])
def test_a_factor_with_an_error_above_a_tenth_is_not_used(spread, outcome):
    # Half of ten trips that much above, half below: the error is spread / sqrt(10 - 1).
    found = alone(100 * np.exp(np.tile([spread, -spread], 5)))
    assert found.outcome == [outcome]


def test_one_wild_trip_pulls_as_a_residual_of_a_tenth_would():
    # Twelve trips at x and one far off balance where 12 x / sqrt(1 + (x / 0.1)^2) = 0.1.
    found = alone([100.0] * 12 + [1e6])
    assert -np.log(found.factor[0]) == pytest.approx(0.1 / np.sqrt(12**2 - 1), rel=0.01)


@pytest.mark.parametrize(
    ("faster", "searches"), [([1.0019], 1), ([1.0021, 1.0021], 2), (2.0 ** np.arange(1, 99), 10)]
)
def test_ways_are_searched_until_no_factor_moves_by_two_thousandths_or_ten_times(faster, searches):
    spent, asked = np.tile([100.0, 0], (10, 1)), iter(faster)
    calibration._settled(
        spent, np.full(10, 100.0), before=np.ones(1), searched=lambda _: spent * next(asked)
    )
    assert len(faster) - len(list(asked)) == searches


def test_time_of_a_way_by_class_group_by_hand():
    graph = roadgraph.build(
        4,
        tail=np.array([0, 1, 0, 2]), head=np.array([1, 2, 2, 3]),
        forward_s=np.array([10.0, 20, 40, 5]), backward_s=np.full(4, np.inf),
        length_m=np.full(4, 100.0),
    )  # fmt: skip
    spent = calibration.time_by_group(
        graph, source=np.array([0, 1, 3, 0]), target=np.array([3, 2, 0, 2]),
        group=np.array([0, 1, 0, 1, 2]), groups=3, limit_s=35,
    )  # fmt: skip
    assert spent.tolist() == [[10, 25, 0], [0, 20, 0], [0, 0, 0], [10, 20, 0]]
    nearer = calibration.time_by_group(
        graph, source=np.array([0]), target=np.array([3]), group=np.zeros(5, "int64"), groups=1,
        limit_s=34.9,
    )  # fmt: skip
    assert nearer.tolist() == [[0]]


def test_the_parts_of_a_trip_add_up_to_its_travel_time(town):
    free = dict.fromkeys(GROUPS, 1.0)
    trips = driven(town, 60, factors=free)
    found = calibrate(town, trips).trips
    assert found["before_s"].to_numpy() == pytest.approx(trips["observed_s"].to_numpy(), abs=0.1)


def test_every_trip_is_used_or_left_out_once_with_a_reason(town):
    trips = driven(town, 30)
    trips.loc[0, "observed_s"] = 3601
    trips.loc[1, "profile"] = "appliance"
    trips.loc[2, "to_easting"] = 200_000
    trips.loc[3, "to_easting"] = trips.loc[3, "from_easting"]
    trips.loc[3, "to_northing"] = trips.loc[3, "from_northing"]
    found = calibrate(town, trips)
    rules = found.issues.set_index("key")["rule"].to_dict()
    assert rules == {"T000": "beyond_cutoff", "T001": "other_profile", "T002": "far_from_road",
                     "T003": "no_way"}  # fmt: skip
    assert sorted([*found.trips["trip_id"], *rules]) == trips["trip_id"].tolist()


def test_no_usable_trip_is_an_error_that_says_why(town):
    trips = driven(town, 3).assign(profile="appliance")
    with pytest.raises(InputError, match="none of 3 can be used: 3 other_profile"):
        calibrate(town, trips)


def test_factors_do_not_depend_on_those_the_study_had(town):
    had = SpeedFactors.model_validate(dict.fromkeys(GROUPS, 0.6))
    changed = town["settings"].model_copy(update={"speed_factors": {"car": had}})
    trips = driven(town, 120)
    found = calibrate({**town, "settings": changed}, trips).factors
    assert found["factor"].tolist() == pytest.approx(list(TRUTH.values()), rel=0.005)
