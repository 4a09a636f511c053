from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from travel_town import points

from colocate import bng
from colocate.errors import SchemaError
from colocate.travel.observed_trips import observed_trips

SITES = points("site", {"F1": (300_000, 100_000), "P1": (301_000, 100_000)})


def read(*rows, **columns):
    """Trips of raw text rows; by default from F1 to (302000, 100000) in 300 s."""
    usual = {"from_site_id": "F1", "to_easting": "302000", "to_northing": "100000",
             "seconds": "300"}  # fmt: skip
    raw = pd.DataFrame([{**usual, **columns, **row} for row in rows or [{}]]).astype("str")
    raw.index = pd.RangeIndex(2, 2 + len(raw), name="row")
    return observed_trips(raw.mask(raw == ""), SITES)


def test_a_trip_from_a_site_to_an_easting_and_northing():
    (trip,) = read().trips.itertuples()
    assert (trip.trip_id, trip.observed_s, trip.period) == ("row 2", 300, "unknown")
    assert (trip.from_easting, trip.from_northing) == (300_000, 100_000)
    assert (trip.to_easting, trip.to_northing) == (302_000, 100_000)
    assert pd.isna(trip.profile)


def test_a_trip_to_a_latitude_and_longitude():
    (lon,), (lat,) = bng.from_bng([302_500], [100_500])
    (trip,) = read({"to_easting": "", "to_lat": str(lat), "to_lon": str(lon)}).trips.itertuples()
    assert (trip.to_easting, trip.to_northing) == (
        pytest.approx(302_500, abs=0.1), pytest.approx(100_500, abs=0.1)
    )  # fmt: skip


def test_a_site_takes_precedence_over_coordinates():
    (trip,) = read({"to_site_id": "P1"}).trips.itertuples()
    assert trip.to_easting == 301_000


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"seconds": ""}, "no_seconds"),
        ({"seconds": "5 min"}, "no_seconds"),
        ({"seconds": "-3"}, "not_positive"),
        ({"seconds": "0"}, "not_positive"),
        ({"from_site_id": "F9"}, "unknown_site"),
        ({"from_site_id": ""}, "no_place"),
        ({"to_northing": ""}, "no_place"),
        ({"to_easting": "SX9292"}, "no_place"),
        ({"to_easting": "", "to_lat": "95", "to_lon": "0"}, "no_place"),
        ({"profile": "bicycle"}, "unknown_profile"),
        ({"seconds": "-1", "from_site_id": "F9"}, "not_positive"),
    ],
)
def test_a_bad_trip_is_left_out_once_with_its_row_and_reason(wrong, rule):
    found = read({"trip_id": "good"}, {"trip_id": "bad", **wrong})
    assert found.trips["trip_id"].tolist() == ["good"]
    (issue,) = found.issues.itertuples()
    assert (issue.key, issue.rule, issue.severity) == ("bad", rule, "excluded")
    assert "Row 3" in issue.message


@pytest.mark.parametrize(
    ("time", "period"),
    [
        ("08:30", "peak"), ("2025-03-04T17:20", "peak"), ("2025-03-04 10:00:00", "off_peak"),
        ("2025-03-08T08:30", "off_peak"), ("19:00", "off_peak"), ("", "unknown"),
        ("Tuesday", "unknown"), ("25:00", "unknown"),
    ],
)  # fmt: skip
def test_time_of_day(time, period):
    assert read({"time": time}).trips["period"].item() == period


@pytest.mark.parametrize("missing", ["seconds", "from_site_id", "to_northing"])
def test_a_file_without_a_needed_column_says_which(missing):
    raw = pd.DataFrame({"from_site_id": ["F1"], "to_easting": ["1"], "to_northing": ["1"],
                        "seconds": ["1"]}).drop(columns=missing)  # fmt: skip
    with pytest.raises(SchemaError, match=missing):
        observed_trips(raw, SITES)


def test_a_trip_id_given_twice_is_an_error():
    with pytest.raises(SchemaError, match="T1"):
        read({"trip_id": "T1"}, {"trip_id": "T1"})


def test_every_row_is_a_trip_or_an_issue():
    rng = np.random.default_rng(1)
    rows = [{"seconds": str(n)} for n in rng.integers(-5, 5, 50)]
    found = read(*rows)
    assert len(found.trips) + len(found.issues) == 50
