"""The section on equality risks and benefits: findings from a floor of materiality on.

An input to the analysis that those who carry the duty make, never the analysis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts.amounts import duration, whole
from colocate.publish.papers.content import Grid, Heading, Items, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from colocate.publish.facts.case_facts import CaseFacts
    from colocate.publish.facts.effect_records import Equality
    from colocate.publish.papers.content import Block
    from colocate.study import Study

TITLE = "Equality risks and benefits analysis (ERBA)"
SIDES = {"fire": "Fire response", "police": "Drive to a police desk"}

STILL = (
    "Groups the run does not count: sex, race, religion, pregnancy, orientation, carers, staff …",
    "What people of each group say, asked while the proposal can still change",
    "Whether the shared building can be used by all: step-free, hearing loop, signs, quiet room",
    "What would be done about each risk, and by whom",
    "Who decides that the duty has been met (Equality Act 2010, section 149), before the decision",
)
"""What the analysis needs beside the run."""


def section(case: CaseFacts, study: Study, /) -> Iterator[Block]:
    """Yield what the run tells of who is at risk and who benefits, and what was below the floor.

    Args:
        case: the option, with its public fields at least.
        study: whose floor it is.
    """
    option = case.option
    yield Heading(TITLE)
    yield Paragraph(
        "This is what the run brings to the analysis. It is not the analysis: counts are of "
        "residents near the sites, so they say where to look, not who is harmed."
    )
    yield Paragraph(_floor(study))
    for side, label in SIDES.items():
        rows = [row for row in option.equality if row.side == side]
        yield Heading(label, 2)
        yield from _side(rows, floor=study.equality.material_s[side].value)
    hit = [row for row in option.changes if row.worst is not None]
    if hit:
        yield Heading("Places that would lose most time", 2)
        yield Grid(
            ("Place", "Which time", "Today", "Afterwards", "Residents"),
            tuple(
                (row.place, SIDES[row.side], duration(row.before_s), duration(row.after_s),
                 whole(row.people))
                for row in sorted(hit, key=lambda row: (row.side, row.worst))
            ),
            (30, 24, 16, 16, 14),
            numbers=(2, 3, 4),
        )  # fmt: skip
    yield Heading("What the analysis still needs", 2)
    yield Items(STILL)


def _floor(study: Study) -> str:
    told = "; ".join(
        f"{SIDES[side].lower()} {figure.value:g} s ({figure.ground})"
        for side, figure in study.equality.material_s.items()
    )
    return (
        "A change is a finding where somebody loses or gains the standard itself, or where a time "
        f"changes by at least the floor: {told}."
    )


def _side(rows: list[Equality], *, floor: float) -> Iterator[Block]:
    if not rows:
        yield Paragraph("No time would change by more than the method can tell: nothing to screen.")
        return
    if all(row.finding == "unknown" for row in rows):
        yield Paragraph("Not known until a site is found.")
        return
    found = [row for row in rows if row.risk or row.benefit]
    changed = [row for row in rows if row.finding not in {"no change", "unknown"}]
    below = [row for row in changed if row.risk is False and row.benefit is False]
    untold = [row for row in rows if row.suppressed]
    if found:
        yield Grid(
            ("Group", "Lose the standard", "Gain it", "Slower", "Quicker", "Against the average"),
            tuple(
                (_group(row), whole(row.lost), whole(row.gained), _moved(row.slower,
                 row.slower_most_s), _moved(row.quicker, row.quicker_most_s), row.finding)
                for row in found
            ),
            (19, 13, 11, 19, 19, 19),
            numbers=(1, 2, 3, 4),
        )  # fmt: skip
    else:
        yield Paragraph("No group reaches the floor: no finding.")
    if below:
        yield Paragraph(_below(below, floor), "note")
    if untold:
        yield Paragraph(
            f"Too few people to say anything of: {', '.join(map(_group, untold))}.", "note"
        )


def _below(rows: Iterable[Equality], floor: float) -> str:
    """Say what lay below the floor, and how far."""
    listed = list(rows)
    worst = max((row.slower_most_s or 0.0 for row in listed), default=0.0)
    best = max((row.quicker_most_s or 0.0 for row in listed), default=0.0)
    return (
        f"Below the floor of {floor:g} s, and so no finding: {', '.join(map(_group, listed))}. "
        f"The most anyone of these would lose is {duration(worst)}, the most they would gain "
        f"{duration(best)}."
    )


def _moved(people: float | None, most: float | None) -> str:
    if not people:
        return whole(people)
    return whole(people) if most is None else f"{whole(people)}, up to {duration(most)}"


def _group(row: Equality) -> str:
    return row.group.replace("imd", "deprivation").replace("_", " ")
