"""Tables of what is at stake: who could lose a service by options together."""

from __future__ import annotations

from colocate.tables.schema import Column, people, table

_SIDE = Column("side", "str", "Service that could be lost.", allowed=("cover", "access"))
_KIND = Column("kind", "int", "Number of the points alike, by service: the same sites cover them "
               "today, and the same options take those away or bring others.", at_least=0)

POINTS_AT_STAKE = table(
    "points_at_stake", ("side", "demand_id"), "Points covered today from which all options "
    "together would take as many sites as cover them: none but these could a set of options put "
    "beyond a service.",
    _SIDE,
    Column("demand_id", "str", "Unit where people are."),
    people("people", "Residents."),
    Column("n_sites", "int", "Sites that cover it today.", at_least=1),
    _KIND,
)

STAKES = table(
    "stakes", ("side", "option_id", "kind"),
    "What each option would take away from points alike, and bring to them.",
    _SIDE,
    Column("option_id", "str", "Option."),
    _KIND,
    Column("n_gone", "int", "Sites covering these points that the option takes away.", at_least=0),
    Column("arrives", "bool", "Whether what the option moves covers them from its host."),
)

UNKNOWN_STAKES = table(
    "unknown_stakes", ("side", "option_id"), "Options that move a site of a service to where "
    "nobody knows, or no road leads: who could lose by them is not known.",
    _SIDE,
    Column("option_id", "str", "Option."),
)

TABLES = (POINTS_AT_STAKE, STAKES, UNKNOWN_STAKES)
