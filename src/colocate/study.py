"""The study file: every setting of a study, frozen, with all its faults reported at once.

Numbers that decide something are figures: a value with the `source` it was read in, or with
`assumed` saying on what it rests. A bare number is taken as assumed and says so.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from colocate.errors import StudyError, some
from colocate.tables.places import COORDINATE_SOURCES, CREWING, ROLES, SITES

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable, Iterator

FORMAT = 1

DAY_MIN = 1440
"""Minutes in a day: no drive of a study is longer."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A finite number, never text that looks like one."""


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Figure(_Settings):
    """A number and what it rests on: exactly one of `source` and `assumed`."""

    value: Number
    source: str | None = None
    assumed: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_number(cls, given: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        if isinstance(given, int | float) and not isinstance(given, bool):
            return {"value": given, "assumed": "set in the study file without a source"}
        return given

    @model_validator(mode="after")
    def _one_ground(self) -> Figure:
        if (self.source is None) == (self.assumed is None):
            raise ValueError("give either source = '…' or assumed = '…'")
        return self

    @property
    def basis(self) -> Literal["recorded", "assumed"]:
        """Whether the figure was read in a source or assumed."""
        return "recorded" if self.source else "assumed"

    @property
    def ground(self) -> str:
        """The source, or what the assumption rests on."""
        return self.source or f"assumed: {self.assumed}"


def _between(
    least: float = -math.inf, most: float = math.inf, *, above: float = -math.inf
) -> AfterValidator:
    """Hold a figure within bounds, `least` and `most` included."""
    bounds = ((above, "above {:g}"), (least, "{:g} or more"), (most, "{:g} or less"))
    expected = " and ".join(text.format(at) for at, text in bounds if math.isfinite(at))

    def check(figure: Figure) -> Figure:
        if not (least <= figure.value <= most and figure.value > above):
            raise ValueError(f"must be {expected}; found {figure.value:g}")
        return figure

    return AfterValidator(check)


Positive = Annotated[Figure, _between(above=0)]
NonNegative = Annotated[Figure, _between(0)]
Share = Annotated[Figure, _between(0, 1)]
Minutes = Annotated[Figure, _between(above=0, most=DAY_MIN)]
"""A limit on a drive or a response."""
GridCell = Annotated[Figure, _between(20)]
"""Side of a raster's cell in metres; a finer one would hold more cells than memory does."""


def _role(name: str) -> str:
    if name not in ROLES:
        raise ValueError(f"no such role; there are {', '.join(ROLES)}")
    return name


Role = Annotated[str, AfterValidator(_role)]


def _distinct(name: str) -> AfterValidator:
    """Refuse two entries of a list with the same `name`."""

    def check(entries: tuple[Any, ...]) -> tuple[Any, ...]:
        given = [getattr(entry, name) for entry in entries]
        if twice := sorted({each for each in given if given.count(each) > 1}):
            raise ValueError(f"the same {name} more than once: {some(twice)}")
        return entries

    return AfterValidator(check)


class StudyHead(_Settings):
    """Who the study is about and what every page of it says."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    title: str
    notice: str
    as_of: dt.date
    seed: int
    fire_area: str
    fire_body: str
    police_areas: tuple[str, ...]
    attribution: tuple[str, ...]
    """Lines that the licences of the inputs ask for; shown on every view, print and file."""
    contact: str = ""
    """A role mailbox for agents; never a person."""


class Register(_Settings):
    """One register file. `columns` maps colocate's column names to the file's own."""

    file: str
    layer: str | None = None
    sheet: str | None = None
    columns: dict[str, str] = {}
    defaults: dict[str, str] = {}
    crs: str = "EPSG:27700"
    """Reference system of `easting` and `northing`; a GeoPackage states its own."""

    @model_validator(mode="after")
    def _known_columns(self) -> Register:
        if unknown := sorted({*self.columns, *self.defaults} - set(SITES.names)):
            raise ValueError(f"table sites has no column {', '.join(unknown)}")
        return self


class Inputs(_Settings):
    """Input files, relative to the study file."""

    registers: Annotated[tuple[Register, ...], Field(min_length=1)]
    bodies: str
    governance: str
    demand: str
    boundaries: str
    places: str | None = None
    """Labels of the map; none if not given."""
    objects: str | None = None
    """Mapped fire and police buildings the sites are checked against; none if not given."""
    roads: str
    """Folder with road_nodes.parquet and road_edges.parquet, or an .osm.pbf / .osm[.gz|.bz2]."""
    postcodes: str | None = None
    """A Code-Point Open or ONSPD CSV; takes precedence over the packaged directory."""
    evidence: str | None = None
    """CSV of manual gate evidence: option_id, gate, outcome, reason, author, date."""


class Places(_Settings):
    """How far apart two kinds of evidence may lie, and how good each kind of point is."""

    postcode_agrees_m: NonNegative
    object_agrees_m: NonNegative
    object_search_m: NonNegative
    precision_m: dict[str, NonNegative]
    """By coordinate_source; `postcode` also for points found from a postcode."""

    @model_validator(mode="after")
    def _every_source(self) -> Places:
        if missing := sorted(set(COORDINATE_SOURCES) - set(self.precision_m)):
            raise ValueError(f"precision_m lacks {', '.join(missing)}")
        return self


class ClassSpeed(_Settings):
    """Free-flow speed of one highway class in and outside built-up areas, km/h."""

    built_up: Positive
    rural: Positive
    dual_built_up: Positive | None = None
    """On dual carriageways in built-up areas; as `built_up` if not given."""
    dual_rural: Positive | None = None
    """On dual carriageways elsewhere; as `rural` if not given."""
    bends_deg_per_km: NonNegative | None = None
    """Bendiness for which `rural` holds; without it bends take nothing."""


class TurnDelays(_Settings):
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


class Bends(_Settings):
    """What the slow-down for bends rests on; `travel.speeds` gives the formula."""

    design_speed_kph: Positive
    """Speed of which the alignment constraint is taken as a share."""
    verge_m: NonNegative
    most_deg_per_km: Positive
    """Bendiness beyond which nothing more is taken."""
    over_at_least_m: Positive
    """Bendiness is measured over the length of the edge, but no less than this."""


class SpeedFactors(_Settings):
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


Profile = Literal["car", "appliance"]
Direction = Literal["from_site", "to_site"]


class Travel(_Settings):
    """Network, speeds, snapping and catchments."""

    profiles: dict[Direction, Profile]
    """Who drives: from_site is response, to_site access and between sites."""
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
        """Directions in which the catchments of a service's sites are drawn."""
        return self.catchment_directions.get(service, ("from_site", "to_site"))

    def towards(self, directions: Collection[str], /, *, services: Iterable[str]) -> Travel:
        """Return these settings with catchments in some of their directions only."""
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


class ResponseStandard(_Settings):
    """A threshold from the answered call."""

    name: str
    limit_min: Minutes
    target_share: Share | None = None


class Published(_Settings):
    """A published figure shown beside a computed one; nothing is fitted to it."""

    measure: str
    value: Number
    unit: str
    source: str


class Response(_Settings):
    """What happens between the answered call and the first appliance's arrival."""

    call_handling_s: NonNegative
    turnout_s: dict[str, NonNegative]
    """By crewing; `unknown` for a station whose crewing the register does not give."""
    standards: Annotated[tuple[ResponseStandard, ...], Field(min_length=1), _distinct("name")]
    """The first is the one options are measured by."""
    published: tuple[Published, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Response:
        if missing := sorted({*CREWING, "unknown"} - set(self.turnout_s)):
            raise ValueError(f"turnout_s must also give {', '.join(missing)}")
        return self


class Access(_Settings):
    """Public access to a police desk."""

    limit_min: Minutes
    desk_roles: tuple[Role, ...]
    """Police sites with one of these roles are open to the public."""
    assumed_desk_roles: tuple[Role, ...] = ()
    """Also taken as open to the public, and marked assumed."""


class Options(_Settings):
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


class Money(_Settings):
    """Priors of running cost, all shown as what they are."""

    station_running_cost_gbp: Positive
    station_net_saving_gbp: NonNegative
    review_saving_gbp: NonNegative

    @model_validator(mode="after")
    def _net_of_gross(self) -> Money:
        if self.station_net_saving_gbp.value > self.station_running_cost_gbp.value:
            raise ValueError("station_net_saving_gbp must not exceed the running cost")
        return self


class GateRule(_Settings):
    """One gate: whether it must be passed, what it asks, and what to find out when unknown."""

    id: str
    label: str
    mandatory: bool
    question: str
    threshold: NonNegative | None = None


class Criterion(_Settings):
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


class Choice(_Settings):
    """Criteria, agreed weights and presets."""

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1), _distinct("id")]
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


class Study(_Settings):
    """One study. Build it with `load`."""

    format: Literal[1]
    study: StudyHead
    inputs: Inputs
    places: Places
    travel: Travel
    response: Response
    access: Access
    options: Options
    money: Money
    gates: Annotated[tuple[GateRule, ...], Field(min_length=1), _distinct("id")]
    rule_set: Literal["as_at_2016", "current"]
    choice: Choice

    @model_validator(mode="after")
    def _searched_far_enough(self) -> Study:
        handling = self.response.call_handling_s.value / 60
        limits = {
            **{f"response standard {s.name!r} less call handling": s.limit_min.value - handling
               for s in self.response.standards},
            "access.limit_min": self.access.limit_min.value,
            "travel.catchment_limits_min": self.travel.catchment_limits_min[-1],
        }  # fmt: skip
        cutoff = self.travel.cutoff_min.value
        if longer := [name for name, limit in limits.items() if limit > cutoff]:
            raise ValueError(
                f"travel.cutoff_min is {cutoff:g}, shorter than {some(longer)}: what lies "
                "beyond it would be taken as out of reach. Raise it"
            )
        return self


def load(file: str | os.PathLike[str], /) -> Study:
    """Read a study file.

    Raises:
        StudyError: the file is missing, is not UTF-8 or TOML, or holds wrong or unknown settings;
            all of them are named.
    """
    path = Path(file)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise StudyError(
            f"{path}: no such study file. Write one with `colocate init DIR`."
        ) from None
    except (UnicodeDecodeError, OSError) as fault:
        raise StudyError(f"{path}: cannot be read as UTF-8 text ({fault}).") from None
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise StudyError(f"{path}: not valid TOML: {fault}.") from None
    try:
        return Study.model_validate(settings)
    except ValidationError as faults:
        raise StudyError(_story(path, faults)) from None


def _story(path: Path, faults: ValidationError) -> str:
    found = faults.errors(include_url=False)
    lines = [f"{path}: {len(found)} wrong setting(s):"]
    for fault in found:
        where = ".".join(str(part) for part in fault["loc"]) or "(file)"
        what = re.sub("^Value error, ", "", fault["msg"])
        if fault["type"] == "extra_forbidden":
            what = "unknown setting; check its spelling against `colocate schema study`"
        elif fault["type"] == "missing":
            what = "missing setting"
        elif isinstance(fault["input"], str | int | float):
            what = f"{what}; found {fault['input']!r}"
        lines.append(f"  {where}: {what}")
    return "\n".join(lines)


def figures(settings: BaseModel, /, prefix: str = "") -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a study with its dotted name, in the order of the file."""
    for name in type(settings).model_fields:
        yield from _figures(getattr(settings, name), f"{prefix}{name}")


def _figures(value: object, name: str) -> Iterator[tuple[str, Figure]]:
    if isinstance(value, Figure):
        yield name, value
    elif isinstance(value, BaseModel):
        yield from figures(value, f"{name}.")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _figures(item, f"{name}.{key}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            label = getattr(item, "id", None) or getattr(item, "name", None) or str(number)
            yield from _figures(item, f"{name}.{label}")
