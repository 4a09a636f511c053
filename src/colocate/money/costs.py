"""What people supply in table `costs`, checked before anything is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from colocate.errors import OptionError, some
from colocate.tables import each, issue_rows, parts
from colocate.tables.dates import in_force
from colocate.tables.rows import Body, Cost, Option

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd

    from colocate.tables.rows import LocatedSite

COSTS_BELOW = {"capital", "optimism_bias", "transition", "rent_paid", "lease_exit"}
BENEFITS_ABOVE = {"receipt", "backlog_avoided", "rent_received", "running_cost_released"}
"""Signs an item must have; a host's running cost may rise or fall."""
RENTS = ("rent_paid", "rent_received")
WITHOUT_RECEIPT = {"leasehold", "licence", "pfi"}
"""Tenures whose end brings no receipt: there is nothing to sell."""


def owners(bodies: pd.DataFrame, /, *, as_of: dt.date) -> dict[str, str]:
    """Return who holds the estate of each body on a day.

    That of a police force is held by the commissioner of its area (Police Reform and Social
    Responsibility Act 2011, section 1), where the study lists one; any other body holds its own.

    Args:
        bodies: table `bodies`.
        as_of: the day.
    """
    ordered = bodies.sort_values("body_id")
    commissioners: dict[str | float, str] = {
        body.area: body.body_id
        for body in each(Body, in_force(ordered, as_of.isoformat())[::-1])
        if body.kind == "police_commissioner" and isinstance(body.area, str)
    }
    return {
        body.body_id: commissioners.get(body.area, body.body_id)
        if body.kind == "police_force"
        else body.body_id
        for body in each(Body, ordered)
    }


def counted_with(bodies: pd.DataFrame, /, *, as_of: dt.date) -> dict[str, str]:
    """Return the body each holder of another's estate counts with: a commissioner with its force.

    Args:
        bodies: table `bodies`.
        as_of: the day on which they hold it.
    """
    holders = owners(bodies, as_of=as_of)
    return {holder: body for body, holder in sorted(holders.items())[::-1] if holder != body}


def accepted(
    costs: pd.DataFrame,
    /,
    *,
    options: pd.DataFrame,
    sites: Mapping[str, LocatedSite],
    owner: Mapping[str, str],
    years: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take the rows that count, with receipts at the body that holds the estate.

    Left out with an issue are rows of an option that is not there, rows that begin after the last
    year appraised, and receipts of a body with nothing to sell.

    Args:
        costs: table `costs`.
        options: table `options`.
        sites: sites by id, rows of table `located_sites`.
        owner: who holds the estate of each body, from `owners`.
        years: last year appraised; a period beyond it is cut there.

    Returns:
        The rows that count, sorted by key; and table `issues`.

    Raises:
        OptionError: a body that is not in table `bodies`, an amount with the wrong sign or a
            period that ends before it begins.
    """
    _check(costs, owner)
    ordered = costs.sort_values(["option_id", "item", "body_id", "first_year"])
    named = ordered["body_id"].to_list()
    receipts = ordered["item"] == "receipt"
    ordered["body_id"] = ordered["body_id"].where(~receipts, ordered["body_id"].map(owner))
    ordered["last_year"] = ordered["last_year"].clip(upper=years)
    sellers = {
        option.option_id: {
            owner[sites[site].body_id]
            for site in parts(option.released_site_ids)
            if sites[site].tenure not in WITHOUT_RECEIPT
        }
        for option in each(Option, options)
    }
    kept, issues = [], []
    for row, body in zip(each(Cost, ordered), named, strict=True):
        fault = _fault(row, sellers=sellers, years=years)
        kept.append(not fault)
        if fault:
            rule, message = fault
            key = f"{row.option_id}/{row.item}/{body}/{row.first_year}"
            issues.append(("money.appraisal", "costs", key, rule, "excluded", f"{key}: {message}"))
    return ordered[np.array(kept, dtype="bool")], issue_rows(issues)


def _fault(
    row: Cost,
    *,
    sellers: Mapping[str, set[str]],
    years: int,
) -> tuple[str, str] | None:
    if row.option_id not in sellers:
        return "no_such_option", "no such option in this run; correct option_id in the costs file."
    if row.first_year > years:
        return "beyond_appraisal", f"begins after year {years}, the last one appraised."
    if row.item == "receipt" and row.body_id not in sellers[row.option_id]:
        return "nothing_to_sell", (
            "this body's estate releases no freehold here; a leasehold, licence or PFI site brings "
            "no receipt. Correct the tenure in the register or take the row out."
        )
    return None


def _check(costs: pd.DataFrame, owner: Mapping[str, str]) -> None:
    item, amount = costs["item"], costs["amount_gbp"]
    wrong = {
        "a body_id that is not in table bodies; add the body or correct the row": ~costs[
            "body_id"
        ].isin(list(owner)),
        "a cost above 0 or a benefit below 0; expected costs below 0 and benefits above": (
            item.isin(COSTS_BELOW) & (amount > 0)
        )
        | (item.isin(BENEFITS_ABOVE) & (amount < 0)),
        "a last_year before its first_year": costs["last_year"] < costs["first_year"],
    }
    for what, rows in wrong.items():
        if rows.any():
            keys = costs.loc[rows, ["option_id", "item", "body_id"]].agg("/".join, axis=1)
            raise OptionError(f"table costs: {some(keys)} with {what}.")
