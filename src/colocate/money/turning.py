"""Where in the range of one figure a check turns, all others held at their centre."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.money.prices import Span, told

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 20
NEGLIGIBLE = 1e-6
"""Part of a margin that counts as nothing: far below what the method can tell."""


class Turn(NamedTuple):
    """A figure that turns a check."""

    name: str
    span: Span
    at: float | None
    """Where it turns; None where it is lacking, or where several must move."""
    far: float
    """How far from its centre, as a part of the way to the end of its range: 0 to 1."""

    @property
    def told(self) -> Span:
        """Its range with the turning point in the middle, as far as it can be told.

        Pounds to two figures, a share to a hundredth.
        """
        at = self.span.central if self.at is None else self.at
        if self.span.high <= 1:
            return Span(*(round(end, 2) for end in (self.span.low, at, self.span.high)))
        return told(Span(self.span.low, at, self.span.high))


SEVERAL = Turn("several figures together", Span.at(0.0), None, 1.0)
"""Stands where no one figure turns a check by itself."""


def turn(margin: Callable[[float], float], /, *, centre: float) -> float | None:
    """Find the state nearest to the centre at which a margin changes its sign.

    Args:
        margin: of a state from -1, the figure's least, over 0, its centre, to 1, its most; 0 or
            more where the check is passed; monotone on either side of the centre.
        centre: the margin there.

    Returns:
        The state; None where the sign is the same all over.
    """
    found = [
        _between(margin, end, at_ends=(centre, there))
        for end in (-1.0, 1.0)
        if ((there := margin(end)) >= 0) != (centre >= 0)
    ]
    return min(found, key=abs) if found else None


def _between(
    margin: Callable[[float], float], end: float, *, at_ends: tuple[float, float]
) -> float:
    """Find the state by false position, which is exact at once where the margin is linear."""
    near, far = 0.0, end
    at_near, at_far = at_ends
    small = NEGLIGIBLE * (abs(at_near) + abs(at_far))
    for _ in range(STEPS):
        guess = near + (far - near) * at_near / (at_near - at_far)
        found = margin(guess)
        if abs(found) <= small:
            return guess
        if (found >= 0) == (at_near >= 0):
            near, at_near, at_far = guess, found, at_far / 2  # the Illinois rule
        else:
            far, at_far, at_near = guess, found, at_near / 2
    return (near + far) / 2


def nearest(turns: list[Turn], /) -> Turn | None:
    """Return the figure that need move least of its way; the first of two alike.

    Args:
        turns: figures that turn a check by themselves.
    """
    return min(turns, key=lambda each: each.far) if turns else None
