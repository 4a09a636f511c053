"""How the path of an option is put into words: who acts, in which order, and when."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from colocate.publish.facts.words import cut, listed
from colocate.tables import parts
from colocate.tables.governance import PHASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from colocate.publish.facts import Option
    from colocate.publish.facts.path_records import Approval, Law, Stage

PHASE_TITLES = dict(
    zip(PHASES, ("Before the decision", "The decision", "After the decision"), strict=True)
)
TOPIC_WORDS = {"finance": "section 151", "legality": "monitoring officer", "decision": "decisions",
               "board": "alliance board", "lease": "leases to give back"}  # fmt: skip
"""Topics that do not read as they are written."""
DECIDING = ("approve", "agree", "consult")
"""What the path tells in one line: who is asked, and who decides."""
OUTSTANDING = ("approve", "agree")
"""Steps that stand between an option and the market. Whom to consult depends on whether a desk or
a crew moves, so it would tell; the rest is for the record."""
GROUPS = {
    "Evidence and advice": ("business_case", "finance", "legality", "equality", "data_protection",
                            "security", "collaboration"),
    "Consultation": ("consultation",),
    "Decisions": ("decision", "board"),
    "Agreements, planning": ("legal_form", "valuation", "tax", "procurement", "subsidy",
                             "planning"),
    "Works and move": ("works", "move"),
}  # fmt: skip
"""Topics as a small drawing gathers them; what waits for none of them is left out."""


class Act(NamedTuple):
    """What one or several bodies do at a step, in the same words of the law."""

    step: int
    phase: str
    who: str
    action: str
    task: str
    form: str | None
    days: str
    days_source: str
    citation: str
    certainty: str


class Bar(NamedTuple):
    """A stretch of days on a small drawing, at both paces."""

    name: str
    start_earliest: str
    end_earliest: str
    start_usual: str
    end_usual: str


def topic(name: str, /) -> str:
    """A topic as people read it.

    Args:
        name: one of `TOPICS`, or lease.
    """
    return TOPIC_WORDS.get(name, name.replace("_", " "))


def path(approvals: Iterable[Approval], /, *, longest: int = 0) -> list[str]:
    """Who is consulted, approves and agrees, in order, each said once: Example Police (agree).

    Args:
        approvals: steps of one or more options' paths.
        longest: characters of a body's short name; 0 for its name.
    """
    told = [step for step in approvals if step.action in DECIDING]
    ordered = sorted(told, key=lambda step: (step.step, step.body))
    once = {(step.body, step.action): step for step in reversed(ordered)}
    return [
        f"{cut(step.body_short, longest) if longest else step.body} ({step.action}{_doubt(step)})"
        for step in ordered
        if once[step.body, step.action] is step
    ]


def _doubt(step: Approval) -> str:
    return "" if step.certainty == "evidenced" else ", not verified"


def outstanding(approvals: Iterable[Approval], /, *, decided_by: str | None = None) -> str | None:
    """Who must still approve or agree to any of some options, in order; None: nobody.

    Args:
        approvals: steps of the options' paths.
        decided_by: body that has approved already.
    """
    left = [s for s in approvals if s.action in OUTSTANDING and s.body_id != decided_by]
    return "; ".join(path(left)) or None


def acts(approvals: Sequence[Approval], /) -> list[Act]:
    """Steps in order, bodies that do the same at one step together.

    Args:
        approvals: steps of one option's path.
    """
    together: dict[tuple[object, ...], list[Approval]] = {}
    for step in approvals:
        same = (step.step, step.topic, step.action, step.task, step.citation, step.certainty)
        together.setdefault(same, []).append(step)
    return [_act(steps) for steps in together.values()]


def _act(steps: list[Approval]) -> Act:
    first = steps[0]
    names = [f"{s.body}, {s.office}" if s.office else s.body for s in steps]
    forms = dict.fromkeys(step.legal_form for step in steps if step.legal_form)
    return Act(
        step=first.step,
        phase=first.phase,
        who=" and ".join(names),
        action=first.action,
        task=first.task.rstrip("."),
        form="; ".join(forms) or None,
        days=_span(first.days_earliest, first.days_usual),
        days_source=first.days_source,
        citation=first.citation,
        certainty=first.certainty,
    )


def _span(least: int, usual: int) -> str:
    """How long a step takes: `14 to 28 days`; nothing for one that takes none."""
    if not usual:
        return ""
    return f"{usual} days" if least == usual else f"{least} to {usual} days"


def moved(timeline: Sequence[Stage], /) -> Stage | None:
    """The stage at whose end people have moved; else the last that waits for no accounts.

    Args:
        timeline: stages of one option.
    """
    told = [stage for stage in timeline if stage.topic not in {"benefits", "lease"}]
    last = told[-1] if told else None
    return next((stage for stage in told if stage.topic == "move"), last)


def month(day: str | None, /) -> str:
    """A day as it is told: lengths that are assumed know no days.

    Args:
        day: ISO 8601, None where it is not known.
    """
    return day[:7] if day else "no day known"


def ready(timeline: Sequence[Stage], /) -> str:
    """When people could have moved; nothing without a timeline.

    Args:
        timeline: stages of one option.
    """
    end = moved(timeline)
    if end is None:
        return ""
    done = "people could have moved" if end.topic == "move" else "it could be done"
    return (
        f"Begun in {month(timeline[0].start_earliest)}, {done} by {month(end.end_earliest)} at the "
        f"earliest, by {month(end.end_usual)} usually."
    )


def waits(timeline: Sequence[Stage], /) -> str:
    """What an option waits for at the usual pace: the topics on its longest way.

    Args:
        timeline: stages of one option.
    """
    end = moved(timeline)
    named = [
        topic(stage.topic)
        for stage in timeline
        if end and stage.critical and stage.step <= end.step and stage.topic != "lease"
    ]
    return f"It waits for {listed(list(dict.fromkeys(named)))}." if named else ""


def ended(option: Option, /) -> str:
    """Name the bodies of an option that would have ended before its move, at the usual pace.

    Args:
        option: the option.
    """
    end = moved(option.timeline)
    if end is None or end.end_usual is None:
        return ""
    return listed(list(dict.fromkeys(
        row.body for row in option.successions if row.ends < end.end_usual
    )))  # fmt: skip


def bars(timeline: Sequence[Stage], /) -> Iterator[Bar]:
    """Yield the stretches of a small drawing, in order.

    Args:
        timeline: stages of one option.
    """
    for name, topics in GROUPS.items():
        own = [stage for stage in timeline if stage.topic in topics and stage.end_usual]
        if own:
            yield Bar(
                name,
                min(stage.start_earliest for stage in own),
                max(str(stage.end_earliest) for stage in own),
                min(stage.start_usual for stage in own),
                max(str(stage.end_usual) for stage in own),
            )


def beside(option: Option, /) -> list[str]:
    """What stands before and after the decisions, topic by topic, in two lines at most.

    Args:
        option: the option.
    """
    lines = []
    for phase, steps in groupby(option.approvals, key=lambda step: step.phase):
        topics = dict.fromkeys(topic(step.topic) for step in steps)
        if phase != "decision":
            lines.append(f"{PHASE_TITLES[phase]}: {', '.join(topics)}.")
    return lines


def process(option: Option, /) -> list[str]:
    """How an option is decided, in a few lines: what stands beside the decisions, days, successors.

    Args:
        option: the option.
    """
    days = " ".join(filter(None, [ready(option.timeline), waits(option.timeline)]))
    ends = {row.body: row for row in option.successions}
    named = [
        f"{name} ends on {row.ends} ({row.certainty}): {row.successors}"
        for name, row in ends.items()
    ]
    late = ended(option)
    return [
        *beside(option),
        *([days] if days else []),
        *([f"Write a successor clause: {'; '.join(named)}."] if named else []),
        *([f"At the usual pace the move comes after the end of {late}."] if late else []),
    ]


def ahead(law: Iterable[Law], option: Option, /, *, day: str) -> list[Law]:
    """Changes that are to come, or not verified, for bodies of an option.

    Args:
        law: the changes.
        option: the option.
        day: the study's day, ISO 8601.
    """
    own = {step.body_id for step in option.approvals}
    about = (change for change in law if own & set(parts(change.bodies)))
    return [
        change
        for change in about
        if change.valid_from is None or change.valid_from > day or change.certainty != "evidenced"
    ]
