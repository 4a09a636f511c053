"""Who moves where, and what serves people once they have: crews, desks and bases as arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.impact.arrivals import Moving
from colocate.impact.told import Told, joined, told_once
from colocate.impact.tolerance import settled
from colocate.tables import parts
from colocate.travel.kernel import nearest
from colocate.travel.kernel.loops import compiled
from colocate.travel.od_array import layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.impact.told import Floats, Ints
    from colocate.travel.od_array import OdArray

Moves = Mapping[str, Mapping[str, str | None]]
"""The host of each mover, by subject; None where it is open. A subject is an option, or a set of
options taken together."""


CELLS = 2**22
"""Hosts × points whose drives are laid out at once, 8 bytes each."""


class Bases(NamedTuple):
    """What serves the demand points of the area, by row, and where its rows could move."""

    rows: Mapping[str, Ints]
    """Rows of each site, in order of site id; a fire station has one row a crew."""
    site: Ints
    """Of each row its site in `drive`."""
    drive: Floats
    """Sites that serve × demand points, s."""
    hosts: Mapping[str, int]
    """Sites that something that serves moves to, by number, those of `drive` first; -1 where no
    road leads there."""
    laid: Callable[[Ints, Floats], object]
    """Lays out the drives of sites by their numbers, as in `drive`, into an array."""
    room: Floats | None = None
    """Memory of `drive` and of what is laid out below it."""

    def blocks(self, moving: Moving, /) -> Iterator[tuple[Floats, Moving]]:
        """Part shifts into blocks the drives of whose hosts are laid out at once.

        Args:
            moving: the shifts, to numbers of `hosts`.

        Yields:
            Drives of the sites that serve and below them of hosts, s, good until the next block,
            and shifts to rows of these.
        """
        serving, points = self.drive.shape
        block = moving.first[:-1] // _at_once(points)
        ends = np.flatnonzero(np.diff(block, append=-1)) + 1
        shifts = [slice(begin, end + 1) for begin, end in pairwise([0, *ends.tolist()])]
        firsts = [moving.first[each] for each in shifts]
        parts = [slice(first[0], first[-1]) for first in firsts]
        hosts = [np.unique(moving.to[part]) for part in parts]
        hosts = [each[each >= serving] for each in hosts]
        if not hosts:
            return
        count, drive = serving + max(map(len, hosts)), self.room
        if drive is None or len(drive) < count:
            drive = np.empty((count, points))
            drive[:serving] = self.drive
        for first, part, own in zip(firsts, parts, hosts, strict=True):
            to = moving.to[part]
            row = np.where(to < serving, to, serving + np.searchsorted(own, to))
            held = drive[: serving + len(own)]
            self.laid(own, held[serving:])
            yield held, Moving(first - first[0], moving.gone[part], row)


class Shift(NamedTuple):
    """Rows that leave where they are, and where to."""

    gone: Ints
    """Rows of `Bases`; none where nothing that serves moves."""
    to: Ints | None
    """Of each of these its host's number in `Bases`; none where a host is still to be found, or off
    the road."""

    @property
    def known(self) -> bool:
        """Whether what follows from the move can be computed."""
        return self.to is not None


NOBODY = Shift(np.empty(0, "int64"), np.empty(0, "int64"))


class Shifts(NamedTuple):
    """What every subject moves."""

    of: Mapping[str, Shift]
    """By subject; of a subject that is not here nothing moves."""
    number: Mapping[str, int]
    """The known ones that move anything, numbered from 0: what follows from these is worked out."""
    hosts: Mapping[str, int]
    """As of the `Bases` that it was worked out with."""

    def get(self, subject: str, /) -> Shift:
        """Return what a subject moves.

        Args:
            subject: an option, or a set of them.
        """
        return self.of.get(subject, NOBODY)

    def moving(self) -> Moving:
        """Return those that are worked out one after the other."""
        moved = [self.of[subject] for subject in self.number]
        gone, to = (np.concatenate(each) for each in zip(NOBODY, *moved, strict=True))
        return Moving(np.cumsum([0, *(len(each.gone) for each in moved)]), gone, to)


class Served(NamedTuple):
    """The soonest that serves each point, today and after each shift."""

    bases: Bases
    now: nearest.Reach
    shifts: Shifts
    told: Told
    """Where a shift changes the soonest by more than can be left untold."""
    later_s: Floats
    """The soonest there, s."""


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
    *,
    moves: Moves,
    od: pd.DataFrame | OdArray,
    demand: pd.Index,
    bounded: bool = False,
) -> Bases:
    """Spread what serves over rows × demand points.

    Args:
        sites: site of each row, sorted; repeated for a site with several crews.
        moves: what could move where.
        od: travel times between sites and demand points, in the direction that serves.
        demand: ids of the demand points, the columns.
        bounded: whether the ways end at the longest that counts: then a host may be on the road
            where no time is known.
    """
    ids, site = np.unique(np.asarray(sites, dtype="object"), return_inverse=True)
    ends = np.cumsum(np.bincount(site, minlength=len(ids)))
    rows = dict(zip(ids, np.split(np.argsort(site, kind="stable"), ends)[:-1], strict=True))
    hosts = (host for host_of in moves.values() for mover, host in host_of.items()
             if mover in rows and host is not None)  # fmt: skip
    host_ids = pd.Index(list(dict.fromkeys(hosts)), dtype="object")
    both = pd.Index(ids, dtype="object").union(host_ids, sort=False)
    laid, reached = layout(od, sites=both, demand=demand)
    # Hosts are laid out below what serves, block by block; memory nobody writes to is not taken.
    most = _at_once(len(demand)) + max(map(len, moves.values()), default=0)
    room = np.empty((min(len(both), len(ids) + most), len(demand)))
    drive = room[: len(ids)]
    laid(np.arange(len(ids)), drive)
    numbered = zip(host_ids, both.get_indexer(host_ids).tolist(), strict=True)
    return Bases(
        rows=rows,
        site=site,
        drive=drive,
        hosts={host: at if bounded or reached[at] else -1 for host, at in numbered},
        laid=laid,
        room=room,
    )


def _at_once(points: int) -> int:
    return max(CELLS // max(points, 1), 1)


def shifts(bases: Bases, moves: Moves, /, *, earlier: Shifts | None = None) -> Shifts:
    """Move all of each subject's rows to their hosts at once.

    Args:
        bases: what serves today.
        moves: host of each site that moves, by subject; sites that do not serve are passed over.
        earlier: what the same moves of the same rows came to at other times: the same again where
            the same hosts are on the road.
    """
    if earlier is not None and earlier.hosts == bases.hosts:
        return earlier
    found = {subject: _shift(bases, host_of) for subject, host_of in sorted(moves.items())}
    worked = [subject for subject, moved in found.items() if moved.known and moved.gone.size]
    number = {subject: number for number, subject in enumerate(worked)}
    return Shifts(found, number, bases.hosts)


def _shift(bases: Bases, host_of: Mapping[str, str | None]) -> Shift:
    serving = [(bases.rows[mover], host) for mover, host in host_of.items() if mover in bases.rows]
    if not serving:
        return NOBODY
    gone = np.concatenate([rows for rows, _ in serving])
    to = np.array([bases.hosts.get(host or "", -1) for rows, host in serving for _ in rows])
    return Shift(gone, None if (to < 0).any() else to)


def served(bases: Bases, moved: Shifts, /, *, tolerance_s: float) -> Served:
    """Find the soonest that serves each demand point, the drive alone, today and after each shift.

    Where the change is too small to tell, it is today's, to the last digit.

    Args:
        bases: what serves today, one row a site.
        moved: the shifts, each from as it is today.
        tolerance_s: largest change that cannot be told.
    """
    now = nearest.reach(bases.drive)
    found = (
        _served(drive, now, moving=moving, tolerance_s=tolerance_s)
        for drive, moving in bases.blocks(moved.moving())
    )
    return Served(bases, now, moved, *joined(found, today=now.soonest))


def _served(
    drive: Floats, now: nearest.Reach, *, moving: Moving, tolerance_s: float
) -> tuple[Told, Floats]:
    if loops := compiled("compiled_arrivals", room="colocate.impact"):
        first, at, later_s = loops.served(drive, now, moving, float(tolerance_s))
        return Told(first, at), later_s
    parts = []
    for gone, to in moving.each():
        at, later_s = nearest.after(now, gone=gone, arrivals=drive[to])
        later_s = settled(now.soonest[at], later_s, tolerance_s=tolerance_s)
        differs = later_s != now.soonest[at]
        parts.append((told_once(at[differs]), later_s[differs]))
    return joined(parts, today=now.soonest)
