"""Calibrate a study's speeds on observed trips, and say in words and TOML what came of it.

Nothing is applied: the factors are for a person to read, and to paste into the study file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate import io
from colocate.errors import InputError, some
from colocate.pipeline import Location, OpenStudy, locate, tables_until
from colocate.tables import each
from colocate.travel import calibration, observed_trips
from colocate.travel.calibration import LARGEST_ERROR, LEAST_TRIPS, Calibration
from colocate.travel.roads import ROAD_TABLES, Roads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from colocate.study import Figure, Profile, SpeedFactors


class Report(NamedTuple):
    """A finished calibration: the fit, the settings to paste, and what to say of it."""

    fitted: Calibration
    toml: str
    lines: tuple[str, ...]


class _Factor(NamedTuple):
    """A row of `Calibration.factors`."""

    class_group: str
    before: float
    factor: float
    standard_error: float
    trips: int
    outcome: str


def calibrate(
    path: Path,
    /,
    study: Location | OpenStudy | None = None,
    *,
    profile: Profile,
    out: Path | None = None,
) -> Report:
    """Fit the speed factors of a profile to a CSV of observed trips.

    Args:
        path: the trips; `travel.observed_trips` says which columns are read.
        study: what `open` takes, or what it returned; None is the embedded study.
        profile: whose factors.
        out: folder to write speed_factors.toml, trips.csv (every trip used, with its computed
            times) and trips-left-out.csv into.

    Raises:
        InputError: the file cannot be read, no trip can be used, or no group has enough of them.
        SchemaError: columns are missing.
    """
    raw = io.csv_text(path)
    place = locate(study)
    tables = tables_until(place, "edge_speeds")
    observed = observed_trips.observed_trips(raw, tables["located_sites"])
    fitted = calibration.calibrate(
        observed.trips,
        roads=Roads(*(tables[name] for name in ROAD_TABLES)),
        settings=place.study.travel,
        profile=profile,
    )
    fitted = fitted._replace(issues=pd.concat([observed.issues, fitted.issues], ignore_index=True))
    factors = fitted.factors
    if not (factors["outcome"] == "fitted").any():
        found = ", ".join(f"{row.class_group} {row.trips}" for row in each(_Factor, factors))
        raise InputError(
            f"{path}: no class group can be fitted: {LEAST_TRIPS} trips that spend a fifth of "
            f"their time in it are needed, found {found}; and a standard error of at most "
            f"{LARGEST_ERROR:.0%}. Add trips."
        )
    passed_over = [name for name in raw if name not in observed_trips.KNOWN]
    before = place.study.travel.speed_factors[profile]
    report = Report(
        fitted,
        _toml(fitted, before, profile=profile, source=path.name),
        tuple(_lines(fitted, given=len(raw), passed_over=passed_over)),
    )
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        io.write_text(report.toml, out / "speed_factors.toml")
        io.write_csv(fitted.trips.round(1), out / "trips.csv")
        io.write_csv(fitted.issues, out / "trips-left-out.csv")
    return report


def _toml(fitted: Calibration, before: SpeedFactors, *, profile: Profile, source: str) -> str:
    """Write the section of the study file; a factor that is not fitted keeps its old ground."""
    lines = [f"[travel.speed_factors.{profile}]"]
    for row in each(_Factor, fitted.factors):
        figure: Figure = getattr(before, row.class_group)
        value, kind = f"{figure.value:g}", "source" if figure.source else "assumed"
        ground = figure.source or figure.assumed
        if row.outcome == "fitted":
            value, kind = f"{row.factor:.3f}", "source"
            ground = (
                f"{source}: {row.trips} observed trips, standard error {row.standard_error:.1%}"
            )
        quoted = json.dumps(ground, ensure_ascii=False)
        lines.append(f"{row.class_group} = {{ value = {value}, {kind} = {quoted} }}")
    return "\n".join(lines) + "\n"


def _lines(fitted: Calibration, *, given: int, passed_over: list[str]) -> Iterator[str]:
    """Say what was used, what was left out and why, what was fitted and how well it predicts."""
    used, issues = fitted.trips, fitted.issues
    yield f"{given} trips given, {len(used)} used, {len(issues)} left out"
    for rule, rows in issues.groupby("rule"):
        yield f"  {rule}: {some(rows['key'])}: {rows['message'].iloc[0]}"
    if passed_over:
        yield f"columns passed over: {', '.join(passed_over)}"
    yield "class group      before  factor  standard error  trips  outcome"
    for row in each(_Factor, fitted.factors):
        error = "–" if np.isnan(row.standard_error) else f"{row.standard_error:.1%}"
        yield (
            f"{row.class_group:<15} {row.before:>7.3f} {row.factor:>7.3f} {error:>15} "
            f"{row.trips:>6}  {row.outcome}"
        )
    yield "observed against computed   median ratio  median error  within 15 %"
    for name, label in (
        ("before_s", "before"), ("fitted_s", "fitted"), ("left_out_s", "each trip left out"),
    ):  # fmt: skip
        yield f"{label:<27} {_agreement(used['observed_s'] / used[name])}"
    for period, rows in used.groupby("period"):
        ratio = _agreement(rows["observed_s"] / rows["fitted_s"])
        yield f"{f'fitted, {period} ({len(rows)})':<27} {ratio}"


def _agreement(ratio: pd.Series) -> str:
    error = np.exp(np.abs(np.log(ratio))) - 1
    return f"{ratio.median():>12.3f} {error.median():>13.1%} {(error <= 0.15).mean():>12.0%}"
