"""The programme on a page: its groups and structure, what was recommended, and checklists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts import amounts, words
from colocate.publish.papers.content import Document, Drawn, Grid, Heading, Items, Paragraph
from colocate.publish.papers.structure import drawn
from colocate.tables import each, parts
from colocate.tables.rows import Checklist, ProgrammeGroup, Recommendation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from colocate.publish.papers.content import Block
    from colocate.study import Study

    Tables = Mapping[str, pd.DataFrame]

MARK = "The programme"
FILE = "programme.html"


def document(tables: Tables, /, *, study: Study, run_id: str) -> Document | None:
    """Return the programme as a document; None where the study brings nothing of one.

    Args:
        tables: the run's tables by name.
        study: the study of the run.
        run_id: name of the run.
    """
    blocks = (*groups(tables), *_recommended(tables), *_checklists(tables))
    if not blocks:
        return None
    head = study.study
    return Document(
        title=f"The programme around {head.title}",
        subtitle=f"Rules as at {amounts.day(head.as_of)} · run {run_id}",
        mark=MARK,
        told="Who meets, what was recommended and what colocate has for it. It holds no option.",
        blocks=blocks,
        foot=f"{head.notice} {head.title}, run {run_id}.",
        closing=words.licence(study),
        as_of=head.as_of,
    )


def groups(tables: Tables, /) -> Iterator[Block]:
    """Yield the boards and groups of the programme, drawn and listed, with the day they are of.

    Args:
        tables: the run's tables by name.
    """
    if tables["programme_groups"].empty:
        return
    listed = list(each(ProgrammeGroup, tables["programme_groups"]))
    dates = sorted({row.as_at for row in listed})
    yield Heading("Boards and groups")
    yield Paragraph(
        f"As at {' and '.join(dates)}; whether they sit today is not said. An arrow leads to who "
        "decides only afterwards; a dashed line is a place in the structure that is assumed.",
        "note",
    )
    yield Drawn(drawn(listed, label=_told(listed)), _told(listed))
    yield Grid(
        ("Group", "How often", "Who attends", "What for"),
        tuple(
            (row.name, _or(row.frequency), "; ".join(parts(row.attendance)) or "not said",
             _or(row.role))
            for row in listed
        ),
        (21, 13, 32, 34),
    )  # fmt: skip
    read: dict[str, list[str]] = {}
    for row in listed:
        read.setdefault(row.source, []).append(row.name)
    yield Items(tuple(f"{', '.join(names)}: {source}." for source, names in read.items()))


def _or(told: str | float) -> str:
    return told if isinstance(told, str) else "not said"


def _told(listed: list[ProgrammeGroup]) -> str:
    """Tell the drawing in words."""
    name = {row.group_id: row.name for row in listed}
    said = []
    for row in listed:
        if isinstance(row.reports_to, str):
            assumed = "" if row.place_basis == "recorded" else " (assumed)"
            said.append(f"{row.name} reports to {name[row.reports_to]}{assumed}.")
        if isinstance(row.comes_before, str):
            said.append(f"{row.name} decides before {name[row.comes_before]}.")
    return " ".join(said) or "No group reports to another."


def _recommended(tables: Tables) -> Iterator[Block]:
    if tables["recommendations"].empty:
        return
    listed = list(each(Recommendation, tables["recommendations"]))
    yield Heading("What was recommended, and what there is for it")
    yield Grid(
        ("No.", "What is asked for", "Answer", "Where", "What it tells"),
        tuple(
            (row.recommendation_id, row.asks, row.answer, _or(row.command), row.note)
            for row in listed
        ),
        (8, 26, 13, 20, 33),
    )
    yield Paragraph(" ".join(dict.fromkeys(f"{row.source}." for row in listed)), "note")


def _checklists(tables: Tables) -> Iterator[Block]:
    if tables["checklists"].empty:
        return
    yield Heading("Checklists")
    yield Paragraph(
        "Lists of what people have to settle, each with its owner, and no more than that: colocate "
        "answers none of it. What is done is filled in in the study's checklists file."
    )
    asks = {
        (row.recommendation_id, row.part): row.asks
        for row in each(Recommendation, tables["recommendations"])
    }
    items = list(each(Checklist, tables["checklists"]))
    for key, title in asks.items():
        own = [row for row in items if (row.recommendation_id, row.part) == key]
        if not own:
            continue
        yield Heading(f"{key[0]}: {title}", 2)
        yield Grid(
            ("Item", "Owner", "State", "What it rests on"),
            tuple((row.what, row.owner, _state(row), row.source) for row in own),
            (40, 18, 16, 26),
        )


def _state(row: Checklist) -> str:
    if not isinstance(row.done, str):
        return "open"
    return f"done {row.done}{f', {row.evidence}' if isinstance(row.evidence, str) else ''}"
