"""Scores and ranks."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.tables import TABLES, empty


def _choice(job: Job) -> Made:
    from colocate.scoring import scoring

    tables = job.tables
    measured = scoring.measures(
        tables["options"],
        cover=tables["cover"],
        access=tables["access"],
        money=tables["money"],
        approvals=tables["approvals"],
    )
    contributions = scoring.contributions(measured, criteria=job.study.choice.criteria)
    return {
        "contributions": contributions,
        "scores": scoring.scores(contributions, tables["options"], gates=tables["gates"]),
        "issues": empty(TABLES["issues"]),
    }


STAGES = (
    Stage(
        "choice",
        "scores and ranks",
        makes=("contributions", "scores"),
        run=_choice,
        modules=("scoring.scoring",),
        reads=("options", "cover", "access", "money", "gates", "approvals"),
        settings=("choice.criteria",),
    ),
)  # fmt: skip
