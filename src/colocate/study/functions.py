"""The back office: priors for ways of running a function, and which way a scenario takes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import model_validator

from colocate.study.figure import Ranged, Settings, Share, between
from colocate.tables.functions import FUNCTIONS_OF_FOCUS, WAYS

_Part = Annotated[Ranged, between(0, 1)]
_Way = Literal[WAYS]  # type: ignore[valid-type]


class WayPrior(Settings):
    """What one way of running a function has saved or cost elsewhere, as shares of its budget."""

    saving_share: _Part | None = None
    """Saved a year; unknown if not given."""
    is_target: bool = False
    """Whether that share is a target that somebody set, and no result."""
    scale_share: _Part | None = None
    """Saved besides by every party once the study's fire authority takes part: DSFRA/16/5, 5.12."""
    change_share: Annotated[Ranged, between(0)] | None = None
    """Cost of changing over, once."""


class Functions(Settings):
    """Priors for the back office; each may say whose it is, and is then refused to another body."""

    tender_spread: Share | None = None
    """How far a tender may come out below or above the benchmark; not given: not at all."""
    in_scope_share: dict[str, _Part] = {}
    """By body_id, the part of its whole budget that would be in scope, where no row tells."""
    ways: dict[_Way, WayPrior] = {}


class Arrangement(Settings):
    """Who would run which functions in which way, under a scenario."""

    way: _Way
    bodies: tuple[str, ...]
    """Who takes part, by body_id."""
    functions: tuple[Literal[FUNCTIONS_OF_FOCUS], ...] = ()  # type: ignore[valid-type]
    """Which areas of focus; not given: every one."""
    why: str = ""
    """Why these, with where it is written."""

    @model_validator(mode="after")
    def _somebody(self) -> Arrangement:
        if not self.bodies or len(set(self.bodies)) < len(self.bodies):
            raise ValueError("bodies must name at least one body, and none twice")
        return self


class Statement(Settings):
    """What a paper says for, against or about a choice."""

    text: str
    source: str
