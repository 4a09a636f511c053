"""The part of an option's story that tells what it would do: cover, access, people, money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.choice.telling import Tables, minutes, row_of, rows_of

if TYPE_CHECKING:
    from colocate import study

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
    was, is_ = minutes(row.mean_access_before_s), minutes(row.mean_access_after_s)
    return [
        *lines,
        f"  Today {before}; afterwards {row.people_after:,.0f}.",
        f"  {row.people_gained:,.0f} people would gain access, {row.people_lost:,.0f} lose it.",
        f"  Mean drive to the nearest desk: {was} today, {is_} afterwards.",
    ]


def _money(row: Any) -> list[str]:  # noqa: ANN401
    known = pd.notna(row.net_saving_gbp)
    figure = (
        f"£{row.net_saving_gbp:,.0f} a year would be saved, net ({row.basis}): "
        f"£{row.gross_saving_gbp:,.0f} released, £{row.host_increase_gbp:,.0f} more at the host"
        if known
        else "unknown"
    )
    review = [f"  Look twice: {row.review}"] if pd.notna(row.review) else []
    return ["Running cost", f"  {figure}.", f"  {row.note}", *review]


def _measures(option_id: str, tables: Tables, *, side: str) -> list[str]:
    """List the measures of one service that change; say how many stay as they are."""
    measured = [m for m in rows_of(tables, "effects", option_id=option_id) if m.side == side]
    if not measured:
        return []
    lines, same = [SIDES[side]], 0
    for each in measured:
        if each.before == each.after and each.basis != "unknown":
            same += 1
        else:
            lines.append(f"  {each.label}: {_from_to(each)}")
            if isinstance(each.note, str):
                lines.append(f"    {each.note}")
    return [*lines, f"  {same} of {len(measured)} measures stay exactly as they are."]


def _from_to(each: Any) -> str:  # noqa: ANN401 - a row of table effects
    was, is_ = (
        "unknown" if pd.isna(value) else f"{value:,.6g}" for value in (each.before, each.after)
    )
    apart = [
        f"{word} {value:,.6g}"
        for word, value in (("gained", each.gained), ("lost", each.lost))
        if pd.notna(value)
    ]
    told = "; ".join([*apart, each.basis])
    return f"{was} today, {is_} afterwards, in {each.unit} ({told})"


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
    """Say which groups would lose or gain more than the area's average."""
    found = list(rows_of(tables, "equality", option_id=option_id))
    if not found:
        return []
    told = [
        f"  {e.side}, {e.group.replace('_', ' ')}: {e.finding}"
        for e in found
        if e.finding in {"loses more than average", "gains more than average", "unknown"}
    ]
    few = sum(e.finding == "too few to say" for e in found)
    told += [f"  {few} groups: too few people to say."] if few else []
    return [
        "Who is affected (an input to the equality analysis, not the analysis)",
        *(told or ["  No group loses or gains more than the area's average."]),
    ]


def _bodies(option_id: str, tables: Tables) -> list[str]:
    """Tell the money of each body that has any."""
    lines = []
    for each in rows_of(tables, "money_by_body", option_id=option_id):
        figures = [
            f"{label} £{value:,.0f}"
            for label, value in (
                ("works", each.capital_gbp), ("receipts", each.receipt_gbp),
                ("a year", each.net_saving_gbp), ("net present value", each.npv_gbp),
            )
            if pd.notna(value)
        ]  # fmt: skip
        lines.append(f"  {each.body_id}: {', '.join(figures) or 'unknown'} ({each.basis})")
    lines += [
        f"  Net present value is nil: {each.meaning}"
        for each in rows_of(tables, "switching_values", option_id=option_id)
    ]
    return lines
