"""What the report tells of the decision: effects, robustness, money by body, questions, sets.

Facts of the options and tables of a run, small enough to carry. A table without rows gives lists
without entries: the page then says that it was not computed, or says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from colocate.publish.facts import frame
from colocate.publish.facts.records import Question
from colocate.publish.report.columns import per_option
from colocate.publish.report.settlement import settlement
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate.publish.facts import Facts

Tables = Mapping[str, pd.DataFrame]

LIKELY = 0.5
"""Chance of the standard from which a point is drawn as within it."""
CHANGES_DRAWN = 120
"""Points of an option and side that get slower or quicker and are sent, the most changed first;
those that enter or leave the standard are always sent."""

MONEY_COLUMNS = {"body_short": "body_id", **{name: name for name in (
    "capital_gbp", "receipt_gbp", "net_saving_gbp", "npv_gbp", "basis")}}  # fmt: skip
BREAK_EVEN_COLUMNS = ("criterion", "weight", "break_even", "change")
MEMBER_COLUMNS = ("portfolio_id", "marginal_value", "releases")
ROBUSTNESS_COLUMNS = {"varied": 0, "n_draws": 0, "rank_low": 0, "rank_median": 0, "rank_high": 0,
                      "share_first": 3, "share_top": 3, "share_top_error": 4}  # fmt: skip
"""With decimals, as those of the sets."""
STABILITY_COLUMNS = ("word", "reason", "dominated_by", "n_dominating")
DECISION_COLUMNS = {"status": "status", "date": "date", "body_short": "decided_by",
                    "release": "release"}  # fmt: skip
EQUALITY_COLUMNS = ("side", "group", "gained", "lost", "slower", "quicker", "finding", "suppressed")
DELIVERY_COLUMNS = ("vehicle_id", "possible", "reason")
KEY_COLUMNS = ("key", "body_id", "share_low", "share", "share_high",
               *(f"{name}{end}_gbp" for name in ("cost", "net") for end in ("_low", "", "_high")),
               "lacks")  # fmt: skip
PRINCIPLE_COLUMNS = ("key", "principle", "outcome", "reason")
ROUTE_COLUMNS = {"outside_names": "outside_alliance", "cross_force": "cross_force",
                 "consultation": "consultation"}  # fmt: skip
QUESTION_COLUMNS = ("gate", "criterion", "about_name", "question", "whom", "asked",
                    "mandatory", "n_options", "moved_mean", "moved_max", "settled_mean",
                    "settled_max", "rank")  # fmt: skip
PORTFOLIO_COLUMNS = (
    "portfolio_id", "purpose", "status", "objective", "objective_value", "bound", "gap",
    "n_options", "net_saving_gbp", "net_saving_low_gbp", "net_saving_high_gbp", "npv_gbp",
    "npv_low_gbp", "npv_central_gbp", "npv_high_gbp", "capital_gbp", "people_losing_cover",
    "people_losing_access", "note",
)  # fmt: skip
PORTFOLIO_DECIMALS = {"net_saving_gbp": 0, "net_saving_low_gbp": 0, "net_saving_high_gbp": 0,
                      "npv_low_gbp": 0, "npv_central_gbp": 0, "npv_high_gbp": 0, "npv_gbp": 0,
                      "capital_gbp": 0, "people_losing_cover": 0,
                      "people_losing_access": 0, "objective_value": 2}  # fmt: skip
NO_CHANGE = "no change"
"""Finding on groups that an option leaves alone: not sent, but their option was screened."""

WHOLE_SET = "portfolio"
"""Stands in option_id for the chosen set together."""


def decision(facts: Facts, tables: Tables, /) -> dict[str, pd.DataFrame]:
    """Gather what the page tells of the decision.

    Args:
        facts: the run's options.
        tables: the run's tables by name, for what is about all options together.
    """

    def of(name: str, columns: Sequence[str] | Mapping[str, str]) -> pd.DataFrame:
        return per_option(facts, name, columns=columns)

    changes, points = _changes(facts, tables["demand_points"])
    equality = of("equality", EQUALITY_COLUMNS)
    break_even = of("break_even", BREAK_EVEN_COLUMNS).round(4)
    vehicles = tables["vehicles"].sort_values(["continuum_step", "vehicle_id"])
    return {
        "effects": _effects(facts),
        "changes": changes,
        "points": points,
        "equality": equality[equality["finding"] != NO_CHANGE].round(0),
        "equality_of_set": _of_set(tables["portfolio_equality"], EQUALITY_COLUMNS),
        "equality_done": equality[["side", "option"]].drop_duplicates(),
        "stability": of("stability", STABILITY_COLUMNS),
        "robustness": of("robustness", [*ROBUSTNESS_COLUMNS]).round(ROBUSTNESS_COLUMNS),
        "break_even": break_even[break_even["break_even"].notna()],
        "register": of("decision", DECISION_COLUMNS),
        "money_by_body": of("money_by_body", MONEY_COLUMNS).round(0),
        "routes": of("route", ROUTE_COLUMNS),
        "keys_of_set": _of_best(_named(tables, "apportionment_ranges"), KEY_COLUMNS),
        "principles_of_set": _of_best(tables["principle_ranges"], PRINCIPLE_COLUMNS),
        "delivery": of("delivery", DELIVERY_COLUMNS),
        "vehicles": vehicles[["vehicle_id", "name", "continuum_step"]],
        "questions": _questions(facts),
        "portfolios": tables["portfolios"][[*PORTFOLIO_COLUMNS]].round(PORTFOLIO_DECIMALS),
        "portfolio_options": of("portfolios", MEMBER_COLUMNS).round(2),
        **settlement(facts, tables),
    }


def _effects(facts: Facts) -> pd.DataFrame:
    """Measures by option, in the order they were computed, to a tenth."""
    columns = ("side", "measure", "label", "unit", "before", "after", "gained", "lost", "basis",
               "note", "untold")  # fmt: skip
    rows = per_option(facts, "effects", columns=columns)
    small = rows["unit"].isin(["share"])
    for name in ("before", "after", "gained", "lost"):
        rows[name] = rows[name].round(1).where(~small, rows[name].round(5))
    return rows


def _changes(facts: Facts, demand_points: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Demand points whose time changes: how, and where they lie."""
    columns = ("demand_id", "chance_before", "chance_after", "side", "before_s", "after_s",
               "people", "worst")  # fmt: skip
    rows = per_option(facts, "changes", columns=columns)
    longer = rows["after_s"].fillna(float("inf")) > rows["before_s"].fillna(float("inf"))
    rows["how"] = "quicker"
    rows.loc[longer, "how"] = "slower"
    was, is_ = (rows[column] >= LIKELY for column in ("chance_before", "chance_after"))
    rows.loc[is_ & ~was, "how"] = "gained"
    rows.loc[was & ~is_, "how"] = "lost"
    size = (rows["after_s"] - rows["before_s"]).abs().fillna(float("inf"))
    rows = rows.assign(size=size).sort_values(
        ["option", "side", "size", "demand_id"], ascending=[True, True, False, True]
    )
    crossing = rows["how"].isin(["gained", "lost"])
    order = rows.groupby(["option", "side", "how"]).cumcount()
    kept = rows[crossing | (order < CHANGES_DRAWN)]
    drawn = kept["demand_id"].drop_duplicates().sort_values()
    at = pd.Series(range(len(drawn)), index=drawn)
    sent = kept.assign(point=kept["demand_id"].map(at).astype("int64"))
    sent = sent[["side", "point", "before_s", "after_s", "how", "people", "worst", "option"]]
    located = demand_points.set_index("demand_id").loc[drawn]
    points = pd.DataFrame(
        {
            "id": located.index,
            "name": located["name"].to_numpy(),
            "northing_m": located.geometry.y.round().to_numpy(),
            "easting_m": located.geometry.x.round().to_numpy(),
        }
    )
    return sent.round(0), points


def _of_set(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows about the chosen set together."""
    return rows.loc[rows["option_id"] == WHOLE_SET, list(columns)].round(4)


def _of_best(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows about the best set, shared out."""
    return rows.loc[rows["kind"] == "portfolio", list(columns)].round(4)


def _questions(facts: Facts) -> pd.DataFrame:
    """Questions in the order to ask them, with the places of the options that wait."""
    place = {option.option_id: str(at) for at, option in enumerate(facts.options)}
    waiting = [
        ";".join(place[option] for option in parts(row.option_ids) if option in place)
        for row in facts.questions
    ]
    return frame(Question, facts.questions, columns=QUESTION_COLUMNS).assign(options=waiting)


def _named(tables: Tables, table: str) -> pd.DataFrame:
    """A table with short names for ids of bodies."""
    names = tables["bodies"].set_index("body_id")["short_name"]
    rows = tables[table]
    return rows.assign(body_id=rows["body_id"].map(names).fillna(rows["body_id"]))
