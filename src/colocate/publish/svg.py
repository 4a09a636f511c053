"""Drawings made without script: maps, bars of a score, strips of gates."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

ROAD_CLASSES: Mapping[str, str] = {
    "motorway": "motorway",
    "trunk": "a_road",
    "primary": "a_road",
    "secondary": "b_road",
}
"""Kinds of road that maps draw, by their class in OpenStreetMap."""

PLACE_RANKS: Mapping[str, int] = {"city": 1, "town": 2, "village": 3}
"""Which labels come first, and so which stay when the map is small."""

GATE_SHAPES = {
    "pass": '<rect class="g-pass" x="{x:.1f}" y="1" width="7" height="8"/>',
    "unknown": '<rect class="g-unknown" x="{x:.1f}" y="2" width="6" height="6"/>',
    "fail": '<path class="g-fail" d="m{x:.1f} 0 8 0-4 10z"/>',
}
ROW, NAMES, SPAN, LAST = 6.6, 98, 478, 24
"""Height of a stretch of time, width of the names, of the time, and of room for the last day."""
SMALLEST_SHARE = 0.0005
"""Share of a score below which what is missing is not drawn."""


class Drawing:
    """A map in the making: its frame on the ground, and the boxes on it that are taken."""

    def __init__(self, bounds: Sequence[float], *, unit_m: float, width: int, height: int) -> None:
        """Frame a piece of ground.

        Args:
            bounds: west, south, east and north edge in metres.
            unit_m: metres of ground in a unit of the drawing.
            width: width in units.
            height: height in units.
        """
        self.bounds = west, _, _, north = tuple(bounds)
        self.corner = np.array([west, north])
        self.unit_m, self.width, self.height = unit_m, width, height
        self.box = shapely.box(*bounds)
        self.taken: list[tuple[float, float, float, float]] = []

    def units(self, metres: npt.ArrayLike, /) -> npt.NDArray[np.int64]:
        """Eastings and northings as whole units of the drawing, y downwards.

        Args:
            metres: eastings and northings, shape (n, 2).
        """
        scale = np.array([self.unit_m, -self.unit_m])
        steps: npt.NDArray[np.float64] = (np.asarray(metres) - self.corner) / scale
        return np.rint(steps).astype(np.int64)

    def path(self, lines: Iterable[Any], /, *, style: str) -> str:
        """Draw lines or rings as one path; what is smaller than a unit vanishes.

        Args:
            lines: lines or rings in metres.
            style: its class.
        """
        points, line = shapely.get_coordinates(
            np.asarray(list(lines), dtype=object), return_index=True
        )
        xy = self.units(points)
        steps = np.diff(xy, axis=0)
        drawn = np.flatnonzero(steps.any(axis=1) & (line[1:] == line[:-1]))
        written = [f"{x} {y}" for x, y in steps[drawn].tolist()]
        begins = np.flatnonzero(np.diff(line[drawn], prepend=-1)).tolist()
        starts = xy[np.searchsorted(line, line[drawn[begins]])].tolist()
        text = [
            f"M{x} {y}l" + " ".join(written[first:end]).replace(" -", "-")
            for (x, y), first, end in zip(starts, begins, [*begins[1:], len(written)], strict=False)
        ]
        return f'<path class="{style}" d="{"".join(text)}"/>'

    def claim(self, x: float, y: float, *, width: float, height: float) -> bool:
        """Take a box around a point if it is free, and neither above nor below the map.

        Args:
            x: middle of the box, in units.
            y: the same, downwards.
            width: of the box, in units.
            height: of the box, in units.
        """
        w, h = width / 2, height / 2
        free = h < y < self.height - h and all(
            x + w <= left or x - w >= right or y + h <= top or y - h >= bottom
            for left, top, right, bottom in self.taken
        )
        if free:
            self.taken.append((x - w, y - h, x + w, y + h))
        return free

    def whole(self, pieces: Iterable[str], /, *, label: str, style: str = "") -> str:
        """Return the drawing as one element, told as `label` to those who do not see it.

        Args:
            pieces: elements from the ground up.
            label: what it shows, in words.
            style: its class, if any.
        """
        named = f' class="{style}"' if style else ""
        return (
            f'<svg{named} viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(label)}">{"".join(pieces)}</svg>'
        )


def circle(style: str, x: float, y: float, *, radius: float) -> str:  # noqa: PLR0917 - as SVG
    """Draw a circle around a point.

    Args:
        style: its class.
        x: its middle, in units.
        y: the same, downwards.
        radius: in units.
    """
    return f'<circle class="{style}" cx="{x}" cy="{y}" r="{radius}"/>'


def square(style: str, x: float, y: float, *, side: float) -> str:  # noqa: PLR0917
    """Draw a square from its upper left corner.

    Args:
        style: its class.
        x: its left edge, in units.
        y: its upper edge, in units.
        side: in units.
    """
    return f'<rect class="{style}" x="{x}" y="{y}" width="{side}" height="{side}"/>'


def text(style: str, x: float, y: float, *, said: str) -> str:  # noqa: PLR0917
    """Write text at a point.

    Args:
        style: its class.
        x: where it stands, in units.
        y: its base line, in units, downwards.
        said: the words.
    """
    return f'<text class="{style}" x="{x}" y="{y}">{escape(said)}</text>'


def bar(points: Iterable[tuple[int, float]], /, *, missing: float) -> str:
    """Draw a score out of 100: a stretch a criterion, what is missing hatched at the end.

    Args:
        points: place of each criterion in the study, and its points.
        missing: share of the weight whose value is missing.
    """
    stretches, end = [], 0.0
    for place, width in points:
        end += width
        if width > 0:
            stretches.append(
                f'<rect class="c{place}" x="{end - width:.2f}" width="{width:.2f}" height="10"/>'
            )
    if missing > SMALLEST_SHARE:
        stretches.append(
            f'<rect class="missing" x="{100 - missing * 100:.2f}" width="{missing * 100:.2f}" '
            'height="10"/>'
        )
    head = '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
    return f"{head}{''.join(stretches)}</svg>"


def strip(outcomes: Iterable[tuple[int, str]], /, *, places: int) -> str:
    """Draw gates in a row: a square passes, a small one is open, a triangle fails.

    Args:
        outcomes: place of each gate in the study, and its outcome.
        places: gates of the study.
    """
    shapes = [GATE_SHAPES[outcome].format(x=at * 100 / places) for at, outcome in outcomes]
    head = '<svg class="strip-gates" viewBox="0 0 100 10" aria-hidden="true">'
    return f"{head}{''.join(shapes)}</svg>" if shapes else ""


def spans(
    rows: Sequence[tuple[str, Sequence[float]]],
    /,
    *,
    marks: Sequence[tuple[float, str]],
    label: str,
) -> str:
    """Draw stretches of time below each other: pale at the usual pace, dark at the earliest.

    Args:
        rows: name of each, and where it starts and ends at the earliest and usually, as shares of
            the width.
        marks: where an upright line stands, as a share of the width, and what is written at it.
        label: what it shows, in words.
    """
    height = ROW * len(rows) + ROW
    pieces = []
    for at, said in marks:
        x = NAMES + at * SPAN
        pieces.append(f'<path class="mark" d="M{x:.1f} 0V{height - ROW:.1f}"/>')
        pieces.append(text("day", round(x, 1), round(height - 1, 1), said=said))
    for n, (name, (start, end, start_usual, end_usual)) in enumerate(rows):
        y = n * ROW
        pieces.append(text("name", 0, round(y + 5.4, 1), said=name))
        for style, top, deep, left, right in (
            ("usual", 0.4, 5.8, start_usual, end_usual), ("earliest", 1.8, 3, start, end)
        ):  # fmt: skip
            width = max((right - left) * SPAN, 1)
            pieces.append(
                f'<rect class="{style}" x="{NAMES + left * SPAN:.1f}" y="{y + top:.1f}" '
                f'width="{width:.1f}" height="{deep}"/>'
            )
    return (
        f'<svg class="spans" viewBox="0 0 {NAMES + SPAN + LAST} {height:.1f}" role="img" '
        f'aria-label="{escape(label)}">{"".join(pieces)}</svg>'
    )
