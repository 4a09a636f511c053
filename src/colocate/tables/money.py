"""Tables of money: what people supply, and what follows for each option and body."""

from __future__ import annotations

from colocate.tables.prices import DEFLATORS, PRICE_YEAR
from colocate.tables.schema import Column, Table
from colocate.tables.sharing import KEYS, PARTNERS, PRINCIPLES_OF_FUNDING, SHARING

ITEMS = (
    "capital", "optimism_bias", "receipt", "transition", "running_cost_released",
    "running_cost_host", "backlog_avoided", "rent_paid", "rent_received", "lease_exit",
)

COSTS = Table(
    "costs", "Costs and benefits that people supply for an option. An item that is there replaces "
    "every prior of that item; rents between partners must be zero in total in each year.",
    key=("option_id", "item", "body_id", "first_year"),
    columns=(
        Column("option_id", "str", "Option."),
        Column("item", "str", "What it is.", allowed=ITEMS),
        Column("body_id", "str", "Body that pays or gains."),
        Column("first_year", "int", "First year it falls in; 0 is the year of the works.",
               at_least=0, at_most=75),
        Column("last_year", "int", "Last year, the same as the first for a single sum.",
               at_least=0, at_most=75),
        Column("amount_gbp", "float", "A year, in real prices; costs below 0, benefits above.",
               unit="GBP", disclosure="restricted"),
        PRICE_YEAR,
        Column("source", "str", "Where the figure comes from."),
    ),
)

BENCHMARKS = Table(
    "benchmarks", "Running cost that others pay, by role of a site: £ a year for each m².",
    key=("role",),
    columns=(
        Column("role", "str", "Role of a site."),
        Column("gbp_per_m2", "float", "Running cost.", unit="GBP/m2/year", at_least=0),
        PRICE_YEAR,
        Column("source", "str", "Where the figure comes from."),
    ),
)

MONEY = Table(
    "money", "Running-cost effect of each option; every figure says what it rests on.",
    key=("option_id",), by_column=True,
    columns=(
        Column("option_id", "str", "Option."),
        Column("gross_saving_gbp", "float", "Running cost of what is released.", unit="GBP/year",
               null=True, disclosure="restricted"),
        Column("host_increase_gbp", "float", "Rise of the host's running cost.", unit="GBP/year",
               null=True, disclosure="restricted"),
        Column("net_saving_gbp", "float", "Gross less rise; positive is a saving.",
               unit="GBP/year", null=True, disclosure="restricted"),
        Column("net_saving_low_gbp", "float", "Least it may be, by the ranges of the priors.",
               unit="GBP/year", null=True, disclosure="restricted"),
        Column("net_saving_high_gbp", "float", "Most it may be.", unit="GBP/year", null=True,
               disclosure="restricted"),
        Column("capital_gbp", "float", "Cost of the works, with optimism bias.", unit="GBP",
               null=True, disclosure="restricted"),
        Column("receipt_gbp", "float", "Receipts from what is released; none for a leasehold.",
               unit="GBP", null=True, disclosure="restricted"),
        Column("npv_gbp", "float", "Net present value over the study's years, all bodies together, "
               "where works, receipts and running costs are known.", unit="GBP", null=True,
               disclosure="restricted"),
        *(Column(f"{name}_{end}_gbp", "float", f"{word} {words}", unit="GBP", null=True,
                 disclosure="restricted")
          for name, words in (
              ("npv", "net present value, with priors for what nobody supplied."),
              ("works_at_most", "that works may cost with optimism bias for a value of 0."))
          for end, word in (("low", "Least"), ("central", "Central"), ("high", "Most"))),
        Column("value_for_money", "str", "Category by what an option brings for each pound of "
               "works: at the centre, and from its least to its most; or unknown.",
               disclosure="restricted"),
        Column("price_year", "int", "Year whose prices all amounts are in: that of the study's "
               "day."),
        Column("payback_years", "float", "First year from which on the discounted sum stays at "
               "or above 0; empty where it never does, or unknown.", unit="years", null=True,
               at_least=0, disclosure="restricted"),
        Column("basis", "str", "recorded, assumed, or unknown.",
               allowed=("recorded", "assumed", "unknown")),
        Column("review", "str", "Why a reader should look twice.", null=True,
               disclosure="restricted"),
        Column("note", "str", "What the figure rests on.", disclosure="restricted"),
    ),
)

FIGURES = ("running", "other", "receipt", "years_to_sell", "works", "residual", "works_at_most",
           "npv", "benefit_per_pound")  # fmt: skip
"""What a net present value is made of, in the order in which it adds up."""

MONEY_RANGES = Table(
    "money_ranges", "What the net present value of each option is made of, each as a range; "
    "ranges with any width are rounded outward to two figures, but for npv, which sets add up.",
    key=("option_id", "figure"), by_column=True,
    columns=(
        Column("option_id", "str", "Option."),
        Column("figure", "str", "Present value of running costs saved, of other benefits less "
               "costs, of receipts; years until a sale; works; what is left of them after the "
               "years appraised; what works may cost at most; net present value; benefits for "
               "each pound of works.", allowed=FIGURES),
        Column("unit", "str", "GBP at present value in prices of the study's year, or years, or a "
               "ratio.", allowed=("GBP", "years", "ratio")),
        Column("low", "float", "Least it may be; empty where not even a prior tells.", null=True,
               disclosure="restricted"),
        Column("central", "float", "Its centre.", null=True, disclosure="restricted"),
        Column("high", "float", "Most it may be.", null=True, disclosure="restricted"),
        Column("basis", "str", "recorded, assumed or unknown.",
               allowed=("recorded", "assumed", "unknown")),
        Column("rests_on", "str", "What it rests on.", disclosure="restricted"),
    ),
)

CASH_FLOWS = Table(
    "cash_flows", "Costs and benefits by year and body, real prices; sums over bodies are the "
    "total to the penny.",
    key=("option_id", "body_id", "year", "item"),
    columns=(
        Column("option_id", "str", "Option."),
        Column("body_id", "str", "Body that pays or gains."),
        Column("year", "int", "0 is the year of the works.", at_least=0),
        Column("item", "str", "What it is.", allowed=ITEMS),
        Column("amount_gbp", "float", "Whole pence; costs below 0, benefits above.", unit="GBP",
               disclosure="restricted"),
        Column("present_gbp", "float", "The same, discounted to year 0, whole pence.",
               unit="GBP", disclosure="restricted"),
        Column("basis", "str", "recorded or assumed.", allowed=("recorded", "assumed")),
    ),
)

MONEY_BY_BODY = Table(
    "money_by_body", "What each option means for each body.", key=("option_id", "body_id"),
    columns=(
        Column("option_id", "str", "Option."),
        Column("body_id", "str", "Body."),
        Column("capital_gbp", "float", "Its share of the works, with optimism bias.", unit="GBP",
               null=True, disclosure="restricted"),
        Column("receipt_gbp", "float", "Its receipts.", unit="GBP", null=True,
               disclosure="restricted"),
        Column("net_saving_gbp", "float", "Its running saving in a full year, rents included.",
               unit="GBP/year", null=True, disclosure="restricted"),
        Column("net_saving_low_gbp", "float", "The least it may be.", unit="GBP/year", null=True,
               disclosure="restricted"),
        Column("net_saving_high_gbp", "float", "The most it may be. Ends of bodies do not add up.",
               unit="GBP/year", null=True, disclosure="restricted"),
        Column("npv_gbp", "float", "Its net present value.", unit="GBP", null=True,
               disclosure="restricted"),
        Column("basis", "str", "recorded, assumed or unknown.",
               allowed=("recorded", "assumed", "unknown")),
    ),
)

SWITCHING_VALUES = Table(
    "switching_values", "How far one figure may move before an option's NPV is zero.",
    key=("option_id", "item"),
    columns=(
        Column("option_id", "str", "Option."),
        Column("item", "str", "Figure that moves, all others held; works (capital) move with their "
               "optimism bias.", allowed=ITEMS),
        Column("present_gbp", "float", "Its present value now.", unit="GBP",
               disclosure="restricted"),
        Column("factor", "float", "Factor on it at which the NPV is zero; empty where none.",
               null=True),
        Column("meaning", "str", "In words."),
    ),
)

APPORTIONMENT = Table(
    "apportionment", "Who would pay and gain what, by each key.",
    key=("option_id", "key", "body_id"),
    columns=(
        Column("option_id", "str", "Option, or `portfolio` for the chosen set together."),
        Column("key", "str", "Key of apportionment.", allowed=KEYS),
        Column("body_id", "str", "Body."),
        Column("share", "float", "Its share, all adding up to 1; empty where the key's figures "
               "are not supplied.", null=True, at_least=0, at_most=1),
        Column("cost_gbp", "float", "Its share of the present cost, to the penny.", unit="GBP",
               null=True, disclosure="restricted"),
        Column("benefit_gbp", "float", "Present benefits that fall to it.", unit="GBP", null=True,
               disclosure="restricted"),
        Column("net_gbp", "float", "Benefit less cost.", unit="GBP", null=True,
               disclosure="restricted"),
        Column("note", "str", "What is not supplied, or was floored or capped.", null=True),
    ),
)

PRINCIPLES = Table(
    "principles", "The seven principles of a funding model, checked for each key.",
    key=("option_id", "key", "principle"),
    columns=(
        Column("option_id", "str", "Option, or `portfolio`."),
        Column("key", "str", "Key of apportionment.", allowed=KEYS),
        Column("principle", "str", "Principle.", allowed=PRINCIPLES_OF_FUNDING),
        Column("outcome", "str", "Result.", allowed=("pass", "fail", "unknown")),
        Column("reason", "str", "Why.", disclosure="restricted"),
    ),
)

SUBJECT = (
    Column("kind", "str", "What is settled: one option, or a set of them.",
           allowed=("option", "portfolio")),
    Column("subject_id", "str", "Option, or set of table `portfolios`."),
)
"""What a rent clears."""

CLEARING_RENTS = Table(
    "clearing_rents", "The yearly charge between partners at which no body loses money, for each "
    "option of two bodies or more and each set; or why there is none. A commissioner's money "
    "counts with its force.",
    key=("kind", "subject_id", "payer_id", "payee_id"),
    columns=(
        *SUBJECT,
        Column("payer_id", "str", "Body that pays; where nothing clears, one of the pair."),
        Column("payee_id", "str", "Body that is paid."),
        Column("least_gbp", "float", "Least it could be; below 0 the payee could pay.",
               unit="GBP/year", null=True, disclosure="restricted"),
        Column("rent_gbp", "float", "Rent by the rule of `money.clearing_rent`; empty where none "
               "clears.", unit="GBP/year", null=True, at_least=0, disclosure="restricted"),
        Column("most_gbp", "float", "Most it could be.", unit="GBP/year", null=True,
               disclosure="restricted"),
        Column("payer_works_share", "float", "Share of all works that the payer bears; empty where "
               "there are none, or not known.", null=True, disclosure="restricted"),
        Column("holds_share", "float", "Part of the range of savings and hosts' costs in which no "
               "body loses by these rents.", null=True, at_least=0, at_most=1),
        Column("basis", "str", "What the yearly figures are.",
               allowed=("recorded", "assumed", "unknown")),
        Column("none_reason", "str", "Why no rent clears.", null=True, disclosure="restricted"),
    ),
)

CLEARING_BY_BODY = Table(
    "clearing_by_body", "What each body gains or loses by an option or a set, without any rent, "
    "with those supplied, and with the rent that clears. A commissioner counts with its force.",
    key=("kind", "subject_id", "body_id"),
    columns=(
        *SUBJECT,
        Column("body_id", "str", "Body."),
        Column("before_gbp", "float", "Saved in a full year, rents left out; below 0 a loss.",
               unit="GBP/year", null=True, disclosure="restricted"),
        Column("supplied_gbp", "float", "The same with the rents of table `costs`.",
               unit="GBP/year", null=True, disclosure="restricted"),
        Column("after_gbp", "float", "The same with the rent that clears in their place; empty "
               "where none does.", unit="GBP/year", null=True, disclosure="restricted"),
        Column("works_gbp", "float", "Present cost of works it bears then; below 0 others make "
               "good what it forgoes before a lease lets go.", unit="GBP", null=True,
               disclosure="restricted"),
        Column("works_share", "float", "The same as a share of all works.", null=True,
               disclosure="restricted"),
        Column("npv_before_gbp", "float", "Net present value, rents left out; empty where that of "
               "an option is not known.", unit="GBP", null=True, disclosure="restricted"),
        Column("npv_after_gbp", "float", "Net present value with the rent and the split of works.",
               unit="GBP", null=True, disclosure="restricted"),
    ),
)

CLEARING_PRINCIPLES = Table(
    "clearing_principles", "The seven principles of a funding model, on the rent that clears: "
    "those that are arithmetic checked, the others listed.",
    key=("kind", "subject_id", "principle"),
    columns=(
        *SUBJECT,
        Column("principle", "str", "Principle.", allowed=PRINCIPLES_OF_FUNDING),
        Column("outcome", "str", "Result.",
               allowed=("pass", "fail", "unknown", "not arithmetic")),
        Column("reason", "str", "Why.", disclosure="restricted"),
    ),
)

TARGET_SHARES = Table(
    "target_shares", "What each set of options brings towards each target: only what falls to the "
    "target's own bodies, in its years. One row a body, and `all` of them together.",
    key=("portfolio_id", "target_id", "body_id"),
    columns=(
        Column("portfolio_id", "str", "Set of table `portfolios`."),
        Column("target_id", "str", "Target of the study."),
        Column("body_id", "str", "Body the target belongs to, or `all`."),
        Column("target_gbp", "float", "The whole target.", unit="GBP"),
        Column("first_year", "int", "First year that counts; 0 is the year of the works.",
               at_least=0),
        Column("last_year", "int", "Last year that counts.", at_least=0),
        Column("gain_gbp", "float", "Running cost saved in those years, rents supplied included; "
               "below 0 a loss; empty where not known.", unit="GBP", null=True,
               disclosure="restricted"),
        Column("gain_low_gbp", "float", "The least it may be, each option saving its least for "
               "this body from the first year.", unit="GBP", null=True, disclosure="restricted"),
        Column("gain_high_gbp", "float", "The most it may be, likewise.", unit="GBP", null=True,
               disclosure="restricted"),
        Column("share", "float", "Share of the target that this gain is; below 0 where it is a "
               "loss, and then nothing counts.", null=True, disclosure="restricted"),
        Column("gain_after_rent_gbp", "float", "The same with the rent that clears in place of "
               "those supplied; empty where none clears.", unit="GBP", null=True,
               disclosure="restricted"),
        Column("share_after_rent", "float", "Share of the target that this is.", null=True,
               disclosure="restricted"),
        Column("words", "str", "In words.", disclosure="restricted"),
    ),
)

RUNNING_COSTS = Table(
    "running_costs", "Running cost of each site beside the benchmark of its role.",
    key=("site_id",),
    columns=(
        Column("site_id", "str", "Site."),
        Column("role", "str", "Its main role."),
        Column("running_cost_low_gbp", "float", "Least it may be.", unit="GBP/year", null=True,
               disclosure="restricted"),
        Column("running_cost_gbp", "float", "Recorded, or by floor area and the study's priors.",
               unit="GBP/year", null=True, disclosure="restricted"),
        Column("running_cost_high_gbp", "float", "Most it may be.", unit="GBP/year", null=True,
               disclosure="restricted"),
        Column("basis", "str", "recorded; computed from a floor area that is recorded or measured "
               "on the map; assumed; or unknown.",
               allowed=("recorded", "computed", "assumed", "unknown")),
        Column("rests_on", "str", "What it rests on.", null=True, disclosure="restricted"),
        Column("price_year", "int", "Year whose prices all amounts of the row are in."),
        Column("gbp_per_m2", "float", "For each m² of internal area.", unit="GBP/m2/year",
               null=True, disclosure="restricted"),
        Column("benchmark_gbp_per_m2", "float", "What others pay; empty where not supplied.",
               unit="GBP/m2/year", null=True),
        Column("benchmark_source", "str", "Where that comes from.", null=True),
    ),
)

TABLES = (
    COSTS, PARTNERS, BENCHMARKS, DEFLATORS, RUNNING_COSTS, MONEY, MONEY_RANGES,
    CASH_FLOWS, MONEY_BY_BODY, SWITCHING_VALUES, APPORTIONMENT, PRINCIPLES, CLEARING_RENTS,
    CLEARING_BY_BODY, CLEARING_PRINCIPLES, TARGET_SHARES, *SHARING,
)
