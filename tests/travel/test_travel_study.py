"""Known answers on the real network of the embedded study."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from travel_town import travel_times

from colocate import study
from colocate.pipeline.locate import load_study
from colocate.tables import TABLES, empty
from colocate.travel import catchments, drawing
from colocate.travel.kernel import array_fields, fields
from colocate.travel.network.packing import unpack
from colocate.travel.roads import Roads, road_graph
from colocate.travel.snapping import snap
from colocate.travel.speeds import edge_speeds

PAIRS = [  # typical car times, minutes
    ("Exeter", "Plymouth", 55), ("Exeter", "Barnstaple", 60), ("Exeter", "Taunton", 40),
    ("Taunton", "Yeovil", 45), ("Taunton", "Minehead", 43), ("Exeter", "Okehampton", 30),
    ("Barnstaple", "Ilfracombe", 24), ("Plymouth", "Tavistock", 30), ("Yeovil", "Bridgwater", 45),
    ("Torquay", "Exeter", 40),
]  # fmt: skip


@pytest.fixture(scope="module")
def roads(study_folder):
    """The network with its speeds, and `[travel]`, as travel functions take them."""
    settings = load_study(study_folder / "study.toml").travel
    nodes, edges = unpack(
        pd.read_parquet(study_folder / "roads" / "road_nodes.parquet"),
        pd.read_parquet(study_folder / "roads" / "road_edges.parquet"),
    )
    driven = edge_speeds(nodes, edges, settings=settings)
    return {
        "roads": Roads(nodes, edges, empty(TABLES["turns"]), driven),
        "settings": settings,
    }


def sites_of(frame, key):
    geometry = gpd.points_from_xy(frame["easting"], frame["northing"])
    found = gpd.GeoDataFrame({"site_id": frame[key].astype("str")}, geometry=geometry, crs=27700)
    return found.drop_duplicates("site_id")


def as_demand(points):
    return points.rename(columns={"site_id": "demand_id"}).assign(people=1.0, in_area=True)


@pytest.fixture(scope="module")
def register(study_folder):
    return pd.read_csv(study_folder / "sites.csv").dropna(subset=["easting"])


@pytest.fixture(scope="module")
def drives(study_folder, register, roads):
    """Drive time and distance between the towns of the pairs and the headquarters."""
    longer = {"cutoff_min": study.Figure(value=90, assumed="test")}
    given = {**roads, "settings": roads["settings"].model_copy(update=longer)}
    places = pd.read_csv(study_folder / "places.csv")
    places = places[places["kind"].isin(["city", "town"]) | (places["name"] == "Williton")]
    offices = register[register["roles"].str.startswith("headquarters")]
    points = pd.concat([sites_of(places, "name"), sites_of(offices, "site_id")])
    snaps = snap(points, as_demand(points), **given).snaps
    times = travel_times(snaps, *given.values()).site_to_site
    return points.set_index("site_id").geometry, times.set_index(["from_site_id", "to_site_id"])


@pytest.mark.study
@pytest.mark.parametrize(("start", "end", "minutes"), PAIRS)
def test_drive_time_within_15_percent_of_the_usual(drives, start, end, minutes):
    assert drives[1].loc[(start, end), "travel_time_s"] / 60 == pytest.approx(minutes, rel=0.15)


@pytest.mark.study
def test_minehead_to_williton_by_road(drives):
    assert 7 <= drives[1].loc[("Minehead", "Williton"), "distance_m"] / 1609.344 <= 9


@pytest.mark.study
def test_the_two_headquarters(drives):
    places, times = drives
    police, fire = "PDC019", "F100"
    straight = places[police].distance(places[fire])
    assert 2.3 <= straight / 1609.344 <= 3.4
    assert 1.1 <= times.loc[(police, fire), "distance_m"] / straight <= 1.9


@pytest.mark.study
def test_catchments_agree_with_exact_times_along_the_roads(register, roads):
    """Intersection over union on points every 17 m of road, 20 fire stations across the area."""
    stations = register[(register["service"] == "fire") & (register["status"] == "open")]
    sites = sites_of(stations.iloc[:: len(stations) // 20], "site_id").assign(service="fire")
    limits = {"catchment_limits_min": (5.0, 10.0, 20.0)}
    given = {**roads, "settings": roads["settings"].model_copy(update=limits)}
    snaps = snap(sites, as_demand(sites), **given).snaps
    network, settings = given["roads"], given["settings"]
    times = travel_times(snaps, network, settings)
    boundaries = gpd.GeoDataFrame({"kind": []}, geometry=[], crs=27700)
    scene = drawing.scene(snaps, boundaries=boundaries, **given)
    drawn = catchments.catchments(
        sites, scene, demand_points=as_demand(sites),
        od={"from_site": times.site_to_demand, "to_site": times.demand_to_site},
        settings=settings,
    ).catchments  # fmt: skip
    whole = road_graph(network, settings=settings)
    dense = drawing.samples(
        scene.graph,
        lines=network.road_edges.geometry.to_numpy(),
        length=whole.length_dm,
        every_m=17,
        cell=100.0,
    )
    ways = fields.ways(scene.graph, links=scene.links, points=dense)
    found = []
    for site_id, node in zip(scene.site_id, scene.places.node, strict=True):
        at = array_fields.reached(ways.links, np.array([node]), limit=1_500_000)
        point, ms = array_fields.sampled(ways, at, limit=1_500_000)
        for row in drawn[drawn["site_id"] == site_id].itertuples():
            shapely.prepare(row.geometry)
            inside = shapely.intersects_xy(row.geometry, dense.x[point], dense.y[point])
            reached = ms <= row.limit_s * 1000
            found.append((row.limit_s / 60, (inside & reached).sum() / (inside | reached).sum()))
    assert settings.catchment_grid_m.value == 100
    mean = pd.DataFrame(found, columns=["minutes", "iou"]).groupby("minutes")["iou"].mean()
    assert mean[5.0] >= 0.94
    assert mean[10.0] >= 0.96
    assert mean[20.0] >= 0.98
