"""Each clause of the report and the letter: its command, run on the embedded study."""

import csv
import re
import shlex
from pathlib import Path

import pytest

from colocate.cli import main

pytestmark = pytest.mark.study

ROOT = Path(__file__).resolve().parents[2]
CLAUSES = list(csv.DictReader((ROOT / "docs" / "clauses.csv").open(encoding="utf-8", newline="")))
SHOWN = [row for row in CLAUSES if row["command"]]
OF_A_STUDY = {"scenarios"}
"""Commands that read the study, not a run."""


@pytest.fixture(scope="module")
def said():
    """What each command has said, so that none is run twice."""
    return {}


def answer(command, folder, out):
    """Run a command on a run as a pipe would; return what it wrote into files, if any."""
    if not command.startswith("colocate "):
        return (folder / command).read_text(encoding="utf-8-sig")
    verb, *words = shlex.split(command)[1:]
    where = [] if verb in OF_A_STUDY else ["--run", str(folder)]
    if verb == "case":
        where += ["--out", str(out)]
    assert main([verb, *words, *where]) == 0
    return "".join(path.read_text(encoding="utf-8") for path in sorted(out.glob("**/*.html")))


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: f"{row['clause']}: {row['asks'][:40]}")
def test_the_command_of_each_clause_shows_what_it_asks_about(
    row, study_run, said, tmp_path, capsys
):
    command = row["command"]
    if command not in said:
        files = answer(command, study_run, tmp_path)
        told = capsys.readouterr()
        said[command] = files + told.out + told.err
    for wanted in filter(None, row["shows"].split(" && ")):
        assert re.search(wanted, said[command]), (command, wanted)
