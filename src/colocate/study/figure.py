"""Figures: numbers of a study with what they rest on, and the bounds they must keep."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from colocate.errors import some
from colocate.tables.places import ROLES

if TYPE_CHECKING:
    from collections.abc import Collection

DAY_MIN = 1440
"""Minutes in a day: no drive of a study is longer."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A finite number, never text that looks like one."""


class Settings(BaseModel):
    """A section of a study: frozen, and nothing in it that colocate does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Figure(Settings):
    """A number and what it rests on: exactly one of `source` and `assumed`."""

    value: Number
    source: str | None = None
    assumed: str | None = None
    of: str | None = None
    """The body it belongs to, where it is not that of its section."""
    price_year: Annotated[int, Field(strict=True, ge=1900, le=2100)] | None = None
    """Year whose prices an amount of money is in; not given: that of the study's day."""

    @model_validator(mode="before")
    @classmethod
    def _bare_number(cls, given: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        if isinstance(given, int | float) and not isinstance(given, bool):
            return {"value": given, "assumed": "set in the study file without a source"}
        return given

    @model_validator(mode="after")
    def _one_ground(self) -> Figure:
        if (self.source is None) == (self.assumed is None):
            raise ValueError("give either source = '…' or assumed = '…'")
        return self

    @property
    def basis(self) -> Literal["recorded", "assumed"]:
        """Whether the figure was read in a source or assumed."""
        return "recorded" if self.source else "assumed"

    @property
    def ground(self) -> str:
        """The source, or what the assumption rests on."""
        return self.source or f"assumed: {self.assumed}"


class Ranged(Figure):
    """A figure with the range it may lie in, and what that range rests on."""

    low: Number | None = None
    """Left out: as the value."""
    high: Number | None = None
    width: str | None = None
    """What the range rests on."""

    @model_validator(mode="after")
    def _range(self) -> Ranged:
        if not self.least <= self.value <= self.most:
            raise ValueError("low, value and high must be in order")
        if (self.low is None and self.high is None) != (self.width is None):
            raise ValueError("give a range, low or high, together with width = 'what it rests on'")
        return self

    @property
    def least(self) -> float:
        """Least it may be."""
        return self.value if self.low is None else self.low

    @property
    def most(self) -> float:
        """Most it may be."""
        return self.value if self.high is None else self.high


def between(
    least: float = -math.inf, most: float = math.inf, *, above: float = -math.inf
) -> AfterValidator:
    """Hold a figure within bounds, `least` and `most` included.

    Args:
        least: smallest value allowed.
        most: largest value allowed.
        above: what the value must exceed.
    """
    bounds = ((above, "above {:g}"), (least, "{:g} or more"), (most, "{:g} or less"))
    expected = " and ".join(text.format(at) for at, text in bounds if math.isfinite(at))

    def check(figure: Figure) -> Figure:
        if not (least <= figure.value <= most and figure.value > above):
            raise ValueError(f"must be {expected}; found {figure.value:g}")
        return figure

    return AfterValidator(check)


Positive = Annotated[Figure, between(above=0)]
NonNegative = Annotated[Figure, between(0)]
Share = Annotated[Figure, between(0, 1)]
Minutes = Annotated[Figure, between(above=0, most=DAY_MIN)]
"""A limit on a drive or a response."""
GridCell = Annotated[Figure, between(20)]
"""Side of a raster's cell in metres; a finer one would hold more cells than memory does."""


def one_of(names: Collection[str], /, *, what: str) -> AfterValidator:
    """Refuse a word that is none of some.

    Args:
        names: those there are.
        what: what they name.
    """

    def check(name: str) -> str:
        if name not in names:
            raise ValueError(f"no such {what}; there are {', '.join(names)}")
        return name

    return AfterValidator(check)


Role = Annotated[str, one_of(ROLES, what="role")]


def distinct(name: str) -> AfterValidator:
    """Refuse two entries of a list with the same `name`.

    Args:
        name: attribute of the entries.
    """

    def check(entries: tuple[Any, ...]) -> tuple[Any, ...]:
        given = [getattr(entry, name) for entry in entries]
        if twice := sorted({each for each in given if given.count(each) > 1}):
            raise ValueError(f"the same {name} more than once: {some(twice)}")
        return entries

    return AfterValidator(check)
