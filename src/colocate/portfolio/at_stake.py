"""Who could lose a service by options together: what no score, weight or price changes, as tables.

It is found once for all options (`covering`), so that what is asked of a set may change, and sets
be found anew, without a look at any drive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from colocate.portfolio import covering
from colocate.portfolio.losses import Stakes
from colocate.tables.stakes import POINTS_AT_STAKE, STAKES, UNKNOWN_STAKES

if TYPE_CHECKING:
    from colocate import study
    from colocate.tables import Table


class Given(NamedTuple):
    """Tables that stakes are found from, by name."""

    options: pd.DataFrame
    participation: pd.DataFrame
    serving_sites: pd.DataFrame
    demand_units: pd.DataFrame
    new_sites: pd.DataFrame
    site_to_unit: pd.DataFrame
    unit_to_site: pd.DataFrame


class AtStake(NamedTuple):
    """Tables of what is at stake, by name."""

    points_at_stake: pd.DataFrame
    stakes: pd.DataFrame
    unknown_stakes: pd.DataFrame


def hosts(options: pd.DataFrame, new_sites: pd.DataFrame, /) -> pd.Series:
    """Return where each option's movers would be, its new site among them; null where open.

    Args:
        options: rows of table `options`.
        new_sites: table `new_sites`.
    """
    new = new_sites.set_index("option_id")["site_id"]
    return options["host_site_id"].fillna(options["option_id"].map(new))


def at_stake(given: Given, /, *, tolerance: study.Tolerance) -> AtStake:
    """Find who could lose a service by options together.

    Args:
        given: the tables.
        tolerance: section `tolerance` of the study: what is no loss because it cannot be told.

    Returns:
        Tables `points_at_stake`, `stakes` and `unknown_stakes`, sorted by their keys.
    """
    options = given.options.sort_values("option_id", ignore_index=True)
    at = hosts(options, given.new_sites)
    ids = options["option_id"].array
    points, entries, unknown = [], [], []
    for side, service in (
        ("access", _police(given, tolerance)),
        ("cover", _fire(given, tolerance)),
    ):
        found = covering.losses(options, service, hosts=at)
        stakes = found.stakes
        points.append({
            "side": side, "demand_id": service.demand[found.points].array, "people": stakes.people,
            "n_sites": stakes.sites[stakes.kind], "kind": stakes.kind,
        })  # fmt: skip
        entries.append({"side": side} | _entries(stakes, ids=ids))
        unknown.append({"side": side, "option_id": ids[found.unknown]})
    return AtStake(
        _table(POINTS_AT_STAKE, points), _table(STAKES, entries), _table(UNKNOWN_STAKES, unknown)
    )


def _fire(given: Given, tolerance: study.Tolerance) -> covering.Service:
    covers = given.participation.loc[given.participation["covers"], "site_id"]
    return covering.service(
        given.serving_sites, given.site_to_unit, name="fire", direction="from_site",
        demand_points=given.demand_units, tolerance=tolerance, among=covers,
    )  # fmt: skip


def _police(given: Given, tolerance: study.Tolerance) -> covering.Service:
    return covering.service(
        given.serving_sites, given.unit_to_site, name="police", direction="to_site",
        demand_points=given.demand_units, tolerance=tolerance,
    )  # fmt: skip


def _entries(stakes: Stakes, *, ids: Any) -> dict[str, Any]:  # noqa: ANN401 - an array of pandas
    """Write down what options take away and bring, a row an option and kind of point."""
    kinds = stakes.gone.shape[1]
    gone, arrives = stakes.gone.tocoo(), stakes.arrives.tocoo()
    taken, brought = (each.row.astype("int64") * kinds + each.col for each in (gone, arrives))
    both = np.union1d(taken, brought)
    n_gone = np.zeros(len(both), "int64")
    n_gone[np.searchsorted(both, taken)] = gone.data
    option, kind = np.divmod(both, max(kinds, 1))
    return {
        "option_id": ids[option], "kind": kind, "n_gone": n_gone, "arrives": np.isin(both, brought),
    }  # fmt: skip


def _table(table: Table, parts: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.concat([pd.DataFrame(each) for each in parts], ignore_index=True)
    return frame.astype({column.name: column.dtype for column in table.columns})


def known(made: AtStake, options: pd.DataFrame, /, *, side: str) -> tuple[Stakes, np.ndarray]:
    """Read what is at stake of one service.

    Args:
        made: the tables.
        options: in order of id; those that are not among them are passed over.
        side: `cover` or `access`.

    Returns:
        What all options could take, and bring; and a mask of those whose effect is unknown.
    """
    ids = pd.Index(options["option_id"])
    points, entries, unknown = (each[each["side"] == side] for each in made)
    kind = points["kind"].to_numpy()
    numbered, first = np.unique(kind, return_index=True)
    row = ids.get_indexer(entries["option_id"])
    own = entries[row >= 0]
    where, shape = (row[row >= 0], own["kind"].to_numpy()), (len(ids), len(numbered))
    gone, arrives = (
        csr_array((own[name].to_numpy("int64"), where), shape=shape)
        for name in ("n_gone", "arrives")
    )
    for each in (gone, arrives):
        each.eliminate_zeros()
    sites = points["n_sites"].to_numpy()[first]
    stakes = Stakes(points["people"].to_numpy(), kind, sites, gone, arrives)
    return stakes, ids.isin(unknown["option_id"])
