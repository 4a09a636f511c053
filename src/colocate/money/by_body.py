"""What each body may save by an option, as a range: whose sites are released, and whose host rises.

    least of a body = Σ least cost of its released sites - most rise, if the host is its own
    most of a body  = Σ most cost of its released sites - least rise
    rise            = (1 - share that is kept) × cost of all that is released

The ends are taken body by body: what is most for the one may be least for the other, so they do
not add up to those of the option.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.money.cashflows import RUNNING
from colocate.money.range_parts import NIL, spread, supplied

if TYPE_CHECKING:
    from colocate.money.prices import Span
    from colocate.money.range_parts import Asked


def net_saving(asked: Asked, body_id: str, /) -> Span:
    """Return what a body may save in a full year of an option, in pounds; rents supplied count.

    Args:
        asked: the option.
        body_id: the body.
    """
    case, lines, _ = asked
    items = case.items
    given = [spread(row) for row in supplied(lines, RUNNING) if row["body_id"] == body_id]
    costs = case.effect.released or {}
    released = {} if "running_cost_released" in items else {s: costs[s].gbp for s in lines.begins}
    own = [cost for site, cost in released.items() if case.sites[site].body_id == body_id]
    host = case.option.host_site_id
    rise = NIL
    if "running_cost_host" not in items and case.effect.kept is not None and isinstance(host, str):
        rise = case.effect.kept.rest() * NIL.plus(*released.values())
    pays = rise if isinstance(host, str) and case.sites[host].body_id == body_id else NIL
    return NIL.plus(*given, *own).minus(pays)
