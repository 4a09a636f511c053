"""Tables of travel: the road network, snaps, OD matrices and catchments."""

from __future__ import annotations

from colocate.tables.schema import Column, Table

ROAD_NODES = Table(
    "road_nodes", "Junctions and dead ends of the drivable network.", key=("node_id",),
    columns=(
        Column("node_id", "int", "0, 1, 2, … : also the row number.", at_least=0),
        Column("easting", "float", "Easting, whole metres in the shipped network.", unit="m"),
        Column("northing", "float", "Northing.", unit="m"),
    ),
)

ROAD_EDGES = Table(
    "road_edges",
    "Stretches of road between two nodes: topology, geometry and tags only, one row for both "
    "directions. Speeds are computed when a study runs.",
    key=("edge_id",),
    columns=(
        Column("edge_id", "int", "0, 1, 2, … : also the row number.", at_least=0),
        Column("from_node", "int", "Node where the geometry begins.", at_least=0),
        Column("to_node", "int", "Node where the geometry ends.", at_least=0),
        Column("forward", "bool", "May be driven from from_node to to_node."),
        Column("backward", "bool", "May be driven from to_node to from_node."),
        Column("length_m", "float", "Length along the road.", unit="m", at_least=0),
        Column("highway", "str", "OSM highway class (ferry for a ferry)."),
        Column("service", "str", "OSM service class.", null=True),
        Column("name", "str", "Road name.", null=True),
        Column("ref", "str", "Road number.", null=True),
        Column("maxspeed", "str", "maxspeed as tagged.", null=True),
        Column("junction", "str", "roundabout or circular.", null=True),
        Column("access", "str", "Most specific access tag for motor vehicles.", null=True),
        Column("dual", "bool", "One of two one-way carriageways of a road."),
        Column("geometry", "geometry", "Line from from_node to to_node.", unit="m"),
    ),
)

EDGE_SPEEDS = Table(
    "edge_speeds", "Free-flow speed and drive time of each road edge, with where it came from.",
    key=("edge_id",),
    columns=(
        Column("edge_id", "int", "Road edge.", at_least=0),
        Column("built_up", "bool", "Mostly in a built-up area: by the tagged limit, else by "
               "street density."),
        Column("speed_kph", "float", "Free-flow speed.", unit="km/h", at_least=0),
        Column("speed_source", "str", "Where the speed came from.",
               allowed=("maxspeed_tag", "class_built_up", "class_rural", "ferry")),
        Column("forward_s", "float", "Drive time along the geometry, junction delay included; "
               "infinite where not allowed.", unit="s", at_least=0),
        Column("backward_s", "float", "Drive time against the geometry.", unit="s", at_least=0),
    ),
)

SNAPS = Table(
    "snaps", "The move from each site and demand point to the nearest drivable road edge.",
    key=("kind", "point_id"),
    columns=(
        Column("kind", "str", "Which table the point is of.", allowed=("site", "demand")),
        Column("point_id", "str", "site_id or demand_id."),
        Column("edge_id", "int", "Road edge it snaps to.", at_least=0),
        Column("offset_m", "float", "Distance along the edge from from_node.", unit="m",
               at_least=0),
        Column("snap_distance_m", "float", "Straight distance from point to road.", unit="m",
               at_least=0),
        Column("quality", "str", "good, or doubtful: beyond the study's limit or off the main "
               "network.",
               allowed=("good", "doubtful")),
    ),
)

_OD = (
    Column("travel_time_s", "float", "Drive time, from point to point, of the fastest route.",
           unit="s", at_least=0),
    Column("distance_m", "float", "Road distance of that route.", unit="m", at_least=0),
)

SITE_TO_DEMAND = Table(
    "site_to_demand", "Response direction: from the site to the demand point, within the cut-off.",
    key=("site_id", "demand_id"),
    columns=(
        Column("site_id", "str", "Origin."), Column("demand_id", "str", "Destination."), *_OD,
    ),
)

DEMAND_TO_SITE = Table(
    "demand_to_site", "Access direction: from the demand point to the site, within the cut-off.",
    key=("site_id", "demand_id"),
    columns=(
        Column("site_id", "str", "Destination."), Column("demand_id", "str", "Origin."), *_OD,
    ),
)

SITE_TO_SITE = Table(
    "site_to_site", "Drive times between sites, within the cut-off; directed.",
    key=("from_site_id", "to_site_id"),
    columns=(
        Column("from_site_id", "str", "Origin."), Column("to_site_id", "str", "Destination."),
        *_OD,
    ),
)

CATCHMENTS = Table(
    "catchments",
    "Area reached within a limit. People are counted from travel times, never from the polygon.",
    key=("site_id", "direction", "limit_s"),
    columns=(
        Column("site_id", "str", "Site."),
        Column("direction", "str", "from_site: response; to_site: access.",
               allowed=("from_site", "to_site")),
        Column("limit_s", "float", "Drive time limit, included.", unit="s", at_least=0),
        Column("people", "float", "People of the study area whose travel time is within it.",
               unit="people", at_least=0),
        Column("method", "str", "How the polygon was drawn."),
        Column("geometry", "geometry", "Polygon or multipolygon, EPSG:27700.", unit="m"),
    ),
)

TABLES = (
    ROAD_NODES, ROAD_EDGES, EDGE_SPEEDS, SNAPS, SITE_TO_DEMAND, DEMAND_TO_SITE, SITE_TO_SITE,
    CATCHMENTS,
)
