"""The internal part of a site sheet: score, gates, money, what changes, what to find out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish import words
from colocate.publish.sheets.sheet_open import Row, by_option, rows, short
from colocate.publish.words import known
from colocate.tables import parts as listed

if TYPE_CHECKING:
    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]

LOOKED_UP = (
    "options", "scores", "contributions", "gates", "money", "money_by_body", "effects", "equality",
    "stability", "option_decisions",
)  # fmt: skip
MOST = {"effects": 6, "equality": 3, "questions": 4, "bodies": 4}
"""Rows of each kind that keep the part on its page; the tables have all of them."""

OUTCOMES = {"pass": "✓ pass", "fail": "✗ fail", "unknown": "? open"}
FINDINGS = ("loses more than average", "gains more than average", "as the average")
REASON = 110
"""Characters of a gate's reason."""


def parts(tables: Tables, ids: Collection[str], /, *, study: Study) -> dict[str, Row]:
    """Return what the internal part of each option's sheet says, by option_id."""
    book = {}
    for name in LOOKED_UP:
        frame = tables[name]
        book[name] = by_option(frame[frame["option_id"].isin(ids)])
    bodies = dict(zip(tables["bodies"]["body_id"], tables["bodies"]["short_name"], strict=True))
    asked = _questions(tables["questions"])
    return {
        option: _part({name: found.get(option, []) for name, found in book.items()}, study)
        | {"bodies": _bodies(book["money_by_body"].get(option, []), bodies),
           "questions": asked.get(option) or _open(book["gates"].get(option, []))}
        for option in ids
    }  # fmt: skip


def _part(book: Mapping[str, list[Row]], study: Study) -> Row:
    (option,), (score,), (money,) = book["options"], book["scores"], book["money"]
    effects, more = _effects(book["effects"])
    return {
        "score": f"{score['score']:.1f} of 100",
        "standing": _standing(score, book["stability"]),
        "criteria": _criteria(book["contributions"], study),
        "gates": _gates(book["gates"], study),
        "money": _money(money),
        "money_note": short(f"{words.MONEY_BASES[money['basis']].capitalize()}. {money['note']} "
                            f"{money['review'] or ''}".strip(), "text"),
        "effects": effects,
        "more_effects": more,
        "equality": _equality(book["equality"]),
        "decision": _decision(book["option_decisions"]),
        "reason": short(f"Listed because: {option['reason']}", "line"),
    }  # fmt: skip


def _standing(score: Row, stability: list[Row]) -> str:
    sure = "".join(f" {row['word'].capitalize()}: {row['reason']}" for row in stability)
    group = words.RANK_GROUPS.get(score["rank_group"], "")
    said = f"{words.STATUSES[score['status']]}; {words.percent(score['completeness'])} known."
    return short(f"{said}{sure} {group}".strip(), "text")


def _criteria(contributions: list[Row], study: Study) -> list[Row]:
    found = {row["criterion"]: row for row in contributions}
    chosen = [(c.label, found[c.id]) for c in study.choice.criteria if c.id in found]
    return [
        {
            "label": label,
            "value": None if row["value"] is None else f"{row['value']:.2f}",
            "width": 0 if row["value"] is None else f"{row['value'] * 100:.0f}",
            "weight": words.percent(row["weight"]),
            "points": f"{row['contribution'] + 0.0:.1f}",
            "basis": row["basis"],
        }
        for label, row in chosen
    ]


def _gates(gates: list[Row], study: Study) -> list[Row]:
    found = {row["gate"]: row for row in gates}
    return [
        {
            "label": gate.label,
            "outcome": found[gate.id]["outcome"],
            "word": OUTCOMES[found[gate.id]["outcome"]],
            "reason": _cut(found[gate.id]["reason"], REASON),
        }
        for gate in study.gates
        if gate.id in found
    ]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _money(money: Row) -> list[tuple[str, str]]:
    years = money["payback_years"]
    figures = (("Saved a year, net", "net_saving_gbp"), ("Works", "capital_gbp"),
               ("Receipts", "receipt_gbp"), ("Net present value", "npv_gbp"))  # fmt: skip
    return [
        *((label, _pounds(money[name])) for label, name in figures),
        ("Payback", f"year {years:.0f}" if known(years) else "never, or not known"),
    ]


def _pounds(value: float | None) -> str:
    return "not known" if value is None else words.pounds(value)


def _bodies(money: list[Row], names: Mapping[str, str]) -> list[Row]:
    return [
        {
            "name": short(names.get(row["body_id"], row["body_id"]), "name"),
            "capital": _pounds(row["capital_gbp"]),
            "saving": _pounds(row["net_saving_gbp"]),
            "npv": _pounds(row["npv_gbp"]),
        }
        for row in money[: MOST["bodies"]]
        if any(known(row[name]) for name in ("capital_gbp", "net_saving_gbp", "npv_gbp"))
    ]


def _effects(effects: list[Row]) -> tuple[list[Row], str]:
    """Measures that change, or whose change nobody knows, and how many more there are."""
    moved = [
        row
        for row in effects
        if row["before"] is not None and row["change"] not in ("none", "too_small")
    ]
    shown = [
        {
            "label": short(_measured(row), "name"),
            **{name: _amount(row[name], row["unit"]) for name in ("before", "after")},
            **{name: _amount(row[name], row["unit"], nothing="–") for name in ("gained", "lost")},
        }
        for row in moved[: MOST["effects"]]
    ]
    rest = len(moved) - MOST["effects"]
    return shown, f"and {rest} more in table effects" if rest > 0 else ""


def _measured(row: Row) -> str:
    """What a row measures, with its unit where the figures bear none."""
    bare = row["unit"] in {"people", "s", "share", "%"}
    unit = str(row["unit"]).replace("m2", "m²")
    return str(row["label"]) if bare else f"{row['label']}, {unit}"


def _amount(value: float | None, unit: str, *, nothing: str = "not known") -> str:
    kept = unit if unit in {"s", "share", "%"} else ""
    return nothing if value is None else words.quantity(value, kept)


def _equality(equality: list[Row]) -> list[str]:
    told = [
        f"{row['side']}: {row['group'].replace('_', ' ')}, {row['finding']}"
        for row in sorted(equality, key=lambda row: _severity(row["finding"]))
        if row["finding"] in FINDINGS
    ]
    return told[: MOST["equality"]]


def _severity(finding: str) -> int:
    return FINDINGS.index(finding) if finding in FINDINGS else len(FINDINGS)


def _decision(decided: list[Row]) -> str:
    for row in decided:
        if known(row["date"]):
            back = "" if row["reversible"] is None else (
                "; could be undone" if row["reversible"] else "; could not be undone"
            )  # fmt: skip
            return (f"Decision: {row['status']} on {row['date']} by {row['decided_by']}{back}; "
                    f"release: {row['release']}.")  # fmt: skip
    return "No decision is recorded; agents do not see the option's sites."


def _questions(questions: pd.DataFrame) -> dict[str, list[str]]:
    """What to find out for each option, the answers that settle most first."""
    found: dict[str, list[str]] = {}
    for row in rows(questions.sort_values("rank")):
        said = short(f"{row['about_name']}: {row['question']} Ask {row['whom']}.", "line")
        for option in listed(row["option_ids"]):
            told = found.setdefault(option, [])
            if len(told) < MOST["questions"]:
                told.append(said)
    return found


def _open(gates: list[Row]) -> list[str]:
    """The questions of the gates themselves, where no list of questions is there."""
    asked: list[Any] = [row["question"] for row in gates if known(row["question"])]
    return [short(question, "line") for question in asked[: MOST["questions"]]]
