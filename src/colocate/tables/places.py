"""Tables of places: registers, bodies and rules, demand, boundaries, labels, and `issues`."""

from __future__ import annotations

from colocate.tables.governance import ACTIONS, CERTAINTY, PHASES, TOPICS
from colocate.tables.schema import Column, people, table, withheld

ROLES = (
    "station", "headquarters", "workshop", "stores", "training", "office", "custody",
    "front_desk", "touchdown", "other",
)
CREWING = ("wholetime", "day_crewed", "on_call", "volunteer")
STATUSES = ("open", "closed", "vacated", "unverified", "planned")
TENURES = ("freehold", "leasehold", "licence", "pfi")
CONFIDENCE = ("high", "medium", "low")
COORDINATE_SOURCES = (
    "home_office", "osm", "postcode", "street_midpoint", "approximate", "register",
)
POINT_SOURCES = (
    "override", "coordinates", "grid_reference", "uprn", "postcode", "address",
)
"""What may say where a site stands, in the order in which it is believed."""
CONDITIONS = (
    "always", "fire_site", "police_site", "other_site", "alliance_police_site",
    "outside_alliance_police_site", "cross_force", "fire_cover_changes", "desk_changes",
    "staff_move", "new_site", "fire_site_released", "police_site_released", "partner_host",
)
"""What a rule of governance, or a way of working together, may depend on."""

ISSUES = table(
    "issues", ("stage", "table", "key", "rule"),
    "What a stage excluded, doubted or had to say: no row leaves in silence.",
    Column("stage", "str", "Stage that found it."),
    Column("table", "str", "Table the key belongs to."),
    Column("key", "str", "Key of the row, or a file name."),
    Column("rule", "str", "Short name of the rule, e.g. postcode_far_from_point."),
    Column("severity", "str", "excluded: the row took no further part; doubt; note.",
           allowed=("excluded", "doubt", "note")),
    Column("message", "str", "What was found, what was expected, what to do."),
)

_REGISTER = (
    Column("site_id", "str", "Stable id of the site."),
    Column("name", "str", "Name of the site."),
    Column("service", "str", "fire, police; open: ambulance or council join by data alone."),
    Column("body_id", "str", "Body that occupies the site (table bodies)."),
    Column("roles", "str", "What the site is used for, main role first.", unit="list",
           allowed=ROLES),
    Column("status", "str", "Whether the site is in use.", allowed=STATUSES),
    Column("status_note", "str", "What the source says about the status.", null=True),
    Column("desk", "str", "Public desk as evidenced; empty where nothing is known.", null=True,
           allowed=("open", "closed")),
    Column("desk_evidence", "str", "Who says so of the desk, and when.", null=True),
    Column("custody_evidence", "str", "Who says that it has custody cells, and when.", null=True),
    Column("crewing", "str", "Crewing of the appliances, first appliance first.", unit="list",
           null=True, allowed=CREWING),
    Column("availability", "float", "Share of the time at which each of its crews is there and "
           "free; empty: as its crewing's in the study.", unit="share", null=True, at_least=0,
           at_most=1, disclosure="restricted"),
    Column("over_border", "bool", "A neighbouring service's station: counts for cover, and may "
           "host on its own side of the border."),
    Column("share_status", "str", "Shared already with another service?", null=True,
           allowed=("existing", "possible")),
    Column("share_with", "str", "Site or body it is (possibly) shared with.", null=True),
    Column("address", "str", "Address as registered.", null=True),
    Column("town", "str", "Post town or settlement.", null=True),
    Column("postcode", "str", "Postcode.", null=True),
    Column("postcode_basis", "str",
           "stated in a published list; inferred (then no independent check of the point); or "
           "repaired from postcode_given.",
           null=True, allowed=("stated", "inferred", "repaired")),
    Column("postcode_given", "str",
           "What the register has for a postcode, where that is none or was repaired.", null=True),
    Column("grid_reference", "str", "National Grid reference as registered, SX 920 930.",
           null=True),
    Column("easting", "float", "Easting as registered, converted where a register is in another "
           "reference system.", null=True),
    Column("northing", "float", "Northing, likewise.", null=True),
    Column("coordinate_source", "str", "Where the coordinates come from.", null=True,
           allowed=COORDINATE_SOURCES),
    Column("coordinate_error_m", "float", "Error that a conversion to EPSG:27700 added to the "
           "coordinates, as PROJ states it.", null=True, at_least=0),
    Column("declared_area", "str", "Local authority or force area the register names.", null=True),
    Column("uprn", "str", "Unique property reference number.", null=True),
    Column("tenure", "str", "How the body holds the site.", null=True, allowed=TENURES,
           disclosure="commercial"),
    Column("lease_end", "date", "End of the lease.", null=True, disclosure="commercial"),
    Column("break_date", "date", "Next lease break.", null=True, disclosure="commercial"),
    Column("gia_m2", "float", "Gross internal area.", null=True, at_least=0,
           disclosure="commercial"),
    Column("site_area_m2", "float", "Area of the plot.", null=True, at_least=0,
           disclosure="commercial"),
    Column("spare_m2", "float", "Floor area free for a partner.", null=True, at_least=0,
           disclosure="commercial"),
    Column("parking_spaces", "float", "Parking spaces.", null=True, at_least=0,
           disclosure="commercial"),
    Column("epc", "str", "Energy performance rating.", null=True,
           allowed=("A", "B", "C", "D", "E", "F", "G")),
    Column("condition", "str", "Condition grade.", null=True, allowed=("A", "B", "C", "D"),
           disclosure="commercial"),
    Column("listed", "str", "Listed building grade.", null=True, allowed=("I", "II*", "II", "no")),
    Column("flood_zone", "str", "Flood zone.", null=True, allowed=("1", "2", "3a", "3b")),
    withheld("annual_running_cost_gbp", "Recorded running cost.", unit="GBP/year", at_least=0),
    Column("staff_fte", "float", "Staff based there, full-time equivalents.", null=True,
           at_least=0, disclosure="commercial"),
    Column("confidence", "str", "How sure the register is that the row is right.",
           allowed=CONFIDENCE),
    Column("source", "str", "Where the row comes from."),
    Column("as_of", "date", "Date of the evidence, first day of the month or year where only that "
           "is known; empty where it bears no date.", null=True),
    Column("notes", "str", "Remarks.", null=True),
    Column("disclosure", "str", "Disclosure class of the whole row.",
           allowed=("public", "commercial", "restricted")),
)

SITES = table(
    "sites", ("site_id",), "Every row of the registers, in one schema. Nothing is dropped here.",
    *_REGISTER,
    by_column=True,
)

SERVES = ("site_id", "service", "status", "roles", "desk", "over_border")
"""What decides whom a site serves, of `located_sites`."""
CREWED = (*SERVES, "crewing", "availability")
"""The same, with who crews it and when."""

LOCATED_SITES = table(
    "located_sites", ("site_id",),
    "Sites with a point, how it was found, how good it is, and what independent evidence says.",
    *_REGISTER,
    Column("geocode_method", "str", "What gave the point: see geocode_candidates.",
           allowed=POINT_SOURCES),
    Column("precision_m", "float", "Expected error of the point.", at_least=0),
    Column("postcode_check", "str",
           "Postcode against point; not_independent where one was inferred from the other.",
           allowed=("agrees", "disagrees", "not_independent", "unknown_postcode",
                    "no_postcode")),
    Column("postcode_distance_m", "float", "Point to the postcode's own point.", null=True,
           at_least=0),
    Column("object_check", "str", "Nearest OSM fire or police object against the point; no_object: "
           "none near enough to be this site's.",
           allowed=("agrees", "far", "not_independent", "no_object")),
    Column("object_distance_m", "float", "Point to the nearest such object.", null=True,
           at_least=0),
    Column("fire_area", "str", "Fire and rescue area the point lies in.", null=True),
    Column("police_area", "str", "Police force area the point lies in.", null=True),
    Column("in_area", "bool", "Point lies in the study's fire area."),
    Column("geometry", "geometry", "Point, EPSG:27700."),
    by_column=True,
)

BODIES = table(
    "bodies", ("body_id",),
    "Organisations that own, occupy or approve. Data, never code: they are reorganised often.",
    Column("body_id", "str", "Stable id of the body."),
    Column("name", "str", "Full name."),
    Column("short_name", "str", "Name in tables and on the map."),
    Column("kind", "str", "What sort of body it is.",
           allowed=("fire_authority", "police_force", "police_commissioner", "police_panel",
                    "board", "staff_body", "council", "other")),
    Column("service", "str", "Service it belongs to.", null=True),
    Column("area", "str", "Fire or police area it answers for.", null=True),
    Column("alliance", "str", "Strategic alliance it is a member of.", null=True),
    Column("valid_from", "date", "First day.", null=True),
    Column("valid_to", "date", "Last day, as announced or assumed.", null=True),
    Column("successors", "str", "Who follows when it ends, in words, as far as known.", null=True),
    Column("succession_certainty", "str", "How sure the last day and the successors are.",
           null=True, allowed=CERTAINTY),
    Column("succession_source", "str", "Where they are announced.", null=True),
    Column("source", "str", "Evidence."),
)

GOVERNANCE = table(
    "governance", ("rule_id",),
    "Who must agree to what, in which order, under which rule set; one row a rule.",
    Column("rule_id", "str", "Stable id of the rule."),
    Column("rule_set", "str", "Which reading of the law and the agreements.",
           allowed=("as_at_2016", "current")),
    Column("condition", "str", "When the rule applies to an option.", allowed=CONDITIONS),
    Column("body_id", "str", "Body that acts: an id of table bodies, or `owner_commissioner` / "
           "`owner_force` / `owner_panel` / `fire_authority` for those of the option's own sites, "
           "`owner` for the bodies of its sites of any other service, `host` for whoever holds the "
           "site that stays, `mover` for whoever would move."),
    Column("office", "str", "Who acts for the body, where the law names an officer.", null=True),
    Column("phase", "str", "before the decision that needs it, the decision, or after it.",
           allowed=PHASES),
    Column("topic", "str", "What the step is about.", allowed=TOPICS),
    Column("step", "int", "Order in the path, from 1; steps of one number run side by side.",
           at_least=1),
    Column("action", "str", "What it does.", allowed=ACTIONS),
    Column("task", "str", "What is done, in words."),
    Column("legal_form", "str", "Legal form it leads to, if any.", null=True),
    Column("citation", "str", "Statute, agreement or minute."),
    Column("certainty", "str", "evidenced; unverified or unknown: then never stated as fact.",
           allowed=CERTAINTY),
    Column("days_earliest", "int", "Days it takes at least.", unit="days", at_least=0),
    Column("days_usual", "int", "Days it usually takes.", unit="days", at_least=0),
    Column("days_source", "str", "What the days rest on: a source, or assumed and on what."),
    Column("valid_from", "date", "First day.", null=True),
    Column("valid_to", "date", "Last day.", null=True),
)

DEMAND_POINTS = table(
    "demand_points", ("demand_id",),
    "Weighted points that must be reached: population-weighted LSOA centroids.",
    Column("demand_id", "str", "LSOA 2021 code."),
    Column("name", "str", "LSOA name."),
    Column("fire_area", "str", "Fire and rescue area."),
    Column("police_area", "str", "Police force area."),
    Column("in_area", "bool", "In the study's fire area: counts in every percentage."),
    people("people", "Residents, Census 2021."),
    people("disabled_people", "Disabled residents."),
    people("people_65_plus", "Residents aged 65 and over (mid-2020, LSOA 2011 shared over its LSOA "
           "2021).", null=True),
    Column("imd_decile", "float", "IMD 2025 decile; 1 is most deprived.", null=True, at_least=1,
           at_most=10),
    Column("rural", "bool", "Rural by the 2021 rural/urban classification."),
    Column("fires_per_year", "float", "Dwelling fires, MSOA mean 2016/17 to 2018/19 shared by "
           "people.", unit="fires/year", at_least=0),
    Column("area_km2", "float", "Land area of the LSOA (generalised boundaries): counts as a whole "
           "with its point.", null=True, at_least=0),
    Column("geometry", "geometry", "Point, EPSG:27700."),
)

BOUNDARIES = table(
    "boundaries", ("kind", "name"), "Fire areas, police force areas and land.",
    Column("kind", "str", "fire_area, police_area, authority or land.",
           allowed=("fire_area", "police_area", "authority", "land")),
    Column("name", "str", "Name of the area."),
    Column("geometry", "geometry", "Polygon, EPSG:27700."),
)

PLACES = table(
    "places", ("place_id",), "Place names for labels and the sanity pairs.",
    Column("place_id", "str", "Stable id: name and grid square."),
    Column("name", "str", "Name."),
    Column("kind", "str", "OSM place class.",
           allowed=("city", "town", "village", "suburb", "hamlet")),
    Column("geometry", "geometry", "Point, EPSG:27700."),
)

BUS_STOPS = table(
    "bus_stops", ("stop_id",), "Bus stops near the sites, as a study brings them.",
    Column("stop_id", "str", "Stable id of the stop, such as its NaPTAN code."),
    Column("name", "str", "Name of the stop.", null=True),
    Column("geometry", "geometry", "Point, EPSG:27700."),
)

CREW_HOURS = table(
    "crew_hours", ("of", "hour"), "Availability of crews by hour of the day, of crewings or of "
    "single stations; each hour counts alike.",
    Column("of", "str", "A crewing (wholetime, day_crewed, on_call, volunteer, unknown), or the "
           "site_id of a station, which wins."),
    Column("hour", "int", "Hour of the day that begins then; all 24 of each.", at_least=0,
           at_most=23),
    Column("availability", "float", "Share of the hour at which a crew is there and free.",
           unit="share", at_least=0, at_most=1, disclosure="restricted"),
    Column("source", "str", "Where it comes from."),
)

OBJECTS = table(
    "objects", ("object_id",),
    "OSM fire and police objects, as evidence independent of most registers.",
    Column("object_id", "str", "Running id in order of kind, easting, northing."),
    Column("kind", "str", "fire_station or police.", allowed=("fire_station", "police")),
    Column("name", "str", "Name, if tagged.", null=True),
    Column("geometry", "geometry", "Point, EPSG:27700."),
)

GAZETTEER = table(
    "gazetteer", ("postcode",), "The postcodes of the sites, as a postcode directory knows them.",
    Column("postcode", "str", "Postcode, one space before its last three characters."),
    Column("easting", "float", "Easting of the postcode's point.", null=True),
    Column("northing", "float", "Northing of the postcode's point.", null=True),
    Column("authority", "str", "ONS code of the local authority.", null=True),
    Column("terminated", "bool", "No longer in use; unknown in the packaged directory.", null=True),
)

SITE_BUILDINGS = table(
    "site_buildings", ("building_id",),
    "Outlines of buildings near the sites, as a map has them; whose they are is not known.",
    Column("building_id", "str", "Stable id: grid reference of a point inside, to a metre."),
    Column("storeys", "float", "Storeys as mapped; empty where the map gives none.", null=True,
           at_least=0),
    Column("geometry", "geometry", "Polygon, EPSG:27700."),
)

SITE_AREAS = table(
    "site_areas", ("site_id",),
    "Which mapped buildings are each site's own, how sure that is, and its floor area as a range.",
    Column("site_id", "str", "Site: every row of located_sites."),
    Column("building_ids", "str", "Its buildings (table site_buildings), by id.", unit="list",
           null=True),
    Column("buildings", "int", "How many.", at_least=0),
    Column("footprint_m2", "float", "Ground they cover, all together.", null=True, at_least=0),
    Column("match", "str", "contains: an outline holds the site's point; near: the nearest one; "
           "none.", allowed=("contains", "near", "none")),
    Column("match_distance_m", "float", "Point to the outline.", null=True, at_least=0),
    Column("match_confidence", "str", "How sure it is that the buildings are the site's.",
           allowed=("sure", "likely", "doubtful", "none")),
    Column("match_note", "str", "Why it is no surer.", null=True),
    Column("claimed_with", "str", "Other sites to which the same building is matched.", unit="list",
           null=True),
    Column("area_low_m2", "float", "Least gross internal area.", null=True, at_least=0,
           disclosure="commercial"),
    Column("area_central_m2", "float", "Central gross internal area.", null=True, at_least=0,
           disclosure="commercial"),
    Column("area_high_m2", "float", "Largest gross internal area.", null=True, at_least=0,
           disclosure="commercial"),
    Column("area_basis", "str", "recorded in the register; computed from the map's outlines and "
           "storeys; assumed by the study for the role; missing: then there is no range.",
           allowed=("recorded", "computed", "assumed", "missing")),
    Column("area_rests_on", "str", "What the range rests on."),
)

TABLES = (
    SITES, LOCATED_SITES, BODIES, GOVERNANCE, DEMAND_POINTS, BOUNDARIES, PLACES, OBJECTS,
    BUS_STOPS, CREW_HOURS, GAZETTEER, SITE_BUILDINGS, SITE_AREAS, ISSUES,
)
