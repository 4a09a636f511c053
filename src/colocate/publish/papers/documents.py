"""Put the open and the restricted part of a business case together, each a document of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from colocate.publish.facts import amounts, words
from colocate.publish.facts.case_facts import case_facts, opened
from colocate.publish.facts.function_facts import function_facts
from colocate.publish.facts.function_facts import opened as function_opened
from colocate.publish.papers import (
    erba,
    function_open,
    function_restricted,
    missing,
    option_management,
    option_open,
    option_restricted,
)
from colocate.publish.papers.content import Document, Heading
from colocate.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from colocate.publish.papers.content import Block
    from colocate.publish.papers.missing import Missing

Tables: TypeAlias = Mapping[str, "pd.DataFrame"]
Tells: TypeAlias = Callable[[Any, Study], Iterator["Block"]]
"""What yields the blocks of a chapter from the facts of a case."""

OPEN_MARK = "Open part"
RESTRICTED_MARK = "Restricted part, not to be passed on"
NOT_YET = "For others once the decision register releases the option, and not before."
OPEN_TOLD = (
    "Public facts only; amounts of money, leases and reasons that are not public stand in the "
    "restricted part, a file of its own."
)
RESTRICTED_TOLD = (
    "Money, leases and reasons, for the authorities alone. It is read with the open part, a file "
    "of its own."
)
WHOLE_TOLD = (
    "For the authorities alone. A site of it is not public, so there is no open part: this is the "
    "whole case."
)


class Kind(NamedTuple):
    """What tells the cases of one kind of subject."""

    opens: Tells
    opens_restricted: Tells
    chapters: Mapping[str, tuple[Tells, Tells]]
    """What each of the five cases tells in the open part, and in the restricted one."""
    closes: tuple[Tells, ...]
    lacks: Callable[[Any], tuple[Missing, ...]]


OPTION = Kind(
    option_open.summary,
    option_restricted.summary,
    chapters={
        missing.STRATEGIC: (option_open.strategic, option_restricted.strategic),
        missing.ECONOMIC: (option_open.economic, option_restricted.economic),
        missing.COMMERCIAL: (option_open.commercial, option_restricted.commercial),
        missing.FINANCIAL: (option_open.financial, option_restricted.financial),
        missing.MANAGEMENT: (option_management.management, option_restricted.management),
    },
    closes=(erba.section, option_open.sources),
    lacks=missing.of_option,
)
FUNCTION = Kind(
    function_open.summary,
    function_restricted.summary,
    chapters={
        missing.STRATEGIC: (function_open.strategic, function_restricted.strategic),
        missing.ECONOMIC: (function_open.economic, function_restricted.economic),
        missing.COMMERCIAL: (function_open.commercial, function_restricted.nothing),
        missing.FINANCIAL: (function_open.financial, function_restricted.financial),
        missing.MANAGEMENT: (function_open.management, function_restricted.nothing),
    },
    closes=(function_open.equality, function_open.sources),
    lacks=missing.of_function,
)


def of_option(
    option_id: str, tables: Tables, /, *, study: Study, run_id: str
) -> dict[str, Document]:
    """Return the parts of the business case of an option, `restricted` and, if any, `open`.

    Args:
        option_id: an option of the run.
        tables: the run's tables by name.
        study: the study of the run.
        run_id: name of the run.
    """
    case = case_facts(option_id, tables, study=study)
    made = _Made(OPTION, study, run_id=run_id, title=case.option.title)
    restricted = tuple(made.restricted(case))
    if not case.open_part:
        whole = (*made.opened(case), Heading("What is not public"), *restricted)
        return {"restricted": made.document(RESTRICTED_MARK, WHOLE_TOLD, blocks=whole)}
    told = f"{OPEN_TOLD} {NOT_YET}"
    return {
        "open": made.document(OPEN_MARK, told, blocks=tuple(made.opened(opened(case)))),
        "restricted": made.document(RESTRICTED_MARK, RESTRICTED_TOLD, blocks=restricted),
    }


def of_function(
    function: str, tables: Tables, /, *, study: Study, run_id: str
) -> dict[str, Document]:
    """Return the two parts of the business case of a function, `open` and `restricted`.

    Args:
        function: an area of focus.
        tables: the run's tables by name.
        study: the study of the run.
        run_id: name of the run.
    """
    case = function_facts(function, tables, study=study)
    made = _Made(FUNCTION, study, run_id=run_id, title=function)
    public = tuple(made.opened(function_opened(case)))
    restricted = tuple(made.restricted(case))
    return {
        "open": made.document(OPEN_MARK, OPEN_TOLD, blocks=public),
        "restricted": made.document(RESTRICTED_MARK, RESTRICTED_TOLD, blocks=restricted),
    }


class _Made(NamedTuple):
    """The documents of one case in the making."""

    kind: Kind
    study: Study
    run_id: str
    title: str

    def opened(self, case: Any) -> Iterator[Block]:  # noqa: ANN401 - the facts of its kind
        """Yield the open part: five cases, each with what it lacks."""
        lacks = self.kind.lacks(case)
        yield from self.kind.opens(case, self.study)
        yield from missing.counted(lacks)
        for number, (title, (tells, _)) in enumerate(self.kind.chapters.items(), start=1):
            yield Heading(f"{number}. {title}")
            yield from tells(case, self.study)
            yield from missing.section(title, lacks)
        for tells in self.kind.closes:
            yield from tells(case, self.study)

    def restricted(self, case: Any) -> Iterator[Block]:  # noqa: ANN401 - the facts of its kind
        """Yield the restricted part: of the five cases those that have more to tell."""
        yield from self.kind.opens_restricted(case, self.study)
        for number, (title, (_, tells)) in enumerate(self.kind.chapters.items(), start=1):
            if blocks := tuple(tells(case, self.study)):
                yield Heading(f"{number}. {title}")
                yield from blocks

    def document(self, mark: str, told: str, *, blocks: tuple[Block, ...]) -> Document:
        """Return a part as a document."""
        head = self.study.study
        return Document(
            title=f"Business case: {self.title}",
            subtitle=f"{head.title} · rules as at {amounts.day(head.as_of)} · run {self.run_id}",
            mark=mark,
            told=told,
            blocks=blocks,
            foot=f"{head.notice} Screening only. {head.title}, run {self.run_id}.",
            closing=words.licence(self.study),
            as_of=head.as_of,
        )
