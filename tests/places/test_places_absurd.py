"""Coordinates that can be no site's lose to the postcode; sound ones, and lone ones, stay."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely
from test_places_readiness import site

from colocate.errors import CrsError
from colocate.places.absurd import absurd
from colocate.places.estate import registers_to_sites
from colocate.study import Register

HOME = shapely.box(300_000, 100_000, 320_000, 120_000)
POSTCODE = (310_000, 110_000)


def faults(*points, postcode=POSTCODE, basis="stated", codes=None):
    rows = pd.DataFrame(points, columns=["easting", "northing"], dtype="float64")
    return absurd(
        rows.assign(
            postcode=codes or "AB1 2CD", postcode_basis=basis, postcode_e=float(postcode[0]),
            postcode_n=float(postcode[1]),
        ),
        home=HOME,
    ).tolist()  # fmt: skip


@pytest.mark.parametrize(
    ("point", "fault"),
    [
        ((310_100, 110_000), ""),
        ((0, 0), "origin"),
        ((0.4, -0.2), "origin"),
        ((310.1, 110.0), "kilometres"),
        ((31_010, 110_000), "lost_digit"),
        ((310_100, 11_000), "lost_digit"),
        ((3_101_000, 110_000), "lost_digit"),
        ((310_100, 400_000), "outside"),
        ((319_000, 119_000), "far_from_postcode"),
        ((317_000, 117_000), ""),  # 9.9 km
        ((float("nan"), 110_000), ""),
    ],
)
def test_what_is_absurd_of_a_point(point, fault):
    assert faults(point) == [fault]


def test_what_only_the_postcode_refutes_stays_without_a_good_one():
    nowhere = (float("nan"), float("nan"))
    for point in ((310_100, 400_000), (319_000, 119_000)):
        assert faults(point, postcode=nowhere) == [""]
        assert faults(point, basis="inferred") == [""]
        assert faults(point, postcode=(500_000, 500_000)) == [""]
    assert faults((0, 0), postcode=nowhere) == ["origin"]


def test_many_at_one_point_with_postcodes_of_their_own():
    codes = [f"AB1 {n}CD" for n in range(5)]
    assert faults(*[(310_100, 110_000)] * 5, codes=codes) == ["many_at_one_point"] * 5
    assert faults(*[(310_100, 110_000)] * 4, codes=codes[:4]) == [""] * 4


def test_a_register_with_latitude_first_is_named(bodies):
    told = site("F1", easting="50.9", northing="-3.4") | {"over_border": "false"}
    raw = pd.DataFrame([told], index=[2]).astype("str")
    with pytest.raises(CrsError, match=r"a\.csv: declared in EPSG:4326.*axes look swapped"):
        registers_to_sites([(Register(file="a.csv", crs="EPSG:4326"), raw)], bodies)
