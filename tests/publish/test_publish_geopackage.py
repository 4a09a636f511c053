from __future__ import annotations

import pyogrio
import pytest

from colocate.publish import geopackage, shortlist, words
from colocate.tables import TABLES, empty


@pytest.fixture(scope="module")
def package(tables, study, tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "study.gpkg"
    geopackage.write(tables, path, study=study)
    return path


def test_every_layer_is_there_in_national_grid(package):
    layers = dict(pyogrio.list_layers(package))
    assert set(layers) == {"areas_of_search", "boundaries", "catchments", "clusters", "coverage",
                           "layer_styles", "moves", "options", "sites"}  # fmt: skip
    for name in set(layers) - {"layer_styles"}:
        assert pyogrio.read_info(package, layer=name)["crs"] == "EPSG:27700"


def test_two_writes_are_the_same_bytes(package, tables, study, tmp_path):
    geopackage.write(tables, tmp_path / "again.gpkg", study=study)
    assert package.read_bytes() == (tmp_path / "again.gpkg").read_bytes()


def test_writing_twice_over_the_same_file_leaves_one_run_in_it(package, tables, study, tmp_path):
    path = tmp_path / "over.gpkg"
    for _ in range(2):
        geopackage.write(tables, path, study=study)
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


def test_moves_run_from_the_mover_to_the_host(package):
    moves = pyogrio.read_dataframe(package, layer="moves").set_index("option_id")
    line = moves.geometry["P1-into-F1"].geoms[0]
    assert list(line.coords) == [(300270, 100190), (300000, 100000)]


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
    geopackage.write(tables | {"located_sites": sites}, tmp_path / "own.gpkg", study=study)
    info = pyogrio.read_info(tmp_path / "own.gpkg", layer="sites")
    notice = info["dataset_metadata"]["NOTICE"]
    assert notice.startswith("INTERNAL: ")
    assert "Disclosure: restricted." in notice


def test_a_run_without_options_or_clusters_is_written(tables, study, tmp_path):
    bare = tables | {
        name: empty(TABLES[name]) for name in ("options", "scores", "money", "clusters")
    }
    geopackage.write(bare, tmp_path / "bare.gpkg", study=study)
    assert len(pyogrio.read_dataframe(tmp_path / "bare.gpkg", layer="moves")) == 0


def test_agents_get_a_file_with_their_areas_of_search_only(tables, study, tmp_path):
    path = tmp_path / "agents.gpkg"
    geopackage.write_agents(shortlist.agents_areas(tables, study=study), path, study=study)
    assert set(dict(pyogrio.list_layers(path))) == {"areas_of_search", "layer_styles"}
    info = pyogrio.read_info(path, layer="areas_of_search")
    assert info["fields"].tolist() == ["option_ref", "town"]
    notice = info["dataset_metadata"]["NOTICE"]
    assert notice.startswith(f"{study.study.notice} Disclosure: public.")
    assert not any(site.encode() in path.read_bytes() for site in tables["options"]["option_id"])


def test_a_study_without_new_sites_still_has_both_files(tables, study, tmp_path):
    none = tables | {"areas_of_search": tables["areas_of_search"].iloc[:0]}
    geopackage.write(none, tmp_path / "study.gpkg", study=study)
    areas = shortlist.agents_areas(none, study=study)
    geopackage.write_agents(areas, tmp_path / "agents.gpkg", study=study)
    for name in ("study.gpkg", "agents.gpkg"):
        assert pyogrio.read_info(tmp_path / name, layer="areas_of_search")["features"] == 0
