"""Runs whose parts are done by a cluster: the same bytes, whatever falls over on the way."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from distributed import LocalCluster

import cluster
import town as anytown
from cluster import stored
from colocate import io, pipeline
from colocate.errors import OutputError
from colocate.pipeline import parts
from colocate.scoring import drawn_networks
from colocate.spread import ALONE, Answered
from loopback import listening

# They look at what listens on the machine, and so must not run beside each other.


@pytest.fixture(scope="module")
def study(town, tmp_path_factory):
    return anytown.copy(town, tmp_path_factory.mktemp("cluster") / "study")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """The town has few sites and draws: cut its work into several parts all the same."""
    monkeypatch.setattr(drawn_networks, "BLOCK", 1)


@pytest.fixture
def work(town_work, tmp_path):
    return cluster.without_parts(town_work, tmp_path / "work")


@pytest.fixture(scope="module")
def alone(town_work):
    return stored(town_work)


def test_after_the_scheduler_was_killed_a_run_goes_on_from_finished_parts(
    study, alone, work, tmp_path, monkeypatch
):
    notes, before = tmp_path / "notes", listening()
    notes.mkdir()
    with cluster.running(tmp_path) as first:
        falls = cluster.EndsScheduler(notes, work / "draws" / parts.SHELF, first.pid, after=2)
        monkeypatch.setattr(drawn_networks, "_block", falls)
        with pytest.raises(OutputError, match="scheduler has gone"):
            pipeline.run(study, out=tmp_path / "out", work=work, workers=first.address)
    assert not (tmp_path / "out").exists()
    with cluster.running(tmp_path) as second:
        pipeline.run(study, out=tmp_path / "out", work=work, workers=second.address)
    done = Counter(note.name.split("-")[0] for note in notes.iterdir())
    assert sorted(done.values()) == [1, 1, 1, 2]  # the third was being done when it all ended
    assert stored(work) == alone
    assert list((work / "draws" / parts.SHELF).iterdir()) == []
    assert list(work.glob(".given-*")) == []
    assert listening() <= before


def test_a_worker_over_its_memory_is_restarted_and_the_bytes_are_the_same(
    study, alone, work, tmp_path, monkeypatch
):
    marker = tmp_path / "marker"
    monkeypatch.setattr(drawn_networks, "_block", cluster.HungryOnce(marker))
    with LocalCluster(
        n_workers=1, threads_per_worker=1, memory_limit="1GB", host="127.0.0.1",
        dashboard_address=None, silence_logs=50,
    ) as local:  # fmt: skip
        pipeline.run(study, out=tmp_path / "out", work=work, workers=local.scheduler_address)
    assert marker.exists()
    assert stored(work) == alone


@pytest.mark.study
def test_the_example_gives_the_same_bytes_in_one_process_on_two_workers_and_on_a_cluster(
    example_run, tmp_path
):
    (one,) = (example_run.parent / ".work").iterdir()
    found = {}
    with cluster.running(tmp_path) as ready:
        for name, workers in (("two", 2), ("cluster", ready.address)):
            work = cluster.without_parts(one, tmp_path / name)
            pipeline.run("example", out=tmp_path / f"{name}-out", work=work, workers=workers)
            found[name] = stored(work)
    assert stored(one) == found["two"] == found["cluster"]


def counted(number, given):
    given.append(number)
    return frame(number)


def frame(number):
    return pd.DataFrame({"number": [number]})


class Doing:
    """Does parts in this process, but is not what does them in a run of one."""

    def each(self, function, listed, /, *, given):
        return ALONE.each(function, listed, given=given)


def asked(folder, listed, calls, *, key="k" * 64):
    with parts.kept(Doing(), shelf=folder, key=key) as by:
        found = {each.name: each for each in by.each(counted, listed, given=calls)}
        raise KeyError(found)


def found_of(folder, listed, calls, **of):
    with pytest.raises(KeyError) as broken:
        asked(folder, listed, calls, **of)
    return {name: int(each.answer["number"].iloc[0]) for name, each in broken.value.args[0].items()}


def test_a_part_is_done_once_however_often_its_stage_is_broken_off(tmp_path):
    calls = []
    assert found_of(tmp_path, {"a": 1}, calls) == {"a": 1}
    assert found_of(tmp_path, {"a": 1, "b": 2}, calls) == {"a": 1, "b": 2}
    assert calls == [1, 2]


def test_a_stage_of_another_key_finds_none_of_them(tmp_path):
    calls = []
    found_of(tmp_path, {"a": 1}, calls)
    found_of(tmp_path, {"a": 1}, calls, key="l" * 64)
    assert calls == [1, 1]


def test_a_kept_part_that_was_altered_is_done_again(tmp_path):
    calls = []
    found_of(tmp_path, {"a": 1}, calls)
    (file,) = tmp_path.glob(f"{parts.SHELF}/*.parquet")
    io.write_frame(frame(99), file)
    assert found_of(tmp_path, {"a": 1}, calls) == {"a": 1}
    assert calls == [1, 1]


def test_a_part_that_failed_is_not_kept(tmp_path):
    def fails(*_):
        raise OutputError("no")

    with parts.kept(Doing(), shelf=tmp_path, key="k" * 64) as by:
        (only,) = by.each(fails, {"a": 1}, given=None)
        assert isinstance(only, Answered)
        assert isinstance(only.fault, OutputError)
        assert list(tmp_path.glob(f"{parts.SHELF}/*")) == []
    assert list(tmp_path.glob(f"{parts.SHELF}/*")) == []
