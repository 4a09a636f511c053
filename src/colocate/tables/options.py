"""Tables of options: who may take part, pairs, clusters and options."""

from __future__ import annotations

from colocate.tables.schema import Column, table

KINDS = ("into_fire", "into_other", "into_partner", "both_to_new", "touchdown", "hq", "depot",
         "training")
OPTION_STATUSES = ("existing", "blocked", "investigate", "recommended")

PARTICIPATION = table(
    "participation", ("site_id",),
    "Who may take part, as what, and if not, why not: one row per located site.",
    Column("site_id", "str", "Site."),
    Column("takes_part", "bool", "May host or move."),
    Column("hosts_only", "bool", "Takes part as a host that never moves: a partner's site, or a "
           "neighbouring service's station on its own side of the border."),
    Column("covers", "bool", "Counts as a fire station in cover (open, with crew, on a road to "
           "people or another site)."),
    Column("reason", "str", "Why it takes part, or why not."),
)

PAIRS = table(
    "pairs", ("pair_id",), "Every cross-service pair of sites within the study's tiers, or of like "
    "function, and the sites that only host with those they could take in.",
    Column("pair_id", "str", "Both ids, sorted, joined by +."),
    Column("first_site_id", "str", "Site of the fire authority, or one that only hosts."),
    Column("other_site_id", "str", "Site of the other service."),
    Column("first_to_other_s", "float", "Drive time.", null=True, at_least=0),
    Column("other_to_first_s", "float", "Drive time.", null=True, at_least=0),
    Column("hosts_only", "bool", "Whether the first site could only host."),
    Column("travel_time_s", "float", "The larger of the two directions.", null=True, at_least=0),
    Column("distance_m", "float", "Road distance of the slower direction.", null=True, at_least=0),
    Column("straight_m", "float", "Straight distance.", at_least=0),
    Column("tier", "str", "Smallest tier that holds the pair, e.g. 250 m, 1 km, 3 km or 10 min; "
           "`function` beyond them all, and across a fire border where the other site has a "
           "station on its own side within one. A straight one also needs a drive within "
           "options.straight_drive_min."),
    Column("function", "str", "Function both sites share, if any.", null=True),
    Column("existing_share", "str", "existing: the register records that the two share; possible: "
           "`share_reason` hints at it, to be asked first.", null=True,
           allowed=("existing", "possible")),
    Column("share_reason", "str", "Why they may be sharing a building today, or that the register "
           "records it.", null=True),
)

CLUSTERS = table(
    "clusters", ("cluster_id",), "First look: sites every two of which are within the limit of "
    "each other by drive time (complete linkage). Regions on the map; options come from pairs and "
    "groups.",
    Column("cluster_id", "str", "Stable id, from the medoid."),
    Column("name", "str", "Town of the medoid; where towns repeat, the site's name too, or alone "
           "if the town is in it or unknown. No two clusters share a name."),
    Column("n_sites", "int", "Number of members.", at_least=1),
    Column("diameter_m", "float", "Largest straight distance between any two members.", at_least=0),
    Column("diameter_s", "float", "Largest drive time between any two members.", at_least=0),
    Column("services", "str", "Services present.", unit="list"),
    Column("medoid_site_id", "str", "Member with the least total drive time to the others."),
    Column("site_ids", "str", "Members.", unit="list"),
    Column("region", "str", "Police force area of the medoid.", null=True),
    Column("geometry", "geometry", "Convex hull of the members, 250 m around."),
)

MOVES = ("option_id", "kind", "host_site_id", "mover_site_ids")
"""Who moves where, of `options`."""

OPTIONS = table(
    "options", ("option_id",),
    "What could be looked into: who would move where, and why it is on the list.",
    Column("option_id", "str", "Readable and stable, e.g. PDC028-into-F033."),
    Column("kind", "str", "What would happen.", allowed=KINDS),
    Column("title", "str", "One line for people."),
    Column("what_happens", "str", "A sentence: who would move where."),
    Column("pair_id", "str", "Pair it comes from.", null=True),
    Column("group_id", "str", "Group of three or more it comes from.", null=True),
    Column("cluster_id", "str", "Cluster the host or first site lies in.", null=True),
    Column("site_ids", "str", "All sites involved, sorted.", unit="list"),
    Column("host_site_id", "str", "Site that stays; none for a new site.", null=True),
    Column("mover_site_ids", "str", "Sites that move (both, where it is open which of two stays); "
           "none for a touchdown or an existing share.", unit="list", null=True),
    Column("released_site_ids", "str", "Sites that would no longer be needed for their use.",
           unit="list", null=True),
    Column("tier", "str", "Tier of the pair, or the widest within the group."),
    Column("function", "str", "Function shared, if that is why.", null=True),
    Column("travel_time_s", "float", "Largest drive time between any two of its sites.", null=True,
           at_least=0),
    Column("distance_m", "float", "Largest road distance between any two of its sites.", null=True,
           at_least=0),
    Column("straight_m", "float", "Largest straight distance between two of them.", at_least=0),
    Column("fire_area", "str", "Fire area of its fire sites, or else of its first site.",
           null=True),
    Column("police_areas", "str", "Police force areas involved.", unit="list"),
    Column("existing_share", "str", "existing: in place today; possible: two of its sites may be "
           "sharing already, which is the first thing to ask.", null=True,
           allowed=("existing", "possible")),
    Column("share_reason", "str", "Why they may be sharing a building today, or that the register "
           "records it.", null=True),
    Column("weak_site_ids", "str", "Hosts and movers of which it is open whether they are there, "
           "and what they are: no name in the source, or low confidence.", unit="list", null=True),
    Column("weak_reason", "str", "Which of these it is, site by site.", null=True),
    Column("reason", "str", "Why it is on the list."),
    by_column=True,
)

TABLES = (PARTICIPATION, PAIRS, CLUSTERS, OPTIONS)
