"""Catchments drawn on what is near: the same as on the whole network, from fewer roads."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from colocate import pipeline
from colocate.tables import TABLES, empty
from colocate.travel import drawing, near
from colocate.travel.roads import Roads, road_graph


@pytest.fixture(scope="module")
def settings(town):
    travel = pipeline.open_study(town).settings.travel
    return travel.model_copy(update={"catchment_limits_min": (0.5, 1.0)})


@pytest.fixture(scope="module")
def roads(town_run):
    tables = (town_run.road_nodes, town_run.road_edges, town_run.turns, town_run.edge_speeds)
    return Roads(*tables)


@pytest.fixture(scope="module")
def country(roads, settings):
    _, xy, (first,) = shapely.to_ragged_array(roads.road_edges.geometry.to_numpy())
    return near.country(road_graph(roads, settings=settings), nodes=roads.road_nodes,
                        edges=roads.road_edges, xy=xy, first=first)  # fmt: skip


def areas(scene, settings):
    groups = [scene.places.those([number]) for number in range(len(scene.site_id))]
    drawn = drawing.drawn(scene, groups, direction="from_site", settings=settings)
    return dict(zip(scene.site_id, map(shapely.to_wkb, drawn), strict=True))


def test_catchments_are_those_of_the_whole_network_though_most_of_it_is_left_out(
    town_run, roads, country, settings, monkeypatch
):
    monkeypatch.setattr(drawing, "MARGIN_S", 5.0)
    sites = town_run.snaps[town_run.snaps["kind"] == "site"]
    whole = drawing.scene(
        sites, roads=roads, boundaries=empty(TABLES["boundaries"]), settings=settings
    )
    expected = areas(whole, settings)
    assert len(expected) > 3
    fewer = []
    for number in range(len(sites)):
        one = sites.iloc[[number]]
        scene = near.scene(country, one, settings=settings, m_per_s=near.fastest(country))
        fewer.append(len(scene.graph.tail))
        for site, found in areas(scene, settings).items():
            np.testing.assert_array_equal(found, expected[site])
    assert min(fewer) < len(whole.graph.tail) / 2


def test_every_site_is_in_one_block_beside_its_neighbours():
    at = np.array([[250e3, 10e3], [10e3, 10e3], [20e3, 10e3], [240e3, 10e3], [10e3, 110e3]])
    assert [sorted(block) for block in near.blocks(at, size=2)] == [[1, 2], [0, 3], [4]]
