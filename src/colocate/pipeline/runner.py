"""Run a study: stages in order, each skipped when nothing it reads has changed, then publish."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from colocate import io
from colocate.circles import seldom_searched
from colocate.errors import PublishError, some
from colocate.pipeline import beside, board, keys, manifest, standing, store
from colocate.pipeline.locate import (
    Location,
    OpenStudy,
    Place,
    assert_apart,
    locate,
)
from colocate.pipeline.stages import FILES, STAGES, databases, input_files, inputs
from colocate.progress import SILENT, Progress, progress_to
from colocate.publish.readiness import lacks
from colocate.spread import Workers, spread
from colocate.stage import joined
from colocate.study import NO_CHANGE
from colocate.tables.readiness import stopping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from colocate.publish.published import Published

SMALL_BYTES = 2_000_000
"""A study with less than this to read is made before another process has begun."""


@dataclass(frozen=True)
class Step:
    """What became of one stage: made now, or found in the work folder."""

    stage: str
    found: bool
    seconds: float


class _Made(NamedTuple):
    """What the stages of a run came to."""

    board: board.Board
    tables: io.Tables
    entries: list[store.Entry]
    steps: list[Step]


@dataclass(frozen=True, repr=False)
class Run:
    """A finished run: its output folder, its tables, and how it went.

    Every table is an attribute, read when first asked for: `run.options`, `run.gates`, and so on;
    `dir(run)` lists them and `colocate schema` describes them. `run.ranking` joins what most
    readers ask of an option.

    Attributes:
        folder: where the report, the lists and the tables lie.
        run_id: what the manifest calls this run.
        tables: the tables by name.
        steps: what became of each stage.
    """

    folder: Path
    run_id: str
    tables: io.Tables
    steps: tuple[Step, ...]

    def __repr__(self) -> str:
        """Say which run this is and how much came of it."""
        ranked = int(self.tables["scores"]["rank"].notna().sum())
        options = len(self.tables["options"])
        return f"<Run {self.run_id} in {self.folder}: {options} options, {ranked} ranked>"

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return one of the run's tables: `run.options` is `run.tables["options"]`."""
        if name.startswith("_") or name not in self.tables:
            raise AttributeError(f"a run has no table or attribute {name!r}")
        return self.tables[name]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.tables})

    @property
    def report(self) -> Path:
        """The interactive map and shortlist."""
        return self.folder / "report.html"

    @property
    def ranking(self) -> pd.DataFrame:
        """One row an option, the first rank first: what it would do, and how sure its rank is."""
        from colocate.scoring.summary import ranking

        return ranking(self.tables)


@seldom_searched()
def run(
    path: Location | OpenStudy | None = None,
    *,
    out: Location | None = None,
    work: Location | None = None,
    scenario: str = NO_CHANGE,
    anyway: bool = False,
    processes: int | None = None,
    workers: int | str | Workers | None = None,
    progress: Progress | Callable[[str], object] = SILENT,
) -> Run:
    """Run a study and write its output folder, whole or not at all.

    Stages that nothing they read has changed are found, not made again.

    Example:
        >>> run = cl.run(cl.open("example"))
        >>> run.ranking.head(10)

    Args:
        path: what `open` takes, or what it returned; None runs the embedded Devon & Somerset
            study.
        out: output folder; `out/<study id>` when None, with `--<scenario>` after it under one. An
            earlier run there is replaced; files that it did not write, or that were edited since,
            are kept.
        work: folder of stored stages; `.work` beside `out` when None. Safe to delete.
        scenario: one of the study's scenarios to run it under.
        anyway: whether to go on where too little is understood; every output then says so.
        processes: how many processes make stages side by side; what comes of the run is the same.
            None takes as many as `processes_for` says.
        workers: who does the parts of long stages, through Dask: so many processes of this machine,
            which listen on loopback alone and only while the run lasts; or the workers of the
            scheduler at this address. None for the run's own processes.
        progress: a Progress, or a function called with a line for each stage; `print` shows them.

    Returns:
        The run; every table of it is an attribute.

    Raises:
        ReadinessError: too little of the inputs is understood, and not `anyway`.
        InputError: workers or a cluster are asked for, and Dask is missing or nobody is there.
        PublishError: the run is in its folder, but for outputs that could not be made.
        ColocateError: any other expected fault; the output folder is then as it was before.
    """
    started = time.perf_counter()
    progress = progress_to(progress)
    place = locate(path, out=out, work=work, scenario=scenario)
    files = list(input_files(place.study, place.file.parent, names=FILES))
    assert_apart(place, files)
    # first, so that a bad place costs no time
    with io.staged_folder(place.out, tell=progress.line) as staged:
        processes = processes_for(files) if processes is None else processes
        hashes = _hashes(place, files)
        with (
            spread(workers, folder=place.work, progress=progress) as ready,
            board.filled(
                place,
                progress=progress,
                anyway=anyway,
                processes=processes,
                spread=ready,
                changed=not standing.read_the_same(place.out, hashes),
            ) as filled,
        ):
            made = _made(filled)
            run_id, published = _published(
                place, made, inputs=hashes, staged=staged, started=started
            )
    total = time.perf_counter() - started
    for line in _closing(made.steps, published, total=total):
        progress.line(line)
    _assert_complete(place.out, published.missing, staged=staged)
    return Run(place.out, run_id, made.tables, tuple(made.steps))


def _hashes(place: Place, files: Iterable[Path]) -> dict[str, str]:
    """Return the hash of each input by name: of files, and of what databases hold."""
    held = dict(databases(place.study, names=FILES))
    return manifest.input_hashes(place.file, files) | held


def _published(
    place: Place, made: _Made, *, inputs: Mapping[str, str], staged: Path, started: float
) -> tuple[str, Published]:
    """Fill the folder, or leave it empty where what an earlier run wrote would be written again."""
    version = manifest.own_version()
    hashes = [entry.hashes for entry in made.entries]
    run_id = store.digest(inputs, hashes, version, place.scenario)[:12]
    made_of = store.digest(run_id, standing.publishing(place.work))
    clock = time.perf_counter()
    stands = standing.outputs(place.out, made_of=made_of, anyway=made.board.anyway)
    if stands is None:
        made.board.assert_ready()
        place = place.run_in_spite_of(stopping(made.tables["readiness"]))
    published = stands or _publish(place, made, run_id=run_id, staged=staged)
    made.steps.append(
        Step("publish", found=stands is not None, seconds=time.perf_counter() - clock)
    )
    if stands is None:
        io.write_bytes(place.file.read_bytes(), staged / "study.toml")
        manifest.write(
            staged,
            place,
            identity={"run_id": run_id, "made_of": made_of},
            inputs=inputs,
            entries=made.entries,
            published=published,
            seconds={step.stage: step.seconds for step in made.steps},
            total=time.perf_counter() - started,
        )
    return run_id, published


def _publish(place: Place, made: _Made, *, run_id: str, staged: Path) -> Published:
    published = beside.publish(
        made.tables, staged, place=place, run_id=run_id, by=made.board.workers
    )
    warnings = (f"warning: {said}" for said in lacks(made.tables))
    issues = f"{counted(made.tables['issues'])} (issues.csv)"
    return published._replace(said=(*warnings, issues, *published.said))


def processes_for(files: Iterable[Path], /) -> int:
    """Return how many processes make the stages of a study if nobody says otherwise.

    A process takes a second to start and up to a gigabyte: a small study has one, a larger one two
    where there are two cores; the stages seldom leave a third anything to do.

    Args:
        files: the study's inputs.
    """
    small = sum(file.stat().st_size for file in files) < SMALL_BYTES
    return 1 if small else min(os.cpu_count() or 1, 2)


def _closing(steps: Sequence[Step], published: Published, *, total: float) -> Iterator[str]:
    took = "unchanged" if steps[-1].found else f"{steps[-1].seconds:.1f} s"
    yield f"[{len(steps)}/{len(steps)}] report and shortlists: {took}"
    yield from published.said
    yield f"done in {total:.1f} s"


def _assert_complete(out: Path, missing: Mapping[str, Exception], *, staged: Path) -> None:
    if missing:
        told = "; ".join(
            f"{output}: {manifest.in_words(fault, staged=staged)}"
            for output, fault in missing.items()
        )
        raise PublishError(
            f"{out}: the run is there, without {some(missing)}, which could not be made: {told}. "
            f"{io.MANIFEST} names what is missing. If the message does not say what to put right "
            "in the study, it is a fault in colocate: please report it."
        ) from next(iter(missing.values()))


def counted(issues: pd.DataFrame, /) -> str:
    """Say how many issues there are of each severity.

    Args:
        issues: table `issues`.
    """
    kinds = issues["severity"].value_counts()
    words = {"excluded": "excluded", "doubt": "doubts", "note": "notes"}
    told = ", ".join(f"{kinds.get(kind, 0)} {word}" for kind, word in words.items())
    return f"{len(issues)} issues: {told}"


def _made(filled: board.Board) -> _Made:
    """Gather what the stages came to, in their order."""
    done = [filled.done[number] for number in range(1, len(STAGES) + 1)]
    tables, entries = filled.tables, [each.entry for each in done]
    steps = [
        Step(stage.name, found=each.found, seconds=each.seconds)
        for stage, each in zip(STAGES, done, strict=True)
    ]
    tables.parts["issues"] = [entry.file("issues") for entry in entries]
    return _Made(filled, tables, entries, steps)


def status(
    path: Location | OpenStudy | None = None,
    *,
    out: Location | None = None,
    work: Location | None = None,
    scenario: str = NO_CHANGE,
) -> dict[str, Any]:
    """Say which stages a run would find stored and which it would make, and the last run.

    Args:
        path: as `run` takes it.
        out: as `run` takes it.
        work: as `run` takes it.
        scenario: as `run` takes it.
    """
    place = locate(path, out=out, work=work, scenario=scenario)
    entries: list[store.Entry] = []
    digests: dict[str, str] = {}
    stages: list[dict[str, str]] = []
    for stage in STAGES:
        entry = None
        if len(entries) == len(stages):
            key = keys.key(stage, place, digests=digests)
            entry = store.find(place.work, stage.name, key=key, makes=(*stage.makes, "issues"))
        if entry is not None:
            entries.append(entry)
            digests |= entry.digests
        stages.append({"stage": stage.label, "state": "unchanged" if entry else "to run"})
    return {"folder": str(place.out), "stages": stages, "last_run": _last_run(place.out)}


def _last_run(folder: Path) -> dict[str, Any] | None:
    if not (folder / io.MANIFEST).is_file():
        return None
    found = manifest.read(folder)
    clock = found["clock"]
    return {
        "run_id": found["run_id"],
        "finished": clock["finished"],
        "seconds": clock["seconds"],
        "folder": str(folder),
    }


def tables_until(place: Place, name: str, /) -> io.Tables:
    """Run the stages up to the one that makes a table, storing nothing; return what they made.

    Args:
        place: the study and its scenario.
        name: of the table.
    """
    tables = io.Tables({})
    given = inputs(place.study, place.file.parent)
    issues = []
    for stage in STAGES:
        made = stage.run(tables, study=place.study, inputs=given)
        issues.append(made["issues"])
        for each in stage.makes:
            tables.keep(each, made[each])
        if name in stage.makes:
            break
    tables.keep("issues", joined(*issues))
    return tables
