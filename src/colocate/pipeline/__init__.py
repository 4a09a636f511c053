"""Run a study: stages in order, each skipped when nothing it reads has changed, then publish."""

from __future__ import annotations

from colocate.pipeline.audit import Audit, audit
from colocate.pipeline.locate import (
    Location,
    OpenStudy,
    Place,
    embedded_study,
    locate,
    open_study,
)
from colocate.pipeline.runner import (
    Run,
    Step,
    counted,
    run,
    status,
    stored_until,
    tables_until,
)

__all__ = [
    "Audit", "Location", "OpenStudy", "Place", "Run", "Step", "audit", "counted", "embedded_study",
    "locate", "open_study", "run", "status", "stored_until", "tables_until",
]  # fmt: skip
