"""Matrices by their entries, against numpy's."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from colocate.portfolio import sparse

PLACES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(-2, 2)))
SHAPE = 4, 5


def both(places):
    """One matrix in both forms; what is of one place is added up."""
    full = np.zeros(SHAPE)
    row, column, value = np.array(places, "int64").reshape(-1, 3).T
    np.add.at(full, (row, column), value)
    return sparse.of_entries(row, column, value=value, shape=SHAPE), full


def same(found, full):
    """Also the order of the entries, and that none is 0."""
    row, column = np.nonzero(full)
    assert found.shape == full.shape
    assert (found.row.tolist(), found.column.tolist()) == (row.tolist(), column.tolist())
    assert found.value.tolist() == full[row, column].tolist()


@given(PLACES, PLACES, st.lists(st.integers(0, 3)))
def test_whatever_is_done_with_it_it_is_the_matrix_written_out(places, others, which):
    (one, full), (other, more) = both(places), both(others)
    rows = np.array(which, "int64")
    same(one, full)
    same(sparse.of(full), full)
    same(sparse.of(csr_array(full)), full)
    same(one.T, full.T)
    same(one.rows(rows), full[rows])
    same(one.columns(rows), full[:, rows])
    same(one.plus(other, times=-1.0), full - more)
    same(sparse.stacked(one, other.rows(rows)), np.vstack([full, more[rows]]))
    same(sparse.picking(rows, width=5), np.eye(5)[rows])
    assert [one.sum(axis).tolist() for axis in (0, 1)] == [
        full.sum(axis).tolist() for axis in (0, 1)
    ]
    assert np.diff(one.begins).tolist() == (full != 0).sum(axis=1).tolist()
