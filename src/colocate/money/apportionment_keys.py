"""Keys of apportionment: what is shared between whom, and in which shares.

equal       the same for each party
funding     net revenue budget               headcount   staff in scope
size        size of the body (DSFRA/16/5, 3.5: pro rata to the size of the forces)
demand      demand or usage                  floor_area  m² occupied in the sites
hybrid      the study's weighted mean of these, no party below the floor or above the cap
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from colocate import study

Figures = dict[str, dict[str, float]]
"""By key and party; a party is missing where its figure is."""
COLUMNS = {"funding": "funding_gbp", "size": "size", "headcount": "headcount", "demand": "demand"}
"""Column of table `partners` behind a key."""


class Pot(NamedTuple):
    """What is shared between whom. Money in whole pence, present values unless said otherwise."""

    label: str
    """An option, or `portfolio`."""
    parties: list[str]
    """Sorted."""
    names: Mapping[str, str]
    """What each party is called."""
    figures: Figures
    votes: dict[str, float]
    cost: int
    """All costs but rents, 0 or more."""
    benefits: list[int]
    """What falls to each party."""
    running_cost: int
    """Rise of running costs over all years, not discounted."""
    running_benefits: list[int]
    """Running cost released for each party over all years, not discounted."""
    options: int
    """How many options it holds."""
    unknown: int
    """How many of them have no net present value, and so no part in the sums."""
    losing: int
    """How many have one below 0."""

    @property
    def priced(self) -> bool:
        """Whether there is any money to share."""
        return self.unknown < self.options


def shares(
    key: str, /, *, parties: Sequence[str], figures: Figures, hybrid: study.Hybrid
) -> list[float] | None:
    """Return the share of each party by a key, adding up to 1; None where figures are missing.

    Args:
        key: its name.
        parties: ids of the bodies that share.
        figures: figures by key and body.
        hybrid: the study's weights, floor and cap of the hybrid.
    """
    if key == "equal":
        return [1 / len(parties)] * len(parties)
    if key == "hybrid":
        mean = _mean(parties, figures, hybrid=hybrid)
        return None if mean is None else held(mean, floor=hybrid.floor.value, cap=hybrid.cap.value)
    given = [figures[key].get(party) for party in parties]
    known = [figure for figure in given if figure is not None]
    if len(known) < len(parties) or not sum(known):
        return None
    return [figure / sum(known) for figure in known]


def _mean(parties: Sequence[str], figures: Figures, *, hybrid: study.Hybrid) -> list[float] | None:
    weights = weighing(hybrid)
    by_key = [shares(key, parties=parties, figures=figures, hybrid=hybrid) for key in weights]
    if any(each is None for each in by_key):
        return None
    mean = np.average(np.array(by_key), axis=0, weights=list(weights.values()))
    return [float(share) for share in mean]


def weighing(hybrid: study.Hybrid, /) -> dict[str, float]:
    """Return the keys that count in the hybrid, with their weights.

    Args:
        hybrid: the study's weights, floor and cap of the hybrid.
    """
    return {key: weight.value for key, weight in hybrid.weights.items() if weight.value}


def weighed(key: str, /, *, hybrid: study.Hybrid) -> set[str]:
    """Return the keys whose figures count in one.

    Args:
        key: its name.
        hybrid: the study's weights, floor and cap of the hybrid.
    """
    return set(weighing(hybrid)) if key == "hybrid" else {key}


def scaled(
    figures: Figures,
    party: str,
    /,
    *,
    own: float,
    of: Collection[str] | None = None,
    others: float = 1.0,
) -> Figures:
    """Return figures with a party's own multiplied by one factor, and all others' by another.

    Args:
        figures: by key and party.
        party: whose.
        own: its factor.
        of: keys of which its own are multiplied; None: of all.
        others: factor of all others.
    """
    return {
        name: {
            one: value * (others if one != party else own if of is None or name in of else 1.0)
            for one, value in given.items()
        }
        for name, given in figures.items()
    }


def held(wanted: Sequence[float], /, *, floor: float, cap: float) -> list[float]:
    """Return the shares nearest to those wanted within a floor and a cap, adding up to 1.

    The Euclidean projection: all that are free move by the same amount. Bounds that the number of
    parties makes impossible give way to equal shares.

    Args:
        wanted: shares that add up to 1.
        floor: least share of each.
        cap: largest share of each.
    """
    least, most = min(floor, 1 / len(wanted)), max(cap, 1 / len(wanted))
    share = np.asarray(wanted)
    moves = np.sort(np.concatenate([least - share, most - share]))
    totals = np.clip(share + moves[:, None], least, most).sum(axis=1)
    move = np.interp(1.0, totals, moves)
    return [float(each) for each in np.clip(share + move, least, most)]


def lacking(pot: Pot, key: str, /, *, hybrid: study.Hybrid) -> str:
    """Say which figures a key lacks.

    Args:
        pot: what is shared, and the figures to share it by.
        key: the key's name.
        hybrid: the study's weights, floor and cap of the hybrid.
    """
    told = []
    for name in sorted(weighed(key, hybrid=hybrid) - {"equal"}):
        figures = pot.figures[name]
        without = [pot.names[party] for party in pot.parties if party not in figures]
        if without:
            told.append(f"{name.replace('_', ' ')} of {', '.join(without)}")
        elif not sum(figures[party] for party in pot.parties):
            told.append(f"{name.replace('_', ' ')} above 0 of any party")
    return f"Not supplied: {'; '.join(told)}." if told else ""
