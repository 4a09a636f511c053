"""Whose a figure is: savings that somebody seeks, and figures of one service alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field, model_validator

from colocate.study.figure import Positive, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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


def walked(value: object, name: str = "", /) -> Iterator[tuple[str, object]]:
    """Yield a section and every value within it with its dotted name, in the order of the file.

    Args:
        value: a study, a section of it, or what a section may hold.
        name: its own dotted name; nothing for a whole study.
    """
    yield name, value
    held: Iterable[tuple[str, object]] = ()
    if isinstance(value, BaseModel):
        held = ((field, getattr(value, field)) for field in type(value).model_fields)
    elif isinstance(value, dict):
        held = value.items()
    elif isinstance(value, tuple):
        held = ((_label(item) or str(number), item) for number, item in enumerate(value))
    for part, item in held:
        yield from walked(item, f"{name}.{part}" if name else part)


def _label(entry: object) -> str | None:
    labels = (getattr(entry, name, None) for name in ("id", "name", "measure"))
    return next((label for label in labels if label), None)


def belonging(settings: BaseModel, /, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every setting that says whose it is, and the body it names, in the order of the file.

    Args:
        settings: a study or a section of it.
        name: dotted name of that section.

    Returns:
        Pairs of a dotted name and a body_id.
    """
    for dotted, value in walked(settings, name):
        section, _, last = dotted.rpartition(".")
        if last == "of" and isinstance(value, str):
            yield section, value
        elif last == "bodies" and isinstance(value, tuple):  # of a target
            yield from ((dotted, body) for body in value)
