"""The loops of the hierarchy in whole-array numpy, for where numba is not installed.

They take nodes level by level: a level lies above those of all lower nodes linked with its nodes,
so nodes of one level are not linked with each other and go through in one operation. The numbers
are those of `compiled` to the last bit.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.travel.kernel.sequences import distinct, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from colocate.travel.kernel.roadgraph import Floats, Ints
    from colocate.travel.kernel.sweeps import Along, Numbers, Over, Upward

    Bools = NDArray[np.bool_]

NEVER = 2.0**30 - 1
"""`sweeps.NEVER`."""
CELLS = 2**24
"""Weights held by one sweep: bounds memory, 4 or 8 bytes each."""
WIDTH = (16, 256)
"""Fewest sources swept at once, and most of one metric."""
AT_ONCE = 2**13
"""Rows taken in one operation: what numpy holds meanwhile stays near the processor."""
FEW = 8
"""Chains that one climbs sooner one by one."""


class _Step(NamedTuple):
    """Nodes of one level with as many links each, and over which links what reaches them."""

    node: Ints
    giver: Ints
    weight: Numbers


def filled(own_first: Ints, own_high: Ints, /) -> tuple[Ints, Ints]:
    """Join the higher neighbours of every node, the lowest first.

    It is enough to hand the higher neighbours of a node to the lowest of them: that one hands them
    on.

    Args:
        own_first: where in `own_high` the neighbours of each node begin, and the end.
        own_high: higher neighbours along the roads, each once.

    Returns:
        The same of all links, each node's ordered.
    """
    count = len(own_first) - 1
    key = np.repeat(np.arange(count), np.diff(own_first)) * count + own_high
    left, done = np.ones(count, "bool"), [key[:0]]
    while left.any():
        # Who is nobody's later neighbour any more can go, and all such nodes at once: they are
        # not linked with each other, or one of them would be the other's.
        low, high = np.divmod(key, count)
        ready = left.copy()
        ready[high] = False
        left &= ~ready
        ours = ready[low]
        # Several lower nodes may have handed on the same link.
        final = distinct(key[ours])
        done.append(final)
        low, high = np.divmod(final, count)
        first = np.diff(low, prepend=-1) != 0
        heir = high[first][np.cumsum(first) - 1]
        key = np.r_[key[~ours], (heir * count + high)[~first]]
    low, high = np.divmod(np.sort(np.concatenate(done)), max(count, 1))
    return np.searchsorted(low, np.arange(count + 1)), high


def found(first: Ints, high: Ints, /, *, low: Ints, top: Ints) -> Ints:
    """Find the links between pairs of nodes.

    Args:
        first: where in `high` the links of each node begin, and the end.
        high: higher end of each link, a node's in order.
        low: lower node of each pair.
        top: the higher one, linked with it.
    """
    count = len(first) - 1
    key = np.repeat(np.arange(count), np.diff(first)) * count + high
    return np.searchsorted(key, low * count + top)


def levels(first: Ints, high: Ints, /) -> Ints:
    """Number nodes so that each stands above all lower nodes linked with it.

    Args:
        first: where in `high` the links of each node begin, and the end.
        high: higher end of each link; those of a node lead up its own chain of parents.
    """
    parent, linked = np.full(len(first), len(first) - 1), np.flatnonzero(np.diff(first))
    parent[linked] = high[first[linked]]
    # Steps up to the end of every chain, twice as many at each turn.
    depth = np.ones(len(first), "int64")
    depth[-1] = 0
    while (more := depth[parent]).any():
        depth += more
        parent = parent[parent]
    level: Ints = depth.max() - depth[:-1]
    return level


def along_trees(parent: Ints, /) -> Ints:
    """Number nodes so that all below a node come just before it.

    What a node is linked with is then near it in memory, and links of every node keep their order:
    they lead to nodes of one chain of parents.

    Args:
        parent: of each node a later one, or -1.

    Returns:
        The new number of each node.
    """
    size, order = np.ones(len(parent), "int64"), np.argsort(parent, kind="stable")[::-1]
    fronts = [order[parent[order] < 0]]
    begin, end = (
        np.searchsorted(parent[order][::-1], np.arange(len(parent)), side=side)
        for side in ("left", "right")
    )
    while len(fronts[-1]):
        above = fronts[-1]
        fronts.append(order[runs(len(parent) - end[above], (end - begin)[above])])
    for front in reversed(fronts[1:]):
        np.add.at(size, parent[front], size[front])
    number = np.empty(len(parent), "int64")
    for front in fronts:
        # Of those below one node, the later ones come later.
        new = np.diff(parent[front], prepend=-2) != 0
        taken = np.cumsum(size[front]) - size[front]
        before = taken - (taken[new][np.cumsum(new) - 1] if len(front) else 0)
        over = np.where(parent[front] < 0, len(parent), number[parent[front]])
        number[front] = over - before - 1
    return number


def chained(nodes: Ints, /, *, parent: Ints) -> Bools:
    """Mark nodes and all that their chains of parents pass: what a climb from them can meet.

    Args:
        nodes: where the chains begin.
        parent: of each node a later one, or -1.
    """
    passed, last = np.zeros(len(parent), "bool"), np.empty(len(parent), "int64")
    front = nodes
    while len(front) > FEW:
        passed[front] = True
        last[front] = place = np.arange(len(front))
        front = parent[front[last[front] == place]]  # where chains meet, one goes on
        front = front[front >= 0]
        front = front[~passed[front]]
    for node in front.tolist():
        while node >= 0 and not passed[node]:
            passed[node] = True
            node = parent[node]  # noqa: PLW2901 - up its chain
    return passed


def rated(ms: Numbers, /, *, seconds: Floats, group: Ints, factors: tuple[Floats, Floats]) -> None:
    """Divide times by factors of the group of each road, one after the other; write whole ms.

    Args:
        ms: written to, shape (2, edges, metrics).
        seconds: of both directions of each road edge, s, shape (2, edges); infinite where closed.
        group: of each edge.
        factors: on speed, both of shape (groups, metrics).
    """
    for metric, (one, other) in enumerate(zip(*(each.T for each in factors), strict=True)):
        found = np.rint(seconds / one[group] / other[group] * 1000)
        ms[..., metric] = np.minimum(found, NEVER)


def laid(weight: Numbers, /, *, slot: Ints, edge: Ints, edges: Numbers, own: Numbers) -> None:
    """Lay the weights of roads and turns on the links they are ways of, in place.

    Of parallel ways the best counts.

    Args:
        weight: of every link climbed, then of every link come down, shape (2 links, metrics);
            `sweeps.never` everywhere.
        slot: row of `weight` of each direction of each stretch, shape (2, stretches); -1 for none.
        edge: road edge of each stretch; -1 of a turn.
        edges: weight of both directions of each road edge, shape (2, edges, metrics).
        own: weight of both directions of each turn, the same at every metric, shape (2, stretches).
    """
    ways, own = np.flatnonzero(slot >= 0), own.reshape(-1, 1)
    row, last = slot.ravel()[ways], np.empty(len(weight), "int64")
    last[row] = ways
    once = last[row] == ways
    of = (edge + np.array([[0], [edges.shape[1]]])).ravel()
    road = np.tile(edge >= 0, 2)
    for first in (True, False):
        for values, some in ((edges.reshape(-1, edges.shape[2]), road), (own, ~road)):
            picked = ways[(once == first) & some[ways]]
            for begin in range(0, len(picked), AT_ONCE):
                way = picked[begin : begin + AT_ONCE]
                one = values.take(way if values is own else of[way], axis=0)
                if first:
                    weight[slot.ravel()[way]] = one
                else:
                    np.minimum.at(weight, slot.ravel()[way], one)


def swept(
    above: Upward, below: Upward, /, *, shared: Ints, start: Over, end: Over, along: Along
) -> Numbers:
    """Carry weights from every source up and down to every target; see `sweeps.answered`.

    Rows go level by level; one by one, near the processor, where several metrics are work enough.

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
    (begin, leaving), arriving = start, end[1]
    found = np.empty((len(leaving), leaving.shape[2], arriving.shape[2]), leaving.dtype)
    if len(found) == 1:
        found[0] = _by_level(above, below, shared=shared, start=start, end=end)
        return found
    # Neighbours one after the other: a row is climbed from few of them.
    order = np.argsort(begin[0], kind="stable")
    width = max(CELLS // max((len(above[0]) - 1) * len(leaving), 1), WIDTH[0])
    for first in range(0, len(order), width):
        batch = order[first : first + width]
        risen = _climbed(above, begin[:, batch], leaving=leaving[:, :, batch])
        found[:, batch] = _descended(risen, below, shared=shared, arriving=arriving, along=along)
    return found


def _climbed(above: Upward, begin: Ints, *, leaving: Numbers) -> Numbers:
    """Weights from sources up to every row, shape (rows, metrics, sources)."""
    first, high, beyond, never = above
    sources = np.arange(begin.shape[1])
    risen = np.full((len(first) - 1, len(leaving), len(sources)), never)
    least, most = np.full(len(risen), len(sources)), np.zeros(len(risen), "int64")
    for row, weight in zip(begin, leaving.transpose(1, 2, 0), strict=True):
        risen[row, :, sources] = np.minimum(risen[row, :, sources], weight)
        np.minimum.at(least, row, sources)
        np.maximum.at(most, row, sources + 1)
    for row, (link, stop) in enumerate(pairwise(first.tolist())):
        if link < stop:
            over, parent = high[link:stop], high[link]
            least[parent] = min(least[parent], least[row])
            most[parent] = max(most[parent], most[row])
            some = slice(least[row], most[row])
            reached = risen[row, :, some] + beyond.T[link:stop, :, None]
            risen[over, :, some] = np.minimum(risen[over, :, some], reached)
    return risen


def _descended(
    risen: Numbers, below: Upward, *, shared: Ints, arriving: Numbers, along: Along
) -> Numbers:
    """Weights come down to every target, shape (metrics, sources, targets).

    What a row needs are the rows above it, so one of each depth is kept.
    """
    (first, high, beyond, never), (stop, of) = below, along
    level = levels(first, high)
    depth = level.max(initial=0) - level
    some = np.flatnonzero((beyond < never).any(axis=0))
    first, above, beyond = np.searchsorted(some, first), depth[high[some]], beyond.T[some, :, None]
    kept = np.empty((depth.max(initial=0) + 1, *risen.shape[1:]), risen.dtype)
    room = np.empty((np.diff(first).max(initial=0) + 1, *risen.shape[1:]), risen.dtype)
    reached = np.full((arriving.shape[2], *risen.shape[1:]), never)
    arriving = arriving.transpose(1, 2, 0).reshape(-1, len(arriving), 1)
    own = [of[begin:end] for begin, end in pairwise(stop.tolist())]
    rows = zip(depth.tolist(), shared.tolist(), pairwise(first.tolist()), own, strict=True)
    for deep, risen_row, (link, end), ends in reversed(list(rows)):
        over = room[: end - link + 1]
        over[-1] = risen[risen_row] if risen_row >= 0 else never
        if link < end:
            kept.take(above[link:end], axis=0, out=over[:-1], mode="clip")
            over[:-1] += beyond[link:end]
        weight = np.minimum.reduce(over, axis=0, out=kept[deep])
        for at in ends:
            least = reached[at % len(reached)]
            np.minimum(least, weight + arriving[at], out=least)
    return reached.transpose(1, 2, 0)


def _by_level(above: Upward, below: Upward, *, shared: Ints, start: Over, end: Over) -> Numbers:
    """Find the weights of the only metric, shape (sources, targets)."""
    (begin, (leaving,)), (finish, (arriving,)), never = start, end, above[3]
    climb, descend = list(_steps(above, rising=True)), list(_steps(below, rising=False))
    found = np.empty((leaving.shape[1], arriving.shape[1]), leaving.dtype)
    # As many sources at once as fit in memory: a step costs little more for many than for one.
    width = int(np.clip(CELLS // 2 // (len(above[0]) + len(below[0])), *WIDTH))
    both = shared >= 0
    for first in range(0, len(found), width):
        batch = slice(first, first + width)
        rising, column = np.full((len(above[0]) - 1, len(found[batch])), never), np.arange(width)
        for row, beyond in zip(begin[:, batch], leaving[:, batch], strict=True):
            at = row, column[: len(row)]
            rising[at] = np.minimum(rising[at], beyond)
        _carried(rising, steps=climb)
        falling = np.full((len(shared), rising.shape[1]), never)
        falling[both] = rising[shared[both]]
        _carried(falling, steps=descend)
        least = np.full((arriving.shape[1], falling.shape[1]), never)
        for row, beyond in zip(finish, arriving, strict=True):
            reached = falling.take(row, axis=0)
            reached += beyond[:, None]
            np.minimum(least, reached, out=least)
        found[batch] = least.T
    return found


def _steps(upward: Upward, *, rising: bool) -> Iterator[_Step]:
    """Put links into steps of one level and equal number of links to a node: whole arrays.

    Upwards the lowest level first, downwards the highest first: every node is final before another
    takes from it.
    """
    first, high, (weight,), never = upward
    level = levels(first, high)
    link = np.flatnonzero(weight < never)
    low, high = np.repeat(np.arange(len(level)), np.diff(first))[link], high[link]
    node, giver, turn = (high, low, level) if rising else (low, high, -level)
    if rising:
        order = np.argsort(node, kind="stable")
        link, giver = link[order], giver[order]
    count = np.bincount(node, minlength=len(level))
    node = np.flatnonzero(count)
    # Nodes with equally many links make a rectangle, which numpy takes in one operation.
    key = turn[node] * (len(link) + 1) + count[node]
    order = np.argsort(key, kind="stable")
    node, key = node[order], key[order]
    order = runs((np.cumsum(count) - count)[node], count[node])
    giver, weight = giver[order], weight[link[order]]
    at = np.r_[0, np.cumsum(count[node])].tolist()
    new = np.flatnonzero(np.diff(key, prepend=key[:1] - 1))
    for begin, end in pairwise([*new.tolist(), len(node)]):
        some, shape = slice(at[begin], at[end]), (end - begin, -1)
        yield _Step(node[begin:end], giver[some].reshape(shape), weight[some].reshape(*shape, 1))


def _carried(weight: Numbers, *, steps: list[_Step]) -> None:
    """Carry weights, shape (rows, sources), over the links of every step in turn, in place."""
    for node, giver, beyond in steps:
        reached = weight.take(giver, axis=0)
        reached += beyond
        least = np.minimum.reduce(reached, axis=1)
        weight[node] = np.minimum(weight.take(node, axis=0), least, out=least)
