"""Sums after shifts, and the soonest that serves: compiled and in whole arrays, to the last bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.impact import relocation, told
from colocate.impact.relocation import Bases, Shift, Shifts, served
from colocate.impact.told import Values, joined, sums, told_once, totals


def drawn_values(points, seed):
    """Values today, and after shifts that tell nothing, something and everything."""
    rng = np.random.default_rng(seed)
    today = rng.random(points) * 100
    parts = [np.sort(rng.permutation(points)[:count]) for count in (0, 1, points // 3, points)]
    found, later = joined([(told_once(at), rng.random(len(at)) * 10) for at in parts], today=today)
    return Values(today, later, found)


@given(st.one_of(st.integers(1, 300), st.sampled_from([1000, 4099])), st.integers(0, 99))
@settings(max_examples=60)
def test_totals_are_numpys_own_of_each_shift(points, seed):
    values = drawn_values(points, seed)
    wanted = []
    for part in values.told.parts():
        row = values.today.copy()
        row[values.told.at[part]] = values.later[part]
        wanted.append(row.sum())
    assert totals(values).tolist() == wanted
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(told, "compiled", lambda *_, **__: None)
        assert totals(values).tolist() == wanted


@given(st.lists(st.lists(st.floats(-9, 9), max_size=40), max_size=5))
@settings(max_examples=60)
def test_parts_are_added_up_as_each_alone(parts):
    values = np.array([each for part in parts for each in part])
    found = sums(values, np.cumsum([0, *map(len, parts)]), among=values > 0)
    assert found.tolist() == [np.array([e for e in part if e > 0]).sum() for part in parts]


@given(st.data())
@settings(max_examples=60)
def test_who_is_served_soonest_is_the_same_compiled_and_in_numpy(data):
    pytest.importorskip("numba")
    rows, points = data.draw(st.integers(0, 4)), data.draw(st.integers(1, 5))
    time = st.sampled_from([60.0, 61.0, 300.0, 900.0, np.inf])
    drive = np.array([[data.draw(time) for _ in range(points)] for _ in range(rows + 2)])
    laid = lambda at, into: np.take(drive, at, axis=0, out=into)  # noqa: E731
    bases = Bases({}, np.arange(rows), drive[:rows], {}, laid)
    some = st.sets(st.integers(0, rows - 1), min_size=1) if rows else st.just(set())
    gone = [np.array(sorted(data.draw(some)), "int64") for _ in range(3)]
    moved = {str(n): Shift(each, np.full(len(each), rows + n % 2)) for n, each in enumerate(gone)}
    shifts = Shifts(moved, {subject: number for number, subject in enumerate(moved)}, {})
    ours = served(bases, shifts, tolerance_s=1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relocation, "CELLS", points)
        in_blocks = served(bases, shifts, tolerance_s=1.0)
        patch.setattr(relocation, "compiled", lambda *_, **__: None)
        twin = served(bases, shifts, tolerance_s=1.0)
    for each in (in_blocks, twin):
        for one, other in zip((*ours.told, ours.later_s), (*each.told, each.later_s), strict=True):
            np.testing.assert_array_equal(one, other)
