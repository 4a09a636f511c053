"""Both studies from nothing in one process, on two workers and on a cluster: the same bytes."""

from __future__ import annotations

import pytest

import cluster
from colocate import pipeline
from colocate.pipeline.locate import embedded_study

pytestmark = pytest.mark.soak


def outputs(folder):
    """Every file of an output folder but the manifest, which holds times of day."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.mark.parametrize("name", ["example", "devon-somerset"])
def test_whoever_works_a_study_has_the_same_tables_and_the_same_outputs(name, tmp_path):
    found = {}
    with cluster.running(tmp_path) as ready:
        for whose, workers in (("one", None), ("two", 2), ("cluster", ready.address)):
            out, work = tmp_path / whose / "out", tmp_path / whose / "work"
            pipeline.run(embedded_study(name), out=out, work=work, workers=workers)
            found[whose] = cluster.stored(work) | outputs(out)
    assert len(found["one"]) > 200
    assert found["one"] == found["two"]
    assert found["one"] == found["cluster"]
