"""Who may drive a way or pass a barrier, in which direction, by OpenStreetMap's access tags.

Of the tags that bind somebody the most specific counts, and of one kind that for the direction:
`access` < `vehicle` < `motor_vehicle` < `motorcar` for a car; crews on a call follow `emergency`
before all others, and in a heavy vehicle `hgv` after it. A value at every hour
(`conditions.always`) counts before the plain one; a value that is not understood is passed over,
so that the next tag in order counts.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from colocate.travel.access_rules import written
from colocate.travel.network import conditions, measures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OPEN, ENDS, CLOSED = 0, 1, 2
"""May be driven through; drives may only begin or end there; may not be driven."""

MODES = {
    "crews": ("emergency", "motorcar", "motor_vehicle", "vehicle", "access"),
    "heavy_crews": ("emergency", "hgv", "motorcar", "motor_vehicle", "vehicle", "access"),
    "visitors": ("motorcar", "motor_vehicle", "vehicle", "access"),
    "staff": ("motorcar", "motor_vehicle", "vehicle", "access"),
}
"""Tags that bind each, the most specific first."""

DIRECTIONS = ("forward", "backward")

_CREWS = ("crews", "heavy_crews")
_ALL = tuple(MODES)
_FREE = dict.fromkeys(_ALL, OPEN)
_TO_ENDS = dict.fromkeys(_ALL, ENDS)
_SHUT = dict.fromkeys(_ALL, CLOSED)
WORDS = {
    **dict.fromkeys(
        ("yes", "permissive", "designated", "official", "public", "discouraged"), _FREE
    ),
    **dict.fromkeys(("destination", "customers"), _TO_ENDS),
    "residents": _TO_ENDS | {"staff": CLOSED},
    **dict.fromkeys(("permit", "employees", "staff"), _SHUT | {"staff": ENDS}),
    "emergency": _SHUT | dict.fromkeys(_CREWS, OPEN),
    **dict.fromkeys(
        ("no", "private", "agricultural", "forestry", "military", "delivery", "restricted",
         "bus", "psv", "taxi", "foot", "bicycle"),
        _SHUT,
    ),
}  # fmt: skip
"""What each value of an access tag says to whom."""

_ONEWAY = {
    **dict.fromkeys(("yes", "true", "1"), (OPEN, CLOSED)),
    **dict.fromkeys(("-1", "reverse"), (CLOSED, OPEN)),
    **dict.fromkeys(("no", "false", "0"), (OPEN, OPEN)),
}
"""What each value of `oneway` says of driving forward and backward."""

_ACCESS = frozenset(mode for modes in MODES.values() for mode in modes)
_LIMITS = frozenset(key.partition(":")[0] for key in measures.NAMES) | {"maxspeed"}
_BASES = _ACCESS | _LIMITS | {"oneway", "maxbogieweight"}
_TOLD = frozenset({"maxspeed:type"})
"""Tags of the same families that are read elsewhere."""

BLOCKS = frozenset(
    {
        "block", "bollard", "bus_trap", "cycle_barrier", "debris", "fence", "guard_rail", "hedge",
        "jersey_barrier", "kissing_gate", "log", "motorcycle_barrier", "planter", "stile",
        "sump_buster", "turnstile", "wall", "wicket_gate",
    }
)  # fmt: skip
"""Values of `barrier` that let no car through unless a tag says that they do.

All others close a road only where an access tag says so, or where they are `locked`.
"""
PASSED = frozenset(
    {
        "border_control", "cattle_grid", "chain", "entrance", "gate", "hampshire_gate",
        "height_restrictor", "kerb", "lift_gate", "rope", "sally_port", "sliding_gate",
        "swing_gate", "toll_booth", "width_restrictor", "yes",
    }
)  # fmt: skip
"""Values of `barrier` that cars pass unless a tag says that they do not."""
CAR_WIDTH_M = 2.0
"""A blocking barrier with a gap of this tagged width lets a car through (assumed: cars are 1.8 m
wide, and need some more)."""


class Access(NamedTuple):
    """Who may drive, of those that are asked of: OPEN, ENDS or CLOSED, forward and backward."""

    state: dict[str, tuple[int, int]]

    @property
    def directions(self) -> tuple[bool, bool]:
        """Whether anybody may drive it forward, and backward."""
        ahead, back = (any(state[d] != CLOSED for state in self.state.values()) for d in range(2))
        return ahead, back

    def of(self, wanted: int, /) -> str | None:
        """Say for whom it is in a state, in the words of `road_edges.closed_to`.

        Args:
            wanted: the state; a direction that is closed to everybody is not told of.
        """
        told = self.directions
        return written(
            {
                who: tuple(is_ == wanted and any_ for is_, any_ in zip(state, told, strict=True))
                for who, state in self.state.items()
            }
        )


@cache
def by_oneway(value: str, /) -> Access:
    """Say who may drive a way of which only `oneway` says anything.

    Args:
        value: of `oneway`, tagged or implied.
    """
    return Access(dict.fromkeys(_ALL, _ONEWAY.get(value, (OPEN, OPEN))))


def keys() -> tuple[str, ...]:
    """Return the tags that are read here, in all their forms: what to ask a server for."""
    plain = (*sorted(_ACCESS), *measures.NAMES, "maxspeed")
    directed = (f"{key}:{direction}" for key in (*plain,) for direction in DIRECTIONS)
    found = [*plain, *directed, *(f"oneway:{mode}" for mode in sorted(_ACCESS))]
    return (*found, *(f"{key}:conditional" for key in found))


def relevant(tags: Mapping[str, str], /) -> dict[str, str]:
    """Return the tags that say who may drive, how large, or how fast.

    Args:
        tags: tags of a way or node.
    """
    return {key: value for key, value in tags.items() if key.partition(":")[0] in _BASES}


def way(tags: Mapping[str, str], /, *, oneway: str, crews_only: bool = False) -> Access:
    """Say who may drive a way, in which direction.

    Args:
        tags: those of the way that `relevant` returns.
        oneway: value of `oneway`, tagged or implied.
        crews_only: whether it is closed to all but crews where no tag says otherwise.
    """
    states = {}
    for who, modes in MODES.items():
        first = CLOSED if crews_only and who not in _CREWS else OPEN
        single = next(
            (_ONEWAY[value] for mode in modes if (value := tags.get(f"oneway:{mode}")) in _ONEWAY),
            _ONEWAY.get(oneway, (OPEN, OPEN)),
        )
        ahead, back = (
            max(_state(tags, who, direction=direction, otherwise=first), only)
            for direction, only in zip(DIRECTIONS, single, strict=True)
        )
        states[who] = (ahead, back)
    return Access(states)


def barrier(tags: Mapping[str, str], /) -> Access:
    """Say who may pass a barrier; where one may only end there, one may pass.

    Args:
        tags: tags of the node.
    """
    kind = tags.get("barrier", "")
    wide = measures.limits(tags).get("width_m", 0.0) >= CAR_WIDTH_M
    blocks = kind in BLOCKS and tags.get("bollard") != "rising" and not wide
    first = CLOSED if blocks or tags.get("locked") == "yes" else OPEN
    states = {}
    for who in MODES:
        passed = _state(tags, who, direction="forward", otherwise=first) != CLOSED
        states[who] = (OPEN, OPEN) if passed else (CLOSED, CLOSED)
    return Access(states)


def _state(tags: Mapping[str, str], who: str, *, direction: str, otherwise: int) -> int:
    for mode in MODES[who]:
        for key in (f"{mode}:{direction}", mode):
            for value in (conditions.always(tags.get(f"{key}:conditional", "")), tags.get(key)):
                words = _words(value)
                if words:
                    return min(WORDS[word][who] for word in words)
    return otherwise


def _words(value: str | None) -> list[str]:
    """The values of a list that are understood."""
    parts = (part.strip().lower() for part in (value or "").replace(",", ";").split(";"))
    return [part for part in parts if part in WORDS]


def sizes(tags: Mapping[str, str], /) -> str | None:
    """Return the largest vehicle that may pass, in the words of `road_edges.size_limits`.

    Args:
        tags: tags of a way or node.
    """
    found = measures.limits(tags)
    for key, value in tags.items():
        if key.endswith(":conditional") and key.partition(":")[0] in _ACCESS:
            for name, limit in (conditions.largest(value) or {}).items():
                found[name] = min(limit, found.get(name, limit))
    return ";".join(f"{name}={limit:g}" for name, limit in sorted(found.items())) or None


def unused(tags: Mapping[str, str], /) -> Iterator[tuple[str, str]]:
    """Yield (rule, tag) for every access or limit tag that was not understood or is not used.

    Args:
        tags: those of a way or node that `relevant` returns.
    """
    for key, value in tags.items():
        base, *rest = key.split(":")
        if key in _TOLD or base == "maxspeed":
            continue  # `speed_tags` tells of those
        if rest and rest[-1] == "conditional":
            if not _conditional_used(base, value):
                yield _rule(base), key
        elif base in _ACCESS and rest in ([], ["forward"], ["backward"]):
            if not _words(value):
                yield _rule(base), f"{key}={value}"
        elif key in measures.NAMES:
            if measures.measure(value, measures.NAMES[key]) is None:
                yield _rule(base), f"{key}={value}"
        elif base != "oneway" or not _is_oneway(rest, value):
            yield _rule(base), key


def _rule(base: str) -> str:
    return "limit_not_used" if base in _LIMITS or base == "maxbogieweight" else "access_not_used"


def _conditional_used(base: str, value: str) -> bool:
    if base not in _ACCESS:
        return False
    return bool(_words(conditions.always(value))) or conditions.largest(value) is not None


def _is_oneway(rest: list[str], value: str) -> bool:
    """Whether a tag of the family `oneway` is used, counted elsewhere, or of other vehicles."""
    if not rest:
        return True  # `oneway` itself is counted by edge
    return len(rest) == 1 and (rest[0] not in _ACCESS or value in _ONEWAY)
