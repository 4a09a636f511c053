"""The structure of a programme, drawn: who reports to whom, and who decides before whom."""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

from colocate.publish.svg import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from colocate.tables.rows import ProgrammeGroup

WIDTH, HEIGHT, ACROSS, DOWN = 164, 66, 22, 44
"""Size of a box, and what lies between two, in units of the drawing."""
LINE_HEIGHT = 13
LETTERS = 23
"""Letters of a name on a line; a box has room for three lines, and how often it meets."""


def drawn(groups: Sequence[ProgrammeGroup], /, *, label: str) -> str:
    """Draw groups as boxes, those that report to one another joined by lines.

    A place that is assumed has a dashed line; an arrow leads to who decides only afterwards.

    Args:
        groups: that form a tree, or several.
        label: what the drawing shows, for those who do not see it.
    """
    places = _places(groups)
    wide = max((x for x, _ in places.values()), default=0) + WIDTH
    high = max((y for _, y in places.values()), default=0) + HEIGHT
    pieces = [*_lines(groups, places), *(_box(group, places[group.group_id]) for group in groups)]
    return (
        f'<svg viewBox="-2 -2 {wide + 4} {high + 4}" role="img" aria-label="{escape(label)}">'
        '<defs><marker id="then" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
        f"{''.join(pieces)}</svg>"
    )


def _places(groups: Sequence[ProgrammeGroup]) -> dict[str, tuple[int, int]]:
    """Upper left corner of each box: those below a group side by side, it over their middle."""
    below: dict[str, list[str]] = {}
    tops = []
    for group in groups:
        if isinstance(group.reports_to, str):
            below.setdefault(group.reports_to, []).append(group.group_id)
        else:
            tops.append(group.group_id)
    places: dict[str, tuple[int, int]] = {}

    def put(group: str, left: int, *, depth: int) -> int:
        """Place a group and what is below it from `left` on; return the width that takes."""
        taken = 0
        for child in below.get(group, []):
            taken += put(child, left + taken, depth=depth + 1) + ACROSS
        taken = max(taken - ACROSS, WIDTH)
        places[group] = left + (taken - WIDTH) // 2, depth * (HEIGHT + DOWN)
        return taken

    left = 0
    for top in tops:
        left += put(top, left, depth=0) + ACROSS
    return places


def _lines(
    groups: Sequence[ProgrammeGroup], places: Mapping[str, tuple[int, int]]
) -> Iterator[str]:
    for group in groups:
        x, y = places[group.group_id]
        if isinstance(group.reports_to, str):
            up, over = places[group.reports_to]
            middle = y - DOWN // 2
            style = "line" if group.place_basis == "recorded" else "line assumed"
            yield (
                f'<path class="{style}" d="M{x + WIDTH // 2} {y}V{middle}H{up + WIDTH // 2}'
                f'V{over + HEIGHT}"/>'
            )
        if isinstance(group.comes_before, str):
            to, level = places[group.comes_before]
            ends = (x + WIDTH, to) if to > x else (x, to + WIDTH)
            yield (
                f'<path class="line then" marker-end="url(#then)" d="M{ends[0]} '
                f'{y + HEIGHT // 2}L{ends[1]} {level + HEIGHT // 2}"/>'
            )


def _box(group: ProgrammeGroup, place: tuple[int, int]) -> str:
    x, y = place
    lines = textwrap.wrap(group.name, LETTERS, max_lines=3, placeholder="…")
    middle = x + WIDTH // 2
    said = [
        text("box-name", middle, y + 17 + LINE_HEIGHT * number, said=line)
        for number, line in enumerate(lines)
    ]
    often = group.frequency if isinstance(group.frequency, str) else ""
    said.append(
        text(
            "box-often",
            middle,
            y + HEIGHT - 8,
            said=textwrap.shorten(often, LETTERS + 5, placeholder=" …"),
        )
    )
    return (
        f'<rect class="box" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="3"/>'
        f"{''.join(said)}"
    )
