"""Whose a figure is: savings that somebody seeks, and figures of one service alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field, model_validator

from colocate.study.figure import Positive, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


class Target(Settings):
    """Savings that some bodies seek; only what falls to them counts towards it."""

    id: str
    gbp: Positive
    years: Positive
    """Years the savings are sought over, the first year after the works being the first."""
    bodies: Annotated[tuple[str, ...], Field(min_length=1)]
    """Whose it is, by body_id; what the holder of a body's estate gains counts with it."""

    @model_validator(mode="after")
    def _sound(self) -> Target:
        if not self.years.value.is_integer():
            raise ValueError("years must be a whole number")
        if len(set(self.bodies)) < len(self.bodies):
            raise ValueError("bodies names one body twice")
        return self


def belonging(settings: BaseModel, /, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield every setting that says whose it is, and the body it names, in the order of the file.

    Args:
        settings: a study or a section of it.
        prefix: dotted name of that section, ending in a dot.

    Returns:
        Pairs of a dotted name and a body_id.
    """
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if name == "of":
            if value is not None:
                yield prefix.removesuffix("."), value
        elif isinstance(settings, Target) and name == "bodies":
            yield from ((f"{prefix}bodies", body) for body in value)
        else:
            yield from _within(value, f"{prefix}{name}")


def _within(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        yield from belonging(value, f"{name}.")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _within(item, f"{name}.{key}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            labels = (getattr(item, each, None) for each in ("id", "name", "measure"))
            label = next((each for each in labels if each), str(number))
            yield from _within(item, f"{name}.{label}")
