"""What a person may be told of an option: one typed record, built once a run.

Every renderer reads these records: explain, the report, the sheets, the lists, the agents' pack.
A field that repeats a table's column takes its meaning, unit and disclosure class from there.
Unknown is None; a list of ids is text with semicolons, as in the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.publish.facts.disclosure import Fact, fact, made, many, one
from colocate.publish.facts.effect_records import Access, Change, Cover, Effect, Equality
from colocate.publish.facts.path_records import Approval, Law, Stage, Succession
from colocate.publish.facts.site_records import Site
from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate.publish.facts.audiences import Reach
    from colocate.tables.schema import Disclosure


@fact(TABLES["scores"])
class Score(Fact):
    """Where an option stands in the ranking."""

    status: str
    list: str
    score_low: float
    score: float
    score_high: float
    completeness: float
    rank_group: int
    rank_low: float | None
    rank: float | None
    rank_high: float | None
    rank_shared: bool
    town: str | None
    place: float | None
    failed_gates: str | None
    unknown_gates: str | None
    status_words: str = made("Status in words.")
    group_words: str = made("What holds it back although no gate fails; else nothing.")
    rank_words: str = made("Rank in words: `2=` where others share it; nothing without one.")
    of_list: str = made("How many are ranked in its group of the list, and what they are.")


@fact(TABLES["contributions"])
class Contribution(Fact):
    """What one criterion adds to a score."""

    criterion: str
    raw: float | None
    value_low: float
    value: float
    value_high: float
    weight: float
    contribution: float
    basis: str


@fact(TABLES["stability"])
class Stability(Fact):
    """How sure a rank is, in a word."""

    word: str
    reason: str
    dominated_by: str | None
    n_dominating: int


@fact(TABLES["robustness"])
class Robustness(Fact):
    """How a rank moves when something is drawn anew."""

    varied: str
    n_draws: int
    rank_low: float
    rank_median: float
    rank_high: float
    share_first: float
    share_top: float
    share_top_error: float
    varied_words: str = made("What was drawn, in words.")


@fact(TABLES["break_even"])
class BreakEven(Fact):
    """Weight at which an option would enter or leave the first."""

    criterion: str
    weight: float
    break_even: float | None
    change: str


@fact(TABLES["money"])
class Money(Fact):
    """Money of an option, all bodies together."""

    gross_saving_gbp: float | None
    host_increase_gbp: float | None
    net_saving_gbp: float | None
    net_saving_low_gbp: float | None
    net_saving_high_gbp: float | None
    capital_gbp: float | None
    receipt_gbp: float | None
    npv_gbp: float | None
    npv_low_gbp: float | None
    npv_central_gbp: float | None
    npv_high_gbp: float | None
    works_at_most_low_gbp: float | None
    works_at_most_central_gbp: float | None
    works_at_most_high_gbp: float | None
    value_for_money: str
    price_year: float
    payback_years: float | None
    basis: str
    review: str | None
    note: str


@fact(TABLES["money_ranges"])
class MoneyRange(Fact):
    """One figure that an option's net present value is made of."""

    figure: str
    unit: str
    low: float | None
    central: float | None
    high: float | None
    basis: str
    rests_on: str


@fact(TABLES["money_by_body"])
class BodyMoney(Fact):
    """Money of an option for one body."""

    body_id: str
    capital_gbp: float | None
    receipt_gbp: float | None
    net_saving_gbp: float | None
    npv_gbp: float | None
    basis: str
    body: str = made("Name of the body.")
    body_short: str = made("Its short name.")


@fact(TABLES["switching_values"])
class SwitchingValue(Fact):
    """How far a figure may move before the net present value is zero."""

    meaning: str


@fact(TABLES["clearing_rents"])
class Clearing(Fact):
    """A rent between two bodies at which none loses."""

    words: str = made("Who would pay whom how much, in a sentence.", disclosure="restricted")


@fact(TABLES["gates"])
class Gate(Fact):
    """What may block an option."""

    gate: str
    outcome: str
    mandatory: bool
    reason: str
    evidence: str | None
    question: str | None
    label: str = made("Name of the gate.")
    word: str = made("Outcome in a word.")


@fact(TABLES["space"])
class Space(Fact):
    """What the movers need beside what the host has."""

    need_low_m2: float | None
    need_high_m2: float | None
    need_basis: str | None
    room_low_m2: float | None
    room_high_m2: float | None
    fit: str
    told: str | None


@fact(TABLES["questions"])
class Question(Fact):
    """What to find out, for which options, and what the answer is worth."""

    gate: str | None
    criterion: str | None
    about_name: str
    question: str
    whom: str
    whom_kind: str
    mandatory: bool
    n_options: int
    n_settled: int
    moved_mean: float
    moved_max: int
    settled_mean: float
    settled_max: int
    option_ids: str
    rank: float
    worth: str = made("What the answer would move and settle, in words.")
    asked: str = made("Whom to ask, by kind of body, in words.")


@fact(TABLES["routes"])
class Route(Fact):
    """What sets an approval path apart."""

    cross_force: bool
    consultation: str | None
    outside_names: str | None = made("Short names of its bodies that are in no alliance.")


@fact(TABLES["delivery"])
class Delivery(Fact):
    """A way of working together, and whether it fits."""

    vehicle_id: str
    possible: str
    reason: str
    vehicle: str = made("Its name.")


@fact(TABLES["option_decisions"])
class Decision(Fact):
    """Where an option stands by the decision register."""

    status: str
    date: str | None
    decided_by: str | None
    reversible: bool | None
    release: Reach
    body: str | None = made("Name of the body that decided.")
    body_short: str | None = made("Its short name.")
    status_words: str = made("Status in words.")


@fact(TABLES["portfolio_options"])
class Membership(Fact):
    """A set that holds the option."""

    portfolio_id: str
    marginal_value: float | None
    releases: str | None


@fact(TABLES["areas_of_search"])
class AreaOfSearch(Fact):
    """Where a new site could stand."""

    sought_for: str
    limit_s: float
    people_lost_best: float | None
    people_lost_most: float | None
    geometry: Any


@fact(TABLES["new_sites"])
class NewSite(Fact):
    """The best point of an area of search."""

    geometry: Any


@fact(TABLES["options"])
class Option(Fact):
    """Everything a person may be told of one option."""

    option_id: str
    kind: str
    title: str
    what_happens: str
    cluster_id: str | None
    site_ids: str
    host_site_id: str | None
    mover_site_ids: str | None
    released_site_ids: str | None
    tier: str
    travel_time_s: float | None
    straight_m: float
    fire_area: str | None
    police_areas: str
    existing_share: str | None
    share_reason: str | None
    reason: str
    kind_words: str = made("What kind it is, in words.")
    disclosure: Disclosure = made("Highest disclosure class of the row.")
    as_of: str | None = made("First and last date of the evidence on the option's sites, an ISO "
                             "8601 interval.")  # fmt: skip
    town: str | None = made("Town of its sites as the register gives it, fire sites first.")
    near: str = made("That town, or the nearest one of the area.")
    mover_names: str | None = made("Names of the sites that move.")
    released_names: str | None = made("Names of the sites no longer needed for their use.")
    gates_counted: str = made("How many gates fail, are open and pass.")
    gates_in_short: str = made("Which gates fail, and how many mandatory answers are open.")
    already_decided: str | None = made(
        "What was decided about its sites already, as the gate of that name tells it.",
        disclosure="commercial",
    )
    decided: str | None = made("The same where it all stands in public sources; else nothing.")
    approval_path: str | None = made("Who is consulted, approves and agrees, in order.")
    sites: tuple[Site, ...] = many(Site)
    host: Site | None = one(Site)
    freed: tuple[Site, ...] = many(Site)
    score: Score = one(Score)
    contributions: tuple[Contribution, ...] = many(Contribution)
    stability: Stability | None = one(Stability)
    robustness: tuple[Robustness, ...] = many(Robustness)
    break_even: tuple[BreakEven, ...] = many(BreakEven)
    cover: Cover = one(Cover)
    access: Access = one(Access)
    effects: tuple[Effect, ...] = many(Effect)
    changes: tuple[Change, ...] = many(Change)
    equality: tuple[Equality, ...] = many(Equality)
    money: Money = one(Money)
    money_ranges: tuple[MoneyRange, ...] = many(MoneyRange)
    money_by_body: tuple[BodyMoney, ...] = many(BodyMoney)
    switching_values: tuple[SwitchingValue, ...] = many(SwitchingValue)
    clearing: tuple[Clearing, ...] = many(Clearing)
    space: Space | None = one(Space)
    gates: tuple[Gate, ...] = many(Gate)
    questions: tuple[Question, ...] = many(Question)
    approvals: tuple[Approval, ...] = many(Approval)
    timeline: tuple[Stage, ...] = many(Stage)
    successions: tuple[Succession, ...] = many(Succession)
    route: Route | None = one(Route)
    delivery: tuple[Delivery, ...] = many(Delivery)
    decision: Decision = one(Decision)
    portfolios: tuple[Membership, ...] = many(Membership)
    area_of_search: AreaOfSearch | None = one(AreaOfSearch)
    new_site: NewSite | None = one(NewSite)


class Facts(NamedTuple):
    """What may be told of a run's options and sites, to whom it is for."""

    options: tuple[Option, ...]
    """By option_id."""
    sites: Mapping[str, Site]
    """By site_id, in its order."""
    questions: tuple[Question, ...]
    """In the order to ask them."""
    ranked: int
    """Options with a rank in the whole run."""
    targets: tuple[str, ...]
    """What the best set brings towards each target, in words: as restricted as its money."""
    disclosure: Disclosure
    """Highest class of what people put in."""
    law: tuple[Law, ...]
    """Changes of the law, in the order of the file."""
