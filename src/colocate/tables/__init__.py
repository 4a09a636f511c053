"""Every table colocate passes from stage to stage, with unit, meaning, source and disclosure.

A table has one schema. It is checked when a stage hands the table over and when it is read back,
and the data dictionary is written from it. `TABLES` holds all of them by name; one module each
for each part of the flow declares them.
"""

from __future__ import annotations

from colocate.tables import (
    choice,
    demand,
    drawings,
    effects,
    extents,
    functions,
    gates,
    governance,
    money,
    network,
    options,
    places,
    points,
    programme,
    readiness,
    references,
    stakes,
    travel,
)
from colocate.tables.describing import dictionary
from colocate.tables.schema import Column, Table, check, each, empty, issue_rows, parts

TABLES: dict[str, Table] = {
    table.name: table
    for room in (
        places, points, demand, readiness, travel, network, extents, options, effects, money,
        gates, governance, functions, choice, stakes, programme, references, drawings,
    )
    for table in room.TABLES
}
"""All tables by name, in the order of the flow."""

__all__ = [
    "TABLES", "Column", "Table", "check", "dictionary", "each", "empty", "issue_rows", "parts",
]
