"""Loops of the kernels that numba compiles, where extra `fast` is installed.

Each has a twin of its name in `array_loops`, in whole-array numpy, which gives the same numbers to
the last bit and is what runs without numba. All stand in one module and call nothing outside it:
numba's store of compiled code does not notice a change of a function that is called from another
file.

Weights are of one of two kinds: packed times and lengths (float64, infinite where there is no way),
or times alone in ms (int32, `sweeps.NEVER` where there is no way; twice that still fits). A loop
that holds no Python object lets other threads run meanwhile (`nogil`). Arrays are copied number by
number: to compile the copy of a slice takes seconds, most of them for what it says when it fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.travel.kernel.roadgraph import Floats, Ints
    from colocate.travel.kernel.sweeps import Along, Numbers, Over, Upward

    Bools = NDArray[np.bool_]

GAPS = (701, 301, 132, 57, 23, 10, 4, 1)
"""Ciura, M. (2001), Best increments for the average case of Shellsort."""
NEVER = 2.0**30 - 1
"""`sweeps.NEVER`."""
COLUMNS = 256
"""Most sources swept at once."""


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
    for at in range(len(values)):
        more[at] = values[at]
    return more


@njit(cache=True, nogil=True)
def _sort(values: Ints) -> None:
    """Sort in place: by Shell's method, since a node has few links."""
    for gap in GAPS:
        for at in range(gap, len(values)):
            value, place = values[at], at
            while place >= gap and values[place - gap] > value:
                values[place] = values[place - gap]
                place -= gap
            values[place] = value


@njit(cache=True, nogil=True)
def found(first: Ints, high: Ints, *, low: Ints, top: Ints) -> Ints:
    """Find the links between pairs of nodes; see `array_loops.found`.

    Args:
        first: where in `high` the links of each node begin, and the end.
        high: higher end of each link, a node's in order.
        low: lower node of each pair.
        top: the higher one, linked with it.
    """
    link = np.empty(len(low), np.int64)
    for pair in range(len(low)):
        at = first[low[pair]]
        while high[at] < top[pair]:
            at += 1
        link[pair] = at
    return link


@njit(cache=True, nogil=True)
def along_trees(parent: Ints) -> Ints:
    """Number nodes so that all below a node come just before it; see `array_loops.along_trees`.

    Args:
        parent: of each node a later one, or -1.
    """
    count = len(parent)
    size, number, room = np.ones(count, np.int64), np.empty(count, np.int64), np.empty_like(parent)
    for node in range(count):
        if parent[node] >= 0:
            size[parent[node]] += size[node]
    left = count
    for node in range(count - 1, -1, -1):
        if parent[node] >= 0:
            end = room[parent[node]]
            room[parent[node]] -= size[node]
        else:
            end = left
            left -= size[node]
        number[node] = room[node] = end - 1
    return number


@njit(cache=True, nogil=True)
def chained(nodes: Ints, *, parent: Ints) -> Bools:
    """Mark nodes and all that their chains of parents pass; see `array_loops.chained`.

    Args:
        nodes: where the chains begin.
        parent: of each node a later one, or -1.
    """
    passed = np.zeros(len(parent), np.bool_)
    for begin in nodes:
        node = begin
        while node >= 0 and not passed[node]:
            passed[node] = True
            node = parent[node]
    return passed


@njit(cache=True, nogil=True)
def laid(weight: Numbers, *, slot: Ints, edge: Ints, edges: Numbers, own: Numbers) -> None:
    """Lay the weights of roads and turns on the links they are ways of; see `array_loops.laid`.

    Args:
        weight: of every link climbed, then of every link come down, shape (2 links, metrics).
        slot: row of `weight` of each direction of each stretch, shape (2, stretches); -1 for none.
        edge: road edge of each stretch; -1 of a turn.
        edges: weight of both directions of each road edge, shape (2, edges, metrics).
        own: weight of both directions of each turn, the same at every metric, shape (2, stretches).
    """
    for way in range(2):
        for stretch in range(len(edge)):
            row, of = slot[way, stretch], edge[stretch]
            if row >= 0:
                for metric in range(weight.shape[1]):
                    one = edges[way, of, metric] if of >= 0 else own[way, stretch]
                    weight[row, metric] = min(weight[row, metric], one)


@njit(cache=True, nogil=True)
def rated(ms: Numbers, *, seconds: Floats, group: Ints, factors: tuple[Floats, Floats]) -> None:
    """Divide times by factors of the group of each road; see `array_loops.rated`.

    Args:
        ms: written to, shape (2, edges, metrics).
        seconds: of both directions of each road edge, s, shape (2, edges); infinite where closed.
        group: of each edge.
        factors: on speed, both of shape (groups, metrics).
    """
    one, other = factors
    for way in range(2):
        for edge in range(len(group)):
            time, of = seconds[way, edge], group[edge]
            for metric in range(ms.shape[2]):
                found = np.rint(time / one[of, metric] / other[of, metric] * 1000)
                ms[way, edge, metric] = np.int32(min(found, NEVER))


@njit(cache=True, nogil=True)
def customised(first: Ints, high: Ints, *, up: Numbers, down: Numbers) -> None:
    """Carry weights of several metrics through the triangles below every link, in place.

    Finding the links of a triangle costs more than their weights do: with sixteen metrics at a time
    each takes a fifth of what one alone takes.

    Args:
        first: where in `high` the links of each node begin, and the end.
        high: higher end of each link.
        up: weight of each link climbed, of the roads alone, shape (links, metrics).
        down: the same come down.
    """
    # numba adds short numbers up to long ones: cut short again, twice as many go through at once.
    short = up.dtype.type
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
                        up[between, metric], short(down[middle, metric] + up[top, metric])
                    )
                    down[between, metric] = min(
                        down[between, metric], short(down[top, metric] + up[middle, metric])
                    )


@njit(cache=True, nogil=True)
def swept(
    above: Upward, below: Upward, *, shared: Ints, start: Over, end: Over, along: Along
) -> Numbers:
    """Carry weights from every source up and down to every target; see `sweeps.answered`.

    Args:
        above: of the rows above the sources: where the links of each begin, and the end; the row
            of the higher end of each link; its weight climbed, shape (metrics, links); what stands
            for no way.
        below: the same above the targets, with weights come down.
        shared: row of `above` of each row of `below`, -1 for none.
        start: rows of `above` over which each source is left, shape (ways, sources), and the weight
            of that, shape (metrics, ways, sources).
        end: rows of `below` over which each target is reached, likewise.
        along: where the ends at each row of `below` begin, and the end; which of `end` these are.
    """
    (begin, leaving), arriving, never = start, end[1], above[3]
    found = np.full((len(leaving), leaving.shape[2], arriving.shape[2]), never)
    climbing = np.full(len(above[0]) - 1, never)
    last = max(found.shape[1], 1) - 1
    # As wide one as the other, and each of as many columns as the processor fetches at once.
    columns = (last // (16 * (last // COLUMNS + 1)) + 1) * 16
    risen = np.empty((len(climbing), columns), leaving.dtype)
    reached = np.empty((arriving.shape[2], columns), leaving.dtype)
    for metric in range(len(found)):
        up = (above[0], above[1], above[2][metric], never)
        down = (below[0], below[1], below[2][metric], never)
        for batch in range(0, found.shape[1], columns):
            count = min(columns, found.shape[1] - batch)
            risen[:] = never
            for column in range(count):
                at = batch + column
                _climbed(climbing, up, begin[:, at], leaving[metric, :, at])
                _noted(climbing, up, begin[:, at], risen[:, column])
            reached[:] = never
            _descended(risen, down, shared, arriving[metric], along, reached)
            for column in range(count):
                for target in range(len(reached)):
                    found[metric, batch + column, target] = reached[target, column]
    return found


@njit(cache=True, nogil=True)
def _climbed(weight: Numbers, above: Upward, begin: Ints, leaving: Numbers) -> None:  # noqa: PLR0917 - as above
    first, high, beyond, _ = above
    short = weight.dtype.type
    for way in range(len(begin)):
        weight[begin[way]] = min(weight[begin[way]], leaving[way])
    # The chains of all ways side by side, the lowest node first; where they meet they are one.
    at = begin.copy()
    while True:
        low = -1
        for row in at:
            if row >= 0 and (low < 0 or row < low):
                low = row
        if low < 0:
            return
        for link in range(first[low], first[low + 1]):
            reached = short(weight[low] + beyond[link])
            weight[high[link]] = min(weight[high[link]], reached)
        parent = high[first[low]] if first[low] < first[low + 1] else -1
        for way in range(len(at)):
            if at[way] == low:
                at[way] = parent


@njit(cache=True, nogil=True)
def _noted(climbing: Numbers, above: Upward, begin: Ints, risen: Numbers) -> None:  # noqa: PLR0917 - as above
    """Note what a climb reached, and leave it as it was before."""
    first, high, _, never = above
    for way in range(len(begin)):
        row = begin[way]
        while row >= 0:
            risen[row] = min(risen[row], climbing[row])
            climbing[row] = never
            row = high[first[row]] if first[row] < first[row + 1] else -1


@njit(cache=True, nogil=True)
def _descended(  # noqa: PLR0917 - as above
    risen: Numbers, below: Upward, shared: Ints, arriving: Numbers, along: Along, reached: Numbers
) -> None:
    """Come down row by row; what a row needs are the rows above it, so one of each depth is kept.

    These stay near the processor, whereas all rows would not.
    """
    (first, high, beyond, never), (stop, of) = below, along
    short, targets, columns = reached.dtype.type, arriving.shape[1], risen.shape[1]
    depth, deepest = np.zeros(len(shared), np.int64), 0
    for row in range(len(shared) - 1, -1, -1):
        if first[row] < first[row + 1]:
            depth[row] = depth[high[first[row]]] + 1
            deepest = max(deepest, depth[row])
    kept = np.empty((deepest + 1, columns), risen.dtype)
    for row in range(len(shared) - 1, -1, -1):
        weight = kept[depth[row]]
        for column in range(columns):
            weight[column] = risen[shared[row], column] if shared[row] >= 0 else never
        for link in range(first[row], first[row + 1]):
            if beyond[link] < never:
                giver = kept[depth[high[link]]]
                for column in range(columns):
                    weight[column] = min(weight[column], short(giver[column] + beyond[link]))
        for at in range(stop[row], stop[row + 1]):
            way, target = of[at] // targets, of[at] % targets
            for column in range(columns):
                over = short(weight[column] + arriving[way, target])
                reached[target, column] = min(reached[target, column], over)
