"""Lines by their vertices: a column of geometries that makes the shapes it is asked for."""

from __future__ import annotations

import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from colocate.io.lines import Lines, boxes, vertices

METRE = st.floats(-1e6, 1e6)
LINE = st.lists(st.tuples(METRE, METRE), min_size=2, max_size=4)
THREE = [[(0, 0), (1, 1)], [(5, 5), (6, 4), (7, 9)], [(2, 0), (2, 3)]]


def laid(lines):
    first = np.cumsum([0, *map(len, lines)])
    xy = np.array([at for line in lines for at in line], "float64").reshape(-1, 2)
    return Lines(xy, first)


def shapes(lines):
    return np.array([shapely.LineString(line) for line in lines], dtype=object)


def wkb(shapes):
    return shapely.to_wkb(np.asarray(shapes)).tolist()


@given(st.lists(LINE, max_size=5), st.data())
def test_rows_have_the_shapes_and_vertices_of_shapely(lines, data):
    plain, rows = shapes(lines), st.lists(st.integers(0, max(len(lines) - 1, 0)))
    rows = np.array(data.draw(rows) if lines else [], "int64")
    assert wkb(laid(lines)[rows]) == wkb(plain[rows])
    assert wkb(laid(lines)) == wkb(plain)
    for asked, own in ((None, plain), (rows, plain[rows])):
        xy, line = vertices(laid(lines), asked)
        expected, of = shapely.get_coordinates(own, return_index=True)
        assert (xy == expected).all()
        assert (line == of).all()
        assert (vertices(gpd.GeoSeries(plain, crs=27700), asked)[0] == expected).all()
    assert (boxes(laid(lines)) == shapely.bounds(plain).reshape(-1, 4)).all()


@pytest.mark.parametrize("made", [False, True])
def test_a_frame_treats_them_as_any_geometry(made):
    plain = gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=shapes(THREE), crs=27700)
    lines = laid(THREE)
    if made:
        lines.length  # noqa: B018 - asks for all shapes
    frame = gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=lines)
    for of in (
        lambda f: f, lambda f: f[f["n"] > 1], lambda f: f.iloc[::-1], lambda f: f.iloc[1:],
        lambda f: f.reindex([0, 9]), lambda f: pd.concat([f, f]), lambda f: f.copy(),
        lambda f: f.sort_values("n", ascending=False), lambda f: pickle.loads(pickle.dumps(f)),  # noqa: S301 - just made
    ):  # fmt: skip
        found, expected = of(frame), of(plain)
        assert found.crs == expected.crs
        assert found.geometry.isna().tolist() == expected.geometry.isna().tolist()
        assert wkb(found.geometry) == wkb(expected.geometry)
    assert frame.geometry.array[1].equals(shapes(THREE)[1])


def test_shapes_of_all_are_made_when_all_are_asked_for_and_once(monkeypatch):
    made = []
    own = Lines._shapes
    monkeypatch.setattr(Lines, "_shapes", lambda *of: made.append(len(of[1])) or own(*of))
    frame = gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=laid(THREE))
    assert not frame[["n", "geometry"]].copy().geometry.array.isna().any()
    assert made == []
    frame[frame["n"] < 3].iloc[:1]
    assert made == [2]
    assert frame.geometry.length.tolist() == frame[:].geometry.length.tolist()
    assert made == [2, 3]
