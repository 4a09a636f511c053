"""The classical models of siting, asked of the study's own fire stations.

Stations of today may be chosen or left out, with the turnout of their crews; neighbours' stations
over the border cover as they do today. Screening only: a model of drives and people knows nothing
of risk at single buildings, second appliances, or what a station stands for in its town.

    response = call handling + turnout + drive

Points that nobody reaches within the travel cut-off stay in the denominator of every share, and
count at handling + the slowest turnout + cut-off in the p-median.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.portfolio import allocation
from colocate.portfolio.allocation import Sited, Sites
from colocate.tables import each, parts
from colocate.tables.choice import SITING
from colocate.tables.rows import NewSite
from colocate.tables.schema import conform
from colocate.travel.kernel import nearest
from colocate.travel.od_array import od_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate import study


class Given(NamedTuple):
    """Tables that the models are asked with, by name."""

    serving_sites: pd.DataFrame
    participation: pd.DataFrame
    """Stations that take part may be chosen; others that cover are given."""
    site_to_demand: pd.DataFrame
    demand_points: pd.DataFrame
    """Those in the area count."""
    options: pd.DataFrame
    """Whose crew a new site would house."""
    new_sites: pd.DataFrame


class _Ground(NamedTuple):
    """Candidates in order of id, points in order of id."""

    ids: np.ndarray
    given: Sites
    response_s: np.ndarray
    people: np.ndarray
    limit_s: float
    beyond_s: float


def siting(
    given: Given, /, *, response: study.Response, settings: study.Siting, cutoff_s: float
) -> pd.DataFrame:
    """Solve the models for the study's fire stations.

    Args:
        given: the tables.
        response: section `response` of the study; its first standard counts.
        settings: section `siting`.
        cutoff_s: the travel cut-off of the study.

    Returns:
        Table `siting`: LSCP, with backup cover for as many; MCLP and p-median for each number of
        stations asked; p-centre for the largest. Of the sets that LSCP and p-centre find as good,
        the one nearest to people.
    """
    stations = _stations(given, new_sites=settings.new_sites)
    ground = _ground(stations, given, response=response, settings=settings, cutoff_s=cutoff_s)
    return conform(SITING, _rows(ground, settings))


def _stations(given: Given, *, new_sites: bool) -> pd.DataFrame:
    """List stations with `drive_limit_s`, whether they are fixed, and whether they serve today."""
    serving = given.serving_sites
    who = given.participation.set_index("site_id")
    fire = serving[
        (serving["service"] == "fire")
        & (serving["direction"] == "from_site")
        & serving["drive_limit_s"].notna()
        & serving["site_id"].isin(who.index[who["covers"]])
    ]
    stations = pd.DataFrame(
        {
            "site_id": fire["site_id"],
            "drive_limit_s": fire["drive_limit_s"],
            "fixed": ~fire["site_id"].isin(who.index[who["takes_part"] & ~who["hosts_only"]]),
            "today": True,
        }
    )
    limits = fire.set_index("site_id")["drive_limit_s"]
    movers = given.options.set_index("option_id")["mover_site_ids"]
    new = [
        {"site_id": site.site_id, "drive_limit_s": max(crews), "fixed": False, "today": False}
        for site in each(NewSite, given.new_sites)
        if new_sites
        and (crews := [limits[s] for s in parts(movers[site.option_id]) if s in limits.index])
    ]
    if new:
        stations = pd.concat([stations, pd.DataFrame(new)])
    return stations.sort_values("site_id", ignore_index=True)


def _ground(
    stations: pd.DataFrame,
    given: Given,
    *,
    response: study.Response,
    settings: study.Siting,
    cutoff_s: float,
) -> _Ground:
    demand = given.demand_points[given.demand_points["in_area"]].sort_values("demand_id")
    drive_s = od_array(
        given.site_to_demand,
        sites=pd.Index(stations["site_id"]),
        demand=pd.Index(demand["demand_id"]),
    )
    limit_s = response.standards[0].limit_min.value * 60
    before_s = limit_s - stations["drive_limit_s"].to_numpy()
    return _Ground(
        ids=stations["site_id"].to_numpy(),
        given=Sites(
            fixed=stations["fixed"].to_numpy(dtype=bool),
            existing=stations["today"].to_numpy(dtype=bool),
            time_limit_s=settings.time_limit_s.value,
        ),
        response_s=drive_s + before_s[:, np.newaxis],
        people=demand["people"].to_numpy(),
        limit_s=limit_s,
        beyond_s=float(before_s.max(initial=0.0)) + cutoff_s,
    )


def _rows(ground: _Ground, settings: study.Siting) -> Iterator[dict[str, Any]]:
    given, people, times = ground.given, ground.people, ground.response_s
    within = times <= ground.limit_s
    covered = within[given.existing].any(axis=0)
    n_today = int((given.existing & ~given.fixed).sum())
    if not n_today or not covered.any():
        return
    some_reach = np.isfinite(times[given.existing]).any(axis=0)
    asked = sorted({max(1, round(share * n_today)) for share in settings.shares_of_today})
    kept = within[:, covered]
    everyone = "Everyone within the standard today must stay within it"
    fewest = _nearest(ground, allocation.lscp(np.unique(kept, axis=1), given), covers=kept)
    note = f"{everyone}: the fewest stations that do, of {n_today} today, and nearest to people."
    yield _row(ground, fewest, model="lscp", unit="sites", note=note)
    columns, weights = _alike(within, people)
    for p in asked:
        found = allocation.mclp(columns, given, people=weights, p=p)
        note = f"Most people within the standard with {p} of {n_today}."
        yield _row(ground, found, model="mclp", p=p, unit="people", note=note)
    beyond_s = ground.beyond_s
    for p in sorted({*asked, n_today}) if settings.new_sites else asked:
        found = allocation.p_median(times, given, people=people, p=p, beyond_s=beyond_s)
        note = (f"Least sum of response times with {p} of {n_today}; a point beyond the cut-off "
                f"counts {beyond_s:,.0f} s.")  # fmt: skip
        yield _row(ground, found, model="p_median", p=p, unit="person seconds", note=note)
    columns, weights = _alike(kept, people[covered])
    found = allocation.backup(columns, given, people=weights, p=len(fewest.chosen))
    note = f"{everyone}; with as few stations as LSCP, most of them within that of a second one."
    yield _row(ground, found, model="backup", p=len(fewest.chosen), unit="people", note=note)
    found = allocation.p_center(times[:, some_reach], given, p=asked[-1])
    found = _nearest(ground, found, covers=times[:, some_reach] <= found.value)
    note = (f"Shortest longest response with up to {asked[-1]} of {n_today}, of points that anyone "
            "reaches today; the fewest stations that keep it, and nearest to people.")  # fmt: skip
    yield _row(ground, found, model="p_center", p=asked[-1], unit="s", note=note)


def _nearest(ground: _Ground, found: Sited, *, covers: np.ndarray) -> Sited:
    """Of the sets of as many stations that cover the same, take the one nearest to people.

    Many may be as good, and whatever else is told of one would hang on which was come upon.
    """
    if not found.chosen:
        return found
    near = allocation.p_median(
        ground.response_s, ground.given, people=ground.people, p=len(found.chosen),
        beyond_s=ground.beyond_s, kept=np.unique(covers, axis=1),
    )  # fmt: skip
    return found._replace(chosen=near.chosen or found.chosen)


def _alike(within: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Put points together that the same candidates cover."""
    columns, group = np.unique(within, axis=1, return_inverse=True)
    return columns, np.bincount(group.ravel(), weights=people, minlength=columns.shape[1])


def _row(
    ground: _Ground, found: Sited, *, model: str, unit: str, note: str, p: int | None = None
) -> dict[str, Any]:
    row = {
        "model": model,
        "p": len(found.chosen) if p is None else p,
        "status": found.status,
        "unit": unit,
        "today_share": _share(ground, ground.given.existing),
        "note": note,
    }
    if np.isnan(found.value):
        return row
    standing = ground.given.fixed.copy()
    standing[list(found.chosen)] = True
    soonest = nearest.soonest(ground.response_s[standing])
    reached = np.isfinite(soonest) & (ground.people > 0)
    return row | {
        "objective": found.value,
        "gap": found.gap if np.isfinite(found.gap) else None,
        "people_covered_share": _share(ground, standing),
        "mean_time_s": float(np.average(soonest[reached], weights=ground.people[reached]))
        if reached.any()
        else None,
        "site_ids": ";".join(ground.ids[list(found.chosen)]),
    }


def _share(ground: _Ground, standing: np.ndarray) -> float:
    """Return the share of all people that some of the stations reach within the standard."""
    soonest = nearest.soonest(ground.response_s[standing])
    total = float(ground.people.sum())
    return float(ground.people[soonest <= ground.limit_s].sum()) / total if total else 0.0
