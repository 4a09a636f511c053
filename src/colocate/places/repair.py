"""Postcodes that are none, or that no directory knows: repaired where only one reading is left.

What people and scanners confuse is put back, O and 0, I and 1, S and 5, with blanks and marks left
out. A repair is made only if a single postcode of the directory comes of it that is in use and lies
where the site must: in its declared area, or else in an area of the study. It is told, and the
register's own text stays beside it.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import pandas as pd
import shapely

from colocate import bng, tables
from colocate.errors import some
from colocate.places.geocode import declared_gap
from colocate.tables.places import GAZETTEER, ISSUES, SITES

if TYPE_CHECKING:
    from collections.abc import Iterable

CONFUSED = {"O": "0", "0": "O", "I": "1", "1": "I", "S": "5", "5": "S"}
"""Characters that are taken for each other; no others are tried."""

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")
_MOST = 8
"""Characters of a postcode and one too many: longer text is none that was mistyped."""


class Repaired(NamedTuple):
    """Tables `sites`, `gazetteer` (the postcodes of those sites) and `issues`."""

    sites: pd.DataFrame
    gazetteer: pd.DataFrame
    issues: pd.DataFrame


def readings(text: str, /) -> list[str]:
    """Return the well-formed postcodes that a text may have been, itself where it is one.

    Args:
        text: as a register has it.
    """
    letters = re.sub(r"[^A-Z0-9]", "", text.upper())
    if not 5 <= len(letters) <= _MOST:
        return []
    options = product(*((c, CONFUSED[c]) if c in CONFUSED else (c,) for c in letters))
    found = (_POSTCODE.fullmatch("".join(option)) for option in options)
    return sorted(f"{each[1]} {each[2]}" for each in found if each)


def wanted(sites: pd.DataFrame, /) -> list[str]:
    """Return every postcode to look up: those of the sites, and what they may have been.

    Args:
        sites: Table `sites`.
    """
    texts = pd.concat([sites["postcode"], sites["postcode_given"]]).dropna().unique()
    return sorted({each for text in texts for each in readings(text)})


def repair(
    sites: pd.DataFrame, /, *, gazetteer: pd.DataFrame, boundaries: gpd.GeoDataFrame
) -> Repaired:
    """Repair the postcodes that can be nothing else, and tell of those that cannot be read.

    Args:
        sites: Table `sites`.
        gazetteer: Table `gazetteer` of the postcodes `wanted`.
        boundaries: Table `boundaries`.

    Returns:
        Sites with `postcode_basis` repaired and the register's text in `postcode_given` where a
        repair was made.
    """
    known = gazetteer[gazetteer["easting"].notna() & gazetteer["northing"].notna()]
    unread = sites["postcode"].isna() & sites["postcode_given"].notna()
    unknown = sites["postcode"].notna() & ~sites["postcode"].isin(gazetteer["postcode"])
    doubted = sites[unread | unknown]
    texts = doubted["postcode_given"].fillna(doubted["postcode"])
    tried = pd.DataFrame({
        "site_id": doubted["site_id"], "declared_area": doubted["declared_area"], "given": texts,
        "postcode": texts.map(readings),
    }).explode("postcode").merge(known, on="postcode")  # fmt: skip
    live = tried[~tried["terminated"].fillna(value=False).astype(bool)]
    live = live[_in_place(live, boundaries)]
    once = live[~live["site_id"].duplicated(keep=False)].set_index("site_id")
    mended = sites.set_index("site_id", drop=False)
    mended.loc[once.index, "postcode"] = once["postcode"]
    mended.loc[once.index, "postcode_given"] = once["given"]
    mended.loc[once.index, "postcode_basis"] = "repaired"
    mended = tables.check(SITES, mended.reset_index(drop=True))
    others = doubted.loc[unread & ~sites["site_id"].isin(once.index), ["site_id", "postcode_given"]]
    readable = live.groupby("site_id")["postcode"].agg(list)
    told = [
        (site, "postcode_repaired", _repaired(row.given, row.postcode))
        for site, row in once.iterrows()
    ] + [
        (site, "postcode_unreadable", _unreadable(given, readable.get(site, [])))
        for site, given in others.itertuples(index=False)
    ]
    issues = [("geocode", "sites", str(key), rule, "doubt", said) for key, rule, said in told]
    ours = gazetteer[gazetteer["postcode"].isin(mended["postcode"])].reset_index(drop=True)
    return Repaired(
        mended,
        tables.check(GAZETTEER, ours),
        tables.check(ISSUES, tables.issue_rows(sorted(issues))),
    )


def _in_place(tried: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    """Whether each point lies in the area its site is declared in, or else in any of the study."""
    points = gpd.GeoDataFrame(
        tried, geometry=gpd.points_from_xy(tried["easting"], tried["northing"]), crs=bng.BNG
    )
    areas = boundaries.loc[boundaries["kind"].isin(["fire_area", "police_area"]), "geometry"]
    gap = declared_gap(points, boundaries)
    home = shapely.geometrycollections(areas.to_numpy())
    inside: pd.Series = (gap == 0) | (gap.isna() & points.intersects(home))
    return inside


def _repaired(given: str, postcode: str) -> str:
    return (
        f"Postcode reads “{_short(given)}”; it is taken as {postcode}, the only one of the "
        "directory in the right area that O for 0, I for 1 or S for 5 leads to. Confirm it, and "
        "correct it in the register."
    )


def _unreadable(given: str, options: Iterable[str]) -> str:
    listed = list(options)
    several = f"it may be any of {some(listed)}" if listed else "no postcode of the area is like it"
    return (
        f"Postcode reads “{_short(given)}”; expected a British postcode, and {several}. It is "
        "taken as unknown. Correct it in the register."
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
