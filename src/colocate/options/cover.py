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
from colocate.options import reach
from colocate.tables import parts
from colocate.tables.effects import COVER, COVER_BASELINE
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate import study


class Covered(NamedTuple):
    """Tables made here."""

    cover_baseline: pd.DataFrame
    cover: pd.DataFrame


class _Fire(NamedTuple):
    """Fire cover as arrays: stations in order of id, demand points in order of id."""

    stations: pd.Index
    drive: np.ndarray
    """Stations × demand points, s."""
    turnout: np.ndarray
    """Per station, s."""
    now: reach.Reach
    """Response times."""
    people: np.ndarray
    fires: np.ndarray


def cover(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    participation: pd.DataFrame,
    site_to_demand: pd.DataFrame,
    demand_points: pd.DataFrame,
    response: study.Response,
) -> Covered:
    """Compute fire cover today and after each option.

    Only a crewed fire station that moves changes fire cover; its crew then responds from the host
    with the turnout it has today. Every other option leaves it exactly as it is. Where the host
    is still to be found the effect is unknown. Stations over the border count, closed ones do not.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        participation: table `participation`; `covers` says which stations count.
        site_to_demand: table `site_to_demand`, the response direction.
        demand_points: table `demand_points`; those in the study's area count.
        response: section `response` of the study; its first standard measures the options.

    Returns:
        Tables `cover_baseline` and `cover`, the latter sorted by option_id.

    Raises:
        OptionError: no station covers anything, or a published figure names no measure.
    """
    demand = demand_points[demand_points["in_area"]].sort_values("demand_id")
    counted = pd.Index(demand["demand_id"])
    ids = participation.loc[participation["covers"], "site_id"]
    stations = pd.Index(ids.sort_values())
    if stations.empty or demand.empty:
        raise OptionError(
            f"fire cover: {len(stations)} stations cover {len(demand)} demand points; expected at "
            "least one of each. Check service, roles and status in the registers, and in_area in "
            "the demand table."
        )
    crewing = located_sites.set_index("site_id").loc[stations, "crewing"]
    turnout = np.array([response.turnout_s[(parts(c) or ["unknown"])[0]].value for c in crewing])
    drive = reach.matrix(site_to_demand, sites=stations, demand=counted)
    fire = _Fire(
        stations=stations,
        drive=drive,
        turnout=turnout,
        now=reach.reach(drive + (response.call_handling_s.value + turnout)[:, np.newaxis]),
        people=demand["people"].to_numpy(),
        fires=demand["fires_per_year"].to_numpy(),
    )
    hosts = pd.Index(options["host_site_id"].dropna().unique())
    from_host = reach.matrix(site_to_demand, sites=hosts, demand=counted)
    rows = [
        _option(option, fire, hosts=hosts, from_host=from_host, response=response)
        for option in options.sort_values("option_id").itertuples()
    ]
    return Covered(conform(COVER_BASELINE, _baseline(fire, response)), conform(COVER, rows))


def _option(
    option: Any,  # noqa: ANN401 - a row of table options
    fire: _Fire,
    *,
    hosts: pd.Index,
    from_host: np.ndarray,
    response: study.Response,
) -> dict[str, Any]:
    gone = fire.stations.get_indexer(parts(option.mover_site_ids))
    gone = gone[gone >= 0]
    drive = reach.of_host(from_host, hosts=hosts, host_id=option.host_site_id)
    known = not gone.size or drive is not None
    soonest = fire.now.soonest
    if gone.size and drive is not None:
        arrivals = drive + (response.call_handling_s.value + fire.turnout[gone])[:, np.newaxis]
        soonest = reach.after(fire.now, gone=gone, arrivals=arrivals)
    limit_s = response.standards[0].limit_min.value * 60
    people = reach.effect(fire.now.soonest, soonest, weights=fire.people, limit_s=limit_s)
    fires = reach.effect(fire.now.soonest, soonest, weights=fire.fires, limit_s=limit_s)
    reached = np.isfinite(fire.now.soonest)
    row = {
        "option_id": option.option_id,
        "fire_changes": bool(gone.size),
        "known": known,
        "people_before": people.before,
        "fires_before": fires.before,
        "mean_response_before_s": reach.mean(fire.now.soonest, weights=fire.fires, among=reached),
    }
    if known:
        row |= {
            "people_after": people.after,
            "people_gained": people.gained,
            "people_lost": people.lost,
            "fires_after": fires.after,
            "mean_response_after_s": reach.mean(soonest, weights=fire.fires, among=reached),
        }
    return row


def _baseline(fire: _Fire, response: study.Response) -> list[dict[str, Any]]:
    """Describe today's response, with the published figures beside ours."""
    handling = response.call_handling_s
    rows: list[dict[str, Any]] = [
        {
            "measure": "call_handling_s",
            "value": handling.value,
            "unit": "s",
            "meaning": f"Call handling, from the study: {handling.ground}.",
        },
        *_measures(fire, response, by="fires", unit="fires/year", weights=fire.fires),
        *_measures(fire, response, by="people", unit="people", weights=fire.people),
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
    fire: _Fire, response: study.Response, *, by: str, unit: str, weights: np.ndarray
) -> Iterator[dict[str, Any]]:
    """Yield mean response and its parts, shares within the standards, and totals, by one weight.

    Means by fires carry the plain names, for that is how they are published.
    """
    suffix = "" if by == "fires" else f"_by_{by}"
    everywhere = np.arange(len(weights))
    reached = np.isfinite(fire.now.soonest)
    for part, times in (
        ("response", fire.now.soonest),
        ("drive", fire.drive[fire.now.first, everywhere]),
        ("turnout", fire.turnout[fire.now.first]),
    ):
        yield {
            "measure": f"mean_{part}{suffix}_s",
            "value": reach.mean(times, weights=weights, among=reached),
            "unit": "s",
            "meaning": f"Mean {part} of the first appliance, weighted by {by}, where one arrives "
            "within the cut-off.",
        }
    total = float(weights.sum())
    for standard in response.standards:
        minutes, target = standard.limit_min.value, standard.target_share
        within = float(weights[fire.now.soonest <= minutes * 60].sum())
        aim = f" The service's target is {target.value:.0%}." if target else ""
        yield {
            "measure": f"{by}_share_{_slug(standard.name)}",
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
        "value": float(weights[~reached].sum()),
        "unit": unit,
        "meaning": f"Of these, {by} that no appliance reaches within the cut-off; they stay in "
        "the denominator of every share.",
    }


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name.lower()).strip("_")
