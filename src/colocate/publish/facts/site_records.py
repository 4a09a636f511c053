"""What a person may be told of a site, its buildings and its floor area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from colocate.publish.facts.disclosure import Fact, fact, made, one
from colocate.tables import TABLES

if TYPE_CHECKING:
    from colocate.tables.schema import Disclosure


@fact(TABLES["site_areas"])
class SiteArea(Fact):
    """A site's own buildings on the map, and its floor area; a recorded one stands in its row."""

    footprint_m2: float | None
    match_confidence: str
    match_note: str | None
    claimed_with: str | None
    mapped_low_m2: float | None = made("Least gross internal area by the map's outline, or by what "
                                       "the study assumes of such sites; none where an area is "
                                       "recorded.", kind="float", unit="m2")  # fmt: skip
    mapped_high_m2: float | None = made("Largest gross internal area, likewise.", kind="float",
                                        unit="m2")  # fmt: skip
    mapped_basis: str | None = made("computed from the map's outline, or assumed.")
    words: str | None = made("What the map tells of its floor area, in words.")
    outline: Any = made("Its outlines together.", kind="geometry")


@fact(TABLES["located_sites"])
class Site(Fact):
    """A located site."""

    site_id: str
    name: str
    service: str
    body_id: str
    roles: str
    status: str
    status_note: str | None
    crewing: str | None
    over_border: bool
    share_status: str | None
    share_with: str | None
    address: str | None
    town: str | None
    postcode: str | None
    postcode_basis: str | None
    uprn: str | None
    tenure: str | None
    lease_end: str | None
    break_date: str | None
    gia_m2: float | None
    site_area_m2: float | None
    spare_m2: float | None
    parking_spaces: float | None
    epc: str | None
    condition: str | None
    listed: str | None
    flood_zone: str | None
    annual_running_cost_gbp: float | None
    confidence: str
    source: str
    as_of: str | None
    notes: str | None
    disclosure: Disclosure
    precision_m: float
    police_area: str | None
    geometry: Any
    body: str = made("Short name of the body that occupies it.")
    takes_part: bool = made("May host or move.", kind="bool")
    part_reason: str | None = made("Why it takes part, or why not.")
    stated_postcode: str | None = made("Postcode of the host as a published list states it; one "
                                       "inferred from coordinates is not given.")  # fmt: skip
    district: str | None = made("Postal district of its point.")
    grid_reference: str | None = made("National Grid square of 100 m that holds the host: cut, "
                                      "never rounded.")  # fmt: skip
    area: SiteArea | None = one(SiteArea)
