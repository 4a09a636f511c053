"""Scores of options, by a rule simple enough to repeat in a browser, digit for digit.

For criteria c in the order of the study, with weights w and the range of the option's values v:

    share_c        = w_c / (w_1 + w_2 + …)             added from left to right
    value_c        = (raw_c - worst_c) / (best_c - worst_c), clipped to 0 … 1, to six decimals;
                     low and high: the worse and the better end of the range of raw_c
    contribution_c = share_c × value_c × 100
    score          = contribution_1 + contribution_2 + …  from left to right, at most 100,
                     not rounded; low and high alike, from the values low and high
    completeness   = share_1 + share_2 + …             of the criteria whose measure is not missing

    rank_group     = 3 if a gate fails, else 2 if gate `operational_staff` does not pass, else 1 if
                     the evidence of a host or mover is weak and gate `site_known` does not pass
                     for it, or gate `host_willing` does not pass, else 0

Ranked are all options but existing shares and touchdowns, which move nobody and are the baseline
(`ranking` has the rule). Group 2 would move a fire crew's base, which the fire authority alone
decides (DSFRA/16/5, 5.18), so no score lifts it above what the services can decide together.
Another weighting uses the values as they stand in `contributions`; groups never depend on weights.

What nobody knows is a range, never nothing: its centre is the one the study states for all that
lack it, so that a site nobody priced is not ranked below one that has a guess, and whatever it
turns out to be, the score stays within its range. The scales are fixed in the study, so adding an
option changes nobody else's score (Belton and Stewart, Multiple Criteria Decision Analysis, 2002,
chapter 5: global scales and the additive value model).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from colocate.errors import ScoringError, some
from colocate.scoring.bands import list_of
from colocate.scoring.ranking import ranks
from colocate.tables.choice import CONTRIBUTIONS, SCORES
from colocate.tables.schema import of_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from colocate import study

    Floats = NDArray[np.float64]

VALUE_DECIMALS = 6
CREW_GATE, KNOWN_GATE, WILLING_GATE = "operational_staff", "site_known", "host_willing"
"""Gates that decide the rank group: whose crew moves, is a site there, would its owner host."""
SHARED_GATE = "shared_already"


def contributions(
    measured: pd.DataFrame,
    /,
    *,
    criteria: Sequence[study.Criterion],
    weights: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Turn raw measures into values on the study's fixed scales, and into shares of the score.

    Args:
        measured: table `measures`.
        criteria: the study's criteria; their order is the order of addition.
        weights: other weights by criterion id (one of the study's presets); a criterion left out
            weighs nothing.

    Returns:
        Table `contributions`, sorted by option_id and then as in the study.

    Raises:
        ScoringError: a criterion nobody measures, or weights that do not define a ranking.
    """
    known = set(measured["criterion"])
    if len(measured) and (unknown := [c.id for c in criteria if c.id not in known]):
        raise ScoringError(
            f"choice.criteria: no measure for {some(unknown)} in table measures; expected some of "
            f"{', '.join(sorted(known))}. Remove the criterion or measure it."
        )
    given = {c.id: c.weight.value for c in criteria} if weights is None else weights
    shares = weight_shares([given.get(c.id, 0.0) for c in criteria])
    parts = []
    for number, (criterion, share) in enumerate(zip(criteria, shares, strict=True)):
        part = measured[measured["criterion"] == criterion.id]
        raw = part[["low", "central", "high"]].to_numpy("float64").T
        one, value, other = on_scale(raw, lists=part["list"].tolist(), criterion=criterion)
        parts.append(
            part.assign(
                order=number,
                raw=part["central"].mask(part["basis"] == "missing"),
                value_low=np.minimum(one, other),
                value=value,
                value_high=np.maximum(one, other),
                weight=share,
                contribution=share * value * 100,
            )
        )
    rows = pd.concat(parts).sort_values(["option_id", "order"])
    return rows[CONTRIBUTIONS.names].reset_index(drop=True)


def on_scale(raw: Floats, /, *, lists: Sequence[str], criterion: study.Criterion) -> Floats:
    """Put raw measures on the fixed scale of their criterion.

    Args:
        raw: measures, the options along the last axis; NaN stays NaN.
        lists: the list each option is ranked in.
        criterion: whose scale.
    """
    scales = {name: criterion.scale(name) for name in set(lists)}
    ends = {name: (scale.worst.value, scale.best.value) for name, scale in scales.items()}
    worst, best = np.array([ends[name] for name in lists], "float64").reshape(-1, 2).T
    value: Floats = np.round(np.clip((raw - worst) / (best - worst), 0, 1), VALUE_DECIMALS) + 0.0
    return value


def weight_shares(weights: Sequence[float], /) -> list[float]:
    """Divide weights by their sum, added from left to right.

    Args:
        weights: 0 or more, of any sum.

    Raises:
        ScoringError: a weight is negative or not a number, or all are 0.
    """
    total = 0.0
    for weight in weights:
        total += weight
    if not total > 0 or total == np.inf or min(weights) < 0:
        raise ScoringError(
            f"weights {list(weights)} do not define a ranking; expected numbers of 0 or more, at "
            "least one above 0. Correct choice.criteria in the study file."
        )
    return [weight / total for weight in weights]


def scores(
    contributions: pd.DataFrame,
    options: pd.DataFrame,
    /,
    *,
    gates: pd.DataFrame,
    towns: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Add contributions up, give every option its status, and rank.

    `existing`: in place today. `blocked`: a gate fails. `investigate`: none fails, a mandatory
    one is unknown. `recommended`: neither.

    Args:
        contributions: table `contributions`.
        options: table `options`.
        gates: table `gates`.
        towns: town of each site by site_id, by which options that share a rank are listed; None:
            by option_id alone.

    Returns:
        Table `scores`, sorted by option_id.
    """
    frame = options.sort_values("option_id", ignore_index=True)
    ids = frame["option_id"]
    frame["list"] = list_of(frame)
    for name, total in _totals(contributions, ids).items():
        frame[name] = total
    frame["failed_gates"] = ids.map(_listed(gates[gates["outcome"] == "fail"]))
    frame["rank_group"] = _groups(frame, gates)
    open_gates = gates[(gates["outcome"] == "unknown") & gates["mandatory"]]
    frame["unknown_gates"] = ids.map(_listed(open_gates))
    frame["status"] = np.select(
        [
            frame["existing_share"] == "existing",
            frame["failed_gates"].notna(),
            frame["unknown_gates"].notna(),
        ],
        ["existing", "blocked", "investigate"],
        default="recommended",
    )
    first = frame["host_site_id"].fillna(frame["site_ids"].str.split(";").str[0])
    frame["town"] = first.map(towns or {}).astype("str")
    ranked = frame[(frame["status"] != "existing") & (frame["kind"] != "touchdown")]
    frame = frame.join(ranks(ranked))
    frame["rank_shared"] = frame["rank_shared"].fillna(value=False).astype("bool")
    return of_columns(SCORES, {name: frame[name].tolist() for name in SCORES.names})


def _totals(contributions: pd.DataFrame, ids: pd.Series) -> dict[str, Floats]:
    """Add up scores, their ends and the known share of the weight, criterion by criterion."""
    names = {"score_low": "value_low", "score": "value", "score_high": "value_high"}
    total = {name: np.zeros(len(ids)) for name in [*names, "completeness"]}
    for _, part in contributions.groupby("criterion", sort=False):
        row = part.set_index("option_id").loc[ids]
        weight = row["weight"].to_numpy()
        for name, value in names.items():
            total[name] += weight * row[value].to_numpy() * 100
        total["completeness"] += np.where(row["basis"] == "missing", 0.0, weight)
    # Shares may add up to a hair above 1; no figure may leave its range.
    return {n: np.minimum(sums, 1.0 if n == "completeness" else 100.0) for n, sums in total.items()}


def moves_crew(options: pd.DataFrame, gates: pd.DataFrame, /) -> pd.Series:
    """Whether each option would move a fire crew's base, so that the authority alone decides.

    Args:
        options: table `options`.
        gates: table `gates`.
    """
    return _at(CREW_GATE, options, gates=gates, passes=False)


def weakly_evidenced(options: pd.DataFrame, gates: pd.DataFrame, /) -> pd.Series:
    """Whether a site of each option may not be there, or its host has not said that it would host.

    Args:
        options: table `options`.
        gates: table `gates`.
    """
    return unconfirmed(options, gates) | unasked(options, gates)


def unconfirmed(options: pd.DataFrame, gates: pd.DataFrame, /) -> pd.Series:
    """Whether it is open if a site of each option is there: until gate `site_known` passes.

    Args:
        options: table `options`.
        gates: table `gates`.
    """
    confirmed = _at(KNOWN_GATE, options, gates=gates, passes=True)
    return options["weak_site_ids"].notna() & ~confirmed


def unasked(options: pd.DataFrame, gates: pd.DataFrame, /) -> pd.Series:
    """Whether the host of each option has yet to say that it would host.

    Args:
        options: table `options`.
        gates: table `gates`.
    """
    return _at(WILLING_GATE, options, gates=gates, passes=False)


def maybe_shared(options: pd.DataFrame, gates: pd.DataFrame, /) -> pd.Series:
    """Whether the sites of each option may be one building already: until its gate passes.

    Args:
        options: table `options`.
        gates: table `gates`.
    """
    return _at(SHARED_GATE, options, gates=gates, passes=False)


def _at(gate: str, options: pd.DataFrame, *, gates: pd.DataFrame, passes: bool) -> pd.Series:
    found = (gates["gate"] == gate) & ((gates["outcome"] == "pass") == passes)
    return options["option_id"].isin(gates.loc[found, "option_id"])


def _groups(options: pd.DataFrame, gates: pd.DataFrame) -> NDArray[np.int64]:
    """Return the rank group of every option; `failed_gates` names the gates it fails."""
    tests = [options["failed_gates"].notna(), moves_crew(options, gates)]
    weak = weakly_evidenced(options, gates).to_numpy("int64")
    groups: NDArray[np.int64] = np.select(tests, [3, 2], default=weak)
    return groups


def _listed(gates: pd.DataFrame) -> pd.Series:
    return gates.groupby("option_id", sort=True)["gate"].agg(";".join)
