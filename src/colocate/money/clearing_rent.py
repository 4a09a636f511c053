"""The rent that clears: the yearly charge and the split of works at which no partner loses money.

Of each option o and body b: a_ob, what b saves in a full year (below 0: what it pays more), rents
left out; w_b, the present cost of the one-off works that b is booked to pay; v_b, the present value
of all else that falls to it. Bodies are partners where an option of the set has sites or money of
both, and pay each other alone: a rent settles each group of bodies that partners link.

    in a year       a_b = Σ_o a_ob,  T = Σ_b a_b.  A rent clears a group if and only if T >= 0.
    over the years  N = Σ_b (v_b - w_b).  Works can be split so that it clears if and only if
                    N >= 0; judged where the present value of every option is known.

Of the many rents that clear, one is taken by this rule:

    1. in each option, every body is paid what the option costs it, and what is left is shared
       equally: b keeps Σ_o (Σ_b a_ob) / (bodies of o). That is the Shapley value (1953) of a game
       in which an option saves nothing unless all of its bodies take part.
    2. a body that would still lose over the set is made whole by those that gain, in proportion to
       their gain: what one option loses may be made up by another (DSFRA/16/5, 7.3: judged across
       all areas together).
    3. money flows along as few pairs as link the group, hosts with those who move to them first, so
       that nobody pays in a circle.
    4. works are paid in proportion to what each gains over the years, rents in.

The interval of a rent is exact: of a pair that parts the group into the payer's side U and the
payee's side V, [-Σ_V a_b, Σ_U a_b]; below 0 the payee could pay and still not lose. All in whole
pence, so that rents change no total.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from colocate.money.pence import split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Part(NamedTuple):
    """What one option brings one body, in whole pence, rents left out."""

    option_id: str
    body_id: str
    released: int = 0
    """Running cost it is rid of in a full year."""
    rise: int = 0
    """Change of its running cost as a host in a full year; below 0 where it pays more."""
    present: int | None = None
    """Present value of everything; None where that of the option is not known."""
    works: int = 0
    """Of that, the present cost of one-off works: 0 or more."""
    hosts: bool = False
    """Whether the others move in with it."""

    @property
    def a_year(self) -> int:
        """What it saves in a full year; below 0 what it pays more."""
        return self.released + self.rise


class Rent(NamedTuple):
    """What one body pays another in a year, in whole pence."""

    payer: str
    payee: str
    least: int
    amount: int
    most: int


class Group(NamedTuple):
    """Bodies that partners link, and what clears between them."""

    bodies: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    """Pairs that money would flow between; one fewer than there are bodies."""
    before: dict[str, int]
    """Saved in a full year, rents left out."""
    worth_before: dict[str, int] | None
    """Present value, rents left out; None where not known."""
    rents: tuple[Rent, ...] = ()
    """None where nothing clears."""
    equal: dict[str, int] = {}  # noqa: RUF012 - never changed
    """Saved in a full year if every option were shared equally."""
    after: dict[str, int] = {}  # noqa: RUF012 - never changed
    works: dict[str, int] = {}  # noqa: RUF012 - never changed
    """Present cost of works that each pays."""
    worth_after: dict[str, int] = {}  # noqa: RUF012 - never changed

    @property
    def total(self) -> int:
        """Saved in a full year by all of them together."""
        return sum(self.before.values())

    @property
    def worth(self) -> int | None:
        """Present value of all of them together, if known."""
        return None if self.worth_before is None else sum(self.worth_before.values())

    @property
    def clears(self) -> bool:
        """Whether there is a rent, and a split of works, at which none of them loses."""
        return self.total >= 0 and (self.worth is None or self.worth >= 0)


def groups(parts: Sequence[Part], /, *, annuity: float) -> list[Group]:
    """Settle each group of linked bodies by the rule above.

    Args:
        parts: what each option of the set brings each of its bodies.
        annuity: present value of £1 a year over the years appraised.

    Returns:
        Groups of two bodies and more, and those of a single body, by their first body.
    """
    return [_settled(_among(parts, bodies), annuity=annuity) for bodies in linked(parts)]


def linked(parts: Sequence[Part], /) -> list[tuple[str, ...]]:
    """Return the bodies of each group that partners link, sorted.

    Args:
        parts: what each option brings each body.
    """
    group = {part.body_id: {part.body_id} for part in parts}
    for bodies in _by_option(parts).values():
        joined = set().union(*(group[part.body_id] for part in bodies))
        group |= dict.fromkeys(joined, joined)
    return sorted({tuple(sorted(bodies)) for bodies in group.values()})


def made_whole(nets: Sequence[int], /, *, total: int | None = None) -> list[int]:
    """Let those that gain make those that lose whole, in proportion to their gain.

    Args:
        nets: whole pence.
        total: what is to be left over all of them, 0 or more; their sum if not given, which must
            then be 0 or more. The rest is a cost that those that gain bear in the same proportion.

    Returns:
        Whole pence adding up to the total, none below 0.
    """
    gains = [max(net, 0) for net in nets]
    borne = sum(gains) - (sum(nets) if total is None else total)
    if not borne:
        return gains
    return [gain - less for gain, less in zip(gains, split(borne, gains), strict=True)]


def holds_share(figures: Sequence[tuple[int, int, int]], /, *, spread: float) -> float:
    """Return the part of the range of savings and costs in which no body loses by a given rent.

    All savings may be off by one factor and all rises of hosts' costs by another, each from
    1 - spread to 1 + spread, every pair of factors as likely as another: a square, of which each
    body leaves a half-plane.

    Args:
        figures: of each body what it is rid of, how its running cost as a host changes, and what
            it receives in rent (below 0: pays), in pence a year.
        spread: largest change as a share.

    Returns:
        From 0 to 1; with a spread of 0 whether the central figures hold.
    """
    if not spread:
        return float(all(sum(each) >= 0 for each in figures))
    corners = [(-spread, -spread), (spread, -spread), (spread, spread), (-spread, spread)]
    for released, rise, rent in figures:
        corners = _clipped(corners, x=released, y=rise, rest=released + rise + rent)
    return min(_area(corners) / (2 * spread) ** 2, 1.0)


def _clipped(
    corners: list[tuple[float, float]], /, *, x: float, y: float, rest: float
) -> list[tuple[float, float]]:
    """Keep the part of a convex polygon where x·u + y·v + rest >= 0 (Sutherland and Hodgman)."""
    heights = [x * u + y * v + rest for u, v in corners]
    kept = []
    for k, (here, height) in enumerate(zip(corners, heights, strict=True)):
        before, below = corners[k - 1], heights[k - 1]
        if (height >= 0) != (below >= 0):
            at = below / (below - height)
            kept.append(
                (before[0] + at * (here[0] - before[0]), before[1] + at * (here[1] - before[1]))
            )
        if height >= 0:
            kept.append(here)
    return kept


def _area(corners: Sequence[tuple[float, float]]) -> float:
    """Return the area of a polygon (the shoelace formula)."""
    turned = zip(corners, [*corners[1:], *corners[:1]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in turned)) / 2


def _by_option(parts: Sequence[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.option_id, []).append(part)
    return found


def _among(parts: Sequence[Part], bodies: Sequence[str]) -> list[Part]:
    return [part for part in parts if part.body_id in bodies]


def _settled(parts: Sequence[Part], *, annuity: float) -> Group:
    """Settle one group."""
    bodies = tuple(sorted({part.body_id for part in parts}))
    before, kept = dict.fromkeys(bodies, 0), dict.fromkeys(bodies, 0)
    for option in _by_option(parts).values():
        equal = split(sum(part.a_year for part in option), [1] * len(option))
        for part, own in zip(sorted(option), equal, strict=True):
            before[part.body_id] += part.a_year
            kept[part.body_id] += own
    group = Group(bodies, _tree(parts, bodies), before, _worth(parts, bodies))
    if not group.clears:
        return group
    after = dict(zip(bodies, made_whole(list(kept.values())), strict=True))
    flows = _flows(group.pairs, {body: after[body] - before[body] for body in bodies})
    rents = tuple(
        _rent(group, pair, flow=flow) for pair, flow in zip(group.pairs, flows, strict=True)
    )
    return _with_works(group._replace(rents=rents, equal=kept, after=after), parts, annuity=annuity)


def _worth(parts: Sequence[Part], bodies: Sequence[str]) -> dict[str, int] | None:
    if any(part.present is None for part in parts):
        return None
    return {
        body: sum(part.present or 0 for part in parts if part.body_id == body) for body in bodies
    }


def _with_works(group: Group, parts: Sequence[Part], *, annuity: float) -> Group:
    """Split the works in proportion to what each body gains over the years, rents in."""
    if group.worth_before is None:
        return group
    booked = {
        body: sum(part.works for part in parts if part.body_id == body) for body in group.bodies
    }
    gains = {body: group.worth_before[body] + booked[body] for body in group.bodies}
    for rent in group.rents:
        present = round(rent.amount * annuity)
        gains[rent.payer] -= present
        gains[rent.payee] += present
    kept = made_whole(list(gains.values()), total=group.worth)
    after = dict(zip(group.bodies, kept, strict=True))
    works = {body: gains[body] - after[body] for body in group.bodies}
    return group._replace(works=works, worth_after=after)


def _tree(parts: Sequence[Part], bodies: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Link the bodies by the fewest pairs: those of host and mover first, the oftenest first."""
    hosting: dict[tuple[str, str], tuple[int, int]] = {}
    for option in _by_option(parts).values():
        for one, other in combinations(sorted(option, key=lambda part: part.body_id), 2):
            pair = (one.body_id, other.body_id)
            as_host, shared = hosting.get(pair, (0, 0))
            hosting[pair] = (as_host + (one.hosts != other.hosts), shared + 1)
    found: list[tuple[str, str]] = []
    side = {body: {body} for body in bodies}
    for pair in sorted(hosting, key=lambda pair: (-hosting[pair][0], -hosting[pair][1], pair)):
        ours, theirs = (side[body] for body in pair)
        if ours is not theirs:
            found.append(pair)
            side |= dict.fromkeys(ours | theirs, ours | theirs)
    return tuple(found)


def _side(pairs: Sequence[tuple[str, str]], body: str, *, but: tuple[str, str]) -> set[str]:
    """Return the bodies that are linked with one when a pair is taken away."""
    reached, more = {body}, True
    while more:
        found = {each for pair in pairs if pair != but and reached & set(pair) for each in pair}
        more = not found <= reached
        reached |= found
    return reached


def _flows(pairs: Sequence[tuple[str, str]], wanted: Mapping[str, int]) -> list[int]:
    """Return what the first of each pair pays the second, so that each body gets what it wants."""
    return [-sum(wanted[body] for body in _side(pairs, pair[0], but=pair)) for pair in pairs]


def _rent(group: Group, pair: tuple[str, str], *, flow: int) -> Rent:
    payer, payee = pair if flow >= 0 else pair[::-1]
    own = sum(group.before[body] for body in _side(group.pairs, payer, but=pair))
    return Rent(payer, payee, least=own - group.total, amount=abs(flow), most=own)
