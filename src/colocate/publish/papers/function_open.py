"""The open part of a function's business case: what anybody may be told, chapter by chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts.back_office import BASES, FIGURES, SPACE, STANDINGS, WAYS
from colocate.publish.papers.content import Grid, Heading, Items, Paragraph, facts
from colocate.publish.papers.option_management import CERTAINTY
from colocate.publish.papers.option_open import comparator, standing
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from colocate.publish.facts.function_facts import FunctionFacts, Plan, Total, Way
    from colocate.publish.papers.content import Block
    from colocate.study import Study

STATES = {
    "competitive already": "at or under its benchmark: little to gain",
    "above benchmark": "above its benchmark",
    "not supplied": "not known: budget or benchmark is not supplied",
}
TODAY = "in_place"


def summary(case: FunctionFacts, study: Study, /) -> Iterator[Block]:
    """Yield what most readers come for.

    Args:
        case: cut to what is public.
        study: the study of the run.
    """
    ways = {row.way for row in case.ways if row.standing not in {TODAY, "not_open"}}
    known = {row.body for row in case.baselines if row.state != "not supplied"}
    yield Paragraph(
        f"How {case.function} could be run: as today, or in one of {len(ways)} other ways that are "
        "open to a body of the study.",
        "lead",
    )
    yield facts(
        ("Area of focus", f"{case.function} (back office)"),
        ("Bodies", ", ".join(dict.fromkeys(row.body for row in case.baselines)) or "none entered"),
        ("Held against a benchmark", ", ".join(sorted(known)) or "of no body: not supplied"),
        ("Out of scope", "Operational staff: the fire authority alone decides on them"),
    )
    yield Paragraph(
        "The case is begun here from what the run knows, in the five case model of HM Treasury. "
        f"It decides nothing, and it is no proposal. {study.study.notice}"
    )


def strategic(case: FunctionFacts, study: Study, /) -> Iterator[Block]:
    """Yield who runs it today and who has declared it in scope.

    Args:
        case: cut to what is public.
        study: the study of the run.
    """
    scope = {True: "in scope", False: "out of scope", None: "not decided"}
    yield Heading("Who runs it today", 2)
    if case.baselines:
        yield Grid(
            ("Body", "Declared", "Premises of its own", "Against its benchmark", "Source"),
            tuple(
                (row.body, scope[row.in_scope], "yes" if row.occupies_space else "desks alone",
                 STATES[row.state], row.source or "not said")
                for row in case.baselines
            ),
            (23, 13, 15, 25, 24),
        )  # fmt: skip
    else:
        yield Paragraph("No body has entered this function.")
    if case.totals:
        yield Heading("What is published of the bodies as a whole", 2)
        yield Grid(
            ("Bodies", "Figure", "Amount", "Year", "Source"),
            tuple(
                (row.bodies, FIGURES[row.figure], _amount(row), str(row.year), row.source)
                for row in case.totals
            ),
            (22, 20, 18, 9, 31),
            numbers=(2,),
        )
        yield Paragraph(
            "Totals are not shared out over functions: nothing of this function follows from them.",
            "note",
        )
    choices = [each for each in study.scenarios if each.edits.functions]
    if choices:
        yield Heading("The choices of the study", 2)
        yield Items(tuple(f"{each.name}: {each.meaning}" for each in choices))


def _amount(row: Total) -> str:
    sign = "" if row.figure in {"staff", "operational_staff"} else "£"
    return f"{sign}{row.amount:,.0f}"


def economic(case: FunctionFacts, study: Study, /) -> Iterator[Block]:
    """Yield the ways considered, body by body, with doing nothing as the comparator.

    Args:
        case: cut to what is public.
        study: the study of the run.
    """
    yield Heading("Ways considered", 2)
    yield from comparator(study)
    for body, ways in by_body(case).items():
        yield Heading(body, 2)
        yield Grid(
            ("Way", "Step of six", "Standing", "What a saving would rest on"),
            tuple(
                (row.name, str(row.continuum_step), STANDINGS[row.standing], BASES[row.basis])
                for row in ways
            ),
            (40, 11, 27, 22),
            numbers=(1,),
        )
    shut = [row for row in case.ways if row.standing == "not_open" and row.note is not None]
    if shut:
        yield Heading("Why a way is not open", 2)
        once = dict.fromkeys(f"{row.name} ({row.body}): {row.note}" for row in shut)
        yield Items(tuple(once))


def by_body(case: FunctionFacts, /) -> dict[str, list[Way]]:
    """Return the ways by the name of the body, in the order of the continuum.

    Args:
        case: of one function.
    """
    found: dict[str, list[Way]] = {}
    for row in sorted(case.ways, key=lambda row: row.continuum_step):
        found.setdefault(row.body, []).append(row)
    return found


def commercial(case: FunctionFacts, _study: Study, /) -> Iterator[Block]:
    """Yield the legal form of each way, and where it meets the estate.

    Args:
        case: cut to what is public.
        _study: the study of the run.
    """
    once = {row.way: row for row in reversed(case.ways) if row.standing != "not_open"}
    once = dict(sorted(once.items(), key=lambda item: item[1].continuum_step))
    yield Heading("Legal forms, and the room each way needs", 2)
    yield Grid(
        ("Way", "Legal form", "Room", "How sure that it is open"),
        tuple(
            (row.name, row.legal_form, SPACE[row.space],
             CERTAINTY.get(row.certainty, "evidenced"))
            for row in once.values()
        ),
        (30, 27, 24, 19),
    )  # fmt: skip
    means = [f"{row.name}: {row.note}" for row in once.values() if row.note is not None]
    yield Items(tuple(means))
    kept = dict.fromkeys(row.responsibility for row in case.ways)
    yield Paragraph(f"Statutory responsibility: {'; '.join(kept)}.")
    if case.estate:
        needed = {
            option: [row.name for row in case.ways if option in parts(row.option_ids)]
            for option in (each.option_id for each in case.estate)
        }
        yield Heading("Options of the estate that would house it", 2)
        yield Grid(
            ("Option", "Standing", "For"),
            tuple(
                (f"{each.title} ({each.option_id})", standing(each),
                 "; ".join(dict.fromkeys(needed[each.option_id])))
                for each in case.estate
            ),
            (44, 26, 30),
        )  # fmt: skip


def financial(case: FunctionFacts, _study: Study, /) -> Iterator[Block]:
    """Yield what the figures rest on; the figures stand in the restricted part.

    Args:
        case: cut to what is public.
        _study: the study of the run.
    """
    yield Paragraph(
        "Budgets, savings and costs of change stand in the restricted part. Here is what they rest "
        "on."
    )
    told = [(body, BASES[row.basis], row.name) for body, ways in by_body(case).items()
            for row in ways if row.standing not in {TODAY, "not_open"}]  # fmt: skip
    if told:
        yield Grid(
            ("Body", "Basis of the saving", "Ways"),
            tuple(
                (body, basis, "; ".join(n for b, s, n in told if (b, s) == (body, basis)))
                for body, basis in dict.fromkeys((b, s) for b, s, _ in told)
            ),
            (26, 20, 54),
        )


def management(case: FunctionFacts, study: Study, /) -> Iterator[Block]:
    """Yield who approves each way, in order, and how each choice of the study would have it run.

    Args:
        case: cut to what is public.
        study: the study of the run.
    """
    yield Heading("Who approves, in order", 2)
    paths: dict[tuple[str, str], list[str]] = {}
    for row in case.ways:
        if row.standing not in {TODAY, "not_open"}:
            paths.setdefault((row.name, row.approvers or "not known"), []).append(row.body)
    if paths:
        yield Grid(
            ("Way", "For", "Who approves, in order"),
            tuple((name, ", ".join(bodies), path) for (name, path), bodies in paths.items()),
            (32, 30, 38),
        )
    if case.plans:
        yield Heading("How each choice would have it run", 2)
        yield by_choice(case, study, tells=lambda row: WAYS[row.way])
    risks = tuple(
        (each.name, risk.text, risk.source)
        for each in study.scenarios if each.edits.functions for risk in each.risks
    )  # fmt: skip
    if risks:
        yield Heading("Risks of each choice", 2)
        yield Grid(("Choice", "Risk", "Source"), risks, (24, 54, 22))


def by_choice(
    case: FunctionFacts, study: Study, /, *, tells: Callable[[Plan], str], numbers: bool = False
) -> Grid:
    """Return a table of the study's choices by body.

    Args:
        case: of one function.
        study: the study of the run.
        tells: what is told of a body under a choice.
        numbers: whether that is a figure.
    """
    bodies = list(dict.fromkeys(row.body for row in case.plans))
    names = {each.id: each.name for each in study.scenarios}
    told = {(row.scenario_id, row.body): tells(row) for row in case.plans}
    first, each_width = 100 - (72 // len(bodies)) * len(bodies), 72 // len(bodies)
    return Grid(
        ("Choice", *bodies),
        tuple(
            (names.get(choice, choice), *(told.get((choice, body), "–") for body in bodies))
            for choice in dict.fromkeys(row.scenario_id for row in case.plans)
        ),
        (first, *[each_width] * len(bodies)),
        numbers=tuple(range(1, len(bodies) + 1)) if numbers else (),
    )


def equality(case: FunctionFacts, _study: Study, /) -> Iterator[Block]:
    """Yield what the equality analysis would have to start from.

    Args:
        case: cut to what is public.
        _study: the study of the run.
    """
    yield Heading("Equality risks and benefits analysis (ERBA)")
    yield Paragraph(
        "The run brings nothing to it: no resident's drive or cover follows from who runs "
        f"{case.function}. Its people are the staff, and the run knows none of them."
    )
    yield Items((
        "Staff by protected characteristic, grade, place and contract, in each body",
        "Who would move, travel farther, change employer or lose a post in each way",
        "Whom of the public the function serves, if any, and how they reach it",
        "Who decides, before the decision, that the duty has been met (Equality Act 2010, s. 149)",
    ))  # fmt: skip


def sources(case: FunctionFacts, _study: Study, /) -> Iterator[Block]:
    """Yield what the case rests on.

    Args:
        case: cut to what is public.
        _study: the study of the run.
    """
    yield Heading("What this rests on")
    given = dict.fromkeys(row.source for row in case.baselines if row.source is not None)
    yield facts(
        ("Figures", "; ".join(given) or "none supplied"),
        ("Method", "docs/method.md of colocate; every table's columns: `colocate schema`."),
    )
