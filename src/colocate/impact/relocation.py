"""Who moves where, and what serves people once they have: crews, desks and bases as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.impact.tolerance import settled
from colocate.tables import parts
from colocate.travel.kernel import nearest
from colocate.travel.od_array import od_array

if TYPE_CHECKING:
    from colocate import study
    from colocate.travel.od_array import OdArray

Moves = Mapping[str, Mapping[str, str | None]]
"""The host of each mover, by subject; None where it is open. A subject is an option, or a set of
options taken together."""


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
    hosts: Mapping[str, int]
    """Sites that something moves to, with their rows in `host_drive`."""
    off_road: np.ndarray
    """Of each host, whether no road leads there."""
    host_drive: np.ndarray
    """Hosts × demand points: the drive alone, s."""
    tolerance_s: float
    """Largest change of the soonest service that cannot be told."""


class Shift(NamedTuple):
    """Rows that leave where they are, and what they offer from their hosts."""

    gone: np.ndarray
    """Rows of `Bases`; none where nothing that serves moves."""
    drive_s: np.ndarray | None
    """Gone rows × demand points: the drive from their hosts; none where a host is still to be
    found, or off the road."""

    @property
    def known(self) -> bool:
        """Whether what follows from the move can be computed."""
        return self.drive_s is not None

    def arrivals(self, bases: Bases, /) -> np.ndarray:
        """Return what the rows of a known shift offer from their hosts, s.

        Args:
            bases: which rows; each keeps its time before the drive.

        Raises:
            ValueError: a host is open.
        """
        if self.drive_s is None:
            raise ValueError("the host is open: nothing follows from such a move")
        offers: np.ndarray = self.drive_s + bases.start_s[self.gone][:, np.newaxis]
        return offers


def moves(options: pd.DataFrame, new_sites: pd.DataFrame, /) -> Moves:
    """Say who would move where by each option on its own.

    Args:
        options: table `options`.
        new_sites: table `new_sites`: the host of an option that has none of its own.

    Returns:
        By option, sorted by it and by mover. Options that move nobody are left out.
    """
    new = dict(zip(new_sites["option_id"], new_sites["site_id"], strict=True))
    hosts = options["host_site_id"]
    rows = zip(options["option_id"], options["mover_site_ids"], hosts, hosts.notna(), strict=True)
    return {
        option_id: dict.fromkeys(sorted(parts(movers)), host if known else new.get(option_id))
        for option_id, movers, host, known in sorted(rows, key=lambda row: row[0])
        if parts(movers)
    }


def as_one(moves: Moves, subject: str, /) -> Moves:
    """Let all that move at once be one subject; each mover moves at most once.

    Args:
        moves: of single options.
        subject: what to call them together.
    """
    return {subject: {m: host for hosts in moves.values() for m, host in hosts.items()}}


def in_area(demand_points: pd.DataFrame, /) -> pd.DataFrame:
    """Return the demand points that count, in order of id.

    Args:
        demand_points: table `demand_points`.
    """
    # A plain frame: columns are taken from it for each of hundreds of options.
    counted = demand_points[demand_points["in_area"]].sort_values("demand_id", ignore_index=True)
    return pd.DataFrame(counted)


def bases(
    sites: pd.Index,
    start_s: np.ndarray,
    *,
    moves: Moves,
    od: pd.DataFrame | OdArray,
    demand: pd.DataFrame,
    tolerance: study.Tolerance,
    bounded: bool = False,
) -> Bases:
    """Spread what serves over rows × demand points.

    Args:
        sites: site of each row, sorted; repeated for a site with several crews.
        start_s: time of each row before the drive, s.
        moves: what could move where.
        od: travel times between sites and demand points, in the direction that serves.
        demand: the demand points that count, the columns.
        tolerance: section `tolerance` of the study.
        bounded: the times end so near that a host without any may be on the road all the same.
    """
    ids, row_site = np.unique(np.asarray(sites, dtype="object"), return_inverse=True)
    hosts = (host for host_of in moves.values() for host in host_of.values() if host is not None)
    host_ids = pd.Index(list(dict.fromkeys(hosts)), dtype="object")
    both = pd.Index(ids, dtype="object").union(host_ids, sort=False)
    drive = od_array(od, sites=both, demand=pd.Index(demand["demand_id"]))
    from_rows, to_hosts = drive[row_site], drive[both.get_indexer(host_ids)]
    return Bases(
        rows={site: np.flatnonzero(row_site == number) for number, site in enumerate(ids)},
        start_s=start_s,
        drive=from_rows,
        now=nearest.reach(from_rows + start_s[:, np.newaxis]),
        hosts={host: row for row, host in enumerate(host_ids)},
        off_road=~np.isfinite(to_hosts).any(axis=1) & (not bounded),
        host_drive=to_hosts,
        tolerance_s=tolerance.time_s.value,
    )


def shift(bases: Bases, host_of: Mapping[str, str | None], /) -> Shift:
    """Move all of some sites' rows to their hosts at once.

    Args:
        bases: what serves today.
        host_of: host of each site that moves; sites that do not serve are passed over.
    """
    serving = [(bases.rows[mover], host) for mover, host in host_of.items() if mover in bases.rows]
    if not serving:
        return Shift(np.array([], "int64"), np.empty((0, bases.now.offers.shape[1])))
    gone = np.concatenate([rows for rows, _ in serving])
    # A host that is open, or unknown, has no row.
    found = [bases.hosts.get(host, -1) if host else -1 for rows, host in serving for _ in rows]
    at = np.array(found)
    if (at < 0).any() or bases.off_road[at].any():
        return Shift(gone, None)
    return Shift(gone, bases.host_drive[at])


def soonest_after(bases: Bases, shift: Shift, /) -> np.ndarray:
    """Return the soonest service of each demand point after a known shift, s.

    Where nothing moves, or the change is too small to tell, it is today's, to the last digit.

    Args:
        bases: who serves today.
        shift: what goes and what arrives.
    """
    later: np.ndarray = soonest_after_each(bases, [shift])[0]
    return later


def soonest_after_each(bases: Bases, shifts: Sequence[Shift], /) -> np.ndarray:
    """Return the soonest service of each demand point after each of many known shifts, s.

    Args:
        bases: who serves today.
        shifts: what goes and what arrives, each time from as it is today.

    Returns:
        Shape (shifts, points).
    """
    now = bases.now
    later = [nearest.after(now, gone=each.gone, arrivals=each.arrivals(bases)) for each in shifts]
    whole = np.reshape(later, (len(shifts), len(now.soonest)))
    return settled(now.soonest, whole, tolerance_s=bases.tolerance_s)
