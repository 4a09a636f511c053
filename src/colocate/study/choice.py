"""Criteria, weights, robustness and portfolio."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from colocate.study.figure import Figure, NonNegative, Number, Settings, distinct


class Criterion(Settings):
    """One criterion on a fixed value scale."""

    id: str
    label: str
    meaning: str
    unit: str
    weight: NonNegative
    worst: Figure
    best: Figure

    @model_validator(mode="after")
    def _scale(self) -> Criterion:
        if self.worst.value == self.best.value:
            raise ValueError("worst and best must differ")
        return self


class Choice(Settings):
    """Criteria, agreed weights and presets."""

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1), distinct("id")]
    presets: dict[str, dict[str, Annotated[Number, Field(ge=0)]]] = {}
    """Other weights by name: criterion id to weight."""

    @model_validator(mode="after")
    def _weights(self) -> Choice:
        ids = [c.id for c in self.criteria]
        if sum(c.weight.value for c in self.criteria) <= 0:
            raise ValueError("at least one weight must be above 0")
        for name, weights in self.presets.items():
            if unknown := sorted(set(weights) - set(ids)):
                raise ValueError(f"preset {name!r} weighs unknown criteria {unknown}")
            if sum(weights.values()) <= 0:
                raise ValueError(f"preset {name!r} needs a weight above 0")
        return self
