"""What reading the roads left out, changed or doubted: counted, measured, and told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.tables import TABLES, each, issue_rows
from colocate.tables.rows import NetworkReport
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_OUT = "way(s) of the extract left out: "
_RULES = {
    "class_not_drivable": ("info", "way(s) of class {value}, which no car uses"),
    "ferry": ("excluded", f"{_OUT}ferries are switched off"),
    "access_not_public": ("excluded", f"{_OUT}access closed to the public"),
    "area": ("excluded", f"{_OUT}mapped as an area"),
    "service_not_public": ("excluded", f"{_OUT}service road closed to the public"),
    "vertices_missing": ("excluded", f"{_OUT}vertices missing from the extract"),
    "barrier": ("note", "barrier(s) on a road that no car passes: the road ends on either side"),
    "barrier_for_some": ("info", "barrier(s) {value} that stop some and let others pass"),
    "barrier_not_used": ("note", "barrier(s) {value} taken as open: not understood, or not used"),
    "closed_to": ("info", "edge(s) closed to {value}"),
    "ends_only_for": ("info", "edge(s) without through traffic for {value}"),
    "size_limits": ("info", "edge(s) for vehicles up to {value}"),
    "access_not_used": (
        "note",
        "access tag(s) {value} passed over: not understood, or in force at times only",
    ),
    "limit_not_used": (
        "note",
        "limit(s) {value} passed over: not understood, or not of a drive at any hour",
    ),
    "restriction_used": ("info", "restriction(s) {value} used"),
    "restriction_ignored": ("note", "turn restriction(s) passed over: {value}"),
    "oneway_unclear": ("doubt", "edge(s) with oneway={value} are taken as open in both directions"),
    "roundabout": ("note", "small round way(s) of a main road, not tagged, taken for roundabouts"),
    "one_way_trap": ("note", "edge(s) can only be entered or only be left"),
    "island": ("note", "edge(s) are not joined to the main network"),
}
"""Of each rule the severity, and what it says of a count of things."""

_IGNORED = {
    "conditional": "in force at times only",
    "other_vehicles": "for other vehicles than cars",
    "except_cars": "cars are excepted",
    "unknown_kind": "neither no_* nor only_*",
    "members_missing": "without a from, a to or a single via",
    "no_road_at_via": "no drivable road at its node",
    "not_open_to_cars": "no car comes from or may go where it says; it changes nothing",
    "ambiguous": "a way runs on past the node, so the turn is not clear",
}


class Tally:
    """Counts and lengths by (rule, value)."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], tuple[int, float]] = {}

    def add(self, rule: str, value: str, *, count: int = 1, length_m: float = 0.0) -> None:
        """Count something once more.

        Args:
            rule: name of the rule that met it.
            value: the tag's value, or the kind it met.
            count: how many ways, edges, nodes or relations.
            length_m: their length, m.
        """
        before = self.found.get((rule, value), (0, 0.0))
        self.found[rule, value] = before[0] + count, before[1] + length_m

    def update(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add what has a count only.

        Args:
            counts: how many by rule and value.
        """
        for (rule, value), count in counts.items():
            self.add(rule, value, count=count)


def table(tally: Tally, /) -> pd.DataFrame:
    """Return table `network_report`, by rule in the order of reading, then value.

    Args:
        tally: what reading counted.
    """
    order = list(_RULES)
    rows = sorted(tally.found.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    return conform(
        TABLES["network_report"],
        (
            {
                "rule": rule,
                "value": value,
                "severity": _RULES[rule][0],
                "count": count,
                "length_km": round(length / 1000, 1) if length else None,
                "message": _message(rule, value, count=count, length_km=length / 1000),
            }
            for (rule, value), (count, length) in rows
        ),
    )


def _message(rule: str, value: str, *, count: int, length_km: float) -> str:
    what = _RULES[rule][1].format(value=_IGNORED.get(value, value))
    long = f" ({length_km:,.1f} km)" if length_km else ""
    return f"{count:,} {what}{long}."


def issues(report: pd.DataFrame, /) -> pd.DataFrame:
    """Return the rows of `network_report` that are issues.

    Args:
        report: table `network_report`.
    """
    told = report[report["severity"] != "info"]
    return issue_rows(
        ("network", "road_edges", row.value, row.rule, row.severity, row.message)
        for row in each(NetworkReport, told)
    )
