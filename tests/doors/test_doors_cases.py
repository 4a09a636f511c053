"""Small inputs that went wrong for somebody, on copies of the invented example."""

from __future__ import annotations

import shutil

import pytest
from test_doors_bad_input import amend

from colocate.pipeline.audit import audit
from colocate.pipeline.init import init

pytestmark = pytest.mark.shared


@pytest.fixture
def case(shared_data, tmp_path):
    """Lay a case's files over a copy of the example."""

    def laid(name, before="", after=""):
        study = init(tmp_path / name, like="example").parent
        for path in (shared_data.parent / "cases" / name).iterdir():
            if path.name not in {"README", "study.toml.changed-lines"}:
                shutil.copy(path, study)
        if before:
            amend(study / "study.toml", before, after)
        return audit(study)

    return laid


def of(found, kind):
    return found.findings[found.findings["kind"] == kind].to_dict("records")


def test_latitude_first_is_named(case):
    found = case("boundaries-swapped", "boundaries.parquet", "s.geojson")
    assert found.fault.exit_code == 14
    assert "axes look swapped" in str(found.fault)


def test_a_vertex_of_one_side_is_given_to_both(case):
    found = case("coverage-tvertex", "boundaries.parquet", "b.geojson")
    assert found.fault is None
    assert [row["column"] for row in of(found, "borders_mended")] == [""]


def test_a_share_with_a_site_that_is_not_there_is_a_doubt(case):
    found = case("sites-dangling-share")
    assert found.fault is None
    (row,) = of(found, "share_with_unknown")
    assert (row["severity"], row["word"], row["where"]) == ("doubt", "F11", "P5 (row 14)")
