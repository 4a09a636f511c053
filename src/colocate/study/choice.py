"""Criteria, weights, robustness and portfolio."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from colocate.errors import some
from colocate.study.figure import (
    Figure,
    Minutes,
    NonNegative,
    Number,
    Positive,
    Settings,
    Share,
    between,
    distinct,
)

ListName = Literal["stations", "headquarters", "depots", "training"]
"""Rankings that options stand in: what is compared with what."""


class Scale(Settings):
    """A fixed value scale: the raw measures worth 0 and 1, and what stands for an unknown one."""

    worst: Figure
    best: Figure
    missing: Figure | None = None
    """Centre for every option whose measure nobody knows; left out: the middle of the scale."""

    @model_validator(mode="after")
    def _ends(self) -> Scale:
        if self.worst.value == self.best.value:
            raise ValueError("worst and best must differ")
        if not self.least <= self.centre.value <= self.most:
            raise ValueError(f"missing must lie on the scale, {self.least:g} to {self.most:g}")
        return self

    @property
    def least(self) -> float:
        """The smaller end."""
        return min(self.worst.value, self.best.value)

    @property
    def most(self) -> float:
        """The larger end."""
        return max(self.worst.value, self.best.value)

    @property
    def centre(self) -> Figure:
        """What stands for a measure nobody knows."""
        middle = (self.worst.value + self.best.value) / 2
        return self.missing or Figure(value=middle, assumed="the middle of the scale")


class Criterion(Scale):
    """One criterion on a fixed value scale.

    A study file gives at least its id and weight; the rest is filled in from what colocate knows
    of the criterion.
    """

    model_config = ConfigDict(json_schema_extra={"required": ["id", "weight"]})

    id: str
    label: str
    meaning: str
    unit: str
    weight: NonNegative
    lists: dict[ListName, Scale] = {}
    """Scales of the rankings that have another: a headquarters is no village station."""

    def scale(self, name: str, /) -> Scale:
        """Return the scale of one ranking.

        Args:
            name: of the list that is ranked.
        """
        return next((scale for each, scale in self.lists.items() if each == name), self)


class Nearness(Settings):
    """Bands of nearness that matter to people: same plot, a walk, a short drive, beyond."""

    same_plot_m: NonNegative = Figure(value=60, assumed="a station's plot")
    """Straight distance within which sites stand on one plot."""
    walk_min: NonNegative = Figure(value=10, assumed="what people walk to a meeting")
    walk_m_per_min: Positive = Figure(value=80, assumed="4.8 km an hour on foot")
    """Metres walked a minute, along the road."""
    drive_min: Minutes = Figure(value=5, assumed="a drive nobody plans for")
    """Longest short drive, between the two sites that are farthest apart."""


class Choice(Settings):
    """Criteria, agreed weights and presets."""

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1), distinct("id")]
    presets: dict[str, dict[str, Annotated[Number, Field(ge=0)]]] = {}
    """Other weights by name: criterion id to weight."""
    nearness: dict[ListName, Nearness] = {}
    """Bands of nearness by ranking; one left out has those of `Nearness`."""

    @property
    def scales(self) -> tuple[Criterion, ...]:
        """The criteria, all of one weight: what is measured hangs on none."""
        alike = Figure(value=1, assumed="no measure hangs on it")
        return tuple(each.model_copy(update={"weight": alike}) for each in self.criteria)

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


Spread = Annotated[Figure, between(0, 0.9)]
"""Largest change of a drawn figure, up or down, as a share of it."""
Draws = Annotated[int, Field(strict=True, ge=1, le=100_000)]


class Robustness(Settings):
    """What is drawn to see how sure a rank is, and what counts as sure."""

    top_k: Annotated[int, Field(strict=True, ge=1)]
    """Places at the head of the ranking that are looked at."""
    weight_draws: Draws
    speed_draws: Draws
    """Networks re-weighted."""
    weight_concentration: Positive
    """Of the Dirichlet distribution around the agreed weights; larger is closer to them."""
    speed_spread: Spread
    cost_spread: Spread
    robust_share: Share
    """Least share of draws in which the verdict, in the top k or not, must hold to be robust."""
    robust_assumed: Share = Figure(
        value=0.5, assumed="where most of it is a guess, so is the order"
    )
    """Largest part of the spread of scores that may be assumed or unknown for a robust rank."""
    robust_interval: Share
    """Widest interval of a robust rank, as a share of the options ranked."""
    fragile_share: Share
    """The verdict is fragile if it holds in less than this share of draws."""

    @model_validator(mode="after")
    def _ordered(self) -> Robustness:
        if self.fragile_share.value > self.robust_share.value:
            raise ValueError("fragile_share must not exceed robust_share")
        return self


class Portfolio(Settings):
    """What holds for a set of options together, and what it is chosen for."""

    objective: Literal["net_saving", "npv", "released", "score"]
    """Running cost saved a year, net present value, sites released, or the sum of scores."""
    crew_moves: bool
    """Whether options that would move a fire crew's base may be in the set."""
    weak_sites: bool = False
    """Whether options may be in the set of which it is open if a site is there, and what it is, or
    whether a partner would host."""
    host_takes: Positive
    """Sites that may move into one host, beside those in it today."""
    people_losing_cover: NonNegative | None = None
    """People the whole set may put beyond the first standard; left out: as gate fire_cover."""
    people_losing_access: NonNegative | None = None
    """The same for desk access; left out: as gate police_access."""
    locked_in: tuple[str, ...] = ()
    """Ids of options every set must hold."""
    locked_out: tuple[str, ...] = ()
    """Ids of options no set may hold."""
    capital_budget_gbp: NonNegative | None = None
    saving_target_gbp: NonNegative | None = None
    """A year, to be reached by the set; left out: the frontier is the answer."""
    no_body_loses: bool = True
    """Whether a set must leave no body worse off once partners pay the rent that clears."""
    alternatives: Annotated[int, Field(strict=True, ge=0, le=10)]
    """Next best sets."""
    frontier_points: Annotated[int, Field(strict=True, ge=2, le=12)]
    time_limit_s: Positive
    """Of each solve; what is not proven best by then says so."""

    @model_validator(mode="after")
    def _locks(self) -> Portfolio:
        if both := sorted({*self.locked_in} & {*self.locked_out}):
            raise ValueError(f"locked in and locked out at once: {some(both)}")
        return self


class Siting(Settings):
    """What the classical models of station siting are asked."""

    new_sites: bool
    """Whether the points evaluated for new shared sites may be chosen too."""
    shares_of_today: Annotated[tuple[Annotated[Number, Field(gt=0, le=1)], ...],
                               Field(min_length=1)]  # fmt: skip
    """Numbers of stations to site, as shares of today's."""
    time_limit_s: Positive
