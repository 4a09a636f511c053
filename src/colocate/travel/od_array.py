"""OD tables as arrays: what the nearest-facility kernel works on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


class OdArray(NamedTuple):
    """Travel times as an array, in a direction that is its maker's choice."""

    site_id: pd.Index
    demand_id: pd.Index
    time_s: NDArray[np.float64]
    """Sites × demand points; infinite beyond the cut-off, or where there is no way."""


class Entries(NamedTuple):
    """Travel times that were found, one a row."""

    site: NDArray[np.int64]
    """Place among the sites asked for."""
    point: NDArray[np.int64]
    """Place among the demand points."""
    time_s: NDArray[np.float64]


class Layout(NamedTuple):
    """Travel times to be spread over demand points for some sites at a time: all take too much."""

    of: Callable[[Ints, Floats], object]
    """Writes the travel times of the sites with these numbers, s, as of `od_array`, into an array
    of shape (these, demand points)."""
    reached: NDArray[np.bool_]
    """Of each site whether there is any time."""


def layout(od: pd.DataFrame | OdArray, /, *, sites: pd.Index, demand: pd.Index) -> Layout:
    """Prepare to spread the travel times of sites.

    Args:
        od: as of `od_array`.
        sites: site ids, which are numbered by them.
        demand: demand ids, the columns.
    """
    if isinstance(od, OdArray):
        if not (od.demand_id.equals(demand) and sites.isin(od.site_id).all()):
            od = OdArray(sites, demand, od_array(od, sites=sites, demand=demand))
        times, row = od.time_s, od.site_id.get_indexer(sites)
        return Layout(
            lambda numbers, into: np.take(times, row[numbers], axis=0, out=into, mode="clip"),
            np.atleast_1d(np.isfinite(times).any(axis=1))[row],
        )
    site, point = (  # of tens of millions: in 32 bits
        positions(od[name], among).astype("int32")
        for name, among in (("site_id", sites), ("demand_id", demand))
    )
    time_s, own = od["travel_time_s"].to_numpy(), (site >= 0) & (point >= 0)
    if not own.all():
        site, point, time_s = site[own], point[own], time_s[own]
    first = np.append(0, np.cumsum(np.bincount(site, minlength=len(sites))))
    if (site[1:] < site[:-1]).any():  # tables are in order of site
        order = np.argsort(site, kind="stable")
        point, time_s = point[order], time_s[order]

    def laid(numbers: Ints, into: Floats) -> None:
        into.fill(np.inf)
        for row, number in zip(into, numbers, strict=True):
            part = slice(first[number], first[number + 1])
            row[point[part]] = time_s[part]

    return Layout(laid, np.diff(first) > 0)


def od_array(
    od: pd.DataFrame | OdArray, /, *, sites: pd.Index, demand: pd.Index
) -> NDArray[np.float64]:
    """Spread travel times over sites × demand points.

    Args:
        od: table `site_to_demand` or `demand_to_site`, or an array of either; the direction is the
            caller's choice.
        sites: site ids, the rows; those of other sites are passed over.
        demand: demand ids, the columns; likewise.

    Returns:
        Travel times, s, shape (sites, demand points); infinite where `od` has none: beyond the
        cut-off, or no way.
    """
    times = np.full((len(sites), len(demand)), np.inf)
    if isinstance(od, OdArray):
        row, column = sites.get_indexer(od.site_id), demand.get_indexer(od.demand_id)
        times[np.ix_(row[row >= 0], column[column >= 0])] = od.time_s[np.ix_(row >= 0, column >= 0)]
        return times
    found = entries(od, sites=sites, demand=demand)
    times[found.site, found.point] = found.time_s
    return times


def entries(od: pd.DataFrame, /, *, sites: pd.Index, demand: pd.Index) -> Entries:
    """Number the sites and points of travel times, leaving the rest of the array unmade.

    Args:
        od: table `site_to_demand` or `demand_to_site`.
        sites: site ids; those of other sites are passed over.
        demand: demand ids; likewise.
    """
    site = positions(od["site_id"], sites)
    own = np.flatnonzero(site >= 0)
    point = positions(od["demand_id"].take(own), demand)
    own, point = own[point >= 0], point[point >= 0]
    return Entries(site[own], point, od["travel_time_s"].to_numpy()[own])


def positions(ids: pd.Series, among: pd.Series | pd.Index, /) -> NDArray[np.int64]:
    """Return where each id stands among others; -1 where it does not.

    Args:
        ids: text as pandas keeps it; looked up by Arrow, which need not make an object of each.
        among: the others, each once.
    """
    if ids.dtype == "category":
        of = positions(pd.Series(ids.cat.categories, dtype="str"), among)
        place: NDArray[np.int64] = of[ids.cat.codes.to_numpy()]
        return place
    text = pa.large_string()  # of no ids at all, Arrow would not know what they are
    known = pa.array(among.astype("str").array, text)
    found = pc.index_in(pa.array(ids, text), value_set=known)
    where: NDArray[np.int64] = pc.fill_null(found, -1).to_numpy().astype("int64")
    return where
