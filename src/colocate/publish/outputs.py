"""What the output folder of a run holds, and the folders of its packs: one function an output.

    @output(INTERNAL, "decisions.csv", columns=...)
    def _decisions(cut: Cut) -> Files: ...

What is registered here is written, described in `datapackage.json` and listed in the manifest; no
other place knows the outputs. One that has a parameter `facts` is handed them; the others read
tables alone, and may be made in another process while the facts are gathered.
"""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from colocate import io
from colocate.governance import decisions
from colocate.publish import back_office
from colocate.publish.gis import geopackage
from colocate.publish.lists import (
    benefit_fields,
    fields,
    guidance,
    metadata,
    packs,
    shortlist,
)
from colocate.publish.lists.csvtext import csv_bytes
from colocate.publish.lists.workbook import workbook
from colocate.publish.papers import programme
from colocate.publish.papers.page import page
from colocate.publish.sheets import sheet
from colocate.tables import TABLES, dictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from colocate.io import Tables
    from colocate.publish.facts import Facts
    from colocate.publish.lists.fields import Field
    from colocate.publish.lists.guidance import Notes
    from colocate.publish.lists.packs import Kind, Pack
    from colocate.publish.published import RunInfo
    from colocate.study import Study

Files: TypeAlias = "Iterator[tuple[str, bytes]]"
"""Files of one output: path in the folder, contents."""


class Output(NamedTuple):
    """One output: what makes its files, and the columns of its CSV file, if it has one."""

    make: Callable[..., Files]
    columns: Callable[[Study], Sequence[Field]] | None
    tells: bool
    """Whether it reads facts."""


class Cut(NamedTuple):
    """A folder to fill, and what it is filled from: all of a run, or what a pack may tell."""

    folder: Path
    outputs: Mapping[str, Output]
    """What it holds: `INTERNAL` or one of `PACKS`."""
    name: str
    """Of the data package."""
    told: str
    """Disclosure class of what the folder holds."""
    tables: Tables
    study: Study
    run: RunInfo
    packs: tuple[str, ...] = ()
    """What the folder holds to hand on, and why anything is not there, in a sentence each."""
    shelf: io.Shelf | None = None
    """Where what the next run can take over is kept."""


REPORT = "report.html"
INTERNAL: dict[str, Output] = {}
"""Outputs of the internal folder, by name, in the order in which they are made."""
PACKS: dict[str, dict[str, Output]] = {"agents": {}, "market": {}}
"""Outputs of the folders that can be copied and handed on as they are, by their names."""
ABOUT: dict[str, Output] = {}
"""What says of a folder's files what they are, once these are there."""


def output(
    folder: dict[str, Output],
    name: str,
    /,
    *,
    columns: Callable[[Study], Sequence[Field]] | None = None,
) -> Callable[[Callable[..., Files]], Callable[..., Files]]:
    """Make a function an output of a folder.

    Args:
        folder: `INTERNAL`, one of `PACKS`, or `ABOUT`.
        name: its file, or what its files have in common.
        columns: gives the columns of its CSV file, which is `name` with that ending.
    """

    def register(make: Callable[..., Files]) -> Callable[..., Files]:
        tells = "facts" in inspect.signature(make).parameters
        folder[name] = Output(make, columns, tells=tells)
        return make

    return register


def makers(
    outputs: Mapping[str, Output], cut: Cut, /, *, facts: Facts | None = None
) -> dict[str, Callable[[], Files]]:
    """Return what makes each output of a folder that reads facts, or does not, by its name.

    Args:
        outputs: of that folder.
        cut: the folder, and what it is filled from.
        facts: of the run; None for the outputs that read none.
    """
    given = {} if facts is None else {"facts": facts}
    return {
        name: partial(each.make, cut, **given)
        for name, each in outputs.items()
        if each.tells == bool(given)
    }


def in_place(path: Path, write: Callable[[Path], None]) -> Files:
    """Let an output be written where it belongs; leave no half of it.

    Args:
        path: where it belongs.
        write: writes it there.

    Returns:
        No file that would still have to be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write(path)
    except BaseException:
        for half in path.parent.glob(f"{path.name}*"):  # a GeoPackage keeps a journal beside it
            half.unlink()
        raise
    return iter(())


def _csv(name: str, frame: pd.DataFrame, *, study: Study) -> Files:
    yield name, csv_bytes(fields.noticed(frame, study))


def _as_declared(name: str) -> Callable[[Study], Sequence[Field]]:
    """Give the columns of a file that holds a table with the study's notice."""
    return lambda _: (*fields.of_table(TABLES[name]), fields.NOTICE)


@output(INTERNAL, REPORT)
def _report(cut: Cut, *, facts: Facts) -> Files:
    from colocate.publish.report.report import report  # which others need not wait for

    told = report(facts, cut.tables, study=cut.study, run=cut.run)
    yield REPORT, told.encode()


@output(INTERNAL, "shortlist", columns=fields.internal)
def _shortlist(cut: Cut, *, facts: Facts) -> Files:
    return _list(
        cut,
        shortlist.rows(facts, study=cut.study),
        name="shortlist",
        meaning=fields.internal(cut.study),
        notes=guidance.internal_notes(
            cut.study, run_id=cut.run.run_id, told=cut.told, packs=cut.packs
        ),
        key="option_id",
    )


@output(INTERNAL, "issues.csv", columns=_as_declared("issues"))
def _issues(cut: Cut) -> Files:
    return _csv("issues.csv", cut.tables["issues"], study=cut.study)


@output(INTERNAL, "data-dictionary.csv", columns=lambda _: fields.DICTIONARY)
def _dictionary(cut: Cut) -> Files:
    return _csv("data-dictionary.csv", dictionary(TABLES.values()), study=cut.study)


@output(INTERNAL, "decisions.csv", columns=_as_declared("decisions"))
def _decisions(cut: Cut) -> Files:
    if not cut.tables["decisions"].empty:
        yield from _csv(
            "decisions.csv", decisions.register(cut.tables["decisions"]), study=cut.study
        )


def _settled(name: str) -> None:
    """Make an output of a table about whose money it is."""
    columns = (*fields.of_table(TABLES[name]), fields.PRICE_YEAR, fields.NOTICE)

    @output(INTERNAL, f"{name}.csv", columns=lambda _: columns)
    def _(cut: Cut) -> Files:
        if not cut.tables[name].empty:
            dated = cut.tables[name].assign(price_year=cut.study.study.as_of.year)
            yield from _csv(f"{name}.csv", dated, study=cut.study)


for each in ("target_shares", "clearing_rents", "clearing_by_body"):
    _settled(each)


def _benefit_fields(_: Study) -> tuple[Field, ...]:
    return benefit_fields.FIELDS


@output(INTERNAL, "benefits", columns=_benefit_fields)
def _benefits(cut: Cut) -> Files:
    listed = cut.tables["benefits"]
    if listed.empty:
        return
    head = cut.study.study
    noticed = fields.noticed(listed, cut.study)
    yield "benefits.csv", csv_bytes(noticed)
    yield (
        "benefits.xlsx",
        workbook(
            noticed,
            benefit_fields.FIELDS,
            title=f"{head.title}: benefits, promised and actual",
            notice=head.notice,
            notes=benefit_fields.notes(cut.study, run_id=cut.run.run_id, told=cut.told),
            created=head.as_of,
            sheet="Benefits",
            to_fill=benefit_fields.TO_FILL,
        ),
    )


@output(INTERNAL, programme.FILE)
def _programme(cut: Cut) -> Files:
    told = programme.document(cut.tables, study=cut.study, run_id=cut.run.run_id)
    if told is not None:
        yield programme.FILE, page(told)


@output(INTERNAL, "back-office.html")
def _back_office(cut: Cut) -> Files:
    page = back_office.page(cut.tables, study=cut.study, run_id=cut.run.run_id, told=cut.told)
    yield "back-office.html", page.encode()


@output(INTERNAL, "sheets/open")
def _open(cut: Cut, *, facts: Facts) -> Files:
    pages = sheet.opened(facts, cut.tables, study=cut.study, run_id=cut.run.run_id)
    return _pages(pages, "sheets/open")


@output(INTERNAL, "sheets/internal")
def _internal(cut: Cut, *, facts: Facts) -> Files:
    pages = sheet.internal(facts, study=cut.study, run_id=cut.run.run_id)
    return _pages(pages, "sheets/internal")


@output(INTERNAL, "study.gpkg")
def _geopackage(cut: Cut) -> Files:
    path, shelf = cut.folder / "study.gpkg", cut.shelf
    write = partial(geopackage.write, cut.tables, study=cut.study, told=cut.told)
    if shelf is not None:
        files = [io.sha256(cut.tables.files[name]) for name in geopackage.GROUND]
        of = [files, cut.study.study.model_dump_json(), cut.told]
        write = partial(write, ground=lambda make: shelf.fill(path, of, make=make))
    return in_place(path, write)


def _handed_on(name: str, kind: Callable[[Study], Kind], *, notes: Callable[..., Notes]) -> None:
    """Make the outputs of a pack."""
    folder, file = PACKS[name], f"shortlist-{name}"

    def told(cut: Cut, facts: Facts) -> Pack:
        return packs.pack(facts, kind(cut.study), study=cut.study)

    @output(folder, file, columns=lambda study: kind(study).columns)
    def _(cut: Cut, *, facts: Facts) -> Files:
        return _list(
            cut,
            told(cut, facts).rows,
            name=file,
            meaning=kind(cut.study).columns,
            notes=notes(cut.study, run_id=cut.run.run_id, told=cut.told),
        )

    @output(folder, "data-dictionary.csv", columns=lambda _: fields.PACK_DICTIONARY)
    def _(cut: Cut) -> Files:
        entries = fields.dictionary(kind(cut.study).columns, file=f"{file}.csv")
        return _csv("data-dictionary.csv", entries, study=cut.study)

    @output(folder, "sheets")
    def _(cut: Cut, *, facts: Facts) -> Files:
        pages = sheet.released(
            facts, cut.tables, audience=kind(cut.study).audience, study=cut.study,
            run_id=cut.run.run_id,
        )  # fmt: skip
        return _pages(pages, "sheets")

    @output(folder, f"{file}.gpkg")
    def _(cut: Cut, *, facts: Facts) -> Files:
        columns = kind(cut.study).columns
        write = partial(geopackage.write_pack, told(cut, facts), fields=columns, study=cut.study,
                        told=cut.told)  # fmt: skip
        return in_place(cut.folder / f"{file}.gpkg", write)


_handed_on("agents", packs.agents, notes=guidance.agents_notes)
_handed_on("market", packs.market, notes=guidance.market_notes)


@output(ABOUT, "NOTICE.md")
def _notice(cut: Cut) -> Files:
    text = metadata.notice(
        cut.study,
        told=cut.told,
        run_id=cut.run.run_id,
        embedded=_embedded(cut.study),
        packs=cut.packs,
    )
    yield "NOTICE.md", text.encode()


@output(ABOUT, "datapackage.json")
def _descriptor(cut: Cut) -> Files:
    text = metadata.datapackage(
        cut.folder,
        study=cut.study,
        told=cut.told,
        run_id=cut.run.run_id,
        tables={
            f"{name.removesuffix('.csv')}.csv": each.columns(cut.study)
            for name, each in cut.outputs.items()
            if each.columns
        },
        name=cut.name,
    )
    yield "datapackage.json", text.encode()


def _pages(pages: Iterable[tuple[str, str]], folder: str) -> Files:
    return ((f"{folder}/{name}", page.encode()) for name, page in pages)


def _list(
    cut: Cut,
    listed: pd.DataFrame,
    *,
    name: str,
    meaning: Sequence[Field],
    notes: Notes,
    key: str = "",
) -> Files:
    """Yield a shortlist as CSV with its metadata, and as a workbook."""
    head = cut.study.study
    about = metadata.csvw(f"{name}.csv", meaning, study=cut.study, told=cut.told, key=key)
    yield f"{name}.csv", csv_bytes(listed)
    yield f"{name}.csv-metadata.json", about.encode()
    yield f"{name}.xlsx", workbook(listed, meaning, title=head.title, notice=head.notice,
                                   notes=notes, created=head.as_of)  # fmt: skip


def _embedded(study: Study) -> str:
    """The notice of the data that colocate carries, where the study is about the body they are of.

    Its first line names that body; a study of another area brings data of its own.
    """
    path = io.carried("NOTICE.md")
    whose, _, text = (path.read_text(encoding="utf-8") if path else "").partition("\n")
    own = whose == f"<!-- of: {study.study.fire_body} -->"
    return text if own and any(line in text for line in study.study.attribution) else ""
