"""What to find out first; after the choice, whose ranks order it."""

from __future__ import annotations

from colocate.pipeline.stage import Job, Made, Stage
from colocate.tables import TABLES, empty


def _questions(job: Job) -> Made:
    from colocate.gates import questions

    tables = job.tables
    asked = questions.questions(
        tables["gates"],
        tables["scores"],
        **{name: tables[name] for name in ("options", "located_sites", "bodies")},
    )
    return {"questions": asked, "issues": empty(TABLES["issues"])}


STAGES = (
    Stage(
        "questions",
        "what to find out",
        makes=("questions",),
        run=_questions,
        modules=("gates.questions",),
        reads=("gates", "scores", "options", "located_sites", "bodies"),
    ),
)
