"""Tests hold alone: nothing of them lies in the checkout, and no clock decides."""

from __future__ import annotations

import re

import hypothesis
import pytest

from colocate import pipeline


@pytest.mark.parametrize("touch", ["mkdir", "read_bytes", "rmdir"])
def test_the_checkouts_out_folder_is_refused(root, touch):
    with pytest.raises(AssertionError, match="of its own"):
        getattr(root / "out" / "town", touch)()


def test_a_run_that_names_no_out_folder_is_refused_in_the_checkout(root, town, monkeypatch):
    monkeypatch.chdir(root)
    with pytest.raises(AssertionError, match="of its own"):
        pipeline.run(town)


def test_a_folder_made_once_is_found_by_the_next_who_asks(once):
    made = []
    asked = [once("asked-for", lambda folder: (folder.mkdir(), made.append(folder)))
             for _ in range(2)]  # fmt: skip
    assert asked == [*made, *made]


def test_a_folder_that_could_not_be_made_is_made_again(once):
    def fails(folder):
        folder.mkdir()
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - raised above
        once("half-made", fails)
    assert list(once("half-made", lambda folder: (folder / "whole").mkdir(parents=True)).iterdir())


def test_laws_have_no_deadline(root):
    assert hypothesis.settings().deadline is None
    files = [path for path in (root / "tests").rglob("*.py") if path != root / "tests/conftest.py"]
    own = [path.name for path in files if re.search(r"\bdeadline=", path.read_text("utf-8"))]
    assert own == []
