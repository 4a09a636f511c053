"""Which stage is begun first, of those that could be."""

from __future__ import annotations

from colocate.pipeline import board
from colocate.pipeline.stages import STAGES
from colocate.progress import SILENT

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


def test_who_has_waited_longest_for_a_stage_is_served_first():
    asked = board.Board(None, progress=SILENT, anyway=False)
    with asked._turn:
        with asked._queued() as first, asked._queued() as second:
            assert (first(), second()) == (True, False)
        with asked._queued() as alone:
            assert alone()
