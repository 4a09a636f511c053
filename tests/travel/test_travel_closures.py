from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.study import Block
from colocate.travel.closures import block

EDGES = gpd.GeoDataFrame(
    {"edge_id": [0, 1]},
    geometry=[shapely.LineString([(0, 0), (1000, 0)]), shapely.LineString([(0, 50), (1000, 50)])],
    crs=27700,
)
SPEEDS = pd.DataFrame({"edge_id": [0, 1], "forward_s": [60.0, 60], "backward_s": [60.0, np.inf]})


def test_edges_within_the_distance_are_closed_both_ways():
    found = block(SPEEDS, EDGES, blocks=[Block(easting=500, northing=0, within_m=49)])
    assert np.isinf(found.edge_speeds.loc[0, ["forward_s", "backward_s"]]).all()
    assert found.edge_speeds.loc[1, "forward_s"] == 60
    assert SPEEDS.loc[0, "forward_s"] == 60


def test_an_edge_at_exactly_the_distance_is_closed():
    found = block(SPEEDS, EDGES, blocks=[Block(easting=500, northing=0, within_m=50)])
    assert np.isinf(found.edge_speeds["forward_s"]).all()


def test_a_block_that_meets_no_road_is_doubted():
    found = block(SPEEDS, EDGES, blocks=[Block(easting=500, northing=900, within_m=50)])
    pd.testing.assert_frame_equal(found.edge_speeds, SPEEDS)
    assert list(found.issues["severity"]) == ["doubt"]
