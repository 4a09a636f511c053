"""What an option would do, in plain words: cover, access, people, money."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from colocate.publish.facts import words
from colocate.publish.facts.amounts import duration, spread
from colocate.publish.facts.worth import FIGURES, saved, worth

if TYPE_CHECKING:
    from colocate.publish.facts import Option
    from colocate.publish.facts.effect_records import Access, Cover, Effect
    from colocate.publish.facts.records import BodyMoney, MoneyRange
    from colocate.study import Study

TENTHS = {"fires/year", "km2"}
UNITS = {"fires/year": "fires a year", "km2": "km²"}
UNREMARKABLE = {"as the average", "no change", "too few to say"}
SIDES = {"fire": "Fire, before and after", "police": "Police, before and after"}
SEARCHED = "Afterwards unknown: the site is still to be found."


def effects(option: Option, study: Study, /) -> list[list[str]]:
    """Tell what an option would do, a section at a time; sections without anything are empty.

    Args:
        option: the option.
        study: whose limits and standards are named.
    """
    return [
        _cover(option.cover, study),
        _access(option.access, study),
        *(_measures(option, side=side) for side in SIDES),
        _worst(option),
        _people(option),
        [*_money(option), *_bodies(option)],
    ]


def _cover(cover: Cover, study: Study) -> list[str]:
    standard = study.response.standards[0]
    name = f"{standard.name}, {standard.limit_min.value:g} min from the answered call"
    lines = [f"Fire cover ({name})"]
    if not cover.fire_changes:
        return [*lines, "  No crewed fire station would move: cover changes by exactly 0."]
    before = f"{cover.people_before:,.0f} people and {cover.fires_before:,.1f} fires a year"
    if not cover.known:
        return [*lines, f"  Today {before}. {SEARCHED}"]
    if cover.untold is not None:
        return [*lines, f"  A crew would move, but nearly on the spot: {cover.untold}."]
    was, is_ = duration(cover.mean_response_before_s), duration(cover.mean_response_after_s)
    return [
        *lines,
        f"  Today {before}; afterwards {cover.people_after:,.0f} and {cover.fires_after:,.1f}.",
        f"  {cover.people_gained:,.0f} people would gain cover, {cover.people_lost:,.0f} lose it.",
        _in_other_cases(cover),
        f"  Mean response, weighted by fires: {was} today, {is_} afterwards.",
    ]


def _in_other_cases(cover: Cover) -> str:
    return (
        "  Expected over crews that may be out. With every crew there "
        f"{cover.people_lost_best:,.0f} would lose it, at worst {cover.people_lost_worst:,.0f}."
    )


def _access(access: Access, study: Study) -> list[str]:
    lines = [f"Access to a police desk ({study.access.limit_min.value:g} min by car)"]
    if not access.desk_changes:
        return [*lines, "  No desk would move: access changes by exactly 0."]
    if access.basis == "assumed":
        lines.append("  That a desk would move is assumed from the site's role, not evidenced.")
    before = f"{access.people_before:,.0f} people"
    if not access.known:
        return [*lines, f"  Today {before}. {SEARCHED}"]
    if access.untold is not None:
        return [*lines, f"  A desk would move, but nearly on the spot: {access.untold}."]
    was, is_ = duration(access.mean_access_before_s), duration(access.mean_access_after_s)
    gained, lost = access.people_gained, access.people_lost
    return [
        *lines,
        f"  Today {before}; afterwards {access.people_after:,.0f}.",
        f"  {gained:,.0f} people would gain access, {lost:,.0f} lose it.",
        f"  Mean drive to the nearest desk: {was} today, {is_} afterwards.",
    ]


def _money(option: Option) -> list[str]:
    money = option.money
    figure = saved(money)
    if money.net_saving_gbp is not None and (money.gross_saving_gbp or money.host_increase_gbp):
        figure += (
            f": £{money.gross_saving_gbp:,.0f} released, £{money.host_increase_gbp:,.0f} more at "
            "the host"
        )
    review = [f"  Look twice: {money.review}"] if money.review is not None else []
    return [
        "Running cost",
        f"  {figure[0].upper()}{figure[1:]}.",
        f"  {money.note}",
        *review,
        f"Net present value, all bodies together, in {money.price_year:.0f} prices",
        *(f"  {label}: {told}" for label, told in worth(money)),
        *(
            f"    {FIGURES[row.figure]}: {_range(row)} ({row.basis}): {row.rests_on}"
            for row in option.money_ranges
            if row.figure in FIGURES
        ),
    ]


def _range(row: MoneyRange) -> str:
    if row.unit == "GBP":
        return spread(row.central, low=row.low, high=row.high)
    return "not known" if row.central is None else f"{row.low:g} to {row.high:g} {row.unit}"


def _measures(option: Option, *, side: str) -> list[str]:
    """List the measures of one service that change; say how many stay as they are.

    What several of them have to note is said once, below them.
    """
    measured = [m for m in option.effects if m.side == side]
    if not measured:
        return []
    small = sum(m.untold is not None for m in measured)
    same = sum(m.change == "none" for m in measured)
    differ = [m for m in measured if m.untold is None and m.change != "none"]
    if same == len(measured):
        return [SIDES[side], f"  All {same} measures stay exactly as they are."]
    notes = Counter(note for m in differ for note in _sentences(m.note))
    lines = [SIDES[side]]
    for each in differ:
        lines.append(f"  {each.label}: {_from_to(each)}")
        lines += [f"    {note}" for note in _sentences(each.note) if notes[note] == 1]
    if small:
        lines.append(f"  {small} of {len(measured)} measures: {words.UNTOLD}.")
    if same:
        lines.append(f"  {same} of {len(measured)} measures stay exactly as they are.")
    return lines + [f"  Of several: {note}" for note, n in notes.items() if n > 1]


def _sentences(note: str | None) -> list[str]:
    return re.split(r"(?<=\.) (?=[A-Z])", note) if note is not None else []


def _from_to(each: Effect) -> str:
    was, is_ = (_figure(value, unit=each.unit) for value in (each.before, each.after))
    if was == is_ and was != "unknown":
        is_ = "hardly different"
    unit = "" if each.unit == "s" else f" {UNITS.get(each.unit, each.unit)}"
    apart = [
        f"{word} {_figure(value, unit=each.unit)}"
        for word, value in (("gained", each.gained), ("lost", each.lost))
        if value is not None
    ]
    return f"{was}{unit} today, {is_} afterwards ({'; '.join([*apart, each.basis])})"


def _figure(value: float | None, *, unit: str) -> str:
    """Write a figure as people read it: times in minutes, counts whole, all else to a tenth."""
    if value is None or unit == "s":
        return duration(value)
    return f"{value:,.1f}" if unit in TENTHS else f"{value:,.0f}"


def _worst(option: Option) -> list[str]:
    """Name the places that would lose most time."""
    hit = [(c.side, c.worst, c) for c in option.changes if c.worst is not None]
    lines = [
        f"  {c.place} ({c.side}): {duration(c.before_s)} today, {duration(c.after_s)} afterwards; "
        f"{c.people:,.0f} people"
        for _, _, c in sorted(hit, key=lambda found: found[:2])
    ]
    return ["Places that would lose most time", *lines] if lines else []


def _people(option: Option) -> list[str]:
    """Say which groups would fare otherwise than the area's average."""
    if not option.equality:
        return []
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in option.equality:
        if row.finding not in UNREMARKABLE:
            name = row.group.replace("imd", "deprivation").replace("_", " ")
            grouped.setdefault((row.side, row.finding), []).append(name)
    told = [
        f"  {side}, {finding}: {', '.join(names)}" for (side, finding), names in grouped.items()
    ]
    few = sum(row.finding == "too few to say" for row in option.equality)
    told += [f"  {few} {'groups' if few > 1 else 'group'}: too few people to say."] if few else []
    return [
        "Who is affected (an input to the equality analysis, not the analysis)",
        *(told or ["  No group would fare otherwise than the area's average."]),
    ]


def _bodies(option: Option) -> list[str]:
    """Tell the money of each body that has any."""
    lines = []
    for each in option.money_by_body:
        known = each.net_saving_gbp is not None
        told = ", ".join(_figures(each)) or ("as today" if known else "unknown")
        lines.append(f"  {each.body}: {told}{f' ({each.basis})' if known else ''}")
    return lines + [f"  {each.meaning}" for each in option.switching_values]


def _figures(each: BodyMoney) -> list[str]:
    """Write what a body would pay and gain; nothing of what is nil or unknown."""
    saving, npv = each.net_saving_gbp, each.npv_gbp
    told = [
        f"{label} £{abs(value):,.0f}"
        for label, value in (
            ("works", each.capital_gbp),
            ("receipts", each.receipt_gbp),
            ("saved a year" if (saving or 0) >= 0 else "more to pay a year", saving),
        )
        if value
    ]
    return [*told, *([f"net present value {'-' * (npv < 0)}£{abs(npv):,.0f}"] if npv else [])]
