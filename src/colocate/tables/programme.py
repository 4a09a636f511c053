"""Tables of the programme around the options: who meets, what was asked for, what came of it."""

from __future__ import annotations

from colocate.tables.schema import Column, table, withheld

PROGRAMME_GROUPS = table(
    "programme_groups", ("group_id",), "Boards and groups of a programme, and who reports to whom.",
    Column("group_id", "str", "Id."),
    Column("name", "str", "Name."),
    Column("frequency", "str", "How often it meets.", null=True),
    Column("attendance", "str", "Who attends, by role.", unit="list", null=True),
    Column("role", "str", "What it is for.", null=True),
    Column("reports_to", "str", "Group above it: a group_id.", null=True),
    Column("comes_before", "str", "Group that decides only after it: a group_id.", null=True),
    Column("place_basis", "str", "Whether its place in the structure was read or is assumed.",
           allowed=("recorded", "assumed")),
    Column("as_at", "date", "Day on which this was so; whether it still is, is not said."),
    Column("source", "str", "Where it was read, and on what its place rests."),
)

ANSWERS = ("computed", "computed from ranges", "recorded", "checklist", "out of reach")
RECOMMENDATIONS = table(
    "recommendations", ("recommendation_id", "part"),
    "What a programme recommends, and what colocate does for each part of it.",
    Column("recommendation_id", "str", "Id as the programme has it."),
    Column("part", "int", "Part of it, from 1.", at_least=1),
    Column("asks", "str", "What is asked for."),
    Column("answer", "str", "What colocate has for it in this study; a checklist is no more than "
           "that; out of reach: which figure or paper is missing stands in note.", allowed=ANSWERS),
    Column("command", "str", "Command or file that shows it.", null=True),
    Column("note", "str", "What that tells, and what it does not."),
    Column("source", "str", "Where it was asked for."),
)

CHECKLISTS = table(
    "checklists", ("recommendation_id", "part", "item"),
    "What people have to settle who are not colocate, item by item.",
    Column("recommendation_id", "str", "Recommendation it belongs to."),
    Column("part", "int", "Part of that.", at_least=1),
    Column("item", "int", "Number of the item, from 1.", at_least=1),
    Column("what", "str", "What is to be settled."),
    Column("owner", "str", "Who settles it: a role, not a person."),
    Column("done", "date", "When it was settled; empty while it is open.", null=True),
    Column("evidence", "str", "Minute or paper that says so.", null=True),
    Column("source", "str", "What the item rests on."),
)

MEASURES = ("net_saving", "works", "receipt", "desk_access", "desk_time", "fire_cover",
            "fire_response")  # fmt: skip
"""What is promised of an option and can be measured after the move."""

_PROMISED = (
    Column("option_id", "str", "Option."),
    Column("measure", "str", "What is measured.", allowed=MEASURES),
    Column("body_id", "str", "Body whose it is, or that measures it; `all` for all together."),
    Column("title", "str", "The option in words."),
    Column("label", "str", "What is measured, in words."),
    Column("unit", "str", "Unit of the figures."),
    withheld("before", "Today, where it is a measure of today."),
    withheld("promised_low", "Least that was promised."),
    withheld("promised", "What was promised: the run's own figure, unless the table handed in "
             "bears an earlier one."),
    withheld("promised_high", "Most that was promised."),
    Column("price_year", "int", "Year whose prices the figures are in; empty where they are no "
           "pounds, or where the table handed in does not say.", null=True),
    Column("basis", "str", "What the promise rests on.",
           allowed=("recorded", "computed", "assumed", "unknown")),
    Column("measured_by", "str", "Who measures."),
    Column("months_after", "float", "How long after the move.", unit="months", at_least=0),
    Column("how", "str", "How it is measured."),
    withheld("actual", "What it came to; empty until somebody measured it."),
    Column("measured_on", "date", "When.", null=True),
    Column("evidence", "str", "Where that stands.", null=True),
)

BENEFITS_HANDED_IN = table(
    "benefits_handed_in", ("option_id", "measure", "body_id"), "A benefits table filled in after "
    "moves: file benefits.csv of a run with the columns actual, measured_on and evidence.",
    *_PROMISED,
)

OUTCOMES = ("as promised", "better than promised", "worse than promised", "not measured",
            "nothing promised")  # fmt: skip
BENEFITS = table(
    "benefits", ("option_id", "measure", "body_id"), "What was promised of each option that is "
    "approved or in the best set, who measures it when, and what came of it. What was promised is "
    "kept once a table is handed in.",
    *_PROMISED,
    withheld("difference", "Actual less promised."),
    Column("outcome", "str", "Whether the actual figure lies within what was promised, ends "
           "included.", allowed=OUTCOMES, disclosure="restricted"),
)

TABLES = (PROGRAMME_GROUPS, RECOMMENDATIONS, CHECKLISTS, BENEFITS_HANDED_IN, BENEFITS)
