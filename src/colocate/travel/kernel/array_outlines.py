"""The loops of `outlines` in whole-array numpy, for where numba is not installed.

The numbers are those of `compiled_outlines` to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, depth_first_order

from colocate.travel.kernel.sequences import runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.travel.kernel.roadgraph import Floats, Ints

STAYS = 2**62
SCRAMBLE, MASK = 0x5851F42D4C95, 2**48 - 1
UP, ALONG = np.array([1, 0, -1, 0]), np.array([0, -1, 0, 1])


class _Sides(NamedTuple):
    """Sides of cells that outlines cross, heading north, west, south or east, in order.

    Inside is on the left: a grid point that is inside, to its right one that is not.
    """

    level: Ints
    point: Ints
    """Of the inner end, counted along the rows."""
    heading: Ints
    later: Ints
    """Which of these sides the outline crosses next."""


def traced(z: Floats, levels: Floats, *, parts: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Trace the outlines of a field at several levels.

    A vertex stands on the side of a cell between a point inside and one outside, where the level
    would be reached on the straight line, in whole steps and on neither point. So the outline of a
    higher level is nowhere further in, whatever the rounding, and outlines of one level touch
    nowhere. Where two opposite corners of a cell are inside, they are joined if the mean of all
    four is.

    Rings go counter-clockwise round what is inside and clockwise round holes. They are ordered by
    level and by where they first go north, row by row, and begin there.

    Args:
        z: the field, shape (rows, columns); above all levels along the border.
        levels: what is inside is at most this; rising.
        parts: steps of a vertex along the side of a cell.

    Returns:
        Eastings and northings of all vertices, in steps; where each ring begins, and the end;
        level of each ring; of a hole the ring round it, -1 of others.
    """
    sides = _sides(z, levels)
    none = np.empty(0, "int64")
    if not len(sides.level):
        return none, none, np.zeros(1, "int64"), none, none
    ring, start = _rings(sides)
    previous = np.empty_like(sides.later)
    previous[sides.later] = np.arange(len(previous))
    chained = sides.later.copy()
    chained[previous[start[:-1]]] = start[1:]
    chained[previous[start[-1]]] = previous[start[-1]]
    order = depth_first_order(_links(chained), start[0], return_predecessors=False)
    first = np.r_[0, np.cumsum(np.bincount(ring))]
    x, y = _vertices(z, levels, sides=sides, parts=parts)
    x, y = x[order], y[order]
    area = twice_area(x, y, first=first)
    return x, y, first, sides.level[start], _around(sides, ring=ring, start=start, area=area)


def _sides(z: Floats, levels: Floats) -> _Sides:
    columns = z.shape[1]
    up, right = UP * columns + ALONG, np.roll(UP * columns + ALONG, 1)
    flat = z.ravel()
    found: list[tuple[Ints, Ints, Ints]] = []
    later: list[Ints] = []
    size = 0
    for number, level in enumerate(levels):
        inside = flat <= level
        around = np.ones(len(flat), "bool")
        around[columns:-columns] = inside[: -2 * columns] & inside[2 * columns :]
        around[1:-1] &= inside[:-2] & inside[2:]
        points = np.flatnonzero(inside & ~around)
        code = (points[:, np.newaxis] * 4 + np.arange(4))[~inside[points[:, np.newaxis] + right]]
        point, heading = code >> 2, code & 3
        ahead, across = point + up[heading], point + up[heading] + right[heading]
        four = flat[point] + flat[point + right[heading]] + flat[ahead] + flat[across]
        to_right = inside[across] & (inside[ahead] | (four * 0.25 <= level))
        on = inside[ahead] & ~to_right
        after = np.where(to_right, across, np.where(on, ahead, point))
        turned = np.where(to_right, heading + 3, np.where(on, heading, heading + 1)) & 3
        later.append(size + np.searchsorted(code, after * 4 + turned))
        found.append((np.full(len(code), number), point, heading))
        size += len(code)
    level_of, point, heading = (np.concatenate(column) for column in zip(*found, strict=True))
    return _Sides(level_of, point, heading, np.concatenate(later))


def _links(later: Ints) -> csr_array:
    count = len(later)
    return csr_array((np.ones(count), later, np.arange(count + 1)), shape=(count, count))


def _rings(sides: _Sides) -> tuple[Ints, Ints]:
    """Number the ring of each side, and return the side where each ring begins."""
    label = connected_components(_links(sides.later), connection="strong")[1]
    north = np.flatnonzero(sides.heading == 0)
    named, at = np.unique(label[north], return_index=True)
    start = np.sort(north[at])
    number = np.empty(len(named), "int64")
    number[label[start]] = np.arange(len(start))
    return number[label], start


def _vertices(z: Floats, levels: Floats, *, sides: _Sides, parts: int) -> tuple[Ints, Ints]:
    columns = z.shape[1]
    up, along = np.roll(UP, 1)[sides.heading], np.roll(ALONG, 1)[sides.heading]
    inner, outer = z.ravel()[sides.point], z.ravel()[sides.point + up * columns + along]
    share = np.rint((levels[sides.level] - inner) / (outer - inner) * parts)
    step = np.clip(share, 1, parts - 1).astype("int64")
    row, column = np.divmod(sides.point, columns)
    return column * parts + along * step, row * parts + up * step


def twice_area(x: Ints, y: Ints, *, first: Ints) -> Ints:
    """Twice the area of each ring, positive where it goes counter-clockwise.

    Args:
        x: eastings of the vertices of all rings.
        y: northings.
        first: where each ring begins, and the end.
    """
    last = np.arange(-1, len(x) - 1)
    last[first[:-1]] = first[1:] - 1
    areas: Ints = np.add.reduceat(x[last] * y - x * y[last], first[:-1])
    return areas


def _around(sides: _Sides, *, ring: Ints, start: Ints, area: Ints) -> Ints:
    """Find the outer ring of each hole: the line crossed last on the way to it is of the same."""
    across = np.flatnonzero((sides.heading & 1) == 0)
    west = sides.point[across] - (sides.heading[across] == 2)
    order = np.lexsort((west, sides.level[across]))
    place = np.empty(len(sides.point), "int64")
    place[across[order]] = np.arange(len(order))
    around, hole = np.full(len(start), -1), np.flatnonzero(area < 0)
    givers = ring[across[order[place[start[hole]] - 1]]]
    for own, giver in zip(hole.tolist(), givers.tolist(), strict=True):
        around[own] = giver if around[giver] < 0 else around[giver]
    return around


class _Vertices(NamedTuple):
    """Places of vertices, fixed points behind them, and what surrounds them."""

    east: Ints
    north: Ints
    before: Ints
    after: Ints
    bound: NDArray[np.bool_]
    """Outlines part here."""
    gone: NDArray[np.bool_]
    member: Ints
    """Places by cell."""
    corner: Ints
    """Where in `member` the places of each cell begin, and the end."""
    columns: int


def thinned(
    x: Ints, y: Ints, *, first: Ints, fixed: Ints, parts: int, most: int
) -> NDArray[np.bool_]:
    """Say which vertices of rings stay, of all rings together, so that none crosses another.

    A vertex goes if the triangle with its neighbours is small enough and holds no other vertex (M.
    Visvalingam and J. D. Whyatt, Line generalisation by repeated elimination of points, 1993). In
    each round those go whose triangle is less than both neighbours'; of equal ones, by a scrambled
    number, for along a straight line all are equal. Triangles that hold no vertex of each other
    may go at once: if their new sides crossed, old ones would.

    Where outlines share their way they are thinned as one; where they part the vertex stays.

    Args:
        x: eastings of the vertices of all rings, in steps.
        y: northings.
        first: where each ring begins, and the end.
        fixed: points that no ring may be moved across, shape (points, 2).
        parts: steps of the side of a cell.
        most: twice the area by which a ring may be changed at one vertex.
    """
    if not len(x):
        return np.ones(0, "bool")
    number, places = _places(x, y, first=first, fixed=fixed, parts=parts)
    before, after, gone = places.before, places.after, places.gone
    key = _keys(np.arange(len(before)), places, most=most)
    tie = _scrambled(places.east, places.north)
    while len(active := np.flatnonzero(key < STAYS)):
        goes = np.ones(len(active), "bool")
        for other in (before[active], after[active]):
            mine, theirs = key[active], key[other]
            goes &= (mine < theirs) | ((mine == theirs) & (tie[active] < tie[other]))
        picked = active[goes]
        key[picked] = STAYS
        picked = picked[~_held(picked, places, parts=parts)]
        gone[picked] = True
        _bridge(picked, places)
        touched = np.concatenate([before[picked], after[picked]])
        key[touched] = _keys(touched, places, most=most)
    return ~gone[number]


def _places(x: Ints, y: Ints, *, first: Ints, fixed: Ints, parts: int) -> tuple[Ints, _Vertices]:
    """Number the places of vertices, and find the two neighbours of each."""
    _, at, number = np.unique((y << 24) + x, return_index=True, return_inverse=True)
    last, later = np.arange(-1, len(x) - 1), np.arange(1, len(x) + 1)
    last[first[:-1]], later[first[1:] - 1] = first[1:] - 1, first[:-1]
    last, later = number[last], number[later]
    low, high = np.minimum(last, later), np.maximum(last, later)
    parted = (low != low[at][number]) | (high != high[at][number])
    bound = np.zeros(len(at), "bool")
    bound[number[parted]] = True
    east, north = np.r_[x[at], fixed[:, 0]], np.r_[y[at], fixed[:, 1]]
    columns = int(east.max() // parts + 1)
    cell = north // parts * columns + east // parts
    corner = np.r_[0, np.cumsum(np.bincount(cell, minlength=(north.max() // parts + 1) * columns))]
    member = np.argsort(cell, kind="stable")
    gone = np.zeros(len(east), "bool")
    found = _Vertices(east, north, last[at], later[at], bound, gone, member, corner, columns)
    return number, found


def _keys(v: Ints, places: _Vertices, *, most: int) -> Ints:
    """Twice the area that goes with each vertex; `STAYS` where it may not go."""
    east, north = places.east, places.north
    a, b = places.before[v], places.after[v]
    area = abs(
        (east[a] - east[v]) * (north[b] - north[v]) - (east[b] - east[v]) * (north[a] - north[v])
    )
    return np.where(places.bound[v] | (a == b) | (area > most), STAYS, area)


def _scrambled(x: Ints, y: Ints) -> Ints:
    """Numbers without order along a line, and of their own for each place."""
    once = ((y << 24) + x) * SCRAMBLE & MASK
    return (once ^ (once >> 24)) * SCRAMBLE & MASK


def _held(v: Ints, places: _Vertices, *, parts: int) -> NDArray[np.bool_]:
    """Whether any other vertex lies in the triangle that would go, its sides included."""
    corners = np.stack([places.before[v], v, places.after[v]])
    x, y = places.east[corners], places.north[corners]
    west, south, east, north = x.min(axis=0), y.min(axis=0), x.max(axis=0), y.max(axis=0)
    low, count = south // parts, north // parts - south // parts + 1
    mine = np.repeat(np.arange(len(v)), count)
    row = runs(low, count) * places.columns
    begin = places.corner[row + (west // parts)[mine]]
    count = places.corner[row + (east // parts)[mine] + 1] - begin
    mine, w = np.repeat(mine, count), places.member[runs(begin, count)]
    px, py = places.east[w], places.north[w]
    near = (px >= west[mine]) & (px <= east[mine]) & (py >= south[mine]) & (py <= north[mine])
    near = np.flatnonzero(near & ~places.gone[w])
    near = near[(w[near] != corners[:, mine[near]]).all(axis=0)]
    mine, px, py = mine[near], px[near], py[near]
    x, y = x[:, mine], y[:, mine]
    to_x, to_y = np.roll(x, -1, axis=0), np.roll(y, -1, axis=0)
    side = (to_x - x) * (py - y) - (to_y - y) * (px - x)
    held = np.zeros(len(v), "bool")
    held[mine[(side >= 0).all(axis=0) | (side <= 0).all(axis=0)]] = True
    return held


def _bridge(picked: Ints, places: _Vertices) -> None:
    """Make the neighbours of each vertex each other's, in place."""
    before, after = places.before, places.after
    for near, far in ((before[picked], after[picked]), (after[picked], before[picked])):
        led = before[near] == picked
        followed = ~led & (after[near] == picked)
        before[near[led]] = far[led]
        after[near[followed]] = far[followed]
