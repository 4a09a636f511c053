"""What is shared between whom, by one key, and what a check of it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.money.apportionment_keys import weighing
from colocate.money.prices import Span, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate import study
    from colocate.money.range_keys import SpanFigures
    from colocate.money.range_pot import Pot
    from colocate.money.turning import Turn

NEXT_TO_NOTHING = 1e-9
A_PENNY = 0.01


class Shared(NamedTuple):
    """What is shared between whom, by one key."""

    kind: str
    key: str
    parties: list[str]
    names: Mapping[str, str]
    pot: Pot
    """The options of which the money is known, be it by priors."""
    options: int
    """How many there are in all."""
    spans: dict[str, Span]
    """Share of each party."""
    centre: list[float] | None
    """Shares at the centre; None where the key lacks a figure."""
    figures: SpanFigures
    votes: Mapping[str, float]
    settings: study.Money

    @property
    def weighed(self) -> set[str]:
        """The keys whose figures count in this one."""
        return set(weighing(self.settings.hybrid)) if self.key == "hybrid" else {self.key}

    @property
    def basis(self) -> tuple[object, ...]:
        """All that a check without amounts rests on."""
        figures = [sorted(self.figures.get(name, {}).items()) for name in sorted(self.weighed)]
        return (self.key, tuple(self.parties), tuple(map(tuple, figures)))

    def share(self, party: str, /) -> float:
        """Return a party's share at the centre, or halfway where that is not known.

        Args:
            party: its id.
        """
        return self.spans[party].central


class Finding(NamedTuple):
    """What a principle comes to."""

    outcome: str
    reason: str
    turn: Turn | None = None


def held(span: Span, /) -> Span:
    """Hold a range to two figures; what has no width to the penny.

    Args:
        span: pounds.
    """
    if span.high - span.low < A_PENNY:
        return Span.at(round(span.central, 2) + 0.0)
    return Span(*(round(end, 2) for end in told(span)))
