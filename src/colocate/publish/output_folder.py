"""Write the output folder of a run, and in it the folder for agents, which is whole in itself.

What they hold is said in `colocate.publish.outputs`; here it is written, and the run's own tables.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from colocate import io
from colocate.publish.facts import AGENTS, cut, disclosure, gather
from colocate.publish.lists import agents
from colocate.publish.outputs import FOR_AGENTS, INTERNAL, Cut, in_place, makers
from colocate.publish.report.report import RunInfo
from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from colocate.io import Tables
    from colocate.publish.outputs import Files
    from colocate.study import Study

LEFT_OUT = frozenset({"road_nodes", "road_edges", "turns", "edge_speeds", "gazetteer"})
"""Tables that stay in the work folder: large, and there already among the inputs."""

AGENTS_FOLDER = "agents"
"""Subfolder with the agents' pack."""


def publish(
    tables: Tables, folder: Path, *, study: Study, run_id: str, version: str
) -> dict[str, Exception]:
    """Fill an empty folder with everything people get from a run, one output after the other.

    A fault in making one output is that output's alone: the others are written. A fault in writing
    is the folder's, and ends it.

    Args:
        tables: all of the run's tables by name.
        folder: the empty folder.
        study: the study of the run.
        run_id: name of the run.
        version: of colocate.

    Returns:
        What could not be made, or not wholly, by its path in the folder, with the fault.

    Raises:
        OutputError: a file cannot be written.
    """
    own = tables["sites"][~tables["sites"]["over_border"]]
    tables_alone = _tables(tables, folder / "tables")
    try:
        facts = gather(tables, study)
    except Exception as fault:  # noqa: BLE001 - told by name; the tables must not be lost with it
        return {"all but the tables": fault, **_fill(folder, tables_alone)}
    inside = Cut(
        folder,
        INTERNAL,
        name=study.study.id,
        told=disclosure.of_run(tables),
        facts=facts,
        tables=tables,
        study=study,
        run=RunInfo(
            run_id=run_id,
            version=version,
            sources=study.study.attribution,
            records={service: len(rows) for service, rows in own.groupby("service")},
        ),
        pack=cache(lambda: agents.pack(facts, study=study)),
    )
    outside = inside._replace(
        folder=folder / AGENTS_FOLDER,
        outputs=FOR_AGENTS,
        name=f"{study.study.id}-agents",
        told=AGENTS.ceiling if cut(facts, AGENTS).options else "public",
    )
    missing = _fill(folder, makers(inside))
    apart = _fill(outside.folder, makers(outside))
    return {
        **missing,
        **{f"{AGENTS_FOLDER}/{name}": fault for name, fault in apart.items()},
        **_fill(folder, tables_alone),
    }


def _fill(folder: Path, outputs: Mapping[str, Callable[[], Files]]) -> dict[str, Exception]:
    """Write outputs one by one; return those that could not be made, with their faults."""
    missing: dict[str, Exception] = {}
    for output, make in outputs.items():
        made: list[tuple[str, bytes]] = []
        try:
            made.extend(make())
        except Exception as fault:  # noqa: BLE001 - told by name; a bug here must cost nothing else
            missing[output] = fault
        for name, contents in made:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            io.write_bytes(contents, path)
    return missing


def _tables(tables: Tables, folder: Path) -> dict[str, Callable[[], Files]]:
    """Return what makes the run's own tables."""

    def keep(name: str) -> Files:
        kept = folder / f"{name}.parquet"
        if name in tables.files:
            return iter([(f"tables/{kept.name}", tables.files[name].read_bytes())])
        return in_place(kept, lambda path: io.save(tables[name], TABLES[name], path))

    return {
        f"tables/{name}.parquet": partial(keep, name) for name in tables if name not in LEFT_OUT
    }
