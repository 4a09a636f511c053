"""The ways in which a function could be run: whether each is open, and who approves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.functions.outcomes import AS_TODAY, JOINED
from colocate.governance.conditions import day_of
from colocate.tables import each, parts
from colocate.tables.dates import in_force
from colocate.tables.functions import WAYS
from colocate.tables.rows import Body, Vehicle

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    import pandas as pd

STEPS = dict(zip(WAYS, (1, 2, 2, 2, 3, 4, 5), strict=True))
"""Steps of the continuum, for a study that describes no ways."""
NOT_DESCRIBED = "not described in table vehicles"
FUNCTION = "function"
"""What a way must serve to be one of running a function."""
DUTIES = {
    "Community Resilience": "steps that prevent fires and deaths",
    "Risk/Call Reduction": "steps that prevent fires and deaths",
}
"""Areas of focus that touch what the letter on mutuals leaves with the fire authority by name; that
these areas hold such work is assumed from what they are called."""


class Way(NamedTuple):
    """A way of running functions, as table `vehicles` has it."""

    way: str
    name: str
    step: int
    legal_form: str
    responsibility: str
    certainty: str
    approved_by: tuple[str, ...]
    note: str
    closed: str = ""
    """Why it is not open, if it is not."""


class Parties:
    """Who is who among the bodies of a study."""

    def __init__(self, bodies: pd.DataFrame, *, fire_body: str) -> None:
        """Take table `bodies`, and whose study it is."""
        self._listed = {body.body_id: body for body in each(Body, bodies)}
        self.fire_body = fire_body

    def is_fire(self, body_id: str) -> bool:
        """Whether a body is a fire authority.

        Args:
            body_id: the body.
        """
        return self._listed[body_id].service == "fire"

    def may_join(self, body_id: str) -> bool:
        """Whether a body is of an alliance, or is the study's fire authority beside one.

        Args:
            body_id: the body.
        """
        return self._alliance(body_id) is not None or (
            body_id == self.fire_body and bool(self._alliances())
        )

    def allied(self, body_id: str) -> set[str]:
        """Return the bodies of a body's alliance and the study's fire authority beside them.

        Args:
            body_id: the body; for the fire authority, those of any alliance.
        """
        alliance = self._alliance(body_id)
        wanted = {alliance} if alliance is not None else set(self._alliances())
        members = {one.body_id for one in self._listed.values() if one.alliance in wanted}
        return {*members, self.fire_body}

    def approving(
        self, words: Iterable[str], *, body_id: str, way: str, with_fire: bool
    ) -> list[str]:
        """Return the bodies that approve a way of running a function of a body, in order.

        Args:
            words: column approved_by of table `vehicles`.
            body_id: whose function it is.
            way: one of `WAYS`.
            with_fire: whether the study's fire authority takes part.
        """
        found: list[str] = []
        for word in words:
            if word == "fire_authority":
                joined = [self.fire_body] if way in JOINED and with_fire else []
                found += [body_id] if self.is_fire(body_id) else joined
            elif word == "owner_commissioner":
                found += self._commissioners(body_id, way)
            elif word == "owner_force":
                found += [] if self.is_fire(body_id) else [body_id]
            elif word in self._listed:
                found.append(word)
        return list(dict.fromkeys(found))

    def _commissioners(self, body_id: str, way: str) -> list[str]:
        """The body's own, or in an alliance those of all members."""
        area, alliance = self._listed[body_id].area, self._alliance(body_id)
        alliances = {alliance} if alliance is not None else set(self._alliances())
        return [
            body.body_id
            for body in self._listed.values()
            if body.kind == "police_commissioner"
            and (body.alliance in alliances if way in JOINED else body.area == area)
            and (way in JOINED or not self.is_fire(body_id))
        ]

    def _alliance(self, body_id: str) -> str | None:
        alliance = self._listed[body_id].alliance
        return alliance if isinstance(alliance, str) else None

    def _alliances(self) -> list[str]:
        """Alliances that a police body is a member of."""
        return sorted({
            body.alliance for body in self._listed.values()
            if body.kind == "police_force" and isinstance(body.alliance, str)
        })  # fmt: skip


def ways(vehicles: pd.DataFrame, /, *, rule_set: str, as_of: dt.date) -> Mapping[str, Way]:
    """Return every way of running a function, as a study describes it.

    Args:
        vehicles: table `vehicles`; a way it does not have is taken as open and not evidenced.
        rule_set: which reading of the law and the agreements.
        as_of: the study's day.
    """
    described = {row.vehicle_id: row for row in each(Vehicle, vehicles)}
    open_now = set(in_force(vehicles, day_of(rule_set, as_of))["vehicle_id"])
    return {
        way: _described(described[way], is_open=way in open_now)
        if way in described
        else Way(way, way.replace("_", " "), STEPS[way], NOT_DESCRIBED, NOT_DESCRIBED, "unknown",
                 (), "")
        for way in WAYS
    }  # fmt: skip


def _described(row: Vehicle, *, is_open: bool) -> Way:
    why = f": {row.dates_note}" if isinstance(row.dates_note, str) else ""
    closed = "" if is_open else f"Not open on the study's day{why}."
    if FUNCTION not in parts(row.serves):
        closed = "Not a way of running a function, says table vehicles."
    return Way(
        way=row.vehicle_id,
        name=row.name,
        step=row.continuum_step,
        legal_form=row.legal_form,
        responsibility=row.statutory_responsibility,
        certainty=row.certainty,
        approved_by=tuple(parts(row.approved_by)),
        note=f"{row.changes} [{row.citation.rstrip('.')}]",
        closed=closed,
    )


def applies(way: str, body_id: str, *, parties: Parties) -> bool:
    """Whether a way is one for a body at all: the letter on mutuals is to fire authorities.

    Args:
        way: one of `WAYS`.
        body_id: the body.
        parties: who is who.
    """
    return way != "mutual" or parties.is_fire(body_id)


def closed(way: Way, body_id: str, *, parties: Parties) -> str:
    """Say why a way is not open to a body; nothing where it is.

    Args:
        way: the way.
        body_id: the body.
        parties: who is who.
    """
    if way.way in JOINED and not parties.may_join(body_id):
        return "This body is in no alliance; it can still work with others one by one."
    return "" if way.way == AS_TODAY else way.closed
