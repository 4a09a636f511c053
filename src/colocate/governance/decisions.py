"""The decision register: where each option stands, and who may see it named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.errors import OptionError, some
from colocate.tables import each, issue_rows
from colocate.tables.gates import DECISIONS, OPTION_DECISIONS
from colocate.tables.rows import Decision
from colocate.tables.schema import conform

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

MAY_BE_RELEASED = {"proposed", "approved"}
"""Statuses under which a release counts: what was put off, declined or withdrawn is no offer."""
Issue = tuple[str, str, str, str, str, str]


class Decided(NamedTuple):
    """Tables made here."""

    option_decisions: pd.DataFrame
    issues: pd.DataFrame


def decided(
    options: pd.DataFrame, decisions: pd.DataFrame, *, bodies: pd.DataFrame, as_of: dt.date
) -> Decided:
    """Find the decision in force for every option.

    In force is the latest decision of an option that is not dated after the study's day and not
    superseded by one that counts. Only a decision in force, proposed or approved by a listed body,
    opens an option: to the appointed agents with `release = agents`, to the market with
    `release = market`.

    Args:
        options: table `options`.
        decisions: table `decisions`.
        bodies: table `bodies`.
        as_of: the study's day.

    Returns:
        Table `option_decisions`, sorted by option_id, one row an option, and `issues` naming
        decisions that do not count: on options that are not in the run, later than the study's
        day, overtaken without being superseded, and releases that open nothing.

    Raises:
        OptionError: a decision is superseded by none in the register, by one of another option, by
            an earlier one or in a circle; was taken by a body that is not listed; or an option has
            two decisions of one day in force.
    """
    rows = {row.decision_id: row for row in each(Decision, decisions.sort_values("decision_id"))}
    _check_bodies(rows, known=set(bodies["body_id"]))
    _check_successors(rows)
    counting = {name: row for name, row in rows.items() if row.date <= as_of.isoformat()}
    standing = _standing(counting)
    known = set(options["option_id"])
    in_force = {option: each[-1] for option, each in standing.items() if option in known}
    return Decided(
        conform(OPTION_DECISIONS, (_state(id_, in_force.get(id_)) for id_ in sorted(known))),
        issue_rows(
            issue
            for row in rows.values()
            for issue in _doubts(row, known=known, in_force=in_force, standing=standing,
                                 as_of=as_of.isoformat())
        ),
    )  # fmt: skip


def register(decisions: pd.DataFrame, /) -> pd.DataFrame:
    """Return the decision register as text in its own format: what is read is what is written.

    Args:
        decisions: table `decisions`.
    """
    text = decisions[DECISIONS.names].astype("object")
    text["reversible"] = decisions["reversible"].map({True: "true", False: "false"})
    return text.fillna("").astype("str")


def _standing(counting: Mapping[str, Decision]) -> dict[str, list[Decision]]:
    """List the decisions of each option that nothing has superseded, oldest first."""
    standing: dict[str, list[Decision]] = {}
    for row in sorted(counting.values(), key=lambda row: (row.date, row.decision_id)):
        if pd.isna(row.superseded_by) or row.superseded_by not in counting:
            standing.setdefault(row.option_id, []).append(row)
    twice = [
        f"{each[-2].decision_id} and {each[-1].decision_id}"
        for _, each in sorted(standing.items())
        if len(each) > 1 and each[-2].date == each[-1].date
    ]
    if twice:
        raise OptionError(
            f"table decisions: {some(twice)} were taken on one day about one option and both are "
            "in force; expected one. Fill superseded_by of the other."
        )
    return standing


def _state(option_id: str, row: Decision | None) -> dict[str, Any]:
    if row is None:
        return {"option_id": option_id, "status": "none", "release": "internal"}
    named = ("option_id", "decision_id", "status", "date", "decided_by", "reversible")
    return {name: getattr(row, name) for name in named} | {
        "release": row.release if row.status in MAY_BE_RELEASED else "internal"
    }


def _doubts(
    row: Decision,
    *,
    known: set[str],
    in_force: Mapping[str, Decision],
    standing: Mapping[str, list[Decision]],
    as_of: str,
) -> Iterator[Issue]:
    def doubt(rule: str, message: str) -> Issue:
        return ("governance.decisions", "decisions", row.decision_id, rule, "doubt", message)

    if row.option_id not in known:
        yield doubt("decision_without_option", f"Option {row.option_id} is not in this run; the "
                    "decision opens and changes nothing. Correct the id, or keep the row as a "
                    "record.")  # fmt: skip
        return
    if row.date > as_of:
        yield doubt("decision_after_as_of", f"Dated {row.date}, after the study's day {as_of}; it "
                    "does not count yet. Correct the date, or study.as_of.")  # fmt: skip
        return
    now = in_force[row.option_id]
    if row in standing[row.option_id] and row is not now:
        yield doubt("decision_overtaken", f"{now.decision_id} of {now.date} is later and counts, "
                    "but does not supersede it. Fill superseded_by.")  # fmt: skip
    if row is now and row.release != "internal" and row.status not in MAY_BE_RELEASED:
        yield doubt("release_of_no_offer", f"Released to {row.release} but {row.status}; it "
                    "stays internal. Correct the status or the release.")  # fmt: skip


def _check_bodies(rows: Mapping[str, Decision], *, known: set[str]) -> None:
    if wrong := [f"{name} ({row.decided_by})" for name, row in rows.items()
                 if row.decided_by not in known]:  # fmt: skip
        raise OptionError(
            f"table decisions: {some(wrong)} decided by a body that is not in table bodies; "
            "expected its body_id. Correct the id or add the body."
        )


def _check_successors(rows: Mapping[str, Decision]) -> None:
    """Every superseded decision names a later one of its own option; so the last one stands."""
    wrong = []
    for name, row in rows.items():
        if not isinstance(row.superseded_by, str):
            continue
        by = rows.get(row.superseded_by)
        if by is None:
            wrong.append(f"{name}: no decision {row.superseded_by}")
        elif by.option_id != row.option_id:
            wrong.append(f"{name}: {by.decision_id} is about option {by.option_id}")
        elif by.date < row.date:
            wrong.append(f"{name}: {by.decision_id} is earlier")
        elif _circles(name, rows):
            wrong.append(f"{name}: superseded in a circle")
    if wrong:
        raise OptionError(
            f"table decisions: superseded_by is wrong in {some(wrong)}; expected the decision_id "
            "of a later decision on the same option. Correct superseded_by."
        )


def _circles(name: str, rows: Mapping[str, Decision]) -> bool:
    seen: set[str] = set()
    while name in rows and name not in seen:
        seen.add(name)
        after = rows[name].superseded_by
        if not isinstance(after, str):
            return False
        name = after
    return name in seen
