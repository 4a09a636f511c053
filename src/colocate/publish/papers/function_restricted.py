"""The restricted part of a function's business case: budgets, savings, and what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts.amounts import pounds, spread, whole
from colocate.publish.facts.back_office import BASES
from colocate.publish.papers.content import Grid, Heading, Items, Paragraph
from colocate.publish.papers.function_open import by_body, by_choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.publish.facts.function_facts import FunctionFacts, Plan, Way
    from colocate.publish.papers.content import Block
    from colocate.study import Study


def summary(case: FunctionFacts, _study: Study, /) -> Iterator[Block]:
    """Yield what it is about.

    Args:
        case: all that is known.
        _study: the study of the run.
    """
    yield Paragraph(f"What {case.function} costs, and what each way may save.", "lead")


def strategic(case: FunctionFacts, _study: Study, /) -> Iterator[Block]:
    """Yield budget, staff and room of each body.

    Args:
        case: all that is known.
        _study: the study of the run.
    """
    if not case.baselines:
        return
    yield Heading("What it costs today", 2)
    yield Grid(
        ("Body", "Budget a year", "Benchmark a year", "Staff, full time", "Floor area"),
        tuple(
            (row.body, pounds(row.budget_gbp), pounds(row.benchmark_gbp), whole(row.staff_fte),
             "not known" if row.area_m2 is None else f"{row.area_m2:,.0f} m²")
            for row in case.baselines
        ),
        (32, 17, 17, 17, 17),
        numbers=(1, 2, 3, 4),
    )  # fmt: skip
    yield Items(tuple(f"{row.body}: {row.note}" for row in case.baselines))


def economic(case: FunctionFacts, _study: Study, /) -> Iterator[Block]:
    """Yield what each way may save and cost, body by body.

    Args:
        case: all that is known.
        _study: the study of the run.
    """
    for body, ways in by_body(case).items():
        open_ = [row for row in ways if row.standing != "not_open"]
        yield Heading(f"What each way is worth: {body}", 2)
        yield Grid(
            ("Way", "Saved a year", "Change, once", "Basis", "What it rests on"),
            tuple(
                (row.name, saving(row), _change(row), BASES[row.basis], row.rests_on)
                for row in open_
            ),
            (22, 20, 17, 11, 30),
            numbers=(1, 2),
        )


def saving(row: Way | Plan, /) -> str:
    """A saving a year with its range.

    Args:
        row: of one way, or of one choice.
    """
    return spread(row.saving_central_gbp, low=row.saving_low_gbp, high=row.saving_high_gbp)


def _change(row: Way) -> str:
    return spread(row.change_central_gbp, low=row.change_low_gbp, high=row.change_high_gbp)


def nothing(_case: FunctionFacts, _study: Study, /) -> Iterator[Block]:
    """Yield nothing: the chapter has nothing that is not public.

    Args:
        _case: all that is known.
        _study: the study of the run.
    """
    return iter(())


def financial(case: FunctionFacts, study: Study, /) -> Iterator[Block]:
    """Yield what each choice of the study would save whom.

    Args:
        case: all that is known.
        study: the study of the run.
    """
    if not case.plans:
        return
    yield Heading("What each choice would save whom", 2)
    yield by_choice(case, study, tells=lambda row: f"{saving(row)}, {BASES[row.basis]}",
                    numbers=True)  # fmt: skip
