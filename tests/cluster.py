"""A Dask cluster of processes of its own, and parts that fall over on its workers, for tests."""

from __future__ import annotations

import inspect
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from colocate.pipeline.parts import SHELF
from colocate.pipeline.stages import STAGES
from colocate.scoring import drawn_networks
from colocate.stage import SPREAD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

MOST_GB = 4
"""A worker that has not been ended by then is not going to be."""

HIDES = """
import os, sys

def refuse(event, about):
    if event in {"open", "os.listdir", "os.scandir"} and isinstance(about[0], str | bytes):
        if os.fsdecode(about[0]).startswith(os.environ["HIDDEN"]):
            raise PermissionError(about[0])

sys.addaudithook(refuse)
"""
"""Code that a worker runs before anything else."""

measured = drawn_networks._block  # tests put what falls over in its place


class Cluster(NamedTuple):
    """Where the scheduler listens, and its process."""

    address: str
    pid: int


@contextmanager
def running(folder: Path, /, *, hidden: Path | None = None) -> Iterator[Cluster]:
    """Run a scheduler and one worker on loopback, as `dask scheduler` and `dask worker` do.

    A worker that a folder is hidden from sees none of it, and has a home and a place for temporary
    files of its own, as one on another machine has.
    """
    own = folder / "of-the-worker"
    own.mkdir(exist_ok=True)
    words = [] if hidden is None else ["--preload", HIDES]
    apart = {} if hidden is None else {"HIDDEN": str(hidden), "HOME": str(own), "TMPDIR": str(own)}
    file = folder / f"scheduler-{time.time_ns()}.json"
    programs = []
    with (folder / "cluster.log").open("w") as log:
        try:
            for name, *asked in (
                ("scheduler", "--port", "0", "--scheduler-file", str(file)),
                ("worker", "--nthreads", "1", "--scheduler-file", str(file), "--no-nanny", *words),
            ):
                started = subprocess.Popen(
                    [sys.executable, "-m", f"distributed.cli.dask_{name}",
                     "--host", "127.0.0.1", "--no-dashboard", *asked],
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                         **(apart if name == "worker" else {})},
                    cwd=own, stdout=log, stderr=log,
                )  # fmt: skip
                programs.append(started)
                _wait(file.is_file)
            address = next(
                word.strip('",') for word in file.read_text().split() if "tcp://" in word
            )
            yield Cluster(address, programs[0].pid)
        finally:
            for program in reversed(programs):
                program.kill()
                program.wait()


def _wait(until: Any) -> None:
    end = time.monotonic() + 60
    while not until():
        if time.monotonic() > end:
            raise TimeoutError(until)
        time.sleep(0.05)


def without_parts(work: Path, to: Path) -> Path:
    """Copy a work folder, less the stages whose work is done in parts: a run makes these again."""
    shutil.copytree(work, to)
    for stage in STAGES:
        if SPREAD in inspect.signature(stage.function).parameters:
            shutil.rmtree(to / stage.name)
    return to


def stored(work: Path) -> dict[str, bytes]:
    """Every table of every stage in a work folder."""
    return {
        f"{path.parents[1].name}/{path.name}": path.read_bytes()
        for path in work.glob("*/*/*")
        if path.name != "entry.json" and path.parent.name != SHELF
    }


class EndsScheduler(NamedTuple):
    """Measures networks and notes which; ends the scheduler once so many parts are kept."""

    notes: Path
    shelf: Path
    pid: int
    after: int

    def __call__(self, factors: pd.DataFrame, given: Any) -> pd.DataFrame:
        (self.notes / f"{factors.index[-1]}-{time.time_ns()}").touch()
        if len(list(self.notes.iterdir())) == self.after + 1:
            _wait(lambda: len(list(self.shelf.glob("*-*.parquet"))) == self.after)
            os.kill(self.pid, signal.SIGKILL)
            time.sleep(60)  # until this worker is ended too
        return measured(factors, given)


class HungryOnce(NamedTuple):
    """Takes more memory than the worker may have the first time; then measures networks."""

    marker: Path

    def __call__(self, factors: pd.DataFrame, given: Any) -> pd.DataFrame:
        if not self.marker.exists():
            self.marker.touch()
            held = []
            while len(held) < MOST_GB * 50:
                held.append(np.ones(2_500_000))  # 20 MB
                time.sleep(0.02)
            raise AssertionError
        return measured(factors, given)
