"""Write the output folder of a run, and in it the folders of the packs, each whole in itself.

What they hold is said in `colocate.publish.outputs`; here it is written, and the run's own tables.
Two processes may write it: the run's own begins with the lists, the other from the end with the
report, which takes longest; each goes on with what neither has begun.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from colocate import io
from colocate.publish.facts import admits, gather, words
from colocate.publish.facts.disclosure import of_run
from colocate.publish.lists import packs
from colocate.publish.outputs import ABOUT, INTERNAL, PACKS, REPORT, Cut, in_place, makers
from colocate.publish.published import LEFT_OUT, Published, RunInfo
from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from colocate.io import Tables
    from colocate.publish.facts import Facts
    from colocate.publish.lists.packs import Kind
    from colocate.publish.outputs import Files
    from colocate.study import Study

    Job = Callable[[], dict[str, Exception]]
    """Makes an output, and returns what of it could not be made."""


def publish(
    tables: Tables,
    folder: Path,
    *,
    study: Study,
    run_id: str,
    version: str,
    shelf: io.Shelf | None = None,
    taken: Path | None = None,
    apart: Callable[[], dict[str, Exception] | None] = dict,
) -> Published:
    """Fill an empty folder with everything people get from a run.

    A fault in making one output is that output's alone: the others are written. A fault in writing
    is the folder's, and ends it.

    Args:
        tables: all of the run's tables by name.
        folder: the empty folder.
        study: the study of the run.
        run_id: name of the run.
        version: of colocate.
        shelf: where what the next run can take over is kept.
        taken: as `publish_apart` takes it, where another process does its part.
        apart: waits for that process, and returns what `publish_apart` returned there; None where
            it has ended, and what it began is to be written again.

    Returns:
        What could not be made, and a line on each pack.

    Raises:
        OutputError: a file cannot be written.
    """
    cut = _cut(tables, folder, study=study, run_id=run_id, version=version)._replace(shelf=shelf)
    try:
        facts = gather(tables, study)
    except Exception as fault:  # noqa: BLE001 - told by name; what needs no facts is written
        names = [*(name for name, each in INTERNAL.items() if each.tells), *PACKS]
        jobs: dict[str, Job] = {name: partial(dict, {name: fault}) for name in names}
    else:
        cut = cut._replace(packs=tuple(_handed(facts, study).values()))
        jobs = _telling(cut, facts)
    jobs = _in_order(jobs, _plain(cut))
    done = {name: job() for name, job in jobs.items() if _take(name, taken)}
    beside = apart()
    if beside is None:
        done |= {name: job() for name, job in jobs.items() if name not in done}
    missing = beside or {}
    for each in done.values():
        missing |= each
    return Published(missing | _fill(folder, makers(ABOUT, cut)), cut.packs)


def publish_apart(
    tables: Tables,
    folder: Path,
    *,
    study: Study,
    run_id: str,
    version: str,
    taken: Path,
    shelf: io.Shelf | None = None,
) -> dict[str, Exception]:
    """Write what `publish` has not begun, from the other end.

    Args:
        tables: as `publish` takes it.
        folder: as `publish` takes it.
        study: as `publish` takes it.
        run_id: as `publish` takes it.
        version: as `publish` takes it.
        taken: folder in which each process makes a file for what it begins.
        shelf: as `publish` takes it.

    Returns:
        What could not be made, by name.

    Raises:
        OutputError: a file cannot be written.
    """
    cut = _cut(tables, folder, study=study, run_id=run_id, version=version)._replace(shelf=shelf)
    telling: dict[str, Job] = {}
    with suppress(Exception):  # as in `publish`, which tells of it
        facts = gather(tables, study)
        telling = _telling(cut._replace(packs=tuple(_handed(facts, study).values())), facts)
    missing: dict[str, Exception] = {}
    for name, job in reversed(_in_order(telling, _plain(cut)).items()):
        if _take(name, taken):
            missing |= job()
    return missing


def _in_order(telling: Mapping[str, Job], plain: Mapping[str, Job]) -> dict[str, Job]:
    """Put the lists first, then what reads tables alone, and last the report."""
    jobs = {**telling, **plain}
    if REPORT in jobs:
        jobs[REPORT] = jobs.pop(REPORT)
    return jobs


def _take(name: str, taken: Path | None) -> bool:
    """Whether nobody has begun an output yet."""
    if taken is None:
        return True
    try:
        (taken / name.replace("/", " ")).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _plain(cut: Cut) -> dict[str, Job]:
    """Return what makes each output that reads tables alone."""
    made = makers(INTERNAL, cut) | _tables(cut.tables, cut.folder / "tables")
    return {name: partial(_fill, cut.folder, {name: make}) for name, make in made.items()}


def _telling(cut: Cut, facts: Facts) -> dict[str, Job]:
    """Return what makes each output that tells of options, and each pack."""
    made = makers(INTERNAL, cut, facts=facts)
    jobs: dict[str, Job] = {
        name: partial(_fill, cut.folder, {name: make}) for name, make in made.items()
    }
    handed = _handed(facts, cut.study)
    for kind in (packs.agents(cut.study), packs.market(cut.study)):
        if kind.name in handed:
            jobs[kind.name] = partial(_pack, _outside(cut, kind), facts)
    return jobs


def _pack(cut: Cut, facts: Facts) -> dict[str, Exception]:
    """Fill the folder of a pack."""
    own = PACKS[cut.folder.name]
    made = makers(own, cut, facts=facts) | makers(own, cut) | makers(ABOUT, cut)
    return {f"{cut.folder.name}/{name}": fault for name, fault in _fill(cut.folder, made).items()}


def _cut(tables: Tables, folder: Path, *, study: Study, run_id: str, version: str) -> Cut:
    """Return the internal folder, before it is known what it holds to hand on."""
    own = tables["sites"][~tables["sites"]["over_border"]]
    return Cut(
        folder,
        INTERNAL,
        name=study.study.id,
        told=of_run(tables),
        tables=tables,
        study=study,
        run=RunInfo(
            run_id=run_id,
            version=version,
            sources=study.study.attribution,
            records={service: len(rows) for service, rows in own.groupby("service")},
        ),
    )


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
        if name in tables.files and tables.files[name].suffix == kept.suffix:
            return iter([(f"tables/{kept.name}", tables.files[name].read_bytes())])
        return in_place(kept, lambda path: io.save(tables[name], TABLES[name], path))

    return {
        f"tables/{name}.parquet": partial(keep, name) for name in tables if name not in LEFT_OUT
    }
