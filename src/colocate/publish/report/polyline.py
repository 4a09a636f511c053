"""Encoded polylines: coordinates as short text, for pages that must stay small (kernel, arrays).

The encoding is Google's Encoded Polyline Algorithm Format
(https://developers.google.com/maps/documentation/utilities/polylinealgorithm) with one change:
the numbers are whole steps of metres (`STEP_M`) of easting and northing, not 1e-5 degrees.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

STEP_M = 10
"""Grid of the encoded coordinates: below a pixel at the scales at which ground is looked at."""

FINE_STEP_M = 1
"""Grid of buildings, which are looked at from nearer."""

_CHUNK_BITS = 5
_MORE = 1 << _CHUNK_BITS
_FIRST_CHARACTER = 63

Geometries = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]


def rings(areas: Geometries, /) -> tuple[Geometries, Integers]:
    """Return every ring of (n,) polygons or multipolygons, and the row each belongs to.

    Args:
        areas: polygons or multipolygons, shape (n,).
    """
    parts, owner = shapely.get_parts(areas, return_index=True)
    found, part = shapely.get_rings(parts, return_index=True)
    return found, owner[part]


def encode(lines: Geometries, owner: Integers, /, *, count: int, step_m: int = STEP_M) -> list[str]:
    """Encode lines and rings, those of one owner joined by a space.

    Args:
        lines: (n,) linestrings or linear rings in metres; a ring's closing point is left out,
            the reader closes it.
        owner: (n,) row from 0 to `count` - 1 that each line belongs to, rising.
        count: number of rows.
        step_m: grid of the coordinates; the reader must know it.

    Returns:
        `count` strings of easting-northing pairs; empty for a row without lines.
    """
    xy, line = shapely.get_coordinates(lines, return_index=True)
    steps = np.rint(xy / step_m).astype(np.int64)
    follows = np.concatenate([[False], line[1:] == line[:-1]])[: len(line)]
    ring = (shapely.get_type_id(lines) == shapely.GeometryType.LINEARRING)[line]
    closing = ring & ~np.append(follows[1:], False)[: len(line)]
    repeated = follows & (steps == np.roll(steps, 1, axis=0)).all(axis=1)
    kept = ~(closing | repeated)
    steps, line = steps[kept], line[kept]
    delta = steps - np.where(
        np.concatenate([[False], line[1:] == line[:-1]])[: len(line), None],
        np.roll(steps, 1, axis=0),
        0,
    )
    text, ends = _characters(delta.ravel())
    cuts = np.concatenate([[0], ends])[
        2 * np.searchsorted(line, np.arange(len(lines)), side="right")
    ]
    pieces: list[list[str]] = [[] for _ in range(count)]
    begin = 0
    for whose, end in zip(owner.tolist(), cuts.tolist(), strict=True):
        pieces[whose].append(text[begin:end])
        begin = end
    return [" ".join(parts) for parts in pieces]


def _characters(numbers: Integers) -> tuple[str, Integers]:
    """Write signed numbers as characters of five bits each; also where each number ends."""
    folded = (numbers << 1) ^ (numbers >> 63)  # the sign goes to the lowest bit
    sizes = np.ones(len(folded), dtype=np.int64)
    rest = folded >> _CHUNK_BITS
    while rest.any():
        sizes += rest > 0
        rest >>= _CHUNK_BITS
    ends = np.cumsum(sizes)
    out = np.empty(int(sizes.sum()), dtype=np.uint8)
    for place in range(int(sizes.max(initial=0))):
        longer = sizes > place
        chunk = (folded[longer] >> (_CHUNK_BITS * place)) & (_MORE - 1)
        more = np.where(sizes[longer] > place + 1, _MORE, 0)
        out[(ends - sizes)[longer] + place] = (chunk | more) + _FIRST_CHARACTER
    return out.tobytes().decode("ascii"), ends


def decode(text: str, /, *, closed: bool = False) -> list[npt.NDArray[np.float64]]:
    """Read encoded lines back: one (n, 2) array of eastings and northings a line.

    Args:
        text: what `encode` returns for one row.
        closed: whether to repeat the first point of each line at its end (rings).
    """
    characters = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    gap = characters == ord(" ")
    chunks = characters[~gap].astype(np.int64) - _FIRST_CHARACTER
    last = (chunks & _MORE) == 0
    number = np.cumsum(last) - last
    first = np.concatenate([[0], np.flatnonzero(last)[:-1] + 1])
    place = np.arange(len(chunks)) - first[number]
    shifted = (chunks & (_MORE - 1)) << (_CHUNK_BITS * place)
    folded = np.add.reduceat(shifted, first) if len(chunks) else shifted
    steps = ((folded >> 1) ^ -(folded & 1)).reshape(-1, 2)
    pairs = np.cumsum(last)[np.flatnonzero(gap) - np.arange(1, gap.sum() + 1)] // 2
    lines = (np.cumsum(each, axis=0) * float(STEP_M) for each in np.split(steps, pairs))
    return [np.vstack([xy, xy[:1]]) if closed else xy for xy in lines if len(xy)]
