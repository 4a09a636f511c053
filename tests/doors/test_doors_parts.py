"""Answers that last: taken over where a part rests on the same, and never where it does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from colocate import io
from colocate.io import postcodes
from colocate.pipeline import parts
from colocate.spread import ALONE, gathered, rests_on

KEY, COMMON = "k" * 64, "c" * 64


def squared(number, calls):
    calls.append(number)
    return pd.DataFrame({"number": [number**2], "of": [str(number)]})


def asked(folder, numbers, *, common=COMMON, key=KEY):
    """The squares of some numbers, and which were worked out."""
    calls = []
    with parts.kept(ALONE, shelf=folder, key=key, common=common) as by:
        named = {f"number {each}": each for each in numbers}
        of = {name: rests_on(each) for name, each in named.items()}
        found = gathered(by.each(squared, named, given=calls, of=of), named)
    return [int(each["number"].iloc[0]) for each in found], calls


def test_only_what_rests_on_something_else_is_done_again(tmp_path):
    assert asked(tmp_path, [1, 2, 3]) == ([1, 4, 9], [1, 2, 3])
    assert asked(tmp_path, [3, 4, 1], key="another") == ([9, 16, 1], [4])


def test_answers_are_in_one_file_and_those_that_nobody_needs_are_gone(tmp_path):
    asked(tmp_path, [1, 2])
    asked(tmp_path, [2, 3])
    (file,) = (tmp_path / parts.SHELF).iterdir()
    assert io.read_frame(file)["of"].tolist() == ["2", "3"]


def test_what_is_not_in_common_is_not_taken_over(tmp_path):
    asked(tmp_path, [1])
    assert asked(tmp_path, [1], common="d" * 64) == ([1], [1])
    assert asked(tmp_path, [1]) == ([1], [])  # both are kept


def test_a_file_that_was_altered_is_not_read(tmp_path):
    asked(tmp_path, [1])
    (file,) = (tmp_path / parts.SHELF).iterdir()
    io.write_frame(io.read_frame(file).assign(number=99), file)
    assert asked(tmp_path, [1]) == ([1], [1])


def test_what_an_answer_rests_on_is_told_apart_to_the_last_bit():
    long = np.zeros(10_000)
    other = long.copy()
    other[5_000] = np.nextafter(0, 1)
    told = [rests_on(long), rests_on(other), rests_on(long.astype("float32")),
            rests_on(long.reshape(100, 100)), rests_on(long, long), rests_on("a", "b"),
            rests_on("ab"), rests_on()]  # fmt: skip
    assert len(set(told)) == len(told)
    assert rests_on(long) == rests_on(np.zeros(20_000)[::2])


def test_nothing_rests_on_what_cannot_be_told_apart():
    with pytest.raises(TypeError):
        rests_on(np.array([object()]))


def test_postcodes_are_read_once_while_the_same_are_wanted(tmp_path, monkeypatch):
    def known(*wanted):
        with parts.kept(ALONE, shelf=tmp_path, key=KEY, common=COMMON) as by:
            return io.packaged_postcodes(wanted, spread=by)

    first = known("EX3 0NW", "TA1 1AA", "TA99 9ZZ")
    assert len(first) == 2
    read = postcodes._packaged
    monkeypatch.setattr(
        postcodes, "_packaged", lambda letter, wanted: read({"T": "T"}[letter], wanted)
    )
    pd.testing.assert_frame_equal(known("EX3 0NW", "TA1 1AA", "TA99 9ZZ"), first)
    pd.testing.assert_frame_equal(known("EX3 0NW", "TA1 1AA"), first)
    with pytest.raises(KeyError):
        known("EX3 0NX")
