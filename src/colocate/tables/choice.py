"""Tables of choice: criteria, contributions, scores and ranks."""

from __future__ import annotations

from dataclasses import replace

from colocate.tables.effects import CHANGES, EQUALITY
from colocate.tables.options import OPTION_STATUSES
from colocate.tables.schema import Column, Table

BASES = ("recorded", "computed", "assumed", "missing")

RANK_GROUPS = ("actionable", "weakly_evidenced", "crew_decision", "blocked")
"""Groups of options in the order of the list; ranks run within each."""

MEASURES = Table(
    "measures",
    "What every option measures on each criterion of the study: a range, and what it rests on.",
    key=("option_id", "criterion"),
    columns=(
        Column("option_id", "str", "Option."),
        Column("criterion", "str", "Criterion."),
        Column("unit", "str", "Unit of the next three."),
        Column("low", "float", "Least it may be.", null=True, disclosure="restricted"),
        Column("central", "float", "What is scored.", null=True, disclosure="restricted"),
        Column("high", "float", "Most it may be.", null=True, disclosure="restricted"),
        Column("basis", "str", "Recorded in a register, computed from the network and the "
               "study's figures, assumed, or missing.", allowed=BASES),
        Column("rests_on", "str", "What the basis rests on; for what is missing, why, where that "
               "can be said.", null=True, disclosure="restricted"),
    ),
)

CONTRIBUTIONS = Table(
    "contributions",
    "Each criterion's raw value, its value on the fixed scale, and its share of the score.",
    key=("option_id", "criterion"),
    columns=(
        Column("option_id", "str", "Option."),
        Column("criterion", "str", "Criterion."),
        Column("raw", "float", "Centre of its range in `measures`, in the criterion's unit.",
               null=True, disclosure="restricted"),
        Column("value", "float", "0 at worst, 1 at best on the study's fixed scale, to six "
               "decimals.", null=True, disclosure="restricted",
               at_least=0, at_most=1),
        Column("weight", "float", "Weight, all adding up to 1.", at_least=0, at_most=1),
        Column("contribution", "float", "weight × value × 100; missing contributes nothing and "
               "lowers completeness.", disclosure="restricted", at_least=0, at_most=100),
        Column("basis", "str", "What the raw value rests on: recorded in a register, computed "
               "from the network and the study's figures, assumed, or missing.",
               allowed=BASES),
    ),
)

SCORES = Table(
    "scores", "Score, completeness, status and rank of every option.", key=("option_id",),
    columns=(
        Column("option_id", "str", "Option."),
        Column("status", "str", "existing, blocked, investigate or recommended.",
               allowed=OPTION_STATUSES),
        Column("score", "float", "Sum of contributions, 0 to 100.", disclosure="restricted",
               at_least=0, at_most=100),
        Column("completeness", "float", "Share of the weight whose value is known.", at_least=0,
               at_most=1),
        Column("rank_group", "str", "blocked: a gate fails; crew_decision: nothing fails, but a "
               "fire crew's base would move, which the fire authority alone decides; "
               "weakly_evidenced: of a host or mover it is open whether it is there; actionable: "
               "none of these. Existing shares and touchdowns are in none.", null=True,
               allowed=RANK_GROUPS),
        Column("rank", "float", "1 is first of its rank_group: by score, then option_id.",
               null=True, at_least=1),
        Column("place", "float", "Place in the whole list: actionable options first, then weakly "
               "evidenced ones, crew decisions and blocked ones, each by rank. Groups are not "
               "compared, so it says nothing of merit.", null=True,
               at_least=1),
        Column("failed_gates", "str", "Gates that fail.", unit="list", null=True),
        Column("unknown_gates", "str", "Mandatory gates nobody knows.", unit="list", null=True),
    ),
)

DRAWN_MEASURES = Table(
    "drawn_measures", "Raw measures of ranked options on networks with drawn speeds, where speeds "
    "can change them. A criterion of an option that has no row keeps its measure in every draw.",
    key=("draw", "option_id", "criterion"),
    columns=(
        Column("draw", "int", "Number of the drawn network, from 1.", at_least=1),
        Column("option_id", "str", "Option."),
        Column("criterion", "str", "Criterion that travel times move."),
        Column("raw", "float", "Its measure under that network.", null=True,
               disclosure="restricted"),
    ),
)

ROBUSTNESS = Table(
    "robustness", "How sure each rank is: over weights, speeds, costs, and all of them at once. "
    "Options stay in the rank group they have today.",
    key=("option_id", "varied"),
    columns=(
        Column("option_id", "str", "Ranked option."),
        Column("varied", "str", "What was drawn: weights around the agreed ones, over the whole "
               "simplex, drive speeds, costs, or weights, speeds and costs together.",
               allowed=("weights_near", "weights_any", "speeds", "costs", "together")),
        Column("n_draws", "int", "Draws.", at_least=1),
        Column("rank_low", "float", "5th percentile of its rank.", at_least=1),
        Column("rank_median", "float", "Median of its rank.", at_least=1),
        Column("rank_high", "float", "95th percentile of its rank.", at_least=1),
        Column("share_first", "float", "Share of draws in which it is first.", at_least=0,
               at_most=1),
        Column("share_top", "float", "Share of draws in which it is in the study's top k.",
               at_least=0, at_most=1),
        Column("share_top_error", "float", "Monte Carlo standard error of that share; 0 where the "
               "share is 0 or 1, which is no certainty.", at_least=0),
    ),
)

STABILITY = Table(
    "stability", "How sure each rank is, in a word, and what is at least as good everywhere.",
    key=("option_id",),
    columns=(
        Column("option_id", "str", "Ranked option."),
        Column("word", "str", "robust, contested or fragile.",
               allowed=("robust", "contested", "fragile")),
        Column("reason", "str", "The rule that gave the word, with its figures."),
        Column("dominated_by", "str", "Options of its rank group at least as good on every "
               "criterion and better on one; at most five, by rank.", unit="list", null=True),
        Column("n_dominating", "int", "How many there are.", at_least=0),
    ),
)

BREAK_EVEN = Table(
    "break_even", "Weight at which an option would enter or leave the top k, all other weights "
    "kept in proportion.",
    key=("option_id", "criterion"),
    columns=(
        Column("option_id", "str", "Ranked option."),
        Column("criterion", "str", "Criterion."),
        Column("weight", "float", "Its share of the weight now.", at_least=0, at_most=1),
        Column("break_even", "float", "Nearest share at which the option changes sides; empty "
               "where none does.", null=True, at_least=0, at_most=1),
        Column("change", "str", "What would happen beyond it.",
               allowed=("enters", "leaves", "never")),
    ),
)

PORTFOLIOS = Table(
    "portfolios", "Sets of options together: the best, the next best, and the frontier.",
    key=("portfolio_id",),
    columns=(
        Column("portfolio_id", "str", "best, next-1 …, frontier-cover-1 …, "
               "frontier-access-1 … (from the fewest people losing to the most saving)."),
        Column("purpose", "str", "What it was solved for.",
               allowed=("best", "next_best", "frontier")),
        Column("status", "str", "What the solver says; feasible or unsolved: the time ran out.",
               allowed=("optimal", "feasible", "infeasible", "unsolved")),
        Column("objective", "str", "What was maximised.",
               allowed=("net_saving", "npv", "released", "score")),
        Column("objective_value", "float", "Its value.", null=True, disclosure="restricted"),
        Column("bound", "float", "No set can do better than this.", null=True,
               disclosure="restricted"),
        Column("gap", "float", "(bound less value) over value.", null=True, at_least=0),
        Column("n_options", "int", "Options in it.", at_least=0),
        Column("net_saving_gbp", "float", "Running cost saved a year; like the next two empty "
               "where that of one option is unknown.", unit="GBP/year", null=True,
               disclosure="restricted"),
        Column("npv_gbp", "float", "Net present value.", unit="GBP", null=True,
               disclosure="restricted"),
        Column("capital_gbp", "float", "Capital.", unit="GBP", null=True,
               disclosure="restricted"),
        Column("people_losing_cover", "float", "People no longer within the first standard, the "
               "whole set in place.", unit="people", null=True, at_least=0),
        Column("people_losing_access", "float", "People no longer within the access limit, the "
               "whole set in place.", unit="people", null=True, at_least=0),
        Column("note", "str", "What to know: what binds, what to relax, what is unknown.",
               disclosure="restricted"),
    ),
)

PORTFOLIO_OPTIONS = Table(
    "portfolio_options", "The options of each set.", key=("portfolio_id", "option_id"),
    columns=(
        Column("portfolio_id", "str", "Set."),
        Column("option_id", "str", "Option in it."),
        Column("marginal_value", "float", "What the objective would lose without it, all else "
               "chosen anew; for the best set.", null=True, disclosure="restricted"),
        Column("releases", "str", "Sites it would release.", unit="list", null=True),
    ),
)

PORTFOLIO_CHANGES = replace(
    CHANGES, name="portfolio_changes",
    meaning="As `changes`, with the whole of set `best` in place: option_id is `portfolio`.",
)
PORTFOLIO_EQUALITY = replace(
    EQUALITY, name="portfolio_equality",
    meaning="As `equality`, with the whole of set `best` in place: option_id is `portfolio`.",
)

SITING = Table(
    "siting", "The classical models: where stations would stand if chosen anew from today's sites "
    "and the areas of search. Percentages are of people.",
    key=("model", "p"),
    columns=(
        Column("model", "str", "Model.", allowed=(
            "lscp", "mclp", "p_median", "p_center", "backup", "capacitated", "fixed_charge")),
        Column("p", "int", "Number of sites asked for; for LSCP the fewest that cover.",
               at_least=0),
        Column("status", "str", "What the solver says; feasible or unsolved: the time ran out.",
               allowed=("optimal", "feasible", "infeasible", "unsolved")),
        Column("objective", "float", "Value of the model's objective.", null=True),
        Column("unit", "str", "Its unit."),
        Column("gap", "float", "Solver's relative gap.", null=True, at_least=0),
        Column("people_covered_share", "float", "Share of all people within the standard.",
               null=True, at_least=0, at_most=1),
        Column("mean_time_s", "float", "Mean time of the reached, weighted by people.", unit="s",
               null=True, at_least=0),
        Column("site_ids", "str", "Sites chosen; those over the border cover too, and are not "
               "listed.", unit="list", null=True),
        Column("today_share", "float", "The same share with today's sites.", null=True,
               at_least=0, at_most=1),
        Column("note", "str", "What was asked, and what binds.", null=True),
    ),
)

COMPARISON = Table(
    "comparison",
    "What changed in the ranking between two runs, and why. The three causes add up to the change "
    "of the score.",
    key=("option_id",),
    columns=(
        Column("option_id", "str", "Option."),
        Column("title", "str", "One line for people."),
        Column("rank_a", "float", "Rank in the earlier run.", null=True, at_least=1),
        Column("rank_b", "float", "Rank in the later run.", null=True, at_least=1),
        Column("score_a", "float", "Score in the earlier run.", null=True,
               disclosure="restricted"),
        Column("score_b", "float", "Score in the later run.", null=True,
               disclosure="restricted"),
        Column("by_weight", "float", "Change of the score from other weights.", null=True,
               disclosure="restricted"),
        Column("by_rule", "float", "From other value scales, and from other measurements where "
               "only rules differ, such as a response standard.", null=True,
               disclosure="restricted"),
        Column("by_data", "float", "From other measurements, of other data.", null=True,
               disclosure="restricted"),
        Column("criteria_changed", "str", "Criteria whose part of the score changed.",
               unit="list", null=True),
        Column("status_a", "str", "Status in the earlier run.", null=True),
        Column("status_b", "str", "Status in the later run.", null=True),
        Column("gates_changed", "str", "Gates with another outcome.", null=True),
        Column("why", "str", "weight, rule, data and gate, whichever moved it (data or rule: both "
               "differ, so a measurement may come from either); others moved; no change; or in "
               "which run alone it is."),
    ),
)
"""Not a table of a run: what `colocate compare` prints."""

TABLES = (
    MEASURES, CONTRIBUTIONS, SCORES, DRAWN_MEASURES, ROBUSTNESS, STABILITY, BREAK_EVEN, PORTFOLIOS,
    PORTFOLIO_OPTIONS, PORTFOLIO_CHANGES, PORTFOLIO_EQUALITY, SITING,
)
