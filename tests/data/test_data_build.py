"""The build makes what is committed, and refuses what it was not made for."""

import shutil
import subprocess
import sys

import pytest


@pytest.fixture
def build(root):
    script = str(root / "data" / "build" / "build.py")

    def run(shared, *options):
        command = [sys.executable, script, "--shared", str(shared), "--check", *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def tampered(shared_data, tmp_path):
    changed = tmp_path / "estates" / "fire_sites_evidence.csv"
    changed.parent.mkdir()
    shutil.copyfile(shared_data / "estates" / changed.name, changed)
    with changed.open("a") as file:
        file.write("\n")
    return tmp_path


@pytest.mark.shared
def test_the_build_makes_what_is_committed(build, shared_data):
    done = build(shared_data, "--without-roads")
    assert done.returncode == 0, done.stderr


@pytest.mark.shared
def test_a_changed_source_is_refused(build, tampered):
    done = build(tampered)
    assert done.returncode == 1
    assert "fire_sites_evidence.csv: SHA-256 is" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_sources_are_named(build, tmp_path):
    done = build(tmp_path)
    assert done.returncode == 1
    assert "missing. Give the source material with --shared" in done.stderr
