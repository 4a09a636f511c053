"""Network, speeds, turns, snapping and catchments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from colocate.study.figure import (
    DAY_MIN,
    GridCell,
    Minutes,
    NonNegative,
    Number,
    Positive,
    Settings,
    Share,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class ClassSpeed(Settings):
    """Free-flow speed of one highway class in and outside built-up areas, km/h."""

    built_up: Positive
    rural: Positive
    dual_built_up: Positive | None = None
    """On dual carriageways in built-up areas; as `built_up` if not given."""
    dual_rural: Positive | None = None
    """On dual carriageways elsewhere; as `rural` if not given."""
    bends_deg_per_km: NonNegative | None = None
    """Bendiness for which `rural` holds; without it bends take nothing."""


class TurnDelays(Settings):
    """What turns take at junctions where a main road meets others; `travel.turns` applies them."""

    driving_side: Literal["left", "right"] = "left"
    near_side_s: NonNegative
    """Slowing down and speeding up for a turn that crosses nobody: left in Britain."""
    far_side_s: NonNegative
    """The same for a turn to the other side."""
    u_turn_s: NonNegative
    """Turning round, where there is no other way on."""
    priority_s: NonNegative
    """On the road with priority."""
    give_way_s: NonNegative
    """Coming from a road without priority."""
    crossing_s: NonNegative
    """On top, for a turn or way on that crosses the traffic of the road with priority."""
    signals_s: NonNegative
    """In place of the three, where traffic signals are mapped."""
    roundabout_s: NonNegative
    """In place of the three, on entering a roundabout that is mapped as one, or at a mini one."""


class Bends(Settings):
    """What the slow-down for bends rests on; `travel.speeds` gives the formula."""

    design_speed_kph: Positive
    """Speed of which the alignment constraint is taken as a share."""
    verge_m: NonNegative
    most_deg_per_km: Positive
    """Bendiness beyond which nothing more is taken."""
    over_at_least_m: Positive
    """Bendiness is measured over the length of the edge, but no less than this."""


class SpeedFactors(Settings):
    """Factors on speed by class group; 1 leaves the free-flow figures as they are."""

    motorway_trunk: Positive
    """Motorways, and trunk roads outside built-up areas."""
    main: Positive
    """Other A and B roads outside built-up areas."""
    minor: Positive
    """All other roads outside built-up areas."""
    built_up: Positive
    """Every road in a built-up area, motorways apart."""

    @property
    def by_group(self) -> dict[str, float]:
        """The factors by class group, in the order above."""
        return {name: factor.value for name, factor in self}

    @model_validator(mode="after")
    def _above_one_is_sourced(self) -> SpeedFactors:
        for name, factor in self:
            if factor.value > 1 and factor.source is None:
                raise ValueError(
                    f"{name}: a factor above 1 (found {factor.value:g}) makes a vehicle faster "
                    "than free flow, as emergency exemptions may; give the source it was "
                    "measured in"
                )
        return self


class VehicleSize(Settings):
    """Size of a vehicle, each figure as far as it is known: roads that it exceeds are closed."""

    height_m: Positive | None = None
    width_m: Positive | None = None
    """With mirrors."""
    length_m: Positive | None = None
    weight_t: Positive | None = None
    """Laden; above 3.5 t the vehicle follows `hgv`."""
    axle_load_t: Positive | None = None


Profile = Literal["car", "appliance"]
Direction = Literal["from_site", "to_site"]


class Travel(Settings):
    """Network, speeds, snapping and catchments."""

    profiles: dict[Direction, Profile]
    """Who drives: from_site is response, to_site access and between sites."""
    sizes: dict[Profile, VehicleSize] = {}
    """By profile; limits of size close no road to a vehicle whose size is not given."""
    ferries: bool = False
    cutoff_min: Minutes
    """Longest drive searched: no limit of the study may be longer."""
    snap_doubtful_m: Positive
    snap_refused_m: Positive
    catchment_limits_min: Annotated[
        tuple[Annotated[Number, Field(gt=0, le=DAY_MIN)], ...], Field(min_length=1)
    ]
    catchment_directions: dict[str, tuple[Direction, ...]]
    """By service: from_site is response, to_site access. A service not named has both."""
    catchment_grid_m: GridCell
    built_up_cell_m: GridCell
    built_up_street_m_per_ha: Positive
    junction_delay_s: NonNegative
    """Per junction of three or more public roads, in built-up areas."""
    junction_delay_rural_s: NonNegative
    """The same outside built-up areas."""
    junction_priority_share: Share
    """Share of the delay that the road with priority pays."""
    turn_costs: bool = True
    """Delays by turn where a main road meets others; the flat ones everywhere if false."""
    turns: TurnDelays
    maxspeed_factor: Positive
    """Free-flow speed as a share of a tagged limit."""
    speeds_kph: dict[str, ClassSpeed]
    """By highway class or `service` value; must hold `default`."""
    bends: Bends
    speed_factors: dict[Profile, SpeedFactors]
    """By profile; `colocate calibrate` fits them to observed trips."""
    peak_factors: SpeedFactors
    """On top of the profile's: a sensitivity, 1 when off."""

    def directions(self, service: str, /) -> tuple[str, ...]:
        """Directions in which the catchments of a service's sites are drawn.

        Args:
            service: of the sites.
        """
        return self.catchment_directions.get(service, ("from_site", "to_site"))

    def profile(self, drive: str, /) -> Profile:
        """Vehicle of a drive.

        Args:
            drive: from_site, to_site or between (sites), which is driven as to_site is.
        """
        return self.profiles["from_site" if drive == "from_site" else "to_site"]

    @property
    def delays(self) -> TurnDelays | None:
        """What turns take; None where they do not count."""
        return self.turns if self.turn_costs else None

    def towards(self, directions: Collection[str], /, *, services: Iterable[str]) -> Travel:
        """Return these settings with catchments in some of their directions only.

        Args:
            directions: `from_site`, `to_site` or both.
            services: whose catchments are drawn.
        """
        drawn = {
            service: tuple(d for d in self.directions(service) if d in directions)
            for service in services
        }
        return self.model_copy(update={"catchment_directions": drawn})

    @model_validator(mode="after")
    def _default_speed(self) -> Travel:
        if "default" not in self.speeds_kph:
            raise ValueError("speeds_kph must hold a class `default`")
        if list(self.catchment_limits_min) != sorted(set(self.catchment_limits_min)):
            raise ValueError("catchment_limits_min must rise")
        if len(self.profiles) < 2:
            raise ValueError("profiles must name who drives from_site and to_site")
        if missing := sorted({*self.profiles.values()} - set(self.speed_factors)):
            raise ValueError(f"speed_factors lacks the profile {', '.join(missing)}")
        return self
