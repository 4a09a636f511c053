"""Costs and benefits of every option by body and year, in prices of the study's year.

What people supply wins over registers and priors, item by item. Year 0 is the year of the works;
running costs begin to change in year 1. A leased building is paid for until the lease lets go: its
running cost is released from the first whole year after the break, or else the end. Where neither
is known, flows stand as if it let go at once, and the option has no net present value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.errors import OptionError, some
from colocate.money.costs import RENTS, WITHOUT_RECEIPT
from colocate.money.pence import pence
from colocate.money.prices import two_figures
from colocate.tables import parts
from colocate.tables.dates import last_day
from colocate.tables.money import CASH_FLOWS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from colocate import study
    from colocate.money.running_costs import Effect
    from colocate.tables.rows import LocatedSite, Option

BOUND = {"leasehold", "pfi"}
"""Tenures that are paid for until they let go."""
RUNNING = ("running_cost_released", "running_cost_host", *RENTS)


class Case(NamedTuple):
    """An option and what is known of its money."""

    option: Option
    effect: Effect
    """Its running-cost effect by registers and priors."""
    supplied: Sequence[Mapping[str, Any]]
    """The accepted rows of table `costs` for it, with least_gbp and most_gbp: for most none."""
    sites: Mapping[str, LocatedSite]
    """Sites by id."""
    owner: Mapping[str, str]
    """Who holds the estate of each body."""

    @property
    def items(self) -> set[str]:
        """What is supplied."""
        return {row["item"] for row in self.supplied}


class Lines(NamedTuple):
    """What an option's cash flows are made of, and what nobody knows of them."""

    rows: list[dict[str, Any]]
    """One each: option_id, body_id, item, first_year, last_year, amount_gbp a year, basis; those
    supplied with least_gbp and most_gbp, as the deflator is a range."""
    begins: dict[str, int]
    """First year in which each released site costs nothing any more, by site_id."""
    without_end: set[str]
    """Those of them whose lease has neither break nor end on record."""
    missing: dict[str, str]
    """What a net present value would need, by item, in words."""
    remarks: list[str]


def lines(case: Case, /, *, as_of: dt.date, settings: study.Money) -> Lines:
    """List what an option would cost and bring, and what is not known of it.

    Args:
        case: the option.
        as_of: the study's day, the beginning of year 1.
        settings: section `money` of the study.
    """
    rows = _supplied(case, settings)
    missing: dict[str, str] = {}
    begins: dict[str, int] = {}
    without_end: set[str] = set()
    remarks: list[str] = []
    items = case.items
    shared = case.option.existing_share == "possible"
    if "running_cost_released" not in items:
        ends = _ends(case, as_of=as_of, missing=missing)
        without_end = {site_id for site_id, end in ends.items() if end is None}
        begins = _begins(case, ends, settings=settings, as_of=as_of, remarks=remarks)
        rows += [] if shared else _released(case, settings, begins=begins)
    if "running_cost_host" not in items:
        rise = _host(case, settings, supplied=rows, missing=missing)
        rows += [] if shared else rise
    if shared:
        remarks.append("They may be sharing already: the centre is that nothing is gained.")
    if "capital" not in items and case.option.existing_share != "existing":
        missing["capital"] = "the cost of the works"
    if unsold := unsold_sites(case):
        names = sorted(site.name for site in unsold)
        missing["receipt"] = f"the receipt for {', '.join(names)}"
    return Lines(rows, begins, without_end, missing, remarks)


def flows(rows: list[dict[str, Any]], /, *, factors: np.ndarray) -> pd.DataFrame:
    """Spread lines over their years and discount them.

    Args:
        rows: lines of all options.
        factors: discount factors from year 0, shape (years + 1,).

    Returns:
        Table `cash_flows`, sorted by its key, with two more columns in whole pence: `amount` and
        `present`.

    Raises:
        OptionError: rents between partners that are not zero in total in every year.
    """
    names = ["option_id", "body_id", "item", "basis", "first_year", "last_year", "amount_gbp"]
    given = pd.DataFrame(rows, columns=names)
    given["amount"] = pence(given["amount_gbp"].astype("float64"))
    span = (given["last_year"] - given["first_year"] + 1).to_numpy(dtype="int64")
    spread = given.loc[np.repeat(given.index, span)]
    begun = np.repeat(np.cumsum(span) - span, span)
    spread["year"] = spread["first_year"].to_numpy(dtype="int64") + np.arange(len(spread)) - begun
    key = ["option_id", "body_id", "year", "item"]
    table = spread.groupby(key, as_index=False).agg({"amount": "sum", "basis": "min"})
    table["present"] = pence(table["amount"].to_numpy() / 100 * factors[table["year"]])
    _check_rents(table)
    table["amount_gbp"], table["present_gbp"] = table["amount"] / 100, table["present"] / 100
    dtypes = {name: CASH_FLOWS[name].dtype for name in CASH_FLOWS.names}
    return table.astype({**dtypes, "amount": "int64", "present": "int64"})


def _supplied(case: Case, settings: study.Money) -> list[dict[str, Any]]:
    """Take the supplied rows, and add optimism bias to works that bring none of their own."""
    bias = settings.optimism_bias_share
    names = ["option_id", "body_id", "item", "first_year", "last_year", "amount_gbp",
             "least_gbp", "most_gbp"]  # fmt: skip
    rows = [{name: row[name] for name in names} | {"basis": "recorded"} for row in case.supplied]
    if "optimism_bias" in case.items:
        return rows
    return rows + [
        row
        | {
            "item": "optimism_bias",
            **{name: row[name] * bias.value for name in ("amount_gbp", "least_gbp", "most_gbp")},
            "basis": bias.basis,
        }
        for row in rows
        if row["item"] == "capital"
    ]


def _ends(case: Case, *, as_of: dt.date, missing: dict[str, str]) -> dict[str, str | None]:
    """Find the day on which each released site lets go; name those of which nobody knows it."""
    costs = case.effect.released
    if costs is None:
        missing["running_cost_released"] = "the running cost of what is released"
        return {}
    ends = {site_id: _lets_go(case.sites[site_id], as_of) for site_id in costs}
    if open_ended := [case.sites[site_id].name for site_id, end in ends.items() if end is None]:
        missing["lease"] = f"the lease end or break of {', '.join(open_ended)}"
    return ends


def _begins(
    case: Case,
    ends: Mapping[str, str | None],
    *,
    settings: study.Money,
    as_of: dt.date,
    remarks: list[str],
) -> dict[str, int]:
    """Find the first year without each released site: that in which it has let go."""
    last = int(settings.appraisal_years.value)
    begins = {}
    for site_id, day in ends.items():
        site = case.sites[site_id]
        first = begins[site_id] = 1 + (_years_until(day, as_of) if day else 0)
        if first > 1:
            follows = (
                f"its running cost is released from year {first} on"
                if first <= last
                else f"nothing is saved there in the {last} years appraised"
            )
            held = "PFI contract" if site.tenure == "pfi" else "lease"
            remarks.append(f"The {held} of {site.name} binds until {day}: {follows}.")
    return begins


def _released(
    case: Case, settings: study.Money, *, begins: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Release the running cost of each site from the year in which it lets go."""
    last = int(settings.appraisal_years.value)
    rows = []
    for site_id, first in begins.items():
        if first <= last:
            cost = (case.effect.released or {})[site_id]
            basis = "recorded" if cost.basis == "recorded" else "assumed"
            line = _yearly(
                case,
                "running_cost_released",
                amount_gbp=cost.gbp.central,
                by=case.sites[site_id].body_id,
            )
            rows.append(line | {"first_year": first, "last_year": last, "basis": basis})
    return rows


def _host(
    case: Case,
    settings: study.Money,
    *,
    supplied: list[dict[str, Any]],
    missing: dict[str, str],
) -> list[dict[str, Any]]:
    """Let the host rise from year 1 by its share of what is released, wherever that is known."""
    kept, costs = case.effect.kept, case.effect.released
    gross = None if costs is None else sum(cost.gbp.central for cost in costs.values())
    if "running_cost_released" in case.items:
        gross = most_released(supplied)
    if kept is None or gross is None:
        missing["running_cost_host"] = "the host's running cost afterwards"
        return []
    share = 1 - kept.central
    if gross * share == 0:
        return []
    host = case.sites[str(case.option.host_site_id)]  # no rise is known without one
    rise = gross * share
    if costs and any(cost.basis != "recorded" for cost in costs.values()):
        rise = two_figures(rise)
    line = _yearly(case, "running_cost_host", amount_gbp=-rise, by=host.body_id)
    last = int(settings.appraisal_years.value)
    return [line | {"first_year": 1, "last_year": last, "basis": "assumed"}]


def _yearly(case: Case, item: str, *, amount_gbp: float, by: str) -> dict[str, Any]:
    return {
        "option_id": case.option.option_id,
        "body_id": by,
        "item": item,
        "amount_gbp": amount_gbp,
    }


def unsold_sites(case: Case, /) -> list[LocatedSite]:
    """Return released sites that could be sold and whose owner has no receipt among the costs.

    Args:
        case: the option.
    """
    selling = {row["body_id"] for row in case.supplied if row["item"] == "receipt"}
    released = [case.sites[site] for site in parts(case.option.released_site_ids)]
    return [
        site
        for site in released
        if site.tenure not in WITHOUT_RECEIPT and case.owner[site.body_id] not in selling
    ]


def most_released(rows: list[dict[str, Any]], of: str = "amount_gbp", /) -> float:
    """Return the running cost released in the year in which most is.

    Args:
        rows: lines of an option.
        of: which of their amounts.
    """
    released = [row for row in rows if row["item"] == "running_cost_released"]
    sums = (
        sum(row[of] for row in released if row["first_year"] <= year <= row["last_year"])
        for year in {row["first_year"] for row in released}
    )
    return float(max(sums))


def _lets_go(site: LocatedSite, as_of: dt.date) -> str | None:
    """Return the day a site lets go: the next break to come, or else the end; None if unknown.

    A site that is not leased lets go at once, as does one held over after its lease.
    """
    if site.tenure not in BOUND:
        return as_of.isoformat()
    if isinstance(site.break_date, str) and last_day(site.break_date) >= as_of:
        return site.break_date
    return site.lease_end if isinstance(site.lease_end, str) else None


def _years_until(date: str, as_of: dt.date) -> int:
    """Whole years from the study's day until a date lies behind; 0 if it does already."""
    end = last_day(date)
    later = (end.month, end.day) > (as_of.month, as_of.day)
    return max(0, end.year - as_of.year + later)


def _check_rents(table: pd.DataFrame) -> None:
    rents = table[table["item"].isin(RENTS)].groupby(["option_id", "year"])["amount"].sum()
    if len(open_ended := rents[rents != 0]):
        keys = [f"{option} in year {year}" for option, year in open_ended.index]
        raise OptionError(
            f"table costs: rents of {some(keys)} are not zero in total; rent between partners is a "
            "transfer, so what one pays (rent_paid, below 0) another receives (rent_received). "
            "Rent to anyone else belongs to the running cost."
        )
