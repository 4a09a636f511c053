"""Write the output folder of a run, and in it the folders of the packs, each whole in itself.

What they hold is said in `colocate.publish.outputs`; here it is written, and the run's own tables.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from colocate import io
from colocate.publish.facts import admits, gather, words
from colocate.publish.lists import packs
from colocate.publish.outputs import INTERNAL, PACKS, Cut, in_place, makers
from colocate.publish.published import LEFT_OUT, Published
from colocate.publish.report.report import RunInfo
from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from colocate.io import Tables
    from colocate.publish.facts import Facts
    from colocate.publish.lists.packs import Kind
    from colocate.publish.outputs import Files
    from colocate.study import Study


def publish(tables: Tables, folder: Path, *, study: Study, run_id: str, version: str) -> Published:
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
        What could not be made, and a line on each pack.

    Raises:
        OutputError: a file cannot be written.
    """
    own = tables["sites"][~tables["sites"]["over_border"]]
    tables_alone = _tables(tables, folder / "tables")
    try:
        facts = gather(tables, study)
    except Exception as fault:  # noqa: BLE001 - told by name; the tables must not be lost with it
        return Published({"all but the tables": fault, **_fill(folder, tables_alone)}, ())
    handed = _handed(facts, study)
    inside = Cut(
        folder,
        INTERNAL,
        name=study.study.id,
        told=facts.disclosure,
        facts=facts,
        tables=tables,
        study=study,
        run=RunInfo(
            run_id=run_id,
            version=version,
            sources=study.study.attribution,
            records={service: len(rows) for service, rows in own.groupby("service")},
        ),
        packs=tuple(handed.values()),
    )
    missing = _fill(folder, makers(inside))
    for kind in (packs.agents(study), packs.market(study)):
        if kind.name in handed:
            outside = _outside(inside, kind)
            apart = _fill(outside.folder, makers(outside))
            missing |= {f"{kind.name}/{name}": fault for name, fault in apart.items()}
    return Published({**missing, **_fill(folder, tables_alone)}, inside.packs)


def _handed(facts: Facts, study: Study) -> dict[str, str]:
    """Say of each pack that there is what it holds; of one that there is not, why."""
    told = {}
    for kind in (packs.agents(study), packs.market(study)):
        options = words.counted(sum(admits(kind.audience, option) for option in facts.options))
        told[kind.name] = f"{kind.name}/: {options}. {kind.mark}"
    if (reason := packs.without_market(facts)) is not None:
        del told["market"]
        told[""] = f"{reason}."
    return told


def _outside(inside: Cut, kind: Kind) -> Cut:
    """Return the folder of a pack: its notice says for whom it is."""
    study = packs.marked(inside.study, kind)
    return inside._replace(
        folder=inside.folder / kind.name,
        outputs=PACKS[kind.name],
        name=f"{study.study.id}-{kind.name}",
        told="restricted" if kind.audience.costs else kind.audience.ceiling,
        study=study,
        packs=(),
    )


def _fill(folder: Path, outputs: Mapping[str, Callable[[], Files]]) -> dict[str, Exception]:
    """Write outputs one by one; return those that could not be made, with their faults."""
    missing: dict[str, Exception] = {}
    for output, make in outputs.items():
        made: list[tuple[str, bytes]] = []
        try:
            made.extend(make())
        except Exception as fault:  # noqa: BLE001 - told by name; a bug here must cost nothing else
            missing[output] = fault
        for path in {(folder / name).parent for name, _ in made}:
            path.mkdir(parents=True, exist_ok=True)
        for name, contents in made:
            io.write_staged(contents, folder / name)
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
