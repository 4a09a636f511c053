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

from colocate.errors import OptionError, some
from colocate.impact import weighted
from colocate.impact.relocation import (
    Bases,
    Moves,
    bases,
    in_area,
    shift,
    soonest_after,
)
from colocate.impact.tolerance import change, settled
from colocate.tables import parts
from colocate.tables.effects import COVER, COVER_BASELINE
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from colocate import study
    from colocate.travel.od_array import OdArray


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
    moves: Moves
    """What could move where."""
    response: study.Response
    tolerance: study.Tolerance


def crews(
    moves: Moves,
    located_sites: pd.DataFrame,
    /,
    *,
    participation: pd.DataFrame,
    site_to_demand: pd.DataFrame | OdArray,
    demand_points: pd.DataFrame,
    response: study.Response,
    tolerance: study.Tolerance,
) -> Crews:
    """Lay out every crew that counts in cover: its response to every demand point.

    A station has a row for each crew in its `crewing`, and one where the register gives none. A
    later crew never turns out before an earlier one of its station. Stations over the border count,
    closed ones do not.

    Args:
        moves: what could move where.
        located_sites: table `located_sites`.
        participation: table `participation`; `covers` says which stations count.
        site_to_demand: table `site_to_demand`, the response direction.
        demand_points: table `demand_points`; those in the study's area count.
        response: section `response` of the study; its first standard measures the options.
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
        moves=moves,
        od=site_to_demand,
        demand=demand,
        tolerance=tolerance,
    )
    kinds = crewing.to_numpy("object")
    return Crews(found, crewing.index, turnout_s, kinds, demand, moves, response, tolerance)


def cover(options: pd.DataFrame, fire: Crews, /) -> Covered:
    """Compute fire cover today and after each option.

    Only a crewed fire station that moves changes fire cover; its crews then respond from the host
    with the turnout they have today. Every other option leaves it exactly as it is. Where the host
    is open, the effect is unknown. What cannot be told stays as it is today.

    Args:
        options: table `options`.
        fire: every crew that counts, and the options' moves.

    Returns:
        Tables `cover_baseline` and `cover`, the latter sorted by option_id.

    Raises:
        OptionError: a published figure names no measure.
    """
    rows = [_option(option_id, fire) for option_id in sorted(options["option_id"])]
    return Covered(conform(COVER_BASELINE, _baseline(fire)), conform(COVER, rows))


def _option(option_id: str, fire: Crews) -> dict[str, Any]:
    moved = shift(fire.bases, fire.moves.get(option_id, {}))
    before = fire.bases.now.soonest
    later = soonest_after(fire.bases, moved) if moved.known else before
    limit_s = fire.response.standards[0].limit_min.value * 60
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
            "mean_response_after_s": settled(
                mean, mean_after, tolerance_s=fire.tolerance.mean_s.value
            ),
        }
    return row


def _baseline(fire: Crews) -> list[dict[str, Any]]:
    """Describe today's response, with the published figures beside ours."""
    response = fire.response
    handling = response.call_handling_s
    people, fires = (fire.demand[name].to_numpy() for name in ("people", "fires_per_year"))
    rows: list[dict[str, Any]] = [
        {
            "measure": "call_handling_s",
            "value": handling.value,
            "unit": "s",
            "meaning": f"Call handling, from the study: {handling.ground}.",
        },
        *_measures(fire, by="fires", unit="fires/year", weights=fires),
        *_measures(fire, by="people", unit="people", weights=people),
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


def _measures(fire: Crews, *, by: str, unit: str, weights: np.ndarray) -> Iterator[dict[str, Any]]:
    """Yield mean response and its parts, shares within the standards, and totals, by one weight."""
    yield from _means(fire, by=by, weights=weights)
    soonest, total = fire.bases.now.soonest, float(weights.sum())
    for standard in fire.response.standards:
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
