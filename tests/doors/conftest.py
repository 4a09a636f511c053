"""The invented town to change, its stored stages to go on from, and its finished run."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

import town as anytown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def study(town: Path, town_work: Path, tmp_path: Path) -> Path:
    """The town's study, to change; runs into `tmp_path / "out"` make again what a change needs."""
    shutil.copytree(town_work, tmp_path / ".work" / "town")
    return anytown.copy(town, tmp_path / "study")


@pytest.fixture
def ran(study: Path, town_run: Path) -> Path:
    """The output folder of a finished run of `study` as it is, to run into again."""
    return shutil.copytree(town_run, study.parent / "out")
