"""Fire cover before and after each option: people and fires within the response standard.

    response = call handling + turnout of the first appliance's crew + drive from its station

The standards run from the answered call, so a flat drive-time ring would be wrong by the turnout
(dsfire.gov.uk, our performance). The first appliance is the one with the least response time,
not the nearest by road.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.errors import OptionError, some
from colocate.impact import weighted
from colocate.impact.relocation import (
    Bases,
    bases,
    by_subject,
    in_area,
    moves,
    shift,
    soonest_after,
)
from colocate.impact.tolerance import change, settled
from colocate.tables import parts
from colocate.tables.effects import COVER, COVER_BASELINE
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from colocate import study


class Covered(NamedTuple):
    """Tables made here."""

    cover_baseline: pd.DataFrame
    cover: pd.DataFrame


class Crews(NamedTuple):
    """Fire crews as arrays: rows in order of station id, then as the register lists them."""

    bases: Bases
    station: pd.Index
    """Of each row."""
    turnout_s: np.ndarray
    """Per row."""
    crewing: np.ndarray
    """Per row: a value of `crewing`, or `unknown`."""
    demand: pd.DataFrame
    """Demand points of the area in order of id: the columns of `bases`."""


def crews(
    hosts: pd.Series,
    located_sites: pd.DataFrame,
    /,
    *,
    participation: pd.DataFrame,
    site_to_demand: pd.DataFrame,
    demand_points: pd.DataFrame,
    response: study.Response,
    tolerance: study.Tolerance,
) -> Crews:
    """Lay out every crew that counts in cover: its response to every demand point.

    A station has a row for each crew in its `crewing`, and one where the register gives none. A
    later crew never turns out before an earlier one of its station.

    Args:
        hosts: ids of sites that something moves to; empty ones are left out.
        located_sites: table `located_sites`.
        participation: table `participation`.
        site_to_demand: table `site_to_demand`.
        demand_points: table `demand_points`.
        response: section `response` of the study.
        tolerance: section `tolerance` of the study.

    Raises:
        OptionError: there is no such crew, or no demand point in the area.
    """
    demand = in_area(demand_points)
    station = participation.loc[participation["covers"], "site_id"].sort_values()
    if station.empty or demand.empty:
        raise OptionError(
            f"fire cover: {len(station)} stations cover {len(demand)} demand points; expected at "
            "least one of each. Check service, roles and status in the registers, and in_area in "
            "the demand table."
        )
    listed = located_sites.set_index("site_id")["crewing"].loc[station]
    crewing = listed.map(lambda crews: parts(crews) or ["unknown"], na_action=None).explode()
    turnout = crewing.map({kind: figure.value for kind, figure in response.turnout_s.items()})
    turnout_s = turnout.groupby(level=0).cummax().to_numpy("float64")
    found = bases(
        crewing.index,
        response.call_handling_s.value + turnout_s,
        hosts=hosts,
        od=site_to_demand,
        demand=pd.Index(demand["demand_id"]),
        tolerance=tolerance,
    )
    return Crews(found, crewing.index, turnout_s, crewing.to_numpy("object"), demand)


def cover(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    /,
    *,
    participation: pd.DataFrame,
    site_to_demand: pd.DataFrame,
    demand_points: pd.DataFrame,
    response: study.Response,
    new_sites: pd.DataFrame,
    tolerance: study.Tolerance,
) -> Covered:
    """Compute fire cover today and after each option.

    Only a crewed fire station that moves changes fire cover; its crews then respond from the host
    with the turnout they have today. Every other option leaves it exactly as it is. Where the host
    is still to be found and has no place in `new_sites`, the effect is unknown. Stations over the
    border count, closed ones do not.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        participation: table `participation`; `covers` says which stations count.
        site_to_demand: table `site_to_demand`, the response direction.
        demand_points: table `demand_points`; those in the study's area count.
        response: section `response` of the study; its first standard measures the options.
        new_sites: table `new_sites`: the hosts of options that have none of their own.
        tolerance: section `tolerance` of the study: what cannot be told stays as it is today.

    Returns:
        Tables `cover_baseline` and `cover`, the latter sorted by option_id.

    Raises:
        OptionError: no station covers anything, or a published figure names no measure.
    """
    who = moves(options, new_sites)
    fire = crews(
        who["host_site_id"],
        located_sites,
        participation=participation,
        site_to_demand=site_to_demand,
        demand_points=demand_points,
        response=response,
        tolerance=tolerance,
    )
    mean_s = tolerance.mean_s.value
    hosts = by_subject(who)
    rows = [
        _option(option_id, fire, host_of=hosts.get(option_id, {}), response=response, mean_s=mean_s)
        for option_id in sorted(options["option_id"])
    ]
    return Covered(conform(COVER_BASELINE, _baseline(fire, response)), conform(COVER, rows))


def _option(
    option_id: str,
    fire: Crews,
    *,
    host_of: Mapping[str, str | None],
    response: study.Response,
    mean_s: float,
) -> dict[str, Any]:
    moved = shift(fire.bases, host_of)
    before = fire.bases.now.soonest
    later = soonest_after(fire.bases, moved) if moved.known else before
    limit_s = response.standards[0].limit_min.value * 60
    by_people, by_fires = fire.demand["people"].to_numpy(), fire.demand["fires_per_year"].to_numpy()
    people = weighted.effect(before, later, weights=by_people, limit_s=limit_s)
    fires = weighted.effect(before, later, weights=by_fires, limit_s=limit_s)
    reached = np.isfinite(before)
    mean = weighted.mean(before, weights=by_fires, among=reached)
    row = {
        "option_id": option_id,
        "fire_changes": bool(moved.gone.size),
        "known": moved.known,
        "people_before": people.before,
        "fires_before": fires.before,
        "mean_response_before_s": mean,
    }
    if moved.known:
        mean_after = weighted.mean(later, weights=by_fires, among=reached)
        row |= {
            "change": change(before, later, moves=bool(moved.gone.size)),
            "people_after": people.after,
            "people_gained": people.gained,
            "people_lost": people.lost,
            "fires_after": fires.after,
            "mean_response_after_s": settled(mean, mean_after, tolerance_s=mean_s),
        }
    return row


def _baseline(fire: Crews, response: study.Response) -> list[dict[str, Any]]:
    """Describe today's response, with the published figures beside ours."""
    handling = response.call_handling_s
    people, fires = (fire.demand[name].to_numpy() for name in ("people", "fires_per_year"))
    rows: list[dict[str, Any]] = [
        {
            "measure": "call_handling_s",
            "value": handling.value,
            "unit": "s",
            "meaning": f"Call handling, from the study: {handling.ground}.",
        },
        *_measures(fire, response, by="fires", unit="fires/year", weights=fires),
        *_measures(fire, response, by="people", unit="people", weights=people),
    ]
    by_name = {row["measure"]: row for row in rows}
    if unknown := sorted({p.measure for p in response.published} - set(by_name)):
        raise OptionError(
            f"response.published: no such measure: {some(unknown)}; expected some of "
            f"{', '.join(by_name)}. Correct the name in the study file."
        )
    for figure in response.published:
        by_name[figure.measure] |= {
            "published": figure.value,
            "published_source": figure.source,
        }
    return rows


def _measures(
    fire: Crews, response: study.Response, *, by: str, unit: str, weights: np.ndarray
) -> Iterator[dict[str, Any]]:
    """Yield mean response and its parts, shares within the standards, and totals, by one weight."""
    yield from _means(fire, by=by, weights=weights)
    soonest, total = fire.bases.now.soonest, float(weights.sum())
    for standard in response.standards:
        minutes, target = standard.limit_min.value, standard.target_share
        within = float(weights[soonest <= minutes * 60].sum())
        aim = f" The service's target is {target.value:.0%}." if target else ""
        yield {
            "measure": f"{by}_share_{slug(standard.name)}",
            "value": within / total if total else None,
            "unit": "share",
            "meaning": f"Share of all {by} in the area within {minutes:g} min of the answered "
            f"call ({standard.name}).{aim}",
        }
    yield {
        "measure": f"{by}_total",
        "value": total,
        "unit": unit,
        "meaning": f"All {by} in the study's fire area.",
    }
    yield {
        "measure": f"{by}_not_reached",
        "value": float(weights[~np.isfinite(soonest)].sum()),
        "unit": unit,
        "meaning": f"Of these, {by} that no appliance reaches within the cut-off; they stay in "
        "the denominator of every share.",
    }


def _means(fire: Crews, *, by: str, weights: np.ndarray) -> Iterator[dict[str, Any]]:
    """Yield mean response, drive and turnout of the first appliance.

    Means by fires carry the plain names, for that is how they are published.
    """
    suffix = "" if by == "fires" else f"_by_{by}"
    now, everywhere = fire.bases.now, np.arange(len(weights))
    reached = np.isfinite(now.soonest)
    for part, times in (
        ("response", now.soonest),
        ("drive", fire.bases.drive[now.first, everywhere]),
        ("turnout", fire.turnout_s[now.first]),
    ):
        yield {
            "measure": f"mean_{part}{suffix}_s",
            "value": weighted.mean(times, weights=weights, among=reached),
            "unit": "s",
            "meaning": f"Mean {part} of the first appliance, weighted by {by}, where one arrives "
            "within the cut-off.",
        }


def slug(name: str, /) -> str:
    """Return the name of a standard as part of a measure's.

    Args:
        name: of the standard, for people.
    """
    return re.sub(r"\W+", "_", name.lower()).strip("_")
