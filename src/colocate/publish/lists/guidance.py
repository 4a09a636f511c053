"""What to know before reading a shortlist: the same words in every file that carries one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts import words

if TYPE_CHECKING:
    from colocate.study import Study

Notes = list[tuple[str, str]]


def internal_notes(study: Study, /, *, run_id: str, told: str) -> Notes:
    """Return (heading, text) pairs for the internal shortlist; `told` is its disclosure class.

    Args:
        study: the study of the run.
        run_id: name of the run.
        told: disclosure class of the list.
    """
    weights = ", ".join(
        f"{c.label} {c.weight.value:g}" for c in study.choice.criteria if c.weight.value
    )
    return [
        *_head(study, run_id=run_id, told=told),
        ("How to read the ranking", ("Rank 1 is first. Options are ordered by rank group (0: "
         "nothing fails and no fire crew moves; 1: a fire crew's base would move, which the fire "
         "authority alone decides; 2: a gate fails), then by score, then by reference.")),
        ("Score", ("Sum of the points columns, 0 to 100. Each criterion's value lies on a scale "
         f"fixed in the study, so that no option reorders others. Weights: {weights}. What is "
         "missing adds nothing; the known share says how much of the weight is known.")),
        ("Status", ("recommended: no gate fails and no mandatory gate is open. investigate: "
         "nothing fails, something is unknown. blocked: a gate fails. existing: in place today.")),
        ("Empty cells", "Unknown, never 0. The column Data gaps names them."),
        *_foot(study),
    ]  # fmt: skip


def agents_notes(study: Study, /, *, run_id: str) -> Notes:
    """Return (heading, text) pairs for the agents' shortlist.

    Args:
        study: the study of the run.
        run_id: name of the run.
    """
    return [
        *_head(study, run_id=run_id, told="for commercial agents: no restricted value"),
        ("What the rows are", ("A row with a rank is an option whose release the authorities have "
         "decided: its sites are named, one row for each that would come free. A row without is "
         "a town in or near which a shared site could be looked at; no site is named there, and "
         "nothing is sought yet.")),
        ("How to read the ranking", ("Rank is the option's place among all that were screened; "
         "1 is first. The ranking supports a decision and does not make one.")),
        ("Areas of search", ("areas-of-search-agents.gpkg, layer areas_of_search, by reference. "
         "Without a release: whole squares of 1 km. Layer sites: released sites, each the middle "
         "of its square of 100 m.")),
        ("Empty cells", "Unknown or withheld, never 0. The column Data gaps says which."),
        ("Contact", study.study.contact or "The study names no mailbox."),
        *_foot(study),
    ]  # fmt: skip


def _head(study: Study, *, run_id: str, told: str) -> Notes:
    return [
        ("Notice", study.study.notice),
        ("Purpose", ("Screening only: which fire and police premises could be shared. Not an "
         "offer, a valuation or a decision.")),
        ("Disclosure", told),
        ("Study", f"{study.study.title}, rules as at {words.day(study.study.as_of)}, run {run_id}"),
    ]  # fmt: skip


def _foot(study: Study) -> Notes:
    licence = [("Licence", words.ODBL)] if words.ODBL in words.licence(study) else []
    return [*licence, ("Attribution", "\n".join(study.study.attribution))]
