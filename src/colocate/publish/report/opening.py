"""The page in a minute: what could be done, what it would change, and what that rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from colocate.publish.facts import words
from colocate.publish.facts.audiences import actionable
from colocate.publish.report import still

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from colocate.publish.facts import Facts

FIRST = 3
"""Options named, at most; equals beyond them are counted."""


def opening(
    facts: Facts,
    /,
    *,
    best: Mapping[str, Any] | None,
    basis: Sequence[Mapping[str, Any]],
) -> list[str]:
    """Return what to read first, a paragraph each; none where nothing can be acted on.

    Args:
        facts: what may be told of the run's options.
        best: what `still.best_set` returns.
        basis: what `basis.basis` returns, the first list and rank group first.
    """
    able = sorted((o for o in facts.options if actionable(o)), key=lambda o: o.score.place or 0)
    if not able:
        return []
    said = [_could(able)]
    if best:
        said += [_together(best), *best["targets"]]
    if basis:
        said.append(basis[0]["said"])
    return said


def _together(best: Mapping[str, Any]) -> str:
    told = dict(best["facts"])
    foot = told.get(still.ON_FOOT)
    bodies = "; ".join(f"{name} {gain.replace('−', 'loses ')}" for name, gain, _ in best["bodies"])
    return (
        f"The best set ({words.counted(len(best['options']))}, chosen for the "
        f"{best['objective']}) would save {told['Saved a year']} a year; "
        f"{told[still.FIRE_COVER]} people would lose fire cover, {told[still.BY_CAR]} a desk "
        f"within reach by car{f', {foot} one on foot (options added up)' if foot else ''}. "
        + (f"By body, a year and without a new rent: {bodies}. " if bodies else "")
        + f"Its net present value is {told['Net present value']}."
    )


def _could(able: Sequence[Any]) -> str:
    ready = sum(option.score.status == "recommended" for option in able)
    fits = [o for o in able if o.space is None or o.space.fit != "too_small"]
    first = [option for option in fits if option.score.rank == 1]
    named = "; ".join(option.title for option in first[:FIRST])
    more = f" and {len(first) - FIRST} more" if len(first) > FIRST else ""
    done = f"{ready} can be recommended" if ready else "none can be recommended"
    return (
        f"{words.counted(len(able))} can be acted on, and {done} before the questions below are "
        f"answered. First in their lists, but for hosts that the map shows too small: "
        f"{named}{more}."
    )
