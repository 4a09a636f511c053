"""Loops of the kernels that numba compiles, where extra `fast` is installed.

Each has a twin in whole-array numpy, which gives the same numbers to the last bit and is what runs
without numba: of `filled` and `customised` in `array_loops`, of `swept` there too. All stand in one
module and call nothing outside it: numba's store of compiled code does not notice a change of a
function that is called from another file.

Arrays are int64 and float64 as in the twins. A loop that holds no Python object lets other threads
run meanwhile (`nogil`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from colocate.travel.kernel.roadgraph import Floats, Ints

FEW = 24
"""So many numbers are sorted faster one by one."""


@njit(cache=True, nogil=True)
def filled(own_first: Ints, own_high: Ints) -> tuple[Ints, Ints]:
    """Join the higher neighbours of every node; see `array_loops.filled`.

    Args:
        own_first: where in `own_high` the neighbours of each node begin, and the end.
        own_high: higher neighbours along the roads, each once.

    Returns:
        The same of all links, each node's ordered.
    """
    count = len(own_first) - 1
    first = np.zeros(count + 1, np.int64)
    high = np.empty(4 * len(own_high) + 16, np.int64)
    # A node hands its neighbours on to the lowest of them: its heirs are chained through `other`.
    latest = np.full(count, -1, np.int64)
    other = np.full(count, -1, np.int64)
    seen = np.full(count, -1, np.int64)
    size = 0
    for node in range(count):
        begin = size
        handed = _handed(node, own_first, first, latest, other)
        high = _roomy(high, size + handed)
        for at in range(own_first[node], own_first[node + 1]):
            seen[own_high[at]] = node
            high[size] = own_high[at]
            size += 1
        lower = latest[node]
        while lower >= 0:
            for at in range(first[lower], first[lower + 1]):
                if high[at] != node and seen[high[at]] != node:
                    seen[high[at]] = node
                    high[size] = high[at]
                    size += 1
            lower = other[lower]
        _sort(high[begin:size])
        first[node + 1] = size
        if size > begin:
            other[node] = latest[high[begin]]
            latest[high[begin]] = node
    return first, high[:size].copy()


@njit(cache=True, nogil=True)
def _handed(  # noqa: PLR0917 - numba passes no names between its own functions
    node: int, own_first: Ints, first: Ints, latest: Ints, other: Ints
) -> int:
    """Count the neighbours of a node's own and those handed on to it, one by one."""
    room: int = own_first[node + 1] - own_first[node]
    lower = latest[node]
    while lower >= 0:
        room += first[lower + 1] - first[lower]
        lower = other[lower]
    return room


@njit(cache=True, nogil=True)
def _roomy(values: Ints, size: int) -> Ints:
    """Return the array, or a larger one that begins with it, that holds so many."""
    if size <= len(values):
        return values
    more = np.empty(max(2 * len(values), size), np.int64)
    more[: len(values)] = values
    return more


@njit(cache=True, nogil=True)
def _sort(values: Ints) -> None:
    """Sort in place; a node has few links, which go one by one."""
    if len(values) > FEW:
        values[:] = np.sort(values)
        return
    for at in range(1, len(values)):
        value, place = values[at], at
        while place > 0 and values[place - 1] > value:
            values[place] = values[place - 1]
            place -= 1
        values[place] = value


@njit(cache=True, nogil=True)
def customised(first: Ints, high: Ints, *, up: Floats, down: Floats) -> None:
    """Carry weights of several metrics through the triangles below every link, in place.

    Finding the links of a triangle costs more than their weights do: with eight metrics at a time
    each takes a third of what one alone takes.

    Args:
        first: where in `high` the links of each node begin, and the end.
        high: higher end of each link.
        up: weight of each link climbed, of the roads alone, shape (links, metrics); infinite where
            there is none.
        down: the same come down.
    """
    for node in range(len(first) - 1):
        end = first[node + 1]
        for middle in range(first[node], end):
            # The links of the middle node hold all later ones of the node, in the same order.
            between = first[high[middle]]
            for top in range(middle + 1, end):
                while high[between] != high[top]:
                    between += 1
                for metric in range(up.shape[1]):
                    up[between, metric] = min(
                        up[between, metric], down[middle, metric] + up[top, metric]
                    )
                    down[between, metric] = min(
                        down[between, metric], down[top, metric] + up[middle, metric]
                    )


@njit(cache=True, nogil=True)
def climbed(
    weight: Floats, row: Ints, *, node: Ints, first: Ints, high: Ints, beyond: Floats
) -> None:
    """Carry the weights of many sources up to the nodes above, in place.

    Args:
        weight: packed weight of each swept node from each source, shape (swept, sources).
        row: row of each node in `weight`.
        node: the nodes to climb from, the lowest first.
        first: where in `high` the links of each node begin, and the end.
        high: higher end of each link.
        beyond: weight of each link climbed.
    """
    for low in node:
        for link in range(first[low], first[low + 1]):
            if beyond[link] < np.inf:
                _lowered(weight[row[high[link]]], weight[row[low]], beyond[link])


@njit(cache=True, nogil=True)
def descended(
    weight: Floats, row: Ints, *, node: Ints, first: Ints, high: Ints, beyond: Floats
) -> None:
    """Carry the weights of many sources down from the nodes above, in place.

    Args:
        weight: packed weight of each swept node from each source, shape (swept, sources).
        row: row of each node in `weight`.
        node: the nodes to come down to, the highest first.
        first: where in `high` the links of each node begin, and the end.
        high: higher end of each link.
        beyond: weight of each link come down.
    """
    for low in node:
        for link in range(first[low], first[low + 1]):
            if beyond[link] < np.inf:
                _lowered(weight[row[low]], weight[row[high[link]]], beyond[link])


@njit(cache=True, nogil=True, inline="always")
def _lowered(to: Floats, giver: Floats, beyond: float) -> None:  # noqa: PLR0917 - as above
    for column in range(len(to)):
        to[column] = min(to[column], giver[column] + beyond)
