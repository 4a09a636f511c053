"""Siting by the library's door: against exhaustive search, and against published optima."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import floyd_warshall

import colocate as cl
from colocate.errors import SchemaError

LIMIT = 6.0
BEYOND = 20.0


@st.composite
def cases(draw):
    """Up to five candidates and six points, times of whole units, some without a way."""
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    time = st.sampled_from([*range(1, 13), np.inf])
    times = np.array(draw(st.lists(time, min_size=n * m, max_size=n * m)), "float64")
    weights = draw(st.lists(st.integers(0, 9), min_size=m, max_size=m))
    matrix = pd.DataFrame(times.reshape(n, m), [f"S{j}" for j in range(n)]).rename(columns=str)
    p = draw(st.integers(1, n))
    return matrix, np.array(weights, "float64"), p


def sets(matrix, sizes):
    for size in sizes:
        for chosen in combinations(range(len(matrix)), size):
            yield matrix.to_numpy()[list(chosen)], list(chosen)


def best(values, *, least):
    found = [value for value in values if value is not None]
    return (min if least else max)(found) if found else None


def agree(found, expected):
    if expected is None:
        assert found.status == "infeasible"
        assert found.chosen == ()
    else:
        assert found.status == "optimal"
        assert found.value == pytest.approx(expected)


@settings(max_examples=40)
@given(cases())
def test_the_fewest_sites_that_cover_all(case):
    matrix, weights, _ = case
    every = sets(matrix, range(1, len(matrix) + 1))
    expected = best(
        (len(c) if (t <= LIMIT).any(axis=0).all() else None for t, c in every), least=True
    )
    agree(cl.siting(matrix, weights, model="LSCP", limit=LIMIT), expected)


@settings(max_examples=40)
@given(cases())
def test_most_weight_covered(case):
    matrix, weights, p = case
    values = (weights[(t <= LIMIT).any(axis=0)].sum() for t, _ in sets(matrix, [p]))
    agree(cl.siting(matrix, weights, model="mclp", limit=LIMIT, p=p), best(values, least=False))


@settings(max_examples=40)
@given(cases())
def test_most_weight_covered_twice(case):
    matrix, weights, p = case
    cover = [(t <= LIMIT).sum(axis=0) for t, _ in sets(matrix, [p])]
    values = (weights[c >= 2].sum() if (c >= 1).all() else None for c in cover)
    agree(cl.siting(matrix, weights, model="backup", limit=LIMIT, p=p), best(values, least=False))


@settings(max_examples=40)
@given(cases())
def test_least_sum_of_times(case):
    matrix, weights, p = case
    values = (weights @ np.minimum(t.min(axis=0), BEYOND) for t, _ in sets(matrix, [p]))
    found = cl.siting(matrix, weights, model="p-median", p=p, beyond=BEYOND)
    agree(found, best(values, least=True))
    assert found.value == pytest.approx(
        float((found.served["weight"] * found.served["time"].clip(upper=BEYOND)).sum())
    )


@settings(max_examples=40)
@given(cases())
def test_shortest_longest_time(case):
    matrix, weights, p = case
    longest = [t.min(axis=0).max() for t, _ in sets(matrix, range(1, p + 1))]
    expected = best((x if np.isfinite(x) else None for x in longest), least=True)
    found = cl.siting(matrix, weights, model="p-centre", p=p)
    agree(found, expected)
    if expected is not None:
        assert found.served["time"].max() == expected


@settings(max_examples=40)
@given(cases(), st.lists(st.integers(0, 40), min_size=5, max_size=5))
def test_as_many_sites_as_pay(case, charge):
    matrix, weights, _ = case
    charge = np.array(charge[: len(matrix)], "float64")
    none = weights.sum() * BEYOND
    values = [none, *(
        charge[c].sum() + weights @ np.minimum(t.min(axis=0), BEYOND)
        for t, c in sets(matrix, range(1, len(matrix) + 1))
    )]  # fmt: skip
    found = cl.siting(
        matrix, weights, model="fixed charge", charge=charge, worth=1.0, beyond=BEYOND
    )
    agree(found, best(values, least=True))


def test_no_site_takes_more_than_its_capacity():
    matrix = np.array([[1.0, 1.0, 9.0], [9.0, 1.0, 1.0]])
    asked = {"model": "capacity", "limit": 5, "p": 1}
    assert cl.siting(matrix, [4, 3, 2], capacity=[100, 100], **asked).value == 7
    assert cl.siting(matrix, [4, 3, 2], capacity=[4, 100], **asked).chosen == (1,)


def pmed1():
    """The first instance of Beasley, A note on solving large p-median problems, EJOR 21 (1985).

    OR-Library, MIT licence; where a line is given twice the later one counts.
    """
    lines = (Path(__file__).parent / "pmed1.txt").read_text().split("\n")[1:-1]
    graph = np.full((100, 100), np.inf)
    for line in lines:
        one, other, length = map(int, line.split())
        graph[one - 1, other - 1] = graph[other - 1, one - 1] = length
    return floyd_warshall(np.where(np.isinf(graph), 0, graph))


def test_the_median_and_the_centre_of_a_published_instance():
    """Optima as OR-Library (pmedopt) and Pullan, Evolutionary Computation 16 (2008), state them."""
    matrix = pmed1()
    assert cl.siting(matrix, model="p_median", p=5).value == pytest.approx(5819)
    assert cl.siting(matrix, model="p_center", p=5).value == pytest.approx(127)


def test_a_line_of_towns_by_hand():
    """Towns at 0, 10 and 30 minutes, of 5, 1 and 2 people."""
    at = np.array([0.0, 10.0, 30.0])
    matrix = pd.DataFrame(abs(at[:, None] - at), ["A", "B", "C"], ["A", "B", "C"])
    people = pd.Series({"C": 2, "B": 1, "A": 5})  # in another order than the columns
    median = cl.siting(matrix, people, model="p_median", p=1)
    assert (median.chosen, median.value, median.unit) == (("A",), 70.0, "weight x time")
    assert cl.siting(matrix, people, model="p_centre", p=1).value == 20
    assert cl.siting(matrix, people, model="lscp", limit=10).value == 2
    cover = cl.siting(matrix, people, model="mclp", limit=10, p=1, existing=["A"])
    assert (cover.chosen, cover.value) == (("A",), 6.0)
    assert cover.served["within"].to_dict() == {"A": True, "B": True, "C": False}
    assert cover.served.loc["C", ["site_id", "time"]].tolist() == ["A", 30.0]


def test_exactly_at_the_limit_is_covered_and_each_candidate_has_its_own():
    matrix = np.array([[5.0], [5.0]])
    assert cl.siting(matrix, model="lscp", limit=5).value == 1
    assert cl.siting(matrix, model="lscp", limit=[4.9, 5]).chosen == (1,)


def test_what_is_fixed_is_open_and_costs_nothing():
    matrix = pd.DataFrame([[1.0, 9.0], [9.0, 1.0]], ["A", "B"], ["x", "y"])
    found = cl.siting(matrix, model="mclp", limit=5, p=1, fixed=["A"])
    assert found.chosen == ("B",)
    assert found.served["site_id"].to_dict() == {"x": "A", "y": "B"}


def test_without_a_solution_nothing_is_chosen():
    found = cl.siting([[1.0, np.inf]], model="lscp", limit=5)
    assert (found.status, found.chosen) == ("infeasible", ())
    assert np.isnan(found.value)
    assert found.served["site_id"].isna().all()


@pytest.mark.parametrize(
    ("matrix", "asked", "message"),
    [
        ([[1.0]], {"model": "hub"}, "no model 'hub'; expected one of lscp"),
        ([[1.0]], {"model": "mclp", "limit": 5}, "mclp needs p"),
        ([[1.0]], {"model": "lscp", "limit": 5, "p": 1}, "lscp has no use for p"),
        ([[1.0]], {"model": "mclp", "limit": 5, "p": 2}, "from 0 to 1"),
        ([[1.0]], {"model": "mclp", "limit": 5, "p": 0.5}, "a whole number"),
        ([[1.0]], {"model": "mclp", "limit": -5, "p": 1}, "limit has the shape"),
        ([[1.0]], {"model": "lscp", "limit": [1, 2]}, "expected 1 numbers"),
        ([[np.nan]], {"model": "lscp", "limit": 5}, "1 missing and 0 below 0"),
        ([[-1.0]], {"model": "lscp", "limit": 5}, "0 missing and 1 below 0"),
        ([["far"]], {"model": "lscp", "limit": 5}, "not all numbers"),
        ([], {"model": "lscp", "limit": 5}, "0 candidates"),
        ([[np.inf]], {"model": "p_median", "p": 1}, "1 drives of 1 are infinite"),
        ([[9.0]], {"model": "p_median", "p": 1, "beyond": 5}, "no less than the longest time, 9"),
        ([[1.0]], {"model": "lscp", "limit": 5, "fixed": ["A"]}, r"no candidates: 1 \(A\)"),
        (pd.DataFrame([[1.0], [2.0]], ["A", "A"]), {"model": "lscp", "limit": 5}, "more than once"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(matrix, asked, message):
    with pytest.raises(SchemaError, match=message):
        cl.siting(matrix, **asked)


@pytest.mark.parametrize(
    ("weights", "message"),
    [([1.0, 2.0], "expected 1 numbers"), (pd.Series({"y": 1.0}), r"weight for 1 \(x\)")],
)
def test_weights_that_do_not_fit_are_refused(weights, message):
    matrix = pd.DataFrame([[1.0]], ["A"], ["x"])
    with pytest.raises(SchemaError, match=message):
        cl.siting(matrix, weights, model="lscp", limit=5)
