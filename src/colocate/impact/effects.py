"""Every measure of both services before and after each option.

Today's figures are computed once; an option that moves nothing that serves keeps them to the last
digit. A touchdown desk moves nothing, and so is the baseline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from colocate.impact.access import open_police, vehicles
from colocate.impact.indicators import (
    Figures,
    Service,
    appliances,
    desk_access,
    vehicle_bases,
    walk_access,
)
from colocate.impact.naming import STAFF
from colocate.impact.tolerance import change, settled
from colocate.tables import each
from colocate.tables.effects import EFFECTS
from colocate.tables.roles import has_role
from colocate.tables.rows import Option
from colocate.tables.schema import conform, of_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from colocate import study
    from colocate.impact.access import Desks
    from colocate.impact.crews import Crews
    from colocate.impact.relocation import Moves

AT_BEST_POINT = (
    "Computed at the best point of its area of search; where the new site would stand is open."
)
BEYOND = "Beyond the travel cut-off for some, so there is no figure."
FROM_ROLE = (
    "That the moving desk is open to the public is taken from the role of its site, not evidenced."
)
NO_AREA = "The area of some demand points is not given."
BUS = "How near stops are, not where their buses go, nor how often."
CUSTODY = "Custody that moves with its site would have to be provided elsewhere."
OFF_ROAD = "No road leads from the host to any demand point within the cut-off."
NO_SEARCH_AREA = "No area of search was found, so it is open where the new site would stand."
OPEN_HOST = "Which of the sites would stay is open."

TODAY = np.zeros(())
"""The drive of staff from where they are."""

Row = dict[str, Any]
Values = np.ndarray
"""One value an option."""


class Carless(NamedTuple):
    """What is known of reach without a car."""

    on_foot: Desks
    """The desks that count, with the walks to them."""
    site_bus_stops: pd.DataFrame
    """Table of that name."""
    walking: study.Walking


class _Estate(NamedTuple):
    """What is known of single sites."""

    fire: frozenset[str]
    """Sites of the fire service."""
    new: frozenset[str]
    in_area: frozenset[str]
    crews: Mapping[str, int]
    """Crews of each station based in the area."""
    custody: frozenset[str]
    drive_s: Mapping[tuple[str, str], float]
    stops: Mapping[str, int]
    """Bus stops near each site; of none where the study brings none."""
    stop_min: float
    """Longest walk to such a stop."""


def effects(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    /,
    *,
    fire: Crews,
    police: Desks,
    carless: Carless,
    site_to_demand: pd.DataFrame,
    site_to_site: pd.DataFrame,
    new_sites: pd.DataFrame,
) -> pd.DataFrame:
    """Compute every measure of both services before and after each option.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        fire: every crew that counts, and the options' moves.
        police: every desk that counts, with the same moves.
        carless: what is known of reach without a car.
        site_to_demand: table `site_to_demand`, for the police's vehicles.
        site_to_site: table `site_to_site`.
        new_sites: table `new_sites`.

    Returns:
        Table `unnamed_effects`, sorted by option and side; the measures stand in a fixed order.
    """
    tolerance = fire.tolerance
    # Walks and patrols are told by area: neither is a standard, and a patrol rarely starts there.
    by_area = carless.on_foot._replace(tolerance=tolerance)
    kept = vehicles(by_area, located_sites, site_to_demand=site_to_demand)
    services = (
        appliances(fire),
        desk_access(police),
        walk_access(carless.on_foot, walking=carless.walking),
        vehicle_bases(kept, by_area.demand, tolerance=tolerance),
    )
    estate = _estate(located_sites, fire, new_sites=new_sites, site_to_site=site_to_site)
    near = carless.site_bus_stops
    estate = estate._replace(
        stops=dict(zip(near["site_id"], near["n_stops"], strict=True)),
        stop_min=carless.walking.stop_limit_min.value,
    )
    listed = _listed(options, fire.moves, new=estate.new)
    of_sites = _rows(listed, estate, tolerance_s=tolerance.time_s.value)
    found = [*(_of(service, listed) for service in services), conform(EFFECTS, of_sites)]
    columns = {name: np.concatenate([each[name] for each in found]) for name in EFFECTS.names}
    order = np.lexsort((columns["side"], columns["option_id"]))
    return of_columns(EFFECTS, {name: column[order] for name, column in columns.items()})


class _Option(NamedTuple):
    """Who moves where by one option, and why what follows may not be known."""

    option_id: str
    host_of: Mapping[str, str | None]
    why: str
    to_new: bool
    """Whether any would move to a new site."""


def _listed(options: pd.DataFrame, hosts: Moves, /, *, new: frozenset[str]) -> list[_Option]:
    found = []
    for option in each(Option, options.sort_values("option_id")):
        host_of = hosts.get(option.option_id, {})
        why = NO_SEARCH_AREA if option.kind == "both_to_new" else OPEN_HOST
        if None not in host_of.values():
            why = OFF_ROAD
        to_new = not new.isdisjoint(host_of.values())
        found.append(_Option(option.option_id, host_of, why, to_new))
    return found


def _rows(listed: list[_Option], estate: _Estate, /, *, tolerance_s: float) -> Iterator[Row]:
    """Yield the rows of every option that no service is measured for."""
    for option in listed:
        found = [
            *_of_sites(estate, option.host_of, why=option.why),
            *_staff(estate, option.host_of, why=option.why, tolerance_s=tolerance_s),
            *_stops(estate, option.host_of),
        ]
        yield from ({"option_id": option.option_id} | row for row in found)


class _Traits(NamedTuple):
    """Of each option, for one service."""

    number: Values
    """Place among those that were worked out; -1 for the others."""
    known: Values
    moves: Values
    to_new: Values
    doubtful: Values


def _traits(service: Service, listed: list[_Option], /) -> _Traits:
    moved = [service.shifts.get(option.option_id) for option in listed]
    placed = (service.shifts.number.get(option.option_id, -1) for option in listed)
    doubtful = (not service.assumed.isdisjoint(option.host_of) for option in listed)
    return _Traits(  # `fromiter` has a type even where there are no options
        np.fromiter(placed, "int64"),
        np.fromiter((shift.known for shift in moved), "bool"),
        np.fromiter((bool(shift.gone.size) for shift in moved), "bool"),
        np.fromiter((option.to_new for option in listed), "bool"),
        np.fromiter(doubtful, "bool"),
    )


def _of(service: Service, listed: list[_Option], /) -> Mapping[str, Values]:
    """Columns of table `effects`: of one service the measures one after the other."""
    traits = _traits(service, listed)
    number, known, doubtful = traits.number, traits.known, traits.doubtful
    doubt = np.where(doubtful, FROM_ROLE, "").tolist()
    best = traits.moves & traits.to_new
    place = np.where(known, np.where(best, AT_BEST_POINT, ""), [option.why for option in listed])
    columns: dict[str, list[Any]] = {name: [] for name in EFFECTS.names}
    for measure in service.measures:
        figures = _figures(measure.figures, number, known=known)
        unknown = np.isnan(figures["after"])
        # Within the cut-off of nobody, today or afterwards.
        beyond = np.isnan(figures["before"]) | (unknown & known)
        more = np.where(beyond, NO_AREA if measure.unit == "km2" else BEYOND, "")
        notes = [
            " ".join(part for part in (measure.note, *parts) if part) or None
            for parts in zip(doubt, place.tolist(), more.tolist(), strict=True)
        ]
        weak = doubtful | measure.assumed
        of_measure: dict[str, Any] = {
            **figures,
            "option_id": [option.option_id for option in listed],
            "side": [service.side] * len(listed),
            "measure": [measure.name] * len(listed),
            "label": [measure.label] * len(listed),
            "unit": [measure.unit] * len(listed),
            "change": _change(figures, moves=traits.moves),
            "basis": np.select([unknown, weak], ["unknown", "assumed"], "computed"),
            "note": notes,
        }
        for name, values in of_measure.items():
            columns[name].extend(values)
    return {name: np.array(values, EFFECTS[name].dtype.replace("str", "object"))
            for name, values in columns.items()}  # fmt: skip


def _figures(found: Figures, number: Values, *, known: Values) -> dict[str, Values]:
    """Put a measure today beside itself after each option; NaN where it is not known."""
    worked = number >= 0

    def after(values: Values | None, still: float) -> Values:
        column = np.where(known & (values is not None), still, np.nan)
        if values is not None:
            column[worked] = values[number[worked]]
        return np.where(np.isfinite(column), column, np.nan)

    return {
        "before": np.full(len(number), _number(found.before), "float64"),
        "after": after(found.after, found.before),
        "gained": after(found.gained, 0.0),
        "lost": after(found.lost, 0.0),
    }


def _change(figures: Mapping[str, Values], *, moves: Values) -> Values:
    """Say whether figures tell a change; gains and losses that even out are one."""
    before, after = figures["before"], figures["after"]
    same = after == before
    for what in ("gained", "lost"):
        same &= before + np.nan_to_num(figures[what]) == before
    unknown = np.isnan(after)
    said: list[Any] = [None, "none", "too_small"]
    return np.select([unknown, ~moves, same], said, "told")


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _estate(
    located_sites: pd.DataFrame,
    fire: Crews,
    *,
    new_sites: pd.DataFrame,
    site_to_site: pd.DataFrame,
) -> _Estate:
    ids, new = located_sites["site_id"], frozenset(new_sites["site_id"])
    inside = frozenset(ids[located_sites["in_area"]]) | new
    listed = pd.Series(fire.station).value_counts()
    police = open_police(located_sites)
    return _Estate(
        fire=frozenset(ids[located_sites["service"] == "fire"]),
        new=new,
        in_area=inside,
        crews={site: int(count) for site, count in listed.items() if site in inside},
        custody=frozenset(police.loc[has_role(police, "custody"), "site_id"]),
        drive_s=_drives(site_to_site, fire.moves),
        stops={},
        stop_min=0.0,
    )


def _drives(site_to_site: pd.DataFrame, moves: Moves) -> dict[tuple[str, str], float]:
    """Drives from movers to their hosts, of all drives between sites."""
    asked = {(mover, host) for of in moves.values() for mover, host in of.items() if host}
    ids = pd.Index(sorted({site for pair in asked for site in pair}), dtype="str")
    start, end = (ids.get_indexer(site_to_site[name]) for name in ("from_site_id", "to_site_id"))
    pairs = start * len(ids) + end
    wanted = ids.get_indexer([mover for mover, _ in asked]) * len(ids)
    wanted += ids.get_indexer([host for _, host in asked])
    found = site_to_site[(start >= 0) & (end >= 0) & np.isin(pairs, wanted)]
    ends = zip(found["from_site_id"], found["to_site_id"], strict=True)
    return dict(zip(ends, found["travel_time_s"], strict=True))


def _of_sites(estate: _Estate, host_of: Mapping[str, str | None], *, why: str) -> Iterator[Row]:
    """Yield what is counted in sites and crews."""
    moving = {mover: host for mover, host in host_of.items() if mover in estate.crews}
    places = (set(estate.crews) - set(moving)) | (set(moving.values()) & estate.in_area)
    left = [mover for mover, host in moving.items() if host not in estate.in_area]
    crews = sum(estate.crews.values())
    stays = crews - sum(estate.crews[mover] for mover in left)
    open_ = None in moving.values()
    for measure, label, unit, before, after in (
        ("stations", "Crewed fire stations based in the area", "stations", len(estate.crews),
         len(places)),
        ("appliances", "Appliances based in the area, one a crew", "appliances", crews,
         stays),
    ):  # fmt: skip
        yield _counted("fire", measure, label=label, unit=unit, before=before,
                       after=None if open_ else after, note=why if open_ else None)  # fmt: skip
    custody = estate.custody & set(host_of)
    open_ = any(host_of[mover] is None for mover in custody)
    yield _counted(
        "police", "custody_sites", label="Police sites with custody that stay where they are",
        unit="sites", before=len(estate.custody),
        after=None if open_ else len(estate.custody) - len(custody),
        note=why if open_ else CUSTODY if custody else None,
    )  # fmt: skip


def _staff(
    estate: _Estate, host_of: Mapping[str, str | None], *, why: str, tolerance_s: float
) -> Iterator[Row]:
    """Yield the drive from each mover's site to its host."""
    for mover, host in host_of.items():
        drive = 0.0 if mover == host else estate.drive_s.get((mover, host or ""))
        told = None if drive is None else settled(0.0, drive, tolerance_s=tolerance_s)
        note = why if host is None else STAFF if drive is not None else f"{STAFF} {BEYOND}"
        yield {
            "side": "fire" if mover in estate.fire else "police",
            "measure": f"staff_travel_{mover}_s",
            "label": f"Drive of staff from {mover}",
            "unit": "s",
            "before": 0.0,
            "after": told,
            "change": None if told is None else change(TODAY, np.array(told), moves=mover != host),
            "basis": "unknown" if drive is None else "computed",
            "note": f"{note} {AT_BEST_POINT}" if host in estate.new else note,
        }


def _stops(estate: _Estate, host_of: Mapping[str, str | None]) -> Iterator[Row]:
    """Yield the bus stops near each mover's site and near its host."""
    for mover, host in host_of.items() if estate.stops else ():
        side = "fire" if mover in estate.fire else "police"
        if mover in estate.stops:
            yield _counted(
                side, f"bus_stops_{mover}", unit="stops", before=estate.stops[mover],
                label=f"Bus stops within {estate.stop_min:g} min on foot: {mover}",
                after=estate.stops.get(host or ""), note=BUS,
            )  # fmt: skip


def _counted(
    side: str, measure: str, *, label: str, unit: str, before: int, after: int | None,
    note: str | None,
) -> Row:  # fmt: skip
    return {
        "side": side,
        "measure": measure,
        "label": label,
        "unit": unit,
        "before": float(before),
        "after": None if after is None else float(after),
        "change": None if after is None else "none" if after == before else "told",
        "basis": "unknown" if after is None else "recorded",
        "note": note,
    }
