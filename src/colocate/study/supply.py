"""Places of a study that wait for what only its own bodies know."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel


class Waiting(NamedTuple):
    """A place that waits: its dotted name, what belongs there, and whether something stands in."""

    place: str
    what: str
    stands_in: bool


def waiting(settings: BaseModel, /, place: str, *, what: str) -> Waiting:
    """Look at a place that waits to be filled.

    Args:
        settings: a study.
        place: dotted name of a setting or a section.
        what: what belongs there.

    Raises:
        ValueError: a study has no such place.
    """
    value: object = settings
    for part in place.split("."):
        if not isinstance(value, BaseModel) or part not in type(value).model_fields:
            raise ValueError(f"supply: no setting {place!r}; correct its name, or take it out")
        value = getattr(value, part)
    return Waiting(place, what, stands_in=value is not None and value != ())
