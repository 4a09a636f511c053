"""What each stage of a study takes: from nothing, after one weight, and as a study grows."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import crowded
from measure import alone

import study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Row = dict[str, Any]

RUNS: dict[str, Callable[[study.Side], None]] = {
    "from nothing": study.emptied,
    "after one weight": study.weighted,
    "nothing changed": study.as_shipped,
}
SITES = (125, 250, 500)
"""Sizes of the made-up study of `crowded`."""
MOST_GB = 6.0


def cold_and_warm(work: Path) -> list[Row]:
    """Run the embedded study in one process, so that no stage waits for another.

    Returns:
        Wall seconds of each stage in each run, and of the run as a whole.
    """
    side = study.Side("now", study.ROOT, work / "by-stage")
    study.fresh(side)
    study.as_shipped(side)  # compiles what is called
    found = []
    for name, before in RUNS.items():
        study.fresh(side)
        before(side)
        took = study.run(side, study.Trial(name, "", 0, arguments=("--processes", "1")))
        told = json.loads((side.room / "out" / "manifest.json").read_text(encoding="utf-8"))
        # Where nothing changed nothing is written: the times there are of the run before.
        stages = {} if name == "nothing changed" else told["clock"]["stages"]
        found.append({"run": name, "wall_s": took.wall_s, "stages": stages})
    return found


def growth(work: Path) -> list[Row]:
    """Run made-up studies, each twice as large as the one before.

    Returns:
        Options, and processor seconds of each stage, by size.
    """
    found = []
    for sites in SITES:
        print(f"growth by stage: {sites} sites", file=sys.stderr, flush=True)
        made = crowded.laid_out(work / "crowded" / f"{sites}", sites=sites, points="postcodes")
        size = alone(crowded.measured, made, sites=sites, most_gb=MOST_GB)
        steps = {name: step.cpu_s for name, step in size.steps.items()}
        found.append({"sites": sites, "options": size.options, "wall": size.wall, "steps": steps})
    return found
