"""Clipping of outlines to the ground, on whole numbers: what nested before nests after.

Vertices of outlines stand on a lattice of steps; those of the ground stand on the same lattice
moved by a part of a step that lets no line between two of the one pass through any of the other.
So whether two lines cross, and on which side a vertex lies, is known exactly and never a tie. Of
every outline the runs on the ground are kept and joined along the shore, in which every crossing of
every level is a vertex: what levels share they share to the last digit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from colocate.travel.kernel.outlines import Rings
from colocate.travel.kernel.sequences import runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from colocate.travel.kernel.roadgraph import Floats, Ints

    Mask = NDArray[np.bool_]

LONGEST = 2**11 - 1
"""Steps along either axis that a side of an outline may go for a tie to be impossible."""
FINE = 16
"""Vertices of the ground stand on sixteenths of a step, before they are moved."""
PARTS = FINE * (LONGEST + 1) ** 2
"""Parts of a step in which the ground is measured."""
MOVED = np.array([1509 * (LONGEST + 1), 2592229])
"""How far the ground is moved east and north, in parts. A side's change of easting times the
second, less that of northing times the first, is no multiple of `PARTS / FINE` up to `LONGEST`; the
second is odd and near the golden section of that number, the first `LONGEST + 1` times as much."""
BLOCK = 32
"""Sides of outlines that are looked up in the index at once."""


class Ground(NamedTuple):
    """Ground that may be drawn on, on its left as one follows its rings."""

    area: shapely.Geometry
    """Prepared, in steps."""
    xy: Ints
    """Eastings and northings of the vertices of its rings, in parts of a step."""
    after: Ints
    """Vertex that follows each on its ring."""
    first: Ints
    """Where each ring begins, and the end."""
    sides: shapely.STRtree
    """Sides of the rings by the vertex they begin at."""


class Crossings(NamedTuple):
    """Where outlines cross the shore, in the order along the outlines."""

    side: Ints
    """Side of an outline, by the vertex it begins at."""
    shore: Ints
    """Side of the shore, likewise."""
    along: Floats
    """Share of that side that lies behind the crossing."""
    enters: Mask
    """Whether the outline comes onto the ground."""
    xy: Floats


def ground(area: shapely.Geometry, /, *, step_m: float) -> Ground:
    """Put ground on the lattice.

    Args:
        area: polygons, m; their vertices move by up to two steps.
        step_m: m.
    """
    short = shapely.segmentize(area, LONGEST / 2 * step_m)
    parts = shapely.get_parts(shapely.set_precision(short, step_m / FINE))
    parts = shapely.orient_polygons(parts[shapely.get_dimensions(parts) == 2])
    closed, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
    begins = np.diff(ring, prepend=-1) > 0
    closed = np.rint(closed / (step_m / FINE)).astype("int64") * (PARTS // FINE) + MOVED
    xy = closed[~begins]
    first = np.r_[np.flatnonzero(begins) - np.arange(begins.sum()), len(xy)]
    after = following(first)
    steps = xy / PARTS
    moved = shapely.set_coordinates(shapely.multipolygons(parts), closed / PARTS)
    shapely.prepare(moved)
    lines = shapely.linestrings(np.stack([steps, steps[after]], axis=1))
    return Ground(moved, xy, after, first, shapely.STRtree(lines))


def following(first: Ints, /) -> Ints:
    """Return what follows each member of groups, the first of a group its last.

    Args:
        first: where each group begins, and the end; none is empty.
    """
    after = np.arange(1, first[-1] + 1)
    after[first[1:] - 1] = first[:-1]
    return after


def clipped(rings: Rings, /, *, ground: Ground) -> Rings:
    """Keep what of the areas within outlines lies on the ground.

    Args:
        rings: outlines from the lattice's origin, as `outlines.outlines` draws them.
        ground: to be clipped to.

    Returns:
        Their outlines, in another order, in steps; levels nest as before.
    """
    if not len(rings.level):
        return rings
    after = following(rings.first)
    met = crossings(rings.xy, after, first=rings.first, ground=ground)
    of = np.repeat(np.arange(len(rings.level)), np.diff(rings.first))[met.side]
    level = rings.level[of]
    shores = np.searchsorted(ground.first, met.shore, side="right") - 1
    whole = np.ones(len(rings.level), "bool")
    whole[of] = False
    ring = np.flatnonzero(whole)
    ring = ring[shapely.contains_xy(ground.area, rings.xy[rings.first[ring]])]
    found = [(rings.xy[rings.first[one] : rings.first[one + 1]], rings.level[one]) for one in ring]
    number = np.full(len(rings.level) + 1, -1)  # the last stands for that round an outer ring
    number[ring] = np.arange(len(ring))
    shore = _noded(ground, met=met)
    cut = [
        *_joined(rings, shore, met=met, of=of, level=level, shores=shores),
        *_surrounded(rings, after, ground=ground, shore=shore, crossed=(level, shores)),
    ]
    outer = np.r_[rings.around[ring] < 0, np.array([_twice_area(xy) > 0 for xy, _ in cut], "bool")]
    return _together(found + cut, outer, np.r_[number[rings.around[ring]], np.full(len(cut), -1)])


def crossings(xy: Ints, after: Ints, /, *, first: Ints, ground: Ground) -> Crossings:
    """Find where outlines cross the shore.

    Args:
        xy: vertices of outlines, in steps.
        after: vertex that follows each.
        first: where each outline begins, and the end.
        ground: whose shore it is.
    """
    low, high = np.minimum(xy, xy[after]), np.maximum(xy, xy[after])
    begin = np.union1d(first[:-1], np.arange(0, len(xy), BLOCK))
    boxes = shapely.box(*np.minimum.reduceat(low, begin).T, *np.maximum.reduceat(high, begin).T)
    block, shore = ground.sides.query(boxes)
    count = np.diff(begin, append=len(xy))[block]
    side, shore = runs(begin[block], count), np.repeat(shore, count)
    one, other = ground.xy[shore], ground.xy[ground.after[shore]]
    near = (np.minimum(one, other) <= high[side] * PARTS).all(axis=1)
    near &= (np.maximum(one, other) >= low[side] * PARTS).all(axis=1)
    side, shore, one, other = side[near], shore[near], one[near], other[near]
    begins, ends = xy[side] * PARTS, xy[after[side]] * PARTS
    outline, coast = xy[after[side]] - xy[side], (other - one) // (PARTS // FINE)
    left_one, left_other = _left(outline, one - begins), _left(outline, other - begins)
    left_begins, left_ends = _left(coast, begins - one), _left(coast, ends - one)
    crosses = ((left_one > 0) != (left_other > 0)) & ((left_begins > 0) != (left_ends > 0))
    behind = left_begins[crosses] / (left_begins - left_ends)[crosses]
    order = np.lexsort([behind, side[crosses]])
    chosen = np.flatnonzero(crosses)[order]
    along = left_one[chosen] / (left_one - left_other)[chosen]
    at = one[chosen] / PARTS + along[:, np.newaxis] * (coast[chosen] / FINE)
    return Crossings(side[chosen], shore[chosen], along, left_ends[chosen] > 0, at)


def _left(line: Ints, to: Ints) -> Ints:
    """Above zero where what is pointed to lies left of a line."""
    found: Ints = line[:, 0] * to[:, 1] - line[:, 1] * to[:, 0]
    return found


class Shore(NamedTuple):
    """Rings of the ground with every crossing in them, in steps."""

    xy: Floats
    first: Ints
    at: Ints
    """Vertex that each crossing is."""


def _noded(ground: Ground, *, met: Crossings) -> Shore:
    order = np.lexsort([met.along, met.shore])
    new = np.ones(len(order), "bool")
    new[1:] = (np.diff(met.shore[order]) > 0) | (np.diff(met.along[order]) > 0)
    node = order[new]
    at = np.empty(len(order), "int64")
    at[order] = met.shore[order] + np.cumsum(new)
    first = ground.first + np.searchsorted(met.shore[node], ground.first)
    return Shore(np.insert(ground.xy / PARTS, met.shore[node] + 1, met.xy[node], axis=0), first, at)


def _joined(
    rings: Rings, shore: Shore, *, met: Crossings, of: Ints, level: Ints, shores: Ints
) -> Iterator[tuple[Floats, int]]:
    """Follow outlines where they are on the ground, and the shore from each to the next."""
    if not len(of):
        return
    outline = np.insert(rings.xy.astype("float64"), met.side + 1, met.xy, axis=0)
    begin = rings.first + np.searchsorted(met.side, rings.first)
    on_outline = met.side + 1 + np.arange(len(of))
    leaves = following(np.r_[np.flatnonzero(np.diff(of, prepend=-1)), len(of)])
    order = np.lexsort([shore.at, shores, level])
    group = level[order] * len(shore.first) + shores[order]
    ashore = np.empty(len(of), "int64")
    ashore[order] = order[following(np.r_[np.flatnonzero(np.diff(group, prepend=-1)), len(of)])]

    left = met.enters.copy()
    for start in np.flatnonzero(met.enters):
        at, pieces = start, []
        while left[at]:
            left[at] = False
            leave, ring, along = leaves[at], of[at], shores[leaves[at]]
            pieces += _piece(outline, (on_outline[at], on_outline[leave]), begin[ring : ring + 2])
            at = ashore[leave]
            pieces += _piece(
                shore.xy, (shore.at[leave], shore.at[at]), shore.first[along : along + 2]
            )
        if pieces:
            yield from ((ring, level[start]) for ring in _simple(np.concatenate(pieces)))


def _simple(ring: Floats) -> list[Floats]:
    """Part a ring where it touches itself, as the shore may that is cut from its waters."""
    _, of, count = np.unique(ring.view("complex128"), return_inverse=True, return_counts=True)
    if count.max() == 1:
        return [ring]
    parts: list[Floats] = []
    path: list[int] = []
    for at, place in enumerate(of.ravel()):
        if count[place] > 1 and (met := [n for n, other in enumerate(path) if of[other] == place]):
            parts.append(ring[path[met[0]:]])
            del path[met[0]:]
        path.append(at)
    return [*parts, ring[path]]


def _piece(xy: Floats, ends: tuple[int, int], ring: Ints) -> tuple[Floats, ...]:
    """Vertices of a ring from one up to another, not included."""
    begin, end = ends
    if begin < end:
        return (xy[begin:end],)
    return xy[begin : ring[1]], xy[ring[0] : end]


def _surrounded(
    rings: Rings, after: Ints, *, ground: Ground, shore: Shore, crossed: tuple[Ints, Ints]
) -> Iterator[tuple[Floats, int]]:
    """Islands and waters that lie whole within a level."""
    begins = ground.xy[ground.first[:-1]]
    low, high = rings.xy.min(axis=0) * PARTS, rings.xy.max(axis=0) * PARTS
    ring = np.flatnonzero(((begins > low) & (begins < high)).all(axis=1))
    if not len(ring):
        return
    (east, north), xy = begins[ring].T[:, :, np.newaxis], rings.xy * PARTS
    above = xy[:, 1] > north
    passes = above != above[:, after]
    which, side = np.nonzero(passes)
    left = _left(rings.xy[after[side]] - rings.xy[side], begins[ring[which]] - xy[side])
    beyond = (left > 0) == above[which, after[side]]
    level_of = np.repeat(rings.level, np.diff(rings.first))[side[beyond]]
    levels = int(rings.level.max()) + 1
    count = np.bincount(which[beyond] * levels + level_of, minlength=len(ring) * levels)
    inside = count.reshape(-1, levels) % 2 > 0
    taken = {*zip(*(values.tolist() for values in crossed), strict=True)}
    for row, level in zip(*np.nonzero(inside), strict=True):
        if (level, ring[row]) not in taken:
            yield shore.xy[shore.first[ring[row]] : shore.first[ring[row] + 1]], level


def _twice_area(xy: Floats) -> float:
    x, y = (xy - xy[0]).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1])


def _together(found: list[tuple[Floats, int]], outer: Mask, around: Ints) -> Rings:
    """Make rings of outlines, and find the outer ring of holes that have lost theirs."""
    level = np.array([of for _, of in found], "int64")
    loose = np.flatnonzero(~outer & (around < 0))
    if len(loose):
        shell = np.flatnonzero(outer & np.isin(level, level[loose]))
        areas = np.array([shapely.Polygon(found[ring][0]) for ring in shell])
        points = shapely.points([found[ring][0][:2].mean(axis=0) for ring in loose])
        hole, holder = shapely.STRtree(areas).query(points, predicate="within")
        same = level[loose[hole]] == level[shell[holder]]
        hole, holder = hole[same], holder[same]
        for at in np.argsort(-shapely.area(areas[holder]), kind="stable"):  # the smallest is last
            around[loose[hole[at]]] = shell[holder[at]]
    xy = np.concatenate([np.empty((0, 2)), *(ring for ring, _ in found)])
    first = np.cumsum([0, *(len(ring) for ring, _ in found)])
    return Rings(xy, first, level, around)
