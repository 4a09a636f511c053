"""Stages made side by side: what comes of a run does not depend on how many processes made it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import town as anytown
from colocate import pipeline
from colocate.errors import ColocateError
from colocate.pipeline import board, code, manifest, runner, store
from colocate.pipeline.stages import STAGES
from colocate.pipeline.telling import Telling, Told
from colocate.pipeline.worker import GoneError


@pytest.fixture
def study(town, tmp_path):
    return anytown.copy(town, tmp_path / "study")


def run(study, folder, processes):
    lines = []
    done = pipeline.run(study, out=folder / "town", processes=processes, progress=lines.append)
    return done, untimed(lines)


def untimed(lines):
    return [line.rpartition(": ")[0] or line for line in lines[:-1]]


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def test_two_processes_write_the_bytes_and_the_lines_of_one(town, town_run, tmp_path):
    together, lines = run(town, tmp_path, 2)
    assert contents(together.folder) == contents(town_run)
    assert lines == untimed((town_run.parent / "told.txt").read_text("utf-8").splitlines())
    assert [step.stage for step in together.steps] == [*(s.name for s in STAGES), "publish"]
    manifests = [manifest.read(folder) for folder in (together.folder, town_run)]
    for each in manifests:
        each.pop("clock")
    assert manifests[0] == manifests[1]


def test_a_run_goes_on_where_a_process_beside_it_ends(town, town_run, tmp_path, monkeypatch):
    class Gone:
        def __init__(self, place, **how):
            pass

        def ahead(self, soon):
            pass

        def make(self, *_, **__):
            raise GoneError

        def hand(self, share, _):
            for begun in ("study.gpkg", "sheets open", "agents", "tables bodies.parquet"):
                (share.taken / begun).touch()
            return self.make

        def end(self):
            pass

    monkeypatch.setattr(board, "Worker", Gone)
    done, _ = run(town, tmp_path, 2)
    assert contents(done.folder) == contents(town_run)


def test_a_process_beside_begins_at_once_but_not_where_the_last_run_read_the_same(
    study, tmp_path, monkeypatch
):
    begun = []

    class Begun(board.Worker):
        def __init__(self, place, **how):
            begun.append("process")
            super().__init__(place, **how)

    looked_up = board.Board._looked_up

    def looking(self, number):
        begun.append("look-up")
        return looked_up(self, number)

    monkeypatch.setattr(board, "Worker", Begun)
    monkeypatch.setattr(board.Board, "_looked_up", looking)
    run(study, tmp_path, 2)
    assert begun[:2] == ["process", "look-up"]
    begun.clear()
    run(study, tmp_path, 2)
    assert "process" not in begun


def test_of_two_faults_the_first_stages_is_told_whatever_came_first(study, tmp_path):
    (study / "roads.osm").write_text("no roads")
    sites = study / "sites.csv"
    sites.write_text(sites.read_text().replace("site_id", "no_id", 1))
    told = []
    for processes in (1, 2):
        with pytest.raises(ColocateError) as fault:
            run(study, tmp_path / str(processes), processes)
        told.append((type(fault.value), str(fault.value)))
    assert told[0] == told[1]
    assert "sites.csv" in told[0][1]


def test_an_interrupt_ends_a_run_at_once_and_leaves_no_process(town, tmp_path):
    workers = []
    seen = board.Worker.__init__

    def counted(self, place, **how):
        workers.append(self)
        seen(self, place, **how)

    def stop(line):
        if line.startswith("[3/"):
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board.Worker, "__init__", counted)
        with pytest.raises(KeyboardInterrupt):
            pipeline.run(town, out=tmp_path / "town", processes=2, progress=stop)
    assert workers
    assert all(worker._child._process.poll() is not None for worker in workers)
    assert not (tmp_path / "town").exists()


class Lines(list):
    def line(self, text, /):
        self.append(text)


@given(st.permutations([1, 1, 1, 2, 2, 2, 3, 3, 3]))
def test_what_stages_tell_stands_in_their_order_however_it_came(order):
    said = Lines()
    telling = Telling(said)
    count = dict.fromkeys(order, 0)
    for number in order:
        count[number] += 1
        if count[number] == 3:
            telling.over(number, f"{number} over", last=False)
        else:
            Told(lambda event, number=number: telling.tell(number, event)).line(
                f"{number} {count[number]}"
            )
    assert said == [f"{n} {what}" for n in (1, 2, 3) for what in (1, 2, "over")]


@pytest.mark.parametrize("damage", ["", "[]", '{"source": ', "others", "no check"])
def test_hashes_of_the_code_are_found_again_where_what_was_kept_is_damaged(
    tmp_path, monkeypatch, damage
):
    monkeypatch.setattr(code, "cache_from_source", lambda _: str(tmp_path / "beside" / "code.pyc"))
    code.hashes.cache_clear()
    found = dict(code.hashes(tmp_path))
    code.keep(tmp_path)
    kept = tmp_path / "beside" / code.KEPT
    assert not (tmp_path / code.KEPT).exists()
    note = json.loads(kept.read_text())
    assert note["hashes"] == found
    if damage == "others":
        note["hashes"] = dict.fromkeys(found, "0" * 64)
        damage = json.dumps(note)
    elif damage == "no check":
        damage = json.dumps({name: note[name] for name in ("source", "hashes")})
    kept.write_text(damage)
    code.hashes.cache_clear()
    assert code.hashes(tmp_path) == found
    assert store.digest(found)


def test_hashes_of_code_in_a_place_that_cannot_be_written_are_kept_in_the_work_folder(
    tmp_path, monkeypatch
):
    (tmp_path / "file").touch()
    monkeypatch.setattr(code, "cache_from_source", lambda _: str(tmp_path / "file" / "code.pyc"))
    code.hashes.cache_clear()
    code.keep(tmp_path / "work")
    note = json.loads((tmp_path / "work" / code.KEPT).read_text())
    code.hashes.cache_clear()
    assert code.hashes(tmp_path / "work") == note["hashes"]


def test_a_large_study_is_made_by_two_processes_where_there_are_two_cores(tmp_path, monkeypatch):
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"")
    large.write_bytes(bytes(runner.SMALL_BYTES))
    for cores, number in ((1, 1), (2, 2), (8, 2), (None, 1)):
        monkeypatch.setattr(runner.os, "cpu_count", lambda cores=cores: cores)
        assert runner.processes_for([small]) == 1
        assert runner.processes_for([small, large]) == number
