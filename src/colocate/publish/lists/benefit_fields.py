"""What the columns of the benefits table mean to people, and what to know before filling it in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from colocate.publish.lists.fields import NOTICE, of_table
from colocate.publish.lists.guidance import benefit_notes as notes
from colocate.tables import TABLES

__all__ = ["FIELDS", "TO_FILL", "notes"]

TO_FILL = ("actual", "measured_on", "evidence")
"""Columns that whoever measures fills in."""
WIDTHS = {"title": 44, "label": 34, "measured_by": 34, "how": 50, "evidence": 34, "outcome": 20}
SECOND_LOOK = frozenset({"measure", "body_id", NOTICE.name})

if TYPE_CHECKING:
    from colocate.publish.lists.fields import Field

FIELDS: tuple[Field, ...] = tuple(
    replace(
        field,
        title=field.name.replace("_", " ").capitalize(),
        width=WIDTHS.get(field.name, field.width),
        detail=field.name in SECOND_LOOK,
    )
    for field in (*of_table(TABLES["benefits"]), NOTICE)
)
"""In the order of the table."""
