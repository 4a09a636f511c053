"""What is measured of each way of serving people: appliances, desks, vehicles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from colocate.impact import weighted
from colocate.impact.cover import IN_CASE, slug
from colocate.impact.told import Values
from colocate.impact.tolerance import settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from colocate import study
    from colocate.impact.access import Desks
    from colocate.impact.crews import Crews
    from colocate.impact.relocation import Served, Shifts
    from colocate.impact.told import Floats

WHOLE_AREAS = "The ground of an LSOA counts in equal parts at its points."
FROM_A_BASE = (
    "Patrols rarely start from a base: this is where vehicles and staff are kept, not a response."
)


class Figures(NamedTuple):
    """A measure today and after each shift that is worked out; NaN where it is not known."""

    before: float
    after: Floats
    gained: Floats | None = None
    """Of what is added up over points."""
    lost: Floats | None = None


class Measure(NamedTuple):
    """One measure and its figures."""

    name: str
    label: str
    unit: str
    figures: Figures
    note: str | None = None
    assumed: bool = False


class Service(NamedTuple):
    """One way of serving people, and what is measured of it."""

    side: str
    shifts: Shifts
    """What moves of it."""
    measures: tuple[Measure, ...]
    assumed: frozenset[str] = frozenset()
    """Sites that are only assumed to serve."""


def appliances(fire: Crews, /) -> Service:
    """Measure fire cover: first and second appliance, and over the border, as expected.

    The second appliance is the second crew that comes, of the same station or another.

    Args:
        fire: every crew that counts.
    """
    measures = (*_cover_measures(fire), *_appliance_measures(fire))
    return Service("fire", fire.shifts, measures)


def _summed(values: Values, /, *, weights: Floats) -> Figures:
    """Add up what each point gives."""
    return Figures(*weighted.effects(values, weights=weights))


def _cover_measures(fire: Crews) -> Iterator[Measure]:
    now, told, later = fire.expected.now, fire.expected.told, fire.expected.later
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
                _summed(Values(now.within[number], later.within[number], told), weights=weights),
                WHOLE_AREAS if what == "area" else None,
            )
    first = fire.response.standards[0]
    for name, case in ((name, case) for name, case in fire.cases.items() if name != "expected"):
        said = IN_CASE[name]
        yield Measure(
            f"people_within_{slug(first.name)}_{name}",
            f"People within {first.limit_min.value:g} min ({first.name}) in the {name} case",
            "people",
            _summed(
                Values(case.now.within[0], case.later.within[0], case.told), weights=fire.people
            ),
            f"{said[0].upper()}{said[1:]}.",
        )
    for by, suffix, weights in (("fires", "", fire.fires), ("people", "_by_people", fire.people)):
        yield from _times(f"response{suffix}", f"expected response, weighted by {by}",
                          times=Values(now.time_s, later.time_s, told), weights=weights,
                          shares=(0.5, 0.9), tolerance=fire.tolerance)  # fmt: skip


def _appliance_measures(fire: Crews) -> Iterator[Measure]:
    now, told, later = fire.expected.now, fire.expected.told, fire.expected.later
    counted = (("people", "people", fire.people), ("fires", "fires/year", fire.fires))
    if second := fire.response.second_limit_min:
        for what, unit, weights in counted:
            yield Measure(
                f"{what}_second_appliance",
                f"{what.capitalize()} whose second appliance is expected within "
                f"{second.value:g} min",
                unit,
                _summed(Values(now.second, later.second, told), weights=weights),
                f"Limit of {second.value:g} min ({second.ground}).",
                assumed=second.basis == "assumed",
            )
    for what, unit, weights in counted:
        yield Measure(
            f"{what}_first_over_border",
            f"{what.capitalize()} whose first appliance is expected from over the border",
            unit,
            _summed(Values(now.border, later.border, told), weights=weights),
        )


def desk_access(police: Desks, /) -> Service:
    """Measure the drive of people to the nearest desk.

    Args:
        police: every desk that counts.
    """
    served, demand = police.served, police.demand
    minutes = police.settings.limit_min.value
    within = [
        Measure(
            f"{what}_within_desk",
            f"{what.capitalize()} within {minutes:g} min of a police desk",
            unit,
            _within(served, minutes, weights=demand[column].to_numpy()),
            WHOLE_AREAS if what == "area" else None,
        )
        for what, unit, column in (("people", "people", "people"), ("area", "km2", "area_km2"))
    ]
    drives = _times(
        "access", "drive to the nearest desk, weighted by people",
        times=_soonest(served), weights=demand["people"].to_numpy(), shares=(0.5, 0.9),
        tolerance=police.tolerance,
    )  # fmt: skip
    return Service("police", served.shifts, (*within, *drives), police.assumed)


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
        _within(on_foot.served, minutes, weights=on_foot.demand["people"].to_numpy()),
        f"Along roads, at {walking.m_per_min.value:g} m a minute ({walking.m_per_min.ground}); a "
        "demand point walks as a whole, so this is a rough share.",
    )
    return Service("police", on_foot.served.shifts, (measure,), on_foot.assumed)


def vehicle_bases(
    served: Served, demand: pd.DataFrame, /, *, tolerance: study.Tolerance
) -> Service:
    """Measure the drive from the nearest police base to people.

    Args:
        served: the police bases and their drives.
        demand: the demand points that count, in the order of the drives.
        tolerance: section `tolerance` of the study.
    """
    drives = _times(
        "base", "drive from the nearest police base, weighted by people",
        times=_soonest(served), weights=demand["people"].to_numpy(), shares=(0.9,),
        note=FROM_A_BASE, tolerance=tolerance,
    )  # fmt: skip
    return Service("police", served.shifts, tuple(drives))


def _soonest(served: Served) -> Values:
    return Values(served.now.soonest, served.later_s, served.told)


def _within(served: Served, minutes: float, /, *, weights: Floats) -> Figures:
    now, later, told = _soonest(served)
    return _summed(Values(now <= minutes * 60, later <= minutes * 60, told), weights=weights)


def _times(
    name: str,
    label: str,
    *,
    times: Values,
    weights: Floats,
    shares: tuple[float, ...],
    tolerance: study.Tolerance,
    note: str | None = None,
) -> Iterator[Measure]:
    """Yield the mean, over what is reached today, and percentiles, over everything, of a time."""
    mean = weighted.mean(times.today, weights=weights, among=np.isfinite(times.today))
    means = weighted.means(times, weights=weights)
    yield Measure(f"mean_{name}_s", f"Mean {label}", "s",
                  _settled(mean, means, tolerance_s=tolerance.mean_s.value), note)  # fmt: skip
    found = weighted.percentiles(times, weights=weights, shares=shares)
    for share, (before, after) in zip(shares, found, strict=True):
        yield Measure(
            f"p{share * 100:.0f}_{name}_s",
            f"Median {label}" if share == 0.5 else f"{share * 100:.0f}th percentile of the {label}",
            "s",
            _settled(before, after, tolerance_s=tolerance.time_s.value),
            note,
        )


def _settled(before: float, after: Floats, *, tolerance_s: float) -> Figures:
    return Figures(before, settled(before, after, tolerance_s=tolerance_s))
