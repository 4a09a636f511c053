"""What each option would cost, save and be worth, in total and for each body.

    net saving            = running cost of what is released - rise of the host's running cost;
                            least and most of it follow from the ranges of the priors it rests on
    net present value     = Σ over bodies, items and years of amount × discount factor
    payback               = first year from which on that sum, year by year, stays at or above 0
    switching factor of i = 1 - net present value / present value of item i

All in prices of the study's year and whole pence, in the form of HM Treasury's Green Book
(`discounting`). Cash flows hold what is supplied and what running costs rest on; `npv_gbp` is their
sum where nothing is missing, and nothing of it is invented. Beside it stands a range for every
option, in which priors stand for what nobody supplied (`ranges`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.money import by_body, cashflows, ranges
from colocate.money.cashflows import RUNNING, Case
from colocate.money.costs import RENTS
from colocate.money.prices import Span, told
from colocate.money.value_for_money import value_for_money
from colocate.tables import parts
from colocate.tables.money import (
    CASH_FLOWS,
    ITEMS,
    MONEY,
    MONEY_BY_BODY,
    MONEY_RANGES,
    SWITCHING_VALUES,
)
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate import study
    from colocate.money.cases import Listed
    from colocate.money.range_parts import Asked, Priors

WORKS = ["capital", "optimism_bias"]
UNKNOWN_WITHOUT = {
    "gross_saving_gbp": {"running_cost_released"},
    "host_increase_gbp": {"running_cost_host"},
    "net_saving_gbp": {"running_cost_released", "running_cost_host"},
    "capital_gbp": {"capital"},
    "receipt_gbp": {"receipt"},
    "npv_gbp": {"running_cost_released", "running_cost_host", "capital", "receipt", "lease"},
}
"""What each figure needs: it stays unknown while any of these is missing."""

IN_WORDS = {
    "capital": "the cost of the works, optimism bias included",
    "receipt": "the receipts",
    "transition": "the costs of moving",
    "running_cost_released": "the running costs released",
    "running_cost_host": "the host's further running costs",
    "backlog_avoided": "the repairs avoided",
    "lease_exit": "the costs of leaving a lease",
}


class Money(NamedTuple):
    """The money of all options; fields are tables."""

    money: pd.DataFrame
    money_ranges: pd.DataFrame
    cash_flows: pd.DataFrame
    money_by_body: pd.DataFrame
    switching_values: pd.DataFrame
    issues: pd.DataFrame


def money(listed: Listed, /) -> Money:
    """Estimate what every option costs, saves and is worth, by body and year.

    A released site counts with its running cost as recorded, or by floor area and the study's
    prior for small stations (`running_costs.estimates`). Rows of `costs` win over these, item by
    item.
    Works, receipts, backlog, rents, moves and lease exits count only where supplied; works that
    bring no optimism bias of their own get the study's. Yearly figures in `money` are those
    of the full year: the first in which most is released.

    Args:
        listed: the options, from `cases.listed`.

    Returns:
        Tables `money` (sorted by option_id), `money_ranges`, `cash_flows`, `money_by_body`,
        `switching_values` (options with a net present value only) and `issues`.

    Raises:
        OptionError: rents between partners that are not zero in total in every year.
    """
    options, priors, issues = listed
    rows = [row for asked in options for row in asked.lines.rows]
    flows = cashflows.flows(rows, factors=priors.factors)
    missing = {asked.case.option.option_id: set(asked.lines.missing) for asked in options}
    spread = conform(MONEY_RANGES, (row for asked in options for row in ranges.ranges(asked)))
    table = _money(flows, missing, listed=options, spread=spread, priors=priors)
    return Money(
        money=table,
        money_ranges=spread,
        cash_flows=flows[CASH_FLOWS.names],
        money_by_body=_by_body(flows, missing, listed=options, basis=table["basis"].to_list()),
        switching_values=_switching(flows, missing),
        issues=issues,
    )


def _money(
    flows: pd.DataFrame,
    missing: dict[str, set[str]],
    *,
    listed: Sequence[Asked],
    spread: pd.DataFrame,
    priors: Priors,
) -> pd.DataFrame:
    """Build table `money`: the figures of each option over all bodies."""
    settings, prices = priors.settings, priors.estimates.prices
    ids = pd.Index(missing, name="option_id", dtype="str")
    found = _figures(flows, ids, missing=missing)
    found["payback_years"] = _paybacks(flows).reindex(ids).where(found["npv_gbp"].notna())
    full = full_year(flows)
    years = full.groupby("option_id")["year"].first()
    nets = [
        told(ranges.net_saving(asked, year=int(years.get(option, 1))))
        for option, asked in zip(ids, listed, strict=True)
    ]
    found = found.assign(**_ends(found["net_saving_gbp"], nets))
    recorded = (full["basis"] == "recorded").groupby(full["option_id"]).all().reindex(ids)
    found["basis"] = [
        "unknown" if pd.isna(net) else "recorded" if every is True else "assumed"
        for net, every in zip(found["net_saving_gbp"], recorded, strict=True)
    ]
    found["review"] = [
        _review(net, years, settings=settings)
        for net, years in zip(found["net_saving_gbp"], found["payback_years"], strict=True)
    ]
    found = found.join(_spread(spread, found["npv_gbp"]))
    found["price_year"] = prices.year
    found["note"] = [_note(asked) for asked in listed]
    return conform(MONEY, found.reset_index().to_dict("records"))


def _spread(rows: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
    """Return by option the ranges of net present value and works, and the value for money.

    A net present value that is known to the penny has no width.
    """
    by = {
        figure: rows[rows["figure"] == figure].set_index("option_id")
        for figure in ("npv", "works_at_most", "benefit_per_pound")
    }
    ends = list(Span._fields)
    rounded = [told(Span(*row)) for row in by["npv"][ends].to_numpy()]
    by["npv"] = pd.DataFrame(rounded, by["npv"].index, ends, dtype="float64")
    found = pd.DataFrame(
        {
            f"{figure}_{end}_gbp": by[figure][end].round(2)
            for figure in ("npv", "works_at_most")
            for end in Span._fields
        }
    )
    exact = known.notna() & (found["npv_low_gbp"] == found["npv_high_gbp"])
    for end in Span._fields:
        found[f"npv_{end}_gbp"] = found[f"npv_{end}_gbp"].mask(exact, known)
    ratios = by["benefit_per_pound"][ends]
    found["value_for_money"] = [value_for_money(Span(*ends)) for ends in ratios.to_numpy()]
    return found


def _figures(
    flows: pd.DataFrame, index: pd.Index, /, *, missing: dict[str, set[str]]
) -> pd.DataFrame:
    """Sum whole pence over what `index` names (options, or options and bodies), in pounds.

    A figure is unknown where something it needs is missing for the option.
    """
    by = list(index.names)

    def summed(rows: pd.DataFrame, column: str) -> pd.DataFrame:
        sums = rows.pivot_table(
            index=by, columns="item", values=column, aggfunc="sum", fill_value=0
        )
        return sums.reindex(index=index, columns=list(ITEMS), fill_value=0)

    amount, full = summed(flows, "amount"), summed(full_year(flows), "amount")
    pence = {
        "gross_saving_gbp": full["running_cost_released"],
        "host_increase_gbp": -full["running_cost_host"],
        "net_saving_gbp": full[list(RUNNING)].sum(axis=1),
        "capital_gbp": -amount[WORKS].sum(axis=1),
        "receipt_gbp": amount["receipt"],
        "npv_gbp": summed(flows, "present").sum(axis=1),
    }
    lacking = [missing[option] for option in index.get_level_values("option_id")]
    return pd.DataFrame(
        {
            name: (sums / 100).mask(np.array([bool(needs & lacks) for lacks in lacking], "bool"))
            for (name, sums), needs in zip(pence.items(), UNKNOWN_WITHOUT.values(), strict=True)
        }
    )


def _paybacks(flows: pd.DataFrame, /) -> pd.Series:
    """Return by option the year from which on the discounted sum is never below 0 again."""
    yearly = flows.groupby(["option_id", "year"])["present"].sum()
    summed = yearly.groupby("option_id").cumsum()
    lowest_to_come = summed[::-1].groupby("option_id").cummin()[::-1]
    paid = lowest_to_come[lowest_to_come >= 0].reset_index()
    return paid.groupby("option_id")["year"].first().astype("float64")


def full_year(flows: pd.DataFrame, /) -> pd.DataFrame:
    """Return the running items of each option's full year.

    That is the first year in which most is released; where nothing is, in which most flows.

    Args:
        flows: table `cash_flows`.
    """
    rows = flows[flows["item"].isin(RUNNING)]
    released = rows["item"] == "running_cost_released"
    releasing = released.groupby(rows["option_id"]).transform("any")
    size = rows["amount"].abs().where(released | ~releasing, 0)
    by_year = size.groupby([rows["option_id"], rows["year"]]).sum()
    full = by_year.groupby("option_id").idxmax()
    return rows[pd.MultiIndex.from_frame(rows[["option_id", "year"]]).isin(full.to_list())]


def _review(net_gbp: float, payback: float, *, settings: study.Money) -> str | None:
    said = []
    saving, years = settings.review_saving_gbp, settings.review_payback_years
    if net_gbp > saving.value:
        said.append(f"Saves more than £{saving.value:,.0f} a year ({saving.ground}).")
    if net_gbp > 0 and payback < years.value:
        said.append(f"Pays back in under {years.value:g} years ({years.ground}).")
    return " ".join(said) or None


def _note(asked: Asked) -> str:
    """Say what an option's figures rest on, and what nobody supplied."""
    case, lines, priors = asked
    said = [*_grounds(case, priors.settings), *lines.remarks]
    if lines.missing:
        said.append(
            f"Not supplied: {'; '.join(lines.missing.values())}. The range of the net present "
            "value takes priors for them, where there are any."
        )
    return " ".join(said)


def _grounds(case: Case, settings: study.Money) -> list[str]:
    """Say what was supplied and what the rest of the figures rests on."""
    items = case.items
    said = []
    if items:
        named = ", ".join(sorted(items)).replace("_", " ")
        sources = sorted({row["source"] for row in case.supplied})
        said.append(f"Supplied: {named} ({'; '.join(sources)}).")
    if not {"running_cost_released", "running_cost_host"} <= items:
        said.append(case.effect.note)
    if "capital" in items and "optimism_bias" not in items:
        bias = settings.optimism_bias_share
        said.append(f"Works carry {bias.value:.0%} optimism bias ({bias.ground}).")
    return said


def _by_body(
    flows: pd.DataFrame,
    missing: dict[str, set[str]],
    *,
    listed: Sequence[Asked],
    basis: list[str],
) -> pd.DataFrame:
    """Build table `money_by_body`: all that occupy a site of the option, or pay or gain."""
    asked = {each.case.option.option_id: each for each in listed}
    involved = {
        (option, each.case.sites[site].body_id)
        for option, each in asked.items()
        for site in parts(each.case.option.site_ids)
    } | set(flows[["option_id", "body_id"]].itertuples(index=False, name=None))
    index = pd.MultiIndex.from_frame(
        pd.DataFrame(sorted(involved), columns=["option_id", "body_id"], dtype="str")
    )
    found = _figures(flows, index, missing=missing)
    nets = [told(by_body.net_saving(asked[option], body)) for option, body in index]
    found = found.assign(**_ends(found["net_saving_gbp"], nets))
    found["basis"] = index.get_level_values("option_id").map(dict(zip(missing, basis, strict=True)))
    return conform(MONEY_BY_BODY, found.reset_index().to_dict("records"))


def _ends(known: pd.Series, nets: Sequence[Span]) -> dict[str, pd.Series]:
    """Return the least and most of known savings, which lie within them; else nothing."""
    ends = (("low", np.fmin), ("high", np.fmax))
    return {
        f"net_saving_{end}_gbp": pick(known, [getattr(net, end) for net in nets]).where(
            known.notna()
        )
        for end, pick in ends
    }


def _switching(flows: pd.DataFrame, missing: dict[str, set[str]]) -> pd.DataFrame:
    """Say for every item but rents, which are a transfer, how far it alone may move.

    Works move with their allowance for optimism, which is a share of them.
    """
    priced = flows[~flows["option_id"].map(missing).astype("bool")]
    npvs = priced.groupby("option_id")["present"].sum()
    moving = priced[~priced["item"].isin(RENTS)].replace({"item": {"optimism_bias": "capital"}})
    items = moving.groupby(["option_id", "item"])["present"].sum()
    return conform(
        SWITCHING_VALUES,
        (
            {
                "option_id": option,
                "item": item,
                "present_gbp": worth / 100,
                **_switch(str(item), worth, npv=npvs[option]),
            }
            for (option, item), worth in items[items != 0].items()
        ),
    )


def _switch(item: str, worth: int, *, npv: int) -> dict[str, Any]:
    name, factor = IN_WORDS[item], 1 - npv / worth
    if factor < 0:
        stays = "above" if npv > 0 else "below"
        return {"meaning": f"The net present value stays {stays} zero even without {name}."}
    return {
        "factor": factor,
        "meaning": f"The net present value is zero at {factor:.2f} times {name}.",
    }
