"""Tables of governance beside the approvals: dated law, timelines, what outlives a body."""

from __future__ import annotations

from colocate.tables.schema import Column, table

PHASES = ("before", "decision", "after")
"""Where a step stands: before the decision that needs it, the decision, after it."""
TOPICS = (
    "business_case", "finance", "legality", "equality", "data_protection", "security",
    "collaboration", "consultation", "decision", "board", "scrutiny", "legal_form", "valuation",
    "tax", "community_asset", "procurement", "subsidy", "planning", "works", "move", "benefits",
)
"""What a step is about."""
ACTIONS = ("approve", "agree", "consult", "advise", "notify", "record", "carry_out")
"""What a body does at a step, the strongest first."""
CERTAINTY = ("evidenced", "unverified", "unknown")
"""evidenced: the source was read; unverified: it was looked for and not found, or names a plan that
is not law; unknown: whether the step stands is not known. The weaker wins where steps merge."""

LAW = table(
    "law", ("change_id",),
    "What changed in the law and in who answers for what, or is announced; one row a change.",
    Column("change_id", "str", "Stable id of the change."),
    Column("what", "str", "What changes."),
    Column("valid_from", "date", "First day; empty where none is known.", null=True),
    Column("valid_to", "date", "Last day, where another row takes its place.", null=True),
    Column("bodies", "str", "Bodies it changes, ids of table bodies.", unit="list", null=True),
    Column("means", "str", "What it asks of a scheme."),
    Column("citation", "str", "Act and section, or the page that was read, with its day."),
    Column("certainty", "str", "How sure it is that it stands on its day.", allowed=CERTAINTY),
)

TIMELINE = table(
    "timeline", ("option_id", "step", "topic"), "When each stage of an option could begin and end, "
    "counted from the study's day: stages of one step run side by side, the next step begins when "
    "the longest of them has ended.",
    Column("option_id", "str", "Option."),
    Column("step", "int", "Order, as in table approvals.", at_least=1),
    Column("topic", "str", "What the stage is about; lease: giving back leased buildings that "
           "would be left, from the end of the move on.", allowed=(*TOPICS, "lease")),
    Column("phase", "str", "Where it stands.", allowed=PHASES),
    Column("start_earliest", "date", "First day, if all goes as fast as it may."),
    Column("end_earliest", "date", "Last day, likewise; empty for a lease.", null=True),
    Column("start_usual", "date", "First day, if all takes as long as usual."),
    Column("end_usual", "date", "Last day, likewise; empty for a lease.", null=True),
    Column("back_earliest", "date", "For a lease: its first break or end from start_earliest on; "
           "empty where none from then on is recorded.", null=True, disclosure="commercial"),
    Column("back_usual", "date", "The same from start_usual on.", null=True,
           disclosure="commercial"),
    Column("critical", "bool", "On the longest way by usual lengths: if it slips, so does what "
           "follows."),
    Column("rests_on", "str", "What the lengths rest on."),
)

SUCCESSIONS = table(
    "successions", ("body_id", "about"), "What would outlive the body that makes it, and what to "
    "write into it; one row a body and an agreement, lease or target.",
    Column("body_id", "str", "Body that ends."),
    Column("about", "str", "agreement: one made now; lease/SITE; target/ID of the study."),
    Column("until", "date", "Day until which it runs.", disclosure="commercial"),
    Column("ends", "date", "Last day of the body."),
    Column("successors", "str", "Who follows, as far as known."),
    Column("certainty", "str", "How sure the end and the successors are.", allowed=CERTAINTY),
    Column("clause", "str", "What to write into it."),
    Column("source", "str", "Evidence of the end, and what the other day rests on."),
)

TABLES = (LAW, TIMELINE, SUCCESSIONS)
