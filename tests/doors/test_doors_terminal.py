"""What people see on a terminal: tables that fit, bars for a long run."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from colocate import cli
from colocate.cli.bars import Bars, say, told_on_stderr
from colocate.cli.terminal import MOST_ROWS, show
from colocate.progress import SILENT, Lines, progress_to


def shown(frame, *, width, wraps=False):
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    assert show(frame, wraps=wraps, console=console) == 0
    return console.file.getvalue()


def test_a_table_shows_the_columns_that_fit_and_says_how_many_do_not():
    frame = pd.DataFrame({name: ["x" * 18] for name in ("a", "b", "c")})
    told = shown(frame, width=40).splitlines()
    assert told[0].split() == ["a", "b"]
    assert told[-1].startswith("2 of 3 columns; ")


def test_a_long_table_is_cut_and_says_so():
    told = shown(pd.DataFrame({"n": range(MOST_ROWS + 5)}), width=80)
    assert f"{MOST_ROWS} of {MOST_ROWS + 5} rows; " in told


def test_sentences_are_wrapped_whole():
    told = shown(
        pd.DataFrame({"id": [1], "meaning": ["one two three " * 10]}), width=40, wraps=True
    )
    assert told.split().count("three") == 10


def test_a_name_can_steer_no_terminal_and_is_no_markup():
    told = shown(pd.DataFrame({"name": ["\x1b[2J[bold]\x9bA\nB"]}), width=80)
    assert "[2J[bold]" in told
    assert {"\x1b[2J", "\x9b"}.isdisjoint(
        {told[i : i + n] for i in range(len(told)) for n in (1, 4)}
    )
    assert "A B" in told


def test_what_is_unknown_is_left_empty():
    told = shown(pd.DataFrame({"a": ["x", None], "b": [None, 1.5]}), width=80).splitlines()
    assert [line.split() for line in told[2:4]] == [["x"], ["1.5"]]


@given(
    st.lists(st.text(max_size=60), min_size=1, max_size=6, unique=True),
    st.text(max_size=60),
    st.integers(20, 120),
)
@settings(max_examples=50)
def test_no_table_is_wider_than_the_terminal(names, value, width):
    told = shown(pd.DataFrame({name: [value] for name in names}), width=width)
    lines = [line for line in told.splitlines() if "gives all" not in line]
    assert max(cell_len(line.rstrip()) for line in lines) <= width


def test_lines_tell_stages_and_each_fifth_of_a_count():
    told = []
    progress = progress_to(told.append)
    progress.stage("draws", number=2, of=9)
    for done in range(1, 51):
        progress.advance(done, 50, what="networks")
    progress.line("done")
    fifths = [f"  {n} of 50 networks" for n in (10, 20, 30, 40, 50)]
    assert told == ["[2/9] draws …", *fifths, "done"]


@given(st.integers(1, 60))
def test_a_long_count_is_told_five_times_and_a_short_one_never(total):
    told = []
    for done in range(1, total + 1):
        Lines(told.append).advance(done, total, what="networks")
    last = f"  {total} of {total} networks"
    assert (len(told), told[-1:]) == ((5, [last]) if total >= 20 else (0, []))


def test_a_progress_is_taken_as_it_is():
    assert progress_to(SILENT) is SILENT


def test_bars_show_stages_and_the_count_of_a_long_one():
    told = Bars(Console(file=io.StringIO(), width=100))
    told.stage("draws", number=2, of=9)
    told.advance(5, 50, what="networks")
    (stage,), (work,) = told.stages.tasks, told.work.tasks
    assert (stage.description, stage.completed, stage.total) == ("draws", 1, 9)
    assert (work.description, work.completed, work.total) == ("networks", 5, 50)
    told.line("[2/9] draws: 3.0 s")
    assert told.work.tasks == []
    assert "[2/9] draws: 3.0 s" in told.console.file.getvalue()


def test_quiet_is_silent(capsys):
    with told_on_stderr(quiet=True) as progress:
        progress.line("x")
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
def test_on_a_terminal_show_draws_a_table(town_run):
    import pty

    master, end = pty.openpty()
    words = [sys.executable, "-m", "colocate.cli", "show", "scores", "--run", str(town_run)]
    with subprocess.Popen(words, stdout=end, stderr=subprocess.DEVNULL):
        os.close(end)
        told = b""
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while piece := os.read(master, 4096):
                told += piece
    os.close(master)
    assert "─" in told.decode()
    assert b"option_id" in told


def test_piped_show_is_csv(town_run, capsys):
    assert cli.main(["show", "scores", "--run", str(town_run)]) == 0
    assert capsys.readouterr().out.startswith("option_id,")


@pytest.mark.parametrize("steering", ["\x1b]0;owned\x07", "\x9b2J", "\r", "\u202e", "\u2066"])
def test_no_message_steers_a_terminal(steering, capsys):
    say(f"column 'name': {steering}station\tF1\n  row 2")
    told = capsys.readouterr().err
    assert not set(steering) & set("\x1b\x07\x9b\r\u202e\u2066") & set(told)
    assert "station\tF1\n  row 2" in told


def test_a_fault_of_a_hostile_file_steers_no_terminal(tmp_path, capsys):
    assert cli.main(["run", str(tmp_path / "\x1b[2Jstudy.toml")]) != 0
    told = capsys.readouterr().err
    assert "study.toml" in told
    assert "\x1b" not in told
