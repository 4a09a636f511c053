"""One option in plain words and numbers, with what each number rests on."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from colocate.errors import OptionError
from colocate.publish.explain_effects import effects
from colocate.publish.explain_path import path
from colocate.publish.facts import amounts, gather, reach, words, worth
from colocate.publish.facts.back_office import housed
from colocate.publish.facts.settlement import BEST
from colocate.publish.facts.sharing import shared_out
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from colocate.publish.facts import Facts, Option
    from colocate.publish.facts.records import Contribution, Robustness, Score
    from colocate.study import Study

POSSIBLE = {"yes": "would fit", "unknown": "not settled", "no": "would not fit"}
NEAREST = 3
"""Criteria told of: those whose weight has the least way to go."""


def explain(option_id: str, tables: Mapping[str, pd.DataFrame], /, *, study: Study) -> str:
    """Tell everything a run knows about one option.

    Args:
        option_id: the option.
        tables: a run's tables by name; those that are not there count as empty.
        study: the study of that run.

    Raises:
        OptionError: no such option; the nearest ids are named.
    """
    assert_option(option_id, tables)
    facts = gather(tables, study, only={option_id})
    told = text(facts.options[0], facts, study=study)
    for title, lines in (
        ("Who would pay and gain", shared_out(tables, option_id)),
        ("Back office", housed(option_id, tables)),
    ):
        if lines:
            told += "\n".join(["", title, *(f"  {line}" for line in lines)]) + "\n"
    return told


def assert_option(option_id: str, tables: Mapping[str, pd.DataFrame], /) -> None:
    """Refuse what is no option of a run.

    Args:
        option_id: the option.
        tables: a run's tables by name.

    Raises:
        OptionError: no such option; the nearest ids are named.
    """
    ids = sorted(tables["options"]["option_id"])
    if option_id not in ids:
        near = difflib.get_close_matches(option_id, ids, n=3) or ids[:3]
        raise OptionError(
            f"no option {option_id!r} among the {len(ids)} of this run; expected an option_id such "
            f"as {', '.join(near)}. List them with `colocate show options`."
        )


def text(option: Option, facts: Facts, /, *, study: Study) -> str:
    """Return an option in words, section by section.

    Args:
        option: the option with all its fields.
        facts: those of the run, with all their fields.
        study: the study of the run.
    """
    sections = [
        _head(option, study),
        _in_short(option),
        _sites(option),
        _score(option, study),
        _how_sure(option),
        *effects(option, study),
        _clearing(option, facts),
        _gates(option),
        _questions(option),
        *path(option, facts, study=study),
        _ways(option),
        ["Decision register", f"  {words.decided(option.decision, shown=reach(option))}"],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _head(option: Option, study: Study) -> list[str]:
    score = option.score
    known = "all" if score.completeness == 1 else f"{score.completeness:.0%}"
    result = "not ranked"
    if score.rank is not None:
        result = (
            f"rank {score.rank_words} of {score.of_list} ({_between(score)}), score "
            f"{score.score:.1f} ({score.score_low:.1f} to {score.score_high:.1f}) of 100, with "
            f"{known} of the weight known"
        )
    return [
        f"{option.option_id}: {option.title}",
        study.study.notice,
        "",
        f"Status: {score.status}, {result}.",
        f"What would happen: {option.what_happens}",
        f"Why it is on the list: {option.reason}",
    ]


def _between(score: Score) -> str:
    """Say where the rank may lie by what is not known."""
    if score.rank_low == score.rank_high:
        return "whatever is not known"
    return f"{score.rank_low:.0f} to {score.rank_high:.0f} by what is not known"


def _in_short(option: Option) -> list[str]:
    """Say first what most readers come for."""
    cover, access = option.cover, option.access
    lines = [
        "In short",
        f"  Fire cover: {words.gained_and_lost(cover, changes=cover.fire_changes)}.",
        f"  Police desks: {words.gained_and_lost(access, changes=access.desk_changes)}.",
        f"  Running cost: {worth.saved(option.money)}.",
    ]
    return [*lines, *([f"  Gates: {option.gates_in_short}."] if option.gates else [])]


def _sites(option: Option) -> list[str]:
    lines = ["Sites"]
    for site in option.sites:
        dated = f", as of {site.as_of}" if site.as_of else ""
        crew = f", crew {', '.join(parts(site.crewing))}" if site.crewing else ""
        lines.append(
            f"  {site.site_id} {site.name}: {', '.join(parts(site.roles))}{crew}; confidence "
            f"{site.confidence}{dated}; {site.source}"
        )
        if (area := words.floor_area(site)) is not None:
            lines.append(f"    Floor area: {area}")
        if site.notes is not None:
            lines.append(f"    Register: {site.notes}")
    return lines


def _score(option: Option, study: Study) -> list[str]:
    if option.score.rank is None:
        return []
    by_id = {criterion.id: criterion for criterion in study.choice.criteria}
    lines = ["Score, criterion by criterion"]
    for row in option.contributions:
        criterion = by_id[row.criterion]
        scale = f"scale {criterion.worst.value:,.6g} to {criterion.best.value:,.6g}"
        lines.append(
            f"  {row.contribution:5.1f} of {row.weight * 100:.1f}  {criterion.label}: "
            f"{_raw(row, criterion.unit)} ({scale})"
        )
    return lines


def _raw(row: Contribution, unit: str) -> str:
    """Round a raw value as people read it: 63 s, 0.4 s, 0.0 s, 2 bodies."""
    if row.raw is None:
        return "not known: the centre of its range"
    if unit == "band":
        return f"{amounts.band(row.raw)}, {row.basis}"
    digits = 1 if unit == "s" and abs(row.raw) < 10 else 0
    plain = round(row.raw, digits) + 0.0  # + 0.0 makes -0.0 plain
    return f"{plain:,.{digits}f} {unit}, {row.basis}"


def _how_sure(option: Option) -> list[str]:
    """Say how sure the rank is, and what is at least as good on every criterion."""
    stable = option.stability
    if stable is None:
        return []
    lines = ["How sure the rank is", f"  {stable.word}: {stable.reason}"]
    lines += [f"  {row.varied_words}: rank {_ranks(row)}; {_top(row)}" for row in option.robustness]
    if stable.n_dominating:
        named = parts(stable.dominated_by)
        more = " …" if stable.n_dominating > len(named) else ""
        lines.append(
            f"  At least as good on every criterion, better on one: {stable.n_dominating} "
            f"({', '.join(named)}{more})"
        )
    turning = [
        (abs(row.break_even - row.weight), row.break_even, row)
        for row in option.break_even
        if row.change != "never" and row.break_even is not None
    ]
    return lines + [
        f"  It {row.change} the first at a weight of {share:.0%} for "
        f"{row.criterion.replace('_', ' ')}, {row.weight:.0%} today"
        for _, share, row in sorted(turning, key=lambda found: found[0])[:NEAREST]
    ]


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


def _clearing(option: Option, facts: Facts) -> list[str]:
    """Tell what would clear between the partners, and of the best set the targets it is part of."""
    lines = [f"  {each.words}" for each in option.clearing]
    lines = ["Between the partners", *lines] if lines else []
    if facts.targets and any(each.portfolio_id == BEST for each in option.portfolios):
        lines += ["The best set, with this option in it", *(f"  {each}" for each in facts.targets)]
    return lines


def _gates(option: Option) -> list[str]:
    """List the gates, those that fail first, then those that are open."""
    order = list(words.OUTCOMES)
    rows = [
        f"  {gate.outcome:7}  {gate.label}{'' if gate.mandatory else ' (not mandatory)'}: "
        f"{gate.reason}{f' [{gate.evidence}]' if gate.evidence is not None else ''}"
        for gate in sorted(option.gates, key=lambda gate: order.index(gate.outcome))
    ]
    return ["Gates", *(rows or ["  None: it is in place today."])]


def _questions(option: Option) -> list[str]:
    """List what to find out, the answers that are worth most first; else what the gates ask."""
    lines = [
        f"  {row.about_name}: {row.question} Ask {row.whom}. {row.worth}"
        for row in option.questions
    ]
    lines = lines or [f"  {g.question}" for g in option.gates if g.outcome == "unknown"]
    return ["To find out", *(lines or ["  Nothing: no gate is open."])]


def _ways(option: Option) -> list[str]:
    """Group the ways of working together by whether they would fit, and why."""
    if not option.delivery:
        return []
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in option.delivery:
        grouped.setdefault((row.possible, row.reason), []).append(row.vehicle)
    lines = ["Ways of working together (statutory responsibility stays with each authority)"]
    for possible, told in POSSIBLE.items():
        lines += [
            f"  {told}: {'; '.join(named)}. {reason.removeprefix('Fits: ')}"
            for (found, reason), named in grouped.items()
            if found == possible
        ]
    return lines
