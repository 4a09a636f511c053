"""Who gains and who loses, group by group: an input to an equality analysis, not the analysis.

The authority's cover sheet asks for an equality risks and benefits analysis (ERBA) in each business
case. Counts here are of residents of demand points, so they say where to look, not who is harmed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from colocate.impact.relocation import in_area
from colocate.tables.effects import EQUALITY, PEOPLE_GROUPS
from colocate.tables.schema import conform, of_columns
from colocate.travel.od_array import positions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from colocate import study

COUNTS = ("gained", "lost", "slower", "quicker")
WITHIN = {"lost": "slower", "gained": "quicker"}
"""Whoever comes to have less of a chance of the standard is slower, and so with gains."""
FINDINGS = {
    "lost": "loses more than average",
    "gained": "gains more than average",
    "slower": "slowed more than average",
    "quicker": "quickened more than average",
}
"""What stands out of a group, in the order in which it is said."""
PARTITIONS = (
    tuple(f"imd_decile_{decile}" for decile in range(1, 11)),
    ("rural", "urban"),
)
"""Groups that make up everybody between them."""
PARTS = ("aged_65_plus", "disabled")
"""Groups that are a part of everybody, the others being no group here."""


def equality(
    changes: pd.DataFrame,
    demand_points: pd.DataFrame,
    /,
    *,
    unknown: Iterable[tuple[str, str]] = (),
    settings: study.Equality,
) -> pd.DataFrame:
    """Count the people of each group who gain and who lose, and compare with the whole area.

    An option and side has a row for every group where a time changes for anybody, or where its
    effect is unknown. Without rows nothing changes for anyone.

    A count above 0 and below `smallest_count` is left out, and so is another wherever the first
    could be had by subtraction: within deprivation deciles and within rural and urban a second one,
    a count of older or disabled people where the others of the area would be that few, and a count
    of those who lose (gain) where the others whose time gets longer (shorter) would be.

    Args:
        changes: table `changes`, of options or of a portfolio.
        demand_points: table `demand_points`; those in the study's area count.
        unknown: (option_id, side) of which the effect could not be computed.
        settings: section `equality` of the study.

    Returns:
        Table `equality`, sorted by option and side, groups in the order of the table.
    """
    demand = in_area(demand_points)
    groups = _groups(demand)
    grouped = changes.groupby(["option_id", "side"])
    code, subjects = grouped.ngroup().to_numpy(), grouped.size().index.to_frame(index=False)
    at = positions(changes["demand_id"], demand["demand_id"])
    counts = _counts(changes, code, weights=np.column_stack([groups, demand["people"]])[at],
                     subjects=len(subjects))  # fmt: skip
    found = _screened(counts, people=groups.sum(), everyone=demand["people"].sum(),
                      settings=settings)  # fmt: skip
    most = _most(changes, code, there=groups.to_numpy()[at] > 0, subjects=len(subjects))
    found = found.assign(
        **_material(found, most, sides=subjects["side"].to_numpy(), settings=settings)
    )
    named = subjects.loc[np.repeat(subjects.index, len(groups.columns))]
    known = dict(pd.concat([named.reset_index(drop=True), found], axis="columns").items())
    rows = (
        {"option_id": option_id, "side": side, "group": group, "people": people,
         "finding": "unknown", "suppressed": False}
        for option_id, side in unknown
        for group, people in groups.sum().items()
    )  # fmt: skip
    both = pd.concat([of_columns(EQUALITY, known), conform(EQUALITY, rows)])
    return both.sort_values(["option_id", "side"], kind="stable", ignore_index=True)


def _groups(demand: pd.DataFrame) -> pd.DataFrame:
    """People of each group at each demand point; not known where the table does not say."""
    people = demand["people"]
    frame = {
        f"imd_decile_{decile}": people.where(demand["imd_decile"] == decile, 0.0)
        for decile in range(1, 11)
    }
    frame |= {
        "aged_65_plus": demand["people_65_plus"],
        "disabled": demand["disabled_people"],
        "rural": people.where(demand["rural"], 0.0),
        "urban": people.where(~demand["rural"], 0.0),
    }
    return pd.DataFrame(frame)[list(PEOPLE_GROUPS)]


def _counts(
    changes: pd.DataFrame, code: np.ndarray, *, weights: np.ndarray, subjects: int
) -> dict[str, np.ndarray]:
    """Count people by subject and group, everybody last; one array for each of `COUNTS`.

    Who gains and who loses the standard counts with the chance that is gained or lost.
    """
    before, after = (changes[f"{when}_s"].fillna(np.inf).to_numpy() for when in ("before", "after"))
    more = (changes["chance_after"] - changes["chance_before"]).to_numpy()
    shares = (
        np.maximum(more, 0), np.maximum(-more, 0), (after > before) | (more < 0),
        (after < before) | (more > 0),
    )  # fmt: skip
    found = {}
    for name, share in zip(COUNTS, shares, strict=True):
        summed = (np.bincount(code, each * share, minlength=subjects) for each in weights.T)
        found[name] = np.stack(list(summed), axis=1)
    return found


def _most(
    changes: pd.DataFrame, code: np.ndarray, *, there: np.ndarray, subjects: int
) -> dict[str, np.ndarray]:
    """Most time that a place with people of each group loses and gains, subjects × groups."""
    before, after = (changes[f"{when}_s"].fillna(np.inf) for when in ("before", "after"))
    order = np.argsort(code, kind="stable")
    first = np.searchsorted(code[order], np.arange(subjects))
    longer, there = (after - before).to_numpy()[order, np.newaxis], there[order]
    found = {}
    for name, time in (("slower", longer), ("quicker", -longer)):
        # No subject is without rows; where there is none at all, none is there to be the first.
        most = np.maximum.reduceat(np.where(there, time, 0.0), first) if subjects else there
        found[name] = np.maximum(most, 0.0) + 0.0  # a zero without a sign
    return found


def _material(
    found: pd.DataFrame,
    most: dict[str, np.ndarray],
    *,
    sides: np.ndarray,
    settings: study.Equality,
) -> dict[str, Any]:
    """Say who is at risk and who benefits, by the least change of a time that counts."""
    floor = np.array([settings.material_s[side].value for side in sides])[:, None]
    told = ~found["suppressed"] & (found["finding"] != "unknown")
    columns: dict[str, Any] = {}
    for name, moved, word in (("slower", "lost", "risk"), ("quicker", "gained", "benefit")):
        time = pd.Series(most[name].ravel(), index=found.index)
        enough = pd.Series((most[name] >= floor).ravel(), index=found.index)
        columns[f"{name}_most_s"] = time.where(told & np.isfinite(time))
        columns[word] = (enough | (found[moved] > 0)).astype("boolean").where(told)
    return columns


def _screened(
    counts: dict[str, np.ndarray], *, people: pd.Series, everyone: float, settings: study.Equality
) -> pd.DataFrame:
    """Leave small counts out and put the rest in words: a row a subject and group."""
    least, notable = settings.smallest_count.value, settings.notable_ratio.value
    of_group = {name: count[:, :-1] for name, count in counts.items()}
    total = {name: count[:, -1:] for name, count in counts.items()}
    hidden = {
        name: _hidden(of_group[name], of_group.get(WITHIN.get(name, "")), total=total[name],
                      least=least)
        for name in COUNTS
    }  # fmt: skip
    rate = {name: of_group[name] / np.maximum(people.to_numpy(), 1) for name in COUNTS}
    area = {name: total[name] / max(everyone, 1) for name in COUNTS}
    few = np.logical_or.reduce(list(hidden.values()))
    finding = np.select(
        [
            few,
            np.isnan(sum(rate.values())),
            sum(of_group.values()) == 0,
            *(rate[name] > notable * area[name] for name in FINDINGS),
        ],
        ["too few to say", "unknown", "no change", *FINDINGS.values()],
        default="as the average",
    )
    shape = few.shape
    loss = np.where(_small(total["lost"], least), np.nan, area["lost"])
    columns = {
        "group": np.broadcast_to(people.index.to_numpy("object"), shape),
        "people": np.broadcast_to(people.to_numpy(), shape),
        **{name: np.where(hidden[name], np.nan, of_group[name]) for name in COUNTS},
        "loss_rate": np.where(hidden["lost"], np.nan, rate["lost"]),
        "area_loss_rate": np.broadcast_to(loss, shape),
        "finding": finding,
        "suppressed": few,
    }
    return pd.DataFrame({name: column.ravel() for name, column in columns.items()})


def _hidden(
    counts: np.ndarray, whole: np.ndarray | None, *, total: np.ndarray, least: float
) -> np.ndarray:
    """Say which counts to leave out: the small ones, and those that would give them away.

    Args:
        counts: people, subjects × groups.
        whole: the same groups' people of whom the counts are a part, shown beside them; if any.
        total: people of all groups, subjects × 1.
        least: the smallest count shown.
    """
    column = {group: number for number, group in enumerate(PEOPLE_GROUPS)}
    hidden = _small(counts, least)
    if whole is not None:
        hidden |= _small(whole - counts, least)
    for group in PARTS:
        hidden[:, column[group]] |= _small(total[:, 0] - counts[:, column[group]], least)
    for groups in PARTITIONS:
        at = np.array([column[group] for group in groups])
        alone = np.flatnonzero(hidden[:, at].sum(axis=1) == 1)
        part = counts[np.ix_(alone, at)]
        order = np.where(part > 0, part, np.finfo("float64").max)  # nobody only as a last resort
        order[hidden[np.ix_(alone, at)]] = np.inf
        hidden[alone, at[order.argmin(axis=1)]] = True
    return hidden


def _small(count: np.ndarray, least: float) -> np.ndarray:
    return (count > 0) & (count < least)
