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

from colocate.travel.kernel import array_outlines
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
SQUARE = 2**11
"""Steps along the side of the squares by which sides are found that may meet."""


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
    corner: Ints
    """The square south-west of all sides, by easting and northing."""
    squares: Ints
    """Of each square from there: how many south-west of its own corner a side may lie in."""

    def near(self, low: Ints, high: Ints, /) -> Mask:
        """Say which boxes any side may lie in.

        Args:
            low: west and south of each, steps.
            high: east and north.
        """
        most = np.array(self.squares.shape) - 1
        west, south = np.clip(low // SQUARE - self.corner, 0, most).T
        east, north = np.clip(high // SQUARE + 1 - self.corner, 0, most).T
        held = self.squares
        found: Mask = held[east, north] - held[west, north] > held[east, south] - held[west, south]
        return found


class Outlines(NamedTuple):
    """Rings of outlines, and their sides in blocks, each within a box."""

    rings: Rings
    after: Ints
    """Vertex that follows each on its ring."""
    of: Ints
    """Ring of each vertex."""
    begin: Ints
    """Where each block begins, and the end."""
    low: Ints
    """West and south of each block."""
    high: Ints
    """East and north."""

    def sides(self, block: Ints, /) -> tuple[Ints, Ints]:
        """Return the sides of some blocks, and which of these each is of.

        Args:
            block: of sides, from 0.
        """
        count = self.begin[block + 1] - self.begin[block]
        return runs(self.begin[block], count), np.repeat(np.arange(len(block)), count)


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
    level: Ints
    """Of the outline."""
    ring: Ints
    """Of the shore."""


def ground(area: shapely.Geometry, /, *, step_m: float) -> Ground:
    """Put ground on the lattice.

    Args:
        area: polygons, m; their vertices move by up to a tenth of a step.
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
    return Ground(moved, xy, after, first, shapely.STRtree(lines), *_squares(xy, after))


def _squares(xy: Ints, after: Ints) -> tuple[Ints, Ints]:
    """Count the squares that a side may lie in, as `Ground` has them."""
    ends = xy // (PARTS * SQUARE), xy[after] // (PARTS * SQUARE)
    low, high = np.minimum(*ends), np.maximum(*ends)
    corner = low.min(axis=0)
    held = np.zeros(high.max(axis=0) - corner + 2, "int64")
    for column, row in ((low, low), (low, high), (high, low), (high, high)):
        held[column[:, 0] - corner[0] + 1, row[:, 1] - corner[1] + 1] = 1
    return corner, held.cumsum(axis=0).cumsum(axis=1)


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
    lines = _blocks(rings)
    met = _crossings(lines, ground)
    whole = np.ones(len(rings.level), "bool")
    whole[lines.of[met.side]] = False
    kept = np.flatnonzero(whole)
    kept = kept[shapely.contains_xy(ground.area, rings.xy[rings.first[kept]])]
    number = np.full(len(rings.level) + 1, -1)  # the last stands for that round an outer ring
    number[kept] = np.arange(len(kept))
    count = np.diff(rings.first)[kept]
    shore = _noded(ground, met=met)
    cut = [*_joined(lines, shore, met=met), *_surrounded(lines, ground, shore=shore, met=met)]
    lost = np.full(len(cut), -1)
    return _held(
        Rings(
            np.concatenate([rings.xy[runs(rings.first[kept], count)], *(xy for xy, _ in cut)]),
            np.cumsum(np.r_[0, count, [len(xy) for xy, _ in cut]]).astype("int64"),
            np.r_[rings.level[kept], [level for _, level in cut]].astype("int64"),
            np.r_[number[rings.around[kept]], lost],
        )
    )


def _blocks(rings: Rings) -> Outlines:
    xy, after = rings.xy, following(rings.first)
    of = np.repeat(np.arange(len(rings.level)), np.diff(rings.first))
    begin = np.union1d(rings.first, np.arange(0, len(xy), BLOCK))
    low = np.minimum.reduceat(np.minimum(xy, xy[after]), begin[:-1])
    high = np.maximum.reduceat(np.maximum(xy, xy[after]), begin[:-1])
    return Outlines(rings, after, of, begin, low, high)


def _crossings(lines: Outlines, ground: Ground) -> Crossings:
    xy, after = lines.rings.xy, lines.after
    near = np.flatnonzero(ground.near(lines.low, lines.high))
    found, shore = ground.sides.query(shapely.box(*lines.low[near].T, *lines.high[near].T))
    side, pair = lines.sides(near[found])
    shore = shore[pair]
    for axis in (0, 1):  # what is apart along the one is not looked at along the other
        low, high = _reach(xy[:, axis] * PARTS, after)
        least, most = _reach(ground.xy[:, axis], ground.after)
        meet = (least[shore] <= high[side]) & (most[shore] >= low[side])
        side, shore = side[meet], shore[meet]
    one, other = ground.xy[shore], ground.xy[ground.after[shore]]
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
    ring = np.searchsorted(ground.first, shore[chosen], side="right") - 1
    level = lines.rings.level[lines.of[side[chosen]]]
    return Crossings(side[chosen], shore[chosen], along, left_ends[chosen] > 0, at, level, ring)


def _reach(along: Ints, after: Ints) -> tuple[Ints, Ints]:
    """Where each side begins and ends along an axis, the lower end first."""
    return np.minimum(along, along[after]), np.maximum(along, along[after])


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


def _joined(lines: Outlines, shore: Shore, *, met: Crossings) -> Iterator[tuple[Floats, int]]:
    """Follow outlines where they are on the ground, and the shore from each to the next."""
    if not len(met.side):
        return
    of = lines.of[met.side]
    outline = np.insert(lines.rings.xy.astype("float64"), met.side + 1, met.xy, axis=0)
    first = lines.rings.first + np.searchsorted(met.side, lines.rings.first)
    at = met.side + 1 + np.arange(len(of))
    leaves = _round(of)
    order = np.lexsort([shore.at, met.ring, met.level])
    ashore = np.empty(len(of), "int64")
    ashore[order] = order[_round((met.level * len(shore.first) + met.ring)[order])]
    left = met.enters.copy()
    for start in np.flatnonzero(met.enters):
        one = start
        pieces: list[Floats] = []
        while left[one]:
            left[one] = False
            leave = leaves[one]
            pieces += _piece(outline, (at[one], at[leave]), ring=first[of[one] : of[one] + 2])
            one, ring = ashore[leave], met.ring[leave]
            ends = shore.at[leave], shore.at[one]
            pieces += _piece(shore.xy, ends, ring=shore.first[ring : ring + 2])
        if pieces:
            yield from ((ring, met.level[start]) for ring in _simple(np.concatenate(pieces)))


def _round(group: Ints) -> Ints:
    """What follows each member of groups that stand one after another."""
    return following(np.r_[np.flatnonzero(np.diff(group, prepend=-1)), len(group)])


def _simple(ring: Floats) -> list[Floats]:
    """Part a ring where it touches itself, as the shore may that is cut from its waters."""
    parts: list[Floats] = []
    while True:
        mixed = ring[:, 0] * np.e + ring[:, 1]  # the same for the same place, and quickly sorted
        order = np.argsort(mixed, kind="stable")
        same = np.flatnonzero(np.diff(mixed[order]) == 0)
        same = same[(ring[order[same]] == ring[order[same + 1]]).all(axis=1)]
        if not len(same):
            return [*parts, ring]
        shortest = same[(order[same + 1] - order[same]).argmin()]
        loop = slice(order[shortest], order[shortest + 1])
        parts.append(ring[loop])
        ring = np.delete(ring, loop, axis=0)


def _piece(xy: Floats, ends: tuple[int, int], /, *, ring: Ints) -> tuple[Floats, ...]:
    """Vertices of a ring from one up to another, not included."""
    begin, end = ends
    if begin < end:
        return (xy[begin:end],)
    return xy[begin : ring[1]], xy[ring[0] : end]


def _surrounded(
    lines: Outlines, ground: Ground, *, shore: Shore, met: Crossings
) -> Iterator[tuple[Floats, int]]:
    """Islands and waters that lie whole within a level: where lines east of them are odd."""
    begins, levels = ground.xy[ground.first[:-1]], int(lines.rings.level.max()) + 1
    low, high = lines.low * PARTS, lines.high * PARTS
    ring = np.flatnonzero(((begins > low.min(axis=0)) & (begins < high.max(axis=0))).all(axis=1))
    (east, north), xy = begins[ring].T[:, :, np.newaxis], lines.rings.xy
    beside = (low[:, 1] < north) & (high[:, 1] > north) & (high[:, 0] > east)
    which, block = np.nonzero(beside)
    side, pair = lines.sides(block)
    which, above = which[pair], xy[:, 1] * PARTS
    to = above[side] > north[which, 0]
    passes = to != (above[lines.after[side]] > north[which, 0])
    side, which = side[passes], which[passes]
    begin, after = xy[side], lines.after[side]
    east_of = (_left(xy[after] - begin, begins[ring[which]] - begin * PARTS) > 0) == ~to[passes]
    side, which = side[east_of], which[east_of]
    level = lines.rings.level[lines.of[side]]
    count = np.bincount(which * levels + level, minlength=len(ring) * levels)
    inside = count.reshape(-1, levels) % 2 > 0
    crossed = np.zeros((len(shore.first), levels), "bool")
    crossed[met.ring, met.level] = True
    for row, level in zip(*np.nonzero(inside & ~crossed[ring]), strict=True):
        yield shore.xy[shore.first[ring[row]] : shore.first[ring[row] + 1]], level


def _held(rings: Rings) -> Rings:
    """Find the outer ring of holes that have lost theirs: the smallest that they lie in."""
    xy, first, level, around = rings
    if not len(level):
        return rings
    from_first = xy - np.repeat(xy[first[:-1]], np.diff(first), axis=0)
    size = array_outlines.twice_area(*from_first.T, first=first)
    loose, shell = np.flatnonzero((size < 0) & (around < 0)), np.flatnonzero(size > 0)
    shell = shell[np.isin(level[shell], level[loose])]
    at = (xy[first[loose]] + xy[first[loose] + 1]) / 2  # rings may share a vertex
    low, high = np.minimum.reduceat(xy, first[:-1]), np.maximum.reduceat(xy, first[:-1])
    may = level[loose][:, np.newaxis] == level[shell]
    for axis in (0, 1):
        may &= at[:, axis, np.newaxis] >= low[shell, axis]
        may &= at[:, axis, np.newaxis] <= high[shell, axis]
    unsure = may.sum(axis=1) > 1
    for number in np.flatnonzero(may[unsure].any(axis=0)):
        ring = slice(first[shell[number]], first[shell[number] + 1])
        area = shapely.Polygon(xy[ring])
        shapely.prepare(area)
        may[unsure, number] &= shapely.contains_xy(area, at[unsure])
    if len(loose):
        around[loose] = shell[np.where(may, size[shell], np.inf).argmin(axis=1)]
    return rings
