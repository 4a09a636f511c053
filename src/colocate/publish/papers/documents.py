"""Put the open and the restricted part of a business case together, each a document of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from colocate.publish.facts import amounts, words
from colocate.publish.facts.case_facts import CaseFacts, case_facts, opened
from colocate.publish.papers import erba, missing, option_open, option_restricted
from colocate.publish.papers.content import Document, Heading
from colocate.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from colocate.publish.papers.content import Block

Chapter: TypeAlias = Callable[[CaseFacts, Study], Iterator["Block"]]

OPEN_MARK = "Open part"
RESTRICTED_MARK = "Restricted part, not to be passed on"

OPEN_TOLD = (
    "Public facts only; amounts of money, leases and the reasons of gates stand in the restricted "
    "part, a file of its own. For others once the decision register releases the option, and not "
    "before."
)
RESTRICTED_TOLD = (
    "Money, leases and reasons, for the authorities alone. It is read with the open part, a file "
    "of its own."
)
WHOLE_TOLD = (
    "For the authorities alone. A site of it is not public, so there is no open part: this is the "
    "whole case."
)

CHAPTERS: Mapping[str, tuple[Chapter, Chapter]] = {
    missing.STRATEGIC: (option_open.strategic, option_restricted.strategic),
    missing.ECONOMIC: (option_open.economic, option_restricted.economic),
    missing.COMMERCIAL: (option_open.commercial, option_restricted.commercial),
    missing.FINANCIAL: (option_open.financial, option_restricted.financial),
    missing.MANAGEMENT: (option_open.management, option_restricted.management),
}
"""What each case tells in the open part, and in the restricted one."""


def of_option(
    option_id: str, tables: Mapping[str, pd.DataFrame], /, *, study: Study, run_id: str
) -> dict[str, Document]:
    """Return the parts of the business case of an option, `restricted` and, if any, `open`.

    Args:
        option_id: an option of the run.
        tables: the run's tables by name.
        study: the study of the run.
        run_id: name of the run.
    """
    case = case_facts(option_id, tables, study=study)
    restricted = tuple(_restricted(case, study))
    if not case.open_part:
        whole = (*_open(case, study), Heading("What is not public"), *restricted)
        return {"restricted": _document(case, study, run_id=run_id, mark=RESTRICTED_MARK,
                                        told=WHOLE_TOLD, blocks=whole)}  # fmt: skip
    public = tuple(_open(opened(case), study))
    return {
        "open": _document(case, study, run_id=run_id, mark=OPEN_MARK, told=OPEN_TOLD,
                          blocks=public),
        "restricted": _document(case, study, run_id=run_id, mark=RESTRICTED_MARK,
                                told=RESTRICTED_TOLD, blocks=restricted),
    }  # fmt: skip


def _open(case: CaseFacts, study: Study) -> Iterator[Block]:
    lacks = missing.of_option(case)
    yield from option_open.summary(case, study)
    yield from missing.counted(lacks)
    for number, (title, (tells, _)) in enumerate(CHAPTERS.items(), start=1):
        yield Heading(f"{number}. {title}")
        yield from tells(case, study)
        yield from missing.section(title, lacks)
    yield from erba.section(case.option, study)
    yield from option_open.sources(case, study)


def _restricted(case: CaseFacts, study: Study) -> Iterator[Block]:
    yield from option_restricted.summary(case, study)
    for number, (title, (_, tells)) in enumerate(CHAPTERS.items(), start=1):
        if blocks := tuple(tells(case, study)):
            yield Heading(f"{number}. {title}")
            yield from blocks


def _document(
    case: CaseFacts, study: Study, *, run_id: str, mark: str, told: str, blocks: tuple[Block, ...]
) -> Document:
    head = study.study
    return Document(
        title=f"Business case: {case.option.title}",
        subtitle=f"{head.title} · rules as at {amounts.day(head.as_of)} · run {run_id}",
        mark=mark,
        told=told,
        blocks=blocks,
        foot=f"{head.notice} Screening only. {head.title}, run {run_id}.",
        closing=words.licence(study),
        as_of=head.as_of,
    )
