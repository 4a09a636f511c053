"""What a person may be told of an option's effects: cover, access, and whom they meet."""

from __future__ import annotations

from colocate.publish.facts.disclosure import Fact, fact, made
from colocate.tables import TABLES


@fact(TABLES["cover"])
class Cover(Fact):
    """Fire cover before and after."""

    fire_changes: bool
    known: bool
    people_before: float
    people_after: float | None
    people_gained: float | None
    people_lost: float | None
    fires_before: float
    fires_after: float | None
    mean_response_before_s: float | None
    mean_response_after_s: float | None
    people_before_best: float | None
    people_after_best: float | None
    people_lost_best: float | None
    people_before_worst: float | None
    people_after_worst: float | None
    people_lost_worst: float | None
    untold: str | None = made("Words for a change too small to tell; else nothing.")


@fact(TABLES["access"])
class Access(Fact):
    """Access to a police desk before and after."""

    desk_changes: bool
    known: bool
    people_before: float
    people_after: float | None
    people_gained: float | None
    people_lost: float | None
    people_lost_evidenced: float | None
    people_lost_outside: float | None
    people_slower_outside: float | None
    mean_access_before_s: float | None
    mean_access_after_s: float | None
    basis: str
    untold: str | None = made("Words for a change too small to tell; else nothing.")


@fact(TABLES["effects"])
class Effect(Fact):
    """One measure before and after."""

    side: str
    measure: str
    label: str
    unit: str
    before: float | None
    after: float | None
    gained: float | None
    lost: float | None
    change: str | None
    basis: str
    note: str | None
    untold: str | None = made("Words for a change too small to tell; else nothing.")


@fact(TABLES["changes"])
class Change(Fact):
    """A place whose time changes."""

    side: str
    demand_id: str
    before_s: float | None
    after_s: float | None
    chance_before: float
    chance_after: float
    people: float
    worst: float | None
    place: str = made("Name of the demand point.")


@fact(TABLES["equality"])
class Equality(Fact):
    """A group of people against the area's average."""

    side: str
    group: str
    gained: float | None
    lost: float | None
    slower: float | None
    quicker: float | None
    finding: str
    suppressed: bool
    people: float
    slower_most_s: float | None
    quicker_most_s: float | None
    risk: bool | None
    benefit: bool | None
