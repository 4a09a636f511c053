"""Tables of sharing costs and benefits between bodies as ranges, and what that needs of each."""

from __future__ import annotations

from colocate.tables.schema import Column, table, withheld

KEYS = ("equal", "funding", "size", "headcount", "floor_area", "demand", "hybrid")
"""Apportionment keys."""
PRINCIPLES_OF_FUNDING = (
    "sustainable", "equitable", "no_more_control", "judged_together", "encourages_participation",
    "does_not_stifle", "value_for_each",
)
"""The seven principles of DSFRA/16/5, 7.3."""
CONSTRAINTS = ("precept", "local_control", "priorities")
"""What may hold the parties back in the choice of a key (DSFRA/16/5, 7.4)."""

PARTNERS = table(
    "partners", ("body_id",), "What the keys of apportionment need to know of each body.",
    Column("body_id", "str", "Body."),
    Column("funding_gbp", "float", "Net revenue budget.", unit="GBP/year", null=True, at_least=0),
    Column("funding_low_gbp", "float", "Least it may be; empty where it is known.", unit="GBP/year",
           null=True, at_least=0),
    Column("funding_high_gbp", "float", "Most it may be; empty where it is known.", unit="GBP/year",
           null=True, at_least=0),
    Column("size", "float", "Size of the body: police officers of a force, firefighters of a fire "
           "authority, or any count that all share.", null=True, at_least=0),
    Column("size_low", "float", "Least it may be; empty where it is known.", null=True, at_least=0),
    Column("size_high", "float", "Most it may be; empty where it is known.", null=True, at_least=0),
    Column("headcount", "float", "Staff in scope: never operational staff.", null=True, at_least=0),
    Column("demand", "float", "Demand or usage, in any unit all bodies share.", null=True,
           at_least=0),
    Column("votes", "float", "Votes in the joint board: does not follow money.", null=True,
           at_least=0),
    Column("precept_share", "float", "Part of its budget that council tax raises.", null=True,
           at_least=0, at_most=1),
    Column("source", "str", "Where the figures come from, and of which year they are."),
)

SUBJECT = (
    Column("kind", "str", "What is shared: an option, the chosen set, or a target.",
           allowed=("option", "portfolio", "target")),
    Column("subject_id", "str", "Option, set of table `portfolios`, or target of the study."),
    Column("key", "str", "Key of apportionment.", allowed=KEYS),
)

APPORTIONMENT_RANGES = table(
    "apportionment_ranges", ("kind", "subject_id", "key", "body_id"), "Who would pay and gain what "
    "of each option, the best set and each joint target, by each key, as ranges: priors stand for "
    "what nobody supplied, and a figure that a key lacks leaves its share open. Money with any "
    "width is rounded outward to two figures; costs at the centre add up over the bodies to the "
    "penny, ends do not add up.",
    *SUBJECT,
    Column("body_id", "str", "Body."),
    Column("share_low", "float", "Least its share may be.", at_least=0, at_most=1),
    Column("share", "float", "Its share at the centre, all adding up to 1; empty where a figure of "
           "the key is lacking.", null=True, at_least=0, at_most=1),
    Column("share_high", "float", "Most its share may be.", at_least=0, at_most=1),
    *(withheld(f"{name}{end}_gbp", f"{word}{words}")
      for name, words in (
          ("cost", "its share of the present cost: works and the rise of the host's."),
          ("benefit", "what falls to it: costs released and receipts; of a target its share."),
          ("net", "benefit less cost, each end as if all came together."))
      for end, word in (("_low", "Least of "), ("", "Centre of "), ("_high", "Most of "))),
    Column("lacks", "str", "Figures that the key lacks, and whose.", null=True),
    Column("note", "str", "What else limits the row.", null=True),
)

PRINCIPLE_RANGES = table(
    "principle_ranges", ("kind", "subject_id", "key", "principle"), "The seven principles of a "
    "funding model on the ranges: passed or failed all over them, or where it turns.",
    *SUBJECT,
    Column("principle", "str", "Principle.", allowed=PRINCIPLES_OF_FUNDING),
    Column("outcome", "str", "pass or fail: all over the ranges; depends: on a figure; unknown: "
           "not even a prior tells.", allowed=("pass", "fail", "depends", "unknown")),
    Column("depends_on", "str", "Figure that turns it soonest, all others at the centre.",
           null=True),
    withheld("low", "Least that figure may be."),
    withheld("turns_at", "Where it turns; empty where more than one figure must move, or the "
             "figure is lacking."),
    withheld("high", "Most that figure may be."),
    Column("reason", "str", "Why.", disclosure="restricted"),
)

SHARING_CONSTRAINTS = table(
    "sharing_constraints", ("kind", "subject_id", "key", "constraint", "body_id"),
    "What constraints on sharing would change: where one body's precept is higher, it keeps a part "
    "of its own estate out, or its demand grows.",
    *SUBJECT,
    Column("constraint", "str", "What changes.", allowed=CONSTRAINTS),
    Column("body_id", "str", "Body whose it is."),
    Column("change", "float", "By how much, as a share."),
    Column("share", "float", "Its share of the cost before; empty where the key lacks figures.",
           null=True, at_least=0, at_most=1),
    Column("share_after", "float", "And then.", null=True, at_least=0, at_most=1),
    *(withheld(f"net_change{end}_gbp", f"Change of its net benefit{word}.")
      for end, word in (("_low", ", the least"), ("", " at the centre"),
                        ("_high", ", the most"))),
    withheld("others_change_gbp", "Change of the net benefit of all others together, at the "
             "centre."),
    Column("rests_on", "str", "What the change rests on."),
    Column("lacks", "str", "Figures that it lacks, and whose.", null=True),
)

SHARING = (APPORTIONMENT_RANGES, PRINCIPLE_RANGES, SHARING_CONSTRAINTS)
