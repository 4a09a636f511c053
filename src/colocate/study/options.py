"""Response, access, which pairs become options, and what may block them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from colocate.study.figure import (
    Figure,
    Minutes,
    NonNegative,
    Number,
    Positive,
    Ranged,
    Role,
    Settings,
    Share,
    between,
    distinct,
)
from colocate.tables.places import CREWING


class ResponseStandard(Settings):
    """A threshold from the answered call."""

    name: str
    limit_min: Minutes
    target_share: Share | None = None
    of: str | None = None
    """The body whose standard it is, where it is not that of the section."""


class Published(Settings):
    """A published figure shown beside a computed one; nothing is fitted to it."""

    measure: str
    value: Number
    unit: str
    source: str
    of: str | None = None
    """The body it was published of, where it is not that of the section."""


class Response(Settings):
    """What happens between the answered call and the first appliance's arrival.

    All by crewing has `unknown` too, for a station whose crewing the register does not give.
    """

    of: str
    """The fire service that all of this belongs to, unless a figure says otherwise: a body_id."""
    call_handling_s: NonNegative
    turnout_s: dict[str, Annotated[Ranged, between(0)]]
    """The mean, by crewing."""
    turnout_ceiling_s: dict[str, NonNegative] = {}
    """The most that a service plans for, by crewing; left out: the most that the mean may be."""
    availability: dict[str, Annotated[Ranged, between(0, 1)]] = {}
    """Share of the time at which a crew is there and free, by crewing; none: always."""
    standards: Annotated[tuple[ResponseStandard, ...], Field(min_length=1), distinct("name")]
    """The first is the one options are measured by."""
    published: tuple[Published, ...] = ()
    second_limit_min: Minutes | None = None
    """Limit that a second appliance is measured by, from the answered call."""

    @model_validator(mode="after")
    def _complete(self) -> Response:
        kinds = {*CREWING, "unknown"}
        there = self.availability or dict.fromkeys(kinds)
        for name, figures in (("turnout_s", set(self.turnout_s)), ("availability", set(there))):
            if missing := sorted(kinds - figures):
                raise ValueError(f"{name} must also give {', '.join(missing)}")
        if sooner := [
            kind
            for kind, most in self.turnout_ceiling_s.items()
            if kind not in self.turnout_s or most.value < self.turnout_s[kind].value
        ]:
            raise ValueError(
                f"turnout_ceiling_s gives {', '.join(sooner)} no such crewing, or less than its "
                "mean in turnout_s"
            )
        if beyond := [
            kind for kind, share in self.availability.items() if share.least < 0 or share.most > 1
        ]:
            raise ValueError(f"availability of {', '.join(beyond)} must lie between 0 and 1")
        return self

    def turnout_most_s(self, crewing: str, /) -> float:
        """Return the ceiling of the turnout of one crewing, s.

        Args:
            crewing: a key of `turnout_s`.
        """
        given = self.turnout_ceiling_s.get(crewing)
        return given.value if given else self.turnout_s[crewing].most


class Access(Settings):
    """Public access to a police desk."""

    limit_min: Minutes
    desk_roles: tuple[Role, ...]
    """Police sites with one of these roles are open to the public."""
    assumed_desk_roles: tuple[Role, ...] = ()
    """Also taken as open to the public, and marked assumed."""
    base_roles: tuple[Role, ...] = ()
    """Police sites with one of these roles keep vehicles and staff."""


class Walking(Settings):
    """Reach without a car: on foot, and to a bus stop."""

    limit_min: Minutes = Figure(
        value=30, assumed="2.4 km: about as far as people without a car walk to a service"
    )
    """Longest walk to a police desk."""
    stop_limit_min: Minutes = Figure(
        value=5, assumed="400 m, the walk to a stop that bus planners allow for"
    )
    """Longest walk between a site and a bus stop."""
    m_per_min: Positive = Figure(value=80, assumed="4.8 km an hour on foot")
    tolerance_s: NonNegative = Figure(
        value=60, assumed="two points known to 50 and 25 m may lie 75 m nearer or farther: 56 s"
    )
    """Largest change of a walk that the method cannot tell."""


class Equality(Settings):
    """The screen of who gains and who loses, group by group."""

    smallest_count: NonNegative = Figure(
        value=10, assumed="usual in published counts: a smaller one could point at a person"
    )
    """Counts of people above 0 and below this are left out."""
    notable_ratio: Positive = Figure(
        value=1.25, assumed="a quarter above the area's average; to be agreed"
    )
    """A group's rate is above the area's average from this many times it."""
    material_s: dict[str, NonNegative] = {
        "fire": Figure(value=10, assumed="as the tolerance: to a fire all that can be told counts"),
        "police": Figure(
            value=60,
            assumed="a drive to a desk is planned in minutes; to be agreed by those who carry the "
            "duty",
        ),
    }
    """Least change of a time that is a risk or a benefit to a group, by side; losing or gaining
    the standard always is one."""

    @model_validator(mode="after")
    def _both_sides(self) -> Equality:
        if set(self.material_s) != {"fire", "police"}:
            raise ValueError("material_s must give fire and police, and nothing else")
        return self


class Tolerance(Settings):
    """The largest changes that the method cannot tell from none: `impact.tolerance`."""

    time_s: NonNegative = Figure(
        value=10,
        assumed="two points known to 50 and 25 m may lie 75 m nearer or farther: 9 s at 30 km/h, "
        "and a second for rounding",
    )
    """Of one person's response or drive, and of percentiles of these."""
    mean_s: NonNegative = Figure(
        value=1, assumed="mean response times are published in whole seconds"
    )
    """Of the mean of the whole area."""
    chance: Share = Figure(
        value=0.01, assumed="the availability of crews is published in whole per cent"
    )
    """Of one person's chance that a crew comes within a standard."""


class PartnerHosts(Settings):
    """Sites of other bodies (a library, a council, …) that could take a mover in; they only host.

    A mover is a site that takes part and is neither a fire site nor a partner's. It is offered the
    nearest site of each of these services within the drive, both ways.
    """

    offer: Literal["off", "where_no_good_fire_host", "all"] = "off"
    """To no mover; to those without a good fire host; to every one."""
    services: tuple[str, ...] = ()
    """Services, as in the registers, whose sites are partner hosts and nothing else."""
    within_min: Minutes = Figure(value=5, assumed="a drive nobody plans for")
    """Longest drive to a partner's site, the slower direction, included."""
    good_fire_host_min: Minutes = Figure(value=5, assumed="a drive nobody plans for")
    """A fire station that the mover could go to is a good host up to this drive, likewise."""

    @model_validator(mode="after")
    def _none_of_fire(self) -> PartnerHosts:
        if "fire" in self.services:
            raise ValueError("services must not name fire: fire sites take part by themselves")
        return self


class Options(Settings):
    """Which pairs and groups become options."""

    straight_tiers_m: Annotated[
        tuple[Annotated[Number, Field(gt=0)], ...], Field(min_length=3, max_length=3)
    ]
    straight_drive_min: Figure
    """A straight tier holds only what is also within this drive: not across an estuary."""
    drive_tier_min: Minutes
    group_limit_min: Minutes
    cluster_limit_min: Minutes
    functions: tuple[Role, ...]
    """Roles paired regardless of tier."""
    largest_group: Annotated[int, Field(ge=3)] = 4
    shared_within_m: NonNegative = Figure(
        value=60,
        assumed="two points known to 50 and 25 m are 56 m apart at the root of their squares",
    )
    """Two services this close, included, are probably sharing already: the first question."""
    partner_hosts: PartnerHosts = PartnerHosts()


class GateRule(Settings):
    """One gate: whether it must be passed, what it asks, and what to find out when unknown."""

    id: str
    label: str
    mandatory: bool
    question: str
    threshold: NonNegative | None = None
    """People who may lose (cover, access), years (in use, tenure), or m2 of a desk (space)."""
    citation: str | None = None
    """What of the study's own papers its reasons cite; none if not given."""
    partner_question: str | None = None
    """Asked in place of the question where the host is a partner's site."""
    case: Literal["best", "expected", "worst"] = "best"
    """Fire cover: which case the threshold is of. In the best every crew is there, as in the area
    of search and the portfolio; in the others the people who lose are an expectation."""
    need_share: Share | None = None
    """Space and parking: share of what the movers have today that they would need."""
