"""Tables of money: what people supply, and what follows for each option and body."""

from __future__ import annotations

from colocate.tables.prices import DEFLATORS, PRICE_YEAR
from colocate.tables.schema import Column, table, withheld
from colocate.tables.sharing import KEYS, PARTNERS, PRINCIPLES_OF_FUNDING, SHARING

ITEMS = (
    "capital", "optimism_bias", "receipt", "transition", "running_cost_released",
    "running_cost_host", "backlog_avoided", "rent_paid", "rent_received", "lease_exit",
)

COSTS = table(
    "costs", ("option_id", "item", "body_id", "first_year"), "Costs and benefits that people "
    "supply for an option. An item that is there replaces every prior of that item; rents between "
    "partners must be zero in total in each year.",
    Column("option_id", "str", "Option."),
    Column("item", "str", "What it is.", allowed=ITEMS),
    Column("body_id", "str", "Body that pays or gains."),
    Column("first_year", "int", "First year it falls in; 0 is the year of the works.", at_least=0,
           at_most=75),
    Column("last_year", "int", "Last year, the same as the first for a single sum.", at_least=0,
           at_most=75),
    Column("amount_gbp", "float", "A year, in real prices; costs below 0, benefits above.",
           disclosure="restricted"),
    PRICE_YEAR,
    Column("source", "str", "Where the figure comes from."),
)

BENCHMARKS = table(
    "benchmarks", ("role",),
    "Running cost that others pay, by role of a site: £ a year for each m².",
    Column("role", "str", "Role of a site."),
    Column("gbp_per_m2", "float", "Running cost.", unit="GBP/m2/year", at_least=0),
    PRICE_YEAR,
    Column("source", "str", "Where the figure comes from."),
)

MONEY = table(
    "money", ("option_id",),
    "Running-cost effect of each option; every figure says what it rests on.",
    Column("option_id", "str", "Option."),
    withheld("gross_saving_gbp", "Running cost of what is released.", unit="GBP/year"),
    withheld("host_increase_gbp", "Rise of the host's running cost.", unit="GBP/year"),
    withheld("net_saving_gbp", "Gross less rise; positive is a saving.", unit="GBP/year"),
    withheld("net_saving_low_gbp", "Least it may be, by the ranges of the priors.",
             unit="GBP/year"),
    withheld("net_saving_high_gbp", "Most it may be.", unit="GBP/year"),
    withheld("capital_gbp", "Cost of the works, with optimism bias."),
    withheld("receipt_gbp", "Receipts from what is released; none for a leasehold."),
    withheld("npv_gbp", "Net present value over the study's years, all bodies together, where "
             "works, receipts and running costs are known."),
    *(withheld(f"{name}_{end}_gbp", f"{word} {words}")
      for name, words in (
          ("npv", "net present value, with priors for what nobody supplied."),
          ("works_at_most", "that works may cost with optimism bias for a value of 0."))
      for end, word in (("low", "Least"), ("central", "Central"), ("high", "Most"))),
    Column("value_for_money", "str", "Category by what an option brings for each pound of works: "
           "at the centre, and from its least to its most; or unknown.", disclosure="restricted"),
    Column("price_year", "int", "Year whose prices all amounts are in: that of the study's day."),
    withheld("payback_years", "First year from which on the discounted sum stays at or above 0; "
             "empty where it never does, or unknown.", unit="years", at_least=0),
    Column("basis", "str", "recorded, assumed, or unknown.",
           allowed=("recorded", "assumed", "unknown")),
    Column("review", "str", "Why a reader should look twice.", null=True, disclosure="restricted"),
    Column("note", "str", "What the figure rests on.", disclosure="restricted"),
    by_column=True,
)

FIGURES = ("running", "other", "receipt", "years_to_sell", "works", "residual", "works_at_most",
           "npv", "benefit_per_pound")  # fmt: skip
"""What a net present value is made of, in the order in which it adds up."""

MONEY_RANGES = table(
    "money_ranges", ("option_id", "figure"), "What the net present value of each option is made "
    "of, each as a range; ranges with any width are rounded outward to two figures, but for npv, "
    "which sets add up.",
    Column("option_id", "str", "Option."),
    Column("figure", "str", "Present value of running costs saved, of other benefits less costs, "
           "of receipts; years until a sale; works; what is left of them after the years "
           "appraised; what works may cost at most; net present value; benefits for each pound of "
           "works.", allowed=FIGURES),
    Column("unit", "str", "GBP at present value in prices of the study's year, or years, or a "
           "ratio.", allowed=("GBP", "years", "ratio")),
    withheld("low", "Least it may be; empty where not even a prior tells."),
    withheld("central", "Its centre."),
    withheld("high", "Most it may be."),
    Column("basis", "str", "recorded, assumed or unknown.",
           allowed=("recorded", "assumed", "unknown")),
    Column("rests_on", "str", "What it rests on.", disclosure="restricted"),
    by_column=True,
)

CASH_FLOWS = table(
    "cash_flows", ("option_id", "body_id", "year", "item"), "Costs and benefits by year and body, "
    "real prices; sums over bodies are the total to the penny.",
    Column("option_id", "str", "Option."),
    Column("body_id", "str", "Body that pays or gains."),
    Column("year", "int", "0 is the year of the works.", at_least=0),
    Column("item", "str", "What it is.", allowed=ITEMS),
    Column("amount_gbp", "float", "Whole pence; costs below 0, benefits above.",
           disclosure="restricted"),
    Column("present_gbp", "float", "The same, discounted to year 0, whole pence.",
           disclosure="restricted"),
    Column("basis", "str", "recorded or assumed.", allowed=("recorded", "assumed")),
)

MONEY_BY_BODY = table(
    "money_by_body", ("option_id", "body_id"), "What each option means for each body.",
    Column("option_id", "str", "Option."),
    Column("body_id", "str", "Body."),
    withheld("capital_gbp", "Its share of the works, with optimism bias."),
    withheld("receipt_gbp", "Its receipts."),
    withheld("net_saving_gbp", "Its running saving in a full year, rents included.",
             unit="GBP/year"),
    withheld("net_saving_low_gbp", "The least it may be.", unit="GBP/year"),
    withheld("net_saving_high_gbp", "The most it may be. Ends of bodies do not add up.",
             unit="GBP/year"),
    withheld("npv_gbp", "Its net present value."),
    Column("basis", "str", "recorded, assumed or unknown.",
           allowed=("recorded", "assumed", "unknown")),
)

SWITCHING_VALUES = table(
    "switching_values", ("option_id", "item"),
    "How far one figure may move before an option's NPV is zero.",
    Column("option_id", "str", "Option."),
    Column("item", "str", "Figure that moves, all others held; works (capital) move with their "
           "optimism bias.", allowed=ITEMS),
    Column("present_gbp", "float", "Its present value now.", disclosure="restricted"),
    Column("factor", "float", "Factor on it at which the NPV is zero; empty where none.",
           null=True),
    Column("meaning", "str", "In words."),
)

APPORTIONMENT = table(
    "apportionment", ("option_id", "key", "body_id"), "Who would pay and gain what, by each key.",
    Column("option_id", "str", "Option, or `portfolio` for the chosen set together."),
    Column("key", "str", "Key of apportionment.", allowed=KEYS),
    Column("body_id", "str", "Body."),
    Column("share", "float", "Its share, all adding up to 1; empty where the key's figures are not "
           "supplied.", null=True, at_least=0, at_most=1),
    withheld("cost_gbp", "Its share of the present cost, to the penny."),
    withheld("benefit_gbp", "Present benefits that fall to it."),
    withheld("net_gbp", "Benefit less cost."),
    Column("note", "str", "What is not supplied, or was floored or capped.", null=True),
)

PRINCIPLES = table(
    "principles", ("option_id", "key", "principle"),
    "The seven principles of a funding model, checked for each key.",
    Column("option_id", "str", "Option, or `portfolio`."),
    Column("key", "str", "Key of apportionment.", allowed=KEYS),
    Column("principle", "str", "Principle.", allowed=PRINCIPLES_OF_FUNDING),
    Column("outcome", "str", "Result.", allowed=("pass", "fail", "unknown")),
    Column("reason", "str", "Why.", disclosure="restricted"),
)

SUBJECT = (
    Column("kind", "str", "What is settled: one option, or a set of them.",
           allowed=("option", "portfolio")),
    Column("subject_id", "str", "Option, or set of table `portfolios`."),
)
"""What a rent clears."""

CLEARING_RENTS = table(
    "clearing_rents", ("kind", "subject_id", "payer_id", "payee_id"), "The yearly charge between "
    "partners at which no body loses money, for each option of two bodies or more and each set; or "
    "why there is none. A commissioner's money counts with its force.",
    *SUBJECT,
    Column("payer_id", "str", "Body that pays; where nothing clears, one of the pair."),
    Column("payee_id", "str", "Body that is paid."),
    withheld("least_gbp", "Least it could be; below 0 the payee could pay.", unit="GBP/year"),
    withheld("rent_gbp", "Rent by the rule of `money.clearing_rent`; empty where none clears.",
             unit="GBP/year", at_least=0),
    withheld("most_gbp", "Most it could be.", unit="GBP/year"),
    withheld("payer_works_share", "Share of all works that the payer bears; empty where there are "
             "none, or not known."),
    Column("holds_share", "float", "Part of the range of savings and hosts' costs in which no body "
           "loses by these rents.", null=True, at_least=0, at_most=1),
    Column("basis", "str", "What the yearly figures are.",
           allowed=("recorded", "assumed", "unknown")),
    Column("none_reason", "str", "Why no rent clears.", null=True, disclosure="restricted"),
)

CLEARING_BY_BODY = table(
    "clearing_by_body", ("kind", "subject_id", "body_id"), "What each body gains or loses by an "
    "option or a set, without any rent, with those supplied, and with the rent that clears. A "
    "commissioner counts with its force.",
    *SUBJECT,
    Column("body_id", "str", "Body."),
    withheld("before_gbp", "Saved in a full year, rents left out; below 0 a loss.",
             unit="GBP/year"),
    withheld("supplied_gbp", "The same with the rents of table `costs`.", unit="GBP/year"),
    withheld("after_gbp", "The same with the rent that clears in their place; empty where none "
             "does.", unit="GBP/year"),
    withheld("works_gbp", "Present cost of works it bears then; below 0 others make good what it "
             "forgoes before a lease lets go."),
    withheld("works_share", "The same as a share of all works."),
    withheld("npv_before_gbp", "Net present value, rents left out; empty where that of an option "
             "is not known."),
    withheld("npv_after_gbp", "Net present value with the rent and the split of works."),
)

CLEARING_PRINCIPLES = table(
    "clearing_principles", ("kind", "subject_id", "principle"), "The seven principles of a funding "
    "model, on the rent that clears: those that are arithmetic checked, the others listed.",
    *SUBJECT,
    Column("principle", "str", "Principle.", allowed=PRINCIPLES_OF_FUNDING),
    Column("outcome", "str", "Result.", allowed=("pass", "fail", "unknown", "not arithmetic")),
    Column("reason", "str", "Why.", disclosure="restricted"),
)

TARGET_SHARES = table(
    "target_shares", ("portfolio_id", "target_id", "body_id"), "What each set of options brings "
    "towards each target: only what falls to the target's own bodies, in its years. One row a "
    "body, and `all` of them together.",
    Column("portfolio_id", "str", "Set of table `portfolios`."),
    Column("target_id", "str", "Target of the study."),
    Column("body_id", "str", "Body the target belongs to, or `all`."),
    Column("target_gbp", "float", "The whole target."),
    Column("first_year", "int", "First year that counts; 0 is the year of the works.", at_least=0),
    Column("last_year", "int", "Last year that counts.", at_least=0),
    withheld("gain_gbp", "Running cost saved in those years, rents supplied included; below 0 a "
             "loss; empty where not known."),
    withheld("gain_low_gbp", "The least it may be, each option saving its least for this body from "
             "the first year."),
    withheld("gain_high_gbp", "The most it may be, likewise."),
    withheld("share", "Share of the target that this gain is; below 0 where it is a loss, and then "
             "nothing counts."),
    withheld("gain_after_rent_gbp", "The same with the rent that clears in place of those "
             "supplied; empty where none clears."),
    withheld("share_after_rent", "Share of the target that this is."),
    Column("words", "str", "In words.", disclosure="restricted"),
)

RUNNING_COSTS = table(
    "running_costs", ("site_id",), "Running cost of each site beside the benchmark of its role.",
    Column("site_id", "str", "Site."),
    Column("role", "str", "Its main role."),
    withheld("running_cost_low_gbp", "Least it may be.", unit="GBP/year"),
    withheld("running_cost_gbp", "Recorded, or by floor area and the study's priors.",
             unit="GBP/year"),
    withheld("running_cost_high_gbp", "Most it may be.", unit="GBP/year"),
    Column("basis", "str", "recorded; computed from a floor area that is recorded or measured on "
           "the map; assumed; or unknown.", allowed=("recorded", "computed", "assumed", "unknown")),
    Column("rests_on", "str", "What it rests on.", null=True, disclosure="restricted"),
    Column("price_year", "int", "Year whose prices all amounts of the row are in."),
    withheld("gbp_per_m2", "For each m² of internal area.", unit="GBP/m2/year"),
    Column("benchmark_gbp_per_m2", "float", "What others pay; empty where not supplied.",
           unit="GBP/m2/year", null=True),
    Column("benchmark_source", "str", "Where that comes from.", null=True),
)

TABLES = (
    COSTS, PARTNERS, BENCHMARKS, DEFLATORS, RUNNING_COSTS, MONEY, MONEY_RANGES,
    CASH_FLOWS, MONEY_BY_BODY, SWITCHING_VALUES, APPORTIONMENT, PRINCIPLES, CLEARING_RENTS,
    CLEARING_BY_BODY, CLEARING_PRINCIPLES, TARGET_SHARES, *SHARING,
)
