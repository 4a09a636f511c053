"""What to find out first: the value of each answer, in ranks moved and options settled.

A gate may answer pass or fail; a measure that is a range may turn out at any of five figures from
end to end of it, the same way for all options that wait for it. Each answer counts alike, for
nobody knows which is likelier. Under every answer the options are ranked anew, by the rule of
`ranking`:

- fail blocks the options that wait; pass is the gate's, where nothing else is open about it there,
  and of the gates that hold options in a rank group lifts them out of it: on operational staff,
  on whether a site is there, on whether its host would have anybody;
- a figure takes the place of the range in scores, low, centre and high.

Moved are options that can be acted on, before or after, and have another rank or rank group.
Settled are those that are recommended or blocked, or whose rank is one instead of a range; what a
gate blocks today is neither. An answer changes one thing: two answers together may be worth more
than their sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.gates.questions import OPEN_STATUSES, Waiting, named, open_gates, told
from colocate.scoring import rank_arrays
from colocate.scoring.ranking import interval
from colocate.scoring.scoring import (
    CREW_GATE,
    KNOWN_GATE,
    WILLING_GATE,
    unasked,
    unconfirmed,
    weakly_evidenced,
)
from colocate.tables import each, parts
from colocate.tables.choice import LISTS
from colocate.tables.gates import QUESTIONS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from colocate import study

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Truths = NDArray[np.bool_]

BLOCKED = 3
"""Rank group of what a gate fails."""
NONE = -1
"""Place of no criterion."""
ALONG = np.linspace(0.0, 1.0, 5)
"""Where in its range a measure may turn out."""
AT_ONCE = 10_000
"""Options ranked at once, counted anew under each answer: they stay in the processor's cache."""
ENDS = ("value_low", "value", "value_high")
ASKS = {
    "police_access": "Is there a desk for the public, and would it move?",
    "running_cost": "What does it cost to run a year, and by how much would the host's costs rise?",
    "deliverability": "Which bodies whose part is not evidenced must agree today?",
}
"""What to find out about a measure that is a range; of any other, how much it is."""


class _Ranked(NamedTuple):
    """The ranked options as arrays, and where they stand today."""

    number: dict[str, int]
    """Place of each in the arrays, by option_id."""
    lists: Ints
    groups: Ints
    if_passed: dict[str, dict[int, int]]
    """By gate, the rank group of those that would have another, were that gate passed."""
    ends: Floats
    """Ends of the range × options × criteria."""
    scored: Floats
    """What each scores: ends of the range × options."""
    weights: Floats
    criteria: list[str]
    ranks: Ints
    one_rank: Truths
    """Its rank is no range."""


class _Answer(NamedTuple):
    """What an answer would change."""

    at: tuple[int, ...]
    """Places of the options."""
    groups: tuple[int, ...]
    """Their rank groups then."""
    criterion: int = NONE
    """Place of the criterion whose figure they are given."""
    along: float = 0.0
    """Where in its range that is."""


def questions(
    gates: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    contributions: pd.DataFrame,
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    bodies: pd.DataFrame,
    criteria: Sequence[study.Criterion],
) -> pd.DataFrame:
    """List every open answer once, with what it is worth.

    Args:
        gates: table `gates`.
        scores: table `scores`.
        contributions: table `contributions`.
        options: table `options`.
        located_sites: table `located_sites`.
        bodies: table `bodies`.
        criteria: the study's criteria.

    Returns:
        Table `questions`, sorted by rank: by ranks moved on average, then options settled, then
        those without which none is recommended, then options concerned, then question_id.
    """
    ranked = _ranked(scores, contributions, options=options, gates=gates, criteria=criteria)
    asked = pd.concat(
        [
            open_gates(gates, scores).assign(criterion=None),
            _open_measures(contributions, scores, options=options, criteria=criteria),
        ],
        ignore_index=True,
    ).astype({"gate": "object", "criterion": "object"})
    asked = asked.where(asked.notna(), None).sort_values(["place", "option_id"])
    names = named(options, located_sites, bodies=bodies)
    alike: dict[tuple[str | None, str | None, str], list[Waiting]] = {}
    for one in each(Waiting, asked):
        alike.setdefault((one.gate, one.criterion, one.about), []).append(one)
    rows = [
        told(waiting, names=names) | worth
        for waiting, worth in zip(alike.values(), _worths(alike.values(), ranked), strict=True)
    ]
    rows.sort(
        key=lambda row: (
            -row["moved_mean"], -row["settled_mean"], not row["mandatory"], -row["n_options"],
            row["question_id"],
        )
    )  # fmt: skip
    return conform(QUESTIONS, (row | {"rank": i} for i, row in enumerate(rows, start=1)))


def _open_measures(
    contributions: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    options: pd.DataFrame,
    criteria: Sequence[study.Criterion],
) -> pd.DataFrame:
    """List every measure that is a range, of the one site that would move, or of the option."""
    standing = scores[scores["status"].isin(OPEN_STATUSES) & scores["rank"].notna()]
    ranges = contributions[contributions["value_low"] < contributions["value_high"]]
    ranges = ranges.merge(standing[["option_id", "place"]], on="option_id")
    movers = options.set_index("option_id")["mover_site_ids"].map(parts)
    about = [
        f"site:{movers[option][0]}" if len(movers[option]) == 1 else f"option:{option}"
        for option in ranges["option_id"]
    ]
    labels = {each.id: f"How much is it: {each.label.lower()}?" for each in criteria}
    ranges = ranges.assign(
        gate=None, about=about, question=ranges["criterion"].map(labels | ASKS),
        mandatory=False, alone=True, last=False,
    )  # fmt: skip
    return ranges[["option_id", "gate", "criterion", "about", "question", "mandatory", "alone",
                   "last", "place"]]  # fmt: skip


def _ranked(
    scores: pd.DataFrame,
    contributions: pd.DataFrame,
    *,
    options: pd.DataFrame,
    gates: pd.DataFrame,
    criteria: Sequence[study.Criterion],
) -> _Ranked:
    frame = scores[scores["rank"].notna()].merge(options[["option_id", "weak_site_ids"]])
    ids = frame["option_id"]
    own = contributions[contributions["option_id"].isin(ids)]
    order = [c.id for c in criteria]
    row = pd.Index(ids).get_indexer(own["option_id"])
    column = pd.Index(order).get_indexer(own["criterion"])
    values = np.full((len(ENDS), len(ids), len(order)), np.nan)
    values[:, row, column] = own[[*ENDS]].to_numpy().T
    weighing = own.drop_duplicates("criterion").set_index("criterion")["weight"].reindex(order)
    weights = weighing.to_numpy("float64")
    lists = frame["list"].map(LISTS.index).to_numpy("int64")
    groups = frame["rank_group"].to_numpy("int64")
    return _Ranked(
        number={option: number for number, option in enumerate(ids)},
        lists=lists,
        groups=groups,
        if_passed=_if_passed(frame, gates),
        ends=values,
        scored=_scored(values, weights),
        weights=weights,
        criteria=order,
        ranks=frame["rank"].to_numpy("int64"),
        one_rank=(frame["rank_low"] == frame["rank_high"]).to_numpy(),
    )


def _if_passed(frame: pd.DataFrame, gates: pd.DataFrame) -> dict[str, dict[int, int]]:
    """Return what rank group options would have, were a gate passed that holds them elsewhere."""
    group = frame["rank_group"].to_numpy("int64")
    passed = {
        CREW_GATE: weakly_evidenced(frame, gates).to_numpy("int64"),
        KNOWN_GATE: np.where(group == 1, unasked(frame, gates), group),
        WILLING_GATE: np.where(group == 1, unconfirmed(frame, gates), group),
    }
    return {
        gate: {place: int(then[place]) for place in np.flatnonzero(then != group).tolist()}
        for gate, then in passed.items()
    }


def _worths(asked: Iterable[Sequence[Waiting]], ranked: _Ranked) -> list[dict[str, Any]]:
    """Average for each question over the answers that it may have."""
    # Many answers change the same: many gates put the same options into the same rank groups.
    alike: dict[_Answer, list[tuple[list[tuple[int, int]], set[str]]]] = {}
    found: list[list[tuple[int, int]]] = []
    for waiting in asked:
        answers = (_of_measure if waiting[0].gate is None else _of_gate)(waiting, ranked)
        own: list[tuple[int, int]] = []
        found.append(own)
        for answer, closed in answers:
            alike.setdefault(answer, []).append((own, closed))
    for same, (moved, one) in zip(alike.values(), _compared([*alike], ranked), strict=True):
        settled = one.count(True)
        for own, closed in same:
            already = sum(one[place] for place in _places(closed, ranked))
            own.append((moved, settled + len(closed) - already))
    return [_mean(own) for own in found]


def _mean(found: Sequence[tuple[int, int]]) -> dict[str, Any]:
    moved, settled = zip(*found, strict=True)
    return {
        "moved_mean": sum(moved) / len(moved),
        "moved_max": max(moved),
        "settled_mean": sum(settled) / len(settled),
        "settled_max": max(settled),
    }


def _of_gate(waiting: Sequence[Waiting], ranked: _Ranked) -> Iterator[tuple[_Answer, set[str]]]:
    """What pass and fail would change, and the options that each settles by itself."""
    lifted = ranked.if_passed.get(str(waiting[0].gate), {})
    alone = _places((one.option_id for one in waiting if one.alone), ranked)
    at = tuple(place for place in alone if place in lifted)
    passes = _Answer(at, tuple(lifted[place] for place in at))
    yield passes, {one.option_id for one in waiting if one.last}
    at = _places((one.option_id for one in waiting), ranked)
    yield _Answer(at, (BLOCKED,) * len(at)), {one.option_id for one in waiting}


def _of_measure(waiting: Sequence[Waiting], ranked: _Ranked) -> Iterator[tuple[_Answer, set[str]]]:
    """What each figure in the range would change."""
    at = _places((one.option_id for one in waiting), ranked)
    groups = tuple(ranked.groups[[*at]].tolist())
    criterion = ranked.criteria.index(str(waiting[0].criterion))
    for along in ALONG:
        yield _Answer(at, groups, criterion, along), set()


def _places(options: Iterable[str], ranked: _Ranked) -> tuple[int, ...]:
    return tuple(ranked.number[option] for option in options if option in ranked.number)


def _scored(values: Floats, weights: Floats) -> Floats:
    return rank_arrays.scores(np.broadcast_to(weights, (len(values), len(weights))), values)


def _compared(answers: Sequence[_Answer], ranked: _Ranked) -> Iterator[tuple[int, list[bool]]]:
    """Rank anew under each of some answers.

    Yields how many are moved, and of each option whether its rank would be one instead of a range.
    """
    count = max(1, AT_ONCE // max(len(ranked.lists), 1))
    for first in range(0, len(answers), count):
        some = answers[first : first + count]
        sizes = [len(answer.at) for answer in some]
        row = np.repeat(np.arange(len(some)), sizes)
        at = np.array([place for answer in some for place in answer.at], "int64")
        groups = np.tile(ranked.groups, (len(some), 1))
        groups[row, at] = [group for answer in some for group in answer.groups]
        values = ranked.ends[:, at]
        criterion = np.repeat([answer.criterion for answer in some], sizes)
        told = np.flatnonzero(criterion != NONE), criterion[criterion != NONE]
        low, _, high = values[:, *told]
        along = np.repeat([answer.along for answer in some], sizes)[told[0]]
        values[:, *told] = low + along * (high - low)
        scored = np.repeat(ranked.scored[:, np.newaxis], len(some), axis=1)
        scored[:, row, at] = _scored(values, ranked.weights)
        yield from zip(*_differences(scored, groups, ranked=ranked), strict=True)


def _differences(
    scored: Floats, groups: Ints, *, ranked: _Ranked
) -> tuple[list[int], list[list[bool]]]:
    """Count what is moved under each answer, and say whose rank would be one.

    Args:
        scored: ends of the range × answers × options.
        groups: answers × options.
        ranked: the options today.
    """
    low, centre, high = scored
    ranks = rank_arrays.ranks(centre, lists=ranked.lists, groups=groups)
    acted_on = (ranked.groups == 0) | (groups == 0)
    moved = acted_on & ((ranks != ranked.ranks) | (groups != ranked.groups))
    doubted = (ranked.groups < BLOCKED) & ~ranked.one_rank & (groups < BLOCKED)
    block = ranked.lists * (BLOCKED + 1) + groups
    apart = block + (block.max(initial=0) + 1) * np.arange(len(groups))[:, np.newaxis]
    best, worst = interval(low, high, block=apart)
    return moved.sum(axis=1).tolist(), (doubted & (best == worst)).tolist()
