"""What every test may ask for: the source material, the embedded study's run, a browser."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from colocate import pipeline
from town import write as write_town

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
ON_CI = os.environ.get("CI") == "true"

hypothesis.settings.register_profile("colocate", deadline=None, derandomize=ON_CI, max_examples=50)
hypothesis.settings.load_profile("colocate")  # a law fails by what it says, never by its time


OUT = str(ROOT / "out")


def _leaves_out_alone(event: str, given: tuple[object, ...]) -> None:
    """Refuse whatever would read or write the checkout's `out`: a person's own runs lie there.

    A name without a folder is passed over, since it may be one of an open folder's.
    """
    if event not in {
        "open",
        "os.listdir",
        "os.scandir",
        "os.mkdir",
        "os.rename",
        "os.remove",
        "os.rmdir",
    }:
        return
    for path in given[:2]:
        name = os.fspath(path) if isinstance(path, os.PathLike) else path
        if isinstance(name, str) and os.sep in name:
            place = os.path.abspath(name)  # noqa: PTH100 - paths are slow, and this is every open
            if place == OUT or place.startswith(OUT + os.sep):
                raise AssertionError(f"a test touched {place}: give the run an `out` of its own")


sys.addaudithook(_leaves_out_alone)


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


TOGETHER = {"test_doors_sweep": "test_doors_cluster", "test_doors_share": "test_doors_cluster"}
"""Files that stay on one worker: they look at what listens, and so must not run side by side."""

LONGEST = (
    "test_candidates_study",  # makes the study's run
    "test_doors_cluster", "test_doors_sweep", "test_starting_shared", "test_publish_study",
    "test_notebooks", "test_study_case", "test_travel_study", "test_doors_bad_input",
)  # fmt: skip
"""Files that begin first, so that no worker is left alone with one at the end."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Keep a file's tests to one worker, since they share what they make: `--dist loadgroup`.

    The plugin's own groups come to nothing under pytest 9, whose ids cannot be added to.
    """
    from xdist.scheduler import LoadGroupScheduling

    if config.getoption("dist") != "loadgroup":
        return None

    class ByFile(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.partition("::")[0]).stem
            if file.startswith("test_soak") and file != "test_soak_kill":
                return nodeid  # long ones, which share nothing
            return TOGETHER.get(file, file)

    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest; skip `shared` tests where there is no material (not on CI)."""
    rank = {file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))
    if _shared().is_dir():
        return
    skip = pytest.mark.skip(reason="source material (../shared/data) is not here")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def once(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str, Callable[[Path], object]], Path]:
    """Make a folder once for all workers: `once(name, make)` calls `make` where it is not there."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, whole = base / name, base / f"{name}.whole"
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                make(folder)
                whole.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def town(once: Callable[..., Path], study_folder: Path) -> Path:
    """The invented town's study folder. Copy it before changing anything in it."""
    return once("town", lambda folder: write_town(folder, study_folder))


@pytest.fixture(scope="session")
def town_run(once: Callable[..., Path], town: Path) -> Path:
    """The output folder of the invented town; the lines that its run told lie beside it."""

    def make(folder: Path) -> None:
        told: list[str] = []
        pipeline.run(town, out=folder / "town", progress=told.append)
        (folder / "told.txt").write_text("\n".join(told), encoding="utf-8")

    return once("town-run", make) / "town"


@pytest.fixture(scope="session")
def town_work(town_run: Path) -> Path:
    """The stages stored by the invented town's run. Copy them: a changed town goes on from them."""
    return town_run.parent / ".work" / "town"


@pytest.fixture(scope="session")
def example_run(once: Callable[..., Path]) -> Path:
    """The output folder of the embedded example; its stored stages are in `.work` beside it."""
    return once("example-run", lambda f: pipeline.run("example", out=f / "example")) / "example"


@pytest.fixture(scope="session")
def study_run(once: Callable[..., Path]) -> Path:
    """The output folder of the embedded study: `out/devon-somerset` in a folder of its own."""
    out = Path("out", "devon-somerset")
    return once("study-run", lambda folder: pipeline.run(out=folder / out)) / out
