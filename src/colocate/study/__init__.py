"""The study file: every setting of a study, frozen, with all its faults reported at once.

Numbers that decide something are figures: a value with the `source` it was read in, or with
`assumed` saying on what it rests. A bare number is taken as assumed and says so.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from colocate.errors import StudyError, some
from colocate.study.belonging import Target, belonging, walked
from colocate.study.benefits import BenefitRule
from colocate.study.choice import (
    Choice,
    Criterion,
    ListName,
    Nearness,
    Portfolio,
    Robustness,
    Scale,
    Siting,
)
from colocate.study.demand import Demand, Incidents, Mix, PublishedMean
from colocate.study.figure import Figure, Ranged, Settings, distinct
from colocate.study.functions import Arrangement, Functions, Statement, WayPrior
from colocate.study.inputs import (
    BuildingKind,
    Buildings,
    Disclosure,
    Inputs,
    Places,
    Register,
    StudyHead,
)
from colocate.study.money import Constraints, DiscountRate, Hybrid, Money, Works
from colocate.study.options import (
    Access,
    Equality,
    GateRule,
    Options,
    PartnerHosts,
    Response,
    ResponseStandard,
    Tolerance,
    Walking,
)
from colocate.study.readiness import Readiness
from colocate.study.reading import Source, Words
from colocate.study.report import Report
from colocate.study.scenario import NO_CHANGE, Block, Edits, Offer, Scenario, SiteEdit, edited
from colocate.study.supply import Waiting, waiting
from colocate.study.travel import (
    Bends,
    ClassSpeed,
    Direction,
    Profile,
    SpeedFactors,
    Travel,
    TurnDelays,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence


class Study(Settings):
    """One study. Build it with `load`."""

    format: Literal[1]
    study: StudyHead
    inputs: Inputs
    vocabulary: dict[str, Words] = {}
    """What words of a column are taken for in every input, by column: a study's own words beside
    those that colocate carries."""
    disclosure: Disclosure = Disclosure()
    places: Places
    demand: Demand = Demand()
    readiness: Readiness = Readiness()
    travel: Travel
    response: Response
    incidents: Incidents = Incidents()
    access: Access
    walking: Walking = Walking()
    equality: Equality = Equality()
    tolerance: Tolerance = Tolerance()
    options: Options
    money: Money
    functions: Functions = Functions()
    gates: Annotated[tuple[GateRule, ...], Field(min_length=1), distinct("id")]
    rule_set: Literal["as_at_2016", "current"]
    choice: Choice
    robustness: Robustness
    portfolio: Portfolio
    siting: Siting
    targets: Annotated[tuple[Target, ...], distinct("id")] = ()
    """Savings sought, each with the bodies that seek it."""
    report: Report = Report()
    benefits: Annotated[tuple[BenefitRule, ...], distinct("measure")] = ()
    """What is measured of an option after the move."""
    scenarios: Annotated[tuple[Scenario, ...], distinct("id")] = ()
    supply: dict[str, str] = {}
    """What only the study's bodies know, by the place it belongs to; told until it is taken out."""
    edits: Edits = Edits()
    """What differs from the study as it stands: `under` puts a scenario's edits here."""

    @property
    def all_scenarios(self) -> tuple[Scenario, ...]:
        """The study's scenarios, `no-change` first, whether its file names it or not."""
        plain = Scenario(id=NO_CHANGE, name="No change", meaning="The study as it stands.")
        return (plain, *(each for each in self.scenarios if each.id != NO_CHANGE))

    @property
    def belongings(self) -> tuple[tuple[str, str], ...]:
        """Every setting that says whose it is, by dotted name, and the body it names."""
        return tuple(belonging(self))

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """The places of `supply`: which are empty, and where a general figure stands in."""
        return tuple(waiting(self, place, what=what) for place, what in self.supply.items())

    @model_validator(mode="after")
    def _places_to_supply(self) -> Study:
        _ = self.waiting
        return self

    @model_validator(mode="after")
    def _own_figures(self) -> Study:
        own = self.study.fire_body
        others = [
            f"{name} is of {body!r}"
            for name, body in belonging(self.response, "response")
            if body != own
        ]
        if others:
            raise ValueError(
                f"{'; '.join(others)}; expected {own!r}, the study's fire_body: a figure of "
                "another service is neither used nor shown. Give the own service's, or take it out"
            )
        return self

    @model_validator(mode="after")
    def _appraised_long_enough(self) -> Study:
        last = self.money.appraisal_years.value
        if longer := [each.id for each in self.targets if each.years.value > last]:
            raise ValueError(
                f"money.appraisal_years is {last:g}, shorter than the years of targets "
                f"{some(longer)}: what is saved beyond it is not known. Raise it"
            )
        return self

    @model_validator(mode="after")
    def _searched_far_enough(self) -> Study:
        handling = self.response.call_handling_s.value / 60
        limits = {
            **{f"response standard {s.name!r} less call handling": s.limit_min.value - handling
               for s in self.response.standards},
            "access.limit_min": self.access.limit_min.value,
            "travel.catchment_limits_min": self.travel.catchment_limits_min[-1],
        }  # fmt: skip
        cutoff = self.travel.cutoff_min.value
        if longer := [name for name, limit in limits.items() if limit > cutoff]:
            raise ValueError(
                f"travel.cutoff_min is {cutoff:g}, shorter than {some(longer)}: what lies "
                "beyond it would be taken as out of reach. Raise it"
            )
        return self


def load(
    file: str | os.PathLike[str],
    /,
    *,
    criteria: Mapping[str, Mapping[str, Any]],
) -> Study:
    """Read a study file.

    Args:
        file: the study file.
        criteria: by id, what an entry of `choice.criteria` has where the file does not say.

    Raises:
        StudyError: the file is missing, is not UTF-8 or TOML, or holds wrong or unknown settings;
            all of them are named.
    """
    path = Path(file)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise StudyError(
            f"{path}: no such study file. Write one with `colocate init DIR`."
        ) from None
    except (UnicodeDecodeError, OSError) as fault:
        raise StudyError(f"{path}: cannot be read as UTF-8 text ({fault}).") from None
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise StudyError(f"{path}: not valid TOML: {fault}.") from None
    _fill(settings, criteria)
    try:
        return Study.model_validate(settings)
    except ValidationError as faults:
        raise StudyError(_story(path, faults)) from None


def _fill(settings: dict[str, Any], criteria: Mapping[str, Mapping[str, Any]]) -> None:
    """Complete the entries of `choice.criteria`; what is not one is left for validation to name."""
    choice = settings.get("choice")
    listed = choice.get("criteria") if isinstance(choice, dict) else None
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            for name, value in criteria.get(entry["id"], {}).items():
                entry.setdefault(name, value)


def under(study: Study, scenario_id: str, /) -> Study:
    """Return a study with the edits of one of its scenarios.

    The title names the scenario, so that every page and file does.

    Args:
        study: the study as its file says it.
        scenario_id: one of its scenarios, or `NO_CHANGE`.

    Raises:
        StudyError: no such scenario, an edit names a setting that is not there, or the study
            does not hold with it.
    """
    if scenario_id == NO_CHANGE:
        return study
    found = next((each for each in study.scenarios if each.id == scenario_id), None)
    if found is None:
        known = [each.id for each in study.all_scenarios]
        raise StudyError(f"no scenario {scenario_id!r} in this study; there are {', '.join(known)}")
    settings = study.model_dump(mode="json")
    faults = []
    for dotted, value in found.edits.settings.items():
        try:
            edited(settings, dotted, to=value, by=f"scenario {found.id}")
        except KeyError as fault:
            faults.append(f"  {dotted}: no setting called {fault.args[0]!r} there")
    weights = study.choice.presets.get(found.edits.preset or "")
    if found.edits.preset and weights is None:
        faults.append(f"  preset: no preset {found.edits.preset!r} in choice.presets")
    for criterion in settings["choice"]["criteria"] if weights else ():
        weight = weights.get(criterion["id"], 0.0) if weights else 0.0
        criterion["weight"] = {"value": weight, "assumed": f"preset {found.edits.preset}"}
    if faults:
        raise StudyError("\n".join([f"scenario {found.id}: wrong edit(s):", *faults]))
    settings["study"]["title"] += f": {found.name}"
    settings["edits"] = found.edits.model_dump(mode="json")
    try:
        return Study.model_validate(settings)
    except ValidationError as wrong:
        raise StudyError(_story(f"scenario {found.id}", wrong)) from None


def in_spite_of(study: Study, gaps: Sequence[str], /) -> Study:
    """Return a study whose notice says first that it was run without being ready for it.

    Every page and file bears the notice.

    Args:
        study: the study.
        gaps: what it lacks, in a few words each; where nothing, the study stays as it is.
    """
    if not gaps:
        return study
    said = f"NOT READY, run all the same (known: {'; '.join(gaps)}). {study.study.notice}"
    head = study.study.model_copy(update={"notice": said})
    return study.model_copy(update={"study": head})


def _story(path: Path | str, faults: ValidationError) -> str:
    found = faults.errors(include_url=False)
    lines = [f"{path}: {len(found)} wrong setting(s):"]
    for fault in found:
        where = ".".join(str(part) for part in fault["loc"]) or "(file)"
        what = re.sub("^Value error, ", "", fault["msg"])
        if fault["type"] == "extra_forbidden":
            what = "unknown setting; check its spelling against `colocate schema study`"
        elif fault["type"] == "missing":
            what = "missing setting"
        elif isinstance(fault["input"], str | int | float):
            what = f"{what}; found {fault['input']!r}"
        lines.append(f"  {where}: {what}")
    return "\n".join(lines)


def figures(settings: BaseModel, /) -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a study with its dotted name, in the order of the file.

    Args:
        settings: a study, or a section of one.
    """
    return ((name, value) for name, value in walked(settings) if isinstance(value, Figure))
