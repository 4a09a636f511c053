"""Who a study is about, and the files it reads."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from colocate.study.figure import Figure, NonNegative, Ranged, Role, Settings, Share, between
from colocate.study.reading import Mapped, Source
from colocate.tables.places import COORDINATE_SOURCES, SITES


class StudyHead(Settings):
    """Who the study is about and what every page of it says."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    title: str
    notice: str
    as_of: dt.date
    seed: Annotated[int, Field(ge=0)]
    fire_area: str
    fire_body: str
    police_areas: tuple[str, ...]
    attribution: tuple[str, ...]
    """Lines that the licences of the inputs ask for; shown on every view, print and file."""
    contact: str = ""
    """A role mailbox for agents and market; never a person."""


class Disclosure(Settings):
    """Who may be told more than the classes of the columns say."""

    agents_see_costs: bool = False
    """Whether the appointed agents' pack holds amounts of money."""


class Register(Source):
    """One register: a source whose columns are those of table `sites`, or `point`."""

    @model_validator(mode="after")
    def _known_columns(self) -> Register:
        named = {*self.columns, *self.defaults, *self.words, *self.units}
        if unknown := sorted(named - {*SITES.names, "point"}):
            raise ValueError(f"table sites has no column {', '.join(unknown)}")
        return self


class Inputs(Settings):
    """Input files, relative to the study file; a table also as a source, with a map of columns."""

    registers: Annotated[tuple[Register, ...], Field(min_length=1)]
    bodies: Mapped
    governance: Mapped
    demand: Mapped
    boundaries: Mapped
    places: Mapped | None = None
    """Labels of the map; none if not given."""
    objects: Mapped | None = None
    """Mapped fire and police buildings the sites are checked against; none if not given."""
    site_buildings: Mapped | None = None
    """Outlines of buildings near the sites, table `site_buildings`; none if not given."""
    roads: str
    """Folder with road_nodes.parquet and road_edges.parquet, or an extract: .osm.pbf or
    .osm[.gz|.bz2], of a history .osh.pbf or .osh[.gz|.bz2]."""
    postcodes: str | None = None
    """A Code-Point Open or ONSPD CSV; takes precedence over the packaged directory."""
    overrides: Mapped | None = None
    """CSV of points that somebody signed, table `overrides`: they win over all others."""
    uprns: str | None = None
    """OS Open UPRN as CSV: gives points to sites by their UPRN; none if not given."""
    answers: str | None = None
    """Folder of what online services answered; `colocate geocode` writes it."""
    evidence: Mapped | None = None
    """CSV of manual gate evidence, table `evidence`."""
    decisions: Mapped | None = None
    """CSV of the decision register, table `decisions`: alone opens an option to the market."""
    site_decisions: Mapped | None = None
    """CSV of what was decided about sites, table `site_decisions`."""
    bus_stops: Mapped | None = None
    """Bus stops near the sites, table `bus_stops`; how far they are is not told if not given."""
    crew_hours: Mapped | None = None
    """CSV of the availability of crews by hour, table `crew_hours`; every hour alike if not
    given."""
    costs: Mapped | None = None
    """CSV of costs and benefits by option, table `costs`: they win over the study's priors."""
    partners: Mapped | None = None
    """CSV of what the keys of apportionment need of each body, table `partners`."""
    functions: Mapped | None = None
    """CSV of the baseline by function, table `functions`."""
    function_totals: Mapped | None = None
    """CSV of published totals of bodies, table `function_totals`."""
    function_figures: Mapped | None = None
    """CSV of what is known of a way of running a function, table `function_figures`."""
    deflators: Mapped | None = None
    """CSV of the prices of each year, table `deflators`; the one colocate carries if not given."""
    benchmarks: Mapped | None = None
    """CSV of running costs that others pay, table `benchmarks`."""
    vehicles: Mapped | None = None
    """CSV of ways of working together, table `vehicles`."""
    programme_groups: Mapped | None = None
    """CSV of the boards and groups of a programme, table `programme_groups`."""
    recommendations: Mapped | None = None
    """CSV of what a programme recommends, table `recommendations`."""
    checklists: Mapped | None = None
    """CSV of what people have to settle, table `checklists`."""
    benefits: Mapped | None = None
    """The benefits table of an earlier run, filled in after moves, table `benefits_handed_in`."""
    law: Mapped | None = None
    """CSV of what changed in the law or is announced, table `law`."""
    dates: dict[str, Annotated[str, Field(pattern=r"^\d{4}(-\d{2}){0,2}$")]] = {}
    """Year, month or day up to which an input tells, by its name here; rows of registers have their
    own."""


class BuildingKind(Settings):
    """What the buildings of one kind of site are like: a service's sites of one main role."""

    footprint_m2: Ranged
    """An outline smaller than its low or larger than its high is hardly such a site's."""
    storeys: Annotated[Ranged, between(above=0)]
    """Floors over the footprint, where the map gives none: a mean, as few cover all of it."""
    area_m2: Annotated[Ranged, between(above=0)] | None = None
    """Gross internal area where no outline is found; unknown if not given."""
    outline: Literal["whole", "part", "grounds"] = "whole"
    """What one outline is to such a site: it, something of which it has a part, or one of several
    buildings in its grounds and then no measure of it."""


class Buildings(Settings):
    """How mapped outlines are taken for a site's own, and how floor areas follow from them."""

    near_m: NonNegative
    """Farthest from a site's point that an outline may be its own."""
    beside_m: NonNegative
    """An outline farther from the point, or another within this of it, is a doubt."""
    point_m: NonNegative
    """Of a point known less well, only an outline that holds it counts, and that in doubt."""
    joined_m: NonNegative
    """Outlines no farther apart touch: they may be pieces of one building."""
    joined_share: Share
    """They are one where they meet along this share of the shorter outline."""
    house_m2: NonNegative
    """An outline no larger may be a house: it is joined only along twice that share."""
    internal_share: Annotated[Ranged, between(above=0, most=1)]
    """Gross internal area as a share of footprint times storeys."""
    kinds: dict[str, dict[Role | Literal["default"], BuildingKind]]
    """By service and main role; `default` stands for any other, and both must be there."""

    def kind(self, service: str, role: str, /) -> BuildingKind:
        """Return what the buildings of a service's sites of a main role are like.

        Args:
            service: of the site.
            role: its main role.
        """
        of_service = self.kinds.get(service, {})
        others = self.kinds["default"]
        return (
            of_service.get(role)
            or others.get(role)
            or of_service.get("default")
            or others["default"]
        )

    @model_validator(mode="after")
    def _any_kind(self) -> Buildings:
        if "default" not in self.kinds.get("default", {}):
            raise ValueError("kinds must hold default.default, for sites of any other kind")
        return self


class Online(Settings):
    """Which online services `colocate geocode` may ask where a site is; none unless named here.

    A run never asks: it reads the answers in the folder `inputs.answers`. Rows of registers whose
    disclosure is restricted are never sent.
    """

    allowed: tuple[Literal["postcodes.io", "nominatim"], ...] = ()
    """postcodes.io for postcodes no directory here has, nominatim for addresses."""
    contact: str = ""
    """A role mailbox or page of the asker, which the services want to be told of."""
    postcodes_io_url: Annotated[str, Field(pattern=r"^https?://")] = "https://api.postcodes.io"
    nominatim_url: Annotated[str, Field(pattern=r"^https?://")] = (
        "https://nominatim.openstreetmap.org"
    )
    at_most: Annotated[int, Field(ge=1, le=1000)] = 200
    """Questions in one command; Nominatim's public server wants no bulk."""

    @model_validator(mode="after")
    def _says_who_asks(self) -> Online:
        if self.allowed and not self.contact:
            raise ValueError("contact must name a role mailbox or page where services are allowed")
        return self


class Places(Settings):
    """How far apart two kinds of evidence may lie, and how good each kind of point is."""

    postcode_agrees_m: NonNegative
    object_agrees_m: NonNegative
    object_search_m: NonNegative
    precision_m: dict[str, NonNegative]
    """By coordinate_source; `postcode` also for points found from a postcode."""
    uprn_m: NonNegative = Figure(
        value=25, assumed="as a mapped building: a UPRN's point lies on or near what it names"
    )
    """Expected error of a UPRN's point."""
    online: Online = Online()
    border_m: NonNegative = Figure(
        value=20,
        assumed="borders generalised to 20 m, as published ones are, differ by as much; on the "
        "ground a border is known no better",
    )
    """Widest overlap or sliver between areas of one kind that is put right; wider is refused."""
    buildings: Buildings | None = None
    """Without it no outline is taken for a site's own: areas are those of the registers."""

    @model_validator(mode="after")
    def _every_source(self) -> Places:
        if missing := sorted(set(COORDINATE_SOURCES) - set(self.precision_m)):
            raise ValueError(f"precision_m lacks {', '.join(missing)}")
        return self
