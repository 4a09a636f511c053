"""The story of one option in plain words and numbers, with what each number rests on."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.errors import OptionError
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from colocate import study

    Tables = Mapping[str, pd.DataFrame]


def story(option_id: str, tables: Tables, /, *, settings: study.Study) -> str:
    """Tell everything a run knows about one option.

    Args:
        option_id: the option.
        tables: a run's tables by name: `options`, `located_sites`, `cover`, `access`, `money`,
            `gates`, `approvals`, `contributions`, `scores`.
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
    option = _row(tables, "options", option_id=option_id)
    sections = [
        _head(option, tables, settings=settings),
        _sites(option, tables),
        _score(option_id, tables, settings=settings),
        _cover(_row(tables, "cover", option_id=option_id), settings),
        _access(_row(tables, "access", option_id=option_id), settings),
        _money(_row(tables, "money", option_id=option_id)),
        _gates(option_id, tables, settings=settings),
        _questions(option_id, tables),
        _approvals(option_id, tables, settings=settings),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _row(tables: Tables, name: str, *, option_id: str) -> Any:  # noqa: ANN401
    table = tables[name]
    return next(table[table["option_id"] == option_id].itertuples())


def _rows(tables: Tables, name: str, *, option_id: str) -> Iterator[Any]:
    table = tables[name]
    yield from table[table["option_id"] == option_id].itertuples()


def _head(
    option: Any,  # noqa: ANN401 - a row of table options
    tables: Tables,
    *,
    settings: study.Study,
) -> list[str]:
    score = _row(tables, "scores", option_id=option.option_id)
    ranked = int(tables["scores"]["rank"].notna().sum())
    rank = f"rank {score.rank:.0f} of {ranked}" if pd.notna(score.rank) else "not ranked"
    result = f"{rank}, score {score.score:.1f} of 100"
    return [
        f"{option.option_id}: {option.title}",
        settings.study.notice,
        "",
        f"Status: {score.status}, {result}, with {score.completeness:.0%} of the weight known.",
        f"What would happen: {option.what_happens}",
        f"Why it is on the list: {option.reason}",
    ]


def _sites(option: Any, tables: Tables) -> list[str]:  # noqa: ANN401
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
    by_id = {criterion.id: criterion for criterion in settings.choice.criteria}
    lines = ["Score, criterion by criterion"]
    for row in _rows(tables, "contributions", option_id=option_id):
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


def _cover(row: Any, settings: study.Study) -> list[str]:  # noqa: ANN401
    standard = settings.response.standards[0]
    name = f"{standard.name}, {standard.limit_min.value:g} min from the answered call"
    lines = [f"Fire cover ({name})"]
    if not row.fire_changes:
        return [*lines, "  No crewed fire station would move: cover changes by exactly 0."]
    before = f"{row.people_before:,.0f} people and {row.fires_before:,.1f} fires a year"
    if not row.known:
        return [*lines, f"  Today {before}. Afterwards unknown: the site is still to be found."]
    was, is_ = _minutes(row.mean_response_before_s), _minutes(row.mean_response_after_s)
    return [
        *lines,
        f"  Today {before}; afterwards {row.people_after:,.0f} and {row.fires_after:,.1f}.",
        f"  {row.people_gained:,.0f} people would gain cover, {row.people_lost:,.0f} lose it.",
        f"  Mean response, weighted by fires: {was} today, {is_} afterwards.",
    ]


def _access(row: Any, settings: study.Study) -> list[str]:  # noqa: ANN401
    lines = [f"Access to a police desk ({settings.access.limit_min.value:g} min by car)"]
    if not row.desk_changes:
        return [*lines, "  No desk would move: access changes by exactly 0."]
    if row.basis == "assumed":
        lines.append("  That a desk would move is assumed from the site's role, not evidenced.")
    before = f"{row.people_before:,.0f} people"
    if not row.known:
        return [*lines, f"  Today {before}. Afterwards unknown: the site is still to be found."]
    was, is_ = _minutes(row.mean_access_before_s), _minutes(row.mean_access_after_s)
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


def _gates(option_id: str, tables: Tables, *, settings: study.Study) -> list[str]:
    labels = {rule.id: rule.label for rule in settings.gates}
    rows = [
        f"  {row.outcome:7}  {labels[row.gate]}{'' if row.mandatory else ' (not mandatory)'}: "
        f"{row.reason}{f' [{row.evidence}]' if pd.notna(row.evidence) else ''}"
        for row in _rows(tables, "gates", option_id=option_id)
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
    for row in _rows(tables, "approvals", option_id=option_id):
        doubt = "" if row.certainty == "evidenced" else " (not verified)"
        form = f"; legal form: {row.legal_form}" if pd.notna(row.legal_form) else ""
        lines.append(f"  {row.step}. {row.body}: {row.action}{form}{doubt} [{row.citation}]")
    return lines


def _plain(value: float, unit: str) -> str:
    """Round a figure as people read it: 63 s, 0.4 s, 0.0 s, 2 bodies."""
    digits = 1 if unit == "s" and abs(value) < 10 else 0
    return f"{round(value, digits) + 0.0:,.{digits}f}"  # + 0.0 makes -0.0 plain


def _minutes(seconds: float) -> str:
    if pd.isna(seconds):
        return "unknown"
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02d} s"
