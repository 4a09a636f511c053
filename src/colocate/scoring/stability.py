"""The word for how sure a rank is, with its reason, and who dominates the option.

The word rests on `together`. The verdict is that an option is in the top k of its rank group, or
that it is not; its group is that of its list, within which ranks are counted:

- fragile: it holds in less than `fragile_share` of the draws;
- undecided: what is not known alone, over its ranges, may put the rank on either side of the k-th
  place, or move it by more than `robust_interval` of the group (`rank_low` to `rank_high`
  of `scores`);
- robust: it holds in at least `robust_share`, the 5th to the 95th percentile of the rank are at
  most `robust_interval` of the group apart, in whole places, no gate fails, others stand beside it,
  at most `robust_assumed` of the spread of scores of the group is assumed or unknown, and the
  study is ready: no column that ranks rest on is empty for most sites;
- contested: all else. Far down the group the verdict is safe, and the interval decides.

Words are for the study's own weights: under others they would have to be worked out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from colocate.scoring.dominance import dominating
from colocate.tables import TABLES
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from colocate import study
    from colocate.scoring.drawn_ranks import Draw, Floats, Ranked

    Held = tuple[Floats, Floats, Floats]
    """Of each option, the share of draws with today's verdict, and the interval of its rank."""

NAMED = 5
"""Dominating options named."""
WORDS = {
    "weights_near": "other weights near the starting ones",
    "speeds": "other drive speeds",
    "costs": "other costs",
    "ranges": "what is not known",
}
BLOCKED = 3
"""Rank group of options that fail a gate."""


def stability(
    ranked: Ranked, drawn: Sequence[Draw], /, *, unready: str, settings: study.Robustness
) -> pd.DataFrame:
    """Say how sure the rank of every option is, why, and what dominates it.

    Args:
        ranked: the options.
        drawn: their ranks under every kind of draw.
        unready: what no rank can rest on, in a few words; empty if the study is ready.
        settings: section `robustness` of the study.

    Returns:
        Table `stability`, in order of option_id.
    """
    inside = ranked.rank <= settings.top_k
    kinds = {draw.varied: _held(draw, inside=inside, top_k=settings.top_k) for draw in drawn}
    holds, low, high = together = kinds.pop("together")
    del kinds["weights_any"]  # no part of `together`
    length = _length(ranked)
    widest = np.floor(np.round(settings.robust_interval.value * length, 9))
    sure = (holds >= settings.robust_share.value) & (high - low <= widest)
    best, worst = ranked.interval
    straddles = (best <= settings.top_k) & (settings.top_k < worst)
    open_ = straddles | (worst - best > widest)
    withheld = [
        f"What is not known alone may rank it {_span(best[number], worst[number])}."
        if undecided
        else _withheld(ranked, number, length=length, unready=unready, settings=settings)
        for number, undecided in enumerate(open_)
    ]
    clear = sure & np.array([not reason for reason in withheld], "bool")
    shaky = holds < settings.fragile_share.value
    word = np.select([shaky, open_, clear], ["fragile", "undecided", "robust"], "contested")
    rows = []
    for number, (over, by) in enumerate(_dominating(ranked)):
        place = f"{'in' if inside[number] else 'not in'} the first {settings.top_k} of its group"
        reasons = (
            _verdict(together, number, place=place, widest=widest[number], settings=settings),
            withheld[number],
            "" if sure[number] else _weakest(kinds, number),
        )
        rows.append(
            {
                "option_id": ranked.option_id[number],
                "word": word[number],
                "reason": " ".join(filter(None, reasons)),
                "dominated_by": by or None,
                "n_dominating": over,
            }
        )
    return conform(TABLES["stability"], rows)


def _length(ranked: Ranked) -> NDArray[np.int64]:
    """Count for each option those of its rank group."""
    _, of = np.unique([ranked.listed, ranked.group], axis=1, return_inverse=True)
    length: NDArray[np.int64] = np.bincount(of)[of]
    return length


def _dominating(ranked: Ranked) -> list[tuple[int, str]]:
    """Count the options that dominate each, and name the best ranked of them."""
    ids, found = ranked.option_id.to_numpy("object"), [(0, "")] * len(ranked.option_id)
    for option, over in dominating(ranked.value, lists=ranked.listed, groups=ranked.group):
        best = over[np.argsort(ranked.rank[over])[:NAMED]]
        found[option] = len(over), ";".join(ids[best])
    return found


def _verdict(
    together: Held, number: int, *, place: str, widest: float, settings: study.Robustness
) -> str:
    holds, low, high = (part[number] for part in together)
    return (
        f"With weights, speeds, costs and what is not known drawn together it is {place} in "
        f"{_of_draws(holds)}, and nine in ten rank it {_span(low, high)} (robust from "
        f"{settings.robust_share.value:.0%} and with ranks at most {widest:.0f} apart, fragile "
        f"below {settings.fragile_share.value:.0%})."
    )


def _withheld(
    ranked: Ranked,
    number: int,
    *,
    length: NDArray[np.int64],
    unready: str,
    settings: study.Robustness,
) -> str:
    """Say why the rank of an option is not robust whatever the draws say; empty if nothing."""
    if ranked.group[number] == BLOCKED:
        return "Never robust: a gate fails."
    if length[number] == 1:
        return "Never robust: nothing stands beside it in its group."
    if unready:
        return f"Never robust: too little is known ({unready})."
    assumed, most = ranked.spread_assumed[number], settings.robust_assumed.value
    if assumed > most:
        return (
            f"Never robust: {assumed:.0%} of the spread of scores is assumed or unknown, above "
            f"{most:.0%}."
        )
    return ""


def _held(draw: Draw, *, inside: NDArray[np.bool_], top_k: int) -> Held:
    low, _, high = draw.interval
    return ((draw.rank <= top_k) == inside).mean(axis=0), low, high


def _weakest(kinds: Mapping[str, Held], number: int) -> str:
    """Say which kind of draw unsettles an option most when drawn alone."""
    kind, (holds, low, high) = min(
        kinds.items(), key=lambda item: (item[1][0][number], (item[1][1] - item[1][2])[number])
    )
    return (
        f"What unsettles it most alone: {WORDS[kind]}, with which that holds in "
        f"{_of_draws(holds[number])} and it ranks {_span(low[number], high[number])}."
    )


def _of_draws(share: float) -> str:
    return "all draws" if share == 1 else f"{share:.1%} of the draws"


def _span(low: float, high: float) -> str:
    return f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"
