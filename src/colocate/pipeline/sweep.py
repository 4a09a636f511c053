"""Many scenarios of one study over the same roads: what each would change, in one tidy table.

Only the stages that the measures hang on are run, nothing is published, and what scenarios share
is made once: a process keeps the tables it made last, and finds those of the study as it stands in
the work folder. The measures of a scenario are stored as a stage's tables are, so a sweep that was
broken off goes on where it was.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate import io
from colocate.errors import ColocateError, InputError, StudyError, some
from colocate.pipeline import code, keys, store
from colocate.pipeline.locate import Location, OpenStudy, Place, locate
from colocate.pipeline.stages import inputs
from colocate.pipeline.sweep_rows import Asked, read
from colocate.pipeline.wanted import stages_for, stored
from colocate.progress import SILENT, Progress, progress_to
from colocate.publish import sweep as drawn
from colocate.scoring.sweep import changed, measures
from colocate.spread import Workers, spread
from colocate.tables import TABLES, empty
from colocate.tables.choice import SWEEP_MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from colocate.stage import Stage
    from colocate.study import Study

READ = ("options", "scores", "cover_baseline", "cover", "access", "portfolios", "portfolio_options")
"""Tables that the measures are read from."""

MEASURES = {"sweep_measures": SWEEP_MEASURES, "issues": TABLES["issues"]}
"""What is stored of a scenario."""

MOST_KEPT = 2
"""Made tables that a process keeps of each stage: today's and the last scenario's."""


class Swept(NamedTuple):
    """A finished sweep."""

    folder: Path
    table: pd.DataFrame
    """Table `sweep`."""
    failed: Mapping[str, ColocateError]
    """Scenarios that could not be worked out, and why."""


class _Part(NamedTuple):
    """One scenario, as another process is given it."""

    place: Place
    key: str


def sweep(
    scenarios: Location,
    path: Location | OpenStudy | None = None,
    *,
    out: Location | None = None,
    work: Location | None = None,
    workers: int | str | Workers | None = None,
    anyway: bool = False,
    progress: Progress | Callable[[str], object] = SILENT,
) -> Swept:
    """Work out many scenarios, and write one table and one picture of what they move.

    Example:
        >>> cl.sweep("standards.csv", "example", workers=2).table

    Args:
        scenarios: a CSV, one scenario a row; `sweep_rows` says what it may hold.
        path: what `open` takes, or what it returned; None for the embedded Devon & Somerset study.
        out: folder to write; `out/<study id>-sweep` when None.
        work: folder of stored stages; `.work` beside `out` when None.
        workers: processes of this machine to work in, through Dask; or the address of a Dask
            scheduler whose workers see the study's files and the work folder under the same names.
        anyway: whether to go on where too little of the inputs is understood.
        progress: a Progress, or a function called with a line for each scenario.

    Returns:
        The table, the folder, and which scenarios failed.

    Raises:
        ReadinessError: too little of the inputs is understood, and not `anyway`.
        InputError: the table of scenarios cannot be read, Dask is missing, or a folder is shared:
            each scenario reads the study's files and the work folder.
        StudyError: scenarios say what cannot be, or none could be worked out.
    """
    _refuse_share(workers)
    progress = progress_to(progress)
    place = _absolute(locate(path, work=work, out=out))
    folder = Path(out or Path("out") / f"{place.study.study.id}-sweep")
    asked = read(Path(scenarios), place.study)
    stored(place, (*READ, "readiness"), anyway=anyway, progress=progress)
    today = _today(place)
    parts = {each.scenario: _part(place, each.study) for each in asked}
    done: dict[str, pd.DataFrame] = {}
    failed: dict[str, ColocateError] = {}
    with spread(workers, folder=place.work, progress=progress) as ready:
        for name, answer, fault in ready.each(_worked_out, parts):
            if fault is None:
                done[name] = answer
            else:
                failed[name] = fault
                progress.line(f"scenario {name}: {fault}")
            progress.advance(len(done) + len(failed), len(parts), what="scenarios")
    if not done:
        raise StudyError(
            f"{scenarios}: none of {len(parts)} scenarios could be worked out: {some(failed)}. "
            f"The first: {next(iter(failed.values()))}"
        )
    names = {each.scenario: each.name for each in asked}
    table = changed({name: done[name] for name in parts if name in done}, today=today, names=names)
    _write(table, asked, place=place, folder=folder)
    return Swept(folder, table, failed)


def _refuse_share(workers: int | str | Workers | None) -> None:
    if isinstance(workers, Workers) and workers.share:
        raise InputError(
            "a sweep's workers read the study's files and the work folder, which no shared folder "
            "holds: name a work folder that they see with `--work`, and leave out `--share`."
        )


def _absolute(place: Place) -> Place:
    """Name files as another process finds them, wherever it was started."""
    return replace(place, file=place.file.resolve(), work=place.work.resolve())


def _write(table: pd.DataFrame, asked: Sequence[Asked], /, *, place: Place, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    io.write_csv(table, folder / "sweep.csv")
    told = [(each.scenario, each.name, each.told) for each in asked]
    page = drawn.page(table, pd.DataFrame(told, columns=["scenario", "name", "edits"]),
                      study=place.study)  # fmt: skip
    io.write_text(page, folder / "sweep.html")


def _part(place: Place, study: Study) -> _Part:
    own = replace(place, study=study)
    made: dict[str, str] = {}
    for stage in stages_for(READ):
        key = keys.key(stage, own, digests=made)
        made |= {name: store.digest(key, name) for name in stage.makes}
    return _Part(own, store.digest("sweep", made, code.code_hash("scoring.sweep", "measures")))


def _today(place: Place) -> pd.DataFrame:
    """Measure the study as it stands."""
    return _worked_out(_part(place, place.study))


def _worked_out(part: _Part) -> pd.DataFrame:
    """Return the measures of a scenario, found or made."""
    entry = store.find(part.place.work, "sweep", key=part.key, makes=tuple(MEASURES))
    if entry is None:
        made = {"sweep_measures": measures(_made(part.place)), "issues": empty(TABLES["issues"])}
        entry = store.put(part.place.work, "sweep", key=part.key, made=made, tables=MEASURES)
    return io.load(SWEEP_MEASURES, entry.file("sweep_measures"))


class _Shared(Mapping[str, pd.DataFrame]):
    """Tables of a scenario: those of its own, and stored ones that every scenario reads once."""

    def __init__(self) -> None:
        self.own: dict[str, pd.DataFrame] = {}
        self.stored: dict[str, Path] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.own[name] if name in self.own else _loaded(name, self.stored[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.own | self.stored)

    def __len__(self) -> int:
        return len(self.own | self.stored)


@cache
def _loaded(name: str, path: Path) -> pd.DataFrame:
    return io.load(TABLES[name], path)


@cache
def _found(work: Path, stage: Stage, /, *, key: str) -> store.Entry | None:
    return store.find(work, stage.name, key=key, makes=(*stage.makes, "issues"))


_KEPT: dict[str, OrderedDict[str, Mapping[str, pd.DataFrame]]] = {}
"""Of each stage the tables that this process made last, by key."""


def _made(place: Place) -> _Shared:
    """Run the stages that a scenario changes; take the others as they are stored."""
    tables = _Shared()
    digests: dict[str, str] = {}
    given = inputs(place.study, place.file.parent)
    for stage in stages_for(READ):
        key = keys.key(stage, place, digests=digests)
        entry = _found(place.work, stage, key=key)
        if entry is not None:
            tables.stored |= entry.files
            digests |= entry.digests
            continue
        kept = _KEPT.setdefault(stage.name, OrderedDict())
        if key not in kept:
            kept[key] = stage.run(tables, study=place.study, inputs=given)
        kept.move_to_end(key)
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
        tables.own |= {name: kept[key][name] for name in stage.makes}
        # Not stored, so not hashed by content: what they were made from stands for them.
        digests |= {name: store.digest(key, name) for name in stage.makes}
    return tables
