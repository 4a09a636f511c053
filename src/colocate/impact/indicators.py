"""What is measured of each way of serving people: appliances, desks, vehicles."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from colocate.impact import weighted
from colocate.impact.cover import slug
from colocate.impact.relocation import Bases, Shift, soonest_after
from colocate.impact.tolerance import settled
from colocate.travel.kernel import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from colocate import study
    from colocate.impact.access import Desks
    from colocate.impact.cover import Crews

ON_DUTY = ("wholetime", "day_crewed")
"""Crews that are at the station; any other may be away."""
WHOLE_AREAS = "Each demand point counts with the whole area of its LSOA."
FROM_A_BASE = (
    "Patrols rarely start from a base: this is where vehicles and staff are kept, not a response."
)


class Times(NamedTuple):
    """What the demand points of the area get; arrays over these."""

    first: np.ndarray
    """Soonest service, s."""
    second: np.ndarray
    """Second soonest, s."""
    chance: np.ndarray
    """Share of the time at which a crew is there to come within the first standard."""


class Measure(NamedTuple):
    """One measure: weights of the points that count, or a figure of its own."""

    name: str
    label: str
    unit: str
    of: Callable[[Times], Any]
    """Share of each point that counts, where there are weights; else the figure."""
    weights: np.ndarray | None = None
    note: str | None = None
    assumed: bool = False
    tolerance_s: float = 0.0
    """Largest change that cannot be told, where the figure is a time."""


class Service(NamedTuple):
    """One way of serving people: what serves, what is measured, and the times, now and after."""

    side: str
    bases: Bases
    measures: tuple[Measure, ...]
    now: Times
    after: Callable[[Shift], Times]
    """Times after a known shift."""
    assumed: frozenset[str] = frozenset()
    """Sites that are only assumed to serve."""


def appliances(fire: Crews, located_sites: pd.DataFrame, /) -> Service:
    """Measure fire cover: first and second appliance, over the border, and with crews away.

    The second appliance is the second soonest crew, of the same station or the next. Where each
    crew not on duty is there with probability a, independently of all others, somebody comes within
    the first standard with probability 1 - (1 - a)^n, n of them being within it; 1 where a crew on
    duty is.

    Args:
        fire: every crew that counts.
        located_sites: table `located_sites`.
    """
    now, response = fire.bases.now, fire.response
    second = nearest.second(now)
    over = located_sites.set_index("site_id")["over_border"].loc[fire.station].to_numpy("bool")
    border = nearest.soonest(now.offers[over])
    limit_s = response.standards[0].limit_min.value * 60
    duty = np.isin(fire.crewing, ON_DUTY)
    away = 1 - (response.on_call_availability.value if response.on_call_availability else 1.0)

    def within(offers: np.ndarray, crews: np.ndarray) -> np.ndarray:
        """Count crews on duty and others within the standard (2 × demand points)."""
        near = offers <= limit_s
        return np.stack([near[duty[crews]].sum(axis=0), near[~duty[crews]].sum(axis=0)])

    def chance(count: np.ndarray) -> np.ndarray:
        return np.where(count[0] > 0, 1.0, 1.0 - away ** count[1])

    everyone = within(now.offers, np.arange(len(duty)))

    def after(moved: Shift) -> Times:
        gone, arrivals = moved.gone, moved.known_arrivals
        same_s = fire.bases.tolerance_s
        theirs = settled(now.offers[gone], arrivals, tolerance_s=same_s)
        count = everyone - within(now.offers[gone], gone) + within(theirs, gone)
        later = nearest.second_after(now, second, gone=gone, arrivals=arrivals)
        later = settled(second, later, tolerance_s=same_s)
        return Times(soonest_after(fire.bases, moved), later, chance(count))

    measures = (
        *_cover_measures(fire),
        *_appliance_measures(fire.demand, border=border, response=response),
    )
    return Service(
        "fire", fire.bases, measures, Times(now.soonest, second, chance(everyone)), after
    )


def _cover_measures(fire: Crews) -> Iterator[Measure]:
    demand = fire.demand
    people, fires = demand["people"].to_numpy(), demand["fires_per_year"].to_numpy()
    for standard in fire.response.standards:
        minutes = standard.limit_min.value
        for what, unit, column in (
            ("people", "people", "people"),
            ("fires", "fires/year", "fires_per_year"),
            ("area", "km2", "area_km2"),
        ):
            yield Measure(
                f"{what}_within_{slug(standard.name)}",
                f"{what.capitalize()} within {minutes:g} min ({standard.name})",
                unit,
                _within(minutes),
                demand[column].to_numpy(),
                WHOLE_AREAS if what == "area" else None,
            )
    soonest = fire.bases.now.soonest
    for by, suffix, weights in (("fires", "", fires), ("people", "_by_people", people)):
        yield from _times(f"response{suffix}", f"response, weighted by {by}", soonest=soonest,
                          weights=weights, shares=(0.5, 0.9), tolerance=fire.tolerance)  # fmt: skip


def _appliance_measures(
    demand: pd.DataFrame, *, border: np.ndarray, response: study.Response
) -> Iterator[Measure]:
    people, fires = demand["people"].to_numpy(), demand["fires_per_year"].to_numpy()
    counted = (("people", "people", people), ("fires", "fires/year", fires))
    if second := response.second_limit_min:
        for what, unit, weights in counted:
            yield Measure(
                f"{what}_second_appliance",
                f"{what.capitalize()} whose second appliance comes within {second.value:g} min",
                unit,
                lambda times: times.second <= second.value * 60,
                weights,
                f"Limit of {second.value:g} min ({second.ground}).",
                assumed=second.basis == "assumed",
            )
    for what, unit, weights in counted:
        yield Measure(
            f"{what}_first_over_border",
            f"{what.capitalize()} whose first appliance comes from over the border",
            unit,
            lambda times: np.isfinite(times.first) & (times.first == border),
            weights,
        )
    if available := response.on_call_availability:
        standard = response.standards[0]
        yield Measure(
            f"expected_people_within_{slug(standard.name)}",
            f"People expected within {standard.limit_min.value:g} min ({standard.name}) with "
            f"on-call crews there {available.value:.0%} of the time",
            "people",
            lambda times: times.chance,
            people,
            "A sensitivity: crews are away independently of each other, and one of unknown crewing "
            f"counts as on-call. {available.ground}.",
            assumed=True,
        )


def desk_access(police: Desks, /) -> Service:
    """Measure the drive of people to the nearest desk.

    Args:
        police: every desk that counts.
    """
    served, demand = police.bases, police.demand
    minutes = police.settings.limit_min.value
    within = [
        Measure(
            f"{what}_within_desk",
            f"{what.capitalize()} within {minutes:g} min of a police desk",
            unit,
            _within(minutes),
            demand[column].to_numpy(),
            WHOLE_AREAS if what == "area" else None,
        )
        for what, unit, column in (("people", "people", "people"), ("area", "km2", "area_km2"))
    ]
    drives = _times(
        "access", "drive to the nearest desk, weighted by people",
        soonest=served.now.soonest, weights=demand["people"].to_numpy(), shares=(0.5, 0.9),
        tolerance=police.tolerance,
    )  # fmt: skip
    return _police(served, (*within, *drives))._replace(assumed=police.assumed)


def vehicle_bases(served: Bases, demand: pd.DataFrame, /, *, tolerance: study.Tolerance) -> Service:
    """Measure the drive from the nearest police base to people.

    Args:
        served: the police bases and their drives.
        demand: the demand points that count, in the order of the drives.
        tolerance: section `tolerance` of the study.
    """
    drives = _times(
        "base", "drive from the nearest police base, weighted by people",
        soonest=served.now.soonest, weights=demand["people"].to_numpy(), shares=(0.9,),
        note=FROM_A_BASE, tolerance=tolerance,
    )  # fmt: skip
    return _police(served, tuple(drives))


def _police(served: Bases, measures: tuple[Measure, ...]) -> Service:
    unused = np.zeros(0)

    def after(moved: Shift) -> Times:
        return Times(soonest_after(served, moved), unused, unused)

    return Service("police", served, measures, Times(served.now.soonest, unused, unused), after)


def _within(minutes: float) -> Callable[[Times], np.ndarray]:
    def of(times: Times) -> np.ndarray:
        return times.first <= minutes * 60

    return of


def _percentile(times: Times, *, weights: np.ndarray, share: float) -> float:
    return weighted.percentile(times.first, weights=weights, share=share)


def _times(
    name: str,
    label: str,
    *,
    soonest: np.ndarray,
    weights: np.ndarray,
    shares: tuple[float, ...],
    tolerance: study.Tolerance,
    note: str | None = None,
) -> Iterator[Measure]:
    """Yield the mean, over what is reached today, and percentiles, over everything, of a time."""
    reached = np.isfinite(soonest)
    yield Measure(
        f"mean_{name}_s",
        f"Mean {label}",
        "s",
        lambda times: weighted.mean(times.first, weights=weights, among=reached),
        note=note,
        tolerance_s=tolerance.mean_s.value,
    )
    for share in shares:
        yield Measure(
            f"p{share * 100:.0f}_{name}_s",
            f"Median {label}" if share == 0.5 else f"{share * 100:.0f}th percentile of the {label}",
            "s",
            partial(_percentile, weights=weights, share=share),
            note=note,
            tolerance_s=tolerance.time_s.value,
        )
