"""Fire cover before and after each option: people and fires within the response standard.

People within the standard are expected: each counts with the chance that a crew comes within it.
The first appliance is the one with the least response time, not the nearest by road.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from colocate.impact import weighted
from colocate.impact.crews import parts_of
from colocate.impact.told import Values, differs
from colocate.impact.tolerance import settled
from colocate.tables.effects import COVER, COVER_BASELINE, RESPONSE_PARTS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from colocate.impact.crews import Case, Crews
    from colocate.impact.told import Floats

IN_CASE = {
    "best": "with every crew there and mean turnout",
    "expected": "as expected over crews that may be out, with mean turnout",
    "worst": "with crews out as often as the low end of their availability says, turning out at "
    "the ceiling",
}
"""What each case takes, in words."""


class Covered(NamedTuple):
    """Tables made here."""

    cover_baseline: pd.DataFrame
    response_parts: pd.DataFrame
    cover: pd.DataFrame


def covered(options: pd.DataFrame, fire: Crews, /) -> Covered:
    """Compute fire cover today and after each option.

    Args:
        options: table `options`.
        fire: every crew that counts, and the options' moves.

    Returns:
        Tables `cover_baseline`, `response_parts` of people and fires, and `cover`.
    """
    layers = {"people": fire.people, "fires": fire.fires}
    return Covered(
        conform(COVER_BASELINE, _baseline(fire)),
        response_parts(fire, layers),
        cover(options, fire),
    )


def cover(options: pd.DataFrame, fire: Crews, /) -> pd.DataFrame:
    """Compute fire cover before and after each option, in the cases that were laid out.

    Only a crewed fire station that moves changes fire cover; its crews then respond from the host
    with the turnout and the availability they have today. Every other option leaves it exactly as
    it is. Where the host is open, the effect is unknown. What cannot be told stays as it is today.

    Args:
        options: table `options`.
        fire: every crew that counts, and the options' moves.

    Returns:
        Table `cover`, sorted by option_id.
    """
    weighed = {name: figures(fire, case) for name, case in fire.cases.items()}
    told = np.logical_or.reduce(
        [
            differs(Values(now, later, case.told))
            for case in fire.cases.values()
            for now, later in zip(case.now[:2], case.later[:2], strict=True)
        ]
    )
    return conform(
        COVER,
        [_row(each, fire, figures=weighed, told=told) for each in sorted(options["option_id"])],
    )


def _row(
    option_id: str,
    fire: Crews,
    *,
    figures: Mapping[str, tuple[dict[str, float], dict[str, Floats]]],
    told: np.ndarray,
) -> dict[str, Any]:
    """The row of table `cover` of one option."""
    moved, number = fire.shifts.get(option_id), fire.shifts.number.get(option_id)
    row: dict[str, Any] = {"option_id": option_id, "fire_changes": bool(moved.gone.size),
                           "known": moved.known}  # fmt: skip
    for name, (today, later) in figures.items():
        for figure, value in today.items():
            if moved.known or "_before" in figure:
                moves = number is not None and figure in later
                row[_named(figure, name)] = later[figure][number] if moves else value
    if moved.known:
        row["change"] = "none" if number is None else "told" if told[number] else "too_small"
    return row


def response_parts(fire: Crews, layers: Mapping[str, Floats], /) -> pd.DataFrame:
    """Part the mean response of today, by what weighs the demand points and by case.

    Args:
        fire: every crew that counts.
        layers: weights of `fire.demand`, by name, in its order.

    Returns:
        Table `response_parts`, layers in the order given.
    """
    rows = []
    parted = {name: parts_of(fire, case) for name, case in fire.cases.items()}
    for layer, weights in layers.items():
        for name, case in fire.cases.items():
            reached = np.isfinite(case.now.time_s)
            total, within = float(weights.sum()), float((case.now.within[0] * weights).sum())
            row: dict[str, Any] = {
                f"{part}_s": weighted.mean(times, weights=weights, among=reached)
                for part, times in parted[name].items()
            }
            row |= {
                "layer": layer,
                "case": name,
                "within_share": within / total if total else None,
                "nobody_share": weighted.mean(case.chances.nobody, weights=weights, among=reached),
                "reached": float(weights[reached].sum()),
                "total": total,
            }
            rows.append(row)
    return conform(RESPONSE_PARTS, rows)


def figures(fire: Crews, case: Case, /) -> tuple[dict[str, float], dict[str, Floats]]:
    """Weigh what points may expect today, where nothing moves, and after each shift.

    Args:
        fire: every crew that counts.
        case: one of its cases.

    Returns:
        Columns of table `cover`: of an option that moves nothing, and by number of the shift.
    """
    now, later, told = case.now, case.later, case.told
    mean = weighted.mean(now.time_s, weights=fire.fires, among=np.isfinite(now.time_s))
    means = weighted.means(Values(now.time_s, later.time_s, told), weights=fire.fires)
    people, fires = (
        weighted.effects(Values(now.within[0], later.within[0], told), weights=weights)
        for weights in (fire.people, fire.fires)
    )
    today = {
        "people_before": people.before,
        "people_after": people.before,
        "people_gained": 0.0,
        "people_lost": 0.0,
        "fires_before": fires.before,
        "fires_after": fires.before,
        "mean_response_before_s": mean,
        "mean_response_after_s": mean,
    }
    return today, {
        "people_after": people.after,
        "people_gained": people.gained,
        "people_lost": people.lost,
        "fires_after": fires.after,
        "mean_response_after_s": settled(mean, means, tolerance_s=fire.tolerance.mean_s.value),
    }


def _named(figure: str, case: str) -> str:
    if case == "expected":
        return figure
    return f"{figure.removesuffix('_s')}_{case}{'_s' if figure.endswith('_s') else ''}"


def _baseline(fire: Crews) -> list[dict[str, Any]]:
    """Describe today's response."""
    handling = fire.response.call_handling_s
    return [
        {
            "measure": "call_handling_s",
            "value": handling.value,
            "unit": "s",
            "meaning": f"Call handling, from the study: {handling.ground}.",
        },
        *_measures(fire, by="fires", unit="fires/year", weights=fire.fires),
        *_measures(fire, by="people", unit="people", weights=fire.people),
    ]


def _measures(fire: Crews, *, by: str, unit: str, weights: np.ndarray) -> Iterator[dict[str, Any]]:
    """Yield mean response and its parts, shares within the standards, and totals, by one weight."""
    # What is expected comes first: it is the headline.
    named = sorted(fire.cases.items(), key=lambda case: case[0] != "expected")
    for name, case in named:
        yield from _means(fire, case, name=name, by=by, weights=weights)
    total = float(weights.sum())
    for name, case in named:
        for standard, within in zip(fire.response.standards, case.now.within, strict=True):
            minutes, target = standard.limit_min.value, standard.target_share
            aim = f" The service's target is {target.value:.0%}." if target else ""
            yield {
                "measure": _named(f"{by}_share_{slug(standard.name)}", name),
                "value": float((within * weights).sum()) / total if total else None,
                "unit": "share",
                "meaning": f"Share of all {by} in the area within {minutes:g} min of the answered "
                f"call ({standard.name}), {IN_CASE[name]}.{aim}",
            }
    yield {
        "measure": f"{by}_total",
        "value": total,
        "unit": unit,
        "meaning": f"All {by} in the study's fire area.",
    }
    reached = np.isfinite(fire.expected.now.time_s)
    yield {
        "measure": f"{by}_not_reached",
        "value": float(weights[~reached].sum()),
        "unit": unit,
        "meaning": f"Of these, {by} that no appliance reaches within the cut-off; they stay in "
        "the denominator of every share.",
    }
    for name, case in named:
        if name != "best":
            yield {
                "measure": _named(f"{by}_nobody", name),
                "value": float((case.chances.nobody * weights)[reached].sum()),
                "unit": unit,
                "meaning": f"Of the others, {by} at times when no crew that has a way is there, "
                f"{IN_CASE[name]}; in means they count at the longest turnout and drive.",
            }


def _means(
    fire: Crews, case: Case, *, name: str, by: str, weights: np.ndarray
) -> Iterator[dict[str, Any]]:
    """Yield mean response, drive and turnout of the first appliance.

    Means by fires carry the plain names.
    """
    suffix = "" if by == "fires" else f"_by_{by}"
    reached = np.isfinite(case.now.time_s)
    parted = parts_of(fire, case)
    for part in ("response", "drive", "turnout"):
        yield {
            "measure": _named(f"mean_{part}{suffix}_s", name),
            "value": weighted.mean(parted[part], weights=weights, among=reached),
            "unit": "s",
            "meaning": f"Mean {part} of the first appliance, weighted by {by}, where one has a "
            f"way within the cut-off, {IN_CASE[name]}.",
        }


def slug(name: str, /) -> str:
    """Return the name of a standard as part of a measure's.

    Args:
        name: of the standard, for people.
    """
    return re.sub(r"\W+", "_", name.lower()).strip("_")
