"""After one site's change: what rests on other things is done again, and the rest taken over.

The tables are those of a run from an empty work folder, to the last byte.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from test_doors_bad_input import edit, of

import town as anytown
from colocate import pipeline
from colocate.candidates import clusters
from colocate.io import postcodes
from colocate.pipeline import manifest, parts
from colocate.pipeline.stages import STAGES
from colocate.travel import areas_of_search, drawing, unit_drives

DEVON_SOMERSET = Path(__file__).parents[2] / "data" / "devon-somerset"
LIMITS = "catchment_limits_min = [0.5, 1]"


@pytest.fixture
def done(monkeypatch):
    """How many parts of each kind are done, and not taken over."""
    counted = Counter()

    def counting(module, name):
        does = getattr(module, name)

        def instead(*given):
            counted[name] += 1
            return does(*given)

        instead.__name__ = name
        monkeypatch.setattr(module, name, instead)

    counting(drawing, "_drawn")
    counting(areas_of_search, "_searched")
    counting(unit_drives, "_on_roads")
    counting(clusters, "_linked")
    counting(postcodes, "_of_letter")
    return counted


def run(study, folder, *, name):
    pipeline.run(study, out=folder / name, work=folder / f"{name}-work", processes=1)
    return manifest.read(folder / name)["tables"]


def aside(row, *, east=0, north=0):
    """Move a site."""
    row["easting"] = str(int(row["easting"]) + east)
    row["northing"] = str(int(row["northing"]) + north)


def onto(row, other):
    """Put a site where another stands."""
    row |= {name: other[name] for name in ("easting", "northing")}


EDITS = {
    "a station moves": lambda rows: aside(of(rows, "F2"), north=1350),
    "it moves along its road": lambda rows: aside(of(rows, "F1"), east=30),
    "a desk moves": lambda rows: aside(of(rows, "P1"), east=2000, north=-1100),
    "it moves to where another stands": lambda rows: onto(of(rows, "P1"), of(rows, "F2")),
    "a station closes": lambda rows: of(rows, "F2").update(status="closed"),
    "a site goes": lambda rows: rows.remove(of(rows, "P3")),
}


@pytest.fixture(scope="module")
def ran(town, tmp_path_factory):
    """A town in which no site reaches all others, and its run."""
    folder = tmp_path_factory.mktemp("moved")
    study = anytown.copy(town, folder / "study")
    settings = study / "study.toml"
    text, count = re.subn(r"(?m)^catchment_limits_min = .*", LIMITS, settings.read_text())
    assert count == 1
    settings.write_text(text)
    pipeline.run(study, out=folder / "out", work=folder / "work", processes=1)
    return folder


@pytest.mark.parametrize("change", EDITS)
def test_the_tables_are_those_of_a_run_from_an_empty_folder(change, ran, tmp_path, done):
    study = anytown.copy(ran / "study", tmp_path / "study")
    shutil.copytree(ran / "work", tmp_path / "moved-work")
    edit(study, lambda rows: EDITS[change](rows) or rows)
    moved, few = run(study, tmp_path, name="moved"), done.copy()
    assert moved == run(study, tmp_path, name="anew")
    whole = done - few
    assert few["_drawn"] < whole["_drawn"]


def test_an_answer_that_was_altered_is_not_taken_over(ran, tmp_path, done):
    study = anytown.copy(ran / "study", tmp_path / "study")
    work = shutil.copytree(ran / "work", tmp_path / "moved-work")
    for file in work.glob(f"*/{parts.SHELF}/*.parquet"):
        file.write_bytes(file.read_bytes()[:-9] + b"otherwise")
    edit(study, lambda rows: EDITS["a station moves"](rows) or rows)
    moved, all_ = run(study, tmp_path, name="moved"), done.copy()
    assert moved == run(study, tmp_path, name="anew")
    assert done == all_ + all_


@pytest.mark.study
def test_the_embedded_study_comes_out_the_same_after_one_site_has_moved(study_run, tmp_path, done):
    study = shutil.copytree(DEVON_SOMERSET, tmp_path / "study")
    work = study_run.parent / ".work" / study_run.name
    shutil.copytree(work, tmp_path / "moved-work")
    edit(study, lambda rows: of(rows, "F001").update(postcode=of(rows, "F002")["postcode"]) or rows)
    moved, few = run(study, tmp_path, name="moved"), done.copy()
    assert moved == run(study, tmp_path, name="anew")
    whole = done - few
    assert few["_drawn"] < 0.6 * whole["_drawn"]
    assert few["_searched"] < 0.6 * whole["_searched"]
    assert not few["_on_roads"]
    assert not few["_linked"]
    assert few["_of_letter"] < whole["_of_letter"]
    assert whole["_linked"]


def test_what_counts_by_part_is_read():
    for stage in STAGES:
        assert {*stage.by_part} <= {*stage.reads, *stage.files}
