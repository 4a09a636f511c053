"""What is measured of each way of serving people: appliances, desks, vehicles."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from colocate.impact import arrivals, weighted
from colocate.impact.cover import IN_CASE, slug
from colocate.impact.crews import after, second_within
from colocate.impact.relocation import Bases, Shift, soonest_after
from colocate.impact.tolerance import settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from colocate import study
    from colocate.impact.access import Desks
    from colocate.impact.crews import Arrivals, Crews

NONE = np.zeros(0)
WHOLE_AREAS = "The ground of an LSOA counts in equal parts at its points."
FROM_A_BASE = (
    "Patrols rarely start from a base: this is where vehicles and staff are kept, not a response."
)


class Times(NamedTuple):
    """What the demand points of the area get; arrays over these."""

    first: np.ndarray
    """Soonest service, of an appliance expected, s."""
    within: np.ndarray = NONE
    """Standards × points: the chance of an appliance within each."""
    second: np.ndarray = NONE
    """The chance of a second appliance within its limit."""
    border: np.ndarray = NONE
    """The chance that the first appliance comes from over the border."""
    others: Mapping[str, np.ndarray] = MappingProxyType({})
    """By case but the expected: the chance of an appliance within the first standard."""


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
    """Measure fire cover: first and second appliance, and over the border, as expected.

    The second appliance is the second crew that comes, of the same station or another.

    Args:
        fire: every crew that counts.
        located_sites: table `located_sites`.
    """
    case, response = fire.expected, fire.response
    limit = response.second_limit_min
    second, second_after = second_within(fire, limit.value * 60 if limit else 0.0)
    over = located_sites.set_index("site_id")["over_border"].loc[fire.station].to_numpy("bool")
    neighbours = np.append(over, False)

    def border(found: Arrivals) -> np.ndarray:
        chances = arrivals.first(found.queue.row, case.odds)
        share: np.ndarray = (chances.place * neighbours[found.queue.row]).sum(axis=0)
        return share

    border_now, same = border(case.now), fire.tolerance.chance.value
    others = {name: each for name, each in fire.cases.items() if name != "expected"}

    def later(moved: Shift) -> Times:
        found = after(fire, moved, case=case)
        from_over = border_now.copy()
        from_over[found.at] = settled(border_now[found.at], border(found), tolerance_s=same)
        cases = {name: after(fire, moved, case=each).within[0] for name, each in others.items()}
        return Times(found.time_s, found.within, second_after(found), from_over, cases)

    today = {name: each.now.within[0] for name, each in others.items()}
    now = Times(case.now.time_s, case.now.within, second, border_now, today)
    measures = (*_cover_measures(fire), *_appliance_measures(fire))
    return Service("fire", case.bases, measures, now, later)


def _cover_measures(fire: Crews) -> Iterator[Measure]:
    for number, standard in enumerate(fire.response.standards):
        minutes = standard.limit_min.value
        for what, unit, weights in (
            ("people", "people", fire.people),
            ("fires", "fires/year", fire.fires),
            ("area", "km2", fire.demand["area_km2"].to_numpy()),
        ):
            yield Measure(
                f"{what}_within_{slug(standard.name)}",
                f"{what.capitalize()} expected within {minutes:g} min ({standard.name})",
                unit,
                partial(_chance, number=number),
                weights,
                WHOLE_AREAS if what == "area" else None,
            )
    first = fire.response.standards[0]
    for case, said in ((name, IN_CASE[name]) for name in fire.cases if name != "expected"):
        yield Measure(
            f"people_within_{slug(first.name)}_{case}",
            f"People within {first.limit_min.value:g} min ({first.name}) in the {case} case",
            "people",
            partial(_in_case, case=case),
            fire.people,
            f"{said[0].upper()}{said[1:]}.",
        )
    soonest = fire.expected.now.time_s
    for by, suffix, weights in (("fires", "", fire.fires), ("people", "_by_people", fire.people)):
        yield from _times(f"response{suffix}", f"expected response, weighted by {by}",
                          soonest=soonest, weights=weights, shares=(0.5, 0.9),
                          tolerance=fire.tolerance)  # fmt: skip


def _appliance_measures(fire: Crews) -> Iterator[Measure]:
    counted = (("people", "people", fire.people), ("fires", "fires/year", fire.fires))
    if second := fire.response.second_limit_min:
        for what, unit, weights in counted:
            yield Measure(
                f"{what}_second_appliance",
                f"{what.capitalize()} whose second appliance is expected within "
                f"{second.value:g} min",
                unit,
                lambda times: times.second,
                weights,
                f"Limit of {second.value:g} min ({second.ground}).",
                assumed=second.basis == "assumed",
            )
    for what, unit, weights in counted:
        yield Measure(
            f"{what}_first_over_border",
            f"{what.capitalize()} whose first appliance is expected from over the border",
            unit,
            lambda times: times.border,
            weights,
        )


def _in_case(times: Times, *, case: str) -> np.ndarray:
    return times.others[case]


def _chance(times: Times, *, number: int) -> np.ndarray:
    found: np.ndarray = times.within[number]
    return found


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


def walk_access(on_foot: Desks, /, *, walking: study.Walking) -> Service:
    """Count who reaches a desk without a car.

    Args:
        on_foot: every desk that counts, and the walks to it.
        walking: section `walking` of the study.
    """
    minutes = walking.limit_min.value
    measure = Measure(
        "people_within_walk",
        f"People within {minutes:g} min on foot of a police desk",
        "people",
        _within(minutes),
        on_foot.demand["people"].to_numpy(),
        f"Along roads, at {walking.m_per_min.value:g} m a minute ({walking.m_per_min.ground}); a "
        "demand point walks as a whole, so this is a rough share.",
    )
    return _police(on_foot.bases, (measure,))._replace(assumed=on_foot.assumed)


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
    def later(moved: Shift) -> Times:
        return Times(soonest_after(served, moved))

    return Service("police", served, measures, Times(served.now.soonest), later)


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
