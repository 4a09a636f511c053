"""Tables of points: what says where a site stands, and what somebody signed."""

from __future__ import annotations

from colocate.tables.places import POINT_SOURCES
from colocate.tables.schema import Column, table

OVERRIDES = table(
    "overrides", ("site_id",),
    "Points that somebody answers for: they win over all that registers and directories say.",
    Column("site_id", "str", "Site of the registers."),
    Column("easting", "float", "Easting of the point.", at_least=0, at_most=700_000),
    Column("northing", "float", "Northing of the point.", at_least=0, at_most=1_300_000),
    Column("who", "str", "Who answers for it: a role, not a person."),
    Column("when", "date", "Day on which it was signed."),
    Column("why", "str", "What it rests on."),
)

GEOCODE_CANDIDATES = table(
    "geocode_candidates", ("site_id", "candidate"), "Every point that something says a site stands "
    "at, and which one is used: the first without a fault.",
    Column("site_id", "str", "Site of the registers."),
    Column("candidate", "int", "Order in which they are believed, from 1.", at_least=1),
    Column("source", "str", "What says so.", allowed=POINT_SOURCES),
    Column("given", "str", "The words or figures it was found from."),
    Column("easting", "float", "Easting of the point; empty where it gives none.", null=True),
    Column("northing", "float", "Northing of the point, likewise.", null=True),
    Column("precision_m", "float", "Expected error of the point.", null=True, at_least=0),
    Column("fault", "str", "Why it may not be used; empty where it may.", null=True),
    Column("used", "bool", "It is the site's point."),
    Column("distance_m", "float", "From the point that is used.", null=True, at_least=0),
    Column("why", "str", "Why it is used, or is not, in words."),
)

TABLES = (OVERRIDES, GEOCODE_CANDIDATES)
