"""What every test may ask for: the source material, the embedded study's run, a browser."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from colocate import pipeline
from town import write as write_town

ROOT = Path(__file__).resolve().parents[1]
ON_CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def study_folder() -> Path:
    """The embedded study's folder."""
    return ROOT / "data" / "devon-somerset"


def _shared() -> Path:
    return Path(os.environ.get("COLOCATE_SHARED", ROOT.parent / "shared")) / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The source material beside the repository."""
    return _shared()


def pytest_configure() -> None:
    """On CI a missing program or source material is a failure, never a skip."""
    programs = ("chromium", "node", "ogrinfo", "soffice")
    missing = [program for program in programs if shutil.which(program) is None]
    if not _shared().is_dir():
        missing.append(str(_shared()))
    if ON_CI and missing:
        pytest.exit(f"CI needs {', '.join(missing)}", returncode=3)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the study to one worker; skip `shared` tests where there is no material (not on CI)."""
    for item in items:
        if item.get_closest_marker("study"):
            item.add_marker(pytest.mark.xdist_group("study"))
    if _shared().is_dir():
        return
    skip = pytest.mark.skip(reason="source material (../shared/data) is not here")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, study_folder: Path) -> Path:
    """The invented town's study folder. Copy it before changing anything in it."""
    return write_town(tmp_path_factory.mktemp("town") / "town", study_folder)


@pytest.fixture(scope="session")
def town_run(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the invented town."""
    return pipeline.run(town, out=tmp_path_factory.mktemp("town-out") / "town").folder


@pytest.fixture(scope="session")
def study_run(root: Path) -> Path:
    """The output folder of the embedded study, run once into the checkout's own out folder."""
    return pipeline.run(out=root / "out" / "devon-somerset").folder
