"""Write the output folder of a run: the report, the shortlists, the GeoPackage, the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate import io
from colocate.publish import geopackage, shortlist
from colocate.publish.csvtext import csv_bytes
from colocate.publish.report import RunInfo, report
from colocate.tables import TABLES, dictionary

if TYPE_CHECKING:
    from pathlib import Path

    from colocate.pipeline.store import Tables
    from colocate.study import Study

LEFT_OUT = frozenset({"road_nodes", "road_edges", "turns", "edge_speeds", "gazetteer"})
"""Tables that stay in the work folder: large, and there already among the inputs."""


def publish(tables: Tables, folder: Path, *, study: Study, run_id: str, version: str) -> None:
    """Fill an empty folder with everything people get from a run."""
    own = tables["sites"][~tables["sites"]["over_border"]]
    info = RunInfo(
        run_id=run_id,
        version=version,
        sources=study.study.attribution,
        records={service: len(rows) for service, rows in own.groupby("service")},
    )
    io.write_text(report(tables, study=study, run=info), folder / "report.html")
    for name, frame in (
        ("shortlist.csv", shortlist.internal(tables, study=study)),
        ("shortlist-agents.csv", shortlist.agents(tables, study=study)),
        ("issues.csv", tables["issues"]),
        ("data-dictionary.csv", dictionary(TABLES.values())),
    ):
        io.write_bytes(csv_bytes(frame), folder / name)
    geopackage.write(tables, folder / "study.gpkg", study=study)
    geopackage.write_agents(
        shortlist.agents_areas(tables, study=study), folder / shortlist.AGENTS_AREAS, study=study
    )
    (folder / "tables").mkdir()
    for name in tables:
        kept = folder / "tables" / f"{name}.parquet"
        if name in LEFT_OUT:
            continue
        if name in tables.files:
            io.write_bytes(tables.files[name].read_bytes(), kept)
        else:
            io.save(tables[name], TABLES[name], kept)
