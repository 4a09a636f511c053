"""Whether what inputs and scenarios name is there: sites, bodies, areas, gates, decisions, options.

A run meets some of these only in its last stages; here all of them are held against what there is
at once, and an id that a spreadsheet changed is named with the one that was meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from colocate.errors import StudyError
from colocate.governance.approvals import OCCUPIERS, OWN_BODIES
from colocate.pipeline.findings import Finding, listed
from colocate.study import under
from colocate.tables.spreadsheets import meant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from colocate.study import Study

_JOINERS = re.compile(r"-(?:into|touchdown|hq|depot|training)-")
_ACTORS = frozenset({*OWN_BODIES, *OCCUPIERS})
"""Bodies of governance that are found option by option."""


class Reference(NamedTuple):
    """A column whose words must stand in another."""

    table: str
    column: str
    to: str
    severity: str = "doubt"


REFERENCES = (
    Reference("evidence", "site_id", "site"),
    Reference("evidence", "body_id", "body"),
    Reference("evidence", "gate", "gate"),
    Reference("evidence", "option_id", "option"),
    Reference("costs", "body_id", "body", "fault"),
    Reference("costs", "option_id", "option"),
    Reference("decisions", "decided_by", "body", "fault"),
    Reference("decisions", "superseded_by", "decision", "fault"),
    Reference("decisions", "option_id", "option"),
    Reference("site_decisions", "site_id", "site", "fault"),
    Reference("overrides", "site_id", "site", "fault"),
    Reference("site_decisions", "decided_by", "body", "fault"),
    Reference("functions", "body_id", "body", "fault"),
    Reference("partners", "body_id", "body", "fault"),
    Reference("governance", "body_id", "actor", "fault"),
    Reference("sites", "body_id", "body", "fault"),
)
"""What refers to what, and whether a run ends where it does not. An option refers to its sites."""


def dangling(
    tables: Mapping[str, pd.DataFrame], /, *, study: Study, files: Mapping[str, str]
) -> Iterator[Finding]:
    """Tell what tables and scenarios name and is not there.

    Args:
        tables: what could be read, by name.
        study: names the gates, scenarios and edits.
        files: by table, what its file is called.
    """
    there = _there(tables, study)
    for each in REFERENCES:
        if each.table not in tables or each.to not in there:
            continue
        table, known = tables[each.table], there[each.to]
        for word, rows in table[each.column].dropna().groupby(table[each.column]).groups.items():
            named = _sites(str(word)) if each.to == "option" else [str(word)]
            if lost := [name for name in named if name not in known]:
                yield _finding(each, str(word), lost=lost, known=known, rows=rows, files=files)
    yield from _scenarios(study, known=there.get("site", set()))


def _there(tables: Mapping[str, pd.DataFrame], study: Study) -> dict[str, set[str]]:
    """Return what may be referred to, of the tables that could be read."""
    there = {"gate": {gate.id for gate in study.gates}}
    for to, table, column in (
        ("site", "sites", "site_id"),
        ("option", "sites", "site_id"),
        ("body", "bodies", "body_id"),
        ("decision", "decisions", "decision_id"),
    ):
        if table in tables:
            there[to] = set(tables[table][column])
    if "body" in there:
        there["actor"] = there["body"] | _ACTORS
    return there


def _sites(option_id: str) -> list[str]:
    """Return the sites that an option's id names."""
    whole = option_id.removesuffix("-new")
    return [unquote(code) for part in _JOINERS.split(whole) for code in part.split("+")]


def _finding(
    ref: Reference,
    word: str,
    *,
    lost: list[str],
    known: set[str],
    rows: pd.Index,
    files: Mapping[str, str],
) -> Finding:
    guesses = [f"{guess} for {each}" for each in lost if (guess := meant(each, sorted(known)))]
    hint = (
        f" Perhaps {', '.join(guesses)}: spreadsheets and people change such ids."
        if guesses
        else ""
    )
    kind = {"option": "site", "actor": "body"}.get(ref.to, ref.to)
    message = (
        f"{ref.column} names “{word}”, and {listed(lost)} is no {kind} of the study.{hint} Correct "
        "it, or add what it names."
    )
    where = listed(f"row {row + 2}" for row in rows)
    file = files.get(ref.table, ref.table)
    return Finding(ref.severity, file, ref.column, "reference", word, len(rows), where, message)


def _scenarios(study: Study, *, known: set[str]) -> Iterator[Finding]:
    """Tell which scenarios cannot be run: sites that are nowhere, settings that are none."""
    for scenario in study.scenarios:
        name = f"scenario {scenario.id}"
        try:
            under(study, scenario.id)
        except StudyError as fault:
            yield Finding("fault", "study.toml", name, "reference", "", 1, "", str(fault))
        for edit in scenario.edits.sites if known else ():
            if edit.site_id not in known and not edit.is_new:
                guess = meant(edit.site_id, sorted(known))
                hint = f" Perhaps {guess} is meant." if guess else ""
                message = f"edits.sites names {edit.site_id}, which is in no register.{hint}"
                yield Finding("fault", "study.toml", name, "reference", edit.site_id, 1, "",
                              message)  # fmt: skip
