"""What is shared between whom, by one key, and what a check of it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.money.apportionment_keys import shares, weighed
from colocate.money.prices import Span, told
from colocate.money.range_keys import in_words, lacking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from colocate import study
    from colocate.money.apportionment_keys import Figures
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
        return weighed(self.key, hybrid=self.settings.hybrid)

    @property
    def lacks(self) -> str:
        """Figures that the key lacks, and whose, in words."""
        hybrid = self.settings.hybrid
        found = lacking(self.key, parties=self.parties, figures=self.figures, hybrid=hybrid)
        return in_words(found, self.names)

    def again(self, figures: Figures, /) -> list[float] | None:
        """Share by other figures; None where some are lacking.

        Args:
            figures: by key and party.
        """
        hybrid = self.settings.hybrid
        return shares(self.key, parties=self.parties, figures=figures, hybrid=hybrid)

    @property
    def basis(self) -> tuple[object, ...]:
        """All that a check without amounts rests on."""
        return basis_of(
            self.key, parties=self.parties, figures=self.figures, hybrid=self.settings.hybrid
        )

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


def basis_of(
    key: str, /, *, parties: Sequence[str], figures: SpanFigures, hybrid: study.Hybrid
) -> tuple[object, ...]:
    """Return all that shares by a key rest on.

    Args:
        key: its name.
        parties: ids of the bodies that share.
        figures: figures by key and body, as ranges.
        hybrid: the study's weights, floor and cap of the hybrid.
    """
    names = sorted(weighed(key, hybrid=hybrid))
    counted = [sorted(figures.get(name, {}).items()) for name in names]
    return (key, tuple(parties), tuple(map(tuple, counted)))


def held(span: Span, /) -> Span:
    """Hold a range to two figures; what has no width to the penny.

    Args:
        span: pounds.
    """
    if span.high - span.low < A_PENNY:
        return Span.at(round(span.central, 2) + 0.0)
    return Span(*(round(end, 2) for end in told(span)))
