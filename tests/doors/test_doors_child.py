"""How a process beside a run is begun, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from colocate.pipeline import child

linux = pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux alone")

SCRIPT = """
import os, sys
from colocate.pipeline import child

def echoed(handed, answers):
    print("a library says something")
    for line in handed:
        answers.write(f"{os.getpid()} ".encode() + line)
        answers.flush()

assert child.can_be_copied()
begun = child.Copy(echoed)
begun.to.write(b"hello\\n")
begun.to.flush()
pid, said = begun.answers.readline().split()
print(pid.decode(), os.getpid(), said.decode(), flush=True)
"""


def ran(script, **how):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=env, **how)


def ends(pid, within_s=60):
    for _ in range(within_s * 20):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def echo(handed, answers):
    for line in handed:
        answers.write(line)
        answers.flush()


@linux
def test_a_process_that_has_just_begun_is_copied():
    process = ran(SCRIPT + "begun.kill()\nbegun.wait()\n", stderr=subprocess.PIPE)
    out, err = process.communicate()
    assert process.returncode == 0, err
    [line] = out.decode().splitlines()  # what the copy prints is not between the data
    pid, own, said = line.split()
    assert said == "hello"
    assert pid != own
    assert b"a library says something" in err


def test_a_process_that_has_read_tables_is_not_copied_but_begins_a_new_one():
    assert not child.can_be_copied()
    begun = child.New(echo)
    begun.to.write(b"hello\n")
    begun.to.flush()
    assert begun.answers.readline() == b"hello\n"
    begun.kill()
    for stream in (begun.to, begun.answers):
        stream.close()
    begun.wait()


@linux
@pytest.mark.parametrize("ending", ["", "import signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_a_copy_ends_with_the_process_that_it_serves(ending):
    process = ran(SCRIPT + ending)
    pid = int(process.communicate()[0].split()[0])
    assert process.returncode == (-signal.SIGKILL if ending else 0)
    assert ends(pid)
