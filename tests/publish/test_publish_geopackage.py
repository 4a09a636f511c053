from __future__ import annotations

import shutil
import subprocess
from xml.etree import ElementTree as ET

import pyogrio
import pytest
import shapely

from colocate.publish.facts import gather, words
from colocate.publish.gis import geopackage
from colocate.publish.lists import packs
from colocate.tables import TABLES, empty
from colocate.tables.schema import conform


@pytest.fixture(scope="module")
def package(tables, study, tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "study.gpkg"
    geopackage.write(tables, path, study=study, told="public")
    return path


def packed(tables, study):
    return packs.pack(gather(tables, study), packs.agents(study), study=study)


def write_pack(tables, study, path):
    columns = packs.agents(study).columns
    geopackage.write_pack(packed(tables, study), path, fields=columns, study=study, told="public")


def test_every_layer_is_there_in_national_grid(package):
    layers = dict(pyogrio.list_layers(package))
    assert set(layers) == {"areas_of_search", "boundaries", "catchments", "clusters", "coverage",
                           "layer_styles", "moves", "new_sites", "options", "sites"}  # fmt: skip
    for name in set(layers) - {"layer_styles"}:
        assert pyogrio.read_info(package, layer=name)["crs"] == "EPSG:27700"


def test_two_writes_are_the_same_bytes(package, tables, study, tmp_path):
    geopackage.write(tables, tmp_path / "again.gpkg", study=study, told="public")
    assert package.read_bytes() == (tmp_path / "again.gpkg").read_bytes()


def test_writing_twice_over_the_same_file_leaves_one_run_in_it(package, tables, study, tmp_path):
    path = tmp_path / "over.gpkg"
    for _ in range(2):
        geopackage.write(tables, path, study=study, told="public")
    assert path.read_bytes() == package.read_bytes()


def test_the_clock_of_gdal_is_left_as_it_was(package):
    assert package.exists()
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_styles_name_existing_layers_and_columns(package):
    styles = pyogrio.read_dataframe(package, layer="layer_styles")
    for row in styles.itertuples():
        info = pyogrio.read_info(package, layer=row.f_table_name)
        assert info["geometry_name"] == row.f_geometry_column
        column = row.styleQML.partition(' attr="')[2].partition('"')[0]
        assert column == "" or column in info["fields"]
    assert styles["useAsDefault"].all()
    assert styles["update_time"].notna().all()


def test_the_style_of_options_names_every_status_as_the_report_does(package):
    styles = pyogrio.read_dataframe(package, layer="layer_styles").set_index("f_table_name")
    root = ET.fromstring(styles.loc["options", "styleQML"])  # noqa: S314 - our own file
    found = {entry.get("value"): entry.get("label") for entry in root.iter("category")}
    assert found == dict(words.STATUSES)


def test_moves_run_from_the_mover_to_the_host(package):
    moves = pyogrio.read_dataframe(package, layer="moves").set_index("option_id")
    line = moves.geometry["P1-into-F1"].geoms[0]
    assert list(line.coords) == [(300270, 100190), (300000, 100000)]


def test_an_option_for_a_new_site_stands_at_its_best_point(tables, study, tmp_path):
    best = [{"option_id": "F1+P1-new", "site_id": "NEW-F1+P1-new", "easting": 300_100.0,
             "northing": 100_050.0, "geometry": shapely.Point(300_100, 100_050)}]  # fmt: skip
    found = tables | {"new_sites": conform(TABLES["new_sites"], best)}
    geopackage.write(found, tmp_path / "new.gpkg", study=study, told="public")
    options = pyogrio.read_dataframe(tmp_path / "new.gpkg", layer="options").set_index("option_id")
    assert options.geometry["F1+P1-new"].coords[0] == (300_100, 100_050)


@pytest.mark.parametrize("cut", ["own", "agents"])
def test_every_layer_has_a_style_that_is_well_formed(package, tables, study, tmp_path, cut):
    path = package
    if cut == "agents":
        path = tmp_path / "agents.gpkg"
        write_pack(tables, study, path)
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    layers = {name for name, shape in pyogrio.list_layers(path) if shape is not None}
    assert set(styles["f_table_name"]) == layers
    for qml in styles["styleQML"]:
        root = ET.fromstring(qml)  # noqa: S314 - written just above
        assert root.tag == "qgis"
        drawn = {entry.get("symbol") for entry in root.iter("category")} or {"0"}
        assert drawn == {symbol.get("name") for symbol in root.iter("symbol")}


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="no ogrinfo on the path")
def test_gdal_s_own_reader_opens_every_layer(package, study):
    told = subprocess.run(
        ["ogrinfo", "-ro", "-al", "-so", package], capture_output=True, text=True, check=True
    ).stdout
    for layer in set(dict(pyogrio.list_layers(package))) - {"layer_styles"}:
        assert f"Layer name: {layer}\n" in told
    assert 'ID["EPSG",27700]' in told
    assert study.study.notice in told


def test_options_without_host_stand_in_the_middle(package):
    options = pyogrio.read_dataframe(package, layer="options").set_index("option_id")
    assert options.geometry["F1+P1-new"].coords[0] == (300135, 100095)


def test_notice_and_attribution_are_in_the_file(package, study):
    notice = pyogrio.read_info(package, layer="sites")["dataset_metadata"]["NOTICE"]
    assert study.study.notice in notice
    assert all(line in notice for line in study.study.attribution)
    assert words.ODBL in notice
    assert "Disclosure: public." in notice


def test_a_restricted_column_makes_the_file_internal(tables, study, tmp_path):
    sites = tables["located_sites"].assign(annual_running_cost_gbp=54_321.0)
    geopackage.write(
        tables | {"located_sites": sites}, tmp_path / "own.gpkg", study=study, told="restricted"
    )
    info = pyogrio.read_info(tmp_path / "own.gpkg", layer="sites")
    notice = info["dataset_metadata"]["NOTICE"]
    assert notice.startswith("INTERNAL: ")
    assert "Disclosure: restricted." in notice


def test_a_run_without_options_or_clusters_is_written(tables, study, tmp_path):
    names = ("options", "scores", "money", "clusters", "new_sites")
    bare = tables | {name: empty(TABLES[name]) for name in names}
    geopackage.write(bare, tmp_path / "bare.gpkg", study=study, told="public")
    assert len(pyogrio.read_dataframe(tmp_path / "bare.gpkg", layer="moves")) == 0


def test_a_pack_has_a_file_with_its_areas_its_sites_and_its_list(tables, study, tmp_path):
    path = tmp_path / "agents.gpkg"
    write_pack(tables, study, path)
    layers = {"areas_of_search", "layer_styles", "shortlist", "sites"}
    assert set(dict(pyogrio.list_layers(path))) == layers
    assert pyogrio.read_info(path, layer="areas_of_search")["fields"].tolist() == ["option_ref"]
    notice = pyogrio.read_info(path, layer="sites")["dataset_metadata"]["NOTICE"]
    assert notice.startswith(f"{study.study.notice} Disclosure: public.")
    listed = pyogrio.read_dataframe(path, layer="shortlist")
    assert listed["option_ref"].tolist() == packed(tables, study).rows["option_ref"].tolist()
    assert listed["gia_m2"].isna().all()
    assert listed["uprn"].isna().all()


def test_a_study_without_new_sites_still_has_both_files(tables, study, tmp_path):
    none = tables | {"areas_of_search": tables["areas_of_search"].iloc[:0]}
    geopackage.write(none, tmp_path / "study.gpkg", study=study, told="public")
    write_pack(none, study, tmp_path / "agents.gpkg")
    for name in ("study.gpkg", "agents.gpkg"):
        assert pyogrio.read_info(tmp_path / name, layer="areas_of_search")["features"] == 0
