"""Findings of the input audit: one line a kind of fault, with how often and where first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from colocate.errors import ColocateError

SEVERITIES = ("fault", "stops", "excluded", "doubt", "warns", "note", "ready")
"""The worst first. A fault or what stops ends a run; doubts and warnings are told on top of it."""


class Finding(NamedTuple):
    """One kind of fault in one column of one file."""

    severity: str
    file: str
    column: str
    kind: str
    word: str
    """What stands there, where that is one word."""
    n: int
    """How many cells, rows or sites."""
    where: str
    """The first three rows or keys."""
    message: str


FIRST = 3
_LINE = re.compile(r"^\s+(?P<column>[\w./]+): (?P<said>.*)$")
_COUNT = re.compile(r"(?P<count>\d[\d,]*) \((?P<keys>[^()]*)\)")
_WORD = re.compile(r"[‘“](?P<word>[^’”]*)[’”]")
_NUMBERS = re.compile(r"\d[\d,.]*")


def of_fault(fault: ColocateError, /, *, file: str) -> list[Finding]:
    """Part a fault of a file into its findings: a line each of its message, as our faults have.

    Args:
        fault: what reading or checking raised.
        file: what it is about, where the message does not name the file first.
    """
    head, *lines = str(fault).splitlines()
    kind = type(fault).__name__
    found = [match for line in lines if (match := _LINE.match(line))]
    if not found:
        return [_finding(kind, file, column="", said=str(fault))]
    return [_finding(kind, file, column=m["column"], said=m["said"], head=head) for m in found]


def _finding(kind: str, file: str, *, column: str, said: str, head: str = "") -> Finding:
    counted = _COUNT.search(said)
    word = _WORD.search(said)
    message = f"{head.rstrip(':')}: {column}: {said}" if head else said
    return Finding(
        "fault",
        file,
        column,
        kind,
        word["word"] if word else "",
        int(counted["count"].replace(",", "")) if counted else 1,
        counted["keys"] if counted else "",
        message,
    )


def of_issues(issues: pd.DataFrame, /, *, rows: Mapping[str, str]) -> Iterator[Finding]:
    """Group issues that say the same of the same column and word.

    Args:
        issues: table `issues`.
        rows: by site_id, the register and row it comes from, such as `sites.csv row 12`.
    """
    if issues.empty:
        return
    table = pd.DataFrame(issues)
    word = table["message"].str.extract(_WORD, expand=False).fillna("")
    column = table["rule"].str.extract(r"^(.*)_(?:unreadable|implausible|unknown)$", expand=False)
    file = table["key"].map(lambda key: _file(key, rows)).fillna(table["table"])
    grouped = table.assign(
        word=word.where(~table["rule"].str.endswith("_implausible"), ""),
        column=column.fillna(""),
        file=file,
    ).groupby(["severity", "file", "column", "rule", "word"], sort=False)
    for (severity, where, of, rule, said), group in grouped:
        keys = [_row(key, rows) for key in group["key"]]
        yield Finding(severity, where, of, rule, said, len(group), listed(keys), _common(group))


def _file(key: str, rows: Mapping[str, str]) -> str | None:
    """Return the register a site comes from."""
    return rows[key].rpartition(" row ")[0] if key in rows else None


def _row(key: str, rows: Mapping[str, str]) -> str:
    """Name a site with its row."""
    return f"{key} (row {rows[key].rpartition(' row ')[2]})" if key in rows else key


def _common(group: pd.DataFrame) -> str:
    """Return what the issues of a group say: the first says it for all."""
    first = str(group["message"].iloc[0])
    plain = {_NUMBERS.sub("#", message) for message in group["message"]}
    return first if len(plain) == 1 else f"For instance: {first}"


def of_readiness(readiness: pd.DataFrame, /) -> Iterator[Finding]:
    """Tell what share of the inputs was understood, a line each.

    Args:
        readiness: table `readiness` or `input_readiness`.
    """
    for row in readiness.to_dict("records"):
        lacking = int(row["total"] - row["known"])
        yield Finding(row["state"], "study", row["measure"], "readiness", row["about"], lacking,
                      "", row["message"])  # fmt: skip


def listed(keys: Iterable[Any], /) -> str:
    """Name the first three keys and how many more there are.

    Args:
        keys: in order.
    """
    named = [str(key) for key in keys]
    more = f" and {len(named) - FIRST} more" if len(named) > FIRST else ""
    return f"{', '.join(named[:FIRST])}{more}"


def table(findings: Iterable[Finding], /) -> pd.DataFrame:
    """Return findings as a table, the worst first and then what is commonest.

    Args:
        findings: in any order; the same twice stands once.

    Returns:
        The fields of `Finding`, its `n` as `count`.
    """
    frame = pd.DataFrame(list(dict.fromkeys(findings)), columns=Finding._fields)
    frame = frame.rename(columns={"n": "count"})
    frame["message"] = frame["message"].astype("str").str.split().str.join(" ")
    order = frame["severity"].map(SEVERITIES.index)
    return (
        frame.assign(order=order, less=-frame["count"])
        .sort_values(["order", "less", "file", "column", "kind", "word"], kind="stable")
        .drop(columns=["order", "less"])
        .reset_index(drop=True)
    )
