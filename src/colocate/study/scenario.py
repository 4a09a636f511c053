"""Scenarios: named lists of edits over a study, and what each edit may say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from colocate.study.figure import Number, Settings, distinct
from colocate.study.functions import Arrangement, Statement
from colocate.tables.options import KINDS
from colocate.tables.places import CREWING, ROLES

NO_CHANGE = "no-change"
"""Every study has this scenario, whether its file names it or not: the comparator."""


class SiteEdit(Settings):
    """One site closed, opened or moved; a site the registers do not hold is opened anew."""

    site_id: str
    what: Literal["close", "open", "move"]
    easting: Number | None = None
    northing: Number | None = None
    name: str | None = None
    service: str | None = None
    body_id: str | None = None
    roles: tuple[Literal[ROLES], ...] = ()  # type: ignore[valid-type]
    crewing: tuple[Literal[CREWING], ...] = ()  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _placed(self) -> SiteEdit:
        point = (self.easting, self.northing)
        if (point[0] is None) != (point[1] is None):
            raise ValueError("give both easting and northing")
        if self.what == "move" and point[0] is None:
            raise ValueError("a move needs easting and northing")
        if self.what == "close" and point[0] is not None:
            raise ValueError("closing a site needs no easting and northing")
        return self

    @property
    def is_new(self) -> bool:
        """Whether enough is given for a site of its own."""
        named = self.service is not None and self.body_id is not None and self.roles
        return self.what == "open" and self.easting is not None and bool(named)


class Block(Settings):
    """A stretch of road closed to all: every edge within a distance of a point."""

    easting: Number
    northing: Number
    within_m: Annotated[Number, Field(gt=0, le=5000)]


class Offer(Settings):
    """Which options are on the table at all."""

    kinds: tuple[Literal[KINDS], ...] = KINDS  # type: ignore[valid-type]
    inside_alliance_only: bool = False
    """Only options all of whose police sites belong to members of the alliance."""
    without: tuple[str, ...] = ()
    """Bodies that take no part, by body_id: no option with a site of theirs is on the table."""


class Edits(Settings):
    """What differs from the study as it stands."""

    sites: Annotated[tuple[SiteEdit, ...], distinct("site_id")] = ()
    blocks: tuple[Block, ...] = ()
    offer: Offer = Offer()
    settings: dict[str, Any] = {}
    """Other settings by dotted name, e.g. "access.limit_min" or "gates.fire_cover.threshold"."""
    preset: str | None = None
    """Weights of one of the study's presets."""
    functions: tuple[Arrangement, ...] = ()
    """How functions of the back office would be run; of two that meet, the later counts."""


class Scenario(Settings):
    """A named list of edits over the study."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
    name: str
    meaning: str
    of: str | None = None
    """The body whose choice it is: a study about another one refuses it."""
    answers: str | None = None
    """Which question of which paper it answers."""
    reasons: tuple[Statement, ...] = ()
    """What speaks for it, or why the paper sets it aside."""
    costs: tuple[Statement, ...] = ()
    """What it takes, beside the cost of change of each function."""
    risks: tuple[Statement, ...] = ()
    edits: Edits = Edits()

    @model_validator(mode="after")
    def _nothing_stays_nothing(self) -> Scenario:
        if self.id == NO_CHANGE and self.edits != Edits():
            raise ValueError(f"{NO_CHANGE} is the study as it stands: it takes no edits")
        return self


def edited(settings: dict[str, Any], dotted: str, /, *, to: object, by: str) -> None:
    """Set one setting of a study, as plain data, by its dotted name.

    An entry of a list is named by its `id` or `name`, or by its place from 0. A bare number for a
    figure is taken as assumed, `by` saying by whom.

    Args:
        settings: the study as its file has it; changed in place.
        dotted: name of the setting.
        to: its new value.
        by: the scenario that says so.

    Raises:
        KeyError: there is no such setting; its message names the part that is not there.
    """
    at: Any = settings
    *path, last = dotted.split(".")
    for part in path:
        at = at[_place(at, part)]
    place = _place(at, last)
    is_figure = isinstance(at[place], dict) and "assumed" in at[place]
    bare = isinstance(to, int | float) and not isinstance(to, bool)
    at[place] = {"value": to, "assumed": f"set by {by}"} if is_figure and bare else to


def _place(at: Any, part: str) -> Any:  # noqa: ANN401 - a mapping's key or a list's index
    if isinstance(at, list):
        for number, entry in enumerate(at):
            if isinstance(entry, dict) and part in {entry.get("id"), entry.get("name")}:
                return number
        if part.isdigit() and int(part) < len(at):
            return int(part)
    elif isinstance(at, dict) and part in at:
        return part
    raise KeyError(part)
