"""Sites of a country that are laid out together."""

from __future__ import annotations

import numpy as np

from colocate.travel import near


def test_every_site_is_in_one_block_beside_its_neighbours():
    at = np.array([[250e3, 10e3], [10e3, 10e3], [20e3, 10e3], [240e3, 10e3], [10e3, 110e3]])
    assert [sorted(block) for block in near.blocks(at, size=2)] == [[1, 2], [0, 3], [4]]
