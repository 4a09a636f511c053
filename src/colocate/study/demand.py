"""Where people and incidents are taken to be."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from colocate.study.figure import Figure, NonNegative, Settings, distinct
from colocate.tables.demand import INCIDENT_KINDS


class Demand(Settings):
    """How fine the points are that cover, access and equality count."""

    points: Literal["areas", "postcodes"] = "areas"
    """`areas`: the points of table `demand_points` as they are, one an LSOA. `postcodes`: each
    area's people at its postcode units, where it has some."""


class Mix(Settings):
    """Incidents of a year by kind: of what a published mean is the mean."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    per_year: dict[str, NonNegative]
    """Incidents by kind; a kind left out has none."""

    @model_validator(mode="after")
    def _of_known_kinds(self) -> Mix:
        if unknown := sorted(set(self.per_year) - set(INCIDENT_KINDS)):
            raise ValueError(
                f"per_year has no kind {', '.join(unknown)}; there are {', '.join(INCIDENT_KINDS)}"
            )
        if self.id in INCIDENT_KINDS:
            raise ValueError(f"id {self.id} is the name of a kind; give the mix another")
        if not sum(figure.value for figure in self.per_year.values()) > 0:
            raise ValueError("per_year must give at least one incident")
        return self

    @property
    def basis(self) -> Literal["recorded", "assumed"]:
        """Whether all of it was read in sources."""
        assumed = any(figure.basis == "assumed" for figure in self.per_year.values())
        return "assumed" if assumed else "recorded"


class PublishedMean(Settings):
    """A published mean of a part of the response over one mix; nothing is fitted to it."""

    mix: str
    """Id of a mix, or a kind."""
    measure: Literal["call_handling_s", "mean_turnout_s", "mean_drive_s", "mean_response_s"]
    value: NonNegative
    period: str
    noise_share: NonNegative
    """How far such a mean may differ by chance from one year to the next, as a share."""


def _traffic() -> dict[str, NonNegative]:
    return {
        name: Figure(value=value, assumed="rough vehicles a day per road of the class, thousands")
        for name, value in {
            "motorway": 60, "trunk": 25, "primary": 12, "secondary": 6, "tertiary": 3,
            "unclassified": 0.8, "residential": 0.8,
        }.items()
    }  # fmt: skip


class Incidents(Settings):
    """Incidents by kind, where each lies, and of what mixes means were published."""

    of: str | None = None
    """The fire service that the mixes and the published means belong to: a body_id."""
    mixes: Annotated[tuple[Mix, ...], distinct("id")] = ()
    """The first is the one published means are of; the others show what it rests on."""
    published: tuple[PublishedMean, ...] = ()
    cell_m: NonNegative = Figure(value=1000, assumed="far finer than stations lie apart")
    """Side of the squares whose roads and ground are taken together."""
    traffic: dict[str, NonNegative] = Field(default_factory=_traffic)
    """By road class: what vehicle fires per kilometre are in proportion to; none on others."""

    @model_validator(mode="after")
    def _of_a_mix(self) -> Incidents:
        known = {*INCIDENT_KINDS, *(mix.id for mix in self.mixes)}
        if unknown := sorted({mean.mix for mean in self.published} - known):
            raise ValueError(f"published: no mix {', '.join(unknown)}; there are {sorted(known)}")
        if self.published and not self.of:
            raise ValueError("of must name the body whose published means these are")
        return self
