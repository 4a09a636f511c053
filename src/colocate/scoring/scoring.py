"""Scores and ranks of options, by a rule simple enough to repeat in a browser, digit for digit.

For criteria c in the order of the study, with weights w and the option's values v:

    share_c        = w_c / (w_1 + w_2 + …)             added from left to right
    value_c        = (raw_c - worst_c) / (best_c - worst_c), clipped to 0 … 1, to six decimals
    contribution_c = share_c × value_c × 100           0 where the value is missing
    score          = contribution_1 + contribution_2 + …  from left to right, at most 100,
                                                          not rounded
    completeness   = share_1 + share_2 + …             of the criteria whose value is known

    rank_group     = blocked if a gate fails,
                     else crew_decision if gate `operational_staff` does not pass,
                     else weakly_evidenced if it is open whether a host or mover is there,
                     else actionable

Ranked are all options but existing shares and touchdowns, which move nobody and are the baseline.
Ranks run within a group: by score, highest first; equal scores by option_id. Groups are not
compared: moving a fire crew's base is for the fire authority alone to decide (DSFRA/16/5, 5.18),
and an unnamed point of a map is no building yet. Another weighting uses the values as they stand
in `contributions`; groups never depend on weights.

A missing value contributes nothing, so no option gains from what nobody knows, and finding
something out never lowers a score; completeness says how much is known. The scales are fixed in
the study, so adding an option changes nobody else's score (Belton and Stewart, Multiple Criteria
Decision Analysis, 2002, chapter 5: global scales and the additive value model).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from colocate.errors import ScoringError, some
from colocate.tables.choice import CONTRIBUTIONS, RANK_GROUPS, SCORES
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from colocate import study

Raw = TypeVar("Raw", "pd.Series", "NDArray[np.float64]")

VALUE_DECIMALS = 6
CREW_GATE = "operational_staff"


def contributions(
    measured: pd.DataFrame,
    /,
    *,
    criteria: Sequence[study.Criterion],
    weights: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Turn raw measures into values on the study's fixed scales, and into shares of the score.

    Args:
        measured: table `measures`; its centres are what is scored.
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
        part = measured[measured["criterion"] == criterion.id].rename(columns={"central": "raw"})
        value = on_scale(part["raw"], criterion=criterion)
        parts.append(
            part.assign(
                order=number,
                value=value,
                weight=share,
                contribution=(share * value * 100).fillna(0.0),
            )
        )
    rows = pd.concat(parts).sort_values(["option_id", "order"])
    return rows[CONTRIBUTIONS.names].reset_index(drop=True)


def on_scale(raw: Raw, /, *, criterion: study.Criterion) -> Raw:
    """Put raw measures (a series or an array) on the fixed scale of their criterion."""
    worst, best = criterion.worst.value, criterion.best.value
    value: Raw = ((raw - worst) / (best - worst)).clip(0, 1).round(VALUE_DECIMALS)
    return value


def weight_shares(weights: Sequence[float], /) -> list[float]:
    """Divide weights by their sum, added from left to right.

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
    contributions: pd.DataFrame, options: pd.DataFrame, /, *, gates: pd.DataFrame
) -> pd.DataFrame:
    """Add contributions up, give every option its status, and rank.

    `existing`: in place today. `blocked`: a gate fails. `investigate`: none fails, a mandatory
    one is unknown. `recommended`: neither.

    Args:
        contributions: table `contributions`.
        options: table `options`.
        gates: table `gates`.

    Returns:
        Table `scores`, sorted by option_id.
    """
    frame = options[["option_id", "kind", "existing_share", "weak_site_ids"]].sort_values(
        "option_id", ignore_index=True
    )
    ids = frame["option_id"]
    frame["score"] = 0.0
    frame["completeness"] = 0.0
    for _, part in contributions.groupby("criterion", sort=False):
        row = part.set_index("option_id").loc[ids]
        frame["score"] += row["contribution"].to_numpy()
        frame["completeness"] += row["weight"].where(row["value"].notna(), 0.0).to_numpy()
    # Shares may add up to a hair above 1; neither figure may leave its range.
    frame["score"] = frame["score"].clip(upper=100.0)
    frame["completeness"] = frame["completeness"].clip(upper=1.0)
    frame["failed_gates"] = ids.map(_listed(gates[gates["outcome"] == "fail"]))
    crew_stays = gates["outcome"] == "pass"
    crew_moves = gates.loc[(gates["gate"] == CREW_GATE) & ~crew_stays, "option_id"]
    frame["rank_group"] = np.select(
        [frame["failed_gates"].notna(), ids.isin(crew_moves), frame["weak_site_ids"].notna()],
        ["blocked", "crew_decision", "weakly_evidenced"],
        default="actionable",
    )
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
    listed = (frame["status"] != "existing") & (frame["kind"] != "touchdown")
    frame["rank_group"] = frame["rank_group"].where(listed, None)
    order = places(frame[listed])
    frame["place"] = order.reindex(frame.index)
    frame["rank"] = frame.groupby("rank_group")["place"].rank()
    return conform(SCORES, frame.to_dict("records"))


def places(scored: pd.DataFrame, /) -> pd.Series:
    """Put options in order from 1: by rank_group, then by score, then by option_id.

    Args:
        scored: `option_id`, `rank_group`, `score`; only options that are to be ranked.
    """
    order = scored.assign(group=scored["rank_group"].map(RANK_GROUPS.index)).sort_values(
        ["group", "score", "option_id"], ascending=[True, False, True]
    )
    return pd.Series(np.arange(1.0, len(order) + 1), index=order.index)


def _listed(gates: pd.DataFrame) -> pd.Series:
    return gates.groupby("option_id", sort=True)["gate"].agg(";".join)
