"""How sure each rank is: other weights, speeds and costs, what is not known, and all at once.

Ranks follow the rule of `ranking` in every draw, group by group. Rank groups stay as they are:
weights never decide them, and gates are judged on the study as it stands.

What is drawn (`varied`):

- `weights_near`: weights around the agreed ones; `weights_any`: over all there could be.
- `speeds`: each draw a network with other speeds, its measures in table `drawn_measures`.
- `costs`: criteria that move with costs, each option's by a factor.
- `ranges`: every measure that has a range, over it.
- `together`: the weights of `weights_near` and the costs of `costs`, draw by draw, over the
  networks of `speeds` in turn; a measure that has a range over it, in place of these.

Every share carries its Monte Carlo standard error: sqrt(p (1 - p) / draws); for `together`, where
a network serves many draws, that of the mean of the networks' shares.

The word rests on `together`. The verdict is that an option is in the top k of its list, or that it
is not:

- fragile: it holds in less than `fragile_share` of the draws;
- undecided: what is not known alone, over its ranges, may put the rank on either side of the k-th
  place, or move it by more than `robust_interval` of the list (`rank_low` to `rank_high` of
  `scores`);
- robust: it holds in at least `robust_share`, the 5th to the 95th percentile of the rank are at
  most `robust_interval` of the list apart, in whole places, no gate fails, others stand beside it,
  and at most `robust_assumed` of the spread of scores of its list and rank group is assumed or
  unknown;
- contested: all else. Far down the list the verdict is safe, and the interval decides.

Words are for the study's own weights: under others they would have to be worked out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.scoring import draws, rank_arrays
from colocate.scoring.breakeven import break_evens
from colocate.scoring.criteria import REGISTRY
from colocate.scoring.dominance import dominating
from colocate.scoring.scoring import on_scale, weight_shares
from colocate.tables import TABLES
from colocate.tables.choice import ALL, LISTS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from colocate import study

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
"""Percentiles of the rank; each is a rank that was drawn."""
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


class Robust(NamedTuple):
    """Tables made here."""

    robustness: pd.DataFrame
    stability: pd.DataFrame
    break_even: pd.DataFrame


class _Ranked(NamedTuple):
    """Ranked options as arrays, in order of option_id; criteria in the order of the study."""

    option_id: pd.Index
    listed: Ints
    """Number of the list each is ranked in."""
    group: Ints
    rank: Ints
    interval: tuple[Floats, Floats]
    """Best and worst rank by what is not known."""
    spread_assumed: Floats
    """Share of the spread of scores of its list and rank group that is assumed or unknown."""
    raw: Floats
    """Options × criteria, as all that follow; NaN where missing."""
    value: Floats
    ends: tuple[Floats, Floats]
    """Least and most value."""
    assumed: NDArray[np.bool_]


class _Draw(NamedTuple):
    """Ranks under one kind of draw."""

    varied: str
    rank: Ints
    """Draws × options."""
    independent: int
    """As in `standard_error`."""


def robustness(
    contributions: pd.DataFrame,
    scores: pd.DataFrame,
    /,
    *,
    ranking_basis: pd.DataFrame,
    drawn_measures: pd.DataFrame,
    criteria: Sequence[study.Criterion],
    settings: study.Robustness,
    seed: int,
) -> Robust:
    """Say how sure the rank of every option is, what would change it, and what dominates it.

    Args:
        contributions: table `contributions`, under the agreed weights of `criteria`.
        scores: table `scores`; options without a rank are left out.
        ranking_basis: table `ranking_basis`.
        drawn_measures: table `drawn_measures`; what has no row in it keeps its measure. Empty if
            speeds were not drawn: `speeds` is then one draw, the study as it stands.
        criteria: the study's criteria.
        settings: section `robustness` of the study.
        seed: the study's.

    Returns:
        Tables `robustness`, `stability` and `break_even`, in order of option_id.
    """
    ranked = _ranked(contributions, scores, ranking_basis=ranking_basis, criteria=criteria)
    drawn = list(_drawn(ranked, drawn_measures, criteria=criteria, settings=settings, seed=seed))
    return Robust(
        _robustness(ranked, drawn, top_k=settings.top_k),
        _stability(ranked, drawn, settings=settings),
        _break_even(ranked, criteria=criteria, top_k=settings.top_k),
    )


def _ranked(
    contributions: pd.DataFrame, scores: pd.DataFrame, *, ranking_basis: pd.DataFrame,
    criteria: Sequence[study.Criterion],
) -> _Ranked:  # fmt: skip
    listed = scores[scores["rank"].notna()].sort_values("option_id")
    ids = pd.Index(listed["option_id"])
    rests = ranking_basis[ranking_basis["criterion"] == ALL]
    keys = ["list", "rank_group"]
    assumed = listed[keys].merge(rests, how="left", on=keys)["spread_assumed"].fillna(0.0)
    spread = {
        name: contributions.pivot_table(
            index="option_id", columns="criterion", values=name, dropna=False, aggfunc="first"
        ).reindex(index=ids, columns=[c.id for c in criteria])
        for name in ("raw", "value", "value_low", "value_high", "basis")
    }
    return _Ranked(
        option_id=ids,
        listed=listed["list"].map(LISTS.index).to_numpy("int64"),
        group=listed["rank_group"].to_numpy(),
        rank=listed["rank"].to_numpy("int64"),
        interval=(listed["rank_low"].to_numpy(), listed["rank_high"].to_numpy()),
        spread_assumed=assumed.to_numpy(),
        raw=spread["raw"].to_numpy("float64"),
        value=spread["value"].to_numpy("float64"),
        ends=(
            spread["value_low"].to_numpy("float64"),
            spread["value_high"].to_numpy("float64"),
        ),
        assumed=(spread["basis"] == "assumed").to_numpy(),
    )


def _drawn(
    ranked: _Ranked, drawn_measures: pd.DataFrame, *, criteria: Sequence[study.Criterion],
    settings: study.Robustness, seed: int,
) -> Iterator[_Draw]:  # fmt: skip
    """Rank the options under every kind of draw; `together` comes last."""
    count = settings.weight_draws
    agreed = [criterion.weight.value for criterion in criteria]
    concentration = settings.weight_concentration.value
    near = draws.weights_near(agreed, count=count, concentration=concentration, seed=seed)
    anywhere = draws.weights_any(len(criteria), count=count, seed=seed)
    networks = _on_networks(ranked, drawn_measures, criteria=criteria)
    number = len(networks)
    together = networks[np.arange(count) % number]
    other_costs = np.repeat(ranked.value[np.newaxis], count, axis=0)
    for column, value in _costs(ranked, criteria=criteria, settings=settings, seed=seed).items():
        together[..., column] = other_costs[..., column] = value
    unsure, at, value = _over_ranges(ranked, criteria=criteria, count=count, seed=seed)
    unsure[:, *at] = together[:, *at] = value
    kinds = {
        "weights_near": (near, ranked.value, count),
        "weights_any": (anywhere, ranked.value, count),
        "speeds": (np.tile(agreed, (number, 1)), networks, number),
        "costs": (np.tile(agreed, (count, 1)), other_costs, count),
        "ranges": (np.tile(agreed, (count, 1)), unsure, count),
        "together": (near, together, min(number, count)),
    }
    for varied, (weights, values, independent) in kinds.items():
        scored = rank_arrays.scores(weights, values)
        rank = rank_arrays.ranks(scored, lists=ranked.listed, groups=ranked.group)
        yield _Draw(varied, rank, independent)


def _on_networks(
    ranked: _Ranked, drawn_measures: pd.DataFrame, *, criteria: Sequence[study.Criterion]
) -> Floats:
    """Values under every drawn network: networks × options × criteria."""
    number = int(drawn_measures["draw"].max()) if len(drawn_measures) else 1
    values = np.repeat(ranked.value[np.newaxis], number, axis=0)
    for column, criterion in enumerate(criteria):
        rows = drawn_measures[drawn_measures["criterion"] == criterion.id]
        at = ranked.option_id.get_indexer(rows["option_id"])
        rows, at = rows[at >= 0], at[at >= 0]
        lists = [LISTS[number] for number in ranked.listed[at]]
        drawn = on_scale(rows["raw"].to_numpy(), lists=lists, criterion=criterion)
        values[rows["draw"] - 1, at, column] = np.where(
            np.isnan(drawn), ranked.value[at, column], drawn
        )
    return values


def _over_ranges(
    ranked: _Ranked, *, criteria: Sequence[study.Criterion], count: int, seed: int
) -> tuple[Floats, tuple[Ints, Ints], Floats]:
    """Values with ranges drawn: draws × options × criteria, where they have one, and these."""
    low, high = ranked.ends
    option, column = np.nonzero(high > low)
    at = (option.astype(np.int64), column.astype(np.int64))
    ids = np.array([criterion.id for criterion in criteria])
    keys = list(zip(ranked.option_id[at[0]], ids[at[1]], strict=True))
    value = draws.in_ranges(
        keys, ranges=(low[at], ranked.value[at], high[at]), count=count, seed=seed
    )
    return np.repeat(ranked.value[np.newaxis], count, axis=0), at, value


def _costs(
    ranked: _Ranked, *, criteria: Sequence[study.Criterion], settings: study.Robustness, seed: int
) -> Mapping[int, Floats]:
    """Values of the criteria that move with costs, by their number: draws × options."""
    found = {}
    lists = [LISTS[number] for number in ranked.listed]
    for column, criterion in enumerate(criteria):
        if REGISTRY[criterion.id].varied == "costs":
            raw = ranked.raw[:, column] * draws.cost_factors(
                ranked.option_id,
                assumed=ranked.assumed[:, column],
                count=settings.weight_draws,
                spread=settings.cost_spread.value,
                seed=seed,
            )
            drawn = on_scale(raw, lists=lists, criterion=criterion)
            found[column] = np.where(np.isnan(drawn), ranked.value[:, column], drawn)
    return found


def _robustness(ranked: _Ranked, drawn: Sequence[_Draw], *, top_k: int) -> pd.DataFrame:
    parts = []
    for draw in drawn:
        low, middle, high = _interval(draw.rank)
        top = draw.rank <= top_k
        parts.append(
            pd.DataFrame(
                {
                    "option_id": ranked.option_id,
                    "varied": draw.varied,
                    "n_draws": len(draw.rank),
                    "rank_low": low,
                    "rank_median": middle,
                    "rank_high": high,
                    "share_first": (draw.rank == 1).mean(axis=0),
                    "share_top": top.mean(axis=0),
                    "share_top_error": standard_error(top, independent=draw.independent),
                }
            )
        )
    table = TABLES["robustness"]
    kinds = {draw.varied: number for number, draw in enumerate(drawn)}
    rows = pd.concat(parts).astype({c.name: c.dtype for c in table.columns})
    order = rows["option_id"].rank(method="dense"), rows["varied"].map(kinds)
    return rows.iloc[np.lexsort(order[::-1])].reset_index(drop=True)


def _interval(rank: Ints) -> Floats:
    found: Floats = np.quantile(rank, (LOW, MIDDLE, HIGH), axis=0, method="inverted_cdf")
    return found.astype("float64")


def standard_error(inside: NDArray[np.bool_], /, *, independent: int) -> Floats:
    """Monte Carlo standard error of the share of draws that are inside.

    Args:
        inside: draws × options.
        independent: how many draws are independent of each other: draw d and draw d + independent
            share a network. Where these are fewer than all, the shares by network are what varies.
    """
    share = inside.mean(axis=0)
    if independent == len(inside) or independent < 2:
        error: Floats = np.sqrt(share * (1 - share) / len(inside))
        return error
    by_network = [inside[first::independent].mean(axis=0) for first in range(independent)]
    spread: Floats = np.std(by_network, axis=0, ddof=1) / np.sqrt(independent)
    return spread


# long: the arrays that give each word, and the sentence that gives its reason
def _stability(
    ranked: _Ranked, drawn: Sequence[_Draw], *, settings: study.Robustness
) -> pd.DataFrame:
    inside = ranked.rank <= settings.top_k
    kinds = {draw.varied: _held(draw, inside=inside, top_k=settings.top_k) for draw in drawn}
    holds, low, high = kinds.pop("together")
    del kinds["weights_any"]  # no part of `together`
    length = np.bincount(ranked.listed)[ranked.listed]
    widest = np.floor(np.round(settings.robust_interval.value * length, 9))
    sure = (holds >= settings.robust_share.value) & (high - low <= widest)
    shaky = holds < settings.fragile_share.value
    best, worst = ranked.interval
    straddles = (best <= settings.top_k) & (settings.top_k < worst)
    open_ = straddles | (worst - best > widest)
    reasons = [
        f"What is not known alone may rank it {_span(best[number], worst[number])}."
        if undecided
        else _withheld(ranked, number, alone=length[number] == 1, settings=settings)
        for number, undecided in enumerate(open_)
    ]
    clear = sure & np.array([not reason for reason in reasons], "bool")
    word = np.select([shaky, open_, clear], ["fragile", "undecided", "robust"], "contested")
    dominated = dominating(ranked.value, lists=ranked.listed, groups=ranked.group)
    rows = []
    for number, option_id in enumerate(ranked.option_id):
        over = np.flatnonzero(dominated[number])
        named = over[np.argsort(ranked.rank[over])][:NAMED]
        place = f"{'in' if inside[number] else 'not in'} the first {settings.top_k} of its group"
        reason = (
            f"With weights, speeds, costs and what is not known drawn together it is {place} in "
            f"{_of_draws(holds[number])}, and nine in ten rank it "
            f"{_span(low[number], high[number])} (robust from {settings.robust_share.value:.0%} "
            f"and with ranks at most {widest[number]:.0f} apart, fragile below "
            f"{settings.fragile_share.value:.0%})."
        )
        if reasons[number]:
            reason += f" {reasons[number]}"
        if not sure[number]:
            reason += f" {_weakest(kinds, number)}"
        rows.append(
            {
                "option_id": option_id,
                "word": word[number],
                "reason": reason,
                "dominated_by": ";".join(ranked.option_id[named]) or None,
                "n_dominating": len(over),
            }
        )
    return conform(TABLES["stability"], rows)


def _withheld(ranked: _Ranked, number: int, *, alone: bool, settings: study.Robustness) -> str:
    """Say why the rank of an option is not robust whatever the draws say; empty if nothing."""
    if ranked.group[number] == BLOCKED:
        return "Never robust: a gate fails."
    if alone:
        return "Never robust: nothing stands beside it in its list."
    assumed, most = ranked.spread_assumed[number], settings.robust_assumed.value
    if assumed > most:
        return (
            f"Never robust: {assumed:.0%} of the spread of scores is assumed or unknown, above "
            f"{most:.0%}."
        )
    return ""


def _held(draw: _Draw, *, inside: NDArray[np.bool_], top_k: int) -> tuple[Floats, Floats, Floats]:
    """Of each option, the share of draws with today's verdict, and the interval of its rank."""
    low, _, high = _interval(draw.rank)
    return ((draw.rank <= top_k) == inside).mean(axis=0), low, high


def _weakest(kinds: Mapping[str, tuple[Floats, Floats, Floats]], number: int) -> str:
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


def _break_even(
    ranked: _Ranked, *, criteria: Sequence[study.Criterion], top_k: int
) -> pd.DataFrame:
    shares = np.array(weight_shares([criterion.weight.value for criterion in criteria]))
    found = break_evens(
        ranked.value,
        shares=shares,
        lists=ranked.listed,
        groups=ranked.group,
        rank=ranked.rank,
        top_k=top_k,
    )
    rows = (
        {
            "option_id": option_id,
            "criterion": criterion.id,
            "weight": share,
            "break_even": at,
            "change": "never" if np.isnan(at) else "leaves" if rank <= top_k else "enters",
        }
        for option_id, rank, line in zip(ranked.option_id, ranked.rank, found, strict=True)
        for criterion, share, at in zip(criteria, shares, line, strict=True)
    )
    return conform(TABLES["break_even"], rows)
