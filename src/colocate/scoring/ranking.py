"""Ranks and their intervals, by a rule simple enough to repeat in a browser, digit for digit.

Each rank group of each list (stations, headquarters, …) is ranked for itself: what only the
authority can decide, or may not be there, is not compared with what can be acted on. Within a rank
group, and with scores in whole millionths of a point,

    rank      = 1 + number of options whose score is above its own
    rank_low  = 1 + number whose least score is above its most: surely better
    rank_high = 1 + number whose most score is above its least, itself left out: maybe better

so equal scores share a rank (1, 2, 2, 4), rank_low <= rank <= rank_high, and a wider range narrows
no interval. The ranges of two options are taken as independent: where both rest on one prior they
may be wrong alike, and their order is surer than this says. Options that share a rank are listed
by town, then by id, which means nothing. An option is decided from the next of its rank group
where its least score is above the other's most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from colocate.tables.choice import LISTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MILLIONTHS = 1e6
APART = 1e9
"""Between the blocks of options that are ranked together: above all millionths of 100 points."""
MADE = ("rank_low", "rank", "rank_high", "rank_shared", "place", "decided_from_next")


def millionths(score: Floats, /) -> Floats:
    """Round scores to whole millionths of a point, half up, as a browser does.

    Args:
        score: points.
    """
    rounded: Floats = np.floor(score * MILLIONTHS + 0.5)
    return rounded


def ranks(scored: pd.DataFrame, /) -> pd.DataFrame:
    """Rank options within the rank groups of their lists.

    Args:
        scored: `option_id`, `list`, `rank_group`, `score_low`, `score`, `score_high` and `town`
            (null: listed last among equals); only options that are to be ranked.

    Returns:
        `rank_low`, `rank`, `rank_high`, `rank_shared`, `place` (from 1, over all lists) and
        `decided_from_next` (null for the last of a rank group), on the index of `scored`.
    """
    frame = scored.assign(
        **{n: millionths(scored[n].to_numpy()) for n in ("score_low", "score", "score_high")},
        of=scored["list"].map(LISTS.index).astype("int64"),
        nowhere=scored["town"].isna(),
    )
    frame = frame.sort_values(
        ["of", "rank_group", "score", "nowhere", "town", "option_id"],
        ascending=[True, True, False, True, True, True],
    )
    parts = [_within(rows) for _, rows in frame.groupby(["of", "rank_group"], sort=False)]
    made = pd.concat(parts) if parts else pd.DataFrame(columns=list(MADE[:-2]), index=frame.index)
    made["place"] = np.arange(1.0, len(frame) + 1)
    ahead = frame["score_low"] > frame["score_high"].shift(-1)
    same = (frame["of"] == frame["of"].shift(-1)) & (
        frame["rank_group"] == frame["rank_group"].shift(-1)
    )
    made["decided_from_next"] = ahead.astype("boolean").where(same)
    return made.reindex(index=scored.index, columns=list(MADE))


def interval(low: Floats, high: Floats, /, *, block: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the best and the worst rank that options may have.

    Args:
        low: least score of each, an option a column.
        high: its most.
        block: number of its rank group and list together; in each row above all of the last.
    """
    low, high = millionths(low), millionths(high)
    begins, earlier = block * APART, before(block)
    better = np.searchsorted(np.sort(begins - low).ravel(), begins - high) - earlier
    maybe = np.searchsorted(np.sort(begins - high).ravel(), begins - low) - earlier
    return (1 + better).astype("float64"), (1 + maybe - (high > low)).astype("float64")


def before(block: NDArray[np.int64], /) -> NDArray[np.int64]:
    """Count for each option those of the blocks that come before its own.

    Args:
        block: number of its block, from 0.
    """
    size = np.bincount(block.ravel())
    earlier: NDArray[np.int64] = (np.cumsum(size) - size)[block]
    return earlier


def _within(rows: pd.DataFrame) -> pd.DataFrame:
    """Rank the options of one rank group."""
    low, score, high = (rows[name].to_numpy() for name in ("score_low", "score", "score_high"))
    better = _above(score, score)
    return pd.DataFrame(
        {
            "rank_low": 1 + _above(low, high),
            "rank": 1 + better,
            "rank_high": 1 + _above(high, low) - (high > low),
            "rank_shared": pd.Series(better).duplicated(keep=False).to_numpy(),
        },
        index=rows.index,
    ).astype({"rank_low": "float64", "rank": "float64", "rank_high": "float64"})


def _above(scores: Floats, limits: Floats) -> NDArray[np.int64]:
    """Count for every limit how many scores are above it."""
    counted: NDArray[np.int64] = len(scores) - np.searchsorted(np.sort(scores), limits, "right")
    return counted
