"""Write the output folder of a run: report, shortlists, sheets, GIS files, tables.

`internal` and `handed_on` say what makes the folder's outputs and those of its subfolders `agents`
and `market`, each whole in itself: it can be copied and handed on as it is.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from colocate import io
from colocate.governance import decisions
from colocate.publish.facts import cut, disclosure, gather, words
from colocate.publish.gis import geopackage
from colocate.publish.lists import fields, guidance, metadata, packs, shortlist
from colocate.publish.lists.csvtext import csv_bytes
from colocate.publish.lists.workbook import workbook
from colocate.publish.report.report import RunInfo, report
from colocate.publish.sheets import sheet
from colocate.tables import TABLES, dictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd

    from colocate.io import Tables
    from colocate.publish.facts import Facts
    from colocate.publish.lists.fields import Field
    from colocate.publish.lists.guidance import Notes
    from colocate.publish.lists.packs import Kind
    from colocate.study import Study

LEFT_OUT = frozenset({"road_nodes", "road_edges", "turns", "edge_speeds", "gazetteer"})
"""Tables that stay in the work folder: large, and there already among the inputs."""

SETTLED = ("target_shares", "clearing_rents", "clearing_by_body")
"""Tables about whose money it is, written as lists of the internal folder."""

Files: TypeAlias = "Iterator[tuple[str, bytes]]"
"""Files of one output: path in the folder, contents."""

Outputs: TypeAlias = "Mapping[str, Callable[[], Files]]"
"""What makes each output, by its name."""


class _Folder(NamedTuple):
    """One cut of a run: the internal one, or a pack."""

    path: Path
    study: Study
    run_id: str
    told: str
    """Disclosure class of what the folder holds."""
    name: str
    """Of the data package."""
    packs: tuple[str, ...] = ()
    """What it holds to hand on, and why anything is not there."""


class Published(NamedTuple):
    """What came of publishing a run."""

    missing: dict[str, Exception]
    """What could not be made, or not wholly, by its path in the folder, with the fault."""
    packs: tuple[str, ...]
    """What there is to hand on, and why anything is not, in a sentence each."""


def publish(tables: Tables, folder: Path, *, study: Study, run_id: str, version: str) -> Published:
    """Fill an empty folder with everything people get from a run, one output after the other.

    A fault in making one output is that output's alone: the others are written. A fault in writing
    is the folder's, and ends it.

    Raises:
        OutputError: a file cannot be written.
    """
    own = tables["sites"][~tables["sites"]["over_border"]]
    info = RunInfo(
        run_id=run_id,
        version=version,
        sources=study.study.attribution,
        records={service: len(rows) for service, rows in own.groupby("service")},
    )
    tables_alone = _tables(tables, folder / "tables")
    inside = _Folder(folder, study, run_id, disclosure.of_run(tables), study.study.id)
    try:
        facts = gather(tables, study)
    except Exception as fault:  # noqa: BLE001 - told by name; the tables must not be lost with it
        return Published({"all but the tables": fault, **_fill(inside, tables_alone)}, ())
    handed = _handed(facts, study)
    inside = inside._replace(packs=tuple(handed.values()))
    missing = _fill(inside, internal(facts, tables, folder=inside, info=info))
    for kind in (packs.agents(study), packs.market()):
        if kind.name in handed:
            pack = _pack(inside, kind)
            apart = _fill(pack, handed_on(facts, tables, folder=pack, kind=kind))
            missing |= {f"{kind.name}/{name}": fault for name, fault in apart.items()}
    return Published({**missing, **_fill(inside, tables_alone)}, inside.packs)


def _handed(facts: Facts, study: Study) -> dict[str, str]:
    """Say of each pack that there is what it holds; of one that there is not, why."""
    told = {}
    for kind in (packs.agents(study), packs.market()):
        options = words.counted(len(cut(facts, kind.audience).options))
        told[kind.name] = f"{kind.name}/: {options}. {kind.mark}"
    if (reason := packs.without_market(facts)) is not None:
        del told["market"]
        told[""] = f"{reason}."
    return told


def _pack(inside: _Folder, kind: Kind) -> _Folder:
    """Return the folder of a pack: its notice says for whom it is."""
    study = packs.marked(inside.study, kind)
    told = "restricted" if kind.audience.costs else kind.audience.ceiling
    name = f"{study.study.id}-{kind.name}"
    return _Folder(inside.path / kind.name, study, inside.run_id, told, name)


def internal(facts: Facts, tables: Tables, /, *, folder: _Folder, info: RunInfo) -> Outputs:
    """Return what makes the outputs of the internal folder, by name."""
    study = folder.study

    def issues() -> Files:
        yield "issues.csv", csv_bytes(fields.noticed(tables["issues"], study))

    def meanings() -> Files:
        yield "data-dictionary.csv", csv_bytes(fields.noticed(dictionary(TABLES.values()), study))

    def register() -> Files:
        if not tables["decisions"].empty:
            told = decisions.register(tables["decisions"])
            yield "decisions.csv", csv_bytes(fields.noticed(told, study))

    def settled(name: str) -> Files:
        if not tables[name].empty:
            yield f"{name}.csv", csv_bytes(fields.noticed(tables[name], study))

    def sheets() -> Files:
        for name, page in sheet.internal(facts, tables, study=study, run_id=folder.run_id):
            yield f"sheets/{name}", page.encode()

    def package(path: Path) -> None:
        geopackage.write(tables, path, study=study, told=folder.told)

    described = {
        "shortlist.csv": fields.internal(study),
        "data-dictionary.csv": fields.DICTIONARY,
        **{
            f"{name}.csv": (*fields.of_table(TABLES[name]), fields.NOTICE)
            for name in ("issues", "decisions", *SETTLED)
        },
    }
    return {
        "report.html": lambda: iter(
            [("report.html", report(facts, tables, study=study, run=info).encode())]
        ),
        "shortlist": lambda: _shortlist(
            folder,
            shortlist.rows(facts, study=study),
            name="shortlist",
            meaning=fields.internal(study),
            notes=guidance.internal_notes(
                study, run_id=folder.run_id, told=folder.told, packs=folder.packs
            ),
            key="option_id",
        ),
        "issues.csv": issues,
        "data-dictionary.csv": meanings,
        "decisions.csv": register,
        **{f"{name}.csv": partial(settled, name) for name in SETTLED},
        "sheets": sheets,
        "study.gpkg": lambda: _in_place(folder.path / "study.gpkg", package),
        **_about(folder, described),
    }


def handed_on(facts: Facts, tables: Tables, /, *, folder: _Folder, kind: Kind) -> Outputs:
    """Return what makes the outputs of a pack, by name."""
    study = folder.study
    listed = f"{kind.file}.csv"
    pack = cache(lambda: packs.pack(facts, kind, study=study))
    notes = {"agents": guidance.agents_notes, "market": guidance.market_notes}[kind.name]

    def meanings() -> Files:
        entries = fields.dictionary(kind.columns, file=listed)
        yield "data-dictionary.csv", csv_bytes(fields.noticed(entries, study))

    def sheets() -> Files:
        for name, page in sheet.released(
            facts, tables, audience=kind.audience, study=study, run_id=folder.run_id
        ):
            yield f"sheets/{name}", page.encode()

    def package(path: Path) -> None:
        geopackage.write_pack(pack(), path, fields=kind.columns, study=study, told=folder.told)

    return {
        kind.file: lambda: _shortlist(
            folder,
            pack().rows,
            name=kind.file,
            meaning=kind.columns,
            notes=notes(study, run_id=folder.run_id, told=folder.told),
        ),
        "data-dictionary.csv": meanings,
        "sheets": sheets,
        f"{kind.file}.gpkg": lambda: _in_place(folder.path / f"{kind.file}.gpkg", package),
        **_about(folder, {listed: kind.columns, "data-dictionary.csv": fields.PACK_DICTIONARY}),
    }


def _shortlist(
    folder: _Folder,
    listed: pd.DataFrame,
    *,
    name: str,
    meaning: Sequence[Field],
    notes: Notes,
    key: str = "",
) -> Files:
    """Yield a shortlist as CSV with its metadata, and as a workbook."""
    head = folder.study.study
    about = metadata.csvw(f"{name}.csv", meaning, study=folder.study, told=folder.told, key=key)
    yield f"{name}.csv", csv_bytes(listed)
    yield f"{name}.csv-metadata.json", about.encode()
    yield f"{name}.xlsx", workbook(listed, meaning, title=head.title, notice=head.notice,
                                   notes=notes, created=head.as_of)  # fmt: skip


def _fill(folder: _Folder, outputs: Outputs) -> dict[str, Exception]:
    """Write outputs one by one; return those that could not be made, with their faults."""
    missing: dict[str, Exception] = {}
    for output, make in outputs.items():
        made: list[tuple[str, bytes]] = []
        try:
            made.extend(make())
        except Exception as fault:  # noqa: BLE001 - told by name; a bug here must cost nothing else
            missing[output] = fault
        for name, contents in made:
            path = folder.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            io.write_bytes(contents, path)
    return missing


def _in_place(path: Path, write: Callable[[Path], None]) -> Files:
    """Let an output be written where it belongs; leave no half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write(path)
    except BaseException:
        for half in path.parent.glob(f"{path.name}*"):  # a GeoPackage keeps a journal beside it
            half.unlink()
        raise
    return iter(())


def _about(folder: _Folder, tables: Mapping[str, Sequence[Field]]) -> Outputs:
    """Return what makes a folder's notice and its descriptor, once its other files are there."""

    def notice() -> Files:
        text = metadata.notice(
            folder.study,
            told=folder.told,
            run_id=folder.run_id,
            embedded=_embedded(folder),
            packs=folder.packs,
        )
        yield "NOTICE.md", text.encode()

    def descriptor() -> Files:
        text = metadata.datapackage(
            folder.path,
            study=folder.study,
            told=folder.told,
            run_id=folder.run_id,
            tables=tables,
            name=folder.name,
        )
        yield "datapackage.json", text.encode()

    return {"NOTICE.md": notice, "datapackage.json": descriptor}


def _embedded(folder: _Folder) -> str:
    """The notice of the data that colocate carries, if the study names one of their sources."""
    here = Path(__file__).resolve()
    for base in (here.parents[1] / "data", here.parents[3] / "data"):  # installed; checkout
        path = base / "NOTICE.md"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            return text if any(line in text for line in folder.study.study.attribution) else ""
    return ""


def _tables(tables: Tables, folder: Path) -> Outputs:
    """Return what makes the run's own tables."""

    def keep(name: str) -> Files:
        kept = folder / f"{name}.parquet"
        if name in tables.files:
            return iter([(f"tables/{kept.name}", tables.files[name].read_bytes())])
        return _in_place(kept, lambda path: io.save(tables[name], TABLES[name], path))

    return {
        f"tables/{name}.parquet": partial(keep, name) for name in tables if name not in LEFT_OUT
    }
