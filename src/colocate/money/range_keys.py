"""Shares by the keys of apportionment where figures are ranges, or lacking.

A share grows with the party's own figure and shrinks with everybody else's, so that its ends are

    least  own figure at its least, all others' at their most
    most   own figure at its most, all others' at their least

A figure that nobody supplied may be anything: nothing at the least, and at the most so much that
all others vanish beside it. The share at the centre is then not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.money import apportionment_keys
from colocate.money.apportionment_keys import COLUMNS, weighed
from colocate.money.prices import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from colocate import study
    from colocate.money.apportionment_keys import Figures

SpanFigures = dict[str, dict[str, Span]]
"""By key and party; a party is missing where its figure is."""
BOUNDLESS = 1e18
"""Stands for a figure so large that others vanish beside it."""
PARTS = (0.01, *(percent / 100 for percent in range(5, 100, 5)), 0.99)
"""Of all that a key counts, what lacking figures are tried as."""
ANYTHING = Span(0.0, 0.0, BOUNDLESS)
DECIMALS = 9
OF_A_BODY = tuple(COLUMNS)
"""Keys whose figures table `partners` holds."""


def key_spans(
    key: str, /, *, parties: Sequence[str], figures: SpanFigures, hybrid: study.Hybrid
) -> tuple[dict[str, Span], list[float] | None]:
    """Return the least and most share of each party by a key, and the shares at the centre.

    Args:
        key: its name.
        parties: ids of the bodies that share.
        figures: figures by key and body, as ranges.
        hybrid: the study's weights, floor and cap of the hybrid.

    Returns:
        Ranges by party, whose centre counts only where it is known; and the shares at the centre,
        adding up to 1, or None where a figure is lacking.
    """

    def shared(taken: Figures) -> list[float] | None:
        return apportionment_keys.shares(key, parties=parties, figures=taken, hybrid=hybrid)

    centre = shared(centres(figures))
    spans = {}
    for number, party in enumerate(parties):
        least = shared(_against(party, figures, parties=parties, most=False))
        most = shared(_against(party, figures, parties=parties, most=True))
        low = round(least[number], DECIMALS) if least else 0.0
        high = round(most[number], DECIMALS) if most else 1.0
        middle = centre[number] if centre else (low + high) / 2
        spans[party] = Span(min(low, middle), middle, max(high, middle))
    return spans, centre


def centres(figures: SpanFigures, /) -> Figures:
    """Return figures at their centres.

    Args:
        figures: by key and party, as ranges.
    """
    return {
        name: {party: span.central for party, span in given.items()}
        for name, given in figures.items()
    }


def _against(party: str, figures: SpanFigures, *, parties: Sequence[str], most: bool) -> Figures:
    """Set a party's figures at one end, and everybody else's at the other."""
    return {
        name: {one: _end(given.get(one, ANYTHING), most=most == (one == party)) for one in parties}
        for name, given in figures.items()
    }


def _end(span: Span, *, most: bool) -> float:
    return span.high if most else span.low


def lacking(
    key: str,
    /,
    *,
    parties: Sequence[str],
    figures: SpanFigures,
    hybrid: study.Hybrid,
) -> dict[str, list[str]]:
    """Return the figures that a key lacks: by their key, the parties without.

    Args:
        key: its name.
        parties: ids of the bodies that share.
        figures: figures by key and body.
        hybrid: the study's weights, floor and cap of the hybrid.
    """
    found = {
        name: [party for party in parties if party not in figures[name]]
        for name in sorted(weighed(key, hybrid=hybrid) - {"equal"})
    }
    return {name: without for name, without in found.items() if without}


def in_words(lacks: Mapping[str, Sequence[str]], names: Mapping[str, str], /) -> str:
    """Name figures that are lacking, and whose.

    Args:
        lacks: what `lacking` returns.
        names: what bodies are called.
    """
    return "; ".join(
        f"{name.replace('_', ' ')} of {', '.join(names[party] for party in without)}"
        for name, without in lacks.items()
    )


def scenarios(
    key: str,
    /,
    *,
    parties: Sequence[str],
    figures: SpanFigures,
    hybrid: study.Hybrid,
) -> Iterator[tuple[Figures, float | None]]:
    """Yield states of a key's figures to judge it by, all that are known within their ranges.

    Args:
        key: its name.
        parties: ids of the bodies that share.
        figures: figures by key and body, as ranges.
        hybrid: the study's weights, floor and cap of the hybrid.

    Returns:
        Figures; and the share of all that lacking ones are taken to make up, one of
        `PARTS` and alike for each of them, or None where nothing is lacking.
    """
    without = lacking(key, parties=parties, figures=figures, hybrid=hybrid)
    states = [centres(figures)]
    for party in parties:
        states += [
            {
                name: {one: _end(span, most=most == (one == party)) for one, span in given.items()}
                for name, given in figures.items()
            }
            for most in (False, True)
        ]
    if not without:
        yield from ((state, None) for state in states)
        return
    for part in PARTS:
        yield (
            {
                name: given | _filled(given, without.get(name, []), part=part)
                for name, given in states[0].items()
            },
            part,
        )


def _filled(given: Mapping[str, float], without: Sequence[str], *, part: float) -> dict[str, float]:
    """Let lacking figures make up a part of all, each alike."""
    known = sum(given.values()) or 1.0
    return dict.fromkeys(without, part / (1 - part) * known / max(len(without), 1))
