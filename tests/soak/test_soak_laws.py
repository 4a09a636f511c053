"""The laws of the ordinary tests on many more and larger cases: the same slow references."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest
import test_portfolio as portfolio
import test_portfolio_allocation as allocation
import test_publish_javascript as javascript
import test_travel_hierarchy as hierarchy
import test_travel_roadgraph as roadgraph
from arrays import graph_of
from campaign import SEED, draws, size
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from travel_town import slow_trip

pytestmark = pytest.mark.soak

AT_ONCE = 50
"""Cases of one test: enough that the workers share them evenly."""

MODELS = [
    test
    for name, test in sorted(vars(allocation).items())
    if name.startswith("test_") and list(inspect.signature(test).parameters) == ["case"]
]
PORTFOLIOS, ALLOCATIONS = size("portfolios", 2000), size("allocations", 500)
WEIGHTS, GRAPHS = size("weights", 2000), size("graphs", 200)


def batches(count):
    return range(0, count, AT_ONCE)


def of(batch, count, campaign):
    """Seeds of a batch's cases, none of them among the few of the ordinary tests."""
    for case in range(batch, min(batch + AT_ONCE, count)):
        yield 1000 + int(draws(campaign, case).integers(10**9))


@pytest.mark.parametrize("batch", batches(PORTFOLIOS))
def test_the_best_set_is_that_of_exhaustive_search(batch):
    for case in of(batch, PORTFOLIOS, "portfolio"):
        try:
            portfolio.test_the_best_set_is_that_of_exhaustive_search(case)
        except Exception as fault:
            raise AssertionError(f"test_portfolio.py: seed={case}") from fault


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__.removeprefix("test_"))
@pytest.mark.parametrize("batch", batches(ALLOCATIONS))
def test_every_model_equals_exhaustive_search(model, batch):
    for case in of(batch, ALLOCATIONS, "allocation"):
        try:
            model(allocation.Case(case))
        except Exception as fault:
            raise AssertionError(f"test_portfolio_allocation.py: Case({case})") from fault


@pytest.mark.skipif(javascript.NODE is None, reason="no node on the path")
def test_ranks_in_the_page_equal_python_s():
    """Weights of three kinds: whole numbers, mostly zeros, and far apart in size."""
    random = draws("weights", 0)
    criteria = [f"c{number}" for number in range(6)]
    values = random.choice([0, 0.1, 0.25, 1 / 3, 0.5, 0.9, 1], (40, 6)).round(6)
    values[20:] = random.random((20, 6)).round(6)
    options = pd.DataFrame({"option_id": [f"O{i:03}" for i in range(40)], "kind": "hq",
                            "site_ids": "S", "host_site_id": None,
                            "existing_share": None, "weak_site_ids": None})  # fmt: skip
    gates = pd.DataFrame({"option_id": options["option_id"], "gate": "g", "mandatory": True,
                          "outcome": random.choice(["pass", "fail"], 40)})  # fmt: skip
    weights = np.concatenate([
        random.integers(0, 101, (WEIGHTS // 2, 6)),
        random.integers(0, 3, (WEIGHTS // 4, 6)) * random.integers(0, 2, (WEIGHTS // 4, 6)),
        10.0 ** random.integers(-6, 7, (WEIGHTS - WEIGHTS // 2 - WEIGHTS // 4, 6)),
    ]).astype("float64")  # fmt: skip
    weights = weights[weights.sum(axis=1) > 0]
    found_parts = [parts(values, criteria, weighed, options) for weighed in weights]
    expected = [javascript.scoring.scores(each, options, gates=gates) for each in found_parts]
    found = javascript.node(
        javascript.RANK_ALL % (javascript.MODULES / "ranking.mjs").as_uri(),
        {
            "options": javascript.rankable(found_parts[0], expected[0], ids=criteria),
            "draws": weights.tolist(),
        },
    )
    for weighed, ours, theirs in zip(weights, expected, found, strict=True):
        try:
            javascript.same(theirs, ours)
        except AssertionError as fault:
            raise AssertionError(f"SOAK_SEED={SEED}, weights {weighed.tolist()}") from fault


def parts(values, criteria, weights, options):
    """Table `contributions` of these values, each with a range around it, under some weights."""
    shares = javascript.scoring.weight_shares(weights.tolist())
    return pd.concat([
        pd.DataFrame({"option_id": options["option_id"], "criterion": name, "value": value,
                      "value_low": (value / 2).round(6), "value_high": np.sqrt(value).round(6),
                      "basis": np.where(value == 0.5, "missing", "recorded"), "weight": share})
        for name, share, value in zip(criteria, shares, values.T, strict=True)
    ])  # fmt: skip


def network(random, *, nodes):
    """A network as `test_travel_roadgraph` draws them, ten times as large, and points on it."""
    edges = []
    for _ in range(int(random.integers(nodes, 3 * nodes))):
        ms = [None if random.random() < 0.2 else int(random.integers(0, 9000)) for _ in range(2)]
        ends = random.integers(0, nodes, 2).tolist()
        edges.append((*ends, *ms, int(random.integers(1, 60))))
    at = [(int(e), int(random.integers(0, edges[e][4] + 1)))
          for e in random.integers(0, len(edges), 6)]  # fmt: skip
    return edges, at


@pytest.mark.parametrize("batch", batches(GRAPHS))
def test_kernels_equal_the_slow_reference_on_larger_networks(batch):
    for case in range(batch, min(batch + AT_ONCE, GRAPHS)):
        random = draws("graphs", case)
        nodes = int(random.integers(20, 80))
        edges, at = network(random, nodes=nodes)
        expected = {
            (i, j): cost
            for i, source in enumerate(at)
            for j, target in enumerate(at)
            if (cost := slow_trip(edges, source, target)) is not None
        }
        assert roadgraph.times(nodes, edges, at) == expected, f"SOAK_SEED={SEED}, case {case}"
        points = hierarchy.places(graph_of(nodes, edges), at)
        ready = hierarchy.ready(graph_of(nodes, edges), seed=case)
        found = hierarchy.hierarchy.table(ready, sources=points, targets=points)
        np.testing.assert_array_equal(
            found, hierarchy.slow_table(edges, at, at), err_msg=f"SOAK_SEED={SEED}, case {case}"
        )


def more(test, *drawn, times):
    """Hold a law of the ordinary tests on more examples, drawn from this campaign's seed."""
    how = settings(max_examples=times, database=None)
    return seed(SEED)(how(given(*drawn)(test.hypothesis.inner_test)))


def test_small_networks_with_every_oddity():
    more(
        roadgraph.test_kernel_equals_the_slow_reference_exactly,
        roadgraph.networks(), times=10 * GRAPHS,
    )()  # fmt: skip
    more(
        hierarchy.test_table_equals_the_slow_reference_exactly,
        hierarchy.networks(), st.integers(0, 9), st.data(), times=5 * GRAPHS,
    )()  # fmt: skip


def test_small_networks_with_turns():
    import test_travel_turns as turns

    more(
        turns.test_kernel_with_turns_equals_the_slow_reference_exactly,
        turns.networks(), times=10 * GRAPHS,
    )()  # fmt: skip
