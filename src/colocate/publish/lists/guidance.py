"""What to know before reading a shortlist: the same words in every file that carries one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts import amounts, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate.study import Study

Notes = list[tuple[str, str]]


def internal_notes(study: Study, /, *, run_id: str, told: str, packs: Sequence[str]) -> Notes:
    """Return (heading, text) pairs for the internal shortlist.

    Args:
        study: the study of the run.
        run_id: name of the run.
        told: disclosure class of the list.
        packs: what there is to hand on, and why anything is not, in a sentence each.
    """
    weights = ", ".join(
        f"{c.label} {c.weight.value:g}" for c in study.choice.criteria if c.weight.value
    )
    return [
        *_head(study, run_id=run_id, told=told),
        ("How to read the ranking", ("Ranks run within each list and rank group (0: can be "
         "acted on; 1: it is open whether a site is there; 2: a fire crew's base would move, which "
         "the fire authority alone decides; 3: a gate fails); 1 is first, and what nothing tells "
         "apart shares a rank. Place orders all of them, group after group.")),
        ("Score", ("Sum of the points columns, 0 to 100. Each criterion's value lies on a scale "
         f"fixed in the study, so that no option reorders others. Weights: {weights}. What is "
         "missing counts at the middle of what it could be, and least and most score are its ends; "
         "the known share says how much of the weight has a figure, recorded or assumed.")),
        ("Status", ("recommended: no gate fails and no mandatory gate is open. investigate: "
         "nothing fails, something is unknown. blocked: a gate fails. existing: in place today.")),
        ("Empty cells", ("Unknown, never 0. The column Data gaps names those of the host and the "
         "money.")),
        ("To hand on", "\n".join(packs)),
        *_foot(study),
    ]  # fmt: skip


def agents_notes(study: Study, /, *, run_id: str, told: str) -> Notes:
    """Return (heading, text) pairs for the appointed agents' shortlist.

    Args:
        study: the study of the run.
        run_id: name of the run.
        told: disclosure class of the list.
    """
    return [
        *_head(study, run_id=run_id, told=told),
        ("What the rows are", ("Options that the authorities could act on, best first, with their "
         "sites named: one row for each site that would come free. Rows of one site are "
         "alternatives and name each other. Left out: what would move a "
         "fire crew, what is weakly evidenced or blocked, and whatever the decision register keeps "
         "back. Nothing is on offer and nothing is sought until a decision says so.")),
        ("For whom", ("Rows marked agents are in confidence, for the agents whom the authorities "
         "appointed. Only rows marked market may be told to anybody, as the folder market tells "
         "them.")),
        ("How to read the ranking", ("Ranks run within each list (stations, headquarters, "
         "depots, training sites); "
         "1 is first; what nothing tells apart shares a rank. Best and worst rank are what it may "
         "be while figures are not known: where two options' ranges overlap, their order is "
         "undecided.")),
        ("What is sought", ("The columns Sought are the start of a requirement. Sizes are those of "
         "what would move: from registered areas, else from the map's outlines or what the study "
         "assumes of such sites, to two figures. Size rests on says which.")),
        *_places("agents"),
        ("Contact", study.study.contact or "The study names no mailbox."),
        *_foot(study),
    ]  # fmt: skip


def market_notes(study: Study, /, *, run_id: str, told: str) -> Notes:
    """Return (heading, text) pairs for the market's list.

    Args:
        study: the study of the run.
        run_id: name of the run.
        told: disclosure class of the list.
    """
    return [
        *_head(study, run_id=run_id, told=told),
        ("What the rows are", ("What the bodies named have released to the market, on the day "
         "named: one row for each site that would come free. No order of merit, and nothing of "
         "any other site.")),
        *_places("market"),
        ("Contact", study.study.contact or "The study names no mailbox."),
        *_foot(study),
    ]  # fmt: skip


def benefit_notes(study: Study, /, *, run_id: str, told: str) -> Notes:
    """Return (heading, text) pairs for the benefits table.

    Args:
        study: the study of the run.
        run_id: name of the run.
        told: disclosure class of the table.
    """
    return [
        *_head(study, run_id=run_id, told=told),
        ("What the rows are", ("What each option that is approved, or in the best set, promises: "
         "a range where the run knows no better, in prices of the run.")),
        ("To fill in", ("After the move, whoever measures fills in actual, measured on and "
         "evidence in benefits.csv. Named as inputs.benefits of the study, the next run shows "
         "what was promised against what it came to, and keeps what was promised.")),
        ("Empty cells", "Not measured, or not known; never 0."),
        *_foot(study),
    ]  # fmt: skip


def _places(pack: str) -> Notes:
    return [
        ("Places", (f"shortlist-{pack}.gpkg: layer areas_of_search, by reference; layer sites, "
         "each the middle of its square of 100 m.")),
        ("Empty cells", ("Unknown, never 0. The column Data gaps names every one, and why. Columns "
         "without any value are folded away.")),
    ]  # fmt: skip


def _head(study: Study, *, run_id: str, told: str) -> Notes:
    head = study.study
    return [
        ("Notice", head.notice),
        ("Purpose", ("Screening only: which fire and police premises could be shared. Not an "
         "offer, a valuation or a decision.")),
        ("Disclosure", told),
        ("Study", f"{head.title}, rules as at {amounts.day(head.as_of)}, run {run_id}"),
    ]  # fmt: skip


def _foot(study: Study) -> Notes:
    licence = [("Licence", words.ODBL)] if words.ODBL in words.licence(study) else []
    return [*licence, ("Attribution", "\n".join(study.study.attribution))]
