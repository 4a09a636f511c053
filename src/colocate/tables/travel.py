"""Tables of travel: the road network, snaps, OD matrices and catchments."""

from __future__ import annotations

from dataclasses import replace

from colocate.tables.schema import Column, people, table

ROAD_NODES = table(
    "road_nodes", ("node_id",), "Junctions and dead ends of the drivable network.",
    Column("node_id", "int", "0, 1, 2, … : also the row number.", at_least=0),
    Column("easting", "float", "Easting, whole metres in the shipped network."),
    Column("northing", "float", "Northing."),
    Column("control", "str", "What rules a junction, as tagged.", null=True,
           allowed=("traffic_signals", "mini_roundabout")),
    mapped=True,
)

ROAD_EDGES = table(
    "road_edges", ("edge_id",), "Stretches of road between two nodes: topology, geometry and tags "
    "only, one row for both directions. Speeds are computed when a study runs.",
    Column("edge_id", "int", "0, 1, 2, … : also the row number.", at_least=0),
    Column("from_node", "int", "Node where the geometry begins.", at_least=0),
    Column("to_node", "int", "Node where the geometry ends.", at_least=0),
    Column("forward", "bool", "May be driven from from_node to to_node."),
    Column("backward", "bool", "May be driven from to_node to from_node."),
    Column("length_m", "float", "Length along the road.", at_least=0),
    Column("highway", "str", "OSM highway class (ferry for a ferry)."),
    Column("service", "str", "OSM service class.", null=True),
    Column("name", "str", "Road name.", null=True),
    Column("ref", "str", "Road number.", null=True),
    Column("maxspeed", "str", "maxspeed as tagged, from from_node to to_node.", null=True),
    Column("junction", "str", "roundabout or circular.", null=True),
    Column("access", "str", "Most specific access tag for motor vehicles.", null=True),
    Column("dual", "bool", "One of two one-way carriageways of a road."),
    Column("maxspeed_backward", "str", "maxspeed from to_node to from_node, where it is another "
           "(none: no limit tagged).", null=True),
    Column("closed_to", "str", "Who may not drive it though others may: crews, heavy_crews, "
           "visitors, staff; a direction where it is one only. visitors;staff:forward.", null=True),
    Column("ends_only_for", "str", "Who may drive it only to begin or end a drive there: as in "
           "closed_to.", null=True),
    Column("size_limits", "str", "Largest vehicle let through, m or t: height_m=3.5;weight_t=7.5.",
           null=True),
    Column("geometry", "geometry", "Line from from_node to to_node."),
    mapped=True,
)

TURNS = table(
    "turns", ("from_edge", "from_forward", "via_edges", "to_edge", "to_forward"),
    "Turns from one road edge into another that may not be driven.",
    Column("via_node", "int", "Node at which one turns, at last if over edges.", at_least=0),
    Column("from_edge", "int", "Road edge one comes along.", at_least=0),
    Column("from_forward", "bool", "One comes along it from from_node to to_node."),
    Column("via_edges", "str", "Road edges between, in order, forward (+) or backward (-), where "
           "the turn is forbidden only to who comes by from_edge: 12+;13-.", null=True),
    Column("to_edge", "int", "Road edge one would go on along.", at_least=0),
    Column("to_forward", "bool", "One would go along it from from_node to to_node."),
    Column("restriction", "str", "OSM restriction that forbids it (no_left_turn, only_straight_on, "
           "...)."),
)

NETWORK_REPORT = table(
    "network_report", ("rule", "value"),
    "What reading the roads left out, changed or doubted, how often and how long.",
    Column("rule", "str", "Which rule of the reader."),
    Column("value", "str", "The tag's value or the kind it met."),
    Column("severity", "str", "excluded, doubt and note are issues too; info is not.",
           allowed=("excluded", "doubt", "note", "info")),
    Column("count", "int", "Ways, edges, nodes or relations.", at_least=0),
    Column("length_km", "float", "Their length, of what has one.", at_least=0, null=True),
    Column("message", "str", "The same in words."),
)

EDGE_SPEEDS = table(
    "edge_speeds", ("edge_id",),
    "Free-flow speed and drive time of each road edge, with where it came from.",
    Column("edge_id", "int", "Road edge.", at_least=0),
    Column("built_up", "bool", "Mostly in a built-up area: by the tagged limit, else by street "
           "density."),
    Column("class_group", "str", "Roads whose times are scaled together.",
           allowed=("motorway_trunk", "main", "minor", "built_up", "ferry")),
    Column("limit_kph", "float", "Speed limit: as tagged, else the national one.", at_least=0),
    Column("speed_kph", "float", "Free-flow speed.", at_least=0),
    Column("speed_source", "str",
           "What set the speed: the limit (tagged or national), the class in its "
           "surroundings, or the class less its bends.",
           allowed=("maxspeed_tag", "national_limit", "class_built_up", "class_rural", "bends",
                    "ferry")),
    Column("forward_s", "float", "Drive time along the geometry, junction delay included; infinite "
           "where nobody may.", at_least=0),
    Column("backward_s", "float", "Drive time against the geometry.", at_least=0),
    Column("limit_backward_kph", "float", "Limit against the geometry, where it is another.",
           at_least=0, null=True),
    Column("speed_backward_kph", "float", "Speed against the geometry, where it is another.",
           at_least=0, null=True),
    Column("closed_to", "str", "Who may not drive it though others may, with the vehicles of the "
           "study: crews (out from sites), visitors (in to sites), staff (between sites); a "
           "direction where it is one only. visitors;staff:forward.", null=True),
    Column("ends_only_for", "str", "Who may drive it only to begin or end a drive there: as in "
           "closed_to.", null=True),
    mapped=True,
)

SITE_KINDS = ("site", "new_site")
"""A site of today, or the new shared site of an option."""

SNAPS = table(
    "snaps", ("kind", "point_id"), "The move from each site, of today or new, and each demand "
    "point to the nearest drivable road edge.",
    Column("kind", "str", "site (today's), new_site (of an option) or demand.",
           allowed=(*SITE_KINDS, "demand")),
    Column("point_id", "str", "site_id or demand_id."),
    Column("edge_id", "int", "Road edge it snaps to.", at_least=0),
    Column("offset_m", "float", "Distance along the edge from from_node.", at_least=0),
    Column("snap_distance_m", "float", "Straight distance from point to road.", at_least=0),
    Column("quality", "str", "good, or doubtful: beyond the study's limit or off the main network.",
           allowed=("good", "doubtful")),
)

_OD = (
    Column("travel_time_s", "float", "Drive time, from point to point, of the fastest route.",
           at_least=0),
    Column("distance_m", "float", "Road distance of that route.", at_least=0),
)


def _kind(name: str, of: str) -> Column:
    meaning = f"Of {of}: site (today's) or new_site (of an option)."
    return Column(name, "str", meaning, allowed=SITE_KINDS)


SITE_TO_DEMAND = table(
    "site_to_demand", ("site_id", "demand_id"),
    "Response direction: from the site to the demand point, within the cut-off.",
    Column("site_id", "str", "Origin."),
    Column("demand_id", "str", "Destination."),
    _kind("site_kind", "the site"),
    *_OD,
)

DEMAND_TO_SITE = table(
    "demand_to_site", ("site_id", "demand_id"),
    "Access direction: from the demand point to the site, within the cut-off.",
    Column("site_id", "str", "Destination."),
    Column("demand_id", "str", "Origin."),
    _kind("site_kind", "the site"),
    *_OD,
)

SITE_TO_SITE = table(
    "site_to_site", ("from_site_id", "to_site_id"), "Drive times between sites, within the "
    "cut-off; directed. To a new site only those of the sites that would move there.",
    Column("from_site_id", "str", "Origin."),
    Column("to_site_id", "str", "Destination."),
    _kind("from_site_kind", "the origin"),
    _kind("to_site_kind", "the destination"),
    *_OD,
)

TODAY_SNAPS, TODAY_SITE_TO_DEMAND, TODAY_DEMAND_TO_SITE, TODAY_SITE_TO_SITE = (
    replace(
        table, name=f"today_{table.name}",
        meaning=f"The rows of `{table.name}` without new sites: what areas of search, and so new "
        "sites, are found from.",
    )
    for table in (SNAPS, SITE_TO_DEMAND, DEMAND_TO_SITE, SITE_TO_SITE)
)

WALK_TO_SITE = replace(
    DEMAND_TO_SITE, name="walk_to_site",
    meaning="On foot, along the roads: from the demand point to the site, within the longest walk. "
    "Times are walked, not driven.",
)  # fmt: skip

SITE_BUS_STOPS = table(
    "site_bus_stops", ("site_id",),
    "Bus stops within a walk of each site; no rows where the study brings no stops.",
    Column("site_id", "str", "Site, of today or new."),
    Column("n_stops", "int", "Stops within the walk, included.", at_least=0),
)

_DIRECTION = Column("direction", "str", "from_site: response; to_site: access.",
                    allowed=("from_site", "to_site"))

CATCHMENTS = table(
    "catchments", ("site_id", "direction", "limit_s"),
    "Area reached within a limit. People are counted from travel times, never from the polygon.",
    Column("site_id", "str", "Site."),
    _DIRECTION,
    Column("limit_s", "float", "Drive time limit, included.", at_least=0),
    people("people", "People of the study area whose travel time is within it."),
    Column("method", "str", "How the polygon was drawn."),
    Column("geometry", "geometry", "Polygon or multipolygon, EPSG:27700."),
)

SERVING_SITES = table(
    "serving_sites", ("site_id", "direction"), "Sites that count for their service: open stations "
    "where it drives out (response), open desks where people drive in (access).",
    Column("site_id", "str", "Site."),
    Column("service", "str", "Its service."),
    _DIRECTION,
    Column("over_border", "bool", "A neighbouring service's station."),
    Column("drive_limit_s", "float", "Longest drive within the service's standard: of fire, the "
           "first response standard less call handling and turnout; of police, the access limit. "
           "Empty where the study sets none.", null=True),
)

COVERAGE = table(
    "coverage", ("service", "direction", "limit_s"), "Ground that the sites of a service reach "
    "together. People are counted from travel times, never from the polygon.",
    Column("service", "str", "Service."),
    _DIRECTION,
    Column("limit_s", "float", "Drive time limit, included.", at_least=0),
    people("people", "People of the study area within it of at least one site."),
    Column("share_of_people", "float", "Of all people of the study area, reached or not.",
           null=True, at_least=0, at_most=1),
    Column("n_sites", "int", "Sites that count.", at_least=1),
    Column("n_over_border", "int", "Of these, over the border.", at_least=0),
    Column("geometry", "geometry", "What they reach, EPSG:27700."),
)

ALLOCATION = table(
    "allocation", ("service", "direction", "demand_id"), "Who covers whom: the nearest and the "
    "second nearest site of a service by drive time; ties by id. A point that no site reaches "
    "within the cut-off keeps its row.",
    Column("service", "str", "Service."),
    _DIRECTION,
    Column("demand_id", "str", "Demand point."),
    Column("site_id", "str", "Nearest site.", null=True),
    Column("travel_time_s", "float", "Drive time from or to it.", null=True, at_least=0),
    Column("second_site_id", "str", "Second nearest site.", null=True),
    Column("second_travel_time_s", "float", "Drive time from or to that.", null=True, at_least=0),
)

OVERLAP = table(
    "overlap", ("service", "direction", "demand_id", "limit_s"),
    "How many sites of a service reach each demand point within each limit.",
    Column("service", "str", "Service."),
    _DIRECTION,
    Column("demand_id", "str", "Demand point."),
    Column("limit_s", "float", "Drive time limit, included.", at_least=0),
    Column("n_sites", "int", "Sites within it; may be none.", at_least=0),
)

TABLES = (
    ROAD_NODES, ROAD_EDGES, TURNS, NETWORK_REPORT, EDGE_SPEEDS, TODAY_SNAPS, TODAY_SITE_TO_DEMAND,
    TODAY_DEMAND_TO_SITE, TODAY_SITE_TO_SITE, SNAPS, SITE_TO_DEMAND, DEMAND_TO_SITE, SITE_TO_SITE,
    WALK_TO_SITE, SITE_BUS_STOPS, CATCHMENTS, SERVING_SITES, COVERAGE, ALLOCATION, OVERLAP,
)
