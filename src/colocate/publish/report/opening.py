"""The page in a minute: what could be done, what it would change, and what that rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from colocate.publish.facts import words
from colocate.publish.facts.audiences import actionable

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
        told = dict(best["facts"])
        said.append(
            f"The best set of {words.counted(len(best['options']))} would save "
            f"{told['Saved a year']} a year; {told['People who lose fire cover']} people would "
            f"lose fire cover, {told['People who lose desk access']} a desk within reach by car. "
            f"Its net present value is {told['Net present value']}."
        )
        said += best["targets"]
    if basis:
        said.append(basis[0]["said"])
    return said


def _could(able: Sequence[Any]) -> str:
    ready = sum(option.score.status == "recommended" for option in able)
    fits = [o for o in able if o.space is None or o.space.fit != "too_small"]
    first = [option for option in fits if option.score.rank == 1]
    named = "; ".join(option.title for option in first[:FIRST])
    more = f" and {len(first) - FIRST} more" if len(first) > FIRST else ""
    done = f"{ready} can be recommended" if ready else "none can be recommended"
    return (
        f"{words.counted(len(able))} can be acted on, and {done} before the questions below are "
        f"answered. First in their lists, where the map shows room: {named}{more}."
    )
