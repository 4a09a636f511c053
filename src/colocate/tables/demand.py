"""Tables of demand finer than areas: people at postcode units, and incidents by kind."""

from __future__ import annotations

from dataclasses import replace

from colocate.tables.effects import FIRE_CASES
from colocate.tables.schema import Column, Table, people, table

INCIDENT_KINDS = ("dwelling", "other_building", "road_vehicle", "outdoor")
"""Kinds of primary fire, as the Home Office counts them."""
UNIT_SHARES = ("weights", "equal", "area")

UNITS = table(
    "units", ("unit_id",),
    "Postcode units of the study's area, and what share of its area's people each has.",
    Column("unit_id", "str", "Postcode, without spaces."),
    Column("demand_id", "str", "Demand point (LSOA) that the unit is a part of.", null=True,
           otherwise="where a file does not say it, the nearest demand point is taken"),
    Column("weight", "float", "What its share of the area's people is in proportion to, such as "
           "residents; empty in all units of an area: equal shares.", null=True, at_least=0),
    Column("other_buildings", "float", "Buildings nearest to it that are not house-sized.",
           null=True, at_least=0),
    Column("geometry", "geometry", "Point, EPSG:27700."),
)

DEMAND_UNITS = table(
    "demand_units", ("demand_id",), "Where people are taken to live: demand points shared out over "
    "their postcode units, or as they are where they have none. The units of a demand point add up "
    "to it.",
    Column("demand_id", "str", "Postcode of the unit, or id of a demand point without units."),
    Column("area_id", "str", "Demand point of which it is a part."),
    Column("in_area", "bool", "In the study's fire area: counts in every percentage."),
    people("people", "Share of the area's residents: an estimate, no count."),
    people("disabled_people", "The same share of disabled residents."),
    people("people_65_plus", "The same share of residents aged 65 and over.", null=True),
    Column("imd_decile", "float", "IMD decile of the area; 1 is most deprived.", null=True,
           at_least=1, at_most=10),
    Column("rural", "bool", "Whether the area is rural."),
    Column("fires_per_year", "float", "The same share of the area's dwelling fires.",
           unit="fires/year", at_least=0),
    Column("area_km2", "float", "Ground of the area, in equal parts over its units.", null=True,
           at_least=0),
    Column("other_buildings", "float", "Share of its area's other buildings, which are in "
           "proportion to its units; nothing where there are no units.", at_least=0),
    Column("shared_by", "str", "What the people were shared by: weights of the units; equal parts, "
           "there being none; area: one point stands for all of it.", allowed=UNIT_SHARES),
    Column("geometry", "geometry", "Point, EPSG:27700."),
)


def _drives(name: str, meaning: str, *, point: str) -> Table:
    return table(
        name, ("site_id", "demand_id"),
        meaning,
        Column("site_id", "str", "Site that serves or that something would move to.", coded=True),
        Column("demand_id", "str", point, coded=True),
        Column("travel_time_s", "float", "Drive time of the fastest route.", at_least=0),
    )


_KEPT = (
    "Beyond the longest limit that counts only the sites soonest to each point are kept, so that "
    "the table stays small; `colocate.travel.unit_drives` says how many."
)
SITE_TO_UNIT = _drives(
    "site_to_unit", f"Drives of fire crews, from stations and hosts to people. {_KEPT}",
    point="Unit of table `demand_units`.",
)
UNIT_TO_SITE = _drives(
    "unit_to_site", f"Drives of people to police desks, and to hosts of these. {_KEPT}",
    point="Unit of table `demand_units`.",
)
TODAY_SITE_TO_UNIT, TODAY_UNIT_TO_SITE = (
    replace(
        table, name=f"today_{table.name}", meaning=f"{table.meaning} Today's sites alone.",
        mapped=True,
    )
    for table in (SITE_TO_UNIT, UNIT_TO_SITE)
)
UNIT_SNAPS = table(
    "unit_snaps", ("demand_id",), "Where the points of table `demand_units` meet the road; those "
    "without a road near are left out.",
    Column("demand_id", "str", "Row of table `demand_units`."),
    Column("edge_id", "int", "Road edge.", at_least=0),
    Column("offset_m", "float", "How far along it, in its forward direction.", at_least=0),
)
SITE_TO_INCIDENT = _drives(
    "site_to_incident", f"Drives of fire crews to incidents on points of their own. {_KEPT}",
    point="`point_id` of table `incident_points`.",
)

INCIDENTS = table(
    "incidents", ("incident_id",), "Incidents as a service counted them, on points of their own.",
    Column("incident_id", "str", "Id of the incident, or of a place with several."),
    Column("kind", "str", "Kind of incident.", allowed=INCIDENT_KINDS),
    Column("per_year", "float", "Incidents a year at this point.", unit="incidents/year",
           at_least=0),
    Column("geometry", "geometry", "Point, EPSG:27700."),
)

INCIDENT_POINTS = table(
    "incident_points", ("kind", "point_id"),
    "Where incidents of each kind are taken to lie; weights of a kind add up to 1.",
    Column("kind", "str", "Kind of incident.", allowed=INCIDENT_KINDS),
    Column("point_id", "str", "Unit of table `demand_units`, or a point of the kind's own."),
    Column("weight", "float", "Share of the kind's incidents.", at_least=0, at_most=1),
    Column("own_point", "bool", "Whether the point is the kind's own and no unit."),
    Column("basis", "str", "recorded: from a file of incidents or of fires; assumed: from what "
           "`rests_on` says.", allowed=("recorded", "assumed")),
    Column("rests_on", "str", "What the places rest on."),
    Column("edge_id", "float", "Road edge on which the point lies, where that is known.", null=True,
           at_least=0),
    Column("geometry", "geometry", "Point, EPSG:27700."),
)

RESPONSE_BY_MIX = table(
    "response_by_mix", ("mix", "case", "measure"), "Mean response today and its parts by kind of "
    "incident and for mixes of kinds, beside what was published of the same mix. Nothing is fitted "
    "to what was published.",
    Column("mix", "str", "Kind of incident, or id of a mix of the study."),
    Column("name", "str", "The same in words."),
    Column("case", "str", "best: every crew there, mean turnout; expected: any crew may be out; "
           "worst: out more often, turnout at the ceiling.", allowed=FIRE_CASES),
    Column("measure", "str", "Part of the response, or the whole of it.",
           allowed=("call_handling_s", "mean_turnout_s", "mean_drive_s", "mean_response_s")),
    Column("value", "float", "Mean of the first appliance, where one arrives within the cut-off.",
           unit="s", null=True, at_least=0),
    Column("not_reached", "float", "Share of the incidents that none reaches.", at_least=0,
           at_most=1),
    Column("basis", "str", "recorded, or assumed where the mix or a place in it is assumed.",
           allowed=("recorded", "assumed")),
    Column("rests_on", "str", "What the mix rests on."),
    Column("published", "float", "Published mean of this mix.", unit="s", null=True, at_least=0),
    Column("period", "str", "Period of the published mean.", null=True),
    Column("owner", "str", "Body it was published of.", null=True),
    Column("noise_share", "float", "How far it may differ by chance from year to year, as a share.",
           null=True, at_least=0),
    Column("published_source", "str", "Where it was published.", null=True),
    Column("ratio", "float", "Value over published.", null=True, at_least=0),
    Column("within_noise", "bool", "Whether they differ by no more than that.", null=True),
)

COVER_BY_POINTS = table(
    "cover_by_points", ("points", "side", "standard"), "How far today's cover and access rest on "
    "where people are taken to live: the same people, sites and roads, on other points.",
    Column("points", "str", "study: as the study counts; equal: every unit has an equal part of "
           "its area's people; areas: each area is one point.",
           allowed=("study", "equal", "areas")),
    Column("side", "str", "fire: cover; police: desk access.", allowed=("fire", "police")),
    Column("standard", "str", "Name of the standard, or desk."),
    Column("limit_s", "float", "Its limit.", at_least=0),
    Column("n_points", "int", "Points with people.", at_least=0),
    people("people", "People expected within it."),
    people("people_best", "The same with every crew there; of a desk the same."),
    Column("people_share", "float", "Share of all people expected within it.", unit="share",
           null=True, at_least=0, at_most=1),
    Column("mean_s", "float", "Mean expected response or drive, by people, of what is reached.",
           null=True, at_least=0),
    Column("people_more", "float", "People within it more than as the study counts.",
           unit="people"),
)

CHANGED_UNITS = table(
    "changed_units", ("option_id", "side", "demand_id"), "Units whose time to the first appliance "
    "or to a police desk an option would change by more than the study's tolerance; what table "
    "`changes` adds up by area. Never published by unit.",
    Column("option_id", "str", "Option, or `portfolio`."),
    Column("side", "str", "fire: first response; police: drive to a desk.",
           allowed=("fire", "police")),
    Column("demand_id", "str", "Unit of table `demand_units`."),
    Column("before_s", "float", "Time today, of a response the expected one; empty beyond the "
           "cut-off.", null=True, at_least=0),
    Column("after_s", "float", "Time afterwards; empty beyond the cut-off.", null=True, at_least=0),
    Column("chance_before", "float", "Chance today that a crew comes within the standard; of a "
           "desk 1 within the limit, 0 beyond it.", at_least=0, at_most=1),
    Column("chance_after", "float", "The same afterwards.", at_least=0, at_most=1),
    people("people", "People there."),
)

TABLES = (
    UNITS, DEMAND_UNITS, UNIT_SNAPS, TODAY_SITE_TO_UNIT, TODAY_UNIT_TO_SITE, SITE_TO_UNIT,
    UNIT_TO_SITE, CHANGED_UNITS, INCIDENTS, INCIDENT_POINTS,
    SITE_TO_INCIDENT, RESPONSE_BY_MIX, COVER_BY_POINTS,
)  # fmt: skip
