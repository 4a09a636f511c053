"""What is promised of an option and measured after the move: by whom, how, and when."""

from __future__ import annotations

from typing import Annotated, Literal

from colocate.study.figure import NonNegative, Settings, one_of
from colocate.tables.programme import MEASURES


class BenefitRule(Settings):
    """One measure of the benefits table."""

    measure: Annotated[str, one_of(MEASURES, what="measure")]
    label: str
    measured_by: Literal["authority", "force", "owner"]
    """The fire authority, the police bodies of the option, or the body whose money it is."""
    months_after: NonNegative
    """How long after the move it is measured."""
    how: str
