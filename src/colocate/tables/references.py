"""Tables of references: what times were measured or published elsewhere, each with its error."""

from __future__ import annotations

from colocate.tables.schema import Column, table

VEHICLES = ("car", "appliance")
BASES = ("measured", "computed", "published", "assumed")
"""What a reference rests on; an assumed one is shown and judges nothing."""
PARTS = ("handling", "turnout", "drive", "total")
"""Parts of a response, and the whole of it."""
BY = ("all", "class_of_road", "distance", "rural", "direction", "area")
"""What agreement is told by."""


def _end(end: str, said: str) -> tuple[Column, ...]:
    return (
        Column(f"{end}_name", "str", f"Where the drive {said}, for people.", null=True),
        Column(f"{end}_site_id", "str", f"Site at which it {said}; else coordinates.", null=True),
        Column(f"{end}_easting", "float", f"Easting where it {said}.", null=True),
        Column(f"{end}_northing", "float", "Northing, likewise.", unit="m", null=True),
        Column(f"{end}_lat", "float", "Latitude (WGS84), where there is no easting.",
               unit="degrees", null=True),
        Column(f"{end}_lon", "float", "Longitude, likewise.", unit="degrees", null=True),
    )  # fmt: skip


def _error(unit: str) -> tuple[Column, ...]:
    return (
        Column("rounding", "float", "What the figure is rounded to: it may be off by half of it.",
               unit=unit, at_least=0),
        Column("spread_share", "float", "What else it may be off by, either way, as a share of it: "
               "traffic, sampling, the year.", unit="share", at_least=0, at_most=1),
    )  # fmt: skip


_GROUND = (
    Column("period", "str", "When it holds: year, hours of the day."),
    Column("source", "str", "Where it was measured or published, or on what it is assumed."),
    Column("basis", "str", "What it rests on. An assumed one is shown and judges nothing.",
           allowed=BASES),
)  # fmt: skip

DRIVE_REFERENCES = table(
    "drive_references", ("reference_set", "reference_id"),
    "Drive times known from elsewhere: timed runs, a routing service, usual times.",
    Column("reference_set", "str", "Which references are told of together: one source."),
    Column("reference_id", "str", "Id of the pair within its set."),
    *_end("from", "begins"),
    *_end("to", "ends"),
    Column("minutes", "float", "The time.", unit="min", at_least=0),
    Column("both_ways", "bool", "It holds for the way there and back alike; empty: for the way "
           "there alone.", null=True),
    Column("vehicle", "str", "Who drives.", allowed=VEHICLES),
    Column("constant_s", "float", "What of it is no drive: parking, walking to the car.",
           at_least=0),
    *_error("s"),
    Column("owner", "str", "Who measured or computed it."),
    *_GROUND,
)

PUBLISHED_PARTS = table(
    "published_parts", ("part_id",),
    "Mean times of response that fire services publish, whole and in parts.",
    Column("part_id", "str", "Id of the figure."),
    Column("owner", "str", "The service it was published of: a body_id, or its name where it is no "
           "body of the study. That of another service is shown and not compared."),
    Column("part", "str", "Which part of the response.", allowed=PARTS),
    Column("mix", "str", "Of which incidents: a kind, as dwelling, or the id of a mix of the "
           "study's section `incidents`. One that is neither is compared with nothing like."),
    Column("seconds", "float", "The mean.", unit="s", at_least=0),
    *_error("s"),
    *_GROUND,
)

OBSERVED_CHANGES = table(
    "observed_changes", ("change_id",),
    "What a change did to a figure: before and after, each as measured.",
    Column("change_id", "str", "Id of the change."),
    Column("what", "str", "What was changed, in words."),
    Column("owner", "str", "The service whose figure it is: a body_id, or its name."),
    Column("scenario_before", "str", "Scenario of the study that stands for before."),
    Column("scenario_after", "str", "Scenario that stands for after."),
    Column("measure", "str", "A measure of table cover_baseline, such as mean_drive_s."),
    Column("before", "float", "The figure before."),
    Column("after", "float", "The figure after."),
    *_error("that of the measure"),
    *_GROUND,
)

TABLES = (DRIVE_REFERENCES, PUBLISHED_PARTS, OBSERVED_CHANGES)

DRIVES_HELD = table(
    "drives_held", ("reference_set", "reference_id"),
    "Every reference drive beside the computed one.",
    *DRIVE_REFERENCES.columns[:2],
    Column("from_name", "str", "Where the drive begins.", null=True),
    Column("to_name", "str", "Where it ends.", null=True),
    Column("vehicle", "str", "Who drives.", allowed=VEHICLES),
    Column("straight_km", "float", "In a straight line.", null=True, at_least=0),
    Column("reference_s", "float", "The reference without what of it is no drive."),
    Column("allowed_s", "float", "What the reference may be off by, either way.", at_least=0),
    Column("computed_s", "float", "The computed drive.", null=True, at_least=0),
    Column("ratio", "float", "Computed over reference.", null=True, at_least=0),
    Column("within", "bool", "They differ by no more than is allowed.", null=True),
    Column("class_of_road", "str", "Class group of which the computed drive has most time.",
           null=True),
    Column("distance", "str", "Band of the straight line.", null=True),
    Column("rural", "str", "Of the demand points nearest to its two ends.", null=True),
    Column("direction", "str", "Which way it leads.", null=True),
    Column("area", "str", "Authority in which it begins.", null=True),
    Column("basis", "str", "What the reference rests on.", allowed=BASES),
    Column("why_not", "str", "Why there is no computed drive; empty where there is one.",
           null=True),
)
"""What `colocate validate` answers; none of these is a table of a run."""

AGREEMENT = table(
    "agreement", ("reference_set", "by", "group"),
    "How far computed and reference drives agree, by set and by what the drives are like.",
    Column("reference_set", "str", "The references."),
    Column("basis", "str", "What they rest on.", allowed=BASES),
    Column("by", "str", "What the drives are grouped by.", allowed=BY),
    Column("group", "str", "The group."),
    Column("n", "int", "Drives compared.", at_least=0),
    Column("r", "float", "Correlation of the times (Pearson); from three drives on.", null=True,
           at_least=-1, at_most=1),
    Column("ratio_median", "float", "Median of computed over reference.", null=True),
    Column("ratio_p10", "float", "A tenth of the ratios are lower.", null=True),
    Column("ratio_p90", "float", "A tenth are higher.", null=True),
    Column("within_share", "float", "Share within what the references may be off by.", null=True,
           at_least=0, at_most=1),
    Column("speed_factor", "float", "Of a class of road: what all drives of the set together say "
           "its speed is to be multiplied by; nothing is applied.", null=True),
    Column("speed_factor_error", "float", "Its standard error, as a share of it.", null=True),
)

FIGURES_HELD = table(
    "figures_held", ("kind", "figure_id"),
    "Published parts and observed changes beside the computed ones.",
    Column("kind", "str", "A part of a response, or a change.", allowed=("part", "change")),
    Column("figure_id", "str", "Id of the reference."),
    Column("owner", "str", "The service it is of."),
    Column("period", "str", "When it holds."),
    Column("what", "str", "The part, or the measure that changed."),
    Column("mix", "str", "Of which incidents the reference is.", null=True),
    Column("reference", "float", "The figure; of a change, after less before."),
    Column("allowed", "float", "What it may be off by, either way.", at_least=0),
    Column("computed", "float", "The computed one, as expected over crews that may be out.",
           null=True),
    Column("computed_best", "float", "The same with every crew there.", null=True),
    Column("computed_worst", "float", "The same with crews out more often, turning out at the "
           "ceiling.", null=True),
    Column("within", "bool", "They differ by no more than is allowed.", null=True),
    Column("like", "bool", "Like with like: the same service and the same incidents."),
    Column("basis", "str", "What the reference rests on.", allowed=BASES),
    Column("said", "str", "What to make of it.", null=True),
)
