"""The open management case of an option: who does what when, and what may stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts import paths, words
from colocate.publish.papers.content import Grid, Heading, Paragraph
from colocate.publish.papers.missing import MANAGEMENT, OF_GATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.publish.facts import Option
    from colocate.publish.facts.case_facts import CaseFacts
    from colocate.publish.facts.paths import Act
    from colocate.publish.papers.content import Block
    from colocate.study import Study

CERTAINTY = {"unverified": "not verified", "unknown": "not known whether it stands"}


def management(case: CaseFacts, study: Study, /) -> Iterator[Block]:
    """Yield who does what in which order, when, what may stop it, and what is to be measured.

    Args:
        case: cut to what is public.
        study: the study of the run.
    """
    yield from _path(case.option, study)
    yield from _days(case.option)
    yield from _outlived(case)
    yield from _risks(case.option)
    yield from _measured(case)


def _path(option: Option, study: Study) -> Iterator[Block]:
    yield Heading("Who does what, in order", 2)
    for phase, title in paths.PHASE_TITLES.items():
        acts = [act for act in paths.acts(option.approvals) if act.phase == phase]
        if acts:
            yield Paragraph(f"{title}:")
            yield Grid(
                ("Step", "Who", "What", "Takes", "Rule"),
                tuple(
                    (str(act.step), act.who, _what(act), act.days or "–", act.citation)
                    for act in acts
                ),
                (7, 22, 26, 11, 34),
            )
    grounds = dict.fromkeys(act.days_source for act in paths.acts(option.approvals) if act.days)
    yield Paragraph(
        f"Rules: {study.rule_set.replace('_', ' ')}. Steps of one number run side by side. How "
        f"long they take rests on: {'; '.join(grounds) or 'nothing yet'}.",
        "note",
    )


def _what(act: Act) -> str:
    return f"{act.action.replace('_', ' ').capitalize()}: {act.task}{_doubt(act.certainty)}"


def _days(option: Option) -> Iterator[Block]:
    """The stages on a line of days, those that everything waits for marked."""
    if not option.timeline:
        return
    yield Heading("When", 2)
    yield Paragraph(paths.ready(option.timeline))
    yield Grid(
        ("Stage", "Earliest", "As usual", "Everything waits for it"),
        tuple(
            (paths.topic(stage.topic), _between(stage.start_earliest, stage.end_earliest),
             _between(stage.start_usual, stage.end_usual), "yes" if stage.critical else "–")
            for stage in option.timeline
        ),
        (28, 27, 27, 18),
    )  # fmt: skip


def _between(start: str, end: str | None) -> str:
    return f"from {start}" if end is None else f"{start} to {end}"


def _outlived(case: CaseFacts) -> Iterator[Block]:
    """What the law has in store: bodies that end, and changes to come."""
    if case.option.successions:
        yield Heading("What would outlive a body", 2)
        yield Grid(
            ("Body", "Ends", "What", "Who follows", "What to write into it"),
            tuple(
                (row.body, row.ends, row.about.replace("/", " "),
                 f"{row.successors}{_doubt(row.certainty)}", row.clause)
                for row in case.option.successions
            ),
            (18, 12, 14, 22, 34),
        )  # fmt: skip
    if case.law:
        yield Heading("Changes of the law to come, or not verified", 2)
        yield Grid(
            ("Change", "From", "What it asks", "Source"),
            tuple(
                (row.what, row.valid_from or "no day is known",
                 f"{row.means}{_doubt(row.certainty)}", row.citation)
                for row in case.law
            ),
            (27, 12, 33, 28),
        )  # fmt: skip


def _doubt(certainty: str) -> str:
    return "" if certainty == "evidenced" else f" ({CERTAINTY[certainty]})"


def _risks(option: Option) -> Iterator[Block]:
    """What may still stop it: gates that fail or are open."""
    order = list(words.OUTCOMES)
    open_ = [gate for gate in option.gates if gate.outcome != "pass"]
    yield Heading("Risks", 2)
    if not open_:
        yield Paragraph("No gate fails or is open.")
        return
    whom = {row.gate: row.asked for row in option.questions}
    yield Grid(
        ("Risk", "State", "What would settle it", "Who is asked", "Case"),
        tuple(
            (gate.label, "fails" if gate.outcome == "fail" else "open",
             gate.question or "nothing more to ask: it fails as things stand",
             whom.get(gate.gate, "the bodies named"), OF_GATES.get(gate.gate, MANAGEMENT))
            for gate in sorted(open_, key=lambda gate: order.index(gate.outcome))
        ),
        (20, 9, 37, 17, 17),
    )  # fmt: skip
    passed = [gate.label for gate in option.gates if gate.outcome == "pass"]
    if passed:
        yield Paragraph(f"Passed: {', '.join(passed)}.", "note")


def _measured(case: CaseFacts) -> Iterator[Block]:
    """Who measures what when; what was promised stands in the restricted part."""
    yield Heading("Benefits to be measured", 2)
    if not case.benefits:
        yield Paragraph(
            "None yet: the benefits table holds options that are approved or in the best set."
        )
        return
    once = {(row.label, row.measured_by): row for row in case.benefits}
    yield Grid(
        ("Benefit", "Who measures", "Months after the move", "How"),
        tuple(
            (row.label, row.measured_by, f"{row.months_after:g}", row.how) for row in once.values()
        ),
        (25, 25, 12, 38),
        numbers=(2,),
    )
