"""Hold a ranking against what happened: where the sites of known cases stand among all others.

The standing of a site among others of its body, under an order of them, is

    (others behind it + half of the others level with it) / others

so 1 is first, 0 last, and one half what chance gives. A ranking orders sites by the best option
that each is part of: by rank group, then rank; those without an option stand level, last. The
standing averaged over cases, against the sites without such a case alone, is the area under the
receiver operating characteristic (Hanley and McNeil, Radiology 143, 1982). Its interval takes the
other sites as they are, for they are all there are, and the cases as a sample: Student's t over
their standings. Nothing is fitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from scipy import stats

from colocate.tables.backtest import HAPPENED, METHODS, STAYED, SUMMARY
from colocate.tables.choice import LISTS
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd

LEAST_CASES = 10
"""Below it an area under the curve says nothing."""
TOP_QUARTER = 0.75
CONFIDENCE = 0.95
TOWN_M = 2000
"""People of a site's town are those whose census area has its centre this near: assumed, about the
radius of a market town."""


def best_options(options: pd.DataFrame, scores: pd.DataFrame, /) -> pd.DataFrame:
    """Find the best ranked option that each site is part of.

    Args:
        options: table `options`.
        scores: table `scores`.

    Returns:
        `site_id`, `option_id`, `site_ids`, `list`, `rank_group`, `rank`; of a site with options in
        several lists, the best in the first of them.
    """
    ranked = scores[scores["rank"].notna()].merge(options[["option_id", "site_ids"]])
    ranked = ranked.assign(site_id=ranked["site_ids"].str.split(";")).explode("site_id")
    order = ranked.assign(of=ranked["list"].map(LISTS.index)).sort_values(["of", "place"])
    columns = ["site_id", "option_id", "site_ids", "list", "rank_group", "rank"]
    return order.drop_duplicates("site_id")[columns].reset_index(drop=True)


def by_ranking(best: pd.DataFrame, /, *, of: Sequence[str], list_name: str) -> pd.Series:
    """Order sites by their best options of one list.

    Args:
        best: what `best_options` returned.
        of: the sites to order; those whose options all stand in other lists are left out.
        list_name: the list.

    Returns:
        A number by site_id, less is better, equal where nothing tells two apart.
    """
    own = best[best["site_id"].isin(of)].set_index("site_id")
    there = own[own["list"] == list_name]
    steps = pd.MultiIndex.from_frame(there[["rank_group", "rank"]])
    place = {step: number for number, step in enumerate(sorted(set(steps)))}
    keys = pd.Series([float(place[step]) for step in steps], index=there.index, dtype="float64")
    wanted = [site for site in of if site not in own.index or site in there.index]
    return keys.reindex(wanted, fill_value=np.inf)


def baselines(
    located_sites: gpd.GeoDataFrame, /, *, drives: pd.DataFrame, demand_points: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Order sites by what needs no ranking.

    Args:
        located_sites: the sites that take part, of table `located_sites`.
        drives: `site_a`, `site_b` and `travel_time_s`, the slower way.
        demand_points: table `demand_points`.

    Returns:
        By site_id `straight_distance` (metres) and `drive_time` (seconds) to the nearest site of
        another service (infinite where none is reached), and `town_size` (people within `TOWN_M`);
        less comes first in each.
    """
    sites = located_sites.set_index("site_id")
    points, service = sites.geometry.to_numpy(), sites["service"]
    apart = shapely.distance(points[:, None], points[None, :])
    other = service.to_numpy()[:, None] != service.to_numpy()[None, :]
    both = pd.concat(
        [drives, drives.rename(columns={"site_a": "site_b", "site_b": "site_a"})], ignore_index=True
    )
    theirs = both["site_b"].map(service)
    both = both[theirs.notna() & (both["site_a"].map(service) != theirs)]
    site, point = demand_points.sindex.query(points, predicate="dwithin", distance=TOWN_M)
    near = pd.Series(demand_points["people"].to_numpy()[point]).groupby(site).sum()
    return pd.DataFrame(
        {
            "straight_distance": np.where(other, apart, np.inf).min(axis=1, initial=np.inf),
            "drive_time": both.groupby("site_a")["travel_time_s"].min().reindex(sites.index),
            "town_size": near.reindex(range(len(sites)), fill_value=0).to_numpy("float64"),
        },
        index=sites.index,
    ).fillna(np.inf)


def standing(keys: pd.Series, site_id: str, /) -> float | None:
    """Return the share of the other sites that stand behind one, level ones counted half.

    Args:
        keys: a number by site_id, less is better.
        site_id: the site.
    """
    own, others = keys[site_id], keys.drop(site_id)
    if others.empty:
        return None
    return float(((others > own).sum() + (others == own).sum() / 2) / len(others))


def summary(held: pd.DataFrame, /, *, against_rest: pd.DataFrame) -> pd.DataFrame:
    """Average the standings of what happened and of what did not.

    Args:
        held: table `backtest`.
        against_rest: by site, the standings among the sites that have no case of the same kind,
            a column a method.

    Returns:
        Table `backtest_summary`.
    """
    rest = against_rest.reindex(held["site"])
    rows = [
        {"cases": " or ".join(outcomes), "method": method}
        | _averaged(
            held.loc[held["outcome"].isin(outcomes), method],
            rest.loc[held["outcome"].isin(outcomes).to_numpy(), method],
        )
        for outcomes in (HAPPENED, STAYED)
        for method in METHODS
    ]
    return conform(SUMMARY, rows)


def _averaged(standings: pd.Series, against_rest: pd.Series) -> dict[str, Any]:
    known, rest = standings.dropna(), against_rest.dropna()
    first = int((known >= TOP_QUARTER).sum())
    told = {
        "n": len(known),
        "mean": known.mean() if len(known) else None,
        "n_top_quarter": first,
        "top_quarter": first / len(known) if len(known) else None,
    }
    if len(rest) < LEAST_CASES:
        return told
    half = stats.t.ppf((1 + CONFIDENCE) / 2, len(rest) - 1) * rest.sem()
    auc = rest.mean()
    return told | {"auc": auc, "auc_low": max(0.0, auc - half), "auc_high": min(1.0, auc + half)}


def in_words(summary: pd.DataFrame, /) -> Iterator[str]:
    """Say what the averages are, and what they cannot say.

    Args:
        summary: table `backtest_summary`.
    """
    for cases, rows in summary.groupby("cases", sort=False):
        n = int(rows["n"].iloc[0])
        if not n:
            yield f"{cases}: no case has a standing"
            continue
        yield f"{cases}: {n} {'case' if n == 1 else 'cases'}"
        for row in rows.itertuples():
            area = (
                ""
                if pd.isna(row.auc)
                else f", AUC {row.auc:.2f} ({row.auc_low:.2f} to {row.auc_high:.2f})"
            )
            yield (
                f"  {row.method.replace('_', ' '):<17}  mean standing {row.mean:.2f}, in the first "
                f"quarter {row.n_top_quarter} of {row.n}{area}"
            )
    n = int(summary["n"].iloc[0])
    if n < LEAST_CASES:
        yield (
            f"too few: {n} of what happened or was announced, and from {LEAST_CASES} on they would "
            "say how well the ranking finds them. One case more or less may turn any figure above; "
            "none says that one order is better than another."
        )
