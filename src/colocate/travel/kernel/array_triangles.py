"""Triangles of links, and weights carried through them: whole-array numpy, where numba is missing.

Level by level, as in `array_loops`, and with the numbers of `compiled` to the last bit.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.travel.kernel.array_loops import AT_ONCE
from colocate.travel.kernel.sequences import runs

if TYPE_CHECKING:
    from colocate.travel.kernel.roadgraph import Ints
    from colocate.travel.kernel.sweeps import Numbers


class Triangles(NamedTuple):
    """Triangles of links, by level of their lowest node."""

    link: Ints
    """Links from the lowest node to the middle and the top one and the link between those, shape
    (3, triangles)."""
    rise: Ints
    """Where in `link` each level begins, and the end."""
    again: Ints
    """Where in each level those begin whose last link another one of the level has too; such as
    have the same stand together."""


def triangles(first: Ints, high: Ints, /, *, level: Ints) -> Triangles:
    """Pair the links that rise from the same node, and find the link between their upper ends.

    Args:
        first: where in `high` the links of each node begin, and the end.
        high: higher end of each link; those of a node lead up its own chain of parents.
        level: of each node.
    """
    links = np.diff(first)
    pairs = np.bincount(level, links * (links - 1) // 2)
    rise = np.r_[0, np.cumsum(pairs)].astype("int64")
    found = _paired(first, high, level=level, rise=rise)
    again, last = rise[1:].copy(), np.empty(len(high), "int32")
    for number, (begin, end) in enumerate(pairwise(rise.tolist())):
        part, place = found[:, begin:end], np.arange(end - begin, dtype="int32")
        between = part[2]
        last[between] = place
        once = last[between] == place
        more = np.flatnonzero(~once)
        more = more[np.argsort(between[more])]
        part[:] = part.take(np.r_[np.flatnonzero(once), more], axis=1)
        again[number] = end - len(more)
    return Triangles(found, rise, again)


def _paired(first: Ints, high: Ints, *, level: Ints, rise: Ints) -> Ints:
    """Find the links of all triangles."""
    count, links, each = len(level), np.diff(first), np.arange(len(high))
    low = np.repeat(np.arange(count), links)
    # What a node is linked with besides its parent, the parent is too: by the heir of the link.
    heir = np.searchsorted(low * count + high, high[first[low]] * count + high).astype("int32")
    node = np.argsort(level, kind="stable")
    link = runs(first[node], links[node])
    later = (first[low + 1] - each - 1)[link]
    begin = np.empty(len(high), "int64")
    begin[link] = np.cumsum(later) - later
    found, place = np.empty((3, rise[-1]), "int32"), np.arange(rise[-1], dtype="int32")
    middle, top, between = found
    middle[:] = np.repeat(link.astype("int32"), later)
    np.add(place, np.repeat((link + 1 - begin[link]).astype("int32"), later), out=top)
    # Where the middle node is the parent, the last link is the heir of the top one. Elsewhere the
    # heirs of both make a triangle with the same, whose lowest node is the parent: it lies on a
    # higher level.
    heir.take(top, out=between, mode="clip")
    same = begin.take(heir, mode="clip") - heir - 1
    same = np.repeat(same[link].astype("int32"), later) + between
    np.copyto(same, place, where=np.repeat(each[link] == first[low[link]], later))
    for start, end in reversed(list(pairwise(rise.tolist()))):
        between[start:end] = between.take(same[start:end])
    return found


def customised(triangles: Triangles, /, *, up: Numbers, down: Numbers) -> None:
    """Carry weights through the triangles below every link, in place.

    Args:
        triangles: of the hierarchy.
        up: weight of each link climbed, of the roads alone, shape (links, metrics).
        down: the same come down.
    """
    link, rise, again = triangles
    for begin, middle, end in zip(
        rise[:-1].tolist(), again.tolist(), rise[1:].tolist(), strict=True
    ):
        # Down to the lowest node by one link and up by the other: both are final, for all that
        # could better them lies on lower levels, which are done.
        for first in range(begin, middle, AT_ONCE):
            part = link[:, first : min(first + AT_ONCE, middle)]
            for weight, over in zip((up, down), _over(part, up=up, down=down), strict=True):
                _better(weight, part[2], over=over)
        part = link[:, middle:end]
        new = np.flatnonzero(np.diff(part[2], prepend=-1))
        if len(new):
            for weight, over in zip((up, down), _over(part, up=up, down=down), strict=True):
                _better(weight, part[2][new], over=np.minimum.reduceat(over, new, axis=0))


def _over(link: Ints, *, up: Numbers, down: Numbers) -> tuple[Numbers, Numbers]:
    """Weights over the lowest nodes of triangles, up and down."""
    middle, top, _ = link
    rising, falling = down.take(middle, axis=0), down.take(top, axis=0)
    rising += up.take(top, axis=0)
    falling += up.take(middle, axis=0)
    return rising, falling


def _better(weight: Numbers, row: Ints, *, over: Numbers) -> None:
    weight[row] = np.minimum(weight.take(row, axis=0), over, out=over)
