"""Run a module's tests on one version of it after another; a program of `test_soak_mutants`.

Each version is tested in a fork of this process, which holds the heavy libraries already but
nothing of colocate. Words: the module's file, then pytest's. In: a version a line, as JSON. Out:
whether its tests pass, a line each.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import geopandas  # noqa: F401 - loaded once for all versions, as the next five
import hypothesis  # noqa: F401
import pandera.pandas  # noqa: F401
import pydantic  # noqa: F401
import pytest
import scipy.stats  # noqa: F401

RUN_S = int(os.environ.get("SOAK_RUN_S", "60"))
"""A version that takes as long has lost its way, which its tests would show."""


def test(words: list[str]) -> int:
    """Run pytest in a fork, its output thrown away; return how that ended."""
    if child := os.fork():
        return os.waitpid(child, 0)[1]
    signal.alarm(RUN_S)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os._exit(int(pytest.main(words)))


def main(file: Path, words: list[str]) -> None:
    """Test every version given."""
    for line in sys.stdin:
        file.write_text(json.loads(line), encoding="utf-8")
        print(json.dumps(test(words) == 0), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
