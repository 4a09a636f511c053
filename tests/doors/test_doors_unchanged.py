"""A run in which nothing has changed: what it loads, what it says, and when it does not stand."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest
from test_doors_bad_input import edit

import colocate as cl
from colocate.errors import ReadinessError


def test_an_unchanged_run_says_all_and_loads_no_library_of_tables(town_run, town):
    heavy = "pandas geopandas numpy pyarrow shapely pyproj folium"
    code = (
        "import sys\nimport colocate as cl\n"
        f"cl.run({str(town)!r}, out={str(town_run)!r}, progress=print)\n"
        f"print(sorted(set({heavy.split()!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said = done.stdout.splitlines()
    assert said[-1] == "[]"
    assert any(line.endswith("report and shortlists: unchanged") for line in said)
    issues = pd.read_csv(town_run / "issues.csv")
    assert any(line.startswith(f"{len(issues)} issues: ") for line in said)


def test_what_was_run_in_spite_of_a_gap_does_not_stand_for_a_run_that_may_not(study, tmp_path):
    edit(study, lambda rows: [{**row, "crewing": ""} for row in rows])
    cl.run(study, out=tmp_path / "out", anyway=True)
    with pytest.raises(ReadinessError):
        cl.run(study, out=tmp_path / "out")
    again = cl.run(study, out=tmp_path / "out", anyway=True)
    assert all(step.found for step in again.steps)
