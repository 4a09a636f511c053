"""What a business case still lacks, case by case: what the run asks, and what no run can know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.publish.facts.paths import acts
from colocate.publish.papers.content import Grid, Heading, Paragraph
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from colocate.publish.facts import Option
    from colocate.publish.facts.case_facts import CaseFacts
    from colocate.publish.facts.function_facts import FunctionFacts
    from colocate.publish.papers.content import Block

STRATEGIC, ECONOMIC, COMMERCIAL, FINANCIAL, MANAGEMENT = CASES = (
    "Strategic case", "Economic case", "Commercial case", "Financial case", "Management case",
)  # fmt: skip
"""The five cases, in order."""

OF_GATES: Mapping[str, str] = {
    "shared_already": STRATEGIC,
    "site_known": STRATEGIC,
    "in_use": STRATEGIC,
    "already_decided": STRATEGIC,
    "fire_cover": ECONOMIC,
    "police_access": ECONOMIC,
    "operational_staff": ECONOMIC,
    "host_willing": COMMERCIAL,
    "space": COMMERCIAL,
    "parking": COMMERCIAL,
    "bay_integrity": COMMERCIAL,
    "tenure": COMMERCIAL,
    "flood_listing": COMMERCIAL,
    "opening_hours": MANAGEMENT,
    "custody": MANAGEMENT,
    "security": MANAGEMENT,
}
"""The case that the answer to a gate belongs to; any other gate's to the management case."""

OF_FIGURES: Mapping[str, tuple[str, str]] = {
    "works": (FINANCIAL, "What the works would cost: priced for this building"),
    "receipt": (FINANCIAL, "What the building that is left would bring: a valuation"),
    "running": (FINANCIAL, "What the buildings cost to run, and by how much the host's costs rise"),
}
"""The case that a figure of the net present value belongs to, and what it wants."""

TO_WRITE: Mapping[str, tuple[tuple[str, str], ...]] = {
    STRATEGIC: (
        ("Objectives that can be measured, and the needs they answer", "lead of each body"),
        ("Constraints, and what else this depends on", "lead of each body"),
    ),
    ECONOMIC: (
        ("Critical success factors, and each option held against them", "the case's author"),
        ("Benefits without a price: who says what they are worth", "the case's author"),
    ),
    COMMERCIAL: (
        ("Route of procurement for works and services", "procurement lead"),
        ("Who carries which risk, how it is paid for, and the main clauses", "legal adviser"),
        ("Staff: who transfers, and on what terms", "personnel lead"),
    ),
    FINANCIAL: (
        ("Budget, year and source of the capital; effect on each body's accounts",
         "section 151 officer and chief finance officers"),
        ("That it can be afforded, and that those who pay agree", "chief finance officers"),
    ),
    MANAGEMENT: (
        ("Who leads and manages it, by role, and the plan with dates", "lead of each body"),
        ("Assurance, and the review after the move", "the board that approves it"),
    ),
}  # fmt: skip
"""What no run can know: what each case holds by HM Treasury and Welsh Government, Guide to
Developing the Project Business Case (2018), beside what the tables tell; and who would write it."""


OF_FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "budget": (FINANCIAL, "what it costs a year"),
    "benchmark": (COMMERCIAL, "what the market or peers charge for the same"),
    "saving_share": (ECONOMIC, "what such a way has saved elsewhere"),
    "scale_share": (ECONOMIC, "what a larger scale would save besides"),
    "income": (FINANCIAL, "what it would earn, and what that costs"),
    "change_share": (FINANCIAL, "what changing over costs"),
    "area": (COMMERCIAL, "what floor it takes"),
}
"""The case that a figure of a function belongs to, and what it is."""

MUST, ALONE = "must be known", "no run can know it"


class Missing(NamedTuple):
    """Something that a case lacks."""

    case: str
    what: str
    whom: str
    why: str


def of_option(case: CaseFacts, /) -> tuple[Missing, ...]:
    """Return what the business case of an option lacks, in the order to find it out.

    Args:
        case: the option, with its public fields at least.
    """
    option = case.option
    return (*_asked(option), *_figures(option), *_unverified(option), *to_write())


def of_function(case: FunctionFacts, /) -> tuple[Missing, ...]:
    """Return what the business case of a function lacks.

    Args:
        case: the function, with its public fields at least.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for row in case.ways:
        for lacking in parts(row.missing):
            found.setdefault((row.body, lacking), []).append(row.name)
    lacks = [
        Missing(OF_FUNCTIONS[lacking][0], f"{body}: {OF_FUNCTIONS[lacking][1]}", f"{body}, finance",
                f"{len(ways)} way{'s' * (len(ways) > 1)} cannot be worked out without")
        for (body, lacking), ways in found.items()
    ]  # fmt: skip
    undecided = [row.body for row in case.baselines if row.in_scope is None]
    if undecided:
        what = "Whether the function is declared in scope"
        lacks.append(Missing(STRATEGIC, what, ", ".join(undecided), MUST))
    return (*lacks, *to_write())


def to_write() -> Iterator[Missing]:
    """Yield what no run can know."""
    for case, wanted in TO_WRITE.items():
        for what, whom in wanted:
            yield Missing(case, what, whom, ALONE)


def _asked(option: Option) -> Iterator[Missing]:
    """What the run asks; where it asks nothing of this option, what its gates ask."""
    for row in option.questions:
        case = OF_GATES.get(row.gate or "", MANAGEMENT)
        if row.criterion is not None:
            case = FINANCIAL if row.criterion == "running_cost" else ECONOMIC
        need = MUST if row.mandatory else "would help"
        yield Missing(case, f"{row.about_name}: {row.question}", row.whom, need)
    if not option.questions:
        for gate in option.gates:
            if gate.outcome == "unknown" and gate.question is not None:
                need = MUST if gate.mandatory else "would help"
                yield Missing(OF_GATES.get(gate.gate, MANAGEMENT), gate.question, "the bodies "
                              "named", need)  # fmt: skip


def _figures(option: Option) -> Iterator[Missing]:
    asked = {row.criterion for row in option.questions}
    for row in option.money_ranges:
        if row.figure not in OF_FIGURES or row.basis == "recorded":
            continue
        if row.figure == "running" and "running_cost" in asked:
            continue
        case, what = OF_FIGURES[row.figure]
        held = "a range of priors stands for it" if row.basis == "assumed" else "not even a range"
        yield Missing(case, what, "estates leads", held)


def _unverified(option: Option) -> Iterator[Missing]:
    for act in acts(option.approvals):
        if act.certainty != "evidenced":
            what = f"Step {act.step}, {act.who}: whether the rule stands ({act.task})"
            yield Missing(MANAGEMENT, what, "monitoring officer", "the rule is not verified")


def counted(missing: Iterable[Missing], /) -> Iterator[Block]:
    """Yield a table that says how much each case lacks.

    Args:
        missing: what the whole document lacks.
    """
    listed = list(missing)
    rows = []
    for case in CASES:
        own = [each for each in listed if each.case == case]
        must = sum(each.why == MUST for each in own)
        alone = sum(each.why == ALONE for each in own)
        rows.append((case, str(must), str(len(own) - must - alone), str(alone)))
    yield Heading("What is missing", 2)
    yield Grid(
        ("Case", "Answers it must have", "Would help", "To be written"),
        tuple(rows),
        (34, 22, 22, 22),
        numbers=(1, 2, 3),
    )


def section(case: str, missing: Iterable[Missing], /) -> Iterator[Block]:
    """Yield what one case lacks.

    Args:
        case: one of `CASES`.
        missing: what the whole document lacks.
    """
    own = [each for each in missing if each.case == case]
    yield Heading("Missing from this case", 2)
    if not own:
        yield Paragraph("Nothing that the run knows of.")
        return
    rows = tuple((each.what, each.whom, each.why) for each in own)
    yield Grid(("What", "Who would know or write it", "Why it is here"), rows, (54, 25, 21))
