"""The stages in order, and the input files they read.

This is the flow of colocate from top to bottom. Stages know nothing of each other; they meet
here, and only in tables. Each room's stages stand in a module of `pipeline.steps`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.errors import InputError
from colocate.pipeline.stage import Job, Stage
from colocate.pipeline.steps import (
    choice,
    effects,
    gates,
    inputs,
    money,
    options,
    portfolio,
    questions,
    robustness,
    travel,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from colocate.study import Study

STAGES: tuple[Stage, ...] = (
    *inputs.STAGES,
    *travel.STAGES,
    *options.STAGES,
    *effects.STAGES,
    *money.STAGES,
    *gates.STAGES,
    *choice.STAGES,
    *questions.STAGES,
    *robustness.STAGES,
    *portfolio.STAGES,
    *money.SHARED,
)

FILES = ("registers", "bodies", "governance", "demand", "boundaries", "places", "objects",
         "roads", "postcodes", "evidence", "decisions", "costs", "partners", "functions",
         "benchmarks", "vehicles")  # fmt: skip
"""Every name of an input file in the section `inputs`."""


def input_files(study: Study, folder: Path, *, names: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files behind names of the section `inputs`, in order; a folder gives its files.

    Raises:
        InputError: a file that the study names is not there.
    """
    for name in names:
        value = getattr(study.inputs, name)
        if value is None:
            continue
        listed = [r.file for r in value] if name == "registers" else [value]
        for item in listed:
            path = folder / item
            if not path.exists():
                raise InputError(f"{path}: no such file; inputs.{name} in the study file names it")
            yield from sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]


__all__ = ["FILES", "STAGES", "Job", "Stage", "input_files"]
