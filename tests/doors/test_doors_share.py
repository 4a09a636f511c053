"""Workers that do not see the work folder, and a dashboard for who asks for one."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request

import fsspec
import numpy as np
import pytest
from fsspec.registry import known_implementations

import cluster
import town as anytown
from cluster import stored
from colocate import cli, handed, pipeline, spread
from colocate.errors import InputError, OutputError
from colocate.scoring import drawn_networks
from colocate.spread import Workers
from loopback import listening
from of_a_part import added

# They look at what listens on the machine, and so must not run beside each other.


@pytest.fixture
def share(tmp_path):
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A place for temporary files that is as empty as another machine's."""
    own = tmp_path / "machine"
    own.mkdir()
    monkeypatch.setattr(handed.tempfile, "tempdir", str(own))
    return own


@pytest.fixture
def ready(share):
    with handed.passing(None, share=str(share)) as ready:
        yield ready


def copies(machine):
    return list(machine.glob("colocate-*/*.mapped"))


def test_a_run_on_workers_that_do_not_see_the_work_folder_stores_the_same_bytes(
    town, town_work, share, tmp_path, monkeypatch
):
    monkeypatch.setattr(drawn_networks, "BLOCK", 1)
    study = anytown.copy(town, tmp_path / "here" / "study")
    work = cluster.without_parts(town_work, tmp_path / "here" / "work")
    with cluster.running(tmp_path, hidden=tmp_path / "here") as far:
        with pytest.raises(InputError, match="--share"):  # they are refused what lies here
            pipeline.run(study, out=tmp_path / "out", work=work, workers=far.address)
        told = Workers(far.address, share=share.as_uri())
        pipeline.run(study, out=tmp_path / "out", work=work, workers=told)
    assert stored(work) == stored(town_work)
    assert list(share.iterdir()) == []
    assert list(tmp_path.glob("of-the-worker/colocate-*/*")) == []


def test_what_is_shared_is_fetched_once_and_mapped(ready, machine, monkeypatch):
    given = ready.give({"a": np.arange(5), "b": "text"})
    brought = []
    monkeypatch.setattr(handed, "_bring", lambda *of, do=handed._bring: brought.append(do(*of)))
    for _ in range(2):
        handed.received.cache_clear()
        handed.read_mapped.cache_clear()
        found = handed.received(given)
        assert found["b"] == "text"
        np.testing.assert_array_equal(found["a"], np.arange(5))
    assert len(brought) == len(copies(machine)) == 1
    handed.forget(given)
    assert copies(machine) == []


def test_a_copy_that_was_altered_is_fetched_again(ready, machine):
    given = ready.give([1, 2])
    handed.received(given)
    (copy,) = copies(machine)
    copy.write_bytes(b"altered")
    handed.received.cache_clear()
    handed.read_mapped.cache_clear()
    assert handed.received(given) == [1, 2]


def test_what_is_not_what_was_written_is_refused_before_it_is_read(ready, share, machine):
    given = ready.give([1, 2])
    (file,) = share.glob("*/*.mapped")
    file.write_bytes(b"cos\nsystem\n(S'touch hacked'\ntR.")
    with pytest.raises(InputError, match="not what was written"):
        handed.received(given)
    assert copies(machine) == []


def test_a_worker_says_that_it_cannot_fetch(ready, machine):
    given = ready.give(1)
    ready.take_back(given)
    with pytest.raises(InputError, match=r"cannot fetch what it needs \(FileNotFoundError"):
        handed.received(given)
    assert copies(machine) == []


@pytest.mark.usefixtures("machine")
def test_a_cache_that_others_may_write_is_refused(ready):
    given = ready.give(1)
    handed._cache().chmod(0o777)
    with pytest.raises(InputError, match="others may write there"):
        handed.received(given)


@pytest.mark.usefixtures("machine")
def test_what_killed_runs_left_a_day_ago_goes_at_both_ends(share):
    old, new = (share / f"{handed.LEFT}{int(time.time() - age)}-x" for age in (90_000, 3_600))
    for folder in (old, new):
        folder.mkdir()
        (folder / "1.mapped").touch()
    stale = handed._cache() / "stale.mapped"
    stale.touch()
    os.utime(stale, (0, 0))
    with handed.passing(None, share=str(share)) as ready:
        assert set(share.iterdir()) - {new} == {share / ready.folder.rpartition("/")[2]}
        handed.received(ready.give(1))
    assert list(share.iterdir()) == [new]
    assert not stale.exists()


def test_any_file_system_does():
    memory = fsspec.filesystem("memory")
    memory.mkdirs("/shared", exist_ok=True)
    with handed.passing(None, share="memory://shared") as ready:
        given = ready.give(np.arange(3))
        assert given.where.startswith("memory://")
        np.testing.assert_array_equal(handed.received(given), np.arange(3))
        handed.forget(given)
    assert memory.ls("/shared") == []


@pytest.mark.parametrize(
    ("url", "kind", "told"),
    [
        ("nothing://x/y", InputError, "Protocol not known"),
        ("s3://key:secret@bucket/x", InputError, "may not say a password"),
        ("file:///nowhere/at/all", OutputError, "Name a folder that exists"),
    ],
)
def test_a_folder_that_cannot_be_shared_is_refused_in_words(url, kind, told):
    with pytest.raises(kind, match=told) as fault, handed.passing(None, share=url):
        pass
    assert "secret" not in str(fault.value).replace("secrets", "")


def test_a_protocol_whose_package_is_missing_is_said(monkeypatch):
    monkeypatch.setitem(known_implementations, "far",
                        {"class": "not_there.Far", "err": "Install not_there"})  # fmt: skip
    with (
        pytest.raises(InputError, match="Install not_there"),
        handed.passing(None, share="far://x"),
    ):
        pass


def test_a_folder_without_the_right_to_write_is_said(monkeypatch):
    def refuses(*_, **__):
        raise PermissionError("Access Denied")

    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "pipe_file", refuses)
    with (
        pytest.raises(OutputError, match=r"cannot be written \(PermissionError: Access Denied"),
        handed.passing(None, share="memory://x"),
    ):
        pass


def test_the_command_line_refuses_with_the_exit_code_of_the_fault(town, tmp_path):
    words = ["run", str(town), "--out", str(tmp_path / "o"), "--work", str(tmp_path / "w")]
    assert cli.main([*words, "--workers", "2", "--share", "nothing://x"]) == 12
    assert cli.main([*words, "--workers", "2", "--share", "file:///nowhere/at/all"]) == 19
    assert cli.main([*words, "--share", str(tmp_path)]) == 12


def test_local_workers_take_what_is_shared_too(share):
    with spread.spread(Workers(2, share=str(share))) as ready:
        answers = ready.each(added, {"a": 1, "b": 2}, given={"offset": 10})
        assert spread.gathered(answers, ["b", "a"]) == [12, 11]
    assert list(share.iterdir()) == []


class Said:
    """Keeps what a run says."""

    def __init__(self):
        self.lines = []

    def line(self, text, /):
        self.lines.append(text)


def status(port):
    """What a web server answers of Dask's first page; None if there is no server."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as fault:
        return fault.code
    except OSError:
        return None


def test_a_dashboard_listens_on_request_alone():
    before, said = listening(), Said()
    with spread.spread(2, progress=said) as ready:
        told = ready._client.scheduler_info()
        assert status(told["services"]["dashboard"]) is None
        ports = [worker["services"]["dashboard"] for worker in told["workers"].values()]
        assert [status(port) for port in ports] == [404, 404]
    assert said.lines == []
    with spread.spread(Workers(2, dashboard=True), progress=said):
        (line,) = said.lines
        assert status(line.rpartition(":")[2].partition("/")[0]) == 200
        assert {host for host, _ in listening() - before} == {"127.0.0.1"}
    assert listening() <= before


def test_without_bokeh_a_dashboard_is_refused_in_words(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "bokeh", None)
    with (
        pytest.raises(InputError, match=r"colocate\[dashboard\]"),
        spread.spread(Workers(2, dashboard=True)),
    ):
        pass
