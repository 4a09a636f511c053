"""The story of one option in plain words and numbers, with what each number rests on."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import pandas as pd

from colocate.errors import OptionError
from colocate.publish import settlement
from colocate.publish.explain_effects import effects, gained_and_lost, saved
from colocate.publish.format import row_of, rows_of
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from colocate import study
    from colocate.tables.rows import Option, Robustness

    Tables = Mapping[str, pd.DataFrame]


VARIED = {
    "weights_near": "Weights near the starting ones",
    "weights_any": "Any weights at all",
    "speeds": "Other drive speeds",
    "costs": "Other costs",
    "together": "Weights, speeds and costs together",
}
OUTCOMES = ("fail", "unknown", "pass")
POSSIBLE = {"yes": "would fit", "unknown": "not settled", "no": "would not fit"}


def story(option_id: str, tables: Tables, /, *, settings: study.Study) -> str:
    """Tell everything a run knows about one option.

    Args:
        option_id: the option.
        tables: a run's tables by name: `options`, `located_sites`, `cover`, `access`, `money`,
            `gates`, `approvals`, `contributions`, `scores`, and, where there are any, those of
            robustness, effects, equality, money by body, delivery and decisions.
        settings: the study of that run.

    Raises:
        OptionError: no such option; the nearest ids are named.
    """
    ids = list(tables["options"]["option_id"])
    if option_id not in ids:
        near = difflib.get_close_matches(option_id, ids, n=3)
        raise OptionError(
            f"no option {option_id!r} among the {len(ids)} of this run; expected an option_id such "
            f"as {', '.join(near or sorted(ids)[:3])}. List them with `colocate show options`."
        )
    option = row_of(tables, "options", option_id=option_id)
    sections = [
        _head(option, tables, settings=settings),
        _in_short(option_id, tables),
        _sites(option, tables),
        _score(option_id, tables, settings=settings),
        _how_sure(option_id, tables),
        *effects(option_id, tables, settings=settings),
        settlement.story(option_id, tables),
        _gates(option_id, tables, settings=settings),
        _questions(option_id, tables),
        _approvals(option_id, tables, settings=settings),
        _ways(option_id, tables),
        _decided(option_id, tables),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _head(
    option: Option,
    tables: Tables,
    *,
    settings: study.Study,
) -> list[str]:
    score = row_of(tables, "scores", option_id=option.option_id)
    ranked = int(tables["scores"]["rank"].notna().sum())
    known = "all" if score.completeness == 1 else f"{score.completeness:.0%}"
    result = "not ranked"
    if pd.notna(score.rank):
        result = (
            f"rank {score.rank:.0f} of {ranked}, score {score.score:.1f} of 100, with {known} of "
            "the weight known"
        )
    return [
        f"{option.option_id}: {option.title}",
        settings.study.notice,
        "",
        f"Status: {score.status}, {result}.",
        f"What would happen: {option.what_happens}",
        f"Why it is on the list: {option.reason}",
    ]


def _sites(option: Option, tables: Tables) -> list[str]:
    sites = tables["located_sites"].set_index("site_id")
    lines = ["Sites"]
    for site_id in parts(option.site_ids):
        site = sites.loc[site_id]
        dated = f", as of {site['as_of']}" if pd.notna(site["as_of"]) else ""
        crew = f", crew {', '.join(parts(site['crewing']))}" if parts(site["crewing"]) else ""
        lines.append(
            f"  {site_id} {site['name']}: {', '.join(parts(site['roles']))}{crew}; confidence "
            f"{site['confidence']}{dated}; {site['source']}"
        )
        if pd.notna(site["notes"]):
            lines.append(f"    Register: {site['notes']}")
    return lines


def _score(option_id: str, tables: Tables, *, settings: study.Study) -> list[str]:
    if pd.isna(row_of(tables, "scores", option_id=option_id).rank):
        return []
    by_id = {criterion.id: criterion for criterion in settings.choice.criteria}
    lines = ["Score, criterion by criterion"]
    for row in rows_of(tables, "contributions", option_id=option_id):
        criterion = by_id[row.criterion]
        scale = f"scale {criterion.worst.value:,.6g} to {criterion.best.value:,.6g}"
        raw = (
            "missing"
            if pd.isna(row.raw)
            else f"{_plain(row.raw, criterion.unit)} {criterion.unit}, {row.basis}"
        )
        lines.append(
            f"  {row.contribution:5.1f} of {row.weight * 100:.1f}  {criterion.label}: {raw} "
            f"({scale})"
        )
    return lines


def _in_short(option_id: str, tables: Tables) -> list[str]:
    """Say first what most readers come for."""
    cover, reached, money = (
        row_of(tables, name, option_id=option_id) for name in ("cover", "access", "money")
    )
    gates = list(rows_of(tables, "gates", option_id=option_id))
    failed = [gate.gate for gate in gates if gate.outcome == "fail"]
    asked = sum(gate.outcome == "unknown" and gate.mandatory for gate in gates)
    lines = [
        "In short",
        f"  Fire cover: {gained_and_lost(cover, changes=cover.fire_changes)}.",
        f"  Police desks: {gained_and_lost(reached, changes=reached.desk_changes)}.",
        f"  Running cost: {saved(money.net_saving_gbp, basis=money.basis)}.",
    ]
    if gates:
        lines.append(f"  Gates: {_counted(failed, asked)}.")
    return lines


def _counted(failed: list[str], asked: int) -> str:
    fails = (
        f"{len(failed)} fail ({', '.join(failed).replace('_', ' ')})" if failed else "none fails"
    )
    return f"{fails}, {asked or 'no'} mandatory {'answer is' if asked == 1 else 'answers are'} open"


def _how_sure(option_id: str, tables: Tables) -> list[str]:
    """Say how sure the rank is, and what is at least as good on every criterion."""
    stable = next(rows_of(tables, "stability", option_id=option_id), None)
    if stable is None:
        return []
    lines = ["How sure the rank is", f"  {stable.word}: {stable.reason}"]
    lines += [
        f"  {VARIED[row.varied]}: rank {_ranks(row)}; {_top(row)}"
        for row in rows_of(tables, "robustness", option_id=option_id)
    ]
    if stable.n_dominating:
        named = ", ".join(parts(stable.dominated_by))
        lines.append(
            f"  At least as good on every criterion, better on one: {stable.n_dominating} "
            f"({named}{' …' if stable.n_dominating > len(parts(stable.dominated_by)) else ''})"
        )
    turning = [row for row in rows_of(tables, "break_even", option_id=option_id)
               if row.change != "never"]  # fmt: skip
    lines += [
        f"  It {row.change} the first at a weight of {row.break_even:.0%} for "
        f"{row.criterion.replace('_', ' ')}, {row.weight:.0%} today"
        for row in sorted(turning, key=lambda row: abs(row.break_even - row.weight))[:3]
    ]
    return lines


def _ranks(row: Robustness) -> str:
    if row.rank_low == row.rank_high:
        return f"{row.rank_low:.0f} in nine draws of ten"
    return f"{row.rank_low:.0f} to {row.rank_high:.0f} in nine draws of ten"


def _top(row: Robustness) -> str:
    """Say in how many draws it is among the first; a share of 0 or 1 has no error to tell."""
    if row.share_top in {0, 1}:
        return f"among the first in {'every one' if row.share_top else 'none'} of {row.n_draws:,}"
    error = f"give or take {row.share_top_error * 100:.1f} points"
    return f"among the first in {row.share_top:.1%} of {row.n_draws:,}, {error}"


def _gates(option_id: str, tables: Tables, *, settings: study.Study) -> list[str]:
    """List the gates, those that fail first, then those that are open."""
    labels = {rule.id: rule.label for rule in settings.gates}
    found = sorted(rows_of(tables, "gates", option_id=option_id),
                   key=lambda row: OUTCOMES.index(row.outcome))  # fmt: skip
    rows = [
        f"  {row.outcome:7}  {labels[row.gate]}{'' if row.mandatory else ' (not mandatory)'}: "
        f"{row.reason}{f' [{row.evidence}]' if pd.notna(row.evidence) else ''}"
        for row in found
    ]
    return ["Gates", *(rows or ["  None: it is in place today."])]


def _questions(option_id: str, tables: Tables) -> list[str]:
    """List what to find out, the questions open for most options first."""
    gates = tables["gates"]
    unknown = gates[gates["outcome"] == "unknown"]
    open_for = unknown["gate"].value_counts()
    mine = unknown[unknown["option_id"] == option_id]
    if mine.empty:
        return ["To find out", "  Nothing: no gate is open."]
    asked = mine.assign(open_for=mine["gate"].map(open_for)).sort_values(
        ["mandatory", "open_for", "gate"], ascending=[False, False, True]
    )
    return ["To find out"] + [
        f"  {row.question} (open for {row.open_for} options)" for row in asked.itertuples()
    ]


def _approvals(option_id: str, tables: Tables, *, settings: study.Study) -> list[str]:
    lines = [f"Who decides, in order (rules {settings.rule_set})"]
    for row in rows_of(tables, "approvals", option_id=option_id):
        doubt = "" if row.certainty == "evidenced" else " (not verified)"
        form = f"; legal form: {row.legal_form}" if pd.notna(row.legal_form) else ""
        lines.append(f"  {row.step}. {row.body}: {row.action}{form}{doubt} [{row.citation}]")
    return lines


def _plain(value: float, unit: str) -> str:
    """Round a figure as people read it: 63 s, 0.4 s, 0.0 s, 2 bodies."""
    digits = 1 if unit == "s" and abs(value) < 10 else 0
    return f"{round(value, digits) + 0.0:,.{digits}f}"  # + 0.0 makes -0.0 plain


def _ways(option_id: str, tables: Tables) -> list[str]:
    """Group the ways of working together by whether they would fit, and why."""
    delivery = list(rows_of(tables, "delivery", option_id=option_id))
    if not delivery:
        return []
    names = tables["vehicles"].set_index("vehicle_id")["name"]
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in delivery:
        grouped.setdefault((row.possible, row.reason), []).append(names[row.vehicle_id])
    lines = ["Ways of working together (statutory responsibility stays with each authority)"]
    for possible, told in POSSIBLE.items():
        lines += [
            f"  {told}: {'; '.join(named)}. {reason.removeprefix('Fits: ')}"
            for (found, reason), named in grouped.items()
            if found == possible
        ]
    return lines


def _decided(option_id: str, tables: Tables) -> list[str]:
    decision = next(rows_of(tables, "option_decisions", option_id=option_id), None)
    if decision is None:
        return []
    if decision.status == "none":
        said = "Nobody has decided anything about it"
    else:
        who = tables["bodies"].set_index("body_id")["name"] if "bodies" in tables else {}
        by = who.get(decision.decided_by, decision.decided_by)
        said = f"{decision.status.capitalize()} by {by}, {decision.date}"
    seen = (
        "agents may see its sites named"
        if decision.release == "agents"
        else ("its sites are named in the internal lists alone")
    )
    return ["Decision register", f"  {said}; {seen}."]
