"""The ranking as people read it: a row an option, how sure its rank is, what it all rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from colocate.tables.choice import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from colocate.tables.rows import Question, RankingBasi

HALF_PERCENT = 0.005
"""Below it a share is said as 0%."""

COLUMNS = {
    "options": ("title", "kind"),
    "scores": (
        "list",
        "rank_group",
        "rank",
        "rank_low",
        "rank_high",
        "rank_shared",
        "place",
        "status",
        "score",
        "score_low",
        "score_high",
        "completeness",
    ),
    "stability": ("word",),
    "cover": ("people_gained", "people_lost"),
    "access": ("people_gained", "people_lost"),
    "money": ("net_saving_gbp",),
}
"""Columns taken from each table; those of cover and access are named after their table."""


def ranking(tables: Mapping[str, pd.DataFrame], /) -> pd.DataFrame:
    """Join what most readers ask of an option into one frame.

    Args:
        tables: a run's tables by name: those of `COLUMNS`, and `gates`.

    Returns:
        One row per option, list by list, the first rank first and those without a rank last:
        `list`, `rank_group`, `rank`, `rank_low`, `rank_high`, `rank_shared`, `place`,
        `option_id`, `title`, `kind`, `status`, `score`, `score_low`, `score_high` (0 to 100),
        `word` (robust, contested, undecided or fragile), `completeness` (share of the weight
        known), `cover_people_gained`,
        `cover_people_lost`, `access_people_gained`, `access_people_lost` (null where unknown),
        `net_saving_gbp` (a year; null where unknown), `gates_failed`, `gates_unknown` (numbers of
        gates).
    """
    frame = tables["options"][["option_id"]]
    for name, wanted in COLUMNS.items():
        columns = tables[name].set_index("option_id")[[*wanted]]
        if name in {"cover", "access"}:
            columns = columns.add_prefix(f"{name}_")
        frame = frame.join(columns, on="option_id")
    gates = tables["gates"]
    for column, outcome in (("gates_failed", "fail"), ("gates_unknown", "unknown")):
        found = gates.loc[gates["outcome"] == outcome, "option_id"].value_counts()
        frame[column] = frame["option_id"].map(found).fillna(0).astype("int64")
    first = ["list", "rank", "option_id", "title", "kind", "status", "score", "word"]
    frame = frame[[*first, *(name for name in frame.columns if name not in first)]]
    return frame.sort_values(["place", "option_id"], ignore_index=True)


def rests_on(
    ranking_basis: pd.DataFrame,
    /,
    *,
    labels: Mapping[str, str],
    list_name: str = "stations",
    rank_group: int = 0,
) -> str:
    """Say in a few words what the order of one list and rank group rests on.

    Args:
        ranking_basis: table `ranking_basis`.
        labels: name of each criterion for people, by id.
        list_name: the list.
        rank_group: the rank group; 0 is what can be acted on.

    Returns:
        A sentence or two on what makes the spread, what does not vary, what is assumed, the sort
        by drive time it comes near to, how many neighbours and pairs are told apart, and what would
        tell more of them; empty if nothing is ranked there.
    """
    own = ranking_basis["list"].eq(list_name) & ranking_basis["rank_group"].eq(rank_group)
    rows = {row.criterion: row for row in ranking_basis[own].itertuples()}
    if not rows:
        return ""
    every: Any = rows.pop(ALL)
    if every.n_options == 1:
        return "One option, so nothing is compared."
    if not every.varies:
        return f"Nothing tells the {every.n_options:,} options of this list apart."
    return (
        f"The order of these {every.n_options:,} options rests on {_made(rows, labels)}. "
        f"{_guessed(every.spread_assumed)} {_sorted_by_drive(every.drive_rho)}"
        f"There are {every.n_values:,} different scores, and {every.n_decided:.0f} of "
        f"{every.n_options - 1:,} neighbours in the order are told apart by more than what is not "
        f"known. {_separated(rows, every, labels=labels)}"
    )


def _separated(
    rows: Mapping[str, RankingBasi], every: RankingBasi, *, labels: Mapping[str, str]
) -> str:
    """How many pairs are told apart, and what would tell more of them."""
    pairs = every.n_options * (every.n_options - 1) // 2
    more = sorted(
        (row for row in rows.values() if row.n_separated > every.n_separated),
        key=lambda row: -row.n_separated,
    )
    said = f"So told apart of all {pairs:,} pairs: {every.n_separated:,}."
    if more:
        would = [f"{row.n_separated:,} with {labels[row.criterion].lower()}" for row in more]
        said += (
            " Were a criterion known for every option, at the centre of its range, it would be "
            f"{_and(would)}."
        )
    if same := pairs - int(every.n_different):
        said += f" In {same:,} pairs both have the same centre: nothing measured tells them apart."
    return said


def worth(question: Question, /) -> str:
    """Say what the answer to a question would move and settle.

    Args:
        question: a row of table `questions`.
    """
    moved, settled = f"{question.moved_mean:.1f}", f"{question.settled_mean:.1f}"
    return (
        f"An answer would move {moved.removesuffix('.0')} ranks on average, {question.moved_max} "
        f"at most, and settle {settled.removesuffix('.0')} options, {question.settled_max} at most."
    )


def _made(rows: Mapping[str, RankingBasi], labels: Mapping[str, str]) -> str:
    """What makes the spread, what works against it and what does not vary."""
    varying = sorted((r for r in rows.values() if r.varies), key=lambda r: -r.spread_share)
    against = [_share(r, labels) for r in varying if r.spread_share < 0]
    alike = [labels[name].lower() for name, row in rows.items() if not row.varies]
    said = [_and([_share(r, labels) for r in varying if r.spread_share >= 0])]
    if against:
        said.append(f"{_and(against)} {'works' if len(against) == 1 else 'work'} against it")
    if alike:
        said.append(f"{_and(alike)} {'is' if len(alike) == 1 else 'are'} the same for all")
    return "; ".join(said)


def _guessed(share: float) -> str:
    if share < -HALF_PERCENT:
        return f"What is assumed or unknown works against it ({_percent(share)})."
    return f"{_percent(share)} of the spread is assumed or unknown."


def _sorted_by_drive(rho: float) -> str:
    if rho != rho:  # noqa: PLR0124 - NaN is not itself
        return ""
    said = _minus(f"{rho:.2f}")
    return f"Its rank correlation with drive time is {said} (1 would be a sort by drive time). "


def _share(row: RankingBasi, labels: Mapping[str, str]) -> str:
    return f"{labels[row.criterion].lower()} ({_percent(row.spread_share)} of the spread)"


def _percent(share: float) -> str:
    return _minus(f"{share:.0%}".replace("-0%", "0%"))


def _minus(figure: str) -> str:
    return figure.replace("-", "−")


def _and(words: list[str]) -> str:
    *rest, last = words
    return f"{', '.join(rest)} and {last}" if rest else last
