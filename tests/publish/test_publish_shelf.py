"""Part of an output that is kept for the next run: taken over where it is the same, and whole."""

from __future__ import annotations

import pytest

from colocate import io
from colocate.io.shelf import KEPT
from colocate.publish.gis import geopackage


@pytest.fixture
def shelf(tmp_path):
    return io.Shelf(tmp_path / "shelf", "code")


@pytest.fixture
def filled(tmp_path):
    """Fills a file; says whether it was made."""

    def fill(shelf, of, text="made"):
        made, path = [], tmp_path / "file.txt"
        path.unlink(missing_ok=True)
        shelf.fill(path, of, make=lambda: made.append(path.write_text(text)))
        assert path.read_text() == text
        return bool(made)

    return fill


def test_what_is_made_of_the_same_by_the_same_is_made_once(shelf, filled):
    assert filled(shelf, ["a", 1])
    assert not filled(shelf, ["a", 1])
    assert filled(shelf, ["a", 2])
    assert filled(shelf._replace(by="other code"), ["a", 1])


def test_a_kept_file_that_is_damaged_is_made_again(shelf, filled):
    filled(shelf, "a")
    for file in shelf.folder.iterdir():
        file.write_text("mad")
    assert filled(shelf, "a")
    assert not filled(shelf, "a")


def test_few_files_are_kept(shelf, filled):
    for number in range(KEPT + 3):
        filled(shelf, number)
    assert len(list(shelf.folder.iterdir())) == KEPT
    assert not filled(shelf, KEPT + 2)


def test_a_folder_that_cannot_be_written_keeps_nothing(shelf, filled):
    shelf.folder.write_text("a file")
    assert filled(shelf, "a")
    assert filled(shelf, "a")


def test_a_geopackage_on_kept_ground_is_the_bytes_of_one_made_anew(tables, study, shelf, tmp_path):
    whole, again = tmp_path / "whole.gpkg", tmp_path / "again.gpkg"
    geopackage.write(tables, whole, study=study, told="public")
    for _ in range(2):
        geopackage.write(
            tables, again, study=study, told="public",
            ground=lambda make: shelf.fill(again, "ground", make=make),
        )  # fmt: skip
        assert again.read_bytes() == whole.read_bytes()
