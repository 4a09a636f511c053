"""What the tags of OpenStreetMap say to the driver of a car."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DRIVABLE = frozenset(
    f"{name}{link}"
    for name in ("motorway", "trunk", "primary", "secondary", "tertiary")
    for link in ("", "_link")
) | {"unclassified", "residential", "living_street", "service", "road"}
"""Values of `highway` that a car may use; tracks are left out (farm and forest roads)."""

CLOSED = frozenset({"no", "private", "agricultural", "forestry", "emergency", "military"})
"""Values of an access tag that close a way to the public in cars."""

ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
"""Access tags that bind a car, the most specific first."""

RINGS = frozenset({"roundabout", "circular"})
"""Values of `junction` that are driven round one way."""

BLOCKS = frozenset(
    {
        "block", "bollard", "cycle_barrier", "debris", "fence", "guard_rail", "hedge",
        "jersey_barrier", "kissing_gate", "log", "motorcycle_barrier", "planter", "stile",
        "turnstile", "wall", "wicket_gate",
    }
)  # fmt: skip
"""Values of `barrier` that let no car through unless an access tag says that they do.

Gates and all others close a road only where an access tag says so.
"""

CONTROLS = ("traffic_signals", "mini_roundabout")
"""Values of `highway` on a node that rule a junction."""

RING_CLASSES = ("trunk", "primary", "secondary", "tertiary", "unclassified")
"""Classes whose small rings are roundabouts; a residential ring may be a close."""

LIMIT_KEYS = ("maxspeed", "maxspeed:type", "source:maxspeed")
"""Tags that hold a speed limit; the later ones count only where they name a national limit."""

TAGS = ("highway", "service", "name", "ref", "maxspeed", "junction", "access")
"""Columns of table `road_edges` that hold tags."""


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
    public = access(tags)
    if kind not in DRIVABLE and kind != "ferry":
        return "class_not_drivable", kind
    if kind == "ferry" and not ferries:
        return "ferry", kind
    if public in CLOSED:
        return "access_not_public", str(public)
    if tags.get("area") == "yes":
        return "area", kind
    if tags.get("service") in {"emergency_access", "bus"}:
        return "service_not_public", tags["service"]
    return None


def access(tags: Mapping[str, str], /) -> str | None:
    """Value of the most specific access tag for cars.

    Args:
        tags: tags of a way or node.
    """
    return next((tags[key] for key in ACCESS_KEYS if key in tags), None)


def row(tags: Mapping[str, str], /, *, kind: str) -> tuple[Any, ...]:
    """The values of one way in the order of `TAGS`, its directions, and what they rest on.

    Args:
        tags: tags of the way.
        kind: its class, as the function of that name tells it.
    """
    junction = tags.get("junction")
    limit = tags.get("maxspeed") or next(
        (tags[key] for key in LIMIT_KEYS[1:] if "nsl" in tags.get(key, "").lower()), None
    )
    oneway = tags.get("oneway") or implied_oneway(tags)
    reverse = oneway in {"-1", "reverse"}
    single = reverse or oneway in {"yes", "true", "1"}
    return (
        kind,
        tags.get("service"),
        tags.get("name"),
        tags.get("ref"),
        limit,
        junction if junction in RINGS else None,
        access(tags),
        not reverse,
        reverse or not single,
        tags.get("dual_carriageway") == "yes",
        oneway,
    )


def implied_oneway(tags: Mapping[str, str], /) -> str:
    """Value of `oneway` that goes without saying.

    Args:
        tags: tags of the way.
    """
    implied = tags.get("junction") in RINGS or tags.get("highway") == "motorway"
    return "yes" if implied else "no"


def blocks(tags: Mapping[str, str], /) -> bool:
    """Whether a node is a barrier that no car passes; access tags count before the kind.

    Args:
        tags: tags of the node.
    """
    barrier, public = tags.get("barrier"), access(tags)
    if barrier is None:
        return False
    if public is not None:
        return public in CLOSED
    return barrier in BLOCKS and tags.get("bollard") != "rising"
