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
WIDTHS = {"title": 40, "label": 32, "measured_by": 30, "evidence": 24, "outcome": 18, "unit": 9}
SECOND_LOOK = frozenset({"measure", "body_id", "how", NOTICE.name})

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
