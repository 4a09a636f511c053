"""Which stage is begun first, of those that could be, and which tables stay in memory."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from colocate import io
from colocate.pipeline import board, store, worker
from colocate.pipeline.stages import STAGES
from colocate.progress import SILENT
from colocate.stage import Stage, joined
from colocate.tables import TABLES, empty

NUMBERS = range(1, len(STAGES) + 1)


def test_stages_that_read_inputs_alone_come_before_all_others():
    reads = [bool(STAGES[number - 1].reads) for number in sorted(NUMBERS, key=board._precedence)]
    assert reads == sorted(reads)
    assert not reads[0]


def test_a_stage_is_begun_before_those_of_whose_kind_fewer_wait():
    at = {
        STAGES[n - 1].name: place for place, n in enumerate(sorted(NUMBERS, key=board._precedence))
    }
    assert at["inputs"] < at["network"]  # sites wait for inputs, and travel for sites and network
    assert at["options"] < at["unit_travel"] < at["search"] < at["effects"] < at["catchments"]


def test_a_chain_is_longer_than_that_of_each_stage_that_waits():
    for number in NUMBERS:
        heirs = [n for n in NUMBERS if {*STAGES[number - 1].makes} & {*STAGES[n - 1].reads}]
        assert board._chain(number) == 1 + max(map(board._chain, heirs), default=0)


def with_ready(*names, idle=()):
    """Return a board on which some stages can be made, and some kinds of process wait."""
    asked = board.Board(None, progress=SILENT, anyway=False)
    asked._waiting = [n for n in NUMBERS if STAGES[n - 1].name in names]
    reads = {name for n in asked._waiting for name in STAGES[n - 1].reads}
    asked._digests = lambda: dict.fromkeys(reads, "")
    for own in idle:
        asked._idle[own] += 1
    return lambda *, own: (n := asked._next(own=own)) and STAGES[n - 1].name


def test_a_stage_that_holds_much_waits_for_another_that_does():
    at = {stage.name: number for number, stage in enumerate(STAGES, start=1)}
    for name, awaited in board.AFTER.items():
        assert at[awaited] < at[name]  # or a fault before it would leave this one waiting for ever
        asked = board.Board(None, progress=SILENT, anyway=False)
        asked._waiting, asked._at_work = [at[name]], {at[awaited]}
        asked._digests = lambda name=name: dict.fromkeys(STAGES[at[name] - 1].reads, "")
        assert asked._next(own=True) is None
        asked._at_work.clear()
        assert asked._next(own=True) == at[name]


def test_of_two_that_wait_the_readier_makes_a_stage():
    only = with_ready("options", idle=(True, False))
    assert (only(own=True), only(own=False)) == (None, "options")
    only = with_ready("coverage", idle=(True, False))
    assert (only(own=True), only(own=False)) == ("coverage", None)


def test_who_alone_waits_makes_any_stage():
    assert with_ready("options")(own=True) == "options"
    # others that wait are no readier than it
    assert with_ready("coverage", idle=(False,))(own=False) == "coverage"


def test_where_there_are_several_stages_nobody_waits():
    several = with_ready("coverage", "edge", idle=(True, False))
    assert several(own=False) in {"coverage", "edge"}


def kept(folder, *waiting):
    """Return what stays of a small table, a middling and two large ones while some stages wait."""
    small, middling, large = 10, 2 * board.KEPT_BYTES, 2 * board.LARGE_BYTES
    sizes = {"scores": small, "demand_units": middling, "road_edges": large, "catchments": large}
    asked = board.Board(None, progress=SILENT, anyway=False)
    asked._waiting = [n for n in NUMBERS if STAGES[n - 1].name in waiting]
    entry = store.Entry(folder, dict.fromkeys(sizes, ""), {})
    for name, size in sizes.items():
        with entry.file(name).open("wb") as file:
            file.truncate(size)
    asked.made(1, board.Done(entry, found=True, seconds=0))
    return asked._kept()


def test_tables_stay_by_their_size_and_by_who_waits_for_them(tmp_path):
    assert kept(tmp_path) == {"scores"}
    assert kept(tmp_path, "equality", "drawings") == {"scores", "demand_units"}
    assert kept(tmp_path, "edge", "drawings") == {"scores", "road_edges", "catchments"}


def test_a_table_that_does_not_stay_goes_once_a_stage_has_read_it(tmp_path, monkeypatch):
    held = io.Tables({})
    for name in ("scores", "options", "gates"):
        held.keep(name, empty(TABLES["issues"]))

    def reads(scores, options):
        assert {*held._read} == {"scores", "options"}
        return {"issues": joined(scores, options)}

    monkeypatch.setattr(worker, "STAGES", (Stage("", (), reads),))
    monkeypatch.setattr(worker, "inputs", lambda *_: {})
    place = SimpleNamespace(work=tmp_path, study=None, file=Path())
    files = dict.fromkeys(("scores", "options"), tmp_path)
    task = worker.Task(1, "k" * 64, None, files, kept={"options"})
    worker.make(task, place, tables=held, tell=lambda _: None)
    assert {*held._read} == {"options"}
