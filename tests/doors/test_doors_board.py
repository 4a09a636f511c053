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


def with_ready(*names, idle=()):
    """Return a board on which some stages can be made, and some kinds of process wait."""
    asked = board.Board(None, progress=SILENT, anyway=False)
    asked._waiting = [n for n in NUMBERS if STAGES[n - 1].name in names]
    reads = {name for n in asked._waiting for name in STAGES[n - 1].reads}
    asked._digests = lambda: dict.fromkeys(reads, "")
    for own in idle:
        asked._idle[own] += 1
    return lambda *, own: (n := asked._next(own=own)) and STAGES[n - 1].name


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
