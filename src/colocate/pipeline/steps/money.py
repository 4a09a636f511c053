"""What each option would cost and save."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.tables import TABLES, empty


def _money(job: Job) -> Made:
    from colocate.options import money

    tables = job.tables
    estimated = money.money(tables["options"], tables["located_sites"], settings=job.study.money)
    return {"money": estimated, "issues": empty(TABLES["issues"])}


STAGES = (
    Stage(
        "money",
        "money",
        makes=("money",),
        run=_money,
        modules=("options.money",),
        reads=("options", "located_sites"),
        settings=("money",),
    ),
)
