"""The order that every path of decisions keeps, whatever the rules of a study say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from colocate.errors import OptionError, some
from colocate.tables import each
from colocate.tables.governance import PHASES
from colocate.tables.rows import Approval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from colocate.tables.rows import Body

EVIDENCE = ("business_case", "finance", "legality", "data_protection", "security")
"""Topics that count as evidence and advice."""
CONSULTED = ("fire_cover_changes", "desk_changes", "staff_move")
"""Conditions of table `governance` under which people are asked before anybody decides."""


def assert_in_order(
    path: pd.DataFrame,
    options: pd.DataFrame,
    *,
    holding: Mapping[str, AbstractSet[str]],
    bodies: Mapping[str, Body],
) -> None:
    """Refuse paths that decide before they know, or ask the alliance before the authority.

    On every path: somebody decides; what stands before comes first, what comes after comes last;
    evidence and equality stand before the decision, and consultation where cover, a desk or staff
    change (the equality duty and consultation bind before the decision: R (Brown) v Secretary of
    State for Work and Pensions [2008] EWHC 3158 (Admin), R (Moseley) v Haringey LBC [2014] UKSC
    56). Where a crew moves, a fire authority decides first. The board of an alliance decides after
    every fire authority (DSFRA/16/5, paras 6.1 and 6.4), and only where a member takes part.

    Args:
        path: table `approvals`.
        options: table `options`.
        holding: conditions that hold, by option.
        bodies: bodies by id.

    Raises:
        OptionError: an option breaks one of these; the first three of each fault are named.
    """
    steps = by_option(path)
    faults: dict[str, list[str]] = {}
    for option_id in sorted(options["option_id"]):
        for fault in _faults(steps.get(option_id, []), holding[option_id], bodies=bodies):
            faults.setdefault(fault, []).append(option_id)
    if faults:
        told = "; ".join(f"{fault}: option {some(of)}" for fault, of in faults.items())
        raise OptionError(
            f"table governance puts approval paths out of order: {told}. Expected evidence, "
            "equality and consultation before the decision, the fire authority before the "
            "alliance's board, the rest after. Correct phase, topic and step in the governance "
            "file, or add the rule that is missing."
        )


def by_option(approvals: pd.DataFrame, /) -> dict[str, list[Approval]]:
    """Return the path of each option, in its order.

    Args:
        approvals: table `approvals`.
    """
    paths: dict[str, list[Approval]] = {}
    for step in each(Approval, approvals):
        paths.setdefault(step.option_id, []).append(step)
    return paths


def _faults(
    steps: list[Approval], held: AbstractSet[str], *, bodies: Mapping[str, Body]
) -> Iterator[str]:
    decided = [step for step in steps if step.phase == "decision"]
    if not decided:
        yield "no approval path" if not steps else "nobody decides"
        return
    ranks = [PHASES.index(step.phase) for step in sorted(steps, key=lambda step: step.step)]
    if ranks != sorted(ranks) or _shared_step(steps):
        yield "a step stands outside its phase"
    before = {step.topic for step in steps if step.phase == "before"}
    if before.isdisjoint(EVIDENCE):
        yield "no evidence before the decision"
    if "equality" not in before:
        yield "no equality analysis before the decision"
    asking = [condition for condition in CONSULTED if condition in held]
    if asking and "consultation" not in before:
        yield f"no consultation before the decision ({', '.join(asking)})"
    yield from _led(decided, held, bodies=bodies)


def _shared_step(steps: list[Approval]) -> bool:
    """Do steps of two phases run side by side?"""
    phases: dict[int, set[str]] = {}
    for step in steps:
        phases.setdefault(step.step, set()).add(step.phase)
    return any(len(of) > 1 for of in phases.values())


def _led(
    decided: list[Approval], held: AbstractSet[str], *, bodies: Mapping[str, Body]
) -> Iterator[str]:
    kinds = {name: body.kind for name, body in bodies.items()}
    fire = [step.step for step in decided if kinds.get(step.body_id) == "fire_authority"
            and step.action == "approve"]  # fmt: skip
    first = min(step.step for step in decided)
    if "fire_cover_changes" in held and first not in fire:
        yield "fire cover changes and a fire authority does not decide first"
    boards = [step for step in decided if step.topic == "board"]
    if any(step.step <= last for step in boards for last in fire):
        yield "the alliance's board before the fire authority"
    outside = "alliance_police_site" not in held
    if outside and any(pd.notna(bodies[s.body_id].alliance) for s in boards if s.body_id in bodies):
        yield "the alliance's board where none of its members takes part"
