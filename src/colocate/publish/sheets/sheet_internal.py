"""The internal page of a site sheet: score, gates, money, what changes, what to find out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from colocate.publish.facts import amounts, paths, reach, words
from colocate.publish.facts.amounts import pounds
from colocate.publish.facts.worth import worth
from colocate.publish.sheets.sheet_open import head, rank, short

if TYPE_CHECKING:
    from colocate.publish.facts import Facts, Option
    from colocate.publish.facts.effect_records import Effect
    from colocate.publish.facts.records import Money
    from colocate.study import Study

Row = dict[str, Any]

MOST = {"effects": 8, "equality": 4, "questions": 5, "bodies": 4}
"""Rows of each kind that keep it on two pages; the tables have all of them."""

MARKS = {"pass": "✓", "fail": "✗", "unknown": "?"}
FINDINGS = ("loses more than average", "gains more than average", "slowed more than average",
            "quickened more than average", "as the average")  # fmt: skip


def parts(facts: Facts, /, *, study: Study) -> dict[str, Row]:
    """Return what the internal page of each ranked option says, by option_id.

    Args:
        facts: what may be told of the run's options.
        study: the study of the run.
    """
    return {
        option.option_id: _part(option, study)
        for option in facts.options
        if option.score.rank is not None
    }


def _part(option: Option, study: Study) -> Row:
    effects, more = _effects(option)
    money = option.money
    basis = f"{words.MONEY_BASES[money.basis].capitalize()}. {money.note} {money.review or ''}"
    return {
        **head(option),
        "rank": rank(option),
        "about": f"Score {option.score.score:.1f} of 100",
        "sure": _sure(option),
        "criteria": _criteria(option, study),
        "gates": [
            {
                "label": gate.label,
                "outcome": gate.outcome,
                "word": f"{MARKS[gate.outcome]} {gate.word}",
                "reason": short(gate.reason, "text"),
            }
            for gate in option.gates
        ],
        "money": _money(option),
        "money_note": short(basis.strip(), "note"),
        "bodies": _bodies(option),
        "effects": effects,
        "more_effects": more,
        "equality": _equality(option),
        "questions": _questions(option),
        "process": [short(line, "text") for line in paths.process(option)],
        "decision": words.decided_inside(option.decision, shown=reach(option)),
        "reason": short(f"Listed because: {option.reason}", "text"),
    }


def _sure(option: Option) -> str:
    score, stable = option.score, option.stability
    sure = f" {stable.word.capitalize()}: {stable.reason}" if stable else ""
    said = f"{score.status_words}; {amounts.percent(score.completeness)} known or assumed."
    held_back = f" {score.group_words.capitalize()}" if score.group_words else ""
    return short(f"{said}{sure}{held_back}", "note")


def _criteria(option: Option, study: Study) -> list[Row]:
    label = {criterion.id: criterion.label for criterion in study.choice.criteria}
    return [
        {
            "label": label[row.criterion],
            "value": None if row.basis == "missing" else f"{row.value:.2f}",
            "width": 0 if row.basis == "missing" else f"{row.value * 100:.0f}",
            "weight": amounts.percent(row.weight),
            "points": f"{row.contribution + 0.0:.1f}",
            "basis": row.basis,
        }
        for row in option.contributions
    ]


def _money(option: Option) -> list[tuple[str, str]]:
    money = option.money
    low, high = money.net_saving_low_gbp, money.net_saving_high_gbp
    return [
        ("Saved a year, net", amounts.spread(money.net_saving_gbp, low=low, high=high)),
        ("Works", pounds(money.capital_gbp)),
        ("Receipts", pounds(money.receipt_gbp)),
        *worth(money),
        ("Payback", _payback(money)),
        ("In prices of", f"{money.price_year:.0f}"),
    ]


def _payback(money: Money) -> str:
    if money.payback_years is not None:
        return f"year {money.payback_years:.0f}"
    return "not known" if money.npv_gbp is None else "not within the study’s years"


def _bodies(option: Option) -> list[Row]:
    return [
        {
            "name": short(row.body_short, "name"),
            "capital": pounds(row.capital_gbp),
            "saving": pounds(row.net_saving_gbp),
            "npv": pounds(row.npv_gbp),
        }
        for row in option.money_by_body[: MOST["bodies"]]
        if {row.capital_gbp, row.net_saving_gbp, row.npv_gbp} != {None}
    ]


def _effects(option: Option) -> tuple[list[Row], str]:
    """Measures that change, or whose change nobody knows, and how many more there are."""
    moved = [
        row
        for row in option.effects
        if row.before is not None and row.untold is None and row.change != "none"
    ]
    shown = [
        {
            "label": short(_measured(row), "name"),
            "before": _amount(row.before, row.unit),
            "after": _amount(row.after, row.unit),
            "gained": _amount(row.gained, row.unit, nothing="–"),
            "lost": _amount(row.lost, row.unit, nothing="–"),
        }
        for row in moved[: MOST["effects"]]
    ]
    rest = len(moved) - MOST["effects"]
    return shown, f"and {rest} more in table effects" if rest > 0 else ""


def _measured(row: Effect) -> str:
    """What a row measures, with its unit where the figures bear none."""
    bare = row.unit in {"people", "s", "share", "%"}
    return row.label if bare else f"{row.label}, {row.unit.replace('m2', 'm²')}"


def _amount(value: float | None, unit: str, *, nothing: str = "not known") -> str:
    kept = unit if unit in {"s", "share", "%"} else ""
    return nothing if value is None else amounts.quantity(value, kept)


def _equality(option: Option) -> list[str]:
    found = [row for row in option.equality if row.finding in FINDINGS]
    return [
        f"{row.side}: {row.group.replace('_', ' ')}, {row.finding}"
        for row in sorted(found, key=lambda row: FINDINGS.index(row.finding))
    ][: MOST["equality"]]


def _questions(option: Option) -> list[str]:
    """What to find out, the answers that settle most first; else what the gates themselves ask."""
    asked = [f"{row.about_name}: {row.question} Ask {row.whom}." for row in option.questions]
    asked = asked or [gate.question for gate in option.gates if gate.question is not None]
    return [short(question, "text") for question in asked[: MOST["questions"]]]
