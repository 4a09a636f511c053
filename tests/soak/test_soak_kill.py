"""A run killed at any moment leaves the old run or the new one, and the next run completes it.

Half the kills strike just before the n-th time the process asks the system to make, open for
writing, rename or remove a file (an audit hook counts them), so that they fall between any two
steps of publishing too; the other half by the clock, in the middle of anything.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest
from campaign import SEED, assert_whole, changed, draws, manifest, quicken, size

import town as anytown

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows"),
]

ROUNDS = size("kills", 16)
"""Studies run to the end, each after up to three killed runs."""

STRIKE = """
import os, signal, sys

AT, SEEN = int(sys.argv.pop(1)), 0
CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir"}

def count(event, given):
    global SEEN
    writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
    if writes or event in CHANGES:
        SEEN += 1
        if SEEN == AT:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
from colocate.cli import main
code = main()
print(SEEN)
sys.exit(code)
"""


def run(folder, *, at=0, seconds=None):
    """Run the study in `folder`; kill it before its `at`-th change on disk or after `seconds`."""
    words = ["run", "study", "--out", "out", "--work", "work", "--quiet"]
    with subprocess.Popen(
        [sys.executable, "-c", STRIKE, str(at), *words],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            told, said = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            told, said = process.communicate()
    assert process.returncode in {0, -9}, said
    return process.returncode == 0, told


@pytest.fixture(scope="module")
def place(town, tmp_path_factory):
    """A folder with the study, an older run of it, and an uninterrupted run to compare with."""
    place = tmp_path_factory.mktemp("kill")
    study = anytown.copy(town, place / "before" / "study")
    quicken(study)
    run(place / "before")
    shutil.copytree(place / "before", place / "after")
    sites = (study / "sites.csv").read_text(encoding="utf-8")
    (place / "after" / "study" / "sites.csv").write_text(
        sites.replace("North Fire Station", "Northern Fire Station"), encoding="utf-8"
    )
    clock = time.monotonic()
    done, told = run(place / "after")
    assert done
    (place / "seconds").write_text(str(time.monotonic() - clock))
    (place / "changes").write_text(told.split()[-1])
    assert manifest(place / "before" / "out") != manifest(place / "after" / "out")
    return place


def check(folder, *, old, new):
    """The output folder is one of the two runs; nothing else lies about but what is told of."""
    out, previous = folder / "out", folder / ".out.previous"
    others = {path.name for path in folder.iterdir() if not path.name.startswith(".out.")}
    assert others <= {"study", "out", "work"}
    found = out if out.exists() else previous  # between the two renames
    assert_whole(found)
    assert manifest(found) in (old, new)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_killed_run_leaves_a_whole_one_and_the_next_completes(place, tmp_path, number):
    random = draws("kill", number)
    changes = int((place / "changes").read_text())
    seconds = float((place / "seconds").read_text())
    old, new = (manifest(place / name / "out") for name in ("before", "after"))
    folder = tmp_path / "town"
    shutil.copytree(place / "before", folder)
    shutil.copytree(place / "after" / "study", folder / "study", dirs_exist_ok=True)
    moments = []
    for _ in range(int(random.integers(1, 4))):
        if random.random() < 0.5:
            how = {"at": int(random.integers(1, changes + 1))}
        else:
            how = {"seconds": float(random.uniform(0, seconds))}
        moments.append(how)
        done, _ = run(folder, **how)
        where = f"SOAK_SEED={SEED}, round {number}, killed at {moments}"
        try:
            check(folder, old=old, new=new)
        except (AssertionError, OSError) as fault:
            raise AssertionError(where) from fault
        if done:
            break
    done, said = run(folder)
    assert done, (where, said)
    assert_whole(folder / "out")
    assert changed(manifest(folder / "out"), new) == [], where
    assert not (folder / ".out.previous").exists(), where
