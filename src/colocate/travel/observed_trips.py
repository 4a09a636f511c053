"""Observed trips, as incident and mobilising records give them: raw text to checked points."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np
import pandas as pd

from colocate import bng
from colocate.errors import SchemaError, some
from colocate.study import Profile
from colocate.tables import Column, issue_rows
from colocate.tables.text import typed

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

ENDS = ("from", "to")
PLACES = ("site_id", "easting", "northing", "lat", "lon")
KNOWN = (
    "trip_id", "seconds", "profile", "time", *(f"{end}_{what}" for end in ENDS for what in PLACES)
)  # fmt: skip
"""Columns that are read; others are passed over, and named."""

PEAK_HOURS = (7, 8, 9, 16, 17, 18)
"""Hours of the weekday peaks in the DfT's travel time statistics: 7 to 10 and 16 to 19."""


class ObservedTrips(NamedTuple):
    """Trips that can be used, and why the others cannot.

    `trips` has trip_id, from_easting, from_northing, to_easting, to_northing, observed_s, profile
    (null where not given) and period (peak, off_peak or unknown), in the order of the file.
    `issues` has every trip left out, once.
    """

    trips: pd.DataFrame
    issues: pd.DataFrame


def observed_trips(raw: pd.DataFrame, located_sites: gpd.GeoDataFrame, /) -> ObservedTrips:
    """Read trips from the raw text of their file.

    A trip begins and ends at a site (`from_site_id`, `to_site_id`), else at an easting and
    northing, else at a latitude and longitude (WGS84). `seconds` is the drive alone, from wheels
    rolling to arrival.

    Args:
        raw: columns `str` by name, as `io.csv_text` returns them; the index is the file's row.
        located_sites: table `located_sites`, for trips that name a site.

    Raises:
        SchemaError: no `seconds`, no place for an end, or trip_ids that are not unique.
    """
    _assert_columns(raw)
    numbered = pd.Series([f"row {row}" for row in raw.index], index=raw.index, dtype="str")
    trip_id = _text(raw, "trip_id").fillna(numbered)
    if (twice := trip_id[trip_id.duplicated()]).size:
        raise SchemaError(f"trips: trip_id given twice: {some(twice)}. Make them unique.")
    seconds, profile = _number(raw, "seconds"), _text(raw, "profile")
    trips = pd.DataFrame({"trip_id": trip_id})
    faults = [
        (seconds.isna(), "no_seconds", "seconds is missing or no number"),
        (seconds <= 0, "not_positive", "seconds must be above 0"),
        (profile.notna() & ~profile.isin(get_args(Profile)), "unknown_profile",
         f"profile is none of {', '.join(get_args(Profile))}"),
    ]  # fmt: skip
    for end in ENDS:
        at, lacking = _end(raw, end, located_sites=located_sites)
        trips[[f"{end}_easting", f"{end}_northing"]] = at
        faults += lacking
    trips = trips.assign(observed_s=seconds, profile=profile, period=_periods(raw))
    issues = []
    out = pd.Series(data=False, index=raw.index)
    for wrong, rule, told in faults:  # a trip is told its first fault
        issues += [
            ("calibration", "trips", trip_id[row], rule, "excluded", f"Row {row}: {told}.")
            for row in raw.index[wrong & ~out]
        ]
        out |= wrong
    return ObservedTrips(trips[~out].reset_index(drop=True), issue_rows(issues))


def _assert_columns(raw: pd.DataFrame) -> None:
    pairs = (("site_id",), ("easting", "northing"), ("lat", "lon"))
    lacking = [
        f"{end}_site_id, {end}_easting and {end}_northing, or {end}_lat and {end}_lon"
        for end in ENDS
        if not any(all(f"{end}_{what}" in raw for what in pair) for pair in pairs)
    ]
    if "seconds" not in raw:
        lacking.append("seconds")
    if lacking:
        raise SchemaError(
            f"trips: no column {'; no column '.join(lacking)}. Found {', '.join(raw.columns)}. "
            "`colocate calibrate --help` shows an example."
        )


def _text(raw: pd.DataFrame, name: str) -> pd.Series:
    """A column without the blanks around its text; empty if there is none of that name."""
    given = raw[name] if name in raw else pd.Series(None, index=raw.index, dtype="str")
    return typed(Column(name, "str", ""), given)[0]


def _number(raw: pd.DataFrame, name: str) -> pd.Series:
    """A column of numbers; null where there is none, or no number."""
    return typed(Column(name, "float", ""), _text(raw, name))[0]


def _end(
    raw: pd.DataFrame, end: str, *, located_sites: gpd.GeoDataFrame
) -> tuple[NDArray[np.float64], list[tuple[pd.Series, str, str]]]:
    """Easting and northing of one end of each trip, and which trips lack it for what reason."""
    site = _text(raw, f"{end}_site_id")
    easting, northing, lat, lon = (_number(raw, f"{end}_{what}").to_numpy() for what in PLACES[1:])
    at = np.column_stack([easting, northing])
    degrees = np.isnan(at).any(axis=1)
    at[degrees] = np.column_stack(bng.to_bng(lon[degrees], lat[degrees]))
    known = located_sites.set_index("site_id").geometry
    at_site = site.isin(known.index).to_numpy()
    there = known.reindex(site[at_site])
    at[at_site] = np.column_stack([there.x, there.y])
    nowhere = pd.Series(~np.isfinite(at).all(axis=1), index=raw.index)
    return at, [
        (site.notna() & ~at_site, "unknown_site", f"{end}_site_id is no located site of the study"),
        (nowhere, "no_place", f"its {end} end has no place: coordinates missing or no numbers"),
    ]


def _periods(raw: pd.DataFrame) -> pd.Series:
    """Read peak, off_peak or unknown from a time of day or an ISO 8601 date and time."""
    return _text(raw, "time").fillna("").map(_period).astype("str")


def _period(text: str) -> str:
    clock = re.search(r"(?:^|[T ])([01]?\d|2[0-3]):[0-5]\d", text)
    if clock is None:
        return "unknown"
    try:
        weekend = dt.date.fromisoformat(text[:10]).isoweekday() > 5
    except ValueError:
        weekend = False  # a time of day alone
    return "peak" if int(clock[1]) in PEAK_HOURS and not weekend else "off_peak"
