"""Tables of the back office: functions by body, and the ways in which each could be run."""

from __future__ import annotations

from colocate.tables.prices import PRICE_YEAR
from colocate.tables.schema import Column, table, withheld

FUNCTIONS_OF_FOCUS = (
    "Audit, Risk & Insurance", "Catering", "Commercial Services",
    "Community & Workplace Equalities", "Community Resilience", "Corporate Communications",
    "Corporate Support", "Emergency Planning", "Estates", "Finance", "Fitness Advice", "Fleet",
    "Health & Safety", "HR", "ICT", "Learning & Workforce Development", "Legal",
    "PA/Secretarial", "Payroll", "Performance & Analysis", "Procurement", "Risk/Call Reduction",
    "Stores", "Strategy & Business Change",
)
"""The 24 areas of focus (DSFRA/16/5, Appendix C, 10). Operational staff are not among them."""

WAYS = ("in_house", "contracted_in", "contracted_out", "mutual", "collaboration", "alliance",
        "alliance_single_leadership")
"""Ways in which a function can be run: ids of table `vehicles`, along the continuum of DSFRA/16/5,
4.2 (the mutual by the letter of 21 November 2012). A function cannot merge without its body."""

TOTALS = ("budget", "budget_in_scope", "saving_sought", "staff", "operational_staff")
"""What a published total may be of. Operational staff are told as a total only."""

MISSING = ("budget", "benchmark", "saving_share", "scale_share", "income", "change_share", "area")
"""What an option of a function may lack to be worked out."""

BASES = ("recorded", "computed", "assumed", "target", "unknown")
"""What a saving rests on: supplied with a source; worked out from what was supplied; a prior or a
supplied guess; a target that somebody set, which is no result; nothing."""

_FUNCTION = Column("function", "str", "Area of focus.", allowed=FUNCTIONS_OF_FOCUS,
                   otherwise="Operational staff are out of scope: the fire authority alone decides "
                   "on them. Take such rows out; name any other function by the area of focus it "
                   "belongs to.")  # fmt: skip
_WAY = Column("way", "str", "Way in which it would be run: an id of table vehicles.", allowed=WAYS)


def _range(name: str, meaning: str, *, unit: str) -> tuple[Column, ...]:
    words = {"low": "Least", "central": "Central", "high": "Most"}
    return tuple(
        withheld(f"{name}_{end}_gbp", f"{word} {meaning}", unit=unit)
        for end, word in words.items()
    )


def _outcome(what: str) -> tuple[Column, ...]:
    """Columns of a saving and a cost of change, of one option or of several together."""
    return (
        *_range("saving", f"that {what} may save a year against staying as today; below 0 it costs "
                "more.", unit="GBP/year"),
        *_range("change", f"that {what} may cost once to change over.", unit="GBP"),
        Column("basis", "str", "What the saving rests on.", allowed=BASES),
        Column("rests_on", "str", "The same in words; what is missing is named.",
               disclosure="restricted"),
        Column("missing", "str", "What is missing.", unit="list", null=True, allowed=MISSING),
    )  # fmt: skip


FUNCTIONS = table(
    "functions", ("function", "body_id"), "Baseline by function, like for like: one row a function "
    "and body. What a function costs all together, if that is all that is known, belongs in "
    "function_totals.",
    _FUNCTION,
    Column("occupies_space", "bool", "Needs premises of its own, beyond desks."),
    Column("body_id", "str", "Body."),
    Column("in_scope", "bool", "Whether the body has declared it in scope of working together; "
           "empty: not decided.", null=True),
    withheld("budget_gbp", "Yearly budget.", unit="GBP/year", at_least=0),
    withheld("staff_fte", "Staff, full-time equivalents, none of them operational.", at_least=0),
    withheld("area_m2", "Floor area it occupies.", at_least=0),
    Column("benchmark_gbp", "float", "What the market or peers charge for the same.",
           unit="GBP/year", null=True, at_least=0),
    PRICE_YEAR,
    Column("source", "str", "Where the figures come from.", null=True),
)

FUNCTION_TOTALS = table(
    "function_totals", ("body_ids", "figure", "year"),
    "Published totals of a body, or of several together: never shared out over functions.",
    Column("body_ids", "str", "Bodies it is the total of: ids of table bodies.", unit="list"),
    Column("figure", "str", "What it is a total of. budget and budget_in_scope: £ a year; "
           "saving_sought: a target, £ a year once it is reached; staff and operational_staff: "
           "people.", allowed=TOTALS),
    Column("amount", "float", "£ or people.", unit="GBP/year or people", at_least=0),
    Column("year", "int", "Financial year that it is of, by its first calendar year.",
           at_least=1900, at_most=2100),
    Column("source", "str", "Where it was published."),
    Column("note", "str", "What to know about it.", null=True),
)

FUNCTION_FIGURES = table(
    "function_figures", ("function", "body_id", "way"), "What people supply about one way of "
    "running a function: takes the place of what would be worked out.",
    _FUNCTION,
    Column("body_id", "str", "Body."),
    _WAY,
    Column("in_place", "bool", "Whether it is run so today, alone or besides."),
    *_range("saving", "that it may save or earn a year against staying as today.",
            unit="GBP/year"),
    *_range("change", "that changing over may cost once.", unit="GBP"),
    PRICE_YEAR,
    Column("option_ids", "str", "Options of the estate it needs, ids of table options; empty: "
           "those of sites that house the function.", unit="list", null=True),
    Column("basis", "str", "recorded or assumed.", allowed=("recorded", "assumed")),
    Column("source", "str", "Where it comes from, or on what it is assumed."),
)

FUNCTION_BASELINE = table(
    "function_baseline", ("function", "body_id"),
    "Each area of focus and body: where there may be something to gain.",
    Column("function", "str", "Area of focus.", allowed=FUNCTIONS_OF_FOCUS),
    Column("body_id", "str", "Body; `all` where nothing is supplied."),
    Column("occupies_space", "bool", "Needs premises of its own, beyond desks; empty where nobody "
           "entered it.", null=True),
    Column("in_scope", "bool", "Whether the body has declared it in scope; empty: not decided.",
           null=True),
    withheld("gbp_per_fte", "Budget for each member of staff.", unit="GBP/year"),
    withheld("over_benchmark", "Budget over benchmark, as a share of it."),
    Column("state", "str", "What it says.",
           allowed=("not supplied", "competitive already", "above benchmark")),
    Column("note", "str", "In words; what is missing is named.", disclosure="restricted"),
)

FUNCTION_OPTIONS = table(
    "function_options", ("function", "body_id", "way"),
    "Each way in which each function of each body could be run.",
    Column("function", "str", "Area of focus.", allowed=FUNCTIONS_OF_FOCUS),
    Column("body_id", "str", "Body."),
    Column("way", "str", "Way in which it would be run.", allowed=WAYS),
    Column("name", "str", "Name of the way."),
    Column("continuum_step", "int", "Step of the continuum, 1 independent to 6 merger.", at_least=1,
           at_most=6),
    Column("standing", "str", "in_place: so today. little_to_gain: open, but the benchmark says "
           "that the function is competitive already. not_open: the reason stands in note.",
           allowed=("in_place", "open", "little_to_gain", "not_open")),
    *_outcome("this way"),
    Column("space", "str", "What becomes of the room that the function takes: stays; comes free; "
           "room for others is needed; once for all that take part; let to a mutual.",
           allowed=("stays", "comes_free", "room_for_others", "once_for_all", "let")),
    withheld("area_m2", "Floor area the function takes today."),
    Column("site_ids", "str", "The body's open sites that house it, by their roles.", unit="list",
           null=True),
    Column("option_ids", "str", "Options of the estate (kind hq, depot or training) that would "
           "house it so.", unit="list", null=True),
    Column("approved_by", "str", "Bodies that approve, in order, as far as they are known.",
           unit="list", null=True),
    Column("legal_form", "str", "Legal form it takes."),
    Column("responsibility", "str", "Where statutory responsibility stays."),
    Column("certainty", "str", "Whether it is evidenced that this way is open.",
           allowed=("evidenced", "unknown")),
    Column("note", "str", "What to know about it, with where that is written.", null=True),
)

FUNCTION_PLANS = table(
    "function_plans", ("scenario_id", "function", "body_id"), "How each function would be run "
    "under each scenario that says so; under any other every function stays as it is.",
    Column("scenario_id", "str", "Scenario of the study."),
    Column("function", "str", "Area of focus.", allowed=FUNCTIONS_OF_FOCUS),
    Column("body_id", "str", "Body."),
    Column("way", "str", "Way in which it would be run.", allowed=WAYS),
    Column("changes", "bool", "Whether it is run otherwise today."),
    *_outcome("the scenario"),
    Column("option_ids", "str", "Options of the estate that would house it so.", unit="list",
           null=True),
    Column("approved_by", "str", "Bodies that approve, in order, as far as they are known.",
           unit="list", null=True),
)

FUNCTION_GAINS = table(
    "function_gains", ("scenario_id", "body_ids"), "What each such scenario would bring each body: "
    "the functions that are known, added up; where none is, published totals with the study's "
    "priors.",
    Column("scenario_id", "str", "Scenario of the study."),
    Column("body_ids", "str", "Body; several where only their total is published.", unit="list"),
    Column("functions", "int", "Functions that would be run otherwise.", at_least=0),
    Column("known", "int", "Of these, functions whose saving is known, be it as a range.",
           at_least=0),
    *_outcome("the scenario"),
    Column("words", "str", "In words.", disclosure="restricted"),
)

TABLES = (
    FUNCTIONS, FUNCTION_TOTALS, FUNCTION_FIGURES, FUNCTION_BASELINE, FUNCTION_OPTIONS,
    FUNCTION_PLANS, FUNCTION_GAINS,
)  # fmt: skip
