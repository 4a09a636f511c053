"""What a stage is: what it reads, which settings and code it depends on, what it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from colocate.progress import SILENT, Progress

if TYPE_CHECKING:
    from pathlib import Path

    from colocate.study import Study

Made = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Job:
    """What a stage is given: the study, the folder its inputs lie in, and the tables so far."""

    study: Study
    folder: Path
    tables: Mapping[str, pd.DataFrame]
    progress: Progress = SILENT
    """Told by a stage that takes long how far it is."""


@dataclass(frozen=True)
class Stage:
    """One stage: `makes` tables (and an `issues` table of its own) from what it declares."""

    name: str
    label: str
    makes: tuple[str, ...]
    run: Callable[[Job], Made]
    modules: tuple[str, ...]
    """Modules of colocate that do the work: their source, and all they import, is in the key."""
    reads: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    """Settings of the study file, by dotted name."""
    files: tuple[str, ...] = ()
    """Input files, by their name in the section `inputs`."""


def joined(*issues: pd.DataFrame) -> pd.DataFrame:
    """Put `issues` tables one below the other."""
    return pd.concat(issues, ignore_index=True)
