"""What the report tells of the decision: effects, robustness, money by body, questions, sets.

Every function reads tables of a run and returns plain JSON, small enough to carry. A table without
rows gives lists without entries: the page then says that it was not computed, or says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from colocate.publish.format import UNTOLD
from colocate.publish.report.columns import by_column, per_option
from colocate.publish.report.settlement import settlement
from colocate.tables import parts

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]

CHANGES_DRAWN = 120
"""Points of an option and side that get slower or quicker and are sent, the most changed first;
those that enter or leave the standard are always sent."""

MONEY_COLUMNS = ("body_id", "capital_gbp", "receipt_gbp", "net_saving_gbp", "npv_gbp", "basis")
ROBUSTNESS_COLUMNS = ("varied", "n_draws", "rank_low", "rank_median", "rank_high", "share_first",
                      "share_top", "share_top_error")  # fmt: skip
STABILITY_COLUMNS = ("word", "reason", "dominated_by", "n_dominating")
STANDING_COLUMNS = ("status", "date", "decided_by", "release")
EQUALITY_COLUMNS = ("side", "group", "gained", "lost", "slower", "quicker", "finding", "suppressed")
DELIVERY_COLUMNS = ("vehicle_id", "possible", "reason")
KEY_COLUMNS = ("key", "body_id", "share", "cost_gbp", "benefit_gbp", "net_gbp", "note")
ROUTE_COLUMNS = ("outside_alliance", "cross_force", "consultation")
QUESTION_COLUMNS = ("gate", "about_name", "question", "whom", "mandatory", "n_options",
                    "n_settled", "rank")  # fmt: skip
PORTFOLIO_COLUMNS = (
    "portfolio_id", "purpose", "status", "objective", "objective_value", "bound", "gap",
    "n_options", "net_saving_gbp", "npv_gbp", "capital_gbp", "people_losing_cover",
    "people_losing_access", "note",
)  # fmt: skip
NO_CHANGE = "no change"
WHOLE_SET = "portfolio"
"""Stands in option_id for the chosen set together."""


def decision(tables: Tables, place: pd.Series, /) -> Row:
    """Gather the decision's tables for the page.

    Args:
        tables: a run's tables by name.
        place: each option's place in the page's list, by option_id.
    """
    changes, points = _changes(tables, place)
    return {
        "effects": by_column(_effects(tables["effects"], place)),
        "changes": by_column(changes),
        "points": by_column(points),
        "equality": by_column(_equality(tables["equality"], place)),
        "equality_of_set": by_column(_of_set(tables["portfolio_equality"], EQUALITY_COLUMNS)),
        "equality_done": by_column(_equality_done(tables["equality"], place)),
        "stability": by_column(
            per_option(tables["stability"], place, columns=STABILITY_COLUMNS)
        ),
        "robustness": by_column(_robustness(tables["robustness"], place)),
        "break_even": by_column(_break_even(tables["break_even"], place)),
        "standing": by_column(
            per_option(_named(tables, "option_decisions", column="decided_by"), place,
                       columns=STANDING_COLUMNS)
        ),
        "money_by_body": by_column(
            per_option(_named(tables, "money_by_body"), place, columns=MONEY_COLUMNS)
            .round(0)
        ),
        "routes": by_column(_routes(tables, place)),
        "keys_of_set": by_column(_of_set(_named(tables, "apportionment"), KEY_COLUMNS)),
        "principles_of_set": by_column(
            _of_set(tables["principles"], ("key", "principle", "outcome", "reason"))
        ),
        "delivery": by_column(per_option(tables["delivery"], place, columns=DELIVERY_COLUMNS)),
        "vehicles": by_column(
            tables["vehicles"].sort_values(["continuum_step", "vehicle_id"])[
                ["vehicle_id", "name", "continuum_step"]
            ]
        ),
        "questions": by_column(_questions(tables["questions"], place)),
        "portfolios": by_column(
            tables["portfolios"][[*PORTFOLIO_COLUMNS]].round(
                {"net_saving_gbp": 0, "npv_gbp": 0, "capital_gbp": 0,
                 "people_losing_cover": 0, "people_losing_access": 0, "objective_value": 2}
            )
        ),
        "portfolio_options": by_column(_portfolio_options(tables["portfolio_options"], place)),
        **settlement(tables, place),
    }  # fmt: skip


def _effects(effects: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    """Measures by option, in the order they were computed, to a tenth."""
    columns = ("side", "measure", "label", "unit", "before", "after", "gained", "lost", "basis",
               "note", "untold")  # fmt: skip
    small = effects["change"] == "too_small"
    told = effects.assign(untold=pd.Series(UNTOLD, effects.index).where(small, None))
    rows = per_option(told, place, columns=columns)
    share = rows["unit"].isin(["share"])
    for name in ("before", "after", "gained", "lost"):
        rows[name] = rows[name].round(1).where(~share, rows[name].round(5))
    return rows


def _changes(tables: Tables, place: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Demand points whose time changes: how, and where they lie."""
    rows = tables["changes"].merge(
        tables["demand_points"][["demand_id", "name"]], on="demand_id", validate="m:1"
    )
    longer = rows["after_s"].fillna(float("inf")) > rows["before_s"].fillna(float("inf"))
    rows["how"] = "quicker"
    rows.loc[longer, "how"] = "slower"
    rows.loc[rows["within_after"] & ~rows["within_before"], "how"] = "gained"
    rows.loc[rows["within_before"] & ~rows["within_after"], "how"] = "lost"
    size = (rows["after_s"] - rows["before_s"]).abs().fillna(float("inf"))
    rows = rows.assign(size=size).sort_values(
        ["option_id", "side", "size", "demand_id"], ascending=[True, True, False, True]
    )
    crossing = rows["how"].isin(["gained", "lost"])
    order = rows.groupby(["option_id", "side", "how"]).cumcount()
    kept = rows[crossing | (order < CHANGES_DRAWN)]
    drawn = kept["demand_id"].drop_duplicates().sort_values()
    at = pd.Series(range(len(drawn)), index=drawn)
    sent = per_option(
        kept.assign(point=kept["demand_id"].map(at).astype("int64")), place,
        columns=("side", "point", "before_s", "after_s", "how", "people", "worst"),
    ).round(0)  # fmt: skip
    located = tables["demand_points"].set_index("demand_id").loc[drawn]
    points = pd.DataFrame(
        {
            "id": located.index,
            "name": located["name"].to_numpy(),
            "northing_m": located.geometry.y.round().to_numpy(),
            "easting_m": located.geometry.x.round().to_numpy(),
        }
    )
    return sent, points


def _equality(equality: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    """Groups that an option touches: what changes nothing is told in one line."""
    touched = equality[equality["finding"] != NO_CHANGE]
    return per_option(touched, place, columns=EQUALITY_COLUMNS).round(0)


def _equality_done(equality: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    """Options that were screened at all, by side."""
    seen = equality[["option_id", "side"]].drop_duplicates()
    return per_option(seen, place, columns=("side",))


def _of_set(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows about the chosen set together."""
    return rows.loc[rows["option_id"] == WHOLE_SET, list(columns)].round(4)


def _robustness(robustness: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    rows = per_option(robustness, place, columns=ROBUSTNESS_COLUMNS)
    return rows.round({"rank_low": 0, "rank_median": 0, "rank_high": 0, "share_first": 3,
                       "share_top": 3, "share_top_error": 4})  # fmt: skip


def _break_even(break_even: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    found = break_even[break_even["break_even"].notna()]
    columns = ("criterion", "weight", "break_even", "change")
    return per_option(found, place, columns=columns).round(4)


def _routes(tables: Tables, place: pd.Series) -> pd.DataFrame:
    """What sets an option's path apart, with names of bodies."""
    names = tables["bodies"].set_index("body_id")["short_name"]
    outside = [
        "; ".join(names.get(body, body) for body in parts(ids)) or None
        for ids in tables["routes"]["outside_alliance"]
    ]
    routes = tables["routes"].assign(outside_alliance=pd.Series(outside, dtype="str"))
    return per_option(routes, place, columns=ROUTE_COLUMNS)


def _questions(questions: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    """Questions in the order to ask them, with the places of the options that wait."""
    ordered = questions.sort_values(["rank", "question_id"])
    waiting = [
        ";".join(str(place[option]) for option in parts(ids) if option in place.index)
        for ids in ordered["option_ids"]
    ]
    return ordered[[*QUESTION_COLUMNS]].assign(options=waiting)


def _portfolio_options(rows: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    columns = ("portfolio_id", "marginal_value", "releases")
    return per_option(rows, place, columns=columns).round(2)


def _named(tables: Tables, table: str, *, column: str = "body_id") -> pd.DataFrame:
    """A table with short names for ids of bodies."""
    names = tables["bodies"].set_index("body_id")["short_name"]
    rows = tables[table]
    return rows.assign(**{column: rows[column].map(names).fillna(rows[column])})
