"""What the tags of OpenStreetMap say to drivers: class, limit, directions and who may drive."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.travel import limits
from colocate.travel.network import access_tags, conditions
from colocate.travel.network.access_tags import DIRECTIONS, Access

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DRIVABLE = frozenset(
    f"{name}{link}"
    for name in ("motorway", "trunk", "primary", "secondary", "tertiary")
    for link in ("", "_link")
) | {"unclassified", "residential", "living_street", "service", "road"}
"""Values of `highway` that a car may use; tracks are left out (farm and forest roads)."""

CREWS_CLASSES = frozenset({"busway", "cycleway", "footway", "path", "pedestrian", "track"})
"""Values of `highway` that no car uses, but crews where `emergency` says that they may."""

CREWS_SERVICES = frozenset({"bus", "emergency_access"})
"""Values of `service` that no car uses, but crews likewise."""

RINGS = frozenset({"roundabout", "circular"})
"""Values of `junction` that are driven round one way."""

CONTROLS = ("traffic_signals", "mini_roundabout")
"""Values of `highway` on a node that rule a junction."""

RING_CLASSES = ("trunk", "primary", "secondary", "tertiary", "unclassified")
"""Classes whose small rings are roundabouts; a residential ring may be a close."""

LIMIT_KEYS = ("maxspeed", "zone:maxspeed", "maxspeed:type", "source:maxspeed")
"""Tags that hold a speed limit; the last two count only where they name a national limit."""

TAGS = ("highway", "service", "name", "ref", "maxspeed", "junction", "access")
"""Columns of table `road_edges` that hold tags."""

RULES = ("maxspeed_backward", "closed_to", "ends_only_for", "size_limits")
"""Columns of table `road_edges` that few roads have a value in."""


class Way(NamedTuple):
    """What the tags of a way say, in the columns of table `road_edges` and what they rest on."""

    highway: str
    service: str | None
    name: str | None
    ref: str | None
    maxspeed: str | None
    junction: str | None
    access: str | None
    maxspeed_backward: str | None
    closed_to: str | None
    ends_only_for: str | None
    size_limits: str | None
    forward: bool
    backward: bool
    dual: bool
    oneway: str


def kind(tags: Mapping[str, str], /) -> str:
    """Class of a way: its `highway`, or `ferry` for a ferry line.

    Args:
        tags: tags of the way.
    """
    highway = tags.get("highway")
    return "ferry" if highway not in DRIVABLE and tags.get("route") == "ferry" else highway or ""


def left_out(tags: Mapping[str, str], /, *, kind: str, ferries: bool) -> tuple[str, str] | None:
    """Why a way is left out, as (rule, value); None if it stays.

    Args:
        tags: tags of the way.
        kind: its class, as the function of that name tells it.
        ferries: whether ferry lines are roads.
    """
    opened = kind in CREWS_CLASSES and _opened_to_crews(tags)
    if kind not in DRIVABLE and kind != "ferry" and not opened:
        return "class_not_drivable", kind
    if kind == "ferry" and not ferries:
        return "ferry", kind
    if not any(who_may(tags).directions):
        return "access_not_public", access(tags) or "by direction or time"
    if tags.get("area") == "yes":
        return "area", kind
    if tags.get("service") in CREWS_SERVICES and not _opened_to_crews(tags):
        return "service_not_public", tags["service"]
    return None


def _opened_to_crews(tags: Mapping[str, str]) -> bool:
    word = access_tags.WORDS.get(tags.get("emergency", "no"), access_tags.WORDS["no"])
    return word["crews"] == access_tags.OPEN


def who_may(tags: Mapping[str, str], /) -> Access:
    """Say who may drive a way, in which direction.

    Args:
        tags: tags of the way.
    """
    oneway = tags.get("oneway") or implied_oneway(tags)
    crews_only = tags.get("highway") in CREWS_CLASSES or tags.get("service") in CREWS_SERVICES
    asked = access_tags.relevant(tags)
    if crews_only:  # what else such a way is open to is no car
        asked = {k: v for k, v in asked.items() if k.startswith(("emergency", "oneway"))}
    if not crews_only and asked.keys() <= {"oneway", "maxspeed"}:
        return access_tags.by_oneway(oneway)
    return access_tags.way(asked, oneway=oneway, crews_only=crews_only)


def access(tags: Mapping[str, str], /) -> str | None:
    """Value of the most specific access tag for cars.

    Args:
        tags: tags of a way or node.
    """
    return next((tags[key] for key in access_tags.MODES["visitors"] if key in tags), None)


def row(tags: Mapping[str, str], /, *, kind: str) -> Way:
    """Read the tags of one way.

    Args:
        tags: tags of the way.
        kind: its class, as the function of that name tells it.
    """
    junction = tags.get("junction")
    may = who_may(tags)
    ahead, back = (limit(tags, direction=direction) for direction in DIRECTIONS)
    forward, backward = may.directions
    return Way(
        highway=kind,
        service=tags.get("service"),
        name=tags.get("name"),
        ref=tags.get("ref"),
        maxspeed=ahead,
        junction=junction if junction in RINGS else None,
        access=access(tags),
        maxspeed_backward=None if back == ahead or not backward else back or "none",
        closed_to=may.of(access_tags.CLOSED),
        ends_only_for=may.of(access_tags.ENDS),
        size_limits=access_tags.sizes(tags),
        forward=forward,
        backward=backward,
        dual=tags.get("dual_carriageway") == "yes",
        oneway=tags.get("oneway") or implied_oneway(tags),
    )


def limit(tags: Mapping[str, str], /, *, direction: str) -> str | None:
    """Return the tagged speed limit of one direction of a way; None if there is none.

    Args:
        tags: tags of the way.
        direction: `forward` or `backward`.
    """
    for key in (f"maxspeed:{direction}", "maxspeed", "zone:maxspeed"):
        for value in (conditions.always(tags.get(f"{key}:conditional", "")), tags.get(key)):
            if value and limits.usable(value):
                return value
    return next((tags[key] for key in LIMIT_KEYS[2:] if "nsl" in tags.get(key, "").lower()), None)


def unused(tags: Mapping[str, str], /) -> Iterator[tuple[str, str]]:
    """Yield (rule, tag) for every access or limit tag that was not understood or is not used.

    Args:
        tags: tags of a way or node.
    """
    asked = access_tags.relevant(tags)
    yield from access_tags.unused(asked)
    for key, tagged in asked.items():
        base, *rest = key.split(":")
        if base != "maxspeed" or key in LIMIT_KEYS[1:]:
            continue
        timed = rest[-1:] == ["conditional"]
        value = conditions.always(tagged) or "" if timed else tagged
        if rest[: len(rest) - timed] not in ([], ["forward"], ["backward"]):
            yield "limit_not_used", key
        elif not limits.understood(value):
            yield "limit_not_used", key if timed else f"{key}={value}"


def implied_oneway(tags: Mapping[str, str], /) -> str:
    """Value of `oneway` that goes without saying.

    Args:
        tags: tags of the way.
    """
    implied = tags.get("junction") in RINGS or tags.get("highway") == "motorway"
    return "yes" if implied else "no"
