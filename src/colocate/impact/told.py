"""Values at points after each of many shifts, held where something is told from today's."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from colocate.travel.kernel.loops import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CELLS = 2**18
"""Shifts × points that are added up together: some 2 MB, which a processor's cache holds."""
LEAF = 128
"""So many numbers numpy adds up in one go; more it halves, at a multiple of 8."""


class Told(NamedTuple):
    """Points at which something is told from today's after each of many shifts."""

    first: Ints
    """Where those of each shift begin, and at the end how many there are."""
    at: Ints
    """Points, in order within each shift."""

    @property
    def of(self) -> Ints:
        """The shift of each."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    def parts(self) -> Iterator[slice]:
        """Go through the shifts."""
        return map(slice, self.first[:-1], self.first[1:])

    def among(self, which: NDArray[np.bool_], /) -> tuple[Told, NDArray[np.bool_]]:
        """Return what is told at some points, numbered among them, and where it stands here.

        Args:
            which: of all points.
        """
        kept = which[self.at]
        first = np.append(0, np.cumsum(kept))[self.first]
        return Told(first, (np.cumsum(which) - 1)[self.at[kept]]), kept


class Values(NamedTuple):
    """Values at points, today and after each of many shifts."""

    today: NDArray[Any]
    """Of all points."""
    later: NDArray[Any]
    """Where something is told."""
    told: Told


def told_once(at: Ints, /) -> Told:
    """Say where something is told after a single shift.

    Args:
        at: the points.
    """
    return Told(np.array([0, len(at)]), at)


def joined(parts: Iterable[tuple[Told, Floats]], /, *, today: Floats) -> tuple[Told, Floats]:
    """Put shifts one after the other.

    Args:
        parts: of some shifts the points, and the values there, points last.
        today: values of all points.
    """
    told, values = zip((told_once(np.empty(0, "int64")), today[..., :0]), *parts, strict=True)
    count = np.concatenate([np.diff(each.first) for each in told[1:]] or [told[0].at])
    first, at = np.append(0, np.cumsum(count)), np.concatenate([each.at for each in told])
    return Told(first, at), np.concatenate(values, axis=-1)


def totals(values: Values, /) -> Floats:
    """Add up over all points after each shift, as numpy adds up those of one.

    Args:
        values: of points.
    """
    if loops := compiled("compiled_arrivals", room="colocate.impact"):
        found: Floats = loops.totals(values, *_leaves(len(values.today)))
        return found
    today, later, told = values
    count = len(told.first) - 1
    found, width = np.empty(count), max(CELLS // max(len(today), 1), 1)
    for begin in range(0, count, width):
        first = told.first[begin : begin + width + 1]
        part = slice(first[0], first[-1])
        rows = np.tile(today, (len(first) - 1, 1))
        row = np.repeat(np.arange(len(rows)), np.diff(first))
        rows[row, told.at[part]] = later[part]
        found[begin : begin + width] = rows.sum(axis=1)
    return found


@cache
def _leaves(count: int) -> tuple[Ints, Ints]:
    """Part so many numbers as numpy does before it adds them up: into leaves of a tree of sums.

    Returns:
        Where each begins, and the end; how deep each lies.
    """
    if count <= LEAF:
        return np.array([0, count]), np.zeros(1, "int64")
    half = count // 2 // 8 * 8
    (begin, depth), (its_begin, its_depth) = _leaves(half), _leaves(count - half)
    return np.append(begin[:-1], half + its_begin), np.append(depth, its_depth) + 1


def sums(values: Floats, first: Ints, /, *, among: NDArray[np.bool_]) -> Floats:
    """Add up single parts of values, each as numpy adds it up.

    Args:
        values: one part after the other.
        first: where each begins, and at the end how many there are.
        among: which of them to add up.
    """
    first = np.append(0, np.cumsum(among))[first[:-1]]
    # A zero leads each: no part is then empty, and numpy begins every sum with one too.
    led, begin = np.insert(values[among], first, 0.0), first + np.arange(len(first))
    found: Floats = np.add.reduceat(led, begin)
    return found


def differs(values: Values, /) -> NDArray[np.bool_]:
    """Say of each shift whether anything is other than today at any point.

    Args:
        values: of points, or several of each, points last.
    """
    today, later, told = values
    found = np.atleast_2d(today[..., told.at] != later).any(axis=0)
    return np.bincount(told.of[found], minlength=len(told.first) - 1) > 0
