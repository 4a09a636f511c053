"""Wall and CPU time of a call, peak memory of a process, and calls in a process of their own."""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

ROOT = Path(__file__).parents[1]
EXTRACT = ROOT.parent / "shared" / "data" / "roads" / "sw-england-drive-2021.osm.pbf"
"""The seven-county file; where it is not there, nothing of it is measured."""

ENOUGH_S = 30.0
"""A call is repeated until it has taken this long altogether."""


class AbsentError(Exception):
    """Why an engine has no figures."""


@dataclass(frozen=True)
class Cost:
    """Medians of `repeats` calls. CPU time counts all threads and child processes."""

    wall_s: float
    cpu_s: float
    repeats: int = 1


def cpu_s() -> float:
    """CPU seconds of this process and of the children it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak_mb() -> float:
    """Largest resident size so far of this process or of a child it has waited for."""
    own, children = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    status = Path("/proc/self/status")
    if status.exists():  # Linux hands its ru_maxrss down to a process that is started; not this
        peaks = (line.split() for line in status.read_text().splitlines())
        own = next(int(words[1]) for words in peaks if words[0] == "VmHWM:")
    return max(own, children) * (1 if sys.platform == "darwin" else 1024) / 1e6


def once(call: Callable[[], T]) -> tuple[T, Cost]:
    """Time one call."""
    wall, cpu = time.perf_counter(), cpu_s()
    answer = call()
    return answer, Cost(time.perf_counter() - wall, cpu_s() - cpu)


def repeated(call: Callable[[], T], *, at_most: int) -> tuple[T, Cost]:
    """Time a call `at_most` times, fewer if it is slow but then at least three times."""
    answer, first = once(call)
    costs = [first]
    while len(costs) < at_most and (len(costs) < 3 or sum(c.wall_s for c in costs) < ENOUGH_S):
        answer, cost = once(call)
        costs.append(cost)
    return answer, Cost(
        statistics.median(c.wall_s for c in costs),
        statistics.median(c.cpu_s for c in costs),
        len(costs),
    )


def tool(*command: str | Path, **environment: str) -> None:
    """Run a program to its end.

    Raises:
        RuntimeError: it failed; with its last words.
    """
    done = subprocess.run(
        list(map(str, command)), env={**os.environ, **environment}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        words = (done.stdout + done.stderr).strip().splitlines() or ["no message"]
        raise RuntimeError(f"{Path(command[0]).name} ended with {done.returncode}: {words[-1]}")


def alone(call: Callable[..., T], *args: object, **settings: object) -> T:
    """Call in a fresh process, so that no engine sees another's memory, threads or crash.

    Raises:
        AbsentError: there is no answer.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        try:
            return pool.submit(call, *args, **settings).result()
        except ImportError as fault:
            version = ".".join(map(str, sys.version_info[:2]))
            raise AbsentError(f"cannot be imported by Python {version} ({fault})") from fault
        except Exception as fault:  # one engine's fault must not cost the others their figures
            raise AbsentError(f"{type(fault).__name__}: {fault}") from fault
