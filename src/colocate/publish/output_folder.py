"""Write the output folder of a run: report, shortlists, sheets, GIS files, tables.

`internal` and `for_agents` list what goes into the folder and into its subfolder `agents`, which
is whole in itself: it can be copied and handed on as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from colocate import io
from colocate.governance import decisions
from colocate.publish import disclosure, released
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
    from colocate.publish.lists.agents import Pack
    from colocate.publish.lists.fields import Field
    from colocate.publish.lists.guidance import Notes
    from colocate.study import Study

LEFT_OUT = frozenset({"road_nodes", "road_edges", "turns", "edge_speeds", "gazetteer"})
"""Tables that stay in the work folder: large, and there already among the inputs."""

AGENTS = "agents"
"""Subfolder with the agents' pack."""

SETTLED = ("target_shares", "clearing_rents", "clearing_by_body")
"""Tables about whose money it is, written as lists of the internal folder."""

Files: TypeAlias = "Iterator[tuple[str, bytes]]"


class _Cut(NamedTuple):
    """One cut of a run: the internal one, or that for agents."""

    folder: Path
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
    inside = _Cut(folder, study, run_id, disclosure.of_run(tables), study.study.id)
    opened = "commercial" if released.option_ids(tables) else "public"
    outside = _Cut(folder / AGENTS, study, run_id, opened, f"{study.study.id}-agents")
    _fill(inside, internal(tables, inside, info=info))
    geopackage.write(tables, folder / "study.gpkg", study=study)
    _describe(inside, {
        "shortlist.csv": fields.internal(study),
        "data-dictionary.csv": fields.DICTIONARY,
        **{
            f"{name}.csv": (*fields.of_table(TABLES[name]), fields.NOTICE)
            for name in ("issues", "decisions", *SETTLED)
            if (folder / f"{name}.csv").is_file()
        },
    })  # fmt: skip
    pack = agents.pack(tables, study=study)
    _fill(outside, for_agents(tables, outside, pack=pack))
    geopackage.write_agents(pack, outside.folder / agents.AREAS, study=study, told=opened)
    _describe(outside, {
        "shortlist-agents.csv": fields.AGENTS,
        "data-dictionary.csv": fields.AGENTS_DICTIONARY,
    })  # fmt: skip
    _keep(tables, folder / "tables")


def internal(tables: Tables, cut: _Cut, *, info: RunInfo) -> Files:
    """Yield the files of the internal folder as (path in it, contents)."""
    study = cut.study
    listed = shortlist.rows(tables, study=study)
    notes = guidance.internal_notes(study, run_id=cut.run_id, told=cut.told)
    yield "report.html", report(tables, study=study, run=info).encode()
    meaning = fields.internal(study)
    yield from _shortlist(
        cut, listed, name="shortlist", meaning=meaning, notes=notes, key="option_id"
    )
    yield "issues.csv", csv_bytes(fields.noticed(tables["issues"], study))
    yield "data-dictionary.csv", csv_bytes(fields.noticed(dictionary(TABLES.values()), study))
    if not tables["decisions"].empty:
        register = decisions.register(tables["decisions"])
        yield "decisions.csv", csv_bytes(fields.noticed(register, study))
    for name in SETTLED:
        if not tables[name].empty:
            yield f"{name}.csv", csv_bytes(fields.noticed(tables[name], study))
    for name, page in sheet.internal(tables, study=study, run_id=cut.run_id):
        yield f"sheets/{name}", page.encode()


def for_agents(tables: Tables, cut: _Cut, *, pack: Pack) -> Files:
    """Yield the files of the agents' pack as (path in it, contents)."""
    study = cut.study
    notes = guidance.agents_notes(study, run_id=cut.run_id)
    yield from _shortlist(
        cut, pack.rows, name="shortlist-agents", meaning=fields.AGENTS, notes=notes
    )
    entries = fields.dictionary(fields.AGENTS, file="shortlist-agents.csv")
    yield "data-dictionary.csv", csv_bytes(fields.noticed(entries, study))
    for name, page in sheet.agents(tables, study=study, run_id=cut.run_id):
        yield f"sheets/{name}", page.encode()


def _shortlist(
    cut: _Cut,
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


def _fill(cut: _Cut, files: Files) -> None:
    for name, contents in files:
        path = cut.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        io.write_bytes(contents, path)
    text = metadata.notice(cut.study, told=cut.told, run_id=cut.run_id, embedded=_embedded(cut))
    io.write_text(text, cut.folder / "NOTICE.md")


def _describe(cut: _Cut, tables: Mapping[str, Sequence[Field]]) -> None:
    """Write the Data Package descriptor of a folder, once its other files are there."""
    text = metadata.datapackage(cut.folder, study=cut.study, told=cut.told, run_id=cut.run_id,
                                tables=tables, name=cut.name)  # fmt: skip
    io.write_text(text, cut.folder / "datapackage.json")


def _embedded(cut: _Cut) -> str:
    """The notice of the data that colocate carries, if the study names one of their sources."""
    here = Path(__file__).resolve()
    for base in (here.parents[1] / "data", here.parents[3] / "data"):  # installed; checkout
        path = base / "NOTICE.md"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            return text if any(line in text for line in cut.study.study.attribution) else ""
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
