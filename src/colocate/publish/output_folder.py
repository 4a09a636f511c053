"""Write the output folder of a run: report, shortlists, sheets, GIS files, tables.

`internal` and `for_agents` list what goes into the folder and into its subfolder `agents`, which
is whole in itself: it can be copied and handed on as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from colocate import io
from colocate.governance import decisions
from colocate.publish.facts import AGENTS, cut, gather
from colocate.publish.gis import geopackage
from colocate.publish.lists import agents, fields, guidance, metadata, shortlist
from colocate.publish.lists.csvtext import csv_bytes
from colocate.publish.lists.workbook import workbook
from colocate.publish.report.report import RunInfo, report
from colocate.publish.sheets import sheet
from colocate.tables import TABLES, dictionary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from colocate.io import Tables
    from colocate.publish.facts import Facts
    from colocate.publish.lists.agents import Pack
    from colocate.publish.lists.fields import Field
    from colocate.publish.lists.guidance import Notes
    from colocate.study import Study

LEFT_OUT = frozenset({"road_nodes", "road_edges", "turns", "edge_speeds", "gazetteer"})
"""Tables that stay in the work folder: large, and there already among the inputs."""

FOR_AGENTS = "agents"
"""Subfolder with the agents' pack."""

Files: TypeAlias = "Iterator[tuple[str, bytes]]"


class _Folder(NamedTuple):
    """One cut of a run: the internal one, or that for agents."""

    path: Path
    study: Study
    run_id: str
    told: str
    """Disclosure class of what the folder holds."""
    name: str
    """Of the data package."""


def publish(tables: Tables, folder: Path, *, study: Study, run_id: str, version: str) -> None:
    """Fill an empty folder with everything people get from a run."""
    own = tables["sites"][~tables["sites"]["over_border"]]
    info = RunInfo(
        run_id=run_id,
        version=version,
        sources=study.study.attribution,
        records={service: len(rows) for service, rows in own.groupby("service")},
    )
    facts = gather(tables, study)
    inside = _Folder(folder, study, run_id, facts.disclosure, study.study.id)
    opened = AGENTS.ceiling if cut(facts, AGENTS).options else "public"
    outside = _Folder(folder / FOR_AGENTS, study, run_id, opened, f"{study.study.id}-agents")
    _fill(inside, internal(facts, tables, folder=inside, info=info))
    geopackage.write(tables, folder / "study.gpkg", study=study, told=facts.disclosure)
    _describe(inside, {
        "shortlist.csv": fields.internal(study),
        "data-dictionary.csv": fields.DICTIONARY,
        **{
            f"{name}.csv": (*fields.of_table(TABLES[name]), fields.NOTICE)
            for name in ("issues", "decisions")
            if (folder / f"{name}.csv").is_file()
        },
    })  # fmt: skip
    pack = agents.pack(facts, study=study)
    _fill(outside, for_agents(facts, tables, folder=outside, pack=pack))
    geopackage.write_agents(pack, outside.path / agents.AREAS, study=study, told=opened)
    _describe(outside, {
        "shortlist-agents.csv": agents.FIELDS,
        "data-dictionary.csv": fields.AGENTS_DICTIONARY,
    })  # fmt: skip
    _keep(tables, folder / "tables")


def internal(facts: Facts, tables: Tables, /, *, folder: _Folder, info: RunInfo) -> Files:
    """Yield the files of the internal folder as (path in it, contents)."""
    study = folder.study
    listed = shortlist.rows(facts, study=study)
    notes = guidance.internal_notes(study, run_id=folder.run_id, told=folder.told)
    yield "report.html", report(facts, tables, study=study, run=info).encode()
    meaning = fields.internal(study)
    yield from _shortlist(
        folder, listed, name="shortlist", meaning=meaning, notes=notes, key="option_id"
    )
    yield "issues.csv", csv_bytes(fields.noticed(tables["issues"], study))
    yield "data-dictionary.csv", csv_bytes(fields.noticed(dictionary(TABLES.values()), study))
    if not tables["decisions"].empty:
        register = decisions.register(tables["decisions"])
        yield "decisions.csv", csv_bytes(fields.noticed(register, study))
    for name, page in sheet.internal(facts, tables, study=study, run_id=folder.run_id):
        yield f"sheets/{name}", page.encode()


def for_agents(facts: Facts, tables: Tables, /, *, folder: _Folder, pack: Pack) -> Files:
    """Yield the files of the agents' pack as (path in it, contents)."""
    study = folder.study
    notes = guidance.agents_notes(study, run_id=folder.run_id)
    yield from _shortlist(
        folder, pack.rows, name="shortlist-agents", meaning=agents.FIELDS, notes=notes
    )
    entries = fields.dictionary(agents.FIELDS, file="shortlist-agents.csv")
    yield "data-dictionary.csv", csv_bytes(fields.noticed(entries, study))
    for name, page in sheet.agents(facts, tables, study=study, run_id=folder.run_id):
        yield f"sheets/{name}", page.encode()


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


def _fill(folder: _Folder, files: Files) -> None:
    for name, contents in files:
        path = folder.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        io.write_bytes(contents, path)
    text = metadata.notice(
        folder.study, told=folder.told, run_id=folder.run_id, embedded=_embedded(folder)
    )
    io.write_text(text, folder.path / "NOTICE.md")


def _describe(folder: _Folder, tables: Mapping[str, Sequence[Field]]) -> None:
    """Write the Data Package descriptor of a folder, once its other files are there."""
    text = metadata.datapackage(
        folder.path,
        study=folder.study,
        told=folder.told,
        run_id=folder.run_id,
        tables=tables,
        name=folder.name,
    )
    io.write_text(text, folder.path / "datapackage.json")


def _embedded(folder: _Folder) -> str:
    """The notice of the data that colocate carries, if the study names one of their sources."""
    here = Path(__file__).resolve()
    for base in (here.parents[1] / "data", here.parents[3] / "data"):  # installed; checkout
        path = base / "NOTICE.md"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            return text if any(line in text for line in folder.study.study.attribution) else ""
    return ""


def _keep(tables: Tables, folder: Path) -> None:
    """Keep the run's own tables."""
    folder.mkdir()
    for name in tables:
        kept = folder / f"{name}.parquet"
        if name in LEFT_OUT:
            continue
        if name in tables.files:
            io.write_bytes(tables.files[name].read_bytes(), kept)
        else:
            io.save(tables[name], TABLES[name], kept)
