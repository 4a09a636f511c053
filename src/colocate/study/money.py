"""What things cost, save and are worth."""

from __future__ import annotations

from pydantic import model_validator

from colocate.study.figure import NonNegative, Positive, Settings


class Money(Settings):
    """Priors of running cost, all shown as what they are."""

    station_running_cost_gbp: Positive
    station_net_saving_gbp: NonNegative
    review_saving_gbp: NonNegative

    @model_validator(mode="after")
    def _net_of_gross(self) -> Money:
        if self.station_net_saving_gbp.value > self.station_running_cost_gbp.value:
            raise ValueError("station_net_saving_gbp must not exceed the running cost")
        return self
