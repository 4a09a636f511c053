from __future__ import annotations

import os
import subprocess
import sys

import pandas as pd
import pytest

from colocate.tables import each
from colocate.tables.rows import Partner

LOOP = """\
from colocate.tables.rows import Option
from colocate.tables.schema import each
for option in each(Option, None):
    option.travel_time_s / 60
    option.travel_times_s / 60
    option.title.upper()
    option.function.upper()
    isinstance(option.function, str) and option.function.upper()
"""


@pytest.fixture(scope="module")
def found(root, tmp_path_factory):
    """What mypy, set up as for the code, finds in the loop above: messages by line of it."""
    folder = tmp_path_factory.mktemp("mypy")
    loop = folder / "loop.py"
    loop.write_text(LOOP, encoding="utf-8")
    tables = root / "src" / "colocate" / "tables"
    told = subprocess.run(
        [sys.executable, "-m", "mypy", "--follow-imports", "skip", "--cache-dir", folder / "cache",
         loop, tables / "rows.py", tables / "schema.py"],
        cwd=root, env=os.environ | {"MYPYPATH": str(root / "src")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    errors = [row.split(":", 2) for row in told.stdout.splitlines() if "loop.py:" in row]
    assert errors, told.stdout + told.stderr
    return {LOOP.splitlines()[int(line) - 1].strip(): message for _, line, message in errors}


def test_the_row_classes_say_what_the_tables_say(root):
    script = root / "docs" / "house" / "rows.py"
    told = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_mypy_refuses_a_misspelt_column(found):
    assert "option.travel_time_s / 60" not in found
    message = found["option.travel_times_s / 60"]
    assert 'error: "Option" has no attribute "travel_times_s"' in message


def test_mypy_refuses_to_take_a_text_for_granted_that_may_be_unknown(found):
    assert "option.title.upper()" not in found
    message = found["option.function.upper()"]
    assert 'error: Item "float" of "str | float" has no attribute "upper"' in message
    assert "isinstance(option.function, str) and option.function.upper()" not in found


def test_rows_come_with_their_columns_and_without_the_index():
    frame = pd.DataFrame({"body_id": ["FIRE", "PC"], "votes": [2.0, 1.0]}, index=[7, 9])
    rows = list(each(Partner, frame))
    assert [(row.body_id, row.votes) for row in rows] == [("FIRE", 2.0), ("PC", 1.0)]
    assert rows[0] == ("FIRE", 2.0)
