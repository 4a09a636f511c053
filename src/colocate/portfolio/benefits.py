"""The benefits table: what each option promises, and what it came to once somebody measured it.

Rows are of the options that are approved or in the best set, and of every option of a table that
was handed in, whether the run still has it or not: after a move it has not. What was promised
then stays what was promised; a later run does not change it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.tables import each
from colocate.tables import parts as listed
from colocate.tables.programme import BENEFITS, BENEFITS_HANDED_IN, MEASURES
from colocate.tables.rows import Access, Body, Cover, LocatedSite, MoneyRange, Option
from colocate.tables.rows import MoneyByBody as BodyMoney
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from colocate.study import BenefitRule

Row = dict[str, Any]
ALL = "all"
LESS_IS_BETTER = frozenset({"works", "desk_time", "fire_response"})
UNITS: Mapping[str, str] = {
    "net_saving": "GBP/year", "works": "GBP", "receipt": "GBP", "desk_access": "people",
    "desk_time": "s", "fire_cover": "people", "fire_response": "s",
}  # fmt: skip


class Given(NamedTuple):
    """The tables that promises are read from."""

    options: pd.DataFrame
    located_sites: pd.DataFrame
    bodies: pd.DataFrame
    money_by_body: pd.DataFrame
    money_ranges: pd.DataFrame
    cover: pd.DataFrame
    access: pd.DataFrame
    portfolio_options: pd.DataFrame
    option_decisions: pd.DataFrame


def benefits(
    given: Given,
    handed_in: pd.DataFrame,
    /,
    *,
    rules: Sequence[BenefitRule],
    fire_body: str,
    price_year: int,
) -> pd.DataFrame:
    """Write down what is promised, beside what was measured.

    Args:
        given: the run's tables.
        handed_in: table `benefits_handed_in`; may be empty.
        rules: what is measured, by whom, when and how.
        fire_body: the study's fire authority.
        price_year: year whose prices the run's pounds are in.

    Returns:
        Table `benefits`, by option, then in the order of the measures, then by body.
    """
    promised = pd.DataFrame(
        list(_promises(given, rules=rules, fire_body=fire_body)), columns=BENEFITS_HANDED_IN.names
    )
    promised.loc[promised["unit"].str.startswith("GBP"), "price_year"] = price_year
    key = list(BENEFITS_HANDED_IN.key)
    kept = handed_in.set_index(key).index
    new = promised[~promised.set_index(key).index.isin(kept)]
    rows = conform(BENEFITS_HANDED_IN, [*handed_in.to_dict("records"), *new.to_dict("records")])
    order = {measure: place for place, measure in enumerate(MEASURES)}
    rows = rows.assign(place=rows["measure"].map(order))
    rows = rows.sort_values(["option_id", "place", "body_id"], ignore_index=True)
    return conform(BENEFITS, rows.assign(**_came_to(rows)).to_dict("records"))


def _promises(given: Given, *, rules: Sequence[BenefitRule], fire_body: str) -> Iterator[Row]:
    best = given.portfolio_options["portfolio_id"] == "best"
    approved = given.option_decisions["status"] == "approved"
    chosen = {
        *given.portfolio_options.loc[best, "option_id"],
        *given.option_decisions.loc[approved, "option_id"],
    }
    names = {row.body_id: row.name for row in each(Body, given.bodies)}
    sites = {row.site_id: row for row in each(LocatedSite, given.located_sites)}
    found: dict[str, dict[str, list[Row]]] = {}
    for row in (*_money(given), *_services(given)):
        found.setdefault(row.pop("option_id"), {}).setdefault(row.pop("measure"), []).append(row)
    for option in each(Option, given.options):
        if option.option_id not in chosen:
            continue
        own = [sites[site] for site in listed(option.site_ids)]
        whose = {
            "authority": names[fire_body],
            "force": ", ".join(dict.fromkeys(
                names[site.body_id] for site in own if site.service == "police")),
        }  # fmt: skip
        for rule in rules:
            for row in found.get(option.option_id, {}).get(rule.measure, []):
                yield {
                    "option_id": option.option_id,
                    "measure": rule.measure,
                    "title": option.title,
                    "label": rule.label,
                    "unit": UNITS[rule.measure],
                    "measured_by": whose.get(rule.measured_by)
                    or names.get(row["body_id"], "the bodies of the option"),
                    "months_after": rule.months_after.value,
                    "how": rule.how,
                    **row,
                }


def _money(given: Given) -> Iterator[Row]:
    for row in each(BodyMoney, given.money_by_body):
        if {row.net_saving_low_gbp, row.net_saving_gbp, row.net_saving_high_gbp} == {0}:
            continue
        yield {
            "option_id": row.option_id, "measure": "net_saving", "body_id": row.body_id,
            "promised_low": row.net_saving_low_gbp, "promised": row.net_saving_gbp,
            "promised_high": row.net_saving_high_gbp, "basis": row.basis,
        }  # fmt: skip
    for figure in each(MoneyRange, given.money_ranges):
        if figure.figure in {"works", "receipt"} and figure.high > 0:
            yield {
                "option_id": figure.option_id, "measure": figure.figure, "body_id": ALL,
                "promised_low": figure.low, "promised": figure.central,
                "promised_high": figure.high, "basis": figure.basis,
            }  # fmt: skip


def _services(given: Given) -> Iterator[Row]:
    """What both services would come to, where they change at all."""
    for desk in each(Access, given.access):
        reach = ("desk_access", desk.people_before, desk.people_after)
        drive = ("desk_time", desk.mean_access_before_s, desk.mean_access_after_s)
        if desk.desk_changes:
            yield from _pair(desk.option_id, reach, drive, assumed=desk.basis == "assumed")
    for crew in each(Cover, given.cover):
        reach = ("fire_cover", crew.people_before, crew.people_after)
        drive = ("fire_response", crew.mean_response_before_s, crew.mean_response_after_s)
        if crew.fire_changes:
            yield from _pair(crew.option_id, reach, drive)


def _pair(
    option_id: str, *measures: tuple[str, float, float], assumed: bool = False
) -> Iterator[Row]:
    """A desk that is assumed may not be there, and then nothing changes."""
    for measure, before, after in measures:
        low, high = (min(before, after), max(before, after)) if assumed else (after, after)
        basis = "unknown" if pd.isna(after) else "assumed" if assumed else "computed"
        yield {
            "option_id": option_id, "measure": measure, "body_id": ALL, "before": before,
            "promised_low": low, "promised": after, "promised_high": high, "basis": basis,
        }  # fmt: skip


def _came_to(rows: pd.DataFrame) -> dict[str, Any]:
    """Hold what was measured against what was promised."""
    low = rows["promised_low"].fillna(rows["promised"])
    high = rows["promised_high"].fillna(rows["promised"])
    actual, less = rows["actual"], rows["measure"].isin(LESS_IS_BETTER)
    above, below = actual > high, actual < low
    outcome = np.select(
        [actual.isna(), low.isna() | high.isna(), (above & ~less) | (below & less), above | below],
        ["not measured", "nothing promised", "better than promised", "worse than promised"],
        default="as promised",
    )
    return {"difference": actual - rows["promised"], "outcome": outcome}
