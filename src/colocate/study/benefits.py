"""What is promised of an option and measured after the move: by whom, how, and when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from colocate.study.figure import NonNegative, Settings
from colocate.tables.programme import MEASURES


def _measure(name: str) -> str:
    if name not in MEASURES:
        raise ValueError(f"no such measure; there are {', '.join(MEASURES)}")
    return name


class BenefitRule(Settings):
    """One measure of the benefits table."""

    measure: Annotated[str, AfterValidator(_measure)]
    label: str
    measured_by: Literal["authority", "force", "owner"]
    """The fire authority, the police bodies of the option, or the body whose money it is."""
    months_after: NonNegative
    """How long after the move it is measured."""
    how: str
