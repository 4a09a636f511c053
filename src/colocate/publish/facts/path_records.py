"""What a person may be told of an option's path: its steps, their days, and what outlives whom."""

from __future__ import annotations

from colocate.publish.facts.disclosure import Fact, fact, made
from colocate.tables import TABLES


@fact(TABLES["approvals"])
class Approval(Fact):
    """A step of the path: before the decision, the decision, or after it."""

    step: int
    body_id: str
    body: str
    office: str | None
    phase: str
    topic: str
    action: str
    task: str
    legal_form: str | None
    citation: str
    certainty: str
    days_earliest: int
    days_usual: int
    days_source: str
    rule_id: str
    body_short: str = made("Its short name.")


@fact(TABLES["timeline"])
class Stage(Fact):
    """When a stage could begin and end."""

    step: int
    topic: str
    phase: str
    start_earliest: str
    end_earliest: str | None
    start_usual: str
    end_usual: str | None
    back_earliest: str | None
    back_usual: str | None
    critical: bool
    rests_on: str


@fact(TABLES["successions"])
class Succession(Fact):
    """What would outlive a body of the option, and what to write into it."""

    body_id: str
    about: str
    until: str
    ends: str
    successors: str
    certainty: str
    clause: str
    source: str
    body: str = made("Name of the body.")


@fact(TABLES["law"])
class Law(Fact):
    """A change of the law, or of who answers for what."""

    change_id: str
    what: str
    valid_from: str | None
    valid_to: str | None
    bodies: str | None
    means: str
    citation: str
    certainty: str
