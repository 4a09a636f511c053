"""The tests notice a slip in the modules that decide numbers.

Each module is changed in one place at a time in a copy of the package, and its own tests are run
on that. A mutant that they pass is told in the test's output; some are no slip at all (nothing
can tell them from the module), so not all can be killed.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from campaign import SEED, draws, size
from mutants import mutants

pytestmark = pytest.mark.soak

MOST = size("mutants", 1000)
"""Of one module; where there are more, that many are drawn."""

RUN_S = 300
"""A mutant that runs as long has lost its way, which the tests would show."""

MODULES = {
    "choice/breakeven": (["choice/test_choice_breakeven.py"], 0.8),
    "choice/scoring": (["choice/test_choice_scoring.py"], 0.8),
    "choice/standing": (
        ["choice/test_choice_robustness.py", "choice/test_choice_breakeven.py"],
        0.8,
    ),
    "options/discounting": (["options/test_options_money_present.py"], 0.8),
    "options/pence": (["options/test_options_money_present.py"], 0.8),
    "options/reach": (["options/test_options_cover.py", "options/test_options_effects.py"], 0.8),
}
"""The tests of each module, and the share of mutants that they must kill at least."""


@pytest.fixture
def package(root, tmp_path):
    """A copy of the package, compiled, to be imported in place of the installed one."""
    copy = tmp_path / "src" / "colocate"
    shutil.copytree(root / "src" / "colocate", copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert compileall.compile_dir(copy, quiet=2, workers=1)
    return copy


def passed(tests, *, root, package):
    """Run tests on the copied package; say whether they all pass."""
    words = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not shared and not study", "--noconftest",
             "-o", "pythonpath=tests", "--hypothesis-seed=0", f"--rootdir={root}"]  # fmt: skip
    where = {"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words, *(f"tests/{test}" for test in tests)],
            cwd=root, env={**os.environ, **where}, timeout=RUN_S, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False, "took too long"
    return done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.parametrize("module", MODULES)
def test_the_tests_notice_a_slip(root, package, module):
    tests, least = MODULES[module]
    file = package / f"{module}.py"
    source = file.read_text(encoding="utf-8")
    made = list(mutants(source))
    order = draws(f"mutants {module}", 0).permutation(len(made))[:MOST]
    # That the copy is what is tested: broken, it fails; whole, it passes.
    file.write_text("raise RuntimeError('the copy')", encoding="utf-8")
    Path(cache_from_source(str(file))).unlink()
    assert "RuntimeError: the copy" in passed(tests, root=root, package=package)[1]
    file.write_text(source, encoding="utf-8")
    whole, said = passed(tests, root=root, package=package)
    assert whole, said
    survived = []
    for number in sorted(order):
        what, changed = made[number]
        file.write_text(changed, encoding="utf-8")
        if passed(tests, root=root, package=package)[0]:
            survived.append(what)
    killed = 1 - len(survived) / len(order)
    told = "\n  ".join([f"{module}: {killed:.0%} of {len(order)} mutants killed; passed by:",
                        *survived])  # fmt: skip
    print(told)  # noqa: T201 - pytest keeps it, and shows it with -rP
    assert killed >= least, f"SOAK_SEED={SEED}: {told}"
