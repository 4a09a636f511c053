"""What things cost, save and are worth."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, model_validator

from colocate.study.figure import (
    Figure,
    NonNegative,
    Ranged,
    Settings,
    Share,
    between,
)
from colocate.tables.sharing import KEYS

LONGEST_YEARS = 75
"""The Green Book's last year at 3.0 %; no building scheme is appraised for longer."""


class DiscountRate(Settings):
    """A real rate a year, from a year of the appraisal on, in guidance of a date."""

    valid_from: dt.date
    from_year: Annotated[int, Field(strict=True, ge=1, le=LONGEST_YEARS)]
    rate: Share


class Hybrid(Settings):
    """A key made of others: their weighted mean, within a floor and a cap for each party."""

    weights: Annotated[dict[str, NonNegative], Field(min_length=1)]
    floor: Share
    cap: Share

    @model_validator(mode="after")
    def _known_keys(self) -> Hybrid:
        others = set(KEYS) - {"hybrid"}
        if unknown := sorted(set(self.weights) - others):
            raise ValueError(
                f"no key {', '.join(unknown)} to weigh; there are {', '.join(sorted(others))}"
            )
        if not any(weight.value for weight in self.weights.values()):
            raise ValueError("at least one weight must be above 0")
        if self.floor.value > self.cap.value:
            raise ValueError("floor must not exceed cap")
        return self


class Works(Settings):
    """What works have cost elsewhere: a prior where nobody priced those of an option."""

    refit_gbp: Annotated[Ranged, between(0)] | None = None
    """To take others in at a building that stands."""
    new_gbp: Annotated[Ranged, between(0)] | None = None
    """To build a new shared one."""
    new_life_years: Annotated[Ranged, between(above=0)] | None = None
    """How long a new building lasts; what is left of it after the appraisal is worth something."""


class Constraints(Settings):
    """What may hold the parties back in the choice of a key (DSFRA/16/5, 7.4), as changes."""

    precept_share: NonNegative
    """How far one body's council tax precept may lie above the others'."""
    kept_share: Share
    """Part of its own estate that a body may keep out, for control or flexibility."""
    demand_share: NonNegative
    """How far a body's demand and use may grow as priorities change."""


class Money(Settings):
    """Priors of running cost, all shown as what they are, and the form of the appraisal."""

    station_running_cost_gbp: Annotated[Ranged, between(above=0)]
    station_net_saving_gbp: Annotated[Ranged, between(0)]
    """Net of the rise of the host's cost, where the released site costs the figure above."""
    running_cost_gbp_per_m2: Annotated[Ranged, between(above=0)] | None = None
    """What a square metre of floor costs to run a year where no register tells."""
    receipt_gbp_per_m2: Annotated[Ranged, between(0)] | None = None
    """What a square metre of a freehold brings when it is sold."""
    years_to_sell: Annotated[Ranged, between(0, LONGEST_YEARS)] | None = None
    works: Works = Works()
    recorded_price_year: Annotated[int, Field(strict=True, ge=1900, le=2100)] | None = None
    """Year whose prices running costs in the registers are in; not given: that of the day."""
    review_saving_gbp: NonNegative
    review_payback_years: NonNegative
    appraisal_years: Annotated[Figure, between(1, LONGEST_YEARS)]
    discount_rates: Annotated[tuple[DiscountRate, ...], Field(min_length=1)]
    optimism_bias_share: NonNegative
    """Added to every cost of works that does not bring its own."""
    unequal_share: Share
    """How far a party's share of the cost may exceed its share of the benefit."""
    input_change_share: Share
    """How far figures behind a key may be off, and use may grow."""
    shift_share: Share
    """How far a share may move when they are."""
    hybrid: Hybrid
    constraints: Constraints | None = None
    """Not given: no sensitivities to them."""

    @model_validator(mode="after")
    def _net_of_gross(self) -> Money:
        if self.station_net_saving_gbp.value > self.station_running_cost_gbp.value:
            raise ValueError("station_net_saving_gbp must not exceed the running cost")
        if self.station_running_cost_gbp.least <= 0:
            raise ValueError("station_running_cost_gbp.low must be above 0")
        return self

    @model_validator(mode="after")
    def _whole_years(self) -> Money:
        if not self.appraisal_years.value.is_integer():
            raise ValueError("appraisal_years must be a whole number")
        sale = self.years_to_sell
        if sale and not all(end.is_integer() for end in (sale.least, sale.value, sale.most)):
            raise ValueError("years_to_sell must be whole numbers")
        return self

    @model_validator(mode="after")
    def _rates_begin(self) -> Money:
        dated = [(rate.valid_from, rate.from_year) for rate in self.discount_rates]
        if len(set(dated)) < len(dated):
            raise ValueError("discount_rates holds two rates for the same date and year")
        if late := sorted({day for day, _ in dated if (day, 1) not in dated}):
            raise ValueError(f"discount_rates of {late[0]} lack a rate from_year 1")
        return self
