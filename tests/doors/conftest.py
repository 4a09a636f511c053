"""The invented town to change, and its stored stages to go on from."""

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
