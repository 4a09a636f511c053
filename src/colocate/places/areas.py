"""Floor areas of the sites: recorded, or a range from the map's outlines, or from a prior by role.

A range from outlines is footprint x storeys x the share that lies within the walls, each with its
low, centre and high. The footprint is what the map draws; storeys are the map's where it gives
them, else the study's prior for the site's kind.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.places.buildings import match
from colocate.tables import each, issue_rows, parts
from colocate.tables.places import SITE_AREAS
from colocate.tables.rows import LocatedSite
from colocate.tables.schema import check, conform

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from colocate import study
    from colocate.places.buildings import Match


class Areas(NamedTuple):
    """Tables `site_areas` and `issues`."""

    site_areas: pd.DataFrame
    issues: pd.DataFrame


class Range(NamedTuple):
    """A gross internal area in m2, and what it rests on; NaN where there is none."""

    low: float
    central: float
    high: float
    basis: str
    rests_on: str


def site_areas(
    located_sites: gpd.GeoDataFrame,
    /,
    *,
    buildings: gpd.GeoDataFrame,
    settings: study.Buildings | None,
) -> Areas:
    """Find each site's own buildings and its gross internal area.

    Args:
        located_sites: table `located_sites`.
        buildings: table `site_buildings`; may be empty.
        settings: section `places.buildings` of the study; None: registers alone count.

    Returns:
        Table `site_areas`, one row a site in the order of site_id, areas in m2; and `issues` about
        buildings that more than one site lays claim to.
    """
    sites = list(each(LocatedSite, located_sites.sort_values("site_id")))
    matches = match(sites, buildings, settings=settings) if settings else {}
    rows = [_row(site, matches.get(site.site_id), settings=settings) for site in sites]
    return Areas(check(SITE_AREAS, conform(SITE_AREAS, rows)), issue_rows(_claims(matches)))


def _row(
    site: LocatedSite, own: Match | None, *, settings: study.Buildings | None
) -> dict[str, object]:
    area = _area(site, own, settings=settings)
    row = {
        "site_id": site.site_id,
        "buildings": len(own.building_ids) if own else 0,
        "match": own.how if own else "none",
        "match_confidence": own.confidence if own else "none",
        "area_low_m2": area.low,
        "area_central_m2": area.central,
        "area_high_m2": area.high,
        "area_basis": area.basis,
        "area_rests_on": area.rests_on,
    }
    if own is not None:
        row |= {
            "building_ids": ";".join(own.building_ids) or None,
            "footprint_m2": own.footprint_m2,
            "match_distance_m": own.distance_m,
            "match_note": own.note or None,
            "claimed_with": ";".join(own.claimed_with) or None,
        }
    return row


def _area(site: LocatedSite, own: Match | None, *, settings: study.Buildings | None) -> Range:
    if pd.notna(site.gia_m2):
        return Range(site.gia_m2, site.gia_m2, site.gia_m2, "recorded", "the register")
    if own is None or settings is None:
        return _missing("no area is recorded, and the study takes none from a map")
    kind = settings.kind(site.service, parts(site.roles)[0])
    computed = _computed(site, own, settings=settings)
    if computed is None or own.confidence == "doubtful":
        return _assumed(own, computed, kind=kind)
    return computed


def _computed(site: LocatedSite, own: Match, *, settings: study.Buildings) -> Range | None:
    """Return footprint x storeys x the share within the walls; a part of it where it is shared.

    Storeys as mapped are the most there may be: few buildings have all of them over all of their
    ground, so the low stays that of the kind and the centre lies half way.
    """
    kind = settings.kind(site.service, parts(site.roles)[0])
    if not own.building_ids or kind.outline == "grounds":
        return None
    low = central = high = 0.0
    for footprint, number in zip(own.footprints_m2, own.storeys, strict=True):
        prior = kind.storeys
        if pd.isna(number):
            floors = (prior.least, prior.value, prior.most)
        else:
            least = min(prior.least, number)
            floors = (least, (least + number) / 2, number)
        low, central, high = (
            so_far + footprint * over
            for so_far, over in zip((low, central, high), floors, strict=True)
        )
    inside = settings.internal_share
    low, central, high = low * inside.least, central * inside.value, high * inside.most
    said = f"{own.footprint_m2:,.0f} m² of the map's outline x "
    mapped = not any(pd.isna(number) for number in own.storeys)
    said += "the storeys mapped" if mapped else f"{_span(kind.storeys)} storeys"
    said += f" x {_span(inside)} within the walls"
    part = kind.outline == "part" or pd.notna(site.share_status)
    sharers = max(1 + len(own.claimed_with), 2 if part else 1)
    if sharers > 1:
        low = min(low, kind.footprint_m2.least * inside.least)
        central = max(low, central / sharers)
        said += ", of which it has a part"
    return Range(low, central, high, "computed", said)


def _assumed(own: Match, computed: Range | None, *, kind: study.BuildingKind) -> Range:
    """Return the prior of the kind, widened by what a doubtful outline would give."""
    prior = kind.area_m2
    if prior is None:
        if computed is not None:
            return computed._replace(rests_on=f"{computed.rests_on}, if that outline is its own")
        why = "it has several buildings" if kind.outline == "grounds" else own.note
        return _missing(f"{why}, and the study has no prior for such a site")
    if computed is None:
        return Range(prior.least, prior.value, prior.most, "assumed", prior.ground)
    low, high = min(prior.least, computed.low), max(prior.most, computed.high)
    said = f"{prior.ground}; widened to what a doubtful outline would give ({computed.rests_on})"
    return Range(low, prior.value, high, "assumed", said)


def _missing(why: str) -> Range:
    return Range(math.nan, math.nan, math.nan, "missing", why)


def _span(figure: study.Ranged) -> str:
    return f"{figure.least:g} to {figure.most:g}"


def _claims(matches: Mapping[str, Match]) -> list[tuple[str, str, str, str, str, str]]:
    """Name the sites of one building that no register says they share."""
    do = "Only one may stand there, or they share: say so in the register (share_status)."
    return [
        (
            "areas",
            "site_areas",
            site_id,
            "building_claimed_twice",
            "doubt",
            f"Its outline is also that of {', '.join(own.claimed_with)}. {do}",
        )
        for site_id, own in matches.items()
        if own.claimed_with and own.confidence == "doubtful"
    ]
