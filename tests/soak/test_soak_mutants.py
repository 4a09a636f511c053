"""The tests notice a slip in the modules that decide numbers.

Each module is changed in one place at a time in a copy of the package, and its own tests are run
on that. A mutant that they pass is told in the test's output; some are no slip at all (nothing
can tell them from the module), so not all can be killed.
"""

from __future__ import annotations

import compileall
import os
import shutil

import pytest
from campaign import SEED, draws, size
from mutants import mutants, passing

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system"),
]

MOST = size("mutants", 1000)
"""Of one module; where there are more, that many are drawn."""

MODULES = {
    "money/discounting": (["money/test_money_present.py"], 0.9),
    "money/pence": (["money/test_money_present.py"], 0.8),
    "scoring/breakeven": (["scoring/test_scoring_breakeven.py"], 0.65),
    "scoring/scoring": (["scoring/test_scoring.py"], 0.8),
    "travel/kernel/nearest": (
        ["impact/test_impact_cover.py", "impact/test_impact_effects.py"],
        0.8,
    ),
}
"""The tests of each module, and the share of mutants that they must kill at least."""


@pytest.fixture
def package(root, tmp_path):
    """A copy of the package, compiled, to be imported in place of the installed one."""
    copy = tmp_path / "src" / "colocate"
    shutil.copytree(root / "src" / "colocate", copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert compileall.compile_dir(copy, quiet=2, workers=1)
    return copy


@pytest.mark.parametrize("module", MODULES)
def test_the_tests_notice_a_slip(root, package, module):
    tests, least = MODULES[module]
    file = package / f"{module}.py"
    source = file.read_text(encoding="utf-8")
    every = list(mutants(source))
    drawn = draws(f"mutants {module}", 0).permutation(len(every))[:MOST]
    made = [every[number] for number in sorted(drawn)]
    broken, whole, *passed = passing(
        ["raise RuntimeError", source, *(changed for _, changed in made)],
        file=file, package=package, root=root, tests=[root / "tests" / test for test in tests],
    )  # fmt: skip
    assert (broken, whole) == (False, True), "the copy is what is tested, and it passes"
    survived = [what for (what, _), alive in zip(made, passed, strict=True) if alive]
    killed = 1 - len(survived) / len(made)
    told = "\n  ".join([f"{module}: {killed:.0%} of {len(made)} mutants killed; passed by:",
                        *survived])  # fmt: skip
    print(told)  # noqa: T201 - pytest keeps it, and shows it with -rP
    assert killed >= least, f"SOAK_SEED={SEED}: {told}"
