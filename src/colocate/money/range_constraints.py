"""What the constraints of DSFRA/16/5, 7.4 would change in what a party pays and gains.

    precept        its council tax precept is higher by x: the part of its budget that council tax
                   raises grows by x, and its budget with it
    local_control  it keeps a part y of its own estate out: so much less of it is released, of the
                   host's rise that this causes and of its receipts, and its figures count for so
                   much less; the works stay as they are
    priorities     its demand grows by z, and with it all by which its use is counted

One party at a time, all others as they are; x, y and z are the study's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.money.apportionment_keys import scaled
from colocate.money.funding_principles import USE
from colocate.money.prices import Span
from colocate.money.range_keys import centres
from colocate.money.range_pot import FIGURES, benefit, cost, once, without
from colocate.money.shared import held
from colocate.tables.sharing import CONSTRAINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from colocate import study
    from colocate.money.range_pot import Pot
    from colocate.money.shared import Shared
    from colocate.tables.rows import Partner

STATES = (-1.0, 0.0, 1.0)
"""All figures at their least, at the centre, at their most."""


def constraints(shared: Shared, /, *, partners: Mapping[str, Partner]) -> Iterator[dict[str, Any]]:
    """Yield what each constraint of each party would change, as rows of `sharing_constraints`.

    Args:
        shared: what is shared between whom, by one key.
        partners: rows of table `partners` by body.
    """
    settings = shared.settings.constraints
    if settings is None:
        return
    lacks = shared.lacks or None
    for constraint in CONSTRAINTS:
        change = _change(settings, constraint)
        for number, party in enumerate(shared.parties):
            row: dict[str, Any] = {
                "constraint": constraint,
                "body_id": party,
                "change": change.value,
                "rests_on": change.ground,
                "lacks": lacks,
            }
            if shared.centre is not None:
                row["share"] = shared.centre[number]
                row |= _changed(shared, constraint, party=party, by=change.value,
                                partner=partners.get(party))  # fmt: skip
            yield row


def _change(settings: study.Constraints, constraint: str) -> study.Figure:
    return {
        "precept": settings.precept_share,
        "local_control": settings.kept_share,
        "priorities": settings.demand_share,
    }[constraint]


def _changed(
    shared: Shared, constraint: str, *, party: str, by: float, partner: Partner | None
) -> dict[str, Any]:
    raised = partner.precept_share if partner is not None else float("nan")
    if constraint == "precept" and pd.isna(raised) and "funding" in shared.weighed:
        return {"lacks": f"part of its budget that council tax raises of {shared.names[party]}"}
    touched, change = {
        "precept": (("funding",), by * raised),
        "local_control": (None, -by),
        "priorities": (USE, by),
    }[constraint]
    weighed = {name: shared.figures[name] for name in shared.weighed & shared.figures.keys()}
    figures = scaled(centres(weighed), party, own=1 + change, of=touched)
    kept = constraint == "local_control"
    pot = without(shared.pot, party, part=by) if kept else shared.pot
    then = shared.again(figures)
    return _compared(shared, pot, then=then or shared.centre or [], party=party)


def _compared(shared: Shared, pot: Pot, *, then: list[float], party: str) -> dict[str, Any]:
    """Set what each gains in the end against what it gained, with all figures at each end."""
    before, number = shared.centre or [], shared.parties.index(party)
    row: dict[str, Any] = {"share_after": then[number]}
    if not pot:
        return row

    # What it costs and brings does not depend on the key; only the shares do.
    ends = [
        [
            own - after * whole - own_before + share * whole_before
            for own, own_before, share, after in zip(gains, gains_before, before, then, strict=True)
        ]
        for (gains, whole), (gains_before, whole_before) in zip(
            _at_ends(pot, tuple(shared.parties)),
            _at_ends(shared.pot, tuple(shared.parties)),
            strict=True,
        )
    ]
    own = [each[number] for each in ends]
    others = [sum(each) - each[number] for each in ends]
    span = held(Span(min(own), own[1], max(own)))
    return row | {
        "net_change_low_gbp": span.low,
        "net_change_gbp": span.central,
        "net_change_high_gbp": span.high,
        "others_change_gbp": held(Span(min(others), others[1], max(others))).central,
    }


@once
def _at_ends(pot: Pot, parties: tuple[str, ...], /) -> list[tuple[list[float], float]]:
    """What options bring each party, and what they cost, with all figures at each end."""
    states = [dict.fromkeys(FIGURES, state) for state in STATES]
    return [
        ([benefit(pot, one, state=at) for one in parties], cost(pot, state=at)) for at in states
    ]
