"""How much the report of a large study carries: a page that opens on any desktop."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from colocate.study.figure import Settings

Most = Annotated[int, Field(strict=True, ge=1)]


class Report(Settings):
    """The most that `report.html` carries in full; all else stands in the other outputs."""

    most_options: Most = 500
    """The first of every list and rank group, as deep in each."""
    most_sites: Most = 1_000
    """Sites of these options, and then of others those that take part before the rest."""
