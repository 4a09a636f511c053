"""Once installed, colocate has compiled whatever a study compiles."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

COUNTED = """
import gc, json
from numba.core.dispatcher import Dispatcher
from colocate import pipeline
from colocate.pipeline.stages import STAGES
from colocate.pipeline.warm import warm

def compiled():
    ours = (each for each in gc.get_objects() if isinstance(each, Dispatcher))
    ours = [each.py_func for each in ours if each.py_func.__module__.startswith("colocate.")
            for _ in each.signatures]
    return sorted(f"{each.__module__}.{each.__name__}" for each in ours)

warm()
before = compiled()
pipeline.tables_until(pipeline.locate("example"), STAGES[-1].makes[0])
print(json.dumps([before, compiled()]))
"""


# numba is an extra of users; the `test` extra has it, so CI never skips this.
@pytest.mark.skipif(find_spec("numba") is None, reason="nothing is compiled without numba")
def test_a_study_compiles_nothing_that_is_not_compiled_beforehand():
    said = subprocess.run(
        [sys.executable, "-c", COUNTED], capture_output=True, text=True, check=True
    )
    before, after = json.loads(said.stdout)
    assert before
    assert after == before
