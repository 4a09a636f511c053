"""What `colocate backtest` reads and answers; none is a table of a run."""

from __future__ import annotations

from colocate.tables.schema import Column, table

HAPPENED = ("happened", "announced")
"""Outcomes that a ranking should put first: a site was given up or shared, or was to be."""
STAYED = ("dropped", "kept")
OUTCOMES = (*HAPPENED, *STAYED)
METHODS = ("ranking", "straight_distance", "drive_time", "town_size")
"""The ranking, and the orders it is held against: nearest to a site of another service, in a
straight line and by road, and fewest people near."""

CASES = table(
    "backtest_cases", ("site",), "What became of a site, or of a plan for it: one row a site.",
    Column("site", "str", "site_id or name of the site that moved, or would have."),
    Column("body", "str", "Force or authority it belongs to: id or name of a body; tells sites of "
           "one name apart.", null=True),
    Column("partner_site", "str", "site_id or name of the site it moved to, or would have.",
           null=True),
    Column("outcome", "str", "happened: given up or shared; announced: to be, the outcome not "
           "known; dropped: a plan given up; kept: stayed, was rebuilt or refurbished.",
           allowed=OUTCOMES),
    Column("decided", "date", "When, as exactly as known. What is not surely earlier is left out "
           "of the ranking it is held against."),
    Column("source", "str", "Where it was published; may be empty where table site_decisions has a "
           "row of that day about the site or the partner site.", null=True),
    Column("source_kind", "str", "What kind of source: notice, paper, press, reference.",
           null=True),
)

_METHOD_COLUMNS = tuple(
    Column(name, "float", f"Standing by {what}: share of the other sites that stand behind, those "
           "that stand level counted half; 1 is first, 0 last.", null=True, at_least=0, at_most=1)
    for name, what in zip(
        METHODS,
        ("the ranking, each site by its best option, those without an option last",
         "the straight line to the nearest site of another service",
         "the drive to the nearest site of another service",
         "the people who live near, fewest first"),
        strict=True,
    )
)  # fmt: skip

BACKTEST = table(
    "backtest", ("site",),
    "Where the site of each case stood among all other sites of its body that take part.",
    *CASES.columns[:1],
    Column("site_id", "str", "Site it was matched to.", null=True),
    Column("body_id", "str", "Body of that site.", null=True),
    *CASES.columns[2:5],
    Column("why_not", "str", "Why it has no standing; empty where it has one.", null=True),
    Column("n_others", "int", "Other sites it is compared with.", null=True, at_least=0),
    Column("best_option", "str", "Its best option in the ranking as of the day before; empty where "
           "it has none.", null=True),
    Column("with_partner", "bool", "That option joins it to the partner site.", null=True),
    Column("rank_group", "int", "Rank group of that option.", null=True, at_least=0, at_most=3),
    Column("rank", "float", "Its rank within the group.", null=True, at_least=1),
    *_METHOD_COLUMNS,
    Column("rows_left_out", "int", "Rows of evidence, decisions and site_decisions not surely "
           "earlier: not used.", null=True, at_least=0),
    Column("later_inputs", "str", "Inputs that are not surely earlier and were used all the same, "
           "with their dates.", unit="list", null=True),
    *CASES.columns[5:],
)

SUMMARY = table(
    "backtest_summary", ("cases", "method"), "How sites with a known outcome stood, on average.",
    Column("cases", "str", "Which: happened or announced; dropped or kept.",
           allowed=("happened or announced", "dropped or kept")),
    Column("method", "str", "What orders the sites.", allowed=METHODS),
    Column("n", "int", "Cases that have a standing.", at_least=0),
    Column("mean", "float", "Mean standing; one half is what chance gives.", null=True, at_least=0,
           at_most=1),
    Column("n_top_quarter", "int", "Cases in the first quarter: a standing of 0.75 or more.",
           at_least=0),
    Column("top_quarter", "float", "Share of the cases in the first quarter; a quarter is what "
           "chance gives.", null=True, at_least=0, at_most=1),
    Column("auc", "float", "Chance that such a site stands before one without such a case; from "
           "ten cases on.", null=True, at_least=0, at_most=1),
    Column("auc_low", "float", "Lower end of its 95 % interval.", null=True, at_least=0, at_most=1),
    Column("auc_high", "float", "Upper end.", null=True, at_least=0, at_most=1),
)
