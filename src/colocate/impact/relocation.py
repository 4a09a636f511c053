"""Who moves where, and what serves people once they have: crews, desks and bases as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.impact.tolerance import settled
from colocate.tables import parts
from colocate.travel.kernel import nearest
from colocate.travel.od_array import od_array

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate import study

MOVES = ("subject_id", "mover_site_id", "host_site_id")
"""Columns of a frame of moves. A subject is an option, or a set of options taken together."""


class Bases(NamedTuple):
    """What serves the demand points of the area, by row, and where its rows could move."""

    rows: Mapping[str, np.ndarray]
    """Rows of each site, in order of site id; a fire station has one row a crew."""
    start_s: np.ndarray
    """Per row: time before the drive, s."""
    drive: np.ndarray
    """Rows × demand points in order of id, s."""
    now: nearest.Reach
    """The same with the start, and the soonest of it."""
    hosts: pd.Index
    """Sites that something moves to."""
    host_drive: np.ndarray
    """Hosts × demand points: the drive alone, s."""
    tolerance_s: float
    """Largest change of the soonest service that cannot be told."""


class Shift(NamedTuple):
    """Rows that leave where they are, and what they offer from their hosts."""

    gone: np.ndarray
    """Rows of `Bases`; none where nothing that serves moves."""
    arrivals: np.ndarray | None
    """Gone rows × demand points, s; none where a host is still to be found, or off the road."""

    @property
    def known(self) -> bool:
        """Whether what follows from the move can be computed."""
        return self.arrivals is not None

    @property
    def known_arrivals(self) -> np.ndarray:
        """The arrivals of a known shift."""
        if self.arrivals is None:
            raise ValueError("the host is open: nothing follows from such a move")
        return self.arrivals


def moves(options: pd.DataFrame, new_sites: pd.DataFrame, /) -> pd.DataFrame:
    """List who would move where by each option on its own.

    Args:
        options: table `options`.
        new_sites: table `new_sites`: the host of an option that has none of its own.

    Returns:
        One row a mover with columns `MOVES`, sorted by subject and mover; `host_site_id` is empty
        where it is open. Options that move nobody have no row.
    """
    new = dict(zip(new_sites["option_id"], new_sites["site_id"], strict=True))
    hosts = options["host_site_id"]
    rows = [
        (option_id, mover, host if known else new.get(option_id))
        for option_id, movers, host, known in zip(
            options["option_id"], options["mover_site_ids"], hosts, hosts.notna(), strict=True
        )
        for mover in parts(movers)
    ]
    return pd.DataFrame(sorted(rows), columns=list(MOVES), dtype="str")


def by_subject(moves: pd.DataFrame, /) -> dict[str, dict[str, str | None]]:
    """Return the host of each mover, by subject; None where it is open.

    Args:
        moves: has the columns `MOVES`.
    """
    found: dict[str, dict[str, str | None]] = {}
    known = moves["host_site_id"].notna()
    for (subject, mover, host), is_known in zip(
        moves[list(MOVES)].itertuples(index=False), known, strict=True
    ):
        found.setdefault(subject, {})[mover] = host if is_known else None
    return found


def in_area(demand_points: pd.DataFrame, /) -> pd.DataFrame:
    """Return the demand points that count, in order of id.

    Args:
        demand_points: table `demand_points`.
    """
    return demand_points[demand_points["in_area"]].sort_values("demand_id", ignore_index=True)


def bases(
    sites: pd.Index,
    start_s: np.ndarray,
    *,
    hosts: pd.Series,
    od: pd.DataFrame,
    demand: pd.Index,
    tolerance: study.Tolerance,
) -> Bases:
    """Spread what serves over rows × demand points.

    Args:
        sites: site of each row, sorted; repeated for a site with several crews.
        start_s: time of each row before the drive, s.
        hosts: ids of sites that something moves to; empty ones are left out.
        od: travel times between sites and demand points, in the direction that serves.
        demand: demand ids, the columns.
        tolerance: section `tolerance` of the study.
    """
    ids, row_site = np.unique(np.asarray(sites, dtype="object"), return_inverse=True)
    host_ids = pd.Index(hosts.dropna().unique(), dtype="object")
    both = pd.Index(ids, dtype="object").union(host_ids, sort=False)
    drive = od_array(od, sites=both, demand=demand)
    from_rows = drive[row_site]
    return Bases(
        rows={site: np.flatnonzero(row_site == number) for number, site in enumerate(ids)},
        start_s=start_s,
        drive=from_rows,
        now=nearest.reach(from_rows + start_s[:, np.newaxis]),
        hosts=host_ids,
        host_drive=drive[both.get_indexer(host_ids)],
        tolerance_s=tolerance.time_s.value,
    )


def shift(bases: Bases, host_of: Mapping[str, str | None], /) -> Shift:
    """Move all of some sites' rows to their hosts at once; each keeps its time before the drive.

    Args:
        bases: what serves today.
        host_of: host of each site that moves; sites that do not serve are passed over.
    """
    serving = [(bases.rows[mover], host) for mover, host in host_of.items() if mover in bases.rows]
    if not serving:
        return Shift(np.array([], "int64"), np.empty((0, bases.now.offers.shape[1])))
    gone = np.concatenate([rows for rows, _ in serving])
    at = bases.hosts.get_indexer([host for rows, host in serving for _ in rows])
    if (at < 0).any() or not np.isfinite(bases.host_drive[at]).any(axis=1).all():
        return Shift(gone, None)
    return Shift(gone, bases.host_drive[at] + bases.start_s[gone][:, np.newaxis])


def soonest_after(bases: Bases, shift: Shift, /) -> np.ndarray:
    """Return the soonest service of each demand point after a known shift, s.

    Where nothing moves, or the change is too small to tell, it is today's, to the last digit.

    Args:
        bases: who serves today.
        shift: what goes and what arrives.
    """
    later = nearest.after(bases.now, gone=shift.gone, arrivals=shift.known_arrivals)
    return settled(bases.now.soonest, later, tolerance_s=bases.tolerance_s)
