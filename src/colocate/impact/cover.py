"""Fire cover before and after each option: people and fires within the response standard.

People within the standard are expected: each counts with the chance that a crew comes within it.
The first appliance is the one with the least response time, not the nearest by road.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from colocate.impact import weighted
from colocate.impact.crews import after_each, parts_of
from colocate.impact.relocation import batches, shift
from colocate.impact.tolerance import change, settled
from colocate.tables.effects import COVER, COVER_BASELINE, RESPONSE_PARTS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from colocate.impact.arrivals import Floats
    from colocate.impact.crews import Arrivals, Case, Crews

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
    parts = batches(sorted(options["option_id"]), points=len(fire.demand))
    return conform(COVER, [row for listed in parts for row in _rows(listed, fire)])


def _rows(listed: Sequence[str], fire: Crews) -> Iterable[dict[str, Any]]:
    """Rows of table `cover` of some options, all of them worked out together."""
    moved = {each: shift(fire.bases, fire.moves.get(each, {})) for each in listed}
    moving = {each: by for each, by in moved.items() if by.known and by.gone.size}
    rows: dict[str, dict[str, Any]] = {
        each: {"option_id": each, "fire_changes": bool(by.gone.size), "known": by.known}
        for each, by in moved.items()
    }
    told: dict[str, set[str]] = {each: {"none"} for each in listed}
    for name, case in fire.cases.items():
        later = after_each(fire, list(moving.values()), case=case)
        today, *figures = _figures(fire, case.now, later=[case.now, *later])
        found = dict(zip(moving, figures, strict=True))
        for each, by in moved.items():
            rows[each] |= {
                _named(figure, name): value
                for figure, value in found.get(each, today).items()
                if by.known or "_before" in figure
            }
        for each, is_ in zip(moving, later, strict=True):
            told[each] |= _told(case.now, is_)
    for each in (each for each, by in moved.items() if by.known):
        rows[each]["change"] = next(w for w in ("told", "too_small", "none") if w in told[each])
    return rows.values()


def _told(now: Arrivals, later: Arrivals) -> set[str]:
    pairs = ((now.time_s, later.time_s), (now.within, later.within))
    return {change(was, is_, moves=True) for was, is_ in pairs}


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


def _figures(fire: Crews, now: Arrivals, *, later: Sequence[Arrivals]) -> list[dict[str, Any]]:
    """Weigh what points may expect today and after each of many shifts, all of them together."""
    within, time_s = (
        np.stack(found)
        for found in zip(*((each.within[0], each.time_s) for each in later), strict=True)
    )
    reached = np.isfinite(now.time_s)
    mean = weighted.mean(now.time_s, weights=fire.fires, among=reached)
    return [
        {
            "people_before": people.before,
            "people_after": people.after,
            "people_gained": people.gained,
            "people_lost": people.lost,
            "fires_before": fires.before,
            "fires_after": fires.after,
            "mean_response_before_s": mean,
            "mean_response_after_s": settled(mean, after, tolerance_s=fire.tolerance.mean_s.value),
        }
        for people, fires, after in zip(
            weighted.effects(now.within[0], within, weights=fire.people),
            weighted.effects(now.within[0], within, weights=fire.fires),
            weighted.means(time_s, weights=fire.fires, among=reached),
            strict=True,
        )
    ]


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
