"""Tables of choice: criteria, contributions, scores and ranks."""

from __future__ import annotations

from dataclasses import replace

from colocate.tables.effects import CHANGES, EQUALITY
from colocate.tables.options import OPTION_STATUSES
from colocate.tables.schema import Column, people, table, withheld

BASES = ("recorded", "computed", "assumed", "missing")
LISTS = ("stations", "headquarters", "depots", "training")
"""Rankings, in the order in which they are shown."""
BANDS = ("same plot", "a walk", "a short drive", "beyond")
"""Bands of nearness, by their number from 0."""
LIST = Column("list", "str", "Ranking the option stands in: what is compared with what.",
              allowed=LISTS)

MEASURES = table(
    "measures", ("option_id", "criterion"),
    "What every option measures on each criterion of the study: a range, and what it rests on.",
    Column("option_id", "str", "Option."),
    Column("criterion", "str", "Criterion."),
    LIST,
    Column("unit", "str", "Unit of the next three."),
    Column("low", "float", "Least it may be.", disclosure="restricted"),
    Column("central", "float", "What is scored; where nobody knows, the centre the study states "
           "for all that lack it.", disclosure="restricted"),
    Column("high", "float", "Most it may be; from end to end of the scale where nobody knows.",
           disclosure="restricted"),
    Column("basis", "str", "Recorded in a register, computed from the network and the study's "
           "figures, assumed, or missing.", allowed=BASES),
    Column("rests_on", "str", "What the range rests on; for what is missing, why, where that can "
           "be said, and what its centre rests on.", null=True, disclosure="restricted"),
    by_column=True,
)

CONTRIBUTIONS = table(
    "contributions", ("option_id", "criterion"),
    "Each criterion's raw value, its value on the fixed scale, and its share of the score.",
    Column("option_id", "str", "Option."),
    Column("criterion", "str", "Criterion."),
    withheld("raw", "Centre of its range in `measures`, in the criterion's unit; empty where "
             "nobody knows."),
    Column("value_low", "float", "Least value it may have, 0 at worst and 1 at best on the fixed "
           "scale of its list, to six decimals.", disclosure="restricted", at_least=0, at_most=1),
    Column("value", "float", "Value of the centre.", disclosure="restricted", at_least=0,
           at_most=1),
    Column("value_high", "float", "Most it may have.", disclosure="restricted", at_least=0,
           at_most=1),
    Column("weight", "float", "Weight, all adding up to 1.", at_least=0, at_most=1),
    Column("contribution", "float", "weight × value × 100.", disclosure="restricted", at_least=0,
           at_most=100),
    Column("basis", "str", "What the raw value rests on: recorded in a register, computed from the "
           "network and the study's figures, assumed, or missing.", allowed=BASES),
)

SCORES = table(
    "scores", ("option_id",), "Score, completeness, status and rank of every option. Ranks run "
    "within a rank group of a list, so none compares what only the authority can decide with what "
    "can be acted on.",
    Column("option_id", "str", "Option."),
    Column("status", "str", "existing, blocked, investigate or recommended.",
           allowed=OPTION_STATUSES),
    LIST,
    Column("score_low", "float", "Least its score may be, every measure at the worse end of its "
           "range.", disclosure="restricted", at_least=0, at_most=100),
    Column("score", "float", "Sum of contributions, 0 to 100.", disclosure="restricted", at_least=0,
           at_most=100),
    Column("score_high", "float", "Most it may be.", disclosure="restricted", at_least=0,
           at_most=100),
    Column("completeness", "float", "Share of the weight whose value is known.", at_least=0,
           at_most=1),
    Column("rank_group", "int", "0: can be acted on; 1: the evidence that a site is there, or what "
           "it is, is weak and nobody has confirmed it, or a partner has not said it would host; "
           "2: a fire crew's base would move, which the fire authority alone decides; 3: a gate "
           "fails.", at_least=0, at_most=3),
    Column("rank_low", "float", "Best rank it may have: after all of its rank group that are "
           "surely better.", null=True, at_least=1),
    Column("rank", "float", "1 is first of its rank_group in its list: by score. Equal scores "
           "share a rank; existing shares and touchdowns are not ranked.", null=True, at_least=1),
    Column("rank_high", "float", "Worst rank it may have: after all that may be better.", null=True,
           at_least=1),
    Column("rank_shared", "bool", "Another option has the same rank, for nothing tells the two "
           "apart."),
    Column("town", "str", "Town it is listed under among those that share its rank.", null=True),
    Column("place", "float", "Where it stands when all are listed: by list, rank_group, rank; "
           "those that share a rank by town, then option_id, which means nothing.", null=True,
           at_least=1),
    Column("decided_from_next", "bool", "Surely better than the next of its rank group: the ranges "
           "of their scores do not meet. Empty for the last.", null=True),
    Column("failed_gates", "str", "Gates that fail.", unit="list", null=True),
    Column("unknown_gates", "str", "Mandatory gates nobody knows.", unit="list", null=True),
)

ALL = "all"
"""Stands for all criteria together in `ranking_basis`."""
RANKING_BASIS = table(
    "ranking_basis", ("list", "rank_group", "criterion"), "What the order rests on, in each list "
    "and rank group: which criteria vary, how much of the spread of scores each makes, and how "
    "much of that is assumed. Centres only.",
    LIST,
    Column("rank_group", "int", "As in `scores`.", at_least=0, at_most=3),
    Column("criterion", "str", "Criterion; `all` for the score."),
    Column("n_options", "int", "Options ranked there.", at_least=1),
    Column("weight", "float", "Weight, all adding up to 1.", at_least=0, at_most=1),
    Column("varies", "bool", "Not all of them have one value."),
    Column("n_values", "int", "Different values; for `all` different scores, which is how many "
           "ranks there are.", at_least=1),
    Column("assumed_share", "float", "Share of the options whose measure is assumed or unknown; "
           "for `all` of all measures, by weight.", at_least=0, at_most=1),
    Column("spread_share", "float", "Share of the spread of scores that it makes: covariance of "
           "contribution and score over the variance of the score. All add up to 1; below 0 where "
           "it works against the order. Empty where all scores are equal.", null=True),
    Column("spread_assumed", "float", "The part of that share made by options whose measure is "
           "assumed or unknown.", null=True),
    Column("drive_rho", "float", "Spearman's rank correlation of its order with the drive time "
           "between the sites, nearest first: 1 is a sort by drive time. Empty where one of the "
           "two does not vary.", null=True, at_least=-1, at_most=1),
    Column("n_decided", "float", "For `all`: of the neighbours in the order, how many pairs are "
           "told apart by more than what is not known.", null=True, at_least=0),
    Column("n_separated", "int", "For `all`: of all pairs of them, how many are told apart by more "
           "than what is not known: the ranges of their scores do not meet. For a criterion: how "
           "many would be, were it known for every option, at its centre.", at_least=0),
    Column("n_different", "float", "For `all`: pairs whose centres differ; no more would be told "
           "apart, were everything known at its centre.", null=True, at_least=0),
)

DRAWN_MEASURES = table(
    "drawn_measures", ("draw", "option_id", "criterion"), "Raw measures of ranked options on "
    "networks with drawn speeds, where speeds can change them. A criterion of an option that has "
    "no row keeps its measure in every draw.",
    Column("draw", "int", "Number of the drawn network, from 1.", at_least=1),
    Column("option_id", "str", "Option."),
    Column("criterion", "str", "Criterion that travel times move."),
    withheld("raw", "Its measure under that network."),
)

ROBUSTNESS = table(
    "robustness", ("option_id", "varied"), "How sure each rank is: over weights, speeds, costs, "
    "and all of them at once. Options stay in the rank group they have today.",
    Column("option_id", "str", "Ranked option."),
    Column("varied", "str", "What was drawn: weights around the agreed ones, over the whole "
           "simplex, drive speeds, costs, what is not known over its range, or weights, speeds, "
           "costs and ranges together.",
           allowed=("weights_near", "weights_any", "speeds", "costs", "ranges", "together")),
    Column("n_draws", "int", "Draws.", at_least=1),
    Column("rank_low", "float", "5th percentile of its rank in its list.", at_least=1),
    Column("rank_median", "float", "Median of its rank.", at_least=1),
    Column("rank_high", "float", "95th percentile of its rank.", at_least=1),
    Column("share_first", "float", "Share of draws in which it is first.", at_least=0, at_most=1),
    Column("share_top", "float", "Share of draws in which it is in the study's top k.", at_least=0,
           at_most=1),
    Column("share_top_error", "float", "Monte Carlo standard error of that share; 0 where the "
           "share is 0 or 1, which is no certainty.", at_least=0),
)

STABILITY = table(
    "stability", ("option_id",),
    "How sure each rank is, in a word, and what is at least as good everywhere.",
    Column("option_id", "str", "Ranked option."),
    Column("word", "str", "robust, contested, undecided (what is not known alone decides) or "
           "fragile; for the study's own weights only.",
           allowed=("robust", "contested", "undecided", "fragile")),
    Column("reason", "str", "The rule that gave the word, with its figures."),
    Column("dominated_by", "str", "Options of its list and rank group at least as good at the "
           "centre on every criterion and better on one; at most five, by rank.", unit="list",
           null=True),
    Column("n_dominating", "int", "How many there are.", at_least=0),
)

BREAK_EVEN = table(
    "break_even", ("option_id", "criterion"), "Weight at which an option would enter or leave the "
    "top k, all other weights kept in proportion.",
    Column("option_id", "str", "Ranked option."),
    Column("criterion", "str", "Criterion."),
    Column("weight", "float", "Its share of the weight now.", at_least=0, at_most=1),
    Column("break_even", "float", "Nearest share at which the option changes sides; empty where "
           "none does.", null=True, at_least=0, at_most=1),
    Column("change", "str", "What would happen beyond it.", allowed=("enters", "leaves", "never")),
)

PORTFOLIOS = table(
    "portfolios", ("portfolio_id",),
    "Sets of options together: the best, the next best, and the frontier.",
    Column("portfolio_id", "str", "best, next-1 …, frontier-cover-1 …, frontier-access-1 … (from "
           "the fewest people losing to the most saving)."),
    Column("purpose", "str", "What it was solved for.", allowed=("best", "next_best", "frontier")),
    Column("status", "str", "What the solver says; feasible or unsolved: the time ran out.",
           allowed=("optimal", "feasible", "infeasible", "unsolved")),
    Column("objective", "str", "What was maximised.",
           allowed=("net_saving", "npv", "released", "score")),
    withheld("objective_value", "Its value."),
    withheld("bound", "No set can do better than this."),
    Column("gap", "float", "(bound less value) over value.", null=True, at_least=0),
    Column("n_options", "int", "Options in it.", at_least=0),
    withheld("net_saving_gbp", "Running cost saved a year; like the next four empty where that of "
             "one option is unknown.", unit="GBP/year"),
    withheld("net_saving_low_gbp", "The least it may be, each option saving its least.",
             unit="GBP/year"),
    withheld("net_saving_high_gbp", "The most it may be, likewise.", unit="GBP/year"),
    withheld("npv_gbp", "Net present value."),
    withheld("npv_low_gbp", "Least net present value, priors for what is not supplied."),
    withheld("npv_central_gbp", "Its centre."),
    withheld("npv_high_gbp", "Most of it."),
    withheld("capital_gbp", "Capital."),
    people("people_losing_cover", "People no longer within the first standard, the whole set in "
           "place.", null=True),
    people("people_losing_access", "People no longer within the access limit, the whole set in "
           "place.", null=True),
    Column("note", "str", "What to know: what binds, what to relax, what is unknown.",
           disclosure="restricted"),
)

PORTFOLIO_OPTIONS = table(
    "portfolio_options", ("portfolio_id", "option_id"), "The options of each set.",
    Column("portfolio_id", "str", "Set."),
    Column("option_id", "str", "Option in it."),
    withheld("marginal_value", "What the objective would lose without it, all else chosen anew; "
             "for the best set."),
    Column("releases", "str", "Sites it would release.", unit="list", null=True),
)

PORTFOLIO_CHANGES = replace(
    CHANGES, name="portfolio_changes",
    meaning="As `changes`, with the whole of set `best` in place: option_id is `portfolio`.",
)
PORTFOLIO_EQUALITY = replace(
    EQUALITY, name="portfolio_equality",
    meaning="As `equality`, with the whole of set `best` in place: option_id is `portfolio`.",
)

SITING = table(
    "siting", ("model", "p"), "The classical models: where stations would stand if chosen anew "
    "from today's sites and the areas of search. Percentages are of people.",
    Column("model", "str", "Model.", allowed=(
        "lscp", "mclp", "p_median", "p_center", "backup", "capacitated", "fixed_charge")),
    Column("p", "int", "Number of sites asked for; for LSCP the fewest that cover.", at_least=0),
    Column("status", "str", "What the solver says; feasible or unsolved: the time ran out.",
           allowed=("optimal", "feasible", "infeasible", "unsolved")),
    Column("objective", "float", "Value of the model's objective.", null=True),
    Column("unit", "str", "Its unit."),
    Column("gap", "float", "Solver's relative gap.", null=True, at_least=0),
    Column("people_covered_share", "float", "Share of all people within the standard.", null=True,
           at_least=0, at_most=1),
    Column("mean_time_s", "float", "Mean time of the reached, weighted by people.", null=True,
           at_least=0),
    Column("site_ids", "str", "Sites chosen; those over the border cover too, and are not listed.",
           unit="list", null=True),
    Column("today_share", "float", "The same share with today's sites.", null=True, at_least=0,
           at_most=1),
    Column("note", "str", "What was asked, and what binds.", null=True),
)

COMPARISON = table(
    "comparison", ("option_id",), "What changed in the ranking between two runs, and why. The "
    "three causes add up to the change of the score.",
    Column("option_id", "str", "Option."),
    Column("title", "str", "One line for people."),
    Column("rank_a", "float", "Rank in the earlier run.", null=True, at_least=1),
    Column("rank_b", "float", "Rank in the later run.", null=True, at_least=1),
    withheld("score_a", "Score in the earlier run."),
    withheld("score_b", "Score in the later run."),
    withheld("by_weight", "Change of the score from other weights."),
    withheld("by_rule", "From other value scales, and from other measurements where only rules "
             "differ, such as a response standard."),
    withheld("by_data", "From other measurements, of other data."),
    Column("criteria_changed", "str", "Criteria whose part of the score changed.", unit="list",
           null=True),
    Column("status_a", "str", "Status in the earlier run.", null=True),
    Column("status_b", "str", "Status in the later run.", null=True),
    Column("gates_changed", "str", "Gates with another outcome.", null=True),
    Column("why", "str", "weight, rule, data and gate, whichever moved it (data or rule: both "
           "differ, so a measurement may come from either); others moved; no change; or in which "
           "run alone it is."),
)
"""Not a table of a run: what `colocate compare` prints."""

SWEEP_MEASURES = table(
    "sweep_measures", ("subject", "measure"), "What a scenario of a sweep is measured by.",
    Column("subject", "str", "study, or an option_id."),
    Column("measure", "str", "What is measured: today's cover, numbers of options, what the best "
           "set brings; of an option its rank, score, people losing, in the best set."),
    withheld("value", "Its value; empty where it is not known."),
    Column("unit", "str", "Its unit."),
)
"""Not a table of a run: what a scenario of `colocate sweep` comes to."""

SWEEP = table(
    "sweep", ("scenario", "subject", "measure"), "Many scenarios beside the study as it stands.",
    Column("scenario", "str", "Scenario."),
    Column("name", "str", "What it is called."),
    *SWEEP_MEASURES.columns[:2],
    SWEEP_MEASURES["unit"],
    SWEEP_MEASURES["value"],
    withheld("today", "Value of the study as it stands."),
    withheld("change", "Value less today's; empty where either is not known, or the option is in "
             "one of the two alone."),
)
"""Not a table of a run: what `colocate sweep` writes."""

TABLES = (
    MEASURES, CONTRIBUTIONS, SCORES, RANKING_BASIS, DRAWN_MEASURES, ROBUSTNESS, STABILITY,
    BREAK_EVEN, PORTFOLIOS, PORTFOLIO_OPTIONS, PORTFOLIO_CHANGES, PORTFOLIO_EQUALITY, SITING,
)
