"""The part of an option's story that tells what it would do: cover, access, people, money."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish.format import UNTOLD, Tables, minutes, row_of, rows_of, untold

if TYPE_CHECKING:
    from colocate import study

TENTHS = {"fires/year", "km2"}
UNITS = {"fires/year": "fires a year", "km2": "km²"}
UNREMARKABLE = {"as the average", "no change", "too few to say"}
SIDES = {"fire": "Fire, before and after", "police": "Police, before and after"}


def effects(option_id: str, tables: Tables, /, *, settings: study.Study) -> list[list[str]]:
    """Tell what an option would do, a section at a time; sections without anything are empty."""
    return [
        _cover(row_of(tables, "cover", option_id=option_id), settings=settings),
        _access(row_of(tables, "access", option_id=option_id), settings=settings),
        *(_measures(option_id, tables, side=side) for side in SIDES),
        _worst(option_id, tables),
        _people(option_id, tables),
        [*_money(row_of(tables, "money", option_id=option_id)), *_bodies(option_id, tables)],
    ]


def _cover(row: Any, /, *, settings: study.Study) -> list[str]:  # noqa: ANN401
    standard = settings.response.standards[0]
    name = f"{standard.name}, {standard.limit_min.value:g} min from the answered call"
    lines = [f"Fire cover ({name})"]
    if not row.fire_changes:
        return [*lines, "  No crewed fire station would move: cover changes by exactly 0."]
    before = f"{row.people_before:,.0f} people and {row.fires_before:,.1f} fires a year"
    if not row.known:
        return [*lines, f"  Today {before}. Afterwards unknown: the site is still to be found."]
    if untold(row):
        return [*lines, f"  A crew would move, but nearly on the spot: {UNTOLD}."]
    was, is_ = minutes(row.mean_response_before_s), minutes(row.mean_response_after_s)
    return [
        *lines,
        f"  Today {before}; afterwards {row.people_after:,.0f} and {row.fires_after:,.1f}.",
        f"  {row.people_gained:,.0f} people would gain cover, {row.people_lost:,.0f} lose it.",
        f"  Mean response, weighted by fires: {was} today, {is_} afterwards.",
    ]


def _access(row: Any, /, *, settings: study.Study) -> list[str]:  # noqa: ANN401
    lines = [f"Access to a police desk ({settings.access.limit_min.value:g} min by car)"]
    if not row.desk_changes:
        return [*lines, "  No desk would move: access changes by exactly 0."]
    if row.basis == "assumed":
        lines.append("  That a desk would move is assumed from the site's role, not evidenced.")
    before = f"{row.people_before:,.0f} people"
    if not row.known:
        return [*lines, f"  Today {before}. Afterwards unknown: the site is still to be found."]
    if untold(row):
        return [*lines, f"  A desk would move, but nearly on the spot: {UNTOLD}."]
    was, is_ = minutes(row.mean_access_before_s), minutes(row.mean_access_after_s)
    return [
        *lines,
        f"  Today {before}; afterwards {row.people_after:,.0f}.",
        f"  {row.people_gained:,.0f} people would gain access, {row.people_lost:,.0f} lose it.",
        f"  Mean drive to the nearest desk: {was} today, {is_} afterwards.",
    ]


def gained_and_lost(row: Any, /, *, changes: bool) -> str:  # noqa: ANN401 - of cover or access
    """Say in a few words what an option would do to a service."""
    if not changes:
        return "exactly as today"
    if not row.known:
        return "would change; how, is open until a site is found"
    if untold(row):
        return UNTOLD
    return f"{row.people_gained:,.0f} people would gain it, {row.people_lost:,.0f} lose it"


def saved(net_gbp: float, /, *, basis: str) -> str:
    """Say in a few words what an option would save a year."""
    if pd.isna(net_gbp):
        return "unknown"
    if net_gbp == 0:
        return f"as today ({basis})"
    if net_gbp < 0:
        return f"£{-net_gbp:,.0f} a year more would be spent, net ({basis})"
    return f"£{net_gbp:,.0f} a year would be saved, net ({basis})"


def _money(row: Any) -> list[str]:  # noqa: ANN401
    figure = saved(row.net_saving_gbp, basis=row.basis)
    if pd.notna(row.net_saving_gbp) and (row.gross_saving_gbp or row.host_increase_gbp):
        figure += (
            f": £{row.gross_saving_gbp:,.0f} released, £{row.host_increase_gbp:,.0f} more at "
            "the host"
        )
    review = [f"  Look twice: {row.review}"] if pd.notna(row.review) else []
    return ["Running cost", f"  {figure[0].upper()}{figure[1:]}.", f"  {row.note}", *review]


def _measures(option_id: str, tables: Tables, *, side: str) -> list[str]:
    """List the measures of one service that change; say how many stay as they are.

    What several of them have to note is said once, below them.
    """
    measured = [m for m in rows_of(tables, "effects", option_id=option_id) if m.side == side]
    if not measured:
        return []
    small = sum(untold(m) for m in measured)
    same = sum(m.change == "none" for m in measured)
    differ = [m for m in measured if m.change not in {"none", "too_small"}]
    if same == len(measured):
        return [SIDES[side], f"  All {same} measures stay exactly as they are."]
    notes = Counter(note for m in differ for note in _sentences(m.note))
    lines = [SIDES[side]]
    for each in differ:
        lines.append(f"  {each.label}: {_from_to(each)}")
        lines += [f"    {note}" for note in _sentences(each.note) if notes[note] == 1]
    if small:
        lines.append(f"  {small} of {len(measured)} measures: {UNTOLD}.")
    if same:
        lines.append(f"  {same} of {len(measured)} measures stay exactly as they are.")
    return lines + [f"  Of several: {note}" for note, n in notes.items() if n > 1]


def _sentences(note: Any) -> list[str]:  # noqa: ANN401 - text or null
    return re.split(r"(?<=\.) (?=[A-Z])", note) if isinstance(note, str) else []


def _from_to(each: Any) -> str:  # noqa: ANN401 - a row of table effects
    was, is_ = (_figure(value, unit=each.unit) for value in (each.before, each.after))
    if was == is_ and was != "unknown":
        is_ = "hardly different"
    unit = "" if each.unit == "s" else f" {UNITS.get(each.unit, each.unit)}"
    apart = [
        f"{word} {_figure(value, unit=each.unit)}"
        for word, value in (("gained", each.gained), ("lost", each.lost))
        if pd.notna(value)
    ]
    told = "; ".join([*apart, each.basis])
    return f"{was}{unit} today, {is_} afterwards ({told})"


def _figure(value: float, *, unit: str) -> str:
    """Write a figure as people read it: times in minutes, counts whole, all else to a tenth."""
    if pd.isna(value):
        return "unknown"
    if unit == "s":
        return minutes(value)
    return f"{value:,.1f}" if unit in TENTHS else f"{value:,.0f}"


def _worst(option_id: str, tables: Tables) -> list[str]:
    """Name the places that would lose most time."""
    hit = [c for c in rows_of(tables, "changes", option_id=option_id) if pd.notna(c.worst)]
    if not hit:
        return []
    names = tables["demand_points"].set_index("demand_id")["name"]
    return ["Places that would lose most time"] + [
        f"  {names[c.demand_id]} ({c.side}): {minutes(c.before_s)} today, "
        f"{minutes(c.after_s)} afterwards; {c.people:,.0f} people"
        for c in sorted(hit, key=lambda c: (c.side, c.worst))
    ]


def _people(option_id: str, tables: Tables) -> list[str]:
    """Say which groups would fare otherwise than the area's average."""
    found = list(rows_of(tables, "equality", option_id=option_id))
    if not found:
        return []
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in found:
        if row.finding not in UNREMARKABLE:
            name = row.group.replace("imd", "deprivation").replace("_", " ")
            grouped.setdefault((row.side, row.finding), []).append(name)
    told = [
        f"  {side}, {finding}: {', '.join(names)}" for (side, finding), names in grouped.items()
    ]
    few = sum(e.finding == "too few to say" for e in found)
    told += [f"  {few} {'groups' if few > 1 else 'group'}: too few people to say."] if few else []
    return [
        "Who is affected (an input to the equality analysis, not the analysis)",
        *(told or ["  No group would fare otherwise than the area's average."]),
    ]


def _bodies(option_id: str, tables: Tables) -> list[str]:
    """Tell the money of each body that has any."""
    names = tables["bodies"].set_index("body_id")["name"] if "bodies" in tables else {}
    lines = []
    for each in rows_of(tables, "money_by_body", option_id=option_id):
        figures = _figures(each)
        known = pd.notna(each.net_saving_gbp)
        told = ", ".join(figures) or ("as today" if known else "unknown")
        told += f" ({each.basis})" if known else ""
        lines.append(f"  {names.get(each.body_id, each.body_id)}: {told}")
    lines += [
        f"  {each.meaning}" for each in rows_of(tables, "switching_values", option_id=option_id)
    ]
    return lines


def _figures(each: Any) -> list[str]:  # noqa: ANN401 - a row of table money_by_body
    """Write what a body would pay and gain; nothing of what is nil or unknown."""
    saving, npv = each.net_saving_gbp, each.npv_gbp
    told = [
        f"{label} £{abs(value):,.0f}"
        for label, value in (
            ("works", each.capital_gbp),
            ("receipts", each.receipt_gbp),
            ("saved a year" if saving >= 0 else "more to pay a year", saving),
        )
        if pd.notna(value) and value != 0
    ]
    if pd.notna(npv) and npv != 0:
        told.append(f"net present value {'-' * (npv < 0)}£{abs(npv):,.0f}")
    return told
