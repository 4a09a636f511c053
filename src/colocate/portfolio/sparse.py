"""Matrices by their entries, for a programme of some hundred rows: scipy's take long to import."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import coo_array, csr_array


class Sparse(NamedTuple):
    """A matrix by its entries other than 0, row by row, each row from left to right."""

    row: np.ndarray
    column: np.ndarray
    value: np.ndarray
    shape: tuple[int, int]

    @property
    def T(self) -> Sparse:  # noqa: N802 - as numpy has it
        """The matrix with rows for columns."""
        order = np.argsort(self.column, kind="stable")
        return Sparse(self.column[order], self.row[order], self.value[order], self.shape[::-1])

    @property
    def begins(self) -> np.ndarray:
        """Where the entries of each row begin, and where those of the last end."""
        found: np.ndarray = np.searchsorted(self.row, np.arange(self.shape[0] + 1))
        return found

    def sum(self, axis: int) -> np.ndarray:
        """Add up each column (axis 0) or each row (axis 1).

        Args:
            axis: as of numpy's.
        """
        along = (self.column, self.row)[axis]
        return np.bincount(along, weights=self.value, minlength=self.shape[1 - axis])

    def rows(self, which: np.ndarray, /) -> Sparse:
        """Take rows.

        Args:
            which: their numbers, in any order.
        """
        begins = self.begins
        size = begins[which + 1] - begins[which]
        at = np.repeat(begins[which] - (np.cumsum(size) - size), size) + np.arange(size.sum())
        row = np.repeat(np.arange(len(which)), size)
        return Sparse(row, self.column[at], self.value[at], (len(which), self.shape[1]))

    def columns(self, which: np.ndarray, /) -> Sparse:
        """Take columns.

        Args:
            which: their numbers, in any order.
        """
        return self.T.rows(which).T

    def plus(self, other: Sparse, /, *, times: float = 1.0) -> Sparse:
        """Add another matrix of the same shape, times a number.

        Args:
            other: the matrix.
            times: the number.
        """
        return of_entries(
            np.concatenate([self.row, other.row]),
            np.concatenate([self.column, other.column]),
            value=np.concatenate([self.value, times * other.value]),
            shape=self.shape,
        )


def of(matrix: np.ndarray | coo_array | csr_array, /) -> Sparse:
    """Take another kind of matrix by its entries.

    Args:
        matrix: numpy's or scipy's.
    """
    if isinstance(matrix, np.ndarray):
        row, column = np.nonzero(matrix)
        return Sparse(row, column, matrix[row, column], (len(matrix), matrix.shape[1]))
    found = matrix.tocoo()
    return of_entries(found.row, found.col, value=found.data, shape=found.shape)


def of_entries(
    row: np.ndarray, column: np.ndarray, *, value: np.ndarray, shape: tuple[int, int]
) -> Sparse:
    """Put entries in order, and those of one place together.

    Args:
        row: of each.
        column: of each.
        value: of each; those of one place are added up.
        shape: rows and columns of the matrix.
    """
    place = row.astype("int64") * shape[1] + column
    order = np.argsort(place, kind="stable")
    place, value = place[order], value[order]
    first = np.flatnonzero(np.diff(place, prepend=-1))
    if len(first) < len(place):
        place, value = place[first], np.add.reduceat(value, first)
    row, column = np.divmod(place[value != 0], max(shape[1], 1))
    return Sparse(row, column, value[value != 0], shape)


def ones(row: np.ndarray, column: np.ndarray, *, shape: tuple[int, int]) -> Sparse:
    """Return a matrix of ones at some places.

    Args:
        row: of each place.
        column: of each; a place that is named twice has 2.
        shape: rows and columns of the matrix.
    """
    return of_entries(row, column, value=np.ones(len(row)), shape=shape)


def picking(columns: np.ndarray, *, width: int) -> Sparse:
    """Return a row for each of some columns, with a one there.

    Args:
        columns: their numbers.
        width: columns of the matrix.
    """
    return ones(np.arange(len(columns)), columns, shape=(len(columns), width))


def stacked(*parts: Sparse) -> Sparse:
    """Put matrices below one another.

    Args:
        *parts: of as many columns.
    """
    ends = np.cumsum([part.shape[0] for part in parts]).tolist()
    return Sparse(
        np.concatenate([p.row + end - p.shape[0] for p, end in zip(parts, ends, strict=True)]),
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.value for part in parts]),
        (ends[-1], parts[0].shape[1]),
    )
