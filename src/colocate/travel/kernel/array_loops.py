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

    from colocate.travel.kernel.roadgraph import Floats, Ints


class Triangles(NamedTuple):
    """Triangles of links, by level of their lowest node."""

    link: Ints
    """Links from the lowest node to the middle and the top one and the link between those, shape
    (3, triangles)."""
    rise: Ints
    """Where in `link` each level begins, and the end."""


class _Step(NamedTuple):
    """Nodes of one level with as many links each, and over which links what reaches them."""

    node: Ints
    giver: Ints
    weight: Floats


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


def levels(first: Ints, high: Ints, /) -> Ints:
    """Number nodes so that each stands above all lower nodes linked with it.

    Args:
        first: where in `high` the links of each node begin, and the end.
        high: higher end of each link.
    """
    count = len(first) - 1
    level, low = np.full(count, -1), np.repeat(np.arange(count), np.diff(first))
    while (level < 0).any():
        ready = level < 0
        ready[high] = False
        level[ready] = level.max() + 1
        left = ~ready[low]
        low, high = low[left], high[left]
    return level


def triangles(first: Ints, high: Ints, /, *, level: Ints) -> Triangles:
    """Pair the links that rise from the same node, and find the link between their upper ends.

    Args:
        first: where in `high` the links of each node begin, and the end.
        high: higher end of each link.
        level: of each node.
    """
    low, link = np.repeat(np.arange(len(level)), np.diff(first)), np.arange(len(high))
    later = first[low + 1] - link - 1
    middle, top = np.repeat(link, later), runs(link + 1, later)
    between = np.searchsorted(low * len(level) + high, high[middle] * len(level) + high[top])
    order = np.argsort(level[low[middle]], kind="stable")
    found = np.stack([middle, top, between])[:, order]
    return Triangles(
        found, np.searchsorted(level[low[found[0]]], np.arange(level.max(initial=0) + 2))
    )


def customised(triangles: Triangles, /, *, up: Floats, down: Floats) -> None:
    """Carry weights through the triangles below every link, in place.

    Args:
        triangles: of the hierarchy.
        up: weight of each link climbed, of the roads alone, shape (links, metrics); infinite where
            there is none.
        down: the same come down.
    """
    for begin, stop in pairwise(triangles.rise.tolist()):
        # Down to the lowest node by one link and up by the other: both are final, for all that
        # could better them lies on lower levels, which are done.
        middle, top, between = triangles.link[:, begin:stop]
        np.minimum.at(up, between, down[middle] + up[top])
        np.minimum.at(down, between, down[top] + up[middle])


def steps(*, node: Ints, giver: Ints, weight: Floats, turn: Ints) -> Iterator[_Step]:
    """Put links into steps of equal turn, and equal number of links to a node: whole arrays.

    Args:
        node: what each link leads to.
        giver: what it comes from.
        weight: of the link.
        turn: of each node: in which order nodes are swept.
    """
    # Nodes with equally many links make a rectangle, which numpy takes in one operation.
    links = np.bincount(node, minlength=len(turn))[node]
    order = np.lexsort((node, links, turn[node]))
    node, giver, weight, links = node[order], giver[order], weight[order], links[order]
    new = (np.diff(turn[node], prepend=0) != 0) | (np.diff(links, prepend=0) != 0)
    bounds = [*np.flatnonzero(new).tolist(), len(node)]
    for first, last in pairwise(bounds):
        shape = (-1, int(links[first]))
        yield _Step(
            node[first : last : shape[1]],
            giver[first:last].reshape(shape),
            weight[first:last].reshape(*shape, 1),
        )


def swept(weight: Floats, /, *, steps: list[_Step]) -> None:
    """Carry weights over the links of every step in turn, in place.

    Args:
        weight: packed weight of each swept node from each source, shape (swept, sources).
        steps: upwards the lowest first, then downwards the highest first: every node is final
            before another takes from it.
    """
    for node, giver, beyond in steps:
        reached = weight[giver]
        reached += beyond
        weight[node] = np.minimum(weight[node], reached.min(axis=1))
