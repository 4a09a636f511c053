"""Whether a host may have room: what the movers need against what there is, both as ranges.

Only a recorded spare area says how much is free. Without one the whole building is the most there
may be and nothing the least, so a range can show that a host is too small, never that it has room:
the gate stays unknown and gets the range to ask with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.tables import each, parts
from colocate.tables.gates import SPACE
from colocate.tables.rows import LocatedSite, Option, SiteArea
from colocate.tables.schema import conform
from colocate.tables.text import two_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from colocate import study

_WEAKEST = ("assumed", "computed", "recorded")


class Amount(NamedTuple):
    """An area in m2 as a range, and what it rests on."""

    low: float
    high: float
    basis: str


def space(
    options: pd.DataFrame,
    /,
    *,
    located_sites: pd.DataFrame,
    site_areas: pd.DataFrame,
    rules: Sequence[study.GateRule],
) -> pd.DataFrame:
    """Set what the movers of each option need beside what its host has.

    Movers need the gate's `need_share` of the area they have, and where nobody moves a shared desk
    needs the gate's `threshold`.

    Args:
        options: table `options`.
        located_sites: table `located_sites`, for the spare area of hosts.
        site_areas: table `site_areas`.
        rules: section `gates` of the study.

    Returns:
        Table `space`, sorted by option_id: every option, areas in m2.
    """
    spare = {site.site_id: site.spare_m2 for site in each(LocatedSite, located_sites)}
    areas = {area.site_id: area for area in each(SiteArea, site_areas)}
    rule = next((rule for rule in rules if rule.id == "space"), None)
    rows = []
    for option in each(Option, options.sort_values("option_id")):
        need = _need([areas[site] for site in parts(option.mover_site_ids)], rule)
        host = option.host_site_id
        room = _room(areas[host], spare[host]) if isinstance(host, str) else None
        row = {"option_id": option.option_id} | _row(need=need, room=room)
        rows.append(row | {"told": _told(row["fit"], need=need, room=room)})
    return conform(SPACE, rows)


def _need(movers: Sequence[SiteArea], rule: study.GateRule | None) -> Amount | None:
    if not movers:
        desk = rule.threshold.value if rule and rule.threshold else 0.0
        return Amount(desk, desk, "assumed")
    if any(mover.area_basis == "missing" for mover in movers):
        return None
    share = rule.need_share.value if rule and rule.need_share else 1.0
    return Amount(
        share * sum(mover.area_low_m2 for mover in movers),
        share * sum(mover.area_high_m2 for mover in movers),
        weakest(mover.area_basis for mover in movers),
    )


def _room(area: SiteArea, spare_m2: float) -> Amount | None:
    if pd.notna(spare_m2):
        return Amount(spare_m2, spare_m2, "recorded")
    if area.area_basis == "missing":
        return None
    return Amount(0.0, area.area_high_m2, area.area_basis)


def weakest(bases: Iterable[str], /) -> str:
    """Return the basis that is least sure.

    Args:
        bases: recorded, computed or assumed.
    """
    return min(bases, key=_WEAKEST.index)


def _row(*, need: Amount | None, room: Amount | None) -> dict[str, object]:
    row: dict[str, object] = {"fit": "open", "share_low": 0.0, "share_high": 1.0}
    for name, amount in (("need", need), ("room", room)):
        if amount:
            row |= {
                f"{name}_low_m2": amount.low,
                f"{name}_high_m2": amount.high,
                f"{name}_basis": amount.basis,
            }
    if need is None or room is None:
        return row
    row["share_low"] = _share(room.low, need.high)
    row["share_high"] = _share(room.high, need.low)
    if need.high <= room.low:
        row["fit"] = "fits"
    elif need.low > room.high:
        row["fit"] = "too_small"
    return row


def _share(room: float, need: float) -> float:
    return 1.0 if need <= room else room / need


def _told(fit: object, *, need: Amount | None, room: Amount | None) -> str | None:
    """Say what is needed and what there is, and what follows."""
    said = [f"needed {_span(need)}"] if need else []
    if room and room.low == room.high:
        said.append(f"spare {_span(room)}")
    elif room:
        said.append(f"the whole host at most {_span(room._replace(low=room.high))}")
    if fit != "open":
        said.append("so there would be room" if fit == "fits" else "so it is too small")
    return "; ".join(said) or None


def _span(amount: Amount) -> str:
    """Tell a recorded area as it is, any other to two figures: the method knows no more."""
    low, high = (
        f"{area:,.0f}" if amount.basis == "recorded" else two_figures(area)
        for area in (amount.low, amount.high)
    )
    return f"{low if low == high else f'{low} to {high}'} m², {amount.basis}"
