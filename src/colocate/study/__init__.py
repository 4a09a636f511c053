"""The study file: every setting of a study, frozen, with all its faults reported at once.

Numbers that decide something are figures: a value with the `source` it was read in, or with
`assumed` saying on what it rests. A bare number is taken as assumed and says so.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from colocate.errors import StudyError, some
from colocate.study.choice import Choice, Criterion
from colocate.study.figure import Figure, Settings, distinct
from colocate.study.inputs import Inputs, Places, Register, StudyHead
from colocate.study.money import Money
from colocate.study.options import Access, GateRule, Options, Published, Response, ResponseStandard
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
    from collections.abc import Iterator

__all__ = [
    "Access",
    "Bends",
    "Choice",
    "ClassSpeed",
    "Criterion",
    "Direction",
    "Figure",
    "GateRule",
    "Inputs",
    "Money",
    "Options",
    "Places",
    "Profile",
    "Published",
    "Register",
    "Response",
    "ResponseStandard",
    "SpeedFactors",
    "Study",
    "StudyHead",
    "Travel",
    "TurnDelays",
    "figures",
    "load",
]


class Study(Settings):
    """One study. Build it with `load`."""

    format: Literal[1]
    study: StudyHead
    inputs: Inputs
    places: Places
    travel: Travel
    response: Response
    access: Access
    options: Options
    money: Money
    gates: Annotated[tuple[GateRule, ...], Field(min_length=1), distinct("id")]
    rule_set: Literal["as_at_2016", "current"]
    choice: Choice

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


def load(file: str | os.PathLike[str], /) -> Study:
    """Read a study file.

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
    try:
        return Study.model_validate(settings)
    except ValidationError as faults:
        raise StudyError(_story(path, faults)) from None


def _story(path: Path, faults: ValidationError) -> str:
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


def figures(settings: BaseModel, /, prefix: str = "") -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a study with its dotted name, in the order of the file."""
    for name in type(settings).model_fields:
        yield from _figures(getattr(settings, name), f"{prefix}{name}")


def _figures(value: object, name: str) -> Iterator[tuple[str, Figure]]:
    if isinstance(value, Figure):
        yield name, value
    elif isinstance(value, BaseModel):
        yield from figures(value, f"{name}.")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _figures(item, f"{name}.{key}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            label = getattr(item, "id", None) or getattr(item, "name", None) or str(number)
            yield from _figures(item, f"{name}.{label}")
