"""A fault in one output costs that output alone, and is told by name."""

from __future__ import annotations

import json
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from colocate import cli, io, pipeline
from colocate.errors import OutputError, PublishError
from colocate.pipeline import standing
from colocate.publish import output_folder, outputs
from colocate.publish.report import layers, polyline


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def work(town_work, tmp_path):
    """Stored stages, so that a run makes its outputs alone."""
    return shutil.copytree(town_work, tmp_path / "work")


@pytest.fixture
def whole(town_run):
    """The files of a run without fault."""
    return names(town_run)


FAULTS = {
    "report.html": ("report.report.report", {"report.html"}),
    "shortlist": ("outputs.workbook", {"shortlist.xlsx"}),
    "study.gpkg": ("outputs.geopackage.write", {"study.gpkg"}),
    "sheets/open": ("outputs.sheet.opened", None),
    "sheets/internal": ("outputs.sheet.internal", None),
    "agents/sheets": ("outputs.sheet.released", None),
    "agents/datapackage.json": ("outputs.metadata.datapackage", {"agents/datapackage.json"}),
}


def spoil(monkeypatch, where, fault):
    def fail(*_, **__):
        raise fault

    monkeypatch.setattr(f"colocate.publish.{where}", fail)


@pytest.mark.parametrize("output", FAULTS)
def test_the_others_are_written_and_the_fault_is_named(
    town, work, whole, tmp_path, monkeypatch, output
):
    where, lost = FAULTS[output]
    out = tmp_path / "out"
    spoil(monkeypatch, where, ZeroDivisionError(f"at {out.parent}"))
    with pytest.raises(PublishError, match="ZeroDivisionError") as told:
        pipeline.run(town, out=out, work=work)
    assert output in str(told.value)
    assert isinstance(told.value.__cause__, ZeroDivisionError)
    missing = json.loads((out / io.MANIFEST).read_text(encoding="utf-8"))["missing"]
    assert missing[output].startswith("ZeroDivisionError: ")
    left = whole - names(out)
    assert all(any(name.startswith(each) for each in missing) for name in left)
    assert lost is None or lost <= left
    assert "tables/scores.parquet" in names(out)


def test_the_command_line_has_a_code_for_it(town, work, tmp_path, monkeypatch, capsys):
    spoil(monkeypatch, "report.report.report", KeyError("limit_s"))
    out = tmp_path / "out"
    assert cli.main(["run", str(town), "--out", str(out), "--work", str(work), "--quiet"]) == 20
    said = capsys.readouterr().err
    assert "report.html: KeyError: 'limit_s'" in said
    assert "Traceback" not in said
    monkeypatch.undo()
    assert cli.main(["run", str(town), "--out", str(out), "--work", str(work), "--quiet"]) == 0
    manifest = json.loads((out / io.MANIFEST).read_text(encoding="utf-8"))
    assert manifest["missing"] == {}
    assert set(manifest["outputs"]) == names(out) - {io.MANIFEST}


def test_half_a_geopackage_is_not_left(town, work, tmp_path, monkeypatch):
    def half(_, path, **__):
        path.write_bytes(b"SQLite format 3\x00")
        path.with_name(f"{path.name}-journal").write_bytes(b"")
        raise RuntimeError("disk of glass")

    monkeypatch.setattr(outputs.geopackage, "write", half)
    with pytest.raises(PublishError, match=r"study\.gpkg: RuntimeError: disk of glass"):
        pipeline.run(town, out=tmp_path / "out", work=work)
    assert not list((tmp_path / "out").glob("study.gpkg*"))


def test_a_fault_of_the_pack_leaves_the_inside_whole(town, work, whole, tmp_path, monkeypatch):
    spoil(monkeypatch, "outputs.packs.pack", ValueError("no"))
    with pytest.raises(PublishError, match="agents/shortlist-agents"):
        pipeline.run(town, out=tmp_path / "out", work=work)
    found = names(tmp_path / "out")
    assert {name for name in whole - found if not name.startswith("agents/")} == set()
    assert "agents/shortlist-agents.csv" not in found


def test_a_folder_that_cannot_be_written_is_no_run(town, town_run, work, tmp_path, monkeypatch):
    out = shutil.copytree(town_run, tmp_path / "out")
    before = names(out)

    def full(_, path):
        raise OutputError(f"{path}: cannot be written (no space left on device).")

    monkeypatch.setattr(output_folder.io, "write_staged", full)
    monkeypatch.setattr(standing, "publishing", lambda _: "other pages")
    with pytest.raises(OutputError, match="no space left"):
        pipeline.run(town, out=out, work=work)
    assert names(out) == before


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interruption_is_no_fault_of_an_output(town, work, tmp_path, monkeypatch, stop):
    spoil(monkeypatch, "report.report.report", stop)
    with pytest.raises(stop):
        pipeline.run(town, out=tmp_path / "out", work=work)
    assert not (tmp_path / "out").exists()


# --- borders whose sides differ ---------------------------------------------------------------


LEFT = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)])
RIGHT = shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 4)])


@pytest.mark.parametrize("east", [RIGHT, shapely.box(10, 0, 20, 10)], ids=["extra", "plain"])
def test_a_border_with_a_vertex_more_on_one_side_is_drawn_once(east):
    """The border of 10 km is drawn from coast to coast, less 150 m at each end."""
    shapes = [shapely.transform(area, lambda xy: xy * 1000) for area in (LEFT, east)]
    areas = gpd.GeoDataFrame(
        {"kind": ["land", "fire_area", "police_area", "police_area"], "name": ["L", "F", "W", "E"]},
        geometry=[shapes[0], shapes[0], *shapes],
        crs=27700,
    )
    view = shapely.box(-1e5, -1e5, 1e5, 1e5)
    drawn = pd.concat(layers._areas(areas, view, fire_area="F")).set_index("layer")["shape"]
    line = shapely.LineString([(10_000, 150), (10_000, 9_850)])
    expected = {polyline.encode(np.array([each]), np.array([0]), count=1)[0]
                for each in (line, line.reverse())}  # fmt: skip
    assert drawn["police_area_border"] in expected


def test_areas_get_the_vertices_of_their_neighbours():
    left, right = layers._matched([LEFT, RIGHT])
    assert shapely.coverage_is_valid([left, right])
    assert (left.area, right.area) == (100, 100)
    assert shapely.Point(10, 4).within(shapely.MultiPoint(left.exterior.coords))


def test_areas_that_overlap_share_their_land_out_once():
    over = shapely.box(8, 0, 20, 10)
    left, right = layers._matched([LEFT, over])
    assert (left.area, right.area) == (100, 100)
    assert shapely.union_all([left, right]).equals(shapely.union_all([LEFT, over]))


def test_an_area_within_another_is_left_without_land():
    left, inner = layers._matched([LEFT, shapely.box(2, 2, 4, 4)])
    assert left.area == 100
    assert inner.is_empty
