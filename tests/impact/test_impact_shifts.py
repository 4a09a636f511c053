"""Moves that are worked out again only where other hosts are on the road."""

import numpy as np

from colocate.impact.relocation import Bases, shifts

MOVES = {"o1": {"a": "h"}}


def _serving(host):
    drive = np.zeros((2, 1))
    return Bases({"a": np.array([0, 1])}, np.array([0, 0]), drive[:1], {"h": host},
                 drive.__getitem__)  # fmt: skip


def test_the_same_hosts_on_the_road_move_the_same_rows():
    first = shifts(_serving(1), MOVES)
    assert shifts(_serving(1), MOVES, earlier=first) is first
    assert first.of["o1"].to.tolist() == [1, 1]


def test_a_host_that_is_off_the_road_later_takes_nobody():
    first = shifts(_serving(1), MOVES)
    assert not shifts(_serving(-1), MOVES, earlier=first).of["o1"].known
