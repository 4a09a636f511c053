"""Ranks under other weights, speeds and costs, over what is not known, and under all at once.

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
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.scoring import draws, rank_arrays
from colocate.scoring.criteria import REGISTRY
from colocate.scoring.scoring import on_scale
from colocate.tables.choice import ALL, LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from colocate import study

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Ranks = NDArray[np.int32]

AT_ONCE = 8_000_000
"""Drawn values held at once, 64 MB: what is held does not grow with draws × options × criteria."""
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
"""Percentiles of the rank; each is a rank that was drawn."""


class Ranked(NamedTuple):
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


class Draw(NamedTuple):
    """Ranks under one kind of draw."""

    varied: str
    rank: Ranks
    """Draws × options."""
    interval: Floats
    """Low, middle and high of these × options."""
    independent: int
    """How many of its draws are independent of each other, as in `robustness.standard_error`."""


def ranked_options(
    contributions: pd.DataFrame, scores: pd.DataFrame, *, ranking_basis: pd.DataFrame,
    criteria: Sequence[study.Criterion],
) -> Ranked:  # fmt: skip
    """Lay out the options that have a rank.

    Args:
        contributions: table `contributions`.
        scores: table `scores`.
        ranking_basis: table `ranking_basis`.
        criteria: the study's criteria.
    """
    listed = scores[scores["rank"].notna()].sort_values("option_id")
    ids = pd.Index(listed["option_id"])
    rests = ranking_basis[ranking_basis["criterion"] == ALL]
    keys = ["list", "rank_group"]
    unsure = listed[keys].merge(rests, how="left", on=keys)["spread_assumed"].fillna(0.0)
    own = contributions[contributions["option_id"].isin(ids)]
    row = ids.get_indexer(own["option_id"])
    column = pd.Index([c.id for c in criteria]).get_indexer(own["criterion"])

    def spread(name: str) -> Floats:
        values = np.full((len(ids), len(criteria)), np.nan)
        values[row, column] = own[name].to_numpy("float64")
        return values

    assumed = np.zeros((len(ids), len(criteria)), dtype=bool)
    assumed[row, column] = own["basis"] == "assumed"
    return Ranked(
        option_id=ids,
        listed=listed["list"].map(LISTS.index).to_numpy("int64"),
        group=listed["rank_group"].to_numpy(),
        rank=listed["rank"].to_numpy("int64"),
        interval=(listed["rank_low"].to_numpy(), listed["rank_high"].to_numpy()),
        spread_assumed=unsure.to_numpy(),
        raw=spread("raw"),
        value=spread("value"),
        ends=(spread("value_low"), spread("value_high")),
        assumed=assumed,
    )


def drawn_ranks(
    ranked: Ranked, drawn_measures: pd.DataFrame, *, criteria: Sequence[study.Criterion],
    settings: study.Robustness, seed: int,
) -> Iterator[Draw]:  # fmt: skip
    """Rank the options under every kind of draw; `together` comes last.

    Args:
        ranked: the options.
        drawn_measures: table `drawn_measures`.
        criteria: the study's criteria.
        settings: section `robustness` of the study.
        seed: the study's.
    """
    count = settings.weight_draws
    agreed = [criterion.weight.value for criterion in criteria]
    concentration = settings.weight_concentration.value
    near = draws.weights_near(agreed, count=count, concentration=concentration, seed=seed)
    anywhere = draws.weights_any(len(criteria), count=count, seed=seed)
    networks = _on_networks(ranked, drawn_measures, criteria=criteria)
    number = len(networks)
    by_cost = _costs(ranked, criteria=criteria, settings=settings, seed=seed)
    at, in_range = _over_ranges(ranked, criteria=criteria, count=count, seed=seed)

    def same(draws_: Ints, /) -> Floats:
        return np.repeat(ranked.value[np.newaxis], len(draws_), axis=0)

    def costs(draws_: Ints, /, values: Floats | None = None) -> Floats:
        values = same(draws_) if values is None else values
        for column, value in by_cost.items():
            values[..., column] = value[draws_]
        return values

    def ranges(draws_: Ints, /, values: Floats | None = None) -> Floats:
        values = same(draws_) if values is None else values
        values[:, *at] = in_range[draws_]
        return values

    fixed = np.tile(agreed, (count, 1))
    kinds: dict[str, tuple[Floats, Callable[[Ints], Floats], int]] = {
        "weights_near": (near, lambda _: ranked.value, count),
        "weights_any": (anywhere, lambda _: ranked.value, count),
        "speeds": (np.tile(agreed, (number, 1)), networks.__getitem__, number),
        "costs": (fixed, costs, count),
        "ranges": (fixed, ranges, count),
        "together": (near, lambda d: ranges(d, costs(d, networks[d % number])),
                     min(number, count)),
    }  # fmt: skip
    for varied, (weights, values, independent) in kinds.items():
        yield Draw(varied, *_ranks(ranked, weights, values=values), independent)


def _ranks(
    ranked: Ranked, weights: Floats, *, values: Callable[[Ints], Floats]
) -> tuple[Ranks, Floats]:
    """Rank the options under every draw, so many at a time that values stay small.

    Returns:
        The ranks, and their interval.
    """
    found = np.empty((len(weights), len(ranked.value)), "int32")
    block = max(1, AT_ONCE // max(ranked.value.size, 1))
    for first in range(0, len(weights), block):
        own = np.arange(first, min(first + block, len(weights)))
        scored = rank_arrays.scores(weights[own], values(own))
        found[own] = rank_arrays.ranks(scored, lists=ranked.listed, groups=ranked.group)
    return found, interval(found)


def _on_networks(
    ranked: Ranked, drawn_measures: pd.DataFrame, *, criteria: Sequence[study.Criterion]
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
    ranked: Ranked, *, criteria: Sequence[study.Criterion], count: int, seed: int
) -> tuple[tuple[Ints, Ints], Floats]:
    """Which values have a range, by option and criterion, and these drawn: draws × values."""
    low, high = ranked.ends
    option, column = np.nonzero(high > low)
    at = (option.astype(np.int64), column.astype(np.int64))
    ids = np.array([criterion.id for criterion in criteria])
    keys = list(zip(ranked.option_id[at[0]], ids[at[1]], strict=True))
    value = draws.in_ranges(
        keys, ranges=(low[at], ranked.value[at], high[at]), count=count, seed=seed
    )
    return at, value


def _costs(
    ranked: Ranked, *, criteria: Sequence[study.Criterion], settings: study.Robustness, seed: int
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


def interval(rank: Ranks, /) -> Floats:
    """Find low, middle and high rank of each option.

    Args:
        rank: draws × options.
    """
    found: Floats = np.quantile(rank, (LOW, MIDDLE, HIGH), axis=0, method="inverted_cdf")
    return found.astype("float64")
