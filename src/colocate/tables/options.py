"""Tables of options: who may take part, pairs, clusters, options and what each would do."""

from __future__ import annotations

from colocate.tables.schema import Column, Table

KINDS = ("police_into_fire", "fire_into_police", "both_to_new", "touchdown", "hq", "depot",
         "training")
OPTION_STATUSES = ("existing", "blocked", "investigate", "recommended")

PARTICIPATION = Table(
    "participation", "Who may take part, as what, and if not, why not: one row per located site.",
    key=("site_id",),
    columns=(
        Column("site_id", "str", "Site."),
        Column("takes_part", "bool", "May host or move."),
        Column("covers", "bool", "Counts as a fire station in cover (open, with crew, on a road)."),
        Column("reason", "str", "Why it takes part, or why not."),
    ),
)

PAIRS = Table(
    "pairs", "Every cross-service pair of sites within the study's tiers, or of like function.",
    key=("pair_id",),
    columns=(
        Column("pair_id", "str", "Both ids, sorted, joined by +."),
        Column("fire_site_id", "str", "Site of the fire authority."),
        Column("police_site_id", "str", "Site of the other service."),
        Column("fire_to_police_s", "float", "Drive time.", unit="s", null=True, at_least=0),
        Column("police_to_fire_s", "float", "Drive time.", unit="s", null=True, at_least=0),
        Column("travel_time_s", "float", "The larger of the two directions.", unit="s", null=True,
               at_least=0),
        Column("distance_m", "float", "Road distance of the slower direction.", unit="m",
               null=True, at_least=0),
        Column("straight_m", "float", "Straight distance.", unit="m", at_least=0),
        Column("tier", "str", "Smallest tier that holds the pair, e.g. 250 m, 1 km, 3 km or "
               "10 min; `function` beyond them all. A straight one also needs a drive within "
               "options.straight_drive_min."),
        Column("function", "str", "Function both sites share, if any.", null=True),
        Column("existing_share", "str", "existing or possible share between the two.", null=True,
               allowed=("existing", "possible")),
    ),
)

CLUSTERS = Table(
    "clusters",
    "First look: sites every two of which are within the limit of each other by drive time "
    "(complete linkage). Regions on the map; options come from pairs and groups.",
    key=("cluster_id",),
    columns=(
        Column("cluster_id", "str", "Stable id, from the medoid."),
        Column("name", "str", "Name, from the medoid site."),
        Column("medoid_site_id", "str", "Member with the least total drive time to the others."),
        Column("site_ids", "str", "Members.", unit="list"),
        Column("services", "str", "Services present.", unit="list"),
        Column("n_sites", "int", "Number of members.", at_least=1),
        Column("diameter_s", "float", "Largest drive time between any two members.", unit="s",
               at_least=0),
        Column("region", "str", "Police force area of the medoid.", null=True),
        Column("geometry", "geometry", "Convex hull of the members, 250 m around.", unit="m"),
    ),
)

OPTIONS = Table(
    "options", "What could be looked into: who would move where, and why it is on the list.",
    key=("option_id",),
    columns=(
        Column("option_id", "str", "Readable and stable, e.g. PDC028-into-F033."),
        Column("kind", "str", "What would happen.", allowed=KINDS),
        Column("title", "str", "One line for people."),
        Column("what_happens", "str", "A sentence: who would move where."),
        Column("pair_id", "str", "Pair it comes from.", null=True),
        Column("group_id", "str", "Group of three or more it comes from.", null=True),
        Column("cluster_id", "str", "Cluster the host or first site lies in.", null=True),
        Column("site_ids", "str", "All sites involved, sorted.", unit="list"),
        Column("host_site_id", "str", "Site that stays; none for a new site.", null=True),
        Column("mover_site_ids", "str", "Sites that move (both, where it is open which of two "
               "stays); none for a touchdown or an existing share.", unit="list", null=True),
        Column("released_site_ids", "str", "Sites that would no longer be needed for their use.",
               unit="list", null=True),
        Column("tier", "str", "Tier of the pair, or the widest within the group."),
        Column("function", "str", "Function shared, if that is why.", null=True),
        Column("travel_time_s", "float", "Largest drive time between any two of its sites.",
               unit="s", null=True, at_least=0),
        Column("straight_m", "float", "Largest straight distance between two of them.", unit="m",
               at_least=0),
        Column("fire_area", "str", "Fire area of the sites.", null=True),
        Column("police_areas", "str", "Police force areas involved.", unit="list"),
        Column("existing_share", "str", "existing or possible share.", null=True,
               allowed=("existing", "possible")),
        Column("reason", "str", "Why it is on the list."),
    ),
)

COVER_BASELINE = Table(
    "cover_baseline", "Fire cover today, by response standard and part of the response.",
    key=("measure",),
    columns=(
        Column("measure", "str", "What is measured."),
        Column("value", "float", "Value.", null=True),
        Column("unit", "str", "Unit."),
        Column("published", "float", "Published figure beside it, if any.", null=True),
        Column("published_source", "str", "Where that was published.", null=True),
        Column("meaning", "str", "How it was computed."),
    ),
)

COVER = Table(
    "cover", "Fire cover before and after each option. Percentages are of people.",
    key=("option_id",),
    columns=(
        Column("option_id", "str", "Option."),
        Column("fire_changes", "bool", "A crewed fire station moves or closes."),
        Column("known", "bool", "Effect could be computed (not so for a site still to be found)."),
        Column("people_before", "float", "People within the first response standard.",
               unit="people", at_least=0),
        Column("people_after", "float", "The same afterwards.", unit="people", null=True,
               at_least=0),
        Column("people_gained", "float", "People newly within it.", unit="people", null=True,
               at_least=0),
        Column("people_lost", "float", "People no longer within it.", unit="people", null=True,
               at_least=0),
        Column("fires_before", "float", "Fires a year within it.", unit="fires/year", at_least=0),
        Column("fires_after", "float", "The same afterwards.", unit="fires/year", null=True,
               at_least=0),
        Column("mean_response_before_s", "float", "Mean response of the first appliance, weighted "
               "by fires, where one arrives within the cut-off.", unit="s", null=True, at_least=0),
        Column("mean_response_after_s", "float", "The same afterwards; unknown where points fall "
               "beyond the cut-off, for a mean without them would look better.", unit="s",
               null=True, at_least=0),
    ),
)

ACCESS = Table(
    "access", "Public access to a police desk before and after each option.",
    key=("option_id",),
    columns=(
        Column("option_id", "str", "Option."),
        Column("desk_changes", "bool", "A police desk or station open to the public moves."),
        Column("known", "bool", "Effect could be computed."),
        Column("people_before", "float", "People within the access standard of a desk.",
               unit="people", at_least=0),
        Column("people_after", "float", "The same afterwards.", unit="people", null=True,
               at_least=0),
        Column("people_gained", "float", "People newly within it.", unit="people", null=True,
               at_least=0),
        Column("people_lost", "float", "People no longer within it.", unit="people", null=True,
               at_least=0),
        Column("mean_access_before_s", "float", "Mean drive to the nearest desk, weighted by "
               "people, where there is one within the cut-off.", unit="s", null=True, at_least=0),
        Column("mean_access_after_s", "float", "The same afterwards; unknown where points fall "
               "beyond the cut-off.", unit="s", null=True, at_least=0),
        Column("basis", "str", "recorded, or assumed where a moving desk is not evidenced but "
               "taken from the site's role.", allowed=("recorded", "assumed")),
    ),
)

MONEY = Table(
    "money", "Running-cost effect of each option; every figure says what it rests on.",
    key=("option_id",),
    columns=(
        Column("option_id", "str", "Option."),
        Column("gross_saving_gbp", "float", "Running cost of what is released.", unit="GBP/year",
               null=True, disclosure="restricted"),
        Column("host_increase_gbp", "float", "Rise of the host's running cost.", unit="GBP/year",
               null=True, disclosure="restricted"),
        Column("net_saving_gbp", "float", "Gross less rise; positive is a saving.",
               unit="GBP/year", null=True, disclosure="restricted"),
        Column("basis", "str", "recorded, assumed, or unknown.",
               allowed=("recorded", "assumed", "unknown")),
        Column("review", "str", "Why a reader should look twice.", null=True),
        Column("note", "str", "What the figure rests on.", disclosure="restricted"),
    ),
)

GATES = Table(
    "gates",
    "What may block an option. unknown never averages out: it says what to find out. None for what "
    "is in place today.",
    key=("option_id", "gate"),
    columns=(
        Column("option_id", "str", "Option."),
        Column("gate", "str", "Gate."),
        Column("outcome", "str", "Result.", allowed=("pass", "fail", "unknown")),
        Column("mandatory", "bool", "Must be passed before an option is recommended."),
        Column("reason", "str", "Why.", disclosure="commercial"),
        Column("evidence", "str", "What it rests on.", null=True, disclosure="commercial"),
        Column("question", "str", "What would have to be found out.", null=True),
    ),
)

EVIDENCE = Table(
    "evidence", "What people found out about gates: always wins over what colocate can tell.",
    key=("option_id", "gate", "date"),
    columns=(
        Column("option_id", "str", "Option."),
        Column("gate", "str", "Gate of the study."),
        Column("outcome", "str", "What was found.", allowed=("pass", "fail", "unknown")),
        Column("reason", "str", "Why."),
        Column("author", "str", "Who says so: a role, not a person."),
        Column("date", "date", "When; the latest row for a gate of an option counts."),
    ),
)

APPROVALS = Table(
    "approvals", "Approval path of each option, in order: each body once for each action.",
    key=("option_id", "step", "body_id"),
    columns=(
        Column("option_id", "str", "Option."),
        Column("step", "int", "Order.", at_least=1),
        Column("body_id", "str", "Body."),
        Column("body", "str", "Its name."),
        Column("action", "str", "What it does."),
        Column("legal_form", "str", "Legal form it leads to, if any.", null=True),
        Column("citation", "str", "Statute, agreement or minute."),
        Column("certainty", "str", "evidenced or unknown.", allowed=("evidenced", "unknown")),
        Column("rule_id", "str", "Rule it comes from."),
    ),
)

TABLES = (
    PARTICIPATION, PAIRS, CLUSTERS, OPTIONS, COVER_BASELINE, COVER, ACCESS, MONEY, EVIDENCE,
    GATES, APPROVALS,
)
